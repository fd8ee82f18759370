/* match_test.c: what is a match, when it is decided, and what is said when it is not. */
#include "expect/tests/match_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_a_number_in_two_writes_is_captured_whole(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(bench_expect(&b, "N=(\\d+)"), MATCH_PENDING);
    bench_feed(&b, "N=4");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING);
    bench_feed(&b, "85");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING);
    bench_feed(&b, "\r\n");
    CU_ASSERT_EQUAL_FATAL(bench_again(&b), MATCH_FOUND);
    CU_ASSERT(capture_is(&b.result, 1, "485"));
    CU_ASSERT(capture_is(&b.result, 0, "N=485"));
    CU_ASSERT_EQUAL(b.result.decided_by, MATCH_BY_BYTES);
    CU_ASSERT_EQUAL(b.result.begin, 0);
    CU_ASSERT_EQUAL(b.result.end, 5);
    CU_ASSERT_EQUAL(b.result.decided_at, 6);
    bench_close(&b);
}

static void test_a_prompt_is_decided_by_quiescence(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(bench_expect(&b, "leaf> $"), MATCH_PENDING);
    bench_feed(&b, "hello\r\nlea");
    CU_ASSERT_EQUAL(bench_settle(&b), MATCH_PENDING);
    bench_feed(&b, "f> ");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING);
    CU_ASSERT_EQUAL_FATAL(bench_settle(&b), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.decided_by, MATCH_BY_QUIESCENCE);
    CU_ASSERT_EQUAL(b.result.begin, 7);
    CU_ASSERT_EQUAL(b.result.end, 13);
    CU_ASSERT_EQUAL(match_cursor(b.match), 13);
    /* The same prompt does not satisfy the next expect. */
    const struct match_pattern *p = b.patterns[0];
    CU_ASSERT_EQUAL(match_expect(b.match, &p, 1, &b.result, &b.diag), MATCH_PENDING);
    CU_ASSERT_EQUAL(bench_settle(&b), MATCH_PENDING);
    bench_close(&b);
}

static void test_a_prompt_that_goes_on_is_no_prompt(void)
{
    struct bench b;

    bench_open(&b, NULL);
    bench_feed(&b, "leaf> x");
    CU_ASSERT_EQUAL(bench_expect(&b, "leaf> $"), MATCH_PENDING);
    CU_ASSERT_EQUAL(bench_settle(&b), MATCH_PENDING);
    bench_feed(&b, "\r\nleaf> \r\n");
    CU_ASSERT_EQUAL_FATAL(bench_again(&b), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.begin, 9);
    bench_close(&b);
}

static void test_the_end_of_the_stream_decides(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(bench_expect(&b, "code (\\d+)\\z"), MATCH_PENDING);
    bench_feed(&b, "code 7");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING);
    CU_ASSERT_EQUAL_FATAL(match_eof(b.match, &b.result, &b.diag), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.decided_by, MATCH_BY_EOF);
    CU_ASSERT(capture_is(&b.result, 1, "7"));
    /* A further expect on what is left can only be decided by the end again. */
    CU_ASSERT_EQUAL(bench_expect(&b, "more"), MATCH_PENDING);
    CU_ASSERT_EQUAL(match_eof(b.match, &b.result, &b.diag), MATCH_PENDING);
    bench_close(&b);
}

static void test_a_greedy_pattern_over_lines_waits_for_quiescence(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(bench_expect(&b, "(?s)BEGIN.*END"), MATCH_PENDING);
    bench_feed(&b, "BEGIN\r\nEND\r\nEND\r\nrest");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING);
    CU_ASSERT_EQUAL_FATAL(bench_settle(&b), MATCH_FOUND);
    CU_ASSERT(capture_is(&b.result, 0, "BEGIN\r\nEND\r\nEND"));
    CU_ASSERT_EQUAL(b.result.decided_by, MATCH_BY_QUIESCENCE);
    bench_close(&b);
}

static void test_the_next_expect_starts_at_the_end_of_the_match(void)
{
    struct bench b;
    size_t size = 0;

    bench_open(&b, NULL);
    bench_feed(&b, "one two three\r\n");
    CU_ASSERT_EQUAL(bench_expect(&b, "two"), MATCH_FOUND);
    const char *unread = match_unread(b.match, &size);
    CU_ASSERT(size == 8 && memcmp(unread, " three\r\n", size) == 0);
    CU_ASSERT_EQUAL(bench_expect(&b, "one"), MATCH_PENDING);
    CU_ASSERT_EQUAL(bench_expect(&b, "(?<=two )three"), MATCH_FOUND);
    CU_ASSERT_EQUAL(bench_expect(&b, "^$"), MATCH_PENDING);
    bench_close(&b);
}

