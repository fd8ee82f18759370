/* screen.h: what a terminal shows: the rows of its window, where its cursor stands, how each
 * character looks. Six functions, behind which an emulator does the work (libvterm).
 *
 * Raw output goes in, in pieces of any size; what is shown does not depend on how it was cut. Rows
 * and columns count from 1, as terminals and people do.
 *
 * A row's text is what was written there. Blanks at its end are left out, for programs fill rows
 * with them or do not, and nobody sees which; but one that was written in front of the cursor
 * stays: it is the end of a prompt. A character that is two columns wide stands there once.
 * Answers to what a program asks of its terminal are not given here. */
#ifndef EXPECT_SCREEN_H
#define EXPECT_SCREEN_H

#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows and columns of the largest window, which one that is asked for larger gets. The smallest has
 * one row and two columns, room for a wide character. */
enum { SCREEN_SIDE_MAX = 1000 };

/* How a character looks: a set. */
enum screen_style {
    SCREEN_BOLD = 1,
    SCREEN_UNDERLINE = 2,
    SCREEN_ITALIC = 4,
    SCREEN_BLINK = 8,
    SCREEN_REVERSE = 16,
    SCREEN_STRIKE = 32,
};

/* Of what a blank looks like, these are seen. */
enum { SCREEN_STYLES_OF_BLANKS = SCREEN_UNDERLINE | SCREEN_REVERSE | SCREEN_STRIKE };

/* The text of a row, in UTF-8, and of each of its bytes the style. Lent until the next call. */
struct screen_row {
    const char *text;
    const uint8_t *style; /* sets of enum screen_style */
    size_t size;
};

struct screen_cursor {
    uint16_t row;
    uint16_t column;
};

struct screen; /* opaque: screen.c */

/* An empty screen. Returns 0 or ERR_NOMEM. */
int screen_new(uint16_t rows, uint16_t columns, struct screen **out, struct diag *diag);
void screen_free(struct screen *s); /* NULL is fine */

/* The terminal gets these bytes. */
void screen_feed(struct screen *s, const void *data, size_t size);

/* The window has another size from here on. */
void screen_resize(struct screen *s, uint16_t rows, uint16_t columns);

/* Row 1 is the topmost. False: there is none of that number. */
bool screen_row(struct screen *s, size_t row, struct screen_row *out);

struct screen_cursor screen_cursor(const struct screen *s);

#endif
