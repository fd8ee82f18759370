/* keeps.h: what a row says of a thing that a process still has in the end; for this folder only. */
#ifndef HARNESS_OBSERVE_KEEPS_H
#define HARNESS_OBSERVE_KEEPS_H

#include "harness/observe/rows.h"

/* True when the record is of one of these things (a set of bits of enum leftover_thing), and the
 * harness does not hold whoever has it: "WHO KEEPS NUMBER". */
bool keeps_wrong(const struct look *l, unsigned things, const char *keeps);

#define KEEPS(thing) (1U << (thing))

#endif
