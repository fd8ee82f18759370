/* addresses.h: which ACTOR@POINT#N have happened.
 *
 * Only what the variant names is counted: a few rows in place of a number for every point of every
 * actor, found by comparing. */
#ifndef HARNESS_RUN_ADDRESSES_H
#define HARNESS_RUN_ADDRESSES_H

#include "harness/scenario/model.h"
#include "runtime/base/trace.h"

#include <stdbool.h>
#include <stdint.h>

struct address_row {
    struct counted what;
    uint32_t count;
};

struct addresses {
    struct address_row *row; /* owned */
    size_t rows;
    uint8_t points[(POINTS + 7) / 8]; /* those that some row is about */
};

#define ADDRESSES_INIT ((struct addresses){0})

enum { ADDRESS_BYTES = 128 };

/* ACTOR@POINT#N in words of the scenario, in ADDRESS_BYTES. */
void address_text(const struct tree *tree, const struct address *a, char *out, size_t size);

/* Copies what is to be counted. Returns 0 or ERR_NOMEM. */
int addresses_start(struct addresses *a, const struct counted *counted, size_t count,
                    struct diag *diag);
void addresses_release(struct addresses *a);

/* Counts a record for its actor and for any. */
void addresses_add(struct addresses *a, const struct trace_record *record);

/* How often `actor`, or any with ACTOR_NONE, has been at that point; 0 when nobody asked for it. */
uint32_t addresses_count(const struct addresses *a, uint16_t actor, uint16_t point);

/* True when the address has happened; `base` is its count when a relative one was first asked
 * for, so not above its count now, and ignored otherwise. */
bool addresses_happened(const struct addresses *a, const struct address *address, uint32_t base);

#endif
