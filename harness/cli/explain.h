/* explain.h: which part of -p and -k fits nothing that there is, and what was meant. */
#ifndef HARNESS_CLI_EXPLAIN_H
#define HARNESS_CLI_EXPLAIN_H

#include "harness/cli/suite.h"
#include "runtime/base/buf.h"

#include <stdbool.h>

/* Adds a sentence about the first name or value that no loaded variant has. Returns true when there
 * is a near one, so that it is a slip rather than a choice. */
bool selection_explain(const struct suite *s, const struct flags *f, struct buf *out);

/* Nothing was selected: says so on standard error, and why. Returns EXIT_CODE_NOTHING. */
int selection_empty(const struct suite *s, const struct flags *f);

/* Something was: says on standard error when a slip stands in the way of more. */
void selection_doubt(const struct suite *s, const struct flags *f);

#endif
