/* sim_world.c: the world of the simulated engine: actions in, one transition a turn, events out.
 *
 * Actions change the state at once and give no event; events are given from a turn, after its
 * transition, in the order in which they and the records came. */
#include "harness/sim/sim.h"
#include "runtime/base/check.h"
#include "runtime/roles/roles.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static struct sim *sim_of(struct world *w)
{
    return (struct sim *)w;
}

/* ---- Records of the engine ---- */

void sim_note(struct sim *s, enum point point, uint16_t peer, int64_t value, int64_t extra)
{
    kernel_record(&s->state.kernel, (struct trace_record){.actor = ACTOR_HARNESS,
                                                          .point = (uint16_t)point,
                                                          .peer = peer,
                                                          .value = value,
                                                          .extra = extra});
}

void sim_witness(struct sim *s)
{
    sim_note(s, POINT_BATON_SEEN, s->state.kernel.lock, 0, 0);
}

static void modes_record(struct sim *s, uint16_t who)
{
    uint32_t modes = s->state.terminal.modes;

    kernel_record(&s->state.kernel, (struct trace_record){.actor = who,
                                                          .point = POINT_TTY_MODES,
                                                          .peer = ACTOR_NONE,
                                                          .value = modes == TERMINAL_SAVED,
                                                          .extra = modes});
}

void sim_modes(struct sim *s, uint16_t row, uint32_t modes)
{
    if (s->state.terminal.modes == modes || s->state.terminal.gone)
        return;
    s->state.terminal.modes = modes;
    modes_record(s, row);
}

/* How the terminal is at a moment of rest. */
static void terminal_look(struct sim *s)
{
    if (!s->state.terminal.gone)
        modes_record(s, ACTOR_TERMINAL);
    sim_witness(s);
}

/* ---- The end ---- */

void sim_kill_all(struct sim *s)
{
    struct kernel *k = &s->state.kernel;

    s->state.phase = PHASE_KILLED;
    for (uint16_t row = 0; row < s->rows; row++) {
        if (kernel_lives(k, row))
            sim_note(s, POINT_PROC_SURVIVED, row < s->count ? row : ACTOR_NONE, s->proc[row].pid,
                     0);
    }
    for (uint16_t row = 0; row < s->rows; row++)
        kernel_signal(k, row, SIGKILL, FROM_PROCESS);
}

static bool anything_left(const struct sim *s)
{
    for (uint16_t row = 0; row < s->rows; row++) {
        if (kernel_exists(&s->state.kernel, row))
            return true;
    }
    return false;
}

/* Without the root the others have the grace to end by themselves; without anybody it is over. */
static void end_settle(struct sim *s)
{
    struct sim_state *st = &s->state;

    if (!st->started || st->phase == PHASE_OVER || kernel_exists(&st->kernel, ACTOR_ROOT))
        return;
    if (anything_left(s)) {
        if (st->phase == PHASE_RUN) {
            st->phase = PHASE_GRACE;
            st->end_ns = st->kernel.now_ns + s->options.grace_ns;
        }
        return;
    }
    st->phase = PHASE_OVER;
    terminal_look(s);
    sim_note(s, POINT_RUN_END, ACTOR_NONE, s->proc[ACTOR_ROOT].status, 0);
    sim_event(s, WORLD_STOPPED, ACTOR_NONE, 0);
}

/* ---- Turns ---- */

/* A death is an answer too, once others can see it. */
static bool key_is_owed(const struct sim *s, uint16_t row)
{
    const struct sim_proc *p = &s->proc[row];
    bool dies = p->state == PROC_CLOSING || p->state == PROC_REPARENTING;

    return p->key && (dies || sim_actor_awake(s, row));
}

static void key_settle(struct sim *s)
{
    struct sim_state *st = &s->state;

    if (!st->key_open)
        return;
    for (uint16_t row = 0; row < s->count; row++) {
        if (key_is_owed(s, row))
            return;
    }
    for (uint16_t row = 0; row < s->count; row++)
        s->proc[row].key = 0;
    st->key_open = false;
    st->key_signal = 0;
    sim_note(s, POINT_KEY_DONE, ACTOR_NONE, st->key_byte, 0);
    sim_event(s, WORLD_KEY, ACTOR_NONE, 0);
}

