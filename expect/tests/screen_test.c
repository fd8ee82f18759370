/* screen_test.c: a screen shows what a terminal would, however its output is cut. */
#include "expect/screen.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

enum { ROWS = 5, COLUMNS = 12 };

static struct screen *fresh(uint16_t rows, uint16_t columns)
{
    struct screen *s = NULL;
    struct diag diag = {0};

    CHECK(screen_new(rows, columns, &s, &diag) == 0);
    return s;
}

static void feed(struct screen *s, const char *text)
{
    screen_feed(s, text, strlen(text));
}

/* The rows, each ended by a newline, empty ones at the end left out; then the cursor. */
static void show(struct screen *s, struct buf *out)
{
    struct screen_row row;
    size_t filled = 0;

    out->size = 0;
    for (size_t i = 1; screen_row(s, i, &row); i++) {
        buf_add(out, row.text, row.size);
        buf_add_text(out, "\n");
        filled = row.size > 0 ? out->size : filled;
    }
    out->size = filled;
    struct screen_cursor at = screen_cursor(s);
    buf_addf(out, "%u %u", at.row, at.column);
}

static bool is_shown(struct screen *s, const char *wanted)
{
    struct buf text = BUF_INIT;

    show(s, &text);
    bool same = strcmp(buf_text(&text), wanted) == 0;
    if (!same)
        (void)fprintf(stderr, "shown:\n%s\nwanted:\n%s\n", buf_text(&text), wanted);
    buf_release(&text);
    return same;
}

/* Goal: what is shown does not depend on how the output is cut.
 * Method: every way to cut it in two, and byte by byte. */
static void shows(const char *output, const char *wanted)
{
    size_t size = strlen(output);
    bool good = true;

    for (size_t cut = 0; cut <= size + 1 && good; cut++) {
        struct screen *s = fresh(ROWS, COLUMNS);
        for (size_t i = 0; i < size && cut > size; i++)
            screen_feed(s, output + i, 1);
        if (cut <= size) {
            screen_feed(s, output, cut);
            screen_feed(s, output + cut, size - cut);
        }
        good = is_shown(s, wanted);
        screen_free(s);
    }
    CU_ASSERT_TRUE(good);
}

static void test_lines_scroll_and_long_ones_go_on_below(void)
{
    shows("one\r\ntwo", "one\ntwo\n2 4");
    shows("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7", "3\n4\n5\n6\n7\n5 2");
    shows("abcdefghijklmnop", "abcdefghijkl\nmnop\n2 5");
    shows("50%\r100%", "100%\n1 5");
}

static void test_blanks_at_the_end_count_in_front_of_the_cursor_only(void)
{
    shows("$ ", "$ \n1 3");
    shows("ab   \b\b", "ab \n1 4");
    shows("ab   \r\n", "ab\n2 1");
    shows("ab\x1b[1;9H", "ab\n1 9");
    shows("\x1b[3;5Hx", "\n\n    x\n3 6");
}

/* As a pager draws: a page, a prompt in reverse, the same again from above. */
static void test_a_pager_redraws_its_page(void)
{
    shows("\x1b[?1049h\x1b[22;0;0t\x1b[?1h\x1b=\rl1\r\nl2\r\nl3\r\nl4\r\n\x1b[7m:\x1b[27m\x1b[K"
          "\r\x1b[Kl5\r\n\x1b[7m(END)\x1b[27m\x1b[K",
          "l2\nl3\nl4\nl5\n(END)\n5 6");
}

static void test_the_other_screen_gives_the_first_one_back(void)
{
    shows("$ vi\r\n\x1b[?1049h\x1b[H\x1b[2J~\r\n~\x1b[1;1H", "~\n~\n1 1");
    shows("$ vi\r\n\x1b[?1049h\x1b[H\x1b[2J~\r\n~\x1b[1;1H\x1b[?1049l$ ", "$ vi\n$ \n2 3");
}

