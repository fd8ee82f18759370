/* stops.h: who of a command has stopped, and by which signal.
 *
 * Only its parent is told of that. So it is looked for, and what stays stopped for two looks is a
 * record: one that is let go at once is none of anybody's business. */
#ifndef HARNESS_REAL_STOPS_H
#define HARNESS_REAL_STOPS_H

#include "harness/real/real.h"
#include "runtime/base/procfs.h"

enum { STOPS_MAX = 64 }; /* that are not told yet, of one look; more are found by the next */

/* Zeroed: nobody was seen stopped. */
struct stops {
    unsigned look; /* under way, or the last */
    size_t count;
    struct stop {
        uint64_t start; /* with the pid an identity, as in procfs_stat */
        pid_t pid;
        unsigned look; /* that has seen it last */
        unsigned seen; /* in a row */
    } stop[STOPS_MAX];
};

/* Around a look of any kind: it shows each process that it finds. */
void stops_look_begin(struct stops *s);
void stops_see(struct stops *s, const struct real_world *r, pid_t pid,
               const struct procfs_stat *stat);

/* After it: who was stopped in the last looks, too, is noted, and who was and goes on. The first
 * process is left out, of which the guard tells. */
void stops_look_end(struct stops *s, struct real_world *r);

#endif
