/* asciicast_test.c: recordings that every player reads, however the stream was cut. */
#include "expect/asciicast.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdlib.h>
#include <string.h>

/* A cast in memory. */
struct tape {
    struct asciicast cast;
    FILE *file;
    char *text;
    size_t size;
};

static void tape_open(struct tape *t)
{
    t->file = open_memstream(&t->text, &t->size);
    CHECK(t->file != NULL);
    asciicast_begin(&t->cast, t->file, 24, 80, NULL, 1000);
}

static void tape_end(struct tape *t)
{
    struct diag diag;

    CU_ASSERT_EQUAL(asciicast_end(&t->cast, &diag), 0);
}

static void tape_close(struct tape *t)
{
    CHECK(fclose(t->file) == 0);
    free(t->text);
}

#define HEADER "{\"version\": 2, \"width\": 80, \"height\": 24}\n"

static void test_cast_writes_events_with_microseconds(void)
{
    struct tape t;

    tape_open(&t);
    asciicast_shown(&t.cast, 1000, "hi \"you\"\\\r\n\x1b[0m\x7f", 16);
    asciicast_shown(&t.cast, INT64_C(1500000) + 1000, "c\r", 2);
    asciicast_mark(&t.cast, INT64_C(12345678901) + 1000, "step 3");
    asciicast_resized(&t.cast, 5000, 30, 100);
    tape_end(&t);
    CU_ASSERT_STRING_EQUAL(t.text, HEADER
                           "[0.000000, \"o\", \"hi \\\"you\\\"\\\\\\r\\n\\u001b[0m\\u007f\"]\n"
                           "[0.001500, \"o\", \"c\\r\"]\n"
                           "[12.345678, \"m\", \"step 3\"]\n"
                           "[12.345678, \"r\", \"100x30\"]\n");
    CU_ASSERT_EQUAL(t.cast.replaced, 0);
    tape_close(&t);
}

static void test_cast_holds_half_a_character(void)
{
    struct tape t;

    tape_open(&t);
    asciicast_shown(&t.cast, 1000, "a\xe2\x9c", 3);
    asciicast_mark(&t.cast, 1000, "between");
    asciicast_shown(&t.cast, 1000, "\x93", 1);
    tape_end(&t);
    CU_ASSERT_STRING_EQUAL(t.text, HEADER "[0.000000, \"o\", \"a\"]\n"
                                          "[0.000000, \"m\", \"between\"]\n"
                                          "[0.000000, \"o\", \"\xe2\x9c\x93\"]\n");
    CU_ASSERT_EQUAL(t.cast.replaced, 0);
    tape_close(&t);
}

static void test_cast_replaces_and_counts_what_is_not_utf8(void)
{
    /* Latin-1, an overlong slash, a surrogate, above U+10FFFF. Every byte of each is invalid. */
    static const char *const bad[] = {"\xfc", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct tape t;
        tape_open(&t);
        for (const char *at = bad[i]; *at != 0; at++)
            asciicast_shown(&t.cast, 1000, at, 1);
        asciicast_shown(&t.cast, 1000, "x", 1);
        tape_end(&t);
        CU_ASSERT_EQUAL(t.cast.replaced, strlen(bad[i]));
        CU_ASSERT_PTR_NOT_NULL(strstr(t.text, "\xef\xbf\xbd"));
        CU_ASSERT_PTR_NULL(strstr(t.text, bad[i]));
        tape_close(&t);
    }
}

static void test_cast_end_gives_up_what_stays_incomplete(void)
{
    struct tape t;

    tape_open(&t);
    asciicast_shown(&t.cast, 1000, "\xe2\x9c", 2);
    tape_end(&t);
    CU_ASSERT_STRING_EQUAL(t.text, HEADER "[0.000000, \"o\", \"\xef\xbf\xbd\xef\xbf\xbd\"]\n");
    CU_ASSERT_EQUAL(t.cast.replaced, 2);
    tape_close(&t);
}

static void test_cast_stops_at_its_limit_and_says_so(void)
{
    struct tape t;

    tape_open(&t);
    t.cast.bytes_max = 100;
    for (int i = 0; i < 10; i++)
        asciicast_shown(&t.cast, 1000, "0123456789", 10);
    tape_end(&t);
    CU_ASSERT_EQUAL(t.cast.dropped, 9);
    CU_ASSERT_STRING_EQUAL(t.text, HEADER "[0.000000, \"o\", \"0123456789\"]\n"
                                          "[0.000000, \"m\", \"recording ends: limit reached\"]\n");
    tape_close(&t);
    /* To the last byte, and no more than once. */
    for (size_t room = 29; room <= 30; room++) {
        tape_open(&t);
        t.cast.bytes_max = t.cast.bytes + room;
        asciicast_shown(&t.cast, 1500001000, "0123456789", 10);
        asciicast_shown(&t.cast, 1500001000, "x", 1);
        tape_end(&t);
        CU_ASSERT_EQUAL(t.cast.dropped, room < 30 ? 2 : 1);
        CU_ASSERT_STRING_EQUAL(
            t.text, room < 30 ? HEADER "[1.500000, \"m\", \"recording ends: limit reached\"]\n"
                              : HEADER "[1.500000, \"o\", \"0123456789\"]\n"
                                       "[1.500000, \"m\", \"recording ends: limit reached\"]\n");
        tape_close(&t);
    }
}

/* Goal: half a character from before the limit is no line of its own behind it. */
static void test_cast_ends_behind_its_limit_with_half_a_character(void)
{
    struct tape t;

    tape_open(&t);
    asciicast_shown(&t.cast, 1000, "a\xe2\x9c", 3);
    t.cast.bytes_max = t.cast.bytes;
    asciicast_mark(&t.cast, 1000, "too much");
    CU_ASSERT_EQUAL(t.cast.dropped, 1);
    tape_end(&t);
    CU_ASSERT_EQUAL(t.cast.dropped, 1);
    CU_ASSERT_EQUAL(t.cast.replaced, 0);
    tape_close(&t);
}

static void test_cast_has_a_title(void)
{
    struct tape t;

    t.file = open_memstream(&t.text, &t.size);
    CHECK(t.file != NULL);
    asciicast_begin(&t.cast, t.file, 24, 80, "a \"title\"", 0);
    tape_end(&t);
    CU_ASSERT_STRING_EQUAL(
        t.text,
        "{\"version\": 2, \"width\": 80, \"height\": 24, \"title\": \"a \\\"title\\\"\"}\n");
    tape_close(&t);
}

static void test_cast_reports_a_full_disk(void)
{
    struct asciicast c;
    struct diag diag;
    FILE *file = fopen("/dev/full", "w");

    CHECK(file != NULL);
    asciicast_begin(&c, file, 24, 80, "a \"title\"", 0);
    CU_ASSERT_EQUAL(asciicast_end(&c, &diag), ERR_IO);
    (void)fclose(file);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"events",           test_cast_writes_events_with_microseconds            },
        {"half a character", test_cast_holds_half_a_character                     },
        {"invalid bytes",    test_cast_replaces_and_counts_what_is_not_utf8       },
        {"incomplete end",   test_cast_end_gives_up_what_stays_incomplete         },
        {"limit",            test_cast_stops_at_its_limit_and_says_so             },
        {"limit in half",    test_cast_ends_behind_its_limit_with_half_a_character},
        {"title",            test_cast_has_a_title                                },
        {"full disk",        test_cast_reports_a_full_disk                        },
        CU_TEST_INFO_NULL,
    };
    return suite_run("cast", tests);
}
