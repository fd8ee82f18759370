/* modes_test.c: what a program has set of the terminal, by name, however its output is cut. */
#include "expect/modes.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

/* All that is changed, what is harmless in braces. */
static void modes_text(const struct modes *m, struct buf *out)
{
    struct mode_change change[MODES_CHANGED_MAX];
    size_t count = modes_changed(m, change);

    for (size_t i = 0; i < count; i++)
        buf_addf(out, change[i].harmless ? "{%s (%s)}" : "[%s (%s)]", change[i].name,
                 change[i].code);
}

/* Goal: this output leaves these changes.
 * Method: every way to cut it in three. */
static void leaves_bytes(const char *output, size_t size, const char *changes)
{
    bool good = true;

    for (size_t first = 0; first <= size; first++) {
        for (size_t second = first; second <= size; second++) {
            struct modes m = {0};
            struct buf text = BUF_INIT;
            modes_feed(&m, output, first);
            modes_feed(&m, output + first, second - first);
            modes_feed(&m, output + second, size - second);
            modes_text(&m, &text);
            if (good && strcmp(buf_text(&text), changes) != 0) {
                good = false;
                (void)printf("\n    %s\n    %s\n", changes, buf_text(&text));
            }
            buf_release(&text);
        }
    }
    CU_ASSERT_TRUE(good);
}

static void leaves(const char *output, const char *changes)
{
    leaves_bytes(output, strlen(output), changes);
}

static void test_what_is_set_is_named_until_it_is_reset(void)
{
    leaves("plain text\r\n", "");
    leaves("\x1b[?1049h", "[alternate screen (1049)]");
    leaves("\x1b[?25l", "[hidden cursor (25)]");
    leaves("\x1b[?25l\x1b[?25h", "");
    leaves("\x1b[?7l", "[no line wrap (7)]");
    leaves("\x1b[?1000;1002;1003;1006h",
           "[mouse clicks (1000)][mouse drags (1002)][mouse motion (1003)]"
           "{mouse positions in decimal (1006)}");
    leaves("\x1b[?1000;1002;1003h x \x1b[?1003l\x1b[?1002;1000l", "");
    leaves("\x1b[?2004h$ ", "[bracketed paste (2004)]");
    leaves("\x1b[4h", "[insert mode (ANSI 4)]");
    leaves("\x1b[?4h", "{smooth scrolling (4)}");
    leaves("\x1b[4h\x1b[4l", "");
    leaves("\x1b[?7727h", "{a private mode without a name (7727)}");
    leaves("\x1b[?7727h\x1b[?7727l\x1b[?7728l", "");
    leaves("\x1b[?7727h\x1b[?7728h\x1b[?7727h", "{a private mode without a name (7727)}"
                                                "{a private mode without a name (7728)}");
    leaves("\x1b[?7727h\x1b[?7727h\x1b[?7727l", "");
}

