/* known_write.h: a changed file of known failures reaches the disk, or is only shown. */
#ifndef HARNESS_CLI_KNOWN_WRITE_H
#define HARNESS_CLI_KNOWN_WRITE_H

#include "harness/cli/gating.h"
#include "runtime/base/buf.h"

/* Writes the text in place of the file, all of it or nothing, and shows the change as a patch.
 * `before`: what is there, "" for a file that is made. Returns an exit code. */
int known_write(const char *path, const char *before, const struct buf *after);

/* --update: entries go when all that they take was run and passed (known_covered.h; of another
 * XPASS it is said why it stays), and flaky ones within their limit get the counts of more runs.
 * Nothing is prolonged or added. Written outside CI only (CI in the environment); else shown.
 * Returns an exit code for what goes wrong with that. */
int known_update(const struct gating *g);

#endif
