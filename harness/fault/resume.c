/* resume.c: a link that was delayed goes on. */
#include "harness/fault/rows.h"

static int resume_run(struct world *w, const struct fault_args *args, struct diag *diag)
{
    return world_link(w, args->actor, LINK_HARM_RESUME, args->side, diag);
}

const struct fault_entry fault_resume_entry = {
    .name = "resume",
    .args = "resume: ACTOR",
    .help = "what was delayed on the link to the parent comes, in both directions",
    .takes = FAULT_TAKES_LINK,
    .answers = true,
    .run = resume_run,
};
