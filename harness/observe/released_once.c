/* released_once.c: a prompt that was left is released once, before anything else is done.
 *
 * Leaving is one move: the terminal's modes go back, the record lock is dropped, the release is
 * sent. An actor that does other things in between could be cancelled, fail or die with the
 * terminal in its hand; one that gives the modes back after its release writes over those of the
 * next holder; one that does not give them back at all relies on the root to do it, in time for the
 * next one; a second release could free the lock under somebody else. That a release does not come
 * at all is the business of L1. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* *taken: the request for which the record's actor has taken the terminal and not given the modes
 * back; 0: none. */
static void taken_fold(const struct trace_record *rec, uint32_t *taken)
{
    if (rec->point == POINT_DBG_TTY_TAKE)
        *taken = rec->request;
    else if (rec->point == POINT_DBG_TTY_GIVE || rec->point == POINT_SPAWN_AFTER_EXEC)
        *taken = 0;
}

static bool release_is_wrong(const struct replay *r, const struct trace_record *rec, uint32_t taken,
                             struct violation *out)
{
    const struct replay_origin *o = &r->actor[rec->actor].origin;

    if (o->released == rec->request) {
        return replay_violation(r, out, rec->actor, CAUSE_NONE,
                                "%s releases the terminal a second time",
                                replay_name(r, rec->actor));
    }
    if (rec->request != 0 && taken == rec->request) {
        return replay_violation(r, out, rec->actor, CAUSE_NONE,
                                "%s releases the terminal without giving its modes back",
                                replay_name(r, rec->actor));
    }
    if (o->leaving && o->strayed) {
        return replay_violation(r, out, rec->actor, CAUSE_NONE,
                                "%s goes on to other things before it releases the terminal",
                                replay_name(r, rec->actor));
    }
    return false;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    uint32_t *taken = l->actors;

    if (!replay_knows(r, rec->actor))
        return false;
    taken_fold(rec, &taken[rec->actor]);
    if (rec->point == POINT_DBG_REL_SENT)
        return release_is_wrong(r, rec, taken[rec->actor], l->out);
    if (rec->point != POINT_DBG_TTY_GIVE || r->actor[rec->actor].origin.released != rec->request)
        return false;
    return replay_violation(r, l->out, rec->actor, CAUSE_NONE,
                            "%s gives the modes back after it has released the terminal",
                            replay_name(r, rec->actor));
}

const struct invariant_entry invariant_released_once = {
    .name = "released-once",
    .note = "",
    .help = "a prompt that is left is released once, with the terminal's modes given back first "
            "and nothing else done before; actor: the one that leaves",
    .points = ROW_POINTS(POINT_SPAWN_AFTER_EXEC, POINT_DBG_TTY_TAKE, POINT_DBG_TTY_GIVE,
                         POINT_DBG_REL_SENT),
    .actor_bytes = sizeof(uint32_t), /* see taken_fold() */
    .on = check,
};