/* Nothing is enabled: the world is quiet, or the time goes on. */
static void idle(struct sim *s)
{
    struct sim_state *st = &s->state;

    if (st->quiet_wanted) {
        st->quiet_wanted = false;
        terminal_look(s);
        sim_note(s, POINT_QUIET, ACTOR_NONE, 0, 0);
        sim_event(s, WORLD_QUIET, ACTOR_NONE, 0);
        return;
    }
    int64_t next_ns = schedule_next_ns(s);
    if (next_ns != INT64_MAX && next_ns > st->kernel.now_ns)
        st->kernel.now_ns = next_ns;
}

static void limits_check(struct sim *s)
{
    struct sim_state *st = &s->state;

    if (st->transitions > SIM_TRANSITIONS_MAX) {
        if (!st->stopping) {
            sim_fail(s, "the world did not become quiet within %d transitions",
                     SIM_TRANSITIONS_MAX);
        } else if (st->phase == PHASE_GRACE) {
            sim_kill_all(s);
        }
    }
    if (st->stopping)
        return;
    if (st->kernel.now_ns - KERNEL_START_NS > SIM_TIME_MAX_NS)
        sim_fail(s, "the run did not end within %d s of virtual time",
                 (int)(SIM_TIME_MAX_NS / (1000 * MS_NS)));
    if (s->world.trace.full)
        sim_fail(s, "the trace is full: %zu records", s->world.trace.count);
    if (s->shown.failed || s->given.failed || s->echo.failed || s->schedule.failed)
        sim_fail(s, "out of memory");
}

static bool sim_turn(struct world *w, int64_t max_wait_ns)
{
    struct sim *s = sim_of(w);
    struct sim_state *st = &s->state;

    (void)max_wait_ns;
    CHECK(!s->in_turn);
    s->in_turn = true;
    /* What actions have caused is a turn of its own: the run sees it before the world goes on. */
    if (!sim_give(s) && st->started && st->phase != PHASE_OVER && (!st->failed || st->stopping)) {
        st->transitions++;
        schedule_list(s);
        if (s->schedule.count == 0) {
            idle(s);
        } else {
            uint32_t pick = prng_below(&st->prng, (uint32_t)s->schedule.count);
            schedule_take(s, &s->schedule.item[pick]);
        }
        key_settle(s);
        end_settle(s);
        limits_check(s);
        (void)sim_give(s);
    }
    s->in_turn = false;
    bool waiting = s->event_at < s->events || s->records_given < w->trace.count;
    return waiting || (st->phase != PHASE_OVER && (!st->failed || st->stopping));
}

/* ---- Actions ---- */

static int sim_start(struct world *w, struct diag *diag)
{
    struct sim *s = sim_of(w);

    if (s->state.started || s->state.phase != PHASE_RUN)
        return diag_set(diag, ERR_STATE, "the subject was started before");
    s->state.started = true;
    (void)kernel_fork(&s->state.kernel, ACTOR_ROOT, ACTOR_HARNESS);
    return 0;
}

static void sim_release(struct world *w, uint16_t actor)
{
    struct sim *s = sim_of(w);

    if (actor >= s->count || s->actor[actor] == NULL || !s->actor[actor]->held)
        return;
    s->actor[actor]->held = false;
    if (s->state.phase == PHASE_GRACE) /* it did not run while somebody was held */
        s->state.end_ns = s->state.kernel.now_ns + s->options.grace_ns;
    if (kernel_lives(&s->state.kernel, actor))
        sim_note(s, POINT_HOLD_END, actor, s->actor[actor]->held_point, 0);
}

static int terminal_input(struct sim *s, const uint8_t *data, size_t size, struct diag *diag)
{
    struct sim_terminal *t = &s->state.terminal;

    if (t->hung_up)
        return diag_set(diag, ERR_GONE, "the terminal was closed");
    if (size > sim_terminal_room(t))
        return diag_set(diag, ERR_FULL, "the terminal takes no more than %zu bytes now",
                        sim_terminal_room(t));
    buf_drop(&s->echo, s->echo.size);
    for (size_t i = 0; i < size; i++) {
        int signal = sim_terminal_type(t, data[i], &s->echo);
        if (signal != 0)
            kernel_signal_group(&s->state.kernel, signal);
    }
    buf_add(&s->shown, s->echo.data, s->echo.size);
    sim_shown(s, s->echo.size);
    return 0;
}

