/* link_in_sequence.c: S16: the frames of a link come without gap or repeat, and a link whose peer
 * broke the protocol is used no more.
 *
 * The number stands in the record of the receiver; a record without one says nothing. A sender
 * that a fault kills in the middle of a frame leaves an end of file, no gap. Excuse: a fault of the
 * link itself that drops or duplicates a frame; the receiver must then notice at once. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

/* Per actor, the last number on the link to its parent: as the actor and as its parent got it. */
struct numbers {
    uint32_t down;
    uint32_t up;
    bool broken;
    bool harmed_up; /* by a fault: a frame is missing or comes twice */
    bool harmed_down;
    bool asked;    /* this actor has taken a frame out of sequence: what it says next decides */
    uint16_t from; /* whose frame that was */
    size_t at;     /* the record */
};

struct memory {
    uint32_t asked; /* actors whose next record decides */
    bool broken;    /* found is one, unless an earlier one comes of those */
    struct violation found;
};

static bool broken(struct memory *m, const struct violation *v)
{
    if (!m->broken || v->index < m->found.index)
        m->found = *v;
    return m->broken = true;
}

/* An actor that took a frame out of sequence says so next, or is wrong. */
static void next_decides(const struct look *l, struct numbers *n)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    struct memory *m = l->memory;
    struct violation v;

    m->asked--;
    n->asked = false;
    if (rec->point == POINT_LINK_BROKEN && rec->peer == n->from)
        return;
    (void)replay_violation(r, &v, rec->actor, CAUSE_FAULT,
                           "%s takes a frame of %s that is out of sequence",
                           replay_name(r, rec->actor), replay_name(r, n->from));
    v.index = n->at;
    (void)broken(m, &v);
}

static bool frame_is_wrong(const struct look *l, struct violation *out)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    struct memory *m = l->memory;
    struct numbers *all = l->actors;
    bool up = replay_parent(r, rec->peer) == rec->actor;
    struct numbers *n = &all[up ? rec->peer : rec->actor];
    uint32_t *last = up ? &n->up : &n->down;

    if (n->broken && up) {
        return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                "%s takes a frame of %s after it broke the protocol",
                                replay_name(r, rec->actor), replay_name(r, rec->peer));
    }
    if (rec->request == 0)
        return false;
    if (rec->request != *last + 1 && (up ? n->harmed_up : n->harmed_down)) {
        struct numbers *taker = &all[rec->actor];
        taker->asked = true;
        taker->from = rec->peer;
        taker->at = r->index;
        m->asked++;
        return false;
    }
    if (rec->request != *last + 1) {
        return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                "a frame from %s to %s is missing or comes twice",
                                replay_name(r, rec->peer), replay_name(r, rec->actor));
    }
    *last = rec->request;
    return false;
}

static void link_is_harmed(struct numbers *n, const struct trace_record *rec)
{
    if ((link_harm_traits(rec->value) & HARM_SKIPS) == 0)
        return;
    n->harmed_up |= rec->extra == SIDE_UP;
    n->harmed_down |= rec->extra == SIDE_DOWN;
}

static bool link_is_wrong(const struct look *l, struct violation *out)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    struct numbers *all = l->actors;

    if (rec->point == POINT_LINK_HARMED && replay_knows(r, rec->peer))
        link_is_harmed(&all[rec->peer], rec);
    if (!replay_knows(r, rec->actor) || !replay_knows(r, rec->peer))
        return false;
    bool up = replay_parent(r, rec->peer) == rec->actor;
    if (rec->point == POINT_LINK_BROKEN) {
        bool harmed = up ? all[rec->peer].harmed_up : all[rec->actor].harmed_down;
        if (rec->value == LINK_SEQUENCE && !harmed) {
            return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                    "%s finds a gap in the frames of %s",
                                    replay_name(r, rec->actor), replay_name(r, rec->peer));
        }
        if (up)
            all[rec->peer].broken = true;
    }
    return rec->point >= POINT_LINK_BEFORE_RECV && rec->point < POINTS &&
           (up || replay_parent(r, rec->actor) == rec->peer) && frame_is_wrong(l, out);
}

/* True when somebody could still turn out to have been wrong before what was found. */
static bool may_be_earlier(const struct look *l)
{
    const struct memory *m = l->memory;
    const struct numbers *all = l->actors;

    for (uint16_t id = 0; m->asked > 0 && id < l->replay->count; id++) {
        if (all[id].asked && all[id].at < m->found.index)
            return true;
    }
    return false;
}

static bool check(const struct look *l)
{
    const struct trace_record *rec = l->rec;
    struct memory *m = l->memory;
    struct numbers *all = l->actors;
    struct violation v;

    if (rec != NULL && replay_knows(l->replay, rec->actor) && all[rec->actor].asked)
        next_decides(l, &all[rec->actor]);
    if (rec != NULL && !m->broken && link_is_wrong(l, &v))
        (void)broken(m, &v);
    if (!m->broken || (rec != NULL && may_be_earlier(l)))
        return false;
    *l->out = m->found;
    return true;
}

const struct invariant_entry invariant_link_in_sequence = {
    .name = "link-in-sequence",
    .note = "S16",
    .help = "frames come without gap or repeat, and none after a broken one; actor: the sender",
    .memory_bytes = sizeof(struct memory),
    .actor_bytes = sizeof(struct numbers),
    .on = check,
    .at_end = check, /* who says nothing more is not wrong */
};
