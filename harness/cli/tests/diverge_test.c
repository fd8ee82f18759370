/* diverge_test.c: when two engines disagree, and that the disagreement is one result. */
#include "harness/cli/diverge.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

static struct scenario scenario = {.id = "x"};
static struct suite_file file = {.scenario = &scenario, .path = "x.yaml", .again = "x.yaml"};
static struct outcome_rule outcome[2] = {
    {.kind = OUTCOME_STATUS, .status = 0},
    {.kind = OUTCOME_STATUS, .status = 1}
};
static struct expected_failure must_fail = {.invariant = "no-zombies"};
static struct variant variant;
static struct worker_options options = {.current_directory = "/"};
static struct job job[2];

static void job_set(size_t i, enum verdict verdict, const char *reason, const char *signature)
{
    result_release(&job[i].result);
    job[i] = (struct job){.file = &file,
                          .variant = &variant,
                          .engine = i == 0 ? ENGINE_REAL : ENGINE_SIM,
                          .seed = 7,
                          .twin = 1 - i,
                          .done = true};
    job[i].result = (struct run_result){.verdict = verdict, .engine = job[i].engine, .seed = 7};
    job[i].result.schedules = 1;
    job[i].result.failed = verdict_is_bad(verdict);
    result_set(&job[i].result, RESULT_ID, "x");
    result_set(&job[i].result, RESULT_REASON, reason);
    result_set(&job[i].result, RESULT_SIGNATURE, signature);
    result_set(&job[i].result, RESULT_TREE, i == 0 ? "real's tree\n" : "sim's tree\n");
}

static void fresh(void)
{
    variant = (struct variant){.id = "x", .parameters = "", .outcome = outcome, .outcome_count = 1};
    job_set(0, VERDICT_PASS, "", "");
    job_set(1, VERDICT_FAIL, "outcome", "outcome:y");
}

static bool diverge(void)
{
    bool diverged = engines_diverge(&job[0], &job[1], &options);

    CU_ASSERT_EQUAL(job[1].replaced, diverged);
    CU_ASSERT_FALSE(job[0].replaced);
    CU_ASSERT_EQUAL(job[0].result.verdict == VERDICT_DIVERGED, diverged);
    return diverged;
}

static void release(void)
{
    result_release(&job[0].result);
    result_release(&job[1].result);
}

static void test_a_disagreement_is_one_result_with_the_story_of_the_failure(void)
{
    fresh();
    CU_ASSERT(diverge());
    const struct run_result *r = &job[0].result;
    CU_ASSERT_EQUAL(r->engine, ENGINE_REAL | ENGINE_SIM);
    CU_ASSERT_STRING_EQUAL(result_get(r, RESULT_REASON), "engines");
    CU_ASSERT_STRING_EQUAL(result_get(r, RESULT_SIGNATURE), "diverged:real=PASS sim=FAIL");
    CU_ASSERT_STRING_EQUAL(result_get(r, RESULT_MESSAGE),
                           "the engines disagree: real says PASS, sim says FAIL outcome:y");
    CU_ASSERT_STRING_EQUAL(result_get(r, RESULT_TREE), "sim's tree\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(result_get(r, RESULT_AGAIN), " --engine both --seed 0x7"));
    release();

    fresh();
    job_set(0, VERDICT_TIMEOUT, "step", "timeout:step");
    CU_ASSERT(diverge());
    CU_ASSERT_STRING_EQUAL(result_get(&job[0].result, RESULT_TREE), "real's tree\n");
    release();
}

static void test_engines_that_agree_are_left_alone(void)
{
    fresh();
    job_set(0, VERDICT_FAIL, "outcome", "outcome:z");
    CU_ASSERT_FALSE(diverge());
    CU_ASSERT_STRING_EQUAL(result_get(&job[0].result, RESULT_SIGNATURE), "outcome:z");
    release();
}

static void test_who_has_not_judged_does_not_disagree(void)
{
    static const struct {
        enum verdict verdict;
        const char *reason;
    } cases[] = {
        {VERDICT_HARNESS,     "error"      },
        {VERDICT_UNSUPPORTED, ""           },
        {VERDICT_SKIPPED,     ""           },
        {VERDICT_UNRESOLVED,  "interrupted"},
        {VERDICT_UNRESOLVED,  "trace-full" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fresh();
        job_set(0, cases[i].verdict, cases[i].reason, "");
        CU_ASSERT_FALSE(diverge());
        release();
    }
    /* An inject that fires on one engine alone does. */
    fresh();
    job_set(1, VERDICT_UNRESOLVED, "never-fired", "");
    CU_ASSERT(diverge());
    release();
}

static void test_a_run_that_may_end_in_several_ways_does_not_diverge(void)
{
    fresh();
    variant.outcome_count = 2;
    CU_ASSERT_FALSE(diverge());
    variant.outcome_count = 0;
    CU_ASSERT_FALSE(diverge());
    struct outcome_rule any = {.kind = OUTCOME_ANY};
    variant.outcome = &any;
    variant.outcome_count = 1;
    CU_ASSERT_FALSE(diverge());
    /* What must fail has one way. */
    variant.must_fail = &must_fail;
    variant.must_fail_count = 1;
    CU_ASSERT(diverge());
    release();
}

static void test_some_of_several_schedules_are_enough_to_agree(void)
{
    static const struct {
        enum verdict real;
        uint64_t failed;
        bool diverged;
    } cases[] = {
        {VERDICT_PASS, 1,  false},
        {VERDICT_PASS, 10, true },
        {VERDICT_FAIL, 1,  false},
        {VERDICT_FAIL, 0,  true },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fresh();
        job_set(0, cases[i].real, "", "");
        job_set(1, cases[i].failed > 0 ? VERDICT_FAIL : VERDICT_PASS, "", "");
        job[1].result.schedules = 10;
        job[1].result.failed = cases[i].failed;
        CU_ASSERT_EQUAL(diverge(), cases[i].diverged);
        release();
    }
}

int main(void)
{
    CU_pSuite suite = suite_open("diverge", NULL, NULL);

    CU_add_test(suite, "one", test_a_disagreement_is_one_result_with_the_story_of_the_failure);
    CU_add_test(suite, "agree", test_engines_that_agree_are_left_alone);
    CU_add_test(suite, "not judged", test_who_has_not_judged_does_not_disagree);
    CU_add_test(suite, "several ends", test_a_run_that_may_end_in_several_ways_does_not_diverge);
    CU_add_test(suite, "schedules", test_some_of_several_schedules_are_enough_to_agree);
    int rc = suite_close();
    result_release(&job[0].result);
    result_release(&job[1].result);
    return rc;
}
