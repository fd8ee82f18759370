/* sim_actor.c: the host of one core: performs its effects and gives it its events.
 *
 * What is next says runtime/actor/driver.h. A point may hold the actor, a stop may stop it, in the
 * middle of a list of effects: what is left stays where it is until it goes on. */
#include "harness/sim/sim.h"
#include "runtime/base/check.h"

#include <signal.h>
#include <string.h>

enum { BUILD = 1 };

#define ORPHAN_ALARM_NS (1000 * MS_NS * DRIVER_ORPHAN_S)

bool sim_actor_awake(const struct sim *s, uint16_t row)
{
    const struct sim_proc *p = &s->proc[row];
    const struct sim_actor *a = s->actor[row];

    return p->state == PROC_RUNNING && !p->stopped && !p->frozen && !a->held && !a->spinning &&
           !a->driver.dying;
}

bool sim_actor_ready(const struct sim *s, uint16_t row)
{
    return s->actor[row] != NULL && sim_actor_awake(s, row) && !s->actor[row]->driver.busy;
}

bool sim_actor_resumable(const struct sim *s, uint16_t row)
{
    return s->actor[row] != NULL && s->actor[row]->driver.busy && sim_actor_awake(s, row);
}

static void step(struct sim *s, uint16_t row, struct sim_actor *a, struct core_event *e)
{
    e->now_ns = s->state.kernel.now_ns;
    unsigned news = driver_step(&a->driver, &a->core, e, &a->fx);
    /* What the process itself owes to the core's new state. */
    if ((news & DRIVER_NAMED) != 0 && defect_in(a->core.self.defects, DEFECT_ORPHAN_STAYS))
        s->proc[row].alone = 1;
    if ((news & DRIVER_ORPHANED) != 0)
        kernel_alarm(&s->state.kernel, row, ORPHAN_ALARM_NS);
}

void sim_actor_resume(struct sim *s, uint16_t row)
{
    struct sim_actor *a = s->actor[row];
    const struct core_effect *effect = NULL;
    struct core_event e;

    for (unsigned i = 0; i < SIM_DRIVE_STEPS_MAX; i++) {
        if (!sim_actor_awake(s, row))
            return;
        effect = driver_effect(&a->driver, &a->fx);
        if (effect != NULL)
            sim_effect_perform(s, row, effect);
        else if (driver_event(&a->driver, &a->calls, &e))
            step(s, row, a, &e);
        else
            return;
    }
    sim_fail(s, "%s does not come to rest within %d steps", sim_name(row, s), SIM_DRIVE_STEPS_MAX);
}

void sim_actor_event(struct sim *s, uint16_t row, struct core_event *e)
{
    CHECK(sim_actor_ready(s, row));
    step(s, row, s->actor[row], e);
    sim_actor_resume(s, row);
}

static struct sim_actor *actor_new(struct sim *s, uint16_t row)
{
    struct sim_actor *a = s->actor[row];

    if (a == NULL)
        a = s->actor[row] = kept_take(s->options.kept, sizeof(*a));
    if (a == NULL)
        return NULL;
    core_init(&a->core);
    /* The big tables behind these fields are valid as far as their counts say. */
    a->fx.count = a->fx.frames = a->fx.users = 0;
    memset(&a->calls, 0, offsetof(struct user_calls, call));
    driver_init(&a->driver);
    a->held_point = 0;
    a->held = a->spinning = a->want_written = false;
    a->escape = (struct escape){0};
    a->tells = 0;
    a->timers = 0;
    a->next_timer_ns = INT64_MAX;
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++)
        a->child[i] = ACTOR_NONE;
    return a;
}

static void start_root(const struct tree *tree, struct core_start *start)
{
    const struct tree_node *node = &tree->node[ACTOR_ROOT];

    start->root = true;
    start->parent = ACTOR_NONE;
    start->room = (uint16_t)(tree->count - 1);
    start->size = 2; /* the number of the actor, little-endian: 0 */
    start->deadline_ns = node->deadline_ns;
    start->collect = node->on_child_error == CHILD_ERROR_COLLECT;
    start->has_tty = true;
    memcpy(start->name, node->name, sizeof(start->name));
    sim_terminal_pack(TERMINAL_SAVED, start->modes);
}

void sim_actor_boot(struct sim *s, uint16_t row)
{
    const struct tree *tree = s->options.tree;
    const struct sim_proc *p = &s->proc[row];
    struct core_start start = {
        .id = row, .defects = tree->defects, .pid = p->pid, .pid_start = p->start, .build = BUILD};
    struct core_event e = {
        .kind = EVENT_START, .start = &start, .pid = p->pid, .pid_start = p->start};

    if (!kernel_boot(&s->state.kernel, row))
        return;
    if (actor_new(s, row) == NULL) {
        sim_fail(s, "out of memory for %s", sim_name(row, s));
        kernel_die(&s->state.kernel, row, SIGKILL);
        return;
    }
    if (row == ACTOR_ROOT) {
        start_root(tree, &start);
    } else {
        start.parent = s->link[row].parent;
        start.orphan = p->parent != start.parent;
        e.value = defect_in(tree->defects, DEFECT_LEAK_DESCRIPTOR);
    }
    sim_actor_event(s, row, &e);
}

