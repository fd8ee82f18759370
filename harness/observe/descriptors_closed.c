/* descriptors_closed.c: who lives on when the subject has ended has no pipe or socket of others
 * open.
 *
 * Who waits for the end of such a pipe waits for it, too. A daemon may have some of its own, so
 * this is told only. The terminal is the business of output-drained. */
#include "harness/observe/keeps.h"

static bool check(const struct look *l)
{
    return keeps_wrong(l, KEEPS(LEFT_PIPE) | KEEPS(LEFT_SOCKET),
                       "still has a descriptor open that others may wait for");
}

const struct invariant_entry invariant_descriptors_closed = {
    .name = "descriptors-closed",
    .note = "",
    .help = "who lives on has no pipe or socket open; actor: who has",
    .remedy = "close what is inherited where the process that stays is started (close-on-exec)",
    .liveness = true,
    .subjects = SUBJECT_COMMAND,
    .told = SUBJECT_COMMAND,
    .own_end = true,
    .points = ROW_POINTS(POINT_PROC_KEEPS),
    .on = check,
};
