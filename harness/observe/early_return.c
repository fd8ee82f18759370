/* early_return.c: nobody lives on for long when the first process has ended.
 *
 * Whoever has started the program takes its end for the end of its work: a shell prompts, a test
 * goes on. One that stays until the grace is over is the business of no-survivors, so this row
 * waits for the end. The observer has left out the time for which nobody is to blame. It looks at
 * commands; of a tree no-orphans says the same. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <inttypes.h>

struct memory {
    bool found;
    bool survived; /* somebody has, to the end of the grace */
    uint16_t who;
    size_t index;
};

static bool note(const struct look *l)
{
    struct memory *m = l->memory;

    /* Who is to stay by the outcome has no work that anybody waits for. */
    if (replay_knows(l->replay, l->rec->peer) && l->replay->cast->who[l->rec->peer].stays)
        return false;
    m->survived = m->survived || l->rec->request == 0;
    if (m->found || l->rec->request == 0 || l->rec->extra * MS_NS < l->within_ns)
        return false;
    *m = (struct memory){.found = true, .who = l->rec->peer, .index = l->replay->index};
    return false;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct memory *m = l->memory;

    if (!m->found || m->survived)
        return false;
    bool known = replay_knows(r, m->who);
    (void)replay_violation(r, l->out, known ? m->who : (uint16_t)ACTOR_NONE, CAUSE_NONE,
                           "%s lived on for more than %" PRId64 " ms after %s had ended",
                           known ? replay_name(r, m->who) : "a process", l->within_ns / MS_NS,
                           replay_name(r, ACTOR_ROOT));
    l->out->index = m->index;
    return true;
}

const struct invariant_entry invariant_early_return = {
    .name = "early-return",
    .note = "",
    .help = "no process lives on when the first one has ended; actor: the one that does",
    .remedy = "wait for it before the first process ends; or give `within` when it may be late",
    .liveness = true,
    .subjects = SUBJECT_TREE | SUBJECT_COMMAND,
    .leak = "early-return",
    .own_end = true,
    .default_within_ns = 100 * MS_NS,
    .points = ROW_POINTS(POINT_PROC_SURVIVED),
    .memory_bytes = sizeof(struct memory),
    .on = note,
    .at_end = check,
};
