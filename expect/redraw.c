/* redraw.c: the lines that were typed, and the search of redraw.h. */
#include "expect/redraw.h"

#include "runtime/base/check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- What was typed ---- */

/* Readline and prompt_toolkit switch ICRNL off, zle and libedit exchange the two by INLCR. Who
 * reads single keys without an echo mostly leaves both as they were. */
static bool modes_of_editor(const struct termios *modes)
{
    return (modes->c_lflag & (ECHO | ICANON)) == 0 &&
           ((modes->c_iflag & ICRNL) == 0 || (modes->c_iflag & INLCR) != 0);
}

static bool byte_is(const struct termios *modes, int which, unsigned char byte)
{
    return modes->c_cc[which] == byte && byte != _POSIX_VDISABLE;
}

static bool is_signal(const struct termios *modes, unsigned char byte)
{
    return (modes->c_lflag & ISIG) != 0 &&
           (byte_is(modes, VINTR, byte) || byte_is(modes, VQUIT, byte) ||
            byte_is(modes, VSUSP, byte));
}

/* Forgets the oldest lines. */
static void lines_drop(struct redraw *r, size_t count)
{
    CHECK(count <= r->count);
    for (size_t i = 0; i < count; i++)
        free(r->line[i].text);
    r->count -= count;
    r->rested -= count < r->rested ? count : r->rested;
    memmove(r->line, r->line + count, r->count * sizeof(r->line[0]));
}

/* The line that goes on, or a new one. */
static struct redraw_line *line_open(struct redraw *r)
{
    if (r->count > 0 && !r->line[r->count - 1].ended)
        return &r->line[r->count - 1];
    if (r->count == REDRAW_LINES_MAX)
        lines_drop(r, 1);
    char *text = malloc(REDRAW_LINE_BYTES_MAX);
    if (text == NULL)
        return NULL;
    r->line[r->count] = (struct redraw_line){.text = text};
    return &r->line[r->count++];
}

static bool byte_typed(struct redraw *r, const struct termios *modes, char byte)
{
    /* The kernel throws away with the line what was typed ahead. */
    if (is_signal(modes, (unsigned char)byte)) {
        lines_drop(r, r->count);
        return true;
    }
    struct redraw_line *l = line_open(r);
    if (l == NULL)
        return false;
    if (byte == '\r' || byte == '\n') {
        l->ended = true;
    } else if ((unsigned char)byte < 0x20 || byte == 0x7f || l->size == REDRAW_LINE_BYTES_MAX) {
        if (l->size == REDRAW_LINE_BYTES_MAX)
            l->size = 0;
        l->edited = true;
    } else if (!l->edited) {
        l->text[l->size++] = byte;
    }
    return true;
}

/* The size of what stands around a paste, if that is here; it is not drawn. */
static size_t paste_bracket(const char *data, size_t size)
{
    static const char begin[] = "\x1b[200~";
    static const char end[] = "\x1b[201~";
    size_t bytes = sizeof(begin) - 1;

    return size >= bytes && (memcmp(data, begin, bytes) == 0 || memcmp(data, end, bytes) == 0)
               ? bytes
               : 0;
}

int redraw_typed(struct redraw *r, const struct termios *modes, const char *data, size_t size,
                 uint64_t offset)
{
    bool editor = modes_of_editor(modes);

    if (!editor && (modes->c_lflag & ECHO) == 0)
        return 0;
    /* A key, or an answer of the terminal to a question: nothing of it is drawn. */
    if (size > 0 && data[0] == '\x1b' && paste_bracket(data, size) == 0) {
        if (r->count > 0 && !r->line[r->count - 1].ended)
            r->line[r->count - 1].edited = true;
        return 0;
    }
    if (r->held == NULL) {
        r->held = malloc(REDRAW_HELD_BYTES_MAX * sizeof(r->held[0]));
        r->shown = malloc(REDRAW_LINE_BYTES_MAX);
    }
    if (r->held == NULL || r->shown == NULL) {
        redraw_release(r);
        return ERR_NOMEM;
    }
    /* An editor that is there has read what was typed before it came to rest. */
    if (editor)
        lines_drop(r, r->rested);
    /* Only one that has more to read, or has just read a line, may be about to leave. What was
     * typed just before may still have its echo to come. */
    r->may_echo = editor && (r->count > 0 || r->leaving);
    if (r->may_echo && r->echo_until < offset)
        r->echo_from = offset;
    if (editor && !r->marked && r->count == 0 && !r->leaving) {
        r->placed = true;
        r->place = offset;
    }
    for (size_t i = 0; i < size; i++) {
        size_t bracket = paste_bracket(data + i, size - i);
        i += bracket;
        if (i < size && !byte_typed(r, modes, data[i]))
            return ERR_NOMEM;
    }
    return 0;
}

