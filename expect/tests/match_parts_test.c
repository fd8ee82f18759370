/* match_parts_test.c: single looks of PCRE2, what hiding and marking leave to look at, and whole
 * explanations of a miss. */
#include "expect/match_parts.h"
#include "expect/tests/match_bench.h"

static struct match_found try_at(struct bench *b, const char *pattern, const char *text,
                                 size_t from)
{
    const struct match_subject subject = {
        .text = text, .size = strlen(text), .from = from, .mode = MODE_STREAM};

    return match_try(match_engine(b->match), bench_pattern(b, pattern), &subject, 1000);
}

/* Behind a CR at the end nobody knows whether a match may begin, but where the look began there. */
static void test_a_match_behind_a_carriage_return_waits(void)
{
    static const struct {
        const char *pattern, *text;
        size_t from;
        enum match_try what;
    } rows[] = {
        {"(?<=\\r)", "a\r",  0, TRY_PARTIAL},
        {"x*?",      "a\r",  2, TRY_MATCH  },
        {"(?<=a)",   "\ra",  0, TRY_MATCH  },
        {"(?<=\\r)", "a\rb", 0, TRY_MATCH  },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        bench_open(&b, NULL);
        struct match_found found = try_at(&b, rows[i].pattern, rows[i].text, rows[i].from);
        CU_ASSERT_EQUAL(found.what, rows[i].what);
        CU_ASSERT_EQUAL(found.begin, 2);
        bench_close(&b);
    }
}

/* JIT of PCRE2 10.42 skips a start of these that matches. */
static void test_no_start_of_an_atomic_group_is_skipped(void)
{
    struct bench b;

    bench_open(&b, NULL);
    struct match_found found = try_at(&b, "(?>[ab]+?[ab]+?)ab", "xbabab", 0);
    CU_ASSERT(found.what == TRY_MATCH && found.begin == 2 && found.end == 6);
    found = try_at(&b, "(*atomic:a+?a*?)b", "aabax", 0);
    CU_ASSERT(found.what == TRY_MATCH && found.begin == 1 && found.end == 3);
    bench_close(&b);
}

/* A pattern ends with its text, whatever lies behind it. */
static void test_a_pattern_ends_with_its_text(void)
{
    static const char half[] = "a\\\0\\G";
    static const char quoted[] = "\\Qa\\\0\\G";
    struct diag diag;

    CU_ASSERT_EQUAL(match_check(half, NULL, &diag), ERR_INPUT);
    CU_ASSERT_PTR_NULL(strstr(diag.text, "on a stream"));
    CU_ASSERT_EQUAL(match_check(quoted, NULL, &diag), 0);
}

static void test_groups_must_lie_in_the_text(void)
{
    static const struct {
        size_t groups[4];
        bool sane;
    } rows[] = {
        {{2, 5, 2, 5},                                 true },
        {{3, 3, 2, 2},                                 true },
        {{2, 5, MATCH_GROUP_UNSET, MATCH_GROUP_UNSET}, true },
        {{2, 5, 0, 1},                                 true }, /* looked back at */
        {{1, 5, 2, 5},                                 false},
        {{4, 3, 2, 5},                                 false},
        {{2, 6, 2, 5},                                 false},
        {{2, 5, 2, 6},                                 false},
        {{2, 5, 4, 3},                                 false},
    };
    const struct match_subject subject = {.text = "abcde", .size = 5, .from = 2};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CU_ASSERT_EQUAL(match_groups_are_sane(rows[i].groups, 2, &subject), rows[i].sane);
    CU_ASSERT_TRUE(match_groups_are_sane(rows[7].groups, 1, &subject)); /* of so many */
}

/* What is no pattern's business any more is not held back either. */
static void test_what_is_hidden_no_more_is_looked_at(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_FALSE(match_hides(b.match));
    CU_ASSERT_EQUAL(match_hide(b.match, "abc", 3), 0);
    CU_ASSERT_TRUE(match_hides(b.match));
    CU_ASSERT_EQUAL(bench_expect(&b, "ab"), MATCH_PENDING);
    bench_feed(&b, "ab");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING);
    CU_ASSERT_EQUAL(match_hide(b.match, "", 0), 0);
    CU_ASSERT_FALSE(match_hides(b.match));
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_FOUND);
    bench_close(&b);
}

/* Goal: of what is shown meanwhile no pattern sees anything, with echoes or without, and what is
 * around it lies together. */
