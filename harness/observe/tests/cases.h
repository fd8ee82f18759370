/* cases.h: all synthetic traces, for the tests that go through them. */
#ifndef HARNESS_OBSERVE_TESTS_CASES_H
#define HARNESS_OBSERVE_TESTS_CASES_H

#include "harness/observe/tests/cases_command.h"
#include "harness/observe/tests/cases_edge.h"
#include "harness/observe/tests/cases_lock.h"
#include "harness/observe/tests/cases_tree.h"

enum {
    LOCK_CASES = sizeof(lock_cases) / sizeof(lock_cases[0]),
    TREE_CASES = sizeof(tree_cases) / sizeof(tree_cases[0]),
    EDGE_CASES = sizeof(edge_cases) / sizeof(edge_cases[0]),
    COMMAND_CASES = sizeof(command_cases) / sizeof(command_cases[0]),
    CASES = LOCK_CASES + TREE_CASES + EDGE_CASES + COMMAND_CASES,
};

static const struct trace_case *case_at(size_t i)
{
    if (i < LOCK_CASES)
        return &lock_cases[i];
    if (i < LOCK_CASES + TREE_CASES)
        return &tree_cases[i - LOCK_CASES];
    if (i < LOCK_CASES + TREE_CASES + EDGE_CASES)
        return &edge_cases[i - LOCK_CASES - TREE_CASES];
    return &command_cases[i - LOCK_CASES - TREE_CASES - EDGE_CASES];
}

#endif
