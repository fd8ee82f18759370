/* outfile.h: a report on disk that stands under its name whole, or not at all.
 *
 * It is written beside its place, as PATH.partial, and renamed when it is complete. What had the
 * name before is removed at the start, so that nobody takes an old report for that of a run that
 * was killed. Of two runs that write one path at once each has a file of its own there, the second
 * PATH.2.partial, and the one that ends last has the name. A path that is a device, a pipe or a
 * socket is written to as it is. */
#ifndef HARNESS_CLI_OUTFILE_H
#define HARNESS_CLI_OUTFILE_H

#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#define OUTFILE_SUFFIX ".partial"

enum { OUTFILE_RUNS_MAX = 100 }; /* that write one path at once */

struct outfile {
    FILE *file; /* owned; NULL: not open */
    int error;  /* errno of the first write that failed, 0: none */
    bool beside;
    const char *name; /* lent: as it was given, for messages */
    char path[PATH_MAX];
    char partial[PATH_MAX + sizeof(OUTFILE_SUFFIX) + 4];
};

#define OUTFILE_INIT ((struct outfile){0})

/* Begins it; `path` is lent until the end. Returns 0, or ERR_IO: nothing is open and nothing was
 * removed. */
int outfile_open(struct outfile *o, const char *path, struct diag *diag);

/* Writes the text and releases it. What went wrong is said at the end. */
void outfile_write(struct outfile *o, struct buf *text);

/* Ends it: `good` says that all was handed to it that is to be there. Returns 0, or ERR_IO, and
 * then there is no file of that name; *diag says why unless `good` was false, when the caller
 * knows. Does nothing when none is open. */
int outfile_close(struct outfile *o, bool good, struct diag *diag);

#endif
