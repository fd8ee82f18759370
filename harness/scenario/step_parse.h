/* step_parse.h: lists of steps; `repeat`, `when` and `use` are unrolled. */
#ifndef HARNESS_SCENARIO_STEP_PARSE_H
#define HARNESS_SCENARIO_STEP_PARSE_H

#include "harness/scenario/build.h"

#include <stdbool.h>

/* Reads a list of steps. `what` names it for messages: "steps", "do". */
bool steps_parse(struct build *b, const struct node *n, const char *what, struct step_list *out);

/* step_read.c: reads what stands behind the name of a step that stands for itself. */
bool step_read(struct build *b, const struct node *n, struct step *out);

#endif
