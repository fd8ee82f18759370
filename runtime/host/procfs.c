/* procfs.c: reads procfs with plain system calls; every actor does so at its start. */
#include "runtime/host/procfs.h"

#include "runtime/base/check.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STAT_BYTES = 1024, STAT_START_FIELD = 22, CHUNK_BYTES = 4096 };

/* The whole of a small file as a string; false when it is not there. */
static bool file_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    ssize_t got = read(fd, text, size - 1);
    (void)close(fd);
    if (got <= 0)
        return false;
    text[got] = 0;
    return true;
}

bool procfs_start(pid_t pid, uint64_t *start)
{
    char path[64];
    char text[STAT_BYTES];

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    if (!file_text(path, text, sizeof(text)))
        return false;
    /* The second field is the name in brackets and may hold anything, brackets too. */
    const char *at = strrchr(text, ')');
    if (at == NULL || at[1] != ' ')
        return false;
    at += 2;
    if (*at == 'Z' || *at == 'X')
        return false;
    for (int field = 3; field < STAT_START_FIELD; field++) {
        at = strchr(at, ' ');
        if (at == NULL)
            return false;
        at++;
    }
    *start = strtoull(at, NULL, 10);
    return true;
}

bool procfs_dead(pid_t pid, uint64_t start)
{
    uint64_t now = 0;

    return !procfs_start(pid, &now) || now != start;
}

int procfs_children(pid_t *out)
{
    char path[64];
    char chunk[CHUNK_BYTES];
    int count = 0;
    long number = 0;
    bool inside = false;

    (void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t got = 0;
    while ((got = read(fd, chunk, sizeof(chunk))) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            if (isdigit((unsigned char)chunk[i]) != 0) {
                number = number * 10 + (chunk[i] - '0');
                inside = true;
                continue;
            }
            if (inside && count < PROCFS_CHILDREN_MAX)
                out[count++] = (pid_t)number;
            inside = false;
            number = 0;
        }
    }
    (void)close(fd);
    return got < 0 ? -1 : count;
}

int procfs_unexpected(uint64_t expected)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    if (dir == NULL)
        return 0;
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        if (isdigit((unsigned char)e->d_name[0]) == 0)
            continue;
        long fd = strtol(e->d_name, NULL, 10);
        if (fd == dirfd(dir) || (fd < 64 && (expected >> fd & 1) != 0))
            continue;
        count++;
    }
    (void)closedir(dir);
    return count;
}
