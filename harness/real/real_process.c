/* real_process.c: what is known of the actors' processes, and how it changes. */
#include "harness/real/real.h"
#include "harness/real/subject.h"
#include "runtime/base/fd.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/procfs.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* PIDFD_GET_INFO of linux/pidfd.h, which Debian 12 does not have yet; the exit code comes with
 * kernel 6.15. */
struct pidfd_info_v0 {
    uint64_t mask;
    uint64_t cgroup;
    uint32_t pid, tgid, ppid;
    uint32_t ids[8];
    int32_t exit_code;
};

#define PIDFD_GET_INFO_V0 _IOWR(0xFF, 11, struct pidfd_info_v0)
#define PIDFD_INFO_EXIT   (UINT64_C(1) << 3)

int64_t pidfd_status(int pidfd)
{
    struct pidfd_info_v0 info = {.mask = PIDFD_INFO_EXIT};

    if (ioctl(pidfd, PIDFD_GET_INFO_V0, &info) < 0 || (info.mask & PIDFD_INFO_EXIT) == 0)
        return -1;
    return info.exit_code;
}

/* The wait status of a dead process, or -1 when the kernel does not tell. */
static int64_t process_status(const struct real_world *r, const struct real_process *p)
{
    struct procfs_stat stat;

    /* Not reaped even now, so the number was still its own. */
    if (procfs_stat(p->pid, &stat) && stat.state == 'Z' && !pidfd_is_reaped(p->pidfd))
        return stat.status;
    return features_have(r->options.without, FEATURE_GETINFO) ? -1 : pidfd_status(p->pidfd);
}

int64_t process_waited_of(const char *schedstat)
{
    char *end;

    (void)strtoll(schedstat, &end, 10); /* the time on a processor */
    return strtoll(end, NULL, 10);
}

int64_t pid_waited(pid_t pid)
{
    char text[128] = "";

    (void)procfs_read(pid, "schedstat", text, sizeof(text));
    return process_waited_of(text);
}

bool process_lives(const struct real_process *p)
{
    return p->state == PROCESS_LIVE || p->state == PROCESS_STOPPED;
}

bool process_acts(const struct real_process *p)
{
    return p->state == PROCESS_LIVE && p->reported && !p->held && !p->stopping && !p->frozen;
}

uint16_t process_find(const struct real_world *r, pid_t pid)
{
    for (uint16_t i = 0; i < r->cast->count; i++) {
        const struct real_process *p = &r->process[i];
        if (p->pid == pid && (process_lives(p) || p->state == PROCESS_ZOMBIE))
            return i;
    }
    return ACTOR_NONE;
}

/* ---- Birth ------------------------------------------------------------------------------ */

static void process_record(struct real_world *r, uint16_t actor, enum point point, int64_t value)
{
    real_record(r,
                (struct trace_record){
                    .point = (uint16_t)point, .actor = actor, .peer = ACTOR_NONE, .value = value});
    r->activity++;
}

static struct real_waited waited_now(struct real_world *r, uint16_t parent)
{
    struct real_waited w = {0};

    (void)real_stalled(r);
    w.harness_ns = pid_waited(getpid());
    w.stalled_ns = r->world.stalled_ns;
    if (parent != ACTOR_NONE && process_lives(&r->process[parent]))
        w.parent_ns = pid_waited(r->process[parent].pid);
    return w;
}

static int64_t not_negative(int64_t ns)
{
    return ns > 0 ? ns : 0;
}

int64_t process_waited(const struct real_waited *was, const struct real_waited *now)
{
    int64_t harness_ns = not_negative(now->harness_ns - was->harness_ns);
    int64_t stalled_ns = not_negative(now->stalled_ns - was->stalled_ns);

    return not_negative(now->parent_ns - was->parent_ns) +
           (stalled_ns > harness_ns ? stalled_ns : harness_ns);
}

static void process_close(struct real_process *p)
{
    fd_close(&p->pidfd);
    fd_close(&p->orders);
}

