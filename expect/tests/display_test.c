/* display_test.c: a pattern is looked for on the screen that a stream has drawn by now. */
#include "expect/display.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

enum { ROWS = 6, COLUMNS = 20 };

struct bench {
    struct match *match;
    struct display *display;
    struct match_result result;
    struct diag diag;
};

static struct bench bench_new(const struct match_options *options)
{
    struct bench b = {0};

    CHECK(match_new(options, &b.match, &b.diag) == 0);
    CHECK(display_new(b.match, ROWS, COLUMNS, &b.display, &b.diag) == 0);
    return b;
}

static void bench_free(struct bench *b)
{
    display_free(b->display);
    match_free(b->match);
}

static void feed(struct bench *b, const char *text)
{
    match_feed(b->match, text, strlen(text));
}

static int look(struct bench *b, const char *pattern, struct display_place place)
{
    struct match_pattern *p = NULL;

    CHECK(match_compile(pattern, &p, NULL, &b->diag) == 0);
    int rc = display_look(b->display, p, &place, &b->result, &b->diag);
    match_pattern_free(p);
    return rc;
}

static bool finds(struct bench *b, const char *pattern, struct display_place place)
{
    return look(b, pattern, place) == MATCH_FOUND;
}

static const struct display_place anywhere;

/* A menu: a title, three entries of which the second is marked, a line at the bottom. */
static const char menu[] =
    "\x1b[?1049h\x1b[H\x1b[2J\x1b[1mChoose\x1b[0m\x1b[3;2Hone\x1b[4;2H\x1b[7mtwo"
    "  \x1b[0m\x1b[5;2Hthree\x1b[6;1Hq quits\x1b[4;2H";

static void test_the_screen_is_what_is_drawn_and_not_the_stream(void)
{
    struct bench b = bench_new(NULL);

    feed(&b, "one\r\n\x1b[1;1Htwo");
    CU_ASSERT_TRUE(finds(&b, "^two$", anywhere));
    CU_ASSERT_FALSE(finds(&b, "one", anywhere));
    feed(&b, "\x1b[2J\x1b[3;1Hone");
    CU_ASSERT_FALSE(finds(&b, "two", anywhere));
    CU_ASSERT_TRUE(finds(&b, "\\A\n\none\\z", anywhere));
    feed(&b, "\x1b[5;1Hx");
    CU_ASSERT_TRUE(finds(&b, "\\A\n\none\n\nx\\z", anywhere));
    /* It takes nothing. */
    CU_ASSERT_TRUE(finds(&b, "one", anywhere));
    CU_ASSERT_EQUAL(match_cursor(b.match), 0);
    bench_free(&b);
}

static void test_a_row_narrows_from_the_top_and_from_the_bottom(void)
{
    struct bench b = bench_new(NULL);

    feed(&b, menu);
    CU_ASSERT_TRUE(finds(&b, "^Choose$", (struct display_place){.row = 1}));
    CU_ASSERT_TRUE(finds(&b, "quits$", (struct display_place){.row = -1}));
    CU_ASSERT_TRUE(finds(&b, "quits$", (struct display_place){.row = ROWS}));
    CU_ASSERT_TRUE(finds(&b, "^Choose$", (struct display_place){.row = -ROWS}));
    CU_ASSERT_TRUE(finds(&b, "^$", (struct display_place){.row = 2}));
    CU_ASSERT_FALSE(finds(&b, "Choose", (struct display_place){.row = 2}));
    CU_ASSERT_FALSE(finds(&b, "^", (struct display_place){.row = ROWS + 1}));
    CU_ASSERT_FALSE(finds(&b, "^", (struct display_place){.row = -ROWS - 1}));
    bench_free(&b);
}

static void test_the_cursor_narrows(void)
{
    struct bench b = bench_new(NULL);

    feed(&b, menu);
    CU_ASSERT_TRUE(finds(&b, "two", (struct display_place){.cursor_row = 4, .cursor_column = 2}));
    CU_ASSERT_TRUE(finds(&b, "two", (struct display_place){.cursor_row = -3, .cursor_column = 2}));
    CU_ASSERT_FALSE(finds(&b, "two", (struct display_place){.cursor_row = 3, .cursor_column = 2}));
    CU_ASSERT_FALSE(finds(&b, "two", (struct display_place){.cursor_row = 4, .cursor_column = 3}));
    bench_free(&b);
}

