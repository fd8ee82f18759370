/* fd.h: a descriptor that somebody owns, or -1. */
#ifndef RUNTIME_BASE_FD_H
#define RUNTIME_BASE_FD_H

#include <unistd.h>

/* Closes it, if there is one; there is none afterwards. */
static inline void fd_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

#endif
