/* listener.c: one call after the other is looked at, and its caller goes on or is held.
 *
 * A process is held at one call at a time: what another of its threads calls meanwhile, and would
 * be held at too, waits its turn, uncounted until then, so that who is held stands still in the
 * run's count. A call that a signal has interrupted while it was held, and that is made again from
 * the same place with the same arguments, is the same call. */
#include "harness/real/listener.h"

#include "harness/real/program.h"
#include "harness/real/seccomp.h"
#include "harness/real/subject.h"
#include "runtime/base/check.h"
#include "runtime/base/fd.h"

#include <inttypes.h>
#include <linux/sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Further calls are waited for so long, before the loop has its turn: it costs more than the next
 * call of a program that makes many. */
#define MOMENT_NS INT64_C(50000)

enum { TAKEN_MAX = 64 }; /* in one go: others wait too */

/* A call that waits for the run, or for its turn. */
struct waiting {
    struct notice notice;
    uint16_t actor;
    pid_t pid;
    pid_t parent;
    int error;  /* it is to fail with this; 0: it happens */
    bool given; /* the run knows: its process is held */
};

/* Of a thread: the last blocking call that was let happen, which the kernel may restart. */
struct passed {
    struct notice notice;
    uint64_t mark; /* what tells whether it has come back since */
};

enum { PASSED = 64 }; /* threads whose last one is remembered */

struct listener {
    struct filter filter;
    int fd; /* owned, -1: none yet, or nobody has the filter any more */
    struct loop_watch watch;
    bool no_new_privs;
    bool gave;       /* the run has been told of somebody since this was cleared */
    uint32_t unseen; /* bit N: UNSEEN_MAP's row N was recorded */
    struct waiting waiting[LISTENER_CALLS_MAX];
    size_t count;
    struct passed passed[PASSED];
};

/* ---- What stands against it ------------------------------------------------------------- */

/* Records, once, what the calls do not show. */
static void unseen_note(struct real_world *r, uint16_t actor, int what)
{
    struct listener *l = r->listener;

    if (what < 0 || (l->unseen >> what & 1U) != 0)
        return;
    l->unseen |= 1U << what;
    real_record(r,
                (struct trace_record){
                    .point = POINT_SYS_UNSEEN, .actor = actor, .peer = ACTOR_NONE, .value = what});
}

/* ---- Who, and whether it counts --------------------------------------------------------- */

/* The process of a thread. */
static pid_t process_of(pid_t tid)
{
    char text[PROCFS_TEXT_BYTES];

    if (procfs_read(tid, "status", text, sizeof(text)) < 0)
        return tid;
    const char *line = strstr(text, "\nTgid:");
    return line != NULL ? (pid_t)strtol(line + strlen("\nTgid:"), NULL, 10) : tid;
}

static uint16_t actor_of(struct real_world *r, pid_t tid, pid_t *pid)
{
    uint16_t actor = r->subject->find(r, tid);

    *pid = actor != ACTOR_NONE ? tid : process_of(tid);
    return actor != ACTOR_NONE ? actor : r->subject->see(r, *pid);
}

static bool is_alone(pid_t pid)
{
    char text[PROCFS_TEXT_BYTES];

    if (procfs_read(pid, "status", text, sizeof(text)) < 0)
        return false;
    const char *line = strstr(text, "\nThreads:");
    return line != NULL && strtol(line + strlen("\nThreads:"), NULL, 10) == 1;
}

