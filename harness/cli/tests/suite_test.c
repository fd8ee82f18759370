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

int main(void)
{
    CU_pSuite suite = suite_open("suite", NULL, NULL);

    CU_add_test(suite, "runs", test_a_command_makes_at_most_100000_runs);
    return suite_close();
}
