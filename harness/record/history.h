/* history.h: what earlier runs of a variant came to, from the index of all invocations. */
#ifndef HARNESS_RECORD_HISTORY_H
#define HARNESS_RECORD_HISTORY_H

#include "harness/record/index.h"

enum { HISTORY_RECENT = 8 }; /* runs by which the next one's duration is expected */

/* One earlier run. All texts lent. */
struct past {
    const char *id;
    const char *engine;
    const char *host; /* the class of machine */
    uint32_t verdict;
    const char *signature;
    int64_t start_us;
    int64_t time_ns;
    const char *run;     /* its invocation */
    const char *subject; /* what that has tested; "" when nobody said */
};

/* Each first attempt (a missing shard is none) of the last INDEX_WINDOW_DAYS whose id has `part` in
 * it (NULL: of all): by id, engine and host, and then the oldest first. `each` returns 0 to go on;
 * something else ends it and is returned. Returns 0 or ERR_IO. */
typedef int past_each_fn(void *user, const struct past *p);
int index_past(struct index *i, const char *part, past_each_fn *each, void *user,
               struct diag *diag);

/* A variant on an engine, as the next run of it can be expected. */
struct expectation {
    const char *id;
    const char *engine;
    uint32_t verdict; /* of the last run */
    int64_t time_ns;  /* mean of the last HISTORY_RECENT */
};

/* Each variant and engine, by id. Returns as index_past(). */
typedef int expectation_each_fn(void *user, const struct expectation *e);
int index_expectations(struct index *i, expectation_each_fn *each, void *user, struct diag *diag);

#endif
