/* real_start.c: from a tree to a running root. */
#include "harness/real/real.h"
#include "runtime/base/pidfd.h"
#include "runtime/host/baton.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    FDS_PER_ACTOR = 2, /* pidfd and orders */
    FDS_OF_HARNESS = 256,
    CONTROL_BYTES = 8 * 1024 * 1024,
    ENV_MAX = 16,
    HEX_BYTES = (POINTS + 3) / 4 + 1,
    PATH_BYTES = 4096
};

/* What a subject may want to know of the harness's environment, and nothing else: runs must not
 * depend on who starts them. These are for builds with sanitizers or coverage. */
static const char *const env_passed[] = {"ASAN_OPTIONS=",
                                         "UBSAN_OPTIONS=",
                                         "LSAN_OPTIONS=",
                                         "TSAN_OPTIONS=",
                                         "GCOV_PREFIX=",
                                         "GCOV_PREFIX_STRIP=",
                                         NULL};

/* Descriptors of the subject while it is being started; owned here, but for the slave. */
struct start_fds {
    int null;
    int slave;
    int tree;
    int control; /* the actors' end */
};

static void control_ready(struct loop_watch *w, int ready)
{
    (void)ready;
    reports_drain(w->user);
}

static void pids_ready(struct loop_watch *w, int ready)
{
    (void)ready;
    processes_drain(w->user);
}

static void guard_ready(struct loop_watch *w, int ready)
{
    (void)ready;
    guard_drain(w->user);
}

/* A sealed memory file with the tree: nobody can change what every actor reads. */
static int tree_file(const struct tree *tree, int *out, struct diag *diag)
{
    size_t size = tree_size(tree);
    int fd = memfd_create("tree", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0)
        return diag_errno(diag, ERR_IO, "cannot make a memory file for the tree");
    if (write(fd, tree, size) != (ssize_t)size ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0) {
        int rc = diag_errno(diag, ERR_IO, "cannot write the tree of %zu bytes", size);
        (void)close(fd);
        return rc;
    }
    *out = fd;
    return 0;
}

/* Two descriptors per actor are more than many systems allow by default; the hard limit is the
 * administrator's. */
int real_files_allow(uint16_t actors, struct diag *diag)
{
    struct rlimit limit;
    rlim_t want = (rlim_t)actors * FDS_PER_ACTOR + FDS_OF_HARNESS;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= want)
        return 0;
    /* Going on would fail somewhere in the middle, and look like a fault of the subject. */
    if (limit.rlim_max < want) {
        return diag_set(diag, ERR_FULL,
                        "this run needs up to %ju open files and the hard limit is %ju: raise it "
                        "(ulimit -Hn)",
                        (uintmax_t)want, (uintmax_t)limit.rlim_max);
    }
    limit.rlim_cur = want;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return 0;
}

/* What a container or a chroot may lack; without the words each would fail somewhere else. Not
 * ERR_UNSUPPORTED, which a scenario may ask for: nothing at all can run here. */
