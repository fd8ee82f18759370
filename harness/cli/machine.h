/* machine.h: how much of this machine we may use: its processors and its processes. */
#ifndef HARNESS_CLI_MACHINE_H
#define HARNESS_CLI_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* Processors that may be used at once, at least 1: those of our affinity (taskset, a container's
 * cpuset), and no more than the quota of our cgroup, rounded up. */
size_t machine_cores(void);

/* Processes that a user or a cgroup may have, SIZE_MAX when nobody says. */
size_t machine_processes(void);

/* Open files that a process may have. */
size_t machine_files(void);

/* The least of a limit (cpu.max, pids.max) in `cgroup` ("/a/b") and those above it, below the mount
 * of version 2; UINT64_MAX: none. A quota is divided by its period and rounded up.
 * Seam for tests: their cgroups are folders of their own. */
uint64_t machine_cgroup_least(const char *mount, const char *cgroup, const char *limit);

#endif
