/* addresses.h: which ACTOR@POINT#N have happened.
 *
 * Every record of the trace is counted once for its actor and once for `any`. */
#ifndef HARNESS_RUN_ADDRESSES_H
#define HARNESS_RUN_ADDRESSES_H

#include "harness/scenario/model.h"
#include "runtime/base/trace.h"

#include <stdbool.h>
#include <stdint.h>

struct addresses {
    uint32_t *count;  /* owned; [actor][point] */
    uint32_t *serial; /* owned; [actor][point]: the `any` number of the actor's last time there */
    uint32_t any[POINTS];
    uint32_t actors;
};

#define ADDRESSES_INIT ((struct addresses){0})

enum { ADDRESS_BYTES = 128 };

/* ACTOR@POINT#N in words of the scenario, in ADDRESS_BYTES. */
void address_text(const struct tree *tree, const struct address *a, char *out, size_t size);

/* Returns 0 or ERR_NOMEM. */
int addresses_start(struct addresses *a, uint32_t actors, struct diag *diag);
void addresses_release(struct addresses *a);

/* Counts a record. Records of the terminal and of the harness count for `any` only. */
void addresses_add(struct addresses *a, const struct trace_record *record);

/* How often `actor`, or any with ACTOR_NONE, has been at that point. */
uint32_t addresses_count(const struct addresses *a, uint16_t actor, uint16_t point);

/* True when the address has happened; `base` is its count when a relative one was first asked
 * for, so not above its count now, and ignored otherwise. */
bool addresses_happened(const struct addresses *a, const struct address *address, uint32_t base);

/* True when the address is where `actor` stands since its last record of `point`. */
bool addresses_here(const struct addresses *a, const struct address *address, uint16_t actor,
                    uint16_t point);

#endif
