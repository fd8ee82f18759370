/* step_parse.h: lists of steps; `repeat`, `when` and `use` are unrolled. */
#ifndef HARNESS_SCENARIO_STEP_PARSE_H
#define HARNESS_SCENARIO_STEP_PARSE_H

#include "harness/scenario/step.h"

#include <stdbool.h>

/* Reads a list of steps. `what` names it for messages: "steps", "do". */
bool steps_parse(struct build *b, const struct node *n, const char *what, struct step_list *out);

/* The row of that name, or NULL. */
const struct step_entry *step_find(const struct parse *p, const char *name);

#endif
