/* user.h: between a core and the actor's own code: both drivers call it, and nothing else does.
 *
 * A driver keeps a struct user_calls per actor. On EFFECT_USER it calls user_run(); then, after
 * the effects of that step, it feeds every queued call to the core as EVENT_CALL, in order. */
#ifndef RUNTIME_ACTOR_USER_H
#define RUNTIME_ACTOR_USER_H

#include "runtime/actor/core.h"
#include "runtime/include/actor.h"

/* What only a real machine can do, called from inside the actor's own code: it keeps what it needs
 * and answers at once, with a negative enum actor_err or not. */
struct user_host {
    int (*exec)(void *user, const struct actor_exec *exec); /* returns what CALL_EXEC calls it */
    int (*watch)(void *user, int fd, unsigned ready);
    bool (*print)(void *user, const char *text, size_t size); /* false: it is for the terminal */
    void *user;
};

struct user_calls {
    const struct user_host *host; /* NULL: the simulator */
    uint16_t head;
    uint16_t count;
    uint16_t ids;      /* numbers given to spawns that are still queued */
    uint8_t nurseries; /* the same for nurseries */
    uint8_t zero;
    uint32_t call_numbers; /* the same for calls */
    struct core_call call[ACTOR_CALLS_QUEUED_MAX];
};

/* Runs one callback of the program for this core. */
void user_run(struct core *c, const struct core_user *user, const struct actor_program *program,
              int64_t now_ns, struct user_calls *calls);

/* Hands a message of the harness (enum tell_op of runtime/roles/tree.h) to the actor's code. */
void user_tell(struct core *c, int op, const struct actor_program *program, int64_t now_ns,
               struct user_calls *calls);

/* The next queued call, or NULL. Lent until the next user_*() call. */
const struct core_call *user_next(struct user_calls *calls);

#endif
