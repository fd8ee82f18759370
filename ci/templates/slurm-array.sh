#!/bin/sh
# slurm-array.sh: a suite as a job array of Slurm, a shard a task. Copy it, and submit it in the
# folder that has `scenarios`:
#
#   id=$(sbatch --parsable slurm-array.sh)
#   sbatch --dependency=afterany:$id --wrap \
#       "scenario merge results/$id/* -o results/all && scenario gate results/all"
#
# What stands behind the script's name goes to `scenario run`: sbatch slurm-array.sh -k tag:ctrlc.
# The second job runs once all tasks have ended, however they did (afterok would hide a failure).
# `merge` names a task that was killed, and exits with 7; run that one again by itself:
#
#   scenario run --shard 5/16 --results results/$id/5
#
# Starting a task takes Slurm about a second: let a shard run for minutes, not for seconds. To have
# shards that take equally long, write what has been seen so far before submitting, and add
# `--durations durations` to the arguments:
#
#   scenario history --durations > durations
#
#SBATCH --job-name=scenario
#SBATCH --array=1-16
#SBATCH --requeue
#SBATCH --output=scenario-%A_%a.log

exec scenario run --shard auto \
    --results "${SCENARIO_RESULTS:-results}/$SLURM_ARRAY_JOB_ID/$SLURM_ARRAY_TASK_ID" "$@"
