/* real_settle.c: quiet beside those who never rest: the terminal is still, and they have had their
 * turn.
 *
 * Of a command all processes are looked at, by whoever looks whether it rests. Of a tree those are
 * that do not answer: an actor that computes never comes to its loop. */
#include "harness/real/real.h"

#include <stdio.h>

enum { LATE_SHARE = 4 }; /* of the stillness: not looked at before, as most answer at once */

#define LOOK_NS (INT64_C(4) * 1000 * 1000)

void settle_want(struct real_world *r, int64_t still_ns)
{
    struct real_settle *s = &r->settle;

    s->wanted = still_ns != INT64_MAX;
    if (!s->wanted || s->still_ns == still_ns)
        return;
    s->still_ns = still_ns;
    s->since_ns = 0;
}

void settle_look(struct real_world *r)
{
    struct real_settle *s = &r->settle;

    if (s->since_ns != 0 && s->touched == r->touched)
        return;
    s->touched = r->touched;
    s->since_ns = loop_now_ns();
    s->next_look_ns = s->since_ns + s->still_ns / LATE_SHARE;
    turns_anew(&s->turns, s->still_ns);
}

bool settle_still(const struct real_world *r)
{
    const struct real_settle *s = &r->settle;

    return s->since_ns != 0 && s->touched == r->touched &&
           loop_now_ns() >= s->since_ns + s->still_ns;
}

/* Does not answer what it was asked. */
static bool owes_answer(const struct real_world *r, uint16_t actor)
{
    const struct real_process *p = &r->process[actor];

    return process_acts(p) && p->probe_answered < r->quiet.probe;
}

static void late_look(struct real_world *r)
{
    struct real_settle *s = &r->settle;
    bool any = false;

    if (loop_now_ns() >= s->next_look_ns) {
        turns_begin(&s->turns, loop_now_ns());
        for (uint16_t i = 0; i < r->cast->count; i++) {
            if (owes_answer(r, i))
                turns_add_process(&s->turns, r->process[i].pid);
        }
        turns_end(&s->turns);
        s->next_look_ns = loop_now_ns() + LOOK_NS;
    }
    for (uint16_t i = 0; i < r->cast->count && !any; i++)
        any = owes_answer(r, i);
    if (any)
        (void)loop_timer_start(r->loop, &r->look_timer, s->next_look_ns, NULL);
}

void settle_late(struct real_world *r)
{
    struct real_settle *s = &r->settle;

    if (s->wanted) {
        settle_look(r);
        late_look(r);
    }
    for (uint16_t i = 0; i < r->cast->count; i++) {
        struct real_process *p = &r->process[i];
        bool rests = false;
        p->late = s->wanted && settle_still(r) && owes_answer(r, i) &&
                  turns_process_over(&s->turns, p->pid, &rests) && !rests;
    }
}

void settle_reached(struct real_world *r)
{
    struct buf names = BUF_INIT;
    uint16_t first = ACTOR_NONE;
    int64_t count = 0;

    r->settle.wanted = false;
    for (uint16_t i = 0; i < r->cast->count; i++) {
        if (!r->process[i].late)
            continue;
        first = count++ == 0 ? i : first;
        buf_addf(&names, "%s%s (%d)", count > 1 ? ", " : "", r->cast->who[i].name,
                 (int)r->process[i].pid);
        r->process[i].late = false;
    }
    if (count == 0)
        count = (int64_t)turns_tell(&r->settle.turns, &names);
    terminal_look(r);
    real_note(r, POINT_QUIET, first, count, 0);
    queue_settled(&r->world, &names);
    buf_release(&names);
}
