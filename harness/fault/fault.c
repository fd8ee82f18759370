/* fault.c: the table of faults. Most rows differ in one detail only, so they share a function; a
 * new fault is a row, and a function where none does what it wants. */
#include "harness/fault/fault.h"

#include "runtime/base/check.h"

#include <signal.h>
#include <string.h>

/* The row's signal, unless the step names another. */
static int signal_run(struct world *w, const struct fault_entry *row, const struct step *s,
                      struct diag *diag)
{
    return world_signal(w, s->actor, s->signal != 0 ? s->signal : row->detail, diag);
}

static int cont_run(struct world *w, const struct fault_entry *row, const struct step *s,
                    struct diag *diag)
{
    return s->actor == ACTOR_NONE ? world_resume(w, diag) : signal_run(w, row, s, diag);
}

static int hang_up_run(struct world *w, const struct fault_entry *row, const struct step *s,
                       struct diag *diag)
{
    (void)row, (void)s; /* there is one terminal */
    return world_hang_up(w, diag);
}

static int link_run(struct world *w, const struct fault_entry *row, const struct step *s,
                    struct diag *diag)
{
    return world_link(w, s->actor, (enum link_harm)row->detail, s->side, diag);
}

static int tell_run(struct world *w, const struct fault_entry *row, const struct step *s,
                    struct diag *diag)
{
    return world_tell(w, s->actor, row->detail, diag);
}

/* Aligned in columns these rows would be too wide to read. */
/* clang-format off */
static const struct fault_entry fault_table[] = {
    {"kill", "kill: ACTOR, with: SIGNAL",
     "send this signal, SIGKILL unless another is named; the crash kinds are SIGSEGV, SIGABRT, "
     "SIGBUS, SIGFPE and SIGILL",
     FAULT_TAKES_SIGNAL, SIGKILL, signal_run},
    {"stop", "stop: ACTOR",
     "stop the process with SIGSTOP: it hangs, and gets nothing but SIGKILL and SIGCONT",
     0, SIGSTOP, signal_run},
    {"cont", "cont: ACTOR | job",
     "let a stopped process go on with SIGCONT, or the whole job as a shell's fg does",
     FAULT_TAKES_JOB, SIGCONT, cont_run},
    {"hang-up", "hang-up: terminal",
     "close the terminal: whoever reads it reads its end, and SIGHUP comes to the job",
     FAULT_TAKES_TERMINAL, 0, hang_up_run},
    {"cut", "cut: ACTOR",
     "the link to the parent is cut: both directions end, behind what was sent before",
     FAULT_TAKES_LINK, LINK_HARM_CUT, link_run},
    {"half-close", "half-close: ACTOR, side: up | down",
     "one direction of the link to the parent ends, behind what was sent before; up is from the "
     "actor to its parent",
     FAULT_TAKES_LINK | FAULT_TAKES_SIDE, LINK_HARM_HALF_CLOSE, link_run},
    {"truncate", "truncate: ACTOR, side: up | down",
     "the next frame in that direction of the link to the parent is cut in the middle, and the "
     "direction ends",
     FAULT_TAKES_LINK | FAULT_TAKES_SIDE, LINK_HARM_TRUNCATE, link_run},
    {"duplicate", "duplicate: ACTOR, side: up | down",
     "the next frame in that direction of the link to the parent comes twice",
     FAULT_TAKES_LINK | FAULT_TAKES_SIDE, LINK_HARM_DUPLICATE, link_run},
    {"drop", "drop: ACTOR, side: up | down",
     "the next frame in that direction of the link to the parent is lost, what follows is not",
     FAULT_TAKES_LINK | FAULT_TAKES_SIDE, LINK_HARM_DROP, link_run},
    {"delay", "delay: ACTOR, side: up | down",
     "what is sent in that direction of the link to the parent waits until `resume`",
     FAULT_TAKES_LINK | FAULT_TAKES_SIDE, LINK_HARM_DELAY, link_run},
    {"resume", "resume: ACTOR",
     "what was delayed on the link to the parent comes, in both directions",
     FAULT_TAKES_LINK, LINK_HARM_RESUME, link_run},
    {"freeze", "freeze: ACTOR",
     "let the process wait in the kernel, where neither SIGTERM nor SIGCONT reaches it: on real "
     "processes for a child that shares its memory and has stopped, so that SIGKILL still ends "
     "it, as no program can wait beyond that; on sim not even SIGKILL ends it within 10 s",
     0, TELL_FREEZE, tell_run},
};
/* clang-format on */

enum { FAULTS = sizeof(fault_table) / sizeof(fault_table[0]) };

size_t fault_count(void)
{
    return FAULTS;
}

const struct fault_entry *fault_at(size_t row)
{
    CHECK(row < FAULTS);
    return &fault_table[row];
}

int fault_find(const char *name)
{
    for (size_t row = 0; row < FAULTS; row++) {
        if (strcmp(fault_table[row].name, name) == 0)
            return (int)row;
    }
    return -1;
}

unsigned fault_takes(size_t row)
{
    return fault_at(row)->takes;
}

int fault_do(struct world *w, const struct step *s, struct diag *diag)
{
    CHECK(s->kind == STEP_FAULT);
    const struct fault_entry *row = fault_at(s->fault);
    int rc = row->run(w, row, s, diag);

    if (rc < 0)
        return rc;
    const struct trace_record record = {
        .point = POINT_FAULT_DONE,
        .actor = ACTOR_HARNESS,
        .peer = s->actor,
        .value = s->fault,
        .extra = s->signal,
    };
    world_note(w, &record);
    return 0;
}
