/* points_test.c: reports arrive in order, holds hold, and a harness that goes away holds nobody.
 * The actor is a forked process, the test is the harness. */
#include "runtime/base/check.h"
#include "runtime/base/procfs.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/points.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_MS = 10000 };

static void report(struct points *p, unsigned point, int64_t value)
{
    struct trace_record r = {.point = (uint16_t)point, .actor = 3, .peer = 4, .value = value};

    points_report(p, &r);
}

/* "1" at the digit of the point, zeros behind. */
static const char *hex_of(unsigned point)
{
    static char hex[POINTS / 4 + 2];

    (void)snprintf(hex, sizeof(hex), "%x%0*d", 1U << point % 4, (int)(point / 4), 0);
    if (point < 4)
        hex[1] = 0;
    return hex;
}

struct harness {
    int shared;
    int orders; /* of the actor, once it has passed it on */
    int pidfd;
    pid_t pid;
};

/* Forks an actor that runs `body` and exits with what it returns. */
static struct harness harness_start(const char *hex, int (*body)(struct points *p, struct loop *l))
{
    struct harness h = {.orders = -1, .pidfd = -1};
    int end[2];

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) == 0);
    h.pid = fork();
    CHECK(h.pid >= 0);
    if (h.pid == 0) {
        struct loop *l = NULL;
        struct points p;
        close(end[0]);
        CHECK(loop_new(&l, NULL) == 0);
        CHECK(points_open(&p, l, hex, end[1], NULL) == 0);
        int status = body(&p, l);
        points_close(&p);
        loop_free(l);
        _exit(status);
    }
    close(end[1]);
    h.shared = end[0];
    return h;
}

