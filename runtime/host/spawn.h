/* spawn.h: starts a process; the only place that does.
 *
 * As vfork: the child borrows our memory and we wait until it has called exec, so the cost does
 * not grow with our size and an exec that fails is an error here, never an exit status 127. The
 * child gets exactly the descriptors of the map, default dispositions of all signals, and a pidfd
 * that names it for ever. Used by actors, by the guard and by the harness: needs libc only. One
 * thread at a time. */
#ifndef RUNTIME_HOST_SPAWN_H
#define RUNTIME_HOST_SPAWN_H

#include "runtime/base/err.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

enum { SPAWN_MOVES_MAX = 16, SPAWN_FD_MAX = 63 };

/* Descriptor `from` of ours becomes `to` (at most SPAWN_FD_MAX) of the child. Sources may repeat
 * and may be targets of others; targets are distinct. */
struct spawn_move {
    int from;
    int to;
};

/* What to start. Everything is lent for the call; zero is right for what is not needed. */
struct spawn {
    const char *path; /* NULL: exec_fd; no search in PATH */
    int exec_fd;      /* descriptor of a program; not of a script */
    char *const *argv;
    char *const *envp;
    const struct spawn_move *move; /* all descriptors of the child */
    unsigned move_count;
    const char *cwd;      /* NULL: as ours */
    const sigset_t *mask; /* of blocked signals, NULL: empty */
    int death_signal;     /* PR_SET_PDEATHSIG; follows the calling thread; 0: none */
    bool session;         /* setsid() */
    bool control;         /* make control_fd the controlling terminal; wants `session` */
    bool group;           /* a process group: join `group_id`, or a new one when that is 0 */
    bool foreground;      /* that group becomes the foreground one of control_fd */
    int control_fd;       /* a terminal, our number of it */
    pid_t group_id;
    /* Called in the child last before exec, which is its next call, or NULL: borrows our memory, so
     * it may only make system calls and store into *user. Its descriptors are ours still, beside
     * those of the map, but on exec only the map's remain. Returns 0 or an errno, which fails the
     * spawn. */
    int (*before_exec)(void *user);
    void *user;
};

struct spawned {
    pid_t pid;
    int pidfd; /* owned by the caller, close-on-exec */
};

/* Starts it. Returns 0 and fills *out. Returns ERR_NOMEM, or ERR_IO with errno as the failing
 * call left it and with its name in *diag; then there is no child, and none to wait for. */
int spawn_process(const struct spawn *s, struct spawned *out, struct diag *diag);

#endif
