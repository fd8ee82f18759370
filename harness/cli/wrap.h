/* wrap.h: text for people in as many columns as there are.
 *
 * A line that is too long goes on below what its last column begins with: behind the name of a
 * row, or a little further in than it began. Paragraphs are filled anew. */
#ifndef HARNESS_CLI_WRAP_H
#define HARNESS_CLI_WRAP_H

#include "runtime/base/buf.h"

#include <stddef.h>

enum { WRAP_COLUMNS_MIN = 20 };

/* Adds the text. A word that is longer than the line stays whole. */
void wrap_add(struct buf *out, const char *text, size_t columns);

#endif
