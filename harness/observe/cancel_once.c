/* cancel_once.c: S12: a child is sent a cancel at most once per id and mode, modes only rise, and
 * no child is started in a nursery that is being cancelled.
 *
 * A start that began before the cancel may end after it. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static bool cancel_is_wrong(const struct replay *r, const struct trace_record *rec,
                            struct violation *out)
{
    const struct replay_cancel *c = &r->actor[rec->peer].cancel;
    uint8_t mode = (uint8_t)(rec->extra & 0xFF);
    unsigned cause = (unsigned)((rec->extra >> 8) & 0xFF);

    if (mode < c->mode) {
        return replay_violation(r, out, rec->actor, cause,
                                "%s sends %s a weaker cancel than before",
                                replay_name(r, rec->actor), replay_name(r, rec->peer));
    }
    if (mode == c->mode && rec->request == c->request) {
        return replay_violation(r, out, rec->actor, cause, "%s sends %s the same cancel twice",
                                replay_name(r, rec->actor), replay_name(r, rec->peer));
    }
    return false;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    if (!replay_knows(r, rec->actor) || !replay_knows(r, rec->peer) ||
        replay_parent(r, rec->peer) != rec->actor)
        return false;
    if (rec->point == POINT_CANCEL_SENT)
        return cancel_is_wrong(r, rec, l->out);
    if (rec->point == POINT_SPAWN_AFTER_FORK && rec->value > 0 &&
        r->actor[rec->peer].nursery.spawning_late) {
        return replay_violation(r, l->out, rec->actor, CAUSE_NONE,
                                "%s starts %s in a nursery that is being cancelled",
                                replay_name(r, rec->actor), replay_name(r, rec->peer));
    }
    return false;
}

const struct invariant_entry invariant_cancel_once = {
    .name = "cancel-once",
    .note = "S12",
    .help = "one cancel per child, id and mode; modes only rise; nothing starts in a cancelled "
            "nursery; actor: the parent",
    .points = ROW_POINTS(POINT_CANCEL_SENT, POINT_SPAWN_AFTER_FORK),
    .on = check,
};
