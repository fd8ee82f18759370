/* result.h: what one run came to, as data that can cross a pipe.
 *
 * Everything that a report shows is here, already put into words where the trace is needed for
 * them, so that no report and no other process needs the trace. Texts hold no absolute path. */
#ifndef HARNESS_RUN_RESULT_H
#define HARNESS_RUN_RESULT_H

#include "harness/observe/verdict.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"
#include "runtime/base/names.h"

#include <stddef.h>
#include <stdint.h>

/* X(identifier, key in JSON): the texts of a result; several lines end in "\n" each. */
#define RESULT_TEXT_MAP(X)                                                                        \
    X(RESULT_ID, "id")                 /* "ctrlc_nested[depth=2]" */                              \
    X(RESULT_SCENARIO, "scenario")     /* the file's id, "bugs/tractor-320" */                    \
    X(RESULT_PARAMETERS, "parameters") /* of the variant, "depth=2,presses=1" */                  \
    X(RESULT_FILE, "file")             /* where the verdict was decided, with line, column */     \
    X(RESULT_REASON, "reason")         /* one word: "survivor", "never-fired", "invariant" */     \
    X(RESULT_MESSAGE, "message")       /* one sentence */                                         \
    X(RESULT_SIGNATURE, "signature")   /* of a failure, the same from run to run */               \
    X(RESULT_SOURCE, "source")         /* the line of the file at that place */                   \
    X(RESULT_LABEL, "label")           /* what stands under the caret */                          \
    X(RESULT_USED, "used")             /* "FILE:LINE" of the `use:` that the step came from */    \
    X(RESULT_NEAREST, "nearest")       /* of a pattern that did not match: lines */               \
    X(RESULT_TREE, "tree")             /* lines */                                                \
    X(RESULT_PROCESSES, "processes")   /* of a command: who lived when it went wrong; lines */    \
    X(RESULT_MODES, "modes")           /* what a command has left the terminal in; one line */    \
    X(RESULT_LOCK, "lock")             /* one line */                                             \
    X(RESULT_TERMINAL, "terminal")     /* one line */                                             \
    X(RESULT_ADOPTED, "adopted")       /* who reaped what had lost its parent; one line */        \
    X(RESULT_STARTED, "started")       /* of a command: how, where it is not as a job */          \
    X(RESULT_TIER, "tier")             /* of a command: how many of its processes were seen */    \
    X(RESULT_SCREEN, "screen")         /* as drawn, or the last lines */                          \
    X(RESULT_EVENTS, "events")         /* the last events, lines */                               \
    X(RESULT_INVARIANTS, "invariants") /* lines */                                                \
    X(RESULT_REMEDY, "remedy")         /* of a broken invariant: what to do about it */           \
    X(RESULT_TOLD, "told")             /* what was seen and is not judged; lines */               \
    X(RESULT_HOW, "how")               /* how steps were decided, where that is told; lines */    \
    X(RESULT_ENDED, "ended")           /* how the root did: "by SIGINT", "with error APP" */      \
    X(RESULT_STAGE, "ended-by")      /* of a command: what the harness did for that, "SIGTERM" */ \
    X(RESULT_WHO, "who")             /* of a command: "NAME NUMBER" of its `who`, lines */        \
    X(RESULT_RECORD, "record")       /* the file that has all of this run */                      \
    X(RESULT_RECORDING, "recording") /* and the asciicast beside it */                            \
    X(RESULT_UNKEPT, "unkept")       /* why one of them is missing */                             \
    X(RESULT_RACE, "race")           /* the command that tries it often, of what may be one */    \
    X(RESULT_PROGRAM, "program")     /* that a known failure is of, with */                       \
    X(RESULT_VERSION, "version")     /* what it says when it is asked for its version */          \
    X(RESULT_KNOWN, "known")         /* the known failure that this is: "KF-7", or was */         \
    X(RESULT_CELL, "cell")           /* of a run of `try`: what stands in its table */            \
    X(RESULT_AGAIN, "again")         /* the command that repeats it */

enum result_text { RESULT_TEXT_MAP(ROW_ID) RESULT_TEXTS };

struct run_result {
    uint32_t verdict;     /* enum verdict */
    uint32_t engine;      /* ENGINE_REAL or ENGINE_SIM; 3: both were compared */
    uint64_t seed;        /* of this run; of the first that failed, of several schedules */
    uint64_t schedules;   /* runs behind this result, at least 1 when any */
    uint64_t failed;      /* of them not passed */
    int64_t time_ns;      /* real time that it took; filled in by the command */
    int64_t clock_ns;     /* time on the engine's clock */
    uint64_t records;     /* length of the trace */
    uint64_t transitions; /* sim: taken, of all schedules */
    uint64_t digest;      /* of the trace: the same run gives the same */
    uint64_t failed_at; /* a step has failed when so many records but one were there; 0: none has */
    uint64_t typed;     /* of a command, struct world's */
    int64_t deadline_zero_ns; /* the same */
    int64_t status;           /* wait status of the root, -1: not known */
    uint32_t ended;           /* 1: by the harness, as the root lived when the run was stopped */
    uint32_t attempt;         /* 1: the first; a retry counts up; 0 is 1 */
    uint32_t must_fail;       /* 1: it is to show that an invariant sees what it must */
    uint32_t left;            /* processes that no record names and that outlived the end */
    uint32_t unnamed; /* processes that were seen, or reaped by the harness, and have no name */
    uint32_t line;    /* place of the verdict, 0: none */
    uint32_t column;
    uint32_t width; /* bytes to underline, at least 1 */
    uint32_t step;  /* of the main list, from 1; 0: none */
    uint32_t steps;
    struct buf text[RESULT_TEXTS]; /* owned; empty when it does not apply */
};

#define RESULT_INIT ((struct run_result){0})

enum { RESULT_BYTES_MAX = 4 * 1024 * 1024 };

/* The key of a text; static. */
const char *result_text_key(unsigned text);

/* Replaces a text by a copy. */
void result_set(struct run_result *r, enum result_text which, const char *text);
void result_setf(struct run_result *r, enum result_text which, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The text, "" when empty. Lent until the next change. */
const char *result_get(const struct run_result *r, enum result_text which);

/* The bytes of a result, for another process of this build. */
void result_encode(const struct run_result *r, struct buf *out);

/* Reads result_encode()'s bytes into an empty result. Returns 0, or ERR_INPUT when they are cut
 * short or not of this build, with *out empty. */
int result_decode(const void *bytes, size_t size, struct run_result *out, struct diag *diag);

/* Frees the texts and makes the result empty. */
void result_release(struct run_result *r);

#endif
