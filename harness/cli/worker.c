/* worker.c: a job's runs, and what is written down about them. */
#include "harness/cli/worker.h"

#include "harness/cli/again.h"
#include "harness/cli/keep.h"
#include "harness/cli/print.h"
#include "harness/cli/program.h"
#include "harness/cli/require.h"
#include "harness/cli/secret.h"
#include "harness/cli/workplace.h"
#include "harness/record/results.h"
#include "harness/run/run.h"
#include "runtime/base/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How often a race is tried that does not fail again at once. */
enum { RACE_SCHEDULES = 1000, RACE_REPEAT = 100 };

/* The command that repeats it; and, as real processes may go another way the next time, one that
 * looks for the way that failed. */
static void again_set(const struct job *job, const struct worker_options *options,
                      struct run_result *out)
{
    char path[PATH_MAX];
    struct buf text = BUF_INIT;
    struct again again = {.path = path,
                          .id = job->variant->id,
                          .engine = job->engine,
                          .seed = job->seed,
                          .repeat = 1,
                          .schedules = 1,
                          .total_ns = options->total_ns,
                          .step_ns = options->step_ns,
                          .without = options->without};

    if (!path_relative(job->file->again, options->current_directory, path, sizeof(path)))
        path[0] = 0;
    if (job->engine == ENGINE_REAL && options->repeat > 1)
        again.repeat = options->repeat;
    again_run(&again, &text);
    result_set(out, RESULT_AGAIN, buf_text(&text));
    buf_release(&text);
    if (job->engine != ENGINE_REAL || again.repeat > 1)
        return;
    if ((job->file->scenario->engines & ENGINE_SIM) != 0) {
        again.engine = ENGINE_SIM;
        again.schedules = RACE_SCHEDULES;
    } else {
        again.repeat = RACE_REPEAT;
    }
    again_run(&again, &text);
    result_set(out, RESULT_RACE, buf_text(&text));
    buf_release(&text);
}

void worker_head(const struct job *job, const struct worker_options *options,
                 struct run_result *out)
{
    again_set(job, options, out);
    out->engine = job->engine;
    out->seed = job->seed;
    out->attempt = job->retries + 1;
    out->schedules = 1;
    result_set(out, RESULT_ID, job->variant->id);
    result_set(out, RESULT_SCENARIO, job->file->scenario->id);
    result_set(out, RESULT_PARAMETERS, job->variant->parameters);
    out->must_fail = job->variant->must_fail_count > 0;
    result_set(out, RESULT_FILE, path_shown(job->file->path, options->current_directory));
}

/* Whether the record of this run stays: of several schedules the first that failed; of a late pass,
 * beside that of the failure before it. One that the user has stopped needs no explanation. */
static bool record_wanted(const struct worker_options *options, const struct run_result *out,
                          const struct run_result *before)
{
    if (strcmp(result_get(out, RESULT_REASON), "interrupted") == 0)
        return false;
    if (verdict_is_bad(out->verdict))
        return before == NULL || !verdict_is_bad(before->verdict);
    return (options->record_all || out->attempt > 1) && before == NULL;
}

/* Runs the variant; a command is prepared before, and its work directory is gone after. */
static int variant_run(const struct job *job, const struct run_options *options,
                       struct run_result *out, struct diag *diag)
{
    struct variant variant = *job->variant;
    struct program program;

    int met = require_check(job->file->scenario, diag);
    if (met < 0)
        return met;
    if (variant.subject != SUBJECT_COMMAND)
        return run_variant(job->file->scenario, job->variant, options, out, diag);
    int rc = program_prepare(&program, &variant, options->run_id, diag);
    variant.command = &program.command;
    if (rc == 0)
        rc = run_variant(job->file->scenario, &variant, options, out, diag);
    struct diag left = {0};
    if (program_release(&program, &left) < 0)
        print_error(left.text);
    return rc;
}

/* One run with this seed into an empty result. `before`: what the schedules so far came to, or
 * NULL. */
