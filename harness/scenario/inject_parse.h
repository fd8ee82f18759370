/* inject_parse.h: the keys that say what is done to the subject besides its steps. */
#ifndef HARNESS_SCENARIO_INJECT_PARSE_H
#define HARNESS_SCENARIO_INJECT_PARSE_H

#include "harness/language/word.h"
#include "harness/scenario/build.h"

#include <stdbool.h>

/* Readers of keys, top_key.h. */
bool defect_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out);
bool inject_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out);
bool order_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out);

#endif