/* Goal: every mode by its name, whether it is harmless, and whether a soft reset ends it. */
static void test_every_mode_is_told_as_what_it_is(void)
{
    static const struct {
        const char *set;
        const char *told;
        bool soft;
    } modes[] = {
        {"\x1b[?1049h", "[alternate screen (1049)]",            false},
        {"\x1b[?1047h", "[alternate screen (1047)]",            false},
        {"\x1b[?47h",   "[alternate screen (47)]",              false},
        {"\x1b[?25l",   "[hidden cursor (25)]",                 true },
        {"\x1b[?1h",    "[application cursor keys (1)]",        true },
        {"\x1b[?66h",   "[application keypad (66)]",            true },
        {"\x1b[?9h",    "[mouse presses (9)]",                  false},
        {"\x1b[?1000h", "[mouse clicks (1000)]",                false},
        {"\x1b[?1001h", "[mouse highlighting (1001)]",          false},
        {"\x1b[?1002h", "[mouse drags (1002)]",                 false},
        {"\x1b[?1003h", "[mouse motion (1003)]",                false},
        {"\x1b[?1004h", "[focus reports (1004)]",               false},
        {"\x1b[?1005h", "{mouse positions in UTF-8 (1005)}",    false},
        {"\x1b[?1006h", "{mouse positions in decimal (1006)}",  false},
        {"\x1b[?1015h", "{mouse positions as in urxvt (1015)}", false},
        {"\x1b[?1016h", "{mouse positions in pixels (1016)}",   false},
        {"\x1b[?1007h", "{wheel as arrow keys (1007)}",         false},
        {"\x1b[?2004h", "[bracketed paste (2004)]",             false},
        {"\x1b[?2026h", "[synchronized output (2026)]",         false},
        {"\x1b[?2027h", "{grapheme clusters (2027)}",           false},
        {"\x1b[?2031h", "[colour scheme reports (2031)]",       false},
        {"\x1b[?2048h", "[window size reports (2048)]",         false},
        {"\x1b[?3h",    "[132 columns (3)]",                    false},
        {"\x1b[?4h",    "{smooth scrolling (4)}",               false},
        {"\x1b[?5h",    "[reverse video (5)]",                  false},
        {"\x1b[?6h",    "[origin at the margin (6)]",           true },
        {"\x1b[?7l",    "[no line wrap (7)]",                   true },
        {"\x1b[?8l",    "[no key repeat (8)]",                  false},
        {"\x1b[?12h",   "{blinking cursor (12)}",               false},
        {"\x1b[?45h",   "[reverse wrap (45)]",                  false},
        {"\x1b[?69h",   "[left and right margins (69)]",        true },
        {"\x1b[?1034h", "{eight-bit meta key (1034)}",          false},
        {"\x1b[2h",     "[locked keyboard (ANSI 2)]",           true },
        {"\x1b[4h",     "[insert mode (ANSI 4)]",               true },
        {"\x1b[20h",    "[newline mode (ANSI 20)]",             false},
    };

    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        char output[64];
        size_t size = strlen(modes[i].set);
        leaves(modes[i].set, modes[i].told);
        (void)snprintf(output, sizeof(output), "%s\x1b[!p", modes[i].set);
        leaves(output, modes[i].soft ? "" : modes[i].told);
        (void)snprintf(output, sizeof(output), "%s%s", modes[i].set, modes[i].set);
        output[2 * size - 1] = output[size - 1] == 'h' ? 'l' : 'h';
        leaves(output, "");
    }
}

static void test_the_alternate_screen_has_three_numbers(void)
{
    leaves("\x1b[?1049h\x1b[?47l", "");
    leaves("\x1b[?47h\x1b[?1047h", "[alternate screen (1047)]");
    leaves("\x1b[?47h\x1b[?1049l", "");
    leaves("\x1b[?1048h\x1b[?1048l\x1b[?1048h", "");
}

static void test_the_keypad_has_its_own_sequences(void)
{
    leaves("\x1b[?1h\x1b=", "[application cursor keys (1)][application keypad (66)]");
    leaves("\x1b[?1h\x1b=\x1b[?1l\x1b>", "");
    leaves("\x1b[?66h\x1b>", "");
}

static void test_modes_are_saved_and_restored(void)
{
    leaves("\x1b[?1h\x1b[?1s\x1b[?1l\x1b[?1r", "[application cursor keys (1)]");
    leaves("\x1b[?1;25s\x1b[?1h\x1b[?25l\x1b[?1;25r", "");
    leaves("\x1b[?25l\x1b[?25r", "");         /* never saved: as in the beginning */
    leaves("\x1b[s\x1b[r\x1b[?2s\x1b[u", ""); /* the cursor's place, margins */
}

static void test_a_soft_reset_leaves_what_is_not_its_own(void)
{
    /* What was saved of its own is forgotten, too. */
    leaves("\x1b[?25l\x1b[?25s\x1b[!p\x1b[?25r", "");
    leaves("\x1b[?2004h\x1b[?2004s\x1b[!p\x1b[?2004l\x1b[?2004r", "[bracketed paste (2004)]");
    leaves("\x1b[?1h\x1b=\x1b[?25l\x1b[4h\x1b[?2004h\x1b[?1049h\x1b[!p",
           "[alternate screen (1049)][bracketed paste (2004)]");
    leaves("\x1b[?1h\x1b=\x1b[?25l\x1b[4h\x1b[?2004h\x1b[?1049h\x1b[>4;2m\x1b[>1u\x1b[5 q\x1b"
           "c",
           "");
}

