/* walk.h: random events that a driver may legally send, whatever the peers and the person at the
 * terminal do. What is left out is only what core.h forbids a driver: an event of a slot without a
 * process, an exit before EFFECT_REAP, a frame after the end of its link, a call out of range. */
#ifndef RUNTIME_ACTOR_TESTS_WALK_H
#define RUNTIME_ACTOR_TESTS_WALK_H

#include "runtime/actor/tests/drive.h"
#include "runtime/base/prng.h"

struct walk {
    struct prng prng;
    uint16_t next_id;
    bool parent_ended;
    bool calm;                     /* a life in which little goes wrong, and which gets far */
    bool ended[CORE_CHILDREN_MAX]; /* end of the child's link was told */
    bool dead[CORE_CHILDREN_MAX];
    uint16_t user_timers;
};

static inline uint32_t walk_below(struct walk *w, uint32_t bound)
{
    return prng_below(&w->prng, bound);
}

static inline bool walk_chance(struct walk *w, uint32_t num, uint32_t den)
{
    return prng_chance(&w->prng, num, den);
}

/* Whether something that ends stories happens now. */
static inline bool walk_harm(struct walk *w, uint32_t num, uint32_t den)
{
    return walk_chance(w, num, w->calm ? den * 20 : den);
}

/* A slot with a child in it, or SLOT_NONE. */
static inline uint16_t walk_slot(const struct drive *d, struct walk *w)
{
    uint16_t first = (uint16_t)walk_below(w, CORE_CHILDREN_MAX < 6 ? CORE_CHILDREN_MAX : 6);

    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++) {
        uint16_t slot = (uint16_t)((first + i) % CORE_CHILDREN_MAX);
        if (d->child[slot].used)
            return slot;
    }
    return SLOT_NONE;
}

/* Any actor: this one, its parent, somebody below a child, or nobody. */
static inline uint16_t walk_actor(const struct drive *d, struct walk *w)
{
    uint16_t slot = walk_slot(d, w);

    if (walk_chance(w, 1, 6))
        return d->core.self.id;
    if (slot != SLOT_NONE && walk_chance(w, 4, 5))
        return (uint16_t)(d->child[slot].id + walk_below(w, 3));
    return (uint16_t)walk_below(w, 2000);
}

static inline struct frame walk_frame(const struct drive *d, struct walk *w)
{
    enum frame_type type = (enum frame_type)walk_below(w, FRAME_TYPES);
    uint16_t who = walk_actor(d, w);
    struct frame f = frame_make(type, who, 1 + walk_below(w, 4));

    if (f.type == FRAME_DBG_REQ || f.type == FRAME_DBG_REL)
        f.flags = walk_chance(w, 1, 3) && f.type == FRAME_DBG_REQ ? FRAME_SHIELD : 0;
    if (f.type == FRAME_HELLO) {
        f.build = walk_chance(w, 9, 10) ? 42 : 41;
    } else if (f.type == FRAME_SPEC) {
        f.u.spec.id = (uint16_t)(1 + walk_below(w, 5));
        f.u.spec.parent = ROOT;
        f.u.spec.room = 1000;
        f.deadline_ns = walk_chance(w, 1, 4) ? 50 * MS_NS : 0;
        f.u.spec.on_error = walk_chance(w, 1, 3);
    } else if (f.type == FRAME_CANCEL) {
        f.mode = (uint8_t)(1 + walk_below(w, 2));
        f.cause = (uint8_t)walk_below(w, CAUSES);
        f.deadline_ns = d->now_ns + walk_below(w, 3000) * MS_NS - 100 * MS_NS;
    } else if (f.type == FRAME_RESULT) {
        f.u.error.kind = (uint8_t)walk_below(w, ERROR_KINDS);
        f.u.error.origin = (uint16_t)walk_below(w, 2000);
        f.u.error.relays = (uint8_t)walk_below(w, ERROR_RELAYS_MAX + 1);
        f.u.error.members = (uint8_t)walk_below(w, ERROR_MEMBERS_MAX + 1);
    } else if (f.type == FRAME_DBG_REQ) {
        f.pid = (int32_t)walk_below(w, 5000);
        f.pid_start = walk_below(w, 5000);
    } else if (f.type == FRAME_DBG_REL && walk_chance(w, 1, 6)) {
        f.mode = CANCEL_ABORT;
    } else if (f.type == FRAME_DBG_DENY) {
        f.cause = (uint8_t)walk_below(w, DENY_FULL + 1);
    } else if (f.type == FRAME_DBG_REVOKE) {
        f.deadline_ns = d->now_ns + walk_below(w, 300) * MS_NS;
    }
    return f;
}

