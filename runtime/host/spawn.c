/* spawn.c: clone(CLONE_VM | CLONE_VFORK | CLONE_PIDFD) on a stack of its own. */
#include "runtime/host/spawn.h"

#include "runtime/base/check.h"
#include "runtime/base/pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK_BYTES = 64 * 1024, GUARD_BYTES = 4096, EXIT_NO_EXEC = 127 };

/* The child's frames lie on a stack that the sanitizers do not know. */
#define IN_CHILD __attribute__((no_sanitize("address"), no_sanitize("undefined")))

/* Shared between the two while the parent waits. */
struct spawn_state {
    const struct spawn *s;
    const char *failed; /* NULL: exec went well, or a signal came before it */
    int error;
    int exec_fd;
    int copy[SPAWN_MOVES_MAX];
};

IN_CHILD static bool child_fail(struct spawn_state *st, const char *what)
{
    st->failed = what;
    st->error = errno;
    return false;
}

IN_CHILD static bool child_join(struct spawn_state *st)
{
    const struct spawn *s = st->s;

    if (s->session && setsid() < 0)
        return child_fail(st, "setsid");
    if (s->control && ioctl(s->control_fd, TIOCSCTTY, 0) < 0)
        return child_fail(st, "TIOCSCTTY");
    if (s->group && setpgid(0, s->group_id) < 0)
        return child_fail(st, "setpgid");
    /* All signals are blocked here, SIGTTOU too: a background group may do this. */
    if (s->foreground && tcsetpgrp(s->control_fd, getpgrp()) < 0)
        return child_fail(st, "tcsetpgrp");
    if (s->cwd != NULL && chdir(s->cwd) < 0)
        return child_fail(st, "chdir");
    return true;
}

/* Close-on-exec for first .. last. */
IN_CHILD static void child_seal(unsigned first, unsigned last)
{
    if (syscall(SYS_close_range, first, last, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    /* Kernels before 5.11. */
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    for (unsigned fd = first; fd <= last && fd < limit.rlim_cur; fd++)
        (void)fcntl((int)fd, F_SETFD, FD_CLOEXEC);
}

/* Sources may be targets of others: all are first copied above every target, then put down. */
IN_CHILD static bool child_move(struct spawn_state *st)
{
    static const char low[] = "dup; is `ulimit -n` too low?";
    const struct spawn *s = st->s;
    uint64_t kept = 0;
    int above = 0;

    for (unsigned i = 0; i < s->move_count; i++)
        above = s->move[i].to < above ? above : s->move[i].to + 1;
    if (s->path == NULL) {
        st->exec_fd = fcntl(s->exec_fd, F_DUPFD_CLOEXEC, above);
        if (st->exec_fd < 0)
            return child_fail(st, low);
    }
    for (unsigned i = 0; i < s->move_count; i++) {
        st->copy[i] = fcntl(s->move[i].from, F_DUPFD_CLOEXEC, above);
        if (st->copy[i] < 0)
            return child_fail(st, low);
    }
    for (unsigned i = 0; i < s->move_count; i++) {
        if (dup2(st->copy[i], s->move[i].to) < 0)
            return child_fail(st, "dup2");
        kept |= UINT64_C(1) << s->move[i].to;
    }
    unsigned first = 0; /* of a run of descriptors that are not kept */
    for (unsigned fd = 0; fd <= SPAWN_FD_MAX; fd++) {
        if ((kept >> fd & 1) == 0)
            continue;
        if (fd > first)
            child_seal(first, fd - 1);
        first = fd + 1;
    }
    child_seal(first, ~0U);
    return true;
}

IN_CHILD static void child_reset_signals(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_handler = SIG_DFL;
    /* Those that cannot be changed say so, which is fine. */
    for (int no = 1; no < NSIG; no++)
        (void)sigaction(no, &action, NULL);
}

IN_CHILD static int child_main(void *user)
{
    struct spawn_state *st = user;
    const struct spawn *s = st->s;
    sigset_t empty;

    child_reset_signals();
    if (!child_join(st) || !child_move(st))
        _exit(EXIT_NO_EXEC);
    if (s->death_signal != 0 && prctl(PR_SET_PDEATHSIG, s->death_signal) < 0) {
        (void)child_fail(st, "PR_SET_PDEATHSIG");
        _exit(EXIT_NO_EXEC);
    }
    (void)sigemptyset(&empty);
    (void)sigprocmask(SIG_SETMASK, s->mask != NULL ? s->mask : &empty, NULL);
    if (s->before_exec != NULL) {
        errno = s->before_exec(s->user);
        if (errno != 0) {
            (void)child_fail(st, "before exec");
            _exit(EXIT_NO_EXEC);
        }
    }
    if (s->path != NULL)
        (void)execve(s->path, s->argv, s->envp);
    else
        (void)syscall(SYS_execveat, st->exec_fd, "", s->argv, s->envp, AT_EMPTY_PATH);
    (void)child_fail(st, "exec");
    _exit(EXIT_NO_EXEC);
}

static int child_start(struct spawn_state *st, char *stack, struct spawned *out, struct diag *diag)
{
    int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
    char *top = stack + GUARD_BYTES + STACK_BYTES;
    int pidfd = -1;

    pid_t pid = clone(child_main, top, flags | CLONE_PIDFD, st, &pidfd);
    if (pid < 0 && errno == EINVAL) {
        /* An emulated kernel without CLONE_PIDFD; an unreaped child keeps its number. */
        pid = clone(child_main, top, flags, st);
        if (pid > 0)
            pidfd = pidfd_of(pid);
    }
    if (pid < 0 && errno == EAGAIN) {
        return diag_errno(diag, ERR_IO,
                          "too many processes: raise `ulimit -u`, or pids.max of the "
                          "cgroup; cannot start one more: clone");
    }
    if (pid < 0)
        return diag_errno(diag, ERR_IO, "cannot start a process: clone");
    if (st->failed == NULL && pidfd >= 0) {
        out->pid = pid;
        out->pidfd = pidfd;
        return 0;
    }
    int error = st->failed != NULL ? st->error : errno;
    if (st->failed == NULL)
        (void)kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    if (pidfd >= 0)
        (void)close(pidfd);
    errno = error;
    return diag_errno(diag, ERR_IO, "cannot start %s: %s",
                      st->s->path != NULL ? st->s->path : "the program",
                      st->failed != NULL ? st->failed : "pidfd_open");
}

int spawn_process(const struct spawn *s, struct spawned *out, struct diag *diag)
{
    struct spawn_state st = {.s = s, .exec_fd = -1};
    sigset_t all;
    sigset_t old;

    CHECK(s->move_count <= SPAWN_MOVES_MAX);
    for (unsigned i = 0; i < s->move_count; i++)
        CHECK(s->move[i].to >= 0 && s->move[i].to <= SPAWN_FD_MAX);
    char *stack = mmap(NULL, GUARD_BYTES + STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED)
        return diag_errno(diag, ERR_NOMEM, "no memory for a stack");
    (void)mprotect(stack, GUARD_BYTES, PROT_NONE);
    /* A handler of ours must not run in the child, on memory that is ours. */
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &old);
    int rc = child_start(&st, stack, out, diag);
    int error = errno;
    (void)sigprocmask(SIG_SETMASK, &old, NULL);
    (void)munmap(stack, GUARD_BYTES + STACK_BYTES);
    errno = error;
    return rc;
}
