/* explain.h: which part of -p and -k fits nothing that there is, and what was meant. */
#ifndef HARNESS_CLI_EXPLAIN_H
#define HARNESS_CLI_EXPLAIN_H

#include "harness/cli/suite.h"

/* Nothing was selected: says so on standard error, and why. Returns EXIT_CODE_NOTHING. */
int selection_empty(const struct suite *s, const struct flags *f);

/* Something was: says on standard error when a slip stands in the way of more. */
void selection_doubt(const struct suite *s, const struct flags *f);

#endif
