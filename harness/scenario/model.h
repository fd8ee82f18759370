/* model.h: a scenario file after reading, checking and expanding: plain data.
 *
 * A file becomes a struct scenario (what all variants share) and an array of struct variant (one
 * per point of the matrix, every ${name} replaced, the tree numbered, every address resolved).
 * Everything lives in the arena given to scenario_load() and is never changed afterwards. */
#ifndef HARNESS_SCENARIO_MODEL_H
#define HARNESS_SCENARIO_MODEL_H

#include "harness/language/action.h"
#include "harness/language/call.h"
#include "harness/language/word.h"
#include "harness/observe/setting.h"
#include "harness/subject/cast.h"
#include "harness/subject/subject.h"
#include "runtime/base/arena.h"
#include "runtime/base/err.h"
#include "runtime/base/harm.h"
#include "runtime/base/trace.h"
#include "runtime/roles/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits of a file; each has a message and a test. */
enum {
    SCENARIO_BYTES_MAX = 1024 * 1024,
    SCENARIO_DEPTH_MAX = 64,
    SCENARIO_NODES_MAX = 20000,
    SCENARIO_ANCHORS_MAX = 100,
    SCENARIO_EXPANSION_MAX = 10, /* times the size of the file */
    SCENARIO_ERRORS_MAX = 20,
    SCENARIO_VARIANTS_MAX = 4096,
    SCENARIO_STEPS_MAX = 1000,  /* of a variant, `repeat` and `use` unrolled */
    SCENARIO_BRANCHES_MAX = 64, /* lists of one `parallel` */
    SCENARIO_NAME_BYTES_MAX = 200,
    SCENARIO_PARAMETERS_MAX = 32,         /* of the matrix and the vars together */
    SCENARIO_VALUE_BYTES_MAX = 64 * 1024, /* of a value with its ${name} replaced */
    /* Matrix times contents: 1 per value, 5 per actor, 20 per step, over all variants. */
    SCENARIO_WORK_MAX = 1000 * 1000,
};

/* Where something stands. `file` is as given on the command line, or a script's path. */
struct place {
    const char *file;
    uint32_t line;    /* from 1 */
    uint32_t column;  /* from 1, in bytes */
    const char *text; /* the line itself, for reports; NULL: not kept */
};

/* ACTOR@POINT#N */
struct address {
    uint16_t actor;   /* or ACTOR_NONE for `any` */
    uint16_t point;   /* enum point */
    struct call call; /* at POINT_SYS_CALL: which */
    uint32_t nth;     /* from 1; counted since the start, or from here when `relative` */
    bool relative;    /* #+N */
    uint16_t row;     /* of the variant's `counted` */
};

struct actor_list {
    const uint16_t *actor; /* arena */
    size_t count;
};

struct step_entry; /* a row, harness/scenario/step.h */
struct step_list;

struct step {
    const struct step_entry *entry;
    struct place place;     /* of the step's value */
    struct place use_place; /* of the `use:` it came from; file NULL when none */
    int64_t within_ns;      /* deadline of this step; 0: limits.step */
    const void *own;        /* what only this kind of step knows */

    const struct step_list *branch; /* lists that go on side by side while it does */
    size_t branch_count;
};

struct step_list {
    const struct step *step;
    size_t count;
};

/* What a signal does to who is held at a system call. */
enum hold_how {
    HOLD_UNSAID,
    HOLD_INTERRUPTIBLE, /* as to who is in that call: it takes it out */
    HOLD_FIRM,          /* it waits until that goes on */
};

struct inject {
    struct place place;
    struct address at;
    enum hold_how hold;
    struct step_list steps;
};

/* `second` is held until `first` has happened. */
struct order {
    struct place place;
    struct address first;
    struct address second;
};

/* `must-fail`: an invariant's name and optional actor and cause. */
struct expected_failure {
    struct place place;
    const char *invariant; /* a row of harness/observe/invariant.h */
    uint16_t actor;        /* or ACTOR_NONE: any */
    const char *cause;     /* or NULL: any */
};

enum outcome_kind { OUTCOME_ANY, OUTCOME_STATUS, OUTCOME_SIGNAL, OUTCOME_ERROR };

struct outcome_rule {
    enum outcome_kind kind;
    int status;        /* OUTCOME_STATUS */
    int signal;        /* OUTCOME_SIGNAL */
    const char *error; /* OUTCOME_ERROR: "APP", "APP:QUIT", "GROUP", ... */
};

