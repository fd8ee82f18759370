/* no_zombies.c: L4: a dead child is reaped at once.
 *
 * Age counts from the observer's proc.exited. Excuses: a parent that the harness holds or has
 * stopped, or that is a spinner, cannot reap, and has its time again when it is let go; a parent
 * that is dead leaves its zombies to the adopter, whose work is not the tree's. Of one that was
 * reaped the parent's own report counts, however late it came, and the time for which the machine
 * had no processor for the parent does not. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <inttypes.h>

/* Age of a zombie whose parent can reap; 0 for others. */
static int64_t zombie_age(const struct replay *r, uint16_t id)
{
    uint16_t parent = replay_parent(r, id);
    int64_t since = r->actor[id].process.zombie_ns;

    if (since == REPLAY_NEVER || parent == ACTOR_NONE || !replay_is_live(r, parent) ||
        replay_is_blocked(r, parent))
        return 0;
    if (r->actor[parent].process.resume_ns > since)
        since = r->actor[parent].process.resume_ns;
    return r->now_ns - since;
}

/* For how long the machine had no processor for whoever reaped this zombie. */
static int64_t waited_ns(const struct replay *r, uint16_t id)
{
    for (size_t i = r->index; i < r->trace->count; i++) {
        const struct trace_record *rec = &r->trace->record[i];
        if (rec->point == POINT_PROC_REAPED && rec->actor == id)
            return rec->extra * MS_NS;
    }
    return 0;
}

/* True when what is still to come says that a zombie, now of this age, was reaped in time. What
 * has kept the parent from it counts only when the parent was in time until then. */
static bool reaped_within(const struct replay *r, uint16_t id, int64_t age, int64_t within)
{
    uint16_t parent = replay_parent(r, id);
    int64_t since = r->now_ns - age;
    int64_t said_ns = since; /* by the parent, last */
    int64_t reaped_ns = INT64_MAX;

    within += waited_ns(r, id);
    for (size_t i = r->index; i < r->trace->count; i++) {
        const struct trace_record *rec = &r->trace->record[i];
        bool reaped = rec->point == POINT_PROC_REAPED && rec->actor == id;
        bool reported = rec->point == POINT_EXIT_REAPED && rec->peer == id;
        bool goes_on = (rec->point == POINT_HOLD_END && rec->peer == parent) ||
                       (rec->point == POINT_PROC_CONTINUED && rec->actor == parent);
        if (goes_on && said_ns - since <= within)
            since = rec->at_ns;
        if (rec->actor == parent &&
            (rec->point < POINT_PROC_SPAWNED || rec->point >= POINT_LINK_BEFORE_SEND))
            said_ns = rec->at_ns;
        if ((reaped || reported) && rec->at_ns < reaped_ns)
            reaped_ns = rec->at_ns;
        if (reported)
            break;
    }
    return reaped_ns != INT64_MAX && reaped_ns - since <= within;
}

static bool check(const struct observation *o, struct violation *out)
{
    int64_t within = observe_within_ns(o, &invariant_no_zombies);
    struct replay *r = replay_begin_live(o);

    while (replay_next(r) != NULL) {
        if (r->zombies == 0 || !replay_time_moved(r))
            continue;
        for (uint16_t id = 0; id < r->count; id++) {
            int64_t age = zombie_age(r, id);
            if (age <= within)
                continue;
            if (!reaped_within(r, id, age, within)) {
                return replay_violation(
                    r, out, id, CAUSE_NONE,
                    "%s is dead and its parent %s has not reaped it within %" PRId64 " ms",
                    replay_name(r, id), replay_name(r, replay_parent(r, id)), within / MS_NS);
            }
            /* Not asked about again. */
            r->actor[id].process.zombie_ns = REPLAY_NEVER;
            r->zombies--;
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
