/* requires.h: what a machine must have for a scenario to be run there. */
#ifndef HARNESS_SCENARIO_REQUIRES_H
#define HARNESS_SCENARIO_REQUIRES_H

#include "harness/language/word.h"
#include "harness/scenario/parse.h"

#include <stdbool.h>

enum { SCENARIO_REQUIRES_MAX = 16 };

/* The reader of `requires:`. */
void requires_read(struct parse *p, const struct word *w, const struct node *n, struct scenario *s);

/* Whether a text is a range of versions; else a finding is made. */
bool versions_check(struct parse *p, const struct node *n, const char *what, const char *text);

#endif
