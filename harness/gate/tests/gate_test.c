/* gate_test.c: what turns red, what is excused, and what is said about it. */
#include "harness/gate/gate.h"
#include "harness/gate/tests/judged.h"

#include <inttypes.h>
#include <stdlib.h>

static const struct platform desk = {.os = "Linux", .kernel = "6.1.0", .cores = 2};

#define BROKEN "id: KF-1, scenario: a, signature: leak, state: broken, expires: 2026-12-31"
#define FLAKY                                                                              \
    "id: KF-2, scenario: b, signature: step, state: flaky, seen: { failed: 3, of: 400 }, " \
    "expires: 2026-12-31"

/* Runs are written "ID VERDICT SIGNATURE", or "-" for none, and then what else there is: "*3" of
 * them, "proof" (it must fail), "retry" (its second attempt), a reason in brackets; ";" between. */
struct row {
    const char *about;
    const char *today; /* NULL: before anything expires */
    const char *entry;
    const char *other; /* a second entry */
    const char *past;
    const char *run;
    const char *missing;
    const char *wanted; /* "KIND entry id failed/runs", one a line */
};

/* "NEW a 1/1", "XPASS KF-1 a[x=1] 0/4" */
static void finding_text(const struct gate_finding *f, struct buf *out)
{
    buf_addf(out, "%s", gate_kind_name(f->kind));
    if (f->entry != NULL)
        buf_addf(out, " %s", f->entry->id);
    if (f->place != NULL)
        buf_addf(out, " %s", f->place->first.id);
    if (f->outcome != NULL && f->entry == NULL)
        buf_addf(out, " %s", f->outcome->signature);
    if (f->place != NULL)
        buf_addf(out, " %" PRIu64 "/%" PRIu64, f->failed, f->runs);
    buf_add_text(out, "\n");
}

static const char *word_next(const char *at, char *word, size_t size)
{
    at += strspn(at, " ");
    size_t length = strcspn(at, " ;");
    (void)snprintf(word, size, "%.*s", (int)length, at);
    return at + length;
}

static enum verdict verdict_of(const char *name)
{
    unsigned verdict = 0;

    while (verdict < VERDICTS && strcmp(verdict_name(verdict), name) != 0)
        verdict++;
    CU_ASSERT_TRUE_FATAL(verdict < VERDICTS);
    return (enum verdict)verdict;
}

/* What was written, up to its ";". Every text is copied by the gate. */
struct written {
    char id[64];
    char signature[64];
    char reason[64];
    struct outcome outcome;
    unsigned times;
};

static const char *run_read(const char *at, struct written *out)
{
    char word[64];

    *out = (struct written){.times = 1};
    at = word_next(at, out->id, sizeof(out->id));
    at = word_next(at, word, sizeof(word));
    at = word_next(at, out->signature, sizeof(out->signature));
    if (out->signature[0] == '-')
        out->signature[0] = 0;
    out->outcome = outcome_make(out->id, "real", verdict_of(word), out->signature);
    out->outcome.start_us = INT64_C(1795000000) * 1000000; /* in November 2026 */
    while (*at == ' ') {
        at = word_next(at, word, sizeof(word));
        if (word[0] == '*') {
            out->times = (unsigned)strtoul(word + 1, NULL, 10);
        } else if (word[0] == '[') {
            (void)snprintf(out->reason, sizeof(out->reason), "%.*s", (int)strcspn(word + 1, "]"),
                           word + 1);
        } else if (strcmp(word, "proof") == 0) {
            out->outcome.must_fail = true;
        } else {
            out->outcome.attempt = 2;
        }
    }
    out->outcome.reason = out->reason;
    return *at == ';' ? at + 1 : at;
}

static void runs_add(struct gate *g, const char *runs, bool past)
{
    const struct known_entry *entry;

    while (runs != NULL && *runs != 0) {
        struct written w;
        runs = run_read(runs, &w);
        for (unsigned n = 0; n < w.times && past; n++)
            gate_past(g, &w.outcome);
        for (unsigned n = 0; n < w.times && !past; n++)
            (void)gate_add(g, &w.outcome, &entry);
    }
}

