/* known_word.h: the words of `scenario known`, a function each; all return an exit code. */
#ifndef HARNESS_CLI_KNOWN_WORD_H
#define HARNESS_CLI_KNOWN_WORD_H

#include "harness/cli/flags.h"
#include "harness/cli/gating.h"

/* Opens the file that the flags name, or the one beside the nearest `scenarios`; g->known is NULL
 * when that is not there, and the other says so. Release g in any case. Returns an exit code. */
int known_file_open(struct gating *g, const struct flags *flags);
void known_file_missing(struct buf *out);

/* argument[0] is the word behind `known`. */
int known_word_add(const struct flags *flags);     /* known_add.c */
int known_word_explain(const struct flags *flags); /* known_tell.c */
int known_word_stale(const struct flags *flags);
int known_word_list(const struct flags *flags);

#endif
