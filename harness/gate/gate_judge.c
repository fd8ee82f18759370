/* gate_judge.c: what stands in the report, made of what was collected. */
#include "harness/gate/gate.h"
#include "harness/gate/gate_own.h"

#include <stdlib.h>
#include <string.h>

static void add(struct gate *g, const struct gate_finding *f)
{
    if (g->findings == g->findings_room) {
        size_t room = g->findings_room == 0 ? 16 : 2 * g->findings_room;
        struct gate_finding *grown = realloc(g->finding, room * sizeof(*grown));
        if (grown == NULL) {
            g->failed = true;
            return;
        }
        g->finding = grown;
        g->findings_room = room;
    }
    g->finding[g->findings++] = *f;
}

/* ---- One variant ---- */

/* What a class is that no valid entry excuses. */
static enum gate_kind class_kind(const struct gate_spot *s, const struct gate_class *c)
{
    const struct outcome *o = &c->first;

    if (o->verdict == VERDICT_HARNESS)
        return GATE_HARNESS;
    if (o->verdict == VERDICT_UNRESOLVED)
        return strcmp(o->reason, "oracle-blind") == 0 ? GATE_BLIND : GATE_UNRESOLVED;
    return s->entries > 0 ? GATE_OTHER : GATE_NEW;
}

/* The entry that comes nearest to excusing it, of those that name its scenario, and what it lacks:
 * whoever wrote it wonders. */
static void near_find(struct gate *g, const struct gate_class *c, struct gate_finding *f)
{
    size_t entries = g->known != NULL ? g->known->count : 0;
    enum match_step best = MATCH_SCENARIO;
    struct buf why = BUF_INIT;

    f->why = "";
    if (c->first.must_fail || (f->kind != GATE_NEW && f->kind != GATE_OTHER))
        return;
    for (size_t i = 0; i < entries; i++) {
        enum match_step step = match_entry(g->known, i, &c->first, &g->world, NULL);
        if (step <= best)
            continue;
        best = step;
        buf_release(&why);
        (void)match_entry(g->known, i, &c->first, &g->world, &why);
        f->near = &g->known->entry[i];
    }
    if (why.size > 0) {
        const char *copy = arena_copy(&g->arena, buf_text(&why), why.size);
        g->failed = g->failed || copy == NULL;
        f->why = copy != NULL ? copy : "";
    }
    buf_release(&why);
}

static void spot_judge(struct gate *g, const struct gate_spot *s)
{
    for (size_t i = 0; i < s->classes; i++) {
        const struct gate_class *c = &s->class[i];
        if (c->entry != GATE_NO_ENTRY)
            continue; /* its entry tells */
        struct gate_finding f = {
            .kind = class_kind(s, c),
            .place = &s->place,
            .outcome = &c->first,
            .places = 1,
            .failed = c->count,
            .runs = s->place.runs,
        };
        near_find(g, c, &f);
        add(g, &f);
    }
}

/* ---- One entry ---- */

/* Places of the entry that passed, the first of them, and what all runs there came to. */
static void passed_places_find(const struct gate *g, size_t entry, struct gate_finding *f)
{
    for (size_t i = 0; i < g->spots; i++) {
        const struct gate_spot *s = g->spot[i];
        bool own = false;
        for (size_t k = 0; k < s->entries; k++)
            own = own || s->entry[k] == entry;
        if (!own || s->place.passed == 0)
            continue;
        f->place = f->places == 0 ? &s->place : f->place;
        f->places++;
        f->passed += s->place.passed;
        f->failed += s->place.failed;
        f->runs += s->place.runs;
    }
}

/* More often than its limit allows, as far as so many runs can say that; or always. */
static bool is_worse(const struct gate_finding *f)
{
    uint64_t failed = f->failed + f->past_failed;
    uint64_t runs = f->runs + f->past_runs;

    if (failed == runs && runs >= GATE_BROKEN_RUNS)
        return true;
    return failed >= GATE_WORSE_LEAST && f->rate.low > f->seen.high;
}

static void flaky_judge(const struct known_entry *e, struct gate_finding *f)
{
    f->rate = wilson_of(f->failed + f->past_failed, f->runs + f->past_runs);
    f->seen = wilson_of((uint64_t)e->seen.failed, (uint64_t)e->seen.of);
    f->clean_least = wilson_clean_runs(f->seen.rate);
    f->kind = is_worse(f) ? GATE_WORSE : GATE_FLAKY;
}

static void entry_judge(struct gate *g, size_t entry)
{
    const struct known_entry *e = &g->known->entry[entry];
    const struct gate_tally *t = &g->tally[entry];
    struct gate_finding passed = {.kind = GATE_XPASS, .entry = e};
    struct gate_finding f = {
        .kind = GATE_KNOWN,
        .entry = e,
        .outcome = t->failure,
        .places = t->spots,
        .failed = t->failed,
        .runs = t->runs,
        .days = e->expires - g->world.today,
        .past_failed = t->past_failed,
        .past_runs = t->past_runs,
        .clean = t->clean,
    };

    if (t->spot == NULL)
        return;
    f.place = t->failing != NULL ? &t->failing->place : &t->spot->place;
    if (e->state == KNOWN_BROKEN)
        passed_places_find(g, entry, &passed);
    passed.days = f.days;
    if (passed.places > 0)
        add(g, &passed);
    if (match_expired(e, g->world.today)) {
        f.kind = GATE_EXPIRED;
        /* That it passes says all there is to say. */
        if (t->failed > 0 || passed.places == 0)
            add(g, &f);
        return;
    }
    if (e->state == KNOWN_FLAKY)
        flaky_judge(e, &f);
    if (e->state == KNOWN_FLAKY || t->failing != NULL)
        add(g, &f);
    if (f.days <= GATE_SOON_DAYS) {
        f.kind = GATE_SOON;
        add(g, &f);
    }
}

