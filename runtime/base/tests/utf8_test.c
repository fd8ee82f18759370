/* utf8_test.c: every character there is, whole, cut and broken; and strings of JSON. */
#include "runtime/base/json.h"
#include "runtime/base/tests/suite.h"
#include "runtime/base/utf8.h"

#include <stdint.h>
#include <string.h>

/* Writes the code point as if all were allowed; returns its bytes. */
static int encode(uint32_t point, unsigned char *out)
{
    static const unsigned char leads[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    int bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

    for (int i = bytes - 1; i > 0; i--, point >>= 6)
        out[i] = (unsigned char)(0x80 | (point & 0x3F));
    out[0] = (unsigned char)(leads[bytes] | point);
    return bytes;
}

static void test_every_character_has_its_size_and_a_cut_one_is_incomplete(void)
{
    size_t wrong = 0;

    for (uint32_t point = 0; point < 0x120000; point++) {
        unsigned char text[4];
        int bytes = encode(point, text);
        bool valid = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
        wrong += utf8_size(text, (size_t)bytes) != (valid ? bytes : -1);
        for (int cut = 1; valid && cut < bytes; cut++)
            wrong += utf8_size(text, (size_t)cut) != 0;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void test_what_begins_no_character_is_refused(void)
{
    static const char *const cases[] = {"\x80",         "\xBF",     "\xC0\x80",         "\xC1\xBF",
                                        "\xE0\x9F\xBF", "\xC3(",    "\xF0\x8F\xBF\xBF", "\xF5",
                                        "\xFF",         "\xE2\x82("};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT_EQUAL(utf8_size(cases[i], strlen(cases[i])), -1);
}

static void test_json_escapes_what_it_forbids(void)
{
    static const char text[] = "a\"\\\n\r\t\x01\x7f\0\xC2\x9B\xC2\xA0\xC3\xA9\xE2\x82";
    struct buf out = BUF_INIT;

    json_string(&out, text, sizeof(text) - 1);
    json_text(&out, "k", "v");
    json_text(&out, "none", NULL);
    CU_ASSERT_STRING_EQUAL(buf_text(&out),
                           "\"a\\\"\\\\\\n\\r\\t\\u0001\\u007f\\u0000\\u009b\xC2\xA0\xC3\xA9"
                           "\xEF\xBF\xBD\xEF\xBF\xBD\",\"k\":\"v\"");
    buf_release(&out);
}

int main(void)
{
    CU_pSuite suite = suite_open("utf8", NULL, NULL);

    CU_add_test(suite, "characters", test_every_character_has_its_size_and_a_cut_one_is_incomplete);
    CU_add_test(suite, "refused", test_what_begins_no_character_is_refused);
    CU_add_test(suite, "json", test_json_escapes_what_it_forbids);
    return suite_close();
}
