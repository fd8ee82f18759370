/* ledger.h: the book of one invocation: what each run came to, in the index as soon as it is known.
 *
 * It never stops a run: what cannot be kept is said once. */
#ifndef HARNESS_CLI_LEDGER_H
#define HARNESS_CLI_LEDGER_H

#include "harness/record/index.h"
#include "harness/record/results.h"

enum { LEDGER_OUTCOMES_MAX = 100000 }; /* of an invocation: --stress has no end; said once */

/* Empty when zero: all that follows does nothing then. */
struct ledger {
    struct index *index;   /* owned; what the gate and others read while the run goes on */
    struct invocation own; /* its key 0: not begun */
    bool said;             /* that it is not kept */
    uint64_t added;
};

/* Begins the invocation whose folder is `r` (or cannot be, which was said then). Of *v the caller
 * fills what only he knows: verb, suite, plan, shards, selected. */
void ledger_open(struct ledger *l, const struct results *r, const struct invocation *v);

/* A run is over. Number `repeat` of its variant, from 0. Returns its key, 0 when it has none. */
int64_t ledger_add(struct ledger *l, const struct run_result *result, uint64_t repeat);

/* What was added came to something else, or does not count. */
void ledger_change(struct ledger *l, int64_t key, const struct run_result *result, uint64_t repeat);
void ledger_drop(struct ledger *l, int64_t key);

/* `complete`: all that was selected has run. */
void ledger_close(struct ledger *l, bool complete);

/* Where we run. `root` is "" but in tests, as other containers are not to be had. */
void platform_find(const char *root, struct platform *out);

#endif
