/* real_world.c: turns, what a run asks for, and the table of operations. */
#include "harness/real/listener.h"
#include "harness/real/observer.h"
#include "harness/real/real.h"
#include "harness/real/subject.h"
#include "runtime/base/check.h"
#include "runtime/base/fd.h"

#include <stdlib.h>

/* ---- Turns ---- */

/* Its coming ends the wait, and every turn looks: that is all. */
static void turn_due(struct loop_timer *t)
{
    (void)t;
}

static void run_due(struct loop_timer *t)
{
    struct real_world *r = t->user;

    queue_event(&r->world, WORLD_TIMER, ACTOR_NONE, 0);
}

static void serve_loop(struct real_world *r, int64_t max_wait_ns)
{
    if (max_wait_ns <= 0) {
        (void)loop_run_nowait(r->loop);
        return;
    }
    /* The timer is moved, never stopped here: a stopped one makes the next wait return at once. */
    int64_t now_ns = loop_now_ns();
    if (max_wait_ns < INT64_MAX - now_ns)
        (void)loop_timer_start(r->loop, &r->turn_timer, now_ns + max_wait_ns, NULL);
    (void)loop_run_once(r->loop);
}

/* Serves the loop once. What came while the harness could not run is served before anybody looks
 * at the clock. */
static void serve(struct real_world *r, int64_t max_wait_ns)
{
    int64_t slept_ns = r->slept_ns;

    (void)real_stalled(r);
    r->asked_ns = max_wait_ns > 0 ? max_wait_ns : 0;
    serve_loop(r, max_wait_ns);
    (void)real_stalled(r);
    r->asked_ns = 0;
    /* One that has come within this turn is over only when a whole turn was served behind it. */
    if (r->slept_ns == slept_ns)
        r->slept_ns = 0;
}

/* Looks whether a state has come that somebody waits for. */
static void settle(struct real_world *r)
{
    processes_look(r);
    if (r->subject->settle != NULL)
        r->subject->settle(r);
    spare_settle(r);
    end_settle(r);
    /* What the run has not heard of yet may make it act. */
    if (queue_waits(&r->world))
        return;
    r->subject->rest(r);
}

static bool real_turn(struct world *w, int64_t max_wait_ns)
{
    struct real_world *r = real_of(w);

    /* What actions have caused is a turn of its own: the run sees it before the world goes on. */
    if (!queue_waits(&r->world))
        settle(r);
    if (!queue_waits(&r->world) && r->phase != REAL_NEW && r->phase != REAL_OVER) {
        serve(r, max_wait_ns);
        settle(r);
    }
    (void)queue_give(w);
    return r->phase != REAL_OVER && (!w->queue.failed || r->stopping);
}

/* ---- Small operations ---- */

static int world_starts(struct world *w, struct diag *diag)
{
    struct real_world *r = real_of(w);

    if (r->phase != REAL_NEW || r->stopping)
        return diag_set(diag, ERR_STATE, "the subject was started before");
    return real_start(r, diag);
}

static void world_wants(struct world *w, enum world_event_kind what, int64_t at_ns)
{
    struct real_world *r = real_of(w);
    struct real_quiet *q = &r->quiet;
    int64_t zero_ns = r->start_ns + w->stalled_ns;

    if (what == WORLD_STOPPED) {
        r->ends = at_ns != INT64_MAX;
    } else if (what == WORLD_QUIET) {
        bool want = at_ns != INT64_MAX;
        if (want && !q->wanted)
            *q = (struct real_quiet){.probe = q->probe + 1};
        q->wanted = want;
    } else if (what == WORLD_SETTLED) {
        settle_want(r, at_ns);
    } else if (what == WORLD_STILL) {
        r->still.wanted = at_ns != INT64_MAX;
        r->still.since_ns = 0;
        loop_timer_stop(&r->still.timer);
    } else if (at_ns < INT64_MAX - zero_ns) {
        (void)loop_timer_start(r->loop, &r->run_timer, zero_ns + at_ns, NULL);
    } else {
        loop_timer_stop(&r->run_timer);
    }
}

static void world_looks(struct world *w, uint16_t actor, struct who_state *out)
{
    const struct real_world *r = real_of(w);

    if (actor < r->cast->count)
        out->state = (enum process_state)r->process[actor].state;
    if (actor == ACTOR_ROOT && r->subject->why != NULL)
        out->why = r->subject->why(real_of(w));
}

static void world_says(struct world *w, enum world_words what, struct buf *out)
{
    struct real_world *r = real_of(w);

    if (what == WORDS_MODES)
        terminal_tell(r, out);
    else if (what == WORDS_WAITS && r->subject->waits != NULL)
        (void)r->subject->waits(r, out);
    else if (what == WORDS_PROCESSES && r->subject->list != NULL)
        r->subject->list(r, out);
}

