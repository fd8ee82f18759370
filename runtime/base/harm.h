/* harm.h: what a fault can do to the link between an actor and its parent.
 *
 * One table for everybody concerned: a scenario names a row, the harness orders it, the real host
 * does it to a socket, the simulator to a queue, and the trace says so; what an observer must know
 * of it stands in its row. A link is named by its child; `up` is the direction from the child to
 * its parent. What was sent before the harm arrives all the same, so the harm is one to what
 * follows. */
#ifndef RUNTIME_BASE_HARM_H
#define RUNTIME_BASE_HARM_H

#include "runtime/base/names.h"

#include <stdint.h>

/* What follows from a harm. */
enum link_trait {
    HARM_LOSES = 1,    /* what is sent then may never come */
    HARM_DELAYS = 2,   /* what is sent need not come for now */
    HARM_DROPS = 4,    /* a frame that was sent need not come */
    HARM_SKIPS = 8,    /* the numbers of what comes may have a gap or a repeat */
    HARM_RESUMES = 16, /* what was delayed comes; both ends have to do it */
    HARM_EITHER = 32,  /* either end can do it: the parent does when the child is stopped */
};

enum harm_way { BOTH_WAYS, ONE_WAY };

/* X(identifier, name, ONE_WAY or BOTH_WAYS, set of enum link_trait, what the fault does) */
#define LINK_HARM_MAP(X)                                                                           \
    X(LINK_HARM_CUT, "cut", BOTH_WAYS, HARM_LOSES | HARM_EITHER,                                   \
      "the link to the parent is cut: both directions end, behind what was sent before")           \
    X(LINK_HARM_HALF_CLOSE, "half-close", ONE_WAY, HARM_LOSES,                                     \
      "one direction of the link to the parent ends, behind what was sent before; up is from the " \
      "actor to its parent")                                                                       \
    X(LINK_HARM_TRUNCATE, "truncate", ONE_WAY, HARM_LOSES,                                         \
      "the next frame in that direction of the link to the parent is cut in the middle, and the "  \
      "direction ends")                                                                            \
    X(LINK_HARM_DUPLICATE, "duplicate", ONE_WAY, HARM_SKIPS,                                       \
      "the next frame in that direction of the link to the parent comes twice")                    \
    X(LINK_HARM_DROP, "drop", ONE_WAY, HARM_LOSES | HARM_DROPS | HARM_SKIPS,                       \
      "the next frame in that direction of the link to the parent is lost, what follows is not")   \
    X(LINK_HARM_DELAY, "delay", ONE_WAY, HARM_DELAYS,                                              \
      "what is sent in that direction of the link to the parent waits until `resume`")             \
    X(LINK_HARM_RESUME, "resume", BOTH_WAYS, HARM_RESUMES,                                         \
      "what was delayed on the link to the parent comes, in both directions")

enum link_harm { LINK_HARM_MAP(ROW_ID) LINK_HARMS };

/* Which direction; SIDE_BOTH for a harm of BOTH_WAYS. */
#define SIDE_MAP(X) X(SIDE_BOTH, "both") X(SIDE_UP, "up") X(SIDE_DOWN, "down")

enum link_side { SIDE_MAP(ROW_ID) LINK_SIDES };

/* Set of enum link_trait; 0 of a number that is no harm. */
unsigned link_harm_traits(int64_t harm);

#endif
