/* sim_world.c: the world of the simulated engine: actions in, one transition a turn, events out.
 *
 * Actions change the state at once and give no event; events are given from a turn, after its
 * transition, in the order in which they and the records came. */
#include "harness/sim/sim.h"
#include "runtime/base/check.h"
#include "runtime/roles/roles.h"

#include <signal.h>
#include <stdlib.h>

static struct sim *sim_of(struct world *w)
{
    return (struct sim *)w;
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
    sim_terminal_look(s);
    sim_note(s, POINT_RUN_END, ACTOR_NONE, s->proc[ACTOR_ROOT].status, 0);
    queue_event(&s->world, WORLD_STOPPED, ACTOR_NONE, 0);
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
    queue_event(&s->world, WORLD_KEY, ACTOR_NONE, 0);
}

/* One that computes: it never rests, and nothing of it is ever enabled. */
static bool is_busy(const struct sim *s, uint16_t row)
{
    const struct sim_actor *a = s->actor[row];

    return a != NULL && a->spinning && !a->held && !s->proc[row].stopped &&
           kernel_lives(&s->state.kernel, row);
}

/* True when it has settled beside somebody, which is said; false when nobody is busy. */
static bool settles(struct sim *s)
{
    struct buf names = BUF_INIT;
    uint16_t first = ACTOR_NONE;
    int64_t count = 0;

    for (uint16_t row = 0; row < s->count; row++) {
        if (!is_busy(s, row))
            continue;
        first = count++ == 0 ? row : first;
        buf_addf(&names, "%s%s", count > 1 ? ", " : "", s->options.tree->node[row].name);
    }
    if (count > 0) {
        s->state.settled_wanted = false;
        sim_terminal_look(s);
        sim_note(s, POINT_QUIET, first, count, 0);
        queue_settled(&s->world, &names);
    }
    buf_release(&names);
    return count > 0;
}

/* Nothing is enabled: the world is quiet, or the time goes on. */
static void idle(struct sim *s)
{
    struct sim_state *st = &s->state;

    if (st->settled_wanted && settles(s))
        return;
    if (st->quiet_wanted) {
        st->quiet_wanted = false;
        sim_terminal_look(s);
        sim_note(s, POINT_QUIET, ACTOR_NONE, 0, 0);
        queue_event(&s->world, WORLD_QUIET, ACTOR_NONE, 0);
        return;
    }
    if (st->still_wanted && schedule_is_still(s)) {
        st->still_wanted = false;
        queue_event(&s->world, WORLD_STILL, ACTOR_NONE, 0);
        return;
    }
    int64_t next_ns = schedule_next_ns(s);
    if (next_ns != INT64_MAX && next_ns > st->kernel.now_ns)
        st->kernel.now_ns = next_ns;
}

