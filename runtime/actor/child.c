/* child.c: one child as its parent sees it: from spawn to reaping.
 *
 * The ladder: cancel, its ack, its deadline, SIGTERM, SIGKILL. Every step of it first asks
 * core_held(): a branch with somebody at a prompt is not escalated, its timer is parked and starts
 * again with full grace when the prompt is over. */
#include "runtime/actor/parts.h"

#include <string.h>

enum { LADDER_ACK, LADDER_DEADLINE, LADDER_REVOKE };

uint16_t child_by_id(const struct core *c, uint16_t id)
{
    for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++) {
        if (c->child[i].state != CHILD_FREE && c->child[i].id == id)
            return i;
    }
    return SLOT_NONE;
}

uint16_t child_towards(const struct core *c, uint16_t id)
{
    for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++) {
        const struct core_child *ch = &c->child[i];
        if (ch->state != CHILD_FREE && ch->id <= id && id <= ch->id + ch->room)
            return i;
    }
    return SLOT_NONE;
}

/* Alive, and not told by SIGKILL that it is to end. */
static bool child_killable(const struct core_child *ch)
{
    return child_alive(ch) && ch->state != CHILD_KILL_SENT && ch->state != CHILD_STUCK;
}

void ladder_set(struct step *s, uint16_t slot, int64_t at_ns)
{
    s->c->child[slot].grace_ns = at_ns > s->now ? at_ns - s->now : 0;
    timer_set(s, TIMER_CHILD + (unsigned)slot, at_ns);
}

void child_outcome(struct step *s, uint16_t slot, enum error_kind kind, int32_t code)
{
    struct core_child *ch = &s->c->child[slot];
    struct error_box *box = &s->c->note.child[slot].error;

    if (ch->outcome)
        return;
    ch->outcome = 1;
    memset(box, 0, sizeof(*box));
    box->kind = (uint8_t)kind;
    box->code = code;
    box->origin = ch->id;
    box->cause = ch->cause;
    error_path(box, s->c->note.child[slot].name);
    point(s, POINT_ERR_BOXED, ch->id, 0, kind, code);
}

void child_spawn(struct step *s, const struct core_call *call)
{
    struct core *c = s->c;
    struct core_nursery *n = &c->nursery[call->nursery];
    uint16_t slot = 0;

    while (slot < CORE_CHILDREN_MAX && c->child[slot].state != CHILD_FREE)
        slot++;
    bool full = slot == CORE_CHILDREN_MAX;
    /* A nursery that was opened after the return is open still when the actor reports. */
    bool late = self_over(c);
    if (full || late || n->state != NURSERY_OPEN || c->self.cancel != CANCEL_NONE) {
        struct core_user *u = user_event(s, ACTOR_EVENT_OUTCOME, call->id);
        struct error_box box = {.origin = call->id};
        box.kind = full ? ERROR_SPAWN : ERROR_CANCELLED;
        error_path(&box, call->name);
        error_tell(u, &box);
        return;
    }
    struct core_child *ch = &c->child[slot];
    memset(ch, 0, sizeof(*ch));
    child_move(ch, CHILD_SPAWNING);
    ch->id = call->id;
    ch->room = call->room;
    ch->def = call->def;
    ch->nursery = call->nursery;
    ch->parent_deadline_ns = call->deadline_ns;
    ch->collect = call->flags & 1;
    ch->size = call->size;
    ch->foreign = call->kind == CALL_EXEC;
    if (call->id >= c->self.next_id)
        c->self.next_id = (uint16_t)(call->id + call->room + 1);
    memset(&c->note.child[slot], 0, sizeof(c->note.child[slot]));
    memcpy(c->note.child[slot].name, call->name, sizeof(call->name));
    memcpy(c->note.child[slot].arg, call->u.data, call->size);
    point_peer(s, POINT_SPAWN_BEFORE_FORK, ch->id);
    struct core_effect *e = emit(s, ch->foreign ? EFFECT_EXEC : EFFECT_SPAWN);
    e->link = slot;
    e->peer = ch->id;
    e->value = ch->foreign ? call->request : 0;
}

