/* shape.h: what a value may be, in a short notation that the manual shows and the schema is made
 * of.
 *
 *   shape   = one { " | " one }
 *   one     = WORD in capitals (a definition of the schema) | word or number (exactly that)
 *           | "[" shape "]" (a list) | "[" shape "]+" (not an empty one) | "[" shape ", " shape "]"
 *           | "{" key ": " shape { ", " key ": " shape } "}" (a map; "key!" must be there)
 *           | "{*: " shape "}" (any keys) | "{WORD: " shape "}" (keys of that definition) */
#ifndef HARNESS_CLI_SHAPE_H
#define HARNESS_CLI_SHAPE_H

#include "runtime/base/buf.h"

#include <stdbool.h>

enum { SHAPE_DEPTH_MAX = 16 };

/* Adds the JSON Schema of the shape. Returns false when the shape is not well made. */
bool shape_schema(const char *shape, struct buf *out);

#endif
