/* addresses.c: a counter for each address that a variant names. */
#include "harness/run/addresses.h"

#include "runtime/base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void address_text(const struct cast *cast, const struct address *a, char *out, size_t size)
{
    const char *actor = a->actor == ACTOR_NONE ? "any"
                        : cast->roles != NULL  ? cast->roles->role[a->actor].name
                                               : cast->who[a->actor].name;
    char call[CALL_NAME_BYTES];
    const char *point =
        a->point == POINT_SYS_CALL ? call_text(a->call, call) : point_name(a->point);

    if (a->nth == 1 && !a->relative)
        (void)snprintf(out, size, "%s@%s", actor, point);
    else
        (void)snprintf(out, size, "%s@%s#%s%" PRIu32, actor, point, a->relative ? "+" : "", a->nth);
}

struct addresses *addresses_new(const struct variant *v)
{
    struct addresses *a = calloc(1, sizeof(*a) + v->counted_count * sizeof(a->count[0]));

    if (a != NULL) {
        a->what = v->counted;
        a->rows = v->counted_count;
    }
    return a;
}

static bool is_counted(const struct counted *what, const struct trace_record *record,
                       const struct roles_found *found)
{
    if (what->point != record->point ||
        (what->point == POINT_SYS_CALL && !call_is(what->call, call_unpack(record->value))))
        return false;
    if (what->actor == ACTOR_NONE)
        return true;
    return found != NULL ? role_matches(found, what->actor, record->actor)
                         : what->actor == record->actor;
}

void addresses_add(struct addresses *a, const struct trace_record *record,
                   const struct roles_found *found)
{
    for (size_t i = 0; i < a->rows; i++) {
        a->count[i] += is_counted(&a->what[i], record, found);
    }
}

uint32_t addresses_count(const struct addresses *a, uint16_t row)
{
    CHECK(row < a->rows);
    return a->count[row];
}

uint32_t addresses_anybody(const struct addresses *a, uint16_t point)
{
    for (size_t i = 0; i < a->rows; i++) {
        if (a->what[i].actor == ACTOR_NONE && a->what[i].point == point)
            return a->count[i];
    }
    return 0;
}

bool addresses_happened(const struct addresses *a, const struct address *address, uint32_t base)
{
    return addresses_count(a, address->row) - (address->relative ? base : 0) >= address->nth;
}
