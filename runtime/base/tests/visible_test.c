/* visible_test.c: what a terminal would obey, and what it only shows. */
#include "runtime/base/tests/suite.h"
#include "runtime/base/visible.h"

#define CHECK_SHOWN(bytes, shown)                      \
    do {                                               \
        struct buf out = BUF_INIT;                     \
        visible_add(&out, bytes, sizeof(bytes) - 1);   \
        CU_ASSERT_STRING_EQUAL(buf_text(&out), shown); \
        buf_release(&out);                             \
    } while (0)

static void test_text_stays_as_it_is(void)
{
    CHECK_SHOWN("", "");
    CHECK_SHOWN("one\n\ttwo ~", "one\n\ttwo ~");
    CHECK_SHOWN("\xC2\xA0\xC3\xA9\xE2\x94\x82\xF0\x9F\x98\x80",
                "\xC2\xA0\xC3\xA9\xE2\x94\x82\xF0\x9F\x98\x80");
}

static void test_controls_of_both_sets_are_spelled_out(void)
{
    CHECK_SHOWN("\x1b[31m\r\a\0\x7f", "^[[31m^M^G^@^?");
    CHECK_SHOWN("\xC2\x80\xC2\x9B"
                "2J\xC2\x9F",
                "\\u0080\\u009b2J\\u009f");
}

static void test_what_is_no_character_is_spelled_out(void)
{
    CHECK_SHOWN("a\x9b"
                "b\xff\xE2\x94",
                "a\\x9bb\\xff\\xe2\\x94");
}

int main(void)
{
    CU_pSuite suite = suite_open("visible", NULL, NULL);

    CU_add_test(suite, "text", test_text_stays_as_it_is);
    CU_add_test(suite, "controls", test_controls_of_both_sets_are_spelled_out);
    CU_add_test(suite, "no character", test_what_is_no_character_is_spelled_out);
    return suite_close();
}
