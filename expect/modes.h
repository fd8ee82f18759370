/* modes.h: what a program has set of the terminal by what it wrote: DEC private modes, the keypad,
 * the few ANSI modes that matter, the cursor's style, the keyboard protocols.
 *
 * Fed with the raw bytes that the terminal shows; how they are cut changes nothing. It begins with
 * a terminal that was just switched on, so what is changed at the end is what the program has left.
 * The termios modes are the kernel's and not looked at here (pty.h). Pure.
 * (ECMA-48; DEC's VT510 manual; xterm's ctlseqs; kitty's keyboard protocol.) */
#ifndef EXPECT_MODES_H
#define EXPECT_MODES_H

#include "expect/sequence.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MODES_OTHER_MAX = 16,   /* modes without a row that are on; more are not remembered */
    MODES_KITTY_MAX = 8,    /* flags pushed; past it the oldest are forgotten, as kitty does */
    MODES_CHANGED_MAX = 64, /* what modes_changed() can name */
    MODE_CODE_BYTES = 24,
};

/* Numbers of DEC private modes that are asked for by name. */
enum {
    MODE_CURSOR_KEYS = 1,
    MODE_CURSOR = 25,
    MODE_KEYPAD = 66,
    MODE_ALTERNATE = 1049, /* 47 and 1047 are answered for, too */
    MODE_PASTE = 2004,
};

/* Zeroed is a terminal just switched on. */
struct modes {
    struct sequences sequences;
    uint64_t changed; /* a bit for each row of the table in modes.c */
    uint64_t saved;   /* the same as it was at CSI ? n s */
    uint16_t other[MODES_OTHER_MAX];
    uint8_t other_count;
    uint8_t cursor_style;              /* of DECSCUSR */
    uint8_t other_keys;                /* xterm's modifyOtherKeys */
    uint8_t kitty_top[2];              /* of the main screen and of the alternate one */
    uint8_t kitty[2][MODES_KITTY_MAX]; /* flags; the one at kitty_top counts */
};

/* The next bytes of the stream. Seam for tests: a run takes the stream apart itself, for answers.
 */
void modes_feed(struct modes *m, const void *data, size_t size);

/* One sequence, for who takes the stream apart himself; m->sequences stays as it is. */
void modes_take(struct modes *m, const struct sequence *s);

/* A DEC private mode now. */
bool modes_on(const struct modes *m, unsigned number);

/* As DECRQM says it of a DEC private mode (`ansi`: of an ANSI mode): 1 set, 2 reset, 0 not known.
 */
unsigned modes_report(const struct modes *m, unsigned number, bool ansi);

/* One thing that is not as in a terminal just switched on. */
struct mode_change {
    const char *name;           /* what the terminal is in now: "alternate screen"; static */
    char code[MODE_CODE_BYTES]; /* what a manual lists it by: "1049", "ANSI 4", "DECSCUSR 5" */
    bool harmless;              /* nobody is disturbed when it stays so */
};

/* Stores what is changed, in the order of the table; returns how many. Seam for tests: each by
 * itself, and not only what is told. */
size_t modes_changed(const struct modes *m, struct mode_change out[MODES_CHANGED_MAX]);

/* Adds what is changed and not harmless: "alternate screen (1049), mouse clicks (1000)". Nothing
 * when there is nothing. */
void modes_tell(const struct modes *m, struct buf *out);

#endif
