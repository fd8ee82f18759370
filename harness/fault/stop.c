/* stop.c: an actor's process is stopped, as its parent can see; cont lets it go on. */
#include "harness/fault/rows.h"

#include <signal.h>

static int stop_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    return world_signal(w, args->actor, SIGSTOP, diag);
}

const struct fault_entry fault_stop_entry = {
    .name = "stop",
    .args = "stop: ACTOR",
    .help = "stop the process with SIGSTOP: it hangs, and gets nothing but SIGKILL and SIGCONT",
    .run = stop_run,
};