void child_spawned(struct step *s, uint16_t slot, int64_t value)
{
    struct core_child *ch = &s->c->child[slot];

    CHECK(ch->state == CHILD_SPAWNING);
    point(s, POINT_SPAWN_AFTER_FORK, ch->id, 0, value, 0);
    if (value < 0) {
        child_outcome(s, slot, ERROR_SPAWN, (int32_t)-value);
        child_move(ch, CHILD_REAPED);
        return;
    }
    ch->pid = (int32_t)value;
    child_move(ch, CHILD_BOOTING);
    if (ch->foreign) {
        foreign_began(s, slot);
        return;
    }
    ch->heard_ns = s->now;
    ladder_set(s, slot, s->now + CORE_BOOT_NS);
    if (s->c->timer[TIMER_HEARTBEAT].at_ns == 0)
        timer_set(s, TIMER_HEARTBEAT, s->now + CORE_PING_NS);
}

void child_spec(struct step *s, uint16_t slot)
{
    struct core *c = s->c;
    struct core_child *ch = &c->child[slot];
    struct frame f = {.type = FRAME_SPEC, .flags = FRAME_PRIO};

    if (ch->spec)
        return;
    ch->spec = 1;
    f.deadline_ns = ch->parent_deadline_ns;
    f.size = ch->size;
    memcpy(f.u.spec.name, c->note.child[slot].name, sizeof(f.u.spec.name));
    memcpy(f.u.spec.data, c->note.child[slot].arg, ch->size);
    f.u.spec.defects = c->self.defects;
    f.u.spec.id = ch->id;
    f.u.spec.parent = c->self.id;
    f.u.spec.room = ch->room;
    f.u.spec.def = ch->def;
    f.u.spec.on_error = ch->collect;
    point_peer(s, POINT_SPAWN_BEFORE_SPEC, ch->id);
    send_frame(s, slot, &f);
}

/* Which frames a child may send, by its state. */
static bool child_may_send(const struct core_child *ch, unsigned type)
{
    if (!ch->hello)
        return type == FRAME_HELLO;
    if (ch->outcome && ch->state == CHILD_DONE)
        return type == FRAME_PONG;
    return type == FRAME_READY || type == FRAME_CALL || type == FRAME_REPLY || type == FRAME_ACK ||
           type == FRAME_RESULT || type == FRAME_PONG || type == FRAME_DBG_REQ ||
           type == FRAME_DBG_ACTIVE || type == FRAME_DBG_REL || type == FRAME_DBG_LOST;
}

static void child_kill(struct step *s, uint16_t slot, enum kill_reason reason);

void child_fault(struct step *s, uint16_t slot, enum link_fault fault)
{
    struct core_child *ch = &s->c->child[slot];

    if (ch->state == CHILD_FREE || ch->state == CHILD_REAPED)
        return;
    point(s, POINT_LINK_BROKEN, ch->id, 0, fault, 0);
    child_outcome(s, slot, ERROR_PROTO, (int32_t)fault);
    if (!ch->closing) {
        ch->closing = 1;
        point(s, POINT_CANCEL_CLOSE_SENT, ch->id, 0, KILL_PROTO, ch->cause);
        emit(s, EFFECT_CLOSE)->link = slot;
    }
    child_kill(s, slot, KILL_PROTO);
}

static void child_hello(struct step *s, uint16_t slot, const struct frame *f)
{
    struct core_child *ch = &s->c->child[slot];

    if (f->build != s->c->note.build) {
        child_fault(s, slot, LINK_BUILD);
        return;
    }
    ch->hello = 1;
    if (ch->state == CHILD_BOOTING) {
        child_move(ch, CHILD_LIVE);
        timer_clear(s, TIMER_CHILD + (unsigned)slot);
    }
    child_spec(s, slot);
}

