/* sim_events.c: the events of the simulated world wait here until a turn gives them, in the order
 * in which they and the records came. */
#include "harness/sim/sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct sim_event *event_new(struct sim *s)
{
    if (s->event_at == s->events)
        s->event_at = s->events = 0;
    if (s->events == s->event_room) {
        size_t room = s->event_room == 0 ? 16 : s->event_room * 2;
        struct sim_event *grown = realloc(s->event, room * sizeof(*grown));
        if (grown == NULL) {
            s->lost = true;
            return NULL;
        }
        s->event = grown;
        s->event_room = room;
    }
    return &s->event[s->events++];
}

void sim_event(struct sim *s, enum world_event_kind kind, uint16_t actor, uint16_t point)
{
    struct sim_event *e = event_new(s);

    if (e != NULL)
        *e = (struct sim_event){
            .kind = kind, .actor = actor, .point = point, .after = s->world.trace.count};
}

void sim_shown(struct sim *s, size_t size)
{
    struct sim_event *last = s->events > s->event_at ? &s->event[s->events - 1] : NULL;

    if (size == 0)
        return;
    if (last == NULL || last->kind != WORLD_OUTPUT || last->after != s->world.trace.count) {
        sim_event(s, WORLD_OUTPUT, ACTOR_TERMINAL, 0);
        last = s->events > s->event_at ? &s->event[s->events - 1] : NULL;
    }
    if (last != NULL)
        last->size += size;
}

void sim_show(struct sim *s, const char *text, size_t size)
{
    size_t before = s->shown.size;

    if (s->state.terminal.gone)
        return;
    sim_terminal_show(&s->shown, text, size);
    sim_shown(s, s->shown.size - before);
}

void sim_fail(struct sim *s, const char *format, ...)
{
    va_list args;

    if (s->state.failed)
        return;
    s->state.failed = true;
    va_start(args, format);
    (void)vsnprintf(s->diag.text, sizeof(s->diag.text), format, args);
    va_end(args);
    sim_event(s, WORLD_FAILED, ACTOR_NONE, 0);
}

static void give(struct sim *s, const struct world_event *e)
{
    s->options.on_event(s->options.user, e);
}

static void give_record(struct sim *s)
{
    /* The trace may move while the handler adds to it. */
    struct trace_record record = s->world.trace.record[s->records_given];
    struct world_event e = {.kind = WORLD_RECORD,
                            .actor = record.actor,
                            .point = record.point,
                            .index = s->records_given,
                            .record = &record};

    s->records_given++;
    give(s, &e);
}

static void give_event(struct sim *s)
{
    struct sim_event next = s->event[s->event_at++];
    struct world_event e = {.kind = next.kind, .actor = next.actor, .point = next.point};

    if (next.kind == WORLD_FAILED)
        e.diag = &s->diag;
    if (next.kind == WORLD_OUTPUT) {
        /* What is shown meanwhile must not move what is lent. */
        s->given.size = 0;
        buf_add(&s->given, s->shown.data, next.size);
        buf_drop(&s->shown, next.size);
        e.data = buf_text(&s->given);
        e.size = s->given.size;
    }
    give(s, &e);
}

/* There was no room for an event: this one needs none. */
static void give_lost(struct sim *s)
{
    struct world_event e = {.kind = WORLD_FAILED, .diag = &s->diag};

    s->state.failed = true;
    (void)diag_set(&s->diag, ERR_NOMEM, "no room for %zu events of the world", s->event_room);
    give(s, &e);
}

bool sim_give(struct sim *s)
{
    bool any = false;

    for (;; any = true) {
        bool event = s->event_at < s->events;
        if (event && s->event[s->event_at].after <= s->records_given)
            give_event(s);
        else if (s->records_given < s->world.trace.count)
            give_record(s);
        else if (s->lost && !s->state.failed)
            give_lost(s);
        else
            return any;
    }
}
