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

#include <string.h>

/* The request for which an actor has taken the terminal and not given the modes back; 0: none. */
struct taken {
    uint32_t request[TREE_ACTORS_MAX];
};

static void taken_fold(const struct trace_record *rec, struct taken *taken)
{
    if (rec->point == POINT_DBG_TTY_TAKE)
        taken->request[rec->actor] = rec->request;
    else if (rec->point == POINT_DBG_TTY_GIVE || rec->point == POINT_SPAWN_AFTER_EXEC)
        taken->request[rec->actor] = 0;
}

static bool release_is_wrong(const struct replay *r, const struct trace_record *rec,
                             const struct taken *taken, struct violation *out)
{
    const struct replay_origin *o = &r->actor[rec->actor].origin;

    if (o->released == rec->request) {
        return replay_violation(r, out, rec->actor, CAUSE_NONE,
                                "%s releases the terminal a second time",
                                replay_name(r, rec->actor));
    }
    if (rec->request != 0 && taken->request[rec->actor] == rec->request) {
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

static bool check(const struct observation *o, struct violation *out)
{
    struct replay *r = replay_begin(o);
    const struct trace_record *rec;
    struct taken taken;

    memset(&taken, 0, sizeof(taken));
    while ((rec = replay_next(r)) != NULL) {
        if (!replay_knows(r, rec->actor))
            continue;
        taken_fold(rec, &taken);
        if (rec->point == POINT_DBG_REL_SENT && release_is_wrong(r, rec, &taken, out))
            return true;
        if (rec->point == POINT_DBG_TTY_GIVE &&
            r->actor[rec->actor].origin.released == rec->request) {
            return replay_violation(r, out, rec->actor, CAUSE_NONE,
                                    "%s gives the modes back after it has released the terminal",
                                    replay_name(r, rec->actor));
        }
    }
    return false;
}

const struct invariant_entry invariant_released_once = {
    .name = "released-once",
    .note = "",
    .help = "a prompt that is left is released once, with the terminal's modes given back first "
            "and nothing else done before; actor: the one that leaves",
    .safety = true,
    .check = check,
};
