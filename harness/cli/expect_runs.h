/* expect_runs.h: the runs of one `scenario expect`: told to reports, and summed up when there are
 * several. */
#ifndef HARNESS_CLI_EXPECT_RUNS_H
#define HARNESS_CLI_EXPECT_RUNS_H

#include "harness/cli/flags.h"
#include "harness/cli/ledger.h"
#include "harness/cli/reports.h"

#include <stdbool.h>

struct expect_kept;

struct expect_runs {
    const struct flags *flags; /* lent */
    bool color;
    struct reports reports;
    struct report_head head;
    struct report_counts counts;
    struct report_group group;
    struct ledger ledger;
    struct expect_kept *kept; /* owned: the first result of each class */
    uint64_t cut;             /* endless runs that were stopped by the user */
    char timestamp[32];
};

/* Before the first run. Returns an exit code. */
int expect_runs_open(struct expect_runs *runs, const struct flags *flags, bool color);

/* What the runs come to is written down as an invocation's, whose folder is `r`. */
void expect_runs_keep(struct expect_runs *runs, const struct results *r);

/* A run is over: takes the result, and leaves *result empty. */
void expect_runs_add(struct expect_runs *runs, struct run_result *result);

/* The sum of several, and the ends of the reports. Returns an exit code: that of all runs, or of
 * the reports alone when there was one run, which has been told. */
int expect_runs_end(struct expect_runs *runs);

#endif