void sim_actor_tell(struct sim *s, uint16_t row)
{
    struct sim_actor *a = s->actor[row];
    int op = a->tell[0];

    CHECK(a->tells > 0);
    a->tells--;
    memmove(a->tell, a->tell + 1, a->tells);
    driver_tell(&a->driver, &a->core, op, &s->program, s->state.kernel.now_ns, &a->calls);
    sim_actor_resume(s, row);
}

void sim_actor_timer(struct sim *s, uint16_t row, unsigned index)
{
    struct sim_actor *a = s->actor[row];
    struct core_event e = {.kind = EVENT_TIMER};

    CHECK(index < a->timers);
    e.timer = a->timer[index].timer;
    e.generation = a->timer[index].generation;
    sim_timer_remove(a, index);
    sim_actor_event(s, row, &e);
}

void sim_actor_signal(struct sim *s, uint16_t row, int signal)
{
    struct core_event e = {.kind = EVENT_SIGNAL, .value = signal};
    struct sim_actor *a = s->actor[row];
    struct sim_proc *p = &s->proc[row];

    if (kernel_swallows(&s->state.kernel, row, signal)) {
        (void)kernel_take(&s->state.kernel, row, signal);
        p->key = 0; /* a handler that is not ours has it */
        return;
    }
    /* A stop that waits stays with the kernel, where a SIGCONT finds it. */
    if (signal == SIGTSTP && !s->state.kernel.stop_late)
        e.from = FROM_KERNEL;
    else
        e.from = (uint8_t)kernel_take(&s->state.kernel, row, signal);
    if (signal == SIGTERM && row != ACTOR_ROOT && !p->alone && p->parent != s->link[row].parent)
        kernel_alarm(&s->state.kernel, row, ORPHAN_ALARM_NS);
    if (a->driver.dying)
        return;
    if (!a->spinning) {
        sim_actor_event(s, row, &e);
    } else if (escape_press(&a->escape, escape_by(&a->core), signal, s->state.kernel.now_ns)) {
        sim_modes(s, row, TERMINAL_SAVED);
        kernel_die(&s->state.kernel, row, signal);
    }
}

static void sweep_point(struct sim *s, uint16_t row, enum point point, int32_t pid)
{
    kernel_record(&s->state.kernel,
                  (struct trace_record){
                      .actor = row, .point = (uint16_t)point, .peer = ACTOR_NONE, .value = pid});
}

static bool is_adopted(const struct sim *s, uint16_t row)
{
    const struct sim_proc *p = &s->proc[row];
    return p->adopted != ADOPTED_NO && p->parent == ACTOR_ROOT &&
           kernel_exists(&s->state.kernel, row);
}

bool sim_actor_sweeps(const struct sim *s, uint16_t row)
{
    const struct sim_actor *a = s->actor[row];
    bool waits = false;

    if (a == NULL || !a->driver.dying || s->proc[row].state != PROC_RUNNING || s->proc[row].stopped)
        return false;
    for (uint16_t child = 1; child < s->rows; child++) {
        if (!is_adopted(s, child))
            continue;
        const struct sim_proc *p = &s->proc[child];
        /* For one that is on its way out a kill is of no use. */
        bool killed = p->doomed || !kernel_lives(&s->state.kernel, child);
        if (driver_sweep(true, p->state == PROC_ZOMBIE, killed) != POINTS)
            return true;
        waits = true;
    }
    return !waits;
}

static void sweep_one(struct sim *s, uint16_t row, uint16_t child)
{
    struct kernel *k = &s->state.kernel;
    struct sim_proc *p = &s->proc[child];

    bool dead = p->state == PROC_ZOMBIE;
    enum point next = driver_sweep(p->adopted == ADOPTED_SEEN, dead, p->doomed);
    if (next == POINT_ORPHAN_ADOPTED) {
        sweep_point(s, row, next, p->pid);
        p->adopted = ADOPTED_SEEN;
        next = driver_sweep(true, dead, p->doomed);
    }
    if (next == POINT_ORPHAN_KILLED) {
        sweep_point(s, row, next, p->pid);
        kernel_signal(k, child, SIGKILL, FROM_PROCESS);
    } else if (next == POINT_ORPHAN_REAPED) {
        kernel_reap(k, child, row);
        sweep_point(s, row, next, p->pid);
    }
}

int32_t sim_actor_status(const struct sim_actor *a)
{
    const struct driver *d = &a->driver;
    return d->signal != 0 ? d->signal : (d->status & 0xFF) << 8;
}

void sim_actor_sweep(struct sim *s, uint16_t row)
{
    struct kernel *k = &s->state.kernel;
    bool any = false;

    for (uint16_t child = 1; child < s->rows; child++) {
        if (!is_adopted(s, child))
            continue;
        any = true;
        sweep_one(s, row, child);
    }
    if (any)
        return;
    if (s->actor[row]->driver.restores)
        sim_modes(s, row, TERMINAL_SAVED);
    kernel_die(k, row, sim_actor_status(s->actor[row]));
}

void sim_actor_close(struct sim *s, uint16_t row)
{
    struct sim_terminal *t = &s->state.terminal;

    kernel_close(&s->state.kernel, row);
    if (t->reader == row)
        t->reader = ACTOR_NONE;
    if (row != ACTOR_ROOT && row < s->count)
        sim_link_close(&s->link[row], SIM_END_CHILD);
    for (uint16_t child = 1; child < s->count; child++) {
        if (s->link[child].parent == row && s->link[child].slot != SLOT_NONE) {
            sim_link_close(&s->link[child], SIM_END_PARENT);
            s->link[child].slot = SLOT_NONE;
        }
    }
}
