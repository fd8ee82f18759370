/* no_orphans.c: L2: no process outlives its parent by more than the orphan limit, and none the
 * root.
 *
 * The bound is below the 2 s after which the root kills what it has adopted, so that an orphan
 * that stays is found although the root cleans up. Excuses: what the harness holds or has stopped
 * cannot end by itself and has its time again when it is let go; a spinner never looks, it has the
 * hard limit of an orphan; and below the root each orphan first gives its children their time. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* How long this actor has been without its parent, or without the root when an orphan above it
 * still had to see to it; 0 while nothing can be expected. `limit` grows with what is allowed. */
static int64_t alone_ns(const struct replay *r, uint16_t id, int64_t *limit)
{
    uint16_t parent = replay_parent(r, id);
    const struct replay_process *root = &r->actor[ACTOR_ROOT].process;
    uint16_t above = id;
    int64_t since = r->actor[parent].process.dead_ns;

    if (!r->actor[parent].process.dead) {
        if (!root->dead)
            return 0;
        since = root->dead_ns;
        above = ACTOR_ROOT;
        *limit += r->actor[parent].depth * CORE_ORPHAN_NS;
    }
    if (replay_way_is_blocked(r, above, id)) {
        if (r->actor[id].process.held || r->actor[id].process.stopped || above != id)
            return 0;
        if (*limit < CORE_ORPHAN_HARD_NS + 500 * MS_NS)
            *limit = CORE_ORPHAN_HARD_NS + 500 * MS_NS;
    }
    return r->now_ns - replay_way_since(r, above, id, since);
}

static bool orphan_stays(const struct replay *r, int64_t within, struct violation *out)
{
    for (uint16_t id = 1; id < r->count; id++) {
        const struct replay_process *p = &r->actor[id].process;
        int64_t limit = within;

        if (!p->spawned || p->dead || p->killed || alone_ns(r, id, &limit) <= limit)
            continue;
        uint16_t lost = replay_parent(r, id);
        if (!r->actor[lost].process.dead)
            lost = ACTOR_ROOT;
        return replay_violation(r, out, id, replay_fault_cause(r, lost),
                                "%s lives on although %s is dead", replay_name(r, id),
                                replay_name(r, lost));
    }
    return false;
}

struct memory {
    int64_t tick;
};

static bool check(const struct look *l)
{
    struct memory *m = l->memory;

    return l->replay->deaths > 0 && replay_time_moved(l->replay, &m->tick) &&
           orphan_stays(l->replay, l->within_ns, l->out);
}

const struct invariant_entry invariant_no_orphans = {
    .name = "no-orphans",
    .note = "L2",
    .help = "no process outlives its parent or the root for long; actor: the orphan",
    .liveness = true,
    .subjects = SUBJECT_TREE | SUBJECT_COMMAND,
    .told = SUBJECT_COMMAND, /* they may start what is to outlive whoever started it */
    .leak = "survivor",
    .own_end = true,
    .default_within_ns = 1500 * MS_NS,
    .memory_bytes = sizeof(struct memory),
    .on = check,
};
