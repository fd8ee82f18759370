/* verb_expect.c: `scenario expect`: one expect script on any program.
 *
 * The script has passed when its last step is done and the program, where it has ended by itself,
 * has left nothing behind. What one leaves that the harness had to end is told. */
#include "expect/asciicast.h"
#include "harness/cli/again.h"
#include "harness/cli/expect_runs.h"
#include "harness/cli/keep.h"
#include "harness/cli/machine.h"
#include "harness/cli/outfile.h"
#include "harness/cli/pool.h"
#include "harness/cli/print.h"
#include "harness/cli/program.h"
#include "harness/cli/progress.h"
#include "harness/cli/rerun.h"
#include "harness/cli/secret.h"
#include "harness/cli/stop.h"
#include "harness/cli/suite.h"
#include "harness/cli/transcript.h"
#include "harness/cli/verb.h"
#include "harness/cli/workplace.h"
#include "harness/observe/verdict.h"
#include "harness/report/exit_code.h"
#include "harness/report/report.h"
#include "harness/run/run.h"
#include "runtime/base/check.h"
#include "runtime/base/status.h"
#include "runtime/base/visible.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A program that is busy after the last step is not waited for longer. */
#define REST_NS (INT64_C(1000) * 1000 * 1000)

/* Begins the line of a broken invariant. */
#define BROKEN "✗ "

enum { EXPECT_ARENA_BYTES_MAX = 16 * 1024 * 1024, RUN_ID_BYTES = 64 };

/* All of one `scenario expect`. */
struct expectation {
    struct keep keep; /* first, and its record first in it: what is told to one is told to all */
    const struct flags *flags;
    struct places places;
    char scripts[PATH_MAX]; /* the nearest folder of scripts */
    struct arena arena;
    struct scenario *scenario;
    struct findings findings;
    char script_path[PATH_MAX];
    struct program program;
    struct transcript transcript;
    struct asciicast cast;
    struct outfile cast_file;
    struct results results; /* where a failure is kept */
    struct expect_runs runs;
    bool keeps;
    char current_directory[PATH_MAX];
    bool color;
};

/* ---- Before ---- */

static int script_open(struct expectation *x)
{
    const struct flags *f = x->flags;
    struct scenario_options options = suite_options(&x->places);
    struct diag diag = {0};
    struct buf err = BUF_INIT;

    if (f->arguments < 2) {
        print_error("expect wants a script and a command: scenario expect NAME -- CMD...");
        return EXIT_CODE_USAGE;
    }
    options.with = f->with.pair;
    options.with_count = f->with.count;
    int rc = script_lookup(f->argument[0], &x->places, x->script_path, &diag);
    /* A script of the nearest folder finds its like there anyway, and then the installed ones. */
    if (scripts_find(x->scripts) && strncmp(x->script_path, x->scripts, strlen(x->scripts)) != 0)
        options.script_dir = x->scripts;
    if (rc == 0)
        rc = script_load(&x->arena, x->script_path, &options, &x->scenario, &x->findings, &diag);
    if (rc < 0 && rc != ERR_INPUT)
        return print_diag(rc, &diag);
    findings_print(&x->findings, &err);
    print_err(&err);
    return rc < 0 ? EXIT_CODE_INPUT : EXIT_CODE_OK;
}

/* Before anything is started: none of it inherits them. */
static int secrets_take(struct expectation *x, struct diag *diag)
{
    for (const struct secret *s = x->scenario->variant[0].secrets; s != NULL; s = s->next) {
        const char *value = secret_value(s->name);
        if (value == NULL || value[0] == 0) {
            return diag_set(diag, ERR_USAGE,
                            "the secret '%s' has no value: put it into the environment variable %s",
                            s->name, s->name);
        }
    }
    return 0;
}

/* What our processes are known by: those of this process. */
static void run_id_make(char *out, size_t size)
{
    (void)snprintf(out, size, "%jd-expect", (intmax_t)getpid());
}

static int cast_open(struct expectation *x, struct diag *diag)
{
    if (x->flags->cast == NULL)
        return 0;
    if (outfile_open(&x->cast_file, x->flags->cast, diag) < 0)
        return ERR_USAGE;
    asciicast_begin(&x->cast, x->cast_file.file, x->scenario->rows, x->scenario->columns,
                    x->scenario->name, 0);
    return 0;
}

