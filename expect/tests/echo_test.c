/* echo_test.c: an echo is known by its place and its bytes, however it is cut. */
#include "expect/echo.h"
#include "expect/pty.h"
#include "runtime/base/check.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

#include <string.h>
#include <unistd.h>

static void take(void *user, uint64_t offset, const void *data, size_t size)
{
    (void)offset;
    buf_add(user, data, size);
}

static bool predicts(const struct termios *modes, const char *typed, const char *shown)
{
    struct buf out = BUF_INIT;

    echo_predict(modes, typed, strlen(typed), &out);
    bool same = strcmp(buf_text(&out), shown) == 0;
    buf_release(&out);
    return same;
}

static void test_echo_is_predicted_from_the_modes(void)
{
    struct termios modes;

    pty_modes_default(&modes);
    CU_ASSERT(predicts(&modes, "c\r", "c\r\n"));
    CU_ASSERT(predicts(&modes, "a\tb\n", "a\tb\r\n"));
    CU_ASSERT(predicts(&modes, "\x03\x1a\x1c", "^C^Z^\\"));
    CU_ASSERT(predicts(&modes, "\x1b[A", "^[[A"));
    CU_ASSERT(predicts(&modes, "a\x04", "a"));
    CU_ASSERT(predicts(&modes,
                       "ab\x7f"
                       "c",
                       "ab"));
    CU_ASSERT(predicts(&modes, "\x13\x11x", "x"));
    modes.c_lflag &= ~(tcflag_t)ECHOCTL;
    CU_ASSERT(predicts(&modes, "\x1b[A", "\x1b[A"));
    modes.c_oflag &= ~(tcflag_t)OPOST;
    CU_ASSERT(predicts(&modes, "c\r", "c\n"));
    modes.c_iflag &= ~(tcflag_t)ICRNL;
    CU_ASSERT(predicts(&modes, "c\r", "c\r"));
    modes.c_lflag &= ~(tcflag_t)ECHO;
    CU_ASSERT(predicts(&modes, "c\r", ""));
    /* A character for a signal is that only where there are signals. */
    static const int signals[] = {VINTR, VQUIT, VSUSP};
    for (size_t i = 0; i < 3; i++) {
        pty_modes_default(&modes);
        modes.c_cc[signals[i]] = '\r';
        CU_ASSERT(predicts(&modes, "\r", "^M"));
        modes.c_lflag &= ~(tcflag_t)ISIG;
        CU_ASSERT(predicts(&modes, "\r", "\r\n"));
    }
    /* Only some edit the line, of which some not always; and only a return is left out. */
    pty_modes_default(&modes);
    CU_ASSERT(predicts(&modes,
                       "a\x17"
                       "b",
                       "a"));
    modes.c_lflag &= ~(tcflag_t)IEXTEN;
    CU_ASSERT(predicts(&modes,
                       "a\x17"
                       "b\x7f"
                       "c",
                       "a^Wb"));
    modes.c_iflag |= IGNCR;
    CU_ASSERT(predicts(&modes, "a\rb", "ab"));
}

/* Text that is let through, and where it stands. */
struct placed {
    struct buf text;
    uint64_t offset[64];
};

static void take_placed(void *user, uint64_t offset, const void *data, size_t size)
{
    struct placed *p = user;

    for (size_t i = 0; i < size; i++) {
        CHECK(p->text.size + i < sizeof(p->offset) / sizeof(p->offset[0]));
        p->offset[p->text.size + i] = offset + i;
    }
    buf_add(&p->text, data, size);
}

/* The line end of an echo stands where it has come. */
static void test_what_is_let_through_keeps_its_place(void)
{
    static const uint64_t places[] = {0, 2, 3, 4};
    struct placed out = {.text = BUF_INIT};
    const struct echo_sink sink = {.on_text = take_placed, .user = &out};
    struct termios modes;
    struct echo e = {0};

    pty_modes_default(&modes);
    CHECK(echo_sent(&e, &modes, "c\r", 2, 1) == 0);
    echo_feed(&e, "ac\r\nb", 5, &sink);
    CU_ASSERT_STRING_EQUAL(buf_text(&out.text), "a\r\nb");
    CU_ASSERT_EQUAL(memcmp(out.offset, places, sizeof(places)), 0);
    CU_ASSERT_EQUAL(e.masked, 1);
    echo_release(&e);
    buf_release(&out.text);
}

