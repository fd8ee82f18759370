/* utf8.h: where a character ends, in bytes that may be anything. */
#ifndef RUNTIME_BASE_UTF8_H
#define RUNTIME_BASE_UTF8_H

#include <stddef.h>

/* How many bytes the character at the front of `size` > 0 bytes has. 0: it is incomplete, but what
 * is there is valid. -1: the first byte begins no character. (Unicode table 3-7: no overlong forms,
 * no surrogates, nothing past U+10FFFF.) */
int utf8_size(const void *data, size_t size);

#endif
