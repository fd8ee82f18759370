/* filter.h: the expressions of `-k`: which variants are meant.
 *
 * Words with `and`, `or`, `not` and parentheses between them (logic.h); words side by side mean
 * `and`.
 *
 *   WORD  := tag:NAME | engine:NAME | id:WHOLE-ID | KEY=VALUE | part of an id
 *
 * A word with `[` in it is part of an id even if it has a `=`: the id of a variant can be pasted.
 * Words with blanks, parentheses or double quotes stand in double quotes; \" and \\ are those
 * characters there. */
#ifndef HARNESS_CLI_FILTER_H
#define HARNESS_CLI_FILTER_H

#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { FILTER_BYTES_MAX = 4096 };

/* What a filter looks at; all lent. */
struct filter_subject {
    const char *id;
    const char *parameters; /* "depth=2,presses=1" */
    const char *const *tags;
    size_t tag_count;
    const char *engine; /* "real" or "sim" */
};

/* Returns 0, or ERR_USAGE with the byte where the expression is wrong in *diag. */
int filter_check(const char *filter, struct diag *diag);

/* For one that was checked, or NULL, which takes everything. */
bool filter_takes(const char *filter, const struct filter_subject *subject);

/* Stores the next word of one that was checked, without those that join others and without what
 * stands in quotes, in FILTER_BYTES_MAX + 1 bytes. Returns what is behind it, NULL for none. */
const char *filter_word_next(const char *at, char *out);

/* True when `parameters` has exactly KEY=VALUE among its parts. */
bool parameters_have(const char *parameters, const char *pair);

#endif
