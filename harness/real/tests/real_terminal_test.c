/* real_terminal_test.c: the subject's terminal as the world uses it, with nobody at the other end
 * but the test. */
#include "harness/real/tests/told_bench.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

enum { CTRL_C = 0x03, CTRL_E = 0x05, CTRL_Z = 0x1a, CTRL_BACKSLASH = 0x1c };

static void begin(struct bench *b)
{
    bench_open(b);
    bench_terminal(b);
}

static void modes_change(const struct bench *b, void (*change)(struct termios *modes))
{
    struct termios modes;

    CHECK(tcgetattr(b->slave, &modes) == 0);
    change(&modes);
    CHECK(tcsetattr(b->slave, TCSANOW, &modes) == 0);
}

static void isig_off(struct termios *modes)
{
    modes->c_lflag &= ~(tcflag_t)ISIG;
}

static void line_off(struct termios *modes)
{
    modes->c_lflag &= ~(tcflag_t)ICANON;
}

static void keys_moved(struct termios *modes)
{
    modes->c_cc[VINTR] = CTRL_E;
}

/* What the subject can read now, without waiting. */
static ssize_t slave_read(const struct bench *b, char *text, size_t size)
{
    CHECK(fcntl(b->slave, F_SETFL, O_NONBLOCK) == 0);
    return read(b->slave, text, size);
}

/* ---- Typing ---- */

static void test_what_is_typed_can_be_read_until_nobody_is_there(void)
{
    struct bench b;
    struct diag diag = {0};
    char text[16];

    begin(&b);
    uint64_t activity = b.r->activity;
    CU_ASSERT_EQUAL(terminal_type(b.r, "ab\r", 3, &diag), 0);
    CU_ASSERT(b.r->activity > activity);
    terminal_drain(b.r);
    CU_ASSERT_EQUAL(slave_read(&b, text, sizeof(text)), 3);
    /* What was typed that may be a signal is known; of what could not be typed it is not. */
    CU_ASSERT_EQUAL(b.world->typed, 0);
    CU_ASSERT_EQUAL(terminal_type(b.r, "a\x03\x1a", 3, &diag), 0);
    CU_ASSERT_EQUAL(b.world->typed, UINT64_C(1) << SIGINT | UINT64_C(1) << SIGTSTP);
    b.world->typed = 0;
    static char much[PTY_QUEUE_BYTES_MAX + 1];
    memset(much, 0x03, sizeof(much));
    CU_ASSERT_EQUAL(terminal_type(b.r, much, sizeof(much), &diag), ERR_FULL);
    CU_ASSERT_EQUAL(b.world->typed, 0);
    b.r->hung_up = true;
    CU_ASSERT_EQUAL(terminal_type(b.r, "x", 1, &diag), ERR_GONE);
    b.r->hung_up = false;
    terminal_finish(b.r);
    CU_ASSERT_EQUAL(terminal_type(b.r, "x", 1, &diag), ERR_GONE);
    terminal_drain(b.r); /* nothing */
    terminal_finish(b.r);
    bench_close(&b);
}

/* An end of file behind half a line needs two. */
static void test_the_end_of_the_input_is_read_as_one(void)
{
    for (int half = 0; half < 2; half++) {
        struct bench b;
        char text[16];
        begin(&b);
        if (half)
            CU_ASSERT_EQUAL(terminal_type(b.r, "ab", 2, NULL), 0);
        terminal_end_input(b.r);
        terminal_end_input(b.r); /* once */
        CU_ASSERT_TRUE(b.r->hung_up);
        terminal_drain(b.r);
        if (half)
            CU_ASSERT_EQUAL(slave_read(&b, text, sizeof(text)), 2);
        CU_ASSERT_EQUAL(slave_read(&b, text, sizeof(text)), 0);
        if (!half)
            CU_ASSERT_EQUAL(slave_read(&b, text, sizeof(text)), 0);
        CU_ASSERT_EQUAL(slave_read(&b, text, sizeof(text)), -1);
        bench_close(&b);
    }
}

static void test_who_reads_no_lines_reads_no_end(void)
{
    struct bench b;
    char text[16];

    begin(&b);
    modes_change(&b, line_off);
    terminal_end_input(b.r);
    CU_ASSERT_TRUE(b.r->hung_up);
    terminal_drain(b.r);
    CU_ASSERT_EQUAL(slave_read(&b, text, sizeof(text)), -1);
    bench_close(&b);
    bench_open(&b); /* without a terminal there is nothing to type at */
    terminal_end_input(b.r);
    CU_ASSERT_TRUE(b.r->hung_up);
    bench_close(&b);
}