/* A byte that is no more of an echo is text, whatever byte it is. */
static void test_a_zero_behind_an_echo_is_text(void)
{
    struct placed out = {.text = BUF_INIT};
    const struct echo_sink sink = {.on_text = take_placed, .user = &out};
    struct termios modes;
    struct echo e = {0};

    pty_modes_default(&modes);
    CHECK(echo_sent(&e, &modes, "x", 1, 0) == 0);
    echo_feed(&e, "x\0y", 3, &sink);
    CU_ASSERT_EQUAL(out.text.size, 2);
    CU_ASSERT_EQUAL(out.offset[0], 1);
    CU_ASSERT_EQUAL(e.masked, 1);
    echo_release(&e);
    buf_release(&out.text);
}

/* What has overtaken a late echo keeps its place, though the first byte of it was like the echo;
 * and another echo that is far does not change where this one may come. */
static void test_what_overtakes_an_echo_keeps_its_place(void)
{
    static const uint64_t places[] = {0, 1, 2, 5, 6};
    struct placed out = {.text = BUF_INIT};
    const struct echo_sink sink = {.on_text = take_placed, .user = &out};
    struct termios modes;
    struct echo e = {0};

    pty_modes_default(&modes);
    CHECK(echo_sent(&e, &modes, "\x03", 1, 0) == 0 && echo_sent(&e, &modes, "q", 1, 7) == 0);
    echo_feed(&e, "^xy^C\r\nq", 8, &sink);
    CU_ASSERT_STRING_EQUAL(buf_text(&out.text), "^xy\r\n");
    CU_ASSERT_EQUAL(memcmp(out.offset, places, sizeof(places)), 0);
    CU_ASSERT_EQUAL(e.masked, 3);
    CU_ASSERT_EQUAL(e.count, 0);
    echo_release(&e);
    buf_release(&out.text);
}

/* Two keys whose echoes may come late: what has overtaken the first has overtaken both. */
static void test_a_place_that_has_gone_by_is_missed(void)
{
    static const uint64_t places[] = {0, 1, 2};
    struct placed out = {.text = BUF_INIT};
    const struct echo_sink sink = {.on_text = take_placed, .user = &out};
    struct termios modes;
    struct echo e = {0};

    pty_modes_default(&modes);
    CHECK(echo_sent(&e, &modes, "\x03", 1, 0) == 0 && echo_sent(&e, &modes, "\x03", 1, 0) == 0);
    echo_feed(&e, "ab^", 3, &sink);
    CU_ASSERT_STRING_EQUAL(buf_text(&out.text), "ab");
    echo_settle(&e, &sink);
    CU_ASSERT_STRING_EQUAL(buf_text(&out.text), "ab^");
    CU_ASSERT_EQUAL(memcmp(out.offset, places, sizeof(places)), 0);
    CU_ASSERT_EQUAL(e.missed, 2);
    CU_ASSERT_EQUAL(e.count, 0);
    echo_release(&e);
    buf_release(&out.text);
}

/* One send of "c\r" at `offset`, then the output; returns what is let through. */
static bool filters(uint64_t offset, const char *output, bool settle, const char *visible)
{
    bool same = true;
    struct termios modes;

    pty_modes_default(&modes);
    for (size_t cut = 0; cut <= strlen(output); cut++) {
        struct buf out = BUF_INIT;
        struct echo e = {0};
        struct echo_sink sink = {.on_text = take, .user = &out};
        CHECK(echo_sent(&e, &modes, "c\r", 2, offset) == 0);
        echo_feed(&e, output, cut, &sink);
        echo_feed(&e, output + cut, strlen(output) - cut, &sink);
        if (settle)
            echo_settle(&e, &sink);
        same = same && strcmp(buf_text(&out), visible) == 0;
        echo_release(&e);
        buf_release(&out);
    }
    return same;
}

/* What the terminal does at these bytes, each as the only special one. */
static void test_a_character_that_is_disabled_is_nothing_special(void)
{
    static const int which[] = {VERASE, VKILL, VWERASE, VLNEXT, VREPRINT, VSTART,
                                VSTOP,  VEOF,  VINTR,   VQUIT,  VSUSP};

    for (size_t i = 0; i < sizeof(which) / sizeof(which[0]); i++) {
        struct termios modes;
        struct buf out = BUF_INIT;
        pty_modes_default(&modes);
        modes.c_iflag |= IXON;
        modes.c_lflag |= IEXTEN;
        modes.c_cc[which[i]] = _POSIX_VDISABLE;
        echo_predict(&modes, "a\0b", 3, &out);
        CU_ASSERT_STRING_EQUAL(buf_text(&out), "a^@b");
        buf_release(&out);
    }
}

