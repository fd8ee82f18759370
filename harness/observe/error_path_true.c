/* error_path_true.c: S14: an error comes from where it says, along the path of its origin.
 *
 * An origin is true when that actor raised such an error, when its parent made one from its
 * death, or when its parent gave it that outcome. A cancel that comes back to the root as its
 * result is no error of anybody's. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* The errors of which an actor is known to be the origin. */
struct had {
    uint32_t kinds; /* bits of enum error_kind */
    bool any;
};

_Static_assert(ERROR_KINDS <= 32, "kinds of errors are bits");

static uint32_t kind_bit(int64_t kind)
{
    return kind >= 0 && kind < ERROR_KINDS ? UINT32_C(1) << kind : 0;
}

/* The origin of an error of which the record is a source, or ACTOR_NONE. */
static uint16_t source_of(const struct replay *r, const struct trace_record *rec)
{
    bool child = replay_knows(r, rec->peer) && replay_parent(r, rec->peer) == rec->actor;

    if (rec->point == POINT_ERR_RAISED)
        return replay_knows(r, rec->actor) ? rec->actor : (uint16_t)ACTOR_NONE;
    if (rec->point == POINT_ERR_BOXED && child)
        return rec->peer;
    /* An outcome made by the parent itself, of a child that could not say anything. */
    if (rec->point == POINT_NURSERY_OUTCOME && child && rec->value != ERROR_APP &&
        rec->value != ERROR_GROUP && rec->value != ERROR_NONE)
        return rec->peer;
    return ACTOR_NONE;
}

static bool origin_is_true(const struct had *had, int64_t kind)
{
    return kind == ERROR_GROUP ? had->any : (had->kinds & kind_bit(kind)) != 0;
}

static bool error_is_wrong(const struct replay *r, const struct trace_record *rec,
                           const struct had *had, struct violation *out)
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
        !origin_is_true(&had[rec->peer], rec->value)) {
        return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                "the final error names %s, which never had such an error", origin);
    }
    return false;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    struct had *had = l->actors;

    if (replay_knows(r, rec->actor) && error_is_wrong(r, rec, had, l->out))
        return true;
    uint16_t origin = source_of(r, rec);
    if (origin != ACTOR_NONE) {
        had[origin].any = true;
        had[origin].kinds |= kind_bit(rec->value);
    }
    return false;
}

const struct invariant_entry invariant_error_path_true = {
    .name = "error-path-true",
    .note = "S14",
    .help = "an error names the actor that had it, and travels along its path; actor: the one "
            "named wrongly, or that relays what is not its",
    .points = ROW_POINTS(POINT_ERR_RAISED, POINT_ERR_BOXED, POINT_ERR_RELAYED, POINT_ERR_FINAL,
                         POINT_NURSERY_OUTCOME),
    .actor_bytes = sizeof(struct had),
    .on = check,
};
