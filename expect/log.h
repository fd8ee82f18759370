/* log.h: every byte that a terminal has shown, at its absolute offset.
 *
 * Append-only. The newest `keep` bytes stay readable; older ones are dropped and counted, never
 * silently: an offset below log_begin() is a byte that was dropped. Offsets start at 0 and are
 * never reused, so that matches, echoes, faults and evidence can all be stated as offsets. */
#ifndef EXPECT_LOG_H
#define EXPECT_LOG_H

#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { LOG_KEEP_BYTES = 1024 * 1024 }; /* the default of `keep` */

struct log {
    unsigned char *data; /* owned; a ring of `keep` bytes */
    size_t keep;
    uint64_t end; /* offset behind the newest byte = bytes ever added */
};

/* An empty log that keeps the newest `keep` bytes (0: LOG_KEEP_BYTES), or ERR_NOMEM. Give it back
 * with log_release(), which may also be called on a zeroed log. */
int log_init(struct log *l, size_t keep, struct diag *diag);
void log_release(struct log *l);

/* Adds a copy of the bytes. Cannot fail. */
void log_add(struct log *l, const void *data, size_t size);

/* Offset of the oldest byte that is still there = bytes dropped so far. */
uint64_t log_begin(const struct log *l);

/* Copies up to `size` bytes from `offset` on; returns how many. Dropped bytes are not readable:
 * an offset outside of log_begin() .. end gives 0. */
size_t log_read(const struct log *l, uint64_t offset, void *out, size_t size);

/* Adds the bytes as a person can read them, on one line: \r \n \t \e, \xNN for what is not
 * printable ASCII, \\ for a backslash. */
void log_print(struct buf *out, const void *data, size_t size);

#endif
