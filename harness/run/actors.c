/* actors.c: who lives and who does not, and how it is called. */
#include "harness/run/state.h"

bool actor_is_gone(struct run *r, uint16_t actor)
{
    for (;;) {
        switch (world_state(r->world, actor)) {
        case PROCESS_ZOMBIE:
        case PROCESS_REAPED:
            return true;
        case PROCESS_LIVE:
        case PROCESS_STOPPED:
            return false;
        case PROCESS_NONE:
            break;
        }
        /* Not started: it never will be once its parent is gone. */
        if (r->cast->who[actor].parent == ACTOR_NONE)
            return r->over;
        actor = r->cast->who[actor].parent;
    }
}

const char *process_state_name(enum process_state state)
{
    static const char *const names[] = {
        [PROCESS_NONE] = "not started", [PROCESS_LIVE] = "alive",
        [PROCESS_STOPPED] = "stopped",  [PROCESS_ZOMBIE] = "dead and not reaped",
        [PROCESS_REAPED] = "gone",
    };

    return names[state];
}
