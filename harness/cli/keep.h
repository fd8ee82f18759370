/* keep.h: the record of a run that failed, and its recording beside it. */
#ifndef HARNESS_CLI_KEEP_H
#define HARNESS_CLI_KEEP_H

#include "harness/record/record.h"
#include "harness/record/results.h"
#include "harness/scenario/model.h"

#include <stdbool.h>
#include <stdint.h>

/* What is kept, and where. All lent until keep_end(). */
struct keep_options {
    const char *folder; /* of the invocation; NULL: nothing is kept */
    const char *current_directory;
    const struct scenario *scenario;
    const struct variant *variant;
    const char *id; /* of the run: the variant's, or the script's */
    unsigned engine;
    uint64_t seed;
    uint32_t retries;        /* attempts before this one */
    const char *const *with; /* "KEY=VALUE" of a script; of a secret only KEY */
    size_t with_count;
    int64_t total_ns; /* limits that were given; 0: none */
    int64_t step_ns;
};

/* One run's record while it goes on. */
struct keep {
    struct record record; /* first; record.recorder is for the run */
    struct keep_options options;
    char path[PATH_MAX];
};

/* Makes the folder of this invocation, in `folder` or where results lie. When that cannot be it
 * says so: the runs are as good without. */
void keep_open(struct results *r, const char *folder);

/* Begins it; nothing is written yet. Returns false when nothing is to be kept. */
bool keep_begin(struct keep *k, const struct keep_options *options);

/* Ends it: with `wanted` the record and the recording stay and are named in the result, or why they
 * are not there. The verdict is not touched. */
void keep_end(struct keep *k, struct run_result *result, bool wanted);

#endif
