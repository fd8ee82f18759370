/* display.c: a screen that is fed when it is looked at. */
#include "expect/display.h"

#include "expect/match_parts.h"
#include "expect/sequence.h"

#include <stdlib.h>
#include <string.h>

enum { READ_BYTES = 4096 };

/* From this offset on the window has this size. */
struct window {
    uint64_t at;
    uint16_t rows;
    uint16_t columns;
};

/* A screen on its way through the stream. */
struct drawing {
    struct screen *screen; /* owned; NULL: nobody has looked yet */
    uint64_t fed;          /* offset in the log */
    size_t window;         /* the next that changes it */
    bool lost;             /* the log had dropped something that it needed */
};

struct display {
    struct match *match;
    struct window *window; /* owned; the first is the one that it began with */
    size_t window_count;
    struct drawing now;
    struct buf text; /* of the last look */
    struct buf style;
};

int display_new(struct match *m, uint16_t rows, uint16_t columns, struct display **out,
                struct diag *diag)
{
    struct display *d = calloc(1, sizeof(*d));

    if (d == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a screen");
    d->match = m;
    if (display_resize(d, rows, columns) < 0) {
        free(d);
        return diag_set(diag, ERR_NOMEM, "no memory for a screen");
    }
    d->window[0].at = 0;
    *out = d;
    return 0;
}

void display_free(struct display *d)
{
    if (d == NULL)
        return;
    screen_free(d->now.screen);
    buf_release(&d->text);
    buf_release(&d->style);
    free(d->window);
    free(d);
}

int display_resize(struct display *d, uint16_t rows, uint16_t columns)
{
    struct window *grown = realloc(d->window, (d->window_count + 1) * sizeof(*grown));

    if (grown == NULL)
        return ERR_NOMEM;
    d->window = grown;
    d->window[d->window_count++] =
        (struct window){.at = match_log(d->match)->end, .rows = rows, .columns = columns};
    return 0;
}

/* ---- feeding ---- */

/* Where the stream ends of which it is known whether it is drawn. */
static uint64_t decided_end(const struct display *d)
{
    const struct view *v = match_view(d->match);

    return v->hide.held > 0 ? v->hide.raw[0] : v->raw.end;
}

/* Where the next piece ends that is drawn as one; *hidden: it is not drawn. */
static uint64_t piece_end(const struct display *d, const struct drawing *w, uint64_t end,
                          bool *hidden)
{
    const struct view *v = match_view(d->match);

    *hidden = false;
    for (size_t i = 0; i < v->hidden_count && v->hidden[i].begin < end; i++) {
        if (v->hidden[i].end <= w->fed)
            continue;
        *hidden = v->hidden[i].begin <= w->fed;
        end = *hidden ? v->hidden[i].end : v->hidden[i].begin;
        break;
    }
    if (w->window < d->window_count && d->window[w->window].at < end)
        end = d->window[w->window].at;
    return end;
}

/* Draws what lies in the log up to `end`. */
static void drawing_feed(const struct display *d, struct drawing *w, uint64_t end)
{
    const struct log *log = match_log(d->match);
    char bytes[READ_BYTES];
    bool hidden = false;

    if (w->fed < log_begin(log) && w->fed < end) {
        w->lost = true;
        w->fed = log_begin(log);
    }
    for (;;) {
        while (w->window < d->window_count && d->window[w->window].at <= w->fed) {
            const struct window *next = &d->window[w->window++];
            screen_resize(w->screen, next->rows, next->columns);
        }
        if (w->fed >= end)
            return;
        uint64_t to = piece_end(d, w, end, &hidden);
        size_t size = to - w->fed < READ_BYTES ? (size_t)(to - w->fed) : (size_t)READ_BYTES;
        if (!hidden)
            screen_feed(w->screen, bytes, log_read(log, w->fed, bytes, size));
        w->fed += size;
    }
}

static bool drawing_begin(const struct display *d, struct drawing *w)
{
    struct diag diag;

    if (w->screen == NULL &&
        screen_new(d->window[0].rows, d->window[0].columns, &w->screen, &diag) < 0)
        return false;
    return true;
}

struct screen *display_screen(struct display *d)
{
    if (!drawing_begin(d, &d->now))
        return NULL;
    drawing_feed(d, &d->now, decided_end(d));
    return d->now.screen;
}

void display_keep(struct display *d)
{
    const struct log *log = match_log(d->match);

    if (log->end - d->now.fed > log->keep / 2)
        (void)display_screen(d);
}

/* ---- looking ---- */

/* How many rows there are. */
static int rows_count(struct screen *s)
{
    struct screen_row row;
    int rows = 0;

    while (screen_row(s, (size_t)rows + 1, &row))
        rows++;
    return rows;
}

/* A row's number from the top, of one that may be from the bottom. */
static int row_number(struct screen *s, int row)
{
    return row < 0 ? rows_count(s) + 1 + row : row;
}

static bool row_is_there(struct screen *s, int row)
{
    struct screen_row out;
    int number = row_number(s, row);

    return row == 0 || (number > 0 && screen_row(s, (size_t)number, &out));
}

/* Stores the text of the screen, or of a row of it. */
static bool look_text(struct display *d, struct screen *s, int only)
{
    struct screen_row row;
    size_t filled = 0;

    d->text.size = d->style.size = 0;
    int first = only != 0 ? row_number(s, only) : 1;
    for (int i = first; i > 0 && screen_row(s, (size_t)i, &row); i++) {
        if (i > first) {
            buf_add_text(&d->text, "\n");
            buf_add(&d->style, "", 1);
        }
        buf_add(&d->text, row.text, row.size);
        buf_add(&d->style, row.style, row.size);
        filled = row.size > 0 ? d->text.size : filled;
        if (only != 0)
            break;
    }
    d->text.size = filled;
    return !d->text.failed && !d->style.failed;
}

/* Whether all of the match looks so. Of a blank only what is seen of it counts, and an end of a row
 * looks like nothing. */
static bool looks_so(const struct display *d, size_t begin, size_t end, unsigned style)
{
    bool seen = style == 0;

    for (size_t i = begin; i < end && style != 0; i++) {
        unsigned wanted = style;
        if (d->text.data[i] == '\n')
            continue;
        if (d->text.data[i] == ' ')
            wanted &= SCREEN_STYLES_OF_BLANKS;
        if (((unsigned char)d->style.data[i] & wanted) != wanted)
            return false;
        seen = true;
    }
    return seen;
}

/* The first match in the text that looks so. */
static struct match_found look_find(const struct display *d, const struct match_pattern *p,
                                    unsigned style)
{
    struct match_subject subject = {
        .text = buf_text(&d->text), .size = d->text.size, .mode = MODE_EOF};
    struct match_found found = {.what = TRY_NOTHING};

    while (subject.from <= subject.size) {
        found = match_try(match_engine(d->match), p, &subject, MATCH_STEPS_MAX);
        if (found.what != TRY_MATCH || looks_so(d, found.begin, found.end, style))
            return found;
        subject.from = found.begin + 1;
    }
    return (struct match_found){.what = TRY_NOTHING};
}

static bool cursor_is_there(struct screen *s, const struct display_place *place)
{
    struct screen_cursor at = screen_cursor(s);

    return (place->cursor_row == 0 || row_number(s, place->cursor_row) == at.row) &&
           (place->cursor_column == 0 || place->cursor_column == at.column);
}

static void look_captures(const struct display *d, const struct match_pattern *p,
                          struct match_result *result)
{
    const size_t *groups = match_groups(p, &result->capture_count);