void redraw_echoed(struct redraw *r, uint64_t until)
{
    if (r->may_echo)
        r->echo_until = until;
    r->may_echo = false;
}

/* ---- What is drawn ---- */

/* Whether what is shown is the beginning of a line, or (`whole`) all of one that is `ended`. */
static bool lines_have(const struct redraw *r, bool whole, bool ended)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct redraw_line *l = &r->line[i];
        bool fits = whole ? l->size == r->shown_size && (l->ended && !l->edited) == ended
                          : l->size >= r->shown_size;
        if (fits && r->shown_size > 0 && memcmp(l->text, r->shown, r->shown_size) == 0)
            return true;
    }
    return false;
}

/* Notes how the line of output goes on, of which only the beginning may be a prompt. */
static void row_note(struct redraw *r, const char *data, size_t size)
{
    for (size_t i = size; i > 0; i--) {
        if (data[i - 1] != '\n' && data[i - 1] != '\r')
            continue;
        r->row_size = 0;
        data += i;
        size -= i;
        break;
    }
    if (r->row_size < sizeof(r->row)) {
        size_t room = sizeof(r->row) - r->row_size;
        memcpy(r->row + r->row_size, data, size < room ? size : room);
    }
    r->row_size += size;
}

static void text_pass(struct redraw *r, uint64_t offset, const char *data, size_t size,
                      const struct redraw_sink *sink)
{
    if (size == 0)
        return;
    row_note(r, data, size);
    for (size_t i = 0; r->leaving && i < size; i++)
        r->leaving = data[i] == '\r' || data[i] == '\n';
    sink->on_text(sink->user, offset, data, size);
}

static void held_reset(struct redraw *r)
{
    r->held_count = r->column = r->shown_size = r->wrap = 0;
    r->returned = r->wraps = r->moved = r->echoed = false;
}

/* What was held is text. */
static void held_pass(struct redraw *r, const struct redraw_sink *sink)
{
    for (size_t i = 0; i < r->held_count; i++)
        text_pass(r, r->held[i].offset, &r->held[i].byte, 1, sink);
    held_reset(r);
}

/* What was held was no redraw: of an editor without marks nothing can be told then. */
static void held_miss(struct redraw *r, const struct redraw_sink *sink)
{
    held_pass(r, sink);
    if (r->placed)
        lines_drop(r, r->count);
    r->placed = false;
}

/* Nothing of it is text but its line ends. */
static void held_drop(struct redraw *r, const struct redraw_sink *sink)
{
    for (size_t i = 0; i < r->held_count; i++) {
        const struct redraw_held *h = &r->held[i];
        if (r->returned && i >= r->end_at)
            text_pass(r, h->offset, &h->byte, 1, sink);
        else
            r->masked++;
    }
    held_reset(r);
}

/* What was held is a line: it and those before it, which were never drawn, are done. One that the
 * terminal has echoed is still to be drawn. */
