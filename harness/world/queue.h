/* queue.h: the events of a world, and the queue in which they wait for a turn to give them.
 *
 * What an engine does is written to the trace at once; what the run is told about it waits here, in
 * the order in which events and records came. Records need no place: the trace has them. */
#ifndef HARNESS_WORLD_QUEUE_H
#define HARNESS_WORLD_QUEUE_H

#include "runtime/base/buf.h"
#include "runtime/base/err.h"
#include "runtime/base/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUEUE_EVENTS_MAX = 1 << 20 }; /* not yet given */

enum world_event_kind {
    WORLD_RECORD,  /* record was added to the trace; index says where */
    WORLD_HELD,    /* actor is held at point (its record came before); it waits for release */
    WORLD_OUTPUT,  /* data, size: the terminal has shown these bytes; lent */
    WORLD_KEY,     /* the press, or the signal to a group, that went on is done */
    WORLD_QUIET,   /* nothing can happen by itself: obligatory work is done, see world_want() */
    WORLD_SETTLED, /* the same but for some who never rest, and have had their turn */
    WORLD_EOF,     /* nobody has the terminal open any more, see enum spare */
    WORLD_STILL,   /* nor by time: no timer of the subject runs, see world_want() */
    WORLD_TIMER,   /* the time asked for by world_want() has come */
    WORLD_LINK,    /* the harm to the link of actor is done */
    WORLD_JOB,     /* the job has got the signals of a continue or a hang-up */
    WORLD_STOPPED, /* after world_stop() or the subject's own end: nothing is left. Last event. */
    WORLD_FAILED,  /* the engine itself failed: diag says why. world_stop() follows by the run */
};

struct world_event {
    enum world_event_kind kind;
    uint16_t actor;
    uint16_t point;
    size_t index;
    const struct trace_record *record;
    const char *data;
    size_t size;
    const struct diag *diag;
    const char *busy; /* WORLD_SETTLED: who is, "bash (412), make (77)"; lent */
};

/* An event that waits. */
struct queued {
    enum world_event_kind kind;
    uint16_t actor;
    uint16_t point;
    size_t after; /* given when so many records were given */
    size_t size;  /* WORLD_OUTPUT: bytes of `shown` */
};

/* Empty when zero. */
struct queue {
    struct queued *event; /* owned */
    size_t count;
    size_t at; /* the first that waits */
    size_t room;
    size_t records;   /* given */
    struct buf shown; /* output that waits */
    struct buf busy;  /* of WORLD_SETTLED, which is given before there is another */
    struct buf given; /* output that is being given: what is shown meanwhile must not move it */
    bool lost;        /* there was no room for an event */
    bool failed;      /* the engine has said so */
    bool told;        /* WORLD_FAILED was given */
    struct diag diag; /* its text */
};

struct world;

/* An event behind the records written so far. */
void queue_event(struct world *w, enum world_event_kind kind, uint16_t actor, uint16_t point);

/* WORLD_SETTLED, beside those. */
void queue_settled(struct world *w, const struct buf *busy);

/* The terminal has shown these bytes. They join the last event where nothing came in between. */
void queue_output(struct world *w, const void *data, size_t size);

/* The engine cannot go on: WORLD_FAILED is given with this text, once. */
void queue_fail(struct world *w, const struct diag *diag);

/* True when there is something to give. */
bool queue_waits(const struct world *w);

/* Gives everything that waits, what the handler causes too; a lost event is a failure. Of a trace
 * that is full the run sees for itself. Returns false when there was nothing. */
bool queue_give(struct world *w);

void queue_release(struct world *w);

#endif
