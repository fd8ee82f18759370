/* guard_anchor.c: what an interactive shell does for one job, and no more. */
#include "harness/real/guard_anchor.h"

#include "harness/real/guard_filter.h"
#include "runtime/base/err.h"
#include "runtime/host/spawn.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct anchor {
    int link;
    int signals;
    int tty; /* open until the subject is reaped */
    pid_t job;
    bool alive;
    bool leader; /* of the session; else the job is */
};

/* The next text of `left` bytes at *at, or NULL. */
static char *text_next(char **at, size_t *left)
{
    char *text = *at;
    const char *end = memchr(text, 0, *left);

    if (end == NULL)
        return NULL;
    size_t size = (size_t)(end - text) + 1;
    *at += size;
    *left -= size;
    return text;
}

static bool texts_parse(char **out, uint32_t count, char **at, size_t *left)
{
    if (count > GUARD_STRINGS_MAX)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        out[i] = text_next(at, left);
        if (out[i] == NULL)
            return false;
    }
    out[count] = NULL;
    return true;
}

static bool file_came(const struct guard_subject *subject, uint16_t file)
{
    return file == GUARD_NO_FILE || file < subject->passed.count;
}

bool subject_parse(struct guard_subject *subject, char *bytes, size_t size)
{
    static struct guard_start start;

    if (size < sizeof(start))
        return false;
    memcpy(&start, bytes, sizeof(start));
    char *at = bytes + sizeof(start);
    size_t left = size - sizeof(start);
    subject->start = &start;
    subject->path = text_next(&at, &left);
    subject->cwd = subject->path != NULL ? text_next(&at, &left) : NULL;
    if (start.kind != GUARD_START || subject->cwd == NULL || start.argc == 0 ||
        !texts_parse(subject->argv, start.argc, &at, &left) ||
        !texts_parse(subject->envp, start.envc, &at, &left) || left != 0)
        return false;
    if (subject->cwd[0] == 0)
        subject->cwd = NULL;
    if (start.tty >= subject->passed.count || start.move_count > GUARD_MOVES_MAX ||
        !file_came(subject, start.group_procs) || !file_came(subject, start.group_kill) ||
        !file_came(subject, start.filter))
        return false;
    for (uint32_t i = 0; i < start.move_count; i++) {
        if (start.move[i].from >= subject->passed.count || start.move[i].to > SPAWN_FD_MAX)
            return false;
    }
    return true;
}

void report_send(int to, const struct guard_report *report, int pidfd, const char *text)
{
    struct guard_report copy = *report;
    char words[GUARD_TEXT_BYTES] = {0};
    struct iovec part[2] = {
        {&copy, sizeof(copy)},
        {words, 0           }
    };

    if (text != NULL) {
        part[1].iov_len = strnlen(text, sizeof(words) - 1);
        memcpy(words, text, part[1].iov_len);
    }
    (void)fdpass_send(to, part, 2, &pidfd, pidfd >= 0 ? 1 : 0);
}

static void anchor_say(const struct anchor *a, uint32_t kind, int status, int value)
{
    struct guard_report report = {.kind = kind, .pid = a->job, .status = status, .value = value};

    report_send(a->link, &report, -1, NULL);
}

/* Tells why there is no subject, errno and its text included, and ends. */
static _Noreturn void anchor_fail(const struct anchor *a, const struct diag *diag,
                                  enum guard_lack lack)
{
    struct guard_report report = {.kind = GUARD_FAILED, .value = errno, .status = (int32_t)lack};

    report_send(a->link, &report, -1, diag->text);
    _exit(1);
}

/* What the child does right before its exec. */
struct entry {
    int procs;                   /* of its control group, -1: it has none */
    struct guard_filter *filter; /* NULL: it has none */
};

/* It makes itself a member of its control group: nobody else ever is one. The filter comes last, as
 * it may tell of all that follows. */
static int child_enter(void *user)
{
    const struct entry *entry = user;

    if (entry->procs >= 0 && write(entry->procs, "0", 1) != 1)
        return errno;
    return entry->filter != NULL ? filter_install(entry->filter) : 0;
}

