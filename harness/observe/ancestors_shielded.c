/* ancestors_shielded.c: S2: while somebody has the terminal, each of its ancestors knows.
 *
 * Looked at after every record, because a shield may be missing from the start or be dropped too
 * early. Excuses, each from S2's "all processes on the path live": an ancestor that is dead,
 * killed by the harness, cut off or orphaned; and E1: a hop that its parent takes for hung before
 * the news of the prompt came through it. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* The nearest ancestor of the holder that does not know of its prompt, or ACTOR_NONE. */
static uint16_t blind_ancestor(const struct replay *r, uint16_t holder)
{
    const struct replay_origin *o = &r->actor[holder].origin;

    for (uint16_t id = replay_parent(r, holder); id != ACTOR_NONE; id = replay_parent(r, id)) {
        const struct replay_entry *e = &o->entry[r->actor[id].depth];
        if (e->state < ENTRY_GRANTED || e->request != o->request)
            return id;
    }
    return ACTOR_NONE;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;

    for (size_t i = 0; i < r->active_count; i++) {
        uint16_t holder = r->active[i];
        uint16_t blind = blind_ancestor(r, holder);
        if (blind == ACTOR_NONE || !replay_path_is_live(r, holder))
            continue;
        /* The state shown is the one after the record before. */
        (void)replay_violation(r, l->out, holder, CAUSE_NONE,
                               "%s has the terminal and its ancestor %s does not know",
                               replay_name(r, holder), replay_name(r, blind));
        l->out->index = r->index - 1;
        return true;
    }
    return false;
}

const struct invariant_entry invariant_ancestors_shielded = {
    .name = "ancestors-shielded",
    .note = "S2",
    .help = "while an actor has the terminal, each ancestor of it knows; actor: the holder",
    .on = check,
    .at_end = check,
};
