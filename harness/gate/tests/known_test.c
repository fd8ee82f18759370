/* known_test.c: the file of known failures: what is read, what is said about a wrong one, and its
 * limits.
 *
 * Each NAME.yaml in bad/ is read, and what findings_print() says must be NAME.txt beside it. */
#include "harness/gate/known.h"
#include "runtime/base/buf.h"
#include "runtime/base/tests/suite.h"
#include "runtime/base/tests/text_read.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 64 * 1024 * 1024, FILES_MIN = 15 };

static struct findings findings;

/* ---- Scenarios that the entries may name --------------------------------------------------- */

static struct variant roots[] = {
    {.id = "prompt/commands_root[ask=pause]",                    .parameters = "ask=pause"},
    {.id = "prompt/commands_root[ask=crash]",                    .parameters = "ask=crash"},
    {.id = "prompt/commands_root[ask=pause,ctrl-c=each-prompt]",
     .parameters = "ask=pause,ctrl-c=each-prompt"                                         },
};
static const struct scenario commands_root = {
    .id = "prompt/commands_root", .variant = roots, .variant_count = 3};

/* All of it must fail. */
static struct variant proofs[] = {
    {.id = "selftest/leak", .parameters = "", .must_fail_count = 1}
};
static const struct scenario selftest_leak = {
    .id = "selftest/leak", .variant = proofs, .variant_count = 1};

static const char *id_at(size_t i, void *user)
{
    static const char *const ids[] = {"prompt/commands_root", "selftest/leak", "wild/bats_ctrl_c",
                                      "ctrlc_nested"};

    (void)user;
    return ids[i];
}

static size_t count(void *user)
{
    (void)user;
    return 4;
}

static const struct scenario *load(size_t i, void *user)
{
    (void)user;
    return i == 0 ? &commands_root : i == 1 ? &selftest_leak : NULL;
}

static const struct known_scenarios scenarios = {.count = count, .id_at = id_at, .load = load};

/* ---- Files --------------------------------------------------------------------------------- */

/* One fixture. Prints what differs. */
static bool file_is_explained(const char *yaml)
{
    struct arena arena = arena_new(BYTES_MAX);
    struct known *k = NULL;
    struct diag diag = {0};
    struct buf got = BUF_INIT;
    struct buf want = BUF_INIT;
    char path[256];

    (void)snprintf(path, sizeof(path), "%.*s.txt", (int)(strlen(yaml) - strlen(".yaml")), yaml);
    text_read(path, &want);
    int rc = known_load(&arena, yaml, &scenarios, &k, &findings, &diag);
    findings_print(&findings, &got);
    bool same = want.size > 0 && strcmp(buf_text(&got), buf_text(&want)) == 0;
    bool result = findings.errors > 0 ? rc == ERR_INPUT && k == NULL : rc == 0 && k != NULL;
    if (!same || !result)
        (void)fprintf(stderr, "%s: returned %d, and said\n%s", yaml, rc, buf_text(&got));
    buf_release(&got);
    buf_release(&want);
    arena_release(&arena);
    return same && result;
}

static void test_every_bad_file_is_explained(void)
{
    glob_t found = {0};

    CU_ASSERT_EQUAL_FATAL(glob("harness/gate/tests/bad/*.yaml", 0, NULL, &found), 0);
    CU_ASSERT_TRUE(found.gl_pathc >= FILES_MIN);
    for (size_t i = 0; i < found.gl_pathc; i++)
        CU_ASSERT_TRUE(file_is_explained(found.gl_pathv[i]));
    globfree(&found);
}

