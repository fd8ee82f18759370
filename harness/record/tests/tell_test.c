/* tell_test.c: a recorded run in each form, from a file made by hand. */
#include "harness/record/format.h"
#include "harness/record/tell.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

static void number(struct buf *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        char byte = (char)(value >> (8 * i));
        buf_add(out, &byte, 1);
    }
}

static void item(struct buf *out, char kind, const void *data, size_t size)
{
    buf_add(out, &kind, 1);
    number(out, size, 4);
    buf_add(out, data, size);
}

/* A record of the trace; points are numbered as in points_item(). */
static void record(struct buf *out, int64_t ms, uint16_t actor, uint16_t point, uint16_t peer)
{
    struct buf p = BUF_INIT;

    number(&p, (uint64_t)ms * 1000000, 8);
    number(&p, 0, 8);
    number(&p, 0, 8);
    number(&p, 1, 4);
    number(&p, point, 2);
    number(&p, actor, 2);
    number(&p, peer, 2);
    item(out, ITEM_TRACE, p.data, p.size);
    buf_release(&p);
}

static void timed(struct buf *out, char kind, int64_t ms, const char *text)
{
    struct buf p = BUF_INIT;

    number(&p, (uint64_t)ms * 1000000, 8);
    buf_add_text(&p, text);
    item(out, kind, p.data, p.size);
    buf_release(&p);
}

/* Two leaves ask for the terminal; the first gets it, the second waits. Numbers of points are not
 * those of this build. */
static struct recording *made(void)
{
    static const char head[] = "id made[n=1]\nengine sim\nseed 0x1\nrows 10\ncolumns 40\n";
    static const char points[] = "dbg.enqueue\0dbg.grant_sent\0dbg.prompt\0dbg.free\0new.point\0";
    static const char verdict[] = "verdict\0FAIL\0message\0it failed\0digest\0ab\0";
    struct recording *r = NULL;
    struct buf b = BUF_INIT;
    struct buf p = BUF_INIT;
    struct diag diag = {0};

    buf_add(&b, RECORD_MAGIC, RECORD_MAGIC_BYTES);
    item(&b, ITEM_HEAD, head, sizeof(head) - 1);
    item(&b, ITEM_FILE, "scenarios/made.yaml\0scenario: 1\n", 32);
    item(&b, ITEM_POINTS, points, sizeof(points) - 1);
    number(&p, ACTOR_NONE, 2);
    buf_add(&p, "root", 5);
    number(&p, 0, 2);
    buf_add(&p, "a", 2);
    number(&p, 0, 2);
    buf_add(&p, "b", 2);
    item(&b, ITEM_CAST, p.data, p.size);
    buf_release(&p);
    timed(&b, ITEM_MARK, 0, "expect");
    record(&b, 1, 0, 0, 1);
    record(&b, 1, 0, 0, 2);
    record(&b, 2, 0, 1, 1);
    record(&b, 3, 1, 2, ACTOR_NONE);
    timed(&b, ITEM_OUTPUT, 3, "\x1b[1ma\x1b");
    timed(&b, ITEM_OUTPUT, 4, "[0m> \r\nx");
    timed(&b, ITEM_STEP, 5, "made.yaml:3 expect 'a> $'");
    record(&b, 6, 0, 3, 1);
    record(&b, 7, 9, 4, 2);
    item(&b, ITEM_VERDICT, verdict, sizeof(verdict) - 1);
    CU_ASSERT_EQUAL_FATAL(recording_parse(&b, "made", &r, &diag), 0);
    return r;
}

static void told_is(unsigned form, const char *wanted)
{
    struct recording *r = made();
    struct buf out = BUF_INIT;

    tell(form, r, &out);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), wanted);
    if (strcmp(buf_text(&out), wanted) != 0)
        (void)printf("\ngot:\n%s", buf_text(&out));
    buf_release(&out);
    recording_free(r);
}

#define HEAD                                        \
    "FAIL  made[n=1]\n"                             \
    "  it failed\n"                                 \
    "  engine      sim\n"                           \
    "  seed        0x1\n"                           \
    "  rows        10\n"                            \
    "  columns     40\n"                            \
    "  file        scenarios/made.yaml, 12 bytes\n" \
    "  digest      00000000000000ab\n"              \
    "\n"

#define NO_END "the record has no end: the run was killed, or its disk was full\n"

static void test_text_has_a_line_for_each_event(void)
{
    told_is(TELL_text, HEAD "    0.000  · expect\n"
                            "    0.001  root dbg.enqueue origin=a request=1 length=0\n"
                            "    0.001  root dbg.enqueue origin=b request=1 length=0\n"
                            "    0.002  root dbg.grant_sent origin=a request=1\n"
                            "    0.003  a dbg.prompt request=1\n"
                            "    0.003  │ a\n"
                            "    0.004  │ > \n"
                            "           │ x\n"
                            "    0.005  ✓ made.yaml:3 expect 'a> $'\n"
                            "    0.006  root dbg.free origin=a request=1\n"
                            "    0.007  ? ? peer?=b request?=1\n" NO_END);
}

