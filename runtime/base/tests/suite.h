/* suite.h: the main() of a test program: one suite, every test by its name, 0 when all held. */
#ifndef RUNTIME_BASE_TESTS_SUITE_H
#define RUNTIME_BASE_TESTS_SUITE_H

#include "runtime/base/check.h"

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <signal.h>
#include <stddef.h>

/* Whoever starts the tests in the background, or by nohup, has them inherit signals that are
 * ignored, and so would the programs that a test ends by such a signal. */
static inline void suite_signals(void)
{
    static const int numbers[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGPIPE,
                                  SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        CHECK(signal(numbers[i], SIG_DFL) != SIG_ERR);
}

/* Begins the suite; `before` and `after` may be NULL. Tests are added to what it returns. */
static inline CU_pSuite suite_open(const char *name, CU_InitializeFunc before, CU_CleanupFunc after)
{
    suite_signals();
    CHECK(CU_initialize_registry() == CUE_SUCCESS);
    CU_pSuite suite = CU_add_suite(name, before, after);
    CHECK(suite != NULL);
    return suite;
}

/* Runs it. Returns what main() returns. */
static inline int suite_close(void)
{
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_ErrorCode rc = CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();

    CU_cleanup_registry();
    return rc != CUE_SUCCESS || failed != 0;
}

/* Both, for tests in an array that CU_TEST_INFO_NULL ends. */
static inline int suite_run(const char *name, const CU_TestInfo *tests)
{
    CU_pSuite suite = suite_open(name, NULL, NULL);

    for (const CU_TestInfo *test = tests; test->pName != NULL; test++)
        CU_add_test(suite, test->pName, test->pTestFunc);
    return suite_close();
}

/* With AddressSanitizer, whose handlers come after ours and whose library must be found. */
#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif
#else
enum { SANITIZED = 0 };
#endif

#endif
