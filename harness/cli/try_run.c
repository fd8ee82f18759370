/* try_run.c: what is seen of a run while it goes on. */
#include "harness/cli/try_run.h"

#include "harness/cli/keep.h"
#include "harness/cli/lookup.h"
#include "harness/cli/program.h"
#include "harness/cli/secret.h"
#include "harness/cli/stop.h"
#include "harness/language/call.h"
#include "harness/observe/verdict.h"
#include "harness/real/front.h"
#include "harness/real/leak.h"
#include "harness/real/ready.h"
#include "harness/run/run.h"
#include "runtime/base/check.h"
#include "runtime/host/loop.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Between two looks at its processes. */
#define LOOK_NS (INT64_C(5) * 1000 * 1000)

/* It has been at its prompt for so long, and nothing has come: it stays. */
#define STAYS_NS (INT64_C(300) * 1000 * 1000)

/* A dead child that is not reaped is given the time that it may take, and a little more. */
#define ZOMBIE_NS (INT64_C(1200) * 1000 * 1000)

enum { LEFT_MAX = 16, GIVEN_PORT_MIN = 32768 };

/* Somebody who lives when the command has ended, as last seen. */
struct left {
    uint16_t actor;
    struct buf argv; /* owned */
    struct buf ports;
};

/* One run. */
struct watch {
    struct keep keep; /* first, and its record first in it: what is told to one is told to all */
    bool keeps;
    const struct try_worker *worker;
    struct run_result *result;
    struct try_life *life;      /* of an untouched run; else NULL */
    size_t ready_step;          /* of its steps; SIZE_MAX: it has none */
    enum try_stimulus stimulus; /* of the others */
    unsigned touches_left;      /* until all that is done to it was done */
    volatile sig_atomic_t stop;
    pid_t root;
    bool started;
    int64_t begin_ns; /* of the run's clock, on that of the loop */
    int64_t last_ns;  /* of what came last: output, a process; on the loop's */
    int64_t looked_ns;
    unsigned dead;    /* of its processes, and not reaped */
    int64_t dead_ns;  /* when the last of them was found so */
    int64_t reads_ns; /* it has been at its prompt since; 0: it is not there */
    size_t steps_done;
    bool stays;
    struct left left[LEFT_MAX];
    size_t left_count;
    struct try_files before;
    struct try_found found;
};

/* ---- While it goes on ---- */

static void on_output(void *user, int64_t at_ns, const char *data, size_t size)
{
    struct watch *w = user;

    w->last_ns = loop_now_ns();
    if (w->life != NULL && w->life->output_ns < 0)
        w->life->output_ns = at_ns;
    if (w->keeps)
        w->keep.record.recorder.output(user, at_ns, data, size);
}

static void process_note(struct watch *w, const struct trace_record *r)
{
    struct try_life *life = w->life;

    if (r->actor == ACTOR_ROOT && w->root == 0)
        w->root = (pid_t)r->value;
    if (life == NULL || life->processes == TRY_LIFE_PROCESSES_MAX)
        return;
    life->process[life->processes++] = (struct try_process){
        .pid = (pid_t)r->value, .actor = r->actor, .handler_ns = {-1, -1}
    };
}

static void leak_release(struct leak *leak)
{
    struct buf *const all[] = {&leak->argv,  &leak->label, &leak->holds,
                               &leak->ports, &leak->locks, &leak->cwd};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        buf_release(all[i]);
}

/* One who lives is looked at while it does. */
static void left_look(struct watch *w, const struct trace_record *r)
{
    static const struct leaks nothing;
    struct leak leak = {.pid = (pid_t)r->value};
    struct left *left = NULL;
    size_t at = 0;

    while (at < w->left_count && w->left[at].actor != r->peer)
        at++;
    if (at == LEFT_MAX || !leak_argv(leak.pid, &leak.argv))
        return;
    leak_facts(&nothing, &leak);
    left = &w->left[at];
    w->left_count += at == w->left_count;
    left->actor = r->peer;
    buf_release(&left->argv);
    buf_release(&left->ports);
    leak_join(&leak.argv, &left->argv);
    for (size_t i = 0; i < leak.ports.size; i += strlen(leak.ports.data + i) + 1)
        buf_addf(&left->ports, "%s%s", i > 0 ? ", " : "", leak.ports.data + i);
    leak_release(&leak);
}

static unsigned touches_of(enum try_stimulus stimulus)
{
    return stimulus == TRY_CTRL_C_TWICE ? 2 : 1;
}

static bool is_touch(uint16_t point)
{
    return point == POINT_KEY_DONE || point == POINT_SIGNAL_SENT || point == POINT_TTY_HUNG_UP;
}

