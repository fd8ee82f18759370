/* harm.h: what a fault can do to the link between an actor and its parent.
 *
 * One vocabulary for everybody concerned: a scenario names it, the harness orders it, the real host
 * does it to a socket, the simulator to a queue, and the trace says so. A link is named by its
 * child; `up` is the direction from the child to its parent. What was sent before the harm arrives
 * all the same, so the harm is one to what follows. */
#ifndef RUNTIME_BASE_HARM_H
#define RUNTIME_BASE_HARM_H

#include "runtime/base/names.h"

/* X(identifier, name) */
#define LINK_HARM_MAP(X)                                                                      \
    X(LINK_HARM_CUT, "cut")               /* both directions end */                           \
    X(LINK_HARM_HALF_CLOSE, "half-close") /* the direction ends */                            \
    X(LINK_HARM_TRUNCATE, "truncate")     /* the next frame is cut, and the direction ends */ \
    X(LINK_HARM_DUPLICATE, "duplicate")   /* the next frame comes twice */                    \
    X(LINK_HARM_DROP, "drop")             /* the next frame does not come */                  \
    X(LINK_HARM_DELAY, "delay")           /* nothing comes until it is resumed */             \
    X(LINK_HARM_RESUME, "resume")         /* what was delayed comes, and all that follows */

enum link_harm { LINK_HARM_MAP(ROW_ID) LINK_HARMS };

/* Which direction; SIDE_BOTH for a cut and a resume. */
#define SIDE_MAP(X) X(SIDE_BOTH, "both") X(SIDE_UP, "up") X(SIDE_DOWN, "down")

enum link_side { SIDE_MAP(ROW_ID) LINK_SIDES };

/* Names; static. */
const char *link_harm_name(unsigned harm); /* below LINK_HARMS */
const char *link_side_name(unsigned side); /* below LINK_SIDES */

#endif
