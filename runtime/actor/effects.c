/* effects.c: appending effects to a step. */
#include "runtime/actor/parts.h"

#include <string.h>

bool room_left(const struct step *s)
{
    return s->fx->count + SETTLE_EFFECTS < CORE_EFFECTS_MAX &&
           s->fx->frames + SETTLE_FRAMES <= CORE_FRAMES_MAX &&
           s->fx->users + SETTLE_USERS <= CORE_USERS_MAX;
}

struct core_effect *emit(struct step *s, enum core_effect_kind kind)
{
    CHECK(s->fx->count < CORE_EFFECTS_MAX);
    struct core_effect *e = &s->fx->effect[s->fx->count++];
    memset(e, 0, sizeof(*e));
    e->kind = (uint8_t)kind;
    e->peer = ACTOR_NONE;
    return e;
}

void point(struct step *s, unsigned which, uint16_t peer, uint32_t request, int64_t value,
           int64_t extra)
{
    struct core_effect *e = emit(s, EFFECT_POINT);

    e->point = (uint16_t)which;
    e->peer = peer;
    e->request = request;
    e->value = value;
    e->extra = extra;
}

void point_peer(struct step *s, unsigned which, uint16_t peer)
{
    point(s, which, peer, 0, 0, 0);
}

void send_frame(struct step *s, uint16_t link, const struct frame *f)
{
    struct core *c = s->c;
    uint64_t *sent = NULL;
    uint16_t peer = ACTOR_NONE;

    if (link == LINK_PARENT) {
        if (c->self.root || c->self.parent_eof || c->self.state == SELF_EXITED)
            return;
        sent = &c->self.sent;
        peer = c->self.parent;
    } else {
        struct core_child *ch = &c->child[link];
        if (ch->eof || ch->closing || ch->dead || ch->state == CHILD_SPAWNING)
            return;
        sent = &ch->sent;
        peer = ch->id;
    }
    *sent += 1;
    if (*sent == 2 && defect(s, DEFECT_SKIP_SEQUENCE))
        *sent += 1;
    point(s, POINT_LINK_BEFORE_SEND + f->type, peer, (uint32_t)*sent, 0, 0);
    CHECK(s->fx->frames < CORE_FRAMES_MAX);
    struct core_effect *e = emit(s, EFFECT_SEND);
    e->link = link;
    e->frame = s->fx->frames;
    struct frame *copy = &s->fx->frame[s->fx->frames++];
    *copy = *f;
    copy->sequence = *sent;
}

void timer_set(struct step *s, unsigned timer, int64_t at_ns)
{
    struct core_timer_state *t = &s->c->timer[timer];

    CHECK(timer < TIMERS);
    /* 0 means that it is not set; a virtual clock may stand at 0. */
    if (at_ns < 1)
        at_ns = 1;
    t->at_ns = at_ns;
    t->generation++;
    struct core_effect *e = emit(s, EFFECT_TIMER_SET);
    e->timer = (uint16_t)timer;
    e->generation = t->generation;
    e->value = at_ns;
}

void timer_clear(struct step *s, unsigned timer)
{
    struct core_timer_state *t = &s->c->timer[timer];

    if (t->at_ns == 0)
        return;
    t->at_ns = 0;
    t->generation++;
    emit(s, EFFECT_TIMER_CLEAR)->timer = (uint16_t)timer;
}

void print_line(struct step *s, enum core_print what, uint16_t peer, int64_t value)
{
    struct core_effect *e = emit(s, EFFECT_PRINT);

    e->print = (uint8_t)what;
    e->peer = peer;
    e->value = value;
}

struct core_user *user_event(struct step *s, enum actor_event_kind kind, uint16_t id)
{
    CHECK(s->fx->users < CORE_USERS_MAX);
    struct core_effect *e = emit(s, EFFECT_USER);
    e->frame = s->fx->users;
    struct core_user *u = &s->fx->user[s->fx->users++];
    memset(u, 0, sizeof(*u));
    u->kind = (uint8_t)kind;
    u->id = id;
    policy_assert(s);
    return u;
}

/* Nothing of the own code's doing is kept: a handler that was replaced is found by looking, not by
 * being told, as the code of a library would not tell. */
void policy_assert(struct step *s)
{
    if (!defect(s, DEFECT_NO_REASSERT))
        emit(s, EFFECT_POLICY);
}

bool defect(const struct step *s, enum defect d)
{
    return defect_in(s->c->self.defects, d);
}