static void test_lanes_have_a_column_for_each_actor_and_the_lock_in_the_margin(void)
{
    told_is(TELL_lanes,
            HEAD "     time  holder < queue  harness   root      a         b\n"
                 "    0.000  -               · expect\n"
                 "    0.001  - < a                     dbg.enqueue origin=a request=1 length=0\n"
                 "    0.001  - < a, b                  dbg.enqueue origin=b request=1 length=0\n"
                 "    0.002  a < b                     dbg.grant_sent origin=a request=1\n"
                 "    0.003  a < b                     │         dbg.prompt request=1\n"
                 "    0.003  a < b           > a       │         │\n"
                 "    0.004  a < b           > >       │         │\n"
                 "    0.004  a < b           > x       │         │\n"
                 "    0.005  a < b           ✓ made.yaml:3 expect 'a> $'\n"
                 "    0.006  - < b                     dbg.free origin=a request=1\n"
                 "    0.007  - < b           ? ? peer?=b request?=1\n" NO_END);
}

static void test_json_is_a_line_for_each_event(void)
{
    struct recording *r = made();
    struct buf out = BUF_INIT;

    tell(TELL_json, r, &out);
    const char *json = buf_text(&out);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(json, "{\"v\":1,\"ev\":\"head\",\"id\":\"made[n=1]\",\"engine\":\"sim\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(
        json, "\"ev\":\"file\",\"name\":\"scenarios/made.yaml\",\"text\":\"scenario: 1\\n\"}"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(json, "\"ev\":\"actor\",\"number\":1,\"name\":\"a\",\"parent\":\"root\"}"));
    CU_ASSERT_PTR_NOT_NULL(strstr(
        json,
        "\"ev\":\"record\",\"at_ns\":2000000,\"actor\":\"root\",\"point\":\"dbg.grant_sent\",\"peer\":\"a\",\"request\":1,"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(json, "\"ev\":\"output\",\"at_ns\":4000000,\"text\":\"[0m> \\r\\nx\"}"));
    CU_ASSERT_PTR_NOT_NULL(strstr(
        json,
        "\"ev\":\"verdict\",\"verdict\":\"FAIL\",\"digest\":\"00000000000000ab\",\"message\":\"it failed\"}"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(json, "{\"v\":1,\"ev\":\"end\",\"whole\":false,\"cut\":false}\n"));
    buf_release(&out);
    recording_free(r);
}

static void test_cast_can_be_played(void)
{
    told_is(TELL_cast, "{\"version\": 2, \"width\": 40, \"height\": 10, \"title\": \"made[n=1]\"}\n"
                       "[0.000000, \"m\", \"expect\"]\n"
                       "[0.003000, \"o\", \"\\u001b[1ma\\u001b\"]\n"
                       "[0.004000, \"o\", \"[0m> \\r\\nx\"]\n");
}

/* Goal: more actors than columns are told, too. */
static void test_lanes_have_a_limit(void)
{
    static const char points[] = "dbg.prompt\0";
    struct recording *r = NULL;
    struct buf b = BUF_INIT;
    struct buf p = BUF_INIT;
    struct buf out = BUF_INIT;
    struct diag diag = {0};

    buf_add(&b, RECORD_MAGIC, RECORD_MAGIC_BYTES);
    item(&b, ITEM_HEAD, "id x\n", 5);
    item(&b, ITEM_POINTS, points, sizeof(points) - 1);
    for (unsigned i = 0; i < TELL_LANES_MAX + 4; i++) {
        number(&p, i == 0 ? ACTOR_NONE : 0, 2);
        buf_addf(&p, "w.%u", i);
        buf_add(&p, "", 1);
    }
    item(&b, ITEM_CAST, p.data, p.size);
    buf_release(&p);
    record(&b, 1, TELL_LANES_MAX + 2, 0, ACTOR_NONE);
    CU_ASSERT_EQUAL_FATAL(recording_parse(&b, "many", &r, &diag), 0);
    tell(TELL_lanes, r, &out);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), " w.34 dbg.prompt request=1\n"));
    CU_ASSERT_PTR_NULL(strstr(buf_text(&out), "w.33"));
    buf_release(&out);
    recording_free(r);
}

int main(void)
{
    CU_pSuite suite = suite_open("tell", NULL, NULL);
    CU_add_test(suite, "text", test_text_has_a_line_for_each_event);
    CU_add_test(suite, "lanes", test_lanes_have_a_column_for_each_actor_and_the_lock_in_the_margin);
    CU_add_test(suite, "json", test_json_is_a_line_for_each_event);
    CU_add_test(suite, "cast", test_cast_can_be_played);
    CU_add_test(suite, "limit", test_lanes_have_a_limit);
    return suite_close();
}
