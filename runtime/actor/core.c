/* core.c: one event in, effects out: who handles what. */
#include "runtime/actor/parts.h"

#include <string.h>

struct name_row {
    const char *name;
    const char *help;
};

static const struct name_row defect_rows[DEFECTS] = {
#define DEFECT_ROW(id, bit, name, help) [bit] = {name, help},
    DEFECT_MAP(DEFECT_ROW)
#undef DEFECT_ROW
};

static const char *const self_names[] = {SELF_MAP(ROW_NAME)};

static const char *const child_names[] = {CHILD_MAP(ROW_NAME)};

#ifdef CORE_SEARCH
_Static_assert(offsetof(struct core, ghost) <= 2048, "the hashed part is too large for the search");
#endif
_Static_assert(TIMERS < 0xFFFF, "timers are 16 bits wide");

const char *defect_name(unsigned bit)
{
    CHECK(bit < DEFECTS);
    return defect_rows[bit].name;
}

const char *defect_help(unsigned bit)
{
    CHECK(bit < DEFECTS);
    return defect_rows[bit].help;
}

const char *self_name(unsigned state)
{
    CHECK(state < SELF_STATES);
    return self_names[state];
}

const char *child_name(unsigned state)
{
    CHECK(state < CHILD_STATES);
    return child_names[state];
}

void core_init(struct core *c)
{
    /* What is noted about a child is zeroed when it is spawned: most slots are never touched, and
     * together they are most of the core. */
    memset(c, 0, offsetof(struct core, note.child));
    c->self.parent = ACTOR_NONE;
    c->lock.holder = ACTOR_NONE;
}

static void start(struct step *s, const struct core_start *st, int64_t surprises)
{
    struct core *c = s->c;

    CHECK(c->self.state == SELF_BOOT);
    c->self.id = st->id;
    c->self.parent = st->parent;
    c->self.root = st->root;
    c->self.has_tty = st->has_tty;
    c->self.defects = st->defects;
    c->note.pid = st->pid;
    c->note.pid_start = st->pid_start;
    c->note.build = st->build;
    point(s, POINT_SPAWN_AFTER_EXEC, c->self.parent, 0, surprises, 0);
    if (st->orphan) {
        self_orphan(s);
        return;
    }
    if (st->root) {
        c->self.room = st->room;
        c->self.next_id = (uint16_t)(st->id + 1);
        c->self.def = st->def;
        memcpy(c->note.name, st->name, sizeof(c->note.name));
        memcpy(c->note.arg, st->data, st->size);
        c->note.arg_size = st->size;
        memcpy(c->lock.modes, st->modes, sizeof(c->lock.modes));
        nursery_open(s, 0, st->deadline_ns, st->collect);
        self_run(s);
        return;
    }
    struct frame hello = {.type = FRAME_HELLO, .flags = FRAME_PRIO};
    hello.pid = st->pid;
    hello.build = st->build;
    point_peer(s, POINT_SPAWN_HELLO_SENT, c->self.parent);
    send_frame(s, LINK_PARENT, &hello);
    self_move(c, SELF_HANDSHAKE);
}

static void spec(struct step *s, const struct frame *f)
{
    struct core *c = s->c;

    c->self.id = f->u.spec.id;
    c->self.parent = f->u.spec.parent;
    c->self.room = f->u.spec.room;
    c->self.next_id = (uint16_t)(f->u.spec.id + 1);
    c->self.def = f->u.spec.def;
    c->self.defects = f->u.spec.defects;
    memcpy(c->note.name, f->u.spec.name, sizeof(c->note.name));
    memcpy(c->note.arg, f->u.spec.data, f->size);
    c->note.arg_size = f->size;
    nursery_open(s, 0, f->deadline_ns, f->u.spec.on_error != 0);
    self_run(s);
    struct frame ready = {.type = FRAME_READY};
    send_frame(s, LINK_PARENT, &ready);
}

static void parent_fault(struct step *s, enum link_fault fault)
{
    point(s, POINT_LINK_BROKEN, s->c->self.parent, 0, fault, 0);
    self_orphan(s);
}

