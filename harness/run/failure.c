/* failure.c: the first thing that went wrong, with what was there at that moment. */
#include "expect/plain.h"
#include "harness/run/state.h"
#include "runtime/base/visible.h"

#include <inttypes.h>
#include <stdio.h>

enum { SCREEN_LINES = 8, SCREEN_BYTES_MAX = 4096 };

/* All that the terminal has shown and still knows, without escape sequences and carriage
 * returns. From the beginning, as only that tells where a sequence ends. */
static void screen_text(const struct match *m, struct buf *out)
{
    const struct log *log = match_log(m);
    char bytes[SCREEN_BYTES_MAX];
    struct plain plain = {0};

    for (uint64_t from = log_begin(log); from < log->end;) {
        size_t size = log_read(log, from, bytes, sizeof(bytes));
        from += size;
        for (size_t at = 0; at < size;) {
            struct plain_span span = plain_next(&plain, bytes + at, size - at);
            at += span.skip;
            for (size_t end = at + span.text; at < end; at++) {
                if (bytes[at] != '\r')
                    buf_add(out, &bytes[at], 1);
            }
        }
    }
}

/* The last lines of it, with what is not text made visible. */
static void screen_copy(const struct match *m, struct buf *out)
{
    struct buf text = BUF_INIT;

    screen_text(m, &text);
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

static void failure_snapshot(struct run *r)
{
    struct failure *f = &r->failure;

    f->set = true;
    f->index = r->world->trace.count;
    f->at_ns = world_now(r->world);
    screen_copy(r->match, &f->screen);
}

void failure_set(struct run *r, const struct task *t, const struct step *s, const char *label)
{
    struct failure *f = &r->failure;

    if (f->set)
        return;
    failure_snapshot(r);
    f->step = s;
    enum process_state root = world_state(r->world, ACTOR_ROOT);
    f->ended = r->over || root == PROCESS_ZOMBIE || root == PROCESS_REAPED;
    f->stalled_ns = r->world->stalled_ns - t->stalled_ns;
    f->place = s->place;
    /* The C-c of the second set of variants stands in no file. */
    if (f->place.file == NULL)
        f->place = r->variant->outcome_place;
    for (const struct task *up = t; up != NULL; up = up->parent) {
        if (up->main)
            f->step_number = up->index + 1;
    }
    (void)snprintf(f->label, sizeof(f->label), "%s", label);
    struct buf subject = BUF_INIT;
    buf_add_text(&subject, s->entry->word.name);
    if (s->entry->subject != NULL)
        s->entry->subject(s, r->cast, &subject);
    (void)snprintf(f->message, sizeof(f->message), "%.190s: %.150s", buf_text(&subject), label);
    (void)snprintf(f->signature, sizeof(f->signature), "step:%.190s", buf_text(&subject));
    buf_release(&subject);
}

void failure_total(struct run *r, const char *message)
{
    struct failure *f = &r->failure;

    if (f->set)
        return;
    failure_snapshot(r);
    f->place = r->variant->outcome_place;
    (void)snprintf(f->label, sizeof(f->label), "%.200s", message);
    (void)snprintf(f->message, sizeof(f->message), "%.300s", message);
    (void)snprintf(f->signature, sizeof(f->signature), "run:%.200s", message);
}

void failure_release(struct failure *f)
{
    buf_release(&f->nearest);
    buf_release(&f->screen);
    *f = (struct failure){0};
}
