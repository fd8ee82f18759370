/* err_test.c: the list of errors, and sentences that are cut rather than overrun. */
#include "runtime/base/err.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <string.h>

static const int errors[] = {
#define ERR_ROW(id, number, text) id,
    ERR_MAP(ERR_ROW)
#undef ERR_ROW
};

enum { ERRORS = sizeof(errors) / sizeof(errors[0]) };

static void test_err_numbers_are_negative_and_unique(void)
{
    for (int i = 0; i < ERRORS; i++) {
        CU_ASSERT_TRUE(errors[i] < 0);
        for (int k = 0; k < i; k++) {
            CU_ASSERT_NOT_EQUAL(errors[i], errors[k]);
            CU_ASSERT_STRING_NOT_EQUAL(err_text(errors[i]), err_text(errors[k]));
        }
    }
}

static void test_err_text_is_never_missing(void)
{
    CU_ASSERT_STRING_EQUAL(err_text(ERR_NOMEM), "out of memory");
    CU_ASSERT_STRING_EQUAL(err_text(0), "no error");
    CU_ASSERT_STRING_EQUAL(err_text(5), "no error");
    CU_ASSERT_STRING_EQUAL(err_text(-1000), "unknown error");
}

static void test_diag_set_returns_the_error_and_says_why(void)
{
    struct diag diag = {0};

    CU_ASSERT_EQUAL(diag_set(&diag, ERR_INPUT, "line %d: %s", 3, "no"), ERR_INPUT);
    CU_ASSERT_STRING_EQUAL(diag.text, "line 3: no");
    CU_ASSERT_EQUAL(diag_set(NULL, ERR_FULL, "nobody listens"), ERR_FULL);
}

static void test_diag_errno_adds_its_text_and_keeps_errno(void)
{
    struct diag diag = {0};

    errno = ENOENT;
    CU_ASSERT_EQUAL(diag_errno(&diag, ERR_IO, "cannot open %s", "x"), ERR_IO);
    CU_ASSERT_STRING_EQUAL(diag.text, "cannot open x: No such file or directory");
    CU_ASSERT_EQUAL(errno, ENOENT);
    errno = EACCES;
    CU_ASSERT_EQUAL(diag_errno(NULL, ERR_IO, "nobody listens"), ERR_IO);
    CU_ASSERT_EQUAL(errno, EACCES);
}

/* Goal: no length of a sentence writes past the end. */
static void test_diag_cuts_at_its_limit(void)
{
    char long_text[2 * DIAG_TEXT_BYTES];
    struct {
        struct diag diag;
        char guard[16];
    } d;

    for (size_t size = DIAG_TEXT_BYTES - 40; size < DIAG_TEXT_BYTES + 40; size++) {
        memset(long_text, 'w', size);
        long_text[size] = 0;
        memset(&d, '#', sizeof(d));
        diag_set(&d.diag, ERR_INPUT, "%s", long_text);
        CU_ASSERT_EQUAL(strlen(d.diag.text), size < DIAG_TEXT_BYTES ? size : DIAG_TEXT_BYTES - 1);
        CU_ASSERT_EQUAL(d.guard[0], '#');
        errno = EPERM;
        diag_errno(&d.diag, ERR_IO, "%s", long_text);
        CU_ASSERT_TRUE(strlen(d.diag.text) < DIAG_TEXT_BYTES);
        CU_ASSERT_EQUAL(d.guard[0], '#');
    }
}

int main(void)
{
    CU_pSuite suite = suite_open("err", NULL, NULL);
    CU_ADD_TEST(suite, test_err_numbers_are_negative_and_unique);
    CU_ADD_TEST(suite, test_err_text_is_never_missing);
    CU_ADD_TEST(suite, test_diag_set_returns_the_error_and_says_why);
    CU_ADD_TEST(suite, test_diag_errno_adds_its_text_and_keeps_errno);
    CU_ADD_TEST(suite, test_diag_cuts_at_its_limit);
    return suite_close();
}
