/* link_in_sequence.c: S16: the frames of a link come without gap or repeat, and a link whose peer
 * broke the protocol is used no more.
 *
 * The number stands in the record of the receiver; a record without one says nothing. A sender
 * that a fault kills in the middle of a frame leaves an end of file, no gap. Excuse: a fault of the
 * link itself that drops or duplicates a frame; the receiver must then notice at once. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <string.h>

/* Per actor, the last number on the link to its parent: as the actor and as its parent got it. */
struct link_numbers {
    uint32_t down;
    uint32_t up;
    bool broken;
    bool harmed_up; /* by a fault: a frame is missing or comes twice */
    bool harmed_down;
};

/* A receiver that takes a frame out of sequence and does not say so next. */
static bool is_unnoticed(struct replay *r, const struct trace_record *rec, struct violation *out)
{
    for (size_t i = r->index + 1; i < r->trace->count; i++) {
        const struct trace_record *next = &r->trace->record[i];
        if (next->actor != rec->actor)
            continue;
        if (next->point == POINT_LINK_BROKEN && next->peer == rec->peer)
            return false;
        return replay_violation(r, out, rec->actor, CAUSE_FAULT,
                                "%s takes a frame of %s that is out of sequence",
                                replay_name(r, rec->actor), replay_name(r, rec->peer));
    }
    return false;
}

static bool frame_is_wrong(struct replay *r, struct link_numbers *numbers,
                           const struct trace_record *rec, struct violation *out)
{
    bool up = replay_parent(r, rec->peer) == rec->actor;
    struct link_numbers *n = &numbers[up ? rec->peer : rec->actor];
    uint32_t *last = up ? &n->up : &n->down;

    if (n->broken && up) {
        return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                "%s takes a frame of %s after it broke the protocol",
                                replay_name(r, rec->actor), replay_name(r, rec->peer));
    }
    if (rec->request == 0)
        return false;
    if (rec->request != *last + 1 && (up ? n->harmed_up : n->harmed_down))
        return is_unnoticed(r, rec, out);
    if (rec->request != *last + 1) {
        return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                "a frame from %s to %s is missing or comes twice",
                                replay_name(r, rec->peer), replay_name(r, rec->actor));
    }
    *last = rec->request;
    return false;
}

static void link_is_harmed(struct link_numbers *n, const struct trace_record *rec)
{
    if ((link_harm_traits(rec->value) & HARM_SKIPS) == 0)
        return;
    n->harmed_up |= rec->extra == SIDE_UP;
    n->harmed_down |= rec->extra == SIDE_DOWN;
}

static bool link_was_harmed(const struct replay *r, const struct link_numbers *numbers,
                            const struct trace_record *rec)
{
    if (replay_parent(r, rec->peer) == rec->actor)
        return numbers[rec->peer].harmed_up;
    return numbers[rec->actor].harmed_down;
}

static bool links_are_wrong(struct replay *r, struct link_numbers *numbers, struct violation *out)
{
    const struct trace_record *rec;

    while ((rec = replay_next(r)) != NULL) {
        if (rec->point == POINT_LINK_HARMED && replay_knows(r, rec->peer))
            link_is_harmed(&numbers[rec->peer], rec);
        if (!replay_knows(r, rec->actor) || !replay_knows(r, rec->peer))
            continue;
        if (rec->point == POINT_LINK_BROKEN) {
            if (rec->value == LINK_SEQUENCE && !link_was_harmed(r, numbers, rec)) {
                return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                        "%s finds a gap in the frames of %s",
                                        replay_name(r, rec->actor), replay_name(r, rec->peer));
            }
            if (replay_parent(r, rec->peer) == rec->actor)
                numbers[rec->peer].broken = true;
        }
        if (rec->point >= POINT_LINK_BEFORE_RECV && rec->point < POINTS &&
            (replay_parent(r, rec->peer) == rec->actor ||
             replay_parent(r, rec->actor) == rec->peer) &&
            frame_is_wrong(r, numbers, rec, out))
            return true;
    }
    return false;
}

static bool check(const struct observation *o, struct violation *out)
{
    struct link_numbers numbers[TREE_ACTORS_MAX];

    memset(numbers, 0, sizeof(numbers));
    return links_are_wrong(replay_begin(o), numbers, out);
}

const struct invariant_entry invariant_link_in_sequence = {
    .name = "link-in-sequence",
    .note = "S16",
    .help = "frames come without gap or repeat, and none after a broken one; actor: the sender",
    .safety = true,
    .check = check,
};
