/* verb.h: the verbs of the command. A verb is a file verb_NAME.c with its row, and its name here.
 */
#ifndef HARNESS_CLI_VERB_H
#define HARNESS_CLI_VERB_H

#include "harness/cli/flags.h"

#include <stddef.h>

/* In the order of the help. */
#define VERB_ROWS(X) \
    X(run)           \
    X(list)          \
    X(check)         \
    X(try)           \
    X(init)          \
    X(expect)        \
    X(fixture)       \
    X(leaks)         \
    X(show)          \
    X(recheck)       \
    X(gate)          \
    X(known)         \
    X(history)       \
    X(merge)         \
    X(doctor)        \
    X(schema)        \
    X(help)          \
    X(version)

struct verb_entry {
    const char *name;
    const char *form;    /* what follows the name */
    const char *help;    /* one line */
    const char *more;    /* further lines of `help VERB`, or NULL */
    const char *codes;   /* and the last ones, about its exit codes; NULL: as every command's */
    const char *example; /* lines for `help`, or NULL */
    uint8_t flags[FLAG_SET_MAX]; /* the set that it takes, see flags.h */
    /* Returns an exit code (enum exit_code). Prints what is to be said. */
    int (*run)(const struct flags *flags);
};

#define VERB_DECLARATION(id) extern const struct verb_entry verb_##id;
VERB_ROWS(VERB_DECLARATION)
#undef VERB_DECLARATION

size_t verb_count(void);
const struct verb_entry *verb_at(size_t i);           /* i < verb_count() */
const struct verb_entry *verb_find(const char *name); /* or NULL */

/* The name nearest to an unknown one, or NULL. */
const char *verb_suggest(const char *name);

/* `help VERB`, for --help too. */
void verb_print(const struct verb_entry *verb, struct buf *out);

#endif
