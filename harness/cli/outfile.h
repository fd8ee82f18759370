/* outfile.h: a report on disk that stands under its name whole, or not at all.
 *
 * It is written beside its place, as PATH.partial, and renamed when it is complete. What had the
 * name before is removed at the start, so that nobody takes an old report for that of a run that
 * was killed. A path that is a device, a pipe or a socket is written to as it is. */
#ifndef HARNESS_CLI_OUTFILE_H
#define HARNESS_CLI_OUTFILE_H

#include "runtime/base/err.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#define OUTFILE_SUFFIX ".partial"

struct outfile {
    FILE *file; /* owned; NULL: not open */
    bool beside;
    char path[PATH_MAX];
    char partial[PATH_MAX + sizeof(OUTFILE_SUFFIX)];
};

#define OUTFILE_INIT ((struct outfile){0})

/* Begins it. Returns 0, or ERR_IO: nothing is open and nothing was removed. */
int outfile_open(struct outfile *o, const char *path, struct diag *diag);

/* Ends it: `good` says that all was written so far. Returns 0, or ERR_IO, and then there is no file
 * of that name; *diag says why unless `good` was false, when the caller knows. Does nothing when
 * none is open. */
int outfile_close(struct outfile *o, bool good, struct diag *diag);

#endif
