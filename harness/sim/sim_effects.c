/* sim_effects.c: what each effect of a core does to the virtual world.
 *
 * An effect that has an answer queues it with the driver. */
#include "harness/sim/sim.h"
#include "runtime/base/check.h"

#include <signal.h>
#include <string.h>

const char *sim_name(uint16_t id, void *user)
{
    const struct sim *s = user;
    return id < s->count ? s->options.tree->node[id].name : "nobody";
}

static uint16_t child_of(const struct sim_actor *a, const struct core_effect *e)
{
    CHECK(e->link < CORE_CHILDREN_MAX);
    return a->child[e->link];
}

static bool asks(const struct sim *s, unsigned point)
{
    const uint8_t *asks = s->options.asks;
    return asks != NULL && !s->state.stopping &&
           ((unsigned)asks[point / 8] >> (point % 8) & 1U) != 0;
}

static void do_point(struct sim *s, uint16_t row, struct sim_actor *a, const struct core_effect *e)
{
    struct sim_state *st = &s->state;

    kernel_record(&st->kernel, (struct trace_record){.actor = row,
                                                     .point = e->point,
                                                     .peer = e->peer,
                                                     .request = e->request,
                                                     .value = e->value,
                                                     .extra = e->extra});
    if ((e->point == POINT_SIG_HANDLED || e->point == POINT_SIG_DUPLICATE) &&
        e->value == st->key_signal)
        s->proc[row].key = 0;
    if (!asks(s, e->point))
        return;
    a->held = true;
    a->held_point = e->point;
    sim_note(s, POINT_HOLD_BEGIN, row, e->point, 0);
    if (st->kernel.lock == row)
        sim_witness(s);
    queue_event(&s->world, WORLD_HELD, row, e->point);
}

static void do_send(struct sim *s, uint16_t row, struct sim_actor *a, const struct core_effect *e)
{
    const struct frame *frame = &a->fx.frame[e->frame];
    int rc = 0;

    if (e->link == LINK_PARENT)
        rc = sim_link_send(&s->link[row], SIM_END_PARENT, frame);
    else if (child_of(a, e) != ACTOR_NONE)
        rc = sim_link_send(&s->link[child_of(a, e)], SIM_END_CHILD, frame);
    if (rc == ERR_FULL)
        driver_answer(&a->driver, EVENT_LINK_FAULT, e->link, 0, 0); /* as good as broken */
    else if (rc < 0)
        sim_fail(s, "%s cannot send: %s", sim_name(row, s), err_text(rc));
}

static void do_spawn(struct sim *s, uint16_t row, struct sim_actor *a, const struct core_effect *e)
{
    uint16_t child = e->peer;

    if (child >= s->count || child == row || kernel_exists(&s->state.kernel, child)) {
        sim_fail(s, "%s starts actor %u, which is not in the tree or not gone", sim_name(row, s),
                 child);
        return;
    }
    CHECK(child_of(a, e) == ACTOR_NONE);
    a->child[e->link] = child;
    sim_link_open(&s->link[child], row, e->link);
    driver_answer(&a->driver, EVENT_CHILD_SPAWNED, e->link,
                  kernel_fork(&s->state.kernel, child, row), 0);
}

static void do_kill(struct sim *s, const struct sim_actor *a, const struct core_effect *e)
{
    struct kernel *k = &s->state.kernel;
    uint16_t child = child_of(a, e);

    if (child == ACTOR_NONE || !kernel_exists(k, child))
        return; /* D5: what is reaped is never signalled, whatever the core says */
    kernel_signal(k, child, (int)e->value, FROM_PROCESS);
    if (e->value == SIGTERM)
        kernel_signal(k, child, SIGCONT, FROM_PROCESS);
}

static void do_reap(struct sim *s, uint16_t row, struct sim_actor *a, const struct core_effect *e)
{
    uint16_t child = child_of(a, e);

    if (child == ACTOR_NONE || s->proc[child].state != PROC_ZOMBIE) {
        sim_fail(s, "%s reaps a child that is no zombie", sim_name(row, s));
        return;
    }
    kernel_reap(&s->state.kernel, child, row);
    driver_answer(&a->driver, EVENT_CHILD_EXIT, e->link, s->proc[child].status, 0);
}

static void do_forget(struct sim *s, uint16_t row, struct sim_actor *a, const struct core_effect *e)
{
    uint16_t child = child_of(a, e);

    if (child == ACTOR_NONE)
        return; /* it was never started */
    sim_link_close(&s->link[child], SIM_END_PARENT);
    s->link[child].slot = SLOT_NONE;
    a->child[e->link] = ACTOR_NONE;
    /* The root reaps whatever is its child, known to it or not. */
    if (row == ACTOR_ROOT && kernel_exists(&s->state.kernel, child))
        s->proc[child].adopted = ADOPTED_SEEN;
}

static void timers_settle(struct sim_actor *a)
{
    a->next_timer_ns = INT64_MAX;
    for (unsigned i = 0; i < a->timers; i++) {
        if (a->timer[i].at_ns < a->next_timer_ns)
            a->next_timer_ns = a->timer[i].at_ns;
    }
}

