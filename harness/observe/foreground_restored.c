/* foreground_restored.c: when the subject ends, its own process group is in front at the terminal.
 *
 * A shell that has started it takes the terminal back whoever has it; a program below a program has
 * no such luck: what it reads stops it. What the harness has hung up before is not judged. */
#include "harness/observe/rows.h"

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    bool *ended = l->memory; /* by the harness */

    if (rec->point == POINT_RUN_STOPPED)
        *ended = true;
    if (rec->point != POINT_TTY_FRONT || *ended || rec->value == FRONT_OWN)
        return false;
    if (rec->value == FRONT_NOBODY) {
        return replay_violation(r, l->out, ACTOR_ROOT, CAUSE_NONE,
                                "%s has ended with a process group in front of which nobody lives: "
                                "it has not taken the terminal back",
                                replay_name(r, ACTOR_ROOT));
    }
    bool known = replay_knows(r, rec->peer);
    return replay_violation(r, l->out, known ? rec->peer : (uint16_t)ACTOR_NONE, CAUSE_NONE,
                            "%s has ended and left the process group of %s in front",
                            replay_name(r, ACTOR_ROOT),
                            known ? replay_name(r, rec->peer) : "another process");
}

const struct invariant_entry invariant_foreground_restored = {
    .name = "foreground-restored",
    .note = "",
    .help = "when the root ends, its process group has the terminal; actor: who has it instead, or "
            "the root when nobody lives there",
    .remedy = "call tcsetpgrp with the own group, SIGTTOU ignored, when the job in front has ended "
              "or stopped",
    .liveness = true,
    .subjects = SUBJECT_COMMAND,
    .points = ROW_POINTS(POINT_RUN_STOPPED, POINT_TTY_FRONT),
    .memory_bytes = sizeof(bool),
    .on = check,
};
