/* command_parse.h: the subject that is no tree: any program, of a scenario or of a script. */
#ifndef HARNESS_SCENARIO_COMMAND_PARSE_H
#define HARNESS_SCENARIO_COMMAND_PARSE_H

#include "harness/language/word.h"
#include "harness/scenario/build.h"

#include <stdbool.h>

/* Reads the value of `command:`, whose row is `top`. */
bool command_parse(struct build *b, const struct word *top, const struct node *n,
                   struct variant *out);

/* A subject of no actor of ours, and one process, called `name`. */
bool command_subject(struct build *b, const char *name, struct variant *out);

/* The keys of a script that are those of a command, too. `w`: for messages. */
bool env_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out);
bool cwd_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out);

#endif
