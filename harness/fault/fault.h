/* fault.h: harm that a scenario does on purpose: a table, a row each.
 *
 * `fault: {kill: w.1, with: SIGKILL}` names a row by its key; what the key says is the actor, the
 * rest are the row's arguments. A fault acts through the world, so the same row works on both
 * engines; it is done when fault_do() returns, one of a link when WORLD_LINK comes for its actor.
 */
#ifndef HARNESS_FAULT_FAULT_H
#define HARNESS_FAULT_FAULT_H

#include "harness/scenario/model.h"
#include "harness/world/world.h"

#include <stddef.h>

struct fault_entry {
    const char *name;
    const char *args; /* how it is written: "kill: ACTOR, with: SIGNAL" */
    const char *help;
    unsigned takes; /* set of enum fault_takes: what its step may and must say */
    int detail;     /* what `run` must know of the row: a signal, a harm, an order */
    /* Does what the step says. Returns 0, ERR_GONE when the actor's process is dead, or what the
     * world says; then nothing was done. */
    int (*run)(struct world *w, const struct fault_entry *row, const struct step *s,
               struct diag *diag);
};

size_t fault_count(void);
const struct fault_entry *fault_at(size_t row); /* row < fault_count() */

/* The row of that name, or -1. A step stores it in `fault`. */
int fault_find(const char *name);

/* What a step of that row takes: set of enum fault_takes. */
unsigned fault_takes(size_t row); /* row < fault_count() */

/* Runs the row of a step of kind STEP_FAULT and writes fault.done: peer the actor, value the row,
 * extra the signal that the step names (0: none). Nothing is written when the row fails. */
int fault_do(struct world *w, const struct step *s, struct diag *diag);

#endif
