/* sim_link.h: one parent-child link: a byte queue each way that carries encoded frames.
 *
 * Each end closes on its own and sees the other's end on its own, after everything that was
 * queued before it. What a dead child has written is still read; what is written to an end that
 * is gone vanishes.
 *
 * A harm is done to a way at its writing end, as on a real socket: what is delayed has not left the
 * writer, so it is lost when that dies or when the way is cut. */
#ifndef HARNESS_SIM_SIM_LINK_H
#define HARNESS_SIM_SIM_LINK_H

#include "runtime/actor/frame.h"
#include "runtime/base/err.h"
#include "runtime/base/harm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINK_QUEUE_BYTES_MAX = 256 * 1024 }; /* one way; about what a socket holds */

enum sim_link_end { SIM_END_PARENT, SIM_END_CHILD };
enum { SIM_HARM_NONE = LINK_HARMS };

struct link_way {
    uint8_t *data; /* owned */
    size_t head;
    size_t size;
    size_t room;
    size_t held;    /* of size, at the back: the writer's, while the way is delayed */
    size_t partial; /* of size, at the back: the front of a frame whose rest never comes */
    uint8_t harm;   /* enum link_harm that the next frame is to suffer, or SIM_HARM_NONE */
    bool delayed;
    bool shut; /* the writer writes no more */
    bool gone; /* the reader has closed */
    bool eof_seen;
};

struct sim_link {
    struct link_way way[2]; /* by the end that reads */
    uint16_t parent;        /* row; which slot the child has there, or SLOT_NONE: forgotten */
    uint16_t slot;
};

/* A fresh link; memory of an earlier one is used again. The struct must be zeroed the first
 * time. */
void sim_link_open(struct sim_link *l, uint16_t parent, uint16_t slot);

/* Queues the frame for the end `to`. Returns ERR_FULL past LINK_QUEUE_BYTES_MAX and ERR_NOMEM. */
int sim_link_send(struct sim_link *l, enum sim_link_end to, const struct frame *frame);

/* A whole frame can be read now. */
bool sim_link_has_frame(const struct sim_link *l, enum sim_link_end end);

/* Takes the next frame; there must be one. */
void sim_link_receive(struct sim_link *l, enum sim_link_end end, struct frame *out);

/* This end writes no more. */
void sim_link_shut(struct sim_link *l, enum sim_link_end end);

/* This end is closed altogether; what it had not read is lost. */
void sim_link_close(struct sim_link *l, enum sim_link_end end);

/* The other end has closed, everything was read, and this end was not told yet. */
bool sim_link_at_eof(const struct sim_link *l, enum sim_link_end end);
void sim_link_eof_seen(struct sim_link *l, enum sim_link_end end);

/* Does harm to what is sent from now on; what was sent before arrives. */
void sim_link_harm(struct sim_link *l, enum link_harm harm, enum link_side side);

void sim_link_release(struct sim_link *l);

#endif
