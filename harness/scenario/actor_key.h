/* actor_key.h: the keys of an actor of `tree:`, a row each: what is known of the word, and its
 * reader. */
#ifndef HARNESS_SCENARIO_ACTOR_KEY_H
#define HARNESS_SCENARIO_ACTOR_KEY_H

#include "harness/scenario/build.h"

#include <stdbool.h>

/* Reads all that the map says of the actor itself; where it stands in the tree, and how many it
 * is, is for tree_parse.c. */
bool actor_keys_read(struct build *b, const struct node *key, const struct node *map,
                     struct tree_node *out);

#endif
