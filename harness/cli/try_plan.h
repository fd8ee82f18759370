/* try_plan.h: the runs that `try` makes: points of a command's life, what is done to it there, and
 * each of them as the text of a scenario. Nothing here starts or reads anything.
 *
 * A point is called as --at takes it: `output` (the first of it), `ready` (the pattern of --ready),
 * `rest` (nothing moves any more: a prompt, a server), or an address of the language. In one of
 * those a process that is neither root, child, leaf nor any is called by its program's name. */
#ifndef HARNESS_CLI_TRY_PLAN_H
#define HARNESS_CLI_TRY_PLAN_H

#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRY_POINTS_MAX = 40, TRY_AT_BYTES = 96 };

/* X(identifier, name for --stimulus, decides without being asked for, steps) */
#define TRY_STIMULUS_MAP(X)                                                               \
    X(TRY_CTRL_C, "ctrl-c", true, "key: C-c")                                             \
    X(TRY_CTRL_C_TWICE, "ctrl-c-twice", true, "key: { name: C-c, times: 2, gap: 400ms }") \
    X(TRY_SIGINT, "sigint", true, "signal: { to: root, name: SIGINT }")                   \
    X(TRY_SIGTERM, "sigterm", true, "signal: { to: root, name: SIGTERM }")                \
    X(TRY_HANG_UP, "hang-up", true, "fault: { hang-up: terminal }")                       \
    X(TRY_SIGKILL, "sigkill", false, "signal: { to: root, name: SIGKILL }")

#define TRY_STIMULUS_ROW(id, name, decides, step) id,
enum try_stimulus { TRY_STIMULUS_MAP(TRY_STIMULUS_ROW) TRY_STIMULI };
#undef TRY_STIMULUS_ROW

struct try_points {
    size_t count;
    char at[TRY_POINTS_MAX][TRY_AT_BYTES];
    int64_t seen_ns[TRY_POINTS_MAX]; /* on the clock of the untouched run; -1: not there */
};

/* Adds one, unless it is there. Returns false when there is no room for it. */
bool try_points_add(struct try_points *points, const char *at, int64_t seen_ns);

/* Fills in when those came that are in `life`, too. */
void try_points_seen(struct try_points *points, const struct try_points *life);

/* What is run. All lent. */
struct try_request {
    const char *const *argv; /* up to a NULL */
    const char *cwd;         /* as the scenario's file names it */
    const char *ready;       /* --ready, or NULL */
    const char *script;      /* the name of one for `use:`, or NULL */
    const char *const *with; /* "KEY=VALUE" for its parameters */
    size_t with_count;
    int64_t grace_ns;
};

const char *try_stimulus_name(enum try_stimulus s);

/* Reads "ctrl-c,sigterm" as a set of bits. Returns 0, or ERR_USAGE with a suggestion. */
int try_stimuli_read(const char *text, unsigned *out, struct diag *diag);

/* Which of them decide, where no set was asked for. */
unsigned try_stimuli_default(void);

/* Reads "rest,child@execve" as points. Returns 0 or ERR_USAGE. */
int try_points_read(const char *text, const char *ready, struct try_points *out, struct diag *diag);

/* Adds the scenario that does it at that point. One that came when nothing was done is waited for
 * some times as long. What an argument has that YAML cannot hold makes it
 * ERR_USAGE, with *out untouched. */
int try_scenario(const struct try_request *q, const struct try_points *points, size_t point,
                 enum try_stimulus s, struct buf *out, struct diag *diag);

/* Adds the one that does nothing to it, and looks on until it rests, and for the grace from then
 * on. `calls`: where its first process starts, waits and ends by itself is recorded, for which it
 * is held a moment; and what a filter of calls does not go well with. */
int try_untouched(const struct try_request *q, bool calls, struct buf *out, struct diag *diag);

#endif
