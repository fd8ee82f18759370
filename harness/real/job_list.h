/* job_list.h: the processes of a command, a line each, for people: what each of them does, whose
 * child it is, how old it is, and whether it has the terminal open.
 *
 * All of it differs from run to run, so it stands in no record and in no signature. */
#ifndef HARNESS_REAL_JOB_LIST_H
#define HARNESS_REAL_JOB_LIST_H

#include "harness/real/job_look.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdint.h>
#include <sys/types.h>

enum {
    JOB_STOP_LOOKS_MAX = 1000, /* at one that may stop again */
};

/* One that is let go runs to where the kernel stops it again, and is "running" on its way: who
 * looks next must not see that. One that goes on in earnest is waited for in vain, and not for
 * long. Returns how often it was found running. Seam for tests: no test can let one go on at the
 * moment between two questions. */
unsigned job_stop_await(pid_t pid);

/* The signal that has stopped it, or 0: nobody can tell. The kernel tells only the parent, and
 * whoever traces it: that is done for this question. It stays stopped meanwhile, and nobody else is
 * told. */
int job_stopped_by(pid_t pid);

struct job_list {
    pid_t guard;  /* above all of them, and the parent of those that have lost theirs */
    pid_t anchor; /* not to be listed; 0: there is none */
    pid_t root;
    dev_t terminal; /* 0: none */
    /* Says whose child one was that has lost its parent: the kernel does not tell any more. False:
     * nobody knows. */
    bool (*parent)(void *user, pid_t pid, struct job_process *parent);
    void *user;
};

/* Adds the lines: "sleep (415)  stopped by SIGTTIN, child of sh (412), 1.20 s old, holds the
 * terminal open". Errors as of job_look(), with what was seen until then. */
int job_list(const struct job_list *list, struct buf *out, struct diag *diag);

/* Adds "1.20 s old", of times in ticks of which a second has `hz`. Seam for tests: nobody who is
 * started by a test is old. */
void job_age(uint64_t start, uint64_t now, uint64_t hz, struct buf *out);

#endif
