/* terminal_restored.c: L7: at the end the terminal's modes are as they were at the start.
 *
 * A root that ends by itself answers for them, also when its own code kills it at its own prompt.
 * When the root dies, its holder does, if that lives. Excuse (L7): both were killed, so nobody was
 * left to put them back. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

struct memory {
    bool taken;
    uint16_t last; /* that took it */
};

static bool take_note(const struct look *l)
{
    struct memory *m = l->memory;

    if (replay_knows(l->replay, l->rec->actor))
        *m = (struct memory){.taken = true, .last = l->rec->actor};
    return false;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct memory *m = l->memory;
    uint16_t last = m->taken ? m->last : (uint16_t)ACTOR_NONE;
    uint16_t blamed = ACTOR_ROOT;

    if (!r->modes_known || r->modes_saved || r->index == 0)
        return false;
    if (!r->actor[ACTOR_ROOT].process.closed) {
        bool own_end = last == ACTOR_ROOT && !r->actor[ACTOR_ROOT].process.faulted;
        if (last != ACTOR_NONE && !r->actor[last].process.closed && !own_end)
            return false;
        /* Who of a command had it, nobody says. */
        bool command = r->cast->who[ACTOR_ROOT].kind == WHO_PROCESS;
        blamed = command && last == ACTOR_NONE ? (uint16_t)ACTOR_ROOT : last;
    }
    (void)replay_violation(
        r, l->out, blamed, replay_fault_cause(r, last),
        "the terminal is not as it was before, and %s ended without putting it right",
        replay_name(r, blamed == ACTOR_NONE ? (uint16_t)ACTOR_ROOT : blamed));
    l->out->index = r->index - 1;
    return true;
}

const struct invariant_entry invariant_terminal_restored = {
    .name = "terminal-restored",
    .note = "L7",
    .help = "at the end the terminal is as it was; actor: the one that had to put it right",
    .remedy =
        "put back what was changed on every way out, signals too; a person helps himself with "
        "`reset`",
    .liveness = true,
    .subjects = SUBJECT_TREE | SUBJECT_COMMAND,
    .own_end = true,
    .points = ROW_POINTS(POINT_DBG_TTY_TAKE),
    .memory_bytes = sizeof(struct memory),
    .on = take_note,
    .at_end = check,
};