static void anchor_start(struct anchor *a, const struct guard_subject *subject)
{
    const struct guard_start *start = subject->start;
    struct spawn_move move[GUARD_MOVES_MAX];
    struct guard_filter filter = {.link = a->link, .anchor = getpid(), .firm = start->firm != 0};
    sigset_t mask;
    struct diag diag = {0};
    struct spawned job;

    a->leader = start->leader == 0;
    if (a->leader && (setsid() < 0 || ioctl(a->tty, TIOCSCTTY, 0) < 0)) {
        (void)diag_errno(&diag, ERR_IO, "cannot lead a session on the terminal");
        anchor_fail(a, &diag, LACK_NOTHING);
    }
    bool filtered = start->filter != GUARD_NO_FILE;
    if (filtered && !filter_read(&filter, subject->passed.fd[start->filter])) {
        (void)diag_set(&diag, ERR_INPUT, "the filter is none");
        anchor_fail(a, &diag, LACK_FILTER);
    }
    for (uint32_t i = 0; i < start->move_count; i++)
        move[i] = (struct spawn_move){.from = subject->passed.fd[start->move[i].from],
                                      .to = start->move[i].to};
    bool grouped = start->group_procs != GUARD_NO_FILE;
    struct entry entry = {.procs = grouped ? subject->passed.fd[start->group_procs] : -1,
                          .filter = filtered ? &filter : NULL};
    (void)sigemptyset(&mask);
    if (start->blocked != 0)
        (void)sigfillset(&mask);
    struct spawn spawn = {
        .path = subject->path,
        .argv = subject->argv,
        .envp = subject->envp,
        .move = move,
        .move_count = start->move_count,
        .cwd = subject->cwd,
        .mask = &mask,
        .session = !a->leader,
        .control = !a->leader,
        .group = a->leader,
        .foreground = a->leader,
        .control_fd = a->tty,
        .before_exec = grouped || filtered ? child_enter : NULL,
        .user = &entry,
    };
    if (spawn_process(&spawn, &job, &diag) < 0)
        anchor_fail(a, &diag, filter.failed != 0 ? LACK_FILTER : LACK_NOTHING);
    a->job = job.pid;
    a->alive = true;
    struct guard_report report = {.kind = GUARD_STARTED, .pid = job.pid, .value = getpid()};
    report_send(a->link, &report, job.pidfd, NULL);
    (void)close(job.pidfd);
    /* The terminal and nothing else stays open: whoever waits for an end of file waits for the
     * subject, not for us. */
    for (unsigned i = 0; i < subject->passed.count; i++) {
        if (subject->passed.fd[i] != a->tty)
            (void)close(subject->passed.fd[i]);
    }
}

static void anchor_ended(struct anchor *a, int status)
{
    /* Of a session that is over with its leader nobody else can have it. */
    pid_t front = a->leader ? tcgetpgrp(a->tty) : a->job;

    /* A shell takes the terminal back whoever has it. SIGTTOU is ignored here. */
    if (a->leader)
        (void)tcsetpgrp(a->tty, getpgrp());
    (void)close(a->tty);
    a->alive = false;
    anchor_say(a, GUARD_EXITED, status, front > 0 ? front : 0);
}

static void anchor_wait(struct anchor *a)
{
    int status;

    while (a->alive && waitpid(a->job, &status, WNOHANG | WUNTRACED | WCONTINUED) == a->job) {
        if (WIFSTOPPED(status))
            anchor_say(a, GUARD_STOPPED, WSTOPSIG(status), 0);
        else if (WIFCONTINUED(status))
            anchor_say(a, GUARD_CONTINUED, 0, 0);
        else
            anchor_ended(a, status);
    }
}

/* Returns false at the end of the link. */
static bool anchor_obey(struct anchor *a)
{
    struct guard_order order;

    if (recv(a->link, &order, sizeof(order), 0) != (ssize_t)sizeof(order))
        return false;
    if (a->alive && order.kind == GUARD_HUP)
        (void)kill(-a->job, SIGHUP);
    else if (a->alive && a->leader)
        (void)tcsetpgrp(a->tty, a->job);
    if (a->alive)
        (void)kill(-a->job, SIGCONT); /* a stopped one must hear of the hang-up, too */
    anchor_say(a, GUARD_OBEYED, 0, 0);
    return true;
}

_Noreturn void anchor_run(const struct guard_subject *subject, int link, int signals)
{
    struct anchor a = {
        .link = link, .signals = signals, .tty = subject->passed.fd[subject->start->tty]};
    struct signalfd_siginfo seen;

    anchor_start(&a, subject);
    for (;;) {
        struct pollfd ready[2] = {
            {.fd = link,      .events = POLLIN},
            {.fd = a.signals, .events = POLLIN}
        };
        (void)ppoll(ready, 2, NULL, NULL); /* no signal comes: all are blocked or ignored */
        if (ready[1].revents != 0) {
            while (read(a.signals, &seen, sizeof(seen)) > 0) {
            }
            anchor_wait(&a);
        }
        if (ready[0].revents != 0 && !anchor_obey(&a))
            break;
    }
    /* The guard is gone: only the job's own group can still be reached. */
    if (a.alive)
        (void)kill(-a.job, SIGKILL);
    _exit(0);
}
