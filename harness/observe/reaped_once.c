/* reaped_once.c: S11: every process is waited for once, and gets no signal afterwards.
 *
 * Judged twice: by what the parent says it does, and by what the observer has seen: between two
 * proc.spawned of one actor stands one proc.reaped, which names who did it, and behind the last one
 * too when the run is complete. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static bool child_is_wrong(const struct replay *r, const struct trace_record *rec,
                           struct violation *out)
{
    const char *parent = replay_name(r, rec->actor);
    const char *child = replay_name(r, rec->peer);

    if (!r->actor[rec->peer].process.reaped)
        return false;
    if (rec->point == POINT_EXIT_REAPED) {
        return replay_violation(r, out, rec->peer, CAUSE_NONE, "%s reaps %s a second time", parent,
                                child);
    }
    if (rec->point == POINT_CANCEL_TERM_SENT || rec->point == POINT_CANCEL_KILL_SENT) {
        return replay_violation(r, out, rec->peer, (unsigned)rec->extra,
                                "%s sends a signal to %s, which it has reaped", parent, child);
    }
    return false;
}

/* What the observer has seen of an actor's process. */
enum seen { SEEN_NOTHING, SEEN_SPAWNED, SEEN_REAPED };

static bool observer_is_wrong(const struct replay *r, const struct trace_record *rec, uint8_t *seen,
                              struct violation *out)
{
    const char *name = replay_name(r, rec->actor);

    if (rec->point == POINT_PROC_SPAWNED) {
        if (*seen == SEEN_SPAWNED) {
            return replay_violation(r, out, rec->actor, CAUSE_NONE,
                                    "%s is started again and was not reaped", name);
        }
        *seen = SEEN_SPAWNED;
    } else if (rec->point == POINT_PROC_REAPED) {
        if (*seen == SEEN_REAPED) {
            return replay_violation(r, out, rec->actor, CAUSE_NONE, "%s is reaped by %s, again",
                                    name, replay_name(r, rec->peer));
        }
        *seen = SEEN_REAPED;
    }
    return false;
}

/* At the end of a run, when nothing is left. */
static bool somebody_is_not_reaped(const struct replay *r, const uint8_t *seen,
                                   struct violation *out)
{
    for (uint16_t id = 0; id < r->count; id++) {
        if (seen[id] == SEEN_SPAWNED) {
            return replay_violation(r, out, id, CAUSE_NONE, "nobody has reaped %s",
                                    replay_name(r, id));
        }
    }
    return false;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    uint8_t *seen = l->actors;

    if (rec->point == POINT_RUN_END && somebody_is_not_reaped(r, seen, l->out))
        return true;
    if (!replay_knows(r, rec->actor))
        return false;
    if (observer_is_wrong(r, rec, &seen[rec->actor], l->out))
        return true;
    return replay_knows(r, rec->peer) && replay_parent(r, rec->peer) == rec->actor &&
           child_is_wrong(r, rec, l->out);
}

const struct invariant_entry invariant_reaped_once = {
    .name = "reaped-once",
    .note = "S11",
    .help = "every process is reaped once and gets no signal afterwards; actor: the process",
    .points = ROW_POINTS(POINT_PROC_SPAWNED, POINT_PROC_REAPED, POINT_EXIT_REAPED,
                         POINT_CANCEL_TERM_SENT, POINT_CANCEL_KILL_SENT, POINT_RUN_END),
    .actor_bytes = 1, /* enum seen */
    .on = check,
};
