/* plain.c: the state machine behind plain.h. */
#include "expect/plain.h"

#include "runtime/base/check.h"

#include <stdbool.h>
#include <string.h>

enum { ESC = 0x1b, BEL = 0x07, CAN = 0x18, SUB = 0x1a };

/* Enters a state in which the sequence goes on, or PLAIN_TEXT, which ends it. */
static void plain_enter(struct plain *p, enum plain_state state)
{
    p->state = state;
    if (state == PLAIN_TEXT)
        p->sequence_size = 0;
}

/* Whether the byte behind an ESC opens a string: OSC, DCS, SOS, PM, APC. */
static bool opens_string(unsigned char byte)
{
    return byte == ']' || byte == 'P' || byte == 'X' || byte == '^' || byte == '_';
}

/* The byte behind an ESC. */
static bool plain_after_escape(struct plain *p, unsigned char byte)
{
    if (byte == '[')
        plain_enter(p, PLAIN_CSI);
    else if (opens_string(byte))
        plain_enter(p, PLAIN_STRING);
    else if (byte >= 0x20 && byte <= 0x2f)
        plain_enter(p, PLAIN_SHORT);
    else if (byte == ESC)
        plain_enter(p, PLAIN_ESCAPE);
    else if (byte >= 0x30 || byte == CAN || byte == SUB)
        plain_enter(p, PLAIN_TEXT); /* the final byte, or broken off */
    else
        return true; /* a control in the midst of a sequence is carried out */
    return byte >= 0x80;
}

static bool plain_in_csi(struct plain *p, unsigned char byte)
{
    if (byte == ESC) {
        plain_enter(p, PLAIN_ESCAPE);
        return false;
    }
    if (byte == CAN || byte == SUB || byte >= 0x80 || (byte >= 0x40 && byte <= 0x7e)) {
        plain_enter(p, PLAIN_TEXT);
        return byte >= 0x80;
    }
    return byte < 0x20;
}

static bool plain_in_short(struct plain *p, unsigned char byte)
{
    return plain_after_escape(p, byte == '[' || opens_string(byte) ? '0' : byte);
}

static void plain_in_string(struct plain *p, unsigned char byte)
{
    if (byte == ESC)
        plain_enter(p, PLAIN_STRING_ESCAPE);
    else if (byte == BEL || byte == CAN || byte == SUB)
        plain_enter(p, PLAIN_TEXT);
}

/* Takes one byte; true when it is text. */
static bool plain_byte(struct plain *p, unsigned char byte)
{
    if (p->state == PLAIN_TEXT && byte != ESC)
        return true;
    if (p->sequence_size == PLAIN_SEQUENCE_BYTES_MAX) {
        p->overlong++;
        plain_enter(p, PLAIN_TEXT);
        return plain_byte(p, byte);
    }
    p->sequence_size++;
    switch (p->state) {
    case PLAIN_TEXT:
        plain_enter(p, PLAIN_ESCAPE);
        return false;
    case PLAIN_ESCAPE:
        return plain_after_escape(p, byte);
    case PLAIN_SHORT:
        return plain_in_short(p, byte);
    case PLAIN_CSI:
        return plain_in_csi(p, byte);
    case PLAIN_STRING:
        plain_in_string(p, byte);
        return false;
    case PLAIN_STRING_ESCAPE:
        if (byte == '\\') {
            plain_enter(p, PLAIN_TEXT);
            return false;
        }
        /* The ESC broke the string off; this byte belongs to a sequence of its own. */
        plain_enter(p, PLAIN_ESCAPE);
        return plain_after_escape(p, byte);
    }
    CHECK(p == NULL); /* every state is above */
    return true;
}

struct plain_span plain_next(struct plain *p, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    struct plain_span span = {0};

    CHECK(size > 0);
    if (p->state == PLAIN_TEXT) {
        const unsigned char *escape = memchr(bytes, ESC, size);
        span.text = escape == NULL ? size : (size_t)(escape - bytes);
        if (span.text > 0)
            return span;
    }
    while (span.skip < size && !plain_byte(p, bytes[span.skip])) {
        span.skip++;
        if (p->state == PLAIN_TEXT)
            return span;
    }
    if (span.skip < size)
        span.text = 1;
    return span;
}
