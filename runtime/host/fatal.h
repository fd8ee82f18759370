/* fatal.h: the last words of a process that its own code has broken: the signals of CRASH_MAP.
 *
 * The handler runs on a stack of its own, since the usual one may be what is broken. It says what
 * has happened, gives the terminal its modes back where that is ours to do, and lets the signal do
 * what it would have done without us: a sanitizer's handler, or death and its core. One per
 * process. */
#ifndef RUNTIME_HOST_FATAL_H
#define RUNTIME_HOST_FATAL_H

#include <stdint.h>

/* Called on the way down: only what is safe in a signal handler. `at` is the offset of the
 * instruction from the start of the program, where addr2line finds it; 0: not in the program. */
typedef void fatal_fn(void *user, int number, uint64_t at);

void fatal_open(fatal_fn *on_fatal, void *user);
void fatal_close(void);

#endif
