/* fdpass.c: control messages, spelled out once. */
#include "runtime/base/fdpass.h"

#include "runtime/base/check.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for the descriptors, aligned as the kernel wants it. */
union fdpass_room {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * FDPASS_MAX)];
};

ssize_t fdpass_send(int socket, const struct iovec *part, size_t parts, const int *fd,
                    unsigned count)
{
    union fdpass_room room = {0};
    struct iovec copy[2];
    struct msghdr message = {.msg_iov = copy, .msg_iovlen = parts};
    ssize_t sent;

    CHECK(count <= FDPASS_MAX);
    CHECK(parts <= sizeof(copy) / sizeof(copy[0]));
    memcpy(copy, part, parts * sizeof(copy[0])); /* msg_iov is not const */
    if (count > 0) {
        message.msg_control = room.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        room.header.cmsg_level = SOL_SOCKET;
        room.header.cmsg_type = SCM_RIGHTS;
        room.header.cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(&room.header), fd, sizeof(int) * count);
    }
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

ssize_t fdpass_receive(int socket, void *data, size_t size, int flags, struct fdpass *got)
{
    union fdpass_room room = {0};
    struct iovec part = {data, size};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = room.bytes,
                             .msg_controllen = sizeof(room.bytes)};
    ssize_t received;

    *got = (struct fdpass){0};
    memset(got->fd, -1, sizeof(got->fd));
    do {
        received = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    if (received < 0)
        return received;
    const struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    if (rights != NULL && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS) {
        got->count = (unsigned)((rights->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(got->fd, CMSG_DATA(rights), got->count * sizeof(int));
    }
    got->cut = (message.msg_flags & MSG_CTRUNC) != 0;
    return received;
}

int fdpass_take(struct fdpass *got, unsigned index)
{
    CHECK(index < FDPASS_MAX);
    int fd = got->fd[index];
    got->fd[index] = -1;
    return fd;
}

void fdpass_close(struct fdpass *got)
{
    for (unsigned i = 0; i < got->count; i++) {
        if (got->fd[i] >= 0)
            (void)close(fdpass_take(got, i));
    }
}