static void on_record(void *user, const struct trace_record *r)
{
    struct watch *w = user;
    int64_t now_ns = loop_now_ns();

    if (!w->started) {
        w->started = true;
        w->begin_ns = now_ns - r->at_ns;
    }
    if (r->point == POINT_PROC_SPAWNED)
        process_note(w, r);
    if (r->point == POINT_PROC_SPAWNED || r->point == POINT_PROC_EXITED || is_touch(r->point))
        w->last_ns = now_ns;
    if (r->point == POINT_PROC_EXITED && r->actor != ACTOR_ROOT) {
        w->dead++;
        w->dead_ns = now_ns;
    }
    if (r->point == POINT_PROC_REAPED && r->actor != ACTOR_ROOT && w->dead > 0)
        w->dead--;
    if (r->point == POINT_PROC_SURVIVED && r->peer != ACTOR_NONE && w->life == NULL)
        left_look(w, r);
    if (is_touch(r->point) && w->touches_left > 0)
        w->touches_left--;
    if (w->keeps)
        w->keep.record.recorder.record(user, r);
}

static void on_step(void *user, int64_t at_ns, const struct step *s, unsigned depth, size_t unseen)
{
    struct watch *w = user;

    if (w->life != NULL && depth == 0) {
        if (w->steps_done == w->ready_step)
            w->life->ready_ns = at_ns;
        w->steps_done++;
    }
    if (w->keeps)
        w->keep.record.recorder.step(user, at_ns, s, depth, unseen);
}

/* Who has a handler now, and since when. */
static void handlers_look(struct watch *w, int64_t now_ns)
{
    for (size_t i = 0; i < w->life->processes; i++) {
        struct try_process *p = &w->life->process[i];
        struct ready_status status;
        if (ready_read(p->pid, &status, NULL) < 0)
            continue;
        for (size_t k = 0; k < TRY_LIFE_SIGNALS; k++) {
            enum ready_for how = ready_for(&status, try_life_signals[k]);
            if (how == READY_DEFAULT || how == READY_IGNORED)
                p->handler_ns[k] = -1;
            else if (how == READY_YES && p->handler_ns[k] < 0)
                p->handler_ns[k] = now_ns - w->begin_ns;
        }
    }
}

/* A program that is left alone after all that was done to it, and waits for more. */
static bool may_stay(const struct watch *w)
{
    if (w->life != NULL)
        return w->steps_done > 0;
    return w->touches_left == 0 && (w->stimulus == TRY_CTRL_C || w->stimulus == TRY_CTRL_C_TWICE ||
                                    w->stimulus == TRY_SIGINT);
}

/* One that another run could not have at the same time; the kernel gives each another of the high
 * ones (ip_local_port_range, as it is by default). */
static bool has_fixed_port(const struct buf *ports)
{
    for (size_t i = 0; i < ports->size; i += strlen(ports->data + i) + 1) {
        const char *colon = strrchr(ports->data + i, ':');
        if (colon != NULL && strtoul(colon + 1, NULL, 10) < GIVEN_PORT_MIN)
            return true;
    }
    return false;
}

/* What it has made and holds while it lives. */
static void life_look(struct watch *w)
{
    static const struct leaks nothing;
    struct try_files now = {0};
    struct buf made = BUF_INIT;

    try_files_look(&now, w->worker->current_directory);
    w->life->makes_files = try_files_new(&now, &w->before, NULL, NULL, &made) > 0;
    try_files_release(&now);
    buf_release(&made);
    for (size_t i = 0; i < w->life->processes; i++) {
        struct leak leak = {.pid = w->life->process[i].pid};
        leak_facts(&nothing, &leak);
        w->life->listens = w->life->listens || has_fixed_port(&leak.ports);
        leak_release(&leak);
    }
}

static void prompt_look(struct watch *w, int64_t now_ns)
{
    int64_t since_ns;

    if (w->root == 0 || !may_stay(w))
        return;
    if (!front_reads(w->root))
        w->reads_ns = 0;
    else if (w->reads_ns == 0)
        w->reads_ns = now_ns;
    since_ns = w->reads_ns > w->last_ns ? w->reads_ns : w->last_ns;
    bool waits = w->dead > 0 && now_ns - w->dead_ns < ZOMBIE_NS;
    if (w->reads_ns > 0 && now_ns - since_ns >= STAYS_NS && !waits)
        w->stays = true;
    bool still = w->life != NULL && now_ns - w->last_ns >= w->worker->still_ns;
    if (!w->stays && !still)
        return;
    w->stop = 1;
    if (w->life != NULL)
        life_look(w);
}