static int bench_race(struct bench *b, const char *first, const char *second, const char *text)
{
    bench_open(b, NULL);
    bench_pattern(b, first);
    bench_pattern(b, second);
    const struct match_pattern *list[] = {b->patterns[0], b->patterns[1]};
    bench_feed(b, text);
    return match_expect(b->match, list, 2, &b->result, &b->diag);
}

static void test_the_match_that_begins_first_wins_whatever_the_order(void)
{
    struct bench b;

    CU_ASSERT_EQUAL_FATAL(bench_race(&b, "two", "one", "one two"), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.index, 1);
    CU_ASSERT_EQUAL(b.result.decided_at, 3);
    bench_close(&b);
    CU_ASSERT_EQUAL_FATAL(bench_race(&b, "y", "x.*z", "axyz!\r\n"), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.index, 1);
    CU_ASSERT_EQUAL(b.result.decided_at, 6);
    bench_close(&b);
}

static void test_of_equals_the_first_in_the_list_wins(void)
{
    struct bench b;

    CU_ASSERT_EQUAL_FATAL(bench_race(&b, "ab", "abc", "abc"), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.index, 0);
    CU_ASSERT_EQUAL(b.result.decided_at, 2);
    bench_close(&b);
    /* The shorter one is there sooner and waits. */
    CU_ASSERT_EQUAL(bench_race(&b, "error: (\\w+)", "error", "error: no"), MATCH_PENDING);
    bench_feed(&b, "ne\r\n");
    CU_ASSERT_EQUAL_FATAL(bench_again(&b), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.index, 0);
    CU_ASSERT(capture_is(&b.result, 1, "none"));
    bench_close(&b);
}

static void test_a_match_waits_for_those_before_it_until_rest(void)
{
    struct bench b;

    CU_ASSERT_EQUAL(bench_race(&b, "(?s)BEGIN.*END", "x", "BEGIN x"), MATCH_PENDING);
    CU_ASSERT_EQUAL_FATAL(bench_settle(&b), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.index, 1);
    CU_ASSERT_EQUAL(b.result.begin, 6);
    bench_close(&b);
    /* Both end at the end of what has come. */
    CU_ASSERT_EQUAL(bench_race(&b, "> $", "b> $", "a\r\nb> "), MATCH_PENDING);
    CU_ASSERT_EQUAL_FATAL(bench_settle(&b), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.index, 1);
    bench_close(&b);
}

static void test_what_is_not_waited_for_any_more_matches_nothing(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(bench_expect(&b, "one"), MATCH_PENDING);
    match_cancel(b.match);
    bench_feed(&b, "zero one");
    CU_ASSERT_EQUAL(bench_again(&b), ERR_STATE);
    CU_ASSERT_EQUAL(match_cursor(b.match), 0);
    CU_ASSERT_EQUAL(bench_expect(&b, "zero one"), MATCH_FOUND);
    bench_close(&b);
}

static void test_a_costly_pattern_fails_by_name_and_is_not_a_miss(void)
{
    struct bench b;
    char line[4096];

    memset(line, 'a', sizeof(line));
    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(bench_expect(&b, "(a+)+b"), MATCH_PENDING);
    match_feed(b.match, line, sizeof(line));
    bench_feed(&b, "\r\n");
    CU_ASSERT_EQUAL(bench_again(&b), ERR_FULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.diag.text, "(a+)+b"));
    CU_ASSERT_PTR_EQUAL(b.result.pattern, b.patterns[0]);
    CU_ASSERT_EQUAL(match_cursor(b.match), 0);
    /* The answer stays until the next expect, which is not harmed. */
    CU_ASSERT_EQUAL(bench_again(&b), ERR_FULL);
    CU_ASSERT_EQUAL(bench_expect(&b, "a$"), MATCH_FOUND);
    uint64_t cursor = match_cursor(b.match);
    const struct match_pattern *both[] = {bench_pattern(&b, "never"), b.patterns[0]};
    CU_ASSERT_EQUAL(match_expect(b.match, both, 2, &b.result, &b.diag), MATCH_PENDING);
    match_feed(b.match, line, sizeof(line));
    CU_ASSERT_EQUAL(bench_settle(&b), ERR_FULL);
    CU_ASSERT_EQUAL(b.result.index, 1);
    CU_ASSERT_PTR_EQUAL(b.result.pattern, both[1]);
    CU_ASSERT_TRUE(cursor > 0 && match_cursor(b.match) == cursor);
    bench_close(&b);
}

