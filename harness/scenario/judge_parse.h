/* judge_parse.h: the keys that say how a variant is judged. */
#ifndef HARNESS_SCENARIO_JUDGE_PARSE_H
#define HARNESS_SCENARIO_JUDGE_PARSE_H

#include "harness/scenario/build.h"

#include <stdbool.h>

bool must_fail_parse(struct build *b, const struct node *n, struct variant *out);
bool invariants_parse(struct build *b, const struct node *n, struct variant *out);
bool outcome_parse(struct build *b, const struct node *n, struct variant *out);

#endif
