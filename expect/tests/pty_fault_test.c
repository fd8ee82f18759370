/* pty_fault_test.c: a terminal that is none, or fails, or never ends: a socket in its place. */
#include "expect/pty.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct rig {
    struct loop *loop;
    struct pty *pty;
    int master;    /* the pty's */
    int other;     /* the other end of the socket; -1: closed */
    size_t shown;  /* bytes */
    unsigned told; /* errors from the loop */
    struct diag diag;
};

static void on_data(void *user, const void *data, size_t size)
{
    struct rig *r = user;

    (void)data;
    r->shown += size;
}

static void on_error(void *user, const struct diag *diag)
{
    struct rig *r = user;

    r->told++;
    r->diag = *diag;
}

static void rig_open(struct rig *r, int slave)
{
    const struct pty_hooks hooks = {.on_data = on_data, .on_error = on_error, .user = r};
    int ends[2];

    *r = (struct rig){.told = 0};
    CHECK(loop_new(&r->loop, &r->diag) == 0);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    r->master = ends[0];
    r->other = ends[1];
    CHECK(pty_attach(r->loop, r->master, slave, &hooks, &r->pty, &r->diag) == 0);
}

static void other_close(struct rig *r)
{
    CHECK(close(r->other) == 0);
    r->other = -1;
}

static void rig_close(struct rig *r)
{
    pty_close(r->pty);
    if (r->other >= 0)
        other_close(r);
    loop_free(r->loop);
}

static void test_what_is_no_terminal_is_told_so(void)
{
    const struct termios before = {.c_cflag = CREAD};
    struct termios modes = before;
    struct diag diag;
    struct rig r;
    int slave = eventfd(0, EFD_CLOEXEC);

    CHECK(slave >= 0);
    rig_open(&r, slave);
    CU_ASSERT_EQUAL(pty_modes(r.pty, &modes, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "modes"));
    CU_ASSERT(modes.c_cflag == before.c_cflag && modes.c_lflag == before.c_lflag);
    CU_ASSERT_EQUAL(pty_signal_tiocsig(r.pty, SIGINT, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "signal"));
    CU_ASSERT_EQUAL(pty_foreground(r.pty, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "foreground"));
    CU_ASSERT_EQUAL(pty_input_pending(r.pty, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "unread input"));
    CU_ASSERT_EQUAL(pty_resize(r.pty, 24, 80, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "size"));
    rig_close(&r);
    rig_open(&r, -1);
    CU_ASSERT_EQUAL(pty_device(r.pty), 0);
    CU_ASSERT_EQUAL(pty_input_pending(r.pty, &diag), ERR_GONE);
    rig_close(&r);
}

static void test_a_terminal_that_cannot_be_made_is_told(void)
{
    static const struct {
        unsigned rows, columns;
        rlim_t files; /* more that can be opened */
        int rc;
        const char *text;
    } rows[] = {
        {24,    80,    9, 0,         ""                      },
        {24,    80,    1, ERR_IO,    "the slave"             },
        {24,    80,    0, ERR_IO,    "make a pseudo-terminal"},
        {65535, 65535, 9, 0,         ""                      },
        {65536, 80,    9, ERR_INPUT, "65536 rows"            },
        {24,    65536, 9, ERR_INPUT, "65536 columns"         },
        {0,     80,    9, ERR_INPUT, "0 rows"                },
        {24,    0,     9, ERR_INPUT, "0 columns"             },
    };
    struct rlimit before;

    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int ends[2] = {-1, -1};
        struct diag diag;
        int lowest = dup(0);
        CHECK(lowest >= 0 && close(lowest) == 0);
        struct rlimit limit = before;
        limit.rlim_cur = (rlim_t)lowest + rows[i].files;
        CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
        int rc = pty_open(rows[i].rows, rows[i].columns, &ends[0], &ends[1], &diag);
        CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
        CU_ASSERT_EQUAL(rc, rows[i].rc);
        CU_ASSERT_EQUAL(ends[0] >= 0 && ends[1] >= 0, rc == 0);
        CU_ASSERT_TRUE(rc == 0 || strstr(diag.text, rows[i].text) != NULL);
        for (int k = 0; k < 2 && rc == 0; k++)
            CHECK(close(ends[k]) == 0);
        int after = dup(0);
        CU_ASSERT_EQUAL(after, lowest); /* nothing stays open */
        CHECK(close(after) == 0);
    }
}

