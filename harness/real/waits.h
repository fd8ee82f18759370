/* waits.h: what a process waits for, when it can only be woken by somebody who is known. */
#ifndef HARNESS_REAL_WAITS_H
#define HARNESS_REAL_WAITS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { WAITS_TEXT_BYTES = 64 };

/* True when no time and nobody outside can wake the process: each of its threads waits for a child,
 * reads what somebody of the command or the run must write (a terminal, a pipe), or waits for
 * another thread without an end, and none handles an alarm. What its first thread waits for is
 * stored, as "waits for a child". What cannot be looked at is not known. */
bool waits_for_others(pid_t pid, char out[WAITS_TEXT_BYTES]);

/* The same of the text of /proc/TID/syscall, of a thread of that process. Seam for tests: few calls
 * of this machine can be made to wait. */
bool waits_of(pid_t pid, const char *syscall, char out[WAITS_TEXT_BYTES]);

#endif
