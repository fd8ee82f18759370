/* lookup.h: from what the user typed to scenario files (language.md 2).
 *
 * A path as given; else the name in `scenarios/` of the nearest folder upward that has one; else
 * among the installed examples. A folder stands for every *.yaml below it, sorted. Without a name
 * that nearest `scenarios/`, and nothing else: what is installed runs only when somebody says so.
 */
#ifndef HARNESS_CLI_LOOKUP_H
#define HARNESS_CLI_LOOKUP_H

#include "runtime/base/err.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    LOOKUP_FILES_MAX = 10000,
    LOOKUP_DEPTH_MAX = 16, /* of folders below the one given */
    LOOKUP_UP_MAX = 64,    /* folders from the current one upward */
};

struct lookup_file {
    char *path;  /* owned: to open */
    char *again; /* owned: what to type to get it again */
};

struct lookup {
    struct lookup_file *file; /* owned; in the order of the arguments, then sorted */
    size_t count;
    size_t room;
    char folder[PATH_MAX]; /* all of it was added because none was named; else empty */
};

#define LOOKUP_INIT ((struct lookup){0})

/* Where the parts of an installation lie, relative to the running program. Empty: not there. */
struct places {
    char helpers[PATH_MAX];  /* guard and actor-tree */
    char examples[PATH_MAX]; /* the installed scenarios */
    char scripts[PATH_MAX];  /* expect scripts for `use:` */
};

/* Finds the places of the program at `executable` (its directory is enough to know).
 * Seam for tests: one that is installed elsewhere. */
void places_find(const char *executable, struct places *out);

/* The same for the running program. */
void places_find_own(struct places *out);

/* Adds the files that `name` stands for. Returns 0, ERR_NOTFOUND with a suggestion in *diag,
 * ERR_FULL, ERR_IO or ERR_NOMEM. A file that is there already is not added again. */
int lookup_add(struct lookup *l, const char *name, const struct places *places, struct diag *diag);

/* Adds all of the nearest folder `scenarios` upward. Returns as lookup_add(). */
int lookup_add_nearest(struct lookup *l, struct diag *diag);

/* Adds all installed examples. Returns as lookup_add(). */
int lookup_add_examples(struct lookup *l, const struct places *places, struct diag *diag);

/* The nearest folder `scenarios` upward, as scripts_find() stores its own. */
bool scenarios_find(char *out);

/* The nearest folder `expect/scripts` upward, as a relative path of PATH_MAX bytes. False:
 * none, and the path is empty. */
bool scripts_find(char *out);

/* The expect script that `name` means: a path as given (one with a '/' or a suffix); else the name
 * in the nearest folder `expect/scripts` upward; else an installed one. Stores the
 * path, PATH_MAX bytes. Returns 0, or ERR_NOTFOUND with a suggestion in *diag. */
int script_lookup(const char *name, const struct places *places, char *out, struct diag *diag);

void lookup_release(struct lookup *l);

/* The path as reports may show it: below the current directory, else from its last `scenarios`
 * or `expect` folder on, else its last part. Returns a part of `path`. */
const char *path_shown(const char *path, const char *current_directory);

/* An absolute path as it can be typed in that directory, "../x.yaml"; others as they are. Returns
 * false when it does not fit. */
bool path_relative(const char *path, const char *current_directory, char *out, size_t size);

#endif