static struct gate *row_judge(struct arena *arena, const struct row *row)
{
    struct gate *g = NULL;
    struct diag diag = {0};
    const char *entry[] = {row->entry, row->other};
    const struct match_world world = {&desk, NULL,
                                      day(row->today != NULL ? row->today : "2026-11-30")};

    size_t entries = (size_t)(row->entry != NULL) + (size_t)(row->other != NULL);
    CU_ASSERT_EQUAL_FATAL(gate_new(known_of(arena, entry, entries), &world, &g, &diag), 0);
    runs_add(g, row->past, true);
    runs_add(g, row->run, false);
    if (row->missing != NULL)
        gate_missing(g, row->missing);
    CU_ASSERT_EQUAL_FATAL(gate_judge(g, &diag), 0);
    return g;
}

static void expect(const struct row *row)
{
    struct arena arena = arena_new(1 << 26);
    struct buf got = BUF_INIT;
    struct gate *g = row_judge(&arena, row);

    for (size_t k = 0; gate_finding_at(g, k) != NULL; k++)
        finding_text(gate_finding_at(g, k), &got);
    if (strcmp(buf_text(&got), row->wanted) != 0)
        (void)printf("\n%s:\n%snot\n%s", row->about, buf_text(&got), row->wanted);
    CU_ASSERT_STRING_EQUAL(buf_text(&got), row->wanted);
    buf_release(&got);
    gate_free(g);
    arena_release(&arena);
}

/* Goal: what nobody knows is new, each signature of it. */
static void test_what_no_entry_is_about_is_new(void)
{
    expect(&(struct row){.about = "all well", .run = "a PASS -", .wanted = ""});
    expect(&(struct row){
        .about = "a new failure", .run = "a FAIL step; c PASS -", .wanted = "NEW a step 1/1\n"});
    expect(&(struct row){.about = "each signature is one",
                         .run = "a LEAK leak:x *2; a FAIL step",
                         .wanted = "NEW a leak:x 2/3\nNEW a step 1/3\n"});
}

/* Goal: an entry excuses its signature at its place, as long as it fails, and nothing else. */
static void test_an_entry_excuses_its_signature_at_its_place_and_nothing_else(void)
{
    expect(&(struct row){.about = "known",
                         .entry = BROKEN,
                         .run = "a LEAK leak:x *2",
                         .wanted = "KNOWN KF-1 a 2/2\n"});
    expect(&(struct row){.about = "a record says that it was excused",
                         .entry = BROKEN,
                         .run = "a XFAIL leak:x",
                         .wanted = "KNOWN KF-1 a 1/1\n"});
    expect(&(struct row){.about = "a known place with a new signature",
                         .entry = BROKEN,
                         .run = "a CRASH crash:SIGSEGV",
                         .wanted = "OTHER a crash:SIGSEGV 1/1\n"});
    expect(&(struct row){.about = "another place",
                         .entry = BROKEN,
                         .run = "ab LEAK leak:x",
                         .wanted = "NEW ab leak:x 1/1\n"});
    expect(&(struct row){.about = "it passes",
                         .entry = BROKEN,
                         .run = "a PASS - *4",
                         .wanted = "XPASS KF-1 a 0/4\n"});
    expect(&(struct row){.about = "a variant of it passes",
                         .entry = BROKEN,
                         .run = "a[x=1] LEAK leak; a[x=2] PASS -",
                         .wanted = "XPASS KF-1 a[x=2] 0/1\nKNOWN KF-1 a[x=1] 1/2\n"});
    expect(&(struct row){.about = "it passes now and then: it is not broken",
                         .entry = BROKEN,
                         .run = "a LEAK leak *3; a PASS -",
                         .wanted = "XPASS KF-1 a 3/4\nKNOWN KF-1 a 3/4\n"});
    expect(&(struct row){
        .about = "a proof is no pass", .entry = BROKEN, .run = "a PASS - proof", .wanted = ""});
    expect(&(struct row){
        .about = "a proof that fails is excused by nobody",
        .entry = "id: KF-1, scenario: a, signature: invariant, state: broken, expires: 2026-12-31",
        .run = "a UNRESOLVED invariant:x proof [oracle-blind]",
        .wanted = "BLIND a invariant:x 1/1\n"});
    expect(&(struct row){.about = "no verdict is excused by nobody",
                         .entry = BROKEN,
                         .run = "a UNRESOLVED leak [tier]",
                         .wanted = "UNRESOLVED a leak 1/1\n"});
    expect(&(struct row){.about = "our own error",
                         .entry = BROKEN,
                         .run = "a HARNESS leak",
                         .wanted = "HARNESS a leak 1/1\n"});
    expect(&(struct row){
        .about = "of two entries the one with the signature",
        .entry = BROKEN,
        .other = "id: KF-3, scenario: a, signature: step, state: broken, expires: 2026-12-31",
        .run = "a FAIL step",
        .wanted = "KNOWN KF-3 a 1/1\n"});
}

