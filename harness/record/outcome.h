/* outcome.h: what one run came to, as everybody knows it who looks at many runs: the index, the
 * gate, the history, and whoever joins shards. */
#ifndef HARNESS_RECORD_OUTCOME_H
#define HARNESS_RECORD_OUTCOME_H

#include "harness/run/result.h"

#include <stdbool.h>
#include <stdint.h>

/* All texts lent; "" where one does not apply. */
struct outcome {
    const char *id;         /* "bugs/ctrlc[depth=2,presses=1]" */
    const char *scenario;   /* "bugs/ctrlc" */
    const char *parameters; /* "depth=2,presses=1" */
    const char *engine;     /* "real", "sim"; "both": they were compared and disagree */
    uint32_t verdict;       /* enum verdict */
    const char *reason;     /* the texts of struct run_result */
    const char *signature;
    const char *message;
    const char *file; /* from its last `scenarios` or `expect/scripts` folder on */
    const char *ended;
    const char *again;
    const char *record; /* the file's name in the folder of the invocation */
    uint32_t line;      /* of `file`; 0: none */
    uint64_t seed;
    uint64_t digest;
    int64_t start_us; /* since 1970; 0: not known */
    int64_t time_ns;
    uint64_t schedules;
    uint64_t failed;     /* of the schedules */
    uint32_t repeat;     /* which one of --repeat, from 0 */
    uint32_t attempt;    /* 1: the first; a retry counts up */
    bool must_fail;      /* it is to show that an invariant sees what it must */
    const char *program; /* of a command, with its version */
    const char *version;
};

/* Where something ran. Nothing personal: no name of a host or a user. */
struct platform {
    char os[32];        /* "Linux" */
    char kernel[64];    /* "6.1.0-18-amd64" */
    uint32_t cores;     /* that it may use */
    char container[32]; /* "docker", "podman", ..., "yes"; "": it is in none */
    bool ci;
};

/* What a result says, as long as it lives. Which one of --repeat and when it began is not in it. */
void outcome_of(const struct run_result *r, struct outcome *out);

#endif
