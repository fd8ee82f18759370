/* lock.c: the debug lock of a whole tree, as one actor sees it.
 *
 * A request goes up hop by hop, the grant comes down the same way, and so does the release, so
 * every ancestor knows of a holder before it starts and until after it has stopped: "somebody
 * prompts" implies "all its ancestors are shielded", without any assumption about time. The root
 * grants in order of arrival, and again only after the old holder gave up or is known to be dead.
 * The three files of the lock (see lock_parts.h) are the only ones that change core->lock. */
#include "runtime/actor/lock_parts.h"

#include <string.h>

struct core_entry *entry_find(struct core *c, uint16_t origin, uint32_t request)
{
    for (unsigned i = 0; i < c->lock.entries; i++) {
        struct core_entry *e = &c->lock.entry[i];
        if (e->origin == origin && e->request == request)
            return e;
    }
    return NULL;
}

struct core_entry *entry_of(struct core *c, uint16_t origin)
{
    for (unsigned i = 0; i < c->lock.entries; i++) {
        if (c->lock.entry[i].origin == origin)
            return &c->lock.entry[i];
    }
    return NULL;
}

/* Entries stay dense and in order of arrival, so that equal states are equal bytes. */
void entry_remove(struct core *c, struct core_entry *e)
{
    struct core_lock *l = &c->lock;
    size_t at = (size_t)(e - l->entry);

    CHECK(at < l->entries);
    memmove(e, e + 1, (l->entries - at - 1U) * sizeof(*e));
    l->entries--;
    memset(&l->entry[l->entries], 0, sizeof(*e));
}

bool core_held(const struct core *c, uint16_t slot)
{
    for (unsigned i = 0; i < c->lock.entries; i++) {
        const struct core_entry *e = &c->lock.entry[i];
        if (e->via != slot)
            continue;
        if (entry_granted(e) || (e->shield && c->child[slot].mode != CANCEL_ABORT))
            return true;
    }
    return false;
}

bool lock_claimed(const struct core *c)
{
    return c->lock.state != LOCK_FREE || c->lock.queue_count > 0;
}

bool lock_waits(const struct core *c)
{
    return c->lock.dbg != DBG_NONE || c->lock.tasks > 0;
}

uint16_t lock_known_holder(const struct core *c)
{
    if (own_granted(c))
        return c->self.id;
    for (unsigned i = 0; i < c->lock.entries; i++) {
        if (entry_granted(&c->lock.entry[i]))
            return c->lock.entry[i].origin;
    }
    return ACTOR_NONE;
}

static bool hop_blind(const struct step *s)
{
    return !s->c->self.root && defect(s, DEFECT_HOP_BLIND);
}

struct frame lock_frame(enum frame_type type, uint16_t origin, uint32_t request)
{
    return (struct frame){
        .type = (uint8_t)type, .flags = FRAME_PRIO, .origin = origin, .request = request};
}

/* ---- a hop between the two ---- */

static void hop_deny(struct step *s, uint16_t slot, const struct frame *req,
                     enum deny_reason reason)
{
    struct frame f = lock_frame(FRAME_DBG_DENY, req->origin, req->request);

    f.cause = (uint8_t)reason;
    point(s, POINT_DBG_HOP_DENY, req->origin, req->request, reason, 0);
    send_frame(s, slot, &f);
}

static void hop_request(struct step *s, uint16_t slot, const struct frame *f)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;
    const struct core_child *ch = &c->child[slot];
    bool shield = (f->flags & FRAME_SHIELD) != 0;
    bool cancelled = ch->mode != CANCEL_NONE || c->self.cancel != CANCEL_NONE;

    if (hop_blind(s)) {
        send_frame(s, LINK_PARENT, f);
        return;
    }
    if (ch->state == CHILD_TERM_SENT || ch->state == CHILD_KILL_SENT || ch->state == CHILD_STUCK) {
        hop_deny(s, slot, f, DENY_KILLED);
        return;
    }
    if (c->self.cancel == CANCEL_ABORT || ch->mode == CANCEL_ABORT || (cancelled && !shield)) {
        hop_deny(s, slot, f, DENY_CANCELLED);
        return;
    }
    if (l->entries == CORE_ENTRIES_MAX || entry_of(c, f->origin) != NULL) {
        hop_deny(s, slot, f, DENY_FULL);
        return;
    }
    struct core_entry *e = &l->entry[l->entries++];
    memset(e, 0, sizeof(*e));
    e->origin = f->origin;
    e->request = f->request;
    e->via = slot;
    entry_move(e, ENTRY_WAIT);
    e->shield = shield;
    e->pid = f->pid;
    e->pid_start = f->pid_start;
    point(s, POINT_DBG_HOP_REQ, f->origin, f->request, 0, shield);
    if (c->self.root) {
        root_enqueue(s, e);
        return;
    }
    struct frame up = *f;
    send_frame(s, LINK_PARENT, &up);
}

static void hop_active(struct step *s, const struct frame *f)
{
    struct core *c = s->c;

    if (hop_blind(s)) {
        send_frame(s, LINK_PARENT, f);
        return;
    }
    struct core_entry *e = entry_find(c, f->origin, f->request);
    if (e == NULL || e->state != ENTRY_GRANTED)
        return;
    entry_move(e, ENTRY_ACTIVE);
    point(s, POINT_DBG_HOP_ACTIVE, f->origin, f->request, 0, 0);
    if (!c->self.root) {
        send_frame(s, LINK_PARENT, f);
        return;
    }
    if (c->lock.holder == f->origin && c->lock.holder_request == f->request) {
        c->lock.holder_active = 1;
        timer_set(s, TIMER_LOCK, s->now + CORE_PEEK_NS);
    }
}

