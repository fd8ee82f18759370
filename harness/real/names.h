/* names.h: which names a folder has, and which of them are new later. */
#ifndef HARNESS_REAL_NAMES_H
#define HARNESS_REAL_NAMES_H

#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    NAMES_MAX = 4096,   /* of a folder; of more some are not looked at */
    NAMES_TOLD_MAX = 8, /* that names_new() adds; then "..." */
};

/* Zeroed: nothing was read. */
struct names {
    struct buf list; /* one behind the other, each ended by a 0; owned */
    bool read;
};

/* Reads them; a folder that is not there has none. `own`: of files of this user alone. */
void names_read(struct names *n, const char *path, bool own);

/* How many there are now that were not read then; adds them to `out`: "pid, sock". 0 where nothing
 * was read. */
size_t names_new(const struct names *before, const char *path, bool own, struct buf *out);

void names_release(struct names *n);

#endif
