/* teller.h: says what the runs came to: in the order of the jobs, whichever was done first, and
 * repeated ones summed up.
 *
 * What is said of a job comes once all jobs before it are done. Of repeated runs that is the first
 * of each class, and in the end one line. Runs that go on without end are said as they come, and
 * summed up when they have ended: nothing is kept of them but the first of each class. */
#ifndef HARNESS_CLI_TELLER_H
#define HARNESS_CLI_TELLER_H

#include "harness/cli/gating.h"
#include "harness/cli/ledger.h"
#include "harness/cli/progress.h"
#include "harness/cli/reports.h"
#include "harness/cli/worker.h"

/* All but the counts lent. */
struct teller {
    const struct flags *flags;
    struct jobs *jobs;
    const struct worker_options *worker;
    struct progress *progress;
    struct reports *reports;
    struct ledger *ledger;
    struct gating *gating; /* that judges what is said; empty: none does */
    bool color;
    size_t variants; /* of endless jobs; a job's is its number modulo this; 0: they are not */
    struct report_counts counts; /* of runs */
    size_t said;                 /* jobs that were, from the first on */
    struct report_group *group;  /* owned: of the jobs that were said; at most one for each */
    size_t groups;
    size_t open;              /* the groups from here on are of the variant under way */
    uint64_t recorded;        /* failures whose record stays */
    uint64_t cut;             /* endless runs that were stopped by the user */
    struct teller_kept *kept; /* owned: of endless runs the first results of each class */
};

/* A teller that is filled in but for what it counts. Returns 0 or ERR_NOMEM. */
int teller_open(struct teller *t, struct diag *diag);

/* A job is done: says all that can be said now. */
void teller_say(struct teller *t);

/* An endless job has been run: takes its result out. */
void teller_take(struct teller *t, struct job *job);

/* No more jobs will be: says the rest, sums up, and completes the reports. Returns an exit code.
 * `interrupted` is the signal that stopped the run, or 0. */
int teller_end(struct teller *t, const struct report_head *head, int interrupted);

void teller_release(struct teller *t);

#endif
