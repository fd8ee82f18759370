/* drop.c: a frame of a link is lost. */
#include "harness/fault/rows.h"

static int drop_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    return world_link(w, args->actor, LINK_HARM_DROP, args->side, diag);
}

const struct fault_entry fault_drop_entry = {
    .name = "drop",
    .args = "drop: ACTOR, side: up | down",
    .help =
        "the next frame in that direction of the link to the parent is lost, what follows is not",
    .takes = FAULT_TAKES_LINK | FAULT_TAKES_SIDE,
    .answers = true,
    .run = drop_run,
};
