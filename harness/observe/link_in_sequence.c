/* link_in_sequence.c: S16: the frames of a link come without gap or repeat, and a link whose peer
 * broke the protocol is used no more.
 *
 * The number stands in the record of the receiver; a record without one says nothing. A sender
 * that a fault kills in the middle of a frame leaves an end of file, no gap. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <string.h>

/* Per actor, the last number on the link to its parent: as the actor and as its parent got it. */
struct link_numbers {
    uint32_t down;
    uint32_t up;
    bool broken;
};

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
    if (rec->request != *last + 1) {
        return replay_violation(r, out, rec->peer, CAUSE_NONE,
                                "a frame from %s to %s is missing or comes twice",
                                replay_name(r, rec->peer), replay_name(r, rec->actor));
    }
    *last = rec->request;
    return false;
}

static bool links_are_wrong(struct replay *r, struct link_numbers *numbers, struct violation *out)
{
    const struct trace_record *rec;

    while ((rec = replay_next(r)) != NULL) {
        if (!replay_knows(r, rec->actor) || !replay_knows(r, rec->peer))
            continue;
        if (rec->point == POINT_LINK_BROKEN) {
            if (rec->value == LINK_SEQUENCE) {
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
