/* cut.c: the link of an actor to its parent is cut. */
#include "harness/fault/rows.h"

static int cut_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    return world_link(w, args->actor, LINK_HARM_CUT, args->side, diag);
}

const struct fault_entry fault_cut_entry = {
    .name = "cut",
    .args = "cut: ACTOR",
    .help = "the link to the parent is cut: both directions end, behind what was sent before",
    .takes = FAULT_TAKES_LINK,
    .answers = true,
    .run = cut_run,
};
