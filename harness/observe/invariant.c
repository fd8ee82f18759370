/* invariant.c: the table of rows. */
#include "harness/observe/invariant.h"

#include "harness/observe/describe.h"
#include "harness/observe/rows.h"
#include "runtime/actor/frame.h"
#include "runtime/base/check.h"

#include <stdio.h>
#include <string.h>

static const struct invariant_entry *const invariant_table[] = {
#define INVARIANT_ROW(id) &invariant_##id,
    INVARIANT_ROWS(INVARIANT_ROW)
#undef INVARIANT_ROW
};

enum { INVARIANTS = sizeof(invariant_table) / sizeof(invariant_table[0]) };

_Static_assert((int)INVARIANTS <= (int)INVARIANTS_MAX, "a verdict list holds every row");

size_t invariant_count(void)
{
    return INVARIANTS;
}

const struct invariant_entry *invariant_at(size_t i)
{
    CHECK(i < INVARIANTS);
    return invariant_table[i];
}

const struct invariant_entry *invariant_find(const char *name)
{
    for (size_t i = 0; i < INVARIANTS; i++) {
        if (strcmp(invariant_table[i]->name, name) == 0)
            return invariant_table[i];
    }
    return NULL;
}

void violation_signature(const struct verdict_item *item, const struct cast *cast, char *out,
                         size_t size)
{
    (void)snprintf(out, size, "invariant:%s actor=%s cause=%s", item->entry->name,
                   describe_actor(cast, item->violation.actor), cause_name(item->violation.cause));
}