static void test_all_is_hidden_until_it_is_let_through(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(match_look_at(b.match, MATCH_WITH_ECHOES, NULL), 0);
    bench_feed(&b, "go> ");
    match_hide_all(b.match, true);
    bench_feed(&b, "\r\ninterrupted\r\n\x1b[1mgo> ");
    CU_ASSERT_EQUAL(bench_expect(&b, "interrupted"), MATCH_PENDING);
    match_hide_all(b.match, false);
    bench_feed(&b, "x");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING);
    CU_ASSERT_EQUAL(bench_expect(&b, "^go> x"), MATCH_FOUND);
    CU_ASSERT_EQUAL(match_look_at(b.match, MATCH_WITHOUT_ECHOES, NULL), 0);
    bench_close(&b);
    /* What waits to be hidden by its text, and came in part, was something else. */
    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(match_hide(b.match, "abc", 3), 0);
    bench_feed(&b, "ab");
    match_hide_all(b.match, true);
    CU_ASSERT_EQUAL(bench_expect(&b, "ab"), MATCH_FOUND);
    bench_close(&b);
}

static void unread_is(const struct bench *b, const char *text)
{
    size_t size = 0;
    const char *unread = match_unread(b->match, &size);

    CU_ASSERT_EQUAL_FATAL(size, strlen(text));
    CU_ASSERT_EQUAL(memcmp(unread, text, size), 0);
}

static void test_what_was_marked_can_be_passed(void)
{
    struct bench b;

    bench_open(&b, NULL);
    match_pass(b.match); /* without a mark */
    CU_ASSERT_EQUAL(match_cursor(b.match), 0);
    bench_feed(&b, "\x1b[1mone two");
    match_mark(b.match);
    bench_feed(&b, " three");
    unread_is(&b, "one two three");
    match_pass(b.match);
    unread_is(&b, " three");
    CU_ASSERT_EQUAL(match_cursor(b.match), 11);
    /* It goes forward only. */
    CU_ASSERT_EQUAL(bench_expect(&b, "thr"), MATCH_FOUND);
    match_pass(b.match);
    unread_is(&b, "ee");
    match_mark(b.match);
    bench_feed(&b, "\x1b[m");
    match_pass(b.match);
    unread_is(&b, "");
    bench_close(&b);
}

/* Where what is held back begins, the text that is there ends. */
static void test_a_mark_stands_before_what_is_held_back(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(match_hide(b.match, "ab", 2), 0);
    bench_feed(&b, "xa");
    match_mark(b.match);
    match_pass(b.match);
    CU_ASSERT_EQUAL(match_cursor(b.match), 1);
    bench_feed(&b, "c");
    unread_is(&b, "ac");
    bench_close(&b);
}

/* A cursor that was moved by a look at the echoes stands at the same place without them. */
static void test_the_cursor_is_one_for_both_texts(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(match_look_at(b.match, MATCH_WITH_ECHOES, &b.diag), 0);
    CU_ASSERT_EQUAL(match_sent(b.match, NULL, "typed\r", 6, 0), 0);
    bench_feed(&b, "typed\r\nanswer: 7 more");
    CU_ASSERT_EQUAL(bench_expect(&b, "answer: 7"), MATCH_FOUND);
    CU_ASSERT_EQUAL(match_cursor(b.match), 16);
    unread_is(&b, " more");
    CU_ASSERT_EQUAL(match_look_at(b.match, MATCH_WITHOUT_ECHOES, &b.diag), 0);
    CU_ASSERT_EQUAL(bench_expect(&b, "m"), MATCH_FOUND);
    CU_ASSERT_EQUAL(match_cursor(b.match), 18);
    unread_is(&b, "ore");
    bench_close(&b);
}

/* ---- Why not ---- */

static void nearest_is(struct bench *b, const char *pattern, const char *wanted)
{
    struct buf why = BUF_INIT;

    match_nearest(b->match, bench_pattern(b, pattern), &why);
    if (strcmp(buf_text(&why), wanted) != 0)
        (void)printf("\n    is:     %s\n    wanted: %s\n", buf_text(&why), wanted);
    CU_ASSERT_STRING_EQUAL(buf_text(&why), wanted);
    buf_release(&why);
}

