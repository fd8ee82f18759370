/* tty_test.c: a prompt takes the terminal's modes, reads lines without blocking, and gives exactly
 * what it took. */
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <unistd.h>

enum { TURNS_MAX = 100000 };

struct fixture {
    struct loop *loop;
    struct tty tty;
    int master;
    int slave;
    uint8_t saved[TTY_MODES_BYTES];
    char line[CORE_LINE_BYTES_MAX];
    size_t size;
    int lines;
    int events;
    enum tty_event event;
};

static void on_line(void *user, const char *text, size_t size)
{
    struct fixture *x = user;

    CHECK(size <= sizeof(x->line));
    memcpy(x->line, text, size);
    x->size = size;
    x->lines++;
}

static void on_event(void *user, enum tty_event event)
{
    struct fixture *x = user;

    x->event = event;
    x->events++;
}

static void fixture_start(struct fixture *x)
{
    memset(x, 0, sizeof(*x));
    CHECK(loop_new(&x->loop, NULL) == 0);
    CHECK(openpty(&x->master, &x->slave, NULL, NULL, NULL) == 0);
    CHECK(fcntl(x->master, F_SETFL, O_NONBLOCK) == 0);
    x->tty.on_line = on_line;
    x->tty.on_event = on_event;
    x->tty.user = x;
    tty_open(&x->tty, x->loop, x->slave);
    CHECK(tty_modes(&x->tty, x->saved) == 0);
}

static void fixture_end(struct fixture *x)
{
    tty_close(&x->tty);
    loop_free(x->loop);
    if (x->master >= 0)
        close(x->master);
    close(x->slave);
}

static void type(struct fixture *x, const char *keys)
{
    CHECK(write(x->master, keys, strlen(keys)) == (ssize_t)strlen(keys));
}

/* Runs the loop until the count rises; a deadline of the test program ends a hang. */
static void wait_for(struct fixture *x, const int *count, int want)
{
    bool watched = true;

    while (*count < want) {
        CHECK(watched);
        watched = loop_run_once(x->loop);
    }
}

static void test_tty_takes_prompt_modes_and_gives_back_exactly_what_was(void)
{
    struct fixture x;
    struct termios odd;
    struct termios now;

    fixture_start(&x);
    /* A terminal that somebody has left in strange modes. */
    CHECK(tcgetattr(x.slave, &odd) == 0);
    odd.c_lflag &= ~(tcflag_t)(ICANON | ISIG | ECHO);
    odd.c_lflag |= ECHOCTL;
    odd.c_iflag &= ~(tcflag_t)ICRNL;
    odd.c_cc[VINTR] = 5;
    CHECK(tcsetattr(x.slave, TCSANOW, &odd) == 0);
    CHECK(tty_modes(&x.tty, x.saved) == 0);

    CU_ASSERT_EQUAL(tty_take(&x.tty, x.saved), 0);
    CHECK(tcgetattr(x.slave, &now) == 0);
    CU_ASSERT_EQUAL(now.c_lflag & (ICANON | ISIG | ECHO), ICANON | ISIG | ECHO);
    CU_ASSERT_EQUAL(now.c_lflag & ECHOCTL, 0);
    CU_ASSERT_EQUAL(now.c_cc[VINTR], 5);

    tty_give(&x.tty, x.saved);
    uint8_t after[TTY_MODES_BYTES];
    CHECK(tty_modes(&x.tty, after) == 0);
    CU_ASSERT_EQUAL(memcmp(after, x.saved, sizeof(after)), 0);
    fixture_end(&x);
}

static void test_tty_reads_lines_only_while_it_prompts(void)
{
    struct fixture x;

    fixture_start(&x);
    CHECK(tty_take(&x.tty, x.saved) == 0);
    type(&x, "early\r");
    for (int i = 0; i < 10; i++)
        (void)loop_run_nowait(x.loop);
    CU_ASSERT_EQUAL(x.lines, 0);
    tty_prompt(&x.tty, "leaf> ", 6);
    wait_for(&x, &x.lines, 1);
    CU_ASSERT_EQUAL(x.size, 5);
    CU_ASSERT_EQUAL(memcmp(x.line, "early", 5), 0);
    type(&x, "c\r");
    wait_for(&x, &x.lines, 2);
    CU_ASSERT_EQUAL(x.size, 1);
    type(&x, "\r");
    wait_for(&x, &x.lines, 3);
    CU_ASSERT_EQUAL(x.size, 0);
    tty_give(&x.tty, x.saved);
    CU_ASSERT_FALSE(loop_run_nowait(x.loop));
    fixture_end(&x);
}

static void test_tty_drops_a_half_typed_line_at_a_new_prompt(void)
{
    struct fixture x;

    fixture_start(&x);
    CHECK(tty_take(&x.tty, x.saved) == 0);
    tty_prompt(&x.tty, "> ", 2);
    type(&x, "ab\004"); /* the end-of-file key hands over a line without an end */
    while (x.tty.size < 2)
        CHECK(loop_run_once(x.loop));
    tty_prompt(&x.tty, "> ", 2);
    type(&x, "c\r");
    wait_for(&x, &x.lines, 1);
    CU_ASSERT_EQUAL(x.size, 1);
    CU_ASSERT_EQUAL(x.line[0], 'c');
    fixture_end(&x);
}

