/* diverge.h: the two engines' runs of one variant, held against each other. */
#ifndef HARNESS_CLI_DIVERGE_H
#define HARNESS_CLI_DIVERGE_H

#include "harness/cli/worker.h"

#include <stdbool.h>

/* Both are done. When the engines disagree the first one's result becomes that of both, DIVERGED,
 * with the story of the one that failed, and the second is replaced by it. They do not when one has
 * not judged (our own error, a stop by the user), when the scenario lets a run end in several ways,
 * or when some of several schedules came to what the real run did. Returns whether they disagree.
 */
bool engines_diverge(struct job *real, struct job *sim, const struct worker_options *options);

#endif
