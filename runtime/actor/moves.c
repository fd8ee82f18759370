/* moves.c: what may become of what.
 *
 * An actor's life, a child's as its parent sees it, a nursery's, and the three of the debug lock:
 * their states are assigned here and nowhere else, and only as these tables say. What follows from
 * a state is not here but in settle(), which looks at all of them together. */
#include "runtime/actor/parts.h"

#define TO(state) (1U << (state))

/* Row by row: bit N says that it may become N. */
enum { MOVES_MAX = CHILD_STATES };

static const uint16_t self_moves[MOVES_MAX] = {
    [SELF_BOOT] = TO(SELF_HANDSHAKE) | TO(SELF_RUNNING) | TO(SELF_ORPHANED),
    [SELF_HANDSHAKE] = TO(SELF_RUNNING) | TO(SELF_ORPHANED),
    /* Exits of a root at work: DEFECT_EXIT_HELD. */
    [SELF_RUNNING] = TO(SELF_FAILED) | TO(SELF_CANCELLING) | TO(SELF_JOINING) | TO(SELF_EXITED) |
                     TO(SELF_ORPHANED),
    [SELF_FAILED] = TO(SELF_JOINING) | TO(SELF_EXITED) | TO(SELF_ORPHANED),
    [SELF_CANCELLING] = TO(SELF_FAILED) | TO(SELF_JOINING) | TO(SELF_EXITED) | TO(SELF_ORPHANED),
    /* Back to FAILED: a prompt that outlasts the code around it is left with q. */
    [SELF_JOINING] = TO(SELF_FAILED) | TO(SELF_REPORTING) | TO(SELF_EXITED) | TO(SELF_ORPHANED),
    [SELF_REPORTING] = TO(SELF_EXITED) | TO(SELF_ORPHANED),
    [SELF_ORPHANED] = TO(SELF_EXITED),
};

/* Every child that has a process can be killed, unless it was, and is seen dead in the end. */
static const uint16_t child_moves[MOVES_MAX] = {
    [CHILD_FREE] = TO(CHILD_SPAWNING),
    [CHILD_SPAWNING] = TO(CHILD_BOOTING) | TO(CHILD_REAPED), /* it could not be started */
    [CHILD_BOOTING] = TO(CHILD_LIVE) | TO(CHILD_CANCEL_SENT) | TO(CHILD_GONE) |
                      TO(CHILD_KILL_SENT) | TO(CHILD_DEAD),
    [CHILD_LIVE] = TO(CHILD_CANCEL_SENT) | TO(CHILD_DONE) | TO(CHILD_GONE) | TO(CHILD_KILL_SENT) |
                   TO(CHILD_DEAD),
    /* To itself: an abort after a cancel. */
    [CHILD_CANCEL_SENT] = TO(CHILD_CANCEL_SENT) | TO(CHILD_CANCEL_ACKED) | TO(CHILD_DONE) |
                          TO(CHILD_GONE) | TO(CHILD_TERM_SENT) | TO(CHILD_KILL_SENT) |
                          TO(CHILD_DEAD),
    [CHILD_CANCEL_ACKED] = TO(CHILD_CANCEL_SENT) | TO(CHILD_DONE) | TO(CHILD_GONE) |
                           TO(CHILD_TERM_SENT) | TO(CHILD_KILL_SENT) | TO(CHILD_DEAD),
    [CHILD_DONE] = TO(CHILD_TERM_SENT) | TO(CHILD_KILL_SENT) | TO(CHILD_DEAD),
    [CHILD_GONE] = TO(CHILD_TERM_SENT) | TO(CHILD_KILL_SENT) | TO(CHILD_DEAD),
    [CHILD_TERM_SENT] = TO(CHILD_KILL_SENT) | TO(CHILD_DEAD),
    [CHILD_KILL_SENT] = TO(CHILD_STUCK) | TO(CHILD_DEAD),
    [CHILD_STUCK] = TO(CHILD_DEAD),
    [CHILD_DEAD] = TO(CHILD_REAPED),
    [CHILD_REAPED] = TO(CHILD_FREE),
};