static void test_what_was_shown_before_a_hang_up_is_not_lost(void)
{
    struct bench b;
    struct diag diag = {0};
    char byte;

    begin(&b);
    int slave = open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK(slave >= 0 && dup2(b.slave, slave) == slave);
    CHECK(write(slave, "last", 4) == 4);
    uint64_t activity = b.r->activity;
    CU_ASSERT_EQUAL(terminal_hang_up(b.r, &diag), 0);
    CU_ASSERT(b.r->activity > activity);
    CU_ASSERT_EQUAL(events(&b, WORLD_OUTPUT), 1);
    CU_ASSERT(b.r->hung_up && b.r->pty == NULL);
    CU_ASSERT_EQUAL(read(slave, &byte, 1), 0); /* the subject sees it */
    CU_ASSERT_EQUAL(terminal_hang_up(b.r, &diag), ERR_GONE);
    CHECK(close(slave) == 0);
    bench_close(&b);
}

/* ---- Keys ---- */

static void signals_are(const struct bench *b, bool tiocsig, uint8_t interrupt, int times)
{
    CU_ASSERT_EQUAL(terminal_signal_of(b->r, interrupt, tiocsig), times * SIGINT);
    CU_ASSERT_EQUAL(terminal_signal_of(b->r, CTRL_BACKSLASH, tiocsig), times * SIGQUIT);
    CU_ASSERT_EQUAL(terminal_signal_of(b->r, CTRL_Z, tiocsig), times * SIGTSTP);
    CU_ASSERT_EQUAL(terminal_signal_of(b->r, 'x', tiocsig), 0);
}

static void test_a_key_is_a_signal_by_the_modes_or_by_custom(void)
{
    struct bench b;

    begin(&b);
    CU_ASSERT_EQUAL(b.r->saved.c_cc[VINTR], CTRL_C);
    signals_are(&b, false, CTRL_C, 1);
    signals_are(&b, true, CTRL_C, 1);
    modes_change(&b, keys_moved);
    signals_are(&b, false, CTRL_E, 1);
    CU_ASSERT_EQUAL(terminal_signal_of(b.r, CTRL_C, false), 0);
    signals_are(&b, true, CTRL_C, 1);
    modes_change(&b, isig_off);
    signals_are(&b, false, CTRL_E, 0);
    signals_are(&b, true, CTRL_C, 1);
    terminal_finish(b.r);
    signals_are(&b, false, CTRL_C, 0); /* there is none to ask */
    signals_are(&b, true, CTRL_C, 1);
    bench_close(&b);
}

static void deleted(struct termios *modes)
{
    modes->c_cc[VINTR] = 0x7f;
}

/* Also where a user has put it on the key that deletes, as some have. */
static void test_the_key_that_deletes_may_be_a_signal(void)
{
    struct bench b;
    struct diag diag = {0};

    begin(&b);
    CU_ASSERT_EQUAL(terminal_type(b.r, "\x7f", 1, &diag), 0);
    CU_ASSERT_EQUAL(b.world->typed, 0);
    modes_change(&b, deleted);
    CU_ASSERT_EQUAL(terminal_type(b.r, "a\x7f", 2, &diag), 0);
    CU_ASSERT_EQUAL(b.world->typed, UINT64_C(1) << SIGINT);
    bench_close(&b);
}

static void test_a_signal_of_the_driver_is_an_event(void)
{
    struct bench b;
    struct diag diag = {0};

    begin(&b);
    uint64_t activity = b.r->activity;
    CU_ASSERT_EQUAL(terminal_signal(b.r, SIGINT, &diag), 0);
    CU_ASSERT_EQUAL(b.r->activity, activity + 1);
    CU_ASSERT_EQUAL(b.world->typed, UINT64_C(1) << SIGINT);
    CU_ASSERT_EQUAL(terminal_signal(b.r, SIGTERM, &diag), ERR_INPUT);
    bench_close(&b);
}

/* ---- Modes and the record lock ---- */

static void change_i(struct termios *modes)
{
    modes->c_iflag ^= IXON;
}

static void change_o(struct termios *modes)
{
    modes->c_oflag ^= ONLCR;
}

static void change_c(struct termios *modes)
{
    modes->c_cflag ^= CSTOPB;
}

static void change_l(struct termios *modes)
{
    modes->c_lflag ^= ECHO;
}

static void change_key(struct termios *modes)
{
    modes->c_cc[VSUSP] = CTRL_E;
}

