/* visible.h: bytes of others, so that they do nothing to the terminal of whoever reads them. */
#ifndef RUNTIME_BASE_VISIBLE_H
#define RUNTIME_BASE_VISIBLE_H

#include "runtime/base/buf.h"

#include <stddef.h>

/* Adds the bytes: text in UTF-8, line feeds and tabs as they are, other control characters as
 * "^M", "^?" and, of the second set (U+0080 to U+009F), "\u009b"; what is not UTF-8 as "\xff". */
void visible_add(struct buf *out, const void *data, size_t size);

#endif
