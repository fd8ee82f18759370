/* variant.h: one set of parameters and the file's contents become one variant. */
#ifndef HARNESS_SCENARIO_VARIANT_H
#define HARNESS_SCENARIO_VARIANT_H

#include "harness/scenario/matrix.h"

#include <stdbool.h>
#include <stddef.h>

/* Builds variant number `set` of the matrix from the file's top-level map. False: findings. */
bool variant_build(struct parse *p, const struct node *root, const char *id, const struct matrix *m,
                   size_t set, struct variant *out);

/* The twin of a variant in which Ctrl-C is pressed at each prompt. */
bool variant_twin(struct parse *p, const char *id, const struct variant *plain,
                  struct variant *out);

#endif
