/* redraw.h: keeps what a line editor draws of our own typing from passing as output.
 *
 * A line editor (readline, zle, libedit, prompt_toolkit) switches the terminal's echo off and draws
 * each line itself when it reads it: at once, or, of what was typed ahead, after its next prompt,
 * even where the terminal has echoed it before. The rule:
 *
 * 1. What is looked for is what was typed of a line, up to the first key that edits it, where the
 *    terminal was in a line editor's modes (neither ECHO nor ICANON, and Enter can be told from a
 *    line feed), or, ahead, where it echoed. What is typed in any other mode is never taken.
 * 2. It is looked for: between the marks by which an editor asks for pastes (CSI ? 2004 h and l);
 *    without these, at the place where the stream was when it was typed at a prompt, and, of what
 * was typed ahead, behind a prompt as long as that at which the last line was drawn so, with the
 * same last character.
 * 3. Drawn is all of it. Where Enter was typed a line end follows, or, between marks, the cursor
 * goes back and the line is drawn once more; where it was not, no line end does: that is an answer
 * of the program. Backspaces and what wraps a line belong to it.
 * 4. It is drawn once; between marks again and again, until they end. What was typed is forgotten
 *    when its place, or a line later its marks, have gone by, and when the editor comes to rest.
 *
 * What may just be being drawn is held back until that is decided, so the answer does not depend on
 * how the stream was cut. Line ends stay visible, as in echo.h. Pure: no I/O. */
#ifndef EXPECT_REDRAW_H
#define EXPECT_REDRAW_H

#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

enum {
    REDRAW_LINES_MAX = 64,         /* typed and not drawn; past it the oldest is forgotten */
    REDRAW_LINE_BYTES_MAX = 4096,  /* of one line; past it nothing of the line is looked for */
    REDRAW_HELD_BYTES_MAX = 8192,  /* drawn of a line, backspaces counted */
    REDRAW_PROMPT_BYTES_MAX = 256, /* of a prompt without marks */
};

struct redraw_line {
    char *text; /* owned */
    size_t size;
    bool ended;  /* Enter was typed */
    bool edited; /* by a key behind these bytes */
};

struct redraw_held {
    uint64_t offset;
    char byte;
};

/* Zeroed is the beginning of a stream. Give back with redraw_release(). */
struct redraw {
    struct redraw_line line[REDRAW_LINES_MAX]; /* oldest first */
    size_t count;
    size_t rested;      /* of those, typed before the last rest */
    bool marked;        /* between an editor's marks */
    bool leaving;       /* a line was drawn, and nothing has come behind its end */
    bool placed;        /* the oldest line is looked for at `place` */
    uint64_t place;     /* offset in the stream */
    uint64_t echo_from; /* where what was typed last may be echoed: redraw_echoed() */
    uint64_t echo_until;
    bool may_echo;                     /* the terminal, of what was typed last */
    size_t prompt_size;                /* at which a line was drawn without marks; 0: at none */
    char prompt_end;                   /* its last byte */
    char row[REDRAW_PROMPT_BYTES_MAX]; /* the line of output that goes on */
    size_t row_size;                   /* may be more than there is room for */

    struct redraw_held *held; /* owned, or NULL: nothing was typed yet */
    size_t held_count;
    char *shown; /* owned: what those draw */
    size_t column;
    size_t shown_size;
    size_t wrap;     /* the column at which the last row begins, if there is more than one */
    bool wraps;      /* a blank was drawn at the margin */
    bool returned;   /* the line's end has begun */
    bool echoed;     /* by the terminal, maybe */
    size_t end_at;   /* what is held of it */
    bool moved;      /* the cursor was moved back since */
    uint64_t masked; /* bytes, line ends not counted */
};

/* What is let through: called with pieces in order, each of which lies together. */
struct redraw_sink {
    void (*on_text)(void *user, uint64_t offset, const char *data, size_t size);
    void *user;
};

/* These bytes are typed under these modes when the stream is `offset` bytes long. Returns 0, or
 * ERR_NOMEM: then they are not looked for. */
int redraw_typed(struct redraw *r, const struct termios *modes, const char *data, size_t size,
                 uint64_t offset);

/* They were typed, and the stream is `until` bytes long now. Where an editor was about to leave,
 * the terminal may have echoed them by then: that is taken as a redraw is, and another may come. */
void redraw_echoed(struct redraw *r, uint64_t until);

/* An editor begins (or not any more): the marks, where they stand in the text. */
void redraw_mark(struct redraw *r, bool on);

/* The cursor was moved back there. */
void redraw_moved(struct redraw *r);

/* Judges the next bytes of the text, which lie together from `offset` on. */
void redraw_feed(struct redraw *r, uint64_t offset, const char *data, size_t size,
                 const struct redraw_sink *sink);

/* No more bytes come for now. */
void redraw_settle(struct redraw *r, const struct redraw_sink *sink);

void redraw_release(struct redraw *r);

#endif
