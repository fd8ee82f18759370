/* real_end.c: the guard's reports, and how a run ends.
 *
 * However it begins (the root ends by itself, or world_stop), the end is the same: a grace, then
 * what is left is named and killed, and when the guard says that nothing is left, the last bytes
 * of the terminal, its modes and the record lock are looked at. Only then is the anchor let go:
 * its death would make the kernel reset the modes. */
#include "harness/real/guard_sweep.h"
#include "harness/real/listener.h"
#include "harness/real/real.h"
#include "harness/real/subject.h"
#include "runtime/base/fd.h"
#include "runtime/base/pidfd.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* It is waited for so long. */
static void grace_wait(struct real_world *r, int64_t for_ns)
{
    struct diag diag;

    r->phase = REAL_GRACE;
    r->end_at_ns = loop_now_ns() + for_ns;
    if (loop_timer_start(r->loop, &r->end_timer, r->end_at_ns, &diag) < 0)
        queue_fail(&r->world, &diag);
}

void grace_start(struct real_world *r)
{
    grace_wait(r, r->options.grace_ns);
}

static void grace_begin(struct real_world *r)
{
    if (r->phase == REAL_RUN)
        grace_start(r);
}

/* The guard cannot do it, or is gone: those that are known are killed from here. */
static void processes_kill(struct real_world *r)
{
    for (uint16_t i = 0; i < r->cast->count; i++) {
        if (process_lives(&r->process[i]))
            (void)pidfd_send(r->process[i].pidfd, SIGKILL);
    }
}

static void guard_is_gone(struct real_world *r, const struct diag *diag)
{
    queue_fail(&r->world, diag);
    loop_watch_stop(&r->guard_watch);
    guard_link_hang_up(&r->guard);
    processes_kill(r);
    r->sweeps = true;
    r->sweep_end_ns = loop_now_ns() + REAL_SWEEP_NS;
}

/* One look at what is below us now. A process that dies hands its children to us, so this comes
 * again until a look finds nobody. What is reaped here by number is nobody else's: the guard is the
 * only child that this process starts itself. */
static void sweep_settle(struct real_world *r)
{
    int status;
    pid_t pid;

    /* Its socket closes before its children have another parent. */
    bool dead = pidfd_is_dead(r->guard.pidfd);
    int left = sweep_signal(getpid(), r->guard.pid, SIGKILL);
    while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
        uint16_t actor = process_find(r, pid);
        if (actor != ACTOR_NONE)
            process_reaped(r, actor, ACTOR_HARNESS, status);
    }
    if ((dead && left <= 0) || loop_now_ns() > r->sweep_end_ns) {
        r->sweeps = false;
        r->empty = true;
        return;
    }
    look_again(r);
}

/* The one that has this number in the guard's own namespace. */
static uint16_t inner_find(const struct real_world *r, pid_t inner)
{
    for (uint16_t i = 0; i < r->cast->count; i++) {
        const struct real_process *p = &r->process[i];
        if (p->inner == inner && (process_lives(p) || p->state == PROCESS_ZOMBIE))
            return i;
    }
    return ACTOR_NONE;
}

/* One that was reaped by its parent or the root is known by its number too, where they report that
 * themselves, before the guard does. */
static uint16_t stray_find(const struct real_world *r, pid_t pid)
{
    uint16_t actor = r->guard.pidns ? inner_find(r, pid) : process_find(r, pid);

    for (uint16_t i = 0; r->subject->root_adopts && i < r->cast->count; i++) {
        if (actor == ACTOR_NONE && r->process[i].pid == pid)
            actor = i;
    }
    return actor;
}

/* One that the guard names: whom it is known as, or from here on, where the cast has room.
 * ACTOR_NONE: it has none, as that of a tree. */
static uint16_t stray_join(struct real_world *r, pid_t pid, const char *name)
{
    struct who who = {.parent = ACTOR_ROOT, .kind = WHO_PROCESS, .orphan = true};
    uint16_t actor = stray_find(r, pid);

    if (actor != ACTOR_NONE)
        return actor;
    who_name(&who, name);
    actor = cast_add(r->cast, &who);
    if (actor != ACTOR_NONE)
        process_register(r, actor, guard_link_pid(&r->guard, pid), -1);
    if (actor != ACTOR_NONE && r->guard.pidns)
        r->process[actor].inner = pid;
    return actor;
}

/* Alive when the grace was over; whoever was known then was noted. */
static void left_behind(struct real_world *r, pid_t pid, const char *name)
{
    uint16_t known = r->cast->count;
    uint16_t actor = stray_join(r, pid, name);

    if (actor >= known)
        real_note(r, POINT_PROC_SURVIVED, actor, pid, 0);
}

