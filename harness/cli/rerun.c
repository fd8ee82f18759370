/* rerun.c: which of these flags go together, and what they are to a pool. */
#include "harness/cli/rerun.h"

#include "runtime/host/loop.h"

int rerun_check(const struct flags *f, struct diag *diag)
{
    bool stress = f->stress.given;
    bool repeat = f->repeat > 1;

    if (stress && repeat) {
        return diag_set(diag, ERR_USAGE,
                        "--repeat makes N runs and --stress goes on until it is stopped: say one "
                        "of them");
    }
    if (f->retries > 0 && (stress || repeat)) {
        return diag_set(diag, ERR_USAGE,
                        "--retries is for one run of each variant: with --%s every run counts, and "
                        "none is made good by a later one",
                        stress ? "stress" : "repeat");
    }
    if (f->for_ns > 0 && !stress)
        return diag_set(diag, ERR_USAGE, "--for says how long --stress goes on: say --stress, too");
    if (f->until_fail && !stress && !repeat) {
        return diag_set(diag, ERR_USAGE,
                        "--until-fail ends --repeat N or --stress: say one of them, or --fail-fast "
                        "to stop after a variant that fails");
    }
    if (f->until_fail && f->fail_fast.given) {
        return diag_set(diag, ERR_USAGE,
                        "--until-fail is --fail-fast=1 of runs that are repeated: say one of them");
    }
    if (stress && f->record_all) {
        return diag_set(diag, ERR_USAGE,
                        "--stress keeps the first record of each kind of failure: --record all "
                        "would fill the disk; say --repeat N");
    }
    if (stress && f->gate) {
        return diag_set(
            diag, ERR_USAGE,
            "--stress has no end to be judged at: run it, and `scenario gate` afterwards");
    }
    if (stress && f->engines == (ENGINE_REAL | ENGINE_SIM)) {
        return diag_set(diag, ERR_USAGE,
                        "--stress does not compare the engines: say --engine real or sim");
    }
    return 0;
}

bool rerun_sums(const struct flags *f)
{
    return f->repeat > 1 || f->stress.given;
}

size_t rerun_stress_jobs(const struct flags *f, size_t cores)
{
    if (f->stress.value > 0)
        return f->stress.value;
    if (f->jobs > 0)
        return f->jobs;
    return cores < FLAGS_JOBS_MAX / RERUN_STRESS_PER_CORE ? cores * RERUN_STRESS_PER_CORE
                                                          : FLAGS_JOBS_MAX;
}

size_t rerun_failures_max(const struct flags *f)
{
    if (f->until_fail || (f->fail_fast.given && f->fail_fast.value == 0))
        return 1;
    return f->fail_fast.value;
}

int rerun_prepare(struct pool *p, const struct flags *f, size_t cores, struct diag *diag)
{
    size_t variants = p->jobs->count;
    size_t at_once = rerun_stress_jobs(f, cores);

    p->retries = (uint32_t)f->retries;
    p->failures_max = rerun_failures_max(f);
    if (!f->stress.given || variants == 0)
        return 0;
    /* Enough of each that so many can run at once. */
    size_t copies = (at_once + variants - 1) / variants;
    p->repeat_step = copies;
    p->seed_step = copies * f->schedules;
    p->end_ns = f->for_ns > 0 ? loop_now_ns() + f->for_ns : 0;
    return jobs_multiply(p->jobs, copies, f->schedules, diag);
}
