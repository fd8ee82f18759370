/* sequence.h: the escape sequences of a terminal's stream, one after the other, taken apart.
 *
 * plain.h says where a sequence begins and ends, so the answer does not depend on how the stream
 * was cut; here its bytes are kept until it is whole. One that was broken off is none. Pure. */
#ifndef EXPECT_SEQUENCE_H
#define EXPECT_SEQUENCE_H

#include "expect/plain.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    SEQUENCE_BYTES_MAX = 1024, /* a longer one (an image, a clipboard) is passed over */
    SEQUENCE_NUMBERS_MAX = 32, /* of one CSI; more are passed over */
    SEQUENCE_NUMBER_MAX = 65535,
};

struct sequence {
    char open;   /* the byte behind ESC: [ of CSI, ] of OSC, P of DCS, X ^ _; 0: a short one */
    char prefix; /* of a CSI: ? > = < or 0 */
    char intermediate; /* the last one, 0x20 to 0x2f, or 0 */
    char final;        /* of a CSI or a short one; of a string how it ends: BEL or a backslash */
    unsigned number[SEQUENCE_NUMBERS_MAX]; /* of a CSI; 0 where left out */
    size_t count;
    const char *text; /* what stands in a string; lent until the next call */
    size_t size;
};

/* Zeroed is the beginning of a stream. */
struct sequences {
    struct plain plain;
    char open;
    bool cut; /* longer than is kept */
    size_t size;
    char kept[SEQUENCE_BYTES_MAX]; /* behind ESC and what opens it, without what ends a string */
};

/* Takes bytes off the front of the data until a sequence has ended: true, and it is in *out. False:
 * all were taken, and none has ended. */
bool sequence_next(struct sequences *q, const char **data, size_t *size, struct sequence *out);

/* The i-th number of a CSI, or `instead` where it is left out or 0. */
unsigned sequence_number(const struct sequence *s, size_t i, unsigned instead);

#endif