/* Of several matches the one that looks so counts; a blank is never bold. */
static void test_a_style_narrows(void)
{
    struct bench b = bench_new(NULL);

    feed(&b, menu);
    CU_ASSERT_TRUE(finds(&b, "two", (struct display_place){.style = SCREEN_REVERSE}));
    CU_ASSERT_FALSE(finds(&b, "one|three", (struct display_place){.style = SCREEN_REVERSE}));
    CU_ASSERT_TRUE(finds(&b, "\\w+", (struct display_place){.style = SCREEN_REVERSE}));
    CU_ASSERT_EQUAL(b.result.captures[0].size, 3);
    CU_ASSERT_FALSE(finds(&b, "(?s)one.*two", (struct display_place){.style = SCREEN_REVERSE}));
    CU_ASSERT_FALSE(finds(&b, "x?", (struct display_place){.style = SCREEN_UNDERLINE}));
    CU_ASSERT_FALSE(
        finds(&b, "two", (struct display_place){.style = SCREEN_REVERSE | SCREEN_BOLD}));
    feed(&b,
         "\x1b[2J\x1b[H\x1b[1mFile\x1b[0m \x1b[1mName\x1b[2;1H\x1b[0;7mFile\x1b[0m \x1b[7mName");
    CU_ASSERT_TRUE(finds(&b, "File Name", (struct display_place){.style = SCREEN_BOLD}));
    CU_ASSERT_FALSE(finds(&b, "File Name", (struct display_place){.style = SCREEN_REVERSE}));
    /* A match in two rows: what lies between them looks like nothing. */
    feed(&b, "\x1b[2J\x1b[H\x1b[0;1mab\x1b[2;1Hcd\x1b[0mef");
    CU_ASSERT_TRUE(finds(&b, "b\nc", (struct display_place){.style = SCREEN_BOLD}));
    CU_ASSERT_FALSE(finds(&b, "b\ncde", (struct display_place){.style = SCREEN_BOLD}));
    bench_free(&b);
}

static void test_groups_are_given(void)
{
    struct bench b = bench_new(NULL);

    feed(&b, "\x1b[2;5Hport 8080");
    CU_ASSERT_TRUE(finds(&b, "(x)?port (\\d+)", anywhere));
    CU_ASSERT_EQUAL(b.result.capture_count, 3);
    CU_ASSERT_PTR_NULL(b.result.captures[1].text);
    CU_ASSERT_EQUAL(b.result.captures[2].size, 4);
    CU_ASSERT_EQUAL(memcmp(b.result.captures[2].text, "8080", 4), 0);
    CU_ASSERT_TRUE(finds(&b, "(p)(o)(x)?r", anywhere));
    CU_ASSERT_EQUAL(b.result.capture_count, 4);
    CU_ASSERT(b.result.captures[1].text != NULL && *b.result.captures[1].text == 'p');
    CU_ASSERT(b.result.captures[2].text != NULL && *b.result.captures[2].text == 'o');
    CU_ASSERT_PTR_NULL(b.result.captures[3].text);
    bench_free(&b);
}

static void test_what_is_hidden_is_not_drawn(void)
{
    struct bench b = bench_new(NULL);

    feed(&b, "x> ");
    CU_ASSERT_EQUAL(match_hide(b.match, "\r\nx: no\r\nx> ", 12), 0);
    feed(&b, "\r\nx: \x1b[1mno");
    CU_ASSERT_TRUE(finds(&b, "\\Ax> \\z", anywhere)); /* it may just be coming */
    feed(&b, "\x1b[0m\r\nx> c");
    CU_ASSERT_TRUE(finds(&b, "\\Ax> c\\z", anywhere));
    bench_free(&b);
}

/* Goal: what is hidden is taken out wherever it lies between two looks.
 * Method: a look after so many bytes of the stream, and one at its end. */
static void test_what_is_hidden_is_taken_out_at_any_look(void)
{
    static const char first[] = "ab";
    static const char hidden[] = "\r\nSECRET\r\n";
    static const char last[] = "cd";
    char stream[64];
    int size = snprintf(stream, sizeof(stream), "%s%s%s%s%s", first, hidden, last, hidden, first);

    for (int cut = 0; cut <= size; cut++) {
        struct bench b = bench_new(NULL);
        int begin[] = {2, 2 + 10 + 2};
        for (int at = 0; at < size; at++) {
            if (at == begin[0] || at == begin[1])
                CU_ASSERT_EQUAL(match_hide(b.match, hidden, sizeof(hidden) - 1), 0);
            match_feed(b.match, stream + at, 1);
            if (at == cut)
                CU_ASSERT_FALSE(finds(&b, "SEC", anywhere));
        }
        CU_ASSERT_TRUE(finds(&b, "\\Aabcdab\\z", anywhere));
        bench_free(&b);
    }
}

