/* run.h: one variant of a scenario, once, on one engine: from nothing to a verdict. */
#ifndef HARNESS_RUN_RUN_H
#define HARNESS_RUN_RUN_H

#include "harness/run/result.h"
#include "harness/scenario/model.h"
#include "harness/subject/cast.h"
#include "harness/world/world.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <signal.h>
#include <stdint.h>

/* What is written down about a run besides its result; each may be NULL. Called from inside
 * run_variant(); everything is lent for the call. */
struct run_recorder {
    void (*begin)(void *user, const struct cast *cast); /* good until `trace` returns; may grow */
    void (*record)(void *user, const struct trace_record *record); /* as the run hears of it */
    void (*output)(void *user, int64_t at_ns, const char *data, size_t size);
    void (*mark)(void *user, int64_t at_ns, const char *text); /* a step begins, a key is sent */
    void (*trace)(void *user, const struct trace *trace, const struct cast *cast); /* at the end */
    /* A step of the scenario's own list is done, or, `depth` steps inside of one, of a list that
     * stands in its place; `unseen` bytes were typed where no line is echoed: see step_say(). */
    void (*step)(void *user, int64_t at_ns, const struct step *step, unsigned depth, size_t unseen);
    /* How the step is decided that is done next, where that is no matter of course; what it shows.
     * Lines. */
    void (*how)(void *user, int64_t at_ns, const char *text);
    /* A step goes on with its branch i. */
    void (*way)(void *user, int64_t at_ns, const struct step *step, size_t i, unsigned depth);
    void (*resized)(void *user, int64_t at_ns, uint16_t rows, uint16_t columns);
    void (*turn)(void *user); /* what has happened so far was told */
    void *user;
};

struct run_pattern;

/* What a run leaves for the next one of the same owner, who releases it after the last: big blocks,
 * and patterns that were compiled. */
struct run_memory {
    struct kept blocks;
    struct run_pattern *patterns; /* owned */
};

#define RUN_MEMORY_INIT ((struct run_memory){.blocks = KEPT_INIT})

void run_memory_release(struct run_memory *m);

/* The steps that a run can do, for scenario_options. */
extern const struct step_entry *const run_steps[];

/* Adds the step in one line: "key C-c, 3 times". `cast`: its variant's. */
void step_describe(const struct step *s, const struct cast *cast, struct buf *out);

/* The same of a step that is done: what was typed unseen is no more than a number of bytes, unless
 * it was written as the name of a secret. */
void step_say(const struct step *s, const struct cast *cast, size_t unseen, struct buf *out);

/* Adds the name of its branch i, a blank before it: " 'yes/no'". Returns where it stands. */
struct place step_branch(const struct step *s, size_t i, struct buf *out);

struct run_options {
    unsigned engine;           /* ENGINE_REAL or ENGINE_SIM */
    uint64_t seed;             /* sim */
    const char *helper_dir;    /* real: where guard and actor-tree lie */
    const char *run_id;        /* real: cookie of the subject's processes */
    const char *state_dir;     /* real: of struct world_options */
    unsigned without;          /* real: set of enum feature that are not to be used */
    struct run_memory *memory; /* what earlier runs have left; may be NULL */
    int64_t total_ns;          /* 0: the scenario's limits.total */
    int64_t step_ns;           /* 0: the scenario's limits.step */
    bool all_events;           /* a failure tells the whole trace */
    int64_t rest_ns;           /* to come to rest after the last step; 0: as step_ns */
    /* How often the user asked to stop: 1 cleanly, 2 at once. May be NULL. */
    const volatile sig_atomic_t *stop;
    /* Not 0 once somebody wants to see the run's state on standard error; reset. May be NULL. */
    volatile sig_atomic_t *dump;
    const struct run_recorder *recorder; /* or NULL */
    /* The value of a secret, or NULL: there is none. May be NULL. */
    const char *(*secret)(const char *name);
    /* The engine; NULL: the one that `engine` names. */
    int (*world_new)(const struct world_options *options, struct world **out, struct diag *diag);
};

/* Runs the variant and judges it. *out is an empty result and gets the verdict, whatever it is:
 * the engine's own failure is VERDICT_HARNESS or VERDICT_UNSUPPORTED there. Returns 0, or
 * ERR_NOMEM when not even that could be said. Everything it started is gone when it returns. */
int run_variant(const struct scenario *scenario, const struct variant *variant,
                const struct run_options *options, struct run_result *out, struct diag *diag);

/* A run that was recorded. All lent. */
struct run_past {
    unsigned engine;
    const struct trace *trace;
    const struct cast *cast;         /* who was there in the end */
    const struct run_result *result; /* what it came to then */
};

/* Judges it once more by the rules of today: the invariants, the deaths and the outcome anew, a
 * step that failed then as it was told. `variant` is of the recorded text. *out is an empty result.
 * Returns 0; ERR_STATE when the run has no verdict that trace and text lead to, *diag says why;
 * or ERR_NOMEM. */
int run_judge_again(const struct scenario *scenario, const struct variant *variant,
                    const struct run_past *past, struct run_result *out, struct diag *diag);

#endif