static void test_a_status_line_stays_while_the_rest_scrolls(void)
{
    shows("\x1b[1;4r\x1b[5;1Hstatus\x1b[1;1H1\r\n2\r\n3\r\n4\r\n5\r\n6", "3\n4\n5\n6\nstatus\n4 2");
}

static void test_characters_may_be_wide_combined_or_of_other_sets(void)
{
    shows("\xe6\x97\xa5\xe6\x9c\xacx", "\xe6\x97\xa5\xe6\x9c\xacx\n1 6");
    shows("e\xcc\x81!", "e\xcc\x81!\n1 3");
    shows("abcdefghijke\xcc\x81!", "abcdefghijke\n!\n2 2");
    shows("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80\n1 3");
    shows("\x1b(0lqk\x1b(B", "\xe2\x94\x8c\xe2\x94\x80\xe2\x94\x90\n1 4");
    shows("gr\xc3\xb6\xc3\x9f"
          "er",
          "gr\xc3\xb6\xc3\x9f"
          "er\n1 7");
}

static void utf8_make(uint32_t c, char out[5])
{
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};

    out[size] = 0;
    for (size_t i = size - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(first[size] | c);
}

static void test_a_character_of_every_length_comes_out_as_it_is(void)
{
    static const uint32_t edges[] = {0x7e,   0xa1,   0x7ff,   0x0905,  0xd7ff,
                                     0xe000, 0xfffd, 0x10000, 0x1d400, 0x10ffff};

    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        char c[5];
        struct screen_row row;
        struct screen *s = fresh(ROWS, COLUMNS);
        utf8_make(edges[i], c);
        feed(s, c);
        CU_ASSERT_TRUE(screen_row(s, 1, &row));
        CU_ASSERT_EQUAL(row.size, strlen(c));
        CU_ASSERT_EQUAL(memcmp(row.text, c, strlen(c)), 0);
        screen_free(s);
    }
}

/* Goal: a mark that comes in the last column is lost, anything else there is shown.
 * Method: the first and the last of each block of marks, and what is beside them. */
static void test_in_the_last_column_marks_are_lost(void)
{
    static const uint32_t marks[][2] = {
        {0x0300, 0x036f},
        {0x0483, 0x0489},
        {0x0591, 0x05c7},
        {0x0610, 0x061a},
        {0x064b, 0x065f},
        {0x0e31, 0x0e3a},
        {0x0e47, 0x0e4e},
        {0x1ab0, 0x1aff},
        {0x1dc0, 0x1dff},
        {0x200b, 0x200f},
        {0x20d0, 0x20ff},
        {0x302a, 0x302f},
        {0x3099, 0x309a},
        {0xfe00, 0xfe0f},
        {0xfe20, 0xfe2f},
    };
    static const char full[] = "abcdefghijk";

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        const uint32_t tried[] = {marks[i][0] - 1, marks[i][0], marks[i][1], marks[i][1] + 1};
        for (size_t k = 0; k < 4; k++) {
            struct screen *s = fresh(ROWS, COLUMNS);
            struct buf text = BUF_INIT;
            char c[5];
            utf8_make(tried[k], c);
            feed(s, full);
            feed(s, c);
            show(s, &text);
            bool lost = strcmp(buf_text(&text), "abcdefghijk\n1 12") == 0;
            if (lost != (k == 1 || k == 2))
                (void)printf("\n    U+%04X", (unsigned)tried[k]);
            CU_ASSERT_EQUAL(lost, k == 1 || k == 2);
            buf_release(&text);
            screen_free(s);
        }
    }
}

static void test_what_is_no_text_shows_nothing(void)
{
    shows("\x1b]0;a title\x07x\x1b]133;A\x1b\\y\x1bP+q544e\x1b\\z", "xyz\n1 4");
    shows("a\x1b[6nb\x1b[cc", "abc\n1 4");
    /* In another set a letter is a line, whatever came before it. */
    shows("\x1b(0\xc3\xa9q", "\xc3\xa9\xe2\x94\x80\n1 3");
}

