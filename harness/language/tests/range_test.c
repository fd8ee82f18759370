/* range_test.c: which versions lie in a range, and where a text is none. */
#include "harness/language/range.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>

static void test_versions_lie_in_their_ranges(void)
{
    static const struct {
        const char *range;
        const char *version;
        bool want;
    } rows[] = {
        {"1.8.2",       "1.8.2",                                     true },
        {"1.8.2",       "1.8.20",                                    false},
        {"1.8",         "1.8.0",                                     true },
        {"1.8",         "1.8.1",                                     false},
        {"=1.8",        "1.8",                                       true },
        {"== 1.8",      "1.8",                                       true },
        {"1.8.x",       "1.8",                                       true },
        {"1.8.x",       "1.8.11",                                    true },
        {"1.8.x",       "1.80.1",                                    false},
        {"1.8.x",       "1.9",                                       false},
        {"x",           "7",                                         true },
        {"!=1.8.x",     "1.8.3",                                     false},
        {"!=1.8.x",     "1.9.3",                                     true },
        {"<=2",         "2",                                         true },
        {"<=2",         "4",                                         false},
        {"<5.15",       "5.9.0",                                     true },
        {"<5.15",       "5.15.0-91-generic",                         false},
        {">=1.8, <1.9", "1.8.9",                                     true },
        {">=1.8,<1.9",  "1.9",                                       false},
        {">=1.8,<1.9",  "1.7",                                       false},
        {">6",          "6.0.1",                                     true },
        {">6.x",        "6.0.1",                                     false},
        {"1.8.x",       "Bats 1.8.2",                                true },
        {"6.1.x",       "6.1.0-18-amd64",                            true },
        {"1.0.8",       "bzip2, a file compressor.  Version 1.0.8.", true },
        {"9.0",         "VIM - Vi IMproved 9.0 (2022 Jun 28)",       true },
        {"252",         "systemd 252 (252.19-1~deb12u1)",            false},
        {"252.19",      "systemd 252 (252.19-1~deb12u1)",            true },
        {"5",           "shell 5",                                   true },
        {"1.8",         "no version",                                false},
        {"1.8",         "",                                          false},
        {"1.2.3.4.5.6", "1.2.3.4.5.6.7",                             true },
        {"no range",    "1.8",                                       false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool got = range_has(rows[i].range, rows[i].version);
        if (got != rows[i].want)
            (void)printf("\n'%s' has '%s': %d\n", rows[i].range, rows[i].version, got);
        CU_ASSERT_EQUAL(got, rows[i].want);
    }
}

static void test_what_is_no_range_is_told_where(void)
{
    static const struct {
        const char *range;
        size_t at;
    } rows[] = {
        {"",              0 },
        {"two",           0 },
        {"1.8.*",         3 },
        {"1.8.",          3 },
        {"1..8",          1 },
        {">=5.9 <6",      6 },
        {">=5.9,",        6 },
        {"<>2",           1 },
        {"1.x.2",         3 },
        {"v1.8",          0 },
        {"1.2.3.4.5.6.7", 12},
        {"1000000000",    9 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t at = 99;
        CU_ASSERT_FALSE(range_is_valid(rows[i].range, &at));
        if (at != rows[i].at)
            (void)printf("\n'%s': %zu\n", rows[i].range, at);
        CU_ASSERT_EQUAL(at, rows[i].at);
    }
    size_t at = 99;
    CU_ASSERT_TRUE(range_is_valid("999999999", &at));
    CU_ASSERT_TRUE(range_is_valid("1.2.3.4.5.6", &at));
    CU_ASSERT_TRUE(range_is_valid(" >= 1.8 , < 2.x ", &at));
    CU_ASSERT_EQUAL(at, 99);
}

int main(void)
{
    CU_pSuite s = suite_open("range", NULL, NULL);
    CU_ADD_TEST(s, test_versions_lie_in_their_ranges);
    CU_ADD_TEST(s, test_what_is_no_range_is_told_where);
    return suite_close();
}
