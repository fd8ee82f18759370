/* harm.c: the table of harms to a link. */
#include "runtime/base/harm.h"

#include "runtime/base/check.h"

struct harm_row {
    const char *name;
    uint8_t way;
    uint8_t traits;
    const char *help;
};

static const struct harm_row harms[] = {LINK_HARM_MAP(ROW_ENTRY)};

static const char *const side_names[] = {SIDE_MAP(ROW_NAME)};

const char *link_harm_name(unsigned harm)
{
    CHECK(harm < LINK_HARMS);
    return harms[harm].name;
}

const char *link_side_name(unsigned side)
{
    CHECK(side < LINK_SIDES);
    return side_names[side];
}

unsigned link_harm_traits(int64_t harm)
{
    return harm >= 0 && harm < LINK_HARMS ? harms[harm].traits : 0;
}
