/* arena_test.c: memory that is aligned, zeroed, bounded, and given back all at once. */
#include "runtime/base/arena.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static bool is_zero(const unsigned char *p, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (p[i] != 0)
            return false;
    }
    return true;
}

/* Allocates a little of everything; false when one of it was refused. */
static bool use(struct arena *a)
{
    char *copy = arena_copy(a, "words", 5);
    uint64_t *numbers = copy == NULL ? NULL : arena_array(a, 4, sizeof(*numbers));
    char *text = numbers == NULL ? NULL : arena_format(a, "%d-%s", 42, "x");

    if (text == NULL)
        return false;
    CU_ASSERT_STRING_EQUAL(copy, "words");
    CU_ASSERT_STRING_EQUAL(text, "42-x");
    CU_ASSERT_TRUE(is_zero((const unsigned char *)numbers, 4 * sizeof(*numbers)));
    return true;
}

/* Goal: running out of memory is reported, and nothing is written past the end.
 * Method: try every size of the arena, from nothing up to the first one that is enough. */
static void test_arena_survives_every_oom(void)
{
    alignas(max_align_t) unsigned char memory[256];
    size_t size = 0;
    bool enough = false;

    while (!enough) {
        CHECK(size < sizeof(memory));
        memset(memory, 0xee, sizeof(memory));
        struct arena a = arena_init(memory, size);
        enough = use(&a);
        for (size_t i = size; i < sizeof(memory); i++)
            CU_ASSERT_EQUAL_FATAL(memory[i], 0xee);
        size++;
    }
    CU_ASSERT_TRUE(size > 5 + 1 + 32 + 5);
}

static void test_arena_of_the_heap_keeps_to_its_limit(void)
{
    for (size_t limit = 0; limit < 300; limit++) {
        struct arena a = arena_new(limit);
        size_t got = 0;
        while (arena_alloc(&a, 10) != NULL)
            got += 10;
        CU_ASSERT_TRUE(got <= limit);
        CU_ASSERT_TRUE(limit < 32 || got > 0);
        arena_release(&a);
    }
}

static void test_arena_grows_by_blocks(void)
{
    struct arena a = arena_new((size_t)4 * 1024 * 1024);
    unsigned char *first = arena_alloc(&a, 1000);

    CHECK(first != NULL);
    memset(first, 0x11, 1000);
    for (unsigned i = 0; i < 1000; i++) {
        unsigned char *p = arena_alloc(&a, 1000);
        CHECK(p != NULL);
        CU_ASSERT_TRUE(is_zero(p, 1000));
        memset(p, 0x22, 1000);
    }
    /* One piece larger than a block. */
    unsigned char *large = arena_alloc(&a, (size_t)1024 * 1024);
    CHECK(large != NULL);
    CU_ASSERT_TRUE(is_zero(large, (size_t)1024 * 1024));
    CU_ASSERT_EQUAL(first[999], 0x11);
    arena_release(&a);
}

static void test_arena_memory_is_aligned_for_any_type(void)
{
    unsigned char memory[512];

    for (size_t skew = 0; skew < 16; skew++) {
        struct arena a = arena_init(memory + skew, sizeof(memory) - skew);
        for (size_t size = 0; size < 12; size++) {
            void *p = arena_alloc(&a, size);
            CU_ASSERT_PTR_NOT_NULL_FATAL(p);
            CU_ASSERT_EQUAL((uintptr_t)p % alignof(max_align_t), 0);
        }
    }
}

/* Two pieces of size 0 are two pieces: a caller may tell them apart. */
static void test_arena_gives_a_place_for_nothing(void)
{
    unsigned char memory[128];
    struct arena a = arena_init(memory, sizeof(memory));
    void *one = arena_alloc(&a, 0);
    void *two = arena_alloc(&a, 0);

    CU_ASSERT_PTR_NOT_NULL(one);
    CU_ASSERT_PTR_NOT_EQUAL(one, two);
    CU_ASSERT_STRING_EQUAL(arena_copy(&a, NULL, 0), "");
}

static void test_arena_array_refuses_an_overflow(void)
{
    struct arena a = arena_new((size_t)1024 * 1024);

    CU_ASSERT_PTR_NULL(arena_array(&a, SIZE_MAX / 2, 3));
    CU_ASSERT_PTR_NULL(arena_array(&a, SIZE_MAX, SIZE_MAX));
    CU_ASSERT_PTR_NULL(arena_array(&a, SIZE_MAX, 1));
    CU_ASSERT_PTR_NOT_NULL(arena_array(&a, 3, 0));
    arena_release(&a);
}

static void test_arena_release_twice_is_once(void)
{
    struct arena a = arena_new((size_t)1024 * 1024);

    CU_ASSERT_PTR_NOT_NULL(arena_alloc(&a, 10));
    arena_release(&a);
    arena_release(&a);
    CU_ASSERT_PTR_NULL(arena_alloc(&a, 10));
}

int main(void)
{
    CU_pSuite suite = suite_open("arena", NULL, NULL);
    CU_ADD_TEST(suite, test_arena_survives_every_oom);
    CU_ADD_TEST(suite, test_arena_of_the_heap_keeps_to_its_limit);
    CU_ADD_TEST(suite, test_arena_grows_by_blocks);
    CU_ADD_TEST(suite, test_arena_memory_is_aligned_for_any_type);
    CU_ADD_TEST(suite, test_arena_gives_a_place_for_nothing);
    CU_ADD_TEST(suite, test_arena_array_refuses_an_overflow);
    CU_ADD_TEST(suite, test_arena_release_twice_is_once);
    return suite_close();
}
