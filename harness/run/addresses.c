/* addresses.c: counters per actor and point. */
#include "harness/run/addresses.h"

#include "runtime/base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void address_text(const struct tree *tree, const struct address *a, char *out, size_t size)
{
    const char *actor = a->actor == ACTOR_NONE ? "any" : tree->node[a->actor].name;

    if (a->nth == 1 && !a->relative)
        (void)snprintf(out, size, "%s@%s", actor, point_name(a->point));
    else
        (void)snprintf(out, size, "%s@%s#%s%" PRIu32, actor, point_name(a->point),
                       a->relative ? "+" : "", a->nth);
}

int addresses_start(struct addresses *a, uint32_t actors, struct diag *diag)
{
    size_t cells = (size_t)actors * POINTS;
    uint32_t *count = calloc(cells, sizeof(*count));
    uint32_t *serial = calloc(cells, sizeof(*serial));

    if (count == NULL || serial == NULL) {
        free(count);
        free(serial);
        return diag_set(diag, ERR_NOMEM, "no memory to count the points of %u actors", actors);
    }
    *a = (struct addresses){.count = count, .serial = serial, .actors = actors};
    return 0;
}

void addresses_release(struct addresses *a)
{
    free(a->count);
    free(a->serial);
    *a = ADDRESSES_INIT;
}

static size_t cell(uint16_t actor, uint16_t point)
{
    return (size_t)actor * POINTS + point;
}

void addresses_add(struct addresses *a, const struct trace_record *record)
{
    CHECK(record->point < POINTS);
    a->any[record->point]++;
    if (record->actor >= a->actors)
        return;
    a->count[cell(record->actor, record->point)]++;
    a->serial[cell(record->actor, record->point)] = a->any[record->point];
}

uint32_t addresses_count(const struct addresses *a, uint16_t actor, uint16_t point)
{
    CHECK(point < POINTS);
    if (actor == ACTOR_NONE)
        return a->any[point];
    return actor < a->actors ? a->count[cell(actor, point)] : 0;
}

bool addresses_happened(const struct addresses *a, const struct address *address, uint32_t base)
{
    uint32_t count = addresses_count(a, address->actor, address->point);

    if (address->relative)
        count -= base;
    return count >= address->nth;
}

bool addresses_here(const struct addresses *a, const struct address *address, uint16_t actor,
                    uint16_t point)
{
    CHECK(actor < a->actors);
    if (address->point != point)
        return false;
    if (address->actor == ACTOR_NONE)
        return a->serial[cell(actor, point)] == address->nth;
    return address->actor == actor && a->count[cell(actor, point)] == address->nth;
}
