/* stray.c: processes that are left behind, and one that waits in the kernel. */
#include "runtime/host/stray.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void stray_run(bool session)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        (void)sigaction(number, &ignore, NULL); /* KILL, STOP and libc's own refuse */
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (session)
        (void)syscall(SYS_close_range, 0U, ~0U, 0U);
    for (;;)
        (void)pause();
}

/* The process between this one and the stray one. It tells the pid by the pipe. */
static _Noreturn void middle_run(int to)
{
    pid_t pid = fork();

    if (pid == 0) {
        (void)close(to);
        stray_run(false);
    }
    (void)write(to, &pid, sizeof(pid));
    _exit(0);
}

static pid_t stray_double_fork(void)
{
    pid_t stray = -EIO;
    int pair[2];

    if (pipe2(pair, O_CLOEXEC) < 0)
        return -errno;
    pid_t middle = fork();
    if (middle == 0)
        middle_run(pair[1]);
    int error = errno;
    (void)close(pair[1]);
    if (middle < 0) {
        (void)close(pair[0]);
        return -error;
    }
    while (waitpid(middle, NULL, 0) < 0 && errno == EINTR) {
    }
    if (read(pair[0], &stray, sizeof(stray)) != (ssize_t)sizeof(stray) || stray < 0)
        stray = -EIO;
    (void)close(pair[0]);
    return stray;
}

pid_t stray_start(bool session)
{
    sigset_t all;
    sigset_t old;

    /* Our handlers must not write into our pipe from a process that is not us. */
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &old);
    pid_t pid = session ? fork() : stray_double_fork();
    if (pid == 0) {
        (void)setsid();
        stray_run(true);
    }
    int error = errno;
    (void)sigprocmask(SIG_SETMASK, &old, NULL);
    return pid < 0 && session ? -error : pid;
}

void stray_freeze(void)
{
    /* The one call after which the kernel keeps the parent in an uninterruptible wait. Its child
     * makes system calls only, and touches nothing of ours. */
    /* NOLINTBEGIN(clang-analyzer-security.insecureAPI.vfork,clang-analyzer-unix.Vfork) */
    pid_t pid = vfork();

    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)syscall(SYS_kill, getpid(), SIGSTOP);
        _exit(0);
    }
    /* NOLINTEND(clang-analyzer-security.insecureAPI.vfork,clang-analyzer-unix.Vfork) */
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
}