static void test_whatever_is_changed_of_the_modes_is_seen(void)
{
    static void (*const changes[])(struct termios *) = {change_i, change_o, change_c, change_l,
                                                        change_key};
    enum { CHANGES = sizeof(changes) / sizeof(changes[0]) };
    struct bench b;
    int64_t digest[CHANGES + 1];

    begin(&b);
    for (int i = 0; i <= CHANGES; i++) {
        if (i > 0)
            modes_change(&b, changes[i - 1]);
        terminal_look(b.r);
        const struct trace_record *rec = record_at(&b, b.world->trace.count - 2);
        CU_ASSERT_EQUAL(rec->point, POINT_TTY_MODES);
        CU_ASSERT_EQUAL(rec->actor, ACTOR_TERMINAL);
        CU_ASSERT_EQUAL(rec->peer, ACTOR_NONE);
        CU_ASSERT_EQUAL(rec->value, i == 0);
        CU_ASSERT(rec->extra >= 0);
        digest[i] = rec->extra;
        for (int k = 0; k < i; k++)
            CU_ASSERT_NOT_EQUAL(digest[k], digest[i]);
        CU_ASSERT_EQUAL(record_last(&b)->point, POINT_BATON_SEEN);
    }
    terminal_finish(b.r);
    size_t count = b.world->trace.count;
    terminal_look(b.r);
    CU_ASSERT_EQUAL(b.world->trace.count, count + 1); /* of the lock alone */
    bench_close(&b);
}

/* The same modes have the same digest, in every run. */
static void test_a_digest_is_of_the_modes_alone(void)
{
    int64_t digest[2];

    for (int i = 0; i < 2; i++) {
        struct bench b;
        begin(&b);
        terminal_look(b.r);
        digest[i] = record_at(&b, 0)->extra;
        bench_close(&b);
    }
    CU_ASSERT_EQUAL(digest[0], digest[1]);
}

static void test_who_has_the_record_lock(void)
{
    struct bench b;
    struct diag diag;
    int pidfd;

    bench_open(&b);
    CU_ASSERT_EQUAL(terminal_holder(b.r), ACTOR_NONE);
    b.r->baton = baton_make(&diag);
    for (uint16_t i = 0; i < ACTORS; i++)
        b.r->process[i].pid = 0;
    CU_ASSERT_EQUAL(terminal_holder(b.r), ACTOR_NONE); /* nobody, not whose number is 0 */
    pid_t pid = holder_start(b.r->baton, &pidfd);
    CU_ASSERT_EQUAL(terminal_holder(b.r), ACTOR_NONE); /* a stranger */
    b.r->process[OTHER].pid = pid;
    CU_ASSERT_EQUAL(terminal_holder(b.r), OTHER);
    terminal_look(b.r);
    CU_ASSERT_EQUAL(record_last(&b)->peer, OTHER);
    CU_ASSERT_EQUAL(record_last(&b)->value, 0);
    CU_ASSERT_EQUAL(record_last(&b)->extra, 0);
    CHECK(close(pidfd) == 0);
    bench_close(&b);
    child_end(pid);
}

/* ---- The end ---- */

static void test_the_last_bytes_are_read(void)
{
    struct bench b;

    begin(&b);
    CHECK(write(b.slave, "last", 4) == 4);
    uint64_t activity = b.r->activity;
    uint64_t touched = b.r->touched;
    terminal_finish(b.r);
    CU_ASSERT(b.r->activity > activity && b.r->touched > touched);
    CU_ASSERT_PTR_NULL(b.r->pty);
    CU_ASSERT_EQUAL(events(&b, WORLD_OUTPUT), 1);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
    bench_close(&b);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"type",    test_what_is_typed_can_be_read_until_nobody_is_there},
        {"end",     test_the_end_of_the_input_is_read_as_one            },
        {"no end",  test_who_reads_no_lines_reads_no_end                },
        {"hang-up", test_what_was_shown_before_a_hang_up_is_not_lost    },
        {"key",     test_a_key_is_a_signal_by_the_modes_or_by_custom    },
        {"deletes", test_the_key_that_deletes_may_be_a_signal           },
        {"TIOCSIG", test_a_signal_of_the_driver_is_an_event             },
        {"modes",   test_whatever_is_changed_of_the_modes_is_seen       },
        {"digest",  test_a_digest_is_of_the_modes_alone                 },
        {"holder",  test_who_has_the_record_lock                        },
        {"last",    test_the_last_bytes_are_read                        },
        CU_TEST_INFO_NULL,
    };

    return suite_run("real_terminal", tests);
}
