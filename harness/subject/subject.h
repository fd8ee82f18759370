/* subject.h: what a run is about: a tree of actors, or a program that is not ours. */
#ifndef HARNESS_SUBJECT_SUBJECT_H
#define HARNESS_SUBJECT_SUBJECT_H

#include <stdbool.h>

/* A set of them says for whom an invariant is. */
enum subject { SUBJECT_TREE = 1, SUBJECT_COMMAND = 2 };

/* How a command is started. All lent. */
struct command_line {
    const char *path; /* of the program; no search in PATH */
    const char *const *argv;
    const char *const *envp; /* all of its environment */
    const char *cwd;         /* NULL: the harness's */
    bool fresh;              /* that is a directory of this run alone */
};

#endif
