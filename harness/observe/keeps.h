/* keeps.h: what a row says of a thing that a process still has in the end; for this folder only. */
#ifndef HARNESS_OBSERVE_KEEPS_H
#define HARNESS_OBSERVE_KEEPS_H

#include "harness/observe/rows.h"

/* True when the record is of one of these things (a set of bits of enum leftover_thing), and the
 * harness does not hold whoever has it: "WHO KEEPS NUMBER". */
bool keeps_wrong(const struct look *l, unsigned things, const char *keeps);

/* The same of a number of things that belong to no process: "sh leaves 2 files". `one` and
 * `many` name them. */
bool keeps_count_wrong(const struct look *l, unsigned thing, const char *one, const char *many);

#define KEEPS(thing) (1U << (thing))

#endif
