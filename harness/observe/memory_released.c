/* memory_released.c: no shared memory is there in the end that was not at the start.
 *
 * It stays until the machine is started anew. Others may have made it meanwhile, so it is told
 * only. */
#include "harness/observe/keeps.h"

static bool check(const struct look *l)
{
    return keeps_count_wrong(l, LEFT_MEMORY, "object of shared memory", "objects of shared memory");
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
