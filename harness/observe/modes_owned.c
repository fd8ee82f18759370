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

#include <limits.h>

/* Looks that found the modes changed and that a later report may explain; what comes on top of so
 * many is let go, as the first of them decides. */
enum { WAITING_MAX = 16 };

struct waiting {
    size_t index;
    int64_t at_ns;
    uint16_t last;
};

struct memory {
    bool taken;
    uint16_t last; /* that took the terminal */
    uint16_t open; /* bits of look[] */
    struct waiting look[WAITING_MAX];
};

struct owner {
    bool suspended; /* has said that it is about to stop by ^Z, and not yet that it goes on */
    uint16_t look;  /* bits of looks at which the modes were its own, had it gone on before */
};

/* A report that stands behind a look, but was made before it, explains what was seen. */
static void late_report_explains(struct memory *m, const struct trace_record *rec, unsigned looks)
{
    looks &= m->open;
    for (unsigned i = 0; looks != 0 && i < WAITING_MAX; i++) {
        if ((looks & (1U << i)) != 0 && rec->at_ns <= m->look[i].at_ns)
            m->open &= (uint16_t) ~(1U << i);
    }
}

static bool modes_are_nobodys(const struct replay *r, const struct owner *owner)
{
    for (uint16_t id = 0; id < r->count; id++) {
        if (r->actor[id].origin.modes && !owner[id].suspended)
            return false;
    }
    return !r->actor[ACTOR_ROOT].process.dead;
}

static bool look_is_wrong(const struct look *l)
{
    return l->rec->point == POINT_TTY_MODES && l->rec->value == 0 &&
           modes_are_nobodys(l->replay, l->actors);
}

static bool free_finds_changed(const struct look *l)
{
    const struct replay *r = l->replay;

    return r->engine == ENGINE_SIM && l->rec->point == POINT_DBG_FREE && r->modes_known &&
           !r->modes_saved;
}

static bool violation_of(const struct look *l, size_t index, uint16_t last)
{
    if (last == ACTOR_NONE) {
        (void)replay_violation(l->replay, l->out, last, CAUSE_NONE,
                               "the terminal's modes were changed, but nobody had it");
    } else {
        (void)replay_violation(l->replay, l->out, last, CAUSE_NONE,
                               "%s was the last to have the terminal, and its modes are not as "
                               "before",
                               replay_name(l->replay, last));
    }
    l->out->index = index;
    return true;
}

static void look_waits(const struct look *l, uint16_t last)
{
    const struct replay *r = l->replay;
    struct memory *m = l->memory;
    struct owner *owner = l->actors;
    unsigned i = 0;

    while (i < WAITING_MAX && (m->open & (1U << i)) != 0)
        i++;
    if (i == WAITING_MAX)
        return;
    m->open |= (uint16_t)(1U << i);
    m->look[i] = (struct waiting){.index = r->index, .at_ns = l->rec->at_ns, .last = last};
    for (uint16_t id = 0; id < r->count; id++) {
        owner[id].look &= (uint16_t) ~(1U << i);
        if (r->actor[id].origin.modes)
            owner[id].look |= (uint16_t)(1U << i);
    }
}

static bool check(const struct look *l)
{
    const struct trace_record *rec = l->rec;
    struct memory *m = l->memory;
    struct owner *owner = l->actors;

    if (rec->point == POINT_DBG_TTY_TAKE) {
        late_report_explains(m, rec, UINT_MAX);
        m->taken = true;
        m->last = rec->actor;
    }
    if ((rec->point == POINT_SIG_STOP || rec->point == POINT_SIG_CONT) &&
        replay_knows(l->replay, rec->actor)) {
        owner[rec->actor].suspended = rec->point == POINT_SIG_STOP;
        if (rec->point == POINT_SIG_CONT)
            late_report_explains(m, rec, owner[rec->actor].look);
    }
    uint16_t last = m->taken ? m->last : (uint16_t)ACTOR_NONE;
    if (free_finds_changed(l))
        return violation_of(l, l->replay->index, last);
    if (!look_is_wrong(l))
        return false;
    if (l->replay->engine == ENGINE_SIM)
        return violation_of(l, l->replay->index, last);
    look_waits(l, last);
    return false;
}

/* Nothing has explained the first of those that are left. */
static bool check_end(const struct look *l)
{
    const struct memory *m = l->memory;
    const struct waiting *first = NULL;

    for (unsigned i = 0; i < WAITING_MAX; i++) {
        if ((m->open & (1U << i)) != 0 && (first == NULL || m->look[i].index < first->index))
            first = &m->look[i];
    }
    return first != NULL && violation_of(l, first->index, first->last);
}

const struct invariant_entry invariant_modes_owned = {
    .name = "modes-owned",
    .note = "S8",
    .help = "the terminal's modes are changed only by who has it; actor: the last one that had it",
    .points = ROW_POINTS(POINT_TTY_MODES, POINT_DBG_TTY_TAKE, POINT_DBG_FREE, POINT_SIG_STOP,
                         POINT_SIG_CONT),
    .memory_bytes = sizeof(struct memory),
    .actor_bytes = sizeof(struct owner),
    .on = check,
    .at_end = check_end,
};