static void test_every_key_is_read(void)
{
    struct arena arena = arena_new(BYTES_MAX);
    struct known *k = NULL;
    struct diag diag = {0};

    CU_ASSERT_EQUAL_FATAL(
        known_load(&arena, "harness/gate/tests/known.yaml", &scenarios, &k, &findings, &diag), 0);
    CU_ASSERT_EQUAL(findings.count, 0);
    CU_ASSERT_EQUAL_FATAL(k->count, 2);
    const struct known_entry *e = &k->entry[0];
    CU_ASSERT_STRING_EQUAL(e->id, "KF-7");
    CU_ASSERT_STRING_EQUAL(e->issue, "https://example.org/issues/7");
    CU_ASSERT_STRING_EQUAL(e->scenario, "prompt/commands_root");
    CU_ASSERT_STRING_EQUAL(e->when, "ask == \"pause\"");
    CU_ASSERT_EQUAL(e->engines, ENGINE_REAL);
    CU_ASSERT_STRING_EQUAL(e->platform.os, "linux");
    CU_ASSERT_STRING_EQUAL(e->platform.kernel, ">=5.9, <6.9");
    CU_ASSERT_STRING_EQUAL(e->platform.cores, "<=2");
    CU_ASSERT_EQUAL(e->platform.container, KNOWN_NO);
    CU_ASSERT_EQUAL(e->platform.ci, KNOWN_YES);
    CU_ASSERT_STRING_EQUAL(e->signature, "timeout:step actor=root");
    CU_ASSERT_EQUAL(e->state, KNOWN_FLAKY);
    CU_ASSERT_EQUAL(e->seen.failed, 3);
    CU_ASSERT_EQUAL(e->seen.of, 400);
    CU_ASSERT_STRING_EQUAL(e->owner, "ann");
    CU_ASSERT_EQUAL(e->expires - e->added, 77);
    CU_ASSERT_STRING_EQUAL(e->program, "");
    CU_ASSERT_EQUAL(e->place.line, 4);
    e = &k->entry[1];
    CU_ASSERT_EQUAL(e->engines, ENGINE_REAL | ENGINE_SIM);
    CU_ASSERT_EQUAL(e->platform.ci, KNOWN_ANY);
    CU_ASSERT_EQUAL(e->state, KNOWN_BROKEN);
    CU_ASSERT_STRING_EQUAL(e->program, "bats");
    CU_ASSERT_STRING_EQUAL(e->versions, "1.8.x");
    CU_ASSERT_STRING_EQUAL(e->version_from[1], "--version");
    CU_ASSERT_PTR_NULL(e->version_from[2]);
    CU_ASSERT_EQUAL(e->expires, INT32_MAX);
    arena_release(&arena);
}

/* Whether every word of the file stands in the fixture that has each once. */
static void test_the_fixture_has_every_key(void)
{
    struct buf text = BUF_INIT;

    text_read("harness/gate/tests/known.yaml", &text);
    for (size_t i = 0; known_entry_key(i) != NULL; i++) {
        struct buf key = BUF_INIT;
        buf_addf(&key, " %s:", known_entry_key(i)->name);
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&text), buf_text(&key)));
        buf_release(&key);
    }
    buf_release(&text);
}

/* ---- when ---------------------------------------------------------------------------------- */

static enum known_when decided(const char *when, const char *parameters, char *name)
{
    struct arena arena = arena_new(BYTES_MAX);
    struct known *k = NULL;
    struct buf text = BUF_INIT;

    buf_addf(&text,
             "known-failures: 1\nentries:\n  - id: a\n    issue: https://a.b/1\n    scenario: s\n"
             "    when: %s\n    signature: step\n    state: broken\n    owner: o\n"
             "    added: 2026-01-01\n    expires: 2026-01-02\n",
             when);
    int rc = known_parse(&arena, "x.yaml", buf_text(&text), text.size, NULL, &k, &findings, NULL);
    CU_ASSERT_EQUAL_FATAL(rc, 0);
    enum known_when out = known_when(&k->entry[0], parameters, name);
    buf_release(&text);
    arena_release(&arena);
    return out;
}