static bool call_counts(struct real_world *r, const struct notice *n, uint16_t actor, pid_t pid)
{
    static struct program program;
    uint64_t flags = 0;

    switch ((enum call_look)n->row->look) {
    case CALL_LOOK_NOT:
        break;
    case CALL_LOOK_PROGRAM:
    case CALL_LOOK_PROGRAM_AT:
        if (!program_read(n, &program))
            return false;
        if (program.set_id && r->listener->no_new_privs)
            unseen_note(r, actor, UNSEEN_SET_ID);
        r->subject->becomes(r, actor, program.name, program.argv);
        return true;
    case CALL_LOOK_FLAGS:
        return (n->argument[0] & CLONE_THREAD) == 0;
    case CALL_LOOK_STRUCT:
        return !memory_read(n->tid, n->argument[0], &flags, sizeof(flags)) ||
               (flags & CLONE_THREAD) == 0;
    case CALL_LOOK_LAST:
        return is_alone(pid);
    }
    return true;
}

static bool is_program(const struct notice *n)
{
    return n->row->look == CALL_LOOK_PROGRAM || n->row->look == CALL_LOOK_PROGRAM_AT;
}

/* ---- Once, however often it is restarted ------------------------------------------------ */

/* Without WNOHANG: that one comes back at once. */
static bool is_wait(const struct notice *n)
{
    unsigned options = strcmp(call_name(n->row->number), "waitid") == 0 ? 3 : 2;

    return strcmp(call_name(n->row->family), "wait4") == 0 && (n->argument[options] & WNOHANG) == 0;
}

/* Page faults of children that were waited for: each that is reaped adds to them. */
static uint64_t reaped_mark(pid_t pid)
{
    char text[PROCFS_TEXT_BYTES];
    ssize_t size = procfs_read(pid, "stat", text, sizeof(text));
    const char *at = size > 0 ? strrchr(text, ')') : NULL;

    /* From `state` on: the ninth is cminflt. */
    for (int field = 0; at != NULL && field < 9; field++)
        at = strchr(at + 1, ' ');
    return at != NULL ? strtoull(at, NULL, 10) : 0;
}

static struct passed *passed_slot(struct listener *l, pid_t tid)
{
    return &l->passed[(unsigned)tid % PASSED];
}

/* True when it is the wait that was let happen last, and nothing was reaped since: a signal has
 * interrupted it, and the kernel or the program goes on waiting. */
static bool is_restarted(struct listener *l, const struct notice *n, pid_t pid)
{
    struct passed *p = passed_slot(l, n->tid);

    if (!is_wait(n))
        return false;
    uint64_t mark = reaped_mark(pid);
    bool same = p->notice.row != NULL && notice_same(&p->notice, n) && p->mark == mark;
    *p = (struct passed){*n, mark};
    return same;
}

/* ---- Holding ---------------------------------------------------------------------------- */

static bool holds_at(const struct real_world *r, struct call c)
{
    for (size_t i = 0; i < r->options.call_count; i++) {
        if (r->options.calls[i].holds && call_is(r->options.calls[i].call, c))
            return true;
    }
    return false;
}

static bool counts_at(const struct real_world *r, struct call c)
{
    for (size_t i = 0; i < r->options.call_count; i++) {
        if (call_is(r->options.calls[i].call, c))
            return true;
    }
    return false;
}

static struct waiting *held_find(const struct real_world *r, uint16_t actor)
{
    struct listener *l = r->listener;

    for (size_t i = 0; l != NULL && i < l->count; i++) {
        if (l->waiting[i].actor == actor && l->waiting[i].given)
            return &l->waiting[i];
    }
    return NULL;
}

static void call_record(struct real_world *r, uint16_t actor, struct call c)
{
    real_record(
        r, (struct trace_record){
               .point = POINT_SYS_CALL, .actor = actor, .peer = ACTOR_NONE, .value = call_pack(c)});
    r->activity++;
}

/* The run is told: from here on its process is held. */
static void waiting_give(struct real_world *r, struct waiting *w)
{
    struct real_process *p = &r->process[w->actor];

    w->given = r->listener->gave = true;
    call_record(r, w->actor, notice_call(&w->notice));
    p->held = true;
    p->held_point = POINT_SYS_CALL;
    real_note(r, POINT_HOLD_BEGIN, w->actor, POINT_SYS_CALL, 0);
    queue_event(&r->world, WORLD_HELD, w->actor, POINT_SYS_CALL);
}

