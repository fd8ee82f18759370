/* again.h: the command lines that repeat a run, as a shell takes them. */
#ifndef HARNESS_CLI_AGAIN_H
#define HARNESS_CLI_AGAIN_H

#include "harness/cli/flags.h"
#include "runtime/base/buf.h"

#include <stddef.h>
#include <stdint.h>

/* What is to be repeated; all lent. */
struct again {
    const char *path; /* of the scenario, as a user of this folder types it */
    const char *id;   /* of the variant */
    unsigned engine;
    uint64_t seed;
    uint64_t repeat;    /* how often, 1: once */
    uint64_t schedules; /* sim: how many, 1: that of the seed */
    int64_t total_ns;   /* --timeout and --step-timeout; 0: not given */
    int64_t step_ns;
    unsigned without; /* set of enum feature */
};

/* `scenario run`, with everything that decides what happens, and nothing else. */
void again_run(const struct again *a, struct buf *out);

/* So many words, with blanks between. */
void again_words(const char *const *words, size_t count, struct buf *out);

/* `scenario expect`, with the flags and arguments that it had. */
void again_expect(const struct flags *flags, struct buf *out);

#endif
