/* procfs.h: what the kernel says about processes: start times, children, open descriptors. */
#ifndef RUNTIME_HOST_PROCFS_H
#define RUNTIME_HOST_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PROCFS_CHILDREN_MAX = 1024 };

/* Start time in clock ticks since boot (field 22 of stat): with it a pid is an identity. Returns
 * false when there is no such process, or only its zombie: a zombie holds nothing any more. */
bool procfs_start(pid_t pid, uint64_t *start);

/* True when the process of that identity is dead. */
bool procfs_dead(pid_t pid, uint64_t start);

/* The children of this (single-threaded) process, dead ones included, at most
 * PROCFS_CHILDREN_MAX. Returns their number, or -1 when the kernel does not tell. */
int procfs_children(pid_t *out);

/* Number of open descriptors whose bit in `expected` is not set; all from 64 on count. */
int procfs_unexpected(uint64_t expected);

#endif