static void test_a_pattern_that_overflows_the_stack_fails_by_name(void)
{
    struct bench b;
    size_t size = 2 * (size_t)MATCH_STACK_BYTES_MAX;
    char *line = malloc(size);

    CHECK(line != NULL);
    memset(line, 'a', size);
    line[size - 1] = 'd';
    struct match_options options = {.window_bytes = 4 * size};
    bench_open(&b, &options);
    CU_ASSERT_EQUAL(bench_expect(&b, "(?:a|b)*c"), MATCH_PENDING);
    match_feed(b.match, line, size);
    CU_ASSERT_EQUAL(bench_again(&b), ERR_FULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.diag.text, "(?:a|b)*c"));
    free(line);
    bench_close(&b);
}

/* Goal: the stack is as large as it is said to be, and not only as large as PCRE2's own. */
static void test_a_pattern_has_a_stack_of_its_own(void)
{
    struct bench b;
    char line[20 * 1000];

    memset(line, 'a', sizeof(line));
    line[sizeof(line) - 1] = 'c';
    bench_open(&b, NULL);
    match_feed(b.match, line, sizeof(line));
    CU_ASSERT_EQUAL(bench_expect(&b, "(?:a|b)*c"), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.captures[0].size, sizeof(line));
    bench_close(&b);
}

static void test_a_match_longer_than_the_window_is_reported(void)
{
    struct bench b;
    char block[1000];

    memset(block, 'x', sizeof(block));
    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(bench_expect(&b, "(?s)BEGIN.*?END"), MATCH_PENDING);
    bench_feed(&b, "BEGIN");
    for (int i = 0; i < MATCH_WINDOW_BYTES / 1000; i++)
        match_feed(b.match, block, sizeof(block));
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING);
    for (int i = 0; i < 60; i++)
        match_feed(b.match, block, sizeof(block));
    CU_ASSERT_EQUAL(bench_again(&b), ERR_FULL);
    CU_ASSERT_PTR_EQUAL(b.result.pattern, b.patterns[0]);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.diag.text, "byte 0 needs more than limits.window, 1MB"));
    CU_ASSERT_PTR_NOT_NULL(strstr(b.diag.text, "`limits: { window: 4MB }`"));
    nearest_has(&b, "END", "no beginning of a match in the ");
    /* It is over, and what comes does not change that. */
    bench_feed(&b, "END");
    CU_ASSERT_EQUAL(bench_again(&b), ERR_FULL);
    bench_close(&b);
}

/* Goal: what cannot be known of one pattern is not known of all, and a watch says so, too. */
static void test_a_window_is_the_limit_of_each_pattern_and_of_a_watch(void)
{
    const struct match_options options = {.window_bytes = 4096};
    struct match_watch *w = NULL;
    struct bench b;
    char block[1000];

    memset(block, 'x', sizeof(block));
    bench_open(&b, &options);
    const struct match_pattern *both[] = {bench_pattern(&b, "(?s)BEGIN.*END"),
                                          bench_pattern(&b, "READY")};
    CU_ASSERT_EQUAL(match_watch_start(b.match, b.patterns[0], MATCH_FROM_NOW, &w, &b.diag), 0);
    CU_ASSERT_EQUAL(match_expect(b.match, both, 2, &b.result, &b.diag), MATCH_PENDING);
    bench_feed(&b, "BEGIN READY");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING); /* the other may still come before it */
    for (int i = 0; i < 40; i++)
        match_feed(b.match, block, sizeof(block));
    CU_ASSERT_EQUAL(bench_again(&b), ERR_FULL);
    CU_ASSERT_EQUAL(b.result.index, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.diag.text, "limits.window, 4KB"));
    CU_ASSERT_EQUAL(match_watch_next(w, &b.result, &b.diag), ERR_FULL);
    bench_close(&b);
}

/* Goal: of several that go beyond the window the first is told, and none that only waits for one.
 * Method: blocks of text behind the beginning of each, until a look fails. */
static void test_who_goes_beyond_the_window_is_told(void)
{
    static const struct {
        const char *patterns[2];
        size_t index;
    } rows[] = {
        {{"(?s)BEGIN.*END", "(?s)BEGIN.*STOP"}, 0},
        {{"(?s)READY.*END", "(?s)BEGIN.*STOP"}, 0},
        {{"READY", "(?s)BEGIN.*END"},           1},
        {{"(?s)BEGIN.*END", "READY"},           0},
    };
    const struct match_options options = {.window_bytes = 4096};
    char block[1000];

    memset(block, 'x', sizeof(block));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        bench_open(&b, &options);
        const struct match_pattern *both[] = {bench_pattern(&b, rows[i].patterns[0]),
                                              bench_pattern(&b, rows[i].patterns[1])};
        CU_ASSERT_EQUAL(match_expect(b.match, both, 2, &b.result, &b.diag), MATCH_PENDING);
        bench_feed(&b, "BEGIN READY");
        for (int k = 0; k < 40; k++)
            match_feed(b.match, block, sizeof(block));
        CU_ASSERT_EQUAL(bench_again(&b), ERR_FULL);
        CU_ASSERT_EQUAL(b.result.index, rows[i].index);
        CU_ASSERT_PTR_EQUAL(b.result.pattern, both[rows[i].index]);
        bench_close(&b);
    }
}