static void test_echo_is_masked_at_its_place_only(void)
{
    CU_ASSERT(filters(0, "c\r\nc\r\n", false, "\r\nc\r\n"));
    CU_ASSERT(filters(2, "> c\r\nx", false, "> \r\nx"));
    CU_ASSERT(filters(0, "xc\r\n", false, "xc\r\n"));
    CU_ASSERT(filters(2, "> cx", false, "> cx"));
    CU_ASSERT(filters(3, "> c\r\n", false, "> c\r\n"));
}

static void test_half_an_echo_is_held_until_it_is_settled(void)
{
    CU_ASSERT(filters(0, "c\r", false, ""));
    CU_ASSERT(filters(0, "c\r", true, "c\r"));
}

static void test_echoes_of_quick_sends_follow_each_other(void)
{
    struct termios modes;
    struct buf out = BUF_INIT;
    struct echo e = {0};
    struct echo_sink sink = {.on_text = take, .user = &out};

    pty_modes_default(&modes);
    CU_ASSERT_EQUAL(echo_sent(&e, &modes, "ab", 2, 0), 0);
    CU_ASSERT_EQUAL(echo_sent(&e, &modes, "cd\r", 3, 0), 0);
    echo_feed(&e, "abcd\r\nx", 7, &sink);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "\r\nx");
    CU_ASSERT_EQUAL(e.masked, 4);
    CU_ASSERT_EQUAL(e.missed, 0);
    buf_release(&out);
    echo_release(&e);
}

/* Ctrl-C at the beginning, then `typed` at `offset`, then the output, cut everywhere. */
static bool overtakes(bool caret, const char *typed, uint64_t offset, const char *output,
                      bool settle, const char *visible)
{
    bool same = true;
    struct termios modes;
    size_t size = strlen(output);

    pty_modes_default(&modes);
    if (!caret)
        modes.c_lflag &= ~(tcflag_t)ECHOCTL;
    for (size_t cut = 0; cut <= size; cut++) {
        struct buf out = BUF_INIT;
        struct echo e = {0};
        struct echo_sink sink = {.on_text = take, .user = &out};
        CHECK(echo_sent(&e, &modes, "\x03", 1, 0) == 0);
        CHECK(echo_sent(&e, &modes, typed, strlen(typed), offset) == 0);
        echo_feed(&e, output, cut, &sink);
        if (settle && cut == size / 2)
            echo_settle(&e, &sink);
        echo_feed(&e, output + cut, size - cut, &sink);
        if (!settle || cut == size / 2)
            same = same && strcmp(buf_text(&out), visible) == 0;
        echo_release(&e);
        buf_release(&out);
    }
    return same;
}

/* Two sends at `first` and `second`, then the output, cut everywhere. */
static bool two_sends(const char *one, uint64_t first, const char *two, uint64_t second,
                      const char *output, const char *visible)
{
    bool same = true;
    struct termios modes;
    size_t size = strlen(output);

    pty_modes_default(&modes);
    for (size_t cut = 0; cut <= size; cut++) {
        struct buf out = BUF_INIT;
        struct echo e = {0};
        struct echo_sink sink = {.on_text = take, .user = &out};
        CHECK(echo_sent(&e, &modes, one, strlen(one), first) == 0);
        CHECK(echo_sent(&e, &modes, two, strlen(two), second) == 0);
        echo_feed(&e, output, cut, &sink);
        echo_feed(&e, output + cut, size - cut, &sink);
        same = same && strcmp(buf_text(&out), visible) == 0 &&
               e.masked + strlen(visible) + e.held == size;
        echo_release(&e);
        buf_release(&out);
    }
    return same;
}

/* The kernel sends a key's signal first, and the program may answer before it echoes the key. */
static void test_the_echo_of_a_signal_may_be_overtaken(void)
{
    CU_ASSERT(overtakes(true, "", 0, "^C\r\n> ", false, "\r\n> "));
    CU_ASSERT(overtakes(true, "", 0, "\r\n> ^C", false, "\r\n> "));
    CU_ASSERT(overtakes(false, "", 0, "\r\n> \x03", false, "\r\n> "));
    CU_ASSERT(overtakes(true, "", 0, "^^^C^C", false, "^^^C"));
    CU_ASSERT(overtakes(true, "c\r", 4, "\r\n> ^Cc\r\nx", false, "\r\n> \r\nx"));
    /* two presses, two echoes */
    CU_ASSERT(overtakes(true, "\x03", 0, "> ^C^C^C", false, "> ^C"));
    /* not beyond what was typed next, but however long it takes */
    CU_ASSERT(overtakes(true, "c\r", 4, "\r\n> c\r\n^C", false, "\r\n> \r\n^C"));
    CU_ASSERT(overtakes(true, "", 0, "\r\n> ^C\r\n", true, "\r\n> \r\n"));
    /* nor with more behind it, which comes out as what it is */
    CU_ASSERT(two_sends("\x03x", 0, "", 0, "\r\n> ^Cx", "\r\n> ^Cx"));
    CU_ASSERT(two_sends("x", 0, "", 0, "\r\n> x", "\r\n> x"));
}

