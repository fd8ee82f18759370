/* fault.c: the table of faults. */
#include "harness/language/fault.h"

#include "runtime/base/check.h"

#include <signal.h>
#include <string.h>

#define SHAPE_BOTH_WAYS ""
#define SHAPE_ONE_WAY   ", side: up | down"
#define TAKES_BOTH_WAYS 0
#define TAKES_ONE_WAY   FAULT_TAKES_SIDE

#define LINK_HARM_ROW(id, name, way, traits, help) \
    {name, name ": ACTOR" SHAPE_##way, help, FAULT_TAKES_LINK | TAKES_##way, ACTION_LINK, id},

/* A row's number stands in the record of a fault. */
/* clang-format off */
static const struct fault_row rows[] = {
    {"kill", "kill: ACTOR, with: SIGNAL",
     "send this signal, SIGKILL unless another is named; the crash kinds are SIGSEGV, SIGABRT, "
     "SIGBUS, SIGFPE, SIGILL, SIGTRAP and SIGSYS",
     FAULT_TAKES_SIGNAL, ACTION_SIGNAL, SIGKILL},
    {"stop", "stop: ACTOR",
     "stop the process with SIGSTOP: it hangs, and gets nothing but SIGKILL and SIGCONT",
     0, ACTION_SIGNAL, SIGSTOP},
    {"cont", "cont: ACTOR | job",
     "let a stopped process go on with SIGCONT, or the whole job as a shell's fg does",
     FAULT_TAKES_JOB, ACTION_SIGNAL, SIGCONT},
    {"hang-up", "hang-up: terminal",
     "close the terminal: whoever reads it reads its end, and SIGHUP comes to the job",
     FAULT_TAKES_TERMINAL, ACTION_HANG_UP, 0},
    LINK_HARM_MAP(LINK_HARM_ROW)
    {"freeze", "freeze: ACTOR",
     "let the process wait in the kernel, where neither SIGTERM nor SIGCONT reaches it: on real "
     "processes for a child that shares its memory and has stopped, so that SIGKILL still ends "
     "it, as no program can wait beyond that; on sim not even SIGKILL ends it within 10 s",
     0, ACTION_TELL, TELL_FREEZE},
    {"fail", "fail: ACTOR, with: ERRNO",
     "in the `do` of an inject at a system call: it is not made, and fails with this error when the "
     "process goes on; the actor is the one of the address",
     FAULT_TAKES_ERROR, ACTION_FAIL, 0},
};
/* clang-format on */
#undef LINK_HARM_ROW

enum { FAULTS = sizeof(rows) / sizeof(rows[0]) };

size_t fault_count(void)
{
    return FAULTS;
}

const struct fault_row *fault_at(size_t row)
{
    CHECK(row < FAULTS);
    return &rows[row];
}

int fault_find(const char *name)
{
    for (size_t row = 0; row < FAULTS; row++) {
        if (strcmp(rows[row].name, name) == 0)
            return (int)row;
    }
    return -1;
}

struct action fault_action(size_t row, uint16_t who, int with, enum link_side side)
{
    const struct fault_row *fault = fault_at(row);

    if ((fault->takes & FAULT_TAKES_JOB) != 0 && who == ACTOR_NONE)
        return (struct action){.kind = ACTION_CONTINUE};
    return (struct action){
        .kind = fault->kind, .who = who, .value = with != 0 ? with : fault->value, .extra = side};
}
