/* gate_told_test.c: what a gate says stays on one screen, and is safe where it is read. The words
 * of each finding are those of gating_test. */
#include "harness/gate/date.h"
#include "harness/report/exit_code.h"
#include "harness/report/gate_told.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

static const struct platform desk = {.os = "Linux", .kernel = "6.1.0", .cores = 2};

/* A gate with so many new failures, "ID[n=I]", and one without a verdict. */
static struct gate *gate_of(const char *id, size_t failures, const char *message)
{
    static const struct match_world world = {.platform = &desk, .today = 20787};
    const struct known_entry *entry;
    struct gate *g = NULL;

    CU_ASSERT_EQUAL_FATAL(gate_new(NULL, &world, &g, NULL), 0);
    for (size_t i = 0; i <= failures; i++) {
        char name[128];
        (void)snprintf(name, sizeof(name), "%s[n=%03zu]", id, i);
        const struct outcome o = {.id = name,
                                  .scenario = id,
                                  .parameters = "",
                                  .engine = "real",
                                  .verdict = i < failures ? VERDICT_FAIL : VERDICT_UNRESOLVED,
                                  .reason = "tier",
                                  .signature = i < failures ? "step:expect" : "",
                                  .message = message,
                                  .file = "scenarios/a,b:c.yaml",
                                  .line = 7,
                                  .ended = "",
                                  .again = "",
                                  .record = "",
                                  .program = "",
                                  .version = "",
                                  .attempt = 1};
        (void)gate_add(g, &o, &entry);
    }
    CU_ASSERT_EQUAL_FATAL(gate_judge(g, NULL), 0);
    return g;
}

static size_t count_of(const struct buf *text, const char *what)
{
    size_t count = 0;

    for (const char *at = buf_text(text); (at = strstr(at, what)) != NULL; at++)
        count++;
    return count;
}

static void expect(const struct buf *text, const char *what)
{
    if (strstr(buf_text(text), what) == NULL)
        (void)printf("\nmissing: %s\nin:\n%s\n", what, buf_text(text));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(text), what));
}

/* Goal: a reviewer reads one screen, however much is red; what is not shown is counted. */
static void test_of_many_findings_the_first_are_shown(void)
{
    struct gate *g = gate_of("a", GATE_SHOWN_MAX + 7, "");
    const struct gate_told told = {.gate = g, .known = "ci/known-failures.yaml", .today = 20787};
    struct buf out = BUF_INIT;

    gate_terminal(&out, &told, false);
    CU_ASSERT_EQUAL(count_of(&out, "\nNEW"), GATE_SHOWN_MAX + 1);
    expect(&out, "NEW        and 7 more\n");
    expect(&out, "UNRESOLVED  a[n=017]  real  UNRESOLVED\n           tier\n");
    expect(&out, "· 17 new · 1 without a verdict   as of 2026-11-30   → exit 1\n");
    CU_ASSERT_EQUAL(gate_exit_code(g), EXIT_CODE_FAILED);
    buf_release(&out);
    /* A program gets all of them. */
    gate_json(&out, &told);
    CU_ASSERT_EQUAL(count_of(&out, "\"kind\":\"NEW\""), GATE_SHOWN_MAX + 7);
    buf_release(&out);
    gate_github(&out, &told);
    CU_ASSERT_EQUAL(count_of(&out, "::error "), GATE_ANNOTATIONS_MAX);
    buf_release(&out);
    gate_free(g);
}

/* Goal: nothing of the subject reaches a terminal raw, ends an annotation, or sets one of its own.
 */
static void test_texts_of_others_do_nothing_where_they_are_read(void)
{
    struct gate *g = gate_of("x\x1b[31m%,:\n::error::y", 1, "50 %\x1b[2J\r\nmore");
    const struct gate_told told = {.gate = g, .known = "", .today = 20787};
    struct buf out = BUF_INIT;

    gate_terminal(&out, &told, false);
    CU_ASSERT_PTR_NULL(strchr(buf_text(&out), '\x1b'));
    expect(&out, "50 %^[[2J^M\n");
    CU_ASSERT_PTR_NULL(strstr(buf_text(&out), "\n::"));
    buf_release(&out);
    gate_github(&out, &told);
    CU_ASSERT_PTR_NULL(strchr(buf_text(&out), '\x1b'));
    CU_ASSERT_EQUAL(count_of(&out, "\n"), 2);
    expect(&out,
           "::error file=scenarios/a%2Cb%3Ac.yaml,line=7,title=NEW x^[[31m%25%2C%3A%0A%3A%3Aerror");
    expect(&out, "50 %25^[[2J");
    buf_release(&out);
    gate_markdown(&out, &told);
    CU_ASSERT_PTR_NULL(strchr(buf_text(&out), '\x1b'));
    expect(&out, "### ❌ scenario gate: an unexpected failure");
    buf_release(&out);
    gate_free(g);
}

/* Goal: colour where it is wanted, and nowhere else. */
static void test_colour_is_only_there_when_wanted(void)
{
    struct gate *g = gate_of("a", 1, "");
    const struct gate_told told = {.gate = g, .known = "", .today = 20787};
    struct buf out = BUF_INIT;

    gate_terminal(&out, &told, true);
    expect(&out, "\x1b[31mNEW      \x1b[0m  a[n=000]");
    expect(&out, "\x1b[33mUNRESOLVED");
    buf_release(&out);
    gate_free(g);
}

int main(void)
{
    CU_pSuite suite = suite_open("gate_told", NULL, NULL);

    CU_add_test(suite, "many", test_of_many_findings_the_first_are_shown);
    CU_add_test(suite, "texts", test_texts_of_others_do_nothing_where_they_are_read);
    CU_add_test(suite, "colour", test_colour_is_only_there_when_wanted);
    return suite_close();
}