/* A character that is broken off is told as one that cannot be read, and what breaks it off counts.
 */
static void test_half_a_character_is_none(void)
{
    shows("\xe2"
          "a\x1b[1mb",
          "\xef\xbf\xbd"
          "ab\n1 4");
    shows("\xf0"
          "ab",
          "\xef\xbf\xbd"
          "ab\n1 4");
    shows("\xc0\x81"
          "x",
          "\xef\xbf\xbd\xef\xbf\xbdx\n1 4");
    shows("\xc1\x81"
          "x",
          "\xef\xbf\xbd\xef\xbf\xbdx\n1 4");
    shows("\xf5\x81"
          "x",
          "\xef\xbf\xbd\xef\xbf\xbdx\n1 4");
    shows("\xc3\xc3\xa9x", "\xef\xbf\xbd\xc3\xa9x\n1 4");
}

/* What a byte of the first row looks like. */
static unsigned style_at(struct screen *s, size_t byte)
{
    struct screen_row row;

    CHECK(screen_row(s, 1, &row) && byte < row.size);
    return row.style[byte];
}

static void test_each_byte_has_the_style_of_its_character(void)
{
    struct screen *s = fresh(ROWS, COLUMNS);

    feed(s, "a\x1b[1mb\x1b[0;4mc\x1b[0;3md\x1b[0;5me\x1b[0;7mf\x1b[0;9mg\x1b[0;1;7mh\x1b[0mi");
    CU_ASSERT_EQUAL(style_at(s, 0), 0);
    CU_ASSERT_EQUAL(style_at(s, 1), SCREEN_BOLD);
    CU_ASSERT_EQUAL(style_at(s, 2), SCREEN_UNDERLINE);
    CU_ASSERT_EQUAL(style_at(s, 3), SCREEN_ITALIC);
    CU_ASSERT_EQUAL(style_at(s, 4), SCREEN_BLINK);
    CU_ASSERT_EQUAL(style_at(s, 5), SCREEN_REVERSE);
    CU_ASSERT_EQUAL(style_at(s, 6), SCREEN_STRIKE);
    CU_ASSERT_EQUAL(style_at(s, 7), SCREEN_BOLD | SCREEN_REVERSE);
    CU_ASSERT_EQUAL(style_at(s, 8), 0);
    feed(s, "\r\x1b[7m\xe6\x97\xa5\x1b[0mx");
    CU_ASSERT_EQUAL(style_at(s, 0), SCREEN_REVERSE);
    CU_ASSERT_EQUAL(style_at(s, 2), SCREEN_REVERSE);
    CU_ASSERT_EQUAL(style_at(s, 3), 0);
    screen_free(s);
}

static void test_a_window_changes_its_size(void)
{
    struct screen *s = fresh(2, 6);
    struct screen_row row;

    feed(s, "ab\r\ncd");
    screen_resize(s, 4, 3);
    CU_ASSERT_TRUE(is_shown(s, "ab\ncd\n2 3"));
    CU_ASSERT_TRUE(screen_row(s, 4, &row));
    CU_ASSERT_FALSE(screen_row(s, 5, &row));
    CU_ASSERT_FALSE(screen_row(s, 0, &row));
    feed(s, "\r\nxyzz");
    CU_ASSERT_TRUE(is_shown(s, "ab\ncd\nxyz\nz\n4 2"));
    screen_resize(s, 4, 5); /* wider only: the last row stays */
    CU_ASSERT_TRUE(is_shown(s, "ab\ncd\nxyz\nz\n4 2"));
    feed(s, "\x1b[1;1H");
    screen_resize(s, 3,
                  5); /* lower, with the cursor above: what is below is lost, and nothing else */
    CU_ASSERT_TRUE(is_shown(s, "ab\ncd\nxyz\n1 1"));
    screen_resize(s, 4, 5);
    CU_ASSERT_TRUE(is_shown(s, "ab\ncd\nxyz\n1 1"));
    screen_free(s);
}

