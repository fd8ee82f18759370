/* view_test.c: plain.h and view.h: which bytes are text, and where they came from. */
#include "expect/view.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

#include <stdlib.h>
#include <string.h>

/* The text of a stream that is cut at random, or whole when rng is NULL. */
static void plain_all(const char *data, size_t size, struct prng *rng, struct buf *out)
{
    struct plain p = {0};

    while (size > 0) {
        size_t part = rng == NULL ? size : 1 + prng_below(rng, 7);
        part = part < size ? part : size;
        const char *at = data;
        size_t left = part;
        while (left > 0) {
            struct plain_span span = plain_next(&p, at, left);
            size_t taken = span.skip + span.text;
            CHECK(taken > 0 && taken <= left);
            buf_add(out, at + span.skip, span.text);
            at += taken;
            left -= taken;
        }
        data += part;
        size -= part;
    }
}

static void test_plain_takes_out_escape_sequences_only(void)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"a\x1b[1;31mb",             "ab"                     },
        {"a\x1b[?2004h\x1b[0 qb",    "ab"                     },
        {"\x1b]0;title\x07x",        "x"                      },
        {"\x1b]8;;http://a\x1b\\x",  "x"                      },
        {"\x1bPq#0\nabc\x1b\\x",     "x"                      },
        {"\x1b(B\x1b=\x1b#8\x1b"
         "7x",              "x"                      },
        {"a\r\nb\tc\x07"
         "d",               "a\r\nb\tc\x07"
         "d"                            },
        {"\x1b[2\rKx",               "\rx"                    }, /* a control inside is carried out */
        {"\x1b[2\x18"
         "Kx",              "Kx"                     }, /* CAN breaks off */
        {"\x1b[2\x1b[3mx",           "x"                      }, /* ESC begins anew */
        {"\x1b]0;a\x18x",            "x"                      }, /* a string broken off, too */
        {"\x1b]0;a\x1ax",            "x"                      },
        {"\x1b]0;a\x1b[1mx",         "x"                      }, /* a string broken off by a CSI */
        {"\xc3\x9b"
         "31m\xe2\x9c\x93", "\xc3\x9b"
         "31m\xe2\x9c\x93"}, /* 0x9b is UTF-8 here */
        {"\x1b\x1b[1mx",             "x"                      },
        {"\x1b\x7fx\x1b(\x7fx",      "xx"                     }, /* DEL ends it */
        {"\x1b\x1fx\x1b(\x1fy",      "\x1f\x1f"               },
        {"\x1b\x80x",                "\x80x"                  },
        {"\x1b[\x80x",               "\x80x"                  },
        {"\x1b[1\x7f\x1f~x",         "\x1fx"                  },
        {"\x1b[@x\x1b[?mx",          "xx"                     },
        {"\x1b\x18x\x1b\x1ax",       "xx"                     },
        {"\x1b/x\x1b 0x",            "x"                      },
        {"\x1b([x",                  "x"                      },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out = BUF_INIT;
        plain_all(rows[i].in, strlen(rows[i].in), NULL, &out);
        CU_ASSERT_STRING_EQUAL(buf_text(&out), rows[i].out);
        buf_release(&out);
    }
}

/* Bytes that like to form sequences. */
static void fill_escapes(struct prng *rng, char *data, size_t size)
{
    static const char alphabet[] = "\x1b\x1b\x1b[[]]P\\\x07\x18;1mKab\r\n\xc3(";

    for (size_t i = 0; i < size; i++)
        data[i] = alphabet[prng_below(rng, sizeof(alphabet) - 1)];
}

static void test_plain_is_the_same_under_any_chunking(void)
{
    struct prng rng = prng_init(3);
    char data[300];

    for (int i = 0; i < 1000; i++) {
        struct buf whole = BUF_INIT;
        struct buf pieces = BUF_INIT;
        fill_escapes(&rng, data, sizeof(data));
        plain_all(data, sizeof(data), NULL, &whole);
        plain_all(data, sizeof(data), &rng, &pieces);
        CU_ASSERT(whole.size == pieces.size && whole.size > 0 &&
                  memcmp(whole.data, pieces.data, whole.size) == 0);
        buf_release(&whole);
        buf_release(&pieces);
    }
}

