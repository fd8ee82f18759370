/* harm.c: what follows from the harms to a link. */
#include "runtime/base/harm.h"

#define HARM_TRAITS(id, name, way, traits, help) [id] = (traits),

unsigned link_harm_traits(int64_t harm)
{
    static const uint8_t all[] = {LINK_HARM_MAP(HARM_TRAITS)};

    return harm >= 0 && harm < LINK_HARMS ? all[harm] : 0;
}
