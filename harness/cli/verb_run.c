/* verb_run.c: `scenario run`. */
#include "harness/cli/explain.h"
#include "harness/cli/gating.h"
#include "harness/cli/keep.h"
#include "harness/cli/machine.h"
#include "harness/cli/order.h"
#include "harness/cli/pool.h"
#include "harness/cli/print.h"
#include "harness/cli/progress.h"
#include "harness/cli/reports.h"
#include "harness/cli/rerun.h"
#include "harness/cli/stop.h"
#include "harness/cli/suite.h"
#include "harness/cli/teller.h"
#include "harness/cli/verb.h"
#include "harness/cli/worker.h"
#include "harness/cli/workplace.h"
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

enum { PATHS_SHOWN_MAX = 8 };

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
    struct reports reports;
    struct teller teller;
    struct last_failed last_failed;
    struct results records; /* where failures are kept */
    struct ledger ledger;
    struct gating gating;
    char timestamp[32];
    char current_directory[PATH_MAX];
};

static void work(const struct job *job, void *user, struct run_result *out)
{
    const struct command *c = user;

    worker_run(job, &c->worker, out);
}

static void run_done(struct pool *p, struct job *job)
{
    struct command *c = p->user;

    results_keep(&c->records);
    gating_note(&c->gating, &job->result);
    job->key = ledger_add(&c->ledger, &job->result, job->repeat);
}

static void job_done(struct pool *p, struct job *job)
{
    struct command *c = p->user;

    if (p->repeat_step > 0)
        teller_take(&c->teller, job);
    else
        teller_say(&c->teller);
    c->worker.records_full = c->teller.recorded >= RESULTS_KEPT_MAX;
}

static bool run_excused(const struct pool *p, const struct run_result *r)
{
    const struct command *c = p->user;

    return gating_excuses(&c->gating, r);
}

static void tick(struct pool *p)
{
    struct command *c = p->user;

    progress_tick(&c->progress, p);
}

/* ---- Before ---- */

static const char *scenario_at(size_t i, void *user)
{
    const struct suite *s = user;

    return s->file[i].scenario->id;
}

/* Reads the known failures, where the runs are to be judged by them. Returns an exit code. */
static int command_gate(struct command *c)
{
    const struct flags *f = c->flags;

    if (!f->gate && (f->known != NULL || f->today != NULL || f->github || f->update)) {
        print_error("--known, --today, --github and --update are for --gate: say it, too");
        return EXIT_CODE_USAGE;
    }
    if (!f->gate || c->jobs.count == 0)
        return EXIT_CODE_OK;
    int code = gating_open(&c->gating, f, c->suite.file[0].path, &c->places);
    if (code == EXIT_CODE_OK)
        gating_ask(&c->gating, scenario_at, c->suite.count, &c->suite);
    return code;
}

/* With --last-failed: only what failed then may be selected. Returns an exit code. */
static int last_failed_find(struct command *c)
{
    struct diag diag = {0};

    if (!c->flags->last_failed)
        return EXIT_CODE_OK;
    int rc = last_failed_read(c->flags->results, "run", NULL, &c->last_failed, &diag);
    if (rc < 0) {
        (void)print_diag(rc, &diag);
        return rc == ERR_NOTFOUND ? EXIT_CODE_NOTHING : EXIT_CODE_HARNESS;
    }
    c->jobs.only = &c->last_failed;
    return EXIT_CODE_OK;
}

/* Nothing of what was selected failed then. */
static int last_failed_nothing(const struct command *c)
{
    struct diag diag;

    (void)diag_set(&diag, ERR_NOTFOUND,
                   c->last_failed.count == 0 ? "nothing failed in the last run, %s"
                                             : "nothing of this failed in the last run, %s",
                   c->last_failed.run);
    print_error(diag.text);
    return EXIT_CODE_NOTHING;
}