static void reaped_by_guard(struct real_world *r, pid_t pid, const char *name, int status)
{
    uint16_t actor = stray_join(r, pid, name);

    if (actor == ACTOR_NONE) {
        if (r->subject->unnamed != NULL)
            r->subject->unnamed(r, pid);
        real_record(r, (struct trace_record){.point = POINT_PROC_REAPED,
                                             .actor = ACTOR_NONE,
                                             .peer = ACTOR_HARNESS,
                                             .value = status});
        return;
    }
    if (process_lives(&r->process[actor]))
        r->process[actor].status = status;
    process_reaped(r, actor, ACTOR_HARNESS, status);
    r->process[actor].pid = 0; /* anybody's number from here on */
}

static void guard_says(struct real_world *r, const struct guard_report *report,
                       const struct diag *why)
{
    /* What an actor did before the guard could see it stands in its own reports, its number too. */
    reports_drain(r);
    processes_drain(r);

    r->activity++;
    switch ((enum guard_report_kind)report->kind) {
    case GUARD_STARTED:
    case GUARD_LISTENS:
        break;
    case GUARD_FAILED:
        queue_fail(&r->world, why);
        break;
    case GUARD_EXITED:
        process_reaped(r, ACTOR_ROOT, ACTOR_HARNESS, report->status);
        /* It may have been seen to be reaped before this was read, where the kernel does not tell
         * afterwards how it ended. */
        if (r->process[ACTOR_ROOT].status < 0)
            r->process[ACTOR_ROOT].status = report->status;
        if (r->subject->ended != NULL)
            r->subject->ended(r, report->value);
        grace_begin(r);
        break;
    case GUARD_STOPPED:
        /* It may have gone on since, or be about to, by a signal of ours. */
        if (r->continuing == 0 && process_is_still(&r->process[ACTOR_ROOT]))
            process_stopped(r, ACTOR_ROOT, report->status);
        break;
    case GUARD_CONTINUED:
        if (!process_is_still(&r->process[ACTOR_ROOT]))
            process_continued(r, ACTOR_ROOT);
        break;
    case GUARD_OBEYED:
        r->continuing--;
        queue_event(&r->world, WORLD_JOB, ACTOR_NONE, 0);
        break;
    case GUARD_REAPED:
        reaped_by_guard(r, report->pid, why->text, report->status);
        break;
    case GUARD_LEFT:
        left_behind(r, report->pid, why->text);
        break;
    case GUARD_EMPTY:
        r->empty = true;
        break;
    case GUARD_SURVIVOR:
        guard_is_gone(r, why);
        break;
    }
}

void guard_drain(struct real_world *r)
{
    /* What it says may be that it is gone. */
    while (r->guard.fd != -1) {
        struct guard_report report;
        struct diag why = {0};
        int pidfd;
        int rc = guard_link_receive(&r->guard, &report, &pidfd, &why);
        if (rc == 0)
            return;
        if (rc < 0) {
            guard_is_gone(r, &why);
            return;
        }
        fd_close(&pidfd);
        guard_says(r, &report, &why);
    }
}

static void kill_begin(struct real_world *r)
{
    struct diag diag;

    r->phase = REAL_KILLED;
    if (guard_link_order(&r->guard, GUARD_KILL_ALL, &diag) < 0)
        guard_is_gone(r, &diag);
    r->end_at_ns = loop_now_ns() + REAL_KILL_NS;
    (void)loop_timer_start(r->loop, &r->end_timer, r->end_at_ns, NULL);
}

/* Once: those that are there before anybody is killed. */
static void left_count(struct real_world *r)
{
    if (r->left == 0 && r->subject->left != NULL)
        r->left = r->subject->left(r, NULL);
}

void end_tell_processes(struct real_world *r)
{
    buf_release(&r->world.end.processes);
    if (r->subject->list != NULL)
        r->subject->list(r, &r->world.end.processes);
}

/* What is done to the root from here on is what ends it, unless it has ended. */
static bool stage_begin(struct real_world *r, const char *stage)
{
    bool lives = process_lives(&r->process[ACTOR_ROOT]);

    if (lives)
        r->world.end.stage = stage;
    return lives;
}

/* The hang-up was not enough: it is asked to end. Whoever is left beside it has the rest of the
 * grace all the same. */
static void term_begin(struct real_world *r)
{
    int pidfd = r->process[ACTOR_ROOT].pidfd;

    if (stage_begin(r, "SIGTERM")) {
        (void)pidfd_send(pidfd, SIGTERM);
        (void)pidfd_send(pidfd, SIGCONT);
    }
    grace_wait(r, r->term_ns);
    r->term_ns = 0;
}