static void child_result(struct step *s, uint16_t slot, const struct frame *f)
{
    struct core_child *ch = &s->c->child[slot];

    if (!ch->outcome) {
        ch->outcome = 1;
        s->c->note.child[slot].error = f->u.error;
    }
    if (child_works(ch)) {
        child_move(ch, CHILD_DONE);
        ch->parked = 0;
        ladder_set(s, slot, s->now + CORE_RESULT_NS);
    }
}

static void child_ack(struct step *s, uint16_t slot, const struct frame *f)
{
    struct core_child *ch = &s->c->child[slot];

    point(s, POINT_CANCEL_ACKED, ch->id, f->request, 0, 0);
    if (ch->state != CHILD_CANCEL_SENT)
        return;
    child_move(ch, CHILD_CANCEL_ACKED);
    ch->ladder = LADDER_DEADLINE;
    if (!ch->parked) {
        ladder_set(s, slot, ch->deadline_ns);
    } else if (ch->deadline_ns - s->now > ch->grace_ns) {
        /* A deadline that has passed while the child was stopped leaves the ack's grace. */
        ch->grace_ns = ch->deadline_ns - s->now;
    }
}

void child_frame(struct step *s, uint16_t slot, const struct frame *f)
{
    struct core_child *ch = &s->c->child[slot];

    /* What a dead child has said before it died counts until it is reaped; what comes after a fault
     * of its link does not. */
    if (ch->state == CHILD_FREE || ch->state == CHILD_REAPED || ch->kill_reason == KILL_PROTO ||
        (ch->state == CHILD_DEAD && defect(s, DEFECT_EARLY_EXIT)))
        return;
    if (f->type >= FRAME_TYPES) {
        if (ch->hello)
            lines_frame_up(s, f);
        else
            child_fault(s, slot, LINK_NOT_ALLOWED);
        return;
    }
    point(s, POINT_LINK_BEFORE_RECV + f->type, ch->id, (uint32_t)f->sequence, 0, 0);
    ch->heard_ns = s->now;
    if (f->sequence != ch->received + 1 && !defect(s, DEFECT_SKIP_SEQUENCE)) {
        child_fault(s, slot, LINK_SEQUENCE);
        return;
    }
    ch->received = f->sequence;
    bool lock = f->type >= FRAME_DBG_REQ;
    if (!child_may_send(ch, f->type) ||
        (lock && (f->origin < ch->id || f->origin > ch->id + ch->room))) {
        child_fault(s, slot, LINK_NOT_ALLOWED);
        return;
    }
    if (f->type == FRAME_HELLO) {
        child_hello(s, slot, f);
    } else if (f->type == FRAME_READY) {
        point_peer(s, POINT_NURSERY_CHILD_LIVE, ch->id);
        user_event(s, ACTOR_EVENT_LIVE, ch->id);
    } else if (f->type == FRAME_RESULT) {
        child_result(s, slot, f);
    } else if (f->type == FRAME_ACK) {
        child_ack(s, slot, f);
    } else if (f->type == FRAME_CALL || f->type == FRAME_REPLY) {
        call_frame(s, ch->id, f);
    } else if (f->type != FRAME_PONG) {
        lock_frame_up(s, slot, f);
    }
}

void child_eof(struct step *s, uint16_t slot)
{
    struct core_child *ch = &s->c->child[slot];

    if (ch->state == CHILD_FREE || ch->eof)
        return;
    ch->eof = 1;
    point_peer(s, POINT_LINK_EOF_SEEN, ch->id);
    if (ch->state == CHILD_DEAD || ch->state == CHILD_REAPED)
        return;
    point_peer(s, POINT_EXIT_EOF_BEFORE_STATUS, ch->id);
    if (child_works(ch)) {
        child_move(ch, CHILD_GONE);
        ch->parked = 0;
        /* Nobody below can be told of a grant, or say that it is through: who waits there must not
         * keep the others waiting. */
        ch->purge = PURGE_DENY;
        ladder_set(s, slot, s->now + CORE_EOF_NS);
    }
}

