/* log_test.c: offsets never lie, also when bytes are dropped. */
#include "expect/log.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

static void test_log_keeps_the_newest_bytes_at_their_offsets(void)
{
    struct log l;
    struct diag diag;
    char out[16];

    CHECK(log_init(&l, 8, &diag) == 0);
    log_add(&l, "abcde", 5);
    CU_ASSERT_EQUAL(log_begin(&l), 0);
    CU_ASSERT_EQUAL(log_read(&l, 1, out, sizeof(out)), 4);
    CU_ASSERT(memcmp(out, "bcde", 4) == 0);
    log_add(&l, "fghijk", 6);
    CU_ASSERT_EQUAL(l.end, 11);
    CU_ASSERT_EQUAL(log_begin(&l), 3);
    CU_ASSERT_EQUAL(log_read(&l, 2, out, sizeof(out)), 0);
    memset(out, '.', sizeof(out));
    CU_ASSERT_EQUAL(log_read(&l, 3, out, sizeof(out)), 8);
    CU_ASSERT(memcmp(out, "defghijk........", 16) == 0);
    memset(out, '.', sizeof(out));
    CU_ASSERT_EQUAL(log_read(&l, 6, out, 4), 4);
    CU_ASSERT(memcmp(out, "ghij............", 16) == 0);
    CU_ASSERT_EQUAL(log_read(&l, 5, out, 2), 2);
    CU_ASSERT(memcmp(out, "fg", 2) == 0);
    CU_ASSERT_EQUAL(log_read(&l, 11, out, sizeof(out)), 0);
    log_release(&l);
}

static void test_log_counts_what_one_huge_piece_pushes_out(void)
{
    struct log l;
    struct diag diag;
    char out[8];

    CHECK(log_init(&l, 4, &diag) == 0);
    log_add(&l, "xy", 2);
    log_add(&l, "0123456789", 10);
    CU_ASSERT_EQUAL(l.end, 12);
    CU_ASSERT_EQUAL(log_begin(&l), 8);
    CU_ASSERT_EQUAL(log_read(&l, 8, out, sizeof(out)), 4);
    CU_ASSERT(memcmp(out, "6789", 4) == 0);
    log_release(&l);
    log_release(&l);
}

static void test_log_keeps_one_mebibyte_by_default(void)
{
    struct log l;
    struct diag diag;
    char block[1024] = {0};

    CHECK(log_init(&l, 0, &diag) == 0);
    for (int i = 0; i < 1025; i++)
        log_add(&l, block, sizeof(block));
    CU_ASSERT_EQUAL(log_begin(&l), sizeof(block));
    log_release(&l);
}

static void test_log_print_shows_every_byte(void)
{
    struct buf out = BUF_INIT;

    log_print(&out, "a\r\n\t\x1b[0m\\\xc3\xbc\0\x7f", 13);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "a\\r\\n\\t\\e[0m\\\\\\xc3\\xbc\\x00\\x7f");
    buf_release(&out);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"newest bytes", test_log_keeps_the_newest_bytes_at_their_offsets},
        {"huge piece",   test_log_counts_what_one_huge_piece_pushes_out  },
        {"default",      test_log_keeps_one_mebibyte_by_default          },
        {"print",        test_log_print_shows_every_byte                 },
        CU_TEST_INFO_NULL,
    };
    return suite_run("log", tests);
}