/* The grace was not enough: whoever is left is named, and then killed. */
static void grace_over(struct real_world *r)
{
    if (r->world.end.stage != NULL)
        (void)stage_begin(r, "SIGKILL");
    left_count(r);
    end_tell_processes(r);
    if (r->subject->census != NULL)
        r->subject->census(r);
    for (uint16_t i = 0; i < r->cast->count; i++) {
        if (process_lives(&r->process[i]))
            real_note(r, POINT_PROC_SURVIVED, i, r->process[i].pid, 0);
    }
    if (r->subject->keeps != NULL)
        r->subject->keeps(r);
    kill_begin(r);
}

void end_due(struct loop_timer *t)
{
    struct real_world *r = t->user;
    struct diag diag;

    /* Due only because nobody could look: it was put off by that time. */
    if (real_stalled(r))
        return;
    reports_drain(r);
    processes_drain(r);
    if (r->phase == REAL_GRACE && r->term_ns > 0) {
        term_begin(r);
    } else if (r->phase == REAL_GRACE) {
        grace_over(r);
    } else if (r->phase == REAL_KILLED && !r->empty) {
        (void)diag_set(&diag, ERR_TIMEOUT, "the guard has not killed everything within %d s",
                       (int)(REAL_KILL_NS / 1000000000));
        guard_is_gone(r, &diag);
    }
}

/* As when its window is closed; the SIGTERM follows, if need be. */
static void stop_by_stages(struct real_world *r)
{
    int64_t half_ns = r->options.grace_ns / 2;

    if (r->phase == REAL_RUN && stage_begin(r, "hang-up")) {
        r->term_ns = r->options.grace_ns - half_ns;
        grace_wait(r, half_ns);
    }
    grace_begin(r);
    r->subject->hang_up(r);
    terminal_end_input(r);
}

/* Lets it end by itself. */
static void stop_gently(struct real_world *r)
{
    if (r->subject->hang_up != NULL) {
        stop_by_stages(r);
    } else {
        grace_begin(r);
        terminal_end_input(r);
        if (process_lives(&r->process[ACTOR_ROOT]))
            (void)pidfd_send(r->process[ACTOR_ROOT].pidfd, SIGTERM);
    }
    /* A stopped process acts on nothing but SIGKILL. */
    for (uint16_t i = 0; i < r->cast->count; i++) {
        const struct real_process *p = &r->process[i];
        if (p->state != PROCESS_STOPPED && !p->stopping)
            continue;
        (void)pidfd_send(p->pidfd, SIGCONT);
        process_continued(r, i);
    }
}

void real_stop(struct world *w, enum stop_why why)
{
    struct real_world *r = real_of(w);

    if (r->stopping || r->phase == REAL_OVER)
        return;
    if (why != STOP_INTERRUPTED && r->phase == REAL_RUN)
        processes_unstop(r);
    r->stopping = true;
    r->quiet.wanted = false;
    r->settle.wanted = false;
    r->still.wanted = false;
    /* What is there although its root has ended by itself, before it is ended here. */
    if (!process_lives(&r->process[ACTOR_ROOT]))
        left_count(r);
    real_note(r, POINT_RUN_STOPPED, ACTOR_NONE, why, 0);
    listener_pass(r);
    for (uint16_t i = 0; i < r->cast->count; i++)
        process_release(r, i);
    if (r->phase == REAL_NEW || r->guard.fd == -1) {
        r->empty = !r->sweeps;
        return;
    }
    if (why != STOP_INTERRUPTED) {
        stop_gently(r);
        return;
    }
    /* Nobody judges how such a run ends. */
    if (r->subject->hang_up != NULL)
        r->subject->hang_up(r);
    if (r->phase != REAL_KILLED)
        kill_begin(r);
}

void end_settle(struct real_world *r)
{
    if (r->sweeps)
        sweep_settle(r);
    if (!r->empty || r->phase == REAL_OVER)
        return;
    r->end_at_ns = 0;
    loop_timer_stop(&r->end_timer);
    loop_timer_stop(&r->run_timer);
    loop_timer_stop(&r->look_timer);
    reports_drain(r);
    processes_drain(r);
    processes_look(r);
    if (r->phase != REAL_NEW && r->subject->gone != NULL)
        r->subject->gone(r);
    if (r->phase != REAL_NEW) {
        terminal_look(r);
        terminal_tell(r, &r->world.end.modes);
    }
    terminal_finish(r);
    loop_watch_stop(&r->guard_watch);
    guard_link_close(&r->guard);
    r->hung_up = true;
    r->press.open = false;
    r->phase = REAL_OVER;
    real_note(r, POINT_RUN_END, ACTOR_NONE, r->process[ACTOR_ROOT].status, r->left);
    queue_event(&r->world, WORLD_STOPPED, ACTOR_NONE, 0);
}
