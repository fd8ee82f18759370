/* json.h: writing JSON. What is written must be valid whatever the bytes are. */
#ifndef RUNTIME_BASE_JSON_H
#define RUNTIME_BASE_JSON_H

#include "runtime/base/buf.h"

#include <stddef.h>

/* One whole character of UTF-8 as it stands in a string. */
void json_char(struct buf *out, const void *data, size_t size);

/* A string in quotes: what JSON forbids is escaped, bad UTF-8 becomes U+FFFD. */
void json_string(struct buf *out, const char *text, size_t size);

/* `,"key":"text"`, the next member of an object; nothing when the text is NULL. */
void json_text(struct buf *out, const char *key, const char *text);

#endif
