/* hold.c: what happens while an actor is held: the `do` of an inject, the wait of an order.
 *
 * A hold goes through its injects one after the other, in the file's order; then it waits for
 * the orders that it is the second of; then it is released. */
#include "harness/run/steps.h"
#include "runtime/base/check.h"

static void asks_add(struct run *r, uint16_t point)
{
    r->asks[point / 8] |= (uint8_t)(1U << (point % 8));
}

void hold_asks(struct run *r)
{
    for (size_t i = 0; i < r->variant->inject_count; i++)
        asks_add(r, r->variant->inject[i].at.point);
    for (size_t i = 0; i < r->variant->order_count; i++)
        asks_add(r, r->variant->order[i].second.point);
    if (r->variant->ctrl_c_each_prompt && r->variant->subject != SUBJECT_COMMAND)
        asks_add(r, POINT_DBG_PROMPT);
}

/* True when an order keeps this actor here. */
static bool hold_waits(struct run *r, uint16_t actor)
{
    bool waits = false;

    for (size_t i = 0; i < r->variant->order_count; i++) {
        const struct order *order = &r->variant->order[i];
        if (!hold_is_at(r, actor, &order->second, r->order_who[i]))
            continue;
        r->order_seen[i] = 1;
        if (!addresses_happened(r->addresses, &order->first, 0))
            waits = true;
    }
    return waits;
}

/* Starts the next list that belongs here. Returns false when there is none. */
static bool hold_inject(struct run *r, uint16_t actor, struct hold *h)
{
    while (h->next_inject < r->variant->inject_count) {
        size_t i = h->next_inject++;
        const struct inject *inject = &r->variant->inject[i];
        if (r->inject_fired[i] || !hold_is_at(r, actor, &inject->at, r->inject_who[i]))
            continue;
        r->inject_fired[i] = 1;
        (void)task_start(r, &inject->steps, NULL, actor);
        h->busy = true;
        return true;
    }
    h->busy = press_start(r, actor);
    if (h->busy)
        task_start(r, &step_press_list, NULL, actor)->press = true;
    return h->busy;
}

static void hold_advance(struct run *r, uint16_t actor)
{
    struct hold *h = &r->hold[actor];

    if (!h->used || h->busy || r->stopping)
        return;
    if (hold_inject(r, actor, h) || hold_waits(r, actor))
        return;
    h->used = false;
    r->quiet_over = false;
    press_released(r, actor);
    world_release(r->world, actor);
}

static void address_note(struct run *r, const struct trace_record *record, const struct address *a,
                         uint16_t *who)
{
    if (*who == ACTOR_NONE && a->point == record->point &&
        addresses_count(r->addresses, a->row) == a->nth)
        *who = record->actor;
}

void hold_note(struct run *r, const struct trace_record *record)
{
    for (size_t i = 0; i < r->variant->inject_count && r->found != NULL; i++)
        address_note(r, record, &r->variant->inject[i].at, &r->inject_who[i]);
    for (size_t i = 0; i < r->variant->order_count && r->found != NULL; i++)
        address_note(r, record, &r->variant->order[i].second, &r->order_who[i]);
}

void hold_begin(struct run *r, uint16_t actor, uint16_t point)
{
    CHECK(actor < r->cast->count);
    struct hold *h = &r->hold[actor];
    /* A point that no step sees is none at which it was to be held. */
    if (r->stopping || h->unseen) {
        world_release(r->world, actor);
        return;
    }
    h->used = true;
    h->busy = false;
    h->point = point;
    h->any = addresses_anybody(r->addresses, point);
    h->next_inject = 0;
    hold_advance(r, actor);
}

void hold_continue(struct run *r, uint16_t actor)
{
    CHECK(actor < r->cast->count);
    r->hold[actor].busy = false;
    hold_advance(r, actor);
}

void hold_check(struct run *r)
{
    if (r->variant->order_count == 0)
        return;
    for (uint16_t actor = 0; actor < r->cast->count; actor++)
        hold_advance(r, actor);
}
