/* schedule.h: what may happen next in the simulated world, as a list of transitions.
 *
 * schedule_list() lists every enabled transition in one canonical order; the seed picks one. The
 * time advances only when none is enabled, so no timeout is an accident of the order. */
#ifndef HARNESS_SIM_SCHEDULE_H
#define HARNESS_SIM_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim;

/* In the canonical order of what is enabled for one row. */
enum transition_kind {
    TAKE_BOOT,
    TAKE_RESUME,
    TAKE_CLOSE,
    TAKE_REPARENT,
    TAKE_SIGNAL,
    TAKE_ALARM,
    TAKE_THAW,
    TAKE_SWEEP,
    TAKE_FRAME_UP,
    TAKE_FRAME_DOWN,
    TAKE_EOF_UP,
    TAKE_EOF_DOWN,
    TAKE_CHILD_DEAD,
    TAKE_ADOPTED,
    TAKE_ADOPTED_DEAD,
    TAKE_TIMER,
    TAKE_TELL,
    TAKE_LINE,
    TAKE_HANGUP,
    TAKE_RUN_TIMER,
    TAKE_GRACE_OVER,
};

struct transition {
    uint16_t kind; /* enum transition_kind */
    uint16_t row;  /* whose process, or the child of the link */
    uint32_t arg;  /* signal, index of a timer */
};

struct schedule {
    struct transition *item; /* owned */
    size_t count;
    size_t room;
    bool failed; /* no memory for the list */
};

/* Lists what is enabled into s->schedule. */
void schedule_list(struct sim *s);

/* Takes one of the list. */
void schedule_take(struct sim *s, const struct transition *t);

/* The next moment at which something would be enabled by the time alone, or INT64_MAX. */
int64_t schedule_next_ns(const struct sim *s);

/* True when none of the actors waits for a time, but to watch over others who are all there. To be
 * asked when nothing is enabled. */
bool schedule_is_still(const struct sim *s);

#endif
