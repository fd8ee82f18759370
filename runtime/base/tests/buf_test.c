/* buf_test.c: a buffer that grows, ends in a 0, and remembers that it failed. */
#include "runtime/base/buf.h"
#include "runtime/base/tests/suite.h"

#include <stdint.h>
#include <string.h>

static void test_buf_empty_is_an_empty_string(void)
{
    struct buf b = BUF_INIT;

    CU_ASSERT_STRING_EQUAL(buf_text(&b), "");
    buf_add(&b, NULL, 0);
    buf_add_text(&b, "");
    CU_ASSERT_STRING_EQUAL(buf_text(&b), "");
    CU_ASSERT_EQUAL(b.size, 0);
    CU_ASSERT_FALSE(b.failed);
    buf_drop(&b, 0);
    buf_release(&b);
}

/* Goal: whatever the pieces, the whole is their sum, and there is a 0 behind it. */
static void test_buf_is_the_sum_of_its_pieces(void)
{
    for (size_t piece = 1; piece < 300; piece++) {
        struct buf b = BUF_INIT;
        char bytes[300];
        memset(bytes, 'a' + (int)(piece % 26), piece);
        for (unsigned i = 0; i < 20; i++) {
            buf_add(&b, bytes, piece);
            CU_ASSERT_EQUAL_FATAL(b.size, (i + 1) * piece);
            CU_ASSERT_EQUAL_FATAL(b.data[b.size], 0);
            CU_ASSERT_TRUE_FATAL(b.size < b.room);
        }
        CU_ASSERT_EQUAL(strspn(buf_text(&b), (char[]){bytes[0], 0}), 20 * piece);
        buf_release(&b);
    }
}

static void test_buf_formats(void)
{
    struct buf b = BUF_INIT;
    char long_text[2000];

    memset(long_text, 'z', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = 0;
    buf_addf(&b, "%d,%s", 7, "x");
    buf_addf(&b, "%s", "");
    CU_ASSERT_STRING_EQUAL(buf_text(&b), "7,x");
    buf_addf(&b, "[%s]", long_text);
    CU_ASSERT_EQUAL(b.size, 3 + 2 + sizeof(long_text) - 1);
    CU_ASSERT_EQUAL(b.data[b.size - 1], ']');
    CU_ASSERT_EQUAL(b.data[b.size], 0);
    buf_release(&b);
}

static void test_buf_drops_from_the_front(void)
{
    struct buf b = BUF_INIT;

    buf_add_text(&b, "abcdef");
    buf_drop(&b, 0);
    CU_ASSERT_STRING_EQUAL(buf_text(&b), "abcdef");
    buf_drop(&b, 2);
    CU_ASSERT_STRING_EQUAL(buf_text(&b), "cdef");
    buf_add_text(&b, "g");
    CU_ASSERT_STRING_EQUAL(buf_text(&b), "cdefg");
    buf_drop(&b, 5);
    CU_ASSERT_STRING_EQUAL(buf_text(&b), "");
    CU_ASSERT_EQUAL(b.size, 0);
    buf_release(&b);
}

static void test_buf_holds_zero_bytes(void)
{
    struct buf b = BUF_INIT;

    buf_add(&b, "a\0b", 3);
    CU_ASSERT_EQUAL(b.size, 3);
    CU_ASSERT_EQUAL(memcmp(b.data, "a\0b", 4), 0);
    buf_release(&b);
}

/* Goal: a size that cannot be is refused, what was there stays, and everything later is ignored
 * until the buffer is released. */
static void test_buf_failure_is_remembered(void)
{
    struct buf b = BUF_INIT;

    buf_add_text(&b, "kept");
    buf_add(&b, "x", SIZE_MAX - 2);
    CU_ASSERT_TRUE(b.failed);
    buf_add_text(&b, "more");
    buf_addf(&b, "%d", 1);
    CU_ASSERT_STRING_EQUAL(buf_text(&b), "kept");
    CU_ASSERT_EQUAL(b.size, 4);
    buf_release(&b);
    CU_ASSERT_FALSE(b.failed);
    buf_add_text(&b, "again");
    CU_ASSERT_STRING_EQUAL(buf_text(&b), "again");
    buf_release(&b);
}

int main(void)
{
    CU_pSuite suite = suite_open("buf", NULL, NULL);
    CU_ADD_TEST(suite, test_buf_empty_is_an_empty_string);
    CU_ADD_TEST(suite, test_buf_is_the_sum_of_its_pieces);
    CU_ADD_TEST(suite, test_buf_formats);
    CU_ADD_TEST(suite, test_buf_drops_from_the_front);
    CU_ADD_TEST(suite, test_buf_holds_zero_bytes);
    CU_ADD_TEST(suite, test_buf_failure_is_remembered);
    return suite_close();
}
