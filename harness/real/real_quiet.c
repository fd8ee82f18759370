/* real_quiet.c: when can nothing happen by itself any more?
 *
 * Each actor that can act is asked whether its loop has served all it had. Two rounds of yes
 * without any event in between, on links where all that was sent was received, are the answer:
 * whatever an actor could have been about to cause during the first round would have been an
 * event by the end of the second. What was typed and is not read by anybody counts as at rest:
 * a loop that reads the terminal does not call itself idle while there is something to read. */
#include "harness/real/ready.h"
#include "harness/real/real.h"
#include "runtime/actor/core.h"

enum { QUIET_ROUNDS = 2 };

/* It can act, and is waited for. */
static bool process_counts(const struct real_process *p)
{
    return process_acts(p) && !p->late;
}

/* The two ends of a link have said the same number, or cannot be expected to: the receiver is
 * asked itself, so this only waits for frames that have not left the sender yet. */
static bool link_is_busy(const struct real_process *from, const struct real_process *to, bool over,
                         uint32_t sent, uint32_t received)
{
    return !over && process_counts(from) && process_counts(to) && sent != received;
}

/* Not reaped yet: whoever is to do it will, unless something keeps it. */
static bool zombie_is_busy(const struct real_world *r, uint16_t actor)
{
    uint16_t by = process_reaper(r, actor);

    return by == ACTOR_HARNESS || process_counts(&r->process[by]);
}

/* The holder of the terminal, held at a point: it does not come to stopping. */
static bool stop_waits(const struct real_process *p)
{
    struct ready_status s;

    return p->held && p->stop_round != 0 && ready_read(p->pid, &s, NULL) >= 0 &&
           ready_for(&s, p->stop_signal) == READY_BLOCKED;
}

static bool process_is_busy(const struct real_world *r, uint16_t actor)
{
    const struct real_process *p = &r->process[actor];
    uint16_t parent = r->cast->who[actor].parent;

    if (p->stopping)
        return !stop_waits(p);
    if (parent == ACTOR_NONE)
        return p->state == PROCESS_ZOMBIE || (p->state == PROCESS_LIVE && !p->reported);
    const struct real_process *above = &r->process[parent];
    /* Not heard of yet: it may still come, unless its parent is dead or held before the fork. */
    if (p->expected && p->state == PROCESS_NONE)
        return process_counts(above);
    if (p->state == PROCESS_LIVE && !p->reported)
        return true;
    if (p->state == PROCESS_ZOMBIE)
        return zombie_is_busy(r, actor);
    bool up_over = p->link_up_over || p->delayed_up || p->dropped_up;
    bool down_over = p->link_down_over || p->delayed_down || p->dropped_down;
    return link_is_busy(p, above, up_over, p->up_sent, p->up_received) ||
           link_is_busy(above, p, down_over, p->down_sent, p->down_received);
}

static bool anything_is_busy(const struct real_world *r)
{
    if (r->harms > 0)
        return true;
    for (uint16_t i = 0; i < r->cast->count; i++) {
        if (process_is_busy(r, i))
            return true;
    }
    return false;
}

/* Asks everybody who can act. Returns true when all have answered in this round. */
static bool round_is_over(struct real_world *r, int64_t probe)
{
    bool over = true;

    for (uint16_t i = 0; i < r->cast->count; i++) {
        if (process_counts(&r->process[i]) && !process_answered(r, i, probe))
            over = false;
    }
    return over;
}

/* Takes in whatever has happened and was not served yet. */
static void world_drain(struct real_world *r)
{
    reports_drain(r);
    processes_drain(r);
    guard_drain(r);
    terminal_drain(r);
    processes_look(r);
}

void quiet_reached(struct real_world *r)
{
    r->quiet.wanted = false;
    terminal_look(r);
    real_note(r, POINT_QUIET, ACTOR_NONE, 0, 0);
    queue_event(&r->world, WORLD_QUIET, ACTOR_NONE, 0);
}

static bool anybody_is_late(const struct real_world *r)
{
    for (uint16_t i = 0; i < r->cast->count; i++) {
        if (r->process[i].late)
            return true;
    }
    return false;
}

void quiet_settle(struct real_world *r)
{
    struct real_quiet *q = &r->quiet;

    if ((!q->wanted && !r->settle.wanted) || r->press.open || r->phase == REAL_NEW ||
        r->phase == REAL_OVER)
        return;
    settle_late(r);
    if (q->activity != r->activity) {
        q->activity = r->activity;
        q->rounds = 0;
        q->probe++;
    }
    if (anything_is_busy(r))
        return;
    while (q->rounds < QUIET_ROUNDS) {
        if (!round_is_over(r, q->probe))
            return;
        q->rounds++;
        q->probe++;
    }
    world_drain(r);
    if (q->activity != r->activity)
        return;
    if (anybody_is_late(r))
        settle_reached(r);
    else if (q->wanted)
        quiet_reached(r);
}

/* ---- Nothing to come ---- */

/* True when the time alone may change something that this actor does, or that is done to it. */
static bool process_waits(const struct real_world *r, uint16_t actor)
{
    const struct real_process *p = &r->process[actor];
    uint16_t parent = r->cast->who[actor].parent;

    if (!process_lives(p))
        return false;
    /* One that does nothing is missed by its parent, if that is there. */
    if (!process_acts(p))
        return parent != ACTOR_NONE && process_acts(&r->process[parent]);
    return p->waits != CORE_WAITS_NOT &&
           (p->waits != CORE_WAITS_WATCH || terminal_holder(r) == ACTOR_NONE);
}

static bool anybody_waits(const struct real_world *r)
{
    for (uint16_t i = 0; i < r->cast->count; i++) {
        if (process_waits(r, i))
            return true;
    }
    return false;
}

/* Notes that something has happened, and looks again after a while. */
static void still_begin(struct real_world *r)
{
    struct real_still *s = &r->still;

    s->activity = r->activity;
    s->since_ns = loop_now_ns();
    s->asks = s->answered = false;
    (void)loop_timer_start(r->loop, &s->timer, s->since_ns + REAL_STILL_NS, NULL);
}

void still_settle(struct real_world *r)
{
    struct real_still *s = &r->still;

    if (!s->wanted || r->quiet.wanted || r->settle.wanted || r->harmed || r->press.open ||
        r->phase != REAL_RUN)
        return;
    /* That it is reaped may be seen before the guard says so, from when on it ends by itself. */
    if (r->process[ACTOR_ROOT].state == PROCESS_REAPED)
        return;
    if (s->since_ns == 0 || s->activity != r->activity)
        still_begin(r);
    if (s->answered || loop_now_ns() < s->since_ns + REAL_STILL_NS || anything_is_busy(r))
        return;
    if (!s->asks) {
        s->asks = true;
        s->rounds = 0;
        s->probe = ++r->quiet.probe;
    }
    while (s->rounds < QUIET_ROUNDS) {
        if (!round_is_over(r, s->probe))
            return;
        s->rounds++;
        s->probe = ++r->quiet.probe;
    }
    world_drain(r);
    if (s->activity != r->activity)
        return;
    s->answered = true;
    if (anybody_waits(r))
        return;
    s->wanted = false;
    queue_event(&r->world, WORLD_STILL, ACTOR_NONE, 0);
}
