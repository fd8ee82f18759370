/* verb_try.c: `scenario try`: any command, without a file: what becomes of it when somebody presses
 * Ctrl-C, closes the window or ends it, at each point of its life.
 *
 * A first run is left alone and shows its life. Each point times each stimulus is then one run of a
 * scenario that is made for it, judged as any other. */
#include "harness/cli/again.h"
#include "harness/cli/allow.h"
#include "harness/cli/keep.h"
#include "harness/cli/ledger.h"
#include "harness/cli/machine.h"
#include "harness/cli/outfile.h"
#include "harness/cli/pool.h"
#include "harness/cli/print.h"
#include "harness/cli/progress.h"
#include "harness/cli/stop.h"
#include "harness/cli/suite.h"
#include "harness/cli/summary.h"
#include "harness/cli/try_base.h"
#include "harness/cli/try_run.h"
#include "harness/cli/try_table.h"
#include "harness/cli/verb.h"
#include "harness/report/exit_code.h"
#include "runtime/base/check.h"
#include "runtime/base/duration.h"
#include "runtime/host/loop.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND    (INT64_C(1000) * 1000 * 1000)
#define GRACE_NS  (5 * SECOND)
#define BUDGET_NS (60 * SECOND)
/* So long nothing comes of a command that rests: it has shown its life; where the points are given
 * there is less to see. */
#define STILL_NS    (3 * SECOND / 2)
#define STILL_AT_NS (3 * SECOND / 10)

#define FILE_HERE "try.yaml" /* what the scenarios are called that stand in no file */

enum {
    TRY_ARENA_BYTES_MAX = 512 * 1024 * 1024,
    TRY_PER_CORE = 4, /* runs at once: most of them wait */
};

/* All of one `scenario try`. */
struct trial {
    const struct flags *flags;
    struct places places;
    struct arena arena;
    struct try_request request;
    char script_path[PATH_MAX];
    char script_dir[PATH_MAX];
    char script_name[PATH_MAX];
    char current_directory[PATH_MAX];
    unsigned stimuli; /* a set */
    struct try_life life;
    struct try_files before;
    struct try_files untouched;
    struct try_table table;
    struct try_worker worker;
    struct allow allow;
    struct try_base base;
    struct suite_file *file; /* owned; one for each cell */
    struct jobs jobs;
    struct pool pool;
    struct progress progress;
    struct results results;
    struct ledger ledger;
    struct outfile save;
    int64_t begin_ns;
    int64_t end_ns;
    uint64_t runs;
    struct buf command; /* as a shell takes it */
    struct buf options;
    struct buf notes;
};

/* ---- Before ---- */

static int script_open(struct trial *t, struct diag *diag)
{
    const char *name = t->flags->script;

    if (name == NULL)
        return 0;
    int rc = script_lookup(name, &t->places, t->script_path, diag);
    if (rc < 0)
        return rc;
    const char *slash = strrchr(t->script_path, '/');
    const char *bare = slash != NULL ? slash + 1 : t->script_path;
    const char *dot = strrchr(bare, '.');
    int size = dot != NULL ? (int)(dot - bare) : (int)strlen(bare);
    (void)snprintf(t->script_name, sizeof(t->script_name), "%.*s", size, bare);
    (void)snprintf(t->script_dir, sizeof(t->script_dir), "%.*s",
                   slash != NULL ? (int)(slash - t->script_path) : 1,
                   slash != NULL ? t->script_path : ".");
    t->request.script = t->script_name;
    return 0;
}

static void option_add(struct trial *t, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buf_addf(&t->options, " --%s ", name);
    again_words(&value, 1, &t->options);
}

/* What is needed to repeat a run besides where and what. */
static void options_write(struct trial *t)
{
    option_add(t, "script", t->flags->script);
    for (size_t i = 0; i < t->flags->with.count; i++)
        option_add(t, "with", t->flags->with.pair[i]);
    option_add(t, "ready", t->flags->ready);
    for (size_t i = 0; i < t->flags->allow.count; i++)
        option_add(t, "allow", t->flags->allow.pair[i]);
    if (t->flags->grace_ns > 0) {
        char grace[DURATION_BYTES];
        option_add(t, "grace", duration_text(t->flags->grace_ns, "", grace, sizeof(grace)));
    }
}

