/* anchor_test.c: what the guard makes of the order to start, and what a report looks like. */
#include "harness/real/guard_anchor.h"
#include "harness/real/tests/real_test.h"
#include "runtime/base/check.h"
#include "runtime/base/fdpass.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/spawn.h"

#include <sys/socket.h>

/* ---- The order to start ---- */

enum { FDS = 3 };

struct order {
    struct guard_start start;
    char bytes[GUARD_START_BYTES_MAX];
    size_t size;
    struct guard_subject subject;
};

static void text_add(struct order *o, const char *text)
{
    memcpy(o->bytes + o->size, text, strlen(text) + 1);
    o->size += strlen(text) + 1;
}

/* Two arguments, one variable, two moves of three descriptors. */
static void order_make(struct order *o, const char *cwd)
{
    memset(o, 0, sizeof(*o));
    o->start = (struct guard_start){
        .kind = GUARD_START,
        .argc = 2,
        .envc = 1,
        .tty = FDS - 1,
        .move_count = 2,
        .move = {{FDS - 1, 0}, {0, SPAWN_FD_MAX}}
    };
    o->size = sizeof(o->start);
    text_add(o, "/bin/program");
    text_add(o, cwd);
    text_add(o, "program");
    text_add(o, "word");
    text_add(o, "A=b");
    o->subject.passed.count = FDS;
}

static bool parses(struct order *o)
{
    memcpy(o->bytes, &o->start, sizeof(o->start));
    return subject_parse(&o->subject, o->bytes, o->size);
}

static void test_an_order_is_taken_apart(void)
{
    static struct order o;

    order_make(&o, "/tmp");
    CU_ASSERT_TRUE(parses(&o));
    CU_ASSERT_STRING_EQUAL(o.subject.path, "/bin/program");
    CU_ASSERT_STRING_EQUAL(o.subject.cwd, "/tmp");
    CU_ASSERT_STRING_EQUAL(o.subject.argv[0], "program");
    CU_ASSERT_STRING_EQUAL(o.subject.argv[1], "word");
    CU_ASSERT_PTR_NULL(o.subject.argv[2]);
    CU_ASSERT_STRING_EQUAL(o.subject.envp[0], "A=b");
    CU_ASSERT_PTR_NULL(o.subject.envp[1]);
    CU_ASSERT_EQUAL(o.subject.start->kind, o.start.kind);
    CU_ASSERT_EQUAL(o.subject.start->argc, o.start.argc);
    CU_ASSERT_EQUAL(o.subject.start->move_count, o.start.move_count);
    order_make(&o, "");
    CU_ASSERT_TRUE(parses(&o));
    CU_ASSERT_PTR_NULL(o.subject.cwd); /* the harness's */
    order_make(&o, "x");
    CU_ASSERT_TRUE(parses(&o));
    CU_ASSERT_STRING_EQUAL(o.subject.cwd, "x");
}

/* Goal: whatever another build sends, nothing is read that was not sent. */
static void test_an_order_that_is_cut_or_too_long_is_refused(void)
{
    static struct order o;

    order_make(&o, "/tmp");
    size_t whole = o.size;
    for (o.size = 0; o.size < whole; o.size++)
        CU_ASSERT_FALSE(parses(&o));
    o.size = whole + 1;
    CU_ASSERT_FALSE(parses(&o));
    o.size = whole;
    CU_ASSERT_TRUE(parses(&o));
    /* Nor is what is as long as the numbers alone. */
    order_make(&o, "");
    o.size = sizeof(o.start);
    CU_ASSERT_FALSE(parses(&o));
}

static void test_numbers_that_cannot_be_are_refused(void)
{
    for (int i = 0; i < 8; i++) {
        static struct order o;
        order_make(&o, "/tmp");
        if (i == 0)
            o.start.kind = GUARD_START + 1;
        if (i == 1)
            o.start.argc = 0;
        if (i == 2)
            o.start.tty = FDS;
        if (i == 3)
            o.start.move_count = GUARD_MOVES_MAX + 1;
        if (i == 4)
            o.start.move[1].from = FDS;
        if (i == 5)
            o.start.move[0].to = SPAWN_FD_MAX + 1;
        if (i == 6)
            o.start.argc = 3; /* then a variable is missing */
        CU_ASSERT_EQUAL(parses(&o), i == 7);
    }
    /* Without an argument, but as many texts as are said. */
    static struct order o;
    order_make(&o, "/tmp");
    o.start.argc = 0;
    o.start.envc = 3;
    CU_ASSERT_FALSE(parses(&o));
}

static void test_as_many_as_there_may_be_and_no_more(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        static struct order o;
        order_make(&o, "/tmp");
        o.start.argc = GUARD_STRINGS_MAX + more;
        for (uint32_t i = 3; i < o.start.argc + 1; i++)
            text_add(&o, "x");
        CU_ASSERT_EQUAL(parses(&o), more == 0);
        order_make(&o, "/tmp");
        o.start.envc = GUARD_STRINGS_MAX + more;
        for (uint32_t i = 1; i < o.start.envc; i++)
            text_add(&o, "x=");
        CU_ASSERT_EQUAL(parses(&o), more == 0);
        order_make(&o, "/tmp");
        o.start.move_count = GUARD_MOVES_MAX;
        CU_ASSERT_TRUE(parses(&o));
    }
}

/* ---- Reports ---- */

static void report_goes(const char *text, size_t length, bool with_pidfd)
{
    const struct guard_report report = {.kind = GUARD_LEFT, .pid = 7, .status = 8, .value = 9};
    char bytes[sizeof(report) + (size_t)2 * GUARD_TEXT_BYTES];
    struct guard_report came;
    struct fdpass got;
    int pidfd = with_pidfd ? pidfd_of(getpid()) : -1;
    int pair[2];

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    report_send(pair[0], &report, pidfd, text);
    ssize_t size = fdpass_receive(pair[1], bytes, sizeof(bytes), MSG_DONTWAIT, &got);
    CU_ASSERT_EQUAL_FATAL(size, (ssize_t)(sizeof(report) + length));
    memcpy(&came, bytes, sizeof(came));
    CU_ASSERT_EQUAL(memcmp(&came, &report, sizeof(came)), 0);
    CU_ASSERT(length == 0 || memcmp(bytes + sizeof(report), text, length) == 0);
    CU_ASSERT_EQUAL(got.count, with_pidfd ? 1 : 0);
    fdpass_close(&got);
    CHECK(close(pair[0]) == 0 && close(pair[1]) == 0);
    if (with_pidfd)
        CHECK(close(pidfd) == 0);
}

static void test_a_report_brings_its_text_and_its_process(void)
{
    char text[2 * GUARD_TEXT_BYTES];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    report_goes(NULL, 0, false);
    report_goes("", 0, true);
    report_goes("why", 3, false);
    report_goes(text, GUARD_TEXT_BYTES - 1, true);
    text[GUARD_TEXT_BYTES - 1] = 0;
    report_goes(text, GUARD_TEXT_BYTES - 1, false);
    text[GUARD_TEXT_BYTES - 2] = 0;
    report_goes(text, GUARD_TEXT_BYTES - 2, false);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"order",   test_an_order_is_taken_apart                    },
        {"cut",     test_an_order_that_is_cut_or_too_long_is_refused},
        {"numbers", test_numbers_that_cannot_be_are_refused         },
        {"limits",  test_as_many_as_there_may_be_and_no_more        },
        {"report",  test_a_report_brings_its_text_and_its_process   },
        CU_TEST_INFO_NULL,
    };

    return suite_run("anchor", tests);
}
