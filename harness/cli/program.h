/* program.h: what a command needs before it can be started: the file that its name means, its
 * environment, and, of a scenario, its work directory (workplace.h). */
#ifndef HARNESS_CLI_PROGRAM_H
#define HARNESS_CLI_PROGRAM_H

#include "harness/cli/workplace.h"
#include "harness/scenario/model.h"
#include "harness/subject/subject.h"
#include "runtime/base/arena.h"
#include "runtime/base/err.h"

#include <limits.h>

enum { PROGRAM_ENV_MAX = 512, PROGRAM_COOKIE_BYTES = 96, PROGRAM_ARENA_BYTES_MAX = 1024 * 1024 };

/* Points into itself: it must not move. */
struct program {
    struct command_line command; /* for the variant that a run is given */
    struct arena arena;          /* words of the command that were made here */
    char path[PATH_MAX];
    char cookie[PROGRAM_COOKIE_BYTES]; /* "SCENARIO_RUN=...", what its processes are known by */
    const char *env[PROGRAM_ENV_MAX + 1];
    struct workplace work;
};

/* The cookie; may be called again, before a run. */
void program_cookie(struct program *p, const char *run_id);

/* Whether a command of that name would be found. */
bool program_is_there(const char *name);

/* Prepares what a script is run on: argv as typed, which is lent, the script's `env` and `cwd`.
 * Returns 0; ERR_IO when the program is not there; ERR_FULL. *p is released in any case. */
int program_typed(struct program *p, const struct variant *v, const char *const *argv,
                  const char *run_id, struct diag *diag);

/* The same of a scenario's `command:`, with a fresh work directory unless it says its own. */
int program_prepare(struct program *p, const struct variant *v, const char *run_id,
                    struct diag *diag);

/* Nobody runs there any more. Returns what workplace_close() does. */
int program_release(struct program *p, struct diag *diag);

#endif
