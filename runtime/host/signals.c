/* signals.c: handlers that record, and the pipe they record into. */
#include "runtime/host/signals.h"

#include "runtime/base/check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* One record in the pipe; smaller than PIPE_BUF, so it is written whole. */
struct signal_record {
    int number;
    struct signal_came came;
};

enum { RECORDS_PER_READ = 32, EXIT_BY_SIGNAL = 128 };

static const int recorded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT, SIGUSR1};
static const int ignored[] = {SIGTTOU, SIGTTIN, SIGPIPE};
static const int usual[] = {SIGTSTP, SIGALRM}; /* left to their default */

/* What the handlers touch; they are blocked against each other. */
static volatile sig_atomic_t record_fd = -1;
static volatile sig_atomic_t lost[NSIG];  /* the pipe was full: at least one of these */
static volatile sig_atomic_t continued;   /* since a stop was seen to wait */
static volatile sig_atomic_t escape_open; /* enum escape_by */
static volatile sig_atomic_t escape_tty = -1;
static volatile sig_atomic_t parent_pid;
static struct termios escape_modes;
static struct escape escape;

static void signal_set(int number, void (*handler)(int))
{
    const struct sigaction action = {.sa_handler = handler};

    CHECK(sigaction(number, &action, NULL) == 0);
}

static void signal_default(int number)
{
    const struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t set;

    (void)sigaction(number, &action, NULL); /* SIGKILL refuses, and needs none */
    (void)sigemptyset(&set);
    (void)sigaddset(&set, number);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void signals_restore_modes(void)
{
    if (escape_tty >= 0)
        (void)tcsetattr(escape_tty, TCSANOW, &escape_modes);
}

static void signal_count(int number, int64_t at_ns)
{
    if (!escape_press(&escape, (enum escape_by)escape_open, number, at_ns))
        return;
    signals_restore_modes();
    signal_default(number);
    (void)raise(number);
}

static void signal_handler(int number, siginfo_t *info, void *context)
{
    int error = errno;
    struct signal_record r = {
        .number = number,
        .came = {.at_ns = loop_now_ns(),
                 .kernel = info->si_code == SI_KERNEL,
                 .pid = info->si_code == SI_KERNEL ? 0 : info->si_pid}
    };

    (void)context;
    if (number == SIGCONT)
        continued = 1;
    if (number == SIGTERM && parent_pid != 0 && getppid() != parent_pid)
        (void)alarm(DRIVER_ORPHAN_S);
    if (record_fd >= 0 && write(record_fd, &r, sizeof(r)) != (ssize_t)sizeof(r))
        lost[number] = 1;
    signal_count(number, r.came.at_ns);
    errno = error;
}

static void signal_install(int number)
{
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_sigaction = signal_handler;
    action.sa_flags = SA_SIGINFO | SA_RESTART | (number == SIGCHLD ? SA_NOCLDSTOP : 0);
    (void)sigfillset(&action.sa_mask);
    CHECK(sigaction(number, &action, NULL) == 0);
}

/* The handler of somebody who means well: the signal is gone. */
static void signal_swallow(int number)
{
    (void)number;
}

void signals_replace(int number, enum actor_signal how)
{
    static void (*const handlers[])(int) = {[ACTOR_SIGNAL_DEFAULT] = SIG_DFL,
                                            [ACTOR_SIGNAL_IGNORE] = SIG_IGN,
                                            [ACTOR_SIGNAL_HANDLER] = signal_swallow};

    signal_set(number, handlers[how]);
}

static bool signal_is_ours(int number, bool handled)
{
    struct sigaction now;

    CHECK(sigaction(number, NULL, &now) == 0);
    if (!handled)
        return now.sa_handler == SIG_IGN;
    return (now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == signal_handler;
}

/* Puts the default back; returns true when it was something else. */
static bool usual_assert(const struct signals *s, int number)
{
    struct sigaction now;
    bool late = s->stop_late && number == SIGTSTP;

    CHECK(sigaction(number, NULL, &now) == 0);
    if (late ? signal_is_ours(number, true) : now.sa_handler == SIG_DFL)
        return false;
    if (late)
        signal_install(number);
    else
        signal_set(number, SIG_DFL);
    return true;
}

uint64_t signals_assert(const struct signals *s)
{
    uint64_t found = 0;
    sigset_t blocked;

    for (size_t i = 0; i < sizeof(recorded) / sizeof(recorded[0]); i++) {
        if (signal_is_ours(recorded[i], true))
            continue;
        signal_install(recorded[i]);
        found |= UINT64_C(1) << recorded[i];
    }
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
        if (signal_is_ours(ignored[i], false))
            continue;
        signal_set(ignored[i], SIG_IGN);
        found |= UINT64_C(1) << ignored[i];
    }
    if (s->children && !signal_is_ours(SIGCHLD, true)) {
        signal_install(SIGCHLD);
        found |= UINT64_C(1) << SIGCHLD;
    }
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
        if (usual_assert(s, usual[i]))
            found |= UINT64_C(1) << usual[i];
    }
    (void)sigemptyset(&blocked);
    if (s->stop_waits)
        (void)sigaddset(&blocked, SIGTSTP);
    (void)sigprocmask(SIG_SETMASK, &blocked, NULL);
    return found;
}

