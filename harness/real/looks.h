/* looks.h: what several looks at a command say: whether it is at rest, when to look again, and
 * whether a key or a signal can go or was taken. Times are arguments; nothing here asks a clock.
 *
 * A key or a signal that comes before its handler is there proves nothing; so it waits until
 * everybody whom it will reach is at rest: whoever is about to install a handler runs. One that
 * never rests (it computes, or polls, or floods the terminal) is ready when it has met the signal
 * in the same way for a while of its own time, and for longer when that way is death by default.
 * Its waits are its own time too, as in turns.h: who writes faster than anybody reads waits most of
 * the time. (measured with interpreters: rest alone is right every time) */
#ifndef HARNESS_REAL_LOOKS_H
#define HARNESS_REAL_LOOKS_H

#include "harness/real/job_look.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    LOOKS = 3, /* that find the same: then it is at rest */
    LOOKS_CLOCK_FACTOR = 8,
};

#define LOOK_NS      (INT64_C(1) * 1000 * 1000) /* between two looks, at least */
#define LOOK_SLOW_NS (INT64_C(4) * 1000 * 1000) /* while they differ, in the end */
/* A while. */
#define LOOKS_BUSY_CAUGHT_NS  (INT64_C(250) * 1000 * 1000)
#define LOOKS_BUSY_DEFAULT_NS (INT64_C(1000) * 1000 * 1000)

struct looks {
    int64_t next_ns; /* when to look again; 0: at once */
    int64_t gap_ns;
    uint64_t activity; /* of the world, as of the last look */
    uint64_t digest;
    uint64_t group_digest;
    unsigned alike; /* and at rest, the last one included */
    unsigned group_alike;
    uint64_t met; /* how the group meets the signal */
    int64_t met_since_ns;
    uint64_t met_cpu_ns; /* the group's time on a processor then */
    int64_t own_ns;      /* since then, its own time between looks that have found it asleep */
    int64_t asleep_ns;   /* the last of these; 0: none, or it has waited for a disk since */
    int64_t asleep_queued_ns;
};

/* A press begins: nothing that was seen before counts. */
void looks_begin(struct looks *l);

/* It was sent: the group begins anew. */
void looks_sent(struct looks *l);

/* Takes a look in that was made just now. */
void looks_add(struct looks *l, const struct job_look *look, uint64_t activity, int64_t now_ns);

/* All of it is at rest. */
bool looks_rest(const struct looks *l);

/* By the last look: whoever the press will reach is ready for it. Nobody to be reached: then
 * whoever may come to be is waited for. */
bool looks_ready(const struct looks *l, const struct job_look *look, int64_t now_ns);

/* By the last look: everybody has had it, or will not take it soon. */
bool looks_taken(const struct looks *l, const struct job_look *look);

#endif
