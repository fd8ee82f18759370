/* cancel_bounded.c: L5: a cancelled child ends within its deadline, the grace of SIGTERM and one
 * second, whatever its code does; stopped by the harness or not.
 *
 * The bound is what comes on top of the deadline. Excuses: while a prompt below parks the deadline
 * (none can begin once SIGTERM was sent: requests are withdrawn before it), and one more full grace
 * after it, but when the cancel is an abort (^C or SIGTERM once more, `a`, a revoke that was not
 * obeyed) a prompt gets the time of a revoke and no more; a simulated child that waits in the
 * kernel, which not even SIGKILL ends for a while; a child that has said its last has the time to
 * exit that its parent gives it; a parent that is dead, held or stopped cannot escalate. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

enum { GRACE_PLAUSIBLE_S = 3600 };

/* The deadline on the trace's clock. A number from another clock is taken for the default. */
static int64_t deadline_of(const struct replay *r, const struct replay_cancel *c)
{
    int64_t at = replay_deadline(r, c->deadline_ns);

    if (c->mode == CANCEL_ABORT || at < c->sent_ns)
        return c->sent_ns;
    if (at - c->sent_ns > GRACE_PLAUSIBLE_S * INT64_C(1000) * MS_NS)
        return c->sent_ns + CORE_CANCEL_NS;
    return at;
}

/* Until when the child's deadline is parked by whoever has the terminal at or below it: now, or,
 * after an abort, at the end of a revoke's time. REPLAY_NEVER: nobody has it. */
static int64_t parked_until(const struct replay *r, uint16_t parent, uint16_t id)
{
    const struct replay_cancel *c = &r->actor[id].cancel;
    int64_t resume_ns = r->actor[parent].process.resume_ns;
    int64_t since = c->sent_ns > resume_ns ? c->sent_ns : resume_ns;
    int64_t revoked = since + CORE_ACK_NS + CORE_REVOKE_NS;

    if (c->term || !replay_parks(r, parent, id))
        return REPLAY_NEVER;
    return c->mode == CANCEL_ABORT && revoked < r->now_ns ? revoked : r->now_ns;
}

struct memory {
    int64_t tick;
};

/* Of a cancelled child: when a prompt below it was last seen to park the deadline. */
struct parking {
    int64_t seen_ns;
    bool any;
};

static bool child_is_late(const struct look *l, uint16_t id, struct parking *parking)
{
    const struct replay *r = l->replay;
    const struct replay_cancel *c = &r->actor[id].cancel;
    uint16_t parent = replay_parent(r, id);
    const struct replay_process *p = &r->actor[parent].process;

    if (!replay_is_live(r, parent) || p->orphaned || p->cut || replay_is_blocked(r, parent))
        return false;
    int64_t parked = parked_until(r, parent, id);
    if (parked != REPLAY_NEVER)
        *parking = (struct parking){.seen_ns = parked, .any = true};
    if (parked == r->now_ns)
        return false;
    int64_t due = deadline_of(r, c);
    int64_t grace = due - c->sent_ns > CORE_ACK_NS ? due - c->sent_ns : CORE_ACK_NS;
    if (parking->any && parking->seen_ns + grace > due)
        due = parking->seen_ns + grace;
    if (c->silent_ns != REPLAY_NEVER && c->silent_ns + CORE_RESULT_NS > due)
        due = c->silent_ns + CORE_RESULT_NS;
    if (p->resume_ns != 0 && p->resume_ns + grace > due)
        due = p->resume_ns + grace;
    if (r->actor[id].process.frozen_ns > due)
        due = r->actor[id].process.frozen_ns;
    if (r->now_ns <= due + l->within_ns)
        return false;
    return replay_violation(r, l->out, id, c->cause, "%s was cancelled by %s and does not end",
                            replay_name(r, id), replay_name(r, parent));
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    struct memory *m = l->memory;
    struct parking *parking = l->actors;

    if (r->cancels > 0 && replay_time_moved(r, &m->tick)) {
        for (uint16_t id = 1; id < r->count; id++) {
            if (r->actor[id].cancel.mode != CANCEL_NONE && !r->actor[id].process.dead &&
                child_is_late(l, id, &parking[id]))
                return true;
        }
    }
    /* A new cancel has not been parked yet. */
    if (rec->point == POINT_CANCEL_SENT && replay_knows(r, rec->peer))
        parking[rec->peer].any = false;
    return false;
}

const struct invariant_entry invariant_cancel_bounded = {
    .name = "cancel-bounded",
    .note = "L5",
    .help = "a cancelled actor ends within its deadline, plus the grace of a kill; actor: the "
            "child",
    .liveness = true,
    .default_within_ns = CORE_TERM_NS + 1000 * MS_NS,
    .memory_bytes = sizeof(struct memory),
    .actor_bytes = sizeof(struct parking),
    .on = check,
};
