/* first_test.c: an expect of several ways, on a world that plays a script. */
#include "harness/run/state.h"
#include "harness/run/tests/fake_world.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

/* ---- What a reader of the transcript is told ---- */

static struct buf told;

static void on_step(void *user, int64_t at_ns, const struct step *s, unsigned depth, size_t unseen)
{
    (void)user, (void)at_ns, (void)unseen;
    buf_addf(&told, "%u ", depth);
    step_describe(s, cast, &told);
    buf_add_text(&told, "\n");
}

static void on_way(void *user, int64_t at_ns, const struct step *s, size_t i, unsigned depth)
{
    (void)user, (void)at_ns;
    buf_addf(&told, "%u branch", depth);
    step_branch(s, i, &told);
    buf_add_text(&told, "\n");
}

static const struct run_recorder recorder = {.step = on_step, .way = on_way};

/* ---- Ways ---- */

static const char login[] = "steps:\n"
                            "  - expect:\n"
                            "      first:\n"
                            "        - { stream: 'one', then: [{ send: \"1\" }] }\n"
                            "        - { stream: 'two', then: [{ send: \"2\" }, { note: x }] }\n"
                            "        - { stream: 'three' }\n"
                            "  - expect: 'end'\n";

static void test_the_earliest_match_chooses_the_steps(void)
{
    fresh();
    options.recorder = &recorder;
    scenario_says(login);
    fake.event[0].output = "two one ";
    fake.event[1].output = "end";
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "type:2 ");
    CU_ASSERT_STRING_EQUAL(buf_text(&told), "0 branch 'two'\n"
                                            "1 send \"2\"\n"
                                            "1 note \"x\"\n"
                                            "0 expect 'one' or 'two' or 'three'\n"
                                            "0 expect 'end'\n");
    buf_release(&told);
}

static void test_a_way_may_have_no_steps(void)
{
    fresh();
    scenario_says(login);
    fake.event[0].output = "three one end";
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "");
}

static void test_none_of_several_fails_with_the_nearest_of_each(void)
{
    fresh();
    scenario_says(login);
    fake.event[0].output = "thre";
    expect_verdict(VERDICT_FAIL, "step",
                   "expect 'one' or 'two' or 'three': none was seen before the subject ended");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE),
                           "step:expect 'one' or 'two' or 'three'");
    CU_ASSERT_PTR_NOT_NULL(strstr(result_get(&result, RESULT_NEAREST), "branch 'three':\n"));
    fake.event[0].output = "x";
    stays();
    expect_verdict(VERDICT_FAIL, "step", "none was seen within 10 s");
}

static void test_a_step_of_a_branch_fails_with_its_name(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect:\n"
                  "      first:\n"
                  "        - stream: 'one'\n"
                  "          then:\n"
                  "            - expect: 'never'\n");
    fake.event[0].output = "one";
    expect_verdict(VERDICT_FAIL, "step",
                   "expect 'never': not seen before the subject ended (in branch 'one' of line 7)");
    CU_ASSERT_EQUAL(result.line, HEAD_LINES + 6);
    CU_ASSERT_EQUAL(result.step, 1);
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE), "step:expect 'never'");
}

static void test_fail_fails_with_its_reason(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect:\n"
                  "      first:\n"
                  "        - { stream: 'denied', then: [{ fail: 'the login was refused' }] }\n"
                  "        - { stream: 'welcome' }\n");
    fake.event[0].output = "denied";
    expect_verdict(VERDICT_FAIL, "step", "fail: the login was refused (in branch 'denied' of");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE),
                           "step:fail the login was refused");
    CU_ASSERT_EQUAL(result.line, HEAD_LINES + 4);
}

/* ---- Again ---- */

static const char pager[] = "steps:\n"
                            "  - expect:\n"
                            "      first:\n"
                            "        - { stream: 'more', then: [{ send: \" \" }], again: 2 }\n"
                            "        - { stream: 'END' }\n"
                            "      within: 4s\n";

static void test_again_goes_on_waiting(void)
{
    fresh();
    scenario_says(pager);
    fake.event[0].output = "more";
    fake.event[1].output = "more END";
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "type:  type:  ");
}

static void test_once_more_than_again_fails_and_names_the_branch(void)
{
    fresh();
    scenario_says(pager);
    fake.event[0].output = "more more more END";
    expect_verdict(VERDICT_FAIL, "step", "the branch 'more' came once more than `again: 2` allows");
    CU_ASSERT_EQUAL(result.line, HEAD_LINES + 4);
}

/* Goal: without steps the wait goes on as often, and takes no stack. */
static void test_again_without_steps_is_a_loop(void)
{
    enum { TIMES = 20000 };
    static char text[2 * TIMES + 2];

    fresh();
    scenario_says("steps:\n"
                  "  - expect: { first: [{ stream: '%', again: 20000 }, { stream: 'E' }] }\n");
    for (size_t i = 0; i < TIMES; i++)
        text[2 * i] = '%', text[2 * i + 1] = ' ';
    text[sizeof(text) - 2] = 'E';
    fake.event[0].output = text;
    expect_verdict(VERDICT_PASS, "", "");
    text[sizeof(text) - 2] = '%';
    expect_verdict(VERDICT_FAIL, "step", "once more than `again: 20000`");
}

