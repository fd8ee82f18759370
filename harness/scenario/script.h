/* script.h: expect scripts: steps with parameters, in files of their own. */
#ifndef HARNESS_SCENARIO_SCRIPT_H
#define HARNESS_SCENARIO_SCRIPT_H

#include "harness/scenario/build.h"

#include <stdbool.h>

enum { SCRIPT_NAME_BYTES_MAX = 64 };

struct script {
    struct script *next;
    const char *name;
    bool ok;                   /* it could be read; otherwise findings have said why */
    const struct node *params; /* map or list; empty when it has none */
    const struct node *steps;
};

/* Takes params and steps from the root of a script's document. False: findings say why. */
bool script_take(struct parse *p, const struct node *root, struct script *s);

/* What the script says besides params and steps, for one that runs on its own. */
bool script_head_read(struct build *b, const struct node *root, struct scenario *s,
                      struct variant *v);

/* A parameter's secret, or NULL: it is none. */
const struct secret *script_secret(struct parse *p, const struct node_entry *param);

/* The parameters of a script that runs on its own, with the values of "KEY=VALUE" texts. Returns
 * 0; ERR_USAGE with *diag when they do not fit; ERR_INPUT when findings say why. */
int script_arguments(struct parse *p, const struct script *s, struct scope *out, struct diag *diag);

/* The script that `use:` names, read once. NULL: findings say why. */
const struct script *script_find(struct build *b, const struct node *name);

/* The parameters of the script with the values of `with` (NULL: none), read in b->scope. */
bool script_scope(struct build *b, const struct script *s, const struct node *use,
                  const struct node *with, struct scope *out);

/* Reads a whole file into the arena: 0, ERR_IO, ERR_NOMEM, or ERR_FULL when it is longer than
 * SCENARIO_BYTES_MAX. */
int source_load(struct parse *p, const char *path, struct source **out, struct diag *diag);

#endif
