/* driver.c: what is next, for whoever drives a core. */
#include "runtime/actor/driver.h"

#include "runtime/actor/parts.h"

#include <string.h>

void driver_init(struct driver *d)
{
    /* The table behind these fields is valid as far as its count says. */
    memset(d, 0, offsetof(struct driver, answer));
}

/* Tells each piece of news once. */
static unsigned news(struct driver *d, const struct core *c)
{
    unsigned now = self_born(c) ? DRIVER_NAMED : 0;

    if (c->self.state == SELF_ORPHANED)
        now |= DRIVER_ORPHANED;
    now &= ~(unsigned)d->told;
    d->told |= (uint8_t)now;
    return now;
}

unsigned driver_step(struct driver *d, struct core *c, const struct core_event *e,
                     struct core_effects *fx)
{
    CHECK(d->at == d->count && !d->dying);
    core_step(c, e, fx);
    d->at = 0;
    d->count = fx->count;
    d->busy = 1;
    return news(d, c);
}

const struct core_effect *driver_effect(struct driver *d, const struct core_effects *fx)
{
    if (d->dying || d->at == d->count)
        return NULL;
    const struct core_effect *e = &fx->effect[d->at++];
    if (e->kind == EFFECT_CONTINUE) {
        CHECK(d->at == d->count);
        d->more = 1;
        return NULL;
    }
    if (e->kind == EFFECT_DIE) {
        d->dying = 1;
        d->status = (int32_t)e->value;
        d->signal = (int32_t)e->extra;
        d->restores = e->request == 1;
    }
    return e;
}

bool driver_event(struct driver *d, struct user_calls *calls, struct core_event *e)
{
    *e = (struct core_event){.kind = EVENT_CONTINUE};
    if (d->dying) {
        d->busy = 0;
        return false;
    }
    CHECK(d->at == d->count);
    if (d->more) {
        d->more = 0;
        return true;
    }
    if (d->answers > 0) {
        const struct driver_answer *a = &d->answer[d->first];
        d->answers--;
        d->first = (uint16_t)(d->answers == 0 ? 0 : (d->first + 1) % DRIVER_ANSWERS_MAX);
        e->kind = a->kind;
        e->link = a->link;
        e->value = a->value;
        e->pid = a->pid;
        return true;
    }
    e->kind = EVENT_CALL;
    e->call = user_next(calls);
    d->busy = e->call != NULL;
    return d->busy;
}

void driver_answer(struct driver *d, enum core_event_kind kind, uint16_t link, int64_t value,
                   int32_t pid)
{
    CHECK(d->answers < DRIVER_ANSWERS_MAX);
    d->answer[(d->first + d->answers) % DRIVER_ANSWERS_MAX] =
        (struct driver_answer){.kind = (uint8_t)kind, .link = link, .value = value, .pid = pid};
    d->answers++;
    d->busy = 1;
}

void driver_tell(struct driver *d, struct core *c, int op, const struct actor_program *program,
                 int64_t now_ns, struct user_calls *calls)
{
    /* One that does not run its own code yet, or no more, does not hear it. */
    if (d->dying || !self_works(c))
        return;
    user_tell(c, op, program, now_ns, calls);
    driver_answer(d, EVENT_POLICY, 0, 0, 0); /* D8 */
}

/* ---- the escape --------------------------------------------------------------------------- */

enum escape_by escape_by(const struct core *c)
{
    if (!c->self.root)
        return ESCAPE_NONE;
    return c->lock.state == LOCK_FREE ? ESCAPE_ANY : ESCAPE_INSIST;
}

bool escape_press(struct escape *e, enum escape_by by, int number, int64_t now_ns)
{
    unsigned which = number == NUMBER_INT ? 0 : number == NUMBER_TERM ? 1 : 2;

    if (which == 2 && number != NUMBER_QUIT)
        return false;
    if (number == NUMBER_INT && by == ESCAPE_INSIST)
        return false;
    int count = e->presses[which];
    if (count > 0 && (by == ESCAPE_NONE || now_ns - e->last_ns[which] < ESCAPE_APART_NS))
        return false;
    if (count == 0)
        e->first_ns[which] = now_ns;
    e->last_ns[which] = now_ns;
    e->presses[which] = count + 1;
    return count + 1 >= ESCAPE_PRESSES && now_ns - e->first_ns[which] >= ESCAPE_SPAN_NS;
}

void escape_heard(struct escape *e)
{
    for (unsigned i = 0; i < ESCAPE_SIGNALS; i++)
        e->presses[i] = 0;
}

/* ---- the end of a root -------------------------------------------------------------------- */

enum point driver_sweep(bool known, bool dead, bool killed)
{
    if (!known)
        return POINT_ORPHAN_ADOPTED;
    if (dead)
        return POINT_ORPHAN_REAPED;
    return killed ? POINTS : POINT_ORPHAN_KILLED;
}
