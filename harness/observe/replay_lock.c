/* replay_lock.c: what one record changes in what is known of the lock. */
#include "harness/observe/replay.h"

#include <string.h>

void replay_active_remove(struct replay *r, uint16_t id)
{
    r->actor[id].origin.active = false;
    for (size_t i = 0; i < r->active_count; i++) {
        if (r->active[i] == id) {
            r->active_count--;
            memmove(&r->active[i], &r->active[i + 1], (r->active_count - i) * sizeof(r->active[0]));
            return;
        }
    }
}

static void active_add(struct replay *r, uint16_t id)
{
    r->actor[id].origin.modes = true;
    r->actor[id].origin.modes_drop = false;
    if (r->actor[id].origin.active || r->active_count == REPLAY_ACTIVE_MAX)
        return;
    r->actor[id].origin.active = true;
    r->active[r->active_count++] = id;
}

static void claim_begin(struct replay *r, uint16_t id, uint32_t request)
{
    struct replay_origin *o = &r->actor[id].origin;

    if (o->claim == CLAIM_NONE)
        r->claims++;
    o->claim = CLAIM_WAIT;
    o->request = request;
    o->asked_ns = r->now_ns;
    o->ended_ns = REPLAY_NEVER;
}

void replay_claim_end(struct replay *r, uint16_t id)
{
    struct replay_origin *o = &r->actor[id].origin;

    if (o->claim == CLAIM_NONE)
        return;
    r->claims--;
    o->claim = CLAIM_NONE;
    o->ended_ns = r->now_ns;
}

static void entry_set(struct replay *r, uint16_t at, uint16_t origin, enum entry_state state,
                      const struct trace_record *rec)
{
    struct replay_origin *o = &r->actor[origin].origin;
    struct replay_entry *e = &o->entry[r->actor[at].depth];

    if (!replay_is_above(r, at, origin))
        return;
    if (e->state == ENTRY_NONE && state != ENTRY_NONE) {
        o->entries++;
        r->entries++;
    } else if (e->state != ENTRY_NONE && state == ENTRY_NONE) {
        o->entries--;
        r->entries--;
    }
    e->state = (uint8_t)state;
    e->request = rec->request;
    if (state == ENTRY_WAIT)
        e->shield = rec->extra == 1;
}

/* Between leaving its prompt and saying so an actor puts the terminal right, and nothing else. */
static bool is_part_of_leaving(unsigned point)
{
    return point == POINT_DBG_LEAVING || point == POINT_DBG_TTY_GIVE ||
           point == POINT_DBG_BATON_DROP || point == POINT_DBG_REL_SENT;
}

/* The root knows of its own request that it is over when it says so; of others it must hear. */
static void root_leaves_queue(struct replay *r, uint16_t id)
{
    if (id == ACTOR_ROOT)
        r->actor[id].origin.queued = 0;
}

/* The lock, as an origin reports it. */
void replay_fold_origin(struct replay *r, const struct trace_record *rec)
{
    struct replay_origin *o = &r->actor[rec->actor].origin;

    /* What is observed of its process is no step of its own. */
    if (rec->point < POINT_PROC_SPAWNED || rec->point >= POINT_LINK_BEFORE_SEND)
        o->strayed = o->strayed || !is_part_of_leaving(rec->point);
    switch (rec->point) {
    case POINT_DBG_REQ_SENT:
        claim_begin(r, rec->actor, rec->request);
        break;
    case POINT_DBG_GRANT_RECV:
        o->claim = o->claim == CLAIM_WAIT ? CLAIM_GRANTED : o->claim;
        break;
    case POINT_DBG_BATON_TRY:
        o->baton = true;
        o->baton_drop = false;
        break;
    case POINT_DBG_BATON_BUSY:
        o->baton = false;
        break;
    case POINT_DBG_TTY_TAKE:
        if (!r->actor[rec->actor].process.dead)
            active_add(r, rec->actor);
        break;
    case POINT_DBG_TTY_GIVE:
        replay_active_remove(r, rec->actor);
        o->modes_drop = true;
        break;
    case POINT_DBG_BATON_DROP:
        /* The end of the stay in any case, whether or not the modes were given back. */
        replay_active_remove(r, rec->actor);
        replay_claim_end(r, rec->actor);
        o->modes_drop = true;
        o->baton_drop = true;
        o->unreleased = true;
        break;
    case POINT_DBG_LEAVING:
        o->leaving = true;
        o->strayed = false;
        break;
    case POINT_SPAWN_AFTER_EXEC:
        o->released = 0;
        o->leaving = false;
        break;
    case POINT_DBG_REL_SENT:
        o->leaving = false;
        o->released = rec->request;
        /* Whoever says that it is through has dropped the record lock before. */
        o->baton = false;
        o->unreleased = false;
        replay_claim_end(r, rec->actor);
        break;
    case POINT_DBG_WITHDRAWN:
        o->unreleased = false;
        replay_claim_end(r, rec->actor);
        root_leaves_queue(r, rec->actor);
        break;
    case POINT_DBG_DENIED:
        root_leaves_queue(r, rec->actor);
        /* A task that is refused before it could ask has no number. */
        if (rec->request == o->request)
            replay_claim_end(r, rec->actor);
        break;
    default:
        break;
    }
}

