/* guard_main.c: the parent of everything under test; see guard.h. One thread, no event loop.
 *
 * The anchor is a child without an exit signal, which waitpid() passes over unless asked for
 * clone children. So ECHILD is the kernel's word that nothing of the subject is left, although
 * the anchor still leads its session. */
#include "harness/real/guard.h"
#include "harness/real/guard_anchor.h"
#include "harness/real/guard_pidns.h"
#include "harness/real/guard_sweep.h"
#include "runtime/base/err.h"
#include "runtime/base/fdpass.h"
#include "runtime/base/procfs.h"
#include "runtime/base/status.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    KILL_WAIT_MS = 50,    /* for the next death, before the next look for what is left */
    KILL_ROUNDS_MAX = 100 /* in a row without a death: they cannot be killed */
};

struct guard {
    int link; /* to the harness */
    int signals;
    int anchor_link; /* -1: no anchor */
    int group_kill;  /* kills the subject's control group; -1: it has none */
    int listener; /* of the subject's filter, -1: none; open until all is dead: see listener_keep()
                   */
    pid_t anchor;
    pid_t root;
    bool root_lives; /* about to start, or not reaped yet, by whomever */
    bool started;
    bool killing;
    bool empty_said;
    bool failed_said; /* by the anchor: it ends by itself then, and only then */
    bool harness_gone;
};

static void guard_say(const struct guard *g, uint32_t kind, pid_t pid, int status, const char *text)
{
    struct guard_report report = {.kind = kind, .pid = pid, .status = status};

    report_send(g->link, &report, -1, text);
}

/* What the kernel calls it; a zombie still has its name. */
static const char *name_read(pid_t pid, struct procfs_stat *stat)
{
    return procfs_stat(pid, stat) && stat->name[0] != 0 ? stat->name : "process";
}

/* With the text of errno unless that is 0. */
static void guard_fail(const struct guard *g, const char *text)
{
    struct guard_report report = {.kind = GUARD_FAILED, .value = errno};
    struct diag diag;

    if (errno != 0)
        (void)diag_errno(&diag, ERR_IO, "%s", text);
    else
        (void)diag_set(&diag, ERR_IO, "%s", text);
    report_send(g->link, &report, -1, diag.text);
}

/* ---- The anchor ------------------------------------------------------------------------- */

/* Ends the anchor, if it has not ended, and reaps it. Returns its wait status. */
static int anchor_over(struct guard *g)
{
    int status = 0;

    (void)close(g->anchor_link);
    g->anchor_link = -1;
    (void)kill(g->anchor, SIGKILL);
    while (waitpid(g->anchor, &status, (int)__WCLONE) < 0 && errno == EINTR) {
    }
    if (g->root == 0)
        g->root_lives = false;
    return status;
}

/* The end of its link. Unless it has said why, somebody has killed it, and what the kernel does to
 * a session without a leader (SIGHUP, the modes) would look like the subject's doing. */
static void anchor_ended(struct guard *g)
{
    pid_t pid = g->anchor;
    int status = anchor_over(g);
    bool killed = WIFSIGNALED(status);
    struct diag diag;
    char how[64];

    if (g->failed_said)
        return;
    (void)status_text(status, how, sizeof(how));
    (void)diag_set(
        &diag, ERR_GONE, "the anchor (pid %d, leader of the subject's session) %s%s%s", (int)pid,
        killed ? "was killed by " : "has ended before the subject, with ",
        killed ? how + sizeof("signal ") - 1 : how,
        killed ? ": somebody outside of this run did that, or the kernel for want of memory" : "");
    guard_say(g, GUARD_FAILED, pid, status, diag.text);
}

static void left_found(pid_t pid, void *user)
{
    const struct guard *g = user;
    struct procfs_stat stat;

    guard_say(g, GUARD_LEFT, pid, 0, name_read(pid, &stat));
}

/* A call whose listener is gone fails, which a subject must not see: not when the harness ends, and
 * this is then about to kill all. */
static void listener_keep(struct guard *g, const struct guard_report *report, struct fdpass *got)
{
    if (report->kind == GUARD_LISTENS && g->listener < 0)
        g->listener = fdpass_take(got, 0);
}

