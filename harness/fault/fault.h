/* fault.h: harm that a scenario does on purpose: a table of rows, one file each.
 *
 * `fault: {kill: w.1, with: SIGKILL}` names a row by its key; what the key says is the actor, the
 * rest are the row's arguments. A fault acts through the world, so the same row works on both
 * engines; it is done when run() returns, and a fault.done record says so. */
#ifndef HARNESS_FAULT_FAULT_H
#define HARNESS_FAULT_FAULT_H

#include "harness/scenario/model.h"
#include "harness/world/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault_args {
    uint16_t actor;      /* whom it hits; ACTOR_NONE: the job; ACTOR_TERMINAL */
    int signal;          /* `with`, or 0: the row's default */
    enum link_side side; /* `side`, or SIDE_BOTH: not said */
};

struct fault_entry {
    const char *name;
    const char *args; /* how it is written: "kill: ACTOR, with: SIGNAL" */
    const char *help;
    unsigned takes; /* set of enum fault_takes: what its step may and must say */
    bool answers;   /* done only when WORLD_LINK comes for this actor */
    /* Does it. Returns 0, ERR_GONE when the actor's process is dead, or what the world says; then
     * nothing was done. */
    int (*run)(struct world *w, const struct fault_args *args, struct diag *diag);
};

size_t fault_count(void);
const struct fault_entry *fault_at(size_t row); /* row < fault_count() */

/* The row of that name, or -1. A step stores it in `fault`. */
int fault_find(const char *name);

/* What a step of that row takes: set of enum fault_takes. */
unsigned fault_takes(size_t row); /* row < fault_count() */

/* Runs the row and writes fault.done: peer the actor, value the row, extra the signal sent (0: as
 * the row's default). Nothing is written when the row fails. */
int fault_run(struct world *w, size_t row, const struct fault_args *args, struct diag *diag);

/* The same for a step of kind STEP_FAULT. */
int fault_do(struct world *w, const struct step *step, struct diag *diag);

#endif
