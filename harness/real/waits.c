/* waits.c: /proc/TID/syscall, "NR ARGUMENT...": the call that a thread waits in. */
#include "harness/real/waits.h"

#include "harness/real/ready.h"
#include "runtime/base/procfs.h"

#include <dirent.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

enum { ARGUMENTS = 6, PTS_FIRST = 136, PTS_LAST = 143 };

/* What the process reads from there only comes when somebody known writes it. */
static bool reads_from_others(pid_t pid, unsigned long long fd, char *out)
{
    char path[64];
    struct stat st;

    (void)snprintf(path, sizeof(path), "/proc/%d/fd/%llu", (int)pid, fd);
    if (stat(path, &st) < 0)
        return false;
    bool terminal =
        S_ISCHR(st.st_mode) && major(st.st_rdev) >= PTS_FIRST && major(st.st_rdev) <= PTS_LAST;
    (void)snprintf(out, WAITS_TEXT_BYTES, "reads %s", terminal ? "its terminal" : "a pipe");
    return terminal || S_ISFIFO(st.st_mode);
}

bool waits_of(pid_t pid, const char *syscall, char out[WAITS_TEXT_BYTES])
{
    unsigned long long argument[ARGUMENTS] = {0};
    char *at;

    unsigned long long command;
    long nr = strtol(syscall, &at, 10);
    if (at == syscall) /* "running" */
        return false;
    for (size_t i = 0; i < ARGUMENTS; i++)
        argument[i] = strtoull(at, &at, 16);
    (void)snprintf(out, WAITS_TEXT_BYTES, "waits for a child");
    switch (nr) {
    case SYS_wait4:
        return (argument[2] & WNOHANG) == 0;
    case SYS_waitid:
        return (argument[3] & WNOHANG) == 0;
    case SYS_read:
    case SYS_readv:
        return reads_from_others(pid, argument[0], out);
    case SYS_futex:
        (void)snprintf(out, WAITS_TEXT_BYTES, "waits for another thread");
        command = argument[1] & ~(unsigned long long)(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
        return argument[3] == 0 && (command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET);
    default:
        return false;
    }
}

/* An alarm may come by time, and nobody can see whether one is set. */
static bool takes_alarms(pid_t pid)
{
    static const int alarms[] = {SIGALRM, SIGVTALRM, SIGPROF};
    struct ready_status s;

    if (ready_read(pid, &s, NULL) < 0)
        return true;
    for (size_t i = 0; i < sizeof(alarms) / sizeof(alarms[0]); i++) {
        if (ready_for(&s, alarms[i]) == READY_YES)
            return true;
    }
    return false;
}

bool waits_for_others(pid_t pid, char out[WAITS_TEXT_BYTES])
{
    char text[256];
    char path[64];
    char other[WAITS_TEXT_BYTES] = "";

    (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    bool waits = tasks != NULL && !takes_alarms(pid);
    for (const struct dirent *entry = waits ? readdir(tasks) : NULL; entry != NULL && waits;
         entry = readdir(tasks)) {
        pid_t tid = procfs_number(entry->d_name);
        if (tid > 0)
            waits = procfs_read(tid, "syscall", text, sizeof(text)) > 0 &&
                    waits_of(pid, text, tid == pid ? out : other);
    }
    if (tasks != NULL)
        (void)closedir(tasks);
    return waits;
}