/* What cannot be watched stays as it was, and the caller's. */
static void test_what_cannot_be_watched_is_left_alone(void)
{
    const struct pty_hooks hooks = {.on_data = on_data};
    struct loop *loop;
    struct pty *pty = NULL;
    struct diag diag;
    int zeros = open("/dev/zero", O_RDWR | O_CLOEXEC);

    CHECK(zeros >= 0 && loop_new(&loop, &diag) == 0);
    CU_ASSERT_TRUE(pty_attach(loop, zeros, -1, &hooks, &pty, &diag) < 0);
    CU_ASSERT_EQUAL(fcntl(zeros, F_GETFL) & O_NONBLOCK, 0);
    CHECK(close(zeros) == 0);
    CU_ASSERT_EQUAL(pty_attach(loop, zeros, -1, &hooks, &pty, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "watch"));
    CU_ASSERT_PTR_NULL(pty);
    loop_free(loop);
}

/* The other side is gone, and has left unread what was typed: a reset. */
static void test_an_error_of_reading_is_told(void)
{
    struct diag diag;
    struct rig r;

    rig_open(&r, -1);
    CU_ASSERT_EQUAL(pty_write(r.pty, "x", 1, &diag), 0);
    other_close(&r);
    CU_ASSERT_EQUAL(pty_drain(r.pty, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "cannot read from the terminal"));
    CU_ASSERT_EQUAL(r.told, 0);
    /* Then it has ended, and is asked no more. */
    CU_ASSERT_EQUAL(pty_finish(r.pty, &diag), PTY_ENDED);
    CU_ASSERT_EQUAL(pty_drain(r.pty, &diag), 0);
    CU_ASSERT_EQUAL(pty_finish(r.pty, &diag), PTY_ENDED);
    CU_ASSERT_EQUAL(pty_write(r.pty, "x", 1, &diag), ERR_GONE);
    rig_close(&r);
    rig_open(&r, -1);
    CU_ASSERT_EQUAL(pty_write(r.pty, "x", 1, &diag), 0);
    other_close(&r);
    CU_ASSERT_EQUAL(pty_finish(r.pty, &diag), ERR_IO);
    rig_close(&r);
}

/* From the loop it is told once, and then nothing is watched. */
static void test_an_error_in_the_loop_is_told_once(void)
{
    struct diag diag;
    struct rig r;

    rig_open(&r, -1);
    CU_ASSERT_EQUAL(pty_write(r.pty, "x", 1, &diag), 0);
    other_close(&r);
    (void)loop_run_once(r.loop);
    CU_ASSERT_EQUAL(r.told, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.diag.text, "cannot read from the terminal"));
    (void)loop_run_nowait(r.loop);
    CU_ASSERT_EQUAL(r.told, 1);
    CU_ASSERT_EQUAL(pty_write(r.pty, "x", 1, &diag), ERR_GONE);
    CU_ASSERT_EQUAL(pty_finish(r.pty, &diag), PTY_ENDED);
    rig_close(&r);
}

/* One that stays, as of what can be waited for and never read, is told once all the same. */
static void test_an_error_that_stays_is_told_once(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    int inside = eventfd(1, EFD_CLOEXEC);
    int outside = epoll_create1(EPOLL_CLOEXEC);
    struct rig r = {.told = 0};
    const struct pty_hooks hooks = {.on_data = on_data, .on_error = on_error, .user = &r};

    CHECK(inside >= 0 && epoll_ctl(outside, EPOLL_CTL_ADD, inside, &event) == 0);
    CHECK(loop_new(&r.loop, &r.diag) == 0);
    CHECK(pty_attach(r.loop, outside, -1, &hooks, &r.pty, &r.diag) == 0);
    (void)loop_run_once(r.loop);
    CU_ASSERT_EQUAL(r.told, 1);
    for (int i = 0; i < 3; i++)
        (void)loop_run_nowait(r.loop);
    CU_ASSERT_EQUAL(r.told, 1);
    pty_close(r.pty);
    loop_free(r.loop);
    CHECK(close(inside) == 0);
}

static void on_time(struct loop_timer *t)
{
    bool *over = t->user;

    *over = true;
}

