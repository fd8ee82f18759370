/* fdpass.h: one message on a Unix socket, and the descriptors that go with it (SCM_RIGHTS).
 *
 * For sockets that keep messages apart (SOCK_SEQPACKET). Both functions go on when a signal comes
 * between. */
#ifndef RUNTIME_BASE_FDPASS_H
#define RUNTIME_BASE_FDPASS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

enum { FDPASS_MAX = 8 };

/* Descriptors that came; owned by who received them, close-on-exec. */
struct fdpass {
    int fd[FDPASS_MAX]; /* the first `count`; the others are -1 */
    unsigned count;
    bool cut; /* some are lost: more than FDPASS_MAX, or this process may not open as many */
};

/* Sends the parts as one message, and copies of these descriptors, at most FDPASS_MAX. No SIGPIPE.
 * Returns what sendmsg() does, with its errno. */
ssize_t fdpass_send(int socket, const struct iovec *part, size_t parts, const int *fd,
                    unsigned count);

/* Receives one message; `flags` as for recvmsg(). Returns what that does, with its errno; *got is
 * filled in any case. */
ssize_t fdpass_receive(int socket, void *data, size_t size, int flags, struct fdpass *got);

/* Takes one out, the caller's from now on; -1 when it did not come. */
int fdpass_take(struct fdpass *got, unsigned index);

/* Closes all that were not taken. */
void fdpass_close(struct fdpass *got);

#endif
