/* cont.c: a stopped process goes on. */
#include "harness/fault/rows.h"

#include <signal.h>

static int cont_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    return world_signal(w, args->actor, SIGCONT, diag);
}

const struct fault_entry fault_cont_entry = {
    .name = "cont",
    .args = "cont: ACTOR",
    .help = "let a stopped process go on with SIGCONT",
    .run = cont_run,
};
