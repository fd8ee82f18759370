/* answer_test.c: what a terminal answers to what programs ask. */
#include "expect/answer.h"
#include "expect/log.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

static unsigned cursor_calls;

static void cursor(void *user, uint16_t *row, uint16_t *column)
{
    (void)user;
    cursor_calls++;
    *row = 7;
    *column = 40;
}

/* Adds what a terminal that just now was switched on answers to the output, fed in such parts. */
static void answers_add(const char *output, size_t all, size_t part, struct buf *out)
{
    struct modes modes = {0};
    const struct answer_terminal t = {.modes = &modes, .rows = 24, .columns = 80, .cursor = cursor};
    struct sequence s;

    for (size_t i = 0; i < all; i += part) {
        const char *at = output + i;
        size_t size = part;
        while (sequence_next(&modes.sequences, &at, &size, &s)) {
            size_t before = out->size;
            modes_take(&modes, &s);
            const char *name = answer_to(&s, &t, out);
            CU_ASSERT_EQUAL(name != NULL, out->size > before);
            CU_ASSERT_TRUE(name == NULL || answer_asks(&s));
        }
    }
}

/* Goal: this output is answered so; both as log_print() shows them, and "" for no answer.
 * Method: fed at once, and byte by byte. */
static void answers_bytes(const char *output, size_t size, const char *wanted)
{
    const size_t parts[] = {size, 1};

    for (size_t i = 0; i < 2; i++) {
        struct buf answer = BUF_INIT;
        struct buf text = BUF_INIT;
        answers_add(output, size, parts[i], &answer);
        log_print(&text, answer.data, answer.size);
        if (strcmp(buf_text(&text), wanted) != 0)
            (void)printf("\n    %s\n    %s\n", wanted, buf_text(&text));
        CU_ASSERT_STRING_EQUAL(buf_text(&text), wanted);
        buf_release(&answer);
        buf_release(&text);
    }
}

static void answers(const char *output, const char *wanted)
{
    answers_bytes(output, strlen(output), wanted);
}

static void test_the_cursor_is_told_where_it_is(void)
{
    cursor_calls = 0;
    answers("\x1b[6n", "\\e[7;40R");
    answers("\x1b[?6n", "\\e[?7;40R");
    CU_ASSERT_EQUAL(cursor_calls, 4);
    answers("\x1b[5n\x1b[c", "\\e[0n\\e[?62;22c");
    CU_ASSERT_EQUAL(cursor_calls, 4); /* it is found only where somebody asks */
}

static void test_the_terminal_says_what_it_is(void)
{
    answers("\x1b[c", "\\e[?62;22c");
    answers("\x1b[0c", "\\e[?62;22c");
    answers("\x1bZ", "\\e[?62;22c");
    answers("\x1b[>c", "\\e[>41;380;0c");
    answers("\x1b[>0c", "\\e[>41;380;0c");
    answers("\x1b[=c", "\\eP!|00000000\\e\\\\");
    answers("\x1b[>q", "\\eP>|XTerm(380)\\e\\\\");
    answers("\x1b[>0q", "\\eP>|XTerm(380)\\e\\\\");
}

static void test_the_window_is_told(void)
{
    answers("\x1b[18t", "\\e[8;24;80t");
    answers("\x1b[19t", "\\e[9;24;80t");
    answers("\x1b[14t", "\\e[4;384;640t");
    answers("\x1b[15t", "\\e[5;384;640t");
    answers("\x1b[16t", "\\e[6;16;8t");
    answers("\x1b[11t\x1b[13t", "\\e[1t\\e[3;0;0t");
}

static void test_modes_are_told_as_they_are(void)
{
    answers("\x1b[?2004$p", "\\e[?2004;2$y");
    answers("\x1b[?2004h\x1b[?2004$p", "\\e[?2004;1$y");
    answers("\x1b[?25$p\x1b[?25l\x1b[?25$p", "\\e[?25;1$y\\e[?25;2$y");
    answers("\x1b[?1049h\x1b[?47$p", "\\e[?47;1$y");
    answers("\x1b[?9999$p", "\\e[?9999;0$y");
    answers("\x1b[4h\x1b[4$p\x1b[20$p", "\\e[4;1$y\\e[20;2$y");
    answers("\x1b[>4;2m\x1b[?4m", "\\e[>4;2m");
}

