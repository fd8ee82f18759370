/* beside.h: a command that runs beside us as if we were not there: in our process group, with our
 * terminal and streams, and with the signals that we were started with.
 *
 * What the terminal sends to the group reaches it without us; so of that we do only what a shell
 * must see of us: we stop when it has stopped, and end as it has ended. What is sent to us alone
 * is passed on, unless the command has sent it. No process is between us and it.
 *
 * We are a subreaper: whoever of it loses his parent becomes our child, and is waited for when he
 * ends. (prctl(2), credentials(7), tty_ioctl(4)) */
#ifndef HARNESS_REAL_BESIDE_H
#define HARNESS_REAL_BESIDE_H

#include "runtime/base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    BESIDE_EXIT_CANNOT = 126, /* as a shell says it */
    BESIDE_EXIT_NOT_FOUND = 127,
    BESIDE_ANCESTORS_MAX = 1024, /* that the sender of a signal is asked for */
};

struct beside {
    char *const *argv; /* lent, ends with NULL */
    unsigned closed;   /* bit N: its standard descriptor N is not open */
    bool xfsz_ignored; /* whether it ignores SIGXFSZ */
    uint64_t start;    /* out: when it began, as in procfs_stat */
    pid_t pid;         /* out: its number, as long as it lived */
    int status;        /* out: as wait() gives it */
};

/* Starts it and returns 0 when it has ended; what is left then has us as an ancestor, and SIGTERM
 * and SIGHUP are blocked. One that cannot be started has said so on standard error, and has
 * "ended" with BESIDE_EXIT_CANNOT or _NOT_FOUND. ERR_IO: nothing was started. Once a process. */
int beside_run(struct beside *b, struct diag *diag);

/* Waits for those who have ended and became our children. */
void beside_reap(void);

/* Ends this process by the signal that has ended the command, without a core file. Returns only
 * where the command was not ended by one. */
void beside_die(int status);

#endif