static void held_mask(struct redraw *r, bool ended, const struct redraw_sink *sink)
{
    size_t done = 0; /* none: it was forgotten when its end was half there */

    if (r->echoed) {
        held_drop(r, sink);
        return;
    }
    for (size_t i = 0; i < r->count && done == 0; i++) {
        const struct redraw_line *l = &r->line[i];
        if (l->size == r->shown_size && (l->ended && !l->edited) == ended &&
            memcmp(l->text, r->shown, r->shown_size) == 0)
            done = i + 1;
    }
    if (r->placed && r->row_size > 0 && r->row_size <= sizeof(r->row)) {
        r->prompt_end = r->row[r->row_size - 1];
        r->prompt_size = r->row_size;
    }
    /* Between marks it may be painted once more, until they end. */
    lines_drop(r, ended && r->marked && done > 0 ? done - 1 : done);
    r->placed = false;
    r->leaving = ended;
    held_drop(r, sink);
}

enum drawing {
    DRAWING_ON,   /* the byte belongs to a line, which goes on */
    DRAWING_DONE, /* it ends the line */
    DRAWING_PAST, /* the line was complete before it */
    DRAWING_NONE,
};

/* The byte is drawn at the column. */
static enum drawing drawing_put(struct redraw *r, char byte)
{
    if (r->column < r->shown_size) {
        if (r->shown[r->column] != byte)
            return lines_have(r, true, false) ? DRAWING_PAST : DRAWING_NONE;
        r->column++;
        return DRAWING_ON;
    }
    bool past = lines_have(r, true, false);
    if (r->shown_size < REDRAW_LINE_BYTES_MAX) {
        r->shown[r->shown_size++] = byte;
        r->column++;
        if (lines_have(r, false, false))
            return DRAWING_ON;
        r->shown_size--;
        r->column--;
    }
    if (past)
        return DRAWING_PAST;
    r->wraps = byte == ' ' && r->held_count > 0;
    return r->wraps ? DRAWING_ON : DRAWING_NONE;
}

/* At the margin zle draws a blank, which takes the cursor to the next row, goes back to its
 * beginning, and draws the first character there twice. */
static enum drawing drawing_return(struct redraw *r)
{
    if (r->wraps) {
        r->wraps = false;
        r->wrap = r->column;
    } else if (r->wrap > 0 && r->column == r->wrap + 1) {
        r->column = r->wrap;
    } else if (r->column > 0 && r->shown[r->column - 1] == ' ') {
        r->wrap = --r->column;
    } else {
        return DRAWING_NONE;
    }
    return DRAWING_ON;
}

static enum drawing drawing_next(struct redraw *r, char byte)
{
    if (r->held_count == REDRAW_HELD_BYTES_MAX || (r->wraps && byte != '\r'))
        return DRAWING_NONE;
    if (byte == '\r' || byte == '\n') {
        bool whole = !r->wraps && lines_have(r, true, true);
        if (!whole && !r->returned)
            return byte == '\r' ? drawing_return(r) : DRAWING_NONE;
        if (!r->returned)
            r->end_at = r->held_count;
        r->returned = true;
        return byte == '\r' ? DRAWING_ON : DRAWING_DONE;
    }
    if (r->returned)
        return DRAWING_NONE;
    if (byte == '\b' && r->column > 0) {
        r->column--;
        return DRAWING_ON;
    }
    if ((unsigned char)byte < 0x20 || byte == 0x7f)
        return lines_have(r, true, false) ? DRAWING_PAST : DRAWING_NONE;
    return drawing_put(r, byte);
}

static bool echo_may_begin(const struct redraw *r, uint64_t offset)
{
    return offset >= r->echo_from && offset < r->echo_until;
}

/* Whether a line may be drawn from this byte of the text on. */
static bool drawing_begins(const struct redraw *r, uint64_t offset)
{
    if (r->marked)
        return true;
    if (r->placed)
        return offset >= r->place;
    if (echo_may_begin(r, offset))
        return true;
    return r->prompt_size > 0 && r->row_size == r->prompt_size &&
           r->row[r->row_size - 1] == r->prompt_end;
}

static bool drawing_takes(struct redraw *r, uint64_t offset, char byte,
                          const struct redraw_sink *sink);

/* What was held is no line, but one may begin behind its first byte. Recursion is bounded: less is
 * held each time. */
