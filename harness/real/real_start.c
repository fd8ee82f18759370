/* real_start.c: everything that a subject needs is opened, and it is started. */
#include "harness/real/listener.h"
#include "harness/real/real.h"
#include "harness/real/subject.h"
#include "runtime/base/fd.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/procfs.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    /* The harness has a pidfd and orders of each actor; a parent, who needs most while it starts
     * one, a pidfd and a link of each child. Measured: 25 beside those. */
    FDS_PER_ACTOR = 2,
    FDS_OF_HARNESS = 28,
    FDS_AT_EASE =
        256, /* beside those, where nothing stands against it: for reports, and libraries */
};

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

/* Two descriptors per actor are more than many systems allow by default; the hard limit is the
 * administrator's. */
int real_files_allow(uint16_t actors, struct diag *diag)
{
    struct rlimit limit;
    rlim_t want = (rlim_t)actors * FDS_PER_ACTOR + FDS_OF_HARNESS;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= want + FDS_AT_EASE)
        return 0;
    /* Going on would fail somewhere in the middle, and look like a fault of the subject. */
    if (limit.rlim_max < want) {
        return diag_set(diag, ERR_FULL,
                        "this run needs up to %ju open files and the hard limit is %ju: raise it "
                        "(ulimit -Hn)",
                        (uintmax_t)want, (uintmax_t)limit.rlim_max);
    }
    limit.rlim_cur = limit.rlim_max < want + FDS_AT_EASE ? limit.rlim_max : want + FDS_AT_EASE;
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
    /* There nobody of the subject would be seen, and nothing be wrong. */
    if (!procfs_is_ours())
        return diag_set(diag, ERR_UNSUPPORTED, "/proc is not that of this PID namespace: %s",
                        "mount it first (mount -t proc proc /proc, or unshare --mount-proc)");
    int pidfd = pidfd_of(getpid());
    if (pidfd < 0 && (errno == ENOSYS || errno == EPERM))
        return diag_errno(diag, ERR_IO,
                          "this kernel has no pidfd_open: Linux 5.4 or later is needed");
    if (pidfd < 0)
        return diag_errno(diag, ERR_IO, "cannot watch a process");
    (void)close(pidfd);
    return 0;
}

int real_watch(struct real_world *r, struct loop_watch *w, int fd,
               void (*on_ready)(struct loop_watch *w, int ready), struct diag *diag)
{
    *w = (struct loop_watch){.fd = fd, .on_ready = on_ready, .user = r};
    return loop_watch_start(r->loop, w, LOOP_READABLE, diag);
}

static const char *pidns_word(const struct real_world *r)
{
    if (r->options.adopt != ADOPT_PIDNS)
        return NULL;
    return features_have(r->options.without, FEATURE_USERNS) ? GUARD_PIDNS_ROOT : GUARD_PIDNS;
}

/* Everything but the subject. */
static int start_open(struct real_world *r, int *slave, struct diag *diag)
{
    int rc = kernel_check(diag);

    if (rc < 0)
        return rc;
    /* What the guard has adopted comes to us if somebody kills it. */
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    r->pids = epoll_create1(EPOLL_CLOEXEC);
    if (r->pids < 0)
        return diag_errno(diag, ERR_IO, "cannot open what a run needs");
    rc = terminal_open(r, slave, diag);
    if (rc < 0)
        return rc;
    if (r->options.state_dir != NULL)
        leftover_open(&r->leftover, r->options.state_dir);
    rc = guard_link_open(&r->guard, r->options.helper_dir, pidns_word(r), diag);
    if (rc < 0)
        return rc;
    rc = real_watch(r, &r->pids_watch, r->pids, pids_ready, diag);
    if (rc == 0)
        rc = real_watch(r, &r->guard_watch, r->guard.fd, guard_ready, diag);
    return rc;
}

/* The first process is about to exec, and may wait there for whoever listens: from here on, us. */
static int start_listens(struct real_world *r, const struct guard_report *report, int listener,
                         struct diag *diag)
{
    guard_link_started(&r->guard);
    r->anchor = guard_link_pid(&r->guard, report->status);
    pid_t pid = guard_link_pid(&r->guard, report->pid);
    int pidfd = pid > 0 ? pidfd_of(pid) : -1;

    /* Dead by now: what has failed is told next. */
    if (pidfd >= 0)
        process_register(r, ACTOR_ROOT, pid, pidfd);
    return listener_begin(r, report, listener, diag);
}

static int start_failed(struct real_world *r, const struct guard_report *report, struct diag *diag)
{
    if (report->status == LACK_NAMESPACE)
        return ERR_UNSUPPORTED;
    if (report->status == LACK_FILTER)
        return diag_set(diag, ERR_UNSUPPORTED, "no system call can be a point here: %s",
                        listener_remedy(r, report->value));
    if (report->value == ENOENT && r->subject->missing != NULL)
        return diag_set(diag, ERR_NOTFOUND, "%s", r->subject->missing);
    return ERR_IO;
}

/* Waits for the guard's word that it runs, so that a subject that cannot be started is an error of
 * world_start(); or until it is held where it starts. */
static int start_await(struct real_world *r, struct diag *diag)
{
    struct guard_report report;
    int pidfd = -1;

    while (!r->process[ACTOR_ROOT].held) {
        struct pollfd ready[] = {
            {.fd = r->guard.fd,    .events = POLLIN},
            {.fd = listener_fd(r), .events = POLLIN}
        };
        if (poll(ready, 2, REAL_START_MS) == 0)
            return diag_set(diag, ERR_TIMEOUT, "the guard has not started %s within %d s",
                            r->subject->name, REAL_START_MS / 1000);
        listener_drain(r);
        int rc = guard_link_receive(&r->guard, &report, &pidfd, diag);
        if (rc < 0)
            return rc;
        if (rc == 0)
            continue;
        if (report.kind == GUARD_STARTED && pidfd >= 0) {
            guard_link_started(&r->guard);
            r->anchor = guard_link_pid(&r->guard, report.value);
            process_register(r, ACTOR_ROOT, guard_link_pid(&r->guard, report.pid), pidfd);
            return 0;
        }
        if (report.kind != GUARD_LISTENS || pidfd < 0) {
            fd_close(&pidfd);
            return start_failed(r, &report, diag);
        }
        rc = start_listens(r, &report, pidfd, diag);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int real_start(struct real_world *r, struct diag *diag)
{
    int slave = -1;
    int rc = start_open(r, &slave, diag);

    if (rc == 0)
        rc = r->subject->send(r, slave, diag);
    if (rc == 0)
        rc = start_await(r, diag);
    if (rc == 0)
        r->phase = REAL_RUN;
    return rc;
}