void child_dead(struct step *s, uint16_t slot)
{
    struct core_child *ch = &s->c->child[slot];

    if (ch->state == CHILD_FREE || ch->dead)
        return;
    ch->dead = 1;
    point_peer(s, POINT_EXIT_STATUS_READY, ch->id);
    if (!ch->eof)
        point_peer(s, POINT_EXIT_STATUS_BEFORE_EOF, ch->id);
    child_move(ch, CHILD_DEAD);
    ch->parked = 0;
    timer_clear(s, TIMER_CHILD + (unsigned)slot);
    if (defect(s, DEFECT_NO_REAP))
        return;
    point_peer(s, POINT_EXIT_BEFORE_REAP, ch->id);
    emit(s, EFFECT_REAP)->link = slot;
}

/* Wait statuses as in wait(2): the low 7 bits are a signal, or 0 and the exit status above. */
static void outcome_of_status(struct step *s, uint16_t slot, int64_t status)
{
    struct core_child *ch = &s->c->child[slot];
    int signal = (int)(status & 0x7f);
    bool ours = ch->killed && ch->kill_reason == KILL_CANCEL;

    /* It lost its parent although that lives, or was ended because nothing was heard of it. */
    bool lost =
        status == CORE_STATUS_ORPHANED << 8 ||
        (ch->killed && (ch->kill_reason == KILL_LINGER || ch->kill_reason == KILL_HEARTBEAT));

    /* This actor has closed the link before SIGTERM: the child may leave as an orphan of that, or
     * well, with a result that nobody could take. */
    bool left = status == 0 || status == CORE_STATUS_ORPHANED << 8;

    if (ours && (signal == 15 || signal == 9 || left))
        child_outcome(s, slot, ERROR_CANCELLED, signal);
    else if (ch->hello && lost)
        child_outcome(s, slot, ERROR_LOST, 0);
    else if (!ch->hello)
        child_outcome(s, slot, ERROR_BOOT, signal != 0 ? signal : (int)(status >> 8 & 0xff));
    else if (signal != 0)
        child_outcome(s, slot, ERROR_SIGNAL, signal);
    else
        child_outcome(s, slot, ERROR_EXIT, (int)(status >> 8 & 0xff));
}

void child_exit(struct step *s, uint16_t slot, int64_t status)
{
    struct core_child *ch = &s->c->child[slot];

    CHECK(ch->state == CHILD_DEAD);
    child_move(ch, CHILD_REAPED);
    point(s, POINT_EXIT_REAPED, ch->id, 0, status, 0);
    if (ch->foreign)
        foreign_exit(s, slot, status);
    else
        outcome_of_status(s, slot, status);
    if (defect(s, DEFECT_KILL_REAPED)) {
        point(s, POINT_CANCEL_KILL_SENT, ch->id, 0, KILL_LINGER, ch->cause);
        struct core_effect *e = emit(s, EFFECT_KILL);
        e->link = slot;
        e->value = 9;
    }
}

/* ---- escalation ---- */

void child_signal(struct step *s, uint16_t slot, bool term, enum kill_reason reason)
{
    struct core_child *ch = &s->c->child[slot];

    ch->parked = 0;
    ch->kill_reason = (uint8_t)reason;
    ch->killed = 1;
    child_move(ch, term ? CHILD_TERM_SENT : CHILD_KILL_SENT);
    point(s, term ? POINT_CANCEL_TERM_SENT : POINT_CANCEL_KILL_SENT, ch->id, 0, reason, ch->cause);
    struct core_effect *e = emit(s, EFFECT_KILL);
    e->link = slot;
    e->value = term ? 15 : 9;
    ladder_set(s, slot, s->now + (term ? CORE_TERM_NS : CORE_STUCK_NS));
}

