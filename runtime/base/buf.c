/* buf.c: growing by doubling. */
#include "runtime/base/buf.h"

#include "runtime/base/check.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for `size` more bytes and the closing 0. */
static bool buf_reserve(struct buf *b, size_t size)
{
    if (b->failed || size >= SIZE_MAX / 2 - b->size) {
        b->failed = true;
        return false;
    }
    if (b->size + size + 1 <= b->room)
        return true;
    size_t room = b->room == 0 ? 256 : b->room;
    while (room < b->size + size + 1)
        room *= 2;
    char *data = realloc(b->data, room);
    if (data == NULL) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->room = room;
    return true;
}

void buf_add(struct buf *b, const void *data, size_t size)
{
    if (size == 0 || !buf_reserve(b, size))
        return;
    memcpy(b->data + b->size, data, size);
    b->size += size;
    b->data[b->size] = 0;
}

void buf_add_text(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_addf(struct buf *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0) {
        b->failed = true;
        return;
    }
    if (!buf_reserve(b, (size_t)size))
        return;
    va_start(args, format);
    (void)vsnprintf(b->data + b->size, (size_t)size + 1, format, args);
    va_end(args);
    b->size += (size_t)size;
}

void buf_drop(struct buf *b, size_t size)
{
    CHECK(size <= b->size);
    if (size == 0)
        return;
    memmove(b->data, b->data + size, b->size - size + 1);
    b->size -= size;
}

const char *buf_text(const struct buf *b)
{
    return b->data == NULL ? "" : b->data;
}

void buf_release(struct buf *b)
{
    free(b->data);
    *b = BUF_INIT;
}
