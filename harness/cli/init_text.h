/* init_text.h: the scenario that `init` writes: what a command was seen to do, as text. Nothing
 * here starts or reads anything. */
#ifndef HARNESS_CLI_INIT_TEXT_H
#define HARNESS_CLI_INIT_TEXT_H

#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { INIT_LINE_BYTES = 160 };

/* What is done to a command so that it ends: the mildest that does it. */
enum init_end {
    INIT_ALONE,   /* nothing: it ends by itself */
    INIT_CTRL_C,  /* Ctrl-C */
    INIT_CTRL_D,  /* Ctrl-C, which it stays at, then Ctrl-D */
    INIT_HANG_UP, /* Ctrl-C and Ctrl-D, then its window is closed */
    INIT_ENDS
};

/* What is known of it. All lent. */
struct init_facts {
    const char *const *argv;    /* up to a NULL */
    const char *cwd;            /* as the scenario's file names it */
    char line[INIT_LINE_BYTES]; /* the last that it shows before anything is done; "": none */
    bool open;                  /* nothing stands behind that line: a prompt */
    bool busy;                  /* it never rests */
    enum init_end end;
    int64_t status; /* of its end, a wait status; -1: not known, any is right */
};

/* Takes the last line that says anything from what it has shown. */
void init_line_take(struct init_facts *f, const char *text, size_t size);

/* Adds the scenario. Returns as yaml_head(). */
int init_text(const struct init_facts *f, struct buf *out, struct diag *diag);

#endif