static void parent_cancel(struct step *s, const struct frame *f)
{
    struct core *c = s->c;

    point(s, POINT_CANCEL_RECEIVED, c->self.parent, f->request, f->deadline_ns,
          f->mode + 256 * (int64_t)f->cause);
    if (c->lock.dbg == DBG_ACTIVE && defect(s, DEFECT_PROMPT_DEAF))
        return;
    if (!defect(s, DEFECT_NO_ACK)) {
        struct frame ack = {.type = FRAME_ACK, .flags = FRAME_PRIO, .request = f->request};
        send_frame(s, LINK_PARENT, &ack);
    }
    /* An id that was seen before is the same cancel once more. */
    if (f->request <= c->self.got_cancel_id && c->self.got_cancel_id != 0)
        return;
    c->self.got_cancel_id = f->request;
    if (f->mode == CANCEL_GRACEFUL && s->now < c->self.shield_until_ns) {
        c->self.pend_mode = f->mode;
        c->self.pend_cause = f->cause;
        c->self.pend_deadline_ns = f->deadline_ns;
        if (f->deadline_ns < c->self.shield_until_ns)
            timer_set(s, TIMER_SHIELD, f->deadline_ns);
        return;
    }
    self_cancel(s, f->mode, f->cause, f->deadline_ns);
}

/* Which frames a parent may send, by the state of the child that gets them. */
static bool parent_may_send(const struct core *c, unsigned type)
{
    if (c->self.state == SELF_HANDSHAKE)
        return type == FRAME_SPEC || type == FRAME_PING;
    return type == FRAME_CALL || type == FRAME_REPLY || type == FRAME_CANCEL ||
           type == FRAME_PING || type == FRAME_DUMP || type == FRAME_DBG_GRANT ||
           type == FRAME_DBG_DENY || type == FRAME_DBG_REVOKE;
}

static void parent_frame(struct step *s, const struct frame *f)
{
    struct core *c = s->c;

    if (c->self.state == SELF_EXITED || c->self.state == SELF_ORPHANED)
        return;
    if (f->type >= FRAME_TYPES) {
        if (self_born(c) && f->type == FRAME_TEXT)
            lines_frame_down(s, f);
        else
            parent_fault(s, LINK_NOT_ALLOWED);
        return;
    }
    point(s, POINT_LINK_BEFORE_RECV + f->type, c->self.parent, (uint32_t)f->sequence, 0, 0);
    if (f->sequence != c->self.received + 1 && !defect(s, DEFECT_SKIP_SEQUENCE)) {
        parent_fault(s, LINK_SEQUENCE);
        return;
    }
    c->self.received = f->sequence;
    if (!parent_may_send(c, f->type)) {
        parent_fault(s, LINK_NOT_ALLOWED);
        return;
    }
    if (f->type == FRAME_SPEC) {
        spec(s, f);
    } else if (f->type == FRAME_PING) {
        struct frame pong = {.type = FRAME_PONG, .flags = FRAME_PRIO, .request = f->request};
        send_frame(s, LINK_PARENT, &pong);
    } else if (f->type == FRAME_DUMP) {
        signal_dump(s);
    } else if (f->type == FRAME_CANCEL) {
        parent_cancel(s, f);
    } else if (f->type == FRAME_CALL || f->type == FRAME_REPLY) {
        call_frame(s, c->self.parent, f);
    } else {
        lock_frame_down(s, f);
    }
}

static void parent_eof(struct step *s)
{
    struct core *c = s->c;

    if (c->self.root || c->self.parent_eof)
        return;
    point_peer(s, POINT_LINK_EOF_SEEN, c->self.parent);
    c->self.parent_eof = 1;
    if (c->self.state != SELF_EXITED && !defect(s, DEFECT_ORPHAN_STAYS))
        self_orphan(s);
}

