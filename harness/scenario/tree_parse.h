/* tree_parse.h: `tree:` becomes the numbered table of actors. */
#ifndef HARNESS_SCENARIO_TREE_PARSE_H
#define HARNESS_SCENARIO_TREE_PARSE_H

#include "harness/scenario/build.h"

#include <stdbool.h>

/* Reads the tree with b->scope; fills tree, names, all, started, told and spinner. */
bool tree_parse(struct build *b, const struct node *n);

#endif
