/* procfs.h: what the kernel says about processes in /proc, read in one place.
 *
 * A number may be reused: who asks about a process that is not its child holds a pidfd meanwhile,
 * or compares start times. Plain system calls and no heap; the guard uses it too. (proc(5)) */
#ifndef RUNTIME_BASE_PROCFS_H
#define RUNTIME_BASE_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    PROCFS_NAME_BYTES = 64,       /* of a kernel's thread; a program's name has 15 characters */
    PROCFS_CHILDREN_MAX = 1024,   /* that an actor can have */
    PROCFS_TEXT_BYTES = 16 * 1024 /* enough for a file about one process, `cmdline` aside */
};

/* /proc/PID/stat. */
struct procfs_stat {
    uint64_t start;          /* in clock ticks since boot: with it a pid is an identity */
    uint64_t ticks;          /* on a processor so far, in user and in system mode */
    uint64_t children_ticks; /* the same of the children that it has reaped, and of theirs */
    pid_t parent;
    pid_t group;
    pid_t session;
    unsigned tty; /* its controlling terminal, as stat(2) and makedev() know it; 0: none */
    int status;   /* of a zombie, as wait() gives it; 0 where this process may not know */
    bool forked;  /* has not called execve since it was forked: its name is still its parent's */
    /* Of the program that it runs, where that lies in memory: another one after each execve, and
     * the parent's own until then. 0 where this process may not know, or there is none yet. */
    uint64_t image;
    char state;                   /* R S D Z T t X x I */
    char name[PROCFS_NAME_BYTES]; /* may hold anything, parentheses and line ends too */
};

/* Reads /proc/PID/FILE from its beginning, at most size - 1 bytes, with a 0 behind them; pid 0 is
 * this process, here and below. Returns their number, or -1 with errno. */
ssize_t procfs_read(pid_t pid, const char *file, char *text, size_t size);

/* Returns false when there is no such process. */
bool procfs_stat(pid_t pid, struct procfs_stat *out);

/* Its number in its own namespace, which knows it by no other; 0: there is no such process. */
pid_t procfs_inner(pid_t pid);

/* Whether it has ended, be it reaped or not. */
bool procfs_state_dead(char state);

/* Whether it is stopped, by a signal or by a debugger. */
bool procfs_state_stopped(char state);

/* The start time. Returns false when there is no such process, or only its zombie: a zombie holds
 * nothing any more. */
bool procfs_start(pid_t pid, uint64_t *start);

/* True when the process of that identity is dead. */
bool procfs_dead(pid_t pid, uint64_t start);

/* The number that a file of /proc is called by; -1 of any other name: of that there is no process.
 */
pid_t procfs_number(const char *name);

/* Whether /proc is there and tells of our own PID namespace: in one that has no /proc of its own it
 * is another's, whose numbers are not ours. */
bool procfs_is_ours(void);

/* The children of a thread, dead ones included. The thread that a process begins with has its
 * number. Stores the first `max`, and returns how many there are; -1 when
 * the kernel does not tell (CONFIG_PROC_CHILDREN), or there is no such thread. */
int procfs_children(pid_t pid, pid_t tid, pid_t *out, int max);

/* The same of all threads of a process. */
int procfs_children_of_all(pid_t pid, pid_t *out, int max);

/* Number of this process's open descriptors whose bit in `expected` is not set; all from 64 on
 * count. */
int procfs_unexpected(uint64_t expected);

#endif
