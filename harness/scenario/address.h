/* address.h: ACTOR@POINT#N, and actors by name.
 *
 * Every address that is read is remembered in b->uses; address_check() judges them when the whole
 * variant is known. */
#ifndef HARNESS_SCENARIO_ADDRESS_H
#define HARNESS_SCENARIO_ADDRESS_H

#include "harness/scenario/build.h"

#include <stdbool.h>

/* How it is called. */
const char *actor_called(const struct build *b, uint16_t actor);

/* An actor by name or by its whole path; of a command the number of its role. */
bool actor_read(struct build *b, const struct node *n, const char *what, uint16_t *out);

/* The same from text that is part of the scalar `n`, `offset` bytes from its start. */
bool actor_find(struct build *b, const struct node *n, const char *name, size_t offset,
                uint16_t *out);

/* An address. `held`: somebody is to be held there. */
bool address_read(struct build *b, const struct node *n, const char *what, bool held,
                  struct address *out);

/* Refuses addresses that nobody can ever reach, lists what there is to count, and says whether
 * anybody can come to a prompt. */
void address_check(struct build *b, struct variant *out);

#endif
