/* view.c: raw bytes -> log, echo filter, escape filter, redraws, what is hidden, text with a map of
 * the gaps. */
#include "expect/view.h"

#include "runtime/base/check.h"

#include <stdlib.h>
#include <string.h>

int view_init(struct view *v, size_t keep, struct diag *diag)
{
    *v = (struct view){.keep = keep};
    int rc = log_init(&v->raw, keep, diag);
    if (rc < 0)
        return rc;
    v->text = malloc(2 * keep);
    v->runs = malloc(VIEW_RUNS_MAX * sizeof(v->runs[0]));
    if (v->text == NULL || v->runs == NULL) {
        view_release(v);
        return diag_set(diag, ERR_NOMEM, "no memory for a terminal's text of %zu bytes", keep);
    }
    return 0;
}

void view_release(struct view *v)
{
    log_release(&v->raw);
    echo_release(&v->echo);
    redraw_release(&v->redraw);
    free(v->text);
    free(v->runs);
    free(v->hidden);
    *v = (struct view){0};
}

/* The i-th remembered run, oldest first. */
static const struct view_run *view_run(const struct view *v, size_t i)
{
    return &v->runs[(v->run_next + VIEW_RUNS_MAX - v->run_count + i) % VIEW_RUNS_MAX];
}

static void view_map(struct view *v, uint64_t raw)
{
    if (v->run_count > 0) {
        const struct view_run *last = view_run(v, v->run_count - 1);
        if (last->raw + (v->end - last->text) == raw)
            return;
    }
    v->runs[v->run_next] = (struct view_run){.text = v->end, .raw = raw};
    v->run_next = (v->run_next + 1) % VIEW_RUNS_MAX;
    if (v->run_count < VIEW_RUNS_MAX)
        v->run_count++;
}

/* hide_sink.on_text: what is not hidden. */
static void view_add(void *user, uint64_t raw, const char *data, size_t size)
{
    struct view *v = user;
    size_t used = (size_t)(v->end - v->text_at);

    CHECK(size <= v->keep);
    view_map(v, raw);
    if (used + size > 2 * v->keep) {
        size_t left = v->keep - size; /* with the new bytes: exactly what counts */
        memmove(v->text, v->text + (used - left), left);
        v->text_at = v->end - left;
        used = left;
    }
    memcpy(v->text + used, data, size);
    v->end += size;
}

/* hide_sink.on_hidden. Without memory for it, a screen shows it. */
static void view_hidden(void *user, uint64_t raw)
{
    struct view *v = user;
    struct view_range *last = v->hidden_count > 0 ? &v->hidden[v->hidden_count - 1] : NULL;

    if (last != NULL && last->end == raw) {
        last->end++;
        return;
    }
    struct view_range *grown = realloc(v->hidden, (v->hidden_count + 1) * sizeof(*grown));
    if (grown == NULL)
        return;
    v->hidden = grown;
    v->hidden[v->hidden_count++] = (struct view_range){.begin = raw, .end = raw + 1};
}

static struct hide_sink view_sink(struct view *v)
{
    return (struct hide_sink){.on_text = view_add, .on_hidden = view_hidden, .user = v};
}

/* redraw_sink.on_text: what is no redraw. */
static void view_drawn(void *user, uint64_t offset, const char *data, size_t size)
{
    struct view *v = user;

    const struct hide_sink sink = view_sink(v);

    for (size_t i = 0; i < size && v->hides_all; i++)
        view_hidden(v, offset + i);
    if (!v->hides_all)
        hide_feed(&v->hide, offset, data, size, &sink);
}

static void view_sequence(struct view *v, const char *data, size_t size)
{
    struct sequence sequence;

    while (sequence_next(&v->modes.sequences, &data, &size, &sequence)) {
        modes_take(&v->modes, &sequence);
        redraw_mark(&v->redraw, modes_on(&v->modes, MODE_PASTE));
        if (sequence.open == '[' && sequence.prefix == 0 && sequence.final == 'D')
            redraw_moved(&v->redraw);
    }
}

