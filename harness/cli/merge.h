/* merge.h: the shards of one run, each with what it came to, as one whole.
 *
 * Knows no files: the verb reads the parts and writes what is joined here. A whole is only what has
 * every shard, complete, of one plan: what is missing is named, not left out. */
#ifndef HARNESS_CLI_MERGE_H
#define HARNESS_CLI_MERGE_H

#include "harness/record/index.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* The reason of the outcome that stands for a shard that is missing. */
#define MERGE_MISSING "shard-missing"

/* An invocation that is to be merged. Lent but for what is said of it here. */
struct merge_part {
    const char *folder; /* of results, as the user named it */
    struct invocation of;
    struct outcome *outcome;
    size_t count;
};

struct merge {
    const struct merge_part *part; /* shards of one run */
    size_t count;
    uint32_t shards;
};

/* Takes the parts, at least one, for shards of one run. Returns 0, or ERR_INPUT: they are of
 * different runs, and *diag says which two, and in what they differ. */
int merge_check(struct merge *m, const struct merge_part *part, size_t count, struct diag *diag);

/* Adds a line for each shard that is not there or not complete. Returns how many. */
size_t merge_missing(const struct merge *m, struct buf *out);

/* The whole as an invocation, still without an id: what the parts have in common, and their sums.
 */
void merge_invocation(const struct merge *m, struct invocation *out);

/* Hands out each outcome that stands for its run. Of a shard that ran twice that is the one that
 * is complete, of two such the first; but where their verdicts differ both are handed out, as
 * attempts of one run, a failure first. A shard that is missing is an outcome of its own,
 * unresolved, behind what it has where it is torn; `from` is NULL then. `each` returns 0 to go on;
 * something else ends it and is returned. Returns 0 or ERR_NOMEM. */
typedef int merge_each_fn(void *user, const struct merge_part *from, const struct outcome *o);
int merge_each(const struct merge *m, merge_each_fn *each, void *user);

#endif
