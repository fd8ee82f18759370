/* escalation_in_order.c: S13: SIGTERM only after a cancel or a fault of the child, SIGKILL only
 * after the grace of a SIGTERM or a fault.
 *
 * A kill_reason other than KILL_CANCEL is the fault, and where a record has to prove the fault it
 * is asked for. A child that is not ready yet has no link to be cancelled by: it may be killed
 * when its nursery is cancelled. Times are of reports, each a little after the step that it is
 * about, so half of the grace is enough, and none when the harness held the parent around it. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static const char *fault_missing(const struct replay *r, const struct trace_record *rec)
{
    const struct replay_actor *child = &r->actor[rec->peer];

    if (rec->value == KILL_HEARTBEAT && !child->nursery.silent)
        return "was never silent";
    if (rec->value == KILL_PROTO && !child->nursery.broken)
        return "never broke the protocol";
    if (rec->value == KILL_BOOT && child->process.live)
        return "was ready";
    if (rec->value == KILL_ORPHANED && !r->actor[rec->actor].process.orphaned)
        return "has a parent that is no orphan";
    return NULL;
}

static const char *step_missing(const struct replay *r, const struct trace_record *rec)
{
    const struct replay_actor *child = &r->actor[rec->peer];
    bool unready = !child->process.live && r->actor[rec->actor].nursery.cancelling;

    if (rec->value != KILL_CANCEL)
        return fault_missing(r, rec);
    if (child->cancel.mode == CANCEL_NONE && !unready)
        return "was never sent a cancel";
    if (rec->point == POINT_CANCEL_TERM_SENT)
        return NULL;
    if (!child->cancel.term)
        return "was never sent SIGTERM";
    if (rec->at_ns - child->cancel.term_ns < CORE_TERM_NS / 2 &&
        !replay_report_is_late(r, rec->actor, child->cancel.term_ns))
        return "had no time to end after SIGTERM";
    return NULL;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    if (!replay_knows(r, rec->actor) || !replay_knows(r, rec->peer))
        return false;
    const char *missing = step_missing(r, rec);
    if (missing == NULL)
        return false;
    return replay_violation(r, l->out, rec->peer, (unsigned)rec->extra,
                            "%s sends %s to %s, which %s", replay_name(r, rec->actor),
                            rec->point == POINT_CANCEL_KILL_SENT ? "SIGKILL" : "SIGTERM",
                            replay_name(r, rec->peer), missing);
}

const struct invariant_entry invariant_escalation_in_order = {
    .name = "escalation-in-order",
    .note = "S13",
    .help = "SIGTERM only after a cancel, SIGKILL only after SIGTERM and its grace, or after a "
            "recorded fault; actor: the child",
    .points = ROW_POINTS(POINT_CANCEL_TERM_SENT, POINT_CANCEL_KILL_SENT),
    .on = check,
};
