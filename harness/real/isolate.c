/* isolate.c: folders and files of /sys/fs/cgroup. */
#include "harness/real/isolate.h"

#include "runtime/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP_PREFIX "scenario."

enum { LINE_BYTES = 2 * PATH_MAX, END_WAIT_MS = 5000 };

/* The rest of the first line of the file in which `mark` stands, behind it. */
static bool line_find(const char *file, const char *mark, char *line, size_t size)
{
    FILE *f = fopen(file, "re");
    bool found = false;

    while (f != NULL && !found && fgets(line, (int)size, f) != NULL)
        found = strstr(line, mark) != NULL;
    if (f != NULL)
        (void)fclose(f);
    line[strcspn(line, "\n")] = 0;
    return found;
}

/* The folder of this process's own group. */
static bool own_group(char *out, size_t size)
{
    char line[LINE_BYTES];
    char place[PATH_MAX];

    /* ID PARENT DEVICE ROOT PLACE ... - cgroup2 ... */
    if (!line_find("/proc/self/mountinfo", " - cgroup2 ", line, sizeof(line)))
        return false;
    char *at = line;
    for (int field = 0; field < 4 && at != NULL; field++)
        at = strchr(at + (field > 0), ' ');
    if (at == NULL)
        return false;
    int length = (int)strcspn(at + 1, " ");
    (void)snprintf(place, sizeof(place), "%.*s", length, at + 1);
    /* One outside of what is mounted here begins with "..". */
    if (!line_find("/proc/self/cgroup", "0::", line, sizeof(line)) ||
        strncmp(line, "0::", 3) != 0 || strstr(line, "/..") != NULL)
        return false;
    const char *path = strcmp(line + 3, "/") == 0 ? "" : line + 3;
    int needed = snprintf(out, size, "%s%s", place, path);
    return needed > 0 && (size_t)needed < size;
}

static int group_file(const char *path, const char *file, int flags)
{
    char name[PATH_MAX + 32];

    (void)snprintf(name, sizeof(name), "%s/%s", path, file);
    return open(name, flags | O_CLOEXEC);
}

bool isolate_open(struct isolate *i)
{
    char own[PATH_MAX / 2];

    *i = ISOLATE_NONE;
    if (!own_group(own, sizeof(own)))
        return false;
    (void)snprintf(i->path, sizeof(i->path), "%s/" GROUP_PREFIX "XXXXXX", own);
    if (mkdtemp(i->path) == NULL) {
        i->path[0] = 0;
        return false;
    }
    i->procs = group_file(i->path, "cgroup.procs", O_WRONLY);
    i->kill = group_file(i->path, "cgroup.kill", O_WRONLY);
    if (i->procs >= 0 && i->kill >= 0)
        return true;
    isolate_close(i);
    return false;
}

void isolate_close(struct isolate *i)
{
    fd_close(&i->procs);
    fd_close(&i->kill);
    if (i->path[0] != 0)
        (void)rmdir(i->path);
    i->path[0] = 0;
}

bool isolate_end(const char *path)
{
    const char *name = strrchr(path, '/');

    if (name == NULL || strncmp(name + 1, GROUP_PREFIX, sizeof(GROUP_PREFIX) - 1) != 0)
        return false;
    int kill = group_file(path, "cgroup.kill", O_WRONLY);
    struct pollfd events = {.fd = group_file(path, "cgroup.events", O_RDONLY), .events = POLLPRI};
    bool written = kill >= 0 && write(kill, "1", 1) == 1;
    /* Its events change when the last member is dead. */
    int gone = rmdir(path);
    while (written && gone < 0 && errno == EBUSY && poll(&events, 1, END_WAIT_MS) > 0) {
        char text[64];
        (void)pread(events.fd, text, sizeof(text), 0);
        gone = rmdir(path);
    }
    fd_close(&kill);
    fd_close(&events.fd);
    return gone == 0;
}
