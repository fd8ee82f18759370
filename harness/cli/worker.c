/* worker.c: a job's runs, and what is written down about them. */
#include "harness/cli/worker.h"

#include "harness/cli/record.h"
#include "harness/run/run.h"
#include "runtime/base/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Adds the text as a shell reads it back: all in single quotes, but for its own. */
static void shell_quote(struct buf *out, const char *text)
{
    buf_add_text(out, "'");
    for (; *text != 0; text++)
        buf_add(out, *text == '\'' ? "'\\''" : text, *text == '\'' ? 4 : 1);
    buf_add_text(out, "'");
}

/* A path, which needs no quotes most of the time. */
static void shell_path(struct buf *out, const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_@%+=:,./-";

    if (path[0] != 0 && path[strspn(path, plain)] == 0)
        buf_add_text(out, path);
    else
        shell_quote(out, path);
}

/* What -k takes to select the id. */
static void filter_write(struct buf *out, const char *id)
{
    bool quoted = strpbrk(id, " \t\n\v\f\r()\"") != NULL;

    if (!quoted) {
        /* Without parameters it is a part of the ids that have some. */
        buf_addf(out, "%s%s", strchr(id, '[') == NULL ? "id:" : "", id);
        return;
    }
    buf_add_text(out, "\"");
    for (; *id != 0; id++) {
        if (*id == '"' || *id == '\\')
            buf_add_text(out, "\\");
        buf_add(out, id, 1);
    }
    buf_add_text(out, "\"");
}

static void again_write(struct buf *out, const struct job *job, const char *path)
{
    struct buf filter = BUF_INIT;

    filter_write(&filter, job->variant->id);
    buf_add_text(out, "scenario run ");
    shell_path(out, path);
    buf_add_text(out, " -k ");
    shell_quote(out, buf_text(&filter));
    buf_addf(out, " --engine %s --seed 0x%" PRIx64, engine_name(job->engine), job->seed);
    buf_release(&filter);
}

void worker_head(const struct job *job, const char *current_directory, struct run_result *out)
{
    char path[PATH_MAX];
    struct buf again = BUF_INIT;

    if (!path_relative(job->file->again, current_directory, path, sizeof(path)))
        path[0] = 0;
    again_write(&again, job, path);
    out->engine = job->engine;
    out->seed = job->seed;
    out->schedules = 1;
    result_set(out, RESULT_ID, job->variant->id);
    result_set(out, RESULT_SCENARIO, job->file->scenario->id);
    result_set(out, RESULT_FILE, path_shown(job->file->path, current_directory));
    result_set(out, RESULT_AGAIN, buf_text(&again));
    buf_release(&again);
}

/* One run with this seed into an empty result. */
static void run_once(const struct job *job, const struct worker_options *options, uint64_t seed,
                     struct run_memory *memory, struct run_result *out)
{
    struct record record = RECORD_INIT;
    struct diag diag = {0};
    char run_id[64];
    struct job seeded = *job;

    seeded.seed = seed;
    (void)snprintf(run_id, sizeof(run_id), "%jd-%" PRIx64, (intmax_t)getpid(), seed);
    worker_head(&seeded, options->current_directory, out);
    const struct run_options run = {
        .engine = job->engine,
        .seed = seed,
        .helper_dir = options->helper_dir,
        .run_id = options->run_id != NULL ? options->run_id : run_id,
        .memory = memory,
        .total_ns = options->total_ns,
        .step_ns = options->step_ns,
        .stop = options->stop,
        .dump = options->dump,
        .recorder = options->trace_dir != NULL ? &record.recorder : NULL,
    };
    int rc = 0;
    if (options->trace_dir != NULL)
        rc = record_open(&record, options->trace_dir, &seeded, &diag);
    if (rc == 0)
        rc = run_variant(job->file->scenario, job->variant, &run, out, &diag);
    int closed = record_close(&record, &diag);
    rc = rc < 0 ? rc : closed;
    if (rc < 0) {
        out->verdict = VERDICT_HARNESS;
        result_set(out, RESULT_REASON, "error");
        result_set(out, RESULT_MESSAGE, diag.text);
    }
    out->failed = verdict_is_bad(out->verdict);
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
        run_once(job, options, job->seed + i, &memory, &one);
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
