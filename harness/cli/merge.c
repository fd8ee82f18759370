/* merge.c: what belongs together, what is missing, and which outcome stands for a run. */
#include "harness/cli/merge.h"

#include "harness/cli/shard.h"
#include "harness/observe/verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- What belongs together ---- */

/* In what two parts differ, as a sentence ends; NULL: they are of one run. */
static const char *difference(const struct invocation *a, const struct invocation *b)
{
    if (strcmp(a->tool, b->tool) != 0)
        return "another version of the tool has run it";
    if (a->suite != b->suite)
        return "its scenarios are others";
    if (a->shard_n != b->shard_n)
        return "it is of another number of shards";
    if (a->plan != b->plan)
        return "it is of another plan: another selection, other flags or other durations";
    return NULL;
}

int merge_check(struct merge *m, const struct merge_part *part, size_t count, struct diag *diag)
{
    for (size_t i = 1; i < count; i++) {
        const char *what = difference(&part[0].of, &part[i].of);
        if (what != NULL)
            return diag_set(diag, ERR_INPUT, "%.100s/%s does not belong to %.100s/%s: %s",
                            part[i].folder, part[i].of.id, part[0].folder, part[0].of.id, what);
    }
    *m = (struct merge){.part = part, .count = count, .shards = part[0].of.shard_n};
    for (size_t i = 0; i < count; i++) {
        const struct invocation *of = &part[i].of;
        if (of->shard_i < 1 || of->shard_i > of->shard_n || of->shard_n > SHARDS_MAX)
            return diag_set(diag, ERR_INPUT, "%.100s/%s says that it is shard %" PRIu32 "/%" PRIu32,
                            part[i].folder, of->id, of->shard_i, of->shard_n);
    }
    return 0;
}

/* True when `a` stands for the shard before `b` does. */
static bool is_better(const struct merge_part *a, const struct merge_part *b)
{
    if (a->of.complete != b->of.complete)
        return a->of.complete;
    if (!a->of.complete && a->count != b->count)
        return a->count > b->count;
    return a->of.started_us < b->of.started_us;
}

/* The part that stands for the shard, or NULL. */
static const struct merge_part *part_of(const struct merge *m, uint32_t shard)
{
    const struct merge_part *best = NULL;

    for (size_t i = 0; i < m->count; i++) {
        const struct merge_part *part = &m->part[i];
        if (part->of.shard_i == shard && (best == NULL || is_better(part, best)))
            best = part;
    }
    return best;
}

static bool is_missing(const struct merge_part *part)
{
    return part == NULL || !part->of.complete;
}

/* What is wrong with a shard that is missing. */
static void missing_text(const struct merge_part *part, char *out, size_t size)
{
    if (part == NULL) {
        (void)snprintf(out, size, "nothing of it is there");
        return;
    }
    (void)snprintf(out, size,
                   "it stopped before its end, after %zu of %" PRIu64 " runs, in %.200s/%s",
                   part->count, part->of.selected, part->folder, part->of.id);
}

size_t merge_missing(const struct merge *m, struct buf *out)
{
    size_t missing = 0;

    for (uint32_t shard = 1; shard <= m->shards; shard++) {
        const struct merge_part *part = part_of(m, shard);
        char text[512];
        if (!is_missing(part))
            continue;
        missing++;
        missing_text(part, text, sizeof(text));
        buf_addf(out, "UNRESOLVED  shard-missing  shard %" PRIu32 "/%" PRIu32 ": %s\n", shard,
                 m->shards, text);
    }
    return missing;
}

void merge_invocation(const struct merge *m, struct invocation *out)
{
    *out = m->part[0].of;
    out->key = 0;
    out->id[0] = 0;
    out->shard_i = 1;
    out->shard_n = 1;
    out->selected = 0;
    out->complete = true;
    for (uint32_t shard = 1; shard <= m->shards; shard++) {
        const struct merge_part *part = part_of(m, shard);
        out->complete = out->complete && !is_missing(part);
        out->selected += part != NULL ? part->of.selected : 1;
    }
    for (size_t i = 0; i < m->count; i++) {
        const struct invocation *of = &m->part[i].of;
        if (of->started_us < out->started_us)
            out->started_us = of->started_us;
        /* A rate is of one class of machines. */
        if (strcmp(of->host, out->host) != 0)
            (void)snprintf(out->host, sizeof(out->host), "several");
        if (strcmp(of->subject, out->subject) != 0)
            (void)snprintf(out->subject, sizeof(out->subject), "several");
    }
}

/* ---- Which outcome stands for a run ---- */

static int compare_run(const void *a, const void *b)
{
    const struct outcome *x = *(const struct outcome *const *)a;
    const struct outcome *y = *(const struct outcome *const *)b;
    int order = strcmp(x->id, y->id);

    if (order == 0)
        order = strcmp(x->engine, y->engine);
    return order != 0 ? order : (x->repeat > y->repeat) - (x->repeat < y->repeat);
}

