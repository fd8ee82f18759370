/* grant_fresh.c: S6: a grant is honoured only for the request that its actor waits with.
 *
 * An old grant may well arrive: it is to be dropped, as dbg.grant_stale. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    if (!replay_knows(r, rec->actor))
        return false;
    const struct replay_origin *origin = &r->actor[rec->actor].origin;
    const char *name = replay_name(r, rec->actor);
    if (origin->claim != CLAIM_WAIT) {
        return replay_violation(r, l->out, rec->actor, CAUSE_NONE,
                                "%s honours a grant although it does not wait for one", name);
    }
    if (rec->request != origin->request) {
        return replay_violation(r, l->out, rec->actor, CAUSE_NONE,
                                "%s honours a grant for an earlier request of its own", name);
    }
    if (origin->granted != rec->request) {
        return replay_violation(r, l->out, rec->actor, CAUSE_NONE,
                                "%s honours a grant that the root gave to another request", name);
    }
    return false;
}

const struct invariant_entry invariant_grant_fresh = {
    .name = "grant-fresh",
    .note = "S6",
    .help = "a grant is honoured only for the current request of a waiting actor; actor: the one "
            "that honours it",
    .points = ROW_POINTS(POINT_DBG_GRANT_RECV),
    .on = check,
};
