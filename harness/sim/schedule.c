/* schedule.c: the table of transitions. */
#include "harness/sim/schedule.h"

#include "harness/sim/sim.h"
#include "runtime/base/check.h"
#include "runtime/base/status.h"

#include <signal.h>
#include <stdlib.h>

static void add(struct sim *s, uint16_t kind, uint16_t row, uint32_t arg)
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
    list->item[list->count++] = (struct transition){.kind = kind, .row = row, .arg = arg};
}

/* ---- Processes ---- */

static void boot_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (s->proc[row].state == PROC_BOOTING && !s->proc[row].stopped)
        add(s, kind, row, 0);
}

static void boot_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    sim_actor_boot(s, row);
}

static void resume_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (sim_actor_resumable(s, row))
        add(s, kind, row, 0);
}

static void resume_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    sim_actor_resume(s, row);
}

static void close_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (s->proc[row].state == PROC_CLOSING)
        add(s, kind, row, 0);
}

static void close_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    sim_actor_close(s, row);
}

static void reparent_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (s->proc[row].state == PROC_REPARENTING)
        add(s, kind, row, 0);
}

static void reparent_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    kernel_reparent(&s->state.kernel, row);
}

/* ---- Signals: each pending one is a choice of its own ---- */

static void signal_list(struct sim *s, uint16_t kind, uint16_t row)
{
    uint64_t set = kernel_deliverable(&s->state.kernel, row);
    const struct sim_actor *a = s->actor[row];
    bool ready =
        set != 0 && a != NULL && (sim_actor_ready(s, row) || a->spinning || a->driver.dying);

    for (int number = 1; set >> number != 0; number++) {
        if ((set >> number & 1U) != 0 && (ready || kernel_is_fatal(&s->state.kernel, row, number)))
            add(s, kind, row, (uint32_t)number);
    }
}

/* The last words of an actor: runtime/host/fatal.h. */
static void fatal_take(struct sim *s, uint16_t row, int number)
{
    if (!signal_is_crash(number) || s->actor[row] == NULL)
        return;
    kernel_record(&s->state.kernel, (struct trace_record){.actor = row,
                                                          .point = POINT_ERR_FATAL_HANDLER,
                                                          .peer = ACTOR_NONE,
                                                          .value = number});
    if (row == ACTOR_ROOT)
        sim_modes(s, row, TERMINAL_SAVED);
}

static void signal_take(struct sim *s, uint16_t row, uint32_t arg)
{
    int number = (int)arg;

    if (!kernel_is_fatal(&s->state.kernel, row, number)) {
        sim_actor_signal(s, row, number);
        return;
    }
    fatal_take(s, row, number);
    kernel_die(&s->state.kernel, row, number);
}

static void alarm_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (s->proc[row].alarm_ns <= s->state.kernel.now_ns && kernel_lives(&s->state.kernel, row))
        add(s, kind, row, 0);
}

static void alarm_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    s->proc[row].alarm_ns = INT64_MAX;
    kernel_signal(&s->state.kernel, row, SIGALRM, FROM_KERNEL);
}

static void thaw_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (kernel_thaws(&s->state.kernel, row))
        add(s, kind, row, 0);
}

static void thaw_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    kernel_die(&s->state.kernel, row, SIGKILL);
}

static void sweep_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (row == ACTOR_ROOT && sim_actor_sweeps(s, row))
        add(s, kind, row, 0);
}

static void sweep_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    sim_actor_sweep(s, row);
}

/* ---- Links: the row is the child ---- */

static bool parent_listens(const struct sim *s, uint16_t row)
{
    const struct sim_link *l = &s->link[row];
    return row != ACTOR_ROOT && l->slot != SLOT_NONE && sim_actor_ready(s, l->parent);
}

static void frame_give(struct sim *s, uint16_t row, enum sim_link_end end)
{
    struct sim_link *l = &s->link[row];
    struct frame frame;
    struct core_event e = {.kind = EVENT_FRAME, .frame = &frame};

    sim_link_receive(l, end, &frame);
    e.link = end == SIM_END_PARENT ? l->slot : (uint16_t)LINK_PARENT;
    sim_actor_event(s, end == SIM_END_PARENT ? l->parent : row, &e);
}