/* Requests that only wait are withdrawn before a kill: a grant on its way finds no entry. */
static void child_withdraw(struct step *s, uint16_t slot)
{
    s->c->child[slot].purge = PURGE_DENY;
    while (room_left(s) && lock_purge(s, slot))
        continue;
}

static void child_kill(struct step *s, uint16_t slot, enum kill_reason reason)
{
    struct core_child *ch = &s->c->child[slot];

    if (!child_killable(ch))
        return;
    child_withdraw(s, slot);
    child_signal(s, slot, false, reason);
}

/* An abort gives a prompt below the time of a revoke, once; after that the operator insists.
 * Returns true when that time begins. */
static bool child_insist(struct step *s, uint16_t slot)
{
    struct core_child *ch = &s->c->child[slot];

    if (ch->ladder == LADDER_REVOKE)
        return false;
    ch->ladder = LADDER_REVOKE;
    point_peer(s, POINT_CANCEL_PARKED, ch->id);
    ladder_set(s, slot, s->now + CORE_REVOKE_NS);
    return true;
}

/* The mistake of a kill that knows granted requests only, and asks once: whoever waits below is
 * granted the terminal after the kill has begun, and is killed at the prompt. */
static bool child_held_ignoring_waiters(const struct core *c, uint16_t slot)
{
    bool granted = false;

    for (unsigned i = 0; i < c->lock.entries; i++)
        granted |= c->lock.entry[i].via == slot && entry_granted(&c->lock.entry[i]);
    return granted && c->child[slot].state != CHILD_TERM_SENT;
}

/* The next step of the ladder, unless somebody at or below the child prompts. */
static void child_escalate(struct step *s, uint16_t slot, enum kill_reason reason)
{
    struct core_child *ch = &s->c->child[slot];
    /* Behind a link that has ended nobody can say when a prompt is over. */
    bool held = core_held(s->c, slot) && !ch->eof;
    bool waiters = !defect(s, DEFECT_KILL_WAITERS);

    if (!waiters)
        held = child_held_ignoring_waiters(s->c, slot);

    if (held && defect(s, DEFECT_CLOSE_HELD) && !ch->closing) {
        ch->closing = 1;
        point(s, POINT_CANCEL_CLOSE_SENT, ch->id, 0, reason, ch->cause);
        emit(s, EFFECT_CLOSE)->link = slot;
        return;
    }
    if (held && ch->mode == CANCEL_ABORT) {
        if (child_insist(s, slot))
            return;
        reason = KILL_OPERATOR;
    } else if (held && !defect(s, DEFECT_ESCALATE_HELD)) {
        ch->parked = 1;
        point_peer(s, POINT_CANCEL_PARKED, ch->id);
        return;
    }
    if (ch->state == CHILD_TERM_SENT) {
        child_signal(s, slot, false, reason);
        return;
    }
    if (waiters)
        child_withdraw(s, slot);
    if (waiters && !ch->closing) {
        ch->closing = 1;
        point(s, POINT_CANCEL_CLOSE_SENT, ch->id, 0, reason, ch->cause);
        emit(s, EFFECT_CLOSE)->link = slot;
    }
    child_signal(s, slot, defect(s, DEFECT_KILL_FIRST) ? false : true, reason);
}

void child_timer(struct step *s, uint16_t slot)
{
    struct core_child *ch = &s->c->child[slot];

    switch ((enum child_state)ch->state) {
    case CHILD_BOOTING:
        child_outcome(s, slot, ERROR_BOOT, 0);
        child_kill(s, slot, KILL_BOOT);
        break;
    case CHILD_CANCEL_SENT:
    case CHILD_CANCEL_ACKED:
        if (defect(s, DEFECT_CANCEL_FOREVER))
            break;
        point_peer(s, ch->ladder == LADDER_ACK ? POINT_CANCEL_ACK_TIMEOUT : POINT_CANCEL_DEADLINE,
                   ch->id);
        child_escalate(s, slot, KILL_CANCEL);
        break;
    case CHILD_DONE:
    case CHILD_GONE:
        child_escalate(s, slot, KILL_LINGER);
        break;
    case CHILD_TERM_SENT:
        child_escalate(s, slot, ch->kill_reason);
        break;
    case CHILD_KILL_SENT:
        child_move(ch, CHILD_STUCK);
        point_peer(s, POINT_CANCEL_STUCK, ch->id);
        print_line(s, PRINT_STUCK, ch->id, 0);
        break;
    case CHILD_FREE:
    case CHILD_SPAWNING:
    case CHILD_LIVE:
    case CHILD_STUCK:
    case CHILD_DEAD:
    case CHILD_REAPED:
    case CHILD_STATES:
        break;
    }
}

