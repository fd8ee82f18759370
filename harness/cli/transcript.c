/* transcript.c: a line for each line shown and for each step. */
#include "harness/cli/transcript.h"

#include "harness/run/run.h"
#include "runtime/base/status.h"
#include "runtime/base/visible.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>

#define GREEN "\x1b[32m"
#define RED   "\x1b[31m"
#define PLAIN "\x1b[0m"

enum {
    LINE_BYTES_MAX = 4096,
    CHARACTER_BYTES = 4, /* at most */
    EMPTY_LINES_MAX = 2, /* in a row; more are counted: programs clear the screen with them */
};

static void time_print(const struct transcript *t, int64_t at_ns)
{
    (void)fprintf(t->out, "%4" PRId64 ".%03" PRId64 " ", at_ns / 1000000000,
                  at_ns / 1000000 % 1000);
}

/* ---- What was shown ---- */

static void empty_print(struct transcript *t)
{
    bool each = t->empty <= EMPTY_LINES_MAX;

    for (size_t i = 0; t->out != NULL && i < (each ? t->empty : 1); i++) {
        time_print(t, t->empty_ns);
        if (each)
            (void)fputs("│\n", t->out);
        else
            (void)fprintf(t->out, "│ (%zu empty lines)\n", t->empty);
    }
    t->empty = 0;
}

static void line_end(struct transcript *t)
{
    t->held_return = false;
    if (t->line.size == 0)
        return;
    empty_print(t);
    if (t->out != NULL) {
        struct buf shown = BUF_INIT;
        visible_add(&shown, t->line.data, t->line.size);
        time_print(t, t->shown_ns);
        (void)fprintf(t->out, "│ %s\n", buf_text(&shown));
        buf_release(&shown);
    }
    buf_drop(&t->line, t->line.size);
}

void transcript_flush(struct transcript *t)
{
    line_end(t);
    empty_print(t);
    if (t->out != NULL)
        (void)fflush(t->out);
}

/* A carriage return stays where it goes back over something. */
static void byte_shown(struct transcript *t, char byte)
{
    if (byte == '\n') {
        if (t->line.size == 0) {
            t->empty++;
            t->empty_ns = t->shown_ns;
        }
        line_end(t);
        return;
    }
    if (t->held_return && byte != '\r')
        buf_add(&t->line, "\r", 1);
    t->held_return = byte == '\r' && t->line.size > 0;
    if (byte == '\r')
        return;
    /* A line that is too long is not cut in the midst of a character. */
    if (t->line.size >= LINE_BYTES_MAX + CHARACTER_BYTES ||
        (t->line.size >= LINE_BYTES_MAX && ((unsigned char)byte & 0xC0) != 0x80))
        line_end(t);
    buf_add(&t->line, &byte, 1);
}

void transcript_shown(struct transcript *t, int64_t at_ns, const char *data, size_t size)
{
    while (size > 0) {
        struct plain_span span = plain_next(&t->plain, data, size);
        for (size_t i = 0; i < span.text; i++) {
            if (t->line.size == 0)
                t->shown_ns = at_ns;
            byte_shown(t, data[span.skip + i]);
        }
        data += span.skip + span.text;
        size -= span.skip + span.text;
    }
    if (t->out != NULL)
        (void)fflush(t->out);
}

/* ---- Steps ---- */

void transcript_step(struct transcript *t, int64_t at_ns, const struct step *s,
                     const struct cast *cast, bool failed)
{
    struct buf text = BUF_INIT;
    struct buf shown = BUF_INIT;

    transcript_flush(t);
    t->done += !failed;
    if (t->out == NULL)
        return;
    step_describe(s, cast, &text);
    visible_add(&shown, text.data, text.size);
    const char *file = s->place.file != NULL ? strrchr(s->place.file, '/') : NULL;
    time_print(t, at_ns);
    (void)fprintf(t->out, "%s%s%s %-48s %s:%u\n", t->color ? (failed ? RED : GREEN) : "",
                  failed ? "✗" : "✓", t->color ? PLAIN : "", buf_text(&shown),
                  file != NULL ? file + 1 : s->place.file, s->place.line);
    (void)fflush(t->out);
    buf_release(&shown);
    buf_release(&text);
}

void transcript_release(struct transcript *t)
{
    buf_release(&t->line);
    *t = TRANSCRIPT_INIT;
}