static void waiting_remove(struct listener *l, struct waiting *w)
{
    size_t at = (size_t)(w - l->waiting);

    memmove(w, w + 1, (l->count - at - 1) * sizeof(*w));
    l->count--;
}

/* The next of the actor that waits its turn; one that has been left is none any more. */
static void waiting_next(struct real_world *r, uint16_t actor)
{
    struct listener *l = r->listener;
    size_t i = 0;

    while (i < l->count && held_find(r, actor) == NULL) {
        struct waiting *w = &l->waiting[i];
        if (w->actor != actor)
            i++;
        else if (notice_waits(l->fd, &w->notice))
            waiting_give(r, w);
        else
            waiting_remove(l, w);
    }
}

/* One that waits here and was interrupted is made again: true when this is that one. */
static bool waiting_again(struct listener *l, const struct notice *n)
{
    for (size_t i = 0; i < l->count; i++) {
        struct waiting *w = &l->waiting[i];
        if (notice_same(&w->notice, n) && !notice_waits(l->fd, &w->notice)) {
            w->notice.id = n->id;
            return true;
        }
    }
    return false;
}

static void notice_hold(struct real_world *r, const struct notice *n, uint16_t actor, pid_t pid)
{
    struct listener *l = r->listener;
    struct procfs_stat stat = {.parent = 0};

    if (l->count == LISTENER_CALLS_MAX) {
        unseen_note(r, actor, UNSEEN_ROOM);
        (void)notice_answer(l->fd, n, 0);
        return;
    }
    (void)procfs_stat(pid, &stat);
    l->waiting[l->count++] =
        (struct waiting){.notice = *n, .actor = actor, .pid = pid, .parent = stat.parent};
    waiting_next(r, actor);
}

static void notice_take(struct real_world *r, const struct notice *n)
{
    struct listener *l = r->listener;
    pid_t pid = n->tid;
    uint16_t actor = ACTOR_NONE;

    if (n->row == NULL || waiting_again(l, n)) {
        if (n->row == NULL)
            (void)notice_answer(l->fd, n, 0);
        return;
    }
    struct call c = notice_call(n);
    int unseen = notice_unseen(n);
    bool asked = n->row->asked && counts_at(r, c);
    if (asked || unseen >= 0)
        actor = actor_of(r, n->tid, &pid);
    unseen_note(r, actor, unseen);
    if (asked && actor == ACTOR_NONE)
        unseen_note(r, ACTOR_NONE, UNSEEN_ROOM);
    if (!asked || actor == ACTOR_NONE || is_restarted(l, n, pid) ||
        !call_counts(r, n, actor, pid)) {
        (void)notice_answer(l->fd, n, 0);
        return;
    }
    if (holds_at(r, c) && !r->stopping) {
        notice_hold(r, n, actor, pid);
        return;
    }
    call_record(r, actor, c);
    (void)notice_answer(l->fd, n, 0);
}

/* Takes and answers, and waits at most so long for the next one each time. */
static void listener_take(struct real_world *r, int64_t wait_ns)
{
    struct listener *l = r->listener;
    struct notice n;
    int rc = 0;

    if (l == NULL || l->fd < 0)
        return;
    l->gave = false;
    for (unsigned taken = 0; taken < TAKEN_MAX && !l->gave; taken++) {
        rc = notice_receive(&l->filter, l->fd, wait_ns, &n);
        if (rc != 1)
            break;
        notice_take(r, &n);
    }
    if (rc < 0) { /* nobody is left who could call */
        loop_watch_stop(&l->watch);
        fd_close(&l->fd);
    }
}

void listener_drain(struct real_world *r)
{
    do
        listener_take(r, 0);
    while (r->listener != NULL && r->listener->gave);
}

static void listener_ready(struct loop_watch *w, int ready)
{
    (void)ready;
    listener_take(w->user, MOMENT_NS);
}