/* The next report, or false at the end. Descriptors that come with it are kept. */
static bool harness_next(struct harness *h, struct control_report *out)
{
    union {
        char space[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec bytes = {.iov_base = out, .iov_len = sizeof(*out)};
    struct msghdr message = {.msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = control.space,
                             .msg_controllen = sizeof(control.space)};
    struct pollfd ready = {.fd = h->shared, .events = POLLIN};

    CHECK(poll(&ready, 1, WAIT_MS) == 1);
    ssize_t got = recvmsg(h->shared, &message, MSG_CMSG_CLOEXEC);
    if (got <= 0)
        return false;
    CHECK(got == (ssize_t)sizeof(*out));
    const struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    if (c != NULL) {
        int pass[2];
        CU_ASSERT_EQUAL(h->orders, -1); /* only once */
        memcpy(pass, CMSG_DATA(c), sizeof(pass));
        h->orders = pass[0];
        h->pidfd = pass[1];
    }
    return true;
}

static void harness_order(struct harness *h, enum control_order_kind kind, int64_t value)
{
    struct control_order o = {.kind = kind, .value = value};

    CHECK(send(h->orders, &o, sizeof(o), MSG_NOSIGNAL) == (ssize_t)sizeof(o));
}

static int harness_end(struct harness *h)
{
    int status = -1;

    CHECK(waitpid(h->pid, &status, 0) == h->pid);
    close(h->shared);
    if (h->orders >= 0)
        close(h->orders);
    if (h->pidfd >= 0)
        close(h->pidfd);
    return status;
}

static int body_two(struct points *p, struct loop *l)
{
    (void)l;
    report(p, POINT_DBG_WANT, 1);
    report(p, POINT_DBG_PROMPT, 2);
    return 0;
}

static void test_points_are_off_without_the_environment(void)
{
    struct control_report r;
    struct harness h = harness_start(NULL, body_two);

    CU_ASSERT_FALSE(harness_next(&h, &r));
    CU_ASSERT_EQUAL(harness_end(&h), 0);
}

static void test_points_report_in_order_and_pass_the_descriptors_once(void)
{
    struct control_report r;
    struct harness h = harness_start("0", body_two);

    CHECK(harness_next(&h, &r));
    CU_ASSERT_EQUAL(r.kind, CONTROL_POINT);
    CU_ASSERT_EQUAL(r.asks, 0);
    CU_ASSERT_EQUAL(r.pid, h.pid);
    CU_ASSERT_EQUAL(r.record.point, POINT_DBG_WANT);
    CU_ASSERT_EQUAL(r.record.actor, 3);
    CU_ASSERT_EQUAL(r.record.value, 1);
    CU_ASSERT_TRUE(h.orders >= 0 && h.pidfd >= 0);
    CHECK(harness_next(&h, &r));
    CU_ASSERT_EQUAL(r.record.point, POINT_DBG_PROMPT);
    CU_ASSERT_FALSE(harness_next(&h, &r));
    struct pollfd dead = {.fd = h.pidfd, .events = POLLIN};
    CU_ASSERT_EQUAL(poll(&dead, 1, WAIT_MS), 1);
    CU_ASSERT_EQUAL(harness_end(&h), 0);
}

/* After the hold, says which orders came meanwhile. */
static int body_orders(struct points *p, struct loop *l)
{
    (void)l;
    report(p, POINT_DBG_PROMPT, 0);
    for (const struct control_order *o = points_order(p); o != NULL; o = points_order(p)) {
        report(p, POINT_USER, o->value + 100 * (int64_t)o->kind);
        points_pop(p);
    }
    return 0;
}

/* Goal: who is held uses no time. */
static void test_points_hold_asleep(void)
{
    struct control_report r;
    struct procfs_stat stat = {0};
    struct harness h = harness_start(hex_of(POINT_DBG_PROMPT), body_orders);

    CHECK(harness_next(&h, &r));
    for (int ms = 0; ms < WAIT_MS && stat.state != 'S'; ms++) {
        (void)poll(NULL, 0, 1);
        CHECK(procfs_stat(h.pid, &stat));
    }
    CU_ASSERT_EQUAL(stat.state, 'S');
    harness_order(&h, CONTROL_GO, 0);
    CU_ASSERT_FALSE(harness_next(&h, &r));
    CU_ASSERT_EQUAL(harness_end(&h), 0);
}

static void test_points_hold_until_go_and_keep_other_orders(void)
{
    struct control_report r;
    struct harness h = harness_start(hex_of(POINT_DBG_PROMPT), body_orders);

    CHECK(harness_next(&h, &r));
    CU_ASSERT_EQUAL(r.asks, 1);
    harness_order(&h, CONTROL_TELL, 5);
    harness_order(&h, CONTROL_PROBE, 6);
    /* Held: it cannot have exited, and says nothing more. */
    struct pollfd ready = {.fd = h.shared, .events = POLLIN};
    CU_ASSERT_EQUAL(poll(&ready, 1, 50), 0);
    harness_order(&h, CONTROL_GO, 0);
    CHECK(harness_next(&h, &r));
    CU_ASSERT_EQUAL(r.record.value, 100 * CONTROL_TELL + 5);
    CHECK(harness_next(&h, &r));
    CU_ASSERT_EQUAL(r.record.value, 100 * CONTROL_PROBE + 6);
    CU_ASSERT_FALSE(harness_next(&h, &r));
    CU_ASSERT_EQUAL(harness_end(&h), 0);
}

static void test_points_let_go_when_the_orders_end(void)
{
    struct control_report r;
    struct harness h = harness_start(hex_of(POINT_DBG_PROMPT), body_orders);

    CHECK(harness_next(&h, &r));
    close(h.orders);
    h.orders = -1;
    CU_ASSERT_EQUAL(harness_end(&h), 0);
}

static int body_many(struct points *p, struct loop *l)
{
    (void)l;
    for (int i = 0; i < 1000; i++)
        report(p, POINT_DBG_WANT, i);
    return p->on ? 1 : 0;
}

static void test_points_go_off_when_nobody_reads_reports(void)
{
    struct control_report r;
    struct harness h = harness_start("0", body_many);

    CHECK(harness_next(&h, &r));
    CHECK(shutdown(h.shared, SHUT_RDWR) == 0);
    CU_ASSERT_EQUAL(harness_end(&h), 0);
}

static void test_points_cut_off_a_harness_with_too_many_orders(void)
{
    struct control_report r;
    struct harness h = harness_start(hex_of(POINT_DBG_PROMPT), body_orders);

    CHECK(harness_next(&h, &r));
    for (int i = 0; i <= POINTS_ORDERS_MAX; i++)
        harness_order(&h, CONTROL_TELL, i);
    /* No GO was sent, and nothing more is reported. */
    CU_ASSERT_FALSE(harness_next(&h, &r));
    CU_ASSERT_EQUAL(harness_end(&h), 0);
}

static int body_loop(struct points *p, struct loop *l)
{
    report(p, POINT_DBG_WANT, 0);
    while (points_order(p) == NULL)
        (void)loop_run_once(l);
    struct trace_record r = {.actor = 3};
    points_idle(p, points_order(p)->value, &r);
    return 0;
}

static void test_points_take_orders_from_the_loop(void)
{
    struct control_report r;
    struct harness h = harness_start("0", body_loop);

    CHECK(harness_next(&h, &r));
    harness_order(&h, CONTROL_GO, 0); /* to somebody who is not held: dropped */
    harness_order(&h, CONTROL_PROBE, 42);
    CHECK(harness_next(&h, &r));
    CU_ASSERT_EQUAL(r.kind, CONTROL_IDLE);
    CU_ASSERT_EQUAL(r.record.value, 42);
    CU_ASSERT_EQUAL(r.record.actor, 3);
    CU_ASSERT_EQUAL(harness_end(&h), 0);
}

static int64_t harms; /* of body_harmed: what it was told, as the orders were */

static void on_harm(void *user, uint16_t child, enum link_harm harm)
{
    (void)user;
    harms = harms * 100000 + control_harm(child, harm);
}

/* Reports what it was told while it was held, then what its loop brought. */
static int body_harmed(struct points *p, struct loop *l)
{
    p->on_harm = on_harm;
    report(p, POINT_DBG_PROMPT, 0);
    report(p, POINT_USER, harms);
    harms = 0;
    while (harms == 0)
        (void)loop_run_once(l);
    report(p, POINT_USER, harms);
    return 0;
}

static void test_points_do_harm_at_once_and_say_so(void)
{
    struct control_report r;
    struct harness h = harness_start(hex_of(POINT_DBG_PROMPT), body_harmed);
    int64_t cut = control_harm(7, LINK_HARM_CUT);
    int64_t drop = control_harm(8, LINK_HARM_DROP);

    CHECK(harness_next(&h, &r));
    harness_order(&h, CONTROL_LINK, cut);
    CHECK(harness_next(&h, &r)); /* held all the same */
    CU_ASSERT_EQUAL(r.kind, CONTROL_HARMED);
    CU_ASSERT_EQUAL(r.record.value, cut);
    CU_ASSERT_EQUAL(r.record.actor, 3);
    harness_order(&h, CONTROL_LINK, drop);
    harness_order(&h, CONTROL_LINK, -1); /* answered, and nothing done */
    harness_order(&h, CONTROL_GO, 0);
    CHECK(harness_next(&h, &r) && harness_next(&h, &r));
    CU_ASSERT_EQUAL(r.kind, CONTROL_HARMED);
    CHECK(harness_next(&h, &r));
    CU_ASSERT_EQUAL(r.record.point, POINT_USER);
    CU_ASSERT_EQUAL(r.record.value, cut * 100000 + drop);
    harness_order(&h, CONTROL_LINK, drop);
    CHECK(harness_next(&h, &r));
    CU_ASSERT_EQUAL(r.kind, CONTROL_HARMED);
    CHECK(harness_next(&h, &r));
    CU_ASSERT_EQUAL(r.record.value, drop);
    CU_ASSERT_EQUAL(harness_end(&h), 0);
}

static void test_points_read_every_bit_of_the_set(void)
{
    struct loop *l = NULL;
    struct points p;
    int end[2];

    CHECK(loop_new(&l, NULL) == 0);
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) == 0);
    for (unsigned point = 0; point < POINTS; point++) {
        CHECK(points_open(&p, l, hex_of(point), end[1], NULL) == 0);
        unsigned set = 0;
        for (unsigned i = 0; i < POINTS; i++)
            set += (unsigned)p.asks[i / 8] >> i % 8 & 1U;
        CU_ASSERT_EQUAL(set, 1);
        CU_ASSERT_EQUAL(p.asks[point / 8] >> point % 8 & 1, 1);
        points_close(&p);
    }
    loop_free(l);
    close(end[0]);
    close(end[1]);
}

int main(void)
{
    CU_pSuite suite = suite_open("points", NULL, NULL);
    CU_ADD_TEST(suite, test_points_are_off_without_the_environment);
    CU_ADD_TEST(suite, test_points_report_in_order_and_pass_the_descriptors_once);
    CU_ADD_TEST(suite, test_points_hold_asleep);
    CU_ADD_TEST(suite, test_points_hold_until_go_and_keep_other_orders);
    CU_ADD_TEST(suite, test_points_let_go_when_the_orders_end);
    CU_ADD_TEST(suite, test_points_go_off_when_nobody_reads_reports);
    CU_ADD_TEST(suite, test_points_cut_off_a_harness_with_too_many_orders);
    CU_ADD_TEST(suite, test_points_take_orders_from_the_loop);
    CU_ADD_TEST(suite, test_points_do_harm_at_once_and_say_so);
    CU_ADD_TEST(suite, test_points_read_every_bit_of_the_set);
    return suite_close();
}