/* A frame that fits what the core knows, so that long stories come about. */
static inline struct frame walk_fitting(const struct drive *d, struct walk *w, uint16_t link)
{
    static const enum frame_type up[] = {
        FRAME_HELLO, FRAME_READY, FRAME_ACK,  FRAME_DBG_REQ, FRAME_DBG_ACTIVE, FRAME_DBG_REL,
        FRAME_REPLY, FRAME_PONG,  FRAME_CALL, FRAME_DBG_REQ, FRAME_DBG_REQ,    FRAME_RESULT};
    static const enum frame_type down[] = {FRAME_DBG_GRANT, FRAME_DBG_GRANT, FRAME_DBG_DENY,
                                           FRAME_CANCEL,    FRAME_CALL,      FRAME_PING,
                                           FRAME_REPLY,     FRAME_DBG_REVOKE};
    struct frame f = walk_frame(d, w);
    const struct core *c = &d->core;

    if (link == LINK_PARENT && c->self.state <= SELF_HANDSHAKE)
        f.type = FRAME_SPEC;
    else if (link == LINK_PARENT)
        f.type = (uint8_t)down[walk_below(w, 8)];
    if (f.type == FRAME_CANCEL && w->calm && !walk_chance(w, 1, 40))
        f.type = FRAME_PING;
    if (link != LINK_PARENT) {
        bool hello = c->child[link].hello != 0;
        uint32_t at = hello ? 1 + walk_below(w, w->calm ? 10 : 11) : 0;
        f.type = (uint8_t)(c->child[link].state == CHILD_DONE ? FRAME_PONG : up[at]);
    }
    if (f.type >= FRAME_DBG_REQ && link != LINK_PARENT)
        f.origin = (uint16_t)(c->child[link].id + walk_below(w, c->child[link].room + 1U));
    for (unsigned i = 0; i < c->lock.entries && f.type > FRAME_DBG_REQ; i++) {
        const struct core_entry *e = &c->lock.entry[i];
        if (link != LINK_PARENT && e->via != link)
            continue;
        f.origin = e->origin;
        f.request = e->request;
        /* A prompt that is granted opens, and stays open for a while. */
        if (f.type == FRAME_DBG_REL && e->state != ENTRY_WAIT && walk_chance(w, 3, 4))
            f.type = FRAME_DBG_ACTIVE;
        if (walk_chance(w, 1, 2))
            break;
    }
    if (f.type == FRAME_DBG_GRANT && c->lock.dbg == DBG_WAIT && walk_chance(w, 1, 2)) {
        f.origin = c->self.id;
        f.request = c->lock.request;
    }
    /* The union of a type must be one that the decoder lets through. */
    memset(&f.u, 0, sizeof(f.u));
    f.mode = f.type == FRAME_CANCEL ? CANCEL_GRACEFUL : CANCEL_NONE;
    f.build = f.type == FRAME_HELLO ? 42 : 0;
    f.cause = f.type == FRAME_CANCEL ? CAUSE_CANCEL : 0;
    if (f.type == FRAME_SPEC) {
        f.u.spec.id = MID;
        f.u.spec.parent = ROOT;
        f.u.spec.room = 1000;
    }
    if (f.type == FRAME_CANCEL)
        f.deadline_ns = d->now_ns + walk_below(w, 2000) * MS_NS;
    else if (f.type != FRAME_DBG_REVOKE)
        f.deadline_ns = 0;
    if (f.type != FRAME_DBG_REQ) {
        f.flags = 0;
        f.pid = 0;
        f.pid_start = 0;
    }
    return f;
}