/* A point of an actor, or with ACTOR_NONE of any, that addresses of the variant name. */
struct counted {
    uint16_t actor;
    uint16_t point;
    struct call call;
};

/* A value that is known only while it runs, and written nowhere. */
struct secret {
    struct secret *next;
    const char *name; /* also of the environment variable that has it */
    uint32_t slot;
};

/* A file that is written into the work directory of a command before it starts. */
struct work_file {
    const char *path; /* below that directory */
    const char *text; /* its contents, `size` bytes; NULL: those of `from` */
    size_t size;
    const char *from; /* from where we are */
    unsigned mode;
};

/* When a command can be typed at. `pattern` NULL: when `at` has happened. */
struct readiness {
    struct place place; /* file NULL: it does not say, and can be at once */
    const char *pattern;
    struct address at;
};

struct variant {
    const char *id;          /* "ctrlc_nested[depth=2,presses=1]" */
    const char *parameters;  /* "depth=2,presses=1", "" when none */
    bool prompts;            /* somebody in the tree can come to a prompt */
    bool ctrl_c_each_prompt; /* Ctrl-C is pressed at each prompt; shares all else with its twin */
    enum subject subject;
    struct cast *cast;       /* who is there from the start, and room for whom a run adds */
    const struct tree *tree; /* only its first tree_size() bytes exist; of a command NULL */
    const struct command_line *command; /* SUBJECT_COMMAND: lent by whoever runs it */
    const char *const *argv;            /* of `command:`, up to a NULL; of a script NULL */
    const char *const *env; /* of it: "NAME=VALUE" in place of ours, "NAME" is none; or NULL */
    const char *cwd;        /* of it; NULL: a fresh work directory, of a script ours */
    const char *folder;     /* of the scenario, from where relative paths of it start */
    const struct work_file *work_file;
    size_t work_file_count;
    struct readiness ready; /* of a command */
    const char *prompt;     /* of a command, a pattern: where Ctrl-C is pressed; or NULL */
    uint64_t defects;       /* set of enum defect */
    struct step_list steps;
    uint32_t slots; /* of names that have a value only while it runs */
    const struct secret *secrets;
    bool screens;                  /* a step looks at the screen */
    const struct counted *counted; /* each once: all that a run has to count */
    size_t counted_count;
    const struct call_watch *calls; /* system calls among them, each once */
    size_t call_count;
    bool calls_firm; /* HOLD_FIRM */
    const struct inject *inject;
    size_t inject_count;
    const struct order *order;
    size_t order_count;
    const struct expected_failure *must_fail;
    size_t must_fail_count; /* 0: the scenario must pass */
    const struct invariant_setting *invariant;
    size_t invariant_count;
    const struct outcome_rule *outcome; /* one of these; outcome_count 0: not judged */
    size_t outcome_count;
    struct place outcome_place; /* file NULL: none is declared */
    bool tree_empty;            /* outcome: nothing is left */
    const uint16_t *survivor;   /* outcome, of a command: roles of those that are left */
    size_t survivor_count;
    bool steps_only; /* nothing but the steps is judged: no invariant, no end */
};

/* What a machine must have. */
struct requirement {
    const char *program;
    const char *versions; /* a range; NULL: any */
};

/* A file as it was read. */
struct scenario_file {
    const char *path; /* as opened */
    const char *text;
    size_t size;
};

struct scenario {
    const char *path;                 /* as opened */
    const struct scenario_file *file; /* itself, and the scripts that its variants use */
    size_t file_count;
    const char *id; /* path below the scenario root without suffix, "bugs/tractor-320" */
    const char *name;
    const char *summary;
    const char *no_ctrl_c; /* the reason, or NULL */
    const char *const *tags;
    size_t tag_count;
    const struct requirement *required;
    size_t required_count;
    unsigned engines;     /* set of ENGINE_* */
    int64_t total_ns;     /* limits.total, default 30 s */
    int64_t step_ns;      /* limits.step, default 10 s */
    int64_t grace_ns;     /* limits.grace, default 2 s */
    int64_t settle_ns;    /* limits.settle, default 100 ms */
    int64_t window_bytes; /* limits.window, default 1 MB; 0 is that, too */
    bool leads_session;   /* session: leader */
    bool pidns;           /* adopt: pidns */
    bool shares_group;    /* isolate: off */
    uint16_t rows;        /* terminal, default 24 x 80 */
    uint16_t columns;
    struct variant *variant;
    size_t variant_count;
};

