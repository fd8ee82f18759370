/* leftover.c: a file that is written as a run goes on, and read by the next. */
#include "harness/real/leftover.h"

#include "harness/real/guard_sweep.h"
#include "harness/real/isolate.h"
#include "runtime/base/fd.h"
#include "runtime/base/procfs.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_PREFIX "scenario-run."

enum {
    SWEEPS = 3, /* whoever is born in one is found by the next */
    TRIES = 3
};

void leftover_open(struct leftover *l, const char *folder)
{
    struct stat st;

    *l = LEFTOVER_NONE;
    for (int i = 0; l->fd < 0 && i < TRIES; i++) {
        int size = snprintf(l->path, sizeof(l->path), "%s/" FILE_PREFIX "XXXXXX", folder);
        if (size > 0 && (size_t)size < sizeof(l->path))
            l->fd = mkostemp(l->path, O_CLOEXEC | O_APPEND);
        /* Somebody who sweeps just then may take it, or have taken it. */
        if (l->fd >= 0 &&
            (flock(l->fd, LOCK_EX | LOCK_NB) < 0 || fstat(l->fd, &st) < 0 || st.st_nlink == 0))
            fd_close(&l->fd);
    }
    if (l->fd < 0)
        l->path[0] = 0;
}

static void line_write(const struct leftover *l, const char *line)
{
    size_t size = strlen(line);

    /* A line that is missing is no reason to end a run. */
    if (l->fd >= 0 && write(l->fd, line, size) != (ssize_t)size)
        return;
}

void leftover_process(const struct leftover *l, pid_t pid)
{
    char line[64];
    uint64_t start;

    if (l->fd < 0 || !procfs_start(pid, &start))
        return;
    (void)snprintf(line, sizeof(line), "process %d %" PRIu64 "\n", (int)pid, start);
    line_write(l, line);
}

void leftover_group(const struct leftover *l, const char *path)
{
    char line[PATH_MAX + 16];

    (void)snprintf(line, sizeof(line), "group %s\n", path);
    line_write(l, line);
}

void leftover_close(struct leftover *l)
{
    if (l->path[0] != 0)
        (void)unlink(l->path);
    l->path[0] = 0;
    fd_close(&l->fd);
}

/* ---- The next start ---- */

/* Kills it, if it is still that one, and whoever is below it. */
static bool process_end(pid_t pid, uint64_t start)
{
    const struct sweep_process process = {.pid = pid, .start = start};

    if (procfs_dead(pid, start))
        return false;
    /* First those below, to whom the way leads by it. */
    (void)sweep_signal(pid, 0, SIGKILL);
    return sweep_send(&process, SIGKILL);
}

static unsigned line_end(char *line)
{
    char *end;

    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, "group ", 6) == 0)
        return isolate_end(line + 6);
    if (strncmp(line, "process ", 8) != 0)
        return 0;
    long pid = strtol(line + 8, &end, 10);
    uint64_t start = strtoull(end, NULL, 10);
    return pid > 1 && process_end((pid_t)pid, start);
}

/* Only a file of ours, whose owner does not live. */
static int file_take(int folder, const char *name)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;

    if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
                    flock(fd, LOCK_EX | LOCK_NB) < 0))
        fd_close(&fd);
    return fd;
}

static unsigned file_sweep(int folder, const char *name)
{
    char line[PATH_MAX + 16];
    int fd = file_take(folder, name);
    FILE *f = fd >= 0 ? fdopen(fd, "r") : NULL;
    unsigned ended = 0;

    if (f == NULL) {
        fd_close(&fd);
        return 0;
    }
    for (int i = 0; i < SWEEPS; i++) {
        rewind(f);
        while (fgets(line, sizeof(line), f) != NULL) {
            unsigned one = line_end(line);
            ended += i == 0 ? one : 0; /* one that is dying yet is no other */
        }
    }
    (void)unlinkat(folder, name, 0);
    (void)fclose(f);
    return ended;
}

unsigned leftover_sweep(const char *folder)
{
    DIR *dir = opendir(folder);
    unsigned ended = 0;

    if (dir == NULL)
        return 0;
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        if (strncmp(e->d_name, FILE_PREFIX, sizeof(FILE_PREFIX) - 1) == 0)
            ended += file_sweep(dirfd(dir), e->d_name);
    }
    (void)closedir(dir);
    return ended;
}