/* Where the cursor would lie below, all moves up as far as it must. */
static void test_a_window_that_gets_lower_keeps_the_row_of_the_cursor(void)
{
    static const struct {
        const char *cursor;
        const char *shown;
    } rows[] = {
        {"",          "3\n4\n5\n3 2"},
        {"\x1b[4;1H", "2\n3\n4\n3 1"},
        {"\x1b[3;2H", "1\n2\n3\n3 2"},
        {"\x1b[1;1H", "1\n2\n3\n1 1"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct screen *s = fresh(5, 6);
        feed(s, "1\r\n2\r\n3\r\n4\r\n5");
        feed(s, rows[i].cursor);
        screen_resize(s, 3, 6);
        CU_ASSERT_TRUE(is_shown(s, rows[i].shown));
        screen_free(s);
    }
}

/* Goal: a cursor's place from before the window shrank lies inside of it when it comes back.
 * Method: kept in the last corner, in a window that then is lower, narrower, or both. */
static void test_a_kept_cursor_comes_back_into_a_smaller_window(void)
{
    static const struct {
        uint16_t rows;
        uint16_t columns;
        const char *shown;
    } windows[] = {
        {2, 4,       "\n   x\n2 4"         },
        {2, COLUMNS, "\n           x\n2 12"},
        {5, 4,       "\n\n\n\n   x\n5 4"   },
    };

    struct screen *narrow = fresh(ROWS, COLUMNS);
    feed(narrow, "\x1b[2;12H\0337\x1b[1;1H");
    screen_resize(narrow, ROWS, 4);
    feed(narrow, "\0338x");
    CU_ASSERT_TRUE(is_shown(narrow, "\n   x\n2 4"));
    screen_free(narrow);
    for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
        struct screen *s = fresh(ROWS, COLUMNS);
        feed(s, "\x1b[5;12H\0337\x1b[1;1H");
        screen_resize(s, windows[i].rows, windows[i].columns);
        feed(s, "\0338");
        struct screen_cursor at = screen_cursor(s);
        CU_ASSERT_EQUAL(at.row, windows[i].rows);
        CU_ASSERT_EQUAL(at.column, windows[i].columns);
        feed(s, "x");
        CU_ASSERT_TRUE(is_shown(s, windows[i].shown));
        screen_free(s);
    }
}

/* The largest row, full of what takes most bytes; and sizes that are none. */
static void test_sizes_have_limits(void)
{
    struct screen *s = fresh(1, 2 * SCREEN_SIDE_MAX);
    struct screen_row row;

    for (int i = 0; i < SCREEN_SIDE_MAX; i++)
        feed(s, "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85");
    CU_ASSERT_TRUE(screen_row(s, 1, &row));
    CU_ASSERT_TRUE(row.size > (size_t)(SCREEN_SIDE_MAX - 2) * 11);
    CU_ASSERT_FALSE(screen_row(s, 2, &row));
    screen_resize(s, 0, 0);
    CU_ASSERT_TRUE(screen_row(s, 1, &row));
    CU_ASSERT_FALSE(screen_row(s, 2, &row));
    screen_free(s);
    screen_free(NULL);
}

/* More in one go than libvterm is given at once. */
static void test_much_at_once_is_shown_in_full(void)
{
    enum { LINES = 2000 };
    struct screen *s = fresh(2, COLUMNS);
    struct buf text = BUF_INIT;

    for (int i = 1; i <= LINES; i++)
        buf_addf(&text, "%d%s", i, i < LINES ? "\r\n" : "");
    screen_feed(s, text.data, text.size);
    CU_ASSERT_TRUE(is_shown(s, "1999\n2000\n2 5"));
    buf_release(&text);
    screen_free(s);
}

