/* modes_owned.c: S8: the terminal's modes differ from the saved ones only while somebody has it.
 *
 * From dbg.tty_take until dbg.tty_give has taken effect they are the holder's, but for the time in
 * which ^Z has stopped it: it has given them back before. Excuse (K5): a
 * holder that died in its prompt leaves them changed until the root's dbg.free. As for the record
 * lock, a report made before the look may stand behind it on real processes. The simulator writes
 * every change at once, so there the root's dbg.free must find them as they were. Without a root
 * nobody owns the restoring any more: what is left then is the business of L7. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <string.h>

/* Who has said that it is about to stop by ^Z, and not yet that it goes on. */
struct suspended {
    bool actor[TREE_ACTORS_MAX];
};

/* True when the actor went on before the look, but its report stands behind it. */
static bool goes_on_before(const struct replay *r, uint16_t id, const struct trace_record *look)
{
    if (r->o->engine == ENGINE_SIM)
        return false;
    for (size_t i = r->index + 1; i < r->trace->count; i++) {
        const struct trace_record *rec = &r->trace->record[i];
        if (rec->point == POINT_SIG_CONT && rec->actor == id && rec->at_ns <= look->at_ns)
            return true;
    }
    return false;
}

static bool modes_have_owner(const struct replay *r, const struct suspended *suspended,
                             const struct trace_record *look)
{
    for (uint16_t id = 0; id < r->count; id++) {
        if (r->actor[id].origin.modes && (!suspended->actor[id] || goes_on_before(r, id, look)))
            return true;
    }
    return false;
}

static bool taken_before(const struct replay *r, const struct trace_record *look)
{
    if (r->o->engine == ENGINE_SIM)
        return false;
    for (size_t i = r->index + 1; i < r->trace->count; i++) {
        const struct trace_record *rec = &r->trace->record[i];
        if (rec->point == POINT_DBG_TTY_TAKE && rec->at_ns <= look->at_ns)
            return true;
    }
    return false;
}

static bool free_finds_changed(const struct replay *r, const struct trace_record *rec)
{
    return r->o->engine == ENGINE_SIM && rec->point == POINT_DBG_FREE && r->modes_known &&
           !r->modes_saved;
}

static bool look_is_wrong(const struct replay *r, const struct suspended *suspended,
                          const struct trace_record *rec)
{
    return rec->point == POINT_TTY_MODES && rec->value == 0 &&
           !modes_have_owner(r, suspended, rec) && !r->actor[ACTOR_ROOT].process.dead &&
           !taken_before(r, rec);
}

static bool check(const struct observation *o, struct violation *out)
{
    struct replay *r = replay_begin(o);
    const struct trace_record *rec;
    uint16_t last = ACTOR_NONE;
    struct suspended suspended;

    memset(&suspended, 0, sizeof(suspended));
    while ((rec = replay_next(r)) != NULL) {
        if (rec->point == POINT_DBG_TTY_TAKE)
            last = rec->actor;
        if ((rec->point == POINT_SIG_STOP || rec->point == POINT_SIG_CONT) &&
            replay_knows(r, rec->actor))
            suspended.actor[rec->actor] = rec->point == POINT_SIG_STOP;
        if (!look_is_wrong(r, &suspended, rec) && !free_finds_changed(r, rec))
            continue;
        if (last == ACTOR_NONE) {
            return replay_violation(r, out, last, CAUSE_NONE,
                                    "the terminal's modes were changed, but nobody had it");
        }
        return replay_violation(r, out, last, CAUSE_NONE,
                                "%s was the last to have the terminal, and its modes are not as "
                                "before",
                                replay_name(r, last));
    }
    return false;
}

const struct invariant_entry invariant_modes_owned = {
    .name = "modes-owned",
    .note = "S8",
    .help = "the terminal's modes are changed only by who has it; actor: the last one that had it",
    .safety = true,
    .check = check,
};
