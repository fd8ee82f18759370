/* wilson_test.c: the interval, against figures that were computed elsewhere. */
#include "harness/gate/wilson.h"
#include "runtime/base/tests/suite.h"

#include <math.h>
#include <stddef.h>

static void expect_near(double is, double wanted, double within)
{
    CU_ASSERT_TRUE(fabs(is - wanted) <= within);
}

/* Goal: the figures that the manual gives are those that the gate uses.
 * Method: a table, in percent, as precise as people read it. */
static void test_interval_is_that_of_the_table(void)
{
    static const struct {
        uint64_t failed;
        uint64_t of;
        double low;
        double high;
        double within;
    } cases[] = {
        {0,  20,  0,    16.1, 0.05}, /* proves little */
        {0,  300, 0,    1.3,  0.05}, /* enough to say: below 1.3 % */
        {1,  20,  0.9,  23.6, 0.05}, /* unknown size */
        {12, 400, 1.72, 5.17, 0.01}, /* a limit of 6 % holds it */
        {19, 20,  76.4, 99.1, 0.05}, /* broken, not flaky */
        {20, 20,  83.9, 100,  0.05},
        {1,  1,   20.7, 100,  0.05},
        {0,  0,   0,    100,  0   },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wilson w = wilson_of(cases[i].failed, cases[i].of);
        expect_near(100 * w.low, cases[i].low, cases[i].within);
        expect_near(100 * w.high, cases[i].high, cases[i].within);
    }
}

/* Goal: an interval is one, whatever was counted, the largest counts too. */
static void test_interval_holds_its_rate_and_stays_within_0_and_1(void)
{
    static const uint64_t of[] = {1, 2, 3, 10, 400, 1000000, UINT64_C(1) << 40};

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        uint64_t failed[] = {0, 1, of[i] / 2, of[i] - 1, of[i]};
        for (size_t k = 0; k < sizeof(failed) / sizeof(failed[0]); k++) {
            struct wilson w = wilson_of(failed[k], of[i]);
            CU_ASSERT_TRUE(w.low >= 0 && w.low <= w.rate);
            CU_ASSERT_TRUE(w.rate <= w.high && w.high <= 1);
        }
        struct wilson none = wilson_of(0, of[i]);
        struct wilson all = wilson_of(of[i], of[i]);
        CU_ASSERT_TRUE(none.low == 0 && all.high == 1);
        expect_near(none.high, 1 - all.low, 1e-12); /* it does not favour either end */
    }
}

static void test_clean_runs_until_it_may_go(void)
{
    static const struct {
        double rate;
        uint64_t runs;
    } cases[] = {
        {0.03,  99              },
        {0.01,  299             },
        {0.001, 2995            },
        {0.5,   5               },
        {1,     1               },
        {0,     WILSON_CLEAN_MAX},
        {1e-9,  WILSON_CLEAN_MAX},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT_EQUAL(wilson_clean_runs(cases[i].rate), cases[i].runs);
}

int main(void)
{
    CU_pSuite suite = suite_open("wilson", NULL, NULL);

    CU_add_test(suite, "table", test_interval_is_that_of_the_table);
    CU_add_test(suite, "bounds", test_interval_holds_its_rate_and_stays_within_0_and_1);
    CU_add_test(suite, "clean runs", test_clean_runs_until_it_may_go);
    return suite_close();
}
