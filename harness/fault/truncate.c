/* truncate.c: a link ends in the middle of a frame. */
#include "harness/fault/rows.h"

static int truncate_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    return world_link(w, args->actor, LINK_HARM_TRUNCATE, args->side, diag);
}

const struct fault_entry fault_truncate_entry = {
    .name = "truncate",
    .args = "truncate: ACTOR, side: up | down",
    .help = "the next frame in that direction of the link to the parent is cut in the middle, and "
            "the direction ends",
    .takes = FAULT_TAKES_LINK | FAULT_TAKES_SIDE,
    .answers = true,
    .run = truncate_run,
};