/* An entry goes, and everybody above hears of it: REL when the origin is known to have stopped,
 * LOST when only the way to it is lost. */
static void hop_gone(struct step *s, struct core_entry *e, bool lost, uint8_t mode)
{
    struct core *c = s->c;
    uint16_t origin = e->origin;
    uint32_t request = e->request;

    entry_remove(c, e);
    point(s, lost ? POINT_DBG_HOP_LOST : POINT_DBG_HOP_REL, origin, request, 0, 0);
    if (!c->self.root) {
        struct frame f = lock_frame(lost ? FRAME_DBG_LOST : FRAME_DBG_REL, origin, request);
        f.mode = mode;
        send_frame(s, LINK_PARENT, &f);
    } else if (lost) {
        root_lost(s, origin, request);
    } else {
        root_released(s, origin, request);
    }
}

void lock_frame_up(struct step *s, uint16_t slot, const struct frame *f)
{
    struct core *c = s->c;

    if (f->type == FRAME_DBG_REQ) {
        hop_request(s, slot, f);
        return;
    }
    if (f->type == FRAME_DBG_ACTIVE) {
        hop_active(s, f);
        return;
    }
    if (hop_blind(s)) {
        send_frame(s, LINK_PARENT, f);
        return;
    }
    struct core_entry *e = entry_find(c, f->origin, f->request);
    /* What a prompt says to the root is heard, whatever became of the entry on the way to it. */
    bool says = f->type == FRAME_DBG_REL && f->mode != CANCEL_NONE;
    if (e != NULL)
        hop_gone(s, e, f->type == FRAME_DBG_LOST, f->mode);
    else if (says && !c->self.root)
        send_frame(s, LINK_PARENT, f);
    if (says && c->self.root)
        root_told(s, (enum cancel_mode)f->mode);
}

static void hop_down(struct step *s, const struct frame *f)
{
    struct core *c = s->c;

    if (hop_blind(s)) {
        uint16_t slot = child_towards(c, f->origin);
        if (slot != SLOT_NONE)
            send_frame(s, slot, f);
        return;
    }
    struct core_entry *e = entry_find(c, f->origin, f->request);
    if (e == NULL && defect(s, DEFECT_STALE_GRANT))
        e = entry_of(c, f->origin);
    if (e == NULL || (f->type == FRAME_DBG_GRANT && e->state != ENTRY_WAIT)) {
        if (f->type == FRAME_DBG_GRANT)
            point(s, POINT_DBG_GRANT_STALE, f->origin, f->request, 0, 0);
        return;
    }
    uint16_t via = e->via;
    if (f->type == FRAME_DBG_GRANT) {
        entry_move(e, ENTRY_GRANTED);
        point(s, POINT_DBG_HOP_GRANT, f->origin, f->request, 0, 0);
    } else if (f->type == FRAME_DBG_DENY) {
        entry_remove(c, e);
        point(s, POINT_DBG_HOP_DENY, f->origin, f->request, f->cause, 0);
    } else {
        point(s, POINT_DBG_HOP_REVOKE, f->origin, f->request, f->deadline_ns, 0);
    }
    send_frame(s, via, f);
}

void lock_frame_down(struct step *s, const struct frame *f)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;

    if (f->origin != c->self.id) {
        hop_down(s, f);
        return;
    }
    if (f->type == FRAME_DBG_GRANT) {
        if (l->dbg == DBG_WAIT)
            memcpy(l->modes, f->u.modes, sizeof(l->modes));
        own_grant(s, f->request);
    } else if (f->type == FRAME_DBG_DENY) {
        own_denied(s, f);
    } else if (l->request == f->request) {
        lock_revoke(s, f->deadline_ns);
    }
}

/* Drops one request that came through this child; true when there was one. */
bool lock_purge(struct step *s, uint16_t slot)
{
    struct core *c = s->c;
    const struct core_child *ch = &c->child[slot];

    for (unsigned i = 0; i < c->lock.entries; i++) {
        struct core_entry *e = &c->lock.entry[i];
        if (e->via != slot)
            continue;
        if (ch->purge == PURGE_DEAD) {
            hop_gone(s, e, e->origin != ch->id, CANCEL_NONE);
            return true;
        }
        if (e->state != ENTRY_WAIT)
            continue;
        struct frame deny = lock_frame(FRAME_DBG_DENY, e->origin, e->request);
        deny.cause = DENY_KILLED;
        hop_gone(s, e, false, CANCEL_NONE);
        point(s, POINT_DBG_HOP_DENY, deny.origin, deny.request, DENY_KILLED, 0);
        send_frame(s, slot, &deny);
        return true;
    }
    return false;
}

bool lock_settle(struct step *s)
{
    struct core *c = s->c;

    if (c->self.root && c->self.cancel != CANCEL_NONE && defect(s, DEFECT_MUTE_ROOT))
        return own_refuse(s);
    if (own_refuse(s) || root_refuse(s))
        return true;
    if (c->lock.dbg == DBG_NONE && c->lock.tasks > 0 && self_works(c)) {
        own_request(s);
        return true;
    }
    return root_grant(s);
}
