/* hide.h: takes one text out of a stream, where it first comes: what is drawn in answer to a key
 * that no reader of the stream has pressed.
 *
 * The bytes of the text are known before they come, so whatever stands around them is untouched. A
 * beginning of it is held back until it is decided, which makes the answer independent of how the
 * stream was cut. Pure: no I/O. */
#ifndef EXPECT_HIDE_H
#define EXPECT_HIDE_H

#include "runtime/base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { HIDE_BYTES_MAX = 256 };

/* Zeroed: nothing is waited for. */
struct hide {
    char text[HIDE_BYTES_MAX];
    size_t size;                  /* 0: nothing is waited for */
    size_t held;                  /* bytes of it that have come and are held back */
    uint64_t raw[HIDE_BYTES_MAX]; /* the offset of each of those */
};

/* What is let through: called with pieces in order, each of which lies together. on_hidden: a byte
 * that is not, once all of the text has come. */
struct hide_sink {
    void (*on_text)(void *user, uint64_t offset, const char *data, size_t size);
    void (*on_hidden)(void *user, uint64_t offset);
    void *user;
};

/* Waits for the text, in place of what was waited for; of no bytes: for nothing any more. Returns
 * 0, or ERR_FULL past HIDE_BYTES_MAX: then nothing is waited for. */
int hide_start(struct hide *h, const char *text, size_t size, const struct hide_sink *sink);

/* Judges the next bytes, which lie together from `offset` on. */
void hide_feed(struct hide *h, uint64_t offset, const char *data, size_t size,
               const struct hide_sink *sink);

/* No more bytes come for now: what has come only in part was something else. */
void hide_settle(struct hide *h, const struct hide_sink *sink);

#endif
