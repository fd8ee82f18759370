/* matrix.h: `matrix:` and `vars:` become the parameters of each variant. */
#ifndef HARNESS_SCENARIO_MATRIX_H
#define HARNESS_SCENARIO_MATRIX_H

#include "harness/scenario/value.h"

#include <stdbool.h>
#include <stddef.h>

enum { MATRIX_RULES_MAX = 256 }; /* entries of exclude, and of include */

/* The parameter sets, in the order of the file: the first parameter changes slowest. */
struct matrix {
    const char *const *name; /* `width` names */
    size_t width;
    const struct binding **set; /* `count` sets of `width` bindings */
    size_t count;
};

/* Reads `matrix:` (NULL: one set without parameters). False: findings say why. */
bool matrix_read(struct parse *p, const struct node *n, struct matrix *out);

/* Adds the `vars:` (NULL: none) to one set of the matrix. A var may use what stands before it. */
bool vars_read(struct parse *p, const struct node *n, const struct matrix *m, size_t set,
               struct scope *out);

#endif