/* Text, or that it was shown: mostly what fits the request that has the terminal. */
static inline void walk_feed_text(struct drive *d, struct walk *w, uint16_t link)
{
    const struct core_lock *l = &d->core.lock;
    bool mine = link == LINK_PARENT && walk_chance(w, 1, 2);
    struct frame f = {.type = walk_chance(w, 2, 3) ? FRAME_TEXT : FRAME_SHOWN};

    f.origin = mine ? d->core.self.id : walk_chance(w, 1, 4) ? walk_actor(d, w) : l->holder;
    f.request = mine ? l->request : l->holder_request;
    f.size = f.type == FRAME_TEXT ? (uint16_t)walk_below(w, TEXT_BYTES_MAX + 1) : 0;
    memset(f.u.text, 't', f.size);
    drive_feed(d, (struct core_event){.kind = EVENT_FRAME, .link = link, .frame = &f});
}

static inline void walk_feed_frame(struct drive *d, struct walk *w, uint16_t link)
{
    bool fits = !walk_harm(w, 1, 8);
    struct frame f = fits ? walk_fitting(d, w, link) : walk_frame(d, w);
    uint64_t *received = link == LINK_PARENT ? &d->parent_received : &d->child[link].received;

    if (walk_chance(w, 1, 12)) {
        walk_feed_text(d, w, link);
        return;
    }
    f.sequence = *received + 1 + (walk_harm(w, 1, 100) ? 1 : 0);
    *received = f.sequence;
    drive_feed(d, (struct core_event){.kind = EVENT_FRAME, .link = link, .frame = &f});
}

static inline void walk_child(struct drive *d, struct walk *w)
{
    uint16_t slot = walk_slot(d, w);

    if (slot == SLOT_NONE)
        return;
    struct drive_child *ch = &d->child[slot];
    if (!ch->process && d->core.child[slot].state == CHILD_SPAWNING) {
        w->ended[slot] = false;
        w->dead[slot] = false;
        drive_spawned(d, slot, walk_chance(w, 9, 10) ? 1000 + slot : -11);
        w->ended[slot] = d->core.child[slot].foreign != 0; /* it has no link */
    } else if (ch->reaping && walk_chance(w, 1, 2)) {
        ch->reaping = false;
        int64_t number = walk_below(w, 16);
        drive_exit(d, slot, number << (walk_chance(w, 1, 2) ? 8 : 0));
    } else if (!w->dead[slot] && walk_harm(w, 1, 12)) {
        w->dead[slot] = true;
        drive_dead(d, slot);
    } else if (!w->ended[slot] && walk_harm(w, 1, 16)) {
        w->ended[slot] = true;
        drive_event(d, EVENT_LINK_EOF, slot, 0);
    } else if (!w->ended[slot] && walk_harm(w, 1, 60)) {
        drive_event(d, EVENT_LINK_FAULT, slot, 0);
    } else if (!w->ended[slot]) {
        walk_feed_frame(d, w, slot);
    }
}

static inline void walk_parent(struct drive *d, struct walk *w)
{
    if (d->core.self.root || w->parent_ended)
        return;
    if (walk_harm(w, 1, 40)) {
        w->parent_ended = true;
        drive_event(d, EVENT_LINK_EOF, LINK_PARENT, 0);
    } else if (walk_harm(w, 1, 100)) {
        drive_event(d, EVENT_LINK_FAULT, LINK_PARENT, 0);
    } else {
        walk_feed_frame(d, w, LINK_PARENT);
    }
}

static inline void walk_timer(struct drive *d, struct walk *w)
{
    uint16_t first = (uint16_t)walk_below(w, TIMERS);

    if (walk_chance(w, 1, 10)) { /* one that was set anew meanwhile */
        drive_feed(d, (struct core_event){.kind = EVENT_TIMER,
                                          .timer = first,
                                          .generation = (uint16_t)walk_below(w, 3)});
        return;
    }
    if (w->calm && walk_chance(w, 3, 4))
        return;
    for (unsigned i = 0; i < TIMERS; i++) {
        unsigned timer = (first + i) % TIMERS;
        if (d->core.timer[timer].at_ns == 0)
            continue;
        drive_timer(d, timer);
        return;
    }
}

