/* guard_pidns.c: unshare, fork, mount. */
#include "harness/real/guard_pidns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool file_write(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        (void)close(fd);
    return written;
}

/* Everybody is who he was. */
static bool users_map(uid_t uid, gid_t gid)
{
    char text[64];

    (void)snprintf(text, sizeof(text), "%u %u 1\n", uid, uid);
    bool mapped = file_write("/proc/self/uid_map", text);
    (void)snprintf(text, sizeof(text), "%u %u 1\n", gid, gid);
    return mapped && file_write("/proc/self/setgroups", "deny") &&
           file_write("/proc/self/gid_map", text);
}

static bool namespaces_make(bool users)
{
    const int flags = CLONE_NEWPID | CLONE_NEWNS;
    uid_t uid = geteuid();
    gid_t gid = getegid();

    if (unshare(flags) == 0)
        return true;
    return errno == EPERM && users && unshare(CLONE_NEWUSER | flags) == 0 && users_map(uid, gid);
}

/* Only waits: this process is in the old namespace of pids. */
static _Noreturn void child_await(pid_t child, int link)
{
    int status = 0;

    (void)close(link);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

int pidns_enter(int link, bool users, struct diag *diag)
{
    if (!namespaces_make(users)) {
        return diag_errno(diag, ERR_UNSUPPORTED,
                          "`adopt: pidns` needs a namespace of pids: be root, or allow user "
                          "namespaces (sysctl kernel.unprivileged_userns_clone=1, "
                          "user.max_user_namespaces above 0); it cannot be made");
    }
    pid_t child = fork();
    if (child < 0)
        return diag_errno(diag, ERR_UNSUPPORTED, "cannot fork into a namespace of pids");
    if (child > 0)
        child_await(child, link);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0)
        return 0;
    return diag_errno(diag, ERR_UNSUPPORTED,
                      "`adopt: pidns` needs a /proc of its own, which a container may forbid "
                      "(masked paths): be root outside of one; it cannot be mounted");
}
