/* control.h: how an actor under the harness reports points and is held at them.
 *
 * Every actor of a tree inherits one end of one seqpacket socket, descriptor CONTROL_FD, and sends
 * one struct control_report per message, so that the order of arrival respects causality. With its
 * first report an actor passes (SCM_RIGHTS) one end of a private seqpacket pair, on which the
 * harness sends struct control_order, and a pidfd of itself: in that order. At a point whose bit
 * is set in the environment's CONTROL_ENV the report says `asks`, and the actor waits, inside the
 * effect, for CONTROL_GO; orders of other kinds but CONTROL_LINK that arrive meanwhile wait too.
 * End of file on either socket switches reporting off and the actor goes on alone. Without the
 * environment variable nothing is reported: one predictable branch. */
#ifndef RUNTIME_HOST_CONTROL_H
#define RUNTIME_HOST_CONTROL_H

#include "runtime/base/harm.h"
#include "runtime/base/trace.h"

#include <stdint.h>

/* Descriptors at exec of an actor; everything else is closed. 0 is the null device, 1 and 2 are
 * inherited. */
enum {
    FD_LINK = 3,    /* to the parent; not in the root */
    FD_TTY = 4,     /* the terminal, in every actor when the root has one */
    FD_BATON = 5,   /* memory file for the record lock on its byte 0 */
    FD_TREE = 6,    /* actor-tree only: sealed memory file with a struct tree */
    FD_CONTROL = 7, /* under a harness only */
};

/* Hexadecimal bits of the points that ask, POINTS bits, least significant digit last; set (also to
 * "0") means: report. */
#define CONTROL_ENV "ACTOR_POINTS"
/* Set by a parent for its child: pid of the parent, decimal. */
#define CONTROL_ENV_PARENT "ACTOR_PARENT_PID"
/* The same: number of the child and of its parent, "5.3", for what it reports before it is told
 * everything by its first frame. */
#define CONTROL_ENV_ACTOR "ACTOR_ID"

enum control_kind {
    CONTROL_POINT,  /* record is a point of this actor */
    CONTROL_IDLE,   /* answer to CONTROL_PROBE: the loop has served all it had; record.value: probe,
                       record.extra: enum core_waits */
    CONTROL_HARMED, /* answer to CONTROL_LINK; record.value: the order's */
};

struct control_report {
    uint32_t kind; /* enum control_kind */
    uint32_t asks; /* 1: waits for CONTROL_GO */
    int32_t pid;
    uint32_t zero;
    struct trace_record record; /* at_ns on CLOCK_MONOTONIC, absolute; actor is filled in */
};

enum control_order_kind {
    CONTROL_GO,
    CONTROL_PROBE, /* value: number; answer CONTROL_IDLE when the loop has nothing else to do */
    CONTROL_TELL,  /* value: enum tell_op */
    CONTROL_LINK,  /* value: control_harm(): harm to this actor's end of a link; done at once, while
                      the actor is held at a point too, and answered by CONTROL_HARMED */
};

struct control_order {
    uint32_t kind; /* enum control_order_kind */
    uint32_t zero;
    int64_t value;
};

/* The link of `child` to its parent, and what becomes of it. */
static inline int64_t control_harm(uint16_t child, enum link_harm harm)
{
    return (int64_t)child * 256 + (int64_t)harm;
}

#endif
