/* harm.c: names of the harms to a link. */
#include "runtime/base/harm.h"

#include "runtime/base/check.h"

static const char *const harm_names[LINK_HARMS] = {
#define LINK_HARM_ROW(id, name) [id] = name,
    LINK_HARM_MAP(LINK_HARM_ROW)
#undef LINK_HARM_ROW
};

static const char *const side_names[LINK_SIDES] = {"both", "up", "down"};

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