/* Sequences that have all but one thing in common with one that sets something. */
static void test_what_is_alike_sets_nothing(void)
{
    static const char *const alike[] = {
        "\x1b[!q",    "\x1b[!h",           "\x1b[ p",      "\x1b[p",  "\x1b[5q", "\x1b[5$q",
        "\x1b[5\"q",  "\x1b[5 p",          "\x1b[4m",      "\x1b[4x", "\x1b[4i", "\x1b[4 h",
        "\x1b[?66$h", "\x1b[?66m",         "\x1b(c",       "\x1b(=",  "\x1b#=",  "\x1b<",
        "\x1b?",      "\x1b]c\x07",        "\x1bP=\x1b\\", "\x1b[c",  "\x1b[=",  "\x1b[?66c",
        "\x1b[>c",    "\x1b[20l\x1b[20$h",
    };

    for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
        struct modes m = {0};
        struct buf before = BUF_INIT;
        struct buf after = BUF_INIT;
        modes_feed(&m, "\x1b[?1h\x1b[3 q", 10);
        modes_text(&m, &before);
        modes_feed(&m, alike[i], strlen(alike[i]));
        modes_text(&m, &after);
        CU_ASSERT_STRING_EQUAL(buf_text(&after), buf_text(&before));
        buf_release(&before);
        buf_release(&after);
    }
}

static void test_the_keyboard_protocols_are_told(void)
{
    leaves("\x1b[>4;2m", "[keys as codes (modifyOtherKeys 2)]");
    leaves("\x1b[>4;2m\x1b[>4;m", "");
    leaves("\x1b[>4;2m\x1b[>4n", "");
    leaves("\x1b[>4;2m\x1b[>m", "");
    leaves("\x1b[>4m", "");
    leaves("\x1b[>4;2m\x1b[>4t\x1b[>4u\x1b[<4n\x1b[=4n\x1b[<4m\x1b[=4;m\x1b[>5n\x1b[>n\x1b[>2;m",
           "[keys as codes (modifyOtherKeys 2)][keys as codes (kitty keyboard 4)]");
    leaves("\x1b[>u\x1b[=u", "");
    leaves("\x1b[=5u\x1b[=u", "");
    leaves("\x1b[=5u\x1b[=2;4u", "[keys as codes (kitty keyboard 5)]");
    leaves("\x1b[=5u\x1b[>3t\x1b[<3t\x1b[=3t", "[keys as codes (kitty keyboard 5)]");
    leaves("\x1b[>1u", "[keys as codes (kitty keyboard 1)]");
    leaves("\x1b[>1u\x1b[>3u\x1b[<u", "[keys as codes (kitty keyboard 1)]");
    leaves("\x1b[>1u\x1b[>3u\x1b[<2u", "");
    leaves("\x1b[=5u\x1b[=2;2u\x1b[=1;3u", "[keys as codes (kitty keyboard 6)]");
    leaves("\x1b[=5u\x1b[<u", "");
    /* Each screen has its own. */
    leaves("\x1b[?1049h\x1b[>1u\x1b[?1049l", "");
    leaves("\x1b[?1049h\x1b[>1u\x1b[?1049l\x1b[<u\x1b[?1049h",
           "[alternate screen (1049)][keys as codes (kitty keyboard 1)]");
    /* Only the newest are remembered: nine more pops than there is to pop. */
    leaves("\x1b[>1u\x1b[>1u\x1b[>1u\x1b[>1u\x1b[>1u\x1b[>1u\x1b[>1u\x1b[>2u\x1b[>4u\x1b[<7u",
           "[keys as codes (kitty keyboard 1)]");
    leaves("\x1b[>1u\x1b[>2u\x1b[>3u\x1b[>4u\x1b[>5u\x1b[>6u\x1b[>7u\x1b[>8u\x1b[>9u\x1b[<u",
           "[keys as codes (kitty keyboard 8)]");
}

static void test_another_cursor_is_harmless(void)
{
    leaves("\x1b[5 q", "{cursor of another style (DECSCUSR 5)}");
    leaves("\x1b[5 q\x1b[2 q", "");
    leaves("\x1b[5 q\x1b[ q", "");
}

