/* suggest.h: "did you mean": the nearest of some names. */
#ifndef RUNTIME_BASE_SUGGEST_H
#define RUNTIME_BASE_SUGGEST_H

#include <stddef.h>

enum { SUGGEST_WORD_BYTES_MAX = 64 };

/* Number of insertions, deletions, replacements and swaps of neighbours between two words
 * (restricted Damerau-Levenshtein). Words past SUGGEST_WORD_BYTES_MAX count as far apart. */
size_t suggest_distance(const char *a, const char *b);

/* The candidate nearest to `word`, the earlier one on a tie, or NULL when none is within a third
 * of the word's length (at least 1). `name_at` returns the i-th candidate. */
const char *suggest(const char *word, size_t count, const char *(*name_at)(size_t i, void *user),
                    void *user);

#endif
