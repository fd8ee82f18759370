/* loop_test.c: the loop keeps the promises of loop.h that libuv does not make by itself. */
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/loop.h"

#include <sys/socket.h>
#include <unistd.h>

struct fixture {
    struct loop *loop;
    struct loop_watch watch;
    struct loop_timer timer;
    int calls;
    int ready;
    int64_t at_ns;
    int64_t seen_ns;
};

static void fixture_start(struct fixture *f)
{
    *f = (struct fixture){0};
    CHECK(loop_new(&f->loop, NULL) == 0);
}

static void count_call(struct loop_watch *w, int ready)
{
    struct fixture *f = w->user;

    f->calls++;
    f->ready = ready;
    char byte = 0;
    ssize_t got = read(w->fd, &byte, 1);
    if (got <= 0)
        loop_watch_stop(w);
}

static void test_loop_serves_what_is_readable_and_ends_when_nothing_is_watched(void)
{
    struct fixture f;
    int end[2];

    fixture_start(&f);
    CHECK(pipe(end) == 0);
    f.watch = (struct loop_watch){.fd = end[0], .on_ready = count_call, .user = &f};
    CU_ASSERT_EQUAL(loop_watch_start(f.loop, &f.watch, LOOP_READABLE, NULL), 0);
    CU_ASSERT_TRUE(loop_run_nowait(f.loop));
    CU_ASSERT_EQUAL(f.calls, 0);

    CHECK(write(end[1], "ab", 2) == 2);
    close(end[1]);
    while (loop_run_once(f.loop)) {
    }

    /* Two bytes and the end of file. */
    CU_ASSERT_EQUAL(f.calls, 3);
    CU_ASSERT_EQUAL(f.ready & LOOP_READABLE, LOOP_READABLE);
    CU_ASSERT_FALSE(loop_run_nowait(f.loop));
    loop_free(f.loop);
    close(end[0]);
}

static void test_loop_reports_a_reset_link_instead_of_dropping_the_watch(void)
{
    struct fixture f;
    int end[2];

    fixture_start(&f);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, end) == 0);
    f.watch = (struct loop_watch){.fd = end[0], .on_ready = count_call, .user = &f};
    CHECK(loop_watch_start(f.loop, &f.watch, LOOP_READABLE, NULL) == 0);
    /* The peer closes with our byte unread: libuv gives its watcher up at this error. */
    CHECK(write(end[0], "x", 1) == 1);
    CHECK(write(end[1], "yz", 2) == 2);
    close(end[1]);

    while (loop_run_once(f.loop)) {
    }

    /* "y", "z", then ECONNRESET. */
    CU_ASSERT_EQUAL(f.calls, 3);
    loop_free(f.loop);
    close(end[0]);
}

static void refuse_call(struct loop_watch *w, int ready)
{
    (void)w;
    (void)ready;
    CU_FAIL("a stopped watch was called");
}

static void stop_other(struct loop_watch *w, int ready)
{
    struct loop_watch *other = w->user;

    (void)ready;
    loop_watch_stop(other);
    loop_watch_stop(w);
}

static void test_loop_never_calls_a_watch_that_another_one_stopped(void)
{
    struct loop *l = NULL;
    int end[2][2];

    CHECK(loop_new(&l, NULL) == 0);
    for (int i = 0; i < 2; i++) {
        CHECK(pipe(end[i]) == 0);
        CHECK(write(end[i][1], "x", 1) == 1);
    }
    struct loop_watch second = {.fd = end[1][0], .on_ready = refuse_call};
    struct loop_watch first = {.fd = end[0][0], .on_ready = stop_other, .user = &second};
    CHECK(loop_watch_start(l, &first, LOOP_READABLE, NULL) == 0);
    CHECK(loop_watch_start(l, &second, LOOP_READABLE, NULL) == 0);

    /* Whichever the kernel reports first: the order of start is the order of reports. */
    while (loop_run_once(l)) {
    }

    loop_free(l);
    for (int i = 0; i < 2; i++) {
        close(end[i][0]);
        close(end[i][1]);
    }
}

static void start_again(struct loop_watch *w, int ready)
{
    struct fixture *f = w->user;

    (void)ready;
    f->calls++;
    loop_watch_stop(w);
    if (f->calls < 3)
        CU_ASSERT_EQUAL(loop_watch_start(f->loop, w, LOOP_READABLE, NULL), 0);
}