/* Goal: a long match is found at once where nothing more comes, and at the next look of its own
 * where it goes on; and the largest window has nothing to raise. */
static void test_a_long_match_is_looked_at_now_and_then(void)
{
    const struct match_options options = {.window_bytes = SIZE_MAX};
    struct bench b;
    char block[1024];

    memset(block, 'x', sizeof(block));
    bench_open(&b, &options);
    CU_ASSERT_EQUAL(bench_expect(&b, "(?s)BEGIN.*?END"), MATCH_PENDING);
    bench_feed(&b, "BEGIN");
    for (int i = 0; i < 3 * 1024; i++)
        match_feed(b.match, block, sizeof(block));
    bench_feed(&b, "END");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING);
    CU_ASSERT_EQUAL(bench_settle(&b), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.decided_by, MATCH_BY_BYTES);
    CU_ASSERT_EQUAL(b.result.end, 3 * 1024 * 1024 + 8);
    CU_ASSERT_EQUAL(bench_expect(&b, "(?s)BEGIN.*END"), MATCH_PENDING);
    bench_feed(&b, "BEGIN");
    for (int i = 0; i < 66 * 1024; i++)
        match_feed(b.match, block, sizeof(block));
    CU_ASSERT_EQUAL(bench_again(&b), ERR_FULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.diag.text, "limits.window, 64MB, to match; let the pattern"));
    bench_close(&b);
}

/* A group can lie before or behind what is matched. */
static void test_captures_outside_of_the_match_are_whole(void)
{
    struct bench b;

    bench_open(&b, NULL);
    bench_feed(&b, "xab1234 cd5678.");
    CU_ASSERT_EQUAL(bench_expect(&b, "a(?=b(\\d+) (c)(d))"), MATCH_FOUND);
    CU_ASSERT(capture_is(&b.result, 0, "a"));
    CU_ASSERT(capture_is(&b.result, 1, "1234"));
    CU_ASSERT(capture_is(&b.result, 2, "c"));
    CU_ASSERT(capture_is(&b.result, 3, "d"));
    CU_ASSERT_EQUAL(bench_expect(&b, "(?<=(c)(d))5(6)?(z)?"), MATCH_FOUND);
    CU_ASSERT(capture_is(&b.result, 0, "56"));
    CU_ASSERT(capture_is(&b.result, 1, "c"));
    CU_ASSERT(capture_is(&b.result, 2, "d"));
    CU_ASSERT(capture_is(&b.result, 3, "6"));
    CU_ASSERT_EQUAL(b.result.capture_count, 5);
    CU_ASSERT_PTR_NULL(b.result.captures[4].text);
    bench_close(&b);
}

/* The beginning of all is the beginning of a line, whoever decides. */
static void test_the_first_line_begins_a_line_at_the_end_too(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(bench_expect(&b, "^abc\\z"), MATCH_PENDING);
    bench_feed(&b, "abc");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING);
    CU_ASSERT_EQUAL(match_eof(b.match, &b.result, &b.diag), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.decided_by, MATCH_BY_EOF);
    CU_ASSERT_EQUAL(b.result.begin, 0);
    bench_close(&b);
    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(bench_expect(&b, "^abc$"), MATCH_PENDING);
    bench_feed(&b, "abc");
    CU_ASSERT_EQUAL(bench_settle(&b), MATCH_FOUND);
    bench_close(&b);
}

/* Text of `size` bytes in which a match begins at two places. Returns how the expect stands. */
static int window_fed(struct bench *b, size_t first, size_t second, size_t size)
{
    static const char begin[] = {'B', 'E', 'G', 'I', 'N'};
    char *text = malloc(size);

    CHECK(text != NULL);
    memset(text, 'x', size);
    memcpy(text + first, begin, sizeof(begin));
    memcpy(text + second, begin, sizeof(begin));
    bench_open(b, NULL);
    CU_ASSERT_EQUAL(bench_expect(b, "(?s)BEGIN.*?END"), MATCH_PENDING);
    match_feed(b->match, text, size);
    free(text);
    return bench_again(b);
}

/* A match may be as long as the window. What is given up is given up at the next multiple of
 * 16 KiB, and where the window begins then a match may still begin. */
