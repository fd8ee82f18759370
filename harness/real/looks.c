/* looks.c: counting looks that are alike. */
#include "harness/real/looks.h"

void looks_begin(struct looks *l)
{
    l->alike = 0;
    l->group_alike = 0;
    l->met = 0; /* the first look begins anew */
    l->next_ns = 0;
}

void looks_sent(struct looks *l)
{
    l->group_alike = 0;
    l->next_ns = 0;
}

/* The number of looks that were alike, with this one. */
static unsigned alike_next(unsigned alike, const struct job_crowd *crowd, uint64_t digest,
                           bool shown)
{
    if (!crowd->rest)
        return 0;
    return !shown && crowd->digest == digest ? alike + 1 : 1;
}

/* Asleep at both ends it waits for no processor there: what it has waited for one in between is
 * known, and all else was its own. */
static void own_add(struct looks *l, const struct job_crowd *group, int64_t now_ns)
{
    if (group->disk)
        l->asleep_ns = 0;
    if (!group->rest)
        return;
    int64_t own_ns = now_ns - l->asleep_ns - (group->queued_ns - l->asleep_queued_ns);
    /* One that has ended took its waits with it. */
    bool whole = l->asleep_ns != 0 && group->queued_ns >= l->asleep_queued_ns;
    l->own_ns += whole && own_ns > 0 ? own_ns : 0;
    l->asleep_ns = now_ns;
    l->asleep_queued_ns = group->queued_ns;
}

void looks_add(struct looks *l, const struct job_look *look, uint64_t activity, int64_t now_ns)
{
    bool shown = l->activity != activity;
    unsigned before = l->alike;

    l->alike = alike_next(l->alike, &look->all, l->digest, shown);
    l->group_alike = alike_next(l->group_alike, &look->group, l->group_digest, shown);
    if (l->met != look->met) {
        l->met = look->met;
        l->met_since_ns = now_ns;
        l->met_cpu_ns = look->group.cpu_ns;
        l->own_ns = l->asleep_ns = 0;
    }
    own_add(l, &look->group, now_ns);
    l->digest = look->all.digest;
    l->group_digest = look->group.digest;
    l->activity = activity;
    l->gap_ns = l->alike > before || l->gap_ns == 0 ? LOOK_NS : l->gap_ns * 2;
    if (l->gap_ns > LOOK_SLOW_NS)
        l->gap_ns = LOOK_SLOW_NS;
    l->next_ns = now_ns + l->gap_ns;
}

bool looks_rest(const struct looks *l)
{
    return l->alike >= LOOKS;
}

bool looks_ready(const struct looks *l, const struct job_look *look, int64_t now_ns)
{
    if (look->group.count == 0)
        return looks_rest(l);
    if (l->group_alike >= LOOKS)
        return true;
    /* Its own time is what a busy program needs to get somewhere; on a loaded machine the clock
     * alone says little. One that waits for a disk has none. */
    int64_t wanted_ns = look->caught ? LOOKS_BUSY_CAUGHT_NS : LOOKS_BUSY_DEFAULT_NS;
    int64_t cpu_ns = (int64_t)(look->group.cpu_ns - l->met_cpu_ns);
    return cpu_ns >= wanted_ns || l->own_ns >= wanted_ns ||
           now_ns - l->met_since_ns >= LOOKS_CLOCK_FACTOR * wanted_ns;
}

bool looks_taken(const struct looks *l, const struct job_look *look)
{
    /* One that blocks it, or is stopped, keeps it pending: at rest it will not take it soon. */
    return !look->pending || look->group.count == 0 || l->group_alike >= LOOKS;
}