static void test_loop_lets_a_watch_stop_and_start_inside_its_own_callback(void)
{
    struct fixture f;
    int end[2];

    fixture_start(&f);
    CHECK(pipe(end) == 0);
    CHECK(write(end[1], "x", 1) == 1);
    f.watch = (struct loop_watch){.fd = end[0], .on_ready = start_again, .user = &f};
    CHECK(loop_watch_start(f.loop, &f.watch, LOOP_READABLE, NULL) == 0);
    while (loop_run_once(f.loop)) {
    }
    CU_ASSERT_EQUAL(f.calls, 3);
    loop_free(f.loop);
    close(end[0]);
    close(end[1]);
}

static void note_time(struct loop_timer *t)
{
    struct fixture *f = t->user;

    f->seen_ns = loop_now_ns();
    f->calls++;
    CU_ASSERT_TRUE(f->seen_ns >= f->at_ns);
    if (f->calls < 40) {
        /* Odd distances, so that every fraction of a millisecond is asked for. */
        f->at_ns = f->seen_ns + INT64_C(77777) * f->calls;
        CHECK(loop_timer_start(f->loop, t, f->at_ns, NULL) == 0);
    }
}

static void test_loop_timer_is_never_early(void)
{
    struct fixture f;

    fixture_start(&f);
    f.timer = (struct loop_timer){.on_time = note_time, .user = &f};
    f.at_ns = loop_now_ns() + 1;
    CHECK(loop_timer_start(f.loop, &f.timer, f.at_ns, NULL) == 0);
    while (loop_run_once(f.loop)) {
    }
    CU_ASSERT_EQUAL(f.calls, 40);
    loop_free(f.loop);
}

static void refuse_time(struct loop_timer *t)
{
    (void)t;
    CU_FAIL("a stopped timer fired");
}

static void note_end(struct loop_timer *t)
{
    *(bool *)t->user = true;
}

static void test_loop_timer_can_be_moved_and_stopped(void)
{
    struct loop *l = NULL;
    bool ended = false;

    CHECK(loop_new(&l, NULL) == 0);
    struct loop_timer never = {.on_time = refuse_time};
    struct loop_timer moved = {.on_time = note_end, .user = &ended};
    int64_t now_ns = loop_now_ns();
    CHECK(loop_timer_start(l, &never, now_ns, NULL) == 0);
    CHECK(loop_timer_start(l, &moved, now_ns + INT64_C(3600) * 1000000000, NULL) == 0);
    CHECK(loop_timer_start(l, &moved, now_ns + 2000000, NULL) == 0);
    loop_timer_stop(&never);
    loop_timer_stop(&never);
    while (loop_run_once(l)) {
    }
    CU_ASSERT_TRUE(loop_now_ns() >= now_ns + 2000000);
    CU_ASSERT_PTR_NULL(moved.handle);
    loop_free(l);
}

static void test_loop_says_what_it_cannot_watch(void)
{
    struct fixture f;
    struct diag diag = {0};

    fixture_start(&f);
    f.watch = (struct loop_watch){.fd = 9999, .on_ready = refuse_call};
    CU_ASSERT_EQUAL(loop_watch_start(f.loop, &f.watch, LOOP_READABLE, &diag), ERR_LOOP);
    CU_ASSERT_NOT_EQUAL(diag.text[0], 0);
    CU_ASSERT_PTR_NULL(f.watch.handle);
    loop_free(f.loop);
}

int main(void)
{
    CU_pSuite suite = suite_open("loop", NULL, NULL);
    CU_ADD_TEST(suite, test_loop_serves_what_is_readable_and_ends_when_nothing_is_watched);
    CU_ADD_TEST(suite, test_loop_reports_a_reset_link_instead_of_dropping_the_watch);
    CU_ADD_TEST(suite, test_loop_never_calls_a_watch_that_another_one_stopped);
    CU_ADD_TEST(suite, test_loop_lets_a_watch_stop_and_start_inside_its_own_callback);
    CU_ADD_TEST(suite, test_loop_timer_is_never_early);
    CU_ADD_TEST(suite, test_loop_timer_can_be_moved_and_stopped);
    CU_ADD_TEST(suite, test_loop_says_what_it_cannot_watch);
    return suite_close();
}
