/* kept_test.c: what was given back serves again, by its size, and nothing is lost. */
#include "runtime/base/check.h"
#include "runtime/base/kept.h"
#include "runtime/base/tests/suite.h"

#include <stdint.h>
#include <string.h>

static void test_a_block_serves_the_next_of_its_size(void)
{
    struct kept k = KEPT_INIT;
    void *big = kept_take(&k, 100000);
    void *small = kept_take(&k, 100);

    CU_ASSERT_NOT_EQUAL(big, small);
    memset(big, 1, 100000);
    kept_give(&k, big);
    kept_give(&k, small);
    void *other = kept_take(&k, 99999);
    CU_ASSERT_NOT_EQUAL(other, big);
    CU_ASSERT_EQUAL(kept_take(&k, 100000), big);
    CU_ASSERT_EQUAL(kept_take(&k, 100), small);
    void *third = kept_take(&k, 100);
    CU_ASSERT_NOT_EQUAL(third, small);
    kept_give(&k, other);
    kept_give(&k, big);
    kept_give(&k, small);
    kept_give(&k, third);
    kept_release(&k);
    CU_ASSERT_EQUAL(k.free, NULL);
    kept_release(&k);
}

static void test_without_an_owner_it_is_the_heap(void)
{
    void *block = kept_take(NULL, 64);

    CHECK(block != NULL);
    CU_ASSERT_EQUAL((uintptr_t)block % _Alignof(max_align_t), 0);
    memset(block, 1, 64);
    kept_give(NULL, block);
    kept_give(NULL, NULL);
    CU_ASSERT_EQUAL(kept_take(NULL, SIZE_MAX), NULL);
}

int main(void)
{
    CU_pSuite suite = suite_open("kept", NULL, NULL);
    CU_add_test(suite, "size", test_a_block_serves_the_next_of_its_size);
    CU_add_test(suite, "heap", test_without_an_owner_it_is_the_heap);
    return suite_close();
}
