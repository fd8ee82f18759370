/* no_zombies.c: L4: a dead child is reaped at once.
 *
 * Age counts from the observer's proc.exited. Excuses: a parent that the harness holds or has
 * stopped, or that is a spinner, cannot reap, and has its time again when it is let go; a parent
 * that is dead leaves its zombies to the adopter, whose work is not the tree's. Of one that was
 * reaped the parent's own report counts, however late it came, and the time for which the machine
 * had no processor for the parent does not. What the harness reaps when it has ended a command was
 * not reaped. A command may look after its children now and then: correct ones that poll have been
 * seen to take 70 ms. Nobody can say of one that was seen first when it had lost its parent whose
 * it was: it is the adopter's. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <inttypes.h>

/* Age of a zombie whose parent can reap; 0 for others. */
static int64_t zombie_age(const struct replay *r, uint16_t id)
{
    uint16_t parent = replay_parent(r, id);
    int64_t since = r->actor[id].process.zombie_ns;

    if (since == REPLAY_NEVER || parent == ACTOR_NONE || r->actor[id].process.orphan ||
        !replay_is_live(r, parent) || replay_is_blocked(r, parent))
        return 0;
    if (r->actor[parent].process.resume_ns > since)
        since = r->actor[parent].process.resume_ns;
    return r->now_ns - since;
}

/* Moments at which the parent went on after it had been silent for too long: whether they count is
 * known only with the time that it waited for a processor. More in one zombie's life do not. */
enum { GAPS_MAX = 4 };

/* A zombie that is overdue: what comes says whether it was reaped in time all the same. */
struct overdue {
    size_t index;     /* the record at which it was found */
    int64_t asked_ns; /* zombie_ns + 1 of the last one that was asked about; 0: none was */
    int64_t since_ns;
    int64_t said_ns; /* by the parent, last */
    int64_t reaped_ns;
    int64_t waited_ns; /* the machine had no processor for whoever reaped it */
    uint8_t gaps;
    bool open;
    bool reaped;   /* and reaped_ns is when */
    bool reported; /* by the parent: nothing later counts */
    bool waited;   /* waited_ns is known */
    struct {
        int64_t said_ns, at_ns;
    } gap[GAPS_MAX];
};

struct memory {
    int64_t tick;
    uint32_t open;
    bool broken; /* found is one, unless an earlier one comes of those that are open */
    uint16_t who;
    size_t index; /* at which it was found */
};

static bool reaped_within(const struct overdue *z, int64_t within)
{
    int64_t since = z->since_ns;

    within += z->waited_ns;
    for (unsigned i = 0; i < z->gaps; i++) {
        if (z->gap[i].said_ns - since <= within)
            since = z->gap[i].at_ns;
    }
    return z->reaped && z->reaped_ns - since <= within;
}

static bool is_reaped(const struct replay *r, uint16_t id, const struct trace_record *rec)
{
    bool command = r->cast->who[ACTOR_ROOT].kind == WHO_PROCESS;

    return rec->point == POINT_PROC_REAPED && rec->actor == id &&
           !(command && rec->peer == ACTOR_HARNESS);
}

/* What has kept the parent from it counts only when the parent was in time until then. */
static void parent_goes_on(struct overdue *z, int64_t at_ns, int64_t within)
{
    if (z->gaps == 0 && z->said_ns - z->since_ns <= within) {
        z->since_ns = at_ns;
    } else if (z->gaps < GAPS_MAX) {
        z->gap[z->gaps].said_ns = z->said_ns;
        z->gap[z->gaps++].at_ns = at_ns;
    }
}

