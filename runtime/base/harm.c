/* harm.c: names of the harms to a link. */
#include "runtime/base/harm.h"

#include "runtime/base/check.h"

static const char *const harm_names[] = {LINK_HARM_MAP(ROW_NAME)};

static const char *const side_names[] = {SIDE_MAP(ROW_NAME)};

const char *link_harm_name(unsigned harm)
{
    CHECK(harm < LINK_HARMS);
    return harm_names[harm];
}

const char *link_side_name(unsigned side)
{
    CHECK(side < LINK_SIDES);
    return side_names[side];
}
