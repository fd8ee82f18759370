/* rerun.h: what the flags say of running again: --repeat, --retries, --stress, and of what ends
 * them early: --until-fail, --fail-fast, --for. For each verb that has them. */
#ifndef HARNESS_CLI_RERUN_H
#define HARNESS_CLI_RERUN_H

#include "harness/cli/flags.h"
#include "harness/cli/pool.h"
#include "runtime/base/err.h"

#include <stddef.h>

enum { RERUN_STRESS_PER_CORE = 2 }; /* runs at once */

/* Returns 0, or ERR_USAGE when some of them do not go together. */
int rerun_check(const struct flags *f, struct diag *diag);

/* True when only the sum of runs is told, and the first of each class. */
bool rerun_sums(const struct flags *f);

/* How many runs --stress makes at once. */
size_t rerun_stress_jobs(const struct flags *f, size_t cores);

/* With so many failed no more is started; 0: that does not count. */
size_t rerun_failures_max(const struct flags *f);

/* Hands all that to a pool whose jobs are selected, and from here on multiplied, when it is to run
 * them again and again. Its time begins now. Returns 0, ERR_FULL or ERR_NOMEM. */
int rerun_prepare(struct pool *p, const struct flags *f, size_t cores, struct diag *diag);

#endif