    for (size_t i = 0; i < result->capture_count; i++) {
        struct match_capture *c = &result->captures[i];
        if (groups[2 * i] == MATCH_GROUP_UNSET)
            continue;
        c->text = buf_text(&d->text) + groups[2 * i];
        c->size = groups[2 * i + 1] - groups[2 * i];
    }
}

int display_look(struct display *d, const struct match_pattern *p,
                 const struct display_place *place, struct match_result *result, struct diag *diag)
{
    struct screen *s = display_screen(d);

    if (s == NULL || !look_text(d, s, place->row))
        return diag_set(diag, ERR_NOMEM, "no memory for a screen");
    if (!row_is_there(s, place->row))
        return MATCH_PENDING;
    struct match_found found = look_find(d, p, place->style);
    if (found.what == TRY_ERROR) {
        return diag_set(diag, ERR_FULL,
                        "pattern '%.200s' needs %s on the screen (PCRE2 error %d); simplify it, "
                        "nested repetition is the usual cause",
                        match_pattern_text(p), match_error_text(found.error), found.error);
    }
    if (found.what != TRY_MATCH || !cursor_is_there(s, place))
        return MATCH_PENDING;
    *result = (struct match_result){.pattern = p, .decided_by = MATCH_BY_QUIESCENCE};
    result->begin = result->end = result->decided_at = d->now.fed;
    look_captures(d, p, result);
    return MATCH_FOUND;
}

/* ---- telling ---- */

static const char *const style_names[] = {"bold",  "underline", "italic",
                                          "blink", "reverse",   "strike"};

enum { STYLES = sizeof(style_names) / sizeof(style_names[0]) };

const char *display_style_name(size_t i)
{
    return i < STYLES ? style_names[i] : NULL;
}

/* The row in which the byte of the text lies, from 1. */
static int row_of(const struct display *d, size_t at)
{
    int row = 1;

    for (size_t i = 0; i < at; i++)
        row += d->text.data[i] == '\n';
    return row;
}

static void nearest_styles(const struct display *d, const struct match_found *found, unsigned style,
                           struct buf *out)
{
    const char *gap = "";