/* A hang-up can be read for ever. Once it is known nobody looks any more: the next turn is that of
 * the next timer. */
static void test_a_terminal_that_has_ended_wakes_nobody(void)
{
    bool over = false;
    struct loop_timer timer = {.on_time = on_time, .user = &over};
    unsigned turns = 0;
    struct diag diag;
    struct rig r;

    rig_open(&r, -1);
    other_close(&r);
    (void)loop_run_once(r.loop);
    CU_ASSERT_EQUAL(pty_write(r.pty, "x", 1, &diag), ERR_GONE);
    CHECK(loop_timer_start(r.loop, &timer, loop_now_ns() + INT64_C(30) * 1000 * 1000, &diag) == 0);
    for (; !over && turns < 1000; turns++)
        (void)loop_run_once(r.loop);
    CU_ASSERT_TRUE(turns <= 2);
    CU_ASSERT_EQUAL(r.told, 0);
    loop_timer_stop(&timer);
    rig_close(&r);
}

static void test_an_error_of_writing_is_told(void)
{
    struct diag diag;
    struct rig r;

    CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    rig_open(&r, -1);
    other_close(&r);
    CU_ASSERT_EQUAL(pty_write(r.pty, "", 0, &diag), 0); /* of nothing */
    CU_ASSERT_EQUAL(pty_write(r.pty, "x", 1, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "cannot type at the terminal"));
    CU_ASSERT_EQUAL(pty_finish(r.pty, &diag), PTY_ENDED);
    rig_close(&r);
    CHECK(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
}

/* Somebody writes without end, or more than is taken in one go. */
static void test_what_never_ends_is_cut_off(void)
{
    struct diag diag;
    struct rig r;
    int zeros = open("/dev/zero", O_RDONLY | O_CLOEXEC);

    CHECK(zeros >= 0);
    rig_open(&r, -1);
    CHECK(dup3(zeros, r.master, O_CLOEXEC) == r.master && close(zeros) == 0);
    CU_ASSERT_EQUAL(pty_drain(r.pty, &diag), ERR_FULL);
    CU_ASSERT_EQUAL(r.shown, PTY_DRAIN_BYTES_MAX);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "still shows more"));
    CU_ASSERT_EQUAL(pty_finish(r.pty, &diag), ERR_FULL);
    rig_close(&r);
}

static void test_a_turn_takes_so_much_and_not_more(void)
{
    static char bytes[64 * 1024];
    int room = 2 * PTY_TURN_BYTES_MAX;
    size_t written = 0;
    struct diag diag;
    struct rig r;

    rig_open(&r, -1);
    CHECK(setsockopt(r.other, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) == 0);
    for (ssize_t n = 0; n >= 0; written += n > 0 ? (size_t)n : 0)
        n = send(r.other, bytes, sizeof(bytes), MSG_DONTWAIT);
    (void)loop_run_nowait(r.loop);
    size_t turn = written < PTY_TURN_BYTES_MAX ? written : (size_t)PTY_TURN_BYTES_MAX;
    CU_ASSERT_TRUE(r.shown >= turn && r.shown <= turn + sizeof(bytes));
    CU_ASSERT_EQUAL(pty_drain(r.pty, &diag), 0);
    CU_ASSERT_EQUAL(r.shown, written);
    rig_close(&r);
}

int main(void)
{
    CU_pSuite s = suite_open("pty_fault", NULL, NULL);

    CU_ADD_TEST(s, test_what_is_no_terminal_is_told_so);
    CU_ADD_TEST(s, test_a_terminal_that_cannot_be_made_is_told);
    CU_ADD_TEST(s, test_what_cannot_be_watched_is_left_alone);
    CU_ADD_TEST(s, test_an_error_of_reading_is_told);
    CU_ADD_TEST(s, test_an_error_in_the_loop_is_told_once);
    CU_ADD_TEST(s, test_an_error_that_stays_is_told_once);
    CU_ADD_TEST(s, test_a_terminal_that_has_ended_wakes_nobody);
    CU_ADD_TEST(s, test_an_error_of_writing_is_told);
    CU_ADD_TEST(s, test_what_never_ends_is_cut_off);
    CU_ADD_TEST(s, test_a_turn_takes_so_much_and_not_more);
    return suite_close();
}
