/* nursery_joins.c: S10: a nursery reports, and an actor ends, only when every child is reaped.
 *
 * What counts is the parent's own exit.reaped. Nurseries other than the main one are judged when
 * their actor ends, because a trace does not say which child is whose.
 * An actor that dies by its own code or by a signal reports nothing, so it is not judged here.
 * Excuses: an orphan (S10); the root after SIGQUIT or the last ^C, which kills all and dies (signal
 * table of the design). */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static uint16_t child_left(const struct replay *r, uint16_t parent)
{
    uint16_t id = parent;

    while ((id = cast_next_child(r->cast, parent, id)) != ACTOR_NONE) {
        if (r->actor[id].process.spawned && !r->actor[id].process.reaped)
            return id;
    }
    return ACTOR_NONE;
}

static bool actor_reports(const struct trace_record *rec)
{
    return rec->point != POINT_NURSERY_CLOSED || rec->value == 0;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    if (!replay_knows(r, rec->actor) || !actor_reports(rec) ||
        r->actor[rec->actor].process.orphaned || r->actor[rec->actor].process.cut ||
        (rec->actor == ACTOR_ROOT && r->root_insists))
        return false;
    uint16_t child = child_left(r, rec->actor);
    if (child == ACTOR_NONE)
        return false;
    return replay_violation(r, l->out, rec->actor, CAUSE_NONE,
                            "%s reports its end although %s is not reaped",
                            replay_name(r, rec->actor), replay_name(r, child));
}

const struct invariant_entry invariant_nursery_joins = {
    .name = "nursery-joins",
    .note = "S10",
    .help = "an actor reports its end only when all its children are reaped; actor: the parent",
    .points = ROW_POINTS(POINT_NURSERY_CLOSED, POINT_EXIT_BEFORE_RESULT, POINT_ERR_FINAL,
                         POINT_EXIT_CLOSED),
    .on = check,
};