static void test_within_starts_anew_after_again(void)
{
    fresh();
    scenario_says(pager);
    fake.event[0] = (struct fake_event){.at_ns = 3 * SECOND_NS, .output = "more"};
    fake.event[1] = (struct fake_event){.at_ns = 6 * SECOND_NS, .output = "more"};
    stays();
    expect_verdict(VERDICT_FAIL, "step", "none was seen within 4 s");
    CU_ASSERT_EQUAL(result.clock_ns, 10 * SECOND_NS);
}

/* ---- eof, timeout ---- */

static void test_timeout_has_steps_of_its_own_and_is_no_stillness(void)
{
    fresh();
    options.recorder = &recorder;
    scenario_says("steps:\n"
                  "  - expect:\n"
                  "      first: [{ stream: 'one', then: [{ send: \"1\" }] }]\n"
                  "      timeout: [{ send: \"t\" }]\n"
                  "      within: 3s\n"
                  "  - expect: 'after'\n");
    fake.still = true;
    fake.event[0].output = "x after.";
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "type:t stop:normal ");
    CU_ASSERT_EQUAL(result.clock_ns, 3 * SECOND_NS);
    CU_ASSERT_STRING_EQUAL(buf_text(&told), "0 branch timeout\n"
                                            "1 send \"t\"\n"
                                            "0 expect 'one' or timeout\n"
                                            "0 expect 'after'\n");
    buf_release(&told);
}

static void test_the_end_has_steps_of_its_own(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect:\n"
                  "      first: [{ stream: 'one' }]\n"
                  "      eof: [{ note: over }]\n"
                  "      timeout: [{ fail: late }]\n");
    fake.event[0].output = "x";
    expect_verdict(VERDICT_PASS, "", "");
    /* A match that only the end decides comes before it. */
    scenario_says("steps:\n"
                  "  - expect:\n"
                  "      first: [{ stream: 'x$' }]\n"
                  "      eof: [{ fail: over }]\n");
    fake.never_quiet = true;
    expect_verdict(VERDICT_PASS, "", "");
    /* Time that has not passed is no way out of the end. */
    scenario_says("steps:\n"
                  "  - expect:\n"
                  "      first: [{ stream: 'one' }]\n"
                  "      timeout: []\n");
    expect_verdict(VERDICT_FAIL, "step", "not seen before the subject ended");
}

static void test_without_a_timeout_stillness_ends_the_wait(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: { first: [{ stream: 'one' }, { stream: 'two' }], eof: [] }\n");
    fake.still = true;
    stays();
    expect_verdict(VERDICT_FAIL, "step", "none was seen: nothing can move any more");
    CU_ASSERT_EQUAL(result.clock_ns, 0);
}

/* ---- Beside others ---- */

/* Goal: an expect inside of a branch, and one of another list, take their turns. */
static void test_lists_nest(void)
{
    fresh();
    scenario_says(
        "steps:\n"
        "  - parallel:\n"
        "      -\n"
        "        - expect:\n"
        "            first:\n"
        "              - stream: 'one'\n"
        "                then:\n"
        "                  - expect: { first: [{ stream: 'two', then: [{ send: \"2\" }] }] }\n"
        "      -\n"
        "        - expect: 'three'\n"
        "        - send: \"3\"\n");
    fake.event[0].output = "one ";
    fake.event[1].output = "three ";
    fake.event[2].output = "two ";
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "type:3 type:2 ");
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"earliest",         test_the_earliest_match_chooses_the_steps            },
        {"no steps",         test_a_way_may_have_no_steps                         },
        {"none",             test_none_of_several_fails_with_the_nearest_of_each  },
        {"name",             test_a_step_of_a_branch_fails_with_its_name          },
        {"fail",             test_fail_fails_with_its_reason                      },
        {"again",            test_again_goes_on_waiting                           },
        {"again, once more", test_once_more_than_again_fails_and_names_the_branch },
        {"again, a loop",    test_again_without_steps_is_a_loop                   },
        {"again, within",    test_within_starts_anew_after_again                  },
        {"timeout",          test_timeout_has_steps_of_its_own_and_is_no_stillness},
        {"eof",              test_the_end_has_steps_of_its_own                    },
        {"still",            test_without_a_timeout_stillness_ends_the_wait       },
        {"nested",           test_lists_nest                                      },
        CU_TEST_INFO_NULL,
    };

    CU_pSuite suite = suite_open("first", suite_start, suite_end);
    for (const CU_TestInfo *test = tests; test->pName != NULL; test++)
        CU_add_test(suite, test->pName, test->pTestFunc);
    int rc = suite_close();
    result_release(&result);
    return rc;
}
