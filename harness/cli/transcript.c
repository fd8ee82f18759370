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
    STEP_COLUMNS = 48,
    EMPTY_LINES_MAX = 2, /* in a row; more are counted: programs clear the screen with them */
};

/* Many lines come at one time. */
static void time_print(struct transcript *t, int64_t at_ns)
{
    if (t->time[0] == 0 || t->time_ns != at_ns)
        (void)snprintf(t->time, sizeof(t->time), "%4" PRId64 ".%03" PRId64 " ", at_ns / 1000000000,
                       at_ns / 1000000 % 1000);
    t->time_ns = at_ns;
    (void)fputs(t->time, t->out);
}

/* ---- What was shown ---- */

static void empty_print(struct transcript *t)
{
    bool each = t->empty <= EMPTY_LINES_MAX;

    for (size_t i = 0; i < (each ? t->empty : 1); i++) {
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
    buf_drop(&t->visible, t->visible.size);
    visible_add(&t->visible, t->line.data, t->line.size);
    time_print(t, t->shown_ns);
    (void)fputs("│ ", t->out);
    (void)fputs(buf_text(&t->visible), t->out);
    (void)fputc('\n', t->out);
    buf_drop(&t->line, t->line.size);
}

void transcript_flush(struct transcript *t)
{
    line_end(t);
    empty_print(t);
    if (t->out != NULL)
        (void)fflush(t->out);
}

/* Text without line ends. A line that is too long is not cut in the midst of a character. */
static void text_shown(struct transcript *t, int64_t at_ns, const char *text, size_t size)
{
    /* A carriage return stays where it goes back over something. */
    if (t->held_return && size > 0)
        buf_add(&t->line, "\r", 1);
    t->held_return = t->held_return && size == 0;
    while (size > 0) {
        size_t part = t->line.size < LINE_BYTES_MAX ? LINE_BYTES_MAX - t->line.size : 0;
        bool inside = ((unsigned char)*text & 0xC0) == 0x80;
        if (part == 0 && inside && t->line.size < LINE_BYTES_MAX + CHARACTER_BYTES)
            part = 1;
        if (part == 0)
            line_end(t);
        if (t->line.size == 0)
            t->shown_ns = at_ns;
        part = part < size ? part : size;
        buf_add(&t->line, text, part);
        text += part;
        size -= part;
    }
}

/* A piece of a line: no line feed is in it. */
static void piece_shown(struct transcript *t, int64_t at_ns, const char *piece, size_t size)
{
    const char *end = piece + size;

    for (;;) {
        const char *back = memchr(piece, '\r', (size_t)(end - piece));
        text_shown(t, at_ns, piece, (size_t)((back != NULL ? back : end) - piece));
        if (back == NULL)
            return;
        t->held_return = t->line.size > 0;
        piece = back + 1;
    }
}

static void line_feed_shown(struct transcript *t, int64_t at_ns)
{
    if (t->line.size == 0) {
        t->shown_ns = t->empty_ns = at_ns;
        t->empty++;
    }
    line_end(t);
}

void transcript_shown(struct transcript *t, int64_t at_ns, const char *data, size_t size)
{
    if (t->out == NULL)
        return;
    while (size > 0) {
        struct plain_span span = plain_next(&t->plain, data, size);
        const char *text = data + span.skip;
        data = text + span.text;
        size -= span.skip + span.text;
        while (text < data) {
            const char *feed = memchr(text, '\n', (size_t)(data - text));
            piece_shown(t, at_ns, text, (size_t)((feed != NULL ? feed : data) - text));
            if (feed != NULL)
                line_feed_shown(t, at_ns);
            text = feed != NULL ? feed + 1 : data;
        }
    }
    (void)fflush(t->out);
}

/* ---- Steps ---- */

/* One line: when, what has become of what, where it stands. */
static void line_print(struct transcript *t, int64_t at_ns, const char *mark, struct place place,
                       const struct buf *text, unsigned depth)
{
    const char *file = place.file != NULL ? strrchr(place.file, '/') : NULL;
    int indent = (int)(2 * depth);
    struct buf shown = BUF_INIT;

    if (t->out == NULL)
        return;
    visible_add(&shown, text->data, text->size);
    time_print(t, at_ns);
    (void)fprintf(t->out, "%*s%s %-*s %s:%u\n", indent, "", mark,
                  indent < STEP_COLUMNS ? STEP_COLUMNS - indent : 0, buf_text(&shown),
                  file != NULL ? file + 1 : place.file, place.line);
    (void)fflush(t->out);
    buf_release(&shown);
}

void transcript_step(struct transcript *t, int64_t at_ns, const struct step *s,
                     const struct buf *text, unsigned depth)
{
    t->done += depth == 0;
    transcript_flush(t);
    line_print(t, at_ns, t->color ? GREEN "✓" PLAIN : "✓", s->place, text, depth);
}

void transcript_failed(struct transcript *t, int64_t at_ns, const struct step *s,
                       const struct cast *cast)
{
    struct buf text = BUF_INIT;

    transcript_flush(t);
    step_describe(s, cast, &text);
    line_print(t, at_ns, t->color ? RED "✗" PLAIN : "✗", s->place, &text, 0);
    buf_release(&text);
}

void transcript_way(struct transcript *t, int64_t at_ns, const struct step *s, size_t i,
                    unsigned depth)
{
    struct buf text = BUF_INIT;

    transcript_flush(t);
    buf_add_text(&text, "branch");
    struct place place = step_branch(s, i, &text);
    line_print(t, at_ns, "→", place, &text, depth);
    buf_release(&text);
}

void transcript_how(struct transcript *t, int64_t at_ns, const char *how)
{
    struct buf shown = BUF_INIT;

    transcript_flush(t);
    if (t->out == NULL)
        return;
    while (*how != 0) {
        size_t size = strcspn(how, "\n");
        shown.size = 0;
        visible_add(&shown, how, size);
        time_print(t, at_ns);
        (void)fprintf(t->out, "· %s\n", buf_text(&shown));
        how += size + (how[size] == '\n');
    }
    (void)fflush(t->out);
    buf_release(&shown);
}

void transcript_release(struct transcript *t)
{
    buf_release(&t->line);
    buf_release(&t->visible);
    *t = TRANSCRIPT_INIT;
}