/* Passes one report of the anchor on. Returns false when there is none now. */
static bool anchor_relay(struct guard *g)
{
    char bytes[sizeof(struct guard_report) + GUARD_TEXT_BYTES + 1];
    struct guard_report report;
    struct fdpass got;

    ssize_t size = fdpass_receive(g->anchor_link, bytes, sizeof(bytes) - 1, MSG_DONTWAIT, &got);
    if (size < 0)
        return false;
    if (size < (ssize_t)sizeof(report)) {
        anchor_ended(g);
        return false;
    }
    bytes[size] = 0;
    memcpy(&report, bytes, sizeof(report));
    if (report.kind == GUARD_STARTED || report.kind == GUARD_LISTENS)
        g->root = report.pid;
    if (report.kind == GUARD_FAILED) /* its exec has: whoever had listened is reaped */
        g->root = 0;
    if (report.kind == GUARD_EXITED)
        g->root_lives = false;
    g->failed_said = g->failed_said || report.kind == GUARD_FAILED;
    bool signs = report.kind == GUARD_STOPPED || report.kind == GUARD_CONTINUED ||
                 report.kind == GUARD_OBEYED;
    listener_keep(g, &report, &got);
    if (!signs || !g->killing)
        report_send(g->link, &report, report.kind == GUARD_LISTENS ? g->listener : got.fd[0],
                    size > (ssize_t)sizeof(report) ? bytes + sizeof(report) : NULL);
    fdpass_close(&got);
    return true;
}

static void anchor_drain(struct guard *g)
{
    while (g->anchor_link >= 0 && anchor_relay(g)) {
    }
}

/* Forks the anchor. The descriptors of the subject are closed here in any case. */
static void anchor_new(struct guard *g, const struct guard_subject *subject)
{
    int pair[2] = {-1, -1};
    pid_t pid = -1;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0) {
        /* A fork without an exit signal. Nothing here uses what libc would do in addition. */
        pid = (pid_t)syscall(SYS_clone, 0L, 0L, 0L, 0L, 0L);
    }
    if (pid == 0) {
        (void)close(g->link);
        (void)close(pair[0]);
        anchor_run(subject, pair[1], g->signals);
    }
    if (pid < 0) {
        guard_fail(g, errno == EAGAIN ? "too many processes: raise `ulimit -u`, or pids.max of the "
                                        "cgroup; the guard cannot fork"
                                      : "the guard cannot fork");
        (void)close(pair[0]);
    } else {
        g->anchor = pid;
        g->anchor_link = pair[0];
        g->root_lives = true;
    }
    (void)close(pair[1]);
}

/* ---- Reaping ---------------------------------------------------------------------------- */

/* As wait() gives it. */
static int status_of(const siginfo_t *dead)
{
    if (dead->si_code == CLD_EXITED)
        return (dead->si_status & 0xff) << 8;
    return dead->si_code == CLD_DUMPED ? dead->si_status | WCOREFLAG : dead->si_status;
}

/* Reaps what is dead, and says so before: who sees that somebody is reaped, and was not told that
 * by us, knows that it was by another. Returns the number, and in *none whether there is no child
 * at all. */
static int guard_reap(struct guard *g, bool *none)
{
    struct procfs_stat stat;
    siginfo_t dead = {0};
    int count = 0;
    int rc;

    /* What the anchor knows came before its death made us the root's parent. */
    anchor_drain(g);
    *none = false;
    /* Nobody hears of orphans of the root before the root itself. */
    if (g->root == 0 && g->root_lives)
        return 0;
    while ((rc = waitid(P_ALL, 0, &dead, WEXITED | WNOHANG | WNOWAIT)) == 0 && dead.si_pid > 0) {
        pid_t pid = dead.si_pid;
        int status = status_of(&dead);
        count++;
        if (pid == g->root && g->root_lives) {
            g->root_lives = false;
            guard_say(g, GUARD_EXITED, pid, status, NULL);
        } else {
            guard_say(g, GUARD_REAPED, pid, status, name_read(pid, &stat));
        }
        (void)waitpid(pid, NULL, 0);
        dead.si_pid = 0;
    }
    *none = rc < 0 && errno == ECHILD && !g->root_lives;
    return count;
}

static void signals_drain(const struct guard *g)
{
    struct signalfd_siginfo seen;

    while (read(g->signals, &seen, sizeof(seen)) > 0) {
    }
}

/* After every change: reap, tell of the end. */
static void guard_settle(struct guard *g)
{
    bool none;

    (void)guard_reap(g, &none);
    if (none && g->root != 0 && !g->empty_said) {
        g->empty_said = true;
        guard_say(g, GUARD_EMPTY, 0, 0, NULL);
    }
}

/* Stops all, so that nothing escapes by forking, then kills and reaps until ECHILD. Every killed
 * parent hands its children to us, so depth does not matter. */
