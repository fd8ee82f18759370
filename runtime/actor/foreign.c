/* foreign.c: a child that is no actor: a program of somebody else's.
 *
 * It is a child as others are, from its start to its reaping and in its nursery, but it has no
 * link: it never says anything, and a cancel is all that it can be told, by SIGTERM. */
#include "runtime/actor/parts.h"

/* A foreign program is ready when it runs. It has no link, so nothing is sent to it, nothing comes,
 * and nobody can prompt there. */
void foreign_began(struct step *s, uint16_t slot)
{
    struct core_child *ch = &s->c->child[slot];

    ch->hello = 1;
    ch->spec = 1;
    ch->eof = 1;
    ch->closing = 1;
    child_move(ch, CHILD_LIVE);
    point_peer(s, POINT_NURSERY_CHILD_LIVE, ch->id);
    user_event(s, ACTOR_EVENT_LIVE, ch->id);
}

/* A foreign program that has got its SIGTERM still hears that there is less time than that. */
bool child_hears_cancel(const struct core_child *ch)
{
    return child_works(ch) || (ch->foreign && ch->state == CHILD_TERM_SENT);
}

/* The cancel of a foreign program: SIGTERM is all that it hears, and the deadline is SIGKILL's. */
void foreign_cancel(struct step *s, uint16_t slot)
{
    struct core_child *ch = &s->c->child[slot];

    point(s, POINT_CANCEL_SENT, ch->id, ++s->c->self.cancel_id, ch->deadline_ns,
          ch->mode + 256 * (int64_t)ch->cause);
    if (ch->state != CHILD_TERM_SENT) {
        child_move(ch, CHILD_CANCEL_SENT);
        child_signal(s, slot, true, KILL_CANCEL);
    }
    ladder_set(s, slot, ch->deadline_ns);
}

/* A signal that a terminal or a person sends to a whole group: the root decides what it means for
 * the tree, and a foreign program may be dead of it before the root has said so. */
static bool signal_is_shared(int signal)
{
    return signal == NUMBER_INT || signal == NUMBER_TERM || signal == NUMBER_HUP ||
           signal == NUMBER_QUIT;
}

/* One that was told to end has done so, whatever its status says. */
void foreign_exit(struct step *s, uint16_t slot, int64_t status)
{
    struct core_child *ch = &s->c->child[slot];
    int signal = (int)(status & 0x7f);
    int code = (int)(status >> 8 & 0xff);

    if (ch->killed && ch->kill_reason == KILL_CANCEL) {
        child_outcome(s, slot, ERROR_CANCELLED, signal);
    } else if (signal_is_shared(signal)) {
        ch->fatal = (uint8_t)signal;
        ladder_set(s, slot, s->now + CORE_MERGE_NS);
    } else if (signal != 0) {
        child_outcome(s, slot, ERROR_SIGNAL, signal);
    } else if (code != 0) {
        child_outcome(s, slot, ERROR_EXIT, code);
    } else {
        ch->outcome = 1;
    }
}

/* The cancel that the same signal brings makes the death a part of it; where none comes, the
 * program has failed. Returns false while that is open. */
bool foreign_settle(struct step *s, uint16_t slot)
{
    struct core_child *ch = &s->c->child[slot];
    bool cancelled = s->c->nursery[ch->nursery].mode != CANCEL_NONE;

    if (!cancelled && s->c->timer[TIMER_CHILD + (unsigned)slot].at_ns != 0)
        return false;
    timer_clear(s, TIMER_CHILD + (unsigned)slot);
    ch->asked |= cancelled;
    child_outcome(s, slot, cancelled ? ERROR_CANCELLED : ERROR_SIGNAL, ch->fatal);
    return true;
}
