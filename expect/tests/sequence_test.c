/* sequence_test.c: what a sequence consists of, and that a broken one is none, however it is cut.
 */
#include "expect/sequence.h"
#include "runtime/base/buf.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

static void byte_add(struct buf *out, const char *before, char byte)
{
    if (byte >= 0x20 && byte <= 0x7e)
        buf_addf(out, "%s%c", before, byte);
    else if (byte != 0)
        buf_addf(out, "%s%02x", before, (unsigned)(unsigned char)byte);
}

/* "[?25,1000 i$ h": what opens it and its prefix, numbers, intermediate, what ends it. A string
 * stands in quotation marks. */
static void sequence_tell(const struct sequence *s, struct buf *out)
{
    buf_add_text(out, out->size > 0 ? "; " : "");
    byte_add(out, "", s->open);
    byte_add(out, "", s->prefix);
    for (size_t i = 0; i < s->count; i++)
        buf_addf(out, "%s%u", i > 0 ? "," : "", s->number[i]);
    byte_add(out, " i", s->intermediate);
    if (s->text != NULL)
        buf_addf(out, "'%.*s'", (int)s->size, s->text);
    byte_add(out, " ", s->final);
}

/* Goal: this output holds these sequences. Method: every way to cut it in two, and byte by byte. */
static void holds(const char *output, const char *wanted)
{
    size_t size = strlen(output);
    bool good = true;

    for (size_t cut = 0; cut <= size + 1 && good; cut++) {
        struct sequences q = {0};
        struct sequence s;
        struct buf told = BUF_INIT;
        for (size_t at = 0; at < size;) {
            size_t part = cut > size ? 1 : at < cut ? cut - at : size - at;
            const char *data = output + at;
            size_t left = part;
            while (sequence_next(&q, &data, &left, &s))
                sequence_tell(&s, &told);
            good = good && left == 0 && data == output + at + part;
            at += part;
        }
        if (strcmp(buf_text(&told), wanted) != 0) {
            good = false;
            (void)printf("\n    is:     %s\n    wanted: %s\n", buf_text(&told), wanted);
        }
        buf_release(&told);
    }
    CU_ASSERT_TRUE(good);
}

static void test_the_parts_of_a_csi(void)
{
    holds("\x1b[m", "[ m");
    holds("a\x1b[1mb\x1b[0;31mc", "[1 m; [0,31 m");
    holds("\x1b[;5H\x1b[7;H\x1b[;H", "[0,5 H; [7,0 H; [0,0 H");
    holds("\x1b[38:5:9m", "[38,5,9 m");
    holds("\x1b[?1049;25h\x1b[>c\x1b[=1u\x1b[<u", "[?1049,25 h; [> c; [=1 u; [< u");
    holds("\x1b[:1m", "[0,1 m"); /* a colon is no prefix */
    holds("\x1b[?2004$p\x1b[2 q\x1b[!p\x1b[1/x", "[?2004 i$ p; [2 i  q; [0 i! p; [1 i/ x");
    holds("\x1b[!$p", "[0 i$ p"); /* the last one */
    holds("\x1b[@\x1b[~\x1b[1`", "[ @; [ ~; [1 `");
    holds("\x1b[65535m\x1b[65536m\x1b[9999999999m", "[65535 m; [65535 m; [65535 m");
    holds("\x1b[1;?2h", "[1,2 h");
}

static void test_the_others_have_no_numbers(void)
{
    holds("\x1b"
          "c\x1b=\x1b>\x1b"
          "7",
          " c;  =;  >;  7");
    holds("\x1b(B\x1b#8\x1b%G", " i( B;  i# 8;  i% G");
    holds("\x1b( 0", " i  0");
    holds("\x1b]0;title\x07", "]'0;title' 07");
    holds("\x1b]8;;http://a\x1b\\", "]'8;;http://a' \\");
    holds("\x1bP+q54\x1b\\\x1b_G\x1b\\\x1b^p\x1b\\\x1bXs\x1b\\",
          "P'+q54' \\; _'G' \\; ^'p' \\; X's' \\");
    holds("\x1b]\x07\x1b]\x1b\\", "]'' 07; ]'' \\");
    holds("\x1b]a\\\x1b\\\x1bP\\\x07", "]'a\\' \\; P'\\' 07");
}

static void test_what_is_broken_off_is_none(void)
{
    holds("\x1b[1\x18m\x1b[2m", "[2 m");
    holds("\x1b[1\x1am\x1b[2m", "[2 m");
    holds("\x1b[1\x1b[2m", "[2 m");
    holds("\x1b[1\xc3\xa9m\x1b[2m", "[2 m");
    holds("\x1b(\x18"
          "B\x1b[2m",
          "[2 m");
    holds("\x1b(\x1b"
          "c",
          " c");
    holds("\x1b\x18"
          "c\x1b\x1a"
          "c\x1b[2m",
          "[2 m");
    holds("\x1b\x1b"
          "c",
          " c");
    holds("\x1b]0;a\x18\x1b[2m", "[2 m");
    holds("\x1b]0;a\x1a\x1b[2m", "[2 m");
    holds("\x1b]0;a\x1b"
          "c",
          " c");
    holds("\x1b]0;a\x1b[2m", "[2 m");
    holds("\x1b]0;a\x1b]1;b\x07", "]'1;b' 07");
    holds("\x1b]0;a\x1b(B", " i( B");
    holds("\x1b]0;a\x1b\x1b\\", " \\");
    holds("\x1b]0;a\x1b\x18\x1b[2m", "[2 m");
    holds("\x1b", "");
    holds("\x1b[1", "");
    holds("\x1b\x7f\x1b[2m", "[2 m");
}

static void test_controls_on_the_way_are_no_part_of_it(void)
{
    holds("\x1b[1\r;2\nm", "[1,2 m");
    holds("\x1b\r[1m", "[1 m");
    holds("\x1b(\rB", " i( B");
    holds("\x1b]a\rb\x07", "]'a\rb' 07");
}

int main(void)
{
    CU_pSuite s = suite_open("sequence", NULL, NULL);

    CU_ADD_TEST(s, test_the_parts_of_a_csi);
    CU_ADD_TEST(s, test_the_others_have_no_numbers);
    CU_ADD_TEST(s, test_what_is_broken_off_is_none);
    CU_ADD_TEST(s, test_controls_on_the_way_are_no_part_of_it);
    return suite_close();
}
