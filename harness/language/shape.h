/* shape.h: what a value may be, in a short notation that everybody reads: the loader checks maps
 * against it, help and manual show it, the schema is made of it.
 *
 *   shape   = one { " | " one }
 *   one     = WORD in capitals (a definition, definition.h) | word or number (exactly that)
 *           | "[" shape "]" (a list) | "[" shape "]+" (not an empty one) | "[" shape ", " shape "]"
 *           | "{" key ": " shape { ", " key ": " shape } "}" (a map; "key!" must be there)
 *           | "{*: " shape "}" (any keys) | "{WORD: " shape "}" (keys of that definition)
 *
 * A shape inside another is told by where it begins; what belongs to the outer one stands behind
 * it and is not read. */
#ifndef HARNESS_LANGUAGE_SHAPE_H
#define HARNESS_LANGUAGE_SHAPE_H

#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum { SHAPE_DEPTH_MAX = 16 };

/* Adds the JSON Schema of the shape. Returns false when the shape is not well made. */
bool shape_schema(const char *shape, struct buf *out);

/* Adds the shape for people: what must be there has no mark, and a definition that has a
 * shape stands as that where it is the whole of an alternative. */
void shape_text(const char *shape, struct buf *out);

/* A key of a map. */
struct shape_key {
    const char *name; /* its first `size` bytes */
    size_t size;
    bool required;
    const char *shape; /* of its value */
};

/* The first map that a value of this shape may be, itself or as an entry of a list, as something
 * to give to shape_key_next(); NULL: it never is one. */
const char *shape_map(const char *shape);

/* The shape of the values of a map with any keys, "{*: " or "{WORD: ", or NULL. */
const char *shape_values(const char *map);

/* Takes the next key and moves *at behind it. Returns false behind the last one; a map with any
 * keys has none. */
bool shape_key_next(const char **at, struct shape_key *out);

/* The words among the alternatives of "a | b | WORD" or "[a | b]": number i of those that stand for
 * themselves, or false. */
bool shape_word(const char *shape, size_t i, const char **word, size_t *size);

#endif
