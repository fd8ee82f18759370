/* terminal_restored.c: L7: at the end the terminal's modes are as they were at the start.
 *
 * A root that ends by itself answers for them, also when its own code kills it at its own prompt.
 * When the root dies, its holder does, if that lives. Excuse (L7): both were killed, so nobody was
 * left to put them back. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static bool check(const struct observation *o, struct violation *out)
{
    struct replay *r = replay_begin_live(o);
    const struct trace_record *rec;
    uint16_t last = ACTOR_NONE;
    uint16_t blamed = ACTOR_ROOT;

    while ((rec = replay_next(r)) != NULL) {
        if (rec->point == POINT_DBG_TTY_TAKE && replay_knows(r, rec->actor))
            last = rec->actor;
    }
    if (!r->modes_known || r->modes_saved || r->index == 0)
        return false;
    /* A run that the harness ends by force says nothing about what would have come. */
    if (r->end < r->trace->count)
        return false;
    if (!r->actor[ACTOR_ROOT].process.closed) {
        bool own_end = last == ACTOR_ROOT && !r->actor[ACTOR_ROOT].process.faulted;
        if (last != ACTOR_NONE && !r->actor[last].process.closed && !own_end)
            return false;
        blamed = last;
    }
    r->index--;
    return replay_violation(r, out, blamed, replay_fault_cause(r, last),
                            "the terminal is not as it was before, and %s ended without putting it "
                            "right",
                            replay_name(r, blamed == ACTOR_NONE ? (uint16_t)ACTOR_ROOT : blamed));
}

const struct invariant_entry invariant_terminal_restored = {
    .name = "terminal-restored",
    .note = "L7",
    .help = "at the end the terminal is as it was; actor: the one that had to put it right",
    .safety = false,
    .check = check,
};
