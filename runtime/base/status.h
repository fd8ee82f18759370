/* status.h: signals by name, and how a process has ended.
 *
 * The names are ours and not the libc's, so that a scenario, a message and a trace say the same
 * everywhere: SIGIO is no SIGPOLL. */
#ifndef RUNTIME_BASE_STATUS_H
#define RUNTIME_BASE_STATUS_H

#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIGNALS = 30 }; /* that have a name */

/* The names in the order of their numbers, NULL from SIGNALS on; static. */
const char *signal_at(size_t i);

/* SIGINT -> 2, or -1. */
int signal_find(const char *name);

/* Adds the name, or the number where there is none. */
void signal_add(int64_t number, struct buf *out);

/* X(signal): those by which a process dies of a mistake of its own, unless somebody has sent them.
 * A trap of the compiler is SIGILL on one machine and SIGTRAP on another; SIGSYS is a call that
 * seccomp forbids. */
#define CRASH_MAP(X) X(SIGSEGV) X(SIGABRT) X(SIGBUS) X(SIGFPE) X(SIGILL) X(SIGTRAP) X(SIGSYS)

bool signal_is_crash(int64_t number);

/* A wait status in words, in `out`: "exit status 1", "signal SIGINT". Returns `out`. */
const char *status_text(int64_t wait_status, char *out, size_t size);

#endif