static void test_a_match_as_long_as_the_window_is_kept(void)
{
    const size_t grid = (size_t)16 * 1024;
    struct bench b;

    CU_ASSERT_EQUAL(window_fed(&b, 0, 0, MATCH_WINDOW_BYTES), MATCH_PENDING);
    bench_feed(&b, "END");
    CU_ASSERT_EQUAL(bench_settle(&b), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.begin, 0);
    bench_close(&b);
    CU_ASSERT_EQUAL(window_fed(&b, grid, grid, MATCH_WINDOW_BYTES + grid), MATCH_PENDING);
    bench_close(&b);
    CU_ASSERT_EQUAL(window_fed(&b, grid - 1, 2 * grid, MATCH_WINDOW_BYTES + grid), ERR_FULL);
    bench_close(&b);
    /* one byte short of the multiple nothing is given up yet */
    CU_ASSERT_EQUAL(window_fed(&b, 0, grid, MATCH_WINDOW_BYTES + grid - 1), MATCH_PENDING);
    bench_close(&b);
}

/* Goal: what came before a step and is dropped is told: nobody knows what was in it. */
static void test_bytes_dropped_before_the_expect_are_an_error(void)
{
    struct bench b;
    char block[1024];
    struct match_watch *w = NULL;

    memset(block, '.', sizeof(block));
    bench_open(&b, NULL);
    for (size_t i = 0; i < MATCH_WINDOW_BYTES / sizeof(block); i++)
        match_feed(b.match, block, sizeof(block));
    CU_ASSERT_EQUAL(bench_expect(&b, "\\A\\."), MATCH_FOUND); /* so much is kept for sure */
    for (size_t i = 0; i < (size_t)2 * MATCH_WINDOW_BYTES / sizeof(block); i++)
        match_feed(b.match, block, sizeof(block));
    CU_ASSERT_EQUAL(bench_expect(&b, "END"), ERR_FULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.diag.text, "not kept, see limits.window, 1MB; raise it, "));
    size_t kept;
    (void)match_unread(b.match, &kept);
    CU_ASSERT_EQUAL(strtoull(b.diag.text, NULL, 10), match_log(b.match)->end - kept - 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.diag.text, "`limits: { window: 4MB }`"));
    CU_ASSERT_EQUAL(match_watch_start(b.match, b.patterns[0], MATCH_FROM_CURSOR, &w, &b.diag), 0);
    CU_ASSERT_EQUAL(match_watch_next(w, &b.result, &b.diag), ERR_FULL);
    match_watch_stop(w);
    /* From now on all is known. */
    CU_ASSERT_EQUAL(match_watch_start(b.match, b.patterns[0], MATCH_FROM_NOW, &w, &b.diag), 0);
    CU_ASSERT_EQUAL(match_watch_next(w, &b.result, &b.diag), MATCH_PENDING);
    bench_feed(&b, "END");
    nearest_has(&b, "\\.END$", "matches now");
    nearest_has(&b, "\\.EN!", "'.EN', then came 'D'");
    bench_close(&b);
}

static void test_escape_sequences_are_not_seen(void)
{
    struct bench b;

    bench_open(&b, NULL);
    CU_ASSERT_EQUAL(bench_expect(&b, "^leaf> $"), MATCH_PENDING);
    bench_feed(&b, "\r\n\x1b[?2004h\x1b[1mle\x1b[0maf> ");
    CU_ASSERT_EQUAL_FATAL(bench_settle(&b), MATCH_FOUND);
    CU_ASSERT(capture_is(&b.result, 0, "leaf> "));
    CU_ASSERT_EQUAL(b.result.begin, 14);
    CU_ASSERT_EQUAL(b.result.end, 24);
    bench_close(&b);
}

static void test_an_echo_cannot_satisfy_an_expect(void)
{
    struct bench b;

    bench_open(&b, NULL);
    bench_feed(&b, "leaf> ");
    CU_ASSERT_EQUAL(bench_expect(&b, "leaf> $"), MATCH_PENDING);
    CU_ASSERT_EQUAL(bench_settle(&b), MATCH_FOUND);
    CU_ASSERT_EQUAL(match_sent(b.match, NULL, "done\r", 5, 0), 0);
    CU_ASSERT_EQUAL(bench_expect(&b, "done"), MATCH_PENDING);
    bench_feed(&b, "do");
    bench_feed(&b, "ne\r\n");
    CU_ASSERT_EQUAL(bench_again(&b), MATCH_PENDING);
    CU_ASSERT_EQUAL(bench_settle(&b), MATCH_PENDING);
    struct buf why = BUF_INIT;
    match_nearest(b.match, b.patterns[1], &why);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&why), "echo"));
    buf_release(&why);
    bench_feed(&b, "done\r\n");
    CU_ASSERT_EQUAL_FATAL(bench_again(&b), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.begin, 12);
    bench_close(&b);
}

