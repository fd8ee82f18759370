/* condition_test.c: the truth of conditions. */
#include "harness/scenario/condition.h"
#include "harness/scenario/parse.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

static struct findings findings;

/* 1, 0, or -1 when a finding was made. */
static int decide(const char *condition)
{
    static const struct binding bindings[] = {
        {"depth",   "2",     1, true,  NULL},
        {"prompt",  "pause", 5, true,  NULL},
        {"on",      "true",  4, true,  NULL},
        {"not-now", "x y",   3, false, NULL},
    };
    static const struct scope scope = {bindings, 4, "matrix or vars", NULL};
    static const struct scenario_options options = {0};
    static unsigned char memory[16 * 1024]; /* the findings' texts lie in it */
    struct arena arena = arena_init(memory, sizeof(memory));
    struct parse p = {.arena = &arena, .options = &options, .findings = &findings};
    bool holds = false;

    findings = (struct findings){0};
    struct source *source = source_new(&p, "x", condition, strlen(condition));
    CU_ASSERT_PTR_NOT_NULL_FATAL(source);
    const struct node node = {.source = source,
                              .place = source_place(source, 0),
                              .width = (uint32_t)strlen(condition),
                              .kind = NODE_SCALAR,
                              .style = STYLE_PLAIN,
                              .text = condition,
                              .size = strlen(condition)};
    bool ok = condition_read(&p, &scope, &node, &holds);
    CU_ASSERT_EQUAL(ok, findings.errors == 0);
    return ok ? holds : -1;
}

static void check_all(const char *const *conditions, size_t count, int want)
{
    for (size_t i = 0; i < count; i++) {
        int got = decide(conditions[i]);
        if (got != want)
            (void)fprintf(stderr, "%s: %d, not %d\n", conditions[i], got, want);
        CU_ASSERT_EQUAL(got, want);
    }
}

static void test_what_holds(void)
{
    static const char *const conditions[] = {
        "depth == 2",
        "depth == '2'",
        "\"2\" == depth",
        "prompt != \"crash\"",
        "not prompt == \"crash\"",
        "prompt in (\"crash\", \"pause\")",
        "prompt in [\"pause\"]",
        "prompt not in (\"crash\")",
        "on",
        "true",
        "on and depth == 2",
        "false or on",
        "false and false or true",
        "true or false and false",
        "not (false or false)",
        "not not on",
        "not-now == 'x y'",
        "  ( depth==2 )  ",
        "-1 == '-1'",
    };

    check_all(conditions, COUNT_OF(conditions), 1);
}

static void test_what_does_not_hold(void)
{
    static const char *const conditions[] = {
        "depth == 3",
        "depth == '02'",
        "prompt == 'PAUSE'",
        "prompt in ('x')",
        "prompt not in ('pause')",
        "not on",
        "on and depth != 2",
        "false or not true",
        "not (true or false)",
        "(true or true) and false",
    };

    check_all(conditions, COUNT_OF(conditions), 0);
}

static void test_what_is_no_condition(void)
{
    static const char *const conditions[] = {
        "depth",          "depth = 2",   "depth == ",      "== 2",        "depth == pause",
        "depth == 2 on",  "(depth == 2", "depth == 2)",    "depth in",    "depth in ()",
        "depth in (1, )", "depth in (1", "depth in (1 2)", "depth not 2", "and",
        "on and",         "on && on",    "depth == \"2",   "not",         "depths == 2",
        "depth in [1)",   "'x y'",
    };

    check_all(conditions, COUNT_OF(conditions), -1);
}

static void test_a_mistake_in_the_branch_that_does_not_matter_is_found(void)
{
    CU_ASSERT_EQUAL(decide("true or depht == 2"), -1);
    CU_ASSERT_STRING_EQUAL(findings.item[0].text,
                           "in the condition: no parameter 'depht' in matrix or vars");
    CU_ASSERT_STRING_EQUAL(findings.item[0].label, "did you mean 'depth'?");
    CU_ASSERT_EQUAL(findings.item[0].place.column, 9);
    CU_ASSERT_EQUAL(findings.item[0].width, 5);
}

int main(void)
{
    CU_pSuite s = suite_open("condition", NULL, NULL);
    CU_ADD_TEST(s, test_what_holds);
    CU_ADD_TEST(s, test_what_does_not_hold);
    CU_ADD_TEST(s, test_what_is_no_condition);
    CU_ADD_TEST(s, test_a_mistake_in_the_branch_that_does_not_matter_is_found);
    return suite_close();
}
