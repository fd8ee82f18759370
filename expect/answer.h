/* answer.h: what the terminal answers to what a program asks of it.
 *
 * A program that asks waits for the answer: readline and ipython for the cursor's place, vim for
 * what kind of terminal it is, others for colours, modes and sizes; without one they wait for as
 * long as their patience is, or hang. The answers are those of an xterm, always the same for the
 * same question, the same modes, window and cursor. What is not a question, or one that an xterm
 * keeps silent on (the clipboard, kitty's keyboard), gets none. Pure.
 * (xterm's ctlseqs; DEC's VT510 manual.) */
#ifndef EXPECT_ANSWER_H
#define EXPECT_ANSWER_H

#include "expect/modes.h"
#include "expect/sequence.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the terminal knows when it is asked. */
struct answer_terminal {
    const struct modes *modes;
    uint16_t rows;
    uint16_t columns;
    /* Where the cursor is, both from 1; called only when that is asked for. */
    void (*cursor)(void *user, uint16_t *row, uint16_t *column);
    void *user;
};

/* True when it may have an answer: what came before it is to be looked at before. */
bool answer_asks(const struct sequence *s);

/* Adds the answer to the sequence to *out, and returns what was asked, for people: "where the
 * cursor is", static. NULL: no answer. */
const char *answer_to(const struct sequence *s, const struct answer_terminal *t, struct buf *out);

/* The questions that have an answer, for the manual: name and how it is asked. NULL past the last.
 */
const char *answer_name(size_t row);
const char *answer_asked(size_t row);

#endif