/* The stimuli across, those that were asked for or all. */
static int stimuli_take(struct trial *t, struct diag *diag)
{
    unsigned shown = (1U << TRY_STIMULI) - 1;
    unsigned decide = try_stimuli_default();

    if (t->flags->stimulus != NULL) {
        int rc = try_stimuli_read(t->flags->stimulus, &shown, diag);
        if (rc < 0)
            return rc;
        decide = shown;
    }
    for (unsigned i = 0; i < TRY_STIMULI; i++) {
        if ((shown & 1U << i) == 0)
            continue;
        t->table.stimulus[t->table.stimuli] = (enum try_stimulus)i;
        t->table.decides[t->table.stimuli++] = (decide & 1U << i) != 0;
    }
    return 0;
}

static int base_read(struct trial *t, struct diag *diag)
{
    static struct findings findings;
    struct buf err = BUF_INIT;

    if (t->flags->against == NULL)
        return EXIT_CODE_OK;
    int rc = try_base_load(&t->arena, t->flags->against, &t->base, &findings, diag);
    findings_print(&findings, &err);
    print_err(&err);
    if (rc == ERR_INPUT)
        return EXIT_CODE_INPUT;
    return rc < 0 ? print_diag(rc, diag) : EXIT_CODE_OK;
}

/* Returns an exit code; what is wrong was said. */
static int trial_prepare(struct trial *t)
{
    const struct flags *f = t->flags;
    struct diag diag = {0};
    struct try_points wanted;

    if (f->arguments < 1) {
        print_error("try wants a command: scenario try -- CMD...");
        return EXIT_CODE_USAGE;
    }
    t->request = (struct try_request){
        .argv = (const char *const *)f->argument,
        .cwd = ".",
        .ready = f->ready,
        .with = f->with.pair,
        .with_count = f->with.count,
        .grace_ns = f->grace_ns > 0 ? f->grace_ns : GRACE_NS,
    };
    int rc = script_open(t, &diag);
    if (rc == 0)
        rc = stimuli_take(t, &diag);
    if (rc == 0)
        rc = allow_take(&t->allow, f, &diag);
    if (rc == 0 && f->at != NULL)
        rc = try_points_read(f->at, f->ready, &wanted, &diag);
    if (rc == 0 && f->save != NULL)
        rc = outfile_open(&t->save, f->save, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    again_words(t->request.argv, (size_t)f->arguments, &t->command);
    options_write(t);
    return base_read(t, &diag);
}

/* A text of try_plan.h as a scenario. Returns 0, or has said why not. */
static int scenario_make(struct trial *t, const struct buf *text, const char *id,
                         struct scenario **out)
{
    struct scenario_options options = suite_options(&t->places);
    struct findings *findings = calloc(1, sizeof(*findings));
    struct diag diag = {0};
    struct buf err = BUF_INIT;

    if (findings == NULL)
        return print_diag(ERR_NOMEM, &diag);
    options.id = id;
    if (t->script_dir[0] != 0)
        options.script_dir = t->script_dir;
    int rc = scenario_parse(&t->arena, FILE_HERE, buf_text(text), text->size, &options, out,
                            findings, &diag);
    if (rc < 0) {
        findings_print(findings, &err);
        print_err(&err);
    }
    free(findings);
    if (rc == ERR_INPUT)
        return EXIT_CODE_INPUT;
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

/* ---- The first run ---- */

static void life_wait_show(const struct trial *t)
{
    if (!t->progress.terminal || t->progress.quiet)
        return;
    (void)fputs(" looking at it while nothing is done to it", print_people_stream());
    (void)fflush(print_people_stream());
}

static int life_fail(const struct run_result *r)
{
    print_error(result_get(r, RESULT_MESSAGE));
    return EXIT_CODE_HARNESS;
}

/* Leaves it alone once, with a filter of system calls or without. Fills the empty result. */
static int life_look(struct trial *t, bool calls, struct run_result *result)
{
    struct scenario *s = NULL;
    struct buf text = BUF_INIT;
    struct diag diag = {0};

    int rc = try_untouched(&t->request, calls, &text, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    int code = scenario_make(t, &text, "try[untouched]", &s);
    buf_release(&text);
    if (code != EXIT_CODE_OK)
        return code;
    t->life.calls = calls;
    t->progress.shown = t->progress.terminal;
    life_wait_show(t);
    try_run_untouched(&t->worker, s, t->request.ready != NULL, &t->life, result);
    t->runs++;
    progress_wipe(&t->progress);
    return EXIT_CODE_OK;
}

/* Whether it must be looked at without a filter; says why in the notes. */
static bool life_needs_none(struct trial *t, const struct run_result *result)
{
    bool harmed = t->life.harmed;

    if (*stop_count() > 0 || (!harmed && result->verdict != VERDICT_UNSUPPORTED))
        return false;
    buf_addf(&t->notes, "points at system calls were not tried: %s\n",
             harmed ? "it starts a program that a filter of them would harm (sudo, a tracer)"
                    : result_get(result, RESULT_MESSAGE));
    return true;
}

/* Sees what there is to be tried. */
static int life_learn(struct trial *t)
{
    struct run_result result = RESULT_INIT;

    try_files_look(&t->before, t->current_directory);
    int code = life_look(t, true, &result);
    if (code == EXIT_CODE_OK && life_needs_none(t, &result)) {
        result_release(&result);
        code = life_look(t, false, &result);
    }
    try_files_look(&t->untouched, t->current_directory);
    t->worker.first = &t->before;
    t->worker.untouched = &t->untouched;
    if (result.verdict == VERDICT_HARNESS || result.verdict == VERDICT_UNSUPPORTED)
        code = exit_code_worse(code, life_fail(&result));
    result_release(&result);
    return code;
}

static int points_take(struct trial *t)
{
    struct diag diag = {0};

    t->table.points = t->life.points;
    if (t->flags->at != NULL &&
        try_points_read(t->flags->at, t->flags->ready, &t->table.points, &diag) < 0)
        return print_diag(ERR_USAGE, &diag);
    try_points_seen(&t->table.points, &t->life.points);
    if (t->table.points.count > 0)
        return EXIT_CODE_OK;
    print_error("the command ended before anything could be done to it; --at says where to try");
    return EXIT_CODE_NOTHING;
}

/* ---- The cells ---- */

static size_t cells_count(const struct trial *t)
{
    return t->table.points.count * t->table.stimuli;
}

static int cell_text(const struct trial *t, const struct try_request *q, size_t cell,
                     struct buf *out, struct diag *diag)
{
    size_t stimulus = cell % t->table.stimuli;

    return try_scenario(q, &t->table.points, cell / t->table.stimuli, t->table.stimulus[stimulus],
                        out, diag);
}

static int cell_make(struct trial *t, size_t cell)
{
    struct buf text = BUF_INIT;
    struct diag diag = {0};
    char id[TRY_AT_BYTES + 64];

    (void)snprintf(id, sizeof(id), "try[at=%s,stimulus=%s]",
                   t->table.points.at[cell / t->table.stimuli],
                   try_stimulus_name(t->table.stimulus[cell % t->table.stimuli]));
    int rc = cell_text(t, &t->request, cell, &text, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    char *kept = arena_copy(&t->arena, id, strlen(id));
    int code = kept == NULL ? print_diag(ERR_NOMEM, &diag)
                            : scenario_make(t, &text, kept, &t->file[cell].scenario);
    t->file[cell].path = FILE_HERE;
    t->file[cell].again = FILE_HERE;
    buf_release(&text);
    return code;
}

/* A stimulus after the other, at all points: what the budget leaves out is the least of it. */
static int jobs_make(struct trial *t)
{
    size_t cells = cells_count(t);
    size_t count = cells * t->flags->repeat;
    size_t at = 0;

    if (count > SUITE_JOBS_MAX) {
        print_error("too many runs: lower --repeat, or say --at and --stimulus");
        return EXIT_CODE_USAGE;
    }
    t->file = calloc(cells, sizeof(*t->file));
    t->jobs.job = calloc(count, sizeof(*t->jobs.job));
    if (t->file == NULL || t->jobs.job == NULL)
        return EXIT_CODE_HARNESS;
    t->jobs.room = count;
    for (size_t cell = 0; cell < cells; cell++) {
        int code = cell_make(t, cell);
        if (code != EXIT_CODE_OK)
            return code;
    }
    for (uint64_t repeat = 0; repeat < t->flags->repeat; repeat++) {
        for (size_t i = 0; i < cells; i++) {
            size_t cell = i % t->table.points.count * t->table.stimuli + i / t->table.points.count;
            t->jobs.job[at++] = (struct job){.file = &t->file[cell],
                                             .variant = &t->file[cell].scenario->variant[0],
                                             .engine = ENGINE_REAL,
                                             .seed = repeat + 1,
                                             .repeat = repeat,
                                             .twin = SIZE_MAX};
        }
    }
    t->jobs.count = at;
    return EXIT_CODE_OK;
}

static size_t cell_of(const struct trial *t, const struct job *job)
{
    return (size_t)(job->file - t->file);
}

static void work(const struct job *job, void *user, struct run_result *out)
{
    const struct trial *t = user;

    try_run_cell(&t->worker, job->file->scenario,
                 t->table.stimulus[cell_of(t, job) % t->table.stimuli], job->seed, out);
}

static void job_done(struct pool *p, struct job *job)
{
    struct trial *t = p->user;

    results_keep(&t->results);
    (void)ledger_add(&t->ledger, &job->result, job->repeat);
    t->runs += try_table_add(&t->table, cell_of(t, job), &job->result);
    result_release(&job->result);
}

static bool run_excused(const struct pool *p, const struct run_result *r)
{
    struct try_found found;

    (void)p;
    return try_found_read(result_get(r, RESULT_CELL), &found) && !try_is_wrong(found.kind);
}

static void tick(struct pool *p)
{
    struct trial *t = p->user;

    if (loop_now_ns() >= t->end_ns)
        p->ending = true;
    progress_tick(&t->progress, p);
}

/* One after the other where they would be in each other's way: a port, a file. */
static size_t at_once(const struct trial *t)
{
    if (t->flags->jobs > 0)
        return t->flags->jobs;
    return t->life.listens || t->life.makes_files ? 1 : TRY_PER_CORE * machine_cores();
}

static int cells_run(struct trial *t)
{
    struct diag diag = {0};
    const struct parallel_limits limits = {
        .cores = machine_cores(), .processes = machine_processes(), .files = machine_files()};

    t->pool = (struct pool){.jobs = &t->jobs,
                            .told = print_reader(),
                            .excused = run_excused,
                            .work = work,
                            .done_job = job_done,
                            .tick = tick,
                            .user = t};
    t->pool.parallel = parallel_init(at_once(t), POOL_WORKERS_MAX, &limits);
    t->pool.tick_ns = progress_tick_ns(&t->progress);
    pool_open(&t->pool);
    int rc = pool_run(&t->pool, &diag);
    progress_wipe(&t->progress);
    pool_close(&t->pool);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

/* ---- After ---- */

/* Nobody knows whose files they are, so they stay. */
static void files_note(struct trial *t)
{
    struct try_files now = {0};
    struct buf names = BUF_INIT;

    try_files_look(&now, t->current_directory);
    if (try_files_new(&now, &t->before, NULL, NULL, &names) > 0)
        buf_addf(&t->notes, "since the first run there is, and stays: %s\n", buf_text(&names));
    buf_release(&names);
    try_files_release(&now);
}

static void notes_write(struct trial *t)
{
    size_t left = try_table_left(&t->table);
    char budget[DURATION_BYTES];

    buf_add_text(&t->notes, t->life.window);
    files_note(t);
    if (left == 0)
        return;
    buf_addf(&t->notes, "%zu of %zu cells were not tried", left, cells_count(t));
    if (t->pool.interrupted != 0) {
        buf_add_text(&t->notes, ": stopped by the user\n");
        return;
    }
    int64_t budget_ns = t->flags->budget_ns > 0 ? t->flags->budget_ns : BUDGET_NS;
    buf_addf(&t->notes, ": --budget %s was over\n",
             duration_text(budget_ns, "", budget, sizeof(budget)));
}

/* The worst problem as a file. */
static int scenario_write(struct trial *t, const struct try_told *told)
{
    struct try_problem list[TRY_PROBLEMS_MAX];
    struct try_request request = t->request;
    struct outfile file = OUTFILE_INIT;
    struct buf text = BUF_INIT;
    struct diag diag = {0};

    if (t->flags->scenario == NULL)
        return EXIT_CODE_OK;
    if (try_problems(told, list) == 0 || list[0].cell->kind == TRY_ERROR) {
        print_error("nothing is wrong: -o writes no scenario");
        return EXIT_CODE_OK;
    }
    /* Relative paths of a file start where it lies. */
    const char **argv = arena_array(&t->arena, (size_t)t->flags->arguments + 1, sizeof(*argv));
    if (argv == NULL)
        return print_diag(ERR_NOMEM, &diag);
    memcpy(argv, request.argv, (size_t)t->flags->arguments * sizeof(*argv));
    if (strchr(t->flags->scenario, '/') != NULL) {
        request.cwd = t->current_directory;
        if (argv[0][0] != '/' && strchr(argv[0], '/') != NULL)
            argv[0] = arena_format(&t->arena, "%s/%s", t->current_directory, argv[0]);
        request.argv = argv;
    }
    if (request.argv[0] == NULL)
        return print_diag(ERR_NOMEM, &diag);
    size_t cell = list[0].point * t->table.stimuli + list[0].stimulus;
    int rc = cell_text(t, &request, cell, &text, &diag);
    if (rc == 0)
        rc = outfile_open(&file, t->flags->scenario, &diag);
    if (rc < 0) {
        buf_release(&text);
        return print_diag(rc, &diag);
    }
    outfile_write(&file, &text);
    rc = outfile_close(&file, true, &diag);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

static int trial_say(struct trial *t)
{
    struct try_told told = {.command = buf_text(&t->command),
                            .options = buf_text(&t->options),
                            .base = t->flags->against != NULL ? &t->base : NULL,
                            .runs = t->runs,
                            .time_ns = loop_now_ns() - t->begin_ns};
    struct buf out = BUF_INIT;
    struct buf json = BUF_INIT;
    struct diag diag = {0};

    try_table_close(&t->table);
    notes_write(t);
    told.notes = buf_text(&t->notes);
    try_table_told(&t->table, &told);
    try_terminal(&out, &told, color_wanted(t->flags));
    print_people(&out);
    if (t->flags->json) {
        try_json(&json, &told);
        print_out(&json);
    }
    if (t->flags->github) {
        try_github(&out, &told);
        print_people(&out);
        try_markdown(&out, &told);
        summary_add(&out);
    }
    int code = exit_code_worse(try_exit_code(&told), scenario_write(t, &told));
    if (t->save.file == NULL)
        return code;
    try_json(&json, &told);
    outfile_write(&t->save, &json);
    int rc = outfile_close(&t->save, true, &diag);
    return rc < 0 ? exit_code_worse(code, print_diag(rc, &diag)) : code;
}

/* ---- The verb ---- */

static void head_print(const struct trial *t)
{
    struct buf out = BUF_INIT;

    buf_addf(&out, " %s: %zu point%s, %zu stimul%s\n", buf_text(&t->command), t->table.points.count,
             plural(t->table.points.count), t->table.stimuli, t->table.stimuli == 1 ? "us" : "i");
    print_people(&out);
}

static int trial_go(struct trial *t)
{
    const struct invocation own = {.verb = "try", .selected = 1};

    int code = life_learn(t);
    if (code != EXIT_CODE_OK || *stop_count() > 0)
        return code;
    code = points_take(t);
    if (code == EXIT_CODE_OK)
        code = jobs_make(t);
    if (code != EXIT_CODE_OK)
        return code;
    if (!t->flags->quiet)
        head_print(t);
    ledger_open(&t->ledger, &t->results, &own);
    code = cells_run(t);
    code = exit_code_worse(code, trial_say(t));
    ledger_close(&t->ledger, t->pool.interrupted == 0);
    return code;
}

static void trial_release(struct trial *t)
{
    (void)outfile_close(&t->save, false, NULL);
    ledger_close(&t->ledger, false);
    results_end(&t->results);
    jobs_release(&t->jobs);
    free(t->file);
    try_table_release(&t->table);
    try_files_release(&t->before);
    try_files_release(&t->untouched);
    buf_release(&t->command);
    buf_release(&t->options);
    buf_release(&t->notes);
    allow_release(&t->allow);
    arena_release(&t->arena);
    free(t);
}

static int try_command(const struct flags *flags)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct trial *t = calloc(1, sizeof(*t));

    if (t == NULL)
        return EXIT_CODE_HARNESS;
    t->flags = flags;
    t->begin_ns = loop_now_ns();
    t->end_ns = t->begin_ns + (flags->budget_ns > 0 ? flags->budget_ns : BUDGET_NS);
    if (getcwd(t->current_directory, sizeof(t->current_directory)) == NULL)
        t->current_directory[0] = 0;
    t->arena = arena_new(TRY_ARENA_BYTES_MAX);
    places_find_own(&t->places);
    if (flags->json)
        print_people_aside();
    progress_start(&t->progress, flags->quiet);
    int code = trial_prepare(t);
    if (code == EXIT_CODE_OK) {
        for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
            stop_watch(signals[i]);
        keep_open(&t->results, flags->results);
        t->worker = (struct try_worker){.helper_dir = t->places.helpers,
                                        .records = t->results.own[0] != 0 ? t->results.own : NULL,
                                        .current_directory = t->current_directory,
                                        .without = flags->without,
                                        .allowed = allow_has,
                                        .user = &t->allow,
                                        .still_ns = flags->at != NULL ? STILL_AT_NS : STILL_NS};
        code = trial_go(t);
    }
    int stopped =
        t->pool.interrupted != 0 ? t->pool.interrupted : (*stop_count() > 0 ? stop_signal() : 0);
    trial_release(t);
    if (stopped != 0)
        stop_die(stopped);
    return code;
}

const struct verb_entry verb_try = {
    .name = "try",
    .form = "-- CMD...",
    .help =
        "presses Ctrl-C on any command, closes its window and ends it, at each point of its life",
    .more =
        "Needs no file. A first run is left alone and shows the points of the command's life: its first\n"
        "output, the pattern of --ready, each program that it starts (once, by its name), where it waits for\n"
        "a child, where it ends, rest (a prompt, a server that waits). Points at system calls, NAME@execve,\n"
        "are exact: the process is held there. Where no filter of them can be had, or it starts sudo or a\n"
        "tracer, the others are tried, and that is said.\n"
        "\n"
        "Then what can be done to it is done at each of them, a run each: Ctrl-C once and twice, SIGINT and\n"
        "SIGTERM to the command alone, the window closed; SIGKILL is shown, and decides only with\n"
        "--stimulus sigkill. Where nobody is held, a key waits until whom it reaches is ready.\n"
        "\n"
        "A cell is `ok`: it ended and left nothing; `stays`: after Ctrl-C it is in front, at rest, and\n"
        "reads, as a prompt does; `-`: the point was not reached; or what is wrong: the names of those\n"
        "who live on, `early` (it came back before its children), `zombie`, `terminal` (not as it was),\n"
        "`hang` (it neither ended within --grace nor stays), the signal that nobody has sent and that\n"
        "ended it, or a file that it does not leave when nothing is done.\n"
        "\n"
        "Below the table stands the time in which it says that it is ready and has no handler yet. Then\n"
        "each problem, worst first, with the command that repeats it. -o writes the first of them as a\n"
        "scenario, which `check` accepts and which fails in the same way.\n"
        "\n"
        "The command runs where you are, with your environment. Runs go on side by side unless it listens\n"
        "on a port or makes files there. --save keeps what was found; --against such a file tells what is\n"
        "new, and only that makes the exit code 1: the same stimulus with the same thing wrong is not.\n",
    .codes =
        "Exit codes: 0 nothing is wrong, or nothing new; 1 something is; 2 wrong usage; 3 a file is\n"
        "wrong; 4 there was nothing to try; 6 our own error, or the command could not be started.\n",
    .example =
        "  scenario try -- npm run dev              Ctrl-C and the like, wherever it matters\n",
    .flags = {FLAG_SCRIPT, FLAG_WITH, FLAG_READY, FLAG_AT, FLAG_STIMULUS, FLAG_ALLOW, FLAG_GRACE,
              FLAG_REPEAT, FLAG_JOBS, FLAG_BUDGET, FLAG_WITHOUT, FLAG_SCENARIO, FLAG_SAVE,
              FLAG_AGAINST, FLAG_GITHUB, FLAG_JSON, FLAG_RESULTS, FLAG_COLOR, FLAG_QUIET},
    .run = try_command,
};