/* Goal: an expired entry excuses nothing, and is red itself. */
static void test_an_expired_entry_excuses_nothing(void)
{
    expect(&(struct row){.about = "the last day",
                         .today = "2026-12-31",
                         .entry = BROKEN,
                         .run = "a LEAK leak",
                         .wanted = "SOON KF-1 a 1/1\nKNOWN KF-1 a 1/1\n"});
    expect(&(struct row){.about = "a fortnight before it",
                         .today = "2026-12-17",
                         .entry = BROKEN,
                         .run = "a LEAK leak",
                         .wanted = "SOON KF-1 a 1/1\nKNOWN KF-1 a 1/1\n"});
    expect(&(struct row){.about = "a day before that",
                         .today = "2026-12-16",
                         .entry = BROKEN,
                         .run = "a LEAK leak",
                         .wanted = "KNOWN KF-1 a 1/1\n"});
    expect(&(struct row){.about = "expired, and it fails",
                         .today = "2027-01-01",
                         .entry = BROKEN,
                         .run = "a LEAK leak",
                         .wanted = "EXPIRED KF-1 a 1/1\n"});
    expect(&(struct row){.about = "expired, and it passes",
                         .today = "2027-01-01",
                         .entry = BROKEN,
                         .run = "a PASS -",
                         .wanted = "XPASS KF-1 a 0/1\n"});
    expect(&(struct row){.about = "expired, flaky, and it passes",
                         .today = "2027-01-01",
                         .entry = FLAKY,
                         .run = "b PASS -",
                         .wanted = "EXPIRED KF-2 b 0/1\n"});
    expect(&(struct row){.about = "expired, and nothing of it ran",
                         .today = "2027-01-01",
                         .entry = BROKEN,
                         .run = "c PASS -",
                         .wanted = ""});
    expect(&(struct row){.about = "expired, and not supported here",
                         .today = "2027-01-01",
                         .entry = FLAKY,
                         .run = "b UNSUPPORTED -",
                         .wanted = "EXPIRED KF-2 b 0/0\n"});
}