/* ---- All of it ---- */

/* By scenario, variant and engine: which run was over first is chance. */
static int spot_compare(const void *a, const void *b)
{
    const struct outcome *x = &(*(const struct gate_spot *const *)a)->place.first;
    const struct outcome *y = &(*(const struct gate_spot *const *)b)->place.first;
    int order = strcmp(x->scenario, y->scenario);

    if (order == 0)
        order = strcmp(x->id, y->id);
    return order != 0 ? order : strcmp(x->engine, y->engine);
}

const struct gate_place *gate_place_find(const struct gate *g, const char *scenario, const char *id,
                                         const char *engine)
{
    const struct gate_spot wanted = {
        .place.first = {.scenario = scenario, .id = id, .engine = engine}
    };
    const struct gate_spot *key = &wanted;

    if (g->spots == 0)
        return NULL;
    struct gate_spot *const *found =
        bsearch(&key, (const void *)g->spot, g->spots, sizeof(struct gate_spot *), spot_compare);
    return found != NULL ? &(*found)->place : NULL;
}

/* Notes the place for each entry that is about it. */
static void spot_note(struct gate *g, const struct gate_spot *s)
{
    for (size_t i = 0; i < s->entries; i++) {
        struct gate_tally *t = &g->tally[s->entry[i]];
        t->spot = t->spot != NULL ? t->spot : s;
        t->spots++;
    }
    for (size_t i = 0; i < s->classes; i++) {
        const struct gate_class *c = &s->class[i];
        if (c->entry == GATE_NO_ENTRY || g->tally[c->entry].failing != NULL)
            continue;
        g->tally[c->entry].failing = s;
        g->tally[c->entry].failure = &c->first;
    }
}

/* Puts the findings in the order of the kinds, and leaves that of those of a kind. */
static void findings_sort(struct gate *g)
{
    struct gate_finding *sorted = calloc(g->findings + 1, sizeof(*sorted));
    size_t at = 0;

    if (sorted == NULL) {
        g->failed = true;
        return;
    }
    for (unsigned kind = 0; kind < GATE_KINDS; kind++) {
        for (size_t i = 0; i < g->findings; i++) {
            if (g->finding[i].kind == kind)
                sorted[at++] = g->finding[i];
        }
    }
    free(g->finding);
    g->finding = sorted;
    g->findings_room = g->findings + 1;
}

/* True when a finding of exit code 5 is about the entry. */
static bool entry_is_stale(const struct gate *g, const struct gate_spot *s, size_t entry)
{
    const struct known_entry *e = &g->known->entry[entry];

    if (e->state == KNOWN_BROKEN && s->place.passed > 0)
        return true;
    for (size_t i = 0; i < g->findings; i++) {
        const struct gate_finding *f = &g->finding[i];
        if (f->entry == e && (f->kind == GATE_EXPIRED || f->kind == GATE_WORSE))
            return true;
    }
    return false;
}

static void spot_count(struct gate *g, const struct gate_spot *s)
{
    struct gate_counts *c = &g->counts;
    size_t entries = g->known != NULL ? s->entries : 0;
    bool fresh = false;
    bool unresolved = false;
    bool stale = false;

    for (size_t i = 0; i < s->classes; i++) {
        uint32_t verdict = s->class[i].first.verdict;
        bool blank = verdict == VERDICT_HARNESS || verdict == VERDICT_UNRESOLVED;
        unresolved = unresolved || blank;
        fresh = fresh || (!blank && s->class[i].entry == GATE_NO_ENTRY);
    }
    for (size_t i = 0; i < entries; i++)
        stale = stale || entry_is_stale(g, s, s->entry[i]);
    c->places++;
    if (fresh)
        c->fresh++;
    else if (unresolved)
        c->unresolved++;
    else if (stale)
        c->stale++;
    else if (s->classes > 0)
        c->known++;
    else if (s->place.passed > 0)
        c->passed++;
    else
        c->not_run++;
}

int gate_judge(struct gate *g, struct diag *diag)
{
    size_t entries = g->known != NULL ? g->known->count : 0;

    if (g->missing != NULL)
        add(g, &(struct gate_finding){.kind = GATE_MISSING});
    if (g->spots == 0)
        add(g, &(struct gate_finding){.kind = GATE_NOTHING});
    if (g->spots > 0)
        qsort((void *)g->spot, g->spots, sizeof(struct gate_spot *), spot_compare);
    for (size_t i = 0; i < g->spots; i++) {
        spot_note(g, g->spot[i]);
        spot_judge(g, g->spot[i]);
    }
    for (size_t i = 0; i < entries; i++)
        entry_judge(g, i);
    findings_sort(g);
    for (size_t i = 0; i < g->spots; i++)
        spot_count(g, g->spot[i]);
    return g->failed ? diag_set(diag, ERR_NOMEM, "no memory to judge so many runs") : 0;
}
