/* sim_link.c: the two queues of a link. */
#include "harness/sim/sim_link.h"

#include "runtime/base/check.h"

#include <stdlib.h>
#include <string.h>

static void way_open(struct link_way *w)
{
    *w = (struct link_way){.data = w->data, .room = w->room, .harm = SIM_HARM_NONE};
}

void sim_link_open(struct sim_link *l, uint16_t parent, uint16_t slot)
{
    way_open(&l->way[SIM_END_PARENT]);
    way_open(&l->way[SIM_END_CHILD]);
    l->parent = parent;
    l->slot = slot;
}

/* Makes room for one more frame of any size behind what is queued. */
static int way_reserve(struct link_way *w)
{
    if (w->head + w->size + FRAME_BYTES_MAX <= w->room)
        return 0;
    if (w->head > 0) {
        memmove(w->data, w->data + w->head, w->size);
        w->head = 0;
    }
    if (w->size + FRAME_BYTES_MAX <= w->room)
        return 0;
    size_t room = w->room == 0 ? (size_t)4 * FRAME_BYTES_MAX : w->room * 2;
    uint8_t *grown = realloc(w->data, room);
    if (grown == NULL)
        return ERR_NOMEM;
    w->data = grown;
    w->room = room;
    return 0;
}

/* So many bytes were written. */
static void way_add(struct link_way *w, size_t size)
{
    w->size += size;
    if (w->delayed)
        w->held += size;
}

/* What has not left the writer never will. */
static void way_sever(struct link_way *w)
{
    w->size -= w->held;
    if (w->held > 0)
        w->partial = 0;
    w->held = 0;
    w->delayed = false;
    w->shut = true;
}

int sim_link_send(struct sim_link *l, enum sim_link_end to, const struct frame *frame)
{
    struct link_way *w = &l->way[to];

    if (w->shut || w->gone)
        return 0;
    if (w->size + FRAME_BYTES_MAX > LINK_QUEUE_BYTES_MAX)
        return ERR_FULL;
    int rc = way_reserve(w);
    if (rc < 0)
        return rc;
    size_t size = frame_encode(frame, w->data + w->head + w->size);
    enum link_harm harm = (enum link_harm)w->harm;
    w->harm = SIM_HARM_NONE;
    if (harm == LINK_HARM_DROP)
        return 0;
    if (harm == LINK_HARM_TRUNCATE) {
        size /= 2;
        w->partial = size;
        w->shut = true;
    }
    way_add(w, size);
    if (harm != LINK_HARM_DUPLICATE)
        return 0;
    rc = way_reserve(w);
    if (rc < 0)
        return rc;
    way_add(w, frame_encode(frame, w->data + w->head + w->size));
    return 0;
}

bool sim_link_has_frame(const struct sim_link *l, enum sim_link_end end)
{
    const struct link_way *w = &l->way[end];
    size_t unread = w->held > w->partial ? w->held : w->partial;

    return w->size > unread;
}

void sim_link_receive(struct sim_link *l, enum sim_link_end end, struct frame *out)
{
    struct link_way *w = &l->way[end];

    CHECK(sim_link_has_frame(l, end));
    int used = frame_decode(w->data + w->head, w->size, out);
    CHECK(used > 0); /* frame_encode() wrote it */
    w->head += (size_t)used;
    w->size -= (size_t)used;
    if (w->size == 0)
        w->head = 0;
}

void sim_link_shut(struct sim_link *l, enum sim_link_end end)
{
    l->way[end == SIM_END_PARENT ? SIM_END_CHILD : SIM_END_PARENT].shut = true;
}

void sim_link_harm(struct sim_link *l, enum link_harm harm, enum link_side side)
{
    for (unsigned end = SIM_END_PARENT; end <= SIM_END_CHILD; end++) {
        struct link_way *w = &l->way[end];
        if (side != SIDE_BOTH && (side == SIDE_UP) != (end == SIM_END_PARENT))
            continue;
        if (harm == LINK_HARM_CUT || harm == LINK_HARM_HALF_CLOSE) {
            way_sever(w);
        } else if (harm == LINK_HARM_DELAY) {
            w->delayed = true;
        } else if (harm == LINK_HARM_RESUME) {
            w->delayed = false;
            w->held = 0;
        } else {
            w->harm = (uint8_t)harm;
        }
    }
}

void sim_link_close(struct sim_link *l, enum sim_link_end end)
{
    way_sever(&l->way[end == SIM_END_PARENT ? SIM_END_CHILD : SIM_END_PARENT]);
    l->way[end].gone = true;
    l->way[end].head = 0;
    l->way[end].size = l->way[end].held = l->way[end].partial = 0;
}

bool sim_link_at_eof(const struct sim_link *l, enum sim_link_end end)
{
    const struct link_way *w = &l->way[end];
    return w->shut && !w->delayed && w->size == w->partial && !w->gone && !w->eof_seen;
}

void sim_link_eof_seen(struct sim_link *l, enum sim_link_end end)
{
    CHECK(sim_link_at_eof(l, end));
    l->way[end].eof_seen = true;
}

void sim_link_release(struct sim_link *l)
{
    free(l->way[SIM_END_PARENT].data);
    free(l->way[SIM_END_CHILD].data);
    memset(l, 0, sizeof(*l));
}
