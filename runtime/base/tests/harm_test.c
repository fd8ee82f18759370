/* harm_test.c: every harm and every side has a name of its own. */
#include "runtime/base/harm.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

static void test_names_are_there_and_differ(void)
{
    static const char *const names[] = {LINK_HARM_MAP(ROW_NAME)};
    static const char *const sides[] = {SIDE_MAP(ROW_NAME)};

    CU_ASSERT_EQUAL(sizeof(names) / sizeof(names[0]), LINK_HARMS);
    for (unsigned i = 0; i < LINK_HARMS; i++) {
        CU_ASSERT_TRUE(names[i][0] != 0);
        for (unsigned k = 0; k < i; k++)
            CU_ASSERT_STRING_NOT_EQUAL(names[i], names[k]);
    }
    CU_ASSERT_STRING_EQUAL(names[LINK_HARM_HALF_CLOSE], "half-close");
    CU_ASSERT_STRING_EQUAL(sides[SIDE_BOTH], "both");
    CU_ASSERT_STRING_EQUAL(sides[SIDE_UP], "up");
    CU_ASSERT_STRING_EQUAL(sides[SIDE_DOWN], "down");
}

static void test_what_is_no_harm_has_no_traits(void)
{
    for (unsigned i = 0; i < LINK_HARMS; i++)
        CU_ASSERT_TRUE(link_harm_traits(i) != 0);
    CU_ASSERT_EQUAL(link_harm_traits(-1), 0);
    CU_ASSERT_EQUAL(link_harm_traits(LINK_HARMS), 0);
}

int main(void)
{
    CU_pSuite suite = suite_open("harm", NULL, NULL);
    CU_ADD_TEST(suite, test_names_are_there_and_differ);
    CU_ADD_TEST(suite, test_what_is_no_harm_has_no_traits);
    return suite_close();
}
