/* error_path_true.c: S14: an error comes from where it says, along the path of its origin.
 *
 * An origin is true when that actor raised such an error, when its parent made one from its
 * death, or when its parent gave it that outcome. A cancel that comes back to the root as its
 * result is no error of anybody's. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* True when the record is a source of an error of `origin` of this kind. */
static bool record_is_source(const struct replay *r, const struct trace_record *rec,
                             uint16_t origin, int64_t kind)
{
    if (kind != ERROR_GROUP && rec->value != kind)
        return false;
    if (rec->point == POINT_ERR_RAISED)
        return rec->actor == origin;
    if (rec->point == POINT_ERR_BOXED)
        return rec->peer == origin && rec->actor == replay_parent(r, origin);
    /* An outcome made by the parent itself, of a child that could not say anything. */
    if (rec->point == POINT_NURSERY_OUTCOME) {
        return rec->peer == origin && rec->actor == replay_parent(r, origin) &&
               rec->value != ERROR_APP && rec->value != ERROR_GROUP && rec->value != ERROR_NONE;
    }
    return false;
}

static bool origin_is_true(const struct replay *r, uint16_t origin, int64_t kind)
{
    for (size_t i = r->index; i > 0; i--) {
        if (record_is_source(r, &r->trace->record[i - 1], origin, kind))
            return true;
    }
    return false;
}

static bool error_is_wrong(const struct replay *r, const struct trace_record *rec,
                           struct violation *out)
{
    const char *here = replay_name(r, rec->actor);
    const char *origin = replay_name(r, rec->peer);

    if (rec->point != POINT_ERR_BOXED && rec->point != POINT_ERR_RELAYED &&
        rec->point != POINT_ERR_FINAL)
        return false;
    if (!replay_knows(r, rec->peer)) {
        return replay_violation(r, out, rec->actor, CAUSE_NONE,
                                "%s has an error of nobody in the tree", here);
    }
    if (rec->point == POINT_ERR_BOXED && replay_parent(r, rec->peer) != rec->actor) {
        return replay_violation(r, out, rec->actor, CAUSE_NONE,
                                "%s makes an error from the death of %s, no child of it", here,
                                origin);
    }
    if (rec->point == POINT_ERR_RELAYED && !replay_is_above(r, rec->actor, rec->peer)) {
        return replay_violation(r, out, rec->actor, CAUSE_NONE,
                                "%s relays an error of %s, which is not below it", here, origin);
    }
    if (rec->point == POINT_ERR_FINAL && rec->value != ERROR_CANCELLED &&
        !origin_is_true(r, rec->peer, rec->value)) {
        return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                "the final error names %s, which never had such an error", origin);
    }
    return false;
}

static bool check(const struct observation *o, struct violation *out)
{
    struct replay *r = replay_begin(o);
    const struct trace_record *rec;

    while ((rec = replay_next(r)) != NULL) {
        if (replay_knows(r, rec->actor) && error_is_wrong(r, rec, out))
            return true;
    }
    return false;
}

const struct invariant_entry invariant_error_path_true = {
    .name = "error-path-true",
    .note = "S14",
    .help = "an error names the actor that had it, and travels along its path; actor: the one "
            "named wrongly, or that relays what is not its",
    .safety = true,
    .check = check,
};
