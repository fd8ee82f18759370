/* leak_label_test.c: which test an environment names. */
#include "harness/real/leak.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

/* `environment` has a literal's own 0 behind its last variable. */
#define LABEL(environment, first, source) \
    leak_label(environment, sizeof(environment), first, source)

static void test_a_runner_that_is_known_names_its_test(void)
{
    const char *source = NULL;

    CU_ASSERT_STRING_EQUAL(LABEL("A=1\0BATS_TEST_NAME=test_two\0Z=", NULL, &source), "test_two");
    CU_ASSERT_STRING_EQUAL(source, "BATS_TEST_NAME");
    CU_ASSERT_STRING_EQUAL(LABEL("PYTEST_CURRENT_TEST=a.py::b (call)", NULL, &source),
                           "a.py::b (call)");
    CU_ASSERT_STRING_EQUAL(LABEL("NEXTEST_TEST_NAME=m::t", NULL, &source), "m::t");
    CU_ASSERT_STRING_EQUAL(LABEL("npm_lifecycle_event=test", NULL, &source), "test");
    CU_ASSERT_STRING_EQUAL(source, "npm_lifecycle_event");
}

static void test_the_inner_runner_goes_first_and_the_users_variable_before_all(void)
{
    const char *source = NULL;

    CU_ASSERT_STRING_EQUAL(LABEL("npm_lifecycle_event=test\0BATS_TEST_NAME=one", NULL, &source),
                           "one");
    CU_ASSERT_STRING_EQUAL(LABEL("BATS_TEST_NAME=one\0CASE=two", "CASE", &source), "two");
    CU_ASSERT_STRING_EQUAL(source, "CASE");
    CU_ASSERT_STRING_EQUAL(LABEL("BATS_TEST_NAME=one", "CASE", &source), "one");
}

static void test_nothing_is_guessed(void)
{
    const char *source = "untouched";

    CU_ASSERT_PTR_NULL(leak_label("", 0, "CASE", &source));
    CU_ASSERT_PTR_NULL(LABEL("XBATS_TEST_NAME=x\0BATS_TEST_NAMES=y\0BATS_TEST_NAME\0"
                             "A=BATS_TEST_NAME=z",
                             NULL, &source));
    CU_ASSERT_PTR_NULL(LABEL("BATS_TEST_NAME=", NULL, &source));
    CU_ASSERT_STRING_EQUAL(source, "untouched");
}

int main(void)
{
    CU_pSuite suite = suite_open("leak_label", NULL, NULL);
    CU_add_test(suite, "known", test_a_runner_that_is_known_names_its_test);
    CU_add_test(suite, "order", test_the_inner_runner_goes_first_and_the_users_variable_before_all);
    CU_add_test(suite, "nothing is guessed", test_nothing_is_guessed);
    return suite_close();
}