static int places_check(struct diag *diag)
{
    static const struct {
        const char *path;
        int mode;
        const char *what;
    } rows[] = {
        {"/proc/self/stat", R_OK,        "processes are watched by /proc: mount it (-t proc)"         },
        {"/dev/null",       R_OK | W_OK, "it is what the subject reads: make it (mknod -m 666, c 1 3)"},
        {"/dev/ptmx",       R_OK | W_OK, "it makes the subject's terminal: mount /dev/pts (-t devpts)"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (access(rows[i].path, rows[i].mode) < 0)
            return diag_errno(diag, ERR_IO, "cannot use %s; %s", rows[i].path, rows[i].what);
    }
    return 0;
}

static int kernel_check(struct diag *diag)
{
    int rc = places_check(diag);

    if (rc < 0)
        return rc;
    int pidfd = pidfd_of(getpid());
    if (pidfd < 0 && (errno == ENOSYS || errno == EPERM))
        return diag_errno(diag, ERR_IO,
                          "this kernel has no pidfd_open: Linux 5.4 or later is needed");
    if (pidfd < 0)
        return diag_errno(diag, ERR_IO, "cannot watch a process");
    (void)close(pidfd);
    return 0;
}

/* All actors report through one socket. When its queue is full each of them waits, and every report
 * that is taken wakes them all: so it is made as long as this user may make it. */
static void reports_allow(int control)
{
    const int bytes = CONTROL_BYTES;

    if (setsockopt(control, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0)
        (void)setsockopt(control, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

static int watch(struct real_world *r, struct loop_watch *w, int fd,
                 void (*on_ready)(struct loop_watch *w, int ready), struct diag *diag)
{
    *w = (struct loop_watch){.fd = fd, .on_ready = on_ready, .user = r};
    return loop_watch_start(r->loop, w, LOOP_READABLE, diag);
}

/* What actors inherit, and a command does not. */
static int start_open_tree(struct real_world *r, struct start_fds *fds, struct diag *diag)
{
    int pair[2];

    r->baton = baton_make(diag);
    if (r->baton < 0)
        return r->baton;
    int rc = tree_file(r->options.tree, &fds->tree, diag);
    if (rc < 0)
        return rc;
    fds->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fds->null < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return diag_errno(diag, ERR_IO, "cannot open what a run needs");
    reports_allow(pair[1]);
    r->control = pair[0];
    fds->control = pair[1];
    return watch(r, &r->control_watch, r->control, control_ready, diag);
}

/* Everything but the subject. */
static int start_open(struct real_world *r, struct start_fds *fds, struct diag *diag)
{
    int rc = kernel_check(diag);

    if (rc < 0)
        return rc;
    /* What the guard has adopted comes to us if somebody kills it. */
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (r->options.command == NULL)
        rc = start_open_tree(r, fds, diag);
    if (rc < 0)
        return rc;
    r->pids = epoll_create1(EPOLL_CLOEXEC);
    if (r->pids < 0)
        return diag_errno(diag, ERR_IO, "cannot open what a run needs");
    rc = terminal_open(r, &fds->slave, diag);
    if (rc < 0)
        return rc;
    rc = guard_link_open(&r->guard, r->options.helper_dir, diag);
    if (rc < 0)
        return rc;
    rc = watch(r, &r->pids_watch, r->pids, pids_ready, diag);
    if (rc == 0)
        rc = watch(r, &r->guard_watch, r->guard.fd, guard_ready, diag);
    return rc;
}

/* The points that ask, as CONTROL_ENV wants them. */
static void asks_text(const uint8_t *asks, char hex[HEX_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    for (unsigned i = 0; i < HEX_BYTES - 1; i++) {
        unsigned byte = asks == NULL ? 0U : asks[i / 2];
        unsigned four = byte >> (i % 2 * 4) & 15U;
        hex[HEX_BYTES - 2 - i] = digits[four];
    }
    hex[HEX_BYTES - 1] = 0;
}

static int start_send(struct real_world *r, const struct start_fds *fds, const char *path,
                      struct diag *diag)
{
    static const struct guard_move move[] = {
        {0, 0         },
        {1, 1         },
        {1, 2         },
        {1, FD_TTY    },
        {2, FD_BATON  },
        {3, FD_TREE   },
        {4, FD_CONTROL}
    };
    const int fd[] = {fds->null, fds->slave, r->baton, fds->tree, fds->control};
    const char *argv[] = {"actor-tree", NULL};
    const char *envp[ENV_MAX];
    char hex[HEX_BYTES];
    char asks[HEX_BYTES + sizeof(CONTROL_ENV "=")];
    char cookie[256];
    size_t count = 0;

    asks_text(r->options.asks, hex);
    (void)snprintf(asks, sizeof(asks), CONTROL_ENV "=%s", hex);
    (void)snprintf(cookie, sizeof(cookie), "SCENARIO_RUN=%s",
                   r->options.run_id != NULL ? r->options.run_id : "");
    envp[count++] = asks;
    envp[count++] = cookie;
    envp[count++] = "PATH=/usr/local/bin:/usr/bin:/bin";
    envp[count++] = "TERM=xterm";
    for (size_t i = 0; env_passed[i] != NULL; i++) {
        for (char **have = environ; *have != NULL; have++) {
            if (strncmp(*have, env_passed[i], strlen(env_passed[i])) == 0 && count < ENV_MAX - 1)
                envp[count++] = *have;
        }
    }
    envp[count] = NULL;
    struct guard_request request = {.path = path,
                                    .argv = argv,
                                    .envp = envp,
                                    .fd = fd,
                                    .fd_count = sizeof(fd) / sizeof(fd[0]),
                                    .tty = 1,
                                    .move = move,
                                    .move_count = sizeof(move) / sizeof(move[0]),
                                    .blocked = true};
    return guard_link_start(&r->guard, &request, diag);
}

/* Waits for the guard's first word, so that a subject that cannot be started is an error of
 * world_start(). */
static int start_await(struct real_world *r, const char *path, struct diag *diag)
{
    struct pollfd ready = {.fd = r->guard.fd, .events = POLLIN};
    struct guard_report report;
    int pidfd = -1;
    int rc;

    do {
        if (poll(&ready, 1, REAL_START_MS) == 0)
            return diag_set(diag, ERR_TIMEOUT, "the guard has not started %s within %d s", path,
                            REAL_START_MS / 1000);
        rc = guard_link_receive(&r->guard, &report, &pidfd, diag);
    } while (rc == 0);
    if (rc < 0)
        return rc;
    if (report.kind != GUARD_STARTED || pidfd < 0) {
        if (pidfd >= 0)
            (void)close(pidfd);
        if (report.value == ENOENT && r->options.command == NULL) {
            return diag_set(diag, ERR_NOTFOUND,
                            "the helper program actor-tree is not beside the guard: install it "
                            "again");
        }
        return ERR_IO;
    }
    process_register(r, ACTOR_ROOT, report.pid, pidfd);
    return 0;
}

int real_start(struct real_world *r, struct diag *diag)
{
    struct start_fds fds = {-1, -1, -1, -1};
    char path[PATH_BYTES];

    const struct world_command *command = r->options.command;
    int size = command != NULL
                   ? snprintf(path, sizeof(path), "%s", command->path)
                   : snprintf(path, sizeof(path), "%s/actor-tree", r->options.helper_dir);
    int rc = size > 0 && (size_t)size < sizeof(path)
                 ? start_open(r, &fds, diag)
                 : diag_set(diag, ERR_INPUT, "the program's path is too long");
    if (rc == 0)
        rc = command != NULL ? command_send(r, fds.slave, diag) : start_send(r, &fds, path, diag);
    if (rc == 0)
        rc = start_await(r, path, diag);
    if (rc == 0)
        r->phase = REAL_RUN;
    if (fds.null >= 0)
        (void)close(fds.null);
    if (fds.tree >= 0)
        (void)close(fds.tree);
    if (fds.control >= 0)
        (void)close(fds.control);
    return rc;
}