void child_heartbeat(struct step *s)
{
    struct core *c = s->c;
    bool any = false;

    for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++) {
        struct core_child *ch = &c->child[i];
        if (!child_works(ch) || ch->foreign)
            continue;
        any = true;
        if (ch->hello && s->now - ch->heard_ns >= CORE_PING_NS)
            ch->ping = 1;
    }
    if (any)
        timer_set(s, TIMER_HEARTBEAT, s->now + CORE_PING_NS);
}

/* Asks a silent child for a sign of life, or gives it up when it has not answered for too long
 * and nobody prompts at or below it. */
static void child_ping(struct step *s, uint16_t slot)
{
    struct core *c = s->c;
    struct core_child *ch = &c->child[slot];
    bool prompts = false;

    ch->ping = 0;
    for (unsigned k = 0; k < c->lock.entries; k++)
        prompts |= c->lock.entry[k].via == slot && c->lock.entry[k].state == ENTRY_ACTIVE;
    if (s->now - ch->heard_ns >= CORE_HEARTBEAT_NS && !prompts) {
        point_peer(s, POINT_HEARTBEAT_MISSED, ch->id);
        child_kill(s, slot, KILL_HEARTBEAT);
        return;
    }
    struct frame ping = {.type = FRAME_PING, .flags = FRAME_PRIO};
    send_frame(s, slot, &ping);
}

void child_rearm(struct step *s)
{
    for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++) {
        struct core_child *ch = &s->c->child[i];
        if (ch->state == CHILD_FREE)
            continue;
        ch->heard_ns = s->now;
        if (s->c->timer[TIMER_CHILD + i].at_ns != 0)
            ch->rearm = 1;
    }
}

void child_dump(struct step *s)
{
    for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++)
        s->c->child[i].dump = child_works(&s->c->child[i]);
}

/* Not to a child that was told to end by force meanwhile: the link to it is closed. */
static void child_ask_dump(struct step *s, uint16_t slot)
{
    struct frame f = {.type = FRAME_DUMP, .flags = FRAME_PRIO};

    s->c->child[slot].dump = 0;
    if (!child_works(&s->c->child[slot]))
        return;
    child_spec(s, slot);
    send_frame(s, slot, &f);
}

void child_want_cancel(struct step *s, uint16_t slot, enum cancel_mode mode, enum cause cause,
                       int64_t deadline_ns)
{
    struct core_child *ch = &s->c->child[slot];

    if ((ch->state != CHILD_SPAWNING && !child_hears_cancel(ch)) || mode <= ch->wanted)
        return;
    ch->wanted = (uint8_t)mode;
    ch->asked = 1;
    ch->cause = (uint8_t)cause;
    /* A child's deadline lies before its parent's, so that a parent outlives its children's
     * grace and time does not add up with depth. */
    int64_t left = deadline_ns > s->now ? deadline_ns - s->now : 0;
    int64_t slack = left / 8 > CORE_SLACK_MIN_NS ? left / 8 : CORE_SLACK_MIN_NS;
    ch->deadline_ns = deadline_ns - slack;
    if (defect(s, DEFECT_DEADLINE_GROWS))
        ch->deadline_ns = s->now + CORE_CANCEL_NS;
}