static int compare_attempt(const void *a, const void *b)
{
    const struct outcome *x = *(const struct outcome *const *)a;
    const struct outcome *y = *(const struct outcome *const *)b;
    int order = compare_run(a, b);

    return order != 0 ? order : (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

/* The last attempt of each run of a part. */
struct lasts {
    const struct outcome **of; /* owned, sorted by run */
    size_t count;
};

static bool lasts_make(struct lasts *l, const struct merge_part *part)
{
    *l = (struct lasts){.of = calloc(part->count + 1, sizeof(*l->of))};
    if (l->of == NULL)
        return false;
    for (size_t i = 0; i < part->count; i++)
        l->of[i] = &part->outcome[i];
    qsort(l->of, part->count, sizeof(*l->of), compare_attempt);
    for (size_t i = 0; i < part->count; i++) {
        bool last = i + 1 == part->count || compare_run(&l->of[i], &l->of[i + 1]) != 0;
        if (last)
            l->of[l->count++] = l->of[i];
    }
    return true;
}

/* A shard that ran more than once, complete each time. */
struct twins {
    const struct merge_part **part; /* owned; the first stands for the shard */
    struct lasts *last;             /* owned: of each part */
    size_t count;
};

static void twins_release(struct twins *t)
{
    for (size_t i = 0; t->last != NULL && i < t->count; i++)
        free(t->last[i].of);
    free(t->last);
    free(t->part);
}

static bool twins_find(struct twins *t, const struct merge *m, const struct merge_part *base)
{
    *t = (struct twins){.part = calloc(m->count, sizeof(*t->part)),
                        .last = calloc(m->count, sizeof(*t->last))};
    if (t->part == NULL || t->last == NULL)
        return false;
    t->part[t->count++] = base;
    for (size_t i = 0; i < m->count; i++) {
        const struct merge_part *part = &m->part[i];
        if (part != base && part->of.complete && part->of.shard_i == base->of.shard_i)
            t->part[t->count++] = part;
    }
    /* With one there is nothing to compare. */
    for (size_t i = 0; i < t->count && t->count > 1; i++) {
        if (!lasts_make(&t->last[i], t->part[i]))
            return false;
    }
    return true;
}

/* What a part's last attempt of that run was; NULL: it has none. */
static const struct outcome *last_of(const struct twins *t, size_t part, const struct outcome *o)
{
    const struct lasts *l = &t->last[part];
    const struct outcome **found =
        l->count > 0 ? bsearch(&o, l->of, l->count, sizeof(*l->of), compare_run) : NULL;

    return found != NULL ? *found : NULL;
}

static bool run_differs(const struct twins *t, const struct outcome *o)
{
    const struct outcome *base = last_of(t, 0, o);

    for (size_t i = 1; i < t->count; i++) {
        const struct outcome *other = last_of(t, i, o);
        if (base != NULL && other != NULL && other->verdict != base->verdict)
            return true;
    }
    return false;
}

/* One of each verdict, as attempts of one run. A failure is the first: of a rate first attempts
 * count, and a pass beside it does not take it back. */
static int differing_each(const struct twins *t, const struct outcome *o, merge_each_fn *each,
                          void *user)
{
    bool seen[VERDICTS] = {false};
    uint32_t attempt = 0;
    int rc = 0;

    for (int bad = 1; bad >= 0; bad--) {
        for (size_t i = 0; i < t->count && rc == 0; i++) {
            const struct outcome *last = last_of(t, i, o);
            if (last == NULL || verdict_is_bad(last->verdict) != (bad == 1) || seen[last->verdict])
                continue;
            struct outcome own = *last;
            own.attempt = ++attempt;
            seen[last->verdict] = true;
            rc = each(user, t->part[i], &own);
        }
    }
    return rc;
}

static int shard_each(const struct merge *m, const struct merge_part *base, merge_each_fn *each,
                      void *user)
{
    struct twins t;
    int rc = twins_find(&t, m, base) ? 0 : ERR_NOMEM;

    for (size_t i = 0; i < base->count && rc == 0; i++) {
        const struct outcome *o = &base->outcome[i];
        if (!run_differs(&t, o))
            rc = each(user, base, o);
        else if (last_of(&t, 0, o) == o)
            rc = differing_each(&t, o, each, user);
    }
    twins_release(&t);
    return rc;
}

static int missing_each(const struct merge *m, uint32_t shard, merge_each_fn *each, void *user)
{
    char id[64];
    char text[512];

    (void)snprintf(id, sizeof(id), "shard %" PRIu32 "/%" PRIu32, shard, m->shards);
    missing_text(part_of(m, shard), text, sizeof(text));
    const struct outcome o = {
        .id = id,
        .scenario = "",
        .parameters = "",
        .engine = "",
        .verdict = VERDICT_UNRESOLVED,
        .reason = MERGE_MISSING,
        .signature = "",
        .message = text,
        .file = "",
        .ended = "",
        .again = "",
        .record = "",
        .start_us = m->part[0].of.started_us,
        .attempt = 1,
        .program = "",
        .version = "",
    };
    return each(user, NULL, &o);
}

int merge_each(const struct merge *m, merge_each_fn *each, void *user)
{
    int rc = 0;

    for (uint32_t shard = 1; shard <= m->shards && rc == 0; shard++) {
        const struct merge_part *base = part_of(m, shard);
        if (base != NULL)
            rc = shard_each(m, base, each, user);
        if (rc == 0 && is_missing(base))
            rc = missing_each(m, shard, each, user);
    }
    return rc;
}