static void test_what_only_looks_like_it_sets_nothing(void)
{
    leaves("[?1049h", "");
    leaves("\x1b[?1049\x18h", "");                         /* broken off */
    leaves("\x1b[?1049\x1b[?25l", "[hidden cursor (25)]"); /* by the next one */
    leaves("\x1b]0;\x1b[?25l", "[hidden cursor (25)]");
    leaves("\x1b]0;[?1049h\x07", ""); /* in a title */
    leaves("\x1bP[?1049h\x1b\\\x1b[?25l", "[hidden cursor (25)]");
    leaves("\x1b]0;\x1b=", "[application keypad (66)]");
    leaves("\x1b]0;\x1b(0\x1b[?1$p\x1b[?1 h", "");
    leaves("\x1b[?10\r49h", "[alternate screen (1049)]"); /* a control on the way */
    leaves("\x1b[?1049\xc3\xa9h", "");
    leaves("\x1b[=1m\x1b[=1n\x1b[<1m\x1b[=5;1p", "");
    leaves("\x1b[4h\x1b[4m\x1b[4l\x1b[4h\x1b[4A\x1b[4q", "[insert mode (ANSI 4)]");
    leaves("\x1b[?1:25h", "[application cursor keys (1)]");
    leaves("\x1b[?99999999999999999999h", "{a private mode without a name (65535)}");
}

static void test_a_mode_is_reported_as_decrqm_does(void)
{
    struct modes m = {0};

    CU_ASSERT_EQUAL(modes_report(&m, MODE_CURSOR, false), 1);
    CU_ASSERT_EQUAL(modes_report(&m, MODE_PASTE, false), 2);
    CU_ASSERT_EQUAL(modes_report(&m, 12345, false), 0);
    CU_ASSERT_EQUAL(modes_report(&m, 4, true), 2);
    CU_ASSERT_EQUAL(modes_report(&m, 25, true), 0);
    modes_feed(&m, "\x1b[?1047h\x1b[?25l\x1b[4h", 18);
    CU_ASSERT_EQUAL(modes_report(&m, MODE_CURSOR, false), 2);
    CU_ASSERT_EQUAL(modes_report(&m, 4, true), 1);
    CU_ASSERT_EQUAL(modes_report(&m, 4, false), 2);
    CU_ASSERT_TRUE(modes_on(&m, MODE_ALTERNATE));
    CU_ASSERT_FALSE(modes_on(&m, MODE_CURSOR_KEYS));
}

static void test_what_is_left_is_one_line(void)
{
    struct modes m = {0};
    struct buf text = BUF_INIT;

    modes_tell(&m, &text);
    CU_ASSERT_STRING_EQUAL(buf_text(&text), "");
    modes_feed(&m, "\x1b[?1000h\x1b[?1006h\x1b[?1049h", 24);
    modes_tell(&m, &text);
    CU_ASSERT_STRING_EQUAL(buf_text(&text), "alternate screen (1049), mouse clicks (1000)");
    buf_release(&text);
}

static void test_at_most_16_unnamed_modes_are_remembered(void)
{
    struct modes m = {0};
    struct mode_change change[MODES_CHANGED_MAX];

    for (unsigned i = 0; i <= MODES_OTHER_MAX; i++) {
        char set[16];
        int size = snprintf(set, sizeof(set), "\x1b[?%uh", 5000 + i);
        modes_feed(&m, set, (size_t)size);
    }
    CU_ASSERT_EQUAL(modes_changed(&m, change), MODES_OTHER_MAX);
}

/* Goal: a sequence of SEQUENCE_BYTES_MAX bytes behind its opening counts, a longer one is passed
 * over, and what comes next is not. */
static void test_a_sequence_has_at_most_1024_bytes(void)
{
    for (size_t size = SEQUENCE_BYTES_MAX; size <= SEQUENCE_BYTES_MAX + 1; size++) {
        struct modes m = {0};
        char bytes[SEQUENCE_BYTES_MAX + 1];
        memset(bytes, '0', size);
        bytes[0] = '?';
        bytes[size - 2] = '1';
        bytes[size - 1] = 'h';
        modes_feed(&m, "\x1b[", 2);
        modes_feed(&m, bytes, size);
        CU_ASSERT_EQUAL(modes_on(&m, MODE_CURSOR_KEYS), size == SEQUENCE_BYTES_MAX);
        modes_feed(&m, "\x1b[?2004h", 8);
        CU_ASSERT_TRUE(modes_on(&m, MODE_PASTE));
    }
}

