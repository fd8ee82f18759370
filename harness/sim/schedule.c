/* schedule.c: which transitions are enabled, and what each of them does. */
#include "harness/sim/schedule.h"

#include "harness/sim/sim.h"
#include "runtime/base/status.h"

#include <signal.h>
#include <stdlib.h>

static void enable(struct sim *s, enum transition_kind kind, uint16_t row, uint32_t arg)
{
    struct schedule *list = &s->schedule;

    if (list->count == list->room) {
        size_t room = list->room == 0 ? 64 : list->room * 2;
        struct transition *grown = realloc(list->item, room * sizeof(*grown));
        if (grown == NULL) {
            list->failed = true;
            return;
        }
        list->item = grown;
        list->room = room;
    }
    list->item[list->count++] = (struct transition){.kind = (uint16_t)kind, .row = row, .arg = arg};
}

static void enable_if(struct sim *s, enum transition_kind kind, uint16_t row, bool enabled)
{
    if (enabled)
        enable(s, kind, row, 0);
}

/* ---- What is enabled ---- */

static bool parent_listens(const struct sim *s, uint16_t row)
{
    const struct sim_link *l = &s->link[row];
    return row != ACTOR_ROOT && l->slot != SLOT_NONE && sim_actor_ready(s, l->parent);
}

/* What the harness holds is not late. */
static bool grace_runs(const struct sim *s)
{
    if (s->state.phase != PHASE_GRACE)
        return false;
    for (uint16_t row = 0; row < s->count; row++) {
        if (s->actor[row] != NULL && s->actor[row]->held && kernel_lives(&s->state.kernel, row))
            return false;
    }
    return true;
}

/* Most actors of a large tree wait most of the time: says cheaply that nothing of this row can be
 * enabled. Everything that the lists below ask for must appear here. */
static bool row_sleeps(const struct sim *s, uint16_t row)
{
    const struct sim_proc *p = &s->proc[row];
    const struct sim_link *l = &s->link[row];
    const struct sim_actor *a = s->actor[row];

    if (row == ACTOR_ROOT || row == s->state.terminal.reader)
        return false;
    if (p->state == PROC_NONE)
        return true;
    if (p->state != PROC_RUNNING || p->adopted == ADOPTED_UNSEEN || p->pending != 0 || p->doomed)
        return false;
    if (a == NULL)
        return true;
    if (a->driver.busy || a->tells > 0 || a->next_timer_ns <= s->state.kernel.now_ns ||
        p->alarm_ns <= s->state.kernel.now_ns)
        return false;
    return l->way[0].size == 0 && l->way[1].size == 0 && !l->way[0].shut && !l->way[1].shut;
}

/* Each pending signal is a choice of its own. */
static void signals_list(struct sim *s, uint16_t row)
{
    uint64_t set = kernel_deliverable(&s->state.kernel, row);
    const struct sim_actor *a = s->actor[row];
    bool ready =
        set != 0 && a != NULL && (sim_actor_ready(s, row) || a->spinning || a->driver.dying);

    for (int number = 1; set >> number != 0; number++) {
        /* A stop that waits is seen by who comes round to looking. */
        bool heard = number == SIGTSTP ? ready && sim_actor_ready(s, row) : ready;
        if ((set >> number & 1U) != 0 && (heard || kernel_is_fatal(&s->state.kernel, row, number)))
            enable(s, TAKE_SIGNAL, row, (uint32_t)number);
    }
}

static void process_list(struct sim *s, uint16_t row)
{
    const struct sim_proc *p = &s->proc[row];
    const struct kernel *k = &s->state.kernel;

    enable_if(s, TAKE_BOOT, row, p->state == PROC_BOOTING && !p->stopped);
    enable_if(s, TAKE_RESUME, row, sim_actor_resumable(s, row));
    enable_if(s, TAKE_CLOSE, row, p->state == PROC_CLOSING);
    enable_if(s, TAKE_REPARENT, row, p->state == PROC_REPARENTING);
    signals_list(s, row);
    enable_if(s, TAKE_ALARM, row, p->alarm_ns <= k->now_ns && kernel_lives(k, row));
    enable_if(s, TAKE_THAW, row, kernel_thaws(k, row));
    enable_if(s, TAKE_SWEEP, row, row == ACTOR_ROOT && sim_actor_sweeps(s, row));
}