static void test_an_endless_sequence_becomes_text_at_the_limit(void)
{
    struct plain p = {0};
    char block[1024];
    size_t text = 0;
    size_t fed = 2;

    memset(block, 'x', sizeof(block));
    CHECK(plain_next(&p, "\x1b]", 2).skip == 2);
    for (int i = 0; i < 80; i++) {
        size_t left = sizeof(block);
        fed += left;
        while (left > 0) {
            struct plain_span span = plain_next(&p, block, left);
            text += span.text;
            left -= span.skip + span.text;
        }
    }
    CU_ASSERT_EQUAL(text, fed - PLAIN_SEQUENCE_BYTES_MAX);
    CU_ASSERT_EQUAL(p.overlong, 1);
}

static void test_view_maps_text_back_to_raw_offsets(void)
{
    struct view v;
    struct diag diag;
    uint64_t raw[2];

    CHECK(view_init(&v, 1024, &diag) == 0);
    CU_ASSERT_EQUAL(view_raw(&v, 0), 0);
    view_feed(&v, "ab\x1b[", 4);
    view_feed(&v, "1mcd\x1b[m", 7);
    CU_ASSERT_EQUAL(v.end, 4);
    CU_ASSERT(memcmp(view_text(&v, 0), "abcd", 4) == 0);
    CU_ASSERT_EQUAL(view_raw(&v, 1), 1);
    CU_ASSERT_EQUAL(view_raw(&v, 2), 6);
    CU_ASSERT_EQUAL(view_raw(&v, 4), 11);
    view_raw_range(&v, 1, 4, raw);
    CU_ASSERT(raw[0] == 1 && raw[1] == 8);
    view_raw_range(&v, 2, 2, raw);
    CU_ASSERT(raw[0] == 2 && raw[1] == 2); /* as it was before the escape came */
    view_raw_range(&v, 0, 0, raw);
    CU_ASSERT(raw[0] == 0 && raw[1] == 0);
    view_release(&v);
}

/* A byte that breaks a sequence off stands where it came. */
static void test_view_shows_what_breaks_a_sequence_off(void)
{
    static const char broken[] = "a\x1b[1\x80"
                                 "b\x1b\x1f"
                                 "c";
    struct view v;

    for (size_t cut = 0; cut <= sizeof(broken) - 1; cut++) {
        CHECK(view_init(&v, 64, NULL) == 0);
        view_feed(&v, broken, cut);
        view_feed(&v, broken + cut, sizeof(broken) - 1 - cut);
        CU_ASSERT_EQUAL_FATAL(v.end, 4); /* a control in it is carried out, and the c ends it */
        CU_ASSERT_EQUAL(memcmp(view_text(&v, 0),
                               "a\x80"
                               "b\x1f",
                               4),
                        0);
        CU_ASSERT_EQUAL(view_raw(&v, 1), 4);
        CU_ASSERT_EQUAL(view_raw(&v, 3), 7);
        view_release(&v);
    }
}

/* Of text behind an escape sequence, and of none. */
static void test_view_knows_where_text_begins_and_ends(void)
{
    struct view v;
    uint64_t raw[2];

    CHECK(view_init(&v, 4096, NULL) == 0);
    CU_ASSERT_EQUAL(view_find(&v, 0), 0);
    view_raw_range(&v, 0, 0, raw);
    CU_ASSERT(raw[0] == 0 && raw[1] == 0);
    view_feed(&v, "\x1b[1m", 4);
    CU_ASSERT_EQUAL(view_find(&v, 4), 0);
    CU_ASSERT_EQUAL(view_raw(&v, 0), 4);
    view_feed(&v, "abc", 3);
    CU_ASSERT_EQUAL(view_find(&v, 0), 0);
    CU_ASSERT_EQUAL(view_find(&v, 3), 0);
    CU_ASSERT_EQUAL(view_find(&v, 5), 1);
    view_raw_range(&v, 0, 1, raw);
    CU_ASSERT(raw[0] == 4 && raw[1] == 5);
    view_raw_range(&v, 1, 1, raw);
    CU_ASSERT(raw[0] == 5 && raw[1] == 5);
    view_raw_range(&v, 0, 3, raw);
    CU_ASSERT(raw[0] == 4 && raw[1] == 7);
    view_release(&v);
}

