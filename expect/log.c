/* log.c: a ring whose positions are the offsets modulo its size. */
#include "expect/log.h"

#include "runtime/base/check.h"

#include <stdlib.h>
#include <string.h>

int log_init(struct log *l, size_t keep, struct diag *diag)
{
    size_t room = keep == 0 ? (size_t)LOG_KEEP_BYTES : keep;
    unsigned char *data = malloc(room);

    if (data == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a terminal log of %zu bytes", room);
    *l = (struct log){.data = data, .keep = room};
    return 0;
}

void log_release(struct log *l)
{
    free(l->data);
    *l = (struct log){0};
}

void log_add(struct log *l, const void *data, size_t size)
{
    const unsigned char *bytes = data;

    CHECK(l->data != NULL);
    /* Of more than one ring full only the tail survives; the offsets count all the same. */
    if (size > l->keep) {
        l->end += size - l->keep;
        bytes += size - l->keep;
        size = l->keep;
    }
    while (size > 0) {
        size_t at = (size_t)(l->end % l->keep);
        size_t part = l->keep - at < size ? l->keep - at : size;
        memcpy(l->data + at, bytes, part);
        l->end += part;
        bytes += part;
        size -= part;
    }
}

uint64_t log_begin(const struct log *l)
{
    return l->end > l->keep ? l->end - l->keep : 0;
}

size_t log_read(const struct log *l, uint64_t offset, void *out, size_t size)
{
    unsigned char *to = out;
    size_t done = 0;

    if (offset < log_begin(l) || offset >= l->end)
        return 0;
    if (size > l->end - offset)
        size = (size_t)(l->end - offset);
    while (done < size) {
        size_t at = (size_t)((offset + done) % l->keep);
        size_t part = l->keep - at < size - done ? l->keep - at : size - done;
        memcpy(to + done, l->data + at, part);
        done += part;
    }
    return size;
}

void log_print(struct buf *out, const void *data, size_t size)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < size; i++) {
        unsigned char byte = bytes[i];
        switch (byte) {
        case '\r':
            buf_add_text(out, "\\r");
            break;
        case '\n':
            buf_add_text(out, "\\n");
            break;
        case '\t':
            buf_add_text(out, "\\t");
            break;
        case 0x1b:
            buf_add_text(out, "\\e");
            break;
        case '\\':
            buf_add_text(out, "\\\\");
            break;
        default:
            if (byte >= 0x20 && byte < 0x7f)
                buf_add(out, &byte, 1);
            else
                buf_addf(out, "\\x%02x", byte);
        }
    }
}