/* A number that is opened again begins at NONE. */
static const uint16_t nursery_moves[MOVES_MAX] = {
    [NURSERY_NONE] = TO(NURSERY_OPEN),
    [NURSERY_OPEN] = TO(NURSERY_JOINING) | TO(NURSERY_CANCELLING),
    [NURSERY_JOINING] = TO(NURSERY_CANCELLING) | TO(NURSERY_CLOSED),
    [NURSERY_CANCELLING] = TO(NURSERY_CANCELLING) | TO(NURSERY_CLOSED),
};

static const uint16_t own_moves[MOVES_MAX] = {
    [DBG_NONE] = TO(DBG_WAIT),
    [DBG_WAIT] = TO(DBG_NONE) | TO(DBG_GRANTED),
    [DBG_GRANTED] = TO(DBG_NONE) | TO(DBG_TAKING) | TO(DBG_LEAVING), /* NONE: BATON_BUSY */
    [DBG_TAKING] = TO(DBG_ACTIVE) | TO(DBG_LEAVING),
    [DBG_ACTIVE] = TO(DBG_LEAVING),
    [DBG_LEAVING] = TO(DBG_NONE),
};

/* An entry that is over is removed. */
static const uint16_t entry_moves[MOVES_MAX] = {
    [ENTRY_NONE] = TO(ENTRY_WAIT),
    [ENTRY_WAIT] = TO(ENTRY_GRANTED),
    [ENTRY_GRANTED] = TO(ENTRY_ACTIVE),
};

/* To HELD but from FREE: DEFECT_TWO_HOLDERS. */
static const uint16_t lock_moves[MOVES_MAX] = {
    [LOCK_FREE] = TO(LOCK_HELD),
    [LOCK_HELD] = TO(LOCK_FREE) | TO(LOCK_HELD) | TO(LOCK_RECOVERING),
    [LOCK_RECOVERING] = TO(LOCK_FREE) | TO(LOCK_HELD),
};

static void move(const uint16_t *moves, uint8_t *state, unsigned to)
{
    CHECK(*state < MOVES_MAX && (moves[*state] >> to & 1U) != 0);
    *state = (uint8_t)to;
}

void self_move(struct core *c, enum self_state to)
{
    move(self_moves, &c->self.state, to);
}

void child_move(struct core_child *ch, enum child_state to)
{
    move(child_moves, &ch->state, to);
}

void nursery_move(struct core_nursery *n, enum nursery_state to)
{
    move(nursery_moves, &n->state, to);
}

void own_move(struct core *c, enum dbg_state to)
{
    move(own_moves, &c->lock.dbg, to);
}

void entry_move(struct core_entry *e, enum entry_state to)
{
    move(entry_moves, &e->state, to);
}

void lock_move(struct core *c, enum lock_state to)
{
    move(lock_moves, &c->lock.state, to);
}

/* ---- what a state means ------------------------------------------------------------------- */

static bool in(unsigned state, unsigned set)
{
    return (set >> state & 1U) != 0;
}

bool self_born(const struct core *c)
{
    return !in(c->self.state, TO(SELF_BOOT) | TO(SELF_HANDSHAKE));
}

bool self_works(const struct core *c)
{
    return in(c->self.state,
              TO(SELF_RUNNING) | TO(SELF_FAILED) | TO(SELF_CANCELLING) | TO(SELF_JOINING));
}

bool self_over(const struct core *c)
{
    return in(c->self.state, TO(SELF_REPORTING) | TO(SELF_EXITED) | TO(SELF_ORPHANED));
}

bool child_works(const struct core_child *ch)
{
    return in(ch->state,
              TO(CHILD_BOOTING) | TO(CHILD_LIVE) | TO(CHILD_CANCEL_SENT) | TO(CHILD_CANCEL_ACKED));
}

bool child_alive(const struct core_child *ch)
{
    return !in(ch->state, TO(CHILD_FREE) | TO(CHILD_SPAWNING) | TO(CHILD_DEAD) | TO(CHILD_REAPED));
}

bool entry_granted(const struct core_entry *e)
{
    return in(e->state, TO(ENTRY_GRANTED) | TO(ENTRY_ACTIVE));
}

bool own_granted(const struct core *c)
{
    return in(c->lock.dbg, TO(DBG_GRANTED) | TO(DBG_TAKING) | TO(DBG_ACTIVE));
}