static unsigned world_leaves(struct world *w, struct buf *who)
{
    struct real_world *r = real_of(w);

    return r->subject->left != NULL ? r->subject->left(r, who) : 0;
}

static void world_releases(struct world *w, uint16_t actor)
{
    struct real_world *r = real_of(w);

    if (!listener_release(r, actor))
        process_release(r, actor);
}

static int64_t world_time(const struct world *w)
{
    return real_now((const struct real_world *)w);
}

static void real_world_free(struct world *w)
{
    struct real_world *r = real_of(w);

    names_release(&r->files);
    names_release(&r->memory);

    loop_watch_stop(&r->guard_watch);
    loop_watch_stop(&r->control_watch);
    loop_watch_stop(&r->pids_watch);
    loop_timer_stop(&r->turn_timer);
    loop_timer_stop(&r->run_timer);
    loop_timer_stop(&r->end_timer);
    loop_timer_stop(&r->look_timer);
    loop_timer_stop(&r->still.timer);
    /* Before anything else is closed: the guard kills what is left. */
    guard_link_close(&r->guard);
    listener_free(r);
    terminal_finish(r);
    if (r->process != NULL)
        processes_release(r);
    observer_files_restore(r);
    isolate_close(&r->isolate);
    leftover_close(&r->leftover);
    fd_close(&r->control);
    fd_close(&r->pids);
    fd_close(&r->baton);
    loop_free(r->loop);
    free(r->own);
    turns_release(&r->settle.turns);
    queue_release(w);
    trace_release(&w->trace);
    free(r);
}

/* What was written by now is taken in, so that it is known where an echo will begin. */
static int world_tells_modes(struct world *w, struct termios *out)
{
    struct real_world *r = real_of(w);

    if (r->options.subject != SUBJECT_COMMAND)
        return ERR_UNSUPPORTED;
    terminal_drain(r);
    int rc = r->pty != NULL ? pty_modes(r->pty, out, NULL) : ERR_GONE;
    bool cooked = rc == 0 && (out->c_lflag & (ECHO | ICANON)) != 0;
    return rc < 0 || cooked || pty_input_pending(r->pty, NULL) <= 0 ? rc : ERR_FULL;
}

static const struct world_ops ops = {
    .start = world_starts,
    .turn = real_turn,
    .allow = real_allow,
    .act = real_act,
    .release = world_releases,
    .want = world_wants,
    .look = world_looks,
    .say = world_says,
    .left = world_leaves,
    .now = world_time,
    .modes = world_tells_modes,
    .stop = real_stop,
    .free = real_world_free,
};

static const struct real_subject *const subjects[] = {
    [SUBJECT_TREE] = &subject_tree,
    [SUBJECT_COMMAND] = &subject_command,
};

int real_world_new(const struct world_options *options, struct world **out, struct diag *diag)
{
    CHECK(options->on_event != NULL && options->helper_dir != NULL);
    struct real_world *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for the world");
    r->options = *options;
    r->cast = options->cast;
    CHECK(r->cast->count >= 1 && options->subject < sizeof(subjects) / sizeof(subjects[0]));
    r->subject = subjects[options->subject];
    r->world = (struct world){.ops = &ops,
                              .options = &r->options,
                              .trace = TRACE_INIT,
                              .subject = r->subject->name,
                              .tier = options->subject == SUBJECT_COMMAND ? "base" : NULL,
                              .groups = r->subject->groups};
    r->guard = GUARD_LINK_NONE;
    r->isolate = ISOLATE_NONE;
    r->leftover = LEFTOVER_NONE;
    r->control = r->pids = r->baton = -1;
    r->start_ns = r->awake_ns = loop_now_ns();
    r->world.deadline_zero_ns = r->start_ns;
    r->turn_timer = (struct loop_timer){.on_time = turn_due, .user = r};
    r->run_timer = (struct loop_timer){.on_time = run_due, .user = r};
    r->end_timer = (struct loop_timer){.on_time = end_due, .user = r};
    r->still.timer = (struct loop_timer){.on_time = turn_due, .user = r};
    r->look_timer = (struct loop_timer){.on_time = turn_due, .user = r};
    r->process = calloc(r->cast->room, sizeof(*r->process));
    r->own = calloc(1, r->subject->own_bytes);
    int rc = ERR_NOMEM;
    if (r->process == NULL || (r->own == NULL && r->subject->own_bytes > 0))
        (void)diag_set(diag, rc, "no memory for %u processes", r->cast->room);
    else /* Before the loop: its library aborts where it cannot open what it needs. */
        rc = real_files_allow(r->cast->count, diag);
    if (rc == 0)
        rc = loop_new(&r->loop, diag);
    if (rc < 0) {
        free(r->process);
        free(r->own);
        free(r);
        return rc;
    }
    for (uint16_t i = 0; i < r->cast->room; i++)
        r->process[i] = (struct real_process){.pidfd = -1, .orders = -1, .status = -1};
    *out = &r->world;
    return 0;
}
