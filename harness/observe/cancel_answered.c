/* cancel_answered.c: L6: every cancel is answered, by an ack or by death.
 *
 * A child that has the cancel and could answer must do so before its parent stops waiting: its
 * death by escalation is no excuse then. The bound is for the others. Excuses: a child that the
 * harness holds or has stopped, or a spinner, does not answer; a parent in that state does not
 * hear; a prompt below parks the escalation; and a parent that is gone waits for nothing. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static bool answer_was_possible(const struct replay *r, const struct trace_record *rec)
{
    const struct replay_actor *child = &r->actor[rec->peer];
    int64_t since = child->cancel.received_ns;

    if (since == REPLAY_NEVER || child->cancel.acked || !replay_is_live(r, rec->peer) ||
        replay_way_is_blocked(r, rec->actor, rec->peer))
        return false;
    since = replay_way_since(r, rec->actor, rec->peer, since);
    /* Half of the time, so that a report on its way decides nothing. */
    return rec->at_ns - since >= CORE_ACK_NS / 2;
}

/* A child that reports its end has read its cancel and had all the time to answer it. */
static bool end_comes_first(const struct replay *r, const struct trace_record *rec)
{
    const struct replay_actor *child = &r->actor[rec->actor];

    return rec->point == POINT_EXIT_BEFORE_RESULT && child->cancel.received_ns != REPLAY_NEVER &&
           child->nursery.links && !child->cancel.ack_sent && !child->cancel.acked &&
           !child->process.cut;
}

static bool answer_is_missing(const struct replay *r, uint16_t id, int64_t within)
{
    const struct replay_cancel *c = &r->actor[id].cancel;
    uint16_t parent = replay_parent(r, id);
    const struct replay_process *p = &r->actor[parent].process;

    if (c->mode == CANCEL_NONE || c->acked || r->actor[id].process.dead ||
        !replay_is_live(r, parent) || p->orphaned || p->cut ||
        replay_way_is_blocked(r, parent, id) || replay_parks(r, parent, id))
        return false;
    return r->now_ns - replay_way_since(r, parent, id, c->sent_ns) > within;
}

struct memory {
    int64_t tick;
};

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    struct memory *m = l->memory;

    if (replay_knows(r, rec->actor) && end_comes_first(r, rec)) {
        return replay_violation(r, l->out, rec->actor, r->actor[rec->actor].cancel.cause,
                                "%s ends without having answered the cancel of %s",
                                replay_name(r, rec->actor),
                                replay_name(r, replay_parent(r, rec->actor)));
    }
    if (rec->point == POINT_CANCEL_ACK_TIMEOUT && replay_knows(r, rec->actor) &&
        replay_knows(r, rec->peer) && replay_parent(r, rec->peer) == rec->actor &&
        answer_was_possible(r, rec)) {
        return replay_violation(r, l->out, rec->peer, r->actor[rec->peer].cancel.cause,
                                "%s has the cancel of %s and does not answer it",
                                replay_name(r, rec->peer), replay_name(r, rec->actor));
    }
    if (r->cancels == 0 || !replay_time_moved(r, &m->tick))
        return false;
    for (uint16_t id = 1; id < r->count; id++) {
        if (answer_is_missing(r, id, l->within_ns)) {
            return replay_violation(r, l->out, id, r->actor[id].cancel.cause,
                                    "%s neither answers the cancel of %s nor ends",
                                    replay_name(r, id), replay_name(r, replay_parent(r, id)));
        }
    }
    return false;
}

const struct invariant_entry invariant_cancel_answered = {
    .name = "cancel-answered",
    .note = "L6",
    .help = "every cancel is answered by an ack or by death; actor: the child",
    .liveness = true,
    .default_within_ns = CORE_ACK_NS + CORE_TERM_NS + 1000 * MS_NS,
    .memory_bytes = sizeof(struct memory),
    .on = check,
};