void processes_release(struct real_world *r)
{
    for (uint16_t i = 0; i < r->cast->count; i++) {
        process_close(&r->process[i]);
        free(r->process[i].argv);
        r->cast->who[i].argv = NULL;
    }
    free(r->process);
    r->process = NULL;
}

void process_expected(struct real_world *r, uint16_t actor)
{
    struct real_process *p = &r->process[actor];

    /* A number that is used again belongs to a new process; the old one was reaped before. */
    uint16_t by = r->cast->who[actor].parent;
    process_reaped(r, actor, by == ACTOR_NONE ? (uint16_t)ACTOR_HARNESS : by, -1);
    process_close(p);
    *p = (struct real_process){.pidfd = -1, .orders = -1, .status = -1, .expected = true};
    r->activity++;
}

static void spawned_record(struct real_world *r, uint16_t actor, pid_t pid)
{
    const struct who *who = &r->cast->who[actor];
    bool known = who->kind == WHO_PROCESS && !who->orphan;

    real_record(r, (struct trace_record){.point = POINT_PROC_SPAWNED,
                                         .actor = actor,
                                         .peer = known ? who->parent : (uint16_t)ACTOR_NONE,
                                         .value = pid});
    r->activity++;
}

void process_register(struct real_world *r, uint16_t actor, pid_t pid, int pidfd)
{
    struct real_process *p = &r->process[actor];
    struct epoll_event watched = {.events = EPOLLIN | EPOLLET, .data.u32 = actor};

    /* Told of its death only: that it is reaped is found by asking. */
    if (features_have(r->options.without, FEATURE_PIDFD_HUP))
        watched.events |= EPOLLONESHOT;

    if (p->pidfd >= 0) {
        (void)close(pidfd);
        return;
    }
    p->pid = pid;
    p->inner = r->guard.pidns && pid != 0 ? procfs_inner(pid) : 0;
    p->pidfd = pidfd;
    p->state = PROCESS_LIVE;
    leftover_process(&r->leftover, pid);
    r->cast->who[actor].lives = true;
    spawned_record(r, actor, pid);
    /* It may have been there already, and unheard of. */
    if (r->job_stops)
        process_may_stop(r, actor, SIGTSTP);
    if (pidfd >= 0 && epoll_ctl(r->pids, EPOLL_CTL_ADD, pidfd, &watched) < 0) {
        struct diag diag;
        (void)diag_errno(&diag, ERR_IO, "cannot watch the process of actor %u", actor);
        queue_fail(&r->world, &diag);
    }
}

void process_execed(struct real_world *r, uint16_t actor)
{
    process_record(r, actor, POINT_PROC_EXECED, 0);
}

/* ---- Death ------------------------------------------------------------------------------ */

void process_exited(struct real_world *r, uint16_t actor)
{
    struct real_process *p = &r->process[actor];

    if (!process_lives(p))
        return;
    if (p->status < 0)
        p->status = process_status(r, p);
    p->state = PROCESS_ZOMBIE;
    r->cast->who[actor].lives = false;
    p->held = false;
    p->expected = false;
    p->stopping = false;
    p->waited = waited_now(r, r->cast->who[actor].parent);
    /* Of the time between its death and this nobody can tell any more who waited. */
    if (r->said_ns != 0)
        p->waited.harness_ns -= real_now(r) - r->said_ns;
    process_record(r, actor, POINT_PROC_EXITED, p->status);
}

void process_kill_known(struct real_world *r, uint16_t actor)
{
    if (actor < r->cast->count)
        r->process[actor].kill_known = true;
}

/* Whoever of this run sends a SIGKILL says so first, so this one came from outside. What the tree
 * makes of it would be taken for the scenario's doing: a wrong FAIL, or even a wrong PASS. */
