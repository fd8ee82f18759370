/* descriptors_exact.c: S17: at its start a process has exactly the descriptors meant for it.
 *
 * Each actor counts its own surplus and reports it first of all. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <inttypes.h>

static bool check(const struct look *l)
{
    const struct trace_record *rec = l->rec;

    if (rec->value == 0)
        return false;
    return replay_violation(l->replay, l->out, rec->actor, CAUSE_NONE,
                            "%s starts with %" PRId64 " descriptor(s) too many",
                            replay_name(l->replay, rec->actor), rec->value);
}

const struct invariant_entry invariant_descriptors_exact = {
    .name = "descriptors-exact",
    .note = "S17",
    .help = "a process starts with exactly the descriptors meant for it; actor: the process",
    .points = ROW_POINTS(POINT_SPAWN_AFTER_EXEC),
    .on = check,
};