static void eof_give(struct sim *s, uint16_t row, enum sim_link_end end)
{
    struct sim_link *l = &s->link[row];
    struct core_event e = {.kind = EVENT_LINK_EOF};

    sim_link_eof_seen(l, end);
    e.link = end == SIM_END_PARENT ? l->slot : (uint16_t)LINK_PARENT;
    sim_actor_event(s, end == SIM_END_PARENT ? l->parent : row, &e);
}

static void frame_up_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (sim_link_has_frame(&s->link[row], SIM_END_PARENT) && parent_listens(s, row))
        add(s, kind, row, 0);
}

static void frame_up_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    frame_give(s, row, SIM_END_PARENT);
}

static void frame_down_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (sim_link_has_frame(&s->link[row], SIM_END_CHILD) && sim_actor_ready(s, row))
        add(s, kind, row, 0);
}

static void frame_down_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    frame_give(s, row, SIM_END_CHILD);
}

static void eof_up_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (sim_link_at_eof(&s->link[row], SIM_END_PARENT) && parent_listens(s, row))
        add(s, kind, row, 0);
}

static void eof_up_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    eof_give(s, row, SIM_END_PARENT);
}

static void eof_down_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (sim_link_at_eof(&s->link[row], SIM_END_CHILD) && sim_actor_ready(s, row))
        add(s, kind, row, 0);
}

static void eof_down_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    eof_give(s, row, SIM_END_CHILD);
}

/* ---- Death, as others see it ---- */

static void child_dead_list(struct sim *s, uint16_t kind, uint16_t row)
{
    const struct sim_proc *p = &s->proc[row];
    bool early = defect_in(s->options.tree->defects, DEFECT_EARLY_EXIT);

    /* D1: a host reads the link dry before it looks at the process. */
    if (p->state == PROC_ZOMBIE && !p->dead_seen && parent_listens(s, row) &&
        p->parent == s->link[row].parent &&
        (early || !sim_link_has_frame(&s->link[row], SIM_END_PARENT)))
        add(s, kind, row, 0);
}

static void child_dead_take(struct sim *s, uint16_t row, uint32_t arg)
{
    struct core_event e = {.kind = EVENT_CHILD_DEAD, .link = s->link[row].slot};

    (void)arg;
    s->proc[row].dead_seen = 1;
    sim_actor_event(s, s->link[row].parent, &e);
}

static void adopted_list(struct sim *s, uint16_t kind, uint16_t row)
{
    const struct sim_proc *p = &s->proc[row];

    if (p->adopted == ADOPTED_UNSEEN && p->state != PROC_ZOMBIE && p->parent == ACTOR_ROOT &&
        kernel_exists(&s->state.kernel, row) && sim_actor_ready(s, ACTOR_ROOT))
        add(s, kind, row, 0);
}

static void adopted_take(struct sim *s, uint16_t row, uint32_t arg)
{
    struct sim_proc *p = &s->proc[row];
    struct core_event e = {.kind = EVENT_ORPHAN, .value = p->pid, .pid_start = p->start};

    (void)arg;
    p->adopted = ADOPTED_SEEN;
    sim_actor_event(s, ACTOR_ROOT, &e);
}

static void adopted_dead_list(struct sim *s, uint16_t kind, uint16_t row)
{
    const struct sim_proc *p = &s->proc[row];

    if (p->state == PROC_ZOMBIE && p->adopted != ADOPTED_NO && p->parent == ACTOR_ROOT &&
        sim_actor_ready(s, ACTOR_ROOT))
        add(s, kind, row, 0);
}

static void adopted_dead_take(struct sim *s, uint16_t row, uint32_t arg)
{
    struct core_event e = {.kind = EVENT_ORPHAN_EXIT, .value = s->proc[row].pid};

    (void)arg;
    kernel_reap(&s->state.kernel, row, ACTOR_ROOT);
    sim_actor_event(s, ACTOR_ROOT, &e);
}

/* ---- Time, the harness, the terminal ---- */

static void timer_list(struct sim *s, uint16_t kind, uint16_t row)
{
    const struct sim_actor *a = s->actor[row];
    int64_t now_ns = s->state.kernel.now_ns;

    if (a == NULL || a->next_timer_ns > now_ns || !sim_actor_ready(s, row))
        return;
    if ((s->proc[row].pending >> SIGCONT & 1U) != 0)
        return; /* D7 */
    for (unsigned i = 0; i < a->timers; i++) {
        if (a->timer[i].at_ns <= now_ns)
            add(s, kind, row, i);
    }
}

