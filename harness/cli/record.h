/* record.h: what --trace-dir keeps of a run: its trace as text and its terminal as an asciicast. */
#ifndef HARNESS_CLI_RECORD_H
#define HARNESS_CLI_RECORD_H

#include "expect/asciicast.h"
#include "harness/cli/outfile.h"
#include "harness/cli/suite.h"
#include "harness/run/run.h"

#include <limits.h>

/* One run's files while it goes on. */
struct record {
    struct run_recorder recorder; /* for run_options */
    char trace_path[PATH_MAX];
    char cast_path[PATH_MAX];
    struct asciicast cast;
    struct outfile cast_file;
    struct diag diag; /* the first failure; text empty: none */
    int error;        /* enum err of it */
};

#define RECORD_INIT ((struct record){0})

/* Opens DIR/ID-ENGINE-SEED.trace and .cast. Returns 0, or ERR_IO. They have these names once they
 * are complete. */
int record_open(struct record *r, const char *folder, const struct job *job, struct diag *diag);

/* Closes what is open. Returns 0, or the first error since the start. */
int record_close(struct record *r, struct diag *diag);

#endif
