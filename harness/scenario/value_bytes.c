/* value_bytes.c: a scalar as the bytes that are typed: in double quotes \xHH is a byte.
 *
 * To YAML "\xff" is the character U+00FF, which has two bytes in UTF-8, and one who writes it for a
 * terminal means the one. The parser does not tell how a character was written, so its source is
 * looked at: the characters from U+0080 to U+00FF stand there and in the text in the same order. */
#include "harness/scenario/value.h"
#include "runtime/base/buf.h"

#include <stdlib.h>
#include <string.h>

/* True at a character from U+0080 to U+00FF. */
static bool is_high(const char *text)
{
    unsigned char lead = (unsigned char)text[0];

    return lead == 0xc2 || lead == 0xc3;
}

static unsigned long hex_read(const char *text, size_t digits)
{
    char copy[9] = {0};

    memcpy(copy, text, digits);
    return strtoul(copy, NULL, 16);
}

/* Goes behind the next character from U+0080 to U+00FF of the source of a scalar in double quotes,
 * which is well-formed. *byte: it was written as \xHH. False: its end comes first. */
static bool source_next(const char **at, bool *byte)
{
    *byte = false;
    while (**at != '"') {
        const char *here = *at;
        if (*here != '\\') {
            /* U+0085 is a line end here, and is folded away. */
            *at += is_high(here) ? 2 : 1;
            if (is_high(here) && memcmp(here, "\xc2\x85", 2) != 0)
                return true;
            continue;
        }
        size_t digits = here[1] == 'x' ? 2 : here[1] == 'u' ? 4 : here[1] == 'U' ? 8 : 0;
        unsigned long code = hex_read(here + 2, digits);
        *at += 2 + digits;
        *byte = digits == 2;
        if ((code >= 0x80 && code <= 0xff) || here[1] == 'N' || here[1] == '_')
            return true;
    }
    return false;
}

const char *byte_next(const struct node *n, const char *from, const char **source)
{
    const char *end = n->text + n->size;
    bool byte;

    if (n->kind != NODE_SCALAR || n->style != STYLE_DOUBLE)
        return NULL;
    if (*source == NULL)
        *source = strchr(n->source->text + n->offset, '"') + 1;
    while (source_next(source, &byte)) {
        while (from < end && !is_high(from))
            from++;
        if (from >= end)
            return NULL;
        if (byte)
            return from;
        from += 2;
    }
    return NULL;
}

unsigned char byte_at(const char *text)
{
    return (unsigned char)(((unsigned char)text[0] << 6) | ((unsigned char)text[1] & 0x3f));
}

bool value_bytes(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                 struct scalar *out)
{
    const char *source = NULL;
    const char *from = n->text;
    const char *at = byte_next(n, from, &source);
    struct node bytes = *n;

    if (at == NULL)
        return value_scalar(p, s, n, what, out);
    char *text = parse_alloc(p, n->size, 1);
    if (text == NULL)
        return false;
    bytes.text = text;
    for (; at != NULL; at = byte_next(n, from, &source)) {
        memcpy(text, from, (size_t)(at - from));
        text += at - from;
        *text++ = (char)byte_at(at);
        from = at + 2;
    }
    memcpy(text, from, (size_t)(n->text + n->size - from));
    text += n->text + n->size - from;
    bytes.size = (size_t)(text - bytes.text);
    return value_scalar(p, s, &bytes, what, out);
}
