/* exit_code.h: what the command ends with. */
#ifndef HARNESS_REPORT_EXIT_CODE_H
#define HARNESS_REPORT_EXIT_CODE_H

#include "runtime/base/names.h"

/* X(identifier, help); the number is the place in the list. */
#define EXIT_CODE_MAP(X)                                                          \
    X(EXIT_CODE_OK, "as declared")                                                \
    X(EXIT_CODE_FAILED, "an unexpected failure, leak, crash or timeout")          \
    X(EXIT_CODE_USAGE, "the command line is wrong")                               \
    X(EXIT_CODE_INPUT, "a file is wrong")                                         \
    X(EXIT_CODE_NOTHING, "nothing was selected to run")                           \
    X(EXIT_CODE_STALE, "a known failure no longer fails, or its date has passed") \
    X(EXIT_CODE_HARNESS, "our own error, or a machine that cannot run this")      \
    X(EXIT_CODE_UNRESOLVED, "no verdict")

enum exit_code { EXIT_CODE_MAP(ROW_ID) EXIT_CODES };

const char *exit_code_help(unsigned code); /* static; code < EXIT_CODES */

/* The exit code of a whole that has both: 6 > 1 > 7 > 5. */
int exit_code_worse(int a, int b);

#endif
