/* results.h: where the records of an invocation lie, and how a user names them.
 *
 * `.scenario/results/ID/` beside the nearest `scenarios/` upward, else in the current folder: ID is
 * the invocation, `last` a link to the newest in which something ran. Two invocations never share a
 * folder. One in which nothing ran leaves nothing. What each run came to stands in the index beside
 * the folders: index.h. */
#ifndef HARNESS_RECORD_RESULTS_H
#define HARNESS_RECORD_RESULTS_H

#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RESULTS_UP_MAX = 64,          /* folders from the current one upward */
    RESULTS_TWINS_MAX = 1000,     /* invocations of one second */
    RESULTS_KEPT_MAX = 1000,      /* records of one invocation; later failures keep none */
    RESULTS_NAME_BYTES_MAX = 150, /* of a record, without seed and suffix */
    RESULTS_LISTED_MAX = 10000,   /* records of a folder that are looked at */
};

#define RESULTS_LAST "last"

/* The folder of one invocation. Zero: there is none. */
struct results {
    char folder[PATH_MAX]; /* all invocations */
    char own[PATH_MAX];    /* this one; "" when it could not be made */
    bool made_folder;      /* and what is above it was made for this invocation */
    bool hidden;           /* it is below a `.scenario` of ours */
    bool linked;           /* `last` is this one */
};

/* Stores the results folder of the current directory, PATH_MAX bytes. */
void results_find(char *out);

/* Makes the folder of an invocation that begins at `stamp`, "20260131-120000", in `folder`; NULL:
 * in that of the current directory. Returns 0, or ERR_IO: nothing can be kept. */
int results_begin(struct results *r, const char *folder, const char *stamp, struct diag *diag);

/* Something ran: the folder stays, and `last` leads to it from now on. */
void results_keep(struct results *r);

/* Takes the folder away again when nothing ran and it is empty. */
void results_end(struct results *r);

/* The name of a record's file without suffix: the same each time, and another for each variant,
 * engine and seed, however alike their ids are. RESULTS_NAME_BYTES_MAX + 64 bytes are enough. */
void results_name(const char *id, const char *engine, uint64_t seed, char *out, size_t size);

/* What the user means by RUN, RUN/VARIANT or FILE. Stores the path of a record in `path`, PATH_MAX
 * bytes; or, for a RUN with several, "" there and the folder in `folder`. Returns 0, or
 * ERR_NOTFOUND with what there is. */
int results_lookup(const char *what, const char *results, char *path, char *folder,
                   struct diag *diag);

/* Adds the names of a folder's records, sorted, a 0 behind each. Returns how many, or ERR_IO. */
int results_names(const char *folder, struct buf *out, struct diag *diag);

#endif
