/* known_match_test.c: which entry a run falls under, one condition after the other. */
#include "harness/gate/match.h"
#include "harness/gate/tests/judged.h"

static const struct platform debian = {
    .os = "Linux", .kernel = "6.1.0-18-amd64", .cores = 2, .container = "docker", .ci = true};
static const struct platform desk = {.os = "Linux", .kernel = "6.9.3", .cores = 16};

/* Goal: everything that an entry names must hold, and what does not is named.
 * Method: a table; one entry, one outcome, where it ran, what the program says. */
static void test_all_that_an_entry_names_must_hold(void)
{
#define OURS   "id: KF-1, signature: step, state: broken, expires: 2026-12-01, scenario: "
#define THEIRS "id: KF-1, signature: step, state: broken, scenario: a/b, program: bats, versions: "
    static const struct {
        const char *entry;
        const char *id;
        const char *engine;
        const struct platform *platform;
        const char *version;
        enum match_step step;
        const char *why; /* a part of it */
    } rows[] = {
        {OURS "a/b",                                        "a/b",          "real", &desk,   NULL,                   MATCH_WHOLE,    ""                      },
        {OURS "a/b",                                        "a/b[depth=2]", "sim",  &desk,   NULL,                   MATCH_WHOLE,    ""                      },
        {OURS "a/b",                                        "a/bc",         "real", &desk,   NULL,                   MATCH_SCENARIO, "it is for a/b"         },
        {OURS "a/*",                                        "a/bc",         "real", &desk,   NULL,                   MATCH_WHOLE,    ""                      },
        {OURS "a/b, when: 'depth == 2'",                    "a/b[depth=2]", "real", &desk,   NULL,                   MATCH_WHOLE,    ""                      },
        {OURS "a/b, when: 'depth == 2'",                    "a/b[depth=3]", "real", &desk,   NULL,                   MATCH_WHEN,
         "hold for depth=3"                                                                                                                                  },
        {OURS "a/b, when: 'depth == 2'",                    "a/b",          "real", &desk,   NULL,                   MATCH_WHEN,     "asks for depth"        },
        {OURS "a/b, engine: sim",                           "a/b",          "sim",  &desk,   NULL,                   MATCH_WHOLE,    ""                      },
        {OURS "a/b, engine: sim",                           "a/b",          "real", &desk,   NULL,                   MATCH_ENGINE,   "for engine sim"        },
        {OURS "a/b",                                        "a/b",          "both", &desk,   NULL,                   MATCH_WHOLE,    ""                      },
        {OURS "a/b, engine: real",                          "a/b",          "both", &desk,   NULL,                   MATCH_ENGINE,   "ran on both"           },
        {OURS "a/b, platform: { os: linux }",               "a/b",          "real", &desk,   NULL,                   MATCH_WHOLE,    ""                      },
        {OURS "a/b, platform: { os: freebsd }",             "a/b",          "real", &desk,   NULL,                   MATCH_PLATFORM,
         "for freebsd"                                                                                                                                       },
        {OURS "a/b, platform: { kernel: '<6.9' }",          "a/b",          "real", &debian, NULL,                   MATCH_WHOLE,    ""                      },
        {OURS "a/b, platform: { kernel: '<6.9' }",          "a/b",          "real", &desk,   NULL,                   MATCH_PLATFORM,
         "for kernel <6.9"                                                                                                                                   },
        {OURS "a/b, platform: { cores: '<=2' }",            "a/b",          "real", &debian, NULL,                   MATCH_WHOLE,    ""                      },
        {OURS "a/b, platform: { cores: '<=2' }",            "a/b",          "real", &desk,   NULL,                   MATCH_PLATFORM,
         "ran on 16"                                                                                                                                         },
        {OURS "a/b, platform: { ci: true }",                "a/b",          "real", &debian, NULL,                   MATCH_WHOLE,    ""                      },
        {OURS "a/b, platform: { ci: true }",                "a/b",          "real", &desk,   NULL,                   MATCH_PLATFORM,
         "in CI, and this ran ou"                                                                                                                            },
        {OURS "a/b, platform: { ci: false }",               "a/b",          "real", &debian, NULL,                   MATCH_PLATFORM,
         "outside CI"                                                                                                                                        },
        {OURS "a/b, platform: { container: true }",         "a/b",          "real", &debian, NULL,                   MATCH_WHOLE,    ""                      },
        {OURS "a/b, platform: { container: true }",         "a/b",          "real", &desk,   NULL,                   MATCH_PLATFORM,
         "in a container"                                                                                                                                    },
        {OURS "a/b, platform: { container: false }",        "a/b",          "real", &debian, NULL,                   MATCH_PLATFORM,
         "outside a container"                                                                                                                               },
        {OURS "a/b, platform: { cores: '<=2', ci: false }", "a/b",          "real", &debian, NULL,
         MATCH_PLATFORM,                                                                                                             "CI"                    },
        {THEIRS "'1.8.x'",                                  "a/b",          "real", &desk,   "Bats 1.8.2",           MATCH_WHOLE,    ""                      },
        {THEIRS "'1.8.x'",                                  "a/b",          "real", &desk,   "Bats 1.9.0\nand more", MATCH_VERSION,
         "for bats 1.8.x, and here it says 'Bats 1.9.0'"                                                                                                     },
        {THEIRS "'>=1.2, <1.9'",                            "a/b",          "real", &desk,   "1.10",                 MATCH_VERSION,  "1.10"                  },
        {THEIRS "'1.8.x'",                                  "a/b",          "real", &desk,   NULL,                   MATCH_VERSION,  "could not be found out"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena arena = arena_new(1 << 26);
        struct buf why = BUF_INIT;
        const char *version[] = {rows[i].version};
        const struct match_world world = {rows[i].platform, version, day("2026-11-30")};
        const struct known *k = known_of(&arena, &rows[i].entry, 1);
        struct outcome o = outcome_make(rows[i].id, rows[i].engine, VERDICT_FAIL, "step:expect");
        enum match_step step = match_place(k, 0, &o, &world, &why);
        bool good = step == rows[i].step && strstr(buf_text(&why), rows[i].why) != NULL &&
                    (why.size == 0) == (step == MATCH_WHOLE);
        if (!good)
            (void)printf("\nrow %zu: %s: %s\n", i, match_step_name(step), buf_text(&why));
        CU_ASSERT_TRUE(good);
        CU_ASSERT_EQUAL(match_place(k, 0, &o, &world, NULL), step);
        CU_ASSERT_EQUAL(match_entry(k, 0, &o, &world, NULL), step);
        buf_release(&why);
        arena_release(&arena);
    }
}

/* Goal: what was recorded of the program is believed, not what is installed today. */
static void test_the_version_that_ran_counts(void)
{
    struct arena arena = arena_new(1 << 26);
    static const char *const entry[] = {THEIRS "'1.8.x'"};
    const char *version[] = {"Bats 1.11.0"};
    const struct match_world world = {&desk, version, day("2026-11-30")};
    const struct known *k = known_of(&arena, entry, 1);
    struct outcome o = outcome_make("a/b", "real", VERDICT_FAIL, "step");

    o.version = "Bats 1.8.2";
    o.program = "bats";
    CU_ASSERT_EQUAL(match_place(k, 0, &o, &world, NULL), MATCH_WHOLE);
    o.program = "bash";
    CU_ASSERT_EQUAL(match_place(k, 0, &o, &world, NULL), MATCH_VERSION);
    arena_release(&arena);
}

/* Goal: an entry's signature may stop behind any word, and nowhere else. */
static void test_a_signature_fits_by_its_leading_words(void)
{
    static const struct {
        const char *words;
        const char *signature;
        bool fits;
    } rows[] = {
        {"leak:survivor actor=w",       "leak:survivor actor=w",                          true },
        {"leak:survivor",               "leak:survivor actor=w",                          true },
        {"leak",                        "leak:survivor actor=w",                          true },
        {"leak:",                       "leak:survivor actor=w",                          true },
        {"outcome",                     "outcome:died by SIGSEGV actor=root",             true },
        {"outcome:died by",             "outcome:died by SIGSEGV actor=root",             true },
        {"outcome:the root ended",      "outcome:the root ended, not with exit status 0", true },
        {"leak:surv",                   "leak:survivor actor=w",                          false},
        {"leak:survivor actor=mid",     "leak:survivor actor=mid.1",                      false},
        {"leak:survivor actor",         "leak:survivor actor=w",                          false},
        {"leak:survivor actor=w cause", "leak:survivor actor=w",                          false},
        {"invariant:no",                "invariant:no-zombies",                           false},
        {"step",                        "",                                               false},
        {"",                            "step",                                           false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool fits = match_signature(rows[i].words, rows[i].signature);
        if (fits != rows[i].fits)
            (void)printf("\n'%s' and '%s'\n", rows[i].words, rows[i].signature);
        CU_ASSERT_EQUAL(fits, rows[i].fits);
    }
}

static void test_of_two_entries_the_signature_decides(void)
{
    struct arena arena = arena_new(1 << 26);
    static const char *const entry[] = {OURS "a/b"};
    const struct match_world world = {&desk, NULL, day("2026-11-30")};
    const struct known *k = known_of(&arena, entry, 1);
    struct outcome o = outcome_make("a/b", "real", VERDICT_FAIL, "leak:survivor");
    struct buf why = BUF_INIT;

    CU_ASSERT_EQUAL(match_entry(k, 0, &o, &world, &why), MATCH_SIGNATURE);
    CU_ASSERT_STRING_EQUAL(buf_text(&why), "it is for 'step', and this is 'leak:survivor'");
    o.signature = "step:expect";
    CU_ASSERT_EQUAL(match_entry(k, 0, &o, &world, NULL), MATCH_WHOLE);
    buf_release(&why);
    arena_release(&arena);
}

static void test_it_excuses_to_the_end_of_its_last_day(void)
{
    struct arena arena = arena_new(1 << 26);
    static const char *const entry[] = {OURS "a/b", "id: KF-2, signature: step, state: broken, "
                                                    "scenario: a/b, program: p, versions: 'x'"};
    const struct known *k = known_of(&arena, entry, 2);

    CU_ASSERT_FALSE(match_expired(&k->entry[0], day("2026-11-30")));
    CU_ASSERT_FALSE(match_expired(&k->entry[0], day("2026-12-01")));
    CU_ASSERT_TRUE(match_expired(&k->entry[0], day("2026-12-02")));
    CU_ASSERT_FALSE(match_expired(&k->entry[1], day("9999-12-31"))); /* theirs does not */
    arena_release(&arena);
}

int main(void)
{
    CU_pSuite suite = suite_open("known_match", NULL, NULL);

    CU_add_test(suite, "places", test_all_that_an_entry_names_must_hold);
    CU_add_test(suite, "versions", test_the_version_that_ran_counts);
    CU_add_test(suite, "signatures", test_a_signature_fits_by_its_leading_words);
    CU_add_test(suite, "entries", test_of_two_entries_the_signature_decides);
    CU_add_test(suite, "expiry", test_it_excuses_to_the_end_of_its_last_day);
    return suite_close();
}
