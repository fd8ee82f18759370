/* require.h: whether this machine has what a scenario requires. */
#ifndef HARNESS_CLI_REQUIRE_H
#define HARNESS_CLI_REQUIRE_H

#include "harness/scenario/model.h"
#include "runtime/base/err.h"

/* A program is asked for its version no longer than that. */
enum { REQUIRE_ASK_MS = 10000 };

/* Returns 0, or ERR_UNSUPPORTED with the first thing that is missing and what helps. */
int require_check(const struct scenario *s, struct diag *diag);

#endif
