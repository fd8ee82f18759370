/* beside.c: signals, and what a shell must see of us. */
#include "harness/real/beside.h"

#include "runtime/base/procfs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- What we change for ourselves ---- */

/* The command has of each what we were started with. SIGCHLD that is ignored would take the
 * statuses away; of a report that nobody reads only the report is lost. */
static struct own_signal {
    int number;
    bool ignored; /* else it does what the kernel does by itself */
    struct sigaction before;
} own_signals[] = {
    {.number = SIGINT,  .ignored = true},
    {.number = SIGQUIT,                 .ignored = true},
    {.number = SIGTSTP,.ignored = true},
    {.number = SIGTTIN, .ignored = true},
    {.number = SIGTTOU,                 .ignored = true},
    {.number = SIGPIPE,  .ignored = true},
    {.number = SIGCHLD},
};

enum { OWN_SIGNALS = sizeof(own_signals) / sizeof(own_signals[0]) };

static bool signal_stops(int number)
{
    return number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

static void signals_take(bool stops)
{
    for (size_t i = 0; i < OWN_SIGNALS; i++) {
        struct sigaction action = {.sa_handler = own_signals[i].ignored ? SIG_IGN : SIG_DFL};
        if (signal_stops(own_signals[i].number) == stops)
            (void)sigaction(own_signals[i].number, &action, &own_signals[i].before);
    }
}

static void signals_give_back(bool stops)
{
    for (size_t i = 0; i < OWN_SIGNALS; i++) {
        if (signal_stops(own_signals[i].number) == stops)
            (void)sigaction(own_signals[i].number, &own_signals[i].before, NULL);
    }
}

/* Those that are waited for. */
static void awaited(sigset_t *out)
{
    (void)sigemptyset(out);
    (void)sigaddset(out, SIGCHLD);
    (void)sigaddset(out, SIGTERM);
    (void)sigaddset(out, SIGHUP);
    (void)sigaddset(out, SIGCONT);
}

/* ---- The command ---- */

static _Noreturn void command_exec(const struct beside *b, const sigset_t *mask)
{
    signals_give_back(false);
    (void)signal(SIGXFSZ, b->xfsz_ignored ? SIG_IGN : SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
    /* Whatever cannot be said any more, the status says. */
    int stderr_kept = (b->closed & 1U << STDERR_FILENO) != 0 ? -1 : STDERR_FILENO;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if ((b->closed & 1U << fd) != 0)
            (void)close(fd);
    }
    (void)execvp(b->argv[0], b->argv);
    int error = errno;
    if (stderr_kept >= 0)
        (void)dprintf(stderr_kept, "scenario: cannot start '%s': %s\n", b->argv[0],
                      strerrordesc_np(error));
    _exit(error == ENOENT ? BESIDE_EXIT_NOT_FOUND : BESIDE_EXIT_CANNOT);
}

/* As fork(). A key that comes meanwhile is lost to nobody: those that we ignore wait, blocked,
 * until the command has its own dispositions; those that stop we ignore only once it is there. */
static pid_t command_fork(void)
{
    sigset_t keys;
    sigset_t before;

    (void)sigemptyset(&keys);
    (void)sigaddset(&keys, SIGINT);
    (void)sigaddset(&keys, SIGQUIT);
    (void)sigprocmask(SIG_BLOCK, &keys, &before);
    signals_take(false);
    pid_t pid = fork();
    if (pid != 0) {
        signals_take(true);
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
    }
    return pid;
}

static bool command_stopped(const struct beside *b)
{
    struct procfs_stat stat;

    return procfs_stat(b->pid, &stat) && procfs_state_stopped(stat.state);
}

/* Whether it is still in the stop that it was reported for. /proc may say a moment longer that it
 * runs. */
static bool command_stays(const struct beside *b)
{
    siginfo_t info = {0};

    return waitid(P_PID, (id_t)b->pid, &info,
                  WEXITED | WSTOPPED | WCONTINUED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
}

/* It has stopped, and so do we, by the same signal: that is what the shell is told. It may have
 * been woken meanwhile, by a SIGCONT to the group that came before we could stop; nobody would wake
 * us then. So the signal is sent while it is blocked, which the same SIGCONT would undo, and let
 * through only if the command is still stopped. (A SIGSTOP cannot be held so.) In an orphaned group
 * the kernel stops nobody by a terminal's signal, and we go on. */
static void stop_too(const struct beside *b, int number)
{
    sigset_t one;

    if (!signal_stops(number)) {
        if (command_stays(b))
            (void)raise(SIGSTOP);
        return;
    }
    (void)sigemptyset(&one);
    (void)sigaddset(&one, number);
    (void)sigprocmask(SIG_BLOCK, &one, NULL);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
    if (!command_stays(b))
        (void)signal(number, SIG_IGN); /* and it is not pending any more */
    (void)sigprocmask(SIG_UNBLOCK, &one, NULL);
    (void)signal(number, SIG_IGN);
}

/* Reaps whoever has ended. Returns true when the command has; *moved when it has stopped anew, or
 * was woken. */
static bool command_ended(struct beside *b, bool *moved)
{
    bool ended = false;
    int status;
    pid_t pid;

    *moved = false;
    while (!ended && (pid = waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED)) > 0) {
        if (pid != b->pid)
            continue;
        ended = WIFEXITED(status) || WIFSIGNALED(status);
        *moved = !ended;
        if (ended)
            b->status = status;
        else if (WIFSTOPPED(status))
            stop_too(b, WSTOPSIG(status));
    }
    return ended;
}

/* Whether the command has sent it, or one who descends from it: to the whole group then (`kill 0`
 * in a script), and so to the command too. A sender who has been reaped meanwhile cannot be asked.
 */
static bool is_from_command(const siginfo_t *info)
{
    pid_t pid = info->si_code == SI_KERNEL ? 0 : info->si_pid;
    struct procfs_stat stat;

    for (int i = 0; i < BESIDE_ANCESTORS_MAX && pid > 1 && procfs_stat(pid, &stat); i++) {
        if (stat.parent == getpid())
            return true;
        pid = stat.parent;
    }
    return false;
}

/* It is our child and nobody has waited for it: its number is its own. */
static void command_signal(const struct beside *b, const siginfo_t *info)
{
    int number = info->si_signo;

    /* When a terminal goes away the kernel tells the leader of its session, and when that has
     * ended, the group in front: what we have as the leader the command does not have. */
    bool group =
        info->si_code == SI_KERNEL && getpgid(b->pid) == getpgrp() && getsid(0) != getpid();
    if ((number == SIGTERM || number == SIGHUP) && !group && !is_from_command(info))
        (void)kill(b->pid, number);
}

int beside_run(struct beside *b, struct diag *diag)
{
    struct procfs_stat stat = {0};
    siginfo_t info = {0};
    sigset_t set;
    sigset_t mask;
    bool was_stopped = false;
    bool moved = false;

    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
        return diag_errno(diag, ERR_IO, "cannot become a subreaper");
    awaited(&set);
    (void)sigprocmask(SIG_BLOCK, &set, &mask);
    (void)fflush(NULL);
    b->pid = command_fork();
    if (b->pid < 0)
        return diag_errno(diag, ERR_IO, "cannot start a process");
    if (b->pid == 0)
        command_exec(b, &mask);
    if (procfs_stat(b->pid, &stat))
        b->start = stat.start;
    while (!command_ended(b, &moved)) {
        /* We were woken: with the whole group, or alone if it is where it was. One that has stopped
         * anew was woken too, and is not to be woken from that; so it is looked at before it is
         * asked for what is new. */
        if (was_stopped && !moved)
            (void)kill(b->pid, SIGCONT);
        int number = sigwaitinfo(&set, &info);
        if (number > 0)
            command_signal(b, &info);
        was_stopped = number == SIGCONT && command_stopped(b);
    }
    signals_give_back(true); /* who is stopped from here on is we */
    return 0;
}

void beside_reap(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
}

void beside_die(int status)
{
    const struct rlimit none = {0};
    sigset_t one;

    if (!WIFSIGNALED(status))
        return;
    int number = WTERMSIG(status);
    /* A limit does not keep a core from a program that is to get it. (core(5)) */
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)fflush(NULL);
    (void)signal(number, SIG_DFL);
    (void)sigemptyset(&one);
    (void)sigaddset(&one, number);
    (void)raise(number);
    (void)sigprocmask(SIG_UNBLOCK, &one, NULL);
}