static void run_once(const struct job *job, const struct worker_options *options, uint64_t seed,
                     struct run_memory *memory, const struct run_result *before,
                     struct run_result *out)
{
    struct keep keep;
    struct diag diag = {0};
    char run_id[64];
    struct job seeded = *job;

    seeded.seed = seed;
    (void)snprintf(run_id, sizeof(run_id), "%jd-%" PRIx64, (intmax_t)getpid(), seed);
    worker_head(&seeded, options, out);
    const struct keep_options kept = {.folder = options->records_full ? NULL : options->records,
                                      .current_directory = options->current_directory,
                                      .scenario = job->file->scenario,
                                      .variant = job->variant,
                                      .id = job->variant->id,
                                      .engine = job->engine,
                                      .seed = seed,
                                      .retries = job->retries,
                                      .total_ns = options->total_ns,
                                      .step_ns = options->step_ns};
    bool keeps = keep_begin(&keep, &kept);
    const struct run_options run = {
        .engine = job->engine,
        .seed = seed,
        .helper_dir = options->helper_dir,
        .run_id = options->run_id != NULL ? options->run_id : run_id,
        .memory = memory,
        .total_ns = options->total_ns,
        .step_ns = options->step_ns,
        .without = options->without,
        .state_dir = workplace_state(),
        .all_events = options->all_events,
        .stop = options->stop,
        .dump = options->dump,
        .recorder = keeps ? &keep.record.recorder : NULL,
        .secret = secret_value,
    };
    int rc = variant_run(job, &run, out, &diag);
    if (rc < 0) {
        out->verdict = rc == ERR_UNSUPPORTED ? VERDICT_UNSUPPORTED : VERDICT_HARNESS;
        result_set(out, RESULT_REASON, rc == ERR_UNSUPPORTED ? "unsupported" : "error");
        result_set(out, RESULT_MESSAGE, diag.text);
    }
    out->failed = verdict_is_bad(out->verdict);
    bool wanted = record_wanted(options, out, before);
    if (keeps)
        keep_end(&keep, out, wanted);
    else if (wanted && options->records_full)
        result_setf(out, RESULT_UNKEPT, "there are %d records of this invocation",
                    RESULTS_KEPT_MAX);
}

static void shorten(const char *current_directory, struct run_result *r, enum result_text which)
{
    char path[PATH_MAX];

    (void)snprintf(path, sizeof(path), "%s", result_get(r, which));
    result_set(r, which, path_shown(path, current_directory));
}

void worker_run(const struct job *job, const struct worker_options *options, struct run_result *out)
{
    uint64_t schedules = job->engine == ENGINE_SIM ? options->schedules : 1;
    struct run_memory memory = RUN_MEMORY_INIT;
    uint64_t failed = 0;
    uint64_t made = 0;
    uint64_t transitions = 0;

    for (uint64_t i = 0; i < schedules && (i == 0 || *options->stop == 0); i++) {
        struct run_result one = RESULT_INIT;
        run_once(job, options, job->seed + i, &memory, i > 0 ? out : NULL, &one);
        made++;
        failed += one.failed;
        transitions += one.transitions;
        /* The first that failed is the one to show, else the first. */
        if (i == 0 || (one.failed > 0 && failed == 1)) {
            result_release(out);
            *out = one;
        } else {
            result_release(&one);
        }
    }
    run_memory_release(&memory);
    out->schedules = made;
    out->failed = failed;
    out->transitions = transitions;
    if (made < schedules && failed == 0) {
        out->verdict = VERDICT_UNRESOLVED;
        out->failed = 1;
        result_set(out, RESULT_REASON, "interrupted");
        result_setf(out, RESULT_MESSAGE,
                    "stopped by the user after %" PRIu64 " of %" PRIu64 " schedules", made,
                    schedules);
    }
    shorten(options->current_directory, out, RESULT_FILE);
    shorten(options->current_directory, out, RESULT_USED);
}
