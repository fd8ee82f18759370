/* mask.h: a secret that the terminal shows, or that gets into a text, is written by nobody. */
#ifndef HARNESS_RUN_MASK_H
#define HARNESS_RUN_MASK_H

#include "harness/run/state.h"

#define MASK_TEXT "********" /* in its place, however long it is */

/* Adds what may be written of output that has come, and holds back what may be the beginning of a
 * secret. */
void mask_output(struct run *r, const char *data, size_t size, struct buf *out);

/* Adds what was held back: nothing more comes. */
void mask_flush(struct run *r, struct buf *out);

/* Puts stars in place of secrets in the text, which keeps its length. */
void mask_stars(const struct run *r, char *text, size_t size);

/* Takes secrets out of all texts of a result. */
void mask_result(const struct run *r, struct run_result *out);

#endif
