/* try_told.h: what `scenario try` has found, in the forms that people and programs read.
 *
 * A table, points down, stimuli across; below it what is wrong, worst first, each in two lines and
 * the command that repeats it. What is wrong alike in several cells is one problem. */
#ifndef HARNESS_REPORT_TRY_TOLD_H
#define HARNESS_REPORT_TRY_TOLD_H

#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(identifier, word, what it means): from nothing to the worst. Those from TRY_OTHER on are
 * wrong. */
#define TRY_KIND_MAP(X)                                                                  \
    X(TRY_NOT_RUN, "not tried", "not tried")                                             \
    X(TRY_UNREACHED, "-", "the point was not reached")                                   \
    X(TRY_OK, "ok", "it ended, and left nothing")                                        \
    X(TRY_STAYS, "stays", "it is in front, at rest, and reads what is typed: a prompt")  \
    X(TRY_OTHER, "other", "another invariant is broken")                                 \
    X(TRY_FILE, "file", "it leaves a file that it does not leave when nothing is done")  \
    X(TRY_STATUS, "status", "it died by a signal that nobody has sent")                  \
    X(TRY_EARLY, "early", "it came back before its children, which ended by themselves") \
    X(TRY_ZOMBIE, "zombie", "a dead child that its living parent does not reap")         \
    X(TRY_TERMINAL, "terminal", "the terminal is not as it was")                         \
    X(TRY_PORT, "port", "who is left listens on a port")                                 \
    X(TRY_HANG, "hang", "it neither ended nor came back to a prompt")                    \
    X(TRY_SURVIVOR, "survivor", "a process lives on")                                    \
    X(TRY_ERROR, "error", "our own error, or a machine that cannot run this")

#define TRY_KIND_ROW(id, word, help) id,
enum try_kind { TRY_KIND_MAP(TRY_KIND_ROW) TRY_KINDS };
#undef TRY_KIND_ROW

enum { TRY_PROBLEMS_MAX = 64, TRY_CELL_COLUMNS_MAX = 14 };

/* What one stimulus at one point came to, of several runs the worst. Texts are lent, never NULL. */
struct try_cell {
    enum try_kind kind;
    uint32_t runs;
    uint32_t alike;     /* of them came to the same */
    const char *text;   /* in the table: "ok", "sleep, node", "early" */
    const char *what;   /* of a wrong one: a sentence */
    const char *record; /* the file that has all of the run, or "" */
};

/* What an earlier run had found. */
struct try_base {
    const char *file;
    const struct try_known {
        const char *stimulus;
        const char *kind;
        const char *text;
    } * known;
    size_t count;
};

/* All of it is lent. */
struct try_told {
    const char *command;      /* as a shell takes it */
    const char *options;      /* of `try`, which the runs had: "" or " --script x" */
    const char *const *point; /* as --at takes it */
    size_t points;
    const char *const *stimulus; /* as --stimulus takes it */
    size_t stimuli;
    const bool *decides;         /* of each stimulus: whether what it finds counts */
    const struct try_cell *cell; /* a row for each point */
    const char *notes;           /* lines that stand below the table */
    const struct try_base *base; /* or NULL */
    uint64_t runs;
    int64_t time_ns;
};

const char *try_kind_word(enum try_kind kind);

/* Whether the cells of that kind are wrong. */
bool try_is_wrong(enum try_kind kind);

/* 6 where the machine or we failed, else 1 where a cell that counts is wrong, beside a base: one
 * that was not wrong in the same way there; else 0. */
int try_exit_code(const struct try_told *t);

/* The table, the notes, the problems. */
void try_terminal(struct buf *out, const struct try_told *t, bool color);

/* A line for each problem, as GitHub shows it beside the step. */
void try_github(struct buf *out, const struct try_told *t);

/* The screen for the summary of a step, in Markdown. */
void try_markdown(struct buf *out, const struct try_told *t);

/* One object, a line for each cell: what --save keeps and --against reads. */
void try_json(struct buf *out, const struct try_told *t);

/* ---- try_problem.c ---- */

/* The same that is wrong in one cell or several. */
struct try_problem {
    const struct try_cell *cell; /* the first, or the first that is new */
    size_t point;
    size_t stimulus;
    size_t cells;
    bool fresh;   /* there is a base, and it has not this for one of the cells' stimuli */
    bool decides; /* it stands below a stimulus that counts */
};

/* Stores them, worst first, of equals that of the first point. Returns how many there are; more
 * than TRY_PROBLEMS_MAX are only counted. */
size_t try_problems(const struct try_told *t, struct try_problem out[TRY_PROBLEMS_MAX]);

/* Whether a cell is of the problem. */
bool try_problem_has(const struct try_problem *p, const struct try_cell *c);

/* Whether the base has it below that stimulus; false without one. */
bool try_is_known(const struct try_told *t, const struct try_cell *c, size_t stimulus);

#endif
