/* act.h: actions in one line, for the tests of the engines. */
#ifndef HARNESS_WORLD_TESTS_ACT_H
#define HARNESS_WORLD_TESTS_ACT_H

#include "harness/world/world.h"

#include <stdbool.h>

static inline int act_type(struct world *w, const void *data, size_t size, struct diag *diag)
{
    return world_act(w, &(struct action){.kind = ACTION_TYPE, .text = data, .size = size}, diag);
}

static inline int act_key(struct world *w, uint8_t byte, bool tiocsig, struct diag *diag)
{
    return world_act(w, &(struct action){.kind = ACTION_KEY, .value = byte, .extra = tiocsig},
                     diag);
}

static inline int act_signal(struct world *w, uint16_t who, int signal, struct diag *diag)
{
    return world_act(w, &(struct action){.kind = ACTION_SIGNAL, .who = who, .value = signal}, diag);
}

static inline int act_tell(struct world *w, uint16_t who, int op, struct diag *diag)
{
    return world_act(w, &(struct action){.kind = ACTION_TELL, .who = who, .value = op}, diag);
}

static inline int act_link(struct world *w, uint16_t who, enum link_harm harm, enum link_side side,
                           struct diag *diag)
{
    return world_act(
        w, &(struct action){.kind = ACTION_LINK, .who = who, .value = harm, .extra = side}, diag);
}

static inline int act_resize(struct world *w, uint16_t rows, uint16_t columns, struct diag *diag)
{
    return world_act(w, &(struct action){.kind = ACTION_RESIZE, .value = rows, .extra = columns},
                     diag);
}

static inline int act_hang_up(struct world *w, struct diag *diag)
{
    return world_act(w, &(struct action){.kind = ACTION_HANG_UP}, diag);
}

static inline int act_continue(struct world *w, struct diag *diag)
{
    return world_act(w, &(struct action){.kind = ACTION_CONTINUE}, diag);
}

static inline void want_quiet(struct world *w)
{
    world_want(w, WORLD_QUIET, 0);
}

static inline void want_timer(struct world *w, int64_t at_ns)
{
    world_want(w, WORLD_TIMER, at_ns);
}

#endif