static unsigned timer_find(const struct sim_actor *a, uint16_t timer)
{
    unsigned i = 0;

    while (i < a->timers && a->timer[i].timer != timer)
        i++;
    return i;
}

/* Keeps the order of the others, so that a state has one form. */
void sim_timer_remove(struct sim_actor *a, unsigned index)
{
    a->timers--;
    memmove(&a->timer[index], &a->timer[index + 1], (a->timers - index) * sizeof(a->timer[0]));
    timers_settle(a);
}

static void do_timer_set(struct sim_actor *a, const struct core_effect *e)
{
    unsigned i = timer_find(a, e->timer);

    CHECK(i < TIMERS);
    if (i == a->timers)
        a->timers++;
    a->timer[i] =
        (struct sim_timer){.timer = e->timer, .generation = e->generation, .at_ns = e->value};
    timers_settle(a);
}

static void do_timer_clear(struct sim_actor *a, const struct core_effect *e)
{
    unsigned i = timer_find(a, e->timer);

    if (i < a->timers)
        sim_timer_remove(a, i);
}

static void do_close(struct sim *s, uint16_t row, const struct sim_actor *a,
                     const struct core_effect *e)
{
    if (e->link == LINK_PARENT)
        sim_link_shut(&s->link[row], SIM_END_CHILD);
    else if (child_of(a, e) != ACTOR_NONE)
        sim_link_shut(&s->link[child_of(a, e)], SIM_END_PARENT);
}

static void do_print(struct sim *s, const struct sim_actor *a, const struct core_effect *e)
{
    size_t size = core_print_text(&a->core, e, sim_name, s, s->text, sizeof(s->text));

    if (e->print == PRINT_DUMP && e->value == 0)
        return; /* for a standard error that is no terminal: here it is the terminal */
    sim_show(s, s->text, size < sizeof(s->text) ? size : sizeof(s->text));
}

static void do_write(struct sim *s, const struct frame *f, bool prompts)
{
    if (prompts)
        sim_show(s, "\n", 1);
    sim_show(s, f->u.text, f->size);
    if (prompts && f->u.text[f->size - 1] != '\n')
        sim_show(s, "\n", 1);
}

static void do_prompt(struct sim *s, uint16_t row, const struct sim_actor *a)
{
    const char *name = a->core.note.name;

    sim_show(s, name, strnlen(name, sizeof(a->core.note.name)));
    sim_show(s, "> ", 2);
    s->state.terminal.reader = row;
}

static void do_tty_take(struct sim *s, uint16_t row, struct sim_actor *a)
{
    kernel_stop_waits(&s->state.kernel, row, true);
    if (s->state.terminal.hung_up) {
        driver_answer(&a->driver, EVENT_TTY, 0, s->state.terminal.gone ? TTY_HUP : TTY_REFUSED, 0);
        return;
    }
    sim_modes(s, row, TERMINAL_PROMPT);
    driver_answer(&a->driver, EVENT_TTY, 0, TTY_TAKEN, 0);
}

static void do_tty_give(struct sim *s, uint16_t row, uint32_t modes)
{
    sim_modes(s, row, modes);
    if (s->state.terminal.reader == row)
        s->state.terminal.reader = ACTOR_NONE;
}

static int32_t holder_pid(const struct sim *s)
{
    uint16_t holder = s->state.kernel.lock;
    return holder == ACTOR_NONE ? 0 : s->proc[holder].pid;
}

static void do_baton_try(struct sim *s, uint16_t row, struct sim_actor *a)
{
    if (kernel_lock(&s->state.kernel, row))
        driver_answer(&a->driver, EVENT_BATON, 0, BATON_GOT, 0);
    else
        driver_answer(&a->driver, EVENT_BATON, 0, BATON_BUSY, holder_pid(s));
}

static void do_baton_peek(struct sim *s, struct sim_actor *a, const struct core_effect *e)
{
    struct kernel *k = &s->state.kernel;

    if (k->lock != ACTOR_NONE) {
        driver_answer(&a->driver, EVENT_BATON, 0, BATON_HELD, holder_pid(s));
        return;
    }
    uint64_t start = a->core.lock.holder_pid_start;
    uint16_t asked = e->value == 1 ? kernel_find(k, (int32_t)e->extra, start) : ACTOR_NONE;
    bool dead = e->value == 1 && (asked == ACTOR_NONE || s->proc[asked].state == PROC_ZOMBIE);
    driver_answer(&a->driver, EVENT_BATON, 0, dead ? BATON_HOLDER_DEAD : BATON_FREE, 0);
}

/* A link of the simulator has no queue before the one that the peer reads, unless it is delayed. */
static void do_watch_result(struct sim *s, uint16_t row, struct sim_actor *a)
{
    if (s->link[row].way[SIM_END_PARENT].held > 0)
        a->want_written = true;
    else
        driver_answer(&a->driver, EVENT_WRITTEN, 0, 0, 0);
}

void sim_written(struct sim *s, uint16_t row)
{
    struct sim_actor *a = s->actor[row];

    if (a == NULL || !a->want_written)
        return;
    a->want_written = false;
    driver_answer(&a->driver, EVENT_WRITTEN, 0, 0, 0);
}

