/* guard_sweep.h: everything below a process, found in /proc, for a guard that must leave nothing.
 *
 * A process is named by number and start time together and signalled through a pidfd that was
 * checked against both, so that a recycled number never hits a stranger. */
#ifndef HARNESS_REAL_GUARD_SWEEP_H
#define HARNESS_REAL_GUARD_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { SWEEP_ROUNDS_MAX = 200 };

struct sweep_process {
    uint64_t start;
    pid_t pid;
    pid_t parent;
    char state;
    bool below; /* the process that was asked about */
};

/* Sends the signal to every living descendant of `top`, but not to `spared` (whose own
 * descendants are not spared). Returns how many got it, or -1 when /proc cannot be read. */
int sweep_signal(pid_t top, pid_t spared, int signal);

/* Stops every descendant until a look finds none that still runs, so that nothing can fork any
 * more. Returns 0, or -1 when /proc cannot be read or after so many looks, which are
 * SWEEP_ROUNDS_MAX but in tests. */
int sweep_stop(pid_t top, pid_t spared, int rounds);

/* Calls `found` for each living descendant of `top` but `spared`. */
void sweep_each(pid_t top, pid_t spared, void (*found)(pid_t pid, void *user), void *user);

/* The signal to one, if it is the same process as when it was looked at: by number and start time.
 */
bool sweep_send(const struct sweep_process *p, int signal);

/* Seam for tests: no test makes the kernel give these processes. Sorts the processes by number and
 * marks those below `top`; whether one can still fork. */
void sweep_mark(struct sweep_process *process, size_t count, pid_t top);
bool sweep_is_still(const struct sweep_process *p);

#endif
