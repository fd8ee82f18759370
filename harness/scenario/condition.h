/* condition.h: the language of `when:` and `if:`.
 *
 *   LEAF      = value [ ("==" | "!=") value | ["not"] "in" list ]     (the rest: logic.h)
 *   list      = "(" value {"," value} ")" | "[" value {"," value} "]"
 *   value     = NAME (a parameter) | "text" | 'text' | number | true | false
 *
 * Values are compared as text. A value alone must be true or false. */
#ifndef HARNESS_SCENARIO_CONDITION_H
#define HARNESS_SCENARIO_CONDITION_H

#include "harness/scenario/value.h"

#include <stdbool.h>

/* Reads and decides the condition in `n`. False: a finding was made, *out is untouched. */
bool condition_read(struct parse *p, const struct scope *s, const struct node *n, bool *out);

#endif
