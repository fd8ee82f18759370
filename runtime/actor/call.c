/* call.c: questions that parent and child put to each other. Every question that was sent gets one
 * answer here: the peer's, or why there will be none. */
#include "runtime/actor/parts.h"

#include <string.h>

static void call_answered(struct step *s, uint16_t peer, uint32_t number, enum error_kind why,
                          const struct frame *answer)
{
    struct core_user *u = user_event(s, ACTOR_EVENT_REPLY, peer);

    u->request = number;
    u->error_kind = (uint16_t)why;
    if (answer == NULL)
        return;
    u->size = answer->size;
    memcpy(u->data, answer->u.data, answer->size);
}

static void call_completed(struct step *s, struct core_call_state *call, enum error_kind why,
                           const struct frame *answer)
{
    call->open = 0;
    point(s, POINT_CALL_COMPLETED, call->id, call->number, why, 0);
    call_answered(s, call->id, call->number, why, answer);
}

bool call_end(struct step *s, uint16_t peer, enum error_kind why)
{
    for (unsigned i = 0; i < CORE_CALLS_MAX; i++) {
        struct core_call_state *call = &s->c->call[i];
        if (!call->open || (peer != ACTOR_NONE && call->id != peer))
            continue;
        call_completed(s, call, why, NULL);
        return true;
    }
    return false;
}

void call_frame(struct step *s, uint16_t peer, const struct frame *f)
{
    if (f->type == FRAME_CALL) {
        point(s, POINT_CALL_RECEIVED, peer, f->request, 0, 0);
        struct core_user *u = user_event(s, ACTOR_EVENT_CALL, peer);
        u->request = f->request;
        u->size = f->size;
        memcpy(u->data, f->u.data, f->size);
        return;
    }
    /* An answer that nobody waits for any more is dropped. */
    for (unsigned i = 0; i < CORE_CALLS_MAX; i++) {
        struct core_call_state *call = &s->c->call[i];
        if (call->open && call->number == f->request && call->id == peer) {
            call_completed(s, call, ERROR_NONE, f);
            return;
        }
    }
}

/* Whether a frame to this child goes out at all. */
static bool child_hears(const struct core_child *ch)
{
    return child_alive(ch) && !ch->eof && !ch->closing;
}

void call_ask(struct step *s, const struct core_call *call)
{
    struct core *c = s->c;
    bool up = call->id == ACTOR_PARENT || call->id == c->self.parent;
    uint16_t id = up ? c->self.parent : call->id;
    uint16_t slot = up ? LINK_PARENT : child_by_id(c, id);
    bool known = up ? !c->self.root : slot != SLOT_NONE && child_hears(&c->child[slot]);
    struct frame f = {.type = call->kind == CALL_REPLY ? FRAME_REPLY : FRAME_CALL,
                      .request = call->request};

    f.size = call->size;
    memcpy(f.u.data, call->u.data, call->size);
    if (f.type == FRAME_REPLY) {
        if (known) {
            point(s, POINT_CALL_REPLIED, id, call->request, 0, 0);
            send_frame(s, slot, &f);
        }
        return;
    }
    c->self.call_number = call->request;
    unsigned i = 0;
    while (i < CORE_CALLS_MAX && c->call[i].open)
        i++;
    if (i == CORE_CALLS_MAX || !known) {
        call_answered(s, id, call->request, ERROR_LOST, NULL);
        return;
    }
    struct core_call_state *open = &c->call[i];
    memset(open, 0, sizeof(*open)); /* its padding too: equal states are equal bytes */
    open->number = call->request;
    open->id = id;
    open->open = 1;
    point(s, POINT_CALL_SENT, id, call->request, 0, 0);
    if (!up)
        child_spec(s, slot);
    send_frame(s, slot, &f);
}