/* Goal: echoes are seen while they are looked at, before and behind their first look. */
static void test_echoes_are_looked_at_when_wanted(void)
{
    static const struct {
        enum match_text text;
        int found;
    } rows[] = {
        {MATCH_WITHOUT_ECHOES, MATCH_PENDING},
        {MATCH_WITH_ECHOES,    MATCH_FOUND  },
        {MATCH_WITHOUT_ECHOES, MATCH_PENDING},
        {MATCH_WITH_ECHOES,    MATCH_FOUND  },
    };
    struct bench b;

    bench_open(&b, NULL);
    bench_feed(&b, "x"); /* and not a byte more was there before it */
    CU_ASSERT_EQUAL(match_look_at(b.match, MATCH_WITH_ECHOES, &b.diag), 0);
    CU_ASSERT_EQUAL(bench_expect(&b, "x"), MATCH_FOUND);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CU_ASSERT_EQUAL(match_look_at(b.match, rows[i].text, &b.diag), 0);
        CU_ASSERT_EQUAL(match_sent(b.match, NULL, "done\r", 5, 0), 0);
        bench_feed(&b, "done\r\n");
        CU_ASSERT_EQUAL(bench_expect(&b, "done"), rows[i].found);
        bench_feed(&b, "> ");
        CU_ASSERT_EQUAL(bench_settle(&b), rows[i].found);
        match_cancel(b.match);
    }
    bench_close(&b);
}

static void test_an_answer_begins_a_line_behind_a_masked_echo(void)
{
    struct bench b;

    bench_open(&b, NULL);
    bench_feed(&b, "leaf> ");
    CU_ASSERT_EQUAL(match_sent(b.match, NULL, "c\r", 2, 0), 0);
    bench_feed(&b, "c\r\nbye\r\n");
    CU_ASSERT_EQUAL(bench_expect(&b, "^bye$"), MATCH_FOUND);
    CU_ASSERT_EQUAL(b.result.begin, 9);
    bench_close(&b);
}

static void test_a_caret_never_matches_between_cr_and_lf(void)
{
    /* However it is cut: the empty line is the one behind the second LF. */
    static const char text[] = "abc\r\n\r\nx";

    for (size_t cut = 0; cut < sizeof(text) - 1; cut++) {
        struct bench b;
        bench_open(&b, NULL);
        CU_ASSERT_EQUAL(bench_expect(&b, "^$"), MATCH_PENDING);
        match_feed(b.match, text, cut);
        match_feed(b.match, text + cut, sizeof(text) - 1 - cut);
        CU_ASSERT_EQUAL(bench_again(&b), MATCH_FOUND);
        CU_ASSERT_EQUAL(b.result.begin, 5);
        bench_close(&b);
    }
}

static void test_a_watch_finds_every_occurrence_and_moves_no_cursor(void)
{
    struct bench b;
    struct match_watch *w = NULL;

    bench_open(&b, NULL);
    bench_feed(&b, "old n=0;");
    struct match_pattern *p = bench_pattern(&b, "n=(\\d)");
    CU_ASSERT_EQUAL(match_watch_start(b.match, p, MATCH_FROM_NOW, &w, &b.diag), 0);
    bench_feed(&b, "n=1;n=2;");
    CU_ASSERT_EQUAL_FATAL(match_watch_next(w, &b.result, &b.diag), MATCH_FOUND);
    CU_ASSERT(capture_is(&b.result, 1, "1"));
    CU_ASSERT_EQUAL_FATAL(match_watch_next(w, &b.result, &b.diag), MATCH_FOUND);
    CU_ASSERT(capture_is(&b.result, 1, "2"));
    CU_ASSERT_EQUAL(match_watch_next(w, &b.result, &b.diag), MATCH_PENDING);
    CU_ASSERT_EQUAL(match_cursor(b.match), 0);
    match_watch_stop(w);
    CU_ASSERT_EQUAL(match_watch_start(b.match, p, MATCH_FROM_CURSOR, &w, &b.diag), 0);
    CU_ASSERT_EQUAL_FATAL(match_watch_next(w, &b.result, &b.diag), MATCH_FOUND);
    CU_ASSERT(capture_is(&b.result, 1, "0"));
    bench_close(&b);
}

static void test_an_empty_match_does_not_stop_a_watch(void)
{
    struct bench b;
    struct match_watch *w = NULL;
    int found = 0;

    bench_open(&b, NULL);
    struct match_pattern *p = bench_pattern(&b, "x*");
    CU_ASSERT_EQUAL(match_watch_start(b.match, p, MATCH_FROM_NOW, &w, &b.diag), 0);
    bench_feed(&b, "abc");
    for (int i = 0; i < 10; i++) {
        (void)match_settle(b.match, &b.result, &b.diag);
        if (match_watch_next(w, &b.result, &b.diag) == MATCH_FOUND)
            found++;
    }
    CU_ASSERT_EQUAL(found, 4);
    bench_close(&b);
}