static void process_was_taken(struct real_world *r, uint16_t actor)
{
    const struct real_process *p = &r->process[actor];
    struct diag diag;

    /* Of a status that is not known, -1, that is no signal. */
    if (WTERMSIG((int)p->status) != SIGKILL)
        return;
    if (p->kill_known || !r->subject->tells_kills || r->phase >= REAL_KILLED ||
        r->world.queue.failed)
        return;
    (void)diag_set(
        &diag, ERR_GONE,
        "%s (pid %d) was killed by SIGKILL: nobody in this run has sent that, so somebody "
        "outside did, or the kernel for want of memory",
        r->cast->who[actor].name, (int)p->pid);
    queue_fail(&r->world, &diag);
}

void process_term_known(struct real_world *r, uint16_t actor)
{
    r->process[actor].term_known = true;
}

static void outsider_fail(struct real_world *r, uint16_t actor, const char *what)
{
    struct diag diag;

    (void)diag_set(&diag, ERR_GONE,
                   "%s (pid %d) %s: nobody in this run has sent that, so somebody outside did",
                   r->cast->who[actor].name, (int)r->process[actor].pid, what);
    queue_fail(&r->world, &diag);
}

void process_terminated(struct real_world *r, uint16_t actor)
{
    uint16_t parent = r->cast->who[actor].parent;
    struct procfs_stat stat;

    if (r->process[actor].term_known || !r->subject->tells_kills || r->stopping)
        return;
    /* The kernel sends one to whom it has given another parent before. */
    if (parent != ACTOR_NONE &&
        (!procfs_stat(r->process[actor].pid, &stat) || stat.parent != r->process[parent].pid))
        return;
    outsider_fail(r, actor, "got a SIGTERM");
}

void processes_unstop(struct real_world *r)
{
    for (uint16_t i = 0; i < r->cast->count; i++) {
        const struct real_process *p = &r->process[i];
        bool known = p->stopping || r->job_stops || !r->subject->tells_kills;
        if (p->state != PROCESS_LIVE || known || !process_is_still(p))
            continue;
        outsider_fail(r, i, "was stopped");
        (void)pidfd_send(p->pidfd, SIGCONT);
    }
}

void process_reaped(struct real_world *r, uint16_t actor, uint16_t by, int64_t status)
{
    struct real_process *p = &r->process[actor];

    p->expected = false;
    process_exited(r, actor);
    if (p->state != PROCESS_ZOMBIE)
        return;
    p->state = PROCESS_REAPED;
    if (status >= 0)
        p->status = status;
    else if (p->status < 0)
        p->status = process_status(r, p);
    process_was_taken(r, actor);
    struct real_waited now = waited_now(r, r->cast->who[actor].parent);
    int64_t waited_ns = process_waited(&p->waited, &now);
    real_record(r, (struct trace_record){.point = POINT_PROC_REAPED,
                                         .actor = actor,
                                         .peer = by,
                                         .value = p->status,
                                         .extra = waited_ns / 1000000});
    r->activity++;
    process_close(p);
}

uint16_t process_reaper(const struct real_world *r, uint16_t actor)
{
    uint16_t parent = r->cast->who[actor].parent;

    if (parent != ACTOR_NONE && !r->cast->who[actor].orphan && process_lives(&r->process[parent]))
        return parent;
    if (actor != ACTOR_ROOT && r->subject->root_adopts && process_lives(&r->process[ACTOR_ROOT]))
        return ACTOR_ROOT;
    return ACTOR_HARNESS;
}

/* ---- Stopping --------------------------------------------------------------------------- */

void process_stopping(struct real_world *r, uint16_t actor, int signal)
{
    struct real_process *p = &r->process[actor];

    r->activity++;
    if (p->state != PROCESS_LIVE)
        return;
    p->stop_signal = signal;
    p->stop_round = 0;
    p->stopping = true;
}

void process_may_stop(struct real_world *r, uint16_t actor, int signal)
{
    struct real_process *p = &r->process[actor];

    if (p->stopping || (signal == SIGTSTP && !process_lives(&r->process[ACTOR_ROOT])))
        return; /* the kernel stops no job that nobody can continue */
    process_stopping(r, actor, signal);
    p->stop_round = ++r->quiet.probe;
}

