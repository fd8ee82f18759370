/* parking_honoured.c: S20: a parked deadline does not fire while it is parked, nor before a full
 * grace after the last entry below went.
 *
 * Only the ladder of a cancel is bound: an abort, the operator, or a fault of the child is not.
 * The grace stands in the record of the unparking. Half of it is asked for, because a report is a
 * little later than its step; nothing is asked when the harness held the parent around it. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static bool is_escalation(const struct trace_record *rec)
{
    bool deadline = rec->point == POINT_CANCEL_DEADLINE || rec->point == POINT_CANCEL_ACK_TIMEOUT;

    return deadline || rec->value == KILL_CANCEL;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    if (!is_escalation(rec) || !replay_knows(r, rec->actor) || !replay_knows(r, rec->peer))
        return false;
    const struct replay_cancel *c = &r->actor[rec->peer].cancel;
    if (c->mode != CANCEL_GRACEFUL)
        return false;
    if (c->parked) {
        return replay_violation(r, l->out, rec->peer, c->cause,
                                "%s goes on against %s while its deadline is parked",
                                replay_name(r, rec->actor), replay_name(r, rec->peer));
    }
    bool early = c->grace_ns == 0 || rec->at_ns - c->unparked_ns < c->grace_ns / 2;
    if (c->unparked && early && !replay_report_is_late(r, rec->actor, c->unparked_ns)) {
        return replay_violation(r, l->out, rec->peer, c->cause,
                                "%s gives %s no grace after the prompt below it ended",
                                replay_name(r, rec->actor), replay_name(r, rec->peer));
    }
    return false;
}

const struct invariant_entry invariant_parking_honoured = {
    .name = "parking-honoured",
    .note = "S20",
    .help = "a deadline waits for the prompt below it and then gives full grace; actor: the child",
    .points = ROW_POINTS(POINT_CANCEL_DEADLINE, POINT_CANCEL_ACK_TIMEOUT, POINT_CANCEL_TERM_SENT,
                         POINT_CANCEL_KILL_SENT),
    .on = check,
};
