/* interrupt_ends_tree.c: L8: ^C outside the debugger ends the tree, within the bounds of a cancel;
 * the third one within a second.
 *
 * Excuses: while a claim on the terminal parks deadlines (a crash prompt still gets its turn); a
 * root that waits for what it has adopted, or for a child that has said its last, until it kills
 * that; a root that the harness holds or has stopped cannot act and has its time again afterwards;
 * a root that is on its way out already need not react to one more. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <signal.h>

/* What a record of the root allows beyond the bound, from its time on: the root kills what it has
 * adopted after a while, and a child that has said its last gets time to exit before it is killed.
 * 0: nothing. */
static int64_t allowed_ns(const struct trace_record *rec)
{
    switch (rec->point) {
    case POINT_ORPHAN_ADOPTED:
        return CORE_ADOPTED_NS + 1000 * MS_NS;
    case POINT_LINK_BEFORE_RECV + FRAME_RESULT:
    case POINT_LINK_EOF_SEEN:
        return CORE_RESULT_NS + CORE_TERM_NS + 1000 * MS_NS;
    default:
        return 0;
    }
}

static bool interrupt_is_lost(const struct replay *r, const struct trace_record *rec)
{
    return rec->extra == SIG_IGNORED && r->lock.state == LOCK_FREE &&
           !r->actor[ACTOR_ROOT].nursery.cancel_requested &&
           !r->actor[ACTOR_ROOT].nursery.cancelling && !r->actor[ACTOR_ROOT].nursery.resulted;
}

/* Extends what is due by every moment in which nothing can be expected. */
static int64_t due_after(const struct replay *r, int64_t due_ns, int64_t bound_ns)
{
    const struct replay_process *root = &r->actor[ACTOR_ROOT].process;

    if (r->lock.state != LOCK_FREE || replay_is_blocked(r, ACTOR_ROOT) ||
        replay_parks(r, ACTOR_ROOT, ACTOR_ROOT))
        return r->now_ns + bound_ns;
    if (root->resume_ns + bound_ns > due_ns && root->resume_ns != 0)
        return root->resume_ns + bound_ns;
    return due_ns;
}

struct memory {
    int64_t due_ns;
    bool waits;   /* the end is due */
    bool insists; /* by the last ^C: within a second */
    bool over;    /* the root has ended */
};

static int64_t bound_ns(const struct look *l)
{
    const struct memory *m = l->memory;

    return m->insists ? 1000 * MS_NS : l->within_ns;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    struct memory *m = l->memory;

    m->over = m->over || !replay_is_live(r, ACTOR_ROOT);
    if (m->over)
        return false;
    if (m->waits) {
        m->due_ns = due_after(r, m->due_ns, bound_ns(l));
        if (r->now_ns > m->due_ns) {
            return replay_violation(r, l->out, ACTOR_ROOT, CAUSE_SIGINT,
                                    "%s accepted SIGINT, and the tree does not end",
                                    replay_name(r, ACTOR_ROOT));
        }
    }
    if (rec->actor != ACTOR_ROOT)
        return false;
    if (m->waits && bound_ns(l) > 1000 * MS_NS && allowed_ns(rec) != 0 &&
        rec->at_ns + allowed_ns(rec) > m->due_ns)
        m->due_ns = rec->at_ns + allowed_ns(rec);
    if (rec->point != POINT_SIG_HANDLED || rec->value != SIGINT)
        return false;
    if (interrupt_is_lost(r, rec)) {
        return replay_violation(r, l->out, ACTOR_ROOT, CAUSE_SIGINT,
                                "%s ignores SIGINT although nobody has the terminal",
                                replay_name(r, ACTOR_ROOT));
    }
    m->insists = m->insists || rec->extra == SIG_KILL || rec->extra == SIG_DIE;
    if (rec->extra != SIG_IGNORED && rec->extra != SIG_NOTED &&
        (!m->waits || rec->at_ns + bound_ns(l) < m->due_ns)) {
        m->due_ns = rec->at_ns + bound_ns(l);
        m->waits = true;
    }
    return false;
}

const struct invariant_entry invariant_interrupt_ends_tree = {
    .name = "interrupt-ends-tree",
    .note = "L8",
    .help = "SIGINT while nobody has the terminal ends the tree within the bounds of a cancel; "
            "actor: the root",
    .liveness = true,
    .default_within_ns = CORE_CANCEL_NS + CORE_TERM_NS + 1000 * MS_NS,
    .memory_bytes = sizeof(struct memory),
    .on = check,
};
