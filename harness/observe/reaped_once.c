/* reaped_once.c: S11: every process is waited for once, and gets no signal afterwards. */
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

static bool check(const struct observation *o, struct violation *out)
{
    struct replay *r = replay_begin(o);
    const struct trace_record *rec;

    while ((rec = replay_next(r)) != NULL) {
        if (replay_knows(r, rec->actor) && replay_knows(r, rec->peer) &&
            replay_parent(r, rec->peer) == rec->actor && child_is_wrong(r, rec, out))
            return true;
    }
    return false;
}

const struct invariant_entry invariant_reaped_once = {
    .name = "reaped-once",
    .note = "S11",
    .help = "every process is reaped once and gets no signal afterwards; actor: the process",
    .safety = true,
    .check = check,
};
