/* feature.h: what a kernel or a machine may lack, where the engine of processes has another way or
 * says that it has none. A run can do without each, so that the other way is tried on any machine.
 */
#ifndef HARNESS_WORLD_FEATURE_H
#define HARNESS_WORLD_FEATURE_H

#include "runtime/base/names.h"

#include <stdbool.h>
#include <stddef.h>

/* X(identifier, name, what it gives) */
#define FEATURE_MAP(X)                                                                        \
    X(FEATURE_PIDFD_HUP, "pidfd-hup", "a pidfd tells that its process is reaped (Linux 6.9)") \
    X(FEATURE_GETINFO, "getinfo", "the exit status of a process that another reaped (6.15)")  \
    X(FEATURE_USERNS, "userns", "a namespace of pids for who is not root")                    \
    X(FEATURE_PERF, "perf", "records of tasks by perf_event_open; nothing here needs them")   \
    X(FEATURE_CGROUP, "cgroup", "a control group of its own for each run")                    \
    X(FEATURE_SECCOMP, "seccomp", "system calls as points")

enum feature { FEATURE_MAP(ROW_ID) FEATURES };

/* Reads names with commas between them into a set of bits. Returns false when one is none, or there
 * are none. */
bool features_read(const char *text, unsigned *out);

/* The set has it. */
static inline bool features_have(unsigned set, enum feature feature)
{
    return (set >> (unsigned)feature & 1U) != 0;
}

const char *feature_name(enum feature feature);

#endif
