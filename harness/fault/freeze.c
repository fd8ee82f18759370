/* freeze.c: an actor's process waits in the kernel, as on a disk that does not answer. */
#include "harness/fault/rows.h"

static int freeze_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    return world_tell(w, args->actor, TELL_FREEZE, diag);
}

const struct fault_entry fault_freeze_entry = {
    .name = "freeze",
    .args = "freeze: ACTOR",
    .help = "let the process wait in the kernel, where neither SIGTERM nor SIGCONT reaches it: on "
            "real processes for a child that shares its memory and has stopped, so that SIGKILL "
            "still ends it, as no program can wait beyond that; on sim not even SIGKILL ends it "
            "within 10 s",
    .run = freeze_run,
};