static void timer_event(struct step *s, const struct core_event *e)
{
    struct core *c = s->c;

    CHECK(e->timer < TIMERS);
    struct core_timer_state *t = &c->timer[e->timer];
    /* A timer that was set anew or cleared while this one was on its way. */
    if (t->at_ns == 0 || t->generation != e->generation)
        return;
    t->at_ns = 0;
    uint16_t peer = e->timer < CORE_CHILDREN_MAX ? c->child[e->timer].id : ACTOR_NONE;
    point(s, POINT_TIMER_FIRE, peer, 0, e->timer, 0);
    if (e->timer < CORE_CHILDREN_MAX)
        child_timer(s, e->timer);
    else if (e->timer == TIMER_HEARTBEAT)
        child_heartbeat(s);
    else if (e->timer == TIMER_REPORT)
        self_written(s);
    else if (e->timer == TIMER_CANCEL)
        c->self.returned = 1;
    else if (e->timer == TIMER_SHIELD)
        self_cancel_due(s);
    else if (e->timer == TIMER_ORPHAN)
        self_orphan_timer(s);
    else if (e->timer == TIMER_ADOPTED)
        c->self.adopted_due = 1;
    else if (e->timer == TIMER_LOCK)
        lock_timer(s);
    else if (e->timer == TIMER_REVOKE)
        lock_revoke_due(s);
    else if (e->timer < TIMER_USER)
        nursery_deadline(s, e->timer - (unsigned)TIMER_NURSERY);
    else
        user_event(s, ACTOR_EVENT_TIMER, c->self.id)->request = e->timer - (uint32_t)TIMER_USER;
}

static void orphan_event(struct step *s, int32_t pid, bool gone)
{
    struct core *c = s->c;
    unsigned room = sizeof(c->note.adopted) / sizeof(c->note.adopted[0]);

    if (!c->self.root)
        return;
    if (gone)
        point(s, POINT_ORPHAN_REAPED, ACTOR_NONE, 0, pid, 0);
    for (unsigned i = 0; i < room; i++) {
        if (c->note.adopted[i] == pid) {
            if (gone) {
                c->note.adopted[i] = 0;
                c->self.adopted--;
            }
            return;
        }
    }
    if (gone)
        return;
    point(s, POINT_ORPHAN_ADOPTED, ACTOR_NONE, 0, pid, 0);
    for (unsigned i = 0; i < room; i++) {
        if (c->note.adopted[i] == 0) {
            c->note.adopted[i] = pid;
            c->self.adopted++;
            if (c->timer[TIMER_ADOPTED].at_ns == 0)
                timer_set(s, TIMER_ADOPTED, s->now + CORE_ADOPTED_NS);
            adopted_hurry(s);
            return;
        }
    }
    /* More than the table holds at once: nothing to wait for, kill it now. */
    point(s, POINT_ORPHAN_KILLED, ACTOR_NONE, 0, pid, 0);
    emit(s, EFFECT_KILL_PID)->value = pid;
}

static bool adopted_settle(struct step *s)
{
    struct core *c = s->c;

    if (!c->self.adopted_due)
        return false;
    c->self.adopted_due = 0;
    for (unsigned i = 0; i < sizeof(c->note.adopted) / sizeof(c->note.adopted[0]); i++) {
        if (c->note.adopted[i] == 0)
            continue;
        point(s, POINT_ORPHAN_KILLED, ACTOR_NONE, 0, c->note.adopted[i], 0);
        emit(s, EFFECT_KILL_PID)->value = c->note.adopted[i];
    }
    return true;
}

static void settle(struct step *s)
{
    struct core *c = s->c;
    bool progress = true;

    while (progress) {
        progress = false;
        if (c->self.state == SELF_EXITED)
            return;
        for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++) {
            if (c->child[i].state == CHILD_FREE)
                continue;
            if (!room_left(s))
                break;
            progress |= child_settle(s, i);
        }
        for (unsigned i = 0; i < CORE_NURSERIES_MAX && room_left(s); i++)
            progress |= nursery_settle(s, i);
        if (room_left(s))
            progress |= lock_settle(s);
        if (room_left(s))
            progress |= lines_settle(s);
        if (room_left(s))
            progress |= adopted_settle(s);
        if (room_left(s))
            progress |= self_settle(s);
        if (!room_left(s)) {
            emit(s, EFFECT_CONTINUE);
            return;
        }
    }
}

