/* holder_not_killed.c: S3: nobody kills an actor that has the terminal, or an ancestor of it.
 *
 * Closing the link to it is the same by other means: the holder takes itself for an orphan and
 * leaves its prompt.
 * Excuses, all from S3: the path from the root to the holder is not live (what is cut off by a
 * death has to be killed); E1, heartbeat: a hung hop whose parent had not heard of the prompt;
 * E2, the operator insists. Signals of the harness are not the tree's. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* What the record does to `peer`. */
static const char *deed_of(const struct trace_record *rec)
{
    switch (rec->point) {
    case POINT_CANCEL_CLOSE_SENT:
        return "closes its link to";
    case POINT_CANCEL_TERM_SENT:
        return "sends SIGTERM to";
    default:
        return "sends SIGKILL to";
    }
}

static bool kill_is_excused(const struct replay *r, const struct trace_record *rec, uint16_t holder)
{
    const struct replay_entry *e = &r->actor[holder].origin.entry[r->actor[rec->actor].depth];

    if (rec->value == KILL_OPERATOR)
        return true;
    return rec->value == KILL_HEARTBEAT && e->state != ENTRY_ACTIVE;
}

static bool kill_is_wrong(const struct replay *r, const struct trace_record *rec,
                          struct violation *out)
{
    for (size_t i = 0; i < r->active_count; i++) {
        uint16_t holder = r->active[i];
        if (holder != rec->peer && !replay_is_above(r, rec->peer, holder))
            continue;
        if (!replay_path_is_live(r, holder) || kill_is_excused(r, rec, holder))
            continue;
        return replay_violation(r, out, holder, (unsigned)rec->extra,
                                "%s %s %s while %s has the terminal", replay_name(r, rec->actor),
                                deed_of(rec), replay_name(r, rec->peer), replay_name(r, holder));
    }
    return false;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    return replay_knows(r, rec->actor) && replay_knows(r, rec->peer) &&
           kill_is_wrong(r, rec, l->out);
}

const struct invariant_entry invariant_holder_not_killed = {
    .name = "holder-not-killed",
    .note = "S3",
    .help = "no actor that has the terminal, and no ancestor of it, is killed; actor: the holder",
    .points = ROW_POINTS(POINT_CANCEL_CLOSE_SENT, POINT_CANCEL_TERM_SENT, POINT_CANCEL_KILL_SENT),
    .on = check,
};