/* One message about a file. */
struct finding {
    struct place place;
    uint32_t width; /* bytes underlined, at least 1 */
    bool warning;
    bool form;               /* the value is not made as it must be */
    const char *name;        /* of a warning that can be switched off, or NULL */
    const char *text;        /* "unknown step 'await-three'" */
    const char *label;       /* under the caret: "did you mean 'await'?", or NULL */
    const char *help;        /* a closing line, or NULL */
    struct place other;      /* a second place that matters; file NULL when none */
    const char *other_label; /* what it says */
    uint32_t other_width;
};

struct findings {
    struct finding item[SCENARIO_ERRORS_MAX];
    size_t count;
    size_t errors;  /* of them not warnings */
    size_t dropped; /* more than fit */
};

struct parse;
struct node;

/* Where scripts of `use:` are looked for, in this order: beside the scenario root
 * (`<root>/../expect/scripts`), then `script_dir` (installed; NULL: none). */
struct scenario_options {
    const struct step_entry *const *steps; /* the steps there are, up to a NULL */
    const char *script_dir;
    const char *id; /* the scenario's id, or NULL: made from the path */

    /* scenario_load() reads only to say what is wrong: an expect script as well, which has no
     * variants then, and from a pipe. */
    bool check;

    /* Then: says what is wrong with a file of another kind, which a layer above knows. Returns
     * false when it is none of those. */
    bool (*other)(struct parse *p, const struct node *root, void *user);
    void *other_user;
    /* Gives files in the place of the disk's, which is not asked then; NULL: it is. True and lent
     * when there is one of that path. */
    bool (*file)(void *user, const char *path, const char **text, size_t *size);
    void *file_user;

    /* script_load(): "KEY=VALUE" for parameters of the script; lent. */
    const char *const *with;
    size_t with_count;
};

/* Reads one file. Returns 0 and stores the scenario, or ERR_INPUT when findings->errors > 0, or
 * ERR_IO / ERR_NOMEM with *diag. Warnings alone do not fail. Never aborts, whatever the bytes. */
int scenario_load(struct arena *a, const char *path, const struct scenario_options *options,
                  struct scenario **out, struct findings *findings, struct diag *diag);

/* As scenario_load(), from bytes in memory: a text that was recorded, or a test's own, has no file.
 */
int scenario_parse(struct arena *a, const char *path, const char *text, size_t size,
                   const struct scenario_options *options, struct scenario **out,
                   struct findings *findings, struct diag *diag);

/* Reads an expect script that is to run on its own, on any program: one variant, whose cast has
 * one process, called SCRIPT_SUBJECT, and room for CAST_COMMAND_ROOM. Steps that only own actors
 * can do are errors. Returns as scenario_load(), and ERR_USAGE with *diag when options->with does
 * not fit the script's parameters. */
int script_load(struct arena *a, const char *path, const struct scenario_options *options,
                struct scenario **out, struct findings *findings, struct diag *diag);

#define SCRIPT_SUBJECT "command"

/* Adds what a person must know to use an expect script: its name and what for, and a line for each
 * parameter. Returns 0, ERR_IO, ERR_NOMEM, or ERR_INPUT when the file is none. */
struct buf;
int script_describe(struct arena *a, const char *path, struct buf *out, struct diag *diag);

/* Which variants are meant. */
struct scenario_choice {
    bool (*wanted)(void *user, const struct variant *v);
    void *user;
};

/* Writes the variants of a loaded scenario out, each as a scenario of its own: the matrix replaced,
 * scripts, `repeat` and `when` unrolled. choice: NULL for all. Scripts are read again. Returns 0,
 * ERR_NOMEM, or ERR_INPUT when one of them has changed meanwhile. */
int scenario_expand(struct arena *a, const struct scenario *s,
                    const struct scenario_options *options, const struct scenario_choice *choice,
                    struct buf *out, struct diag *diag);

/* Renders the findings as in `scenario check`: file:line:col, the line, a caret, the label. */
void findings_print(const struct findings *f, struct buf *out);

/* The words of the language, for its papers: number i, or NULL behind the last. Static; only what
 * this version knows. */
const struct word *language_top_key(size_t i);   /* keys of a file */
const struct word *language_actor_key(size_t i); /* keys of an actor of `tree:` */
const struct word *language_command_key(size_t i);

#endif
