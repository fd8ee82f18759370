/* addresses.h: which ACTOR@POINT#N have happened.
 *
 * Only what the variant names is counted: a number for each row of its `counted`, to which the
 * loader has led every address. */
#ifndef HARNESS_RUN_ADDRESSES_H
#define HARNESS_RUN_ADDRESSES_H

#include "harness/scenario/model.h"
#include "harness/subject/role.h"
#include "runtime/base/trace.h"

#include <stdbool.h>
#include <stdint.h>

/* Flat: a copy of all its bytes goes on like the original. */
struct addresses {
    const struct counted *what; /* the variant's, lent */
    size_t rows;
    uint32_t count[]; /* one per row */
};

enum { ADDRESS_BYTES = 128 };

/* ACTOR@POINT#N in words of the scenario, in ADDRESS_BYTES. */
void address_text(const struct cast *cast, const struct address *a, char *out, size_t size);

/* The caller's to free(); NULL: no memory. */
struct addresses *addresses_new(const struct variant *v);

/* Counts a record for its actor and for any. `found`: of a command, who its roles are; else NULL.
 */
void addresses_add(struct addresses *a, const struct trace_record *record,
                   const struct roles_found *found);

/* How often that of the row has happened. */
uint32_t addresses_count(const struct addresses *a, uint16_t row);

/* How often anybody has been at that point; 0 when no address names any there. */
uint32_t addresses_anybody(const struct addresses *a, uint16_t point);

/* True when the address has happened; `base` is its count when a relative one was first asked
 * for, so not above its count now, and ignored otherwise. */
bool addresses_happened(const struct addresses *a, const struct address *address, uint32_t base);

#endif