static void held_shift(struct redraw *r, const struct redraw_sink *sink)
{
    size_t count = r->held_count;

    text_pass(r, r->held[0].offset, &r->held[0].byte, 1, sink);
    held_reset(r);
    for (size_t i = 1; i < count; i++) {
        /* Of the bytes before it none is needed any more. */
        const struct redraw_held h = r->held[i];
        if (!drawing_takes(r, h.offset, h.byte, sink))
            text_pass(r, h.offset, &h.byte, 1, sink);
    }
}

/* Takes one byte into what is held. False: it is none of it, and is text. */
static bool drawing_takes(struct redraw *r, uint64_t offset, char byte,
                          const struct redraw_sink *sink)
{
    enum drawing what = DRAWING_NONE;

    /* The cursor has gone back since: the whole is painted once more. */
    if (r->moved && !r->returned && lines_have(r, true, true))
        held_drop(r, sink);
    r->moved = false;
    while (r->held_count > 0 && (what = drawing_next(r, byte)) == DRAWING_NONE) {
        if (r->placed)
            held_miss(r, sink);
        else
            held_shift(r, sink);
    }
    if (what == DRAWING_PAST)
        held_mask(r, false, sink);
    if (r->held_count == 0) {
        if (r->count == 0 || !drawing_begins(r, offset))
            return false;
        what = drawing_next(r, byte);
        if (what != DRAWING_ON) {
            held_miss(r, sink);
            return false;
        }
        r->echoed = !r->marked && !r->placed && echo_may_begin(r, offset);
    }
    r->held[r->held_count++] = (struct redraw_held){offset, byte};
    if (what == DRAWING_DONE)
        held_mask(r, true, sink);
    return true;
}

/* Bytes from here on of which none can be the first of a line. */
static size_t drawing_none(const struct redraw *r, uint64_t offset, const char *data, size_t size)
{
    bool somewhere = r->marked || r->placed || r->prompt_size > 0 || offset < r->echo_until;

    if (r->count == 0 || !somewhere)
        return size;
    for (size_t at = 0; at < size && !r->placed; at++) {
        for (size_t i = 0; i < r->count; i++) {
            if (r->line[i].size > 0 && r->line[i].text[0] == data[at])
                return at;
        }
    }
    return r->placed ? 0 : size;
}

void redraw_feed(struct redraw *r, uint64_t offset, const char *data, size_t size,
                 const struct redraw_sink *sink)
{
    size_t from = 0; /* what was looked at since is text */

    for (size_t at = 0; at < size; at++) {
        if (r->held_count == 0) {
            at += drawing_none(r, offset + at, data + at, size - at);
            if (at == size)
                break;
            /* Where a prompt ends is seen from what has passed. */
            text_pass(r, offset + from, data + from, at - from, sink);
            from = at;
        }
        if (drawing_takes(r, offset + at, data[at], sink))
            from = at + 1;
    }
    text_pass(r, offset + from, data + from, size - from, sink);
}

/* ---- Marks and rest ---- */

void redraw_mark(struct redraw *r, bool on)
{
    bool over = r->marked && !on;

    r->placed = r->placed && !on;
    r->marked = on;
    /* It has read a line. */
    if (over && r->held_count == 0 && r->count > 0)
        lines_drop(r, 1);
}

void redraw_moved(struct redraw *r)
{
    r->moved = r->marked && r->held_count > 0;
}

void redraw_settle(struct redraw *r, const struct redraw_sink *sink)
{
    if (r->held_count > 0 && r->moved && !r->returned && lines_have(r, true, true))
        held_drop(r, sink);
    else if (r->held_count > 0 && !r->returned && lines_have(r, true, false))
        held_mask(r, false, sink);
    else if (r->held_count > 0)
        held_miss(r, sink);
    /* It has read all of it. */
    if (r->marked || r->placed)
        lines_drop(r, r->count);
    r->placed = false;
    r->rested = r->count;
    r->leaving = false;
}

void redraw_release(struct redraw *r)
{
    lines_drop(r, r->count);
    free(r->held);
    free(r->shown);
    *r = (struct redraw){0};
}