/* Goal: a flaky one may fail within its limit; only an entry allows a retry. */
static void test_a_flaky_entry_has_a_limit(void)
{
    expect(&(struct row){.about = "flaky, and fails once",
                         .entry = FLAKY,
                         .run = "b FAIL step",
                         .wanted = "FLAKY KF-2 b 1/1\n"});
    expect(&(struct row){.about = "flaky, and passes",
                         .entry = FLAKY,
                         .run = "b PASS -",
                         .wanted = "FLAKY KF-2 b 0/1\n"});
    expect(&(struct row){.about = "flaky, within its limit",
                         .entry = FLAKY,
                         .run = "b FAIL step *2; b PASS - *48",
                         .wanted = "FLAKY KF-2 b 2/50\n"});
    expect(&(struct row){.about = "flaky, above its limit",
                         .entry = FLAKY,
                         .run = "b FAIL step *6; b PASS - *44",
                         .wanted = "WORSE KF-2 b 6/50\n"});
    expect(&(struct row){.about = "flaky, above its limit with what was before",
                         .entry = FLAKY,
                         .past = "b FAIL step *5; b PASS - *44",
                         .run = "b FAIL step",
                         .wanted = "WORSE KF-2 b 1/1\n"});
    expect(&(struct row){.about = "what others were before does not count",
                         .entry = FLAKY,
                         .past = "c FAIL step *6; b FAIL leak *6; b FAIL step *6 retry",
                         .run = "b FAIL step",
                         .wanted = "FLAKY KF-2 b 1/1\n"});
    expect(&(struct row){
        .about = "not flaky any more, but broken",
        .entry =
            "id: KF-2, scenario: b, signature: step, state: flaky, seen: { failed: 8, of: 9 }, "
            "expires: 2026-12-31",
        .run = "b FAIL step *10",
        .wanted = "WORSE KF-2 b 10/10\n"});
    expect(&(struct row){
        .about = "nine are too few to say so",
        .entry =
            "id: KF-2, scenario: b, signature: step, state: flaky, seen: { failed: 8, of: 9 }, "
            "expires: 2026-12-31",
        .run = "b FAIL step *9",
        .wanted = "FLAKY KF-2 b 9/9\n"});
    expect(&(struct row){.about = "two failures are enough",
                         .entry = FLAKY,
                         .run = "b FAIL step *2",
                         .wanted = "WORSE KF-2 b 2/2\n"});
    expect(&(struct row){.about = "retried, and nobody knows it",
                         .run = "a FAIL step; a PASS - retry",
                         .wanted = "NEW a step 1/1\n"});
    expect(&(struct row){.about = "flaky by its verdict, and nobody knows it",
                         .run = "a FLAKY step",
                         .wanted = "NEW a step 1/1\n"});
    expect(&(struct row){.about = "flaky by its verdict, and known",
                         .entry = FLAKY,
                         .run = "b FLAKY step",
                         .wanted = "FLAKY KF-2 b 1/1\n"});
    expect(&(struct row){.about = "flaky by its verdict is not broken",
                         .entry = BROKEN,
                         .run = "a FLAKY leak",
                         .wanted = "XPASS KF-1 a 1/1\nKNOWN KF-1 a 1/1\n"});
    expect(&(struct row){.about = "only first attempts are counted",
                         .entry = FLAKY,
                         .run = "b FAIL step; b FAIL step *5 retry",
                         .wanted = "FLAKY KF-2 b 1/1\n"});
}

/* Goal: what did not run is no pass; the worst stands first. */
static void test_what_is_missing_is_no_pass(void)
{
    expect(&(struct row){.about = "nothing was run", .wanted = "NOTHING\n"});
    expect(&(struct row){.about = "a part is missing",
                         .run = "a PASS -",
                         .missing = "shard 3 of 4",
                         .wanted = "MISSING\n"});
    expect(&(struct row){.about = "new ones come first, by what is worst",
                         .entry = BROKEN,
                         .run = "a PASS -; c FAIL step; d HARNESS -",
                         .missing = "shard 3 of 4",
                         .wanted = "HARNESS d  1/1\nNEW c step 1/1\nMISSING\nXPASS KF-1 a 0/1\n"});
}

