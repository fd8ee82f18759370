/* try_life.h: what the first, untouched run of a command has shown of its life: the points at which
 * something can be done to it, and when it says that it is ready and when it is. */
#ifndef HARNESS_CLI_TRY_LIFE_H
#define HARNESS_CLI_TRY_LIFE_H

#include "harness/cli/try_plan.h"
#include "harness/subject/cast.h"
#include "runtime/base/trace.h"

#include <signal.h>
#include <sys/types.h>

enum { TRY_LIFE_SIGNALS = 2, TRY_LIFE_PROCESSES_MAX = 256, TRY_WINDOW_BYTES = 512 };

/* The signals whose handlers are looked for: SIGINT, SIGTERM. */
extern const int try_life_signals[TRY_LIFE_SIGNALS];

/* Since when a process has a handler for each; -1: it has none. On the run's clock. */
struct try_process {
    pid_t pid;
    uint16_t actor;
    int64_t handler_ns[TRY_LIFE_SIGNALS];
};

struct try_life {
    int64_t output_ns; /* the first of it; -1: none came */
    int64_t ready_ns;  /* the pattern of --ready was there; -1 */
    int64_t rest_ns;   /* -1: it never rested */
    bool ended;        /* by itself */
    bool prompts;      /* it sat in front and read what is typed */
    bool listens;      /* somebody of it, on a port */
    bool makes_files;  /* where it runs */
    bool calls;        /* asked for: it was looked at with a filter of system calls */
    bool harmed;       /* by that filter: a program that wants rights, or a filter of its own */
    struct try_process process[TRY_LIFE_PROCESSES_MAX];
    size_t processes;
    struct try_points points;
    char window[TRY_WINDOW_BYTES]; /* lines for people about the unready window; "": there was none
                                    */
};

#define TRY_LIFE_INIT ((struct try_life){.output_ns = -1, .ready_ns = -1, .rest_ns = -1})

/* Fills in life->points, in the order in which they came: those alike (the same program is started)
 * once. */
void try_life_learn(struct try_life *life, const struct trace *t, const struct cast *cast);

/* Fills in life->window: a line about each time in which it seems to be ready and is not. */
void try_life_look_ready(struct try_life *life, const struct cast *cast);

#endif
