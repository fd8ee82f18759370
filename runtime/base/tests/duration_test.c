/* duration_test.c: what is written is read back, at the edges too. */
#include "runtime/base/duration.h"
#include "runtime/base/err.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

static void test_durations_are_read_with_every_unit(void)
{
    static const struct {
        const char *text;
        int64_t ns;
    } good[] = {
        {"7ns",                   7                           },
        {"10us",                  10000                       },
        {"250ms",                 250000000                   },
        {"0s",                    0                           },
        {"007s",                  INT64_C(7000000000)         },
        {"2m",                    INT64_C(120000000000)       },
        {"2562047h",              INT64_C(9223369200000000000)},
        {"9223372036854775807ns", INT64_MAX                   },
    };
    int64_t ns = -1;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        CU_ASSERT_EQUAL(duration_read(good[i].text, &ns), 0);
        CU_ASSERT_EQUAL(ns, good[i].ns);
    }
}

static void test_what_is_no_duration_is_refused_and_too_long_is_another_matter(void)
{
    static const char *const bad[] = {"",    "s",    "5",    "5 s", " 5s", "5s ", "-5s",
                                      "+5s", "1.5s", "5sec", "5S",  "5d",  "5s5s"};
    static const char *const full[] = {"9223372036854775808ns", "2562048h",
                                       "9999999999999999999999s"};
    int64_t ns = 42;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CU_ASSERT_EQUAL(duration_read(bad[i], &ns), ERR_INPUT);
    for (size_t i = 0; i < sizeof(full) / sizeof(full[0]); i++)
        CU_ASSERT_EQUAL(duration_read(full[i], &ns), ERR_FULL);
    CU_ASSERT_EQUAL(ns, 42);
}

static void test_the_largest_unit_that_leaves_a_whole_number_is_printed(void)
{
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {
        {0,                       "0ns"   },
        {1,                       "1ns"   },
        {1500,                    "1500ns"},
        {250000000,               "250ms" },
        {INT64_C(2000000000),     "2s"    },
        {INT64_C(90000000000),    "90s"   },
        {INT64_C(86400000000000), "24h"   },
        {-1000,                   "-1us"  },
    };
    char text[DURATION_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CU_ASSERT_STRING_EQUAL(duration_text(rows[i].ns, "", text, sizeof(text)), rows[i].text);
    CU_ASSERT_STRING_EQUAL(duration_text(2000000, " ", text, sizeof(text)), "2 ms");
}

static void test_what_is_printed_is_read_back(void)
{
    char text[DURATION_BYTES];
    int64_t back = 0;

    for (int64_t ns = 1; ns < INT64_MAX / 7; ns = ns * 7 + ns % 5) {
        CU_ASSERT_EQUAL(duration_read(duration_text(ns, "", text, sizeof(text)), &back), 0);
        CU_ASSERT_EQUAL(back, ns);
    }
    CU_ASSERT_EQUAL(duration_read(duration_text(INT64_MAX, "", text, sizeof(text)), &back), 0);
    CU_ASSERT_EQUAL(back, INT64_MAX);
}

int main(void)
{
    CU_pSuite suite = suite_open("duration", NULL, NULL);
    CU_ADD_TEST(suite, test_durations_are_read_with_every_unit);
    CU_ADD_TEST(suite, test_what_is_no_duration_is_refused_and_too_long_is_another_matter);
    CU_ADD_TEST(suite, test_the_largest_unit_that_leaves_a_whole_number_is_printed);
    CU_ADD_TEST(suite, test_what_is_printed_is_read_back);
    return suite_close();
}
