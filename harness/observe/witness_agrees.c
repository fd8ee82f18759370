/* witness_agrees.c: S7: the kernel's record lock is held by the actor that has the terminal.
 *
 * The witness is looked at by the harness, while the actors' reports are still on their way: on
 * real processes a report that was made before the look may stand behind it in the trace. So a
 * disagreement counts only when no such report explains it. The record lock may be held from
 * dbg.baton_try until dbg.baton_drop has taken effect, that is, until the actor's next report.
 * Excuses: nobody is expected to hold the lock for an actor that the harness has killed. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* A disagreement that a report of this actor may still explain; what comes on top of so many is let
 * go, as the first of them decides. */
enum { WAITING_MAX = 32 };

struct waiting {
    size_t index;
    int64_t at_ns;
    uint16_t actor;
    bool has_lock; /* the record lock, otherwise the terminal */
};

struct memory {
    size_t count;
    struct waiting look[WAITING_MAX]; /* in the order of the trace */
};

static bool violation_of(const struct look *l, const struct waiting *w)
{
    (void)replay_violation(l->replay, l->out, w->actor, CAUSE_NONE,
                           w->has_lock ? "%s has the record lock without having the terminal"
                                       : "%s has the terminal without the record lock",
                           replay_name(l->replay, w->actor));
    l->out->index = w->index;
    return true;
}

static bool record_explains(const struct trace_record *rec, const struct waiting *w)
{
    if (rec->actor != w->actor || rec->at_ns > w->at_ns)
        return false;
    if (w->has_lock)
        return rec->point == POINT_DBG_BATON_TRY;
    return rec->point == POINT_DBG_TTY_GIVE || rec->point == POINT_PROC_EXITED;
}

static void late_report_explains(struct memory *m, const struct trace_record *rec)
{
    size_t left = 0;

    for (size_t i = 0; i < m->count; i++) {
        if (!record_explains(rec, &m->look[i]))
            m->look[left++] = m->look[i];
    }
    m->count = left;
}

/* The simulator's reports are never late. */
static bool disagrees(const struct look *l, uint16_t actor, bool has_lock)
{
    struct memory *m = l->memory;
    const struct waiting w = {
        .index = l->replay->index, .at_ns = l->rec->at_ns, .actor = actor, .has_lock = has_lock};

    if (l->replay->engine == ENGINE_SIM)
        return violation_of(l, &w);
    if (m->count < WAITING_MAX)
        m->look[m->count++] = w;
    return false;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;

    late_report_explains(l->memory, rec);
    if (rec->point != POINT_BATON_SEEN)
        return false;
    if (replay_knows(r, rec->peer))
        return !r->actor[rec->peer].origin.baton && disagrees(l, rec->peer, true);
    for (size_t i = 0; i < r->active_count; i++) {
        if (replay_is_live(r, r->active[i]) && disagrees(l, r->active[i], false))
            return true;
    }
    return false;
}

static bool check_end(const struct look *l)
{
    const struct memory *m = l->memory;

    return m->count > 0 && violation_of(l, &m->look[0]);
}

const struct invariant_entry invariant_witness_agrees = {
    .name = "witness-agrees",
    .note = "S7",
    .help = "the record lock is held by the actor that has the terminal; actor: the one that "
            "should not have it, or lacks it",
    .points =
        ROW_POINTS(POINT_BATON_SEEN, POINT_DBG_BATON_TRY, POINT_DBG_TTY_GIVE, POINT_PROC_EXITED),
    .memory_bytes = sizeof(struct memory),
    .on = check,
    .at_end = check_end,
};
