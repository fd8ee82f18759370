/* cont.c: a stopped process goes on, or the whole job, in the foreground. */
#include "harness/fault/rows.h"

#include <signal.h>

static int cont_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    if (args->actor == ACTOR_NONE)
        return world_resume(w, diag);
    return world_signal(w, args->actor, SIGCONT, diag);
}

const struct fault_entry fault_cont_entry = {
    .name = "cont",
    .args = "cont: ACTOR | job",
    .help = "let a stopped process go on with SIGCONT, or the whole job as a shell's fg does",
    .takes = FAULT_TAKES_JOB,
    .run = cont_run,
};
