/* descriptors_exact.c: S17: at its start a process has exactly the descriptors meant for it.
 *
 * Each actor counts its own surplus and reports it first of all. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <inttypes.h>

static bool check(const struct observation *o, struct violation *out)
{
    struct replay *r = replay_begin(o);
    const struct trace_record *rec;

    while ((rec = replay_next(r)) != NULL) {
        if (rec->point == POINT_SPAWN_AFTER_EXEC && rec->value != 0) {
            return replay_violation(r, out, rec->actor, CAUSE_NONE,
                                    "%s starts with %" PRId64 " descriptor(s) too many",
                                    replay_name(r, rec->actor), rec->value);
        }
    }
    return false;
}

const struct invariant_entry invariant_descriptors_exact = {
    .name = "descriptors-exact",
    .note = "S17",
    .help = "a process starts with exactly the descriptors meant for it; actor: the process",
    .safety = true,
    .check = check,
};