static int sim_input(struct world *w, const void *data, size_t size, struct diag *diag)
{
    return terminal_input(sim_of(w), data, size, diag);
}

static int sim_key(struct world *w, uint8_t byte, bool tiocsig, struct diag *diag)
{
    struct sim *s = sim_of(w);
    struct sim_state *st = &s->state;
    int signal = sim_terminal_signal_of(tiocsig ? TERMINAL_SIGNALS : st->terminal.modes, byte);

    if (st->key_open)
        return diag_set(diag, ERR_STATE, "the last key is not done yet");
    if (st->terminal.hung_up)
        return diag_set(diag, ERR_GONE, "the terminal was closed");
    if (tiocsig && signal == 0)
        return diag_set(diag, ERR_INPUT, "byte %u stands for no signal", byte);
    if (!tiocsig && sim_terminal_room(&st->terminal) == 0)
        return diag_set(diag, ERR_FULL, "the terminal takes no more input");
    sim_note(s, POINT_KEY_SENT, ACTOR_NONE, byte, tiocsig);
    st->key_open = true;
    st->key_byte = byte;
    st->key_signal = signal;
    for (uint16_t row = 0; row < s->count; row++)
        s->proc[row].key = signal != 0 && sim_actor_awake(s, row);
    if (tiocsig)
        kernel_signal_group(&st->kernel, signal);
    else
        (void)terminal_input(s, &byte, 1, diag); /* checked above */
    key_settle(s);
    return 0;
}

/* Refuses an actor that is not there. */
static int actor_check(const struct sim *s, uint16_t actor, struct diag *diag)
{
    if (actor >= s->count)
        return diag_set(diag, ERR_NOTFOUND, "there is no actor %u", actor);
    const char *name = s->options.tree->node[actor].name;
    if (s->proc[actor].state == PROC_NONE)
        return diag_set(diag, ERR_STATE, "%s was not started yet", name);
    if (!kernel_lives(&s->state.kernel, actor))
        return diag_set(diag, ERR_GONE, "%s is dead", name);
    return 0;
}

static int sim_signal(struct world *w, uint16_t actor, int signal, struct diag *diag)
{
    struct sim *s = sim_of(w);

    if (signal <= 0 || signal >= KERNEL_SIGNALS)
        return diag_set(diag, ERR_INPUT, "there is no signal %d", signal);
    int rc = actor_check(s, actor, diag);
    if (rc < 0)
        return rc;
    sim_note(s, POINT_SIGNAL_SENT, actor, signal, 0);
    kernel_signal(&s->state.kernel, actor, signal, FROM_PROCESS);
    key_settle(s);
    return 0;
}

static int sim_tell(struct world *w, uint16_t actor, int op, struct diag *diag)
{
    struct sim *s = sim_of(w);
    int rc = actor_check(s, actor, diag);

    if (rc < 0)
        return rc;
    const char *name = s->options.tree->node[actor].name;
    if ((op < 0 || op >= TELL_OPS) && op != TELL_FREEZE)
        return diag_set(diag, ERR_INPUT, "%s cannot be told %d", name, op);
    if (s->proc[actor].state == PROC_BOOTING)
        return diag_set(diag, ERR_STATE, "%s does not run yet", name);
    struct sim_actor *a = s->actor[actor];
    if (a->tells == SIM_TELLS_MAX)
        return diag_set(diag, ERR_FULL, "%s has not heard the last %d messages", name,
                        SIM_TELLS_MAX);
    sim_note(s, POINT_TELL_SENT, actor, op, 0);
    a->tell[a->tells++] = (uint8_t)op;
    return 0;
}

