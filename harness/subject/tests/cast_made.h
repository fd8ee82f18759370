/* cast_made.h: casts outside of any arena, each for free(); for tests. */
#ifndef HARNESS_SUBJECT_TESTS_CAST_MADE_H
#define HARNESS_SUBJECT_TESTS_CAST_MADE_H

#include "harness/subject/cast.h"
#include "runtime/base/check.h"

#include <stdlib.h>

static inline struct cast *cast_new(uint16_t room)
{
    struct cast *c = calloc(1, cast_bytes(room));

    CHECK(c != NULL);
    c->room = room;
    return c;
}

static inline struct cast *cast_of_tree(const struct tree *tree)
{
    struct cast *c = cast_new((uint16_t)tree->count);

    cast_add_tree(c, tree);
    return c;
}

#endif