static void test_a_window_changes_where_the_stream_was(void)
{
    struct bench b = bench_new(NULL);

    feed(&b, "0123456789abcdefghij\r\n");
    CU_ASSERT_EQUAL(display_resize(b.display, ROWS, 10), 0);
    feed(&b, "0123456789abcdefghij");
    CU_ASSERT_TRUE(finds(&b, "\\A0123456789\n0123456789\nabcdefghij\\z", anywhere));
    bench_free(&b);
}

/* Goal: a look may come late without anything lost, if it was known that one comes. */
static void test_a_long_stream_is_kept_for_a_look(void)
{
    struct match_options options = {.window_bytes = 1024};
    char line[64];

    memset(line, 'x', sizeof(line));
    for (int kept = 0; kept < 2; kept++) {
        struct bench b = bench_new(&options);
        struct buf told = BUF_INIT;
        feed(&b, "\x1b[1;1Htitle\x1b[3;6r\x1b[3;1H");
        while (log_begin(match_log(b.match)) < 1000) {
            match_feed(b.match, line, sizeof(line));
            if (kept)
                display_keep(b.display);
        }
        CU_ASSERT_EQUAL(finds(&b, "title", (struct display_place){.row = 1}), kept != 0);
        display_tell(b.display, match_log(b.match)->end, NULL, &told);
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&told), "limits.window"));
        /* Of the beginning nothing is lost: there was nothing. */
        told.size = 0;
        display_tell(b.display, 0, NULL, &told);
        CU_ASSERT_STRING_EQUAL(buf_text(&told), "(6 rows, the cursor in row 1, column 1)\n");
        buf_release(&told);
        bench_free(&b);
    }
}

static void near(struct bench *b, const char *pattern, struct display_place place,
                 const char *wanted)
{
    struct buf told = BUF_INIT;
    struct match_pattern *p = NULL;

    CHECK(match_compile(pattern, &p, NULL, &b->diag) == 0);
    CU_ASSERT_EQUAL(display_look(b->display, p, &place, &b->result, &b->diag), MATCH_PENDING);
    display_nearest(b->display, p, &place, &told);
    if (strcmp(buf_text(&told), wanted) != 0)
        (void)printf("\n    is:     %s\n    wanted: %s\n", buf_text(&told), wanted);
    CU_ASSERT_STRING_EQUAL(buf_text(&told), wanted);
    buf_release(&told);
    match_pattern_free(p);
}

static void test_what_is_like_it_is_told(void)
{
    struct bench b = bench_new(NULL);

    near(&b, "x", (struct display_place){.row = -7}, "the screen has only 6 rows\n");
    feed(&b, menu);
    near(&b, "two", (struct display_place){.row = 5}, "it is in row 4\n");
    near(&b, "two", (struct display_place){.row = 9},
         "the screen has only 6 rows\nit is in row 4\n");
    near(&b, "two", (struct display_place){.style = SCREEN_BOLD | SCREEN_UNDERLINE},
         "it is in row 4, but not bold and not underline\n");
    near(&b, "two", (struct display_place){.style = SCREEN_REVERSE | SCREEN_UNDERLINE},
         "it is in row 4, but not underline\n");
    near(&b, "two", (struct display_place){.cursor_row = 1},
         "it is there, but the cursor is in row 4, column 2\n");
    near(&b, "TWO", anywhere, "in row 4 it differs only in upper and lower case\n");
    near(&b, "four", anywhere, "");
    near(&b, "two", (struct display_place){.cursor_column = 3},
         "it is there, but the cursor is in row 4, column 2\n");
    near(&b, "two", (struct display_place){.row = 4, .cursor_row = -1, .style = SCREEN_ITALIC},
         "it is there, but the cursor is in row 4, column 2\nit is in row 4, but not italic\n");
    near(&b, "two", (struct display_place){.row = 4, .cursor_row = 1, .style = SCREEN_REVERSE},
         "it is there, but the cursor is in row 4, column 2\n");
    near(&b, "two", (struct display_place){.row = 5, .style = SCREEN_REVERSE}, "it is in row 4\n");
    near(&b, "two", (struct display_place){.row = 5, .style = SCREEN_BOLD},
         "it is in row 4, but not bold\n");
    near(&b, "two", (struct display_place){.row = 5, .cursor_row = 1}, "it is in row 4\n");
    near(&b, "CHOOSE", (struct display_place){.row = 2},
         "in row 1 it differs only in upper and lower case\n");
    near(&b, "(?<=X)", anywhere, "");
    near(&b, "(?<=K)", anywhere, "");
    near(&b, "(?<=Q)", anywhere, ""); /* a match of nothing differs in nothing */
    for (size_t i = 0; display_style_name(i) != NULL; i++) {
        char wanted[64];
        (void)snprintf(wanted, sizeof(wanted), "it is in row 3, but not %s\n",
                       display_style_name(i));
        near(&b, "one", (struct display_place){.style = 1U << i}, wanted);
    }
    bench_free(&b);
}