/* Whether this end of a link can do harm to it, as on real processes. */
static int harmer_check(const struct sim *s, uint16_t by, struct diag *diag)
{
    const char *name = s->options.tree->node[by].name;
    int rc = actor_check(s, by, diag);

    if (rc < 0)
        return rc;
    if (s->proc[by].stopped)
        return diag_set(diag, ERR_STATE, "%s is stopped and sends nothing", name);
    if (s->proc[by].state == PROC_BOOTING)
        return diag_set(diag, ERR_STATE, "%s does not run yet", name);
    return 0;
}

static int sim_harm(struct world *w, uint16_t actor, enum link_harm harm, enum link_side side,
                    struct diag *diag)
{
    struct sim *s = sim_of(w);
    int rc = actor_check(s, actor, diag);

    if (rc < 0)
        return rc;
    if (actor == ACTOR_ROOT)
        return diag_set(diag, ERR_INPUT, "the root has no link to a parent");
    uint16_t parent = s->options.tree->node[actor].parent;
    if (side == SIDE_DOWN || (harm == LINK_HARM_CUT && s->proc[actor].stopped))
        rc = harmer_check(s, parent, diag);
    else
        rc = harmer_check(s, actor, diag);
    if (rc == 0 && harm == LINK_HARM_RESUME)
        rc = harmer_check(s, parent, diag);
    if (rc < 0)
        return rc;
    sim_note(s, POINT_LINK_HARMED, actor, harm, side);
    sim_link_harm(&s->link[actor], harm, side);
    if (harm == LINK_HARM_RESUME)
        sim_written(s, actor);
    sim_event(s, WORLD_LINK, actor, 0);
    return 0;
}

static int sim_resize(struct world *w, uint16_t rows, uint16_t columns, struct diag *diag)
{
    struct sim *s = sim_of(w);

    if (s->state.terminal.hung_up)
        return diag_set(diag, ERR_GONE, "the terminal was closed");
    sim_note(s, POINT_TTY_RESIZED, ACTOR_NONE, rows, columns);
    kernel_signal_group(&s->state.kernel, SIGWINCH);
    return 0;
}

/* The session's leader hears of it and, as shells do, passes it on to its job, which goes on if it
 * was stopped. */
static int sim_hang_up(struct world *w, struct diag *diag)
{
    struct sim *s = sim_of(w);

    if (s->state.terminal.gone)
        return diag_set(diag, ERR_GONE, "the terminal was closed");
    sim_note(s, POINT_TTY_HUNG_UP, ACTOR_NONE, 0, 0);
    s->state.terminal.hung_up = 1;
    s->state.terminal.gone = 1;
    kernel_signal_group(&s->state.kernel, SIGHUP);
    kernel_signal_group(&s->state.kernel, SIGCONT);
    return 0;
}

static int sim_resume(struct world *w, struct diag *diag)
{
    struct sim *s = sim_of(w);

    if (!kernel_lives(&s->state.kernel, ACTOR_ROOT))
        return diag_set(diag, ERR_GONE, "there is no job any more");
    kernel_signal_group(&s->state.kernel, SIGCONT);
    return 0;
}

static void sim_quiet(struct world *w, bool want)
{
    sim_of(w)->state.quiet_wanted = want;
}

static void sim_timer(struct world *w, int64_t at_ns)
{
    /* Times of the run start at 0, the kernel's clock does not. */
    sim_of(w)->state.timer_ns =
        at_ns > INT64_MAX - KERNEL_START_NS ? INT64_MAX : at_ns + KERNEL_START_NS;
}

static enum process_state sim_process_state(struct world *w, uint16_t actor)
{
    const struct sim *s = sim_of(w);

    if (actor >= s->count)
        return PROCESS_NONE;
    switch ((enum proc_state)s->proc[actor].state) {
    case PROC_NONE:
        return PROCESS_NONE;
    case PROC_BOOTING:
    case PROC_RUNNING:
    case PROC_CLOSING:
    case PROC_REPARENTING:
        return s->proc[actor].stopped ? PROCESS_STOPPED : PROCESS_LIVE;
    case PROC_ZOMBIE:
        return PROCESS_ZOMBIE;
    case PROC_REAPED:
        return PROCESS_REAPED;
    }
    return PROCESS_NONE;
}

