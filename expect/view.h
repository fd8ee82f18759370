/* view.h: one terminal's stream as a person reads it: escape sequences, echoes, redraws and what is
 * to be seen by nobody taken out.
 *
 * Raw bytes go in. Out comes one contiguous text with offsets of its own, which always map back to
 * raw offsets. What is text does not depend on how the raw bytes were cut. The newest `keep` bytes
 * of both stay readable. */
#ifndef EXPECT_VIEW_H
#define EXPECT_VIEW_H

#include "expect/echo.h"
#include "expect/hide.h"
#include "expect/log.h"
#include "expect/modes.h"
#include "expect/plain.h"
#include "expect/redraw.h"
#include "runtime/base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Gaps between text and raw that are remembered. Past it the oldest is forgotten, and a raw
 * offset asked for from before it is the oldest one known. */
enum { VIEW_RUNS_MAX = 32 * 1024 };

/* From text offset `text` on, text and raw advance together. */
struct view_run {
    uint64_t text;
    uint64_t raw;
};

/* Raw bytes from `begin` on, up to `end`. */
struct view_range {
    uint64_t begin;
    uint64_t end;
};

struct view {
    struct log raw;
    struct echo echo;
    struct plain plain;
    struct modes modes; /* as set by the sequences so far */
    struct redraw redraw;
    struct hide hide;
    char *text; /* owned: 2 * keep bytes, of which the newest `keep` count */
    size_t keep;
    uint64_t text_at;      /* offset of text[0] */
    uint64_t end;          /* offset behind the newest text byte */
    struct view_run *runs; /* owned: a ring, `run_count` entries ending before `run_next` */
    size_t run_next;
    size_t run_count;
    bool hides_all;            /* view_hide_all() */
    struct view_range *hidden; /* owned: what was taken out by hide_start(), in order */
    size_t hidden_count;
};

/* Returns 0 or ERR_NOMEM. Give back with view_release(), which may be called on zeroed memory. */
int view_init(struct view *v, size_t keep, struct diag *diag);
void view_release(struct view *v);

/* The stream is first known from this raw offset on. Nothing was fed before. */
void view_begin_at(struct view *v, uint64_t raw);

/* Adds raw bytes, at most `keep` of them. */
void view_feed(struct view *v, const void *data, size_t size);

/* What is typed under these modes when `ahead` bytes more than were fed have been shown: its echo
 * and its redraw are not text. Returns 0, or ERR_FULL, ERR_NOMEM: then they are. */
int view_typed(struct view *v, const struct termios *modes, const void *data, size_t size,
               size_t ahead);

/* No more bytes come for now: see echo_settle(), redraw_settle() and hide_settle(). */
void view_settle(struct view *v);

/* The text is left out where it comes next, see hide_start(); of no bytes: nothing is, any more. */
int view_hide(struct view *v, const char *text, size_t size);

/* All that comes is left out, until it is let through again. */
void view_hide_all(struct view *v, bool on);

/* Offset of the oldest text byte that is still there. */
uint64_t view_begin(const struct view *v);

/* The text from `offset` (view_begin() .. end) on. Lent until the next feed or settle. */
const char *view_text(const struct view *v, uint64_t offset);

/* The raw offset of the text byte at `offset`. At `end`: where the next raw byte will come. */
uint64_t view_raw(const struct view *v, uint64_t offset);

/* The text offset of the first text byte that comes from this raw offset or behind it. */
uint64_t view_find(const struct view *v, uint64_t raw);

/* The raw range of the text range. An empty one stays empty, right behind the text before it; so it
 * does not depend on what has come since. */
void view_raw_range(const struct view *v, uint64_t begin, uint64_t end, uint64_t raw[2]);

#endif
