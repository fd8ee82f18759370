/* pidfd.h: system calls on a process by descriptor, which the libc of Debian 12 has and older ones
 * do not. A number may be given to another process; a pidfd is one process for ever. */
#ifndef RUNTIME_BASE_PIDFD_H
#define RUNTIME_BASE_PIDFD_H

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* A descriptor of the process that has this number now, close-on-exec; -1 with errno. */
static inline int pidfd_of(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* Returns false with errno when the signal could not be sent; to a zombie it can. */
static inline bool pidfd_send(int pidfd, int signal)
{
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) == 0;
}

/* Whether it has ended, be it reaped or not. */
static inline bool pidfd_is_dead(int pidfd)
{
    struct pollfd ready = {.fd = pidfd, .events = POLLIN};

    return poll(&ready, 1, 0) > 0;
}

/* Whether somebody has waited for it. */
static inline bool pidfd_is_reaped(int pidfd)
{
    return !pidfd_send(pidfd, 0) && errno == ESRCH;
}

#endif
