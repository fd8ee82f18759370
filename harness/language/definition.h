/* definition.h: the words in capitals of the shapes, for people and for the schema. */
#ifndef HARNESS_LANGUAGE_DEFINITION_H
#define HARNESS_LANGUAGE_DEFINITION_H

#include <stddef.h>

struct definition {
    const char *name;
    const char *help;  /* for people; NULL: the schema's own, or its shape says it */
    const char *shape; /* NULL: it is none of other words */
    const char *json;  /* a schema, with ' in place of "; NULL: made of the shape, or of a table */
};

/* Row i, or NULL behind the last. */
const struct definition *definition_at(size_t i);

/* The shape of the word of `size` bytes, as people are told it, or NULL: it is none, or has none.
 */
const char *definition_find(const char *name, size_t size);

/* The shape of a word that has one. */
const char *definition_shape(const char *name);

#endif
