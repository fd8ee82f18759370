/* ports_closed.c: who lives on when the subject has ended listens on no port.
 *
 * The next start finds it taken. */
#include "harness/observe/keeps.h"

static bool check(const struct look *l)
{
    return keeps_wrong(l, KEEPS(LEFT_PORT), "still listens on port");
}

const struct invariant_entry invariant_ports_closed = {
    .name = "ports-closed",
    .note = "",
    .help = "who lives on listens on no port; actor: who does",
    .remedy = "end the server, and wait for it, before the first process ends",
    .liveness = true,
    .subjects = SUBJECT_COMMAND,
    .told = SUBJECT_COMMAND,
    .own_end = true,
    .points = ROW_POINTS(POINT_PROC_KEEPS),
    .on = check,
};