static inline void walk_call(struct drive *d, struct walk *w)
{
    struct core_call call = {.kind = (uint8_t)walk_below(w, CALL_SPIN + 1)};

    if ((call.kind == CALL_DIE || call.kind == CALL_SPIN) && walk_chance(w, 9, 10))
        call.kind = CALL_SPAWN;
    if ((call.kind == CALL_RETURN || call.kind == CALL_FAIL || call.kind == CALL_RAISE) &&
        !walk_harm(w, 1, 4))
        call.kind = CALL_PAUSE;
    call.flags = (uint8_t)walk_below(w, 2);
    call.nursery = (uint8_t)walk_below(w, CORE_NURSERIES_MAX);
    call.request = 1 + walk_below(w, CORE_USER_TIMERS_MAX - 1);
    call.code = (int32_t)walk_below(w, 100);
    call.deadline_ns = walk_below(w, 500) * MS_NS;
    call.id = walk_actor(d, w);
    if (call.kind == CALL_CANCEL && walk_harm(w, 1, 4))
        call.id = ACTOR_SELF;
    if (call.kind == CALL_CANCEL && call.id == ACTOR_SELF && w->calm)
        return;
    if (call.kind == CALL_CLOSE && w->calm && call.nursery == 0)
        return;
    if (call.kind == CALL_PRINT) {
        call.size = (uint16_t)(1 + walk_below(w, TEXT_BYTES_MAX));
        memset(call.u.lines, 'l', call.size);
    } else if (call.kind == CALL_SPAWN || call.kind == CALL_EXEC) {
        call.id = w->next_id;
        call.room = (uint16_t)(call.kind == CALL_SPAWN ? walk_below(w, 3) : 0);
        if (walk_chance(w, 2, 3))
            call.nursery = 0;
        if (w->next_id < 60000)
            w->next_id = (uint16_t)(w->next_id + 1 + call.room);
    } else if (call.kind == CALL_NURSERY) {
        uint8_t state = d->core.nursery[call.nursery].state;
        if (call.nursery == 0 || (state != NURSERY_NONE && state != NURSERY_CLOSED))
            return; /* actor_nursery_open() gives free numbers only */
    } else if (call.kind == CALL_TIMER) {
        call.deadline_ns = d->now_ns + call.deadline_ns;
    } else if (call.kind == CALL_CALL) {
        call.request = d->core.self.call_number + 1;
        if (walk_chance(w, 1, 3))
            call.id = ACTOR_PARENT;
    }
    drive_call(d, call);
}

static inline void walk_terminal(struct drive *d, struct walk *w)
{
    static const char *const lines[] = {"c", "q", "a", "s", "t", "bt", "h", "", " c ", "xyz"};
    const struct core *c = &d->core;

    if (c->lock.dbg == DBG_GRANTED && walk_chance(w, 3, 4))
        drive_event(d, EVENT_BATON, 0, walk_chance(w, 3, 4) ? BATON_GOT : BATON_BUSY);
    else if (c->lock.dbg == DBG_TAKING && walk_chance(w, 3, 4))
        drive_event(d, EVENT_TTY, 0, walk_chance(w, 5, 6) ? TTY_TAKEN : TTY_REFUSED);
    else if (walk_chance(w, 1, 3) &&
             (!w->calm || c->lock.dbg != DBG_ACTIVE || walk_chance(w, 1, 4)))
        drive_line(d, lines[walk_below(w, 10)]);
    else if (walk_harm(w, 1, 3))
        drive_event(d, EVENT_TTY, 0, walk_below(w, TTY_HUP + 1));
    else
        drive_event(d, EVENT_BATON, 0, walk_below(w, BATON_HOLDER_DEAD + 1));
}

static inline void walk_signal(struct drive *d, struct walk *w)
{
    static const int numbers[] = {1, 2, 3, 15, 18, 20, 10, 13, 17, 21, 22, 2, 15, 18};

    if (w->calm && !walk_chance(w, 1, 20))
        return;

    int number = numbers[walk_below(w, 14)];
    uint8_t from = (uint8_t)walk_below(w, 2);
    drive_feed(d, (struct core_event){.kind = EVENT_SIGNAL, .value = number, .from = from});
}