/* The row is the child. */
static void link_list(struct sim *s, uint16_t row)
{
    const struct sim_link *l = &s->link[row];
    bool above = parent_listens(s, row);
    bool below = sim_actor_ready(s, row);

    enable_if(s, TAKE_FRAME_UP, row, above && sim_link_has_frame(l, SIM_END_PARENT));
    enable_if(s, TAKE_FRAME_DOWN, row, below && sim_link_has_frame(l, SIM_END_CHILD));
    enable_if(s, TAKE_EOF_UP, row, above && sim_link_at_eof(l, SIM_END_PARENT));
    enable_if(s, TAKE_EOF_DOWN, row, below && sim_link_at_eof(l, SIM_END_CHILD));
}

static bool unseen_left(const struct sim *s, bool alive)
{
    for (uint16_t row = 1; row < s->rows; row++) {
        bool unseen = s->proc[row].adopted == ADOPTED_UNSEEN;
        bool left =
            kernel_lives(&s->state.kernel, row) || (!alive && kernel_exists(&s->state.kernel, row));
        if (unseen && left)
            return true;
    }
    return false;
}

/* SIGCHLD, its own fork, or the time: the root looks for children that it has not started. */
static void root_looks(struct sim *s)
{
    s->state.root_looks = unseen_left(s, false);
}

/* As others see it. */
static void death_list(struct sim *s, uint16_t row)
{
    const struct sim_proc *p = &s->proc[row];
    bool early = defect_in(s->options.tree->defects, DEFECT_EARLY_EXIT);
    /* D1: a host reads the link dry before it looks at the process. */
    bool dry = early || !sim_link_has_frame(&s->link[row], SIM_END_PARENT);
    bool dead = p->state == PROC_ZOMBIE;
    bool late = p->parent == ACTOR_ROOT && s->state.root_looks; /* D10 */

    enable_if(s, TAKE_CHILD_DEAD, row,
              dead && !p->dead_seen && !late && parent_listens(s, row) && dry &&
                  p->parent == s->link[row].parent);
    if (p->adopted == ADOPTED_NO || p->parent != ACTOR_ROOT || !sim_actor_ready(s, ACTOR_ROOT))
        return;
    enable_if(s, TAKE_ADOPTED, row,
              !dead && p->adopted == ADOPTED_UNSEEN && s->state.root_looks &&
                  kernel_exists(&s->state.kernel, row));
    enable_if(s, TAKE_ADOPTED_DEAD, row, dead && !(s->state.root_looks && unseen_left(s, true)));
}

static void timers_list(struct sim *s, uint16_t row)
{
    const struct sim_actor *a = s->actor[row];
    int64_t now_ns = s->state.kernel.now_ns;

    if (a->next_timer_ns > now_ns || (s->proc[row].pending >> SIGCONT & 1U) != 0)
        return; /* D7 */
    for (unsigned i = 0; i < a->timers; i++) {
        if (a->timer[i].at_ns <= now_ns)
            enable(s, TAKE_TIMER, row, i);
    }
}

/* Time, the harness, the terminal. */
static void outside_list(struct sim *s, uint16_t row)
{
    const struct sim_terminal *t = &s->state.terminal;
    int64_t now_ns = s->state.kernel.now_ns;

    if (sim_actor_ready(s, row)) {
        bool reads = t->reader == row;
        timers_list(s, row);
        enable_if(s, TAKE_TELL, row, s->actor[row]->tells > 0);
        enable_if(s, TAKE_LINE, row, reads && sim_terminal_peek(t) != TERMINAL_NOTHING);
        enable_if(s, TAKE_HANGUP, row, reads && t->hung_up && !t->hangup_seen);
    }
    if (row != ACTOR_ROOT)
        return;
    enable_if(s, TAKE_RUN_TIMER, row, s->state.timer_ns <= now_ns);
    enable_if(s, TAKE_GRACE_OVER, row, s->state.end_ns <= now_ns && grace_runs(s));
}

