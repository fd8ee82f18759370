/* bytes.h: sizes as people write them: a whole number and B, KB or MB, of 1024. */
#ifndef RUNTIME_BASE_BYTES_H
#define RUNTIME_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

enum { BYTES_TEXT_BYTES = 32 };

/* Reads "4MB", and nothing else around it. Returns 0; ERR_INPUT when it is no size; ERR_FULL when
 * it has no room in 64 bits. */
int bytes_read(const char *text, int64_t *out);

/* With the largest unit that leaves a whole number: "4MB". Returns `out`, which should have
 * BYTES_TEXT_BYTES. */
const char *bytes_text(int64_t bytes, char *out, size_t size);

#endif
