/* addresses.c: a counter for each address that a variant names. */
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

int addresses_start(struct addresses *a, const struct counted *counted, size_t count,
                    struct diag *diag)
{
    struct address_row *row = calloc(count + 1, sizeof(*row));

    if (row == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory to count %zu points", count);
    *a = (struct addresses){.row = row, .rows = count};
    for (size_t i = 0; i < count; i++) {
        CHECK(counted[i].point < POINTS);
        row[i].what = counted[i];
        a->points[counted[i].point / 8] |= (uint8_t)(1U << (counted[i].point % 8));
    }
    return 0;
}

void addresses_release(struct addresses *a)
{
    free(a->row);
    *a = ADDRESSES_INIT;
}

void addresses_add(struct addresses *a, const struct trace_record *record)
{
    uint16_t point = record->point;

    CHECK(point < POINTS);
    if ((a->points[point / 8] >> (point % 8) & 1) == 0)
        return;
    for (size_t i = 0; i < a->rows; i++) {
        const struct counted *what = &a->row[i].what;
        if (what->point == point && (what->actor == ACTOR_NONE || what->actor == record->actor))
            a->row[i].count++;
    }
}

uint32_t addresses_count(const struct addresses *a, uint16_t actor, uint16_t point)
{
    for (size_t i = 0; i < a->rows; i++) {
        if (a->row[i].what.actor == actor && a->row[i].what.point == point)
            return a->row[i].count;
    }
    return 0;
}

bool addresses_happened(const struct addresses *a, const struct address *address, uint32_t base)
{
    uint32_t count = addresses_count(a, address->actor, address->point);

    if (address->relative)
        count -= base;
    return count >= address->nth;
}
