/* cancel_is_not_error.c: S15: a child that ends because its parent cancelled it is no error;
 * one that ends because somebody else cancelled it always is.
 *
 * Excuse: a parent that is cancelled itself, or already has an error, need not name another. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static bool absorbed_is_named(const struct replay *r, const struct trace_record *rec,
                              struct violation *out)
{
    const struct replay_nursery *child = &r->actor[rec->peer].nursery;
    bool named = false;

    if (rec->point == POINT_NURSERY_FIRST_ERROR) {
        named = child->outcomes > 0 && child->outcome == ERROR_CANCELLED && child->asked;
    } else if (rec->point == POINT_NURSERY_OUTCOME) {
        named = child->outcomes == 0 && rec->value == ERROR_CANCELLED && child->first_error &&
                r->actor[rec->peer].cancel.mode != CANCEL_NONE;
    }
    if (!named)
        return false;
    return replay_violation(r, out, rec->actor, r->actor[rec->peer].cancel.cause,
                            "%s takes the end of %s for an error, although it cancelled it",
                            replay_name(r, rec->actor), replay_name(r, rec->peer));
}

/* A child that somebody else cancelled and that its parent keeps silent about, or ACTOR_NONE. */
static uint16_t foreign_child(const struct replay *r, uint16_t parent)
{
    uint16_t id = parent;

    while ((id = cast_next_child(r->cast, parent, id)) != ACTOR_NONE) {
        if (r->actor[id].nursery.foreign && !r->actor[id].nursery.first_error)
            return id;
    }
    return ACTOR_NONE;
}

static bool silence_is_wrong(const struct replay *r, const struct trace_record *rec,
                             struct violation *out)
{
    uint16_t child = ACTOR_NONE;

    if (rec->point == POINT_EXIT_BEFORE_RESULT && !r->actor[rec->actor].nursery.saw_error &&
        !r->actor[rec->actor].process.orphaned)
        child = foreign_child(r, rec->actor);
    if (child == ACTOR_NONE)
        return false;
    return replay_violation(r, out, rec->actor, CAUSE_CANCEL,
                            "%s takes the end of %s as good, although it was cancelled by another",
                            replay_name(r, rec->actor), replay_name(r, child));
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    if (!replay_knows(r, rec->actor))
        return false;
    if (replay_knows(r, rec->peer) && replay_parent(r, rec->peer) == rec->actor &&
        absorbed_is_named(r, rec, l->out))
        return true;
    return silence_is_wrong(r, rec, l->out);
}

const struct invariant_entry invariant_cancel_is_not_error = {
    .name = "cancel-is-not-error",
    .note = "S15",
    .help = "an end that the parent asked for is no error, one that another asked for is; actor: "
            "the parent",
    .points =
        ROW_POINTS(POINT_NURSERY_OUTCOME, POINT_NURSERY_FIRST_ERROR, POINT_EXIT_BEFORE_RESULT),
    .on = check,
};
