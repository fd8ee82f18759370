/* children_reaped.c: a process that ends has reaped all its children that were dead by then.
 *
 * What it leaves is the adopter's to reap: nothing stays, but nobody learns any more how that child
 * has ended. Shells do it all the time, so of a command it is told only. */
#include "harness/observe/rows.h"

/* A child that was seen dead beside its parent's death; it may have been reaped just before. */
struct left {
    size_t index; /* of the record of the parent's death */
    bool open;
};

static void parent_ends(const struct look *l, uint16_t parent)
{
    const struct replay *r = l->replay;
    struct left *all = l->actors;

    for (uint16_t id = cast_next_child(r->cast, parent, parent); id != ACTOR_NONE && id < r->count;
         id = cast_next_child(r->cast, parent, id)) {
        const struct replay_process *p = &r->actor[id].process;
        if (p->zombie_ns != REPLAY_NEVER && !p->orphan)
            all[id] = (struct left){.index = r->index, .open = true};
    }
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    uint16_t actor = l->rec->actor;
    const struct left *all = l->actors;

    if (!replay_knows(r, actor) || r->forced)
        return false;
    if (l->rec->point == POINT_PROC_EXITED)
        parent_ends(l, actor);
    /* Only what was the adopter's to reap was not the parent's. */
    if (l->rec->point != POINT_PROC_REAPED || !all[actor].open || l->rec->peer != ACTOR_HARNESS)
        return false;
    (void)replay_violation(r, l->out, actor, CAUSE_NONE,
                           "%s was dead, and %s has ended without reaping it",
                           replay_name(r, actor), replay_name(r, replay_parent(r, actor)));
    l->out->index = all[actor].index;
    return true;
}

const struct invariant_entry invariant_children_reaped = {
    .name = "children-reaped",
    .note = "",
    .help =
        "a process that ends by itself has reaped its dead children; actor: one that it has not",
    .remedy = "wait for each child, and look at how it ended, before the parent ends",
    .liveness = true,
    .subjects = SUBJECT_COMMAND,
    .told = SUBJECT_COMMAND,
    .own_end = true,
    .points = ROW_POINTS(POINT_PROC_EXITED, POINT_PROC_REAPED),
    .actor_bytes = sizeof(struct left),
    .on = check,
};
