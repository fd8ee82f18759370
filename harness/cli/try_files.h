/* try_files.h: which files are there, to see what a run has left that was not there before.
 *
 * Looks at names below one folder, not into the files. Folders that tools keep for themselves
 * (.git, .scenario, node_modules) are left out. */
#ifndef HARNESS_CLI_TRY_FILES_H
#define HARNESS_CLI_TRY_FILES_H

#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRY_FILES_MAX = 20000, TRY_FILES_DEPTH_MAX = 8, TRY_FILES_TOLD_MAX = 3 };

/* Zeroed: nobody has looked. */
struct try_files {
    struct try_file {
        char *name;      /* owned; relative to the folder, by which they are sorted */
        int64_t made_ns; /* or changed, last */
    } * file;            /* owned */
    size_t count;
    bool full; /* there are more: then nothing is said of them */
};

/* Looks now; what was seen before is forgotten. */
void try_files_look(struct try_files *f, const char *folder);

/* Adds the names that are in `now` and neither in `before` nor in `other` (NULL: there is none), at
 * most TRY_FILES_TOLD_MAX: "lock, run.pid and 3 more". Those of `since` (NULL) are none of them
 * either, but for who was made or changed after it. Returns how many there are. */
size_t try_files_new(const struct try_files *now, const struct try_files *before,
                     const struct try_files *other, const struct try_files *since, struct buf *out);

void try_files_release(struct try_files *f);

#endif