static void timer_take(struct sim *s, uint16_t row, uint32_t arg)
{
    sim_actor_timer(s, row, arg);
}

static void tell_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (sim_actor_ready(s, row) && s->actor[row]->tells > 0)
        add(s, kind, row, 0);
}

static void tell_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)arg;
    sim_actor_tell(s, row);
}

static void line_list(struct sim *s, uint16_t kind, uint16_t row)
{
    const struct sim_terminal *t = &s->state.terminal;

    if (t->reader == row && sim_terminal_peek(t) != TERMINAL_NOTHING && sim_actor_ready(s, row))
        add(s, kind, row, 0);
}

static void line_take(struct sim *s, uint16_t row, uint32_t arg)
{
    char line[CORE_LINE_BYTES_MAX];
    struct core_event e = {.kind = EVENT_LINE, .text = line};

    (void)arg;
    if (sim_terminal_take(&s->state.terminal, line, sizeof(line), &e.size) == TERMINAL_EOF) {
        e.kind = EVENT_TTY;
        e.value = TTY_EOF;
    }
    sim_actor_event(s, row, &e);
}

static void hangup_list(struct sim *s, uint16_t kind, uint16_t row)
{
    const struct sim_terminal *t = &s->state.terminal;

    if (t->hung_up && !t->hangup_seen && t->reader == row && sim_actor_ready(s, row))
        add(s, kind, row, 0);
}

static void hangup_take(struct sim *s, uint16_t row, uint32_t arg)
{
    struct core_event e = {.kind = EVENT_TTY, .value = TTY_HUP};

    (void)arg;
    s->state.terminal.hangup_seen = 1;
    sim_actor_event(s, row, &e);
}

static void run_timer_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (row == ACTOR_ROOT && s->state.timer_ns <= s->state.kernel.now_ns)
        add(s, kind, row, 0);
}

static void run_timer_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)row;
    (void)arg;
    s->state.timer_ns = INT64_MAX;
    queue_event(&s->world, WORLD_TIMER, ACTOR_NONE, 0);
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

static void grace_over_list(struct sim *s, uint16_t kind, uint16_t row)
{
    if (row == ACTOR_ROOT && s->state.end_ns <= s->state.kernel.now_ns && grace_runs(s))
        add(s, kind, row, 0);
}

static void grace_over_take(struct sim *s, uint16_t row, uint32_t arg)
{
    (void)row;
    (void)arg;
    sim_kill_all(s);
}

static const struct transition_kind kinds[] = {
    {boot_list,         boot_take        },
    {resume_list,       resume_take      },
    {close_list,        close_take       },
    {reparent_list,     reparent_take    },
    {signal_list,       signal_take      },
    {alarm_list,        alarm_take       },
    {thaw_list,         thaw_take        },
    {sweep_list,        sweep_take       },
    {frame_up_list,     frame_up_take    },
    {frame_down_list,   frame_down_take  },
    {eof_up_list,       eof_up_take      },
    {eof_down_list,     eof_down_take    },
    {child_dead_list,   child_dead_take  },
    {adopted_list,      adopted_take     },
    {adopted_dead_list, adopted_dead_take},
    {timer_list,        timer_take       },
    {tell_list,         tell_take        },
    {line_list,         line_take        },
    {hangup_list,       hangup_take      },
    {run_timer_list,    run_timer_take   },
    {grace_over_list,   grace_over_take  },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* Most actors of a large tree wait most of the time: says cheaply that nothing of this row can be
 * enabled. Everything that a list function above asks for must appear here. */
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

void schedule_list(struct sim *s)
{
    s->schedule.count = 0;
    for (uint16_t row = 0; row < s->rows; row++) {
        if (row_sleeps(s, row))
            continue;
        for (uint16_t kind = 0; kind < KINDS; kind++)
            kinds[kind].list(s, kind, row);
    }
}

void schedule_take(struct sim *s, const struct transition *t)
{
    CHECK(t->kind < KINDS);
    kinds[t->kind].take(s, t->row, t->arg);
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
