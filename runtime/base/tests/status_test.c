/* status_test.c: signals and wait statuses in words, the same everywhere. */
#include "runtime/base/status.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <string.h>

/* The number in words. */
static void says(int64_t number, const char *wanted)
{
    struct buf text = BUF_INIT;

    signal_add(number, &text);
    CU_ASSERT_STRING_EQUAL(buf_text(&text), wanted);
    buf_release(&text);
}

static void test_names_go_both_ways_and_are_ordered(void)
{
    int last = 0;

    for (size_t i = 0; i < SIGNALS; i++) {
        int number = signal_find(signal_at(i));
        CU_ASSERT(number > last);
        says(number, signal_at(i));
        last = number;
    }
    CU_ASSERT_PTR_NULL(signal_at(SIGNALS));
    CU_ASSERT_EQUAL(signal_find("SIGINT"), SIGINT);
    CU_ASSERT_EQUAL(signal_find("INT"), -1);
    CU_ASSERT_EQUAL(signal_find(""), -1);
}

static void test_a_number_without_a_name_has_none(void)
{
    says(SIGIO, "SIGIO");
    says(0, "0");
    says(-1, "-1");
    says(34, "34");
    says(64, "64");
    says(65, "65");
    says(INT64_MAX, "9223372036854775807");
    says(INT64_MIN, "-9223372036854775808");
}

static void test_crashes_are_mistakes_and_orders_are_not(void)
{
    static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    unsigned count = 0;

    for (int number = -1; number <= 65; number++)
        count += signal_is_crash(number);
    CU_ASSERT_EQUAL(count, sizeof(crashes) / sizeof(crashes[0]));
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_TRUE(signal_is_crash(crashes[i]));
    CU_ASSERT_FALSE(signal_is_crash(SIGKILL));
}

static void test_a_wait_status_is_said_in_words(void)
{
    char text[64];

    CU_ASSERT_STRING_EQUAL(status_text(0, text, sizeof(text)), "exit status 0");
    CU_ASSERT_STRING_EQUAL(status_text(7 << 8, text, sizeof(text)), "exit status 7");
    CU_ASSERT_STRING_EQUAL(status_text(SIGINT, text, sizeof(text)), "signal SIGINT");
    CU_ASSERT_STRING_EQUAL(status_text(SIGSEGV | 0x80, text, sizeof(text)), "signal SIGSEGV");
    CU_ASSERT_STRING_EQUAL(status_text(40, text, sizeof(text)), "signal 40");
    CU_ASSERT_STRING_EQUAL(status_text(SIGINT, text, 4), "sig");
}

int main(void)
{
    CU_pSuite suite = suite_open("status", NULL, NULL);
    CU_ADD_TEST(suite, test_names_go_both_ways_and_are_ordered);
    CU_ADD_TEST(suite, test_a_number_without_a_name_has_none);
    CU_ADD_TEST(suite, test_crashes_are_mistakes_and_orders_are_not);
    CU_ADD_TEST(suite, test_a_wait_status_is_said_in_words);
    return suite_close();
}
