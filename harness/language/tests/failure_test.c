/* failure_test.c: errors by name. */
#include "harness/language/failure.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>

static void test_an_error_is_found_by_its_name(void)
{
    CU_ASSERT_EQUAL(errno_find("ENOSPC"), ENOSPC);
    CU_ASSERT_EQUAL(errno_find("ENOSP"), -1);
    CU_ASSERT_PTR_NULL(errno_text(0));
    for (size_t i = 0; errno_name(i) != NULL; i++)
        CU_ASSERT_STRING_EQUAL(errno_text(errno_find(errno_name(i))), errno_name(i));
}

int main(void)
{
    CU_pSuite suite = suite_open("failure", NULL, NULL);
    CU_add_test(suite, "names", test_an_error_is_found_by_its_name);
    return suite_close();
}
