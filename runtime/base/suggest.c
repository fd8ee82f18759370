/* suggest.c: restricted Damerau-Levenshtein over three rows. */
#include "runtime/base/suggest.h"

#include <string.h>

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;

    return m < c ? m : c;
}

size_t suggest_distance(const char *a, const char *b)
{
    size_t rows[3][SUGGEST_WORD_BYTES_MAX + 1];
    size_t size_a = strlen(a);
    size_t size_b = strlen(b);

    if (size_a > SUGGEST_WORD_BYTES_MAX || size_b > SUGGEST_WORD_BYTES_MAX)
        return SUGGEST_WORD_BYTES_MAX;
    for (size_t j = 0; j <= size_b; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= size_a; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= size_b; j++) {
            size_t replace = above[j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0);
            row[j] = min3(above[j] + 1, row[j - 1] + 1, replace);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                size_t swap = rows[(i - 2) % 3][j - 2] + 1;
                row[j] = swap < row[j] ? swap : row[j];
            }
        }
    }
    return rows[size_a % 3][size_b];
}

const char *suggest(const char *word, size_t count, const char *(*name_at)(size_t i, void *user),
                    void *user)
{
    const char *best = NULL;
    size_t limit = strlen(word) / 3;
    size_t best_distance = (limit < 1 ? 1 : limit) + 1;

    for (size_t i = 0; i < count; i++) {
        const char *name = name_at(i, user);
        size_t distance = suggest_distance(word, name);
        if (distance < best_distance) {
            best_distance = distance;
            best = name;
        }
    }
    return best;
}