/* The script's one variant runs the program. */
static void variant_prepare(struct expectation *x)
{
    struct variant *v = &x->scenario->variant[0];
    const char *slash = strrchr(x->program.path, '/');

    (void)snprintf(v->cast->who[ACTOR_ROOT].name, sizeof(v->cast->who[ACTOR_ROOT].name), "%.31s",
                   slash != NULL ? slash + 1 : x->program.path);
    v->command = &x->program.command;
    v->id = x->scenario->id;
}

/* ---- While it runs ---- */

static void on_output(void *user, int64_t at_ns, const char *data, size_t size)
{
    struct expectation *x = user;

    transcript_shown(&x->transcript, at_ns, data, size);
    if (x->keeps)
        x->keep.record.recorder.output(user, at_ns, data, size);
    if (x->cast_file.file != NULL)
        asciicast_shown(&x->cast, at_ns, data, size);
}

static void on_step(void *user, int64_t at_ns, const struct step *s, unsigned depth, size_t unseen)
{
    struct expectation *x = user;
    struct buf text = BUF_INIT;

    if (x->keeps)
        x->keep.record.recorder.step(user, at_ns, s, depth, unseen);
    const struct cast *cast = x->scenario->variant[0].cast;
    step_say(s, cast, unseen, &text);
    transcript_step(&x->transcript, at_ns, s, &text, depth);
    if (x->cast_file.file != NULL)
        asciicast_mark(&x->cast, at_ns, buf_text(&text));
    buf_release(&text);
}

static void on_how(void *user, int64_t at_ns, const char *text)
{
    struct expectation *x = user;

    if (x->keeps)
        x->keep.record.recorder.how(user, at_ns, text);
    transcript_how(&x->transcript, at_ns, text);
}

static void on_way(void *user, int64_t at_ns, const struct step *s, size_t i, unsigned depth)
{
    struct expectation *x = user;

    transcript_way(&x->transcript, at_ns, s, i, depth);
}

static void on_resized(void *user, int64_t at_ns, uint16_t rows, uint16_t columns)
{
    struct expectation *x = user;

    if (x->keeps)
        x->keep.record.recorder.resized(user, at_ns, rows, columns);
    if (x->cast_file.file != NULL)
        asciicast_resized(&x->cast, at_ns, rows, columns);
}

/* ---- After ---- */

static void fact_add(struct buf *out, const char *title, const char *text)
{
    if (text[0] == 0)
        return;
    buf_addf(out, "  %-8s ", title);
    visible_add(out, text, strlen(text));
    buf_add_text(out, "\n");
}

static void end_print(const struct run_result *r, bool passed, struct buf *out)
{
    const char *after = passed ? " after the script" : "";
    const char *stage = result_get(r, RESULT_STAGE);

    buf_add_text(out, "  program  ");
    if (r->status < 0) {
        buf_add_text(out, "its end is not known");
    } else {
        char text[64];
        buf_add_text(out, status_text(r->status, text, sizeof(text)));
        if (r->ended != 0)
            buf_addf(out, ", ended by the harness%s%s%s", after, stage[0] != 0 ? ": " : "", stage);
    }
    if (r->left > 0)
        buf_addf(out, "; %" PRIu32 " process%s left over, killed", r->left,
                 r->left == 1 ? " was" : "es were");
    buf_add_text(out, "\n");
    if (passed) {
        report_terminal_section(out, "left over", result_get(r, RESULT_PROCESSES));
        fact_add(out, "terminal", result_get(r, RESULT_MODES));
    }
    fact_add(out, "tier", result_get(r, RESULT_TIER));
    report_terminal_section(out, "told", result_get(r, RESULT_TOLD));
    if (r->unnamed > 0) {
        buf_addf(out,
                 "  trace    has names for %d processes; %" PRIu32
                 " more stand there without one\n",
                 CAST_COMMAND_ROOM, r->unnamed);
    }
}

