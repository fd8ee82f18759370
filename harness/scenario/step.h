/* step.h: a step of the language as a row: its words, how it is read, how it is done, how it is
 * told. The rows are harness/run/step_NAME.c, a file each; the loader is given a list of them and
 * knows none by name. */
#ifndef HARNESS_SCENARIO_STEP_H
#define HARNESS_SCENARIO_STEP_H

#include "harness/language/word.h"
#include "harness/scenario/build.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct run;
struct task;
struct world_event;

enum step_status { STEP_PENDING, STEP_DONE, STEP_FAILED };

/* What a step that stands for others does with each list of them. `taken` is false for what is left
 * out and read for its mistakes only. False: a finding was made, as by a reader. */
struct step_visit {
    bool (*steps)(struct build *b, const struct node *list, const char *what, bool taken,
                  void *user);
    void *user;
};

struct step_entry {
    struct word word;
    bool looks;            /* what is shown decides it */
    bool acts;             /* it types or sends: not before a command is ready */
    const char *tree_only; /* why it does not work on any program; NULL: it does */

    /* One of the two. `read` fills *out, whose place is there; what only this kind of step knows it
     * keeps in step_own(). `unroll` gives the lists that the step stands for, one after the other,
     * in the scope that holds there. False exactly when an error was found, other than a key that
     * is none. */
    bool (*read)(struct build *b, const struct node *n, struct step *out);
    bool (*unroll)(struct build *b, const struct node *n, const struct step_visit *visit);

    /* The step before is done: notes from where a relative address counts. The step itself may have
     * to wait for a press at a prompt. May be NULL. */
    void (*ready)(struct run *r, struct task *t, const struct step *s);
    /* Begins the step. NULL with `unroll`, as all below. */
    enum step_status (*start)(struct run *r, struct task *t, const struct step *s);
    /* An event came, or NULL: something changed. Only called while pending; NULL when the step
     * never is. */
    enum step_status (*poll)(struct run *r, struct task *t, const struct step *s,
                             const struct world_event *event);
    /* Adds what is missing now that the time is over, as failure_set() wants it. NULL as poll. */
    void (*late)(struct run *r, const struct task *t, const struct step *s, struct buf *out);

    /* Both add text behind the name, a blank before it, and may be NULL. `subject`: what a
     * signature says besides the name, the same from run to run. `describe`: all that the step
     * does; NULL: as `subject`. */
    void (*subject)(const struct step *s, const struct cast *cast, struct buf *out);
    void (*describe)(const struct step *s, const struct cast *cast, struct buf *out);
    /* True when what it types is written as names of live.h, and control characters, only. */
    bool (*bare)(const struct step *s);
    /* Adds the name of branch i in the same way, and returns where it stands; NULL without
     * branches.
     */
    struct place (*branch)(const struct step *s, size_t i, struct buf *out);
};

/* Zeroed memory for what only one kind of step knows: *out points to it. NULL: no memory. */
void *step_own(struct build *b, size_t size, struct step *out);

/* ---- For readers ---- */

/* "Does not work on any program" about the step that is being read, with the reason. Returns
 * false. */
bool step_tree_only(struct build *b, const char *why);

/* True where step_tree_only() is to be asked: the subject is any program, and nobody has left the
 * step out. */
bool step_is_foreign(const struct build *b);

/* A regular expression, compiled once as a check. It may hold marks of live.h: out->live. *checked
 * is what was compiled, with nothing in their place. */
bool pattern_read(struct build *b, const struct node *n, const char *what, struct scalar *out,
                  const char **checked);

/* `within: D`, which may be left out. */
bool within_get(struct build *b, const struct node *map, struct step *out);

/* Refuses to wait for quiet beside a spinner. */
bool quiet_check(struct build *b, const struct node *n);

/* Refuse to wait for the actor that is held while this `do` runs, unless the `do` has done
 * something to it before: that it is at an address, that it ends or stops, that it writes. */
bool held_check_address(struct build *b, const struct node *n, const struct address *a);
bool held_check_list(struct build *b, const struct node *n, const struct actor_list *list);
bool held_check_pattern(struct build *b, const struct node *n, const char *pattern);

#endif
