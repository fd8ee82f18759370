/* half_close.c: one direction of a link ends. */
#include "harness/fault/rows.h"

static int half_close_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    return world_link(w, args->actor, LINK_HARM_HALF_CLOSE, args->side, diag);
}

const struct fault_entry fault_half_close_entry = {
    .name = "half-close",
    .args = "half-close: ACTOR, side: up | down",
    .help = "one direction of the link to the parent ends, behind what was sent before; up is "
            "from the actor to its parent",
    .takes = FAULT_TAKES_LINK | FAULT_TAKES_SIDE,
    .answers = true,
    .run = half_close_run,
};
