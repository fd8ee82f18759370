/* invariant.c: the table of rows, and judging a trace by all of them. */
#include "harness/observe/invariant.h"

#include "harness/observe/describe.h"
#include "harness/observe/replay.h"
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

static const struct invariant_setting *setting_find(const struct observation *o, const char *name)
{
    for (size_t i = 0; i < o->setting_count; i++) {
        if (strcmp(o->setting[i].name, name) == 0)
            return &o->setting[i];
    }
    return NULL;
}

int64_t observe_within_ns(const struct observation *o, const struct invariant_entry *entry)
{
    const struct invariant_setting *setting = setting_find(o, entry->name);

    if (setting != NULL && setting->within_ns > 0)
        return setting->within_ns;
    return entry->default_within_ns;
}

/* Keeps the list sorted by record; the table's order decides ties because rows come in it. */
static void verdict_insert(struct verdict_list *list, const struct verdict_item *item)
{
    size_t at = list->count;

    while (at > 0 && list->item[at - 1].violation.index > item->violation.index) {
        list->item[at] = list->item[at - 1];
        at--;
    }
    list->item[at] = *item;
    list->count++;
}

int observe_judge(const struct observation *o, struct verdict_list *out, struct diag *diag)
{
    struct observation own = *o;

    own.replay = replay_new();
    if (own.replay == NULL)
        return diag_set(diag, ERR_NOMEM, "out of memory while judging a trace");
    out->count = 0;
    for (size_t i = 0; i < INVARIANTS; i++) {
        const struct invariant_entry *entry = invariant_table[i];
        const struct invariant_setting *setting = setting_find(o, entry->name);
        struct verdict_item item = {.entry = entry};

        if (setting != NULL && setting->off)
            continue;
        if (!entry->safety && !o->complete)
            continue;
        if (entry->check(&own, &item.violation))
            verdict_insert(out, &item);
    }
    replay_free(own.replay);
    return 0;
}

void violation_signature(const struct verdict_item *item, const struct tree *tree, char *out,
                         size_t size)
{
    (void)snprintf(out, size, "invariant:%s actor=%s cause=%s", item->entry->name,
                   describe_actor(tree, item->violation.actor), cause_name(item->violation.cause));
}
