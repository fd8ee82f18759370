/* verb_run.c: `scenario run`. */
#include "harness/cli/diverge.h"
#include "harness/cli/machine.h"
#include "harness/cli/pool.h"
#include "harness/cli/print.h"
#include "harness/cli/progress.h"
#include "harness/cli/reports.h"
#include "harness/cli/stop.h"
#include "harness/cli/suite.h"
#include "harness/cli/verb.h"
#include "harness/cli/worker.h"
#include "harness/report/exit_code.h"
#include "harness/report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATHS_SHOWN_MAX = 8, NOT_RUN_SHOWN_MAX = 10 };

/* All of one `scenario run`. */
struct command {
    const struct flags *flags;
    struct places places;
    struct suite suite;
    struct jobs jobs;
    struct pool pool;
    struct progress progress;
    struct worker_options worker;
    struct report_head head;
    struct report_counts counts;
    struct reports reports;
    size_t said;                       /* jobs whose result was said, from the first on */
    const struct run_result **results; /* owned: those that were said, at the end */
    bool color;
    char timestamp[32];
    char current_directory[PATH_MAX];
};

static void work(const struct job *job, void *user, struct run_result *out)
{
    const struct command *c = user;

    worker_run(job, &c->worker, out);
}

/* Says one result in every way that goes on while it runs. */
static void result_say(struct command *c, const struct run_result *r)
{
    struct buf out = BUF_INIT;
    bool bad = verdict_is_bad(r->verdict);

    report_count(&c->counts, r);
    progress_wipe(&c->progress);
    /* A run that the user has stopped needs no explanation. */
    bool block = bad && strcmp(result_get(r, RESULT_REASON), "interrupted") != 0;
    if (block) {
        buf_add_text(&out, "\n");
        report_terminal_failure(&out, r, c->color);
        buf_add_text(&out, "\n");
    } else if (bad || !c->flags->quiet) {
        report_terminal_line(&out, r, c->color);
    }
    if (c->flags->verbose && !bad) {
        buf_addf(&out,
                 "       %" PRIu64 " records, digest %016" PRIx64 ", %" PRId64
                 " ms on the engine's clock\n",
                 r->records, r->digest, r->clock_ns / 1000000);
        if (result_get(r, RESULT_ADOPTED)[0] != 0)
            buf_addf(&out, "       adopted %s\n", result_get(r, RESULT_ADOPTED));
    }
    if (out.size > 0)
        print_people(&out);
    reports_run(&c->reports, r);
}

static struct job *twin_of(struct command *c, const struct job *job)
{
    return job->twin < c->jobs.count ? &c->jobs.job[job->twin] : NULL;
}

/* Says what is known of the job; the first of a pair speaks for both when they disagree. */
static void job_say(struct command *c, struct job *job)
{
    struct job *twin = twin_of(c, job);

    if (!job->done || job->replaced)
        return;
    if (twin != NULL && twin->done && job->engine == ENGINE_REAL)
        (void)engines_diverge(job, twin, &c->worker);
    result_say(c, &job->result);
}

/* Says the results in the order of the jobs, whichever was done first: as far as all are there, or
 * those that are. */
static void jobs_say(struct command *c, bool all)
{
    for (; c->said < c->jobs.count; c->said++) {
        struct job *job = &c->jobs.job[c->said];
        const struct job *twin = twin_of(c, job);
        if (!all && (!job->done || (twin != NULL && !twin->done)))
            return;
        job_say(c, job);
    }
}

static void job_done(struct pool *p, struct job *job)
{
    (void)job;
    jobs_say(p->user, false);
}

static void tick(struct pool *p)
{
    struct command *c = p->user;

    progress_tick(&c->progress, p, &c->counts);
}

/* ---- Before ---- */

