/* lock_exclusive.c: S1: at most one live actor has the terminal.
 *
 * Judged at both ends: at the origin when it takes the terminal, and at the root when it grants, or
 * frees the lock under somebody.
 * Excuse: an earlier holder that is dead, or that the harness has killed, has nothing any more. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* A live actor other than `but` that has the terminal, or ACTOR_NONE. */
static uint16_t active_other(const struct replay *r, uint16_t but)
{
    for (size_t i = 0; i < r->active_count; i++) {
        if (r->active[i] != but && replay_is_live(r, r->active[i]))
            return r->active[i];
    }
    return ACTOR_NONE;
}

static bool take_is_wrong(const struct replay *r, const struct trace_record *rec,
                          struct violation *out)
{
    uint16_t other = active_other(r, rec->actor);

    if (other == ACTOR_NONE || !replay_is_live(r, rec->actor))
        return false;
    return replay_violation(r, out, rec->actor, CAUSE_NONE,
                            "%s takes the terminal while %s still has it",
                            replay_name(r, rec->actor), replay_name(r, other));
}

static bool grant_is_wrong(const struct replay *r, const struct trace_record *rec,
                           struct violation *out)
{
    uint16_t other = active_other(r, rec->peer);

    if (other == ACTOR_NONE && r->lock.state == LOCK_HELD && !r->lock.over &&
        r->lock.holder != rec->peer && replay_knows(r, r->lock.holder) &&
        replay_is_live(r, r->lock.holder))
        other = r->lock.holder;
    if (other == ACTOR_NONE || !replay_knows(r, rec->peer))
        return false;
    return replay_violation(r, out, rec->peer, CAUSE_NONE,
                            "the root grants the terminal to %s while %s still has it",
                            replay_name(r, rec->peer), replay_name(r, other));
}

static bool free_is_wrong(const struct replay *r, struct violation *out)
{
    uint16_t holder = r->lock.holder;

    if (!replay_knows(r, holder) || !r->actor[holder].origin.active || !replay_is_live(r, holder))
        return false;
    return replay_violation(r, out, holder, CAUSE_NONE,
                            "the root takes the terminal for free while %s still has it",
                            replay_name(r, holder));
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    if (!replay_knows(r, rec->actor))
        return false;
    if (rec->point == POINT_DBG_TTY_TAKE)
        return take_is_wrong(r, rec, l->out);
    if (rec->point == POINT_DBG_GRANT_SENT)
        return grant_is_wrong(r, rec, l->out);
    return free_is_wrong(r, l->out);
}

const struct invariant_entry invariant_lock_exclusive = {
    .name = "lock-exclusive",
    .note = "S1",
    .help = "at most one live actor has the terminal; actor: the second one, or the one whose "
            "terminal is given away",
    .points = ROW_POINTS(POINT_DBG_TTY_TAKE, POINT_DBG_GRANT_SENT, POINT_DBG_FREE),
    .on = check,
};
