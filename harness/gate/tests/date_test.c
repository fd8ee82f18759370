/* date_test.c: days as numbers and back. */
#include "harness/gate/date.h"
#include "runtime/base/tests/suite.h"

#include <stddef.h>

static void test_days_are_counted_from_1970(void)
{
    static const struct {
        const char *text;
        int32_t days;
    } rows[] = {
        {"1970-01-01", 0      },
        {"1972-02-29", 789    },
        {"1999-12-31", 10956  },
        {"2000-02-29", 11016  },
        {"2000-03-01", 11017  },
        {"2026-11-30", 20787  },
        {"2100-02-28", 47540  },
        {"2100-03-01", 47541  },
        {"9999-12-31", 2932896},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[DATE_TEXT_BYTES];
        int32_t days = -1;
        CU_ASSERT_TRUE(date_read(rows[i].text, &days));
        CU_ASSERT_EQUAL(days, rows[i].days);
        CU_ASSERT_STRING_EQUAL(date_text(rows[i].days, text), rows[i].text);
    }
}

/* Goal: each day has one text, and follows the one before. */
static void test_every_day_of_800_years_comes_back(void)
{
    enum { DAYS = 2 * 146097 };
    char text[DATE_TEXT_BYTES];

    for (int32_t i = 0; i < DAYS; i++) {
        int32_t days = -1;
        bool same = date_read(date_text(i, text), &days) && days == i;
        if (!same)
            CU_FAIL_FATAL("a day does not come back");
    }
    CU_ASSERT_STRING_EQUAL(date_text(DAYS, text), "2770-01-01");
}

static void test_what_is_no_day_is_refused(void)
{
    static const char *const texts[] = {
        "",           "2026",       "2026-11",     "2026-11-31", "2026-02-29", "1900-01-01",
        "2026-00-10", "2026-13-10", "2026-10-00",  "2026-10-32", "2026/10/10", "2026-10-1",
        "2026-1-010", "26-10-10",   "2026-10-10 ", "2100-02-29", "+026-10-10", "2026-10-10T00:00",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int32_t days = 7;
        CU_ASSERT_FALSE(date_read(texts[i], &days));
        CU_ASSERT_EQUAL(days, 7);
    }
}

int main(void)
{
    CU_pSuite s = suite_open("date", NULL, NULL);
    CU_ADD_TEST(s, test_days_are_counted_from_1970);
    CU_ADD_TEST(s, test_every_day_of_800_years_comes_back);
    CU_ADD_TEST(s, test_what_is_no_day_is_refused);
    return suite_close();
}