/* What came on a link: from the parent, or from the child of that slot. */
static void link_event(struct step *s, const struct core_event *e)
{
    bool parent = e->link == LINK_PARENT;

    if (e->kind == EVENT_FRAME && parent)
        parent_frame(s, e->frame);
    else if (e->kind == EVENT_FRAME)
        child_frame(s, e->link, e->frame);
    else if (e->kind == EVENT_LINK_EOF && parent)
        parent_eof(s);
    else if (e->kind == EVENT_LINK_EOF)
        child_eof(s, e->link);
    else if (parent)
        parent_fault(s, LINK_ILLEGAL);
    else
        child_fault(s, e->link, LINK_ILLEGAL);
}

static void dispatch(struct step *s, const struct core_event *e)
{
    switch ((enum core_event_kind)e->kind) {
    case EVENT_START:
        start(s, e->start, e->value);
        break;
    case EVENT_FRAME:
    case EVENT_LINK_EOF:
    case EVENT_LINK_FAULT:
        link_event(s, e);
        break;
    case EVENT_CHILD_SPAWNED:
        child_spawned(s, e->link, e->value);
        break;
    case EVENT_CHILD_DEAD:
        child_dead(s, e->link);
        break;
    case EVENT_CHILD_EXIT:
        child_exit(s, e->link, e->value);
        break;
    case EVENT_ORPHAN:
        orphan_event(s, (int32_t)e->value, false);
        break;
    case EVENT_ORPHAN_EXIT:
        orphan_event(s, (int32_t)e->value, true);
        break;
    case EVENT_SIGNAL:
        signal_event(s, (int)e->value, e->at_ns != 0 ? e->at_ns : e->now_ns);
        break;
    case EVENT_TIMER:
        timer_event(s, e);
        break;
    case EVENT_CALL:
        call_user(s, e->call);
        break;
    case EVENT_LINE:
        lock_line(s, e->text, e->size);
        break;
    case EVENT_TTY:
        lock_tty(s, (enum tty_event)e->value);
        break;
    case EVENT_BATON:
        lock_baton(s, e);
        break;
    case EVENT_WRITTEN:
        self_written(s);
        break;
    case EVENT_DETACHED:
        point(s, POINT_ORPHAN_LEFT, ACTOR_NONE, 0, e->value, 0);
        break;
    case EVENT_POLICY:
        if (e->value == 0)
            policy_assert(s);
        else
            point(s, POINT_SIG_REASSERTED, ACTOR_NONE, 0, e->value, 0);
        break;
    case EVENT_READY: {
        struct core_user *u = user_event(s, ACTOR_EVENT_READY, s->c->self.id);
        u->request = (uint32_t)e->value;
        u->code = e->pid;
        break;
    }
    case EVENT_CONTINUE:
        break;
    }
}

void core_step(struct core *c, const struct core_event *e, struct core_effects *fx)
{
    struct step s = {.c = c, .fx = fx, .now = e->now_ns};

    fx->count = 0;
    fx->frames = 0;
    fx->users = 0;
    c->ghost.steps++;
    if (c->self.state != SELF_EXITED)
        dispatch(&s, e);
    settle(&s);
}

enum core_waits core_waits(const struct core *c)
{
    enum core_waits waits = CORE_WAITS_NOT;

    for (unsigned i = 0; i < TIMERS; i++) {
        if (c->timer[i].at_ns == 0 || i == TIMER_HEARTBEAT)
            continue;
        /* A look at the record lock of a holder that has it changes nothing. */
        if (i != TIMER_LOCK || c->lock.state != LOCK_HELD)
            return CORE_WAITS_SOME;
        waits = CORE_WAITS_WATCH;
    }
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++) {
        if (c->child[i].state != CHILD_FREE && c->child[i].foreign)
            return CORE_WAITS_SOME;
    }
    return waits;
}
