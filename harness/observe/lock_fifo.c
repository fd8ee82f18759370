/* lock_fifo.c: S4: grants leave the root in the order in which requests arrived.
 *
 * Only what the root knows counts: a request that its origin has given up stands in the queue
 * until the root hears of that. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* The actor whose request has waited longest at the root, or ACTOR_NONE. */
static uint16_t queue_first(const struct replay *r)
{
    uint16_t first = ACTOR_NONE;

    for (uint16_t id = 0; id < r->count; id++) {
        uint64_t rank = r->actor[id].origin.queued;
        if (rank != 0 && (first == ACTOR_NONE || rank < r->actor[first].origin.queued))
            first = id;
    }
    return first;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    if (rec->actor != ACTOR_ROOT || !replay_knows(r, rec->peer) ||
        r->actor[rec->peer].origin.queued == 0)
        return false;
    uint16_t first = queue_first(r);
    if (first == rec->peer)
        return false;
    return replay_violation(r, l->out, first, CAUSE_NONE,
                            "%s gets the terminal although %s asked before it",
                            replay_name(r, rec->peer), replay_name(r, first));
}

const struct invariant_entry invariant_lock_fifo = {
    .name = "lock-fifo",
    .note = "S4",
    .help = "the terminal is granted in the order of the requests; actor: the one overtaken",
    .points = ROW_POINTS(POINT_DBG_GRANT_SENT),
    .on = check,
};