void signals_drain(struct signals *s)
{
    struct signal_record r[RECORDS_PER_READ];
    ssize_t got = 0;

    escape_heard(&escape);
    while ((got = read(s->record[0], r, sizeof(r))) > 0) {
        for (size_t i = 0; i < (size_t)got / sizeof(r[0]); i++)
            s->on_signal(s->user, r[i].number, &r[i].came);
        if (s->record[0] < 0)
            return;
    }
    for (int number = 1; number < NSIG; number++) {
        if (lost[number] != 0) {
            lost[number] = 0;
            s->on_signal(s->user, number, &(struct signal_came){.at_ns = loop_now_ns()});
        }
    }
}

static void signals_ready(struct loop_watch *w, int ready)
{
    (void)ready;
    signals_drain(w->user);
}

/* It is not read from there: that would take it away from the kernel, and from a SIGCONT. */
static void stop_ready(struct loop_watch *w, int ready)
{
    struct signals *s = w->user;
    sigset_t pending;

    (void)ready;
    continued = 0;
    CHECK(sigpending(&pending) == 0);
    if (s->stop_waits && sigismember(&pending, SIGTSTP) == 1)
        s->on_signal(s->user, SIGTSTP,
                     &(struct signal_came){.at_ns = loop_now_ns(), .kernel = true});
}

static void signals_close_all(struct signals *s)
{
    const int all[] = {s->record[0], s->record[1], s->stop_watch.fd};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i] >= 0)
            (void)close(all[i]);
    }
    s->record[0] = -1;
    s->record[1] = -1;
    s->stop_watch.fd = -1;
}

int signals_open(struct signals *s, struct loop *loop, bool children, struct diag *diag)
{
    sigset_t stop;

    CHECK(record_fd < 0);
    if (pipe2(s->record, O_CLOEXEC | O_NONBLOCK) < 0)
        return diag_errno(diag, ERR_IO, "cannot make a pipe for signals");
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTSTP);
    s->watch = (struct loop_watch){.fd = s->record[0], .on_ready = signals_ready, .user = s};
    s->stop_watch = (struct loop_watch){
        .fd = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK), .on_ready = stop_ready, .user = s};
    int rc = s->stop_watch.fd < 0 ? diag_errno(diag, ERR_IO, "cannot wait for signals: signalfd")
                                  : loop_watch_start(loop, &s->watch, LOOP_READABLE, diag);
    if (rc < 0) {
        signals_close_all(s);
        return rc;
    }
    record_fd = s->record[1];
    s->children = children;
    s->stop_waits = false;
    s->stop_late = false;
    s->loop = loop;
    (void)signals_assert(s);
    return 0;
}

void signals_set_escape(enum escape_by by)
{
    escape_open = (int)by;
}

void signals_set_modes(int tty, const struct termios *modes)
{
    escape_modes = *modes;
    escape_tty = tty;
}

void signals_set_parent(pid_t parent)
{
    parent_pid = parent;
}

static void stop_let(bool act)
{
    sigset_t stop;

    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTSTP);
    (void)sigprocmask(act ? SIG_UNBLOCK : SIG_BLOCK, &stop, NULL);
}

void signals_stop_waits(struct signals *s, bool waits)
{
    if (s->stop_late || s->stop_waits == waits)
        return;
    s->stop_waits = waits;
    stop_let(!waits);
    if (waits)
        (void)loop_watch_start(s->loop, &s->stop_watch, LOOP_READABLE, NULL);
    else
        loop_watch_stop(&s->stop_watch);
}

void signals_stop_late(struct signals *s)
{
    s->stop_late = true;
    (void)signals_assert(s);
}

void signals_stop(struct signals *s)
{
    struct signal_record r = {
        .number = SIGCONT, .came = {.at_ns = loop_now_ns(), .kernel = true}
    };

    if (s->stop_late) {
        continued = 0;
        signal_default(SIGTSTP);
        (void)raise(SIGTSTP);
        signal_install(SIGTSTP);
    }
    signals_stop_waits(s, false);
    if (continued == 0 && write(s->record[1], &r, sizeof(r)) != (ssize_t)sizeof(r))
        lost[SIGCONT] = 1;
}

_Noreturn void signals_die(int number)
{
    signal_default(number);
    (void)raise(number);
    /* A signal whose default is to be ignored. */
    _exit(EXIT_BY_SIGNAL + number);
}

void signals_close(struct signals *s)
{
    if (record_fd < 0)
        return;
    record_fd = -1;
    escape_open = ESCAPE_NONE;
    loop_watch_stop(&s->watch);
    loop_watch_stop(&s->stop_watch);
    signals_close_all(s);
}
