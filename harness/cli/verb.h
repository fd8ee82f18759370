/* verb.h: the verbs of the command, one table; a verb is a file and a row. */
#ifndef HARNESS_CLI_VERB_H
#define HARNESS_CLI_VERB_H

#include "harness/cli/flags.h"

#include <stddef.h>

struct verb_entry {
    const char *name;
    const char *form; /* what follows the name */
    const char *help; /* one line */
    const char *more; /* further lines of `help VERB`, or NULL */
    enum flag_verb flags;
    /* Returns an exit code (enum exit_code). Prints what is to be said. */
    int (*run)(const struct flags *flags);
};

size_t verb_count(void);
const struct verb_entry *verb_at(size_t i);           /* i < verb_count() */
const struct verb_entry *verb_find(const char *name); /* or NULL */

/* The name nearest to an unknown one, or NULL. */
const char *verb_suggest(const char *name);

int verb_run(const struct flags *flags);
int verb_list(const struct flags *flags);
int verb_check(const struct flags *flags);
int verb_expect(const struct flags *flags);
int verb_schema(const struct flags *flags);
int verb_help(const struct flags *flags);
int verb_version(const struct flags *flags);

/* `help VERB`, for --help too. */
void verb_print(const struct verb_entry *verb, struct buf *out);

#endif
