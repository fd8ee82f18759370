/* ready.h: whether a process is ready for a signal, and whether it has come to rest.
 *
 * A signal sent before its handler is installed proves nothing. The kernel shows in
 * /proc/PID/status what a process catches, ignores and blocks. Interpreters install handlers of
 * their own first, so a caller who does not know the program also waits until it is at rest: asleep
 * or stopped, with unchanged counts of context switches, in several samples (job_look.h). Masks and
 * counts are those of the main thread. (proc(5); measured: gate on both, 90 of 90 right.) */
#ifndef HARNESS_REAL_READY_H
#define HARNESS_REAL_READY_H

#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Signal n is bit n - 1, as in the file. */
struct ready_status {
    char state;              /* R S D Z T t X I */
    uint64_t pending;        /* SigPnd, the main thread's */
    uint64_t pending_shared; /* ShdPnd, the process's */
    uint64_t blocked;
    uint64_t ignored;
    uint64_t caught;
    uint64_t switches; /* voluntary and involuntary */
};

/* Parses the text of /proc/PID/status. Returns 0; ERR_INPUT when a field is missing or odd. A
 * missing count of switches (kernels can leave it out) is 0. Seam for tests: texts that this kernel
 * does not give. */
int ready_parse(const char *text, size_t size, struct ready_status *out, struct diag *diag);

/* Reads the file of that process. Returns 0; ERR_GONE when there is no such process; ERR_IO. A
 * number may be reused: hold a pidfd while asking. */
int ready_read(pid_t pid, struct ready_status *out, struct diag *diag);

/* Whether it is asleep, by its own will, or stopped. */
bool ready_rests(const struct ready_status *s);

enum ready_for {
    READY_YES,
    READY_DEFAULT, /* neither caught nor ignored: no handler yet, or none wanted */
    READY_IGNORED,
    READY_BLOCKED,
    READY_DEAD, /* a zombie, or on its way out */
};

/* What the signal would meet: READY_YES is a handler that would run. */
enum ready_for ready_for(const struct ready_status *s, int signal);

/* Whether the signal was sent and is not delivered yet. */
bool ready_pending(const struct ready_status *s, int signal);

#endif
