/* no_zombies.c: L4: a dead child is reaped at once.
 *
 * Age counts from the observer's proc.exited. Excuses: a parent that the harness holds or has
 * stopped, or that is a spinner, cannot reap, and has its time again when it is let go; a parent
 * that is dead leaves its zombies to the adopter, whose work is not the tree's. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <inttypes.h>

static bool zombie_is_old(const struct replay *r, uint16_t id, int64_t within,
                          struct violation *out)
{
    uint16_t parent = replay_parent(r, id);
    int64_t since = r->actor[id].process.zombie_ns;

    if (since == REPLAY_NEVER || parent == ACTOR_NONE || !replay_is_live(r, parent) ||
        replay_is_blocked(r, parent))
        return false;
    if (r->actor[parent].process.resume_ns > since)
        since = r->actor[parent].process.resume_ns;
    if (r->now_ns - since <= within)
        return false;
    return replay_violation(r, out, id, CAUSE_NONE,
                            "%s is dead and its parent %s has not reaped it within %" PRId64 " ms",
                            replay_name(r, id), replay_name(r, parent), within / MS_NS);
}

static bool check(const struct observation *o, struct violation *out)
{
    int64_t within = observe_within_ns(o, &invariant_no_zombies);
    struct replay *r = replay_begin_live(o);

    while (replay_next(r) != NULL) {
        if (r->zombies == 0 || !replay_time_moved(r))
            continue;
        for (uint16_t id = 0; id < r->count; id++) {
            if (zombie_is_old(r, id, within, out))
                return true;
        }
    }
    return false;
}

const struct invariant_entry invariant_no_zombies = {
    .name = "no-zombies",
    .note = "L4",
    .help = "a dead process is reaped by its parent within the bound; actor: the zombie",
    .safety = false,
    .default_within_ns = 100 * MS_NS,
    .check = check,
};