/* Finds, loads, checks and selects. Returns an exit code, or EXIT_CODE_OK to go on. */
static int command_prepare(struct command *c)
{
    struct diag diag = {0};
    struct buf err = BUF_INIT;

    places_find_own(&c->places);
    if (getcwd(c->current_directory, sizeof(c->current_directory)) == NULL)
        c->current_directory[0] = 0;
    int code = suite_load(&c->suite, c->flags, &c->places);
    if (code != EXIT_CODE_OK)
        return code;
    suite_findings(&c->suite, !c->flags->quiet, &err);
    print_err(&err);
    if (c->suite.errors > 0)
        return EXIT_CODE_INPUT;
    int rc = jobs_select(&c->jobs, &c->suite, c->flags, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    if (c->jobs.count == 0 && !c->flags->allow_empty) {
        print_error("nothing is selected; `scenario list` shows what there is");
        return EXIT_CODE_NOTHING;
    }
    c->results = (const struct run_result **)calloc(c->jobs.count + 1, sizeof(*c->results));
    if (c->results == NULL)
        return print_diag(ERR_NOMEM, &(struct diag){"out of memory"});
    return EXIT_CODE_OK;
}

static const char *engines_name(const struct jobs *jobs)
{
    unsigned engines = 0;

    for (size_t i = 0; i < jobs->count; i++)
        engines |= jobs->job[i].engine;
    return engine_name(engines);
}

/* Now in UTC, "2026-01-31T12:00:00". */
static void timestamp_write(char *out, size_t size)
{
    time_t now = time(NULL);
    struct tm tm;

    if (gmtime_r(&now, &tm) == NULL || strftime(out, size, "%Y-%m-%dT%H:%M:%S", &tm) == 0)
        out[0] = 0;
}

static void command_head(struct command *c)
{
    struct buf out = BUF_INIT;

    timestamp_write(c->timestamp, sizeof(c->timestamp));
    c->head = (struct report_head){.seed = c->flags->seed,
                                   .jobs = parallel_begin(c->pool.parallel, &c->jobs),
                                   .engine = engines_name(&c->jobs),
                                   .timestamp = c->timestamp};
    report_terminal_head(&out, &c->head);
    /* The paths used, where they were not simply typed. */
    if (c->suite.lookup.folder[0] != 0)
        buf_addf(&out, " %s\n", c->suite.lookup.folder);
    for (size_t i = 0; i < c->suite.count && c->suite.count <= PATHS_SHOWN_MAX; i++) {
        if (strcmp(c->suite.file[i].path, c->suite.file[i].again) != 0)
            buf_addf(&out, " %s\n", c->suite.file[i].path);
    }
    if (c->suite.count > PATHS_SHOWN_MAX)
        buf_addf(&out, " %zu files, %zu runs\n", c->suite.count, c->jobs.count);
    print_people(&out);
    reports_head(&c->reports, &c->head);
}

static int folder_make(const char *path, struct diag *diag)
{
    char inside[PATH_MAX];

    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        return diag_errno(diag, ERR_USAGE, "cannot make %s", path);
    (void)snprintf(inside, sizeof(inside), "%s/.", path);
    if (access(inside, W_OK | X_OK) < 0)
        return diag_errno(diag, ERR_USAGE, "cannot write into %s", path);
    return 0;
}

static int command_open(struct command *c)
{
    const struct flags *f = c->flags;
    struct diag diag = {0};

    /* Before the first run: a report that cannot be written is better known now. */
    if (f->trace_dir != NULL && folder_make(f->trace_dir, &diag) < 0)
        return print_diag(ERR_USAGE, &diag);
    if (reports_open(&c->reports, f->report, &diag) < 0)
        return print_diag(ERR_USAGE, &diag);
    c->color = color_wanted(f);
    return EXIT_CODE_OK;
}

/* ---- After ---- */

/* All results there are, in the jobs' order. */
static size_t results_list(struct command *c)
{
    size_t count = 0;

    for (size_t i = 0; i < c->jobs.count; i++) {
        if (c->jobs.job[i].done && !c->jobs.job[i].replaced)
            c->results[count++] = &c->jobs.job[i].result;
    }
    return count;
}

static void list_bad(const struct command *c, const struct report_end *end, struct buf *out)
{
    bool any = false;

    /* With a single result the block just above says it all. */
    for (size_t i = 0; i < end->count && c->jobs.count != 1; i++) {
        if (!verdict_is_bad(end->result[i]->verdict))
            continue;
        buf_add_text(out, any ? "" : "\n");
        report_terminal_line(out, end->result[i], c->color);
        any = true;
    }
}

static void list_not_run(struct command *c, struct buf *out)
{
    size_t left = 0;

    for (size_t i = 0; i < c->jobs.count; i++) {
        const struct job *job = &c->jobs.job[i];
        if (job->done)
            continue;
        if (left++ < NOT_RUN_SHOWN_MAX)
            buf_addf(out, "not run  %s  %s\n", job->variant->id, engine_name(job->engine));
    }
    if (left > NOT_RUN_SHOWN_MAX)
        buf_addf(out, "not run  and %zu more\n", left - NOT_RUN_SHOWN_MAX);
    if (c->pool.interrupted != 0)
        buf_addf(out, "interrupted: %zu of %zu did not run\n", left, c->jobs.count);
}

/* Prints the end and returns the exit code. */
static int command_end(struct command *c)
{
    struct buf out = BUF_INIT;

    jobs_say(c, true);
    const struct report_end end = {
        .head = &c->head, .counts = &c->counts, .result = c->results, .count = results_list(c)};
    progress_wipe(&c->progress);
    list_bad(c, &end, &out);
    list_not_run(c, &out);
    c->counts.verdict[VERDICT_SKIPPED] += c->jobs.skipped;
    report_terminal_summary(&out, &c->counts, c->color);
    print_people(&out);
    int code = exit_code_worse(report_exit_code(&c->counts), reports_end(&c->reports, &end));
    if (code == EXIT_CODE_OK && c->counts.total < c->flags->min_run) {
        print_error("fewer runs than --min-run asks for");
        code = EXIT_CODE_NOTHING;
    }
    return code;
}

static int command_go(struct command *c)
{
    struct diag diag = {0};

    c->pool.jobs = &c->jobs;
    c->pool.parallel = parallel_init(c->flags->jobs, POOL_WORKERS_MAX,
                                     &(struct parallel_limits){.cores = machine_cores(),
                                                               .processes = machine_processes(),
                                                               .files = machine_files()});
    c->pool.told = print_reader();
    c->pool.work = work;
    c->pool.done_job = job_done;
    c->pool.tick = tick;
    c->pool.user = c;
    c->worker = (struct worker_options){.helper_dir = c->places.helpers,
                                        .trace_dir = c->flags->trace_dir,
                                        /* Whoever starts us can so find what we have started. */
                                        .run_id = getenv("SCENARIO_RUN"),
                                        .current_directory = c->current_directory,
                                        .schedules = c->flags->schedules,
                                        .total_ns = c->flags->total_ns,
                                        .step_ns = c->flags->step_ns,
                                        .stop = stop_count(),
                                        .dump = pool_dump()};
    pool_open(&c->pool);
    command_head(c);
    progress_start(&c->progress, c->flags->quiet);
    c->pool.tick_ns = progress_tick_ns(&c->progress);
    int rc = pool_run(&c->pool, &diag);
    int code = rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
    code = exit_code_worse(code, command_end(c));
    /* It may have gone when all was run but not yet told. */
    if (print_failure() == EPIPE && c->pool.interrupted == 0)
        c->pool.interrupted = SIGPIPE;
    if (c->pool.interrupted == SIGPIPE && print_people_stream() == stderr)
        print_error("nobody reads standard output any more");
    pool_close(&c->pool);
    return code;
}

static int run_scenarios(const struct flags *flags)
{
    struct command *c = calloc(1, sizeof(*c));

    if (c == NULL)
        return EXIT_CODE_HARNESS;
    c->flags = flags;
    int code = command_prepare(c);
    if (code == EXIT_CODE_OK)
        code = command_open(c);
    if (code == EXIT_CODE_OK)
        code = command_go(c);
    reports_release(&c->reports);
    int interrupted = c->pool.interrupted;
    free((void *)c->results);
    jobs_release(&c->jobs);
    suite_release(&c->suite);
    free(c);
    if (interrupted != 0)
        stop_die(interrupted);
    return code;
}

const struct verb_entry verb_run = {
    .name = "run",
    .form = "[NAME|FILE|DIR]...",
    .help = "runs scenarios and judges them",
    .more =
        "NAME is a path; else a name in `scenarios/` of the nearest folder upward that has one; else\n"
        "an installed example. Without a name: all of that `scenarios/`, and nothing else. Files are\n"
        "checked first.\n"
        "\n"
        "Ctrl-C, SIGTERM or SIGHUP stops cleanly and says what did not run. Ctrl-C or SIGTERM after it\n"
        "stops at once, and so does SIGQUIT. Then the command dies of the first of them, without a core\n"
        "file. A SIGHUP that was ignored from the start (nohup) stays so. SIGUSR1 tells the state of the\n"
        "runs.\n"
        "\n"
        "With `--json -` or `--junit -` standard output has the report and nothing else; what is for\n"
        "people goes to standard error. When nobody reads standard output any more (`| head`) the run is\n"
        "stopped, and the command dies of SIGPIPE, as others do.\n"
        "\n"
        "A report is written as PATH.partial and renamed when it is complete; what had the name before\n"
        "is removed at the start: under its name it is whole or not there.\n",
    .codes =
        "Exit codes: 0 all as declared, 1 a failure, 2 wrong usage, 3 a file is wrong, 4 nothing\n"
        "selected, 6 the harness itself failed, 7 no verdict.\n",
    .example = "  scenario run ctrlc_nested.yaml             one scenario, all variants\n"
               "  scenario run -k 'tag:ctrlc and not depth=7' --engine sim\n",
    .flags = {FLAG_FILTER, FLAG_PIN, FLAG_EXAMPLES, FLAG_JOBS, FLAG_ENGINE, FLAG_SEED,
              FLAG_SCHEDULES, FLAG_REPEAT, FLAG_TIMEOUT, FLAG_STEP_TIMEOUT, FLAG_TRACE_DIR,
              FLAG_REPORTS, FLAG_MIN_RUN, FLAG_ALLOW_EMPTY, FLAG_COLOR, FLAG_QUIET, FLAG_VERBOSE},
    .run = run_scenarios,
};
