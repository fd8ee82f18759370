/* delay.c: one direction of a link stands still. */
#include "harness/fault/rows.h"

static int delay_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    return world_link(w, args->actor, LINK_HARM_DELAY, args->side, diag);
}

const struct fault_entry fault_delay_entry = {
    .name = "delay",
    .args = "delay: ACTOR, side: up | down",
    .help = "what is sent in that direction of the link to the parent waits until `resume`",
    .takes = FAULT_TAKES_LINK | FAULT_TAKES_SIDE,
    .answers = true,
    .run = delay_run,
};
