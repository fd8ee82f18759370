/* held.c: whether who is held is held at an address, and what is told of that. */
#include "harness/run/state.h"

bool hold_is_at(const struct run *r, uint16_t actor, const struct address *a, uint16_t who)
{
    const struct hold *h = &r->hold[actor];

    if (a->point != h->point || (a->point == POINT_SYS_CALL && !call_is(a->call, h->call)))
        return false;
    if (r->found != NULL)
        return who == actor;
    if (a->actor == ACTOR_NONE)
        return h->any == a->nth;
    return a->actor == actor && addresses_count(r->addresses, a->row) == a->nth;
}

void hold_tell(struct run *r, struct buf *out)
{
    char second[ADDRESS_BYTES];
    char first[ADDRESS_BYTES];

    for (uint16_t actor = 0; actor < r->cast->count; actor++) {
        for (size_t i = 0; r->hold[actor].used && i < r->variant->order_count; i++) {
            const struct order *order = &r->variant->order[i];
            if (!hold_is_at(r, actor, &order->second, r->order_who[i]) ||
                addresses_happened(r->addresses, &order->first, 0))
                continue;
            address_text(r->cast, &order->second, second, sizeof(second));
            address_text(r->cast, &order->first, first, sizeof(first));
            buf_addf(out, "%s is held at %s until %s has happened, ", r->cast->who[actor].name,
                     second, first);
        }
    }
}
