/* roles.h: the behaviours of a scenario's `tree:` as a program of actors, for both engines. */
#ifndef RUNTIME_ROLES_ROLES_H
#define RUNTIME_ROLES_ROLES_H

#include "runtime/include/actor.h"
#include "runtime/roles/tree.h"

/* A program that plays the tree (lent; must outlive it). The argument of each actor is its number
 * in the tree as 2 bytes, little-endian; the root's too. */
struct actor_program roles_program(const struct tree *tree);

#endif