static void guard_kill_all(struct guard *g)
{
    bool none;
    int idle = 0;
    pid_t self = getpid();

    g->killing = true;
    (void)guard_reap(g, &none);
    sweep_each(self, g->anchor, left_found, g);
    (void)sweep_stop(self, g->anchor, SWEEP_ROUNDS_MAX);
    while (!none && idle < KILL_ROUNDS_MAX) {
        struct pollfd ready[2] = {
            {.fd = g->signals,     .events = POLLIN},
            {.fd = g->anchor_link, .events = POLLIN}
        };
        /* Whoever is in the group in one go; who has left it, or where there is none, by looking.
         */
        if (g->group_kill >= 0)
            (void)!write(g->group_kill, "1", 1);
        if (sweep_signal(self, g->anchor, SIGKILL) < 0 && g->root > 0 && g->root_lives)
            (void)kill(-g->root, SIGKILL);
        (void)poll(ready, 2, KILL_WAIT_MS);
        signals_drain(g);
        idle = guard_reap(g, &none) > 0 ? 0 : idle + 1;
    }
    g->killing = false;
    if (none) {
        g->empty_said = true;
        guard_say(g, GUARD_EMPTY, 0, 0, NULL);
    } else {
        guard_say(g, GUARD_SURVIVOR, 0, 0, "a process survives SIGKILL for 5 s");
    }
}

/* ---- The harness ------------------------------------------------------------------------ */

static void guard_start(struct guard *g, struct guard_subject *subject, char *bytes, size_t size)
{
    errno = 0;
    if (g->started || !subject_parse(subject, bytes, size)) {
        guard_fail(g, "the guard is of another build: install all programs together");
        return;
    }
    g->started = true;
    anchor_new(g, subject);
    if (subject->start->group_kill != GUARD_NO_FILE)
        g->group_kill = fdpass_take(&subject->passed, subject->start->group_kill);
}

/* Takes one message. Returns false when the harness is gone. */
static bool guard_obey(struct guard *g)
{
    static char bytes[GUARD_START_BYTES_MAX];
    static struct guard_subject subject;
    struct guard_order order = {0};

    memset(&subject, 0, sizeof(subject));
    ssize_t size = fdpass_receive(g->link, bytes, sizeof(bytes), 0, &subject.passed);
    if (size < (ssize_t)sizeof(order))
        return false;
    memcpy(&order, bytes, sizeof(order));
    if (order.kind == GUARD_START)
        guard_start(g, &subject, bytes, (size_t)size);
    else if (order.kind == GUARD_KILL_ALL)
        guard_kill_all(g);
    else if (g->anchor_link >= 0)
        (void)send(g->anchor_link, &order, sizeof(order), MSG_NOSIGNAL | MSG_DONTWAIT);
    fdpass_close(&subject.passed);
    return true;
}

/* The harness has started us in a session of our own, with all signals blocked. */
static bool guard_init(struct guard *g)
{
    sigset_t child;

    *g = (struct guard){.link = GUARD_FD, .anchor_link = -1, .group_kill = -1, .listener = -1};
    for (int signal = 1; signal < NSIG; signal++) {
        struct sigaction action = {.sa_handler = signal == SIGCHLD ? SIG_DFL : SIG_IGN};
        (void)sigaction(signal, &action, NULL); /* KILL, STOP and libc's own refuse */
    }
    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    (void)sigprocmask(SIG_SETMASK, &child, NULL);
    (void)fcntl(g->link, F_SETFD, FD_CLOEXEC);
    g->signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (g->signals < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) {
        guard_fail(g, "the guard cannot watch over processes: signalfd or PR_SET_CHILD_SUBREAPER");
        return false;
    }
    return true;
}

/* Says why not, and waits until the harness has heard it. */
static bool namespace_enter(const char *how)
{
    const struct guard_report report = {.kind = GUARD_FAILED, .status = LACK_NAMESPACE};
    struct diag diag;
    char bytes[64];

    if (pidns_enter(GUARD_FD, strcmp(how, GUARD_PIDNS) == 0, &diag) == 0)
        return true;
    report_send(GUARD_FD, &report, -1, diag.text);
    while (recv(GUARD_FD, bytes, sizeof(bytes), 0) > 0) {
    }
    return false;
}

int main(int argc, char **argv)
{
    struct guard g;

    if ((argc > 1 && !namespace_enter(argv[1])) || !guard_init(&g))
        return 1;
    while (!g.harness_gone) {
        struct pollfd ready[3] = {
            {.fd = g.link,        .events = POLLIN},
            {.fd = g.signals,     .events = POLLIN},
            {.fd = g.anchor_link, .events = POLLIN}
        };
        (void)ppoll(ready, 3, NULL, NULL); /* no signal comes: all are blocked or ignored */
        signals_drain(&g);
        guard_settle(&g);
        if (ready[0].revents != 0)
            g.harness_gone = !guard_obey(&g);
    }
    guard_kill_all(&g);
    if (g.anchor_link >= 0)
        (void)anchor_over(&g);
    return 0;
}