/* Goal: what is told of a miss is of the screen now, whatever was looked at before. */
static void test_a_miss_is_told_without_a_look(void)
{
    const struct display_place place = {.row = 4, .cursor_row = 1};
    struct bench b = bench_new(NULL);
    struct buf told = BUF_INIT;
    struct match_pattern *p = NULL;

    CHECK(match_compile("two", &p, NULL, &b.diag) == 0);
    CU_ASSERT_FALSE(finds(&b, "two", anywhere));
    feed(&b, menu);
    display_nearest(b.display, p, &place, &told);
    CU_ASSERT_STRING_EQUAL(buf_text(&told), "it is there, but the cursor is in row 4, column 2\n");
    buf_release(&told);
    match_pattern_free(p);
    bench_free(&b);
}

static void test_the_screen_of_a_moment_is_told(void)
{
    struct bench b = bench_new(NULL);
    struct buf told = BUF_INIT;

    feed(&b, "one\r\n");
    uint64_t then = match_log(b.match)->end;
    CU_ASSERT_FALSE(display_draws(b.display, then));
    feed(&b, menu);
    display_tell(b.display, then, NULL, &told);
    CU_ASSERT_STRING_EQUAL(buf_text(&told), "(6 rows, the cursor in row 2, column 1)\n   1 |one\n");
    told.size = 0;
    CU_ASSERT_EQUAL(display_resize(b.display, ROWS, COLUMNS), 0); /* later */
    display_tell(b.display, then, NULL, &told);
    CU_ASSERT_STRING_EQUAL(buf_text(&told), "(6 rows, the cursor in row 2, column 1)\n   1 |one\n");
    told.size = 0;
    display_tell(b.display, match_log(b.match)->end, NULL, &told);
    CU_ASSERT_STRING_EQUAL(buf_text(&told), "(6 rows, the cursor in row 4, column 2)\n"
                                            "   1 |Choose\n   2 |\n   3 | one\n   4 | two\n"
                                            "   5 | three\n   6 |q quits\n");
    CU_ASSERT_TRUE(display_draws(b.display, match_log(b.match)->end));
    CU_ASSERT_FALSE(display_draws(b.display, then));
    buf_release(&told);
    bench_free(&b);
}

static void stars(const void *user, char *text, size_t size)
{
    const char *secret = user;
    char *found = memmem(text, size, secret, strlen(secret));

    if (found != NULL)
        memset(found, '*', strlen(secret));
}

static void never(const void *user, char *text, size_t size)
{
    (void)user;
    memset(text, '*', size);
    CU_FAIL("nothing is there to hide");
}

/* Goal: what goes on in the next row is found as the one text that it is. */
static void test_what_must_not_be_told_is_not(void)
{
    struct bench b = bench_new(NULL);
    char secret[] = "hunter22";
    const struct display_mask mask = {.hide = stars, .user = secret};
    struct buf told = BUF_INIT;

    display_tell(b.display, 0, &(struct display_mask){.hide = never}, &told);
    CU_ASSERT_STRING_EQUAL(buf_text(&told), "(6 rows, the cursor in row 1, column 1)\n");
    told.size = 0;
    feed(&b, "0123456789abcdehunter22x\r\n");
    display_tell(b.display, match_log(b.match)->end, &mask, &told);
    CU_ASSERT_STRING_EQUAL(buf_text(&told), "(6 rows, the cursor in row 3, column 1)\n"
                                            "   1 |0123456789abcde*****\n   2 |***x\n");
    buf_release(&told);
    bench_free(&b);
}

/* Goal: of all that a program may send only what puts the cursor to a row is drawing, wherever the
 * stream is looked at. */