/* Goal: whoever watches sees each run as the gate does, in time. */
static void test_each_run_is_told_as_the_gate_sees_it(void)
{
    static const char *const entry[] = {BROKEN, FLAKY};
    static const struct {
        const char *id;
        enum verdict verdict;
        const char *signature;
        const char *today;
        enum verdict wanted;
        const char *entry;
    } rows[] = {
        {"a", VERDICT_LEAK,        "leak:x", "2026-11-30", VERDICT_XFAIL,       "KF-1"},
        {"a", VERDICT_LEAK,        "leak:x", "2027-11-30", VERDICT_LEAK,        "KF-1"}, /* expired */
        {"a", VERDICT_CRASH,       "crash",  "2026-11-30", VERDICT_CRASH,       NULL  },
        {"a", VERDICT_PASS,        "",       "2026-11-30", VERDICT_XPASS,       "KF-1"},
        {"b", VERDICT_PASS,        "",       "2026-11-30", VERDICT_PASS,        NULL  },
        {"b", VERDICT_FLAKY,       "step",   "2026-11-30", VERDICT_XFAIL,       "KF-2"},
        {"c", VERDICT_FLAKY,       "step",   "2026-11-30", VERDICT_FLAKY,       NULL  },
        {"a", VERDICT_UNRESOLVED,  "leak",   "2026-11-30", VERDICT_UNRESOLVED,  NULL  },
        {"a", VERDICT_UNSUPPORTED, "",       "2026-11-30", VERDICT_UNSUPPORTED, NULL  },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena arena = arena_new(1 << 26);
        struct gate *g = NULL;
        const struct known_entry *own = NULL;
        const struct match_world world = {&desk, NULL, day(rows[i].today)};
        struct outcome o = outcome_make(rows[i].id, "sim", rows[i].verdict, rows[i].signature);
        CU_ASSERT_EQUAL_FATAL(gate_new(known_of(&arena, entry, 2), &world, &g, NULL), 0);
        CU_ASSERT_EQUAL(gate_add(g, &o, &own), rows[i].wanted);
        CU_ASSERT_EQUAL(own == NULL, rows[i].entry == NULL);
        if (own != NULL && rows[i].entry != NULL)
            CU_ASSERT_STRING_EQUAL(own->id, rows[i].entry);
        gate_free(g);
        arena_release(&arena);
    }
}

/* Goal: the figures of a flaky entry: interval, limit, and how many clean runs are still wanted. */
static void test_a_flaky_entry_has_its_figures(void)
{
    static const struct row row = {
        .entry = FLAKY,
        .past = "b PASS - *30; b FAIL step; b PASS - *9",
        .run = "b PASS - *10",
    };
    struct arena arena = arena_new(1 << 26);
    struct gate *g = row_judge(&arena, &row);
    const struct gate_finding *f = gate_finding_at(g, 0);

    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT_EQUAL(f->past_failed, 1);
    CU_ASSERT_EQUAL(f->past_runs, 40);
    CU_ASSERT_TRUE(f->rate.rate > 0.0199 && f->rate.rate < 0.0201); /* 1 of 50 */
    CU_ASSERT_TRUE(f->seen.high > 0.0217 && f->seen.high < 0.0219); /* of 3 of 400 */
    CU_ASSERT_EQUAL(f->clean, 19);
    CU_ASSERT_EQUAL(f->clean_least, 398);
    gate_free(g);
    arena_release(&arena);
}

