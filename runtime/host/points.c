/* points.c: reports and orders. */
#include "runtime/host/points.h"

#include "runtime/base/check.h"
#include "runtime/base/fdpass.h"
#include "runtime/base/pidfd.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void points_off(struct points *p)
{
    p->on = false;
    loop_watch_stop(&p->watch);
}

static void report_send(struct points *p, struct control_report *report);

/* Takes one order off the socket. Returns 1 with an order, 0 when there is none now, -1 when
 * there will be none any more. */
static int order_receive(struct points *p, struct control_order *order)
{
    for (;;) {
        ssize_t got = recv(p->orders, order, sizeof(*order), MSG_DONTWAIT);
        if (got == (ssize_t)sizeof(*order))
            return 1;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return 0;
        return -1;
    }
}

static void order_queue(struct points *p, const struct control_order *order)
{
    if (p->order_count == POINTS_ORDERS_MAX) {
        points_off(p);
        return;
    }
    p->order[(p->order_first + p->order_count) % POINTS_ORDERS_MAX] = *order;
    p->order_count++;
}

/* An order about a link does not wait. */
static void order_harm(struct points *p, const struct control_order *order)
{
    struct control_report report = {.kind = CONTROL_HARMED, .pid = getpid()};

    if (p->on_harm != NULL && order->value >= 0 && order->value % 256 < LINK_HARMS)
        p->on_harm(p->user, (uint16_t)(order->value / 256), (enum link_harm)(order->value % 256));
    report.record.actor = p->actor;
    report.record.peer = ACTOR_NONE;
    report.record.value = order->value;
    report_send(p, &report);
}

static void orders_ready(struct loop_watch *w, int ready)
{
    struct points *p = w->user;
    struct control_order order;

    (void)ready;
    int got = order_receive(p, &order);
    if (got < 0)
        points_off(p);
    else if (got > 0 && order.kind == CONTROL_LINK)
        order_harm(p, &order);
    else if (got > 0 && order.kind != CONTROL_GO)
        order_queue(p, &order);
}

static void asks_read(struct points *p, const char *hex)
{
    static const char values[] = "0123456789abcdef";
    size_t digits = strlen(hex);

    memset(p->asks, 0, sizeof(p->asks));
    for (size_t i = 0; i < digits; i++) {
        const char *digit = strchr(values, tolower((unsigned char)hex[digits - 1 - i]));
        unsigned value = digit != NULL ? (unsigned)(digit - values) : 0;
        for (unsigned bit = 0; bit < 4; bit++) {
            size_t which = i * 4 + bit;
            if ((value >> bit & 1) != 0 && which < POINTS)
                p->asks[which / 8] |= (uint8_t)(1U << which % 8);
        }
    }
}

int points_open(struct points *p, struct loop *loop, const char *hex, int fd, struct diag *diag)
{
    int end[2];

    *p = (struct points){.fd = fd, .orders = -1, .passed = -1};
    if (hex == NULL || fd < 0)
        return 0;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) < 0)
        return diag_errno(diag, ERR_IO, "cannot make a socket for the harness's orders");
    p->orders = end[0];
    p->passed = end[1];
    p->watch = (struct loop_watch){.fd = p->orders, .on_ready = orders_ready, .user = p};
    int rc = loop_watch_start(loop, &p->watch, LOOP_READABLE, diag);
    if (rc < 0) {
        points_close(p);
        return rc;
    }
    asks_read(p, hex);
    p->on = true;
    return 0;
}

/* Sends, with the two descriptors the first time. */
static void report_send(struct points *p, struct control_report *report)
{
    struct iovec part = {report, sizeof(*report)};
    int pass[2] = {p->passed, -1};
    unsigned count = p->passed >= 0 ? 2 : 0;

    if (count > 0) {
        pass[1] = pidfd_of(getpid());
        if (pass[1] < 0) {
            points_off(p);
            return;
        }
    }
    ssize_t sent = fdpass_send(p->fd, &part, 1, pass, count);
    for (unsigned i = 0; i < count; i++)
        (void)close(pass[i]);
    p->passed = -1;
    if (sent != (ssize_t)sizeof(*report))
        points_off(p);
}

/* Held: nothing else happens in this process but the recording of signals. */
static void report_wait(struct points *p)
{
    struct pollfd ready = {.fd = p->orders, .events = POLLIN};
    struct control_order order;

    while (p->on) {
        int got = order_receive(p, &order);
        if (got < 0)
            points_off(p);
        else if (got > 0 && order.kind == CONTROL_GO)
            break;
        else if (got > 0 && order.kind == CONTROL_LINK)
            order_harm(p, &order);
        else if (got > 0)
            order_queue(p, &order);
        else
            (void)poll(&ready, 1, -1);
    }
}

void points_report(struct points *p, const struct trace_record *record)
{
    if (__builtin_expect(!p->on, 1))
        return;
    CHECK(record->point < POINTS);
    p->actor = record->actor;
    struct control_report report = {.kind = CONTROL_POINT, .pid = getpid(), .record = *record};
    report.asks = p->asks[record->point / 8] >> (record->point % 8) & 1;
    report_send(p, &report);
    if (report.asks != 0)
        report_wait(p);
}

void points_last(struct points *p, const struct trace_record *record)
{
    struct control_report report = {.kind = CONTROL_POINT, .pid = getpid(), .record = *record};

    if (p->on)
        report_send(p, &report);
}

void points_idle(struct points *p, int64_t probe, const struct trace_record *record)
{
    struct control_report report = {.kind = CONTROL_IDLE, .pid = getpid(), .record = *record};

    if (!p->on)
        return;
    report.record.value = probe;
    report_send(p, &report);
}

const struct control_order *points_order(const struct points *p)
{
    return p->order_count > 0 ? &p->order[p->order_first] : NULL;
}

void points_pop(struct points *p)
{
    CHECK(p->order_count > 0);
    p->order_first = (p->order_first + 1) % POINTS_ORDERS_MAX;
    p->order_count--;
}

void points_close(struct points *p)
{
    p->on = false;
    loop_watch_stop(&p->watch);
    if (p->passed >= 0)
        (void)close(p->passed);
    if (p->orders >= 0)
        (void)close(p->orders);
    p->passed = -1;
    p->orders = -1;
}