static void on_turn(void *user)
{
    struct watch *w = user;
    int64_t now_ns = loop_now_ns();

    if (w->keeps && w->keep.record.recorder.turn != NULL)
        w->keep.record.recorder.turn(user);
    if (*stop_count() > 0) {
        w->stop = *stop_count();
        return;
    }
    if (w->stop > 0 || !w->started || now_ns - w->looked_ns < LOOK_NS)
        return;
    w->looked_ns = now_ns;
    if (w->life != NULL)
        handlers_look(w, now_ns);
    prompt_look(w, now_ns);
}

/* ---- After ---- */

static void files_new(struct watch *w, struct buf *out)
{
    struct try_files now = {0};

    if (w->worker->untouched == NULL)
        return;
    try_files_look(&now, w->worker->current_directory);
    (void)try_files_new(&now, w->worker->first, w->worker->untouched, &w->before, out);
    try_files_release(&now);
}

/* All invariants. Of one that stays the run was ended because all had been seen, as a script's is,
 * and not by force: what was there before counts. NULL: no memory. */
static struct verdict_list *broken_find(const struct watch *w, const struct trace *t,
                                        const struct cast *cast)
{
    struct trace seen = TRACE_INIT;
    struct verdict_list *broken = calloc(1, sizeof(*broken));
    int rc = broken == NULL ? ERR_NOMEM : 0;

    for (size_t i = 0; i < t->count && rc == 0; i++) {
        struct trace_record r = t->record[i];
        if (w->stays && r.point == POINT_RUN_STOPPED)
            r.value = STOP_NORMAL;
        rc = trace_add(&seen, &r);
    }
    const struct observation observation = {.trace = &seen,
                                            .cast = cast,
                                            .complete = true,
                                            .engine = ENGINE_REAL,
                                            .deadline_zero_ns = w->result->deadline_zero_ns,
                                            .subject = SUBJECT_COMMAND};
    if (rc == 0)
        rc = observe_judge(&observation, broken, NULL);
    trace_release(&seen);
    if (rc == 0)
        return broken;
    free(broken);
    return NULL;
}

/* The verdict is there. */
static void cell_judge(struct watch *w, const struct trace *t, const struct cast *cast)
{
    struct verdict_list *broken = broken_find(w, t, cast);
    struct try_left left[LEFT_MAX];
    struct buf files = BUF_INIT;

    if (broken == NULL) {
        w->found = (struct try_found){.kind = TRY_ERROR, .text = "error", .what = "no memory"};
        return;
    }
    files_new(w, &files);
    for (size_t i = 0; i < w->left_count; i++) {
        left[i] = (struct try_left){.actor = w->left[i].actor,
                                    .argv = buf_text(&w->left[i].argv),
                                    .ports = buf_text(&w->left[i].ports)};
    }
    const struct try_end end = {.result = w->result,
                                .trace = t,
                                .cast = cast,
                                .broken = broken,
                                .once = w->touches_left > 0 &&
                                        w->touches_left < touches_of(w->stimulus),
                                .stays = w->stays,
                                .files = buf_text(&files),
                                .left = left,
                                .left_count = w->left_count,
                                .allowed = w->worker->allowed,
                                .user = w->worker->user};
    try_judge(&end, &w->found);
    buf_release(&files);
    free(broken);
}

/* The filter of system calls is in the way of what it starts. */
static bool is_harmed(const struct trace *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct trace_record *r = &t->record[i];
        if (r->point == POINT_SYS_UNSEEN &&
            (r->value == UNSEEN_SET_ID || r->value == UNSEEN_LISTENER || r->value == UNSEEN_TRACER))
            return true;
    }
    return false;
}

static int64_t rest_find(const struct trace *t)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->record[i].point == POINT_QUIET)
            return t->record[i].at_ns;
    }
    return -1;
}

static void on_trace(void *user, const struct trace *t, const struct cast *cast)
{
    struct watch *w = user;

    if (w->keeps)
        w->keep.record.recorder.trace(user, t, cast);
    if (w->life == NULL) {
        cell_judge(w, t, cast);
        return;
    }
    w->life->rest_ns = rest_find(t);
    w->life->ended = !w->result->ended && w->result->status >= 0;
    w->life->prompts = w->stays;
    w->life->harmed = is_harmed(t);
    try_life_learn(w->life, t, cast);
    try_life_look_ready(w->life, cast);
}

/* ---- One run ---- */