/* Takes in what the record says about this zombie. */
static void overdue_fold(const struct look *l, struct overdue *z, uint16_t id)
{
    const struct trace_record *rec = l->rec;
    uint16_t parent = replay_parent(l->replay, id);
    bool reaped = is_reaped(l->replay, id, rec);
    bool reported = rec->point == POINT_EXIT_REAPED && rec->peer == id;

    if (reaped && !z->waited) {
        z->waited = true;
        z->waited_ns = rec->extra * MS_NS;
    }
    if (z->reported)
        return;
    if ((rec->point == POINT_HOLD_END && rec->peer == parent) ||
        (rec->point == POINT_PROC_CONTINUED && rec->actor == parent))
        parent_goes_on(z, rec->at_ns, l->within_ns);
    if (rec->actor == parent &&
        (rec->point < POINT_PROC_SPAWNED || rec->point >= POINT_LINK_BEFORE_SEND))
        z->said_ns = rec->at_ns;
    if ((reaped || reported) && (!z->reaped || rec->at_ns < z->reaped_ns)) {
        z->reaped = true;
        z->reaped_ns = rec->at_ns;
    }
    z->reported = reported;
}

static void overdue_decide(const struct look *l, uint16_t id)
{
    struct memory *m = l->memory;
    struct overdue *z = &((struct overdue *)l->actors)[id];

    z->open = false;
    m->open--;
    if (reaped_within(z, l->within_ns) ||
        (m->broken && (z->index > m->index || (z->index == m->index && id > m->who))))
        return;
    m->broken = true;
    m->who = id;
    m->index = z->index;
}

static void overdue_find(const struct look *l)
{
    const struct replay *r = l->replay;
    struct memory *m = l->memory;
    struct overdue *all = l->actors;

    for (uint16_t id = 0; id < r->count; id++) {
        int64_t age = zombie_age(r, id);
        if (age <= l->within_ns || all[id].asked_ns == r->actor[id].process.zombie_ns + 1)
            continue;
        /* Its number was given to another before the last one was decided. */
        if (all[id].open)
            overdue_decide(l, id);
        all[id] = (struct overdue){.index = r->index,
                                   .asked_ns = r->actor[id].process.zombie_ns + 1,
                                   .since_ns = r->now_ns - age,
                                   .said_ns = r->now_ns - age,
                                   .open = true};
        m->open++;
    }
}

/* Gives the first that was not reaped in time, when no earlier one is open. */
static bool overdue_tell(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct memory *m = l->memory;
    const struct overdue *all = l->actors;

    if (!m->broken)
        return false;
    for (uint16_t id = 0; m->open > 0 && id < r->count; id++) {
        if (all[id].open && all[id].index <= m->index)
            return false;
    }
    (void)replay_violation(r, l->out, m->who, CAUSE_NONE,
                           "%s is dead and its parent %s has not reaped it within %" PRId64 " ms",
                           replay_name(r, m->who), replay_name(r, replay_parent(r, m->who)),
                           l->within_ns / MS_NS);
    l->out->index = m->index;
    return true;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    struct memory *m = l->memory;
    struct overdue *all = l->actors;

    if (!r->forced && !m->broken && r->zombies > 0 && replay_time_moved(r, &m->tick))
        overdue_find(l);
    for (uint16_t id = 0; m->open > 0 && id < r->count; id++) {
        if (!all[id].open)
            continue;
        overdue_fold(l, &all[id], id);
        if (all[id].reported && all[id].waited)
            overdue_decide(l, id);
    }
    return overdue_tell(l);
}

static bool check_end(const struct look *l)
{
    struct overdue *all = l->actors;

    for (uint16_t id = 0; id < l->replay->count; id++) {
        if (all[id].open)
            overdue_decide(l, id);
    }
    return overdue_tell(l);
}

const struct invariant_entry invariant_no_zombies = {
    .name = "no-zombies",
    .note = "L4",
    .help = "a dead process is reaped by its parent within the bound; actor: the zombie",
    .remedy = "the parent has to wait for its children, or to ignore SIGCHLD",
    .liveness = true,
    .subjects = SUBJECT_TREE | SUBJECT_COMMAND,
    .default_within_ns = 100 * MS_NS,
    .command_within_ns = 1000 * MS_NS,
    .after_force = true,
    .memory_bytes = sizeof(struct memory),
    .actor_bytes = sizeof(struct overdue),
    .on = check,
    .at_end = check_end,
};
