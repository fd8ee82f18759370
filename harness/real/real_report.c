/* real_report.c: reports of actors become records, in the order in which they come.
 *
 * What a report implies about somebody else is written first: a parent that says it has reaped a
 * child says so after the fact. So proc.exited stands before the parent's first word about a
 * death and proc.reaped before exit.reaped, on every kernel and in every run. */
#include "harness/real/real.h"
#include "runtime/base/fd.h"
#include "runtime/base/fdpass.h"
#include "runtime/base/pidfd.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void report_refused(struct real_world *r, const char *why)
{
    struct diag diag;

    (void)diag_set(&diag, ERR_PROTO, "%s: install all programs of one build together", why);
    queue_fail(&r->world, &diag);
}

/* ---- What a record says about others ---------------------------------------------------- */

/* No step and no fault makes a start fail: this machine has refused it, and what the tree makes of
 * that is not what the scenario is about. */
static void fork_refused(struct real_world *r, uint16_t actor, const char *whose, int64_t error)
{
    const char *name = r->cast->who[actor].name;
    const char *advice = "";
    struct diag diag;

    if (error == EAGAIN)
        advice = "; raise `ulimit -u`, or pids.max of the cgroup";
    if (error == EMFILE)
        advice = "; raise `ulimit -n`";
    (void)diag_set(&diag, ERR_IO, "cannot start %s %s: %s%s", whose, name, strerror((int)error),
                   advice);
    queue_fail(&r->world, &diag);
}

/* The parent has forked. From here on the child has a pidfd, if it is not gone already. */
static void fold_forked(struct real_world *r, uint16_t child, int64_t value)
{
    if (value <= 0) {
        r->process[child].expected = false;
        fork_refused(r, child, "the process of", -value);
        return;
    }
    if (r->process[child].state != PROCESS_NONE)
        return;
    /* The number can name another process only when the child was reaped and all numbers were
     * used since; its first report would then be missing, and it would never be quiet. */
    int pidfd = pidfd_of((pid_t)value);
    if (pidfd >= 0)
        process_register(r, child, (pid_t)value, pidfd);
}

/* Before the record is written. */
static void fold_before(struct real_world *r, const struct trace_record *rec)
{
    switch (rec->point) {
    case POINT_EXIT_STATUS_READY:
    case POINT_EXIT_BEFORE_REAP:
    case POINT_EXIT_STATUS_BEFORE_EOF:
        process_exited(r, rec->peer);
        break;
    case POINT_EXIT_REAPED:
        process_reaped(r, rec->peer, rec->actor, rec->value);
        break;
    default:
        break;
    }
}

/* The root tells what it has adopted and reaped by its number. */
static void adopted_reaped(struct real_world *r, const struct trace_record *rec)
{
    uint16_t actor = process_find(r, (pid_t)rec->value);

    if (actor != ACTOR_NONE)
        process_reaped(r, actor, rec->actor, -1);
}

static void fold_link(struct real_world *r, const struct trace_record *rec)
{
    struct real_process *self = &r->process[rec->actor];
    struct real_process *peer = &r->process[rec->peer];
    /* Towards the leaves, when sending. */
    bool down = r->cast->who[rec->peer].parent == rec->actor;
    bool sent = rec->point < POINT_LINK_BEFORE_RECV;

    if (!down && r->cast->who[rec->actor].parent != rec->peer)
        return;
    if (rec->point == POINT_LINK_EOF_SEEN || rec->point == POINT_LINK_BROKEN) {
        if (down)
            peer->link_up_over = true;
        else
            self->link_down_over = true;
    } else if (sent && down) {
        peer->down_sent = rec->request;
    } else if (sent) {
        self->up_sent = rec->request;
    } else if (down) {
        peer->up_received = rec->request;
    } else {
        self->down_received = rec->request;
    }
}

/* After the record was written. */
static void fold_after(struct real_world *r, const struct trace_record *rec)
{
    bool peer = rec->peer < r->cast->count;

    switch (rec->point) {
    case POINT_SPAWN_BEFORE_FORK:
        if (peer)
            process_expected(r, rec->peer);
        break;
    case POINT_SPAWN_AFTER_FORK:
        if (peer)
            fold_forked(r, rec->peer, rec->value);
        break;
    case POINT_ORPHAN_LEFT:
        if (rec->value < 0)
            fork_refused(r, rec->actor, "a process by", -rec->value);
        break;
    case POINT_SIG_HANDLED:
    case POINT_SIG_DUPLICATE:
        if (r->press.open && rec->value == r->press.signal) {
            r->process[rec->actor].owes_key = false;
            r->press.lost = false;
        }
        if (rec->value == SIGTERM)
            process_terminated(r, rec->actor);
        break;
    case POINT_CANCEL_TERM_SENT:
        if (peer)
            process_term_known(r, rec->peer);
        break;
    case POINT_CANCEL_KILL_SENT:
    case POINT_DBG_HOLDER_KILLED:
        if (peer)
            process_kill_known(r, rec->peer);
        break;
    case POINT_ORPHAN_KILLED:
        process_kill_known(r, process_find(r, (pid_t)rec->value));
        break;
    case POINT_EXIT_CLOSED:
        if (WIFSIGNALED((int)rec->value))
            process_kill_known(r, rec->actor);
        break;
    case POINT_SIG_FROZEN:
        r->process[rec->actor].frozen = true;
        break;
    case POINT_SIG_STOP:
        process_stopping(r, rec->actor, (int)rec->value);
        break;
    case POINT_SIG_CONT:
        /* Without a stop before it, too: the kernel does not stop an orphaned process group. And
         * it may be of a SIGCONT before the stop that is on its way. */
        if (r->process[rec->actor].stop_round == 0)
            process_continued(r, rec->actor);
        break;
    default:
        if (peer && (rec->point >= POINT_LINK_BEFORE_SEND || rec->point == POINT_LINK_EOF_SEEN ||
                     rec->point == POINT_LINK_BROKEN))
            fold_link(r, rec);
        break;
    }
}

