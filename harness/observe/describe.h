/* describe.h: traces in words, for reports and for text files beside a trace.
 *
 * Everything here is a function of the records and the cast alone. Process numbers are left out,
 * so that two runs of the same schedule read the same. */
#ifndef HARNESS_OBSERVE_DESCRIBE_H
#define HARNESS_OBSERVE_DESCRIBE_H

#include "harness/observe/invariant.h"
#include "runtime/base/buf.h"

/* The actor's name, "harness", "terminal", "none", or "?" for a number outside the cast. Lent by
 * the cast, or static. */
const char *describe_actor(const struct cast *cast, uint16_t actor);

/* "NAME POINT child=... cancel=... deadline=...\n": who, where, and the numbers by the names that
 * POINT_MAP gives them, in words where they have words. One that says nothing is left out. */
void describe_record(const struct trace_record *record, const struct cast *cast, struct buf *out);

/* Seconds with three decimals, for example "2.287", rounded down. */
void describe_time(int64_t ns, struct buf *out);

/* The blocks of a failure report; each ends in "\n". A failed buffer shows in its `failed`. */
struct state_text {
    struct buf *tree; /* a line per actor that was started: indented by depth, its state, what it
                         waits for */
    struct buf *lock; /* "Lock tty   holder NAME (state)   queue: NAMES   last change t=..." */
    struct buf *terminal; /* "Terminal   modes as saved | changed | not seen   in use by NAMES" */
};

/* Adds them as of the first `index` records. Returns 0 or ERR_NOMEM. */
int observe_state_text(const struct observation *o, size_t index, const struct state_text *out,
                       struct diag *diag);

/* The last `lines` of the first `index` records: time, actor, point, peer and values in words.
 * Frames, timers and the harness's holds are left out, and its looks (the modes, the record lock,
 * quiet) that found what the one before did: they stand in the trace. */
void observe_tail_text(const struct observation *o, size_t index, size_t lines, struct buf *out);

#endif
