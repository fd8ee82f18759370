/* screen.c: what the terminal showed at a moment of the trace.
 *
 * What went wrong is known for some failures only when the run is over, and by then the end of the
 * subject has covered it. So each output is remembered with the records that came before it. */
#include "expect/plain.h"
#include "harness/run/mask.h"
#include "harness/run/state.h"
#include "runtime/base/visible.h"

#include <stdlib.h>

enum { SCREEN_LINES = 8, SCREEN_BYTES_MAX = 4096, SHOWN_FIRST = 64 };

void screen_shown(struct run *r)
{
    struct shown *last = r->shown_count > 0 ? &r->shown[r->shown_count - 1] : NULL;
    uint64_t end = match_log(r->match)->end;

    if (last != NULL && (last->records == r->records_seen || r->shown_count == RUN_SHOWN_MAX)) {
        last->end = end;
        return;
    }
    if (r->shown == NULL || r->shown_count == r->shown_room) {
        size_t room = r->shown_room == 0 ? SHOWN_FIRST : r->shown_room * 2;
        struct shown *grown = realloc(r->shown, room * sizeof(*grown));
        if (grown == NULL)
            return; /* an older screen is told */
        r->shown = grown;
        r->shown_room = room;
    }
    r->shown[r->shown_count++] = (struct shown){r->records_seen, end};
}

/* All that the terminal has shown by then and still knows, without escape sequences and carriage
 * returns. From the beginning, as only that tells where a sequence ends. */
static void screen_text(const struct match *m, uint64_t end, struct buf *out)
{
    const struct log *log = match_log(m);
    char bytes[SCREEN_BYTES_MAX];
    struct plain plain = {0};

    for (uint64_t from = log_begin(log); from < end;) {
        size_t wanted = end - from < sizeof(bytes) ? (size_t)(end - from) : sizeof(bytes);
        size_t size = log_read(log, from, bytes, wanted);
        from += size;
        for (size_t at = 0; at < size;) {
            struct plain_span span = plain_next(&plain, bytes + at, size - at);
            at += span.skip;
            for (size_t last = at + span.text; at < last; at++) {
                if (bytes[at] != '\r')
                    buf_add(out, &bytes[at], 1);
            }
        }
    }
}

/* The last lines of it, with what is not text made visible. */
static void screen_copy(const struct match *m, uint64_t end, struct buf *out)
{
    struct buf text = BUF_INIT;

    screen_text(m, end, &text);
    size_t least = text.size > SCREEN_BYTES_MAX ? text.size - SCREEN_BYTES_MAX : 0;
    size_t at = text.size;
    for (int lines = 0; at > least; at--) {
        if (text.data[at - 1] == '\n' && at != text.size && ++lines == SCREEN_LINES)
            break;
    }
    /* Not from the midst of a character on. */
    while (at < text.size && ((unsigned char)text.data[at] & 0xC0) == 0x80)
        at++;
    if (at < text.size)
        visible_add(out, text.data + at, text.size - at);
    if (out->size > 0 && out->data[out->size - 1] != '\n')
        buf_add_text(out, "\n");
    buf_release(&text);
}

static void screen_mask(const void *user, char *text, size_t size)
{
    mask_stars(user, text, size);
}

/* The screen as it is drawn. */
static void screen_draw(const struct run *r, uint64_t end, struct buf *out)
{
    const struct display_mask mask = {.hide = screen_mask, .user = r};
    struct buf text = BUF_INIT;

    display_tell(r->display, end, &mask, &text);
    visible_add(out, buf_text(&text), text.size);
    buf_release(&text);
}

void screen_tell(const struct run *r, size_t records, struct buf *out)
{
    uint64_t end = 0;

    for (size_t i = 0; i < r->shown_count && r->shown[i].records <= records; i++)
        end = r->shown[i].end;
    buf_release(out);
    if (end > 0 && (r->failure.screen || display_draws(r->display, end)))
        screen_draw(r, end, out);
    else if (end > 0 && end <= log_begin(match_log(r->match)))
        buf_add_text(out, "(too much has been shown since)\n");
    else
        screen_copy(r->match, end, out);
}

void run_show_screen(struct run *r, struct buf *out)
{
    screen_draw(r, match_log(r->match)->end, out);
}
