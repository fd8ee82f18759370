/* guard_filter.h: a filter for system calls, taken over by a child right before its exec. */
#ifndef HARNESS_REAL_GUARD_FILTER_H
#define HARNESS_REAL_GUARD_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <sys/types.h>

struct guard_filter {
    struct sock_fprog program; /* lent */
    int link;                  /* where the listener goes: a socket to the guard */
    pid_t anchor;              /* who starts the child */
    bool firm;
    int failed; /* errno of the call that has not installed it; 0: it has, or was not called */
};

/* Reads the program from the file, into memory of this file's own. Returns false when it is none.
 */
bool filter_read(struct guard_filter *f, int file);

/* struct spawn.before_exec, with the filter as `user`: installs it, without new privileges only
 * where it must, and sends GUARD_LISTENS with the listener. */
int filter_install(void *user);

#endif