static void test_when_is_decided_by_the_parameters(void)
{
    static const struct {
        const char *when;
        const char *parameters;
        enum known_when want;
    } rows[] = {
        {"'depth == 2'",                      "depth=2,presses=1",          WHEN_HOLDS  },
        {"'depth == \"2\" and presses != 1'", "depth=2,presses=1",          WHEN_FAILS  },
        {"'depth in [1, 2]'",                 "depth=2",                    WHEN_HOLDS  },
        {"'text == \"a,b\"'",                 "text=a,b,depth=1",           WHEN_HOLDS  },
        {"'text == \"a=b\"'",                 "text=a=b",                   WHEN_HOLDS  },
        {"'text == \"\"'",                    "text=",                      WHEN_HOLDS  },
        {"'on'",                              "on=true",                    WHEN_HOLDS  },
        {"'dept == 2'",                       "depth=2",                    WHEN_UNKNOWN},
        {"'depth == 2 or dept == 1'",         "depth=2",                    WHEN_UNKNOWN},
        {"'depth == 2'",                      "",                           WHEN_UNKNOWN},
        {"'ctrl-c == \"none\"'",              "depth=2",                    WHEN_HOLDS  },
        {"'ctrl-c == \"each-prompt\"'",       "depth=2",                    WHEN_FAILS  },
        {"'ctrl-c != \"none\"'",              "depth=2,ctrl-c=each-prompt", WHEN_HOLDS  },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char name[KNOWN_ID_BYTES_MAX + 1] = "";
        enum known_when got = decided(rows[i].when, rows[i].parameters, name);
        if (got != rows[i].want)
            (void)fprintf(stderr, "%s with %s: %d\n", rows[i].when, rows[i].parameters, (int)got);
        CU_ASSERT_EQUAL(got, rows[i].want);
        CU_ASSERT_EQUAL(name[0] != 0, rows[i].want == WHEN_UNKNOWN);
    }
    char name[KNOWN_ID_BYTES_MAX + 1];
    (void)decided("'dept == 2'", "depth=2", name);
    CU_ASSERT_STRING_EQUAL(name, "dept");
}

/* ---- Limits -------------------------------------------------------------------------------- */

static void entry_add(struct buf *out, const char *id, const char *issue, const char *more)
{
    buf_addf(out,
             "  - { id: %s, issue: 'https://a.b/%s', scenario: s, signature: 'step:%s', "
             "state: broken, owner: o, added: 2026-01-01%s }\n",
             id, issue, id, more);
}

#define HEAD "known-failures: 1\nentries:\n"

/* Reads the text and returns what is said. */
static const char *said(const struct buf *text)
{
    static struct buf out;
    struct arena arena = arena_new(BYTES_MAX);
    struct known *k = NULL;

    buf_release(&out);
    int rc = known_parse(&arena, "x.yaml", buf_text(text), text->size, NULL, &k, &findings, NULL);
    CU_ASSERT_EQUAL(rc, findings.errors > 0 ? ERR_INPUT : 0);
    findings_print(&findings, &out);
    arena_release(&arena);
    return buf_text(&out);
}

static void long_add(struct buf *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        buf_add_text(out, "y");
}