/* The lock, as an ancestor of an origin, which stands in `peer`, reports it. */
void replay_fold_hop(struct replay *r, const struct trace_record *rec)
{
    switch (rec->point) {
    case POINT_DBG_HOP_REQ:
        entry_set(r, rec->actor, rec->peer, ENTRY_WAIT, rec);
        break;
    case POINT_DBG_HOP_GRANT:
        entry_set(r, rec->actor, rec->peer, ENTRY_GRANTED, rec);
        break;
    case POINT_DBG_HOP_ACTIVE:
        entry_set(r, rec->actor, rec->peer, ENTRY_ACTIVE, rec);
        break;
    case POINT_DBG_HOP_REL:
    case POINT_DBG_HOP_LOST:
    case POINT_DBG_HOP_DENY:
        entry_set(r, rec->actor, rec->peer, ENTRY_NONE, rec);
        if (rec->actor == ACTOR_ROOT)
            r->actor[rec->peer].origin.queued = 0;
        break;
    default:
        break;
    }
}

static void lock_becomes(struct replay *r, enum lock_state state, uint16_t holder)
{
    r->lock.state = (uint8_t)state;
    r->lock.holder = holder;
    r->lock.since_ns = r->now_ns;
    r->lock.over = false;
}

/* What a dead holder left of the terminal's modes is put right by now. */
void replay_lock_is_free(struct replay *r)
{
    uint16_t holder = r->lock.holder;

    if (replay_knows(r, holder)) {
        if (!replay_is_live(r, holder) || holder == ACTOR_ROOT)
            r->actor[holder].origin.modes = false;
        if (holder == ACTOR_ROOT)
            replay_claim_end(r, holder);
    }
    lock_becomes(r, LOCK_FREE, ACTOR_NONE);
}

static void request_is_queued(struct replay *r, const struct trace_record *rec)
{
    struct replay_origin *o = &r->actor[rec->peer].origin;

    o->queued = ++r->lock.rank;
    if (rec->peer == ACTOR_ROOT) {
        claim_begin(r, rec->peer, rec->request);
    } else if (o->entry[0].state == ENTRY_NONE || o->entry[0].request != rec->request) {
        entry_set(r, ACTOR_ROOT, rec->peer, ENTRY_WAIT, rec);
    }
}

/* The lock, as the root reports it; the origin concerned stands in `peer`. */
void replay_fold_root(struct replay *r, const struct trace_record *rec)
{
    struct replay_origin *o = &r->actor[rec->peer].origin;

    switch (rec->point) {
    case POINT_DBG_ENQUEUE:
        request_is_queued(r, rec);
        break;
    case POINT_DBG_GRANT_SENT:
        o->queued = 0;
        o->granted = rec->request;
        entry_set(r, ACTOR_ROOT, rec->peer, ENTRY_GRANTED, rec);
        lock_becomes(r, LOCK_HELD, rec->peer);
        break;
    case POINT_DBG_REL_RECV:
        entry_set(r, ACTOR_ROOT, rec->peer, ENTRY_NONE, rec);
        r->lock.over = true;
        break;
    case POINT_DBG_RECOVERING:
        lock_becomes(r, LOCK_RECOVERING, rec->peer);
        break;
    case POINT_DBG_HOLDER_CONFIRMED_DEAD:
        entry_set(r, ACTOR_ROOT, rec->peer, ENTRY_NONE, rec);
        replay_actor_dies(r, rec->peer);
        r->lock.over = true;
        break;
    case POINT_DBG_HOLDER_KILLED:
        r->actor[rec->peer].process.killed = true;
        break;
    case POINT_DBG_BATON_MISMATCH:
        r->lock.over = true;
        break;
    default:
        break;
    }
}

/* Changes of state that the effect of the record before has brought: a point is reported before
 * its effect, so a giving is over with the actor's next record. */
void replay_effects_are_over(const struct replay *r, struct replay_origin *o)
{
    if (o->modes_drop)
        o->modes = o->modes_drop = false;
    if (o->baton_drop) {
        o->baton = o->baton_drop = false;
        o->let_go_ns = r->now_ns;
    }
}
