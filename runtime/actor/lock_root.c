/* lock_root.c: the root's side of the debug lock: one queue in order of arrival, one grant at a
 * time, and the next one only after the old holder gave up or is known to be dead. */
#include "runtime/actor/lock_parts.h"

#include <string.h>

/* Takes the request out of the root's queue; false when it was not in it. */
static bool queue_remove(struct core *c, uint16_t origin)
{
    struct core_lock *l = &c->lock;

    for (unsigned i = 0; i < l->queue_count; i++) {
        if (l->queue[i] != origin)
            continue;
        memmove(&l->queue[i], &l->queue[i + 1], (l->queue_count - i - 1U) * sizeof(l->queue[0]));
        l->queue[--l->queue_count] = 0;
        return true;
    }
    return false;
}

static void root_free(struct step *s)
{
    struct core_lock *l = &s->c->lock;

    timer_clear(s, TIMER_LOCK);
    if (l->holder != s->c->self.id)
        timer_clear(s, TIMER_REVOKE);
    if (!defect(s, DEFECT_KEEP_MODES)) {
        point_peer(s, POINT_DBG_TTY_RESTORED, l->holder);
        emit(s, EFFECT_TTY_RESTORE)->value = 1;
    }
    lock_move(s->c, LOCK_FREE);
    point(s, POINT_DBG_FREE, l->holder, l->holder_request, 0, 0);
    l->holder = ACTOR_NONE;
    l->holder_request = 0;
    l->holder_pid = 0;
    l->holder_pid_start = 0;
    l->holder_active = 0;
    l->killed = 0;
}

void root_released(struct step *s, uint16_t origin, uint32_t request)
{
    struct core_lock *l = &s->c->lock;

    if (l->state == LOCK_HELD && l->holder == origin && l->holder_request == request) {
        point(s, POINT_DBG_REL_RECV, origin, request, 0, 0);
        root_free(s);
        return;
    }
    queue_remove(s->c, origin);
}

void root_told(struct step *s, enum cancel_mode mode)
{
    if (mode == CANCEL_ABORT)
        self_cancel(s, CANCEL_ABORT, CAUSE_CANCEL, s->now + CORE_ACK_NS);
    else if (mode == CANCEL_GRACEFUL)
        signal_hung_up(s);
}

static void root_peek(struct step *s, bool for_death)
{
    struct core_effect *e = emit(s, EFFECT_BATON_PEEK);

    e->value = for_death;
    e->extra = for_death ? s->c->lock.holder_pid : 0;
    s->c->lock.lookers = for_death ? 2 : 1;
}

void root_lost(struct step *s, uint16_t origin, uint32_t request)
{
    struct core_lock *l = &s->c->lock;

    if (l->state != LOCK_HELD || l->holder != origin || l->holder_request != request) {
        queue_remove(s->c, origin);
        return;
    }
    point(s, POINT_DBG_LOST_RECV, origin, request, 0, 0);
    if (defect(s, DEFECT_REGRANT_EARLY)) {
        root_free(s);
        return;
    }
    lock_move(s->c, LOCK_RECOVERING);
    l->killed = 0;
    point(s, POINT_DBG_RECOVERING, origin, request, 0, 0);
    timer_set(s, TIMER_LOCK, s->now + CORE_RECOVER_NS);
    root_peek(s, true);
}

void root_enqueue(struct step *s, const struct core_entry *e)
{
    struct core_lock *l = &s->c->lock;

    CHECK(l->queue_count < CORE_ENTRIES_MAX);
    l->queue[l->queue_count++] = e->origin;
    point(s, POINT_DBG_ENQUEUE, e->origin, e->request, l->queue_count, 0);
}

