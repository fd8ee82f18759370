/* workplace.h: a fresh directory that one run of a command works in, gone after it.
 *
 * Programs leave pid files, sockets and queues behind, by which the next run is another one. So
 * each run has a directory of its own below TMPDIR. It is locked as long as its owner lives: one
 * whose owner was killed is found by that, and removed at the next start. */
#ifndef HARNESS_CLI_WORKPLACE_H
#define HARNESS_CLI_WORKPLACE_H

#include "harness/scenario/model.h"
#include "runtime/base/err.h"

#include <limits.h>

struct workplace {
    char path[PATH_MAX]; /* absolute, without links */
    int fd;              /* of the directory, locked; -1: there is none */
};

#define WORKPLACE_NONE ((struct workplace){.fd = -1})

/* Makes one. Returns 0, or ERR_IO. */
int workplace_open(struct workplace *w, struct diag *diag);

/* Writes a file there, with the folders above it. Returns 0, or ERR_IO. */
int workplace_write(const struct workplace *w, const struct work_file *file, struct diag *diag);

/* Removes it with all that is in it; follows no link, and goes into nothing that is mounted there.
 * Whoever worked there is gone. Returns 0, or ERR_IO and leaves what cannot be removed. Twice is
 * fine. */
int workplace_close(struct workplace *w, struct diag *diag);

/* Removes those whose owners were killed, and ends what such a run has left running. */
void workplace_sweep(void);

/* The folder where a run tells what it has started; static. */
const char *workplace_state(void);

#endif
