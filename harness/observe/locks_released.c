/* locks_released.c: who lives on when the subject has ended has no file lock.
 *
 * The next start waits for it, or gives up. */
#include "harness/observe/keeps.h"

static bool check(const struct look *l)
{
    return keeps_wrong(l, KEEPS(LEFT_LOCK), "still has the lock of a file");
}

const struct invariant_entry invariant_locks_released = {
    .name = "locks-released",
    .note = "",
    .help = "who lives on has no file locked; actor: who has",
    .remedy = "end who has it, or open the file with O_CLOEXEC: a lock of flock(2) is inherited",
    .liveness = true,
    .subjects = SUBJECT_COMMAND,
    .told = SUBJECT_COMMAND,
    .own_end = true,
    .points = ROW_POINTS(POINT_PROC_KEEPS),
    .on = check,
};