static void test_tty_cuts_a_line_that_is_too_long(void)
{
    struct fixture x;
    char keys[CORE_LINE_BYTES_MAX + 101];

    fixture_start(&x);
    CHECK(tty_take(&x.tty, x.saved) == 0);
    tty_prompt(&x.tty, "> ", 2);
    memset(keys, 'x', sizeof(keys));
    keys[sizeof(keys) - 2] = '\r';
    keys[sizeof(keys) - 1] = 0;
    type(&x, keys);
    wait_for(&x, &x.lines, 1);
    CU_ASSERT_EQUAL(x.size, CORE_LINE_BYTES_MAX);
    type(&x, "c\r");
    wait_for(&x, &x.lines, 2);
    CU_ASSERT_EQUAL(x.size, 1);
    fixture_end(&x);
}

static void test_tty_tells_the_end_of_input_from_a_hang_up(void)
{
    struct fixture x;

    fixture_start(&x);
    CHECK(tty_take(&x.tty, x.saved) == 0);
    tty_prompt(&x.tty, "> ", 2);
    type(&x, "\004");
    wait_for(&x, &x.events, 1);
    CU_ASSERT_EQUAL(x.event, TTY_EOF);
    tty_prompt(&x.tty, "> ", 2);
    close(x.master);
    x.master = -1;
    wait_for(&x, &x.events, 2);
    CU_ASSERT_EQUAL(x.event, TTY_HUP);
    CU_ASSERT_EQUAL(x.lines, 0);
    fixture_end(&x);
}

static void test_tty_queues_what_the_terminal_does_not_take(void)
{
    struct fixture x;
    char chunk[1000];
    size_t read_bytes = 0;
    size_t queued = 0;

    fixture_start(&x);
    memset(chunk, 'y', sizeof(chunk));
    /* Nobody reads: first the kernel fills, then the queue, then text is dropped. */
    for (int i = 0; i < 1000; i++)
        tty_write(&x.tty, chunk, sizeof(chunk));
    queued = x.tty.out.size;
    CU_ASSERT_TRUE(queued <= TTY_QUEUE_BYTES_MAX);
    CU_ASSERT_TRUE(queued + sizeof(chunk) > TTY_QUEUE_BYTES_MAX);
    for (int i = 0; i < TURNS_MAX && x.tty.out.size > 0; i++) {
        ssize_t got = read(x.master, chunk, sizeof(chunk));
        if (got > 0)
            read_bytes += (size_t)got;
        (void)loop_run_nowait(x.loop);
    }
    CU_ASSERT_EQUAL(x.tty.out.size, 0);
    for (ssize_t got = 1; got > 0; read_bytes += got > 0 ? (size_t)got : 0)
        got = read(x.master, chunk, sizeof(chunk));
    CU_ASSERT_TRUE(read_bytes >= queued);
    fixture_end(&x);
}

static void test_tty_without_a_terminal_refuses(void)
{
    struct fixture x;
    struct tty none = {0};
    uint8_t modes[TTY_MODES_BYTES] = {0};

    fixture_start(&x);
    tty_open(&none, x.loop, -1);
    CU_ASSERT_EQUAL(tty_modes(&none, modes), ERR_GONE);
    CU_ASSERT_EQUAL(tty_take(&none, modes), ERR_GONE);
    tty_give(&none, modes);
    tty_close(&none);
    /* And one whose other side is gone. */
    close(x.master);
    x.master = -1;
    CU_ASSERT_EQUAL(tty_take(&x.tty, x.saved), ERR_GONE);
    fixture_end(&x);
}

/* Goal: a log gets whole text while there is room, nothing when there is none, and a terminal that
 * is the standard error gets nothing. */
static void test_tty_log_spares_a_terminal_and_never_waits(void)
{
    struct fixture x;
    char text[1000];
    char back[2000];
    int end[2];
    int before = dup(STDERR_FILENO);

    fixture_start(&x);
    memset(text, 't', sizeof(text));
    CHECK(before >= 0 && pipe2(end, O_NONBLOCK) == 0);
    /* The writer's end waits, as a shell's pipe would. */
    CHECK(fcntl(end[1], F_SETFL, 0) == 0 && dup2(end[1], STDERR_FILENO) == STDERR_FILENO);
    tty_log(text, sizeof(text));
    CU_ASSERT_EQUAL(read(end[0], back, sizeof(back)), (ssize_t)sizeof(text));
    for (int i = 0; i < 200; i++)
        tty_log(text, sizeof(text));
    while (read(end[0], back, sizeof(back)) > 0)
        continue;
    CU_ASSERT_EQUAL(errno, EAGAIN);

    CHECK(dup2(x.slave, STDERR_FILENO) == STDERR_FILENO);
    tty_log(text, sizeof(text));
    CHECK(dup2(before, STDERR_FILENO) == STDERR_FILENO);
    CU_ASSERT_EQUAL(read(x.master, back, sizeof(back)), -1);
    CU_ASSERT_EQUAL(errno, EAGAIN);
    (void)close(before);
    (void)close(end[0]);
    (void)close(end[1]);
    fixture_end(&x);
}

int main(void)
{
    (void)alarm(60);
    CU_pSuite suite = suite_open("tty", NULL, NULL);
    CU_ADD_TEST(suite, test_tty_takes_prompt_modes_and_gives_back_exactly_what_was);
    CU_ADD_TEST(suite, test_tty_reads_lines_only_while_it_prompts);
    CU_ADD_TEST(suite, test_tty_drops_a_half_typed_line_at_a_new_prompt);
    CU_ADD_TEST(suite, test_tty_cuts_a_line_that_is_too_long);
    CU_ADD_TEST(suite, test_tty_tells_the_end_of_input_from_a_hang_up);
    CU_ADD_TEST(suite, test_tty_queues_what_the_terminal_does_not_take);
    CU_ADD_TEST(suite, test_tty_without_a_terminal_refuses);
    CU_ADD_TEST(suite, test_tty_log_spares_a_terminal_and_never_waits);
    return suite_close();
}
