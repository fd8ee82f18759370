/* record.h: one run as a file, written while it goes on: all that the run was.
 *
 * The run tells it everything through its recorder. Nothing is opened before the first piece is
 * full or a live run ends a turn, so that a short run of the simulator that passes costs no file.
 * A run on the simulator gives the same bytes each time. */
#ifndef HARNESS_RECORD_RECORD_H
#define HARNESS_RECORD_RECORD_H

#include "harness/run/run.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#define RECORD_SUFFIX ".record"
#define RECORD_CAST   ".cast"

/* What a record holds at most: past it nothing but the verdict is added, and it says so. */
#define RECORD_BYTES_MAX (UINT64_C(256) * 1024 * 1024)

enum {
    RECORD_PIECE_BYTES = 64 * 1024, /* written in one go, of a run that is not live */
    RECORD_TWINS_MAX = 1000,        /* files of one name, numbered */
    RECORD_FILES_MAX = 64,          /* scenario and scripts */
    RECORD_LINE_BYTES_MAX = 4096,   /* a value of the head; the rest of it is left out */
};

struct record_head; /* what the head is written with, while it is */

struct record_options {
    const char *path;   /* without suffix; lent. A name that is taken gets a number */
    bool live;          /* every turn reaches the file at once */
    uint64_t bytes_max; /* 0: RECORD_BYTES_MAX */
    /* Adds lines and files to the head, when it is needed. */
    void (*head)(void *user, struct record_head *head);
    void *user;
};

/* One run's file while it goes on. Zero: not begun. */
struct record {
    struct run_recorder recorder; /* for run_options */
    struct record_options options;
    const struct cast *cast; /* lent by the run, until it is over */
    uint16_t cast_written;
    uint64_t written; /* of the trace */
    struct buf piece; /* owned; not in the file yet */
    uint64_t bytes;   /* in file and piece */
    uint64_t sum;     /* of the bytes in the file */
    int fd;           /* owned; valid once opened */
    bool opened;
    bool cut;            /* the limit was reached */
    int error;           /* errno of the first write that failed, 0: none */
    char path[PATH_MAX]; /* of the file, once opened; with its suffix */
};

/* A path as it is everywhere: from its last `scenarios` or `expect/scripts` folder on, else its
 * last part. Returns a part of `path`. */
const char *record_path(const char *path);

/* Begins a record; nothing can fail yet. Give r->recorder to the run. */
void record_begin(struct record *r, const struct record_options *options);

/* For options.head: a line of the head, and a file by the name it is to have there. */
void record_line(struct record_head *head, const char *key, const char *value);
void record_file(struct record_head *head, const char *name, const char *text, size_t size);

/* Ends it with the run's verdict and keeps it, or takes it away again (keep false). Returns 0, or
 * ERR_IO when it is not there, or not whole: *diag says why. */
int record_end(struct record *r, const struct run_result *result, bool keep, struct diag *diag);

#endif
