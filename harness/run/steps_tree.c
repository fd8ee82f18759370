/* steps_tree.c: the state of the tree as a condition. */
#include "harness/run/steps.h"

#include <inttypes.h>
#include <stdio.h>

static bool is_alive(struct run *r, uint16_t actor)
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
        if (r->tree->node[actor].parent == ACTOR_NONE)
            return r->over;
        actor = r->tree->node[actor].parent;
    }
}

static int32_t count_state(struct run *r, bool zombies)
{
    int32_t count = 0;

    for (uint16_t actor = 0; actor < r->tree->count; actor++) {
        if (zombies)
            count += world_state(r->world, actor) == PROCESS_ZOMBIE;
        else
            count += is_alive(r, actor);
    }
    return count;
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

/* Notes in `why` the first actor that is not as wanted. */
static bool differs(struct run *r, uint16_t actor, char *why, size_t size)
{
    if (why != NULL)
        (void)snprintf(why, size, "%s is %s", r->tree->node[actor].name,
                       process_state_name(world_state(r->world, actor)));
    return false;
}

bool tree_state_holds(struct run *r, const struct step *s, char *why, size_t size)
{
    for (size_t i = 0; i < s->alive.count; i++) {
        if (!is_alive(r, s->alive.actor[i]))
            return differs(r, s->alive.actor[i], why, size);
    }
    for (size_t i = 0; i < s->gone.count; i++) {
        if (!actor_is_gone(r, s->gone.actor[i]))
            return differs(r, s->gone.actor[i], why, size);
    }
    for (size_t i = 0; i < s->stopped.count; i++) {
        if (world_state(r->world, s->stopped.actor[i]) != PROCESS_STOPPED)
            return differs(r, s->stopped.actor[i], why, size);
    }
    int32_t count = s->count == COUNT_ANY ? COUNT_ANY : count_state(r, false);
    if (count != s->count) {
        if (why != NULL)
            (void)snprintf(why, size, "%" PRId32 " are alive, not %" PRId32, count, s->count);
        return false;
    }
    int32_t zombies = s->zombies == COUNT_ANY ? COUNT_ANY : count_state(r, true);
    if (zombies != s->zombies) {
        if (why != NULL)
            (void)snprintf(why, size, "%" PRId32 " are dead and not reaped, not %" PRId32, zombies,
                           s->zombies);
        return false;
    }
    return true;
}