/* ---- For the world ---------------------------------------------------------------------- */

int listener_new(struct real_world *r, int *program, struct diag *diag)
{
    *program = -1;
    if (r->options.call_count == 0)
        return 0;
    if (features_have(r->options.without, FEATURE_SECCOMP))
        return diag_set(diag, ERR_UNSUPPORTED,
                        "an address names a system call, and the run is --without seccomp");
    r->listener = calloc(1, sizeof(*r->listener));
    if (r->listener == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory to listen to system calls");
    r->listener->fd = -1;
    r->listener->watch.fd = -1;
    int rc = filter_make(r->options.calls, r->options.call_count, &r->listener->filter, diag);
    *program = r->listener->filter.program;
    return rc;
}

int listener_begin(struct real_world *r, const struct guard_report *report, int fd,
                   struct diag *diag)
{
    struct listener *l = r->listener;

    CHECK(l->fd < 0);
    l->fd = fd;
    l->no_new_privs = report->value != 0;
    listener_prepare(fd);
    l->watch = (struct loop_watch){.fd = fd, .on_ready = listener_ready, .user = r};
    return loop_watch_start(r->loop, &l->watch, LOOP_READABLE, diag);
}

int listener_fd(const struct real_world *r)
{
    return r->listener != NULL ? r->listener->fd : -1;
}

bool listener_release(struct real_world *r, uint16_t actor)
{
    struct waiting *w = held_find(r, actor);

    if (w == NULL)
        return false;
    struct real_process *p = &r->process[actor];
    if (p->held) {
        p->held = false;
        real_note(r, POINT_HOLD_END, actor, p->held_point, 0);
    }
    r->activity++;
    const struct notice n = w->notice;
    int error = w->error;
    waiting_remove(r->listener, w);
    if (error != 0 && is_program(&n))
        r->subject->becomes(r, actor, NULL, NULL);
    if (is_wait(&n))
        *passed_slot(r->listener, n.tid) = (struct passed){n, reaped_mark(r->process[actor].pid)};
    (void)notice_answer(r->listener->fd, &n, error);
    waiting_next(r, actor);
    return true;
}

int listener_fail(struct real_world *r, uint16_t actor, int error, struct diag *diag)
{
    struct waiting *w = held_find(r, actor);

    if (w == NULL)
        return diag_set(diag, ERR_STATE, "%s is held at no system call", r->cast->who[actor].name);
    w->error = error;
    return 0;
}

bool listener_has(const struct real_world *r, pid_t pid)
{
    const struct listener *l = r->listener;

    for (size_t i = 0; l != NULL && i < l->count; i++) {
        if (l->waiting[i].pid == pid)
            return true;
    }
    return false;
}

bool listener_keeps(const struct real_world *r, pid_t pid)
{
    const struct listener *l = r->listener;

    for (size_t i = 0; l != NULL && i < l->count; i++) {
        if (l->waiting[i].pid == pid || l->waiting[i].parent == pid)
            return true;
    }
    return false;
}

bool listener_holds(const struct real_world *r)
{
    return r->listener != NULL && r->listener->count > 0;
}

void listener_pass(struct real_world *r)
{
    struct listener *l = r->listener;

    if (l == NULL)
        return;
    for (size_t i = 0; i < l->count; i++) {
        if (!l->waiting[i].given)
            (void)notice_answer(l->fd, &l->waiting[i].notice, 0);
    }
    for (uint16_t actor = 0; actor < r->cast->count; actor++)
        (void)listener_release(r, actor);
    l->count = 0;
}

const char *listener_remedy(const struct real_world *r, int error)
{
    return listener_refused(error, r->options.calls_firm);
}

void listener_free(struct real_world *r)
{
    if (r->listener == NULL)
        return;
    loop_watch_stop(&r->listener->watch);
    fd_close(&r->listener->fd);
    filter_release(&r->listener->filter);
    free(r->listener);
    r->listener = NULL;
}
