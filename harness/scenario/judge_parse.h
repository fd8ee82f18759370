/* judge_parse.h: the keys that say how a variant is judged. */
#ifndef HARNESS_SCENARIO_JUDGE_PARSE_H
#define HARNESS_SCENARIO_JUDGE_PARSE_H

#include "harness/language/word.h"
#include "harness/scenario/build.h"

#include <stdbool.h>

/* Readers of keys, top_key.h. */
bool must_fail_parse(struct build *b, const struct word *w, const struct node *n,
                     struct variant *out);
bool invariants_parse(struct build *b, const struct word *w, const struct node *n,
                      struct variant *out);
bool outcome_parse(struct build *b, const struct word *w, const struct node *n,
                   struct variant *out);

#endif
