/* hash_test.c: the short cut over zeros changes no hash. */
#include "runtime/base/hash.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

/* FNV-1a as it is defined, byte by byte. */
static uint64_t plain(uint64_t hash, const unsigned char *byte, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static void test_a_hash_is_fnv_1a_whatever_the_zeros(void)
{
    struct prng prng = prng_init(1);
    unsigned char byte[100];

    for (unsigned round = 0; round < 2000; round++) {
        size_t size = prng_next(&prng) % (sizeof(byte) + 1);
        size_t zeros = prng_next(&prng) % 40;
        for (size_t i = 0; i < size; i++)
            byte[i] = i % 40 < zeros ? 0 : (unsigned char)prng_next(&prng);
        CU_ASSERT_EQUAL(hash_add(HASH_BEGIN, byte, size), plain(HASH_BEGIN, byte, size));
    }
    CU_ASSERT_EQUAL(hash_add(HASH_BEGIN, "foobar", 6), UINT64_C(0x85944171f73967e8));
}

int main(void)
{
    CU_pSuite suite = suite_open("hash", NULL, NULL);
    CU_add_test(suite, "zeros", test_a_hash_is_fnv_1a_whatever_the_zeros);
    return suite_close();
}
