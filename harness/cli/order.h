/* order.h: which run starts first. */
#ifndef HARNESS_CLI_ORDER_H
#define HARNESS_CLI_ORDER_H

#include "harness/cli/suite.h"
#include "harness/record/index.h"

/* Puts the jobs into the order in which they start: what has failed the last time, then what is
 * new, then the longest first, so that none is left at the end that all others have to be waited
 * for with. Without earlier runs, or when they cannot be read, they start in their own order. */
void jobs_order(struct jobs *j, struct index *index);

#endif
