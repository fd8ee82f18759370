/* schedule.h: what may happen next in the simulated world, as a table of transitions.
 *
 * schedule_list() lists every enabled transition in one canonical order; the seed picks one. The
 * time advances only when none is enabled, so no timeout is an accident of the order. */
#ifndef HARNESS_SIM_SCHEDULE_H
#define HARNESS_SIM_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim;

struct transition {
    uint16_t kind; /* row of the table */
    uint16_t row;  /* whose process, or the child of the link */
    uint32_t arg;  /* signal, index of a timer */
};

struct transition_kind {
    /* Appends what of this kind is enabled for a row. */
    void (*list)(struct sim *s, uint16_t kind, uint16_t row);
    void (*take)(struct sim *s, uint16_t row, uint32_t arg);
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

#endif
