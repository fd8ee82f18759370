/* last_failed.h: what failed the last time, as the index has it: what --last-failed selects. */
#ifndef HARNESS_CLI_LAST_FAILED_H
#define HARNESS_CLI_LAST_FAILED_H

#include "harness/record/index.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct last_failed {
    char run[INDEX_ID_BYTES]; /* the invocation */
    struct last_failed_id {
        char *id; /* owned */
        unsigned engines;
    } * failed; /* owned; sorted by id, each once */
    size_t count;
    size_t room;
};

/* Reads the newest invocation of that verb in the results folder (NULL: that of the current
 * directory); with an `id` the newest that has run it. Whoever failed at any attempt or repetition
 * has failed, and nobody has who was not run. Returns 0, ERR_NOTFOUND when there is none to look
 * at, ERR_INPUT, ERR_IO or ERR_NOMEM. */
int last_failed_read(const char *results, const char *verb, const char *id, struct last_failed *out,
                     struct diag *diag);

/* True when the run of that id has failed on one of the engines. */
bool last_failed_has(const struct last_failed *l, const char *id, unsigned engines);

void last_failed_release(struct last_failed *l);

#endif
