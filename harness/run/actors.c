/* actors.c: who lives and who does not, and how it is called. */
#include "harness/observe/describe.h"
#include "harness/run/state.h"

bool actor_is_alive(struct run *r, uint16_t actor)
{
    enum process_state state = world_state(r->world, actor);

    return state == PROCESS_LIVE || state == PROCESS_STOPPED;
}

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
    switch (state) {
    case PROCESS_NONE:
        return "not started";
    case PROCESS_LIVE:
        return "alive";
    case PROCESS_STOPPED:
        return "stopped";
    case PROCESS_ZOMBIE:
        return "dead and not reaped";
    case PROCESS_REAPED:
        return "gone";
    }
    return "unknown";
}

const char *actor_text(const struct cast *cast, uint16_t actor, const char *nobody)
{
    return actor != ACTOR_NONE ? describe_actor(cast, actor) : nobody;
}
