/* real_spare.c: what a step waits for decides how long what is there of a command is waited for.
 *
 * Its root may be over long before what it has started: a daemon prints later, a child is still to
 * go. Or it may live long after everybody has closed the terminal. Nobody tells when a process does
 * that, so it is looked for. */
#include "harness/real/job_look.h"
#include "harness/real/real.h"
#include "harness/real/subject.h"

#define SPARE_LOOK_NS (INT64_C(50) * 1000 * 1000)

enum { SPARE_LOOKS = 2 }; /* that must find it closed while the root lives */

/* True when somebody of the subject has the terminal open, or nobody can tell; or nobody is left,
 * whose end the guard is about to tell. One whose parent dies while it is looked for is missed, but
 * not twice. */
static bool terminal_is_open(struct real_world *r)
{
    pid_t root = r->process[ACTOR_ROOT].pid;
    struct procfs_stat stat;
    struct job_question question = {.guard = r->guard.pid, .anchor = r->anchor};
    struct job_look look = {.terminal = false};

    if (r->pty == NULL || r->guard.fd < 0)
        return false;
    question.terminal = pty_device(r->pty);
    /* Mostly one look at the root is enough. */
    if (process_lives(&r->process[ACTOR_ROOT]) && procfs_stat(root, &stat) &&
        job_has_open(root, &stat, question.terminal, true))
        return true;
    for (unsigned i = 0; i < JOB_LOOKS && !look.terminal; i++) {
        if (question.terminal == 0 || job_look(&question, &look, NULL) < 0)
            return true;
    }
    return look.terminal || look.all.count == 0;
}

/* One look; true when what is left is to be left. */
static bool spare_look(struct real_world *r, enum spare spare)
{
    if (spare == SPARE_ALL)
        return true;
    if (r->spare.told)
        return false;
    if (terminal_is_open(r)) {
        r->spare.closed = 0;
        return true;
    }
    /* Who lives may be about to open its own terminal again. */
    if (r->phase == REAL_RUN && ++r->spare.closed < SPARE_LOOKS)
        return true;
    /* What was written before is seen before. */
    terminal_drain(r);
    r->spare.told = true;
    queue_event(&r->world, WORLD_EOF, ACTOR_NONE, 0);
    return false;
}

void spare_settle(struct real_world *r)
{
    struct real_spare *k = &r->spare;
    enum spare spare = r->stopping ? SPARE_NOT : r->world.spare;
    bool held = k->holds;
    bool over = r->phase == REAL_GRACE;

    if (!r->subject->spares || r->empty || (!over && r->phase != REAL_RUN))
        return;
    if (!over && (spare != SPARE_OUTPUT || k->told))
        return;
    if (spare == SPARE_OUTPUT && loop_now_ns() < k->next_look_ns) {
        (void)loop_timer_start(r->loop, &r->look_timer, k->next_look_ns, NULL);
        return;
    }
    bool waits = spare != SPARE_NOT && spare_look(r, spare);
    k->holds = waits && over;
    if (k->holds && !held) {
        r->end_at_ns = 0;
        loop_timer_stop(&r->end_timer);
    }
    if (!k->holds && held)
        grace_start(r);
    k->next_look_ns = loop_now_ns() + SPARE_LOOK_NS;
    if (waits && spare == SPARE_OUTPUT)
        (void)loop_timer_start(r->loop, &r->look_timer, k->next_look_ns, NULL);
}
