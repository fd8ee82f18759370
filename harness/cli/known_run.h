/* known_run.h: a recorded run beside the file of known failures, for `scenario known`. */
#ifndef HARNESS_CLI_KNOWN_RUN_H
#define HARNESS_CLI_KNOWN_RUN_H

#include "harness/cli/gating.h"
#include "runtime/base/arena.h"

enum { KNOWN_RUN_ARENA_BYTES_MAX = 512 * 1024 * 1024 };

struct known_run {
    struct gating gating; /* g->gate is there, with nothing added yet */
    struct arena arena;
    struct index *index; /* owned */
    struct invocation own;
    struct outcome *outcome; /* owned, its texts in the arena; in the order of coming */
    size_t count;
    size_t room;
    const char *variant; /* behind RUN/ of what was asked for; "" for all */
};

/* Opens "RUN", "RUN/VARIANT" or "VARIANT", which is of the last run, and the file that the flags
 * name. Zero before; release in any case. Returns an exit code, and has said why. */
int known_run_open(struct known_run *r, const char *what, const struct flags *flags);
void known_run_release(struct known_run *r);

/* The id of the one variant that r->variant means: itself, or the only one with that in its id, of
 * those of which `wanted` (NULL: all) takes an outcome. NULL: it was said what there is. */
const char *known_run_variant(struct known_run *r, bool (*wanted)(const struct outcome *o));

/* Whether it went wrong in a way that an entry can excuse. */
bool known_run_failed(const struct outcome *o);

#endif
