/* match.h: which entry of the known failures a run falls under, and why the others do not.
 *
 * An entry is about a variant when all that it names holds: scenario, `when`, engine, platform,
 * version of the program, in this order. Of a failure its signature must fit as well. Nothing is
 * read here: where it ran, what day it is and what a program says come from the caller. */
#ifndef HARNESS_GATE_MATCH_H
#define HARNESS_GATE_MATCH_H

#include "harness/gate/known.h"
#include "harness/record/outcome.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the runs are held against; all lent. */
struct match_world {
    const struct platform *platform; /* where they ran */
    /* For each entry what its program answers when it is asked for its version, NULL where it could
     * not be asked; not looked at for an entry without a program. NULL: none could. */
    const char *const *version;
    int32_t today; /* see date.h */
};

/* X(identifier, what `known explain` calls it): what did not fit, in the order of looking. */
#define MATCH_MAP(X)                \
    X(MATCH_SCENARIO, "scenario")   \
    X(MATCH_WHEN, "when")           \
    X(MATCH_ENGINE, "engine")       \
    X(MATCH_PLATFORM, "platform")   \
    X(MATCH_VERSION, "version")     \
    X(MATCH_SIGNATURE, "signature") \
    X(MATCH_WHOLE, "all of it")

enum match_step { MATCH_MAP(ROW_ID) MATCH_STEPS };

const char *match_step_name(unsigned step); /* static */

/* Whether entry `i` is about the variant that the outcome is of: MATCH_WHOLE, or the first that
 * does not fit, with one sentence about it added to `why` (NULL is fine). */
enum match_step match_place(const struct known *known, size_t i, const struct outcome *o,
                            const struct match_world *world, struct buf *why);

/* The same, and the signature as well. */
enum match_step match_entry(const struct known *known, size_t i, const struct outcome *o,
                            const struct match_world *world, struct buf *why);

/* Whether a signature begins with the words of another: "leak:survivor" with "leak", not with
 * "leak:surv". */
bool match_signature(const char *words, const char *signature);

/* An entry excuses from the day on which it was added (the one before, as a day is not the same one
 * everywhere) to the end of that on which it expires. */
bool match_expired(const struct known_entry *e, int32_t today);

#endif
