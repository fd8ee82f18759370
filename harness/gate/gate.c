/* gate.c: outcomes sorted by variant, and under the entries that they fall under. */
#include "harness/gate/gate.h"

#include "harness/gate/date.h"
#include "harness/gate/gate_own.h"
#include "runtime/base/check.h"
#include "runtime/base/hash.h"

#include <stdlib.h>
#include <string.h>

enum { GATE_ARENA_BYTES_MAX = 256 * 1024 * 1024 };

static const int64_t day_us = INT64_C(24) * 60 * 60 * 1000 * 1000;

static const struct kind_row {
    const char *name;
    int exit_code;
    const char *help;
} kind_rows[] = {GATE_MAP(ROW_ENTRY)};

const char *gate_kind_name(unsigned kind)
{
    CHECK(kind < GATE_KINDS);
    return kind_rows[kind].name;
}

const char *gate_kind_help(unsigned kind)
{
    CHECK(kind < GATE_KINDS);
    return kind_rows[kind].help;
}

int gate_kind_exit_code(unsigned kind)
{
    CHECK(kind < GATE_KINDS);
    return kind_rows[kind].exit_code;
}

int gate_new(const struct known *known, const struct match_world *world, struct gate **out,
             struct diag *diag)
{
    struct gate *g = calloc(1, sizeof(*g));
    size_t entries = known != NULL ? known->count : 0;

    if (g != NULL)
        g->tally = calloc(entries + 1, sizeof(*g->tally));
    if (g == NULL || g->tally == NULL) {
        free(g);
        return diag_set(diag, ERR_NOMEM, "out of memory");
    }
    g->known = known;
    g->world = *world;
    g->arena = arena_new(GATE_ARENA_BYTES_MAX);
    *out = g;
    return 0;
}

void gate_free(struct gate *g)
{
    if (g == NULL)
        return;
    arena_release(&g->arena);
    free((void *)g->spot);
    free(g->slot);
    free(g->tally);
    free(g->finding);
    free(g);
}

/* ---- Places ---- */

/* A failure of the subject: only these can be excused. */
static bool is_failure(uint32_t verdict)
{
    return verdict == VERDICT_XFAIL ||
           verdict_exit_code(verdict) == verdict_exit_code(VERDICT_FAIL);
}

static bool is_pass(uint32_t verdict)
{
    return verdict == VERDICT_PASS || verdict == VERDICT_XPASS;
}

static uint64_t place_hash(const struct outcome *o)
{
    uint64_t hash = hash_add(HASH_BEGIN, o->id, strlen(o->id) + 1);

    return hash_add(hash, o->engine, strlen(o->engine));
}

/* The slot of this place, or the free one where it would stand. */
static size_t *slot_find(const struct gate *g, const struct outcome *o)
{
    size_t at = (size_t)place_hash(o) % (2 * g->room);

    for (;; at = (at + 1) % (2 * g->room)) {
        if (g->slot[at] == 0)
            return &g->slot[at];
        const struct outcome *own = &g->spot[g->slot[at] - 1]->place.first;
        if (strcmp(own->id, o->id) == 0 && strcmp(own->engine, o->engine) == 0)
            return &g->slot[at];
    }
}

/* Room for one more place. */
static bool spots_grow(struct gate *g)
{
    size_t room = g->room == 0 ? 64 : 2 * g->room;

    if (g->spots < g->room)
        return true;
    struct gate_spot **spot = realloc((void *)g->spot, room * sizeof(*spot));
    if (spot != NULL)
        g->spot = spot;
    size_t *slot = calloc(2 * room, sizeof(*slot));
    if (spot == NULL || slot == NULL) {
        free(slot);
        return false;
    }
    free(g->slot);
    g->slot = slot;
    g->room = room;
    for (size_t i = 0; i < g->spots; i++)
        *slot_find(g, &g->spot[i]->place.first) = i + 1;
    return true;
}

