/* flags.h: the flags of all verbs, one table; read with getopt_long.
 *
 * A flag is a row of flags.c and a field here. A verb takes a set of them, "filter pin jobs": their
 * names, in the order of its help. REPORTS in it stands for a flag per row of harness/report, which
 * takes the file to write; `help` is in every set. */
#ifndef HARNESS_CLI_FLAGS_H
#define HARNESS_CLI_FLAGS_H

#include "harness/report/report.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLAGS_PAIRS_MAX = 32, FLAGS_JOBS_MAX = 256 };

enum flag_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* What a flag that can be repeated was given, each KEY=VALUE. */
struct flag_pairs {
    const char *pair[FLAGS_PAIRS_MAX];
    size_t count;
};

/* The flags as read; texts are lent from the command line, NULL when not given. */
struct flags {
    const char *filter; /* -k */
    struct flag_pairs pins;
    struct flag_pairs with; /* expect: for the script's parameters */
    const char *cast;       /* expect: a file */
    unsigned engines;       /* set of ENGINE_*; 0: not given */
    uint64_t seed;
    uint64_t schedules;
    uint64_t repeat;
    uint64_t jobs; /* 0: not given */
    uint64_t min_run;
    int64_t total_ns; /* 0: the scenario's */
    int64_t step_ns;
    const char *trace_dir;
    const char *report[REPORTS]; /* a file, "-" for standard output */
    unsigned color;              /* enum flag_color */
    bool list_json;              /* list, check */
    bool expand;
    bool man;
    bool allow_empty;
    bool quiet;
    bool verbose;
    bool help;
    char **argument; /* what is left; lent */
    int arguments;
};

/* Reads argv[1..]: argv[0] is the verb. Returns 0, or ERR_USAGE with one sentence in *diag.
 * Reorders argv. */
int flags_read(int argc, char **argv, const char *set, struct flags *out, struct diag *diag);

/* Adds a line per flag of the set. */
void flags_print(const char *set, struct buf *out);

/* Whether the set is well made: names of rows, each once. Returns 0, or ERR_INPUT with the name
 * that is not in *diag. The other functions want one that is. */
int flags_check(const char *set, struct diag *diag);

/* The name of a row, or NULL behind the last. */
const char *flag_at(size_t i);

/* Whether the set has the row of flag_at(i). */
bool flags_have(const char *set, size_t i);

#endif
