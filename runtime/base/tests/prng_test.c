/* prng_test.c: a seed is a run: the numbers that it gives must never change. */
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

struct seed_row {
    uint64_t seed;
    uint64_t first[4];
};

/* From an implementation of the published algorithms that is not ours. */
static const struct seed_row rows[] = {
    {0,          {0x99ec5f36cb75f2b4, 0xbf6e1f784956452a, 0x1a5f849d4933e6e0, 0x6aa594f1262d2d2c}},
    {1,          {0xb3f2af6d0fc710c5, 0x853b559647364cea, 0x92f89756082a4514, 0x642e1c7bc266a3a7}},
    {42,         {0x15780b2e0c2ec716, 0x6104d9866d113a7e, 0xae17533239e499a1, 0xecb8ad4703b360a1}},
    {UINT64_MAX, {0x8f5520d52a7ead08, 0xc476a018caa1802d, 0x81de31c0d260469e, 0xbf658d7e065f3c2f}},
};

static void test_prng_gives_the_numbers_of_its_seed(void)
{
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct prng p = prng_init(rows[i].seed);
        for (unsigned k = 0; k < 4; k++)
            CU_ASSERT_EQUAL(prng_next(&p), rows[i].first[k]);
    }
}

static void test_prng_below_gives_the_numbers_of_its_seed(void)
{
    static const uint32_t wanted[] = {3, 4, 4, 3, 4, 0, 3, 2, 0, 2, 3, 3};
    struct prng p = prng_init(1);

    for (unsigned i = 0; i < 12; i++)
        CU_ASSERT_EQUAL(prng_below(&p, 6), wanted[i]);
}

/* Goal: in range for every bound, and every value of a small one comes. */
static void test_prng_below_stays_below(void)
{
    static const uint32_t bounds[] = {1, 2, 3, 7, 100, 0x80000000, 0x80000001, 0xffffffff};
    struct prng p = prng_init(7);

    for (unsigned i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        bool seen[7] = {false};
        for (unsigned k = 0; k < 2000; k++) {
            uint32_t draw = prng_below(&p, bounds[i]);
            CU_ASSERT_TRUE(draw < bounds[i]);
            if (draw < 7)
                seen[draw] = true;
        }
        for (unsigned k = 0; k < 7 && bounds[i] <= 7; k++)
            CU_ASSERT_EQUAL(seen[k], k < bounds[i]);
    }
}

/* No value is favoured: a bound just above half of the range would show a bias of two to one. */
static void test_prng_below_favours_nothing(void)
{
    struct prng p = prng_init(8);
    unsigned low = 0;

    for (unsigned i = 0; i < 30000; i++)
        low += prng_below(&p, 0xc0000000) < 0x40000000;
    CU_ASSERT_TRUE(low > 9600 && low < 10400);
}

static void test_prng_chance_is_a_ratio(void)
{
    struct prng p = prng_init(9);
    unsigned hits = 0;

    for (unsigned i = 0; i < 10000; i++) {
        CU_ASSERT_FALSE(prng_chance(&p, 0, 5));
        CU_ASSERT_TRUE(prng_chance(&p, 5, 5));
        hits += prng_chance(&p, 3, 10);
    }
    CU_ASSERT_TRUE(hits > 2800 && hits < 3200);
}

static void test_prng_copies_go_on_alike(void)
{
    struct prng p = prng_init(10);

    prng_next(&p);
    struct prng q = p;
    for (unsigned i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(prng_next(&p), prng_next(&q));
}

int main(void)
{
    CU_pSuite suite = suite_open("prng", NULL, NULL);
    CU_ADD_TEST(suite, test_prng_gives_the_numbers_of_its_seed);
    CU_ADD_TEST(suite, test_prng_below_gives_the_numbers_of_its_seed);
    CU_ADD_TEST(suite, test_prng_below_stays_below);
    CU_ADD_TEST(suite, test_prng_below_favours_nothing);
    CU_ADD_TEST(suite, test_prng_chance_is_a_ratio);
    CU_ADD_TEST(suite, test_prng_copies_go_on_alike);
    return suite_close();
}
