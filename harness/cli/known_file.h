/* known_file.h: where the file of known failures lies, and the scenarios that stand beside it. */
#ifndef HARNESS_CLI_KNOWN_FILE_H
#define HARNESS_CLI_KNOWN_FILE_H

#include "harness/cli/lookup.h"
#include "harness/gate/known.h"

#include <limits.h>
#include <stdbool.h>

#define KNOWN_FILE "ci/known-failures.yaml" /* beside `scenarios` */

/* KNOWN_FILE beside the folder `scenarios` in which `path` lies or which it is; NULL, or a path
 * without one: beside the nearest upward. Stores its path, whether it is there or not. False: there
 * is no such folder, and the path is empty. */
bool known_find(const char *path, char out[PATH_MAX]);

/* The scenarios in the folder `scenarios` beside such a file, or beside its folder. */
struct known_suite {
    struct known_scenarios scenarios; /* as the loader asks for them */
    const struct places *places;      /* lent */
    char folder[PATH_MAX];            /* empty: there is none */
    struct lookup lookup;
    char **id;                        /* owned; of each */
    struct arena *arena;              /* owned; of each that was loaded */
    const struct scenario **scenario; /* owned, what they are in the arenas; of each */
    size_t count;
    bool opened;
};

/* Nothing is read before it is asked for. Stays where it is until it is closed. */
void known_suite_open(struct known_suite *s, const char *known_path, const struct places *places);
void known_suite_close(struct known_suite *s);

#endif
