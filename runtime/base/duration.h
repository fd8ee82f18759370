/* duration.h: durations as people write them: a whole number and ns, us, ms, s, m or h. */
#ifndef RUNTIME_BASE_DURATION_H
#define RUNTIME_BASE_DURATION_H

#include <stddef.h>
#include <stdint.h>

enum { DURATION_BYTES = 32 };

/* Reads "250ms", and nothing else around it. Returns 0; ERR_INPUT when it is no duration; ERR_FULL
 * when it has no room in 64 bits. */
int duration_read(const char *text, int64_t *out_ns);

/* With the largest unit that leaves a whole number, and `gap` before the unit: "250ms". Returns
 * `out`, which should have DURATION_BYTES. */
const char *duration_text(int64_t ns, const char *gap, char *out, size_t size);

#endif