/* What was broken beside what decided. */
static void others_print(const struct run_result *r, struct buf *out)
{
    const char *all = result_get(r, RESULT_INVARIANTS);
    const char *first = strstr(all, BROKEN);

    if (first != NULL && strstr(first + 1, BROKEN) != NULL)
        report_terminal_section(out, "invariants", all);
}

static void failure_print(const struct expectation *x, const struct run_result *r, struct buf *out)
{
    const struct step_list *steps = &x->scenario->variant[0].steps;
    struct buf again = BUF_INIT;

    if (x->transcript.done < steps->count)
        buf_addf(out, "failed at step %zu of %zu: ", x->transcript.done + 1, steps->count);
    else
        buf_addf(out, "failed after %zu step%s: %s %s: ", steps->count, plural(steps->count),
                 verdict_name(r->verdict), result_get(r, RESULT_REASON));
    visible_add(out, r->text[RESULT_MESSAGE].data, r->text[RESULT_MESSAGE].size);
    buf_add_text(out, "\n");
    if (r->line > 0)
        report_terminal_place(out, r, false);
    report_terminal_section(out, "nearest", result_get(r, RESULT_NEAREST));
    report_terminal_section(out, "processes", result_get(r, RESULT_PROCESSES));
    report_terminal_section(out, "screen", result_get(r, RESULT_SCREEN));
    others_print(r, out);
    fact_add(out, "remedy", result_get(r, RESULT_REMEDY));
    fact_add(out, "record", result_get(r, RESULT_RECORD));
    fact_add(out, "not kept", result_get(r, RESULT_UNKEPT));
    buf_add_text(out, "  again    ");
    again_expect(x->flags, &again);
    visible_add(out, again.data, again.size);
    buf_add_text(out, "\n");
    buf_release(&again);
}

/* Says what came of it. Returns the exit code. */
static int result_say(struct expectation *x, const struct run_result *r)
{
    const struct step_list *steps = &x->scenario->variant[0].steps;
    struct buf out = BUF_INIT;
    int code = EXIT_CODE_OK;

    if (r->verdict == VERDICT_HARNESS || r->verdict == VERDICT_UNSUPPORTED) {
        struct diag diag;
        transcript_flush(&x->transcript);
        (void)diag_set(&diag, ERR_IO, "%s", result_get(r, RESULT_MESSAGE));
        print_error(diag.text);
        return EXIT_CODE_HARNESS;
    }
    bool done = x->transcript.done == steps->count;
    bool passed = done && r->verdict == VERDICT_PASS;
    if (!done && *stop_count() == 0)
        transcript_failed(&x->transcript, r->clock_ns, &steps->step[x->transcript.done],
                          x->scenario->variant[0].cast);
    transcript_flush(&x->transcript);
    if (*stop_count() > 0) {
        buf_addf(&out, "stopped by the user after %zu of %zu step%s\n", x->transcript.done,
                 steps->count, plural(steps->count));
    } else if (passed) {
        buf_addf(&out, "passed: %zu step%s\n", steps->count, steps->count == 1 ? "" : "s");
    } else {
        failure_print(x, r, &out);
        code = EXIT_CODE_FAILED;
    }
    end_print(r, passed, &out);
    print_people(&out);
    return code;
}

/* ---- The verb ---- */

/* What the record hears beside the transcript. */
static struct run_recorder recorder_make(struct expectation *x, uint64_t number)
{
    const struct flags *f = x->flags;
    const struct keep_options kept = {.folder = x->results.own[0] != 0 ? x->results.own : NULL,
                                      .current_directory = x->current_directory,
                                      .scenario = x->scenario,
                                      .variant = &x->scenario->variant[0],
                                      .id = x->scenario->id,
                                      .engine = ENGINE_REAL,
                                      .seed = number,
                                      .with = f->with.pair,
                                      .with_count = f->with.count,
                                      .total_ns = f->total_ns,
                                      .step_ns = f->step_ns};
    struct run_recorder recorder = {.user = x};

    transcript_release(&x->transcript);
    x->transcript.color = x->color;
    x->transcript.out = f->quiet || rerun_sums(f) ? NULL : print_people_stream();
    x->keeps = keep_begin(&x->keep, &kept);
    if (x->keeps)
        recorder = x->keep.record.recorder;
    CHECK(!x->keeps || recorder.user == x);
    recorder.output = on_output;
    recorder.step = on_step;
    recorder.how = on_how;
    recorder.way = on_way;
    recorder.resized = on_resized;
    return recorder;
}