void schedule_list(struct sim *s)
{
    s->schedule.count = 0;
    for (uint16_t row = 0; row < s->rows; row++) {
        if (row_sleeps(s, row))
            continue;
        process_list(s, row);
        link_list(s, row);
        death_list(s, row);
        outside_list(s, row);
    }
}

/* ---- What they do ---- */

/* The last words of an actor: runtime/host/fatal.h. */
static void fatal_take(struct sim *s, uint16_t row, int number)
{
    bool replaced = (s->proc[row].replaced >> number & 1U) != 0;

    if (!signal_is_crash(number) || s->actor[row] == NULL || replaced)
        return;
    kernel_record(&s->state.kernel, (struct trace_record){.actor = row,
                                                          .point = POINT_ERR_FATAL_HANDLER,
                                                          .peer = ACTOR_NONE,
                                                          .value = number});
    if (row == ACTOR_ROOT)
        sim_modes(s, row, TERMINAL_SAVED);
}

static void signal_take(struct sim *s, uint16_t row, int number)
{
    if (!kernel_is_fatal(&s->state.kernel, row, number)) {
        sim_actor_signal(s, row, number);
        return;
    }
    fatal_take(s, row, number);
    kernel_die(&s->state.kernel, row, number);
}

/* Gives the end of a link that reads an event of it. */
static void link_event(struct sim *s, uint16_t row, enum sim_link_end end, struct core_event *e)
{
    const struct sim_link *l = &s->link[row];

    e->link = end == SIM_END_PARENT ? l->slot : (uint16_t)LINK_PARENT;
    sim_actor_event(s, end == SIM_END_PARENT ? l->parent : row, e);
}

static void frame_take(struct sim *s, uint16_t row, enum sim_link_end end)
{
    struct frame frame;

    sim_link_receive(&s->link[row], end, &frame);
    link_event(s, row, end, &(struct core_event){.kind = EVENT_FRAME, .frame = &frame});
}

static void eof_take(struct sim *s, uint16_t row, enum sim_link_end end)
{
    sim_link_eof_seen(&s->link[row], end);
    link_event(s, row, end, &(struct core_event){.kind = EVENT_LINK_EOF});
}

static void line_take(struct sim *s, uint16_t row)
{
    char line[CORE_LINE_BYTES_MAX];
    struct core_event e = {.kind = EVENT_LINE, .text = line};

    if (sim_terminal_take(&s->state.terminal, line, sizeof(line), &e.size) == TERMINAL_EOF) {
        e.kind = EVENT_TTY;
        e.value = TTY_EOF;
    }
    sim_actor_event(s, row, &e);
}

