/* plain.h: which bytes of a terminal stream are text and which are escape sequences.
 *
 * A state machine over single bytes, so the answer cannot depend on how the stream was cut. An
 * escape sequence is CSI (ESC [ ... final), OSC (ESC ] ... BEL or ESC \), DCS, SOS, PM, APC (ESC P
 * X ^ _ ... ESC \) or a short one (ESC, intermediates, final). Everything else is text, carriage
 * returns, line feeds and other controls included; controls inside a CSI are text too, for a
 * terminal carries them out. Bytes above 0x7f are never controls: they belong to UTF-8.
 * (ECMA-48 5.4, 8.3; xterm's ctlseqs for strings ended by BEL, CAN and SUB.) */
#ifndef EXPECT_PLAIN_H
#define EXPECT_PLAIN_H

#include <stddef.h>
#include <stdint.h>

/* A sequence that is longer was never meant as one: from there on its bytes are text again. */
enum { PLAIN_SEQUENCE_BYTES_MAX = 64 * 1024 };

enum plain_state {
    PLAIN_TEXT,
    PLAIN_ESCAPE,        /* ESC was seen */
    PLAIN_SHORT,         /* ESC and intermediates */
    PLAIN_CSI,           /* ESC [ */
    PLAIN_STRING,        /* OSC, DCS, SOS, PM, APC */
    PLAIN_STRING_ESCAPE, /* ESC inside of a string: its end, or a new sequence */
};

/* Zeroed is the beginning of a stream. */
struct plain {
    enum plain_state state;
    size_t sequence_size; /* bytes of the sequence so far */
    uint64_t overlong;    /* sequences given up at PLAIN_SEQUENCE_BYTES_MAX */
};

/* Two neighbouring pieces of a stream: `skip` bytes of escapes, then `text` bytes of text. */
struct plain_span {
    size_t skip;
    size_t text;
};

/* Takes the first skip + text bytes off the data: at least one, at most `size` (size > 0). The
 * caller goes on with the rest. */
struct plain_span plain_next(struct plain *p, const void *data, size_t size);

#endif