/* What is known of it before it runs. */
static void result_head(const struct expectation *x, struct run_result *out)
{
    struct buf again = BUF_INIT;

    out->engine = ENGINE_REAL;
    out->schedules = 1;
    result_set(out, RESULT_ID, x->scenario->id);
    result_set(out, RESULT_SCENARIO, x->scenario->id);
    result_set(out, RESULT_FILE, path_shown(x->script_path, x->current_directory));
    again_expect(x->flags, &again);
    result_set(out, RESULT_AGAIN, buf_text(&again));
    buf_release(&again);
}

/* Makes run number `number`, from 0, and fills the empty result. Returns 0, or what kept it from
 * being made. */
static int expectation_make(struct expectation *x, uint64_t number, struct run_result *result,
                            struct diag *diag)
{
    const struct run_recorder recorder = recorder_make(x, number);
    struct timespec begin, end;
    const struct run_options options = {
        .engine = ENGINE_REAL,
        .helper_dir = x->places.helpers,
        .total_ns = x->flags->total_ns,
        .step_ns = x->flags->step_ns,
        .without = x->flags->without,
        .state_dir = workplace_state(),
        .rest_ns = REST_NS,
        .stop = stop_count(),
        .recorder = &recorder,
        .secret = secret_value,
    };

    result_head(x, result);
    result->attempt = x->flags->retries > 0 ? (uint32_t)number + 1 : 1;
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    int rc = run_variant(x->scenario, &x->scenario->variant[0], &options, result, diag);
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    result->time_ns =
        (end.tv_sec - begin.tv_sec) * INT64_C(1000000000) + end.tv_nsec - begin.tv_nsec;
    /* Of a late pass beside that of the failure before it. */
    bool wanted = rc == 0 && *stop_count() == 0 &&
                  (x->transcript.done < x->scenario->variant[0].steps.count ||
                   result->verdict != VERDICT_PASS || result->attempt > 1);
    if (x->keeps)
        keep_end(&x->keep, result, wanted || (x->flags->record_all && *stop_count() == 0));
    result->failed = verdict_is_bad(result->verdict);
    return rc;
}

/* Run number `number` of those that are made one after the other. Stores whether it failed, and
 * returns an exit code. */
static int expectation_run(struct expectation *x, uint64_t number, bool *failed)
{
    struct run_result result = RESULT_INIT;
    struct diag diag = {0};
    int code = EXIT_CODE_OK;

    int rc = expectation_make(x, number, &result, &diag);
    if (rc < 0)
        code = print_diag(rc, &diag);
    else if (!rerun_sums(x->flags))
        code = result_say(x, &result);
    *failed = rc < 0 || verdict_is_bad(result.verdict);
    if (rc == 0) {
        results_keep(&x->results);
        expect_runs_add(&x->runs, &result);
    }
    result_release(&result);
    return code;
}

/* ---- Again and again ---- */

/* All of `--stress`. */
struct stress {
    struct expectation *x; /* lent */
    struct suite_file file;
    struct jobs jobs;
    struct pool pool;
    struct progress progress;
};

static void stress_work(const struct job *job, void *user, struct run_result *out)
{
    const struct stress *s = user;
    char run_id[RUN_ID_BYTES];
    struct diag diag = {0};

    run_id_make(run_id, sizeof(run_id));
    program_cookie(&s->x->program, run_id);
    if (expectation_make(s->x, job->repeat, out, &diag) < 0) {
        out->verdict = VERDICT_HARNESS;
        out->failed = 1;
        result_set(out, RESULT_REASON, "error");
        result_set(out, RESULT_MESSAGE, diag.text);
    }
}

static void stress_done(struct pool *p, struct job *job)
{
    struct stress *s = p->user;

    results_keep(&s->x->results);
    progress_wipe(&s->progress);
    expect_runs_add(&s->x->runs, &job->result);
}

static void stress_tick(struct pool *p)
{
    struct stress *s = p->user;

    progress_tick(&s->progress, p);
}

