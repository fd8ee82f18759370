/* harm_test.c: every harm and every side has a name of its own. */
#include "runtime/base/harm.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

static void test_names_are_there_and_differ(void)
{
    for (unsigned i = 0; i < LINK_HARMS; i++) {
        CU_ASSERT_TRUE(link_harm_name(i)[0] != 0);
        for (unsigned k = 0; k < i; k++)
            CU_ASSERT_STRING_NOT_EQUAL(link_harm_name(i), link_harm_name(k));
    }
    CU_ASSERT_STRING_EQUAL(link_harm_name(LINK_HARM_HALF_CLOSE), "half-close");
    CU_ASSERT_STRING_EQUAL(link_side_name(SIDE_BOTH), "both");
    CU_ASSERT_STRING_EQUAL(link_side_name(SIDE_UP), "up");
    CU_ASSERT_STRING_EQUAL(link_side_name(SIDE_DOWN), "down");
}

int main(void)
{
    CU_pSuite suite = suite_open("harm", NULL, NULL);
    CU_ADD_TEST(suite, test_names_are_there_and_differ);
    return suite_close();
}
