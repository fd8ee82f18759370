/* known_edit_test.c: the file of known failures is changed in place: comments, order and all that a
 * change is not about stay as they were. */
#include "harness/gate/date.h"
#include "harness/gate/known_edit.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 64 * 1024 * 1024 };

static struct findings findings;
static struct arena arena;
static struct buf made;
static struct diag diag;

static struct known *parsed(const char *text)
{
    struct known *k = NULL;

    arena_release(&arena);
    arena = arena_new(BYTES_MAX);
    int rc = known_parse(&arena, "k.yaml", text, strlen(text), NULL, &k, &findings, &diag);
    if (rc < 0) {
        struct buf out = BUF_INIT;
        findings_print(&findings, &out);
        (void)fprintf(stderr, "%s\n", buf_text(&out));
        buf_release(&out);
    }
    CU_ASSERT_EQUAL_FATAL(rc, 0);
    buf_release(&made);
    diag.text[0] = 0;
    return k;
}

static int32_t day(const char *text)
{
    int32_t days = 0;

    CU_ASSERT_TRUE_FATAL(date_read(text, &days));
    return days;
}

static void is_made(int rc, const char *want)
{
    CU_ASSERT_EQUAL(rc, 0);
    if (rc != 0 || strcmp(buf_text(&made), want) != 0)
        (void)fprintf(stderr, "\n%d %s\n%s---\n", rc, diag.text, buf_text(&made));
    CU_ASSERT_STRING_EQUAL(buf_text(&made), want);
}

static int renewed(const struct known *k, const char *today, const char *until, const char *because)
{
    const struct known_renewal r = {day(today), day(until), because};

    return known_renew(k, 0, &r, &made, &diag);
}

#define ONE(id)                                             \
    "  - id: " id "   # " id "'s own\n"                     \
    "    issue: https://example.org/1\n"                    \
    "    scenario: s\n"                                     \
    "    signature: step:" id "\n"                          \
    "    state: flaky\n"                                    \
    "    seen: { failed: 3, of: 400 }  # counted by hand\n" \
    "    owner: ann\n"                                      \
    "    added: 2026-11-30\n"                               \
    "    expires: 2027-02-15  # soon\n"

#define HEAD "# Ours.\nknown-failures: 1\n\nentries:\n"

static const char three[] =
    HEAD ONE("a") "    # a's last words\n\n  # about b\n" ONE("b") "\n" ONE("c") "# the end\n";

static void test_an_entry_goes_alone(void)
{
    struct known *k = parsed(three);
    is_made(known_remove(k, 0, &made, &diag),
            HEAD "  # about b\n" ONE("b") "\n" ONE("c") "# the end\n");
    k = parsed(three);
    is_made(known_remove(k, 1, &made, &diag),
            HEAD ONE("a") "    # a's last words\n\n  # about b\n\n" ONE("c") "# the end\n");
    k = parsed(three);
    is_made(known_remove(k, 2, &made, &diag),
            HEAD ONE("a") "    # a's last words\n\n  # about b\n" ONE("b") "\n# the end\n");
}

static void test_the_last_one_leaves_an_empty_list(void)
{
    struct known *k = parsed(HEAD ONE("a"));
    is_made(known_remove(k, 0, &made, &diag), "# Ours.\nknown-failures: 1\n\nentries: []\n");
    k = parsed("known-failures: 1\nentries:  # all\n" ONE("a") "# end");
    is_made(known_remove(k, 0, &made, &diag), "known-failures: 1\nentries: []  # all\n# end");
}

static void test_what_is_written_on_one_line_is_changed_as_well(void)
{
#define FLAT(id, more)                                                                          \
    "- { id: " id ", issue: 'https://a.b/1', scenario: s, signature: 'step:" id "', owner: o, " \
    "state: " more " }\n"
    static const char two[] =
        "known-failures: 1\nentries:\n" FLAT("a", "broken, expires: '2026-12-31', added: 2026-11-30") "# c\n" FLAT(
            "b", "flaky, added: 2026-11-30, seen: {of: 7, failed: 1}, expires: 2026-12-31");

    struct known *k = parsed(two);
    is_made(known_remove(k, 0, &made, &diag),
            "known-failures: 1\nentries:\n# c\n" FLAT(
                "b", "flaky, added: 2026-11-30, seen: {of: 7, failed: 1}, expires: 2026-12-31"));
    k = parsed(two);
    is_made(
        renewed(k, "2026-12-20", "2027-01-10", "because"),
        "known-failures: 1\nentries:\n"
        "# renewed 2026-12-20, was 2026-11-30 to 2026-12-31: because\n" FLAT("a", "broken, expires: 2027-01-10, added: 2026-12-20") "# c\n" FLAT(
            "b", "flaky, added: 2026-11-30, seen: {of: 7, failed: 1}, expires: 2026-12-31"));
    k = parsed(two);
    is_made(
        known_refresh(k, 1, 12, 400, &made, &diag),
        "known-failures: 1\nentries:\n" FLAT("a", "broken, expires: '2026-12-31', added: 2026-11-30") "# c\n" FLAT(
            "b", "flaky, added: 2026-11-30, seen: {of: 400, failed: 12}, expires: 2026-12-31"));
}

