/* rerun_test.c: which flags of running again go together, and what they are to a pool. */
#include "harness/cli/rerun.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct flag_optional bare = {.given = true};
static const struct flag_optional five = {.given = true, .value = 5};

static void expect_refusal(const struct flags *f, const char *text)
{
    struct diag diag = {0};

    CU_ASSERT_EQUAL(rerun_check(f, &diag), ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, text));
    if (strstr(diag.text, text) == NULL)
        (void)printf("%s: %s\n", text, diag.text);
}

/* Not tables: clang-format cannot lay them out. */
#define REFUSED(text, ...) expect_refusal(&(struct flags){__VA_ARGS__}, text)
#define TAKEN(...)         CU_ASSERT_EQUAL(rerun_check(&(struct flags){__VA_ARGS__}, NULL), 0)

static void test_what_does_not_go_together_gets_a_sentence(void)
{
    REFUSED("say one of them", .repeat = 2, .stress = bare);
    REFUSED("with --repeat every run", .repeat = 2, .retries = 1);
    REFUSED("with --stress every run", .retries = 1, .stress = bare);
    REFUSED("say --stress, too", .for_ns = 1);
    REFUSED("ends --repeat N or --stress", .until_fail = true);
    REFUSED("is --fail-fast=1", .repeat = 2, .until_fail = true, .fail_fast = five);
    REFUSED("would fill the disk", .stress = bare, .record_all = true);
    REFUSED("`scenario gate` afterwards", .stress = bare, .gate = true);
    REFUSED("say --engine real or sim", .stress = bare, .engines = ENGINE_REAL | ENGINE_SIM);
}

static void test_what_goes_together_is_taken(void)
{
    TAKEN(.repeat = 1);
    TAKEN(.retries = 2, .fail_fast = bare, .engines = ENGINE_REAL | ENGINE_SIM);
    TAKEN(.repeat = 9, .until_fail = true, .record_all = true);
    TAKEN(.repeat = 9, .fail_fast = five);
    TAKEN(.stress = bare, .for_ns = 1, .until_fail = true, .engines = ENGINE_SIM);
    TAKEN(.stress = five, .fail_fast = five, .jobs = 2);
}

static void test_failures_end_it_only_when_asked(void)
{
    CU_ASSERT_EQUAL(rerun_failures_max(&(struct flags){.repeat = 1}), 0);
    CU_ASSERT_EQUAL(rerun_failures_max(&(struct flags){.until_fail = true}), 1);
    CU_ASSERT_EQUAL(rerun_failures_max(&(struct flags){.fail_fast = bare}), 1);
    CU_ASSERT_EQUAL(rerun_failures_max(&(struct flags){.fail_fast = five}), 5);
}

static void test_stress_runs_as_many_at_once_as_said_else_two_a_core(void)
{
    CU_ASSERT_EQUAL(rerun_stress_jobs(&(struct flags){.stress = five, .jobs = 3}, 2), 5);
    CU_ASSERT_EQUAL(rerun_stress_jobs(&(struct flags){.stress = bare, .jobs = 3}, 2), 3);
    CU_ASSERT_EQUAL(rerun_stress_jobs(&(struct flags){.stress = bare}, 2), 4);
    CU_ASSERT_EQUAL(rerun_stress_jobs(&(struct flags){.stress = bare}, 200), FLAGS_JOBS_MAX);
}

/* Goal: there is enough of each that so many run at once, and no seed is run twice. */
static void test_a_pool_gets_rounds_of_all_variants(void)
{
    struct jobs jobs = JOBS_INIT;
    struct pool pool = {.jobs = &jobs};
    const struct flags flags = {
        .repeat = 1, .schedules = 10, .stress = five, .until_fail = true, .for_ns = 7};

    jobs.job = calloc(3, sizeof(*jobs.job));
    CU_ASSERT_PTR_NOT_NULL_FATAL(jobs.job);
    jobs.count = jobs.room = 3;
    CU_ASSERT_EQUAL(rerun_prepare(&pool, &flags, 2, NULL), 0);
    CU_ASSERT_EQUAL(jobs.count, 6);
    CU_ASSERT_EQUAL(pool.seed_step, 20);
    CU_ASSERT_EQUAL(pool.repeat_step, 2);
    CU_ASSERT_EQUAL(jobs.job[3].seed, 10);
    CU_ASSERT_EQUAL(jobs.job[3].repeat, 1);
    CU_ASSERT_EQUAL(pool.failures_max, 1);
    CU_ASSERT(pool.end_ns > flags.for_ns);
    jobs_release(&jobs);
}

int main(void)
{
    CU_pSuite suite = suite_open("rerun", NULL, NULL);

    CU_add_test(suite, "together", test_what_does_not_go_together_gets_a_sentence);
    CU_add_test(suite, "taken", test_what_goes_together_is_taken);
    CU_add_test(suite, "failures", test_failures_end_it_only_when_asked);
    CU_add_test(suite, "jobs", test_stress_runs_as_many_at_once_as_said_else_two_a_core);
    CU_add_test(suite, "rounds", test_a_pool_gets_rounds_of_all_variants);
    return suite_close();
}