static void test_settings_are_told_as_they_are(void)
{
    answers("\x1bP$q q\x1b\\", "\\eP1$r1 q\\e\\\\");
    answers("\x1b[5 q\x1bP$q q\x1b\\", "\\eP1$r5 q\\e\\\\");
    answers("\x1bP$q\"p\x1b\\", "\\eP1$r62;1\"p\\e\\\\");
    answers("\x1bP$q\"q\x1b\\", "\\eP1$r0\"q\\e\\\\");
    answers("\x1bP$qm\x1b\\", "\\eP0$r\\e\\\\");
    /* Two bytes, and no others. */
    answers("\x1bP$q\"px\x1b\\", "\\eP0$r\\e\\\\");
    answers("\x1bP$q\"qx\x1b\\", "\\eP0$r\\e\\\\");
    answers("\x1bP$q qx\x1b\\", "\\eP0$r\\e\\\\");
    answers("\x1bP$q\"x\x1b\\", "\\eP0$r\\e\\\\");
    answers("\x1bP$q q\x1b\\\x1bP$q\x1b\\\x1bP$\x1b\\", "\\eP1$r1 q\\e\\\\\\eP0$r\\e\\\\");
}

static void test_colours_are_told_and_end_as_they_were_asked_for(void)
{
    answers("\x1b]10;?\x1b\\", "\\e]10;rgb:ffff/ffff/ffff\\e\\\\");
    answers("\x1b]11;?\x07", "\\e]11;rgb:0000/0000/0000\\x07");
    answers("\x1b]10;?;?\x07", "\\e]10;rgb:ffff/ffff/ffff\\x07\\e]11;rgb:0000/0000/0000\\x07");
    answers("\x1b]10;x;?\x07", "\\e]11;rgb:0000/0000/0000\\x07");
    answers("\x1b]10;red;?\x07", "\\e]11;rgb:0000/0000/0000\\x07");
    answers("\x1b]12;?\x07", "\\e]12;rgb:ffff/ffff/ffff\\x07");
    answers("\x1b]12;?;?\x07", "\\e]12;rgb:ffff/ffff/ffff\\x07"); /* there is no thirteenth */
    answers("\x1b]4;1;?\x07", "\\e]4;1;rgb:cdcd/0000/0000\\x07");
    answers("\x1b]4;1;?\x07\x1b]4;1\x07\x1b]4\x07", "\\e]4;1;rgb:cdcd/0000/0000\\x07");
    answers("\x1b]4;1;?;2\x07", "\\e]4;1;rgb:cdcd/0000/0000\\x07");
    answers("\x1b]004;001;?\x07", "\\e]4;1;rgb:cdcd/0000/0000\\x07");
    answers("\x1b]4;16;?;231;?\x07",
            "\\e]4;16;rgb:0000/0000/0000\\x07\\e]4;231;rgb:ffff/ffff/ffff\\x07");
    answers("\x1b]4;232;?;255;?\x07",
            "\\e]4;232;rgb:0808/0808/0808\\x07\\e]4;255;rgb:eeee/eeee/eeee\\x07");
}

/* The sixteen that have names, the cube and the greys. */
static void test_every_colour_of_the_palette_is_xterms(void)
{
    static const unsigned named[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
                                       0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
                                       0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};
    static const unsigned steps[6] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};

    for (unsigned i = 0; i < 256; i++) {
        unsigned colour = (8 + (i - 232) * 10) * 0x010101;
        char asked[32];
        char told[64];
        if (i < 16)
            colour = named[i];
        else if (i < 232)
            colour =
                steps[(i - 16) / 36] << 16 | steps[(i - 16) / 6 % 6] << 8 | steps[(i - 16) % 6];
        unsigned red = colour >> 16 & 0xff;
        unsigned green = colour >> 8 & 0xff;
        unsigned blue = colour & 0xff;
        (void)snprintf(asked, sizeof(asked), "\x1b]4;%u;?\x07", i);
        (void)snprintf(told, sizeof(told), "\\e]4;%u;rgb:%02x%02x/%02x%02x/%02x%02x\\x07", i, red,
                       red, green, green, blue, blue);
        answers(asked, told);
    }
}

#define HEX_9  "585858585858585858"
#define HEX_63 HEX_9 HEX_9 HEX_9 HEX_9 HEX_9 HEX_9 HEX_9

