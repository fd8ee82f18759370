/* real_spare.c: the end of a command waits as long as a step waits for what is left of it.
 *
 * Its root may be over long before what it has started: a daemon prints later, a child is still to
 * go. Nobody tells when a process closes the terminal, so that is looked for. */
#include "harness/real/job_look.h"
#include "harness/real/real.h"
#include "harness/real/subject.h"

#define SPARE_LOOK_NS (INT64_C(50) * 1000 * 1000)

/* True when somebody of the subject has the terminal open, or nobody can tell. One whose parent
 * dies while it is looked for is missed, but not twice. */
static bool terminal_is_open(struct real_world *r)
{
    struct job_question question = {.guard = r->guard.pid};
    struct job_look look = {.terminal = false};

    if (r->pty == NULL || r->guard.fd < 0)
        return false;
    question.terminal = pty_device(r->pty);
    for (unsigned i = 0; i < JOB_LOOKS && !look.terminal; i++) {
        if (question.terminal == 0 || job_look(&question, &look, NULL) < 0)
            return true;
    }
    return look.terminal;
}

/* One look; true when what is left is to be left. */
static bool spare_look(struct real_world *r, enum spare spare)
{
    if (spare == SPARE_ALL)
        return true;
    if (r->spare.told)
        return false;
    if (terminal_is_open(r))
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

    if (!r->subject->spares || r->phase != REAL_GRACE || r->empty)
        return;
    if (spare == SPARE_OUTPUT && loop_now_ns() < k->next_look_ns) {
        (void)loop_timer_start(r->loop, &r->look_timer, k->next_look_ns, NULL);
        return;
    }
    k->holds = spare != SPARE_NOT && spare_look(r, spare);
    if (k->holds && !held) {
        r->end_at_ns = 0;
        loop_timer_stop(&r->end_timer);
    }
    if (!k->holds && held)
        grace_start(r);
    k->next_look_ns = loop_now_ns() + SPARE_LOOK_NS;
    if (k->holds && spare == SPARE_OUTPUT)
        (void)loop_timer_start(r->loop, &r->look_timer, k->next_look_ns, NULL);
}
