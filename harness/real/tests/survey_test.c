/* survey_test.c: what the machine is said to have, against its version. */
#include "harness/real/survey.h"
#include "runtime/base/tests/suite.h"

#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

static bool is_since(int major, int minor)
{
    struct utsname name;
    char *end;

    (void)uname(&name);
    long first = strtol(name.release, &end, 10);
    long second = strtol(end + 1, NULL, 10);
    return first > major || (first == major && second >= minor);
}

static void test_what_a_version_brings_is_there_since_then(void)
{
    struct survey_row row[FEATURES];

    survey_machine(row);
    CU_ASSERT_EQUAL(row[FEATURE_PIDFD_HUP].have, is_since(6, 9));
    CU_ASSERT_EQUAL(row[FEATURE_GETINFO].have, is_since(6, 15));
    /* Nothing uses them. */
    CU_ASSERT_FALSE(row[FEATURE_PERF].tried);
}

static void test_each_row_says_how_or_what_to_do(void)
{
    struct survey_row row[FEATURES];
    unsigned tried = 0;

    survey_machine(row);
    for (unsigned i = 0; i < FEATURES; i++) {
        tried += row[i].tried;
        CU_ASSERT(!row[i].tried || (row[i].text != NULL && row[i].text[0] != 0));
        CU_ASSERT(row[i].tried || !row[i].have);
    }
    CU_ASSERT(tried >= 4);
}

int main(void)
{
    CU_pSuite s = suite_open("survey", NULL, NULL);
    CU_ADD_TEST(s, test_what_a_version_brings_is_there_since_then);
    CU_ADD_TEST(s, test_each_row_says_how_or_what_to_do);
    return suite_close();
}
