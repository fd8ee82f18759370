/* visible.c: a look at each character, but for what is plain. */
#include "runtime/base/visible.h"

#include "runtime/base/utf8.h"

/* How many bytes from here on are printable ASCII, which most of what programs print is. */
static size_t plain_size(const unsigned char *at, size_t size)
{
    size_t count = 0;

    while (count < size && at[count] >= 0x20 && at[count] < 0x7f)
        count++;
    return count;
}

void visible_add(struct buf *out, const void *data, size_t size)
{
    const unsigned char *at = data;

    while (size > 0) {
        size_t plain = plain_size(at, size);
        buf_add(out, at, plain);
        at += plain;
        size -= plain;
        if (size == 0)
            break;
        int bytes = utf8_size(at, size);
        if (bytes <= 0)
            buf_addf(out, "\\x%02x", *at);
        else if ((*at < 0x20 && *at != '\n' && *at != '\t') || *at == 0x7f)
            buf_addf(out, "^%c", *at ^ 0x40);
        else if (at[0] == 0xC2 && at[1] < 0xA0)
            buf_addf(out, "\\u%04x", at[1]);
        else
            buf_add(out, at, (size_t)bytes);
        at += bytes > 0 ? bytes : 1;
        size -= bytes > 0 ? (size_t)bytes : 1;
    }
}
