/* trace_case.h: one synthetic trace and what a row must say about it. */
#ifndef HARNESS_OBSERVE_TESTS_TRACE_CASE_H
#define HARNESS_OBSERVE_TESTS_TRACE_CASE_H

#include "harness/observe/setting.h"

#include <stddef.h>

struct trace_case {
    const char *row;
    const char *tree;
    const char *lines; /* see trace_text.h */
    const char *actor; /* of the violation, which is at the marked record; NULL: no row is broken */
    const char *cause;
    unsigned engine;
};

/* As calls, so that the traces keep their lines whatever formats the tables. */
#define RED(row, tree, actor, cause, lines)        \
    {                                              \
        row, tree, lines, actor, cause, ENGINE_SIM \
    }
#define GREEN(row, tree, lines)                  \
    {                                            \
        row, tree, lines, NULL, NULL, ENGINE_SIM \
    }
#define REAL_RED(row, tree, actor, cause, lines)    \
    {                                               \
        row, tree, lines, actor, cause, ENGINE_REAL \
    }
#define REAL_GREEN(row, tree, lines)              \
    {                                             \
        row, tree, lines, NULL, NULL, ENGINE_REAL \
    }

#endif