static void test_capabilities_are_told_up_to_the_first_that_is_not_known(void)
{
    answers("\x1bP+q544e\x1b\\", "\\eP1+r544e=787465726D2D323536636F6C6F72\\e\\\\");
    answers("\x1bP+q436f;636f6c6f7273\x1b\\", "\\eP1+r436f=323536;636f6c6f7273=323536\\e\\\\");
    answers("\x1bP+q6b63757531\x1b\\", "\\eP1+r6b63757531=1B4F41\\e\\\\");   /* kcuu1 */
    answers("\x1bP+q6b69636831\x1b\\", "\\eP1+r6b69636831=1B5B327E\\e\\\\"); /* kich1 */
    answers("\x1bP+q436f;5858;436f\x1b\\", "\\eP1+r436f=323536\\e\\\\");
    answers("\x1bP+q6e616d65\x1b\\", "\\eP1+r6e616d65=787465726D2D323536636F6C6F72\\e\\\\");
    answers("\x1bP+q5858\x1b\\", "\\eP0+r5858\\e\\\\");
    answers("\x1bP+q5858585858\x1b\\\x1bP+q58\x1b\\", "\\eP0+r5858585858\\e\\\\\\eP0+r58\\e\\\\");
    answers("\x1bP+q436\x1b\\", "\\eP0+r436\\e\\\\"); /* half a letter */
    answers("\x1bP+q544e6\x1b\\", "\\eP0+r544e6\\e\\\\");
    answers("\x1bP+q43FF6f\x1b\\", "\\eP0+r43FF6f\\e\\\\");
    answers("\x1bP+q434F\x1b\\\x1bP+q436F\x1b\\", "\\eP0+r434F\\e\\\\\\eP1+r436F=323536\\e\\\\");
    answers("\x1bP+q6b6430\x1b\\", "\\eP0+r6b6430\\e\\\\");
    /* A name that is one byte too long, and one that is not. */
    answers("\x1bP+q" HEX_63 "58\x1b\\", "\\eP0+r" HEX_63 "58\\e\\\\");
    answers("\x1bP+q" HEX_63 "\x1b\\", "\\eP0+r" HEX_63 "\\e\\\\");
    /* A zero is no digit. */
    static const char zero[] = "\x1bP+q6b663\0\x1b\\";
    answers_bytes(zero, sizeof(zero) - 1, "\\eP0+r6b663\\e\\\\");
}

/* Goal: nothing that a program writes comes back as a command. */
static void test_what_is_no_question_is_not_answered(void)
{
    answers("6n [6n", "");
    answers("\x1b[6m\x1b[7n\x1b[>6n\x1b[6 n", "");
    answers("\x1b[1c\x1b[?c\x1b[>1q\x1b[2 q", "");
    answers("\x1b[20t\x1b[21t\x1b[8;50;50t\x1b[22;0;0t", "");
    answers("\x1b]0;title\x07\x1b]52;c;?\x07\x1b]110\x07\x1b]4\x07", "");
    answers("\x1b]9;?\x07\x1b]0010;?\x07\x1b]10\x07\x1b];?\x07", "");
    answers("\x1b]2(;?\x07\x1b]0:;?\x07\x1b]10.?\x07\x1b]10;??\x07", "");
    answers("\x1b]10;red\x07\x1b]4;256;?\x07\x1b]4;1;red\x07\x1b]13;?\x07", "");
    answers("\x1bP$r q\x1b\\\x1bP+x436f\x1b\\\x1bPxq436f\x1b\\", "");
    answers("\x1bPq#0\x1b\\\x1bP\x1b\\\x1b_G\x1b\\", "");
    answers("\x1b[?u\x1b[6\x18n\x1b[", "");
    answers("\x1bP+qrm -rf;\x1b\\", "\\eP0+r\\e\\\\");
    answers("\x1bP+q\x1b\\", "\\eP0+r\\e\\\\");
    answers("\x1bP$qrm -rf\x1b\\", "\\eP0$r\\e\\\\");
}

static void test_every_question_has_a_name_and_a_form(void)
{
    size_t count = 0;

    while (answer_name(count) != NULL) {
        CU_ASSERT_PTR_NOT_NULL(answer_asked(count));
        count++;
    }
    CU_ASSERT_TRUE(count > 10);
    CU_ASSERT_PTR_NULL(answer_asked(count));
}

int main(void)
{
    CU_pSuite s = suite_open("answer", NULL, NULL);

    CU_ADD_TEST(s, test_the_cursor_is_told_where_it_is);
    CU_ADD_TEST(s, test_the_terminal_says_what_it_is);
    CU_ADD_TEST(s, test_the_window_is_told);
    CU_ADD_TEST(s, test_modes_are_told_as_they_are);
    CU_ADD_TEST(s, test_settings_are_told_as_they_are);
    CU_ADD_TEST(s, test_colours_are_told_and_end_as_they_were_asked_for);
    CU_ADD_TEST(s, test_every_colour_of_the_palette_is_xterms);
    CU_ADD_TEST(s, test_capabilities_are_told_up_to_the_first_that_is_not_known);
    CU_ADD_TEST(s, test_what_is_no_question_is_not_answered);
    CU_ADD_TEST(s, test_every_question_has_a_name_and_a_form);
    return suite_close();
}
