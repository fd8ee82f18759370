/* loop_uv.c: loop.h on libuv; the only file that knows it.
 *
 * Three habits of libuv are hidden here. A handle may only be freed in its close callback, so each
 * lives in memory of its own and forgets its watch when that is stopped. uv_poll stops by itself
 * when the kernel reports an error on the descriptor, so it is started again unless the callback
 * has stopped it. Its clock counts whole milliseconds and may lag, so a deadline is rounded up. */
#include "runtime/base/check.h"
#include "runtime/host/loop.h"

#include <stdlib.h>
#include <time.h>
#include <uv.h>

enum { NS_PER_MS = 1000 * 1000 };

struct loop {
    uv_loop_t uv;
    unsigned watched; /* started watches and timers */
};

struct loop_watch_handle {
    uv_poll_t uv;
    struct loop *loop;
    struct loop_watch *watch; /* NULL once stopped */
    int want;
    int fd;
};

struct loop_timer_handle {
    uv_timer_t uv;
    struct loop *loop;
    struct loop_timer *timer; /* NULL once stopped */
};

int loop_new(struct loop **out, struct diag *diag)
{
    struct loop *l = calloc(1, sizeof(*l));

    if (l == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for an event loop");
    int rc = uv_loop_init(&l->uv);
    if (rc < 0) {
        free(l);
        return diag_set(diag, ERR_LOOP, "no event loop: %s", uv_strerror(rc));
    }
    *out = l;
    return 0;
}

void loop_free(struct loop *l)
{
    if (l == NULL)
        return;
    CHECK(l->watched == 0);
    /* Stopped handles are closed, and their close callbacks still have to run. */
    while (uv_loop_close(&l->uv) == UV_EBUSY)
        (void)uv_run(&l->uv, UV_RUN_NOWAIT);
    free(l);
}

int64_t loop_now_ns(void)
{
    struct timespec now;

    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void watch_ready(uv_poll_t *uv, int status, int events)
{
    struct loop_watch_handle *h = uv->data;
    int ready = 0;

    if (h->watch == NULL)
        return;
    if (status < 0) {
        /* The reader learns from its next read what is wrong, data that came before included. */
        ready = h->want | LOOP_HANGUP;
    } else {
        if ((events & UV_READABLE) != 0)
            ready |= LOOP_READABLE;
        if ((events & UV_WRITABLE) != 0)
            ready |= LOOP_WRITABLE;
        if ((events & UV_DISCONNECT) != 0)
            ready |= LOOP_HANGUP;
    }
    struct loop_watch *watch = h->watch;
    watch->on_ready(watch, ready);
    /* The handle outlives the callback in any case: it is freed in a later turn of the loop. */
    if (status < 0 && h->watch != NULL && uv_is_active((uv_handle_t *)uv) == 0)
        (void)loop_watch_start(h->loop, h->watch, h->want, NULL);
}

static void handle_closed(uv_handle_t *uv)
{
    free(uv->data);
}

static int watch_open(struct loop *l, struct loop_watch *w, struct diag *diag)
{
    struct loop_watch_handle *h = calloc(1, sizeof(*h));

    if (h == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a watch");
    int rc = uv_poll_init(&l->uv, &h->uv, w->fd);
    if (rc < 0) {
        free(h);
        return diag_set(diag, ERR_LOOP, "cannot watch descriptor %d: %s", w->fd, uv_strerror(rc));
    }
    h->uv.data = h;
    h->loop = l;
    h->watch = w;
    h->fd = w->fd;
    w->handle = h;
    l->watched++;
    return 0;
}

int loop_watch_start(struct loop *l, struct loop_watch *w, int want, struct diag *diag)
{
    int events = 0;

    CHECK((want & ~(LOOP_READABLE | LOOP_WRITABLE)) == 0);
    if (w->handle == NULL) {
        int rc = watch_open(l, w, diag);
        if (rc < 0)
            return rc;
    }
    struct loop_watch_handle *h = w->handle;
    CHECK(h != NULL);
    CHECK(h->fd == w->fd);
    if ((want & LOOP_READABLE) != 0)
        events |= UV_READABLE;
    if ((want & LOOP_WRITABLE) != 0)
        events |= UV_WRITABLE;
    h->want = want;
    int rc = uv_poll_start(&h->uv, events, watch_ready);
    if (rc < 0) {
        loop_watch_stop(w);
        return diag_set(diag, ERR_LOOP, "cannot watch descriptor %d: %s", w->fd, uv_strerror(rc));
    }
    return 0;
}

void loop_watch_stop(struct loop_watch *w)
{
    struct loop_watch_handle *h = w->handle;

    if (h == NULL)
        return;
    w->handle = NULL;
    h->watch = NULL;
    h->loop->watched--;
    uv_close((uv_handle_t *)&h->uv, handle_closed);
}

static void timer_due(uv_timer_t *uv)
{
    struct loop_timer_handle *h = uv->data;
    struct loop_timer *t = h->timer;

    if (t == NULL)
        return;
    /* Stopped before the callback, so that the callback may start it again. */
    loop_timer_stop(t);
    t->on_time(t);
}

int loop_timer_start(struct loop *l, struct loop_timer *t, int64_t at_ns, struct diag *diag)
{
    struct loop_timer_handle *h = t->handle;

    if (h == NULL) {
        h = calloc(1, sizeof(*h));
        if (h == NULL)
            return diag_set(diag, ERR_NOMEM, "no memory for a timer");
        (void)uv_timer_init(&l->uv, &h->uv); /* cannot fail */
        h->uv.data = h;
        h->loop = l;
        h->timer = t;
        t->handle = h;
        l->watched++;
    }
    /* libuv adds the delay to its own notion of now, which is never ahead of the clock: what
     * counts is the absolute millisecond, and that is rounded up. */
    uint64_t at_ms = at_ns <= 0 ? 0 : ((uint64_t)at_ns + NS_PER_MS - 1) / NS_PER_MS;
    uint64_t now_ms = uv_now(&l->uv);
    (void)uv_timer_start(&h->uv, timer_due, at_ms > now_ms ? at_ms - now_ms : 0, 0);
    return 0;
}

void loop_timer_stop(struct loop_timer *t)
{
    struct loop_timer_handle *h = t->handle;

    if (h == NULL)
        return;
    t->handle = NULL;
    h->timer = NULL;
    h->loop->watched--;
    uv_close((uv_handle_t *)&h->uv, handle_closed);
}

bool loop_run_once(struct loop *l)
{
    (void)uv_run(&l->uv, UV_RUN_ONCE);
    return l->watched > 0;
}

bool loop_run_nowait(struct loop *l)
{
    (void)uv_run(&l->uv, UV_RUN_NOWAIT);
    return l->watched > 0;
}
