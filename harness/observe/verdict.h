/* verdict.h: what a run can end in, and the exit code that follows. */
#ifndef HARNESS_OBSERVE_VERDICT_H
#define HARNESS_OBSERVE_VERDICT_H

#include "runtime/base/names.h"

#include <stdbool.h>

/* X(identifier, name, exit code, help) */
#define VERDICT_MAP(X)                                                                       \
    X(VERDICT_PASS, "PASS", 0, "as declared")                                                \
    X(VERDICT_FAIL, "FAIL", 1, "a step, an invariant or the outcome is not as declared")     \
    X(VERDICT_LEAK, "LEAK", 1, "something outlived the subject")                             \
    X(VERDICT_CRASH, "CRASH", 1, "an actor died by a signal of its own mistakes")            \
    X(VERDICT_TIMEOUT, "TIMEOUT", 1, "the run took longer than limits.total")                \
    X(VERDICT_DIVERGED, "DIVERGED", 1, "the engines disagree")                               \
    X(VERDICT_XFAIL, "XFAIL", 0, "a known failure, as the gate's file has it")               \
    X(VERDICT_XPASS, "XPASS", 5, "passes, although the gate's file has it as broken")        \
    X(VERDICT_FLAKY, "FLAKY", 1, "failed once and passed when tried again")                  \
    X(VERDICT_UNRESOLVED, "UNRESOLVED", 7, "no verdict; the reason says why")                \
    X(VERDICT_UNSUPPORTED, "UNSUPPORTED", 0, "this machine or build lacks what is required") \
    X(VERDICT_SKIPPED, "SKIPPED", 0, "not selected")                                         \
    X(VERDICT_HARNESS, "HARNESS", 6, "our own error; says nothing about the subject")

enum verdict { VERDICT_MAP(ROW_ID) VERDICTS };

/* Names and codes of the rows; static. `verdict` must be below VERDICTS. */
const char *verdict_name(unsigned verdict);
const char *verdict_help(unsigned verdict);
int verdict_exit_code(unsigned verdict);

/* True when a user must look at it: red ones, no verdict, our own errors. */
bool verdict_is_bad(unsigned verdict);

#endif
