/* sim_actor.c: the driver of one core: performs its effects and gives it its events.
 *
 * Effects are performed in order. One that has an answer queues it; answers and the calls of the
 * actor's own code come after the effects, before anything else that happens to this actor, and
 * never from inside an effect, so lists of effects do not nest. A point may hold the actor, a stop
 * may stop it, in the middle of a list: what is left stays where it is until it goes on. */
#include "harness/sim/sim.h"
#include "runtime/base/check.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { BUILD = 1, SPIN_INTERRUPTS = 3 };

/* An orphan that has not ended by then is ended by SIGALRM. */
#define ORPHAN_ALARM_NS (3000 * MS_NS)

bool sim_actor_awake(const struct sim *s, uint16_t row)
{
    const struct sim_proc *p = &s->proc[row];
    const struct sim_actor *a = s->actor[row];

    return p->state == PROC_RUNNING && !p->stopped && !p->frozen && !a->held && !a->spinning &&
           !a->dying;
}

bool sim_actor_ready(const struct sim *s, uint16_t row)
{
    return s->actor[row] != NULL && sim_actor_awake(s, row) && !s->actor[row]->busy;
}

bool sim_actor_resumable(const struct sim *s, uint16_t row)
{
    return s->actor[row] != NULL && s->actor[row]->busy && sim_actor_awake(s, row);
}

/* What the process itself owes to the core's new state. */
static void process_follow(struct sim *s, uint16_t row, struct sim_actor *a)
{
    const struct core_self *self = &a->core.self;

    if (self->state >= SELF_RUNNING && defect_in(self->defects, DEFECT_ORPHAN_STAYS))
        s->proc[row].alone = 1;
    if (self->state == SELF_ORPHANED && !a->orphan) {
        a->orphan = true;
        kernel_alarm(&s->state.kernel, row, ORPHAN_ALARM_NS);
    }
}

static void step(struct sim *s, uint16_t row, struct sim_actor *a, struct core_event *e)
{
    e->now_ns = s->state.kernel.now_ns;
    a->at = 0;
    core_step(&a->core, e, &a->fx);
    process_follow(s, row, a);
}

/* The next piece of what the actor owes itself. Returns false when there is none. */
static bool own_work(struct sim *s, uint16_t row, struct sim_actor *a)
{
    struct core_event e = {0};

    if (a->at < a->fx.count) {
        sim_effect_perform(s, row, &a->fx.effect[a->at++]);
        return true;
    }
    if (a->more) {
        a->more = false;
        e.kind = EVENT_CONTINUE;
        step(s, row, a, &e);
        return true;
    }
    if (a->answer_at < a->answers) {
        const struct sim_answer *open = &a->answer[a->answer_at++];
        e.kind = open->kind;
        e.link = open->link;
        e.value = open->value;
        e.pid = open->pid;
        step(s, row, a, &e);
        return true;
    }
    e.call = user_next(&a->calls);
    if (e.call == NULL)
        return false;
    e.kind = EVENT_CALL;
    step(s, row, a, &e);
    return true;
}