static void test_of_a_sequence_32_numbers_count(void)
{
    struct modes m = {0};

    modes_feed(&m, "\x1b[?", 3);
    for (unsigned i = 1; i < SEQUENCE_NUMBERS_MAX; i++)
        modes_feed(&m, "0;", 2);
    modes_feed(&m, "1;2004h", 7);
    CU_ASSERT_TRUE(modes_on(&m, MODE_CURSOR_KEYS));
    CU_ASSERT_FALSE(modes_on(&m, MODE_PASTE));
}

/* Goal: how a stream is cut changes nothing, whatever is in it.
 * Method: streams drawn from pieces of sequences, whole and broken, fed at once and in random
 * parts; 500 of them from one seed. */
static void test_cutting_changes_nothing(void)
{
    static const char *const pieces[] = {
        "\x1b", "[",  "?",           "1049", ";",    "25",       "1",        "h",
        "l",    "$p", "\x1b[?1000h", "]0;",  "\x07", "P",        "=",        ">",
        "u",    "4",  "\x18",        "\\",   "x",    "\xc3\xa9", "\x1b[>1u", "\x1b[!p",
    };
    enum { PIECES = sizeof(pieces) / sizeof(pieces[0]), STREAM_PIECES = 40 };
    uint32_t random = 1;
    unsigned different = 0;

    for (unsigned round = 0; round < 500; round++) {
        struct buf stream = BUF_INIT;
        struct buf whole = BUF_INIT;
        struct buf parts = BUF_INIT;
        struct modes once = {0};
        struct modes cut = {0};
        for (unsigned i = 0; i < STREAM_PIECES; i++) {
            random = random * 1664525 + 1013904223;
            buf_add_text(&stream, pieces[(random >> 16) % PIECES]);
        }
        modes_feed(&once, stream.data, stream.size);
        for (size_t at = 0; at < stream.size;) {
            random = random * 1664525 + 1013904223;
            size_t part = (random >> 16) % 5;
            part = part < stream.size - at ? part : stream.size - at;
            modes_feed(&cut, stream.data + at, part);
            at += part;
        }
        modes_text(&once, &whole);
        modes_text(&cut, &parts);
        different += strcmp(buf_text(&whole), buf_text(&parts)) != 0;
        buf_release(&stream);
        buf_release(&whole);
        buf_release(&parts);
    }
    CU_ASSERT_EQUAL(different, 0);
}

int main(void)
{
    CU_pSuite s = suite_open("modes", NULL, NULL);

    CU_ADD_TEST(s, test_what_is_set_is_named_until_it_is_reset);
    CU_ADD_TEST(s, test_every_mode_is_told_as_what_it_is);
    CU_ADD_TEST(s, test_the_alternate_screen_has_three_numbers);
    CU_ADD_TEST(s, test_the_keypad_has_its_own_sequences);
    CU_ADD_TEST(s, test_modes_are_saved_and_restored);
    CU_ADD_TEST(s, test_a_soft_reset_leaves_what_is_not_its_own);
    CU_ADD_TEST(s, test_what_is_alike_sets_nothing);
    CU_ADD_TEST(s, test_the_keyboard_protocols_are_told);
    CU_ADD_TEST(s, test_another_cursor_is_harmless);
    CU_ADD_TEST(s, test_what_only_looks_like_it_sets_nothing);
    CU_ADD_TEST(s, test_a_mode_is_reported_as_decrqm_does);
    CU_ADD_TEST(s, test_what_is_left_is_one_line);
    CU_ADD_TEST(s, test_at_most_16_unnamed_modes_are_remembered);
    CU_ADD_TEST(s, test_a_sequence_has_at_most_1024_bytes);
    CU_ADD_TEST(s, test_of_a_sequence_32_numbers_count);
    CU_ADD_TEST(s, test_cutting_changes_nothing);
    return suite_close();
}