static void test_a_renewed_entry_tells_what_it_was(void)
{
    struct known *k = parsed(HEAD ONE("a") ONE("b"));

    is_made(renewed(k, "2027-02-01", "2027-05-02", "the fix\nis in review"),
            HEAD "  - id: a   # a's own\n"
                 "    issue: https://example.org/1\n"
                 "    scenario: s\n"
                 "    signature: step:a\n"
                 "    state: flaky\n"
                 "    seen: { failed: 3, of: 400 }  # counted by hand\n"
                 "    owner: ann\n"
                 "    # renewed 2027-02-01, was 2026-11-30 to 2027-02-15: the fix is in review\n"
                 "    added: 2027-02-01\n"
                 "    expires: 2027-05-02  # soon\n" ONE("b"));
    k = parsed(HEAD ONE("a"));
    CU_ASSERT_EQUAL(renewed(k, "2027-02-01", "2027-05-03", "x"), ERR_USAGE);
    CU_ASSERT_STRING_EQUAL(diag.text, "--until is 91 days from now, of at most 90: 2027-05-02");
    CU_ASSERT_EQUAL(renewed(k, "2027-02-01", "2027-01-31", "x"), ERR_USAGE);
    CU_ASSERT_STRING_EQUAL(diag.text, "--until 2027-01-31 has passed");
    CU_ASSERT_EQUAL(made.size, 0);
}

static const struct known_entry fresh = {
    .id = "KF-1",
    .issue = "https://example.org/7#note",
    .scenario = "prompt/commands_root",
    .when = "ask == \"it's\"",
    .engines = ENGINE_REAL,
    .signature = "step:expect 'a: b' \x1b\n\"\\",
    .state = KNOWN_FLAKY,
    .seen = {3,             400        },
    .platform = { .os = "", .kernel = "", .cores = ""},
    .program = "",
    .versions = "",
    .owner = "ann b.",
    .added = 20787,
    .expires = 20800,
};

#define FRESH                                                    \
    "  - id: KF-1\n"                                             \
    "    # 2026-11-30: why\n"                                    \
    "    issue: 'https://example.org/7#note'\n"                  \
    "    scenario: prompt/commands_root\n"                       \
    "    when: 'ask == \"it''s\"'\n"                             \
    "    engine: real\n"                                         \
    "    signature: \"step:expect 'a: b' \\x1B\\x0A\\\"\\\\\"\n" \
    "    state: flaky\n"                                         \
    "    seen: { failed: 3, of: 400 }\n"                         \
    "    owner: 'ann b.'\n"                                      \
    "    added: 2026-11-30\n"                                    \
    "    expires: 2026-12-13\n"

static void test_a_new_entry_comes_last(void)
{
    struct known *k = parsed(known_empty);
    is_made(known_add(k, &fresh, "why", &made, &diag), "known-failures: 1\nentries:\n" FRESH);
    k = parsed("known-failures: 1\nentries: [ ]   # none is known\n# end");
    is_made(known_add(k, &fresh, "why", &made, &diag),
            "known-failures: 1\nentries:    # none is known\n" FRESH "# end");
    k = parsed("known-failures: 1\nentries: []");
    is_made(known_add(k, &fresh, "why", &made, &diag), "known-failures: 1\nentries:\n" FRESH);
    k = parsed(HEAD ONE("a") "    # a's\n\n# the end\n");
    is_made(known_add(k, &fresh, "why", &made, &diag),
            HEAD ONE("a") "    # a's\n" FRESH "\n# the end\n");
}