static struct run_recorder recorder_make(struct watch *w, const struct scenario *s, uint64_t number)
{
    const struct keep_options kept = {.folder = w->worker->records,
                                      .current_directory = w->worker->current_directory,
                                      .scenario = s,
                                      .variant = &s->variant[0],
                                      .id = s->id,
                                      .engine = ENGINE_REAL,
                                      .seed = number};
    struct run_recorder recorder = {.user = w};

    w->keeps = keep_begin(&w->keep, &kept);
    if (w->keeps)
        recorder = w->keep.record.recorder;
    CHECK(!w->keeps || recorder.user == w);
    recorder.output = on_output;
    recorder.record = on_record;
    recorder.step = on_step;
    recorder.turn = on_turn;
    recorder.trace = on_trace;
    return recorder;
}

static int watch_run(struct watch *w, const struct scenario *s, uint64_t number, struct diag *diag)
{
    const struct run_recorder recorder = recorder_make(w, s, number);
    struct variant variant = s->variant[0];
    struct program program;
    char run_id[64];

    (void)snprintf(run_id, sizeof(run_id), "%jd-try-%" PRIx64, (intmax_t)getpid(), number);
    const struct run_options options = {.engine = ENGINE_REAL,
                                        .seed = number,
                                        .helper_dir = w->worker->helper_dir,
                                        .run_id = run_id,
                                        .without = w->worker->without,
                                        .stop = &w->stop,
                                        .recorder = &recorder,
                                        .secret = secret_value};
    int rc = program_prepare(&program, &variant, run_id, diag);
    variant.command = &program.command;
    if (rc == 0)
        rc = run_variant(s, &variant, &options, w->result, diag);
    int left = program_release(&program, rc < 0 ? NULL : diag);
    return rc < 0 ? rc : left;
}

static void watch_begin(struct watch *w, const struct try_worker *worker, const struct scenario *s,
                        struct run_result *out)
{
    w->worker = worker;
    w->result = out;
    w->last_ns = loop_now_ns();
    out->engine = ENGINE_REAL;
    out->schedules = 1;
    result_set(out, RESULT_ID, s->id);
    result_set(out, RESULT_SCENARIO, s->id);
    result_set(out, RESULT_FILE, path_shown(s->path, worker->current_directory));
}

static void watch_failed(struct watch *w, const struct diag *diag)
{
    w->result->verdict = VERDICT_HARNESS;
    w->result->failed = 1;
    result_set(w->result, RESULT_REASON, "error");
    result_set(w->result, RESULT_MESSAGE, diag->text);
    w->found = (struct try_found){.kind = TRY_ERROR, .text = "error"};
    (void)snprintf(w->found.what, sizeof(w->found.what), "%.250s", diag->text);
}

void try_run_cell(const struct try_worker *worker, const struct scenario *s,
                  enum try_stimulus stimulus, uint64_t number, struct run_result *out)
{
    struct watch *w = calloc(1, sizeof(*w));
    struct buf cell = BUF_INIT;
    struct diag diag = {0};

    if (w == NULL)
        return;
    watch_begin(w, worker, s, out);
    w->stimulus = stimulus;
    w->touches_left = touches_of(stimulus);
    if (worker->untouched != NULL)
        try_files_look(&w->before, worker->current_directory);
    if (watch_run(w, s, number, &diag) < 0)
        watch_failed(w, &diag);
    try_found_write(&w->found, &cell);
    result_set(out, RESULT_CELL, buf_text(&cell));
    buf_release(&cell);
    if (w->keeps)
        keep_end(&w->keep, out, try_is_wrong(w->found.kind));
    for (size_t i = 0; i < w->left_count; i++) {
        buf_release(&w->left[i].argv);
        buf_release(&w->left[i].ports);
    }
    try_files_release(&w->before);
    free(w);
}

void try_run_untouched(const struct try_worker *worker, const struct scenario *s, bool ready,
                       struct try_life *life, struct run_result *out)
{
    struct watch *w = calloc(1, sizeof(*w));
    struct diag diag = {0};

    bool calls = life->calls;
    *life = TRY_LIFE_INIT;
    life->calls = calls;
    if (w == NULL)
        return;
    watch_begin(w, worker, s, out);
    w->life = life;
    /* The last step waits for rest, see try_untouched(). */
    w->ready_step = ready ? s->variant[0].steps.count - 2 : SIZE_MAX;
    try_files_look(&w->before, worker->current_directory);
    if (watch_run(w, s, 0, &diag) < 0)
        watch_failed(w, &diag);
    if (w->keeps)
        keep_end(&w->keep, out, false);
    try_files_release(&w->before);
    free(w);
}
