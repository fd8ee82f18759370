/* words.h: the tables of the layers below as one list of words, kind by kind, for the papers of the
 * language, with an example of each that `scenario check` accepts. */
#ifndef HARNESS_CLI_WORDS_H
#define HARNESS_CLI_WORDS_H

#include "harness/language/word.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum word_kind {
    WORD_TOP_KEY,
    WORD_ACTOR_KEY,
    WORD_COMMAND_KEY,
    WORD_STEP,
    WORD_FAULT,
    WORD_INVARIANT,
    WORD_POINT_FAMILY, /* the first point of each */
    WORD_ROLE,
    WORD_DEFECT,
    WORD_TELL,
    WORD_KINDS, /* those above have examples, the others are names only */
    WORD_POINT = WORD_KINDS,
    WORD_SIGNAL,
    WORD_KEY,
    WORD_ERROR, /* kinds of errors */
    WORD_CAUSE,
    WORD_VERDICT,
    WORD_DEFINITION, /* the words in capitals of the shapes */
    WORD_ALL,
};

/* Number i of a kind, with as much as is known of it; of an invariant the shape is its note.
 * Returns false behind the last. */
bool word_at(enum word_kind kind, size_t i, struct word *out);

/* Adds the example of a word of that kind. */
void word_example(enum word_kind kind, const struct word *w, struct buf *out);

/* The part of a point's name before its first dot: the family of point i. */
size_t point_family_size(const char *point);

#endif
