/* monitor.h: all invariants at once, shown one record at a time.
 *
 * A monitor is one flat block: what is known so far, what each row remembers, and what was found.
 * It has no pointers into itself, so memcpy() of monitor_bytes() makes another that goes on from
 * there; what it is about stays lent. It allocates nothing and never looks ahead: a row that must
 * hear more keeps what it waits for. So it can be fed while a run goes on as well as from a trace.
 */
#ifndef HARNESS_OBSERVE_MONITOR_H
#define HARNESS_OBSERVE_MONITOR_H

#include "harness/observe/invariant.h"

struct monitor;

/* Seam for tests: observe_judge() is the only one else to feed a monitor, with a whole trace. Tests
 * copy one in mid-run, and let somebody join.
 *
 * With room for all that the cast has room for. */
size_t monitor_bytes(const struct cast *cast);
/* In memory of monitor_bytes(o->cast), aligned for any type. Of *o its trace, and whether that is
 * complete, are not asked for. */
void monitor_begin(struct monitor *m, const struct observation *o);
/* The next record. */
void monitor_take(struct monitor *m, const struct trace_record *rec);
/* Nothing more comes. Liveness rows keep what they have found only when the run is complete. */
void monitor_end(struct monitor *m, bool complete);
/* What was found so far. Lent. */
const struct verdict_list *monitor_verdicts(const struct monitor *m);

#endif
