/* actors.c: who lives and who does not, and how it is called. */
#include "harness/observe/describe.h"
#include "harness/run/state.h"
#include "harness/subject/role.h"

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

uint16_t actor_meant(struct run *r, uint16_t who)
{
    return r->found != NULL ? role_member(r->found, who) : who;
}

bool actor_is_meant(const struct run *r, uint16_t who, uint16_t actor)
{
    return r->found != NULL ? role_matches(r->found, who, actor) : who == actor;
}

const char *whom_called(const struct cast *cast, uint16_t who)
{
    return cast->roles != NULL && who < cast->roles->count ? cast->roles->role[who].name
                                                           : describe_actor(cast, who);
}

static bool actor_is(struct run *r, uint16_t actor, enum wanted wanted)
{
    if (wanted == WANTED_GONE)
        return actor_is_gone(r, actor);
    return wanted == WANTED_ALIVE ? world_is_alive(r->world, actor)
                                  : world_state(r->world, actor) == PROCESS_STOPPED;
}

bool whom_is(struct run *r, uint16_t who, enum wanted wanted)
{
    bool gone = wanted == WANTED_GONE;
    bool found = false;

    if (r->found == NULL || !role_is_many(&r->cast->roles->role[who])) {
        uint16_t actor = actor_meant(r, who);
        return actor != ACTOR_NONE && actor_is(r, actor, wanted);
    }
    for (uint16_t actor = 0; actor < r->cast->count; actor++) {
        if (!role_matches(r->found, who, actor))
            continue;
        bool is = actor_is(r, actor, wanted);
        if (is != gone)
            return is;
        found = true;
    }
    return found && gone;
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
