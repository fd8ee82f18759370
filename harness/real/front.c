/* front.c: asking /proc about the group that is in front. */
#include "harness/real/front.h"

#include "runtime/base/procfs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

/* Calls that wait for one of several descriptors; not each machine has each of them. */
static const long waits[] = {
#ifdef SYS_poll
    SYS_poll,
#endif
#ifdef SYS_select
    SYS_select,
#endif
#ifdef SYS_epoll_wait
    SYS_epoll_wait,
#endif
    SYS_ppoll,        SYS_pselect6, SYS_epoll_pwait,
#ifdef SYS_epoll_pwait2
    SYS_epoll_pwait2,
#endif
};

int front_call(const char *text, int *fd)
{
    char *end = NULL;
    long number = strtol(text, &end, 10);

    if (end == text || *end != ' ')
        return 0;
    unsigned long first = strtoul(end, NULL, 16);
    if (number == SYS_read) {
        *fd = (int)first;
        return 1;
    }
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        if (waits[i] == number)
            return 2;
    }
    return 0;
}

/* The group in front of the process's terminal, or -1. It stands behind the name, which may hold
 * anything. */
static pid_t front_group(pid_t pid)
{
    char text[PROCFS_TEXT_BYTES];
    long value[5] = {0}; /* parent, group, session, terminal, group in front */

    if (procfs_read(pid, "stat", text, sizeof(text)) <= 0)
        return -1;
    const char *at = strrchr(text, ')');
    if (at == NULL || at[1] != ' ' || at[2] == 0)
        return -1;
    at += 3;
    for (size_t i = 0; i < 5; i++) {
        char *end = NULL;
        value[i] = strtol(at, &end, 10);
        if (end == at)
            return -1;
        at = end;
    }
    return (pid_t)value[4];
}

static bool is_terminal(pid_t pid, int fd, dev_t terminal)
{
    char path[64];
    struct stat st;

    (void)snprintf(path, sizeof(path), "/proc/%ld/fd/%d", (long)pid, fd);
    if (stat(path, &st) != 0 || !S_ISCHR(st.st_mode))
        return false;
    return st.st_rdev == terminal || st.st_rdev == makedev(5, 0); /* /dev/tty */
}

/* Line by line input is on; so it is where nobody can tell. */
static bool is_canonical(dev_t terminal)
{
    char path[64];
    struct termios modes;

    (void)snprintf(path, sizeof(path), "/dev/pts/%u", minor(terminal));
    int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return true;
    bool canonical = tcgetattr(fd, &modes) != 0 || (modes.c_lflag & ICANON) != 0;
    (void)close(fd);
    return canonical;
}

static bool process_reads(pid_t pid, dev_t terminal)
{
    char text[256];
    int fd = -1;

    if (procfs_read(pid, "syscall", text, sizeof(text)) <= 0)
        return false;
    int call = front_call(text, &fd);
    if (call == 1)
        return is_terminal(pid, fd, terminal);
    return call == 2 && !is_canonical(terminal);
}

bool front_reads(pid_t root)
{
    static pid_t list[FRONT_PROCESSES_MAX];
    pid_t group = front_group(root);
    size_t count = 1;
    bool reads = false;

    list[0] = root;
    for (size_t i = 0; i < count; i++) {
        struct procfs_stat stat;
        if (!procfs_stat(list[i], &stat))
            continue;
        if (stat.group == group && !procfs_state_dead(stat.state)) {
            if (stat.state != 'S')
                return false;
            reads = reads || process_reads(list[i], (dev_t)stat.tty);
        }
        int more =
            procfs_children(list[i], list[i], list + count, (int)(FRONT_PROCESSES_MAX - count));
        if (more > (int)(FRONT_PROCESSES_MAX - count))
            more = (int)(FRONT_PROCESSES_MAX - count);
        count += more > 0 ? (size_t)more : 0;
    }
    return reads;
}
