/* try_cell.h: what one run of `try` came to, as a cell of its table. Reads what was recorded, and
 * nothing else. */
#ifndef HARNESS_CLI_TRY_CELL_H
#define HARNESS_CLI_TRY_CELL_H

#include "harness/observe/invariant.h"
#include "harness/report/try_told.h"
#include "harness/run/result.h"
#include "harness/subject/cast.h"
#include "runtime/base/trace.h"

/* What stands in a cell of several presses whose first has ended it, until the table is closed. */
#define TRY_ONCE "once"

enum { TRY_TEXT_BYTES = 64, TRY_WHAT_BYTES = 512 };

/* Somebody who was alive when the command had ended: its words, joined by blanks, and what it
 * listens on, "tcp 127.0.0.1:8080", or "". Lent. */
struct try_left {
    uint16_t actor;
    const char *argv;
    const char *ports;
};

/* A run that is over. All lent. */
struct try_end {
    const struct run_result *result;
    const struct trace *trace;
    const struct cast *cast;
    const struct verdict_list *broken; /* all invariants that are */
    bool once;                         /* the first of several presses has ended it */
    bool stays;                        /* it sat in front, at rest, and read what is typed */
    const char *files;                 /* new ones that the untouched run does not leave; "" none */
    const struct try_left *left;
    size_t left_count;
    bool (*allowed)(void *user, const char *argv); /* who may live on; NULL: nobody */
    void *user;
};

struct try_found {
    enum try_kind kind;
    char text[TRY_TEXT_BYTES];
    char what[TRY_WHAT_BYTES];
};

/* Decides. Never fails. */
void try_judge(const struct try_end *end, struct try_found *out);

/* As one text that crosses a pipe in a result, and back. False: it is none. */
void try_found_write(const struct try_found *f, struct buf *out);
bool try_found_read(const char *text, struct try_found *out);

#endif