static void do_policy(struct sim *s, uint16_t row, struct sim_actor *a)
{
    uint64_t back = kernel_assert(&s->state.kernel, row);

    for (int signal = 1; back >> signal != 0; signal++) {
        if ((back >> signal & 1U) != 0)
            driver_answer(&a->driver, EVENT_POLICY, 0, signal, 0);
    }
}

/* Where the kernel does not stop it, because nobody could continue it, the actor goes on as if it
 * was continued; where a SIGCONT has taken the stop back, that one is pending. */
static void do_stop(struct sim *s, uint16_t row)
{
    struct kernel *k = &s->state.kernel;
    bool late = k->stop_late && kernel_lives(k, ACTOR_ROOT) && !s->state.stopping;

    if (late)
        kernel_stop(k, row, SIGTSTP);
    kernel_stop_waits(k, row, false);
    if (!s->proc[row].stopped && (s->proc[row].pending >> SIGCONT & 1U) == 0)
        kernel_signal(k, row, SIGCONT, FROM_KERNEL);
}

/* The root kills what it has adopted first. */
static void do_die(struct sim *s, uint16_t row, const struct sim_actor *a)
{
    if (row != ACTOR_ROOT)
        kernel_die(&s->state.kernel, row, sim_actor_status(a));
}

/* One row per effect: a table in the form of a switch. */
// NOLINTNEXTLINE(readability-function-size)
void sim_effect_perform(struct sim *s, uint16_t row, const struct core_effect *e)
{
    struct sim_actor *a = s->actor[row];
    struct kernel *k = &s->state.kernel;
    uint16_t victim = ACTOR_NONE;

    switch ((enum core_effect_kind)e->kind) {
    case EFFECT_POINT:
        do_point(s, row, a, e);
        break;
    case EFFECT_SEND:
        do_send(s, row, a, e);
        break;
    case EFFECT_SPAWN:
        do_spawn(s, row, a, e);
        break;
    case EFFECT_EXEC:
        sim_fail(s, "%s starts a program", sim_name(row, s)); /* it cannot even ask for one */
        break;
    case EFFECT_KILL:
        do_kill(s, a, e);
        break;
    case EFFECT_KILL_PID:
        victim = kernel_find(k, (int32_t)e->value, (uint64_t)e->extra);
        if (victim != ACTOR_NONE)
            kernel_signal(k, victim, SIGKILL, FROM_PROCESS);
        break;
    case EFFECT_REAP:
        do_reap(s, row, a, e);
        break;
    case EFFECT_FORGET:
        do_forget(s, row, a, e);
        break;
    case EFFECT_TIMER_SET:
        do_timer_set(a, e);
        break;
    case EFFECT_TIMER_CLEAR:
        do_timer_clear(a, e);
        break;
    case EFFECT_CLOSE:
        do_close(s, row, a, e);
        break;
    case EFFECT_PRINT:
        do_print(s, a, e);
        break;
    case EFFECT_WRITE:
        do_write(s, &a->fx.frame[e->frame], e->value == 1);
        break;
    case EFFECT_PROMPT:
        do_prompt(s, row, a);
        break;
    case EFFECT_TTY_TAKE:
        do_tty_take(s, row, a);
        break;
    case EFFECT_TTY_GIVE:
        do_tty_give(s, row, sim_terminal_unpack(a->core.lock.modes));
        if (e->value == 0)
            kernel_stop_waits(k, row, false);
        break;
    case EFFECT_TTY_RESTORE:
        do_tty_give(s, row, TERMINAL_SAVED);
        if (e->value == 1)
            sim_terminal_flush(&s->state.terminal);
        break;
    case EFFECT_BATON_TRY:
        do_baton_try(s, row, a);
        break;
    case EFFECT_BATON_DROP:
        kernel_unlock(k, row);
        break;
    case EFFECT_BATON_PEEK:
        do_baton_peek(s, a, e);
        break;
    case EFFECT_USER:
        user_run(&a->core, &a->fx.user[e->frame], &s->program, k->now_ns, &a->calls);
        break;
    case EFFECT_WATCH_RESULT:
        do_watch_result(s, row, a);
        break;
    case EFFECT_SIGACTION:
        kernel_replace(k, row, (int)e->value, (enum actor_signal)e->extra);
        break;
    case EFFECT_POLICY:
        do_policy(s, row, a);
        break;
    case EFFECT_DETACH:
        driver_answer(&a->driver, EVENT_DETACHED, 0, kernel_stray(k, row, e->value == 0), 0);
        s->state.root_looks = s->state.root_looks || row == ACTOR_ROOT;
        break;
    case EFFECT_FREEZE:
        kernel_freeze(k, row);
        break;
    case EFFECT_STOP:
        do_stop(s, row);
        break;
    case EFFECT_DIE:
        do_die(s, row, a);
        break;
    case EFFECT_SPIN:
        a->spinning = true;
        break;
    case EFFECT_CONTINUE:
        break; /* the driver's */
    }
}
