/* sequence.c: keeps the bytes of a sequence while plain.c goes through it. */
#include "expect/sequence.h"

#include <string.h>

enum { ESC = 0x1b, BEL = 0x07 };

static void sequence_open(struct sequences *q, char open)
{
    q->open = open;
    q->cut = false;
    q->size = 0;
}

static void sequence_keep(struct sequences *q, char byte)
{
    if (q->size == sizeof(q->kept))
        q->cut = true;
    else
        q->kept[q->size++] = byte;
}

/* Takes one byte that is not in the midst of text. True when it ends a sequence. */
static bool sequence_byte(struct sequences *q, char byte)
{
    enum plain_state before = q->plain.state;
    struct plain_span span = plain_next(&q->plain, &byte, 1);
    enum plain_state after = q->plain.state;

    if (span.text > 0)
        return false; /* a control on the way, or what broke it off */
    switch (after) {
    case PLAIN_ESCAPE:
        sequence_open(q, 0);
        return false;
    case PLAIN_CSI:
    case PLAIN_STRING:
        if (before == after)
            sequence_keep(q, byte);
        else
            sequence_open(q, byte);
        return false;
    case PLAIN_SHORT:
        if (before == PLAIN_STRING_ESCAPE)
            sequence_open(q, 0); /* the ESC broke the string off, and began this one */
        sequence_keep(q, byte);
        return false;
    case PLAIN_STRING_ESCAPE:
        return false;
    case PLAIN_TEXT:
        break;
    }
    if (before == PLAIN_STRING_ESCAPE && byte != '\\')
        sequence_open(q, 0);
    sequence_keep(q, byte);
    return true;
}

/* Numbers and what stands around them; a colon parts them as a semicolon does. */
static void csi_parse(const struct sequences *q, struct sequence *out)
{
    size_t at = 0;

    if (q->kept[at] >= 0x3c && q->kept[at] <= 0x3f)
        out->prefix = q->kept[at++];
    for (; at + 1 < q->size; at++) {
        char byte = q->kept[at];
        if (byte >= 0x20 && byte <= 0x2f)
            out->intermediate = byte;
        if (out->count == 0)
            out->count = 1;
        if ((byte == ';' || byte == ':') && ++out->count > SEQUENCE_NUMBERS_MAX)
            break;
        if (byte < '0' || byte > '9')
            continue;
        unsigned *number = &out->number[out->count - 1];
        *number = *number * 10 + (unsigned)(byte - '0');
        if (*number > SEQUENCE_NUMBER_MAX)
            *number = SEQUENCE_NUMBER_MAX;
    }
    if (out->count > SEQUENCE_NUMBERS_MAX)
        out->count = SEQUENCE_NUMBERS_MAX;
}

/* The last byte kept is the one that ends it. False when it is none: broken off, or too long. */
static bool sequence_parse(const struct sequences *q, struct sequence *out)
{
    char final = q->kept[q->size - 1];
    bool string = q->open != 0 && q->open != '[';

    if (q->cut || (string ? final != BEL && final != '\\' : (final < 0x30 || final > 0x7e)))
        return false;
    *out = (struct sequence){.open = q->open, .final = final};
    if (string) {
        out->text = q->kept;
        out->size = q->size - 1;
    } else if (q->open == '[') {
        csi_parse(q, out);
    } else if (q->size > 1) {
        out->intermediate = q->kept[q->size - 2];
    }
    return true;
}

bool sequence_next(struct sequences *q, const char **data, size_t *size, struct sequence *out)
{
    while (*size > 0) {
        if (q->plain.state == PLAIN_TEXT) {
            const char *escape = memchr(*data, ESC, *size);
            size_t text = escape == NULL ? *size : (size_t)(escape - *data);
            *data += text;
            *size -= text;
            if (escape == NULL)
                return false;
        }
        char byte = **data;
        *data += 1;
        *size -= 1;
        if (sequence_byte(q, byte) && sequence_parse(q, out))
            return true;
    }
    return false;
}

unsigned sequence_number(const struct sequence *s, size_t i, unsigned instead)
{
    return i < s->count && s->number[i] != 0 ? s->number[i] : instead;
}
