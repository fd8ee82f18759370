/* options.h: small tables in place of those of the layers above, for the tests of this folder. */
#ifndef HARNESS_SCENARIO_TESTS_OPTIONS_H
#define HARNESS_SCENARIO_TESTS_OPTIONS_H

#include "harness/scenario/model.h"

#include <stdio.h>
#include <string.h>

static const char *const test_invariants[] = {"lock-exclusive", "lock-fifo", "no-zombies"};

static inline int test_find(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    return -1;
}

static inline int test_invariant_find(const char *name)
{
    return test_find(test_invariants, 3, name);
}

static inline const char *test_invariant_at(size_t i)
{
    return test_invariants[i];
}

/* Knows only that parentheses come in pairs. */
static inline int test_pattern_check(const char *pattern, size_t *offset, char *why,
                                     size_t why_size)
{
    size_t open = 0;
    size_t last = 0;

    for (size_t i = 0; pattern[i] != 0; i++) {
        if (pattern[i] == '(') {
            open++;
            last = i;
        } else if (pattern[i] == ')' && open-- == 0) {
            *offset = i;
            (void)snprintf(why, why_size, "unmatched )");
            return ERR_INPUT;
        }
    }
    if (open == 0)
        return 0;
    *offset = last;
    (void)snprintf(why, why_size, "missing )");
    return ERR_INPUT;
}

static const struct scenario_options test_options = {
    .invariant_find = test_invariant_find,
    .invariant_at = test_invariant_at,
    .invariant_count = 3,
    .pattern_check = test_pattern_check,
};

#endif