/* Goal: a file that would be wrong afterwards is not made. */
static void test_what_would_be_wrong_is_not_made(void)
{
    struct known_entry wrong = fresh;
    struct known *k = parsed(known_empty);

    wrong.issue = "320";
    CU_ASSERT_EQUAL(known_add(k, &wrong, NULL, &made, &diag), ERR_USAGE);
    CU_ASSERT_STRING_EQUAL(diag.text, "k.yaml: it would be wrong: issue wants a URL, not '320': "
                                      "https://...: a link that a reader can follow");
    CU_ASSERT_EQUAL(made.size, 0);
    k = parsed(HEAD ONE("a"));
    wrong = fresh;
    wrong.id = "a";
    CU_ASSERT_EQUAL(known_add(k, &wrong, NULL, &made, &diag), ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "there is another entry 'a'"));
    CU_ASSERT_EQUAL(made.size, 0);
}

static void test_what_people_must_change_is_left_alone(void)
{
    static const char alias[] =
        "known-failures: 1\nentries:\n" FLAT("a", "broken, added: &day 2026-11-30, expires: *day");

    struct known *k = parsed(alias);
    CU_ASSERT_EQUAL(renewed(k, "2026-12-01", "2026-12-31", "x"), ERR_UNSUPPORTED);
    CU_ASSERT_STRING_EQUAL(diag.text, "k.yaml: a: added is written in a way that only people can "
                                      "change; do it by hand");
    CU_ASSERT_EQUAL(made.size, 0);
    k = parsed(
        "known-failures: 1\nentries: [{ id: a, issue: 'https://a.b/1', scenario: s, signature: "
        "step, owner: o, state: broken, added: 2026-11-30, expires: 2026-12-31 }]\n");
    CU_ASSERT_EQUAL(known_remove(k, 0, &made, &diag), ERR_UNSUPPORTED);
    CU_ASSERT_EQUAL(known_add(k, &fresh, NULL, &made, &diag), ERR_UNSUPPORTED);
    CU_ASSERT_EQUAL(made.size, 0);
}

static void test_line_ends_are_those_of_the_file(void)
{
    struct known *k = parsed("known-failures: 1\r\nentries: []\r\n");
    CU_ASSERT_EQUAL_FATAL(known_add(k, &fresh, "why", &made, &diag), 0);
    for (const char *at = buf_text(&made); (at = strchr(at, '\n')) != NULL; at++)
        CU_ASSERT_EQUAL(at[-1], '\r');
}

static void test_ids_are_counted_on(void)
{
    char id[KNOWN_ID_BYTES_MAX + 1];

    CU_ASSERT_STRING_EQUAL(known_next_id(parsed(known_empty), id), "KF-1");
    CU_ASSERT_STRING_EQUAL(known_next_id(parsed(HEAD ONE("KF-9") ONE("KF-10") ONE("KF-3x")), id),
                           "KF-11");
}

static void test_a_change_is_shown_as_a_patch(void)
{
    static const char before[] = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
    static const char after[] = "1\n2\nthree\n4\n5\n6\n7\n8\n9\n10\n11\n12\nmore";
    struct buf out = BUF_INIT;

    known_diff("f", before, before, &out);
    CU_ASSERT_EQUAL(out.size, 0);
    known_diff("f", before, after, &out);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "--- f\n+++ f\n"
                                           "@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+three\n 4\n 5\n 6\n"
                                           "@@ -10,3 +10,4 @@\n 10\n 11\n 12\n+more\n"
                                           "\\ No newline at end of file\n");
    buf_release(&out);
    known_diff("f", "", "a\n", &out);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "--- f\n+++ f\n@@ -0,0 +1,1 @@\n+a\n");
    buf_release(&out);
}

int main(void)
{
    CU_pSuite s = suite_open("known_edit", NULL, NULL);
    CU_ADD_TEST(s, test_an_entry_goes_alone);
    CU_ADD_TEST(s, test_the_last_one_leaves_an_empty_list);
    CU_ADD_TEST(s, test_what_is_written_on_one_line_is_changed_as_well);
    CU_ADD_TEST(s, test_a_renewed_entry_tells_what_it_was);
    CU_ADD_TEST(s, test_a_new_entry_comes_last);
    CU_ADD_TEST(s, test_what_would_be_wrong_is_not_made);
    CU_ADD_TEST(s, test_what_people_must_change_is_left_alone);
    CU_ADD_TEST(s, test_line_ends_are_those_of_the_file);
    CU_ADD_TEST(s, test_ids_are_counted_on);
    CU_ADD_TEST(s, test_a_change_is_shown_as_a_patch);
    int code = suite_close();
    arena_release(&arena);
    buf_release(&made);
    return code;
}
