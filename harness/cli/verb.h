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

/* The whole command: argv as given to main. Returns the exit code. */
int command_run(int argc, char **argv);

/* Writes the buffer to standard output or error and releases it. */
void print_out(struct buf *text);
void print_err(struct buf *text);

/* Why standard output could first not be written (errno), or 0. */
int print_failure(void);

/* Dies by that signal, which has stopped the command: the caller is to see that, not a number that
 * looks like it. */
void command_die(int number);

/* The exit code for an error of finding, reading or starting something. */
int exit_code_of(int rc);

/* "scenario: " and the sentence, on standard error. */
void print_error(const char *text);

/* True when this stream (1 or 2) is to be coloured. */
bool color_wanted(const struct flags *flags, int fd);

#endif
