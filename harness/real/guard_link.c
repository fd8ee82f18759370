/* guard_link.c: messages to the guard and back. */
#include "harness/real/guard_link.h"

#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/fd.h"
#include "runtime/base/fdpass.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/procfs.h"
#include "runtime/host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int guard_link_open(struct guard_link *g, const char *helper_dir, const char *pidns,
                    struct diag *diag)
{
    char path[4096];
    char name[] = "guard";
    char how[16];
    char *argv[] = {name, pidns != NULL ? how : NULL, NULL};
    int pair[2] = {-1, -1};
    int null = -1;
    struct spawned guard;

    (void)snprintf(how, sizeof(how), "%s", pidns != NULL ? pidns : "");
    int size = snprintf(path, sizeof(path), "%s/guard", helper_dir);
    if (size < 0 || (size_t)size >= sizeof(path))
        return diag_set(diag, ERR_INPUT, "the folder of the helpers has too long a name");
    if (access(path, X_OK) < 0) {
        return diag_errno(diag, ERR_NOTFOUND,
                          "the helper program guard is not where the command looks for it, in "
                          "../libexec/scenario beside its own folder: install it again");
    }
    int rc = ERR_IO;
    null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        rc = diag_errno(diag, ERR_IO, "cannot make a socket for the guard");
        goto done;
    }
    struct spawn_move move[] = {
        {null,    0       },
        {null,    1       },
        {2,       2       },
        {pair[1], GUARD_FD}
    };
    if (fcntl(2, F_GETFD) < 0)
        move[2].from = null;
    /* From its first instruction on no key of the user's terminal and no signal reaches it. */
    sigset_t all;
    (void)sigfillset(&all);
    struct spawn spawn = {.path = path,
                          .argv = argv,
                          .envp = environ,
                          .move = move,
                          .move_count = sizeof(move) / sizeof(move[0]),
                          .mask = &all,
                          .session = true};
    rc = spawn_process(&spawn, &guard, diag);
    if (rc < 0)
        goto done;
    *g = (struct guard_link){.fd = pair[0],
                             .pid = guard.pid,
                             .child = guard.pid,
                             .pidfd = guard.pidfd,
                             .pidns = pidns != NULL};
    pair[0] = -1;
done:
    fd_close(&null);
    fd_close(&pair[0]);
    fd_close(&pair[1]);
    return rc;
}

static void texts_add(struct buf *b, const char *const *texts, uint32_t *count)
{
    for (*count = 0; texts[*count] != NULL; (*count)++)
        buf_add(b, texts[*count], strlen(texts[*count]) + 1);
}

static int request_pack(const struct guard_request *request, struct buf *out, struct diag *diag)
{
    struct guard_start start = {.kind = GUARD_START,
                                .tty = (uint16_t)request->tty,
                                .blocked = request->blocked,
                                .leader = request->leader,
                                .group_procs = GUARD_NO_FILE,
                                .group_kill = GUARD_NO_FILE,
                                .filter = GUARD_NO_FILE,
                                .firm = request->firm,
                                .move_count = request->move_count};
    const char *cwd = request->cwd != NULL ? request->cwd : "";

    CHECK(request->fd_count <= FDPASS_MAX && request->move_count <= GUARD_MOVES_MAX);
    if (request->grouped) {
        start.group_procs = (uint16_t)request->group_procs;
        start.group_kill = (uint16_t)request->group_kill;
    }
    if (request->filter)
        start.filter = (uint16_t)request->filter_fd;
    for (unsigned i = 0; i < request->move_count; i++)
        start.move[i] = request->move[i];
    buf_add(out, &start, sizeof(start)); /* again below, with the counts */
    buf_add(out, request->path, strlen(request->path) + 1);
    buf_add(out, cwd, strlen(cwd) + 1);
    texts_add(out, request->argv, &start.argc);
    texts_add(out, request->envp, &start.envc);
    if (out->failed)
        return diag_set(diag, ERR_NOMEM, "no memory to start %s", request->path);
    memcpy(out->data, &start, sizeof(start));
    if (start.argc > GUARD_STRINGS_MAX || start.envc > GUARD_STRINGS_MAX ||
        out->size > GUARD_START_BYTES_MAX) {
        return diag_set(diag, ERR_FULL,
                        "cannot start %s: %u arguments and %u variables of %zu bytes; the limits "
                        "are %d each and %d bytes",
                        request->path, start.argc, start.envc, out->size, GUARD_STRINGS_MAX,
                        GUARD_START_BYTES_MAX);
    }
    return 0;
}