bool root_grant(struct step *s)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;

    if (!c->self.root || l->queue_count == 0)
        return false;
    if (l->state != LOCK_FREE && !(defect(s, DEFECT_TWO_HOLDERS) && l->holder_active))
        return false;
    unsigned at = defect(s, DEFECT_GRANT_LIFO) ? l->queue_count - 1U : 0;
    struct core_entry *e = entry_of(c, l->queue[at]);
    CHECK(e != NULL);
    queue_remove(c, e->origin);
    point(s, POINT_DBG_POP, e->origin, e->request, 0, 0);
    lock_move(c, LOCK_HELD);
    l->holder = e->origin;
    l->holder_request = e->request;
    l->holder_pid = e->pid;
    l->holder_pid_start = e->pid_start;
    l->holder_active = 0;
    entry_move(e, ENTRY_GRANTED);
    point(s, POINT_DBG_GRANT_SENT, e->origin, e->request, 0, 0);
    if (e->via == SLOT_NONE) {
        own_grant(s, e->request);
        return true;
    }
    struct frame f = lock_frame(FRAME_DBG_GRANT, e->origin, e->request);
    memcpy(f.u.modes, l->modes, sizeof(f.u.modes));
    send_frame(s, e->via, &f);
    return true;
}

/* A cancelled root does not start a pause any more; a crash prompt still gets its turn, unless
 * the tree is aborted. Returns true when a waiting request was refused. */
bool root_refuse(struct step *s)
{
    struct core *c = s->c;

    if (!c->self.root || c->self.cancel == CANCEL_NONE)
        return false;
    for (unsigned i = 0; i < c->lock.entries; i++) {
        struct core_entry *e = &c->lock.entry[i];
        if (e->state != ENTRY_WAIT || e->via == SLOT_NONE)
            continue;
        if (e->shield && c->self.cancel != CANCEL_ABORT)
            continue;
        struct frame f = lock_frame(FRAME_DBG_DENY, e->origin, e->request);
        f.cause = DENY_CANCELLED;
        uint16_t via = e->via;
        queue_remove(c, e->origin);
        entry_remove(c, e);
        point(s, POINT_DBG_HOP_DENY, f.origin, f.request, DENY_CANCELLED, 0);
        send_frame(s, via, &f);
        return true;
    }
    return false;
}

void lock_timer(struct step *s)
{
    struct core_lock *l = &s->c->lock;

    if (l->state == LOCK_HELD) {
        if (!defect(s, DEFECT_NO_BATON_CHECK) && !defect(s, DEFECT_NO_RELEASE))
            root_peek(s, false);
        timer_set(s, TIMER_LOCK, s->now + CORE_PEEK_NS);
        return;
    }
    if (l->state != LOCK_RECOVERING)
        return;
    if (!l->killed) {
        l->killed = 1;
        point(s, POINT_DBG_HOLDER_KILLED, l->holder, l->holder_request, 0, 0);
        struct core_effect *e = emit(s, EFFECT_KILL_PID);
        e->value = l->holder_pid;
        e->extra = (int64_t)l->holder_pid_start;
    }
    timer_set(s, TIMER_LOCK, s->now + CORE_RECOVER_NS / 10);
    root_peek(s, true);
}

void root_looked(struct step *s, const struct core_event *e)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;
    uint8_t look = l->lookers;

    l->lookers = 0;
    if (look == 2 && l->state == LOCK_RECOVERING && e->value == BATON_HOLDER_DEAD) {
        point(s, POINT_DBG_HOLDER_CONFIRMED_DEAD, l->holder, l->holder_request, 0, 0);
        root_free(s);
        return;
    }
    if (look != 1 || l->state != LOCK_HELD || !l->holder_active || e->value != BATON_FREE)
        return;
    struct core_entry *entry = entry_find(c, l->holder, l->holder_request);
    if (entry == NULL || entry->via == SLOT_NONE)
        return;
    /* The holder has let go of the terminal and its release is stuck on the way. */
    point(s, POINT_DBG_BATON_MISMATCH, l->holder, l->holder_request, 0, 0);
    struct frame f = lock_frame(FRAME_DBG_DENY, entry->origin, entry->request);
    f.cause = DENY_CLOSED;
    uint16_t via = entry->via;
    entry_remove(c, entry);
    point(s, POINT_DBG_HOP_DENY, f.origin, f.request, DENY_CLOSED, 0);
    send_frame(s, via, &f);
    root_free(s);
}