/* ---- Reports ---------------------------------------------------------------------------- */

static void report_holds(struct real_world *r, const struct trace_record *rec)
{
    struct real_process *p = &r->process[rec->actor];

    if (r->stopping) {
        process_go(r, rec->actor);
        return;
    }
    p->held = true;
    p->held_point = rec->point;
    real_note(r, POINT_HOLD_BEGIN, rec->actor, rec->point, 0);
    /* While it is held, what the kernel says about the record lock is what it has done so far. */
    if (terminal_holder(r) == rec->actor)
        real_note(r, POINT_BATON_SEEN, rec->actor, 0, 0);
    queue_event(&r->world, WORLD_HELD, rec->actor, rec->point);
}

static void report_point(struct real_world *r, const struct control_report *report)
{
    struct trace_record rec = report->record;

    rec.at_ns -= r->start_ns;
    r->said_ns = rec.at_ns;
    r->activity++;
    if (r->process[rec.actor].state == PROCESS_STOPPED)
        process_continued(r, rec.actor);
    if (rec.peer < r->cast->count)
        fold_before(r, &rec);
    else if (rec.point == POINT_ORPHAN_REAPED)
        adopted_reaped(r, &rec);
    real_record(r, rec);
    fold_after(r, &rec);
    if (report->asks != 0)
        report_holds(r, &rec);
    r->said_ns = 0;
}

/* Takes what it needs of the descriptors of a first report; others have none. */
static void report_first(struct real_world *r, const struct control_report *report,
                         struct fdpass *got)
{
    struct real_process *p = &r->process[report->record.actor];

    if (got->fd[0] < 0)
        return;
    if (p->state == PROCESS_NONE || p->pid == report->pid) {
        process_register(r, report->record.actor, report->pid, fdpass_take(got, 1));
    }
    if (p->orders < 0 && p->pid == report->pid && process_lives(p)) {
        p->orders = fdpass_take(got, 0);
        p->reported = true;
        p->expected = false;
    }
}

static void report_take(struct real_world *r, const struct control_report *report,
                        struct fdpass *got)
{
    uint16_t actor = report->record.actor;

    if (actor >= r->cast->count || report->record.point >= POINTS) {
        report_refused(r, "an actor has reported what cannot be");
        return;
    }
    report_first(r, report, got);
    if (report->kind == CONTROL_IDLE) {
        r->process[actor].probe_answered = report->record.value;
        r->process[actor].waits = report->record.extra;
    } else if (report->kind == CONTROL_HARMED) {
        link_answered(r, actor, report->record.value);
    } else if (report->kind == CONTROL_POINT) {
        report_point(r, report);
    } else {
        report_refused(r, "an actor has sent a report of an unknown kind");
    }
}

/* Takes one message. Returns false when there is none now, or none any more. */
static bool report_receive(struct real_world *r)
{
    struct control_report report = {0};
    struct fdpass got;

    ssize_t size = fdpass_receive(r->control, &report, sizeof(report), MSG_DONTWAIT, &got);
    if (size < 0)
        return false;
    if (size == 0) {
        /* Nobody has the other end any more. */
        loop_watch_stop(&r->control_watch);
        fd_close(&r->control);
        return false;
    }
    if (got.cut) {
        struct diag diag;
        (void)diag_set(&diag, ERR_FULL,
                       "too many open files for a tree of %u actors: raise ulimit -n",
                       r->cast->count);
        queue_fail(&r->world, &diag);
    }
    if (size != (ssize_t)sizeof(report))
        report_refused(r, "an actor has sent a report of an unknown size");
    else
        report_take(r, &report, &got);
    fdpass_close(&got);
    return true;
}

void reports_drain(struct real_world *r)
{
    for (int i = 0; i < REAL_REPORTS_MAX && r->control != -1; i++) {
        if (!report_receive(r))
            break;
    }
}
