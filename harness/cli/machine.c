/* machine.c: affinity, resource limits and cgroups. */
#include "harness/cli/machine.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define CGROUP_MOUNT "/sys/fs/cgroup"

static size_t least(size_t a, uint64_t b)
{
    return b < a ? (size_t)b : a;
}

/* "max 100000", "150000 100000", "512" */
static uint64_t limit_read(const char *path)
{
    char line[64] = "";
    char *end = line;
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return UINT64_MAX;
    if (fgets(line, sizeof(line), file) == NULL)
        line[0] = 0;
    (void)fclose(file);
    errno = 0;
    uint64_t amount = strtoull(line, &end, 10);
    if (end == line || errno != 0)
        return UINT64_MAX;
    uint64_t period = strtoull(end, NULL, 10);
    return period > 0 ? amount / period + (amount % period > 0) : amount;
}

uint64_t machine_cgroup_least(const char *mount, const char *cgroup, const char *limit)
{
    char group[PATH_MAX];
    char path[2 * PATH_MAX];
    uint64_t found = UINT64_MAX;

    (void)snprintf(group, sizeof(group), "%s", cgroup);
    for (;;) {
        (void)snprintf(path, sizeof(path), "%s%s/%s", mount, group, limit);
        uint64_t own = limit_read(path);
        found = own < found ? own : found;
        char *slash = strrchr(group, '/');
        if (slash == NULL)
            return found;
        *slash = 0;
    }
}

/* The limit that holds for this process. */
static uint64_t own_cgroup_least(const char *limit)
{
    char line[PATH_MAX];
    uint64_t found = UINT64_MAX;
    FILE *file = fopen("/proc/self/cgroup", "re");

    if (file == NULL)
        return UINT64_MAX;
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = 0;
        if (strncmp(line, "0::", 3) == 0)
            found = machine_cgroup_least(CGROUP_MOUNT, line + 3, limit);
    }
    (void)fclose(file);
    return found;
}

size_t machine_cores(void)
{
    cpu_set_t set;
    size_t cores = 1;

    if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 1)
        cores = (size_t)CPU_COUNT(&set);
    cores = least(cores, own_cgroup_least("cpu.max"));
    return cores > 0 ? cores : 1;
}

static size_t resource_limit(int resource)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)resource, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
        return SIZE_MAX;
    return (size_t)limit.rlim_cur;
}

size_t machine_processes(void)
{
    return least(resource_limit(RLIMIT_NPROC), own_cgroup_least("pids.max"));
}

size_t machine_files(void)
{
    return resource_limit(RLIMIT_NOFILE);
}
