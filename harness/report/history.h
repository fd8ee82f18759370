/* history.h: what the earlier runs of a variant add up to, on one engine and one class of machine:
 * how often it fails, since when, and how long it takes.
 *
 * Runs without a verdict count neither as good nor as bad. Of times those of good runs count: one
 * that fails may have waited for a limit. */
#ifndef HARNESS_REPORT_HISTORY_H
#define HARNESS_REPORT_HISTORY_H

#include "harness/record/history.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    HISTORY_STRIP = 20,      /* of the last runs, one character each */
    HISTORY_GROWN_LEAST = 8, /* good runs from which on it is said whether they grow */
    HISTORY_SHOWN_MAX = 5,   /* of the slowest, and of those that grow */
};

/* One run that is told by its place. "": there is none. */
struct history_run {
    char id[INDEX_ID_BYTES];
    char subject[INDEX_TEXT_BYTES];
};

struct history_row {
    char *id; /* owned */
    char engine[16];
    char host[INDEX_ID_BYTES];
    uint64_t runs;             /* with a verdict */
    uint64_t failed;           /* of them */
    uint64_t others;           /* without a verdict */
    char strip[HISTORY_STRIP]; /* the last ones, the oldest first: . good, F bad, x known, ? none */
    size_t strip_size;
    struct history_run last;        /* the newest with a verdict */
    struct history_run first_bad;   /* the oldest that failed */
    struct history_run good_before; /* the one before that */
    struct history_run
        since; /* the first of those that fail up to now, without a good one between */
    char signature[INDEX_TEXT_BYTES]; /* of the newest that failed */
    int64_t mean_ns;                  /* of the newest HISTORY_RECENT good ones; 0: there is none */
    int64_t before_ns;                /* of those before, where there are enough; else 0 */
    int64_t slowest_ns;               /* of the good ones */
    struct history_run slowest;
};

struct history {
    struct history_row *row; /* owned */
    size_t count;
    size_t room;
    int64_t *time_ns; /* owned: of the good runs of the last row */
    size_t times;
    size_t times_room;
    uint64_t runs; /* of all rows, with a verdict or not */
    bool failed;   /* without memory */
};

#define HISTORY_INIT ((struct history){0})

/* Adds a run, in the order of index_past(). */
void history_add(struct history *h, const struct past *p);

/* All runs are added. Returns 0 or ERR_NOMEM. */
int history_end(struct history *h, struct diag *diag);

/* What stands out of all: what failed, what is slow, what gets slower. */
void history_print(const struct history *h, struct buf *out);

/* Each row with all that is known. */
void history_print_rows(const struct history *h, struct buf *out);

/* A line of JSON for each row. */
void history_json(const struct history *h, struct buf *out);

void history_release(struct history *h);

#endif
