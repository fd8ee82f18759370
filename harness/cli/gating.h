/* gating.h: the gate of a command: its file, where and when it judges, and what it says.
 *
 * What is pure stands in harness/gate; here is what it is given: the file of known failures, this
 * machine, the day, and what the programs of its entries answer when asked for their versions. */
#ifndef HARNESS_CLI_GATING_H
#define HARNESS_CLI_GATING_H

#include "harness/cli/flags.h"
#include "harness/cli/known_file.h"
#include "harness/gate/gate.h"
#include "harness/record/index.h"
#include "harness/report/gate_told.h"

/* Zero: there is no gate, and all that follows does nothing. */
struct gating {
    char path[PATH_MAX]; /* of the file; "" when there is none */
    struct arena arena;
    struct known *known; /* in the arena; NULL: none */
    struct platform platform;
    const char **version; /* owned; of each entry, its text in the arena */
    int32_t today;
    struct gate *gate; /* owned */
    struct gate_told told;
    struct buf missing;
};

/* Reads the file that the flags name, or that lies beside `scenarios` (any path in it, or NULL: the
 * nearest). Returns EXIT_CODE_OK, also when there is none, or another one, and has said why. */
int gating_open(struct gating *g, const struct flags *flags, const char *scenarios,
                const struct places *places);

/* Asks the programs of the entries that are about one of these scenarios for their versions. */
void gating_ask(struct gating *g, const char *(*scenario_at)(size_t i, void *user), size_t count,
                void *user);

/* Begins to judge what runs on this platform. Returns an exit code. */
int gating_begin(struct gating *g, const struct platform *platform);

/* Counts the earlier runs of a machine like that of `own` for the flaky entries. */
void gating_past(struct gating *g, struct index *index, const struct invocation *own);

/* Before a result is put down: which program it was of, where an entry asks for that. */
void gating_note(const struct gating *g, struct run_result *r);

/* Whether the gate will excuse what a run came to, long before it is judged. */
bool gating_excuses(const struct gating *g, const struct run_result *r);

/* Judges one result: its verdict becomes the one that the gate sees, and RESULT_KNOWN says why. */
void gating_take(struct gating *g, struct run_result *r);

/* All runs are there, or `missing` ("" not) says what is not: makes the findings. Returns an exit
 * code for what goes wrong with that; g->told is good afterwards. */
int gating_judge(struct gating *g, const char *missing);

/* Says what was found: on the screen, and to GitHub where the flags say so. */
void gating_say(const struct gating *g, const struct flags *flags);

void gating_release(struct gating *g);

#endif
