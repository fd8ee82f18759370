/* kill.c: an actor's process dies, at once by default, or gets whatever signal is named. */
#include "harness/fault/rows.h"

#include <signal.h>

static int kill_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    return world_signal(w, args->actor, args->signal != 0 ? args->signal : SIGKILL, diag);
}

const struct fault_entry fault_kill_entry = {
    .name = "kill",
    .args = "kill: ACTOR, with: SIGNAL",
    .help = "send this signal, SIGKILL unless another is named; the crash kinds are SIGSEGV, "
            "SIGABRT, SIGBUS, SIGFPE and SIGILL",
    .takes = FAULT_TAKES_SIGNAL,
    .run = kill_run,
};
