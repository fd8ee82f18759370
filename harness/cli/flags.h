/* flags.h: the flags of all verbs, one table; read with getopt_long. */
#ifndef HARNESS_CLI_FLAGS_H
#define HARNESS_CLI_FLAGS_H

#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLAGS_PINS_MAX = 32, FLAGS_JOBS_MAX = 256 };

/* Which verbs take a flag. */
enum flag_verb {
    FLAG_RUN = 1,
    FLAG_LIST = 2,
    FLAG_CHECK = 4,
    FLAG_HELP = 8,
    FLAG_EXPECT = 16,
    FLAG_SCHEMA = 32,
    FLAG_ALL = 0xFF,
};

enum flag_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* The flags as read; texts are lent from the command line. */
struct flags {
    const char *filter; /* -k, or NULL */
    const char *pin[FLAGS_PINS_MAX];
    size_t pins;
    const char *with[FLAGS_PINS_MAX]; /* expect: KEY=VALUE */
    size_t withs;
    const char *cast; /* expect: a file, or NULL */
    unsigned engines; /* set of ENGINE_*; 0: not given */
    uint64_t seed;
    uint64_t schedules;
    uint64_t repeat;
    uint64_t jobs; /* 0: not given */
    uint64_t min_run;
    int64_t total_ns; /* 0: the scenario's */
    int64_t step_ns;
    const char *trace_dir;
    const char *json; /* a file, "-" for standard output, or NULL */
    const char *junit;
    enum flag_color color;
    bool list_json; /* list, check */
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
int flags_read(int argc, char **argv, enum flag_verb verb, struct flags *out, struct diag *diag);

/* Adds a line per flag of the verb. */
void flags_print(enum flag_verb verb, struct buf *out);

/* "5s", "250ms", "1m": a number and a unit of us, ms, s, m, h. Returns false when it is not. */
bool duration_read(const char *text, int64_t *out_ns);

/* Decimal, or hex after 0x. Returns false when it is not a number, or too large. */
bool flag_number_read(const char *text, uint64_t max, uint64_t *out);

#endif
