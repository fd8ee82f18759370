/* asciicast.h: writes what a terminal showed as an asciicast v2 file, which every player can play.
 *
 * One line of JSON for the header, one for each event: [seconds, "o", "text"]. Players need valid
 * UTF-8, terminals do not keep to it: an incomplete character waits for the next event of its
 * kind, an invalid byte becomes U+FFFD and is counted. So the text does not depend on how the
 * stream was cut. (asciicast v2; "m" are marks, "r" new sizes, "i" typed bytes.) */
#ifndef EXPECT_ASCIICAST_H
#define EXPECT_ASCIICAST_H

#include "runtime/base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A file does not grow for ever: past it events are dropped and counted, and a mark says so. */
enum { ASCIICAST_BYTES_MAX = 64 * 1024 * 1024 };

/* The beginning of a character that is still incomplete. */
struct asciicast_rest {
    unsigned char bytes[4];
    size_t size;
};

struct asciicast {
    FILE *out; /* lent */
    uint64_t bytes_max;
    uint64_t bytes;
    int64_t begin_ns;
    int64_t last_ns;
    struct asciicast_rest shown;
    uint64_t replaced; /* invalid bytes */
    uint64_t dropped;  /* events past the limit */
};

/* Writes the header. `begin_ns` is the caller's clock at second 0; `title` may be NULL. `out` is
 * lent until asciicast_end(). Write errors are kept by stdio and reported there. */
void asciicast_begin(struct asciicast *c, FILE *out, unsigned rows, unsigned cols,
                     const char *title, int64_t begin_ns);

/* What was shown. Times that go back count as the last one. */
void asciicast_shown(struct asciicast *c, int64_t at_ns, const void *data, size_t size);

void asciicast_mark(struct asciicast *c, int64_t at_ns, const char *label);
void asciicast_resized(struct asciicast *c, int64_t at_ns, unsigned rows, unsigned cols);

/* Writes what is held, flushes (does not close) the file. Returns 0, or ERR_IO when any write
 * failed. */
int asciicast_end(struct asciicast *c, struct diag *diag);

#endif