/* Whichever goes, the others stay. */
static void test_a_watch_stops_alone(void)
{
    for (int gone = 0; gone < 3; gone++) {
        struct match_watch *w[3];
        struct bench b;
        bench_open(&b, NULL);
        struct match_pattern *p = bench_pattern(&b, "x");
        for (int i = 0; i < 3; i++)
            CU_ASSERT_EQUAL(match_watch_start(b.match, p, MATCH_FROM_NOW, &w[i], &b.diag), 0);
        match_watch_stop(w[gone]);
        bench_feed(&b, "x");
        for (int i = 0; i < 3; i++)
            CU_ASSERT(i == gone || match_watch_next(w[i], &b.result, &b.diag) == MATCH_FOUND);
        match_watch_stop(NULL);
        bench_close(&b);
    }
}

static void test_too_many_watches_are_refused(void)
{
    struct bench b;
    struct match_watch *w = NULL;

    bench_open(&b, NULL);
    struct match_pattern *p = bench_pattern(&b, "x");
    for (int i = 0; i < MATCH_WATCHES_MAX; i++)
        CU_ASSERT_EQUAL(match_watch_start(b.match, p, MATCH_FROM_NOW, &w, &b.diag), 0);
    CU_ASSERT_EQUAL(match_watch_start(b.match, p, MATCH_FROM_NOW, &w, &b.diag), ERR_FULL);
    match_watch_stop(w);
    CU_ASSERT_EQUAL(match_watch_start(b.match, p, MATCH_FROM_NOW, &w, &b.diag), 0);
    bench_close(&b);
}

/* What a compile must refuse, and where. */
static void test_patterns_that_cannot_be_had_are_refused_with_the_place(void)
{
    static const struct {
        const char *text;
        size_t at;
        const char *why;
    } rows[] = {
        {"a(b",          3, "parenthes"                                    },
        {"a\\Gb",        1, "\\G is not possible on a stream, at"          },
        {"a\\Cb",        3, "\\C"                                          },
        {"(?=a\\K)",     4, "\\K is not possible on a stream, use (?<=...)"},
        {"ab(*COMMIT)c", 2, "COMMIT"                                       },
        {"(*NO_JIT)a",   0, "NO_JIT"                                       },
        {"(*UTF)a",      6, "UTF"                                          },
        {"[z-a]",        3, "range"                                        },
        {"\\Qa\\E\\G",   5, "\\G"                                          },
    };
    struct diag diag;
    size_t at = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        at = 999;
        diag.text[0] = 0;
        CU_ASSERT_EQUAL(match_check(rows[i].text, &at, &diag), ERR_INPUT);
        CU_ASSERT_EQUAL(at, rows[i].at);
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, rows[i].why));
    }
    CU_ASSERT_EQUAL(match_check("a\\\\G\\Q\\G\\E", NULL, &diag), 0);
}

static void test_pattern_limits_are_refused(void)
{
    char text[MATCH_PATTERN_BYTES_MAX + 2];
    struct diag diag;

    memset(text, 'a', sizeof(text));
    text[MATCH_PATTERN_BYTES_MAX + 1] = 0;
    CU_ASSERT_EQUAL(match_check(text, NULL, &diag), ERR_INPUT);
    text[MATCH_PATTERN_BYTES_MAX] = 0;
    CU_ASSERT_EQUAL(match_check(text, NULL, &diag), 0);
    text[0] = 0;
    size_t groups = MATCH_CAPTURES_MAX - 1;
    for (size_t i = 0; i < groups; i++)
        memcpy(text + 3 * i, "(a)", 4);
    CU_ASSERT_EQUAL(match_check(text, NULL, &diag), 0);
    memcpy(text + 3 * groups, "(a)", 4);
    CU_ASSERT_EQUAL(match_check(text, NULL, &diag), ERR_INPUT);
}

static void test_a_miss_is_explained(void)
{
    struct bench b;

    bench_open(&b, NULL);
    bench_feed(&b, "ready: yes\r\n");
    CU_ASSERT_EQUAL(bench_expect(&b, "yes"), MATCH_FOUND);
    bench_feed(&b, "value is 12x\r\nBye\r\n");
    nearest_has(&b, "value is \\d+;", "at byte 12: 'value is 12', then came 'x\\r\\nBye");
    nearest_has(&b, "ready", "seen earlier, already consumed: 'ready' at byte 0");
    nearest_has(&b, "^bye$", "differs only in upper and lower case: 'Bye'");
    bench_close(&b);
    bench_open(&b, NULL);
    bench_feed(&b, "a\x1b[1mb");
    nearest_has(&b, "a\\x1b", "escape sequences: 'a\\e'");
    nearest_hasnt(&b, "(?<=\\x1b)", "escape sequences:"); /* a match of nothing shows nothing */
    nearest_hasnt(&b, "(?<=A)", "upper and lower case:");
    nearest_has(&b, "zz", "no beginning of a match in the 2 unread bytes");
    nearest_has(&b, "b$", "matches now");
    bench_close(&b);
}