/* Finds, loads, checks and selects. Returns an exit code, or EXIT_CODE_OK to go on. */
static int command_prepare(struct command *c)
{
    struct diag diag = {0};
    struct buf err = BUF_INIT;

    if (rerun_check(c->flags, &diag) < 0)
        return print_diag(ERR_USAGE, &diag);
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
    code = last_failed_find(c);
    if (code != EXIT_CODE_OK)
        return code;
    int rc = jobs_select(&c->jobs, &c->suite, c->flags, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    if (c->jobs.count == 0 && c->flags->last_failed && !c->flags->allow_empty)
        return last_failed_nothing(c);
    if (c->jobs.count == 0 && !c->flags->allow_empty)
        return selection_empty(&c->suite, c->flags);
    selection_doubt(&c->suite, c->flags);
    rc = jobs_split(&c->jobs, c->flags, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    code = command_gate(c);
    if (code != EXIT_CODE_OK)
        return code;
    if (c->flags->schedules > 1 && c->jobs.count > 0 && !jobs_have(&c->jobs, ENGINE_SIM)) {
        print_error("--schedules is for the simulator, and all of this runs on processes: say "
                    "--engine sim or both, or --repeat N");
        return EXIT_CODE_USAGE;
    }
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
    if (c->jobs.shard.count > 0) {
        buf_addf(&out, " shard %" PRIu32 "/%" PRIu32 ", %zu of %zu run%s, plan %016" PRIx64 "\n",
                 c->jobs.shard.index, c->jobs.shard.count, c->jobs.count, c->jobs.planned,
                 plural(c->jobs.planned), c->jobs.plan);
    }
    /* The paths used, where they were not simply typed. */
    if (c->suite.lookup.folder[0] != 0)
        buf_addf(&out, " %s\n", c->suite.lookup.folder);
    for (size_t i = 0; i < c->suite.count && c->suite.count <= PATHS_SHOWN_MAX; i++) {
        if (strcmp(c->suite.file[i].path, c->suite.file[i].again) != 0)
            buf_addf(&out, " %s\n", c->suite.file[i].path);
    }
    if (c->suite.count > PATHS_SHOWN_MAX)
        buf_addf(&out, " %zu file%s, %zu run%s\n", c->suite.count, plural(c->suite.count),
                 c->jobs.count, plural(c->jobs.count));
    if (c->jobs.only != NULL)
        buf_addf(&out, " only what failed in %s: %zu run%s\n", c->last_failed.run, c->jobs.count,
                 plural(c->jobs.count));
    print_people(&out);
    reports_head(&c->reports, &c->head);
}

static int command_open(struct command *c)
{
    const struct flags *f = c->flags;
    struct diag diag = {0};

    /* Before the first run: a report that cannot be written is better known now. */
    if (reports_open(&c->reports, f->report, &diag) < 0)
        return print_diag(ERR_USAGE, &diag);
    size_t variants = f->stress.given ? c->jobs.count : 0;
    c->pool.jobs = &c->jobs;
    int rc = rerun_prepare(&c->pool, f, machine_cores(), &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    c->teller = (struct teller){.flags = f,
                                .jobs = &c->jobs,
                                .worker = &c->worker,
                                .progress = &c->progress,
                                .reports = &c->reports,
                                .ledger = &c->ledger,
                                .gating = &c->gating,
                                .variants = variants,
                                .color = color_wanted(f)};
    rc = teller_open(&c->teller, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    keep_open(&c->records, f->results);
    const struct invocation own = {.verb = "run",
                                   .suite = suite_hash(&c->suite),
                                   .plan = c->jobs.plan,
                                   .shard_i = c->jobs.shard.index,
                                   .shard_n = c->jobs.shard.count,
                                   .selected = c->jobs.count};
    ledger_open(&c->ledger, &c->records, &own);
    /* Endless ones have their turns. */
    if (c->pool.repeat_step == 0)
        jobs_order(&c->jobs, c->ledger.index);
    if (!f->gate || c->jobs.count == 0)
        return EXIT_CODE_OK;
    int code = gating_begin(&c->gating, &c->ledger.own.platform);
    if (code == EXIT_CODE_OK)
        gating_past(&c->gating, c->ledger.index, &c->ledger.own);
    return code;
}

/* ---- After ---- */

/* Prints the end and returns the exit code. */
static int command_end(struct command *c)
{
    int code = teller_end(&c->teller, &c->head, c->pool.interrupted);

    bool all = c->pool.repeat_step > 0 || c->pool.done == c->jobs.count;
    ledger_close(&c->ledger, all && c->pool.interrupted == 0);
    uint64_t ran = c->teller.counts.total - c->teller.counts.verdict[VERDICT_UNSUPPORTED];
    if (code == EXIT_CODE_OK && ran < c->flags->min_run) {
        print_error("fewer runs than --min-run asks for");
        code = EXIT_CODE_NOTHING;
    }
    return code;
}

/* -j. */
static size_t at_once(const struct flags *f)
{
    return f->stress.given ? rerun_stress_jobs(f, machine_cores()) : f->jobs;
}

static int command_go(struct command *c)
{
    struct diag diag = {0};

    c->pool.parallel = parallel_init(at_once(c->flags), POOL_WORKERS_MAX,
                                     &(struct parallel_limits){.cores = machine_cores(),
                                                               .processes = machine_processes(),
                                                               .files = machine_files()});
    c->pool.told = print_reader();
    c->pool.excused = run_excused;
    c->pool.work = work;
    c->pool.done_run = run_done;
    c->pool.done_job = job_done;
    c->pool.tick = tick;
    c->pool.user = c;
    c->worker = (struct worker_options){.helper_dir = c->places.helpers,
                                        .records = c->records.own[0] != 0 ? c->records.own : NULL,
                                        .record_all = c->flags->record_all,
                                        /* Whoever starts us can so find what we have started. */
                                        .run_id = getenv("SCENARIO_RUN"),
                                        .current_directory = c->current_directory,
                                        .all_events = c->flags->verbose,
                                        .schedules = c->flags->schedules,
                                        .repeat = c->flags->repeat,
                                        .total_ns = c->flags->total_ns,
                                        .step_ns = c->flags->step_ns,
                                        .without = c->flags->without,
                                        .stop = stop_count(),
                                        .dump = pool_dump()};
    workplace_sweep();
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
    ledger_close(&c->ledger, false);
    results_end(&c->records);
    int interrupted = c->pool.interrupted;
    teller_release(&c->teller);
    gating_release(&c->gating);
    jobs_release(&c->jobs);
    last_failed_release(&c->last_failed);
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
        "Without -j as many run at once as the cores bear: simulated ones a core each, real ones by the\n"
        "number of their processes. What is said stands in the order of the variants all the same.\n"
        "\n"
        "With --repeat the runs of a variant are summed up by what they came to, as in `200 runs: 197\n"
        "PASS by SIGINT, 3 TIMEOUT ...`; of each kind of failure the first is shown, and kept.\n"
        "--stress does so with runs that go on, several at a time and all variants in turn, until --for\n"
        "is over, --until-fail has its failure, or Ctrl-C; a run that this cuts short does not count.\n"
        "\n"
        "With --retries N what fails on processes is run again, up to N times. One that passes then is\n"
        "FLAKY: it is red like a failure, both outcomes are shown, and both records are kept. A simulated\n"
        "run is the same each time, and is not run again.\n"
        "\n"
        "--fail-fast[=N] starts no more when N variants have failed. What runs then comes to its end,\n"
        "and what did not run is listed.\n"
        "\n"
        "--shard I/N runs one part of N: each variant is in exactly one. Without --durations it goes by\n"
        "its id alone, and stays in its part when others are added; with it the parts take as long as\n"
        "one another. --shard auto reads what a scheduler tells its tasks: SLURM_ARRAY_TASK_ID with _MIN\n"
        "and _COUNT, CI_NODE_INDEX and CI_NODE_TOTAL, JOB_COMPLETION_INDEX (with auto/N, as it does not\n"
        "say of how many), or TEST_SHARD_INDEX and TEST_TOTAL_SHARDS. A part with nothing in it is no\n"
        "error.\n"
        "\n"
        "--last-failed runs only what failed in the `scenario run` before this one, at any attempt.\n"
        "\n"
        "With `--json -` or `--junit -` standard output has the report and nothing else; what is for\n"
        "people goes to standard error. When nobody reads standard output any more (`| head`) the run is\n"
        "stopped, and the command dies of SIGPIPE, as others do.\n"
        "\n"
        "With --gate the runs are judged by the known failures of ci/known-failures.yaml beside\n"
        "`scenarios`: one that an entry excuses is XFAIL, one that an entry calls broken and that passes\n"
        "is XPASS; below the results stands what `scenario gate` says, and the exit code is the gate's.\n"
        "\n"
        "A failure is kept: its record, which `scenario show` reads, and a recording of its terminal. Of\n"
        "one invocation they lie in a folder of `.scenario/results` beside `scenarios/`, else in the\n"
        "current folder; `last` there leads to the newest. What each run came to stands in `index.db`\n"
        "there as soon as it is known. `scenario doctor` says how much stays, and for how long.\n"
        "\n"
        "A report is written as PATH.partial and renamed when it is complete; what had the name before\n"
        "is removed at the start: under its name it is whole or not there.\n",
    .codes =
        "Exit codes: 0 all as declared, 1 a failure, 2 wrong usage, 3 a file is wrong, 4 nothing\n"
        "selected, 5 with --gate: an entry is no longer right, 6 the harness itself failed, 7 no verdict.\n",
    .example =
        "  scenario run ctrlc_nested.yaml             one scenario, all variants\n"
        "  scenario run -k 'tag:ctrlc and not depth=7' --engine sim\n"
        "  scenario run --gate                        all of them, judged by the known failures\n"
        "  scenario run --shard 2/8                   the second of eight parts of all\n",
    .flags = {FLAG_FILTER, FLAG_PIN, FLAG_EXAMPLES, FLAG_JOBS, FLAG_ENGINE,
              FLAG_SEED, FLAG_SCHEDULES, FLAG_REPEAT, FLAG_RETRIES, FLAG_STRESS,
              FLAG_FOR, FLAG_UNTIL_FAIL, FLAG_FAIL_FAST, FLAG_LAST_FAILED, FLAG_TIMEOUT,
              FLAG_STEP_TIMEOUT, FLAG_RESULTS, FLAG_RECORD, FLAG_REPORTS, FLAG_GATE,
              FLAG_KNOWN, FLAG_TODAY, FLAG_UPDATE, FLAG_GITHUB, FLAG_SHARD,
              FLAG_DURATIONS, FLAG_MIN_RUN, FLAG_ALLOW_EMPTY, FLAG_WITHOUT, FLAG_COLOR,
              FLAG_QUIET, FLAG_VERBOSE},
    .run = run_scenarios,
};
