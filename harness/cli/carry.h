/* carry.h: outcomes and records that are taken over into another folder of results. */
#ifndef HARNESS_CLI_CARRY_H
#define HARNESS_CLI_CARRY_H

#include "harness/record/index.h"
#include "harness/record/results.h"

struct carry {
    const char *folder;     /* lent */
    struct index *index;    /* owned */
    struct results records; /* of the invocation that is being written */
    uint64_t outcomes;      /* of it */
    bool is_newest;         /* of all that are there */
    int64_t newest_us;      /* when that began */
    uint64_t *there;        /* owned, sorted: a hash of each invocation of the folder */
    size_t count;
    size_t room;
};

#define CARRY_INIT ((struct carry){0})

/* Opens the folder, which is made. Returns 0, ERR_NOMEM, or ERR_IO: it cannot be written. */
int carry_open(struct carry *c, const char *folder, struct diag *diag);

/* True when that invocation is there, complete or as incomplete as it is. */
bool carry_has(const struct carry *c, const struct invocation *v);

/* Begins a copy of an invocation, by the name of `stamp` or one like it. */
int carry_begin(struct carry *c, const struct invocation *v, const char *stamp, struct diag *diag);

/* Adds an outcome of invocation `id` in `folder` with the files of its record; NULL: it has none.
 * A record that cannot be copied is left out, which is said. Returns 0. */
int carry_outcome(struct carry *c, const char *folder, const char *id, const struct outcome *o);

void carry_end(struct carry *c, bool complete);
void carry_close(struct carry *c);

#endif