static void test_what_is_drawing(void)
{
    static const struct {
        const char *output;
        bool draws;
    } rows[] = {
        {"\x1b[H",       true },
        {"\x1b[2;3H",    true },
        {"\x1b[3f",      true },
        {"\x1b[5d",      true },
        {"\x1b[m",       false},
        {"\x1b[2G",      false},
        {"\x1b[2A",      false},
        {"\x1b[e",       false},
        {"\x1b[g",       false},
        {"\x1b[I",       false},
        {"\x1bH",        false},
        {"\033d",        false},
        {"\x1b]H",       false},
        {"\x1b]d\x07",   false},
        {"\x1b(d",       false},
        {"\x1b[?5d",     false},
        {"\x1b[>H",      false},
        {"\x1b[5 d",     false},
        {"\x1b[1;1 H",   false},
        {"\x1b[",        false},
        {"\x1b[5",       false},
        {"H[H",          false},
        {"\x1b[m\x1b[H", true },
        {"\x1bH\x1b[d",  true },
        {"\x1b[mH",      false},
        {"\x1b[1\r;1H",  true },
        {"\x1b]a\x1b[H", true },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b = bench_new(NULL);
        feed(&b, rows[i].output);
        uint64_t end = match_log(b.match)->end;
        bool draws = display_draws(b.display, end);
        if (draws != rows[i].draws)
            (void)printf("\n    %zu: %s\n", i, rows[i].output + 1);
        CU_ASSERT_EQUAL(draws, rows[i].draws);
        CU_ASSERT_FALSE(draws && display_draws(b.display, end - 1));
        bench_free(&b);
    }
}

/* A sequence that lies across the pieces in which a long stream is read. */
static void test_drawing_is_seen_at_any_place(void)
{
    static char before[9 * 1024];

    memset(before, 'x', sizeof(before));
    for (size_t size = 8 * 1024 - 4; size <= 8 * 1024 + 1; size++) {
        struct bench b = bench_new(NULL);
        match_feed(b.match, before, size);
        feed(&b, "\x1b[H");
        CU_ASSERT_TRUE(display_draws(b.display, match_log(b.match)->end));
        CU_ASSERT_FALSE(display_draws(b.display, match_log(b.match)->end - 1));
        bench_free(&b);
    }
}

static void test_colours_and_erased_ends_are_no_drawing(void)
{
    struct bench b = bench_new(NULL);

    feed(&b, "\x1b[?2004h\x1b[1;32m$ \x1b[0mls\x1b[K\r\n\x1b]0;H\x07\x1b[2C\x1bH H");
    CU_ASSERT_FALSE(display_draws(b.display, match_log(b.match)->end));
    feed(&b, "\x1b[5d");
    CU_ASSERT_TRUE(display_draws(b.display, match_log(b.match)->end));
    bench_free(&b);
}

static void test_a_pattern_that_costs_too_much_is_an_error(void)
{
    struct bench b = bench_new(NULL);

    feed(&b, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    CU_ASSERT_EQUAL(look(&b, "(a+\n?)+[^a\n]", anywhere), ERR_FULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.diag.text, "on the screen"));
    bench_free(&b);
}

int main(void)
{
    CU_pSuite s = suite_open("display", NULL, NULL);

    CU_ADD_TEST(s, test_the_screen_is_what_is_drawn_and_not_the_stream);
    CU_ADD_TEST(s, test_a_row_narrows_from_the_top_and_from_the_bottom);
    CU_ADD_TEST(s, test_the_cursor_narrows);
    CU_ADD_TEST(s, test_a_style_narrows);
    CU_ADD_TEST(s, test_groups_are_given);
    CU_ADD_TEST(s, test_what_is_hidden_is_not_drawn);
    CU_ADD_TEST(s, test_what_is_hidden_is_taken_out_at_any_look);
    CU_ADD_TEST(s, test_a_window_changes_where_the_stream_was);
    CU_ADD_TEST(s, test_a_long_stream_is_kept_for_a_look);
    CU_ADD_TEST(s, test_what_is_like_it_is_told);
    CU_ADD_TEST(s, test_a_miss_is_told_without_a_look);
    CU_ADD_TEST(s, test_the_screen_of_a_moment_is_told);
    CU_ADD_TEST(s, test_what_must_not_be_told_is_not);
    CU_ADD_TEST(s, test_what_is_drawing);
    CU_ADD_TEST(s, test_drawing_is_seen_at_any_place);
    CU_ADD_TEST(s, test_colours_and_erased_ends_are_no_drawing);
    CU_ADD_TEST(s, test_a_pattern_that_costs_too_much_is_an_error);
    return suite_close();
}