void sim_actor_resume(struct sim *s, uint16_t row)
{
    struct sim_actor *a = s->actor[row];

    a->busy = true;
    for (unsigned i = 0; i < SIM_DRIVE_STEPS_MAX; i++) {
        if (s->proc[row].state != PROC_RUNNING || a->dying)
            a->busy = false; /* nothing follows */
        if (!a->busy || !sim_actor_awake(s, row))
            return;
        a->busy = own_work(s, row, a);
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
    a->at = 0;
    a->held_point = 0;
    a->held = a->busy = a->more = a->spinning = a->dying = a->orphan = a->want_written = false;
    memset(a->unread, 0, sizeof(a->unread));
    memset(a->unread_ns, 0, sizeof(a->unread_ns));
    a->restores = false;
    a->status = 0;
    a->tells = 0;
    a->answers = a->answer_at = 0;
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

    if (actor_new(s, row) == NULL) {
        sim_fail(s, "out of memory for %s", sim_name(row, s));
        kernel_die(&s->state.kernel, row, SIGKILL);
        return;
    }
    kernel_boot(&s->state.kernel, row);
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
    /* An actor that does not run its own code yet, or no more, does not hear it. */
    if (a->core.self.state < SELF_RUNNING || a->core.self.state >= SELF_REPORTING)
        return;
    struct core_event told = {.kind = EVENT_POLICY};
    user_tell(&a->core, op, &s->program, s->state.kernel.now_ns, &a->calls);
    sim_actor_event(s, row, &told);
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

/* runtime/host/signals.h says by what a root that is stuck can be ended. */
static bool spinner_escapes(const struct sim *s, uint16_t row, int signal)
{
    if (row != ACTOR_ROOT)
        return false;
    if (signal == SIGINT)
        return s->actor[row]->core.lock.state == LOCK_FREE;
    return signal == SIGTERM || signal == SIGQUIT;
}

/* The handler of a process in a busy loop only counts; presses that are close together are one.
 * The third that is not read puts the terminal's modes back and is deadly. */
static void spinner_count(struct sim *s, uint16_t row, int signal)
{
    struct sim_actor *a = s->actor[row];
    unsigned which = signal == SIGINT ? 0 : signal == SIGTERM ? 1 : 2;
    int64_t now_ns = s->state.kernel.now_ns;

    if (!spinner_escapes(s, row, signal))
        return;
    if (a->unread[which] > 0 && now_ns - a->unread_ns[which] < CORE_MERGE_NS)
        return;
    a->unread_ns[which] = now_ns;
    a->unread[which]++;
    if (a->unread[which] < SPIN_INTERRUPTS)
        return;
    sim_modes(s, row, TERMINAL_SAVED);
    kernel_die(&s->state.kernel, row, signal);
}

void sim_actor_signal(struct sim *s, uint16_t row, int signal)
{
    struct core_event e = {.kind = EVENT_SIGNAL, .value = signal};
    struct sim_proc *p = &s->proc[row];

    e.from = (uint8_t)kernel_take(&s->state.kernel, row, signal);
    if (signal == SIGINT && p->replaced != 0) {
        p->key = 0; /* swallowed by a handler that is not ours */
        return;
    }
    if (signal == SIGTERM && row != ACTOR_ROOT && !p->alone && p->parent != s->link[row].parent)
        kernel_alarm(&s->state.kernel, row, ORPHAN_ALARM_NS);
    if (s->actor[row]->spinning)
        spinner_count(s, row, signal);
    else if (!s->actor[row]->dying)
        sim_actor_event(s, row, &e);
}

static void sweep_point(struct sim *s, uint16_t row, enum point point, int32_t pid)
{
    kernel_record(&s->state.kernel,
                  (struct trace_record){
                      .actor = row, .point = (uint16_t)point, .peer = ACTOR_NONE, .value = pid});
}

/* A root that ends kills and reaps what it has adopted, until nothing of that is left. */
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

    if (a == NULL || !a->dying || s->proc[row].state != PROC_RUNNING || s->proc[row].stopped)
        return false;
    for (uint16_t child = 1; child < s->rows; child++) {
        if (!is_adopted(s, child))
            continue;
        const struct sim_proc *p = &s->proc[child];
        if (p->state == PROC_ZOMBIE || (kernel_lives(&s->state.kernel, child) && !p->doomed))
            return true;
        waits = true;
    }
    return !waits;
}

static void sweep_one(struct sim *s, uint16_t row, uint16_t child)
{
    struct kernel *k = &s->state.kernel;
    struct sim_proc *p = &s->proc[child];

    if (p->adopted == ADOPTED_UNSEEN)
        sweep_point(s, row, POINT_ORPHAN_ADOPTED, p->pid);
    p->adopted = ADOPTED_SEEN;
    if (p->state != PROC_ZOMBIE) {
        if (!p->doomed)
            sweep_point(s, row, POINT_ORPHAN_KILLED, p->pid);
        kernel_signal(k, child, SIGKILL, FROM_PROCESS);
        return;
    }
    kernel_reap(k, child, row);
    sweep_point(s, row, POINT_ORPHAN_REAPED, p->pid);
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
    if (s->actor[row]->restores)
        sim_modes(s, row, TERMINAL_SAVED);
    kernel_die(k, row, s->actor[row]->status);
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
