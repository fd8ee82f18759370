/* shields_drop.c: L3: what an ancestor knows of a request is forgotten soon after its end.
 *
 * The bound is below the second after which the root looks at the record lock and sweeps away
 * what was left; a sweep that finds something old is itself a proof, a third of the bound after
 * the request's end. So a hop that keeps what it should forget is not seen when the request ends
 * less than that before a sweep. On real processes a hop may only have had no processor for so
 * long: then it passes the end on later all the same, and that is waited for. Excuses: ancestors
 * that are dead, dying, cut off or orphaned forget by ending; nothing is expected while anybody on
 * the way is held or stopped by the harness, or is a spinner, and E1: a hung hop. Behind a link
 * that has ended the news comes with the death, for which the parent waits a while before it helps.
 */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* How long `at` has known too much of this origin. */
static int64_t overdue_ns(const struct replay *r, uint16_t at, uint16_t origin)
{
    const struct replay_process *p = &r->actor[at].process;
    const struct replay_origin *o = &r->actor[origin].origin;

    if (o->ended_ns == REPLAY_NEVER || !replay_is_live(r, at) || p->cut || p->orphaned ||
        replay_way_is_blocked(r, at, origin))
        return 0;
    int64_t since = o->ended_ns;
    for (uint16_t id = origin; id != at; id = replay_parent(r, id)) {
        const struct replay_process *below = &r->actor[id].process;
        if (below->given_up)
            return 0;
        if (!below->cut)
            continue;
        int64_t gone_ns = below->dead ? below->dead_ns : below->cut_ns + CORE_EOF_NS + CORE_TERM_NS;
        if (gone_ns > since)
            since = gone_ns;
    }
    return r->now_ns - replay_way_since(r, at, origin, since);
}

/* The actor nearest to the root's end of the way that died, or the origin. */
static unsigned drop_cause(const struct replay *r, uint16_t at, uint16_t origin)
{
    for (uint16_t id = origin; id != at; id = replay_parent(r, id)) {
        if (replay_fault_cause(r, id) != CAUSE_NONE)
            return CAUSE_FAULT;
    }
    return CAUSE_NONE;
}

static bool origin_is_remembered(const struct replay *r, uint16_t origin, int64_t within,
                                 struct violation *out)
{
    const struct replay_origin *o = &r->actor[origin].origin;

    for (uint16_t at = replay_parent(r, origin); at != ACTOR_NONE; at = replay_parent(r, at)) {
        if (o->entry[r->actor[at].depth].state == ENTRY_NONE || overdue_ns(r, at, origin) <= within)
            continue;
        return replay_violation(r, out, at, drop_cause(r, at, origin),
                                "%s is still shielded for %s, whose request is over",
                                replay_name(r, at), replay_name(r, origin));
    }
    return false;
}

static bool sweep_was_needed(const struct replay *r, const struct trace_record *rec, int64_t within,
                             struct violation *out)
{
    if (rec->point != POINT_DBG_BATON_MISMATCH || rec->actor != ACTOR_ROOT ||
        !replay_knows(r, rec->peer) || rec->peer == ACTOR_ROOT ||
        overdue_ns(r, ACTOR_ROOT, rec->peer) <= within / 3)
        return false;
    return replay_violation(r, out, ACTOR_ROOT, drop_cause(r, ACTOR_ROOT, rec->peer),
                            "the end of %s's prompt reached %s only by a look at the record lock",
                            replay_name(r, rec->peer), replay_name(r, ACTOR_ROOT));
}

/* A sweep on real processes that was needed, unless a hop turns out to have been slow only. */
struct sweep {
    bool open;
    uint16_t origin;
    struct violation found;
};

struct memory {
    int64_t tick;
    struct sweep sweep; /* the first */
};

/* True when somebody on the way from the origin says, or the root hears, that it is over. */
static bool news_is_late(const struct replay *r, const struct trace_record *rec, uint16_t origin)
{
    bool passed = (rec->point == POINT_DBG_HOP_REL || rec->point == POINT_DBG_HOP_LOST) &&
                  rec->peer == origin && rec->actor != ACTOR_ROOT;
    bool heard = (rec->point == POINT_LINK_BEFORE_RECV + FRAME_DBG_REL ||
                  rec->point == POINT_LINK_BEFORE_RECV + FRAME_DBG_LOST) &&
                 rec->actor == ACTOR_ROOT && replay_knows(r, rec->peer) &&
                 (rec->peer == origin || replay_is_above(r, rec->peer, origin));

    return passed || heard;
}

/* The simulator's actors have all the processors that they want. */
static bool sweep_is_proof(const struct look *l)
{
    const struct replay *r = l->replay;
    struct memory *m = l->memory;
    struct violation v;

    if (m->sweep.open && news_is_late(r, l->rec, m->sweep.origin))
        m->sweep.open = false;
    if (!sweep_was_needed(r, l->rec, l->within_ns, &v))
        return false;
    if (r->engine == ENGINE_SIM) {
        *l->out = v;
        return true;
    }
    if (!m->sweep.open)
        m->sweep = (struct sweep){.open = true, .origin = l->rec->peer, .found = v};
    return false;
}

/* Nothing came. */
static bool check_end(const struct look *l)
{
    const struct memory *m = l->memory;

    if (m->sweep.open)
        *l->out = m->sweep.found;
    return m->sweep.open;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    struct memory *m = l->memory;

    if (sweep_is_proof(l))
        return true;
    if (r->entries == 0)
        return false;
    if (!replay_time_moved(r, &m->tick))
        return false;
    for (uint16_t id = 1; id < r->count; id++) {
        if (r->actor[id].origin.entries > 0 && origin_is_remembered(r, id, l->within_ns, l->out))
            return true;
    }
    return false;
}

const struct invariant_entry invariant_shields_drop = {
    .name = "shields-drop",
    .note = "L3",
    .help = "every ancestor forgets a request soon after its end; actor: the one that does not",
    .liveness = true,
    .default_within_ns = 900 * MS_NS,
    .memory_bytes = sizeof(struct memory),
    .on = check,
    .at_end = check_end,
};
