/* role_parse.h: who is who in a command: roles, and the names of `who:`. */
#ifndef HARNESS_SCENARIO_ROLE_PARSE_H
#define HARNESS_SCENARIO_ROLE_PARSE_H

#include "harness/language/word.h"
#include "harness/scenario/build.h"

#include <stdbool.h>

/* Begins the table of a variant whose subject is a command. */
bool roles_begin(struct build *b);

/* Reads `who:`. */
bool who_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out);

/* The number of the role that `name` is, part of the scalar `n`, `offset` bytes from its start. */
bool whom_read(struct build *b, const struct node *n, const char *name, size_t offset,
               uint16_t *out);

/* The table is complete: the variant's cast has it. */
bool roles_end(struct build *b, struct variant *out);

#endif
