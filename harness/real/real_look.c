/* real_look.c: looks which of the processes have died, were reaped, have stopped, can be told.
 *
 * A pidfd is readable once its process is dead. When somebody has reaped it, kernels from 6.9 on
 * wake the watchers again, and on every kernel a signal to it fails with ESRCH, which it does not
 * while there is a zombie. So the dead are asked by signal 0 after every event: the reports of
 * parents and of the guard wake us where the kernel does not. All pidfds sit in one edge-triggered
 * epoll, since a level-triggered watch of a zombie would spin. */
#include "harness/real/real.h"
#include "harness/real/subject.h"
#include "runtime/base/pidfd.h"

#include <sys/epoll.h>

enum { EPOLL_BATCH = 64 };

void processes_drain(struct real_world *r)
{
    struct epoll_event seen[EPOLL_BATCH];
    int count;

    (void)real_stalled(r);
    do {
        count = epoll_wait(r->pids, seen, EPOLL_BATCH, 0);
        /* A process has said all that it says before it is dead. */
        if (count > 0)
            reports_drain(r);
        for (int i = 0; i < count; i++) {
            uint16_t actor = (uint16_t)seen[i].data.u32;
            const struct real_process *p = &r->process[actor];
            if (!pidfd_is_dead(p->pidfd))
                continue;
            /* Whoever died while nobody could look may have done so at once. */
            r->said_ns = r->slept_ns;
            process_exited(r, actor);
            r->said_ns = 0;
        }
    } while (count == EPOLL_BATCH);
}

/* Whoever answers what was asked after the signal had come has had it. */
static bool stop_is_off(struct real_world *r, uint16_t actor)
{
    const struct real_process *p = &r->process[actor];

    return p->stop_round != 0 && p->reported && !p->held && !p->frozen &&
           process_answered(r, actor, p->stop_round);
}

static void stop_look(struct real_world *r, uint16_t actor)
{
    const struct real_process *p = &r->process[actor];

    if (!process_is_still(p)) {
        if (stop_is_off(r, actor))
            process_continued(r, actor);
        return;
    }
    /* What it said before it stopped comes first: a later word means that it goes on. Until the
     * order to go on is obeyed, a stop that is seen is one that it ends. */
    reports_drain(r);
    if (p->stopping && r->continuing == 0)
        process_stopped(r, actor, p->stop_signal);
}

static void zombie_look(struct real_world *r, uint16_t actor)
{
    if (!pidfd_is_reaped(r->process[actor].pidfd))
        return;
    /* Of a reaper that has died meanwhile the last reports say whether it was that one; when they
     * are read and its death is noted, it is the next one's. */
    uint16_t by = process_reaper(r, actor);
    if (by != ACTOR_HARNESS && pidfd_is_dead(r->process[by].pidfd))
        return;
    if (by == ACTOR_HARNESS && actor != ACTOR_ROOT && !r->subject->root_adopts) {
        /* The guard says so before it does it. */
        guard_drain(r);
        by = ACTOR_NONE;
    }
    process_reaped(r, actor, by, -1);
}

void look_again(struct real_world *r)
{
    (void)loop_timer_start(r->loop, &r->look_timer, loop_now_ns() + REAL_LOOK_NS, NULL);
}

void processes_look(struct real_world *r)
{
    bool again = false;

    for (uint16_t i = 0; i < r->cast->count; i++) {
        const struct real_process *p = &r->process[i];
        if (p->state == PROCESS_ZOMBIE)
            zombie_look(r, i);
        if (p->stopping)
            stop_look(r, i);
        if (p->owed_go)
            process_go(r, i);
        again = again || p->stopping || p->owed_go;
    }
    /* Nobody but its parent is told when a process stops, and nobody when there is room again for
     * what it could not be sent. */
    if (again)
        look_again(r);
}