static void limits_check(struct sim *s)
{
    struct sim_state *st = &s->state;

    if (s->world.transitions > st->transitions_max) {
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
    if (s->echo.failed || s->schedule.failed)
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
    if (!queue_give(w) && st->started && st->phase != PHASE_OVER &&
        (!w->queue.failed || st->stopping)) {
        w->transitions++;
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
        (void)queue_give(w);
    }
    s->in_turn = false;
    return queue_waits(w) || (st->phase != PHASE_OVER && (!w->queue.failed || st->stopping));
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

static void terminal_type(struct sim *s, const uint8_t *data, size_t size)
{
    buf_drop(&s->echo, s->echo.size);
    for (size_t i = 0; i < size; i++) {
        int signal = sim_terminal_type(&s->state.terminal, data[i], &s->echo);
        if (signal != 0)
            kernel_signal_group(&s->state.kernel, signal);
    }
    queue_output(&s->world, s->echo.data, s->echo.size);
}

/* The signal of a press, 0 for none. */
static int key_signal(const struct sim *s, const struct action *a)
{
    return sim_terminal_signal_of(a->extra != 0 ? TERMINAL_SIGNALS : s->state.terminal.modes,
                                  (uint8_t)a->value);
}

static void key_press(struct sim *s, const struct action *a)
{
    struct sim_state *st = &s->state;
    uint8_t byte = (uint8_t)a->value;
    int signal = key_signal(s, a);

    st->key_open = true;
    st->key_byte = byte;
    st->key_signal = signal;
    for (uint16_t row = 0; row < s->count; row++)
        s->proc[row].key = signal != 0 && sim_actor_awake(s, row);
    if (a->extra != 0)
        kernel_signal_group(&st->kernel, signal);
    else
        terminal_type(s, &byte, 1);
    key_settle(s);
}

static int key_allow(const struct sim *s, const struct action *a, struct diag *diag)
{
    const struct sim_state *st = &s->state;

    if (st->key_open)
        return diag_set(diag, ERR_STATE, "the last key is not done yet");
    if (st->terminal.hung_up)
        return diag_set(diag, ERR_GONE, "the terminal was closed");
    if (a->extra != 0 && key_signal(s, a) == 0)
        return diag_set(diag, ERR_INPUT, "byte %u stands for no signal", (unsigned)a->value);
    if (a->extra == 0 && sim_terminal_room(&st->terminal) == 0)
        return diag_set(diag, ERR_FULL, "the terminal takes no more input");
    return ALLOW_NOW;
}

/* Whether this end of a link can do harm to it, as on real processes. */
static int end_allow(const struct sim *s, uint16_t by, struct diag *diag)
{
    const char *name = s->options.tree->node[by].name;

    if (s->proc[by].state == PROC_NONE || s->proc[by].state == PROC_BOOTING)
        return diag_set(diag, ERR_STATE, "%s does not run yet", name);
    if (!kernel_lives(&s->state.kernel, by))
        return diag_set(diag, ERR_GONE, "%s is dead", name);
    if (s->proc[by].stopped)
        return diag_set(diag, ERR_STATE, "%s is stopped and sends nothing", name);
    return ALLOW_NOW;
}

static int link_allow(const struct sim *s, const struct action *a, struct diag *diag)
{
    unsigned traits = link_harm_traits(a->value);

    if (a->who == ACTOR_ROOT)
        return diag_set(diag, ERR_INPUT, "the root has no link to a parent");
    uint16_t parent = s->options.tree->node[a->who].parent;
    bool above = a->extra == SIDE_DOWN || ((traits & HARM_EITHER) != 0 && s->proc[a->who].stopped);
    int rc = end_allow(s, above ? parent : a->who, diag);
    if (rc == 0 && (traits & HARM_RESUMES) != 0)
        rc = end_allow(s, parent, diag);
    return rc;
}

static int tell_allow(const struct sim *s, const struct action *a, struct diag *diag)
{
    const char *name = s->options.tree->node[a->who].name;

    if (s->proc[a->who].state == PROC_BOOTING)
        return diag_set(diag, ERR_STATE, "%s does not run yet", name);
    if (s->actor[a->who]->tells == SIM_TELLS_MAX)
        return diag_set(diag, ERR_FULL, "%s has not heard the last %d messages", name,
                        SIM_TELLS_MAX);
    return ALLOW_NOW;
}

static int type_allow(const struct sim_terminal *t, size_t size, struct diag *diag)
{
    if (t->hung_up)
        return diag_set(diag, ERR_GONE, "the terminal was closed");
    if (size > sim_terminal_room(t))
        return diag_set(diag, ERR_FULL, "the terminal takes no more than %zu bytes now",
                        sim_terminal_room(t));
    return ALLOW_NOW;
}

static int signal_allow(const struct action *a, struct diag *diag)
{
    if (a->value >= KERNEL_SIGNALS)
        return diag_set(diag, ERR_INPUT, "there is no signal %d here", (int)a->value);
    return ALLOW_NOW;
}

static int sim_allow(struct world *w, const struct action *a, struct diag *diag)
{
    const struct sim *s = sim_of(w);
    const struct sim_terminal *t = &s->state.terminal;

    /* One that closes its descriptors is dead, although nobody can see it yet. */
    if (action_has_who(a) && !kernel_lives(&s->state.kernel, a->who))
        return diag_set(diag, ERR_GONE, "%s is dead", s->options.tree->node[a->who].name);
    switch ((enum action_kind)a->kind) {
    case ACTION_TYPE:
        return type_allow(t, a->size, diag);
    case ACTION_RESIZE:
        return t->hung_up ? diag_set(diag, ERR_GONE, "the terminal was closed") : ALLOW_NOW;
    case ACTION_HANG_UP:
        return t->gone ? diag_set(diag, ERR_GONE, "the terminal was closed") : ALLOW_NOW;
    case ACTION_KEY:
        return key_allow(s, a, diag);
    case ACTION_TELL:
        return tell_allow(s, a, diag);
    case ACTION_LINK:
        return link_allow(s, a, diag);
    case ACTION_SIGNAL:
        return signal_allow(a, diag);
    case ACTION_CONTINUE:
        if (!kernel_lives(&s->state.kernel, ACTOR_ROOT))
            return diag_set(diag, ERR_GONE, "there is no job any more");
        break;
    case ACTION_FAIL:
        return diag_set(diag, ERR_UNSUPPORTED, "a simulated actor makes no system calls");
    case ACTIONS:
        break;
    }
    return ALLOW_NOW;
}

/* The session's leader hears of it and, as shells do, passes it on to its job, which goes on if it
 * was stopped. */
static void hang_up(struct sim *s)
{
    s->state.terminal.hung_up = 1;
    s->state.terminal.gone = 1;
    kernel_signal_group(&s->state.kernel, SIGHUP);
    kernel_signal_group(&s->state.kernel, SIGCONT);
}

static int sim_act(struct world *w, const struct action *a, struct diag *diag)
{
    struct sim *s = sim_of(w);
    struct kernel *k = &s->state.kernel;

    (void)diag;
    switch ((enum action_kind)a->kind) {
    case ACTION_TYPE:
        terminal_type(s, (const uint8_t *)a->text, a->size);
        return ACT_DONE;
    case ACTION_KEY:
        key_press(s, a);
        return ACT_GOES_ON;
    case ACTION_SIGNAL:
        kernel_signal(k, a->who, (int)a->value, FROM_PROCESS);
        key_settle(s);
        return ACT_DONE;
    case ACTION_TELL:
        s->actor[a->who]->tell[s->actor[a->who]->tells++] = (uint8_t)a->value;
        return ACT_DONE;
    case ACTION_LINK:
        s->state.harmed = true;
        sim_link_harm(&s->link[a->who], (enum link_harm)a->value, (enum link_side)a->extra);
        if ((link_harm_traits(a->value) & HARM_RESUMES) != 0)
            sim_written(s, a->who);
        queue_event(&s->world, WORLD_LINK, a->who, 0);
        return ACT_GOES_ON;
    case ACTION_RESIZE:
        kernel_signal_group(k, SIGWINCH);
        return ACT_DONE;
    case ACTION_HANG_UP:
        hang_up(s);
        return ACT_DONE;
    case ACTION_CONTINUE:
        kernel_signal_group(k, SIGCONT);
        return ACT_DONE;
    case ACTION_FAIL:
    case ACTIONS:
        break;
    }
    return ACT_DONE;
}

static void sim_want(struct world *w, enum world_event_kind what, int64_t at_ns)
{
    struct sim_state *st = &sim_of(w)->state;

    if (what == WORLD_QUIET)
        st->quiet_wanted = at_ns != INT64_MAX;
    else if (what == WORLD_SETTLED)
        st->settled_wanted = at_ns != INT64_MAX;
    else if (what == WORLD_STILL)
        st->still_wanted = at_ns != INT64_MAX;
    else /* Times of the run start at 0, the kernel's clock does not. */
        st->timer_ns = at_ns > INT64_MAX - KERNEL_START_NS ? INT64_MAX : at_ns + KERNEL_START_NS;
}

static enum process_state process_state(const struct sim_proc *p)
{
    switch ((enum proc_state)p->state) {
    case PROC_NONE:
        return PROCESS_NONE;
    case PROC_BOOTING:
    case PROC_RUNNING:
    case PROC_CLOSING:
    case PROC_REPARENTING:
        return p->stopped ? PROCESS_STOPPED : PROCESS_LIVE;
    case PROC_ZOMBIE:
        return PROCESS_ZOMBIE;
    case PROC_REAPED:
        return PROCESS_REAPED;
    }
    return PROCESS_NONE;
}

static void sim_look(struct world *w, uint16_t actor, struct who_state *out)
{
    const struct sim *s = sim_of(w);

    if (actor < s->count)
        out->state = process_state(&s->proc[actor]);
}

static int64_t sim_now(const struct world *w)
{
    return ((const struct sim *)w)->state.kernel.now_ns - KERNEL_START_NS;
}

static void sim_stop(struct world *w, enum stop_why why)
{
    struct sim *s = sim_of(w);
    struct sim_state *st = &s->state;

    if (st->stopping || st->phase == PHASE_OVER)
        return;
    st->stopping = true;
    st->quiet_wanted = false;
    st->settled_wanted = false;
    st->still_wanted = false;
    sim_note(s, POINT_RUN_STOPPED, ACTOR_NONE, why, 0);
    for (uint16_t row = 0; row < s->count; row++)
        sim_release(w, row);
    st->terminal.hung_up = 1;
    st->transitions_max = w->transitions + SIM_TRANSITIONS_MAX;
    if (st->phase == PHASE_RUN) {
        st->phase = PHASE_GRACE;
        st->end_ns = st->kernel.now_ns + s->options.grace_ns;
    }
    kernel_signal(&st->kernel, ACTOR_ROOT, SIGTERM, FROM_PROCESS);
    /* A stopped process acts on nothing but SIGKILL, and one that is about to stop will not. */
    for (uint16_t row = 0; row < s->count; row++) {
        if (s->proc[row].stopped || (s->proc[row].pending >> SIGTSTP & 1U) != 0)
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
    free(s->schedule.item);
    queue_release(w);
    buf_release(&s->echo);
    trace_release(&w->trace);
    free(s);
}

static const struct world_ops ops = {
    .start = sim_start,
    .turn = sim_turn,
    .allow = sim_allow,
    .act = sim_act,
    .release = sim_release,
    .want = sim_want,
    .look = sim_look,
    .now = sim_now,
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
    s->world = (struct world){
        .ops = &ops, .options = &s->options, .trace = TRACE_INIT, .subject = "the tree"};
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
    s->state.kernel.stop_late = defect_in(options->tree->defects, DEFECT_STOP_LATE);
    for (uint16_t row = s->count; row < s->rows; row++)
        s->link[row].slot = SLOT_NONE;
    sim_terminal_init(&s->state.terminal);
    s->state.prng = prng_init(options->seed);
    s->state.timer_ns = INT64_MAX;
    s->state.transitions_max = SIM_TRANSITIONS_MAX;
    s->world.deadline_zero_ns = KERNEL_START_NS;
    *out = &s->world;
    return 0;
}
