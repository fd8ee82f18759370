/* words.h: what the papers of the language say about its words, beside what the tables say: the
 * shape of each value (shape.h), a line of help, an example that `scenario check` accepts.
 *
 * Words come from the tables of the layers below. A test goes red when a word has no row here. */
#ifndef HARNESS_CLI_WORDS_H
#define HARNESS_CLI_WORDS_H

#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct word_entry {
    const char *name;
    const char *shape;   /* of its value */
    const char *help;    /* NULL: the table of the word has it */
    const char *example; /* with the key itself; lines end in "\n" */
};

/* The row of a key of a file, of an actor, of a step; NULL: it has none. */
const struct word_entry *word_top_key(const char *name);
const struct word_entry *word_actor_key(const char *name);
const struct word_entry *word_step(const char *name);

/* The kinds of entries that have examples. */
enum word_kind {
    WORD_TOP_KEY,
    WORD_ACTOR_KEY,
    WORD_STEP,
    WORD_FAULT,
    WORD_INVARIANT,
    WORD_POINT_FAMILY,
    WORD_ROLE,
    WORD_DEFECT,
    WORD_TELL,
    WORD_KINDS
};

/* Number i of a kind, or NULL behind the last. Static. */
const char *word_at(enum word_kind kind, size_t i);

/* Adds the example as the papers show it, each line after `indent` blanks. Returns false when there
 * is none. */
bool word_example(enum word_kind kind, const char *name, unsigned indent, struct buf *out);

/* Adds a whole scenario with that example in it. */
bool word_document(enum word_kind kind, const char *name, struct buf *out);

/* The part of a point's name before its first dot: the family of point i. */
size_t point_family_size(const char *point);

#endif