static void test_a_whole_text_is_searched_and_cost_is_no_miss(void)
{
    static const struct {
        const char *pattern, *text;
        int found;
    } rows[] = {
        {"b c",    "a b c",              MATCH_FOUND},
        {"^a",     "a b",                MATCH_FOUND},
        {"^b",     "a b",                0          },
        {"c$",     "a b c",              MATCH_FOUND},
        {"b$",     "a b c",              0          },
        {"x",      "",                   0          },
        {"(a+)+b", "aaaaaaaaaaaaaaaaac", 0          },
    };
    char line[4096];
    struct diag diag = {0};
    struct match_pattern *p = NULL;
    size_t at = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CU_ASSERT_EQUAL_FATAL(match_compile(rows[i].pattern, &p, &at, &diag), 0);
        CU_ASSERT_EQUAL(match_in(p, rows[i].text, strlen(rows[i].text), &diag), rows[i].found);
        match_pattern_free(p);
    }
    memset(line, 'a', sizeof(line));
    CU_ASSERT_EQUAL_FATAL(match_compile("(a+)+b|(a+)+[^a]", &p, &at, &diag), 0);
    CU_ASSERT_EQUAL(match_in(p, line, sizeof(line), &diag), ERR_FULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "costs too much on a text of 4096 bytes"));
    match_pattern_free(p);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"a number in two writes",   test_a_number_in_two_writes_is_captured_whole              },
        {"prompt and quiescence",    test_a_prompt_is_decided_by_quiescence                     },
        {"prompt that goes on",      test_a_prompt_that_goes_on_is_no_prompt                    },
        {"eof",                      test_the_end_of_the_stream_decides                         },
        {"greedy over lines",        test_a_greedy_pattern_over_lines_waits_for_quiescence      },
        {"cursor",                   test_the_next_expect_starts_at_the_end_of_the_match        },
        {"first match wins",         test_the_match_that_begins_first_wins_whatever_the_order   },
        {"equals",                   test_of_equals_the_first_in_the_list_wins                  },
        {"cancelled",                test_what_is_not_waited_for_any_more_matches_nothing       },
        {"waiting for those before", test_a_match_waits_for_those_before_it_until_rest          },
        {"match limit",              test_a_costly_pattern_fails_by_name_and_is_not_a_miss      },
        {"stack limit",              test_a_pattern_that_overflows_the_stack_fails_by_name      },
        {"own stack",                test_a_pattern_has_a_stack_of_its_own                      },
        {"window of several",        test_a_window_is_the_limit_of_each_pattern_and_of_a_watch  },
        {"beyond the window",        test_who_goes_beyond_the_window_is_told                    },
        {"long matches",             test_a_long_match_is_looked_at_now_and_then                },
        {"window limit",             test_a_match_longer_than_the_window_is_reported            },
        {"captures outside",         test_captures_outside_of_the_match_are_whole               },
        {"first line",               test_the_first_line_begins_a_line_at_the_end_too           },
        {"window's length",          test_a_match_as_long_as_the_window_is_kept                 },
        {"keep limit",               test_bytes_dropped_before_the_expect_are_an_error          },
        {"escapes",                  test_escape_sequences_are_not_seen                         },
        {"echo",                     test_an_echo_cannot_satisfy_an_expect                      },
        {"look at echoes",           test_echoes_are_looked_at_when_wanted                      },
        {"line behind an echo",      test_an_answer_begins_a_line_behind_a_masked_echo          },
        {"caret and CR LF",          test_a_caret_never_matches_between_cr_and_lf               },
        {"watch",                    test_a_watch_finds_every_occurrence_and_moves_no_cursor    },
        {"empty watch",              test_an_empty_match_does_not_stop_a_watch                  },
        {"stop alone",               test_a_watch_stops_alone                                   },
        {"watch limit",              test_too_many_watches_are_refused                          },
        {"refused patterns",         test_patterns_that_cannot_be_had_are_refused_with_the_place},
        {"pattern limits",           test_pattern_limits_are_refused                            },
        {"nearest",                  test_a_miss_is_explained                                   },
        {"whole text",               test_a_whole_text_is_searched_and_cost_is_no_miss          },
        CU_TEST_INFO_NULL,
    };
    return suite_run("match", tests);
}