/* Goal: of the entries that name the scenario the one that lacks least, and what it lacks. */
static void test_who_wrote_an_entry_learns_why_it_does_not_excuse(void)
{
    static const struct {
        const char *entry;
        const char *other;
        const char *near;
        const char *why;
    } rows[] = {
        {BROKEN,                            FLAKY,                                                                                     "KF-1", "it is for 'leak', and this is 'step'"         },
        {FLAKY,                             NULL,                                                                                      "none", ""                                             },
        {"id: KF-4, scenario: a, signature: step, state: broken, expires: 2026-12-31, "
         "platform: { ci: true }", "id: KF-5, scenario: a, engine: sim, signature: step, state: broken, expires: 2026-12-31",
         "KF-4",                                                                                                                               "it is for runs in CI, and this ran outside it"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena arena = arena_new(1 << 26);
        const struct row row = {
            .entry = rows[i].entry, .other = rows[i].other, .run = "a FAIL step"};
        struct gate *g = row_judge(&arena, &row);
        const struct gate_finding *f = gate_finding_at(g, 0);
        CU_ASSERT_PTR_NOT_NULL(f);
        if (f != NULL) {
            const char *near = f->near != NULL ? f->near->id : "none";
            CU_ASSERT_EQUAL(strcmp(near, rows[i].near), 0);
            CU_ASSERT_EQUAL(strcmp(f->why, rows[i].why), 0);
        }
        gate_free(g);
        arena_release(&arena);
    }
}

/* Goal: every variant is counted once, under what is worst of it. */
static void test_counts_add_up(void)
{
    static const struct row row = {
        .entry = "id: KF-1, scenario: a/*, signature: leak, state: broken, expires: 2026-12-31",
        .run = "a/1 LEAK leak *2; a/2 PASS -; c PASS - *5; d SKIPPED -",
    };
    struct arena arena = arena_new(1 << 26);
    struct gate *g = row_judge(&arena, &row);
    const struct gate_counts *c = gate_counts(g);

    CU_ASSERT_EQUAL(c->places, 4);
    CU_ASSERT_EQUAL(c->known, 1);
    CU_ASSERT_EQUAL(c->stale, 1);
    CU_ASSERT_EQUAL(c->passed, 1);
    CU_ASSERT_EQUAL(c->not_run, 1);
    CU_ASSERT_EQUAL(c->fresh + c->unresolved, 0);
    gate_free(g);
    arena_release(&arena);
}

/* Goal: many variants and many signatures are held apart, up to the limit that is named.
 * Method: more variants than the first table has room for, each with its own signature; and one
 * variant with more signatures than are kept. */
static void test_many_variants_and_signatures(void)
{
    enum { VARIANTS = 1000 };
    struct gate *g = NULL;
    struct diag diag = {0};
    const struct known_entry *own;
    const struct match_world world = {&desk, NULL, 0};
    uint64_t last = 0;
    size_t found = 0;

    CU_ASSERT_EQUAL_FATAL(gate_new(NULL, &world, &g, &diag), 0);
    for (unsigned i = 0; i < 2 * VARIANTS; i++) {
        char id[32];
        char signature[32];
        (void)snprintf(id, sizeof(id), "v[n=%u]", i % VARIANTS);
        (void)snprintf(signature, sizeof(signature), "step:%u", i % VARIANTS);
        struct outcome o = outcome_make(id, "sim", VERDICT_FAIL, signature);
        (void)gate_add(g, &o, &own);
    }
    for (unsigned i = 0; i < GATE_CLASSES_MAX + 5; i++) {
        char signature[32];
        (void)snprintf(signature, sizeof(signature), "step:%u", i);
        struct outcome o = outcome_make("w", "sim", VERDICT_FAIL, signature);
        (void)gate_add(g, &o, &own);
    }
    CU_ASSERT_EQUAL(gate_judge(g, &diag), 0);
    for (; gate_finding_at(g, found) != NULL; found++) {
        const struct gate_finding *f = gate_finding_at(g, found);
        CU_ASSERT_EQUAL(f->kind, GATE_NEW);
        CU_ASSERT_TRUE(found >= VARIANTS || (f->failed == 2 && f->runs == 2));
        last = f->failed;
    }
    CU_ASSERT_EQUAL(found, VARIANTS + GATE_CLASSES_MAX);
    CU_ASSERT_EQUAL(last, 6);
    CU_ASSERT_EQUAL(gate_counts(g)->places, VARIANTS + 1);
    gate_free(g);
}

int main(void)
{
    CU_pSuite suite = suite_open("gate", NULL, NULL);

    CU_add_test(suite, "unknown", test_what_no_entry_is_about_is_new);
    CU_add_test(suite, "known", test_an_entry_excuses_its_signature_at_its_place_and_nothing_else);
    CU_add_test(suite, "expiry", test_an_expired_entry_excuses_nothing);
    CU_add_test(suite, "flaky", test_a_flaky_entry_has_a_limit);
    CU_add_test(suite, "order", test_what_is_missing_is_no_pass);
    CU_add_test(suite, "told", test_each_run_is_told_as_the_gate_sees_it);
    CU_add_test(suite, "figures", test_a_flaky_entry_has_its_figures);
    CU_add_test(suite, "near", test_who_wrote_an_entry_learns_why_it_does_not_excuse);
    CU_add_test(suite, "counts", test_counts_add_up);
    CU_add_test(suite, "many", test_many_variants_and_signatures);
    return suite_close();
}
