/* fault.h: harm that a scenario does on purpose: a table, a row each, of plain data.
 *
 * `fault: {kill: w.1, with: SIGKILL}` names a row by its key; what the key says is whom it hits,
 * the rest are the row's arguments. What it does is one action, so the same row works on every
 * engine. A fault that is a signal is a row of fault.c; one of a link is a row of
 * runtime/base/harm.h. */
#ifndef HARNESS_LANGUAGE_FAULT_H
#define HARNESS_LANGUAGE_FAULT_H

#include "harness/language/action.h"

#include <stddef.h>
#include <stdint.h>

/* What the step of a fault says besides whom it hits. */
enum fault_takes {
    FAULT_TAKES_SIGNAL = 1,    /* `with`, may be left out */
    FAULT_TAKES_SIDE = 2,      /* `side`, must be there */
    FAULT_TAKES_LINK = 4,      /* it hits the link of the actor to its parent: not the root's */
    FAULT_TAKES_JOB = 8,       /* `job` in place of an actor: the whole of it */
    FAULT_TAKES_TERMINAL = 16, /* `terminal` in place of an actor, and nothing else */
    FAULT_TAKES_ERROR = 32,    /* `with`, the name of an errno, must be there: it hits the call that
                                  its actor is held at */
};

struct fault_row {
    const char *name;
    const char *shape; /* how it is written: "kill: ACTOR, with: SIGNAL" */
    const char *help;
    unsigned takes; /* set of enum fault_takes */
    uint16_t kind;  /* enum action_kind: what it does */
    int64_t value;  /* of the action */
};

size_t fault_count(void);
const struct fault_row *fault_at(size_t row); /* row < fault_count() */

/* The row of that name, or -1. */
int fault_find(const char *name);

/* What the row does. `who`: ACTOR_NONE is the job; `with`: the signal or errno, 0 when the step
 * names none. */
struct action fault_action(size_t row, uint16_t who, int with, enum link_side side);

#endif
