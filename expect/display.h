/* display.h: the stream of a match as the screen that it draws.
 *
 * An emulator costs more than all the rest of a stream, so it is fed only when somebody looks, from
 * the match's log, up to what has come. Where the log has dropped the beginning by then the screen
 * begins empty, and says so; display_keep() sees to it that this does not happen. What match_hide()
 * has taken out of the text is not drawn; the echo of what is typed is. */
#ifndef EXPECT_DISPLAY_H
#define EXPECT_DISPLAY_H

#include "expect/match.h"
#include "expect/screen.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct display; /* opaque: display.c */

/* What narrows a look at a screen, besides the pattern. Zeroed: nothing. */
struct display_place {
    int row;        /* the match lies in it; below 0: from the bottom, -1 is the last; 0: in any */
    int cursor_row; /* the cursor is there; as `row` */
    int cursor_column; /* 0: wherever it is */
    unsigned style;    /* set of enum screen_style: all of the match looks so */
};

/* Of the stream of a match, which is lent until display_free(), in a window of this size. Returns 0
 * or ERR_NOMEM. */
int display_new(struct match *m, uint16_t rows, uint16_t columns, struct display **out,
                struct diag *diag);
void display_free(struct display *d); /* NULL is fine */

/* What comes from now on is drawn in a window of this size. Returns 0 or ERR_NOMEM: it stays. */
int display_resize(struct display *d, uint16_t rows, uint16_t columns);

/* For who will look later: call it after every match_feed(). */
void display_keep(struct display *d);

/* The screen now. Lent until the next call. NULL: no memory. */
struct screen *display_screen(struct display *d);

/* Looks for the pattern on the screen: its rows, one a line, the empty ones at the end left out.
 * Returns MATCH_FOUND, MATCH_PENDING where it is not there, or ERR_FULL when the pattern costs too
 * much, ERR_NOMEM. Of the result the pattern and the captures are set, lent until the next look. */
int display_look(struct display *d, const struct match_pattern *p,
                 const struct display_place *place, struct match_result *result, struct diag *diag);

/* Why it is not there, for a person: adds lines as match_nearest() does. */
void display_nearest(struct display *d, const struct match_pattern *p,
                     const struct display_place *place, struct buf *out);

/* What must not be told: looks at the text of all rows, one behind the other as a long line goes on
 * in the next, and puts other bytes in place of it. */
struct display_mask {
    void (*hide)(const void *user, char *text, size_t size);
    const void *user;
};

/* Adds the screen as it was when the stream had come to the offset: a head with its size and the
 * cursor, then its rows with their numbers. `mask`: or NULL. */
void display_tell(struct display *d, uint64_t end, const struct display_mask *mask,
                  struct buf *out);

/* True when what had come by then sends the cursor to places of the screen, as a program does that
 * draws. */
bool display_draws(const struct display *d, uint64_t end);

/* The name of the style 1 << i, or NULL behind the last. */
const char *display_style_name(size_t i);

#endif
