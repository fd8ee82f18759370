/* witness_agrees.c: S7: the kernel's record lock is held by the actor that has the terminal.
 *
 * The witness is looked at by the harness, while the actors' reports are still on their way: on
 * real processes a report that was made before the look may stand behind it in the trace. So a
 * disagreement counts only when no such report explains it. The record lock may be held from
 * dbg.baton_try until dbg.baton_drop has taken effect, that is, until the actor's next report.
 * Excuses: nobody is expected to hold the lock for an actor that the harness has killed. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* True when a report of this actor, made no later than the look, stands behind it and is one of
 * the two points. */
static bool explained_later(const struct replay *r, const struct trace_record *look, uint16_t actor,
                            unsigned point, unsigned other)
{
    if (r->o->engine == ENGINE_SIM)
        return false;
    for (size_t i = r->index + 1; i < r->trace->count; i++) {
        const struct trace_record *rec = &r->trace->record[i];
        if (rec->actor == actor && rec->at_ns <= look->at_ns &&
            (rec->point == point || rec->point == other))
            return true;
    }
    return false;
}

static bool look_is_wrong(const struct replay *r, const struct trace_record *rec,
                          struct violation *out)
{
    if (replay_knows(r, rec->peer)) {
        if (r->actor[rec->peer].origin.baton ||
            explained_later(r, rec, rec->peer, POINT_DBG_BATON_TRY, POINT_DBG_BATON_TRY))
            return false;
        return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                "%s has the record lock without having the terminal",
                                replay_name(r, rec->peer));
    }
    for (size_t i = 0; i < r->active_count; i++) {
        uint16_t holder = r->active[i];
        if (!replay_is_live(r, holder) ||
            explained_later(r, rec, holder, POINT_DBG_TTY_GIVE, POINT_PROC_EXITED))
            continue;
        return replay_violation(r, out, holder, CAUSE_NONE,
                                "%s has the terminal without the record lock",
                                replay_name(r, holder));
    }
    return false;
}

static bool check(const struct observation *o, struct violation *out)
{
    struct replay *r = replay_begin(o);
    const struct trace_record *rec;

    while ((rec = replay_next(r)) != NULL) {
        if (rec->point == POINT_BATON_SEEN && look_is_wrong(r, rec, out))
            return true;
    }
    return false;
}

const struct invariant_entry invariant_witness_agrees = {
    .name = "witness-agrees",
    .note = "S7",
    .help = "the record lock is held by the actor that has the terminal; actor: the one that "
            "should not have it, or lacks it",
    .safety = true,
    .check = check,
};
