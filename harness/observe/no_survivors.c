/* no_survivors.c: nothing is alive when the subject has ended and its grace is over.
 *
 * From the after-run checks of any subject, not of our own trees only: a survivor that is none of
 * the tree's actors stands in the trace without a name. Excuse: what the harness itself has stopped
 * or holds until then cannot end; who is to stay by the outcome. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    bool tree = r->cast->who[ACTOR_ROOT].kind == WHO_ACTOR;

    if (!tree && rec->request != 0) /* it may end by itself yet */
        return false;
    uint16_t who = replay_knows(r, rec->actor) ? rec->actor : rec->peer;
    if (!replay_knows(r, who)) {
        return replay_violation(r, l->out, ACTOR_NONE, CAUSE_NONE,
                                "a process that is no actor of the tree survives it");
    }
    if (replay_is_halted(r, who) || r->cast->who[who].stays)
        return false;
    return replay_violation(r, l->out, who, replay_fault_cause(r, who), "%s survives %s",
                            replay_name(r, who), tree ? "the tree" : replay_name(r, ACTOR_ROOT));
}

const struct invariant_entry invariant_no_survivors = {
    .name = "no-survivors",
    .note = "",
    .help = "no process is left when the subject has ended; actor: the survivor",
    .remedy = "end it, and wait for it, before the first process ends; or name it in `outcome: "
              "survivors`",
    .liveness = true,
    .subjects = SUBJECT_TREE | SUBJECT_COMMAND,
    .leak = "survivor",
    .own_end = true,
    .points = ROW_POINTS(POINT_PROC_SURVIVED),
    .on = check,
};
