/* hang_up.c: the terminal goes away, as when its window is closed. */
#include "harness/fault/rows.h"

static int hang_up_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    (void)args; /* there is one terminal */
    return world_hang_up(w, diag);
}

const struct fault_entry fault_hang_up_entry = {
    .name = "hang-up",
    .args = "hang-up: terminal",
    .help = "close the terminal: whoever reads it reads its end, and SIGHUP comes to the job",
    .takes = FAULT_TAKES_TERMINAL,
    .run = hang_up_run,
};
