/* buf.h: a byte buffer that grows.
 *
 * A failed allocation is remembered in `failed` and everything after it is ignored, so that a
 * writer checks once at the end. */
#ifndef RUNTIME_BASE_BUF_H
#define RUNTIME_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data; /* owned; always ends in a 0 that `size` does not count, or NULL when empty */
    size_t size;
    size_t room;
    bool failed;
};

#define BUF_INIT ((struct buf){0})

void buf_add(struct buf *b, const void *data, size_t size);
void buf_add_text(struct buf *b, const char *text);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Drops the first `size` bytes. */
void buf_drop(struct buf *b, size_t size);

/* The contents as a string, "" when empty. Lent until the next call. */
const char *buf_text(const struct buf *b);

void buf_release(struct buf *b);

/* "1 run", "2 runs": what stands behind the word. */
static inline const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

#endif