static void test_all_that_is_said_of_a_miss(void)
{
    struct bench b;

    bench_open(&b, NULL);
    nearest_is(&b, "x", "no beginning of a match in the 0 unread bytes\n");
    bench_feed(&b, "a");
    nearest_is(&b, "abc", "longest beginning of a match, at byte 0: 'a', then nothing more came\n");
    bench_feed(&b, "b");
    nearest_is(&b, "abc",
               "longest beginning of a match, at byte 0: 'ab', then nothing more came\n");
    bench_feed(&b, "x abx");
    nearest_is(&b, "abc", "longest beginning of a match, at byte 0: 'ab', then came 'x abx'\n");
    nearest_is(&b, "bx", "matches now, at byte 1: it came too late or was not settled\n");
    CU_ASSERT_EQUAL(bench_expect(&b, "x abx"), MATCH_FOUND);
    bench_feed(&b, "AB");
    /* Of several the last. */
    nearest_is(&b, "ab",
               "no beginning of a match in the 2 unread bytes\n"
               "differs only in upper and lower case: 'AB'\n"
               "seen earlier, already consumed: 'ab' at byte 4; this expect starts at byte 7\n");
    nearest_is(&b, "(?<=x)", "no beginning of a match in the 2 unread bytes\n");
    bench_close(&b);
}

static void test_where_it_stands_among_escapes_is_said(void)
{
    struct bench b;

    bench_open(&b, NULL);
    bench_feed(&b, "xa\x1b[1mb");
    nearest_is(&b, "a\\x1b",
               "longest beginning of a match, at byte 1: 'a', then came 'b'\n"
               "matches only with the echo of what was typed, or with escape sequences: 'a\\e'"
               " at byte 1\n");
    bench_close(&b);
}

/* What was read is none of it, however much that was. */
static void test_a_miss_is_told_of_what_is_unread(void)
{
    static char much[MATCH_NEAREST_BYTES];
    struct bench b;

    bench_open(&b, NULL);
    memset(much, '.', sizeof(much));
    bench_feed(&b, "\x1b[1m");
    match_feed(b.match, much, sizeof(much) * 3 / 4);
    bench_feed(&b, "end");
    CU_ASSERT_EQUAL(bench_expect(&b, "end"), MATCH_FOUND);
    bench_feed(&b, "z");
    nearest_is(&b, "\\x1b\\[1m", "no beginning of a match in the 1 unread bytes\n");
    /* Of more than that the last. */
    match_feed(b.match, much, sizeof(much) - 1);
    bench_feed(&b, "\x1b[1m");
    nearest_is(&b, "z\\.{16383}\\x1b\\[1m",
               "longest beginning of a match, at byte 12295: 'z................."
               "..........................................'..., then nothing more came\n");
    bench_close(&b);
}

/* What is looked ahead at lies behind the match, in whatever order. */
static void test_groups_behind_a_match_are_whole(void)
{
    static const char *const patterns[] = {"(?=a(b)c(d))a", "(?=abc(d))(?=a(b))a"};

    for (size_t i = 0; i < 2; i++) {
        struct bench b;
        bench_open(&b, NULL);
        CU_ASSERT_EQUAL(bench_expect(&b, patterns[i]), MATCH_PENDING);
        bench_feed(&b, "-abcd\r\n");
        CU_ASSERT_EQUAL(bench_again(&b), MATCH_FOUND);
        CU_ASSERT(capture_is(&b.result, 0, "a"));
        CU_ASSERT(capture_is(&b.result, i == 0 ? 1 : 2, "b"));
        CU_ASSERT(capture_is(&b.result, i == 0 ? 2 : 1, "d"));
        bench_close(&b);
    }
}

/* And what is looked back at before it; behind the groups that there are there is none. */
static void test_groups_before_a_match_are_whole(void)
{
    static const char *const patterns[] = {"(?<=(a)(b))c", "(?<=(?=(abc))(a)b)c"};

    for (size_t i = 0; i < 2; i++) {
        struct bench b;
        bench_open(&b, NULL);
        bench_feed(&b, "-abc\r\n");
        CU_ASSERT_EQUAL(bench_expect(&b, patterns[i]), MATCH_FOUND);
        CU_ASSERT(capture_is(&b.result, 0, "c"));
        CU_ASSERT(capture_is(&b.result, 1, i == 0 ? "a" : "abc"));
        CU_ASSERT(capture_is(&b.result, 2, i == 0 ? "b" : "a"));
        CU_ASSERT_EQUAL(b.result.capture_count, 3);
        bench_close(&b);
    }
}