static int stress_run(struct stress *s)
{
    const struct flags *f = s->x->flags;
    struct diag diag = {0};
    size_t cores = machine_cores();
    const struct parallel_limits limits = {
        .cores = cores, .processes = machine_processes(), .files = machine_files()};

    s->pool = (struct pool){.jobs = &s->jobs,
                            .told = print_reader(),
                            .work = stress_work,
                            .done_job = stress_done,
                            .tick = stress_tick,
                            .user = s};
    s->pool.parallel = parallel_init(rerun_stress_jobs(f, cores), POOL_WORKERS_MAX, &limits);
    int rc = rerun_prepare(&s->pool, f, cores, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    pool_open(&s->pool);
    progress_start(&s->progress, f->quiet);
    s->pool.tick_ns = progress_tick_ns(&s->progress);
    rc = pool_run(&s->pool, &diag);
    progress_wipe(&s->progress);
    pool_close(&s->pool);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

static int expectation_stress(struct expectation *x)
{
    struct stress *s = calloc(1, sizeof(*s));
    struct job *job = calloc(1, sizeof(*job));
    int code = EXIT_CODE_HARNESS;

    if (s != NULL && job != NULL) {
        s->x = x;
        s->file = (struct suite_file){.scenario = x->scenario, .path = x->script_path};
        *job = (struct job){.file = &s->file,
                            .variant = &x->scenario->variant[0],
                            .engine = ENGINE_REAL,
                            .twin = SIZE_MAX};
        s->jobs = (struct jobs){.job = job, .count = 1, .room = 1};
        job = NULL;
        code = stress_run(s);
        jobs_release(&s->jobs);
    }
    free(job);
    free(s);
    return code;
}

/* One run, or several, or attempts until one passes. */
static int expectation_repeat(struct expectation *x)
{
    const struct flags *f = x->flags;
    size_t failures_max = rerun_failures_max(f);
    size_t failures = 0;
    uint64_t done = 0;
    bool more = true;
    int code = EXIT_CODE_OK;

    while (more) {
        bool failed = false;
        code = exit_code_worse(code, expectation_run(x, done++, &failed));
        failures += failed;
        more = f->retries > 0 ? failed && done <= f->retries
                              : done < f->repeat && (failures_max == 0 || failures < failures_max);
        more = more && *stop_count() == 0;
    }
    return code;
}

static int expectation_go(struct expectation *x)
{
    struct diag diag = {0};

    int code = x->flags->stress.given ? expectation_stress(x) : expectation_repeat(x);
    code = exit_code_worse(code, expect_runs_end(&x->runs));
    results_end(&x->results);
    if (x->cast_file.file == NULL)
        return code;
    bool good = asciicast_end(&x->cast, &diag) == 0;
    int rc = outfile_close(&x->cast_file, good, &diag);
    return rc < 0 ? exit_code_worse(code, print_diag(rc, &diag)) : code;
}

/* Which script, and whether there is something to run. */
static int expectation_select(struct expectation *x)
{
    struct last_failed last = {.count = 0};
    struct diag diag = {0};

    int code = script_open(x);
    if (code != EXIT_CODE_OK || !x->flags->last_failed)
        return code;
    int rc = last_failed_read(x->flags->results, "expect", x->scenario->id, &last, &diag);
    if (rc == 0 && !last_failed_has(&last, x->scenario->id, ENGINE_REAL))
        rc = diag_set(&diag, ERR_NOTFOUND, "%s did not fail the last time, %s", x->scenario->id,
                      last.run);
    last_failed_release(&last);
    if (rc == 0)
        return EXIT_CODE_OK;
    (void)print_diag(rc, &diag);
    return rc == ERR_NOTFOUND ? EXIT_CODE_NOTHING : EXIT_CODE_HARNESS;
}

static int expectation_prepare(struct expectation *x)
{
    char run_id[RUN_ID_BYTES];
    struct diag diag = {0};

    if (rerun_check(x->flags, &diag) < 0)
        return print_diag(ERR_USAGE, &diag);
    int code = expectation_select(x);
    if (code != EXIT_CODE_OK)
        return code;
    int rc = secrets_take(x, &diag);
    run_id_make(run_id, sizeof(run_id));
    if (rc == 0)
        rc = program_typed(&x->program, &x->scenario->variant[0],
                           (const char *const *)(x->flags->argument + 1), run_id, &diag);
    if (rc == 0)
        rc = cast_open(x, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    variant_prepare(x);
    return EXIT_CODE_OK;
}

static void head_print(const struct expectation *x)
{
    struct buf out = BUF_INIT;

    buf_addf(&out, "%s, on", x->script_path);
    for (int i = 1; i < x->flags->arguments; i++) {
        buf_add_text(&out, " ");
        visible_add(&out, x->flags->argument[i], strlen(x->flags->argument[i]));
    }
    buf_add_text(&out, "\n");
    print_people(&out);
}

static int expect_script(const struct flags *flags)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct expectation *x = calloc(1, sizeof(*x));

    if (x == NULL)
        return EXIT_CODE_HARNESS;
    x->flags = flags;
    if (getcwd(x->current_directory, sizeof(x->current_directory)) == NULL)
        x->current_directory[0] = 0;
    x->arena = arena_new(EXPECT_ARENA_BYTES_MAX);
    x->color = color_wanted(flags);
    places_find_own(&x->places);
    int code = expectation_prepare(x);
    if (code == EXIT_CODE_OK)
        code = expect_runs_open(&x->runs, flags, x->color);
    if (code == EXIT_CODE_OK) {
        for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
            stop_watch(signals[i]);
        if (!flags->quiet)
            head_print(x);
        workplace_sweep();
        keep_open(&x->results, flags->results);
        expect_runs_keep(&x->runs, &x->results);
        code = expectation_go(x);
    }
    (void)outfile_close(&x->cast_file, false, NULL);
    transcript_release(&x->transcript);
    arena_release(&x->arena);
    free(x);
    if (*stop_count() > 0)
        stop_die(stop_signal());
    return code;
}

const struct verb_entry verb_expect = {
    .name = "expect",
    .form = "NAME|FILE -- CMD...",
    .help = "runs one expect script on any program behind a terminal",
    .more =
        "NAME is a script of the nearest folder `expect/scripts` upward, else an installed one: see\n"
        "`scenario help scripts`. Prints what was typed, what was shown, and which step was done when;\n"
        "at the end how the program ended. Before a key or a signal the foreground group must be at\n"
        "rest, or have met the signal in the same way for a while. After the last step the program may\n"
        "end by itself until it is at rest, at most a second; then its terminal is closed. One that has\n"
        "ended by itself must not have died by a signal that nobody here sent, nor have left processes\n"
        "over, the terminal in other modes or another process group in front; what one leaves that had to\n"
        "be ended is told only. A process that is dead and not reaped by a parent that lives, or that stays\n"
        "stopped, is wrong in any case. See INVARIANTS in scenario-file(5).\n"
        "\n"
        "--repeat N runs it N times, --stress several at a time until --for is over, --until-fail has its\n"
        "failure, or Ctrl-C; either sums up what the runs came to, as in `200 runs: 197 PASS by SIGINT, 3\n"
        "TIMEOUT ...`, shows the first of each kind of failure, and keeps it. With --retries N a script\n"
        "that fails is run again, up to N times; one that passes then is FLAKY, and as red as a failure.\n"
        "--last-failed runs it only when it has failed the last time.\n",
    .codes =
        "Exit codes: 0 every step is done and the program ended well, 1 a step failed or the program\n"
        "ended badly, 2 wrong usage, 3 the script is wrong, 4 with --last-failed: it had not,\n"
        "6 the program could not be started (a program that ends with 127 was).\n",
    .example = "  scenario expect press-ctrl-c -- make       one script on any program\n",
    .flags = {FLAG_WITH, FLAG_CAST, FLAG_REPEAT, FLAG_RETRIES, FLAG_STRESS, FLAG_FOR,
              FLAG_UNTIL_FAIL, FLAG_FAIL_FAST, FLAG_LAST_FAILED, FLAG_RESULTS, FLAG_RECORD,
              FLAG_REPORTS, FLAG_TIMEOUT, FLAG_STEP_TIMEOUT, FLAG_WITHOUT, FLAG_COLOR, FLAG_QUIET},
    .run = expect_script,
};