static int64_t sim_now(struct world *w)
{
    return sim_of(w)->state.kernel.now_ns - KERNEL_START_NS;
}

static void sim_world_note(struct world *w, const struct trace_record *record)
{
    kernel_record(&sim_of(w)->state.kernel, *record);
}

static void sim_stop(struct world *w, int why)
{
    struct sim *s = sim_of(w);
    struct sim_state *st = &s->state;

    if (st->stopping || st->phase == PHASE_OVER)
        return;
    st->stopping = true;
    st->quiet_wanted = false;
    sim_note(s, POINT_RUN_STOPPED, ACTOR_NONE, why, 0);
    for (uint16_t row = 0; row < s->count; row++)
        sim_release(w, row);
    st->terminal.hung_up = 1;
    st->transitions = 0;
    if (st->phase == PHASE_RUN) {
        st->phase = PHASE_GRACE;
        st->end_ns = st->kernel.now_ns + s->options.grace_ns;
    }
    kernel_signal(&st->kernel, ACTOR_ROOT, SIGTERM, FROM_PROCESS);
    /* A stopped process acts on nothing but SIGKILL. */
    for (uint16_t row = 0; row < s->count; row++) {
        if (s->proc[row].stopped)
            kernel_signal(&st->kernel, row, SIGCONT, FROM_PROCESS);
    }
    /* Nothing was started: there is nothing to wait for. */
    if (!st->started) {
        st->started = true;
        end_settle(s);
    }
}

static void sim_free(struct world *w)
{
    struct sim *s = sim_of(w);

    for (uint16_t row = 0; row < s->count; row++) {
        if (s->link != NULL)
            sim_link_release(&s->link[row]);
        if (s->actor != NULL)
            kept_give(s->options.kept, s->actor[row]);
    }
    free(s->actor);
    free(s->link);
    free(s->proc);
    free(s->event);
    free(s->schedule.item);
    buf_release(&s->shown);
    buf_release(&s->given);
    buf_release(&s->echo);
    trace_release(&w->trace);
    free(s);
}

static const struct world_ops ops = {
    .start = sim_start,
    .turn = sim_turn,
    .release = sim_release,
    .input = sim_input,
    .key = sim_key,
    .signal = sim_signal,
    .tell = sim_tell,
    .link = sim_harm,
    .resize = sim_resize,
    .hang_up = sim_hang_up,
    .resume = sim_resume,
    .quiet = sim_quiet,
    .timer = sim_timer,
    .state = sim_process_state,
    .now = sim_now,
    .note = sim_world_note,
    .stop = sim_stop,
    .free = sim_free,
};

int sim_world_new(const struct world_options *options, struct world **out, struct diag *diag)
{
    CHECK(options->on_event != NULL);
    CHECK(options->tree->count >= 1 && options->tree->count <= TREE_ACTORS_MAX);
    struct sim *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for the simulated world");
    s->count = (uint16_t)options->tree->count;
    s->options = *options;
    s->world = (struct world){.ops = &ops, .options = &s->options, .trace = TRACE_INIT};
    s->rows = (uint16_t)(s->count + SIM_STRAYS_MAX);
    s->proc = calloc(s->rows, sizeof(*s->proc));
    s->link = calloc(s->rows, sizeof(*s->link));
    s->actor = calloc(s->rows, sizeof(*s->actor));
    if (s->proc == NULL || s->link == NULL || s->actor == NULL) {
        sim_free(&s->world);
        return diag_set(diag, ERR_NOMEM, "no memory for %u simulated actors", options->tree->count);
    }
    s->program = roles_program(options->tree);
    kernel_init(&s->state.kernel, s->proc, s->rows, &s->world.trace);
    s->state.kernel.actors = s->count;
    for (uint16_t row = s->count; row < s->rows; row++)
        s->link[row].slot = SLOT_NONE;
    sim_terminal_init(&s->state.terminal);
    s->state.prng = prng_init(options->seed);
    s->state.timer_ns = INT64_MAX;
    s->world.deadline_zero_ns = KERNEL_START_NS;
    *out = &s->world;
    return 0;
}
