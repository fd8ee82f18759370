/* memory_released.c: no shared memory is there in the end that was not at the start.
 *
 * It stays until the machine is started anew. Others may have made it meanwhile, so it is told
 * only. */
#include "harness/observe/rows.h"

#include <inttypes.h>

static bool check(const struct look *l)
{
    const struct trace_record *rec = l->rec;

    if (rec->value != LEFT_MEMORY)
        return false;
    return replay_violation(l->replay, l->out, ACTOR_ROOT, CAUSE_NONE, "%s leaves %" PRId64 " %s",
                            replay_name(l->replay, ACTOR_ROOT), rec->extra,
                            rec->extra == 1 ? "object of shared memory"
                                            : "objects of shared memory");
}

const struct invariant_entry invariant_memory_released = {
    .name = "memory-released",
    .note = "",
    .help = "no POSIX shared memory of this user is new in the end; actor: the root",
    .remedy = "shm_unlink() what is made as soon as all have it open",
    .liveness = true,
    .subjects = SUBJECT_COMMAND,
    .told = SUBJECT_COMMAND,
    .own_end = true,
    .points = ROW_POINTS(POINT_PROC_KEEPS),
    .on = check,
};
