/* exit_code.h: what the command ends with. */
#ifndef HARNESS_REPORT_EXIT_CODE_H
#define HARNESS_REPORT_EXIT_CODE_H

/* X(identifier, number, help) */
#define EXIT_CODE_MAP(X)                                                        \
    X(EXIT_CODE_OK, 0, "as declared")                                           \
    X(EXIT_CODE_FAILED, 1, "an unexpected failure, leak, crash or timeout")     \
    X(EXIT_CODE_USAGE, 2, "the command line is wrong")                          \
    X(EXIT_CODE_INPUT, 3, "a file is wrong")                                    \
    X(EXIT_CODE_NOTHING, 4, "nothing was selected to run")                      \
    X(EXIT_CODE_STALE, 5, "the file of known failures is no longer right")      \
    X(EXIT_CODE_HARNESS, 6, "our own error, or a machine that cannot run this") \
    X(EXIT_CODE_UNRESOLVED, 7, "no verdict")

#define EXIT_CODE_ROW(id, number, help) id = number,
enum exit_code { EXIT_CODE_MAP(EXIT_CODE_ROW) EXIT_CODES };
#undef EXIT_CODE_ROW

const char *exit_code_help(unsigned code); /* static; code < EXIT_CODES; NULL: there is none */

/* The exit code of a whole that has both: 6 > 1 > 7 > 5. */
int exit_code_worse(int a, int b);

#endif
