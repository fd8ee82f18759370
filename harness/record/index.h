/* index.h: what all invocations came to, in one file beside their folders: INDEX_NAME, of SQLite.
 *
 * An outcome is in the file as soon as it is added: whoever is killed leaves all that he has added.
 * Several may write at once. An index that cannot be written, or no longer, goes on in memory with
 * what it had: it never stops a run, and index_unkept() says why it will not be there tomorrow. */
#ifndef HARNESS_RECORD_INDEX_H
#define HARNESS_RECORD_INDEX_H

#include "harness/record/outcome.h"
#include "runtime/base/err.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#define INDEX_NAME "index.db"

/* What a folder of results may hold: invocations, and bytes of records and index. */
#define INDEX_BYTES_MAX (INT64_C(1024) * 1024 * 1024)

enum {
    INDEX_RUNS_MAX = 10000,
    INDEX_PASSED_DAYS = 30, /* that an invocation is kept in which all passed */
    INDEX_FAILED_DAYS = 180,
    INDEX_PRUNED_MAX = 200,   /* invocations that are removed in one go */
    INDEX_UNENDED_HOURS = 24, /* one that has not ended may still run for so long */
    INDEX_WINDOW_DAYS = 30,   /* that rates are counted over: what is older is thinned out */
    INDEX_BUSY_MS = 5000,     /* that another writer is waited for */
    INDEX_ID_BYTES = 64,      /* of an invocation's name, with its 0 */
    INDEX_TEXT_BYTES = 160,   /* of its other texts; the rest is left out */
};

enum index_mode { INDEX_READ, INDEX_WRITE };

struct index; /* opaque: index_db.h */

/* One `scenario run`, or another verb that keeps what it does. */
struct invocation {
    int64_t key;             /* in this index */
    char id[INDEX_ID_BYTES]; /* the name of its folder, "20260131-120000" */
    char verb[INDEX_ID_BYTES];
    char tool[INDEX_TEXT_BYTES];    /* "scenario 0.1.0" */
    char subject[INDEX_TEXT_BYTES]; /* what was tested: a commit, a version; "" when nobody says */
    char host[INDEX_ID_BYTES];      /* its class, "ci-2core": no name of a machine */
    struct platform platform;
    int64_t started_us; /* since 1970 */
    uint64_t suite;     /* fingerprint of the selected files; 0: none */
    uint64_t plan;      /* of all shards together; 0: not split */
    uint32_t shard_i;   /* from 1 */
    uint32_t shard_n;   /* 1: not split */
    uint64_t selected;  /* runs that were to be made */
    bool complete;      /* they were, all of them; false: it was stopped, or still runs */
};

/* Opens the index of a folder of results. To write: makes what is missing, and always returns 0, at
 * worst with an index in memory; the folder may be "". To read: ERR_NOTFOUND when there is none,
 * ERR_INPUT when it is no index of this build, ERR_IO. ERR_NOMEM. Close it. */
int index_open(const char *folder, enum index_mode mode, struct index **out, struct diag *diag);
void index_close(struct index *i);

/* The folder that it is of, as it was given. Lent. */
const char *index_folder(const struct index *i);

/* Why nothing more reaches the file, one sentence; "" when all is well. Lent. */
const char *index_unkept(const struct index *i);

/* Begins an invocation and stores its key in it. One of that id, whose folder somebody has removed,
 * is forgotten. */
void index_begin(struct index *i, struct invocation *v);

/* Adds what a run of the begun invocation came to. Returns its key, 0 when there is no memory. */
int64_t index_add(struct index *i, const struct outcome *o);

/* It came to something else after all, or its record does not stay; or it does not count, as
 * another stands for it. */
void index_change(struct index *i, int64_t key, const struct outcome *o);
void index_drop(struct index *i, int64_t key);

/* Ends it. */
void index_end(struct index *i, bool complete);

/* What is pruned. */
struct index_limits {
    int64_t runs;
    int64_t bytes;
    int64_t passed_us;
    int64_t failed_us;
};

extern const struct index_limits index_limits;

/* Removes old invocations with their records until the limits hold again, of all but the begun one;
 * at most INDEX_PRUNED_MAX. The oldest goes first, and one in which something failed ages as much
 * more slowly as the limits of age say. Returns how many. Does nothing in memory.
 *
 * Seam for tests: `limits` are index_limits but there. */
unsigned index_prune(struct index *i, int64_t now_us, const struct index_limits *limits);

/* What there is. */
struct index_sums {
    int64_t runs;
    int64_t runs_bad; /* in which somebody must look at something */
    int64_t outcomes;
    int64_t record_bytes;
    int64_t index_bytes;
    int64_t oldest_us; /* since 1970; 0: there is none */
};

/* Returns 0 or ERR_IO. */
int index_sum(struct index *i, struct index_sums *out, struct diag *diag);

/* The invocation of that id, or the newest ("last"). Returns 0, or ERR_NOTFOUND with what to do. */
int index_find(struct index *i, const char *id, struct invocation *out, struct diag *diag);

/* The newest invocation of that verb; with an `id` the newest that has run it, else NULL. Returns
 * 0, ERR_NOTFOUND or ERR_IO. */
int index_last(struct index *i, const char *verb, const char *id, struct invocation *out,
               struct diag *diag);

/* Each outcome of an invocation in the order in which they came; what `each` is given is lent for
 * the call. It returns 0 to go on; something else ends it and is returned. Returns 0, ERR_IO. */
typedef int index_each_fn(void *user, int64_t key, const struct outcome *o);
int index_each(struct index *i, int64_t invocation, index_each_fn *each, void *user,
               struct diag *diag);

/* The same of the earlier invocations on a machine of the same class as `own`, of the
 * INDEX_WINDOW_DAYS before it, the oldest first. */
int index_each_before(struct index *i, const struct invocation *own, index_each_fn *each,
                      void *user, struct diag *diag);

/* Each invocation, the oldest first. As index_each(). */
typedef int index_invocation_fn(void *user, const struct invocation *v);
int index_each_invocation(struct index *i, index_invocation_fn *each, void *user,
                          struct diag *diag);

/* What the user means by RUN, "last", an id, a folder of one, or one of results (its newest): opens
 * its index to read and finds it. `results`: the folder where ids are looked for. Returns as
 * index_open() and index_find(). */
int index_open_run(const char *run, const char *results, struct index **out, struct invocation *v,
                   struct diag *diag);

#endif
