/* build.h: one variant in the making: its parameters, its tree, and what is being read. */
#ifndef HARNESS_SCENARIO_BUILD_H
#define HARNESS_SCENARIO_BUILD_H

#include "harness/scenario/value.h"
#include "harness/subject/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCRIPT_DEPTH_MAX = 8 }; /* scripts that use scripts */

/* An actor of `tree:` as written; `count` and `chain` make several of it. */
struct tree_name {
    struct tree_name *next;
    const char *base;
    const struct node *key;
    const struct node *number_key; /* of count or chain, or NULL: one actor */
    const struct node *number_node;
    bool chain;
    uint32_t number;
};

/* An address as written, to be checked when all of the variant is known. */
struct address_use {
    struct address_use *next;
    struct address address;
    const struct node *node;
    bool held; /* somebody is to be held there */
};

struct build {
    struct parse *p;
    const struct scope *scope;  /* of the scenario, or of the script that is being read */
    struct tree *tree;          /* without actors: the subject is any program */
    const struct node *command; /* the key of the scenario that says so; NULL: it has none */
    struct tree_name *names;
    struct actor_list all;     /* every actor */
    struct actor_list started; /* without those that only tell: spawn starts */
    uint8_t *told;             /* per actor: what steps tell it, 1 << enum tell_op */
    bool spinner;              /* the tree has one */
    bool screens;              /* a step looks at the screen */

    struct role_said *role; /* of a command: whom it names so far, ROLES_MAX */
    uint16_t roles;

    struct address_use *uses;
    uint16_t counted; /* different points among them */
    bool dead;        /* this is left out by its `when`: actors need not exist here */

    uint32_t emitted; /* steps of the variant so far */
    uint32_t visited; /* the same with those that were left out, and containers */

    const struct address *held; /* the `at` while its `do` is read, or NULL */
    bool held_freed;            /* the `do` has killed or stopped somebody by now */

    const struct node *step_key; /* the name of the step that is read */

    struct place use_place; /* of the outermost `use:`; file NULL when none */
    const struct script *script[SCRIPT_DEPTH_MAX];
    size_t scripts;
};

/* What a `when` leaves out is read for its mistakes, and dropped. A value of the matrix that keeps
 * it out need not be one that could stand there: about what a ${name} becomes nothing is said. */
struct left_out {
    bool dead;
    bool guessing;
    size_t errors;
};

/* Around the reading; `holds`: it is not left out after all. left_out_end() returns whether nothing
 * was said meanwhile; what was read says no of itself where nothing may be said. */
struct left_out left_out_begin(struct build *b, bool holds);
bool left_out_end(struct build *b, const struct left_out *saved);

#endif