static void cancel_frame(struct step *s, uint16_t slot)
{
    struct core *c = s->c;
    struct core_child *ch = &c->child[slot];
    struct frame f = {.type = FRAME_CANCEL, .flags = FRAME_PRIO};

    f.request = ++c->self.cancel_id;
    f.mode = ch->mode;
    f.cause = ch->cause;
    f.origin = c->self.id;
    f.deadline_ns = ch->deadline_ns;
    point(s, POINT_CANCEL_SENT, ch->id, f.request, f.deadline_ns, f.mode + 256 * (int64_t)f.cause);
    send_frame(s, slot, &f);
    if (defect(s, DEFECT_TWICE_CANCEL)) {
        point(s, POINT_CANCEL_SENT, ch->id, f.request, f.deadline_ns,
              f.mode + 256 * (int64_t)f.cause);
        send_frame(s, slot, &f);
    }
}

static void child_cancel(struct step *s, uint16_t slot)
{
    struct core_child *ch = &s->c->child[slot];

    ch->mode = ch->wanted;
    if (ch->foreign) {
        foreign_cancel(s, slot);
        return;
    }
    if (defect(s, DEFECT_KILL_FIRST)) {
        child_escalate(s, slot, KILL_CANCEL);
        return;
    }
    child_spec(s, slot);
    cancel_frame(s, slot);
    child_move(ch, CHILD_CANCEL_SENT);
    ch->ladder = LADDER_ACK;
    /* Only an abort comes after a cancel: it does not wait for a prompt for ever. */
    ch->parked = 0;
    ladder_set(s, slot, s->now + CORE_ACK_NS);
}

/* Puts a reaped child away when none of its requests is left. */
static void child_forget(struct step *s, uint16_t slot)
{
    struct core_child *ch = &s->c->child[slot];

    nursery_outcome(s, slot);
    struct core_effect *e = emit(s, EFFECT_FORGET);
    e->link = slot;
    child_move(ch, CHILD_FREE);
}

bool child_settle(struct step *s, uint16_t slot)
{
    struct core_child *ch = &s->c->child[slot];

    if (ch->state == CHILD_REAPED && !ch->outcome && !foreign_settle(s, slot))
        return false;
    if (ch->state == CHILD_REAPED) {
        ch->purge = PURGE_DEAD;
        if (!defect(s, DEFECT_KEEP_ENTRIES) && lock_purge(s, slot))
            return true;
        if (call_end(s, ch->id, ERROR_LOST)) /* it will never answer */
            return true;
        child_forget(s, slot);
        return true;
    }
    if (ch->purge != PURGE_NONE && lock_purge(s, slot))
        return true;
    if (s->c->self.kill_all != 0 && child_killable(ch)) {
        child_kill(s, slot, s->c->self.kill_all - 1);
        return true;
    }
    if (ch->rearm) {
        ch->rearm = 0;
        if (s->c->timer[TIMER_CHILD + slot].at_ns != 0)
            timer_set(s, TIMER_CHILD + (unsigned)slot, s->now + ch->grace_ns);
        return true;
    }
    if (ch->ping && child_works(ch)) {
        child_ping(s, slot);
        return true;
    }
    if (ch->dump) {
        child_ask_dump(s, slot);
        return true;
    }
    if (ch->wanted > ch->mode && child_hears_cancel(ch)) {
        child_cancel(s, slot);
        return true;
    }
    if (ch->parked && !core_held(s->c, slot)) {
        ch->parked = 0;
        int64_t grace = defect(s, DEFECT_UNPARK_EARLY) ? 0 : ch->grace_ns;
        point(s, POINT_CANCEL_UNPARKED, ch->id, 0, s->now + grace, ch->grace_ns);
        /* An ack that comes now must not bring back a deadline that has passed meanwhile. */
        if (ch->deadline_ns < s->now + grace)
            ch->deadline_ns = s->now + grace;
        timer_set(s, TIMER_CHILD + (unsigned)slot, s->now + grace);
        return true;
    }
    return false;
}
