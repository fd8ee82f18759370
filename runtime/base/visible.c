/* visible.c: a look at each character. */
#include "runtime/base/visible.h"

#include "runtime/base/utf8.h"

void visible_add(struct buf *out, const void *data, size_t size)
{
    const unsigned char *at = data;

    while (size > 0) {
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