/* One more than there may be, and as many as there may be. */
static void test_every_limit_is_told(void)
{
    for (unsigned over = 0; over < 2; over++) {
        struct buf text = BUF_INIT;
        struct buf word = BUF_INIT;
        char id[32];

        buf_add_text(&text, HEAD);
        for (unsigned i = 0; i < KNOWN_ENTRIES_MAX + over; i++) {
            (void)snprintf(id, sizeof(id), "k%u", i);
            entry_add(&text, id, "1", ", expires: 2026-01-02");
        }
        CU_ASSERT_EQUAL(strstr(said(&text), "501 entries, of at most 500") != NULL, over == 1);
        CU_ASSERT_EQUAL(findings.count, over);
        buf_release(&text);

        long_add(&word, KNOWN_ID_BYTES_MAX + over);
        buf_add_text(&text, HEAD);
        entry_add(&text, buf_text(&word), "1", ", expires: 2026-01-02");
        CU_ASSERT_EQUAL(strstr(said(&text), "- and _, at most 64: KF-7") != NULL, over == 1);
        CU_ASSERT_EQUAL(findings.count, over);
        buf_release(&text);
        buf_release(&word);

        long_add(&word, KNOWN_TEXT_BYTES_MAX - strlen("https://a.b/") + over);
        buf_add_text(&text, HEAD);
        entry_add(&text, "k", buf_text(&word), ", expires: 2026-01-02");
        CU_ASSERT_EQUAL(strstr(said(&text), "issue is longer than 1000 bytes") != NULL, over == 1);
        CU_ASSERT_EQUAL(findings.count, over);
        buf_release(&text);
        buf_release(&word);

        buf_add_text(&word, ", program: p, versions: 1, version-from: [a");
        for (unsigned i = 1; i < KNOWN_ARGUMENTS_MAX + over; i++)
            buf_add_text(&word, ", a");
        buf_add_text(&word, "]");
        buf_add_text(&text, HEAD);
        entry_add(&text, "k", "1", buf_text(&word));
        CU_ASSERT_EQUAL(strstr(said(&text), "version-from wants 1 to 16 words") != NULL, over == 1);
        CU_ASSERT_EQUAL(findings.count, over);
        buf_release(&text);
        buf_release(&word);

        /* 2026-01-01 and 90 days are 2026-04-01. */
        buf_add_text(&text, HEAD);
        entry_add(&text, "k", "1", over == 0 ? ", expires: 2026-04-01" : ", expires: 2026-04-02");
        CU_ASSERT_EQUAL(strstr(said(&text), "would excuse for 91 days, of at most 90") != NULL,
                        over == 1);
        CU_ASSERT_EQUAL(findings.count, over);
        buf_release(&text);

        buf_add_text(&text, HEAD);
        entry_add(&text, "k", "1",
                  over == 0 ? ", expires: 2026-01-02"
                            : ", expires: 2026-01-02, seen: {failed: "
                              "1, of: 1000000001}");
        CU_ASSERT_EQUAL(strstr(said(&text), "of is out of range") != NULL, over == 1);
        buf_release(&text);
    }
}

static void test_a_file_that_is_too_large_is_not_read(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, HEAD);
    long_add(&text, SCENARIO_BYTES_MAX);
    CU_ASSERT_STRING_EQUAL(said(&text), "x.yaml:1:1: error: larger than 1048576 bytes\n");
    buf_release(&text);
}

/* Goal: running out of memory is reported, and never half-done. */
static void test_it_survives_every_lack_of_memory(void)
{
    static unsigned char memory[256 * 1024];
    struct known *k = NULL;
    struct buf text = BUF_INIT;

    text_read("harness/gate/tests/known.yaml", &text);
    for (size_t size = 0; k == NULL && size < sizeof(memory); size += 64) {
        struct arena arena = arena_init(memory, size);
        int rc = known_parse(&arena, "x.yaml", buf_text(&text), text.size, &scenarios, &k,
                             &findings, NULL);
        CU_ASSERT_EQUAL(rc, k == NULL ? ERR_NOMEM : 0);
    }
    CU_ASSERT_PTR_NOT_NULL(k);
    buf_release(&text);
}

static void test_a_missing_file_is_no_finding(void)
{
    struct arena arena = arena_new(BYTES_MAX);
    struct known *k = NULL;
    struct diag diag = {0};

    CU_ASSERT_EQUAL(known_load(&arena, "no/such.yaml", NULL, &k, &findings, &diag), ERR_NOTFOUND);
    CU_ASSERT_STRING_EQUAL(diag.text, "cannot open no/such.yaml: No such file or directory");
    CU_ASSERT_EQUAL(findings.count, 0);
    arena_release(&arena);
}

int main(void)
{
    CU_pSuite s = suite_open("known", NULL, NULL);
    CU_ADD_TEST(s, test_every_key_is_read);
    CU_ADD_TEST(s, test_the_fixture_has_every_key);
    CU_ADD_TEST(s, test_every_bad_file_is_explained);
    CU_ADD_TEST(s, test_when_is_decided_by_the_parameters);
    CU_ADD_TEST(s, test_every_limit_is_told);
    CU_ADD_TEST(s, test_a_file_that_is_too_large_is_not_read);
    CU_ADD_TEST(s, test_it_survives_every_lack_of_memory);
    CU_ADD_TEST(s, test_a_missing_file_is_no_finding);
    return suite_close();
}
