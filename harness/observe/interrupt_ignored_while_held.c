/* interrupt_ignored_while_held.c: S5: ^C changes nothing while the lock is HELD or RECOVERING, and
 * actors other than the root never react to it, least of all by dying of it.
 *
 * The state that counts is the root's own, from dbg.grant_sent to dbg.free, so there is nothing
 * to excuse: both records and the decision are of one process, in its order. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <signal.h>

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    if (replay_dies_by_interrupt(r, rec) &&
        (rec->actor != ACTOR_ROOT || r->lock.state != LOCK_FREE)) {
        return replay_violation(r, l->out, rec->actor, CAUSE_SIGINT, "%s dies by SIGINT",
                                replay_name(r, rec->actor));
    }
    if (rec->point != POINT_SIG_HANDLED || rec->value != SIGINT || rec->extra == SIG_IGNORED ||
        !replay_knows(r, rec->actor))
        return false;
    if (rec->actor != ACTOR_ROOT) {
        return replay_violation(r, l->out, rec->actor, CAUSE_SIGINT,
                                "%s reacts to SIGINT, which only the root may do",
                                replay_name(r, rec->actor));
    }
    if (r->lock.state != LOCK_FREE) {
        return replay_violation(r, l->out, rec->actor, CAUSE_SIGINT,
                                "%s acts on SIGINT while the terminal is assigned to %s",
                                replay_name(r, rec->actor), replay_name(r, r->lock.holder));
    }
    return false;
}

const struct invariant_entry invariant_interrupt_ignored_while_held = {
    .name = "interrupt-ignored-while-held",
    .note = "S5",
    .help = "SIGINT does nothing while the lock is HELD or RECOVERING, and nothing ever outside "
            "the root; actor: the one that acted",
    .points = ROW_POINTS(POINT_PROC_EXITED, POINT_PROC_REAPED, POINT_SIG_HANDLED),
    .on = check,
};