/* echo_sink.on_text: what is not an echo. */
static void view_visible(void *user, uint64_t offset, const void *data, size_t size)
{
    struct view *v = user;
    const struct redraw_sink sink = {.on_text = view_drawn, .user = v};
    const char *bytes = data;

    while (size > 0) {
        /* An echo may be longer than what is kept; the text is added in parts that fit. */
        size_t part = size < v->keep ? size : v->keep;
        struct plain_span span = plain_next(&v->plain, bytes, part);
        size_t taken = span.skip + span.text;
        if (span.skip > 0)
            view_sequence(v, bytes, span.skip);
        if (span.text > 0)
            redraw_feed(&v->redraw, offset + span.skip, bytes + span.skip, span.text, &sink);
        bytes += taken;
        offset += taken;
        size -= taken;
    }
}

void view_begin_at(struct view *v, uint64_t raw)
{
    v->raw.end = raw;
    v->echo.at = raw;
}

void view_feed(struct view *v, const void *data, size_t size)
{
    struct echo_sink sink = {.on_text = view_visible, .user = v};

    log_add(&v->raw, data, size);
    echo_feed(&v->echo, data, size, &sink);
}

void view_settle(struct view *v)
{
    struct echo_sink sink = {.on_text = view_visible, .user = v};

    echo_settle(&v->echo, &sink);
    redraw_settle(&v->redraw, &(struct redraw_sink){.on_text = view_drawn, .user = v});
    const struct hide_sink hide = view_sink(v);
    hide_settle(&v->hide, &hide);
}

int view_typed(struct view *v, const struct termios *modes, const void *data, size_t size,
               size_t ahead)
{
    uint64_t offset = v->raw.end + ahead;

    int rc = echo_sent(&v->echo, modes, data, size, offset);
    int drawn = redraw_typed(&v->redraw, modes, data, size, offset);
    return rc < 0 ? rc : drawn;
}

int view_hide(struct view *v, const char *text, size_t size)
{
    const struct hide_sink sink = view_sink(v);

    return hide_start(&v->hide, text, size, &sink);
}

void view_hide_all(struct view *v, bool on)
{
    const struct hide_sink sink = view_sink(v);

    hide_settle(&v->hide, &sink);
    v->hides_all = on;
}

uint64_t view_begin(const struct view *v)
{
    return v->end > v->keep ? v->end - v->keep : 0;
}

const char *view_text(const struct view *v, uint64_t offset)
{
    CHECK(offset >= view_begin(v) && offset <= v->end);
    return v->text + (offset - v->text_at);
}

/* Where the next byte of text comes from, as far as is known. */
static uint64_t view_next_raw(const struct view *v)
{
    if (v->hide.held > 0)
        return v->hide.raw[0];
    return v->redraw.held_count > 0 ? v->redraw.held[0].offset : v->echo.at;
}

uint64_t view_raw(const struct view *v, uint64_t offset)
{
    size_t low = 0;
    size_t high = v->run_count;

    if (offset == v->end)
        return view_next_raw(v);
    /* The last run that begins at or before the offset. */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (view_run(v, middle)->text <= offset)
            low = middle;
        else
            high = middle;
    }
    const struct view_run *run = view_run(v, low);
    return offset < run->text ? run->raw : run->raw + (offset - run->text);
}

uint64_t view_find(const struct view *v, uint64_t raw)
{
    size_t low = 0;
    size_t high = v->run_count;

    /* How many runs begin at or before it. */
    while (high > low) {
        size_t middle = low + (high - low) / 2;
        if (view_run(v, middle)->raw <= raw)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return v->run_count > 0 ? view_run(v, 0)->text : v->end;
    const struct view_run *run = view_run(v, low - 1);
    uint64_t next = low < v->run_count ? view_run(v, low)->text : v->end;
    return raw - run->raw < next - run->text ? run->text + (raw - run->raw) : next;
}

void view_raw_range(const struct view *v, uint64_t begin, uint64_t end, uint64_t raw[2])
{
    /* What is empty lies behind the byte before it: where the next byte of text will come is not
     * known as long as an escape sequence may come first. */
    raw[1] = end > 0 ? view_raw(v, end - 1) + 1 : 0;
    raw[0] = end > begin ? view_raw(v, begin) : raw[1];
}
