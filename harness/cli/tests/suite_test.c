/* suite_test.c: how many runs one command may make. */
#include "harness/cli/suite.h"
#include "runtime/base/tests/suite.h"

static void test_a_command_makes_at_most_100000_runs(void)
{
    struct variant variant = {.id = "x", .parameters = ""};
    struct scenario scenario = {
        .id = "x", .engines = ENGINE_SIM, .variant = &variant, .variant_count = 1};
    struct suite_file file = {.scenario = &scenario};
    const struct suite suite = {.file = &file, .count = 1};
    struct flags flags = {.seed = 1, .repeat = SUITE_JOBS_MAX};
    struct jobs jobs = JOBS_INIT;
    struct diag diag = {0};

    CU_ASSERT_EQUAL(jobs_select(&jobs, &suite, &flags, &diag), 0);
    CU_ASSERT_EQUAL(jobs.count, SUITE_JOBS_MAX);
    flags.repeat = 1;
    CU_ASSERT_EQUAL(jobs_select(&jobs, &suite, &flags, &diag), ERR_FULL);
    CU_ASSERT_STRING_EQUAL(diag.text, "more than 100000 runs in one command");
    jobs_release(&jobs);
}

/* Goal: any so many jobs that stand together are of different variants, or of different seeds. */
static void test_jobs_are_multiplied_in_rounds(void)
{
    struct variant variants[] = {
        {.id = "x[n=1]", .parameters = "n=1"},
        {.id = "x[n=2]", .parameters = "n=2"},
    };
    struct scenario scenario = {
        .id = "x", .engines = ENGINE_SIM, .variant = variants, .variant_count = 2};
    struct suite_file file = {.scenario = &scenario};
    const struct suite suite = {.file = &file, .count = 1};
    const struct flags flags = {.seed = 7, .repeat = 1};
    struct jobs jobs = JOBS_INIT;

    CU_ASSERT_EQUAL(jobs_select(&jobs, &suite, &flags, NULL), 0);
    CU_ASSERT_EQUAL(jobs_multiply(&jobs, 3, 10, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(jobs.count, 6);
    for (size_t i = 0; i < jobs.count; i++) {
        CU_ASSERT_PTR_EQUAL(jobs.job[i].variant, &variants[i % 2]);
        CU_ASSERT_EQUAL(jobs.job[i].seed, 7 + 10 * (i / 2));
    }
    CU_ASSERT_EQUAL(jobs_multiply(&jobs, SUITE_JOBS_MAX, 1, NULL), ERR_FULL);
    jobs_release(&jobs);
}

int main(void)
{
    CU_pSuite suite = suite_open("suite", NULL, NULL);

    CU_add_test(suite, "runs", test_a_command_makes_at_most_100000_runs);
    CU_add_test(suite, "multiplied", test_jobs_are_multiplied_in_rounds);
    return suite_close();
}
