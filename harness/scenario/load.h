/* load.h: what reading a scenario, a script on its own and another file of the same YAML have in
 * common. */
#ifndef HARNESS_SCENARIO_LOAD_H
#define HARNESS_SCENARIO_LOAD_H

#include "harness/scenario/parse.h"

/* A reading that has found nothing yet; `options` may be NULL. */
struct parse parse_begin(struct arena *a, const struct scenario_options *options,
                         struct findings *findings);

/* What a scenario is that says nothing. */
struct scenario scenario_default(const char *path);

/* Where the file lies decides where its scripts do: sets p->root. Returns the file's id. */
const char *parse_place(struct parse *p, const char *path);

/* Reads an expect script only to say what is wrong with it; the scenario gets no variant. */
void script_check(struct parse *p, const char *path, struct source *source, struct scenario *s);

/* A file of more than SCENARIO_BYTES_MAX: the only finding. Returns as parse_end(). */
int parse_too_large(struct parse *p, const char *path, struct diag *diag);

/* Sorts the findings. Returns 0, or with *diag ERR_INPUT when there are errors, or ERR_NOMEM. */
int parse_verdict(struct parse *p, const char *path, struct diag *diag);

/* The same; without errors copies the scenario to the arena and stores it. Returns 0,
 * ERR_INPUT or ERR_NOMEM. */
int parse_end(struct parse *p, const char *path, const struct scenario *s, struct scenario **out,
              struct diag *diag);

#endif
