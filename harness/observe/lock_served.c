/* lock_served.c: L1: whoever asks for the terminal gets it or is refused, and the root gets it
 * back.
 *
 * While nobody has the terminal and somebody waits, or the lock is not FREE, the lock must move on
 * within the bound. Excuses: a user at the prompt may stay as long as he likes (L1 assumes that
 * he leaves); nothing is expected of actors that the harness holds or has stopped, or of spinners;
 * the root after SIGQUIT or the last ^C dies with the lock in its hand. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static bool somebody_prompts(const struct replay *r)
{
    for (size_t i = 0; i < r->active_count; i++) {
        if (!r->actor[r->active[i]].process.dead)
            return true;
    }
    return false;
}

/* How long this actor has been owed something since `since`; 0 while nothing can be expected. */
static int64_t owed_ns(const struct replay *r, uint16_t actor, int64_t since)
{
    if (replay_way_is_blocked(r, ACTOR_ROOT, actor))
        return 0;
    return r->now_ns - replay_way_since(r, ACTOR_ROOT, actor, since);
}

static bool waiter_is_stuck(const struct replay *r, int64_t idle_ns, int64_t within,
                            struct violation *out)
{
    for (uint16_t id = 0; r->claims > 0 && id < r->count; id++) {
        const struct replay_origin *o = &r->actor[id].origin;
        if (o->claim != CLAIM_WAIT || !replay_path_is_live(r, id))
            continue;
        if (owed_ns(r, id, o->asked_ns > idle_ns ? o->asked_ns : idle_ns) > within) {
            return replay_violation(r, out, id, CAUSE_NONE,
                                    "%s waits for the terminal, nobody has it, and it is not "
                                    "granted",
                                    replay_name(r, id));
        }
    }
    return false;
}

/* The root knows of this prompt and the record lock is free again: then the root finds out by
 * itself, also when a hop between them hangs. */
static bool holder_has_let_go(const struct replay *r, uint16_t holder)
{
    const struct replay_origin *o = &r->actor[holder].origin;

    return holder != ACTOR_ROOT && r->lock.state == LOCK_HELD &&
           o->entry[0].state == ENTRY_ACTIVE && !o->active && !o->baton;
}

static bool lock_is_stuck(const struct replay *r, int64_t idle_ns, int64_t within,
                          struct violation *out)
{
    uint16_t holder = r->lock.holder;
    bool assigned = replay_knows(r, holder); /* a free lock has none */

    if (r->lock.since_ns > idle_ns)
        idle_ns = r->lock.since_ns;
    if (assigned && holder_has_let_go(r, holder)) {
        if (r->actor[holder].origin.let_go_ns > idle_ns)
            idle_ns = r->actor[holder].origin.let_go_ns;
        if (owed_ns(r, ACTOR_ROOT, idle_ns) <= within)
            return false;
        return replay_violation(r, out, holder, CAUSE_NONE,
                                "%s has left its prompt and the root does not take the terminal "
                                "back",
                                replay_name(r, holder));
    }
    /* A holder that cannot move keeps everybody behind it waiting. */
    if (assigned && replay_way_is_blocked(r, ACTOR_ROOT, holder))
        return false;
    if (assigned)
        idle_ns = replay_way_since(r, ACTOR_ROOT, holder, idle_ns);
    if (waiter_is_stuck(r, idle_ns, within, out))
        return true;
    if (!assigned || owed_ns(r, holder, idle_ns) <= within)
        return false;
    return replay_violation(r, out, holder, CAUSE_NONE,
                            "the terminal is assigned to %s, which does not have it, and the root "
                            "does not take it back",
                            replay_name(r, holder));
}

/* An actor that goes on to other things with its release unsaid. */
static bool release_is_missing(const struct replay *r, const struct trace_record *rec,
                               struct violation *out)
{
    if (!r->actor[rec->actor].origin.unreleased ||
        (rec->point != POINT_DBG_WANT && rec->point != POINT_DBG_REQ_SENT &&
         rec->point != POINT_EXIT_BEFORE_RESULT && rec->point != POINT_EXIT_CLOSED) ||
        !replay_path_is_live(r, rec->actor))
        return false;
    return replay_violation(r, out, rec->actor, CAUSE_NONE,
                            "%s has left its prompt and does not release the terminal",
                            replay_name(r, rec->actor));
}

static bool root_keeps(const struct replay *r, const struct trace_record *rec,
                       struct violation *out)
{
    if (rec->actor != ACTOR_ROOT || rec->point != POINT_EXIT_CLOSED || r->root_insists ||
        r->lock.state == LOCK_FREE)
        return false;
    return replay_violation(r, out, r->lock.holder, CAUSE_NONE,
                            "%s ends while the terminal is assigned to %s",
                            replay_name(r, rec->actor), replay_name(r, r->lock.holder));
}

struct memory {
    int64_t tick;
    int64_t idle_ns; /* since when nobody has the terminal */
};

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    struct memory *m = l->memory;

    if (replay_knows(r, l->rec->actor) &&
        (release_is_missing(r, l->rec, l->out) || root_keeps(r, l->rec, l->out)))
        return true;
    if (somebody_prompts(r)) {
        m->idle_ns = r->now_ns;
        return false;
    }
    return replay_is_live(r, ACTOR_ROOT) && replay_time_moved(r, &m->tick) &&
           lock_is_stuck(r, m->idle_ns, l->within_ns, l->out);
}

const struct invariant_entry invariant_lock_served = {
    .name = "lock-served",
    .note = "L1",
    .help = "every request for the terminal is served, and the terminal returns to the root; "
            "actor: the one that waits, or does not release",
    .liveness = true,
    .default_within_ns = 4000 * MS_NS,
    .memory_bytes = sizeof(struct memory),
    .on = check,
};
