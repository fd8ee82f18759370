/* guard_filter.c: plain system calls: it runs in a child that borrows its parent's memory. */
#include "harness/real/guard_filter.h"

#include "harness/real/guard.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The child's frames lie on a stack that the sanitizers do not know. */
#define IN_CHILD __attribute__((no_sanitize("address"), no_sanitize("undefined")))

bool filter_read(struct guard_filter *f, int file)
{
    static struct sock_filter code[BPF_MAXINSNS];

    ssize_t size = pread(file, code, sizeof(code), 0);
    if (size <= 0 || (size_t)size % sizeof(code[0]) != 0)
        return false;
    f->program = (struct sock_fprog){.len = (unsigned short)((size_t)size / sizeof(code[0])),
                                     .filter = code};
    return true;
}

/* Returns the listener, or -1 with errno. */
IN_CHILD static int listener_get(const struct guard_filter *f)
{
    unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;

    if (f->firm)
        flags |= SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &f->program);
}

/* One message, as report_send() makes it. From here on the filter is there: no other call. */
IN_CHILD static bool listener_send(const struct guard_filter *f, int listener, bool no_new_privs,
                                   pid_t self)
{
    struct guard_report report = {.kind = GUARD_LISTENS,
                                  .pid = self,
                                  .status = (int32_t)f->anchor,
                                  .value = no_new_privs ? 1 : 0};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {&report, sizeof(report)};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};

    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    __builtin_memcpy(CMSG_DATA(&control.header), &listener, sizeof(int));
    return syscall(SYS_sendmsg, f->link, &message, GUARD_LISTENER_FLAGS) >= 0;
}

IN_CHILD int filter_install(void *user)
{
    struct guard_filter *f = user;
    bool no_new_privs = false;
    pid_t self = (pid_t)syscall(SYS_getpid);

    int listener = listener_get(f);
    if (listener < 0 && errno == EACCES) {
        no_new_privs = true;
        (void)syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        listener = listener_get(f);
    }
    if (listener < 0) {
        f->failed = errno;
        return errno;
    }
    return listener_send(f, listener, no_new_privs, self) ? 0 : errno;
}