static const char *text_copy(struct gate *g, const char *text)
{
    const char *copy = text[0] != 0 ? arena_copy(&g->arena, text, strlen(text)) : "";

    g->failed = g->failed || copy == NULL;
    return copy != NULL ? copy : "";
}

static void outcome_copy(struct gate *g, const struct outcome *o, struct outcome *out)
{
    *out = *o;
    const char **const texts[] = {&out->id,     &out->scenario,  &out->parameters, &out->engine,
                                  &out->reason, &out->signature, &out->message,    &out->file,
                                  &out->ended,  &out->again,     &out->record,     &out->program,
                                  &out->version};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        *texts[i] = text_copy(g, *texts[i]);
}

/* Which entries are about it. */
static void spot_entries_find(struct gate *g, struct gate_spot *s)
{
    size_t entries = g->known != NULL ? g->known->count : 0;

    if (s->place.first.must_fail || entries == 0)
        return;
    s->entry = arena_array(&g->arena, entries, sizeof(*s->entry));
    if (s->entry == NULL) {
        g->failed = true;
        return;
    }
    for (size_t i = 0; i < entries; i++) {
        if (match_place(g->known, i, &s->place.first, &g->world, NULL) == MATCH_WHOLE)
            s->entry[s->entries++] = i;
    }
}

/* The place of the outcome, made where it is the first. NULL: no memory. */
static struct gate_spot *spot_of(struct gate *g, const struct outcome *o)
{
    g->failed = g->failed || !spots_grow(g);
    if (g->failed)
        return NULL;
    size_t *slot = slot_find(g, o);
    if (*slot != 0)
        return g->spot[*slot - 1];
    struct gate_spot *s = arena_alloc(&g->arena, sizeof(*s));
    if (s == NULL) {
        g->failed = true;
        return NULL;
    }
    outcome_copy(g, o, &s->place.first);
    spot_entries_find(g, s);
    g->spot[g->spots++] = s;
    *slot = g->spots;
    return s;
}

/* ---- What it came to there ---- */

static size_t entry_find(const struct gate *g, const struct gate_spot *s, const char *signature)
{
    for (size_t i = 0; i < s->entries; i++) {
        if (match_signature(g->known->entry[s->entry[i]].signature, signature))
            return s->entry[i];
    }
    return GATE_NO_ENTRY;
}

static struct gate_class *class_of(struct gate *g, struct gate_spot *s, const struct outcome *o)
{
    for (size_t i = 0; i < s->classes; i++) {
        const struct outcome *first = &s->class[i].first;
        if (first->verdict == o->verdict && strcmp(first->signature, o->signature) == 0 &&
            strcmp(first->reason, o->reason) == 0)
            return &s->class[i];
    }
    if (s->classes == GATE_CLASSES_MAX)
        return &s->class[GATE_CLASSES_MAX - 1];
    /* Doubled: what is left behind in the arena is less than what is used. */
    if ((s->classes & (s->classes - 1)) == 0) {
        size_t room = s->classes == 0 ? 1 : 2 * s->classes;
        struct gate_class *grown = arena_array(&g->arena, room, sizeof(*grown));
        if (grown == NULL) {
            g->failed = true;
            return NULL;
        }
        if (s->classes > 0)
            memcpy(grown, s->class, s->classes * sizeof(*grown));
        s->class = grown;
    }
    struct gate_class *c = &s->class[s->classes++];
    outcome_copy(g, o, &c->first);
    c->entry = is_failure(o->verdict) ? entry_find(g, s, o->signature) : GATE_NO_ENTRY;
    return c;
}

/* A run passed: it counts for each entry about the place. Returns the first that says that it is
 * broken, GATE_NO_ENTRY for none. */
