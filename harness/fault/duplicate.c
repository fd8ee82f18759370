/* duplicate.c: a frame of a link comes twice. */
#include "harness/fault/rows.h"

static int duplicate_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    return world_link(w, args->actor, LINK_HARM_DUPLICATE, args->side, diag);
}

const struct fault_entry fault_duplicate_entry = {
    .name = "duplicate",
    .args = "duplicate: ACTOR, side: up | down",
    .help = "the next frame in that direction of the link to the parent comes twice",
    .takes = FAULT_TAKES_LINK | FAULT_TAKES_SIDE,
    .answers = true,
    .run = duplicate_run,
};
