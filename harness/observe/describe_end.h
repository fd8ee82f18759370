/* describe_end.h: how an actor ended, and by whose doing; for this folder only.
 *
 * Several records speak of one end: who sent the last signal, what the actor itself was told, the
 * status that was reaped. They are kept as they come and put into words when all are there. */
#ifndef HARNESS_OBSERVE_DESCRIBE_END_H
#define HARNESS_OBSERVE_DESCRIBE_END_H

#include "harness/observe/replay.h"
#include "runtime/base/buf.h"

/* What the records say about one actor's end. */
struct end_facts {
    int64_t status;       /* wait status; -1: not known */
    int64_t error_code;   /* of its result */
    int32_t own_signal;   /* its own code's mistake; 0: none */
    int32_t sent;         /* the last signal to it that ends a process; 0: none */
    uint16_t by;          /* who sent that: the harness, its parent, the root */
    uint16_t error_from;  /* where the error of its result came from; ACTOR_NONE: not relayed */
    uint8_t reason;       /* enum kill_reason of that, when an actor sent it */
    uint8_t cause;        /* enum cause of that */
    uint8_t cancel_cause; /* enum cause of its own cancel; CAUSE_NONE: it was not cancelled */
    uint8_t error;        /* enum error_kind of its result */
};

/* What has happened to all of them. */
struct end_story {
    bool interrupt; /* somebody pressed C-c at the terminal */
    bool quit;
    bool hung_up;
    bool stopped;            /* the harness ends what is left */
    struct end_facts fact[]; /* one for each of the cast */
};

/* For so many actors, with nothing known. Free with free(). NULL: no memory. */
struct end_story *end_story_new(size_t count);

/* Takes in a record, after `r` has. */
void end_story_take(struct end_story *s, const struct replay *r, const struct trace_record *rec);

/* "exited 1", "died by SIGKILL", or "dead" when nobody has seen the status. */
void end_how_add(const struct end_story *s, uint16_t actor, struct buf *out);

/* ", killed by mid: deadline"; nothing when it ended by itself and well. */
void end_why_add(const struct end_story *s, const struct replay *r, uint16_t actor,
                 struct buf *out);

#endif
