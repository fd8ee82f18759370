/* try_run.h: one run of `try`, in this process: a scenario of try_plan.h, looked at while it goes
 * on, and what it came to. */
#ifndef HARNESS_CLI_TRY_RUN_H
#define HARNESS_CLI_TRY_RUN_H

#include "harness/cli/try_cell.h"
#include "harness/cli/try_files.h"
#include "harness/cli/try_life.h"
#include "harness/cli/try_plan.h"
#include "harness/scenario/model.h"

/* What all runs share; lent. */
struct try_worker {
    const char *helper_dir;
    const char *records; /* the folder of this invocation's records; NULL: none is kept */
    const char *current_directory;
    unsigned without; /* features of the machine that are not used */
    int64_t still_ns; /* an untouched run that rests so long has shown all that there is */
    const struct try_files *first;     /* what was there before all runs */
    const struct try_files *untouched; /* what is there when nothing is done; NULL: nobody looks */
    bool (*allowed)(void *user, const char *argv); /* who may live on; NULL: nobody */
    void *user;
};

/* Runs it. *out is an empty result and gets, beside all else, the cell (RESULT_CELL). */
void try_run_cell(const struct try_worker *w, const struct scenario *s, enum try_stimulus stimulus,
                  uint64_t number, struct run_result *out);

/* Runs the untouched one and says what its life was; `ready`: the last step but one waits for what
 * --ready says. Of *life only `calls` is read. *out is as above, without a cell. */
void try_run_untouched(const struct try_worker *w, const struct scenario *s, bool ready,
                       struct try_life *life, struct run_result *out);

#endif