/* By the numbers of pcre2api(3): of a limit of steps, of the stack, and of all else. */
static void test_why_a_look_was_given_up_is_told(void)
{
    CU_ASSERT_STRING_EQUAL(match_error_text(-47), "more steps than there may be");
    CU_ASSERT_STRING_EQUAL(match_error_text(-46), "more than 1 MiB of stack");
    CU_ASSERT_STRING_EQUAL(match_error_text(-44), "something that PCRE2 refuses");
}

/* A bracket that comes first in a class is one of it. */
static void test_a_class_may_begin_with_a_bracket(void)
{
    struct bench b;

    bench_open(&b, NULL);
    bench_feed(&b, "a]");
    CU_ASSERT_EQUAL(bench_expect(&b, "[]x]"), MATCH_FOUND);
    CU_ASSERT(capture_is(&b.result, 0, "]"));
    CU_ASSERT_EQUAL(match_check("[]", NULL, &b.diag), ERR_INPUT);
    bench_close(&b);
}

/* As PCRE2 says too little of nested ones, and nothing of ^. */
static void test_so_much_is_kept_to_look_back_at(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(match_pattern_context(bench_pattern(&b, "^a")), 64);
    CU_ASSERT_EQUAL(match_pattern_context(bench_pattern(&b, "(?<=0123456789abcdef)x")), 64);
    CU_ASSERT_EQUAL(match_pattern_context(bench_pattern(&b, "(?<=0123456789abcdefg)x")), 68);
    bench_close(&b);
}

/* Behind a return that was read already nothing of it is looked at once more. */
static void test_a_look_that_begins_behind_a_return_stays_there(void)
{
    struct bench b;

    bench_open(&b, NULL);
    bench_feed(&b, "a\r");
    CU_ASSERT_EQUAL(bench_expect(&b, "a\\r"), MATCH_FOUND);
    CU_ASSERT_EQUAL(bench_expect(&b, "\\r?x"), MATCH_PENDING);
    bench_feed(&b, "x");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_FOUND);
    CU_ASSERT(capture_is(&b.result, 0, "x"));
    CU_ASSERT_EQUAL(b.result.begin, 2);
    bench_close(&b);
}

static void test_so_much_is_shown_of_what_came(void)
{
    struct bench b;
    char text[128];
    char wanted[256];

    for (int size = 60; size <= 61; size++) {
        bench_open(&b, NULL);
        memset(text, '.', sizeof(text));
        (void)snprintf(text, sizeof(text), "ab%.*s", size,
                       "................................"
                       "................................");
        bench_feed(&b, text);
        (void)snprintf(wanted, sizeof(wanted),
                       "longest beginning of a match, at byte 0: 'ab', then came '%.60s%s\n",
                       text + 2, size > 60 ? "'..." : "'");
        nearest_is(&b, "abc", wanted);
        bench_close(&b);
    }
}

int main(void)
{
    CU_pSuite s = suite_open("match_parts", NULL, NULL);

    CU_ADD_TEST(s, test_a_match_behind_a_carriage_return_waits);
    CU_ADD_TEST(s, test_no_start_of_an_atomic_group_is_skipped);
    CU_ADD_TEST(s, test_a_pattern_ends_with_its_text);
    CU_ADD_TEST(s, test_groups_must_lie_in_the_text);
    CU_ADD_TEST(s, test_what_is_hidden_no_more_is_looked_at);
    CU_ADD_TEST(s, test_all_is_hidden_until_it_is_let_through);
    CU_ADD_TEST(s, test_what_was_marked_can_be_passed);
    CU_ADD_TEST(s, test_a_mark_stands_before_what_is_held_back);
    CU_ADD_TEST(s, test_the_cursor_is_one_for_both_texts);
    CU_ADD_TEST(s, test_all_that_is_said_of_a_miss);
    CU_ADD_TEST(s, test_where_it_stands_among_escapes_is_said);
    CU_ADD_TEST(s, test_groups_behind_a_match_are_whole);
    CU_ADD_TEST(s, test_groups_before_a_match_are_whole);
    CU_ADD_TEST(s, test_why_a_look_was_given_up_is_told);
    CU_ADD_TEST(s, test_a_class_may_begin_with_a_bracket);
    CU_ADD_TEST(s, test_so_much_is_kept_to_look_back_at);
    CU_ADD_TEST(s, test_a_look_that_begins_behind_a_return_stays_there);
    CU_ADD_TEST(s, test_a_miss_is_told_of_what_is_unread);
    CU_ADD_TEST(s, test_so_much_is_shown_of_what_came);
    return suite_close();
}
