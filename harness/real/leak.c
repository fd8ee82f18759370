/* leak.c: looks from ourselves down, and the time between them; who stays is ended by pidfd. */
#include "harness/real/leak.h"

#include "harness/real/beside.h"
#include "runtime/base/check.h"
#include "runtime/base/fd.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { WAITED_MAX = 128, STATUS_BYTES = 8192 };

static int64_t now_ns(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- Before ---- */

static int own_children_note(struct leaks *l, struct diag *diag)
{
    pid_t pid[LEAK_BEFORE_MAX];
    struct procfs_stat stat;

    int count = procfs_children(getpid(), getpid(), pid, LEAK_BEFORE_MAX);
    if (count > LEAK_BEFORE_MAX)
        return diag_set(diag, ERR_STATE, "more than %d children before the command, here %d: %s",
                        LEAK_BEFORE_MAX, count, "start it without `exec`");
    for (int i = 0; i < count; i++) {
        if (procfs_stat(pid[i], &stat))
            l->before[l->before_count++] =
                (struct leak_seen){.pid = pid[i], .start = stat.start, .ticks = stat.ticks};
    }
    return 0;
}

static void own_descriptors_note(struct leaks *l)
{
    struct stat st;
    DIR *files = opendir("/proc/self/fd");

    if (files == NULL)
        return;
    for (const struct dirent *e = readdir(files); e != NULL; e = readdir(files)) {
        pid_t fd = procfs_number(e->d_name);
        if (fd < 0 || fd == dirfd(files) || l->own_count == LEAK_OWN_FDS_MAX || fstat(fd, &st) < 0)
            continue;
        l->own[l->own_count++] = (struct leak_own){.fd = fd, .dev = st.st_dev, .ino = st.st_ino};
    }
    (void)closedir(files);
}

int leaks_before(struct leaks *l, struct diag *diag)
{
    if (!procfs_is_ours())
        return diag_set(diag, ERR_UNSUPPORTED, "/proc is not that of this PID namespace: %s",
                        "mount it first (mount -t proc proc /proc, or unshare --mount-proc)");
    own_descriptors_note(l);
    return own_children_note(l, diag);
}

/* ---- A look ---- */

/* All of the command's that live. */
struct living {
    const struct leaks *leaks;
    struct leak_seen seen[JOB_PROCESSES_MAX];
    size_t count;
    pid_t others[JOB_PROCESSES_MAX]; /* those that are not the command's */
    size_t other_count;
};

static bool is_other(const struct living *v, pid_t pid, const struct procfs_stat *stat)
{
    const struct leaks *l = v->leaks;

    if (stat->start < l->from)
        return true;
    for (size_t i = 0; i < l->before_count; i++) {
        if (l->before[i].pid == pid && l->before[i].start == stat->start)
            return true;
    }
    for (size_t i = 0; i < v->other_count; i++) {
        if (v->others[i] == stat->parent)
            return true;
    }
    return false;
}

static bool is_alive(pid_t pid, char state)
{
    if (!procfs_state_dead(state))
        return true;
    /* Its first thread has ended; others may run. */
    int pidfd = pidfd_of(pid);
    bool dead = pidfd < 0 || pidfd_is_dead(pidfd);
    fd_close(&pidfd);
    return !dead;
}

static void living_add(void *user, pid_t pid, const struct procfs_stat *stat)
{
    struct living *v = user;

    if (is_other(v, pid, stat)) {
        if (v->other_count < JOB_PROCESSES_MAX)
            v->others[v->other_count++] = pid;
    } else if (v->count < JOB_PROCESSES_MAX && is_alive(pid, stat->state)) {
        v->seen[v->count++] = (struct leak_seen){
            .pid = pid, .parent = stat->parent, .start = stat->start, .ticks = stat->ticks};
    }
}

/* Of those that a look cannot hold the rest is found by the next one. */
static int living_look(struct living *v, struct diag *diag)
{
    const struct job_question question = {.guard = getpid(), .each = living_add, .user = v};
    struct job_look look;
    struct diag full;

    beside_reap();
    v->count = 0;
    v->other_count = 0;
    int rc = job_look(&question, &look, &full);
    if (rc < 0 && rc != ERR_FULL)
        return diag_set(diag, rc, "%s", full.text);
    return 0;
}

/* ---- Who may stay, who is another's ---- */

static uid_t uid_of(pid_t pid)
{
    char text[STATUS_BYTES];

    if (procfs_read(pid, "status", text, sizeof(text)) < 0)
        return getuid();
    const char *at = strstr(text, "\nUid:\t");
    return at != NULL ? (uid_t)strtoul(at + strlen("\nUid:\t"), NULL, 10) : getuid();
}

static bool words_allow(const struct leaks *l, pid_t pid)
{
    struct buf argv = BUF_INIT;
    struct buf joined = BUF_INIT;

    (void)leak_argv(pid, &argv);
    leak_join(&argv, &joined);
    bool allows = l->allows(l->user, buf_text(&joined));
    buf_release(&argv);
    buf_release(&joined);
    return allows;
}

/* The children of a daemon that may stay have other words, and it is lost without them. A parent
 * stands before its children. */
static void allowed_note(struct living *v)
{
    for (size_t i = 0; i < v->count; i++) {
        struct leak_seen *seen = &v->seen[i];
        for (size_t j = 0; j < i && !seen->allowed; j++)
            seen->allowed = v->seen[j].pid == seen->parent && v->seen[j].allowed;
        seen->allowed = seen->allowed || words_allow(v->leaks, seen->pid);
    }
}

static enum leak_fate fate_of(const struct leak_seen *seen)
{
    if (seen->allowed)
        return LEAK_ALLOWED;
    return uid_of(seen->pid) != getuid() ? LEAK_FOREIGN : LEAK_LEFT;
}

/* Keeps only those that we end. */
static void living_ours(struct living *v)
{
    size_t kept = 0;

    allowed_note(v);
    for (size_t i = 0; i < v->count; i++) {
        if (fate_of(&v->seen[i]) == LEAK_LEFT)
            v->seen[kept++] = v->seen[i];
    }
    v->count = kept;
}

/* ---- Time ---- */

/* A pidfd of the process that was seen, or -1: it is gone. */
static int seen_open(const struct leak_seen *seen)
{
    struct procfs_stat stat;
    int pidfd = pidfd_of(seen->pid);

    if (pidfd >= 0 && (!procfs_stat(seen->pid, &stat) || stat.start != seen->start))
        fd_close(&pidfd);
    return pidfd;
}

/* Waits until one of them has ended, or the deadline, or until something comes out of `told`.
 * Returns false when it is not worth while to wait on. */
static bool end_await(const struct living *v, int told, int64_t deadline_ns)
{
    struct pollfd fd[WAITED_MAX + 1] = {
        {.fd = told, .events = POLLIN}
    };
    nfds_t count = 1;
    bool gone = false;

    for (size_t i = 0; i < v->count && count <= WAITED_MAX; i++) {
        int pidfd = seen_open(&v->seen[i]);
        gone = gone || (pidfd < 0 && errno != EMFILE && errno != ENFILE);
        if (pidfd >= 0)
            fd[count++] = (struct pollfd){.fd = pidfd, .events = POLLIN};
    }
    int64_t left_ns = deadline_ns - now_ns();
    if (!gone && left_ns > 0) {
        const struct timespec left = {left_ns / 1000000000, left_ns % 1000000000};
        (void)ppoll(fd, count, &left, NULL);
    }
    for (nfds_t i = 1; i < count; i++)
        (void)close(fd[i].fd);
    return (fd[0].revents & POLLIN) == 0 && now_ns() < deadline_ns;
}

/* SIGTERM or SIGHUP, which are blocked. */
static int hurry_open(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGHUP);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* ---- Who is left ---- */

static void leak_add(struct leaks *l, const struct leak_seen *seen)
{
    uint64_t hz = (uint64_t)sysconf(_SC_CLK_TCK);
    uint64_t ticks = seen->ticks;

    if (l->count == LEAKS_MAX) {
        l->more = true;
        return;
    }
    struct leak *k = &l->leak[l->count++];
    *k = (struct leak){.pid = seen->pid, .start = seen->start, .uid = uid_of(seen->pid)};
    for (size_t i = 0; i < l->at_end_count; i++) {
        if (l->at_end[i].pid == seen->pid && l->at_end[i].start == seen->start)
            ticks = seen->ticks - l->at_end[i].ticks;
    }
    k->cpu_ns = (int64_t)(ticks * (UINT64_C(1000000000) / hz));
    k->fate = fate_of(seen);
    (void)leak_argv(seen->pid, &k->argv);
    leak_facts(l, k);
}

static void at_end_note(struct leaks *l, const struct living *v)
{
    l->at_end_count = v->count < LEAKS_MAX ? v->count : LEAKS_MAX;
    memcpy(l->at_end, v->seen, l->at_end_count * sizeof(v->seen[0]));
}

int leaks_find(struct leaks *l, uint64_t command_start, int64_t grace_ns, struct diag *diag)
{
    int64_t deadline_ns = now_ns() + grace_ns;
    struct living *v = calloc(1, sizeof(*v));
    bool waits = true;

    if (v == NULL)
        return diag_set(diag, ERR_NOMEM, "out of memory");
    v->leaks = l;
    l->from = command_start;
    int hurry = hurry_open();
    int rc = living_look(v, diag);
    at_end_note(l, v);
    while (rc == 0 && waits) {
        waits = v->count > 0 && end_await(v, hurry, deadline_ns);
        rc = living_look(v, diag);
    }
    allowed_note(v);
    for (size_t i = 0; i < v->count; i++)
        leak_add(l, &v->seen[i]);
    fd_close(&hurry);
    free(v);
    return rc;
}

/* ---- Their end ---- */

static void all_signal(const struct living *v, int number)
{
    for (size_t i = 0; i < v->count; i++) {
        int pidfd = seen_open(&v->seen[i]);
        if (pidfd < 0)
            continue;
        (void)pidfd_send(pidfd, number);
        if (number != SIGKILL)
            (void)pidfd_send(pidfd, SIGCONT); /* one that is stopped would never know */
        (void)close(pidfd);
    }
}

/* Of those that are told and are not there any more: what has ended them. */
static void fates_note(struct leaks *l, const struct living *v, enum leak_fate fate)
{
    for (size_t i = 0; i < l->count; i++) {
        struct leak *k = &l->leak[i];
        bool there = false;
        for (size_t j = 0; j < v->count && !there; j++)
            there = v->seen[j].pid == k->pid && v->seen[j].start == k->start;
        if (!there && k->fate == LEAK_LEFT)
            k->fate = fate;
    }
}

static int living_left(struct living *v, struct diag *diag)
{
    int rc = living_look(v, diag);

    living_ours(v);
    return rc;
}

/* Until nobody is left, or the deadline. `again`: those who come meanwhile get it too. */
static int stage(struct leaks *l, struct living *v, int number, int64_t ns, struct diag *diag)
{
    int64_t deadline_ns = now_ns() + ns;
    int rc = 0;

    all_signal(v, number);
    while (rc == 0 && v->count > 0 && end_await(v, -1, deadline_ns)) {
        rc = living_left(v, diag);
        if (number == SIGKILL)
            all_signal(v, number);
    }
    if (rc == 0)
        rc = living_left(v, diag);
    fates_note(l, v, number == SIGKILL ? LEAK_BY_KILL : LEAK_BY_TERM);
    return rc;
}

int leaks_end(struct leaks *l, struct diag *diag)
{
    struct living *v = calloc(1, sizeof(*v));

    if (v == NULL)
        return diag_set(diag, ERR_NOMEM, "out of memory");
    v->leaks = l;
    int rc = living_left(v, diag);
    fates_note(l, v, LEAK_BY_ITSELF);
    if (rc == 0)
        rc = stage(l, v, SIGTERM, LEAK_TERM_NS, diag);
    if (rc == 0)
        rc = stage(l, v, SIGKILL, LEAK_KILL_NS, diag);
    for (size_t i = 0; i < l->count; i++) {
        if (l->leak[i].fate == LEAK_LEFT)
            l->leak[i].fate = LEAK_STAYS;
    }
    free(v);
    return rc;
}

size_t leaks_count(const struct leaks *l)
{
    size_t count = 0;

    for (size_t i = 0; i < l->count; i++)
        count += l->leak[i].fate != LEAK_ALLOWED;
    return count;
}

void leaks_release(struct leaks *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct leak *k = &l->leak[i];
        struct buf *const bufs[] = {&k->argv, &k->label, &k->holds, &k->ports, &k->locks, &k->cwd};
        for (size_t j = 0; j < sizeof(bufs) / sizeof(bufs[0]); j++)
            buf_release(bufs[j]);
    }
    l->count = 0;
}
