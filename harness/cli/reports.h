/* reports.h: the reports that a command line asks for, each written to where its flag says. */
#ifndef HARNESS_CLI_REPORTS_H
#define HARNESS_CLI_REPORTS_H

#include "harness/cli/outfile.h"
#include "harness/report/report.h"

struct reports {
    /* A row's place: a file; standard output ("-") when none is open for its path; NULL: not asked
     * for. Lent. */
    const char *const *path;
    struct outfile out[REPORTS];
};

/* Before the first run, as one that cannot be written is better known then. `path` has one for each
 * row of harness/report, or NULL, and is lent until the end. One of them may be "-": standard
 * output is then its own, and what is for people goes to standard error (print.h). Returns 0,
 * ERR_USAGE when two are, or ERR_IO. */
int reports_open(struct reports *r, const char *const path[REPORTS], struct diag *diag);

void reports_head(struct reports *r, const struct report_head *head);
void reports_run(struct reports *r, const struct run_result *result);
void reports_group(struct reports *r, const struct report_group *group);

/* Closes them, and says which could not be written. Returns an exit code. */
int reports_end(struct reports *r, const struct report_end *end);

/* Gives up what is open still. */
void reports_release(struct reports *r);

#endif
