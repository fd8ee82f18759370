/* known.h: the file of known failures (known-failures(5)) after reading and checking: plain data.
 *
 * Which entry a run falls under is match.h's business, and how the file is changed known_edit.h's.
 * Everything lives in the arena given to known_load() and is never changed afterwards. */
#ifndef HARNESS_GATE_KNOWN_H
#define HARNESS_GATE_KNOWN_H

#include "harness/language/definition.h"
#include "harness/scenario/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits of the file beside those of any of its kind (model.h); each has a message and a test. */
enum {
    KNOWN_ENTRIES_MAX = 500,
    KNOWN_ID_BYTES_MAX = 64,
    KNOWN_TEXT_BYTES_MAX = 1000, /* of an issue, an owner, a signature and so on */
    KNOWN_ARGUMENTS_MAX = 16,    /* of version-from */
    KNOWN_DAYS_MAX = 90,         /* from `added` to `expires` */
    KNOWN_RUNS_MAX = 1000000000, /* of `seen` */
};

enum known_state { KNOWN_BROKEN, KNOWN_FLAKY };

/* Of a condition that may be left out. */
enum known_answer { KNOWN_ANY, KNOWN_NO, KNOWN_YES };

/* All that are named must hold. */
struct known_platform {
    const char *os;     /* "linux", in lower case; "" any */
    const char *kernel; /* a range, see range.h; "" any */
    const char *cores;  /* a range; "" any */
    enum known_answer container;
    enum known_answer ci;
};

struct node;

struct known_entry {
    const char *id;
    const char *issue;     /* a URL */
    const char *scenario;  /* an id, or "folder/" and a star: all below it */
    const char *when;      /* as written; "" all variants */
    unsigned engines;      /* set of ENGINE_*: ENGINE_REAL | ENGINE_SIM where it names none */
    const char *signature; /* its leading words, one blank between */
    enum known_state state;
    struct {
        int64_t failed;
        int64_t of;
    } seen; /* of a flaky one */
    struct known_platform platform;
    const char *program;             /* "": ours, it expires */
    const char *versions;            /* a range; "" when ours */
    const char *const *version_from; /* a command line up to a NULL; NULL: PROGRAM --version */
    const char *owner;
    int32_t added;      /* days since 1970-01-01, see date.h */
    int32_t expires;    /* the last day on which it excuses; theirs: INT32_MAX */
    struct place place; /* of its id's value */

    const struct node *node;      /* the map, with the bytes of each key and value, for edits */
    const struct node *when_node; /* or NULL */
};

struct known {
    const char *path;
    const char *text; /* as read */
    size_t size;
    const struct known_entry *entry; /* in the file's order */
    size_t count;
    const struct node *root;
};

/* The scenarios there are, so that names that are wrong are found. Asked only when needed. */
struct known_scenarios {
    size_t (*count)(void *user); /* 0: there are none to hold names against */
    const char *(*id_at)(size_t i, void *user);
    /* Scenario i, or NULL when it cannot be read: then nothing is said about its parameters. */
    const struct scenario *(*load)(size_t i, void *user);
    void *user;
};

/* Reads the text of such a file. `scenarios` may be NULL: names in it are not held against any.
 * Returns 0 and stores the result, ERR_INPUT when findings->errors > 0, or ERR_NOMEM with *diag.
 * Warnings alone do not fail. Never aborts, whatever the bytes. */
int known_parse(struct arena *a, const char *path, const char *text, size_t size,
                const struct known_scenarios *scenarios, struct known **out,
                struct findings *findings, struct diag *diag);

/* The same from the file. ERR_NOTFOUND when there is none; ERR_IO when it cannot be read. */
int known_load(struct arena *a, const char *path, const struct known_scenarios *scenarios,
               struct known **out, struct findings *findings, struct diag *diag);

/* Says what is wrong with a document that was read already, for scenario_options.other: `user` is
 * the struct known_scenarios, or NULL. False: it is no file of known failures. */
bool known_check(struct parse *p, const struct node *root, void *user);

/* Whether the entry is about a scenario of that id. */
bool known_names(const struct known_entry *e, const char *scenario);

/* Where the first of "depth=2,presses=1" ends: at the comma, or at the end. A value may have commas
 * of its own. */
const char *known_parameter_end(const char *parameters);

enum known_when { WHEN_HOLDS, WHEN_FAILS, WHEN_UNKNOWN };

/* Whether the entry's `when` holds for a variant with these parameters, "depth=2,presses=1".
 * WHEN_UNKNOWN: it names one that the variant does not have, and does not hold; *name (NULL is
 * fine) is a copy of it, cut to KNOWN_ID_BYTES_MAX. `ctrl-c` is "none" where nobody presses it. */
enum known_when known_when(const struct known_entry *e, const char *parameters,
                           char name[KNOWN_ID_BYTES_MAX + 1]);

/* The keys of the file and of an entry, for its papers: number i, or NULL behind the last. */
const struct word *known_file_key(size_t i);
const struct word *known_entry_key(size_t i);

/* True for a key that every entry has. */
bool known_key_is_required(const char *name);

/* What the words in capitals of their shapes stand for. */
const struct definition *known_definition(size_t i);

#endif
