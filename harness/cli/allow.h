/* allow.h: whom --allow and --allow-file let stay when their command has ended. */
#ifndef HARNESS_CLI_ALLOW_H
#define HARNESS_CLI_ALLOW_H

#include "expect/match.h"
#include "harness/cli/flags.h"

enum { ALLOW_MAX = 256 };

/* Zeroed: nobody is. */
struct allow {
    struct match_pattern *pattern[ALLOW_MAX]; /* owned */
    size_t count;
};

/* Reads the flags' patterns. Returns 0; ERR_USAGE of one on the command line; ERR_INPUT of one in
 * the file, or of the file; ERR_FULL. */
int allow_take(struct allow *x, const struct flags *f, struct diag *diag);

/* True when one of them is found in the words, joined by blanks. A pattern that costs too much
 * allows nobody. `user` is the struct allow. */
bool allow_has(void *user, const char *argv);

void allow_release(struct allow *x);

#endif