static size_t pass_count(struct gate *g, struct gate_spot *s, bool first)
{
    size_t broken = GATE_NO_ENTRY;

    s->place.passed++;
    for (size_t i = 0; i < s->entries; i++) {
        struct gate_tally *t = &g->tally[s->entry[i]];
        t->runs += first;
        t->clean += first;
        if (broken == GATE_NO_ENTRY && g->known->entry[s->entry[i]].state == KNOWN_BROKEN)
            broken = s->entry[i];
    }
    return broken;
}

static void failure_count(struct gate *g, struct gate_spot *s, const struct gate_class *c,
                          bool first)
{
    s->place.failed++;
    for (size_t i = 0; i < s->entries && first; i++)
        g->tally[s->entry[i]].runs++;
    if (c->entry == GATE_NO_ENTRY)
        return;
    struct gate_tally *t = &g->tally[c->entry];
    t->failed += first;
    t->clean = 0;
}

enum verdict gate_add(struct gate *g, const struct outcome *o, const struct known_entry **entry)
{
    struct gate_spot *s = spot_of(g, o);
    bool first = o->attempt <= 1;

    *entry = NULL;
    if (s == NULL)
        return (enum verdict)o->verdict;
    if (is_pass(o->verdict)) {
        s->place.runs += first;
        size_t broken = pass_count(g, s, first);
        if (broken == GATE_NO_ENTRY)
            return VERDICT_PASS;
        *entry = &g->known->entry[broken];
        return VERDICT_XPASS;
    }
    if (!verdict_is_bad(o->verdict) && !is_failure(o->verdict)) {
        s->not_run++;
        return (enum verdict)o->verdict;
    }
    struct gate_class *c = class_of(g, s, o);
    if (c == NULL)
        return (enum verdict)o->verdict;
    c->count++;
    s->place.runs += first;
    if (!is_failure(o->verdict))
        return (enum verdict)o->verdict;
    failure_count(g, s, c, first);
    /* It has also passed. */
    if (o->verdict == VERDICT_FLAKY)
        (void)pass_count(g, s, false);
    if (c->entry == GATE_NO_ENTRY)
        return (enum verdict)o->verdict;
    *entry = &g->known->entry[c->entry];
    return match_expired(*entry, g->world.today) ? (enum verdict)o->verdict : VERDICT_XFAIL;
}

bool gate_excuses(const struct gate *g, const struct outcome *o)
{
    size_t entries =
        g->known != NULL && !o->must_fail && is_failure(o->verdict) ? g->known->count : 0;

    for (size_t i = 0; i < entries; i++) {
        if (match_entry(g->known, i, o, &g->world, NULL) == MATCH_WHOLE)
            return !match_expired(&g->known->entry[i], g->world.today);
    }
    return false;
}

void gate_past(struct gate *g, const struct outcome *o)
{
    size_t entries = g->known != NULL ? g->known->count : 0;
    bool failed = is_failure(o->verdict);

    if (o->must_fail || o->attempt > 1 || (!failed && !is_pass(o->verdict)))
        return;
    for (size_t i = 0; i < entries; i++) {
        const struct known_entry *e = &g->known->entry[i];
        struct gate_tally *t = &g->tally[i];
        /* What was seen before it was added is what it says itself. */
        if (e->state != KNOWN_FLAKY || o->start_us < e->added * day_us ||
            match_place(g->known, i, o, &g->world, NULL) != MATCH_WHOLE)
            continue;
        t->past_runs++;
        if (failed && match_signature(e->signature, o->signature)) {
            t->past_failed++;
            t->clean = 0;
        } else if (!failed) {
            t->clean++;
        }
    }
}

void gate_missing(struct gate *g, const char *what)
{
    g->missing = what;
}

const char *gate_missing_text(const struct gate *g)
{
    return g->missing != NULL ? g->missing : "";
}

const struct gate_finding *gate_finding_at(const struct gate *g, size_t i)
{
    return i < g->findings ? &g->finding[i] : NULL;
}

const struct gate_counts *gate_counts(const struct gate *g)
{
    return &g->counts;
}
