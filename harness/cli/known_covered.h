/* known_covered.h: whether all runs that an entry takes were made, and passed. A part of them
 * proves nothing: -k, a shard, one engine, and a run that was stopped leave the others out. */
#ifndef HARNESS_CLI_KNOWN_COVERED_H
#define HARNESS_CLI_KNOWN_COVERED_H

#include "harness/cli/known_file.h"
#include "harness/gate/gate.h"
#include "runtime/base/buf.h"

/* Whether each variant of the scenarios that the entry is about has passed, and has not failed, on
 * each engine that it is for. False: `why` has the first that has not. */
bool known_covered(const struct gate *g, const struct known_entry *e,
                   const struct known_scenarios *scenarios, struct buf *why);

#endif
