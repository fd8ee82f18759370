/* program.h: the program that a call of execve is about to run, read where the caller has put it.
 *
 * Whoever looks a program up in PATH tries one folder after the other, and each try is a call. Only
 * one that finds a program that may be run is an execve to people. */
#ifndef HARNESS_REAL_PROGRAM_H
#define HARNESS_REAL_PROGRAM_H

#include "harness/real/seccomp.h"
#include "runtime/base/procfs.h"

#include <stdbool.h>

enum { PROGRAM_ARGV_BYTES = 4096 }; /* joined by blanks; the rest is cut off */

struct program {
    char name[PROCFS_NAME_BYTES]; /* what the kernel will call the process */
    char argv[PROGRAM_ARGV_BYTES];
    bool set_id; /* with the rights of its owner or group, where that is allowed */
};

/* Reads it. Returns false when it is not there, or may not be run: then the call will fail. What
 * cannot be looked at is taken to be there. */
bool program_read(const struct notice *n, struct program *out);

/* Copies what lies at that address of the thread. Returns false when it does not. */
bool memory_read(pid_t tid, uint64_t at, void *out, size_t size);

#endif
