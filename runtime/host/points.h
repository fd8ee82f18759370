/* points.h: an actor's side of control.h: reports points, waits where it is told to wait.
 *
 * The order of reports on the shared socket respects causality because each is sent, in full,
 * before the effect that it names. Orders are queued in the order in which they came and are
 * handled one by one by the host's main loop, never from inside an effect. */
#ifndef RUNTIME_HOST_POINTS_H
#define RUNTIME_HOST_POINTS_H

#include "runtime/base/err.h"
#include "runtime/base/trace.h"
#include "runtime/host/control.h"
#include "runtime/host/loop.h"

#include <stdbool.h>
#include <stdint.h>

enum { POINTS_ORDERS_MAX = 64 }; /* that wait; a harness that sends more is cut off */

struct points {
    bool on;
    uint16_t actor; /* who we are, as last reported */
    /* CONTROL_LINK has come, maybe while a point waits inside an effect: do it, step nothing. Set
     * after points_open(); NULL: such orders are answered and do nothing. */
    void (*on_harm)(void *user, uint16_t child, enum link_harm harm);
    void *user;
    int fd;     /* shared, to the harness */
    int orders; /* private, from the harness */
    int passed; /* the other end of it, until it was passed on; then -1 */
    struct loop_watch watch;
    unsigned order_first;
    unsigned order_count;
    struct control_order order[POINTS_ORDERS_MAX];
    uint8_t asks[(POINTS + 7) / 8];
};

/* Reads the points that ask from `hex`, the value of CONTROL_ENV (NULL: reporting stays off), and
 * reports on `fd`. Digits that are none and bits past POINTS count as not set. */
int points_open(struct points *p, struct loop *loop, const char *hex, int fd, struct diag *diag);

/* Reports one record; waits for CONTROL_GO when its point asks. */
void points_report(struct points *p, const struct trace_record *record);

/* The same from a signal handler, as the last report of this process: never waits. */
void points_last(struct points *p, const struct trace_record *record);

/* Answers CONTROL_PROBE. */
void points_idle(struct points *p, int64_t probe, const struct trace_record *record);

/* The first order that waits, or NULL; lent until points_pop(). */
const struct control_order *points_order(const struct points *p);
void points_pop(struct points *p);

void points_close(struct points *p);

#endif