/* Where the next byte of text will come from is where what is held back begins. */
static void test_view_knows_what_is_held_back(void)
{
    struct termios modes = {.c_lflag = ISIG};
    struct view v;

    CHECK(view_init(&v, 4096, NULL) == 0);
    view_feed(&v, "> ", 2);
    CHECK(view_typed(&v, &modes, "ab\r", 3, 0) == 0);
    CU_ASSERT_EQUAL(view_raw(&v, v.end), 2);
    view_feed(&v, "ab", 2);
    CU_ASSERT_EQUAL(v.end, 2);
    CU_ASSERT_EQUAL(view_raw(&v, v.end), 2);
    view_settle(&v);
    CU_ASSERT_EQUAL(v.end, 4);
    CU_ASSERT_EQUAL(view_raw(&v, v.end), 4);
    CHECK(view_hide(&v, "xy", 2) == 0);
    view_feed(&v, "zx", 2);
    CU_ASSERT_EQUAL(v.end, 5);
    CU_ASSERT_EQUAL(view_raw(&v, v.end), 5);
    /* Two that follow each other are one range. */
    view_feed(&v, "yw", 2);
    CHECK(view_hide(&v, "k", 1) == 0);
    view_feed(&v, "k", 1);
    CHECK(view_hide(&v, "l", 1) == 0);
    view_feed(&v, "lm", 2);
    CU_ASSERT_EQUAL(v.hidden_count, 2);
    CU_ASSERT(v.hidden[0].begin == 5 && v.hidden[0].end == 7);
    CU_ASSERT(v.hidden[1].begin == 8 && v.hidden[1].end == 10);
    view_release(&v);
}

static void test_view_keeps_the_newest_text_and_its_offsets(void)
{
    struct view v;
    struct diag diag;
    struct prng rng = prng_init(4);
    uint64_t fed = 0;

    CHECK(view_init(&v, 256, &diag) == 0);
    for (int i = 0; i < 2000; i++) {
        char data[256];
        size_t size = 1 + prng_below(&rng, sizeof(data));
        for (size_t k = 0; k < size; k++)
            data[k] = (char)('a' + (fed + k) % 26);
        view_feed(&v, data, size);
        fed += size;
        CU_ASSERT_FATAL(v.end == fed);
        uint64_t begin = view_begin(&v);
        CU_ASSERT_FATAL(begin == (fed > 256 ? fed - 256 : 0));
        for (uint64_t at = begin; at < fed; at++)
            CU_ASSERT_FATAL(*view_text(&v, at) == (char)('a' + at % 26));
    }
    view_release(&v);
}

/* Text without gaps is one run, however long and in however many pieces. */
static void test_view_needs_one_run_for_what_has_no_gaps(void)
{
    struct view v;

    CHECK(view_init(&v, 1024, NULL) == 0);
    for (int i = 0; i < 10; i++)
        view_feed(&v, "ab", 2);
    CU_ASSERT_EQUAL(v.run_count, 1);
    view_feed(&v, "\x1b[m", 3);
    for (int i = 0; i < 10; i++)
        view_feed(&v, "c", 1);
    CU_ASSERT_EQUAL(v.run_count, 2);
    CU_ASSERT_EQUAL(view_raw(&v, 19), 19);
    CU_ASSERT_EQUAL(view_raw(&v, 20), 23);
    CU_ASSERT_EQUAL(view_raw(&v, 29), 32);
    view_release(&v);
}

static void test_view_forgets_the_oldest_gaps_at_the_limit(void)
{
    struct view v;
    struct diag diag;

    CHECK(view_init(&v, 8 * (size_t)VIEW_RUNS_MAX, &diag) == 0);
    for (int i = 0; i < VIEW_RUNS_MAX + 10; i++)
        view_feed(&v, "x\x1b[m", 4);
    CU_ASSERT_EQUAL(v.run_count, VIEW_RUNS_MAX);
    CU_ASSERT_EQUAL(view_raw(&v, v.end - 1), 4 * (v.end - 1));
    CU_ASSERT_EQUAL(view_raw(&v, 10), 40);
    CU_ASSERT_EQUAL(view_raw(&v, 0), 40);
    view_release(&v);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"plain",          test_plain_takes_out_escape_sequences_only        },
        {"plain chunking", test_plain_is_the_same_under_any_chunking         },
        {"sequence limit", test_an_endless_sequence_becomes_text_at_the_limit},
        {"map",            test_view_maps_text_back_to_raw_offsets           },
        {"ends",           test_view_knows_where_text_begins_and_ends        },
        {"keep limit",     test_view_keeps_the_newest_text_and_its_offsets   },
        {"broken off",     test_view_shows_what_breaks_a_sequence_off        },
        {"held back",      test_view_knows_what_is_held_back                 },
        {"one run",        test_view_needs_one_run_for_what_has_no_gaps      },
        {"runs limit",     test_view_forgets_the_oldest_gaps_at_the_limit    },
        CU_TEST_INFO_NULL,
    };
    return suite_run("view", tests);
}
