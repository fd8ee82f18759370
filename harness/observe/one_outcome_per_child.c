/* one_outcome_per_child.c: S9: every spawned child has exactly one outcome, after all its frames.
 *
 * A child that reports in good order waits until its result is written, so a parent that makes up
 * an outcome of its own has acted on the death before the frames (D1).
 * Excuses: the parent had closed the link, the child had broken it, or a fault has lost what the
 * child says there. A parent that dies, or is an orphan, before its child has ended never learns of
 * one; only a parent that reports in good order owes it. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* A reaped child of this actor that has no outcome, or ACTOR_NONE. */
static uint16_t child_without(const struct replay *r, uint16_t parent)
{
    uint16_t id = parent;

    while ((id = cast_next_child(r->cast, parent, id)) != ACTOR_NONE) {
        if (r->actor[id].process.reaped && r->actor[id].nursery.outcomes == 0)
            return id;
    }
    return ACTOR_NONE;
}

static bool result_is_lost(const struct replay *r, const struct trace_record *rec)
{
    const struct replay_actor *child = &r->actor[rec->peer];

    return child->nursery.outcomes == 0 && child->nursery.resulted && child->process.closed &&
           !child->process.orphaned && !child->process.muted && !child->cancel.closed &&
           !child->nursery.broken && rec->value != child->nursery.result;
}

static bool outcome_is_wrong(const struct replay *r, const struct trace_record *rec,
                             struct violation *out)
{
    const char *parent = replay_name(r, rec->actor);

    if (rec->point == POINT_EXIT_BEFORE_RESULT && !r->actor[rec->actor].process.orphaned) {
        uint16_t child = child_without(r, rec->actor);
        if (child != ACTOR_NONE) {
            return replay_violation(r, out, child, CAUSE_NONE, "%s ends without an outcome of %s",
                                    parent, replay_name(r, child));
        }
    }
    if (!replay_knows(r, rec->peer) || replay_parent(r, rec->peer) != rec->actor)
        return false;
    if (rec->point == POINT_NURSERY_OUTCOME && result_is_lost(r, rec)) {
        return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                "%s gives %s an outcome that is not the result it reported", parent,
                                replay_name(r, rec->peer));
    }
    if (r->actor[rec->peer].nursery.outcomes == 0)
        return false;
    if (rec->point == POINT_NURSERY_OUTCOME) {
        return replay_violation(r, out, rec->peer, CAUSE_NONE, "%s gives %s a second outcome",
                                parent, replay_name(r, rec->peer));
    }
    if (rec->point >= POINT_LINK_BEFORE_RECV) {
        return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                "%s takes a frame of %s after its outcome", parent,
                                replay_name(r, rec->peer));
    }
    return false;
}

static bool check(const struct look *l)
{
    return replay_knows(l->replay, l->rec->actor) && outcome_is_wrong(l->replay, l->rec, l->out);
}

const struct invariant_entry invariant_one_outcome_per_child = {
    .name = "one-outcome-per-child",
    .note = "S9",
    .help = "every child has exactly one outcome, after all its frames; actor: the child",
    .points = ROW_POINTS(POINT_EXIT_BEFORE_RESULT, POINT_NURSERY_OUTCOME, POINT_LINK_BEFORE_RECV),
    .on = check,
};
