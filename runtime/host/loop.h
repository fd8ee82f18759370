/* loop.h: the event loop, the one place that names libuv.
 *
 * Watchers and timers are structs of the caller, registered by address; the caller keeps the
 * memory until the watcher was stopped and the stop function returned (libuv's own handles live
 * inside the loop and are freed there). Callbacks run from loop_run*() only, never from inside
 * another loop_*() call. One thread. */
#ifndef RUNTIME_HOST_LOOP_H
#define RUNTIME_HOST_LOOP_H

#include "runtime/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct loop; /* opaque: loop_uv.c */
struct loop_watch_handle;
struct loop_timer_handle;

enum {
    LOOP_READABLE = 1,
    LOOP_WRITABLE = 2,
    LOOP_HANGUP = 4, /* reported, never asked for: error or hang-up */
};

/* One descriptor. Set fd, callback and user; the rest belongs to the loop. A descriptor may be
 * watched once per loop (dup it for a second watcher). */
struct loop_watch {
    int fd;
    void (*on_ready)(struct loop_watch *w, int ready);
    void *user;
    struct loop_watch_handle *handle;
};

/* One deadline. Set callback and user; the rest belongs to the loop. */
struct loop_timer {
    void (*on_time)(struct loop_timer *t);
    void *user;
    struct loop_timer_handle *handle;
};

/* Returns 0 and stores a loop, or ERR_LOOP. Free with loop_free() after every watch and timer
 * was stopped. */
int loop_new(struct loop **out, struct diag *diag);
void loop_free(struct loop *l);

/* CLOCK_MONOTONIC in nanoseconds, read now. */
int64_t loop_now_ns(void);

/* Starts, or changes what is asked for (LOOP_READABLE | LOOP_WRITABLE). Level-triggered. */
int loop_watch_start(struct loop *l, struct loop_watch *w, int want, struct diag *diag);
void loop_watch_stop(struct loop_watch *w);

/* Calls on_time once at the absolute time, or at once when that has passed. Starting again
 * replaces the deadline. libuv counts in milliseconds: up to 1 ms late, never early. */
int loop_timer_start(struct loop *l, struct loop_timer *t, int64_t at_ns, struct diag *diag);
void loop_timer_stop(struct loop_timer *t);

/* Waits for the next events and serves them; returns true while anything is watched. */
bool loop_run_once(struct loop *l);

/* Serves what is ready now, without waiting. */
bool loop_run_nowait(struct loop *l);

#endif