static inline void walk_orphan(struct drive *d, struct walk *w)
{
    enum core_event_kind kind = walk_chance(w, 1, 2) ? EVENT_ORPHAN : EVENT_ORPHAN_EXIT;

    drive_event(d, kind, 0, 100 + walk_below(w, 20));
}

/* One event. */
static inline void walk_step(struct drive *d, struct walk *w)
{
    uint32_t dice = walk_below(w, 100);

    d->now_ns += walk_below(w, 40) * MS_NS;
    if (dice < 38)
        walk_child(d, w);
    else if (dice < 52)
        walk_parent(d, w);
    else if (dice < 62)
        walk_timer(d, w);
    else if (dice < 80)
        walk_call(d, w);
    else if (dice < 94)
        walk_terminal(d, w);
    else if (dice < 95)
        drive_event(d, EVENT_WRITTEN, 0, 0);
    else if (dice < 96)
        walk_orphan(d, w);
    else
        walk_signal(d, w);
}

/* A new actor: a root, or a child that may or may not be told what it is. */
static inline void walk_begin(struct drive *d, struct walk *w)
{
    struct prng prng = w->prng;
    bool root;

    memset(w, 0, sizeof(*w));
    w->prng = prng;
    w->next_id = 10;
    root = walk_chance(w, 1, 2);
    w->calm = walk_chance(w, 3, 4);
    struct core_start start = drive_start_of(root ? ROOT : MID);
    start.defects = d->core.self.defects;
    start.collect = walk_chance(w, 1, 3);
    start.size = (uint16_t)(root ? 1 + walk_below(w, ACTOR_DATA_BYTES_MAX) : 0);
    memset(start.data, 'a', start.size);
    start.deadline_ns = walk_chance(w, 1, 5) ? 300 * MS_NS : 0;
    drive_start(d, start);
    if (!root && walk_chance(w, 9, 10))
        drive_spec(d, MID, ROOT);
}

/* What must hold between two steps, whatever came. */
static inline const char *core_wrong(const struct core *c)
{
    unsigned held = 0;

    for (unsigned i = 0; i < c->lock.entries; i++) {
        const struct core_entry *e = &c->lock.entry[i];
        if (e->state == ENTRY_NONE || e->state > ENTRY_ACTIVE)
            return "an entry without a state";
        if (e->via != SLOT_NONE && c->child[e->via].state == CHILD_FREE)
            return "an entry through an empty slot"; /* L3 */
        held += c->self.root && e->state >= ENTRY_GRANTED;
        for (unsigned k = 0; k < i; k++) {
            if (c->lock.entry[k].origin == e->origin)
                return "two entries of one actor";
        }
    }
    if (held > 1)
        return "two grants at the root"; /* S1 */
    if (c->self.root && c->lock.state == LOCK_HELD && held != 1)
        return "HELD without an entry";
    if (c->self.root && c->lock.state == LOCK_FREE && c->lock.queue_count > 0 &&
        c->self.state < SELF_REPORTING)
        return "FREE although somebody waits"; /* L1 */
    if (c->self.root && c->lock.state == LOCK_FREE && c->lock.texts > 0 &&
        c->self.state < SELF_EXITED)
        return "FREE although text waits";
    if (c->lock.texts > CORE_TEXTS_MAX || (c->lock.text_sent && c->lock.texts == 0))
        return "more text than there is";
    if (c->lock.tasks > CORE_TASKS_MAX || (c->lock.dbg != DBG_NONE && c->lock.tasks == 0))
        return "a request without a task";
    if (c->lock.dbg == DBG_LEAVING)
        return "still leaving"; /* one step does all of it */
    if (c->self.state >= SELF_STATES || c->self.errors > CORE_ERRORS_MAX)
        return "out of range";
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++) {
        const struct core_child *ch = &c->child[i];
        if (ch->parked && !core_held(c, (uint16_t)i) && c->self.state != SELF_EXITED)
            return "parked for nobody"; /* L5 */
        if (ch->state != CHILD_FREE && (c->self.state == SELF_REPORTING))
            return "reports with a child"; /* S10 */
    }
    return NULL;
}

#endif
