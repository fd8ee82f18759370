/* words.h: the tables of the layers below as one list of words, kind by kind, for the papers of the
 * language, with an example of each that `scenario check` accepts. */
#ifndef HARNESS_CLI_WORDS_H
#define HARNESS_CLI_WORDS_H

#include "harness/language/word.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

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

/* Row i of a kind that has rows: the keys and the steps; NULL behind the last, and of the others.
 */
const struct word *word_row(enum word_kind kind, size_t i);

/* Number i of a kind, or NULL behind the last. Static. */
const char *word_at(enum word_kind kind, size_t i);

/* Adds the example as the papers show it, each line after `indent` blanks. Returns false when there
 * is none. */
bool word_example(enum word_kind kind, const char *name, unsigned indent, struct buf *out);

/* Adds a whole scenario with that example in it.
 * Seam for tests: the loader must accept each. */
bool word_document(enum word_kind kind, const char *name, struct buf *out);

/* The part of a point's name before its first dot: the family of point i. */
size_t point_family_size(const char *point);

#endif
