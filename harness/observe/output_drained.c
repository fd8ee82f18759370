/* output_drained.c: when the subject has ended and its grace is over, nobody has its terminal
 * open.
 *
 * Whoever reads a program's output reads until nobody can write any more; who lives on with it open
 * keeps that reader waiting for ever. One that may stay behind has to let it go, too. */
#include "harness/observe/keeps.h"

static bool check(const struct look *l)
{
    return keeps_wrong(l, KEEPS(LEFT_TERMINAL),
                       "still has the terminal open: the output has no end");
}

const struct invariant_entry invariant_output_drained = {
    .name = "output-drained",
    .note = "",
    .help = "nobody who lives on has the terminal open, so its output has an end; actor: who has",
    .remedy = "start what is to stay behind with </dev/null >/dev/null 2>&1",
    .liveness = true,
    .subjects = SUBJECT_COMMAND,

    .own_end = true,
    .points = ROW_POINTS(POINT_PROC_KEEPS),
    .on = check,
};
