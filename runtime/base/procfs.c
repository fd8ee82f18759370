/* procfs.c: reads procfs with plain system calls; every actor does so at its start. */
#include "runtime/base/procfs.h"

#include "runtime/base/hash.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATH_BYTES = 64,
    STAT_BYTES = 2048, /* 52 numbers and a name */
    CHUNK_BYTES = 4096,
};

/* Fields of `stat` as proc(5) counts them. */
enum {
    STAT_PARENT = 4,
    STAT_GROUP = 5,
    STAT_SESSION = 6,
    STAT_TTY = 7,
    STAT_FLAGS = 9,
    STAT_UTIME = 14,
    STAT_STIME = 15,
    STAT_CUTIME = 16,
    STAT_CSTIME = 17,
    STAT_START = 22,
    STAT_CODE_START = 26,
    STAT_CODE_END = 27,
    STAT_STACK_START = 28,
    STAT_DATA_START = 45,
    STAT_DATA_END = 46,
    STAT_STATUS = 52,
    STAT_FIELDS,
};

/* PF_FORKNOEXEC of the kernel's sched.h, in `flags` of every version. */
enum { FLAG_FORKED = 0x40 };

static int procfs_open(pid_t pid, const char *file)
{
    char path[PATH_BYTES];

    if (pid == 0)
        (void)snprintf(path, sizeof(path), "/proc/self/%s", file);
    else
        (void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static ssize_t read_again(int fd, char *to, size_t size)
{
    ssize_t got;

    do {
        got = read(fd, to, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

ssize_t procfs_read(pid_t pid, const char *file, char *text, size_t size)
{
    size_t used = 0;
    ssize_t got;

    text[0] = 0;
    int fd = procfs_open(pid, file);
    if (fd < 0)
        return -1;
    while ((got = read_again(fd, text + used, size - 1 - used)) > 0)
        used += (size_t)got;
    int error = errno;
    (void)close(fd);
    errno = error;
    text[used] = 0;
    return got < 0 ? -1 : (ssize_t)used;
}

static uint64_t image_of(const uint64_t *field)
{
    static const uint8_t parts[] = {STAT_CODE_START, STAT_CODE_END, STAT_STACK_START,
                                    STAT_DATA_START, STAT_DATA_END};
    uint64_t image = HASH_BEGIN;

    /* A stack at 0 is one that is kept from us, or not there yet. */
    if (field[STAT_STACK_START] == 0)
        return 0;
    for (size_t i = 0; i < sizeof(parts); i++)
        image = hash_add(image, &field[parts[i]], sizeof(field[0]));
    return image;
}

bool procfs_stat(pid_t pid, struct procfs_stat *out)
{
    char text[STAT_BYTES];
    uint64_t field[STAT_FIELDS] = {0};

    if (procfs_read(pid, "stat", text, sizeof(text)) <= 0)
        return false;
    /* The second field is the name in parentheses and may hold anything, parentheses too. */
    const char *name = strchr(text, '(');
    char *end = strrchr(text, ')');
    if (name == NULL || end == NULL || end[1] != ' ' || end[2] == 0)
        return false;
    *end = 0;
    char *at = end + 3;
    for (int i = STAT_PARENT; i < STAT_FIELDS; i++)
        field[i] = strtoull(at, &at, 10);
    *out = (struct procfs_stat){
        .start = field[STAT_START],
        .ticks = field[STAT_UTIME] + field[STAT_STIME],
        .children_ticks = field[STAT_CUTIME] + field[STAT_CSTIME],
        .parent = (pid_t)field[STAT_PARENT],
        .group = (pid_t)field[STAT_GROUP],
        .session = (pid_t)field[STAT_SESSION],
        .tty = (unsigned)field[STAT_TTY],
        .status = (int)field[STAT_STATUS],
        .forked = (field[STAT_FLAGS] & FLAG_FORKED) != 0,
        .image = image_of(field),
        .state = end[2],
    };
    (void)snprintf(out->name, sizeof(out->name), "%s", name + 1);
    return true;
}

pid_t procfs_inner(pid_t pid)
{
    static const char key[] = "\nNSpid:";
    char text[PROCFS_TEXT_BYTES];
    long inner = 0;

    if (procfs_read(pid, "status", text, sizeof(text)) <= 0)
        return 0;
    char *at = strstr(text, key);
    if (at == NULL)
        return pid; /* a kernel without namespaces of pids */
    /* One number per namespace, the innermost last. */
    for (at += sizeof(key) - 1; *at == '\t';)
        inner = strtol(at + 1, &at, 10);
    return (pid_t)inner;
}

bool procfs_state_dead(char state)
{
    return state == 'Z' || state == 'X' || state == 'x';
}

bool procfs_state_stopped(char state)
{
    return state == 'T' || state == 't';
}

pid_t procfs_number(const char *name)
{
    char *end;
    long pid = strtol(name, &end, 10);

    return pid > 0 && pid <= INT_MAX && *end == 0 ? (pid_t)pid : -1;
}

bool procfs_is_ours(void)
{
    char number[16];
    ssize_t size = readlink("/proc/self", number, sizeof(number) - 1);

    number[size > 0 ? size : 0] = 0;
    return procfs_number(number) == getpid();
}

bool procfs_start(pid_t pid, uint64_t *start)
{
    struct procfs_stat s;

    if (!procfs_stat(pid, &s) || procfs_state_dead(s.state))
        return false;
    *start = s.start;
    return true;
}

bool procfs_dead(pid_t pid, uint64_t start)
{
    uint64_t now = 0;

    return !procfs_start(pid, &now) || now != start;
}

int procfs_children(pid_t pid, pid_t tid, pid_t *out, int max)
{
    char file[PATH_BYTES / 2];
    char chunk[CHUNK_BYTES];
    int count = 0;
    long number = 0;
    ssize_t got = 0;

    (void)snprintf(file, sizeof(file), "task/%d/children", (int)tid);
    int fd = procfs_open(pid, file);
    if (fd < 0)
        return -1;
    /* Each number has a blank behind it. */
    while ((got = read_again(fd, chunk, sizeof(chunk))) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            if (isdigit((unsigned char)chunk[i]) != 0) {
                number = number * 10 + (chunk[i] - '0');
                continue;
            }
            if (number != 0 && count++ < max)
                out[count - 1] = (pid_t)number;
            number = 0;
        }
    }
    (void)close(fd);
    return got < 0 ? -1 : count;
}

int procfs_children_of_all(pid_t pid, pid_t *out, int max)
{
    char path[PATH_BYTES];
    struct stat st;
    int count = 0;

    (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    /* A folder is linked from above, by itself, and by each folder in it. */
    if (stat(path, &st) == 0 && st.st_nlink == 3)
        return procfs_children(pid, pid, out, max);
    DIR *tasks = opendir(path);
    if (tasks == NULL)
        return -1;
    for (const struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks)) {
        int room = count < max ? max - count : 0;
        int more = procfs_children(pid, procfs_number(entry->d_name), out + max - room, room);
        count += more > 0 ? more : 0;
    }
    (void)closedir(tasks);
    return count;
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
