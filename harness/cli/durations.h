/* durations.h: how long runs take, as a file that every shard reads the same.
 *
 * A line is "512ms real ctrlc_nested[depth=2]": a duration, an engine, an id; # begins a comment.
 * `scenario history --durations` writes it. It is a file and not what a machine has recorded, as
 * each shard's machine has recorded something else, or nothing, and all must make the same plan. */
#ifndef HARNESS_CLI_DURATIONS_H
#define HARNESS_CLI_DURATIONS_H

#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { DURATIONS_BYTES_MAX = 64 * 1024 * 1024 };

struct duration {
    const char *id;
    unsigned engine;
    int64_t time_ns;
};

struct durations {
    struct buf text;       /* owned: ids are in it */
    struct duration *item; /* owned, sorted */
    size_t count;
};

#define DURATIONS_INIT ((struct durations){0})

/* Reads an empty one. Returns 0, ERR_NOTFOUND or ERR_IO, ERR_FULL, ERR_NOMEM, or ERR_INPUT with
 * line and column. Release it, whatever it returns. */
int durations_load(struct durations *d, const char *path, struct diag *diag);

/* How long a run takes, 0: not known. */
int64_t durations_get(const struct durations *d, const char *id, unsigned engine);

/* Adds the line of one; one whose id has no line of its own is left out. */
void duration_add(struct buf *out, const char *id, const char *engine, int64_t time_ns);

void durations_release(struct durations *d);

#endif
