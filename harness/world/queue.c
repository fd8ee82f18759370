/* queue.c: events wait, and are given. */
#include "harness/world/queue.h"

#include "harness/world/world.h"

#include <stdlib.h>

enum { ROOM_FIRST = 64 };

static struct queued *last_of(struct queue *q)
{
    return q->count > q->at ? &q->event[q->count - 1] : NULL;
}

static struct queued *queued_new(struct queue *q)
{
    if (q->at == q->count)
        q->at = q->count = 0;
    if (q->count == q->room) {
        size_t room = q->room == 0 ? ROOM_FIRST : q->room * 2;
        struct queued *grown = NULL;
        if (room <= QUEUE_EVENTS_MAX)
            grown = realloc(q->event, room * sizeof(*grown));
        if (grown == NULL) {
            q->lost = true;
            return NULL;
        }
        q->event = grown;
        q->room = room;
    }
    return &q->event[q->count++];
}

void queue_event(struct world *w, enum world_event_kind kind, uint16_t actor, uint16_t point)
{
    struct queued *e = queued_new(&w->queue);

    if (e != NULL)
        *e = (struct queued){.kind = kind, .actor = actor, .point = point, .after = w->trace.count};
}

void queue_output(struct world *w, const void *data, size_t size)
{
    struct queue *q = &w->queue;
    struct queued *last = last_of(q);

    if (size == 0 || q->lost)
        return;
    if (last == NULL || last->kind != WORLD_OUTPUT || last->after != w->trace.count) {
        queue_event(w, WORLD_OUTPUT, ACTOR_TERMINAL, 0);
        last = last_of(q);
    }
    if (q->lost)
        return;
    buf_add(&q->shown, data, size);
    if (q->shown.failed)
        q->lost = true;
    else
        last->size += size;
}

void queue_settled(struct world *w, const struct buf *busy)
{
    buf_drop(&w->queue.busy, w->queue.busy.size);
    buf_add(&w->queue.busy, busy->data, busy->size);
    queue_event(w, WORLD_SETTLED, ACTOR_NONE, 0);
}

void queue_fail(struct world *w, const struct diag *diag)
{
    if (w->queue.failed)
        return;
    w->queue.failed = true;
    w->queue.diag = *diag;
    queue_event(w, WORLD_FAILED, ACTOR_NONE, 0);
}

static void give(const struct world *w, const struct world_event *e)
{
    w->options->on_event(w->options->user, e);
}

static void give_record(struct world *w)
{
    struct queue *q = &w->queue;
    /* The trace may move while the handler adds to it. */
    struct trace_record record = w->trace.record[q->records];
    struct world_event e = {.kind = WORLD_RECORD,
                            .actor = record.actor,
                            .point = record.point,
                            .index = q->records,
                            .record = &record};

    q->records++;
    give(w, &e);
}

/* The oldest bytes shown become those that are given: what the handler does may show more. */
static void given_take(struct queue *q, size_t size)
{
    buf_drop(&q->given, q->given.size);
    if (size == q->shown.size) {
        struct buf taken = q->shown;
        q->shown = q->given;
        q->given = taken;
        return;
    }
    buf_add(&q->given, q->shown.data, size);
    buf_drop(&q->shown, size);
    q->lost = q->lost || q->given.failed;
}

static void give_event(struct world *w)
{
    struct queue *q = &w->queue;
    struct queued next = q->event[q->at++];
    struct world_event e = {.kind = next.kind, .actor = next.actor, .point = next.point};

    if (next.kind == WORLD_FAILED) {
        q->told = true;
        e.diag = &q->diag;
    }
    if (next.kind == WORLD_SETTLED)
        e.busy = buf_text(&q->busy);
    if (next.kind == WORLD_OUTPUT) {
        given_take(q, next.size);
        e.data = buf_text(&q->given);
        e.size = q->given.size;
    }
    give(w, &e);
}

/* There was no room for an event, maybe for the one that says why: this one needs none. */
static void give_lost(struct world *w)
{
    struct queue *q = &w->queue;
    struct world_event e = {.kind = WORLD_FAILED, .diag = &q->diag};

    if (!q->failed)
        (void)diag_set(&q->diag, ERR_FULL, "no room for %zu events of the world", q->count);
    q->failed = q->told = true;
    give(w, &e);
}

bool queue_waits(const struct world *w)
{
    return w->queue.at < w->queue.count || w->queue.records < w->trace.count;
}

bool queue_give(struct world *w)
{
    struct queue *q = &w->queue;
    bool any = false;

    for (;; any = true) {
        if (q->at < q->count && q->event[q->at].after <= q->records)
            give_event(w);
        else if (q->records < w->trace.count)
            give_record(w);
        else if (q->lost && !q->told)
            give_lost(w);
        else
            return any;
    }
}

void queue_release(struct world *w)
{
    free(w->queue.event);
    buf_release(&w->queue.shown);
    buf_release(&w->queue.given);
    buf_release(&w->queue.busy);
    w->queue = (struct queue){0};
}
