/* gate_told.h: what a gate says, in the forms that people and programs read.
 *
 * One screen for a reviewer: what is new first, then what has gone, what expires soon, what is
 * flaky and how sure that is, and how much is excused. */
#ifndef HARNESS_REPORT_GATE_TOLD_H
#define HARNESS_REPORT_GATE_TOLD_H

#include "harness/gate/gate.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    GATE_SHOWN_MAX = 10,      /* of a kind on the screen; more are counted */
    GATE_ANNOTATIONS_MAX = 10 /* errors of a step that GitHub shows */
};

/* A gate that was judged. All lent. */
struct gate_told {
    const struct gate *gate;
    const char *known; /* the file of known failures as a user here calls it; "" none */
    int32_t today;
};

/* 6 > 1 > 7 > 5, and 0 when nothing is red. */
int gate_exit_code(const struct gate *g);

/* One finding in words, its first line without its kind; no newline at the end. */
void gate_finding_text(struct buf *out, const struct gate_told *t, const struct gate_finding *f);

/* The screen. */
void gate_terminal(struct buf *out, const struct gate_told *t, bool color);

/* An object a line: one for each finding, and the end. */
void gate_json(struct buf *out, const struct gate_told *t);

/* Lines that GitHub shows beside the files that they are about. */
void gate_github(struct buf *out, const struct gate_told *t);

/* The same in Markdown, for the summary of a step. */
void gate_markdown(struct buf *out, const struct gate_told *t);

#endif
