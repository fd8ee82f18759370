/* hide_test.c: one text is taken out of a stream, however it is cut. */
#include "expect/hide.h"
#include "expect/view.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

enum { OUTPUT_BYTES_MAX = 256 };

/* What is let through, and that each byte comes with the offset that it had. */
struct seen {
    const char *output;
    struct buf text;
    uint64_t next;
    bool same;
};

static void take(void *user, uint64_t offset, const char *data, size_t size)
{
    struct seen *s = user;

    s->same = s->same && offset >= s->next && memcmp(s->output + offset, data, size) == 0;
    s->next = offset + size;
    buf_add(&s->text, data, size);
}

/* What is not is no part of that, and comes in one go. */
static void take_hidden(void *user, uint64_t offset)
{
    struct seen *s = user;

    s->same = s->same && offset >= s->next;
    s->next = offset + 1;
}

/* Goal: the answer does not depend on how the output is cut.
 * Method: every way to cut it in three. */
static void hides(const char *text, const char *output, const char *visible)
{
    size_t size = strlen(output);
    bool good = true;

    for (size_t first = 0; first <= size; first++) {
        for (size_t second = first; second <= size; second++) {
            struct seen seen = {.output = output, .same = true};
            const struct hide_sink sink = {
                .on_text = take, .on_hidden = take_hidden, .user = &seen};
            struct hide h = {0};
            CHECK(hide_start(&h, text, strlen(text), &sink) == 0);
            hide_feed(&h, 0, output, first, &sink);
            hide_feed(&h, first, output + first, second - first, &sink);
            hide_feed(&h, second, output + second, size - second, &sink);
            hide_settle(&h, &sink);
            good = good && seen.same && strcmp(buf_text(&seen.text), visible) == 0;
            buf_release(&seen.text);
        }
    }
    CU_ASSERT_TRUE(good);
}

static void test_the_text_is_left_out_where_it_first_comes(void)
{
    hides("\r\nx> ", "x> \r\nx> more", "x> more");
    hides("\r\nx> ", "\r\nx> ", "");
    hides("ab", "xabyabz", "xyabz");
    hides("ab", "nothing of it", "nothing of it");
    hides("", "ab", "ab");
}

static void test_what_only_begins_like_it_stays(void)
{
    hides("abc", "ab", "ab");
    hides("abc", "ababc", "ab");
    hides("aab", "aaab", "a");
    hides("abab", "abaabab!", "aba!");
    hides("\r\nx", "\r\r\n\r\nx", "\r\r\n");
    hides("abcabd", "abcabcabd", "abc");
}

static void test_a_beginning_waits_until_nothing_more_comes(void)
{
    struct seen seen = {.output = "abd", .same = true};
    const struct hide_sink sink = {.on_text = take, .on_hidden = take_hidden, .user = &seen};
    struct hide h = {0};

    CU_ASSERT_EQUAL(hide_start(&h, "abc", 3, &sink), 0);
    hide_feed(&h, 0, "ab", 2, &sink);
    CU_ASSERT_EQUAL(seen.text.size, 0);
    hide_settle(&h, &sink);
    CU_ASSERT_STRING_EQUAL(buf_text(&seen.text), "ab");
    /* Another one in its place lets a beginning through as well. */
    hide_feed(&h, 2, "d", 1, &sink);
    seen.output = "abdab";
    hide_feed(&h, 3, "ab", 2, &sink);
    CU_ASSERT_EQUAL(hide_start(&h, "", 0, &sink), 0);
    CU_ASSERT_STRING_EQUAL(buf_text(&seen.text), "abdab");
    CU_ASSERT_TRUE(seen.same);
    buf_release(&seen.text);
}

static void test_it_has_at_most_256_bytes(void)
{
    static const char text[HIDE_BYTES_MAX + 1];
    struct hide h = {0};

    CU_ASSERT_EQUAL(hide_start(&h, text, HIDE_BYTES_MAX, NULL), 0);
    CU_ASSERT_EQUAL(h.size, HIDE_BYTES_MAX);
    CU_ASSERT_EQUAL(hide_start(&h, text, HIDE_BYTES_MAX + 1, NULL), ERR_FULL);
    CU_ASSERT_EQUAL(h.size, 0);
}

/* Goal: places in the text lead to the bytes that came, behind what was left out, too. */
static void test_a_view_maps_what_stands_behind_it(void)
{
    struct view v;

    CU_ASSERT_EQUAL_FATAL(view_init(&v, OUTPUT_BYTES_MAX, NULL), 0);
    CU_ASSERT_EQUAL(view_hide(&v, "\r\nx> ", 5), 0);
    view_feed(&v, "x> \x1b[1m\r\n\x1b[0mx> y", 17);
    CU_ASSERT_EQUAL(v.end, 4);
    CU_ASSERT_EQUAL(memcmp(view_text(&v, 0), "x> y", 4), 0);
    CU_ASSERT_EQUAL(view_raw(&v, 2), 2);
    CU_ASSERT_EQUAL(view_raw(&v, 3), 16);
    CU_ASSERT_EQUAL(view_hide(&v, "\r\nx> ", 5), 0);
    view_feed(&v, "\r\n", 2);
    CU_ASSERT_EQUAL(view_raw(&v, v.end), 17); /* where the held ones came */
    view_settle(&v);
    CU_ASSERT_EQUAL(v.end, 6);
    view_release(&v);
}

int main(void)
{
    CU_pSuite s = suite_open("hide", NULL, NULL);

    CU_ADD_TEST(s, test_the_text_is_left_out_where_it_first_comes);
    CU_ADD_TEST(s, test_what_only_begins_like_it_stays);
    CU_ADD_TEST(s, test_a_beginning_waits_until_nothing_more_comes);
    CU_ADD_TEST(s, test_it_has_at_most_256_bytes);
    CU_ADD_TEST(s, test_a_view_maps_what_stands_behind_it);
    return suite_close();
}