static int link_gone(struct diag *diag)
{
    return diag_set(diag, ERR_GONE,
                    "the guard has ended before the run: was it killed? What it had started may "
                    "still run");
}

int guard_link_start(struct guard_link *g, const struct guard_request *request, struct diag *diag)
{
    struct buf bytes = BUF_INIT;

    int rc = request_pack(request, &bytes, diag);
    if (rc < 0)
        goto done;
    struct iovec part = {bytes.data, bytes.size};
    if (fdpass_send(g->fd, &part, 1, request->fd, request->fd_count) < 0) {
        rc = errno == EPIPE || errno == ECONNRESET
                 ? link_gone(diag)
                 : diag_errno(diag, ERR_IO, "cannot ask the guard to start %s", request->path);
    }
done:
    buf_release(&bytes);
    return rc;
}

void guard_link_started(struct guard_link *g)
{
    if (g->pidns)
        (void)procfs_children(g->child, g->child, &g->pid, 1);
}

pid_t guard_link_pid(const struct guard_link *g, pid_t inner)
{
    pid_t pid[PROCFS_CHILDREN_MAX];
    int count = 0;

    if (!g->pidns)
        return inner;
    pid[count++] = g->pid;
    for (int i = 0; i < count && i < PROCFS_CHILDREN_MAX; i++) {
        if (procfs_inner(pid[i]) == inner)
            return pid[i];
        int more = procfs_children_of_all(pid[i], pid + count, PROCFS_CHILDREN_MAX - count);
        count += more > 0 ? more : 0;
        count = count < PROCFS_CHILDREN_MAX ? count : PROCFS_CHILDREN_MAX;
    }
    return 0;
}

int guard_link_order(struct guard_link *g, enum guard_order_kind kind, struct diag *diag)
{
    struct guard_order order = {.kind = kind};

    if (g->fd < 0 || send(g->fd, &order, sizeof(order), MSG_NOSIGNAL) < 0)
        return link_gone(diag);
    return 0;
}

int guard_link_receive(struct guard_link *g, struct guard_report *out, int *pidfd, struct diag *why)
{
    char bytes[sizeof(struct guard_report) + GUARD_TEXT_BYTES];
    struct fdpass got = {0};

    ssize_t size = g->fd < 0 ? 0 : fdpass_receive(g->fd, bytes, sizeof(bytes), MSG_DONTWAIT, &got);
    if (size < 0 && errno == EAGAIN)
        return 0;
    if (size < (ssize_t)sizeof(*out)) {
        fdpass_close(&got);
        return link_gone(why);
    }
    memcpy(out, bytes, sizeof(*out));
    *pidfd = fdpass_take(&got, 0);
    fdpass_close(&got);
    if (size > (ssize_t)sizeof(*out)) {
        int length = (int)((size_t)size - sizeof(*out));
        (void)diag_set(why, ERR_IO, "%.*s", length, bytes + sizeof(*out));
    }
    return 1;
}

void guard_link_hang_up(struct guard_link *g)
{
    fd_close(&g->fd);
}

void guard_link_close(struct guard_link *g)
{
    struct pollfd ready = {.fd = g->pidfd, .events = POLLIN};

    guard_link_hang_up(g);
    if (g->pidfd < 0)
        return;
    /* It gives up on what cannot be killed after 5 s, so a longer wait is for one that was
     * stopped. */
    if (poll(&ready, 1, GUARD_END_MS) == 0)
        (void)pidfd_send(g->pidfd, SIGKILL);
    while (waitpid(g->child, NULL, 0) < 0 && errno == EINTR) {
    }
    fd_close(&g->pidfd);
}
