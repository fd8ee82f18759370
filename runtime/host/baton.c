/* baton.c: a POSIX record lock. */
#include "runtime/host/baton.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int baton_make(struct diag *diag)
{
    int fd = memfd_create("baton", MFD_CLOEXEC);

    return fd >= 0 ? fd : diag_errno(diag, ERR_IO, "cannot make the memory file of the lock");
}

static struct flock baton_byte(short type)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
}

pid_t baton_peek(int fd)
{
    struct flock lock = baton_byte(F_WRLCK);

    if (fcntl(fd, F_GETLK, &lock) < 0)
        return ERR_IO;
    return lock.l_type == F_UNLCK ? 0 : lock.l_pid;
}

pid_t baton_try(int fd)
{
    for (;;) {
        struct flock lock = baton_byte(F_WRLCK);
        if (fcntl(fd, F_SETLK, &lock) == 0)
            return 0;
        if (errno != EAGAIN && errno != EACCES)
            return ERR_IO;
        pid_t holder = baton_peek(fd);
        if (holder != 0)
            return holder;
        /* Released between the two calls: try again. */
    }
}

void baton_drop(int fd)
{
    struct flock lock = baton_byte(F_UNLCK);

    (void)fcntl(fd, F_SETLK, &lock);
}