static void test_a_missed_echo_does_not_hide_the_next(void)
{
    struct termios modes;
    struct buf out = BUF_INIT;
    struct echo e = {0};
    struct echo_sink sink = {.on_text = take, .user = &out};

    pty_modes_default(&modes);
    CU_ASSERT_EQUAL(echo_sent(&e, &modes, "abX", 3, 0), 0);
    CU_ASSERT_EQUAL(echo_sent(&e, &modes, "aby", 3, 0), 0);
    for (const char *at = "abyz"; *at != 0; at++)
        echo_feed(&e, at, 1, &sink);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "z");
    CU_ASSERT_EQUAL(e.missed, 1);
    buf_release(&out);
    echo_release(&e);
}

/* What the first has in common with the second is not taken for the second's. */
static void test_sends_that_begin_alike_are_told_apart(void)
{
    CU_ASSERT(two_sends("ab", 0, "ac", 0, "abac", ""));
    CU_ASSERT(two_sends("ab", 0, "ac", 0, "abacx", "x"));
    CU_ASSERT(two_sends("ab", 0, "ac", 0, "ac", ""));
    CU_ASSERT(two_sends("ab", 0, "ac", 0, "acab", "ab"));
    CU_ASSERT(two_sends("ab", 0, "ac", 0, "abab", "ab"));
    CU_ASSERT(two_sends("ab", 0, "ac", 0, "aab", "aab"));
    /* the second was sent while the first's echo was on its way, at its end, or behind it */
    CU_ASSERT(two_sends("ab", 0, "ac", 1, "abac", ""));
    CU_ASSERT(two_sends("ab", 0, "ac", 2, "abac", ""));
    CU_ASSERT(two_sends("ab", 0, "ac", 3, "ab>ac", ">"));
    CU_ASSERT(two_sends("ab", 0, "ac", 3, "abac", "ac"));
    CU_ASSERT(two_sends("ab", 1, "ac", 2, ">abac", ">"));
}

static void test_echo_limits_are_refused(void)
{
    static char text[ECHO_BYTES_MAX];
    struct termios modes;
    struct echo e = {0};

    pty_modes_default(&modes);
    memset(text, 'x', sizeof(text));
    CU_ASSERT_EQUAL(echo_sent(&e, &modes, text, sizeof(text), 0), 0);
    text[0] = 0x01; /* shown as two bytes */
    CU_ASSERT_EQUAL(echo_sent(&e, &modes, text, sizeof(text), 0), ERR_FULL);
    for (int i = 1; i < ECHO_SENDS_MAX; i++)
        CU_ASSERT_EQUAL(echo_sent(&e, &modes, "x", 1, 0), 0);
    CU_ASSERT_EQUAL(echo_sent(&e, &modes, "x", 1, 0), ERR_FULL);
    modes.c_lflag &= ~(tcflag_t)ECHO;
    CU_ASSERT_EQUAL(echo_sent(&e, &modes, "x", 1, 0), 0);
    echo_release(&e);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"prediction",   test_echo_is_predicted_from_the_modes               },
        {"disabled",     test_a_character_that_is_disabled_is_nothing_special},
        {"place",        test_echo_is_masked_at_its_place_only               },
        {"overtaken",    test_the_echo_of_a_signal_may_be_overtaken          },
        {"half an echo", test_half_an_echo_is_held_until_it_is_settled       },
        {"quick sends",  test_echoes_of_quick_sends_follow_each_other        },
        {"missed echo",  test_a_missed_echo_does_not_hide_the_next           },
        {"alike",        test_sends_that_begin_alike_are_told_apart          },
        {"limits",       test_echo_limits_are_refused                        },
        {"places",       test_what_is_let_through_keeps_its_place            },
        {"zero",         test_a_zero_behind_an_echo_is_text                  },
        {"overtakes",    test_what_overtakes_an_echo_keeps_its_place         },
        {"gone by",      test_a_place_that_has_gone_by_is_missed             },
        CU_TEST_INFO_NULL,
    };
    return suite_run("echo", tests);
}
