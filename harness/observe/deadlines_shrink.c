/* deadlines_shrink.c: S19: the deadline of a cancel gets earlier at every level on its way down.
 *
 * What counts is the end that the sender itself has last accepted; who has none may give any
 * deadline. An abort has no time left to share: equal is enough. Excuse: an orphan has nobody
 * above whose deadline could bind it. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static bool deadline_grows(const struct replay *r, const struct trace_record *rec)
{
    int64_t own = r->actor[rec->actor].cancel.own_deadline;
    bool abort = (rec->extra & 0xFF) == CANCEL_ABORT;

    if (own == 0 || r->actor[rec->actor].process.orphaned)
        return false;
    return abort ? rec->value > own : rec->value >= own;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    if (!replay_knows(r, rec->actor) || !replay_knows(r, rec->peer) || !deadline_grows(r, rec))
        return false;
    return replay_violation(r, l->out, rec->actor, (unsigned)((rec->extra >> 8) & 0xFF),
                            "%s gives %s a deadline that is not before its own",
                            replay_name(r, rec->actor), replay_name(r, rec->peer));
}

const struct invariant_entry invariant_deadlines_shrink = {
    .name = "deadlines-shrink",
    .note = "S19",
    .help = "the deadline of a cancel gets earlier at every level; actor: the parent",
    .points = ROW_POINTS(POINT_CANCEL_SENT),
    .on = check,
};