/* One row a kind: a table in the form of a switch. */
// NOLINTNEXTLINE(readability-function-size)
void schedule_take(struct sim *s, const struct transition *t)
{
    struct kernel *k = &s->state.kernel;
    uint16_t row = t->row;
    struct sim_proc *p = &s->proc[row];

    switch ((enum transition_kind)t->kind) {
    case TAKE_BOOT:
        sim_actor_boot(s, row);
        break;
    case TAKE_RESUME:
        sim_actor_resume(s, row);
        break;
    case TAKE_CLOSE:
        sim_actor_close(s, row);
        break;
    case TAKE_REPARENT:
        kernel_reparent(k, row);
        if (p->parent == ACTOR_ROOT)
            root_looks(s);
        break;
    case TAKE_SIGNAL:
        signal_take(s, row, (int)t->arg);
        break;
    case TAKE_ALARM:
        p->alarm_ns = INT64_MAX;
        kernel_signal(k, row, SIGALRM, FROM_KERNEL);
        break;
    case TAKE_THAW:
        kernel_die(k, row, SIGKILL);
        break;
    case TAKE_SWEEP:
        sim_actor_sweep(s, row);
        break;
    case TAKE_FRAME_UP:
        frame_take(s, row, SIM_END_PARENT);
        break;
    case TAKE_FRAME_DOWN:
        frame_take(s, row, SIM_END_CHILD);
        break;
    case TAKE_EOF_UP:
        eof_take(s, row, SIM_END_PARENT);
        break;
    case TAKE_EOF_DOWN:
        eof_take(s, row, SIM_END_CHILD);
        break;
    case TAKE_CHILD_DEAD:
        p->dead_seen = 1;
        link_event(s, row, SIM_END_PARENT, &(struct core_event){.kind = EVENT_CHILD_DEAD});
        break;
    case TAKE_ADOPTED:
        p->adopted = ADOPTED_SEEN;
        s->state.root_looks = unseen_left(s, false);
        sim_actor_event(
            s, ACTOR_ROOT,
            &(struct core_event){.kind = EVENT_ORPHAN, .value = p->pid, .pid_start = p->start});
        break;
    case TAKE_ADOPTED_DEAD:
        kernel_reap(k, row, ACTOR_ROOT);
        s->state.root_looks = s->state.root_looks && unseen_left(s, false);
        sim_actor_event(s, ACTOR_ROOT,
                        &(struct core_event){.kind = EVENT_ORPHAN_EXIT, .value = p->pid});
        break;
    case TAKE_TIMER:
        if (row == ACTOR_ROOT && s->actor[row]->timer[t->arg].timer == TIMER_HEARTBEAT)
            root_looks(s);
        sim_actor_timer(s, row, t->arg);
        break;
    case TAKE_TELL:
        sim_actor_tell(s, row);
        break;
    case TAKE_LINE:
        line_take(s, row);
        break;
    case TAKE_HANGUP:
        s->state.terminal.hangup_seen = 1;
        /* At its end the harness types the end of the input. */
        sim_actor_event(s, row,
                        &(struct core_event){.kind = EVENT_TTY,
                                             .value = s->state.terminal.gone ? TTY_HUP : TTY_EOF});
        break;
    case TAKE_RUN_TIMER:
        s->state.timer_ns = INT64_MAX;
        queue_event(&s->world, WORLD_TIMER, ACTOR_NONE, 0);
        break;
    case TAKE_GRACE_OVER:
        sim_kill_all(s);
        break;
    }
}

int64_t schedule_next_ns(const struct sim *s)
{
    int64_t next_ns = s->state.timer_ns;

    if (s->state.end_ns < next_ns && grace_runs(s))
        next_ns = s->state.end_ns;
    for (uint16_t row = 0; row < s->count; row++) {
        const struct sim_proc *p = &s->proc[row];
        bool lives = kernel_lives(&s->state.kernel, row);
        if (lives && p->alarm_ns < next_ns)
            next_ns = p->alarm_ns;
        if (lives && p->doomed && p->stuck_ns < next_ns)
            next_ns = p->stuck_ns;
        if (sim_actor_ready(s, row) && s->actor[row]->next_timer_ns < next_ns)
            next_ns = s->actor[row]->next_timer_ns;
    }
    return next_ns;
}

/* True when the time alone may change something that this actor does, or that is done to it. */
static bool row_waits(const struct sim *s, uint16_t row)
{
    const struct sim_proc *p = &s->proc[row];
    const struct sim_actor *a = s->actor[row];

    if (p->alarm_ns != INT64_MAX || p->doomed || (a != NULL && a->spinning))
        return true;
    /* One that does nothing is missed by its parent, if that is there. */
    if (!sim_actor_ready(s, row))
        return row != ACTOR_ROOT && sim_actor_ready(s, s->link[row].parent);
    enum core_waits waits = core_waits(&a->core);
    return waits == CORE_WAITS_SOME ||
           (waits == CORE_WAITS_WATCH && s->state.kernel.lock == ACTOR_NONE);
}

bool schedule_is_still(const struct sim *s)
{
    const struct sim_state *st = &s->state;

    if (st->phase != PHASE_RUN || st->key_open || st->harmed)
        return false;
    for (uint16_t row = 0; row < s->count; row++) {
        if (kernel_lives(&st->kernel, row) && row_waits(s, row))
            return false;
    }
    return true;
}