/* Where a process of a command has stopped: another group than its own may be in front, and it may
 * be a job, with a group apart from its parent's. Own actors share one. */
static void stop_place(const struct real_world *r, const struct real_process *p,
                       struct trace_record *rec)
{
    pid_t front = r->pty != NULL ? pty_foreground(r->pty, NULL) : 0;
    struct procfs_stat stat;
    struct procfs_stat parent;

    if (r->options.subject != SUBJECT_COMMAND || !procfs_stat(p->pid, &stat))
        return;
    rec->extra = front > 0 && stat.group != front;
    rec->request = procfs_stat(stat.parent, &parent) && stat.group != parent.group;
}

void process_stopped(struct real_world *r, uint16_t actor, int signal)
{
    struct real_process *p = &r->process[actor];

    if (p->state != PROCESS_LIVE)
        return;
    p->stopping = false;
    p->stop_round = 0;
    if (r->press.open && signal == r->press.signal)
        r->press.lost = false;
    p->state = PROCESS_STOPPED;
    struct trace_record record = {.point = POINT_PROC_STOPPED,
                                  .actor = actor,
                                  .peer = ACTOR_NONE,
                                  .value = p->stop_signal != 0 ? p->stop_signal : signal};
    stop_place(r, p, &record);
    real_record(r, record);
    r->activity++;
}

void process_continued(struct real_world *r, uint16_t actor)
{
    struct real_process *p = &r->process[actor];

    p->stopping = false;
    p->stop_signal = 0;
    p->stop_round = 0;
    if (p->state != PROCESS_STOPPED)
        return;
    p->state = PROCESS_LIVE;
    process_record(r, actor, POINT_PROC_CONTINUED, 0);
}

bool process_is_still(const struct real_process *p)
{
    struct procfs_stat stat;

    return procfs_stat(p->pid, &stat) && procfs_state_stopped(stat.state);
}

/* ---- Orders ----------------------------------------------------------------------------- */

int process_listens(const struct real_world *r, uint16_t actor, struct diag *diag)
{
    const struct real_process *p = &r->process[actor];
    const char *name = r->cast->who[actor].name;

    if (p->state == PROCESS_NONE || (process_lives(p) && p->orders < 0))
        return diag_set(diag, ERR_STATE, "%s does not run yet", name);
    return process_lives(p) ? 0 : diag_set(diag, ERR_GONE, "%s is dead", name);
}

int process_order(struct real_world *r, uint16_t actor, uint32_t kind, int64_t value,
                  struct diag *diag)
{
    const struct real_process *p = &r->process[actor];
    const char *name = r->cast->who[actor].name;
    struct control_order order = {.kind = kind, .value = value};

    int rc = process_listens(r, actor, diag);
    if (rc < 0)
        return rc;
    if (send(p->orders, &order, sizeof(order), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
        return 0;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        return diag_set(diag, ERR_FULL, "%s has not read the last messages to it", name);
    return diag_set(diag, ERR_GONE, "%s is dying", name);
}

bool process_answered(struct real_world *r, uint16_t actor, int64_t round)
{
    struct real_process *p = &r->process[actor];

    if (p->probe_answered >= round)
        return true;
    if (p->probe_asked == p->probe_answered) {
        /* One that has still to read what it was sent is asked by a later turn. One that does not
         * listen any more is about to die, which is an event. */
        if (process_order(r, actor, CONTROL_PROBE, round, NULL) != ERR_FULL)
            p->probe_asked = round;
    }
    return false;
}

void process_go(struct real_world *r, uint16_t actor)
{
    struct real_process *p = &r->process[actor];

    p->owed_go = process_order(r, actor, CONTROL_GO, 0, NULL) == ERR_FULL;
}

void process_release(struct real_world *r, uint16_t actor)
{
    if (actor >= r->cast->count || !r->process[actor].held)
        return;
    r->process[actor].held = false;
    r->activity++;
    real_note(r, POINT_HOLD_END, actor, r->process[actor].held_point, 0);
    process_go(r, actor);
}