static const char *const noise[] = {
    "\x1b[", "\x1b]", "\x1bP", "\x1b\\", "H",    "2J",   "5;3H",   "?1049h", "?1049l",
    "m",     "7m",    "\r",    "\n",     "\t",   "\b",   "\xc3",   "\xb6",   "e\xcc",
    "\x81",  "L",     "M",     "3;4r",   "@",    "P",    "\x1b(0", "\x1b(B", "qqq",
    "text ", "99999", ";",     "\x1b#8", "\x0e", "\x0f", "X",      "K",      "\xe6\x97\xa5",
    "\0337", "\0338",
};

enum { NOISE_LONG = 60 };

static void noise_make(struct prng *rng, struct buf *out)
{
    out->size = 0;
    for (int i = 0; i < NOISE_LONG; i++)
        buf_add_text(out, noise[prng_below(rng, sizeof(noise) / sizeof(noise[0]))]);
}

/* Goal: nothing that may come breaks it, and even that does not depend on the cuts.
 * Method: random pieces of output with other sizes of the window between them, in two screens. */
static void test_noise_shows_the_same_in_any_pieces(void)
{
    enum { TRIES = 200, PARTS = 4 };
    struct buf a = BUF_INIT;
    struct buf b = BUF_INIT;
    struct buf output = BUF_INIT;
    struct prng rng = prng_init(7);
    bool same = true;

    for (int try = 0; try < TRIES && same; try++) {
        struct screen *whole = fresh(ROWS, COLUMNS);
        struct screen *cut = fresh(ROWS, COLUMNS);
        for (int part = 0; part < PARTS; part++) {
            noise_make(&rng, &output);
            screen_feed(whole, output.data, output.size);
            for (size_t i = 0; i < output.size; i++)
                screen_feed(cut, output.data + i, 1);
            uint16_t rows = (uint16_t)prng_below(&rng, 8);
            uint16_t columns = (uint16_t)prng_below(&rng, 20);
            screen_resize(whole, rows, columns);
            screen_resize(cut, rows, columns);
        }
        show(whole, &a);
        show(cut, &b);
        same = strcmp(buf_text(&a), buf_text(&b)) == 0;
        screen_free(whole);
        screen_free(cut);
    }
    CU_ASSERT_TRUE(same);
    buf_release(&a);
    buf_release(&b);
    buf_release(&output);
}

int main(void)
{
    CU_pSuite s = suite_open("screen", NULL, NULL);

    CU_ADD_TEST(s, test_lines_scroll_and_long_ones_go_on_below);
    CU_ADD_TEST(s, test_blanks_at_the_end_count_in_front_of_the_cursor_only);
    CU_ADD_TEST(s, test_a_pager_redraws_its_page);
    CU_ADD_TEST(s, test_the_other_screen_gives_the_first_one_back);
    CU_ADD_TEST(s, test_a_status_line_stays_while_the_rest_scrolls);
    CU_ADD_TEST(s, test_characters_may_be_wide_combined_or_of_other_sets);
    CU_ADD_TEST(s, test_a_character_of_every_length_comes_out_as_it_is);
    CU_ADD_TEST(s, test_in_the_last_column_marks_are_lost);
    CU_ADD_TEST(s, test_what_is_no_text_shows_nothing);
    CU_ADD_TEST(s, test_half_a_character_is_none);
    CU_ADD_TEST(s, test_each_byte_has_the_style_of_its_character);
    CU_ADD_TEST(s, test_a_window_changes_its_size);
    CU_ADD_TEST(s, test_a_window_that_gets_lower_keeps_the_row_of_the_cursor);
    CU_ADD_TEST(s, test_a_kept_cursor_comes_back_into_a_smaller_window);
    CU_ADD_TEST(s, test_sizes_have_limits);
    CU_ADD_TEST(s, test_much_at_once_is_shown_in_full);
    CU_ADD_TEST(s, test_noise_shows_the_same_in_any_pieces);
    return suite_close();
}