    buf_addf(out, "it is in row %d, but not ", row_of(d, found->begin));
    for (size_t i = 0; i < STYLES; i++) {
        if ((style & 1U << i) == 0 || looks_so(d, found->begin, found->end, 1U << i))
            continue;
        buf_addf(out, "%s%s", gap, style_names[i]);
        gap = " and not ";
    }
    buf_add_text(out, "\n");
}

void display_nearest(struct display *d, const struct match_pattern *p,
                     const struct display_place *place, struct buf *out)
{
    struct screen *s = display_screen(d);

    if (s == NULL)
        return;
    struct screen_cursor at = screen_cursor(s);
    bool there = cursor_is_there(s, place);
    struct match_found found = {.what = TRY_NOTHING};
    if (row_is_there(s, place->row) && look_text(d, s, place->row))
        found = look_find(d, p, 0);
    if (found.what == TRY_MATCH && !there)
        buf_addf(out, "it is there, but the cursor is in row %u, column %u\n", at.row, at.column);
    if (found.what == TRY_MATCH && place->style != 0 && look_text(d, s, 0)) {
        found = look_find(d, p, 0);
        if (found.what == TRY_MATCH && !looks_so(d, found.begin, found.end, place->style))
            nearest_styles(d, &found, place->style, out);
    }
    if (found.what == TRY_MATCH)
        return;
    if (!row_is_there(s, place->row)) {
        int rows = rows_count(s);
        buf_addf(out, "the screen has only %d row%s\n", rows, plural((uint64_t)rows));
    }
    if (!look_text(d, s, 0))
        return;
    found = look_find(d, p, place->style);
    if (found.what == TRY_MATCH) {
        buf_addf(out, "it is in row %d\n", row_of(d, found.begin));
        return;
    }
    if (place->style != 0)
        found = look_find(d, p, 0);
    if (found.what == TRY_MATCH) {
        nearest_styles(d, &found, place->style, out);
        return;
    }
    struct match_pattern *blind = match_caseless(p);
    if (blind == NULL)
        return;
    found = look_find(d, blind, 0);
    if (found.what == TRY_MATCH && found.end > found.begin)
        buf_addf(out, "in row %d it differs only in upper and lower case\n",
                 row_of(d, found.begin));
    match_pattern_free(blind);
}

/* Adds the rows up to the last that is not empty, each with its number. */
static void rows_tell(struct screen *s, const struct display_mask *mask, struct buf *out)
{
    struct buf text = BUF_INIT;
    struct screen_row row;
    size_t last = 0;

    for (size_t i = 1; screen_row(s, i, &row); i++) {
        last = row.size > 0 ? i : last;
        buf_add(&text, row.text, row.size);
    }
    if (mask != NULL && text.size > 0)
        mask->hide(mask->user, text.data, text.size);
    const char *at = buf_text(&text);
    for (size_t i = 1; i <= last && screen_row(s, i, &row) && !text.failed; i++) {
        buf_addf(out, "%4zu |", i);
        buf_add(out, at, row.size);
        buf_add_text(out, "\n");
        at += row.size;
    }
    buf_release(&text);
}

void display_tell(struct display *d, uint64_t end, const struct display_mask *mask, struct buf *out)
{
    struct drawing then = {0};
    uint64_t decided = decided_end(d);

    if (!drawing_begin(d, &then))
        return;
    drawing_feed(d, &then, end < decided ? end : decided);
    struct screen_cursor at = screen_cursor(then.screen);
    if (then.lost)
        buf_add_text(out, "(begun in the midst: what came first is not kept, see limits.window)\n");
    buf_addf(out, "(%d rows, the cursor in row %u, column %u)\n", rows_count(then.screen), at.row,
             at.column);
    rows_tell(then.screen, mask, out);
    screen_free(then.screen);
}

/* Whether it sends the cursor to a row: CUP, HVP, VPA. */
static bool is_placement(const struct sequence *s)
{
    return s->open == '[' && s->prefix == 0 && s->intermediate == 0 &&
           (s->final == 'H' || s->final == 'f' || s->final == 'd');
}

bool display_draws(const struct display *d, uint64_t end)
{
    const struct log *log = match_log(d->match);
    struct sequences sequences = {0};
    struct sequence s;
    char bytes[READ_BYTES];

    for (uint64_t from = log_begin(log); from < end;) {
        size_t wanted = end - from < READ_BYTES ? (size_t)(end - from) : (size_t)READ_BYTES;
        const char *at = bytes;
        size_t size = log_read(log, from, bytes, wanted);
        from += size;
        while (sequence_next(&sequences, &at, &size, &s)) {
            if (is_placement(&s))
                return true;
        }
    }
    return false;
}
