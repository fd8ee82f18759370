/* tell_lanes.c: a recorded run with a column for each actor.
 *
 * Left the time, then the margin: who has the terminal, and who waits for it in which order; then
 * the harness with its terminal, and the actors. What an actor did stands in its column and runs
 * over those behind it; `│` is an actor that lives. */
#include "harness/observe/describe.h"
#include "harness/record/format.h"
#include "harness/record/tell.h"
#include "runtime/base/visible.h"

#include <stdlib.h>
#include <string.h>

enum { LANE_WIDTH_MIN = 10, LANE_WIDTH_MAX = 20, LANES_ROW_BYTES_MAX = 1024 };

/* What is known while the events go by. */
struct lanes {
    const struct recording *r;
    const struct cast *cast;
    uint16_t count; /* of actors with a column of their own */
    size_t width;
    size_t margin;
    uint16_t holder;
    uint16_t queued; /* of queue[] */
    uint16_t queue[TREE_ACTORS_MAX];
    bool lives[RECORD_CAST_ROOM];
};

static size_t characters(const char *text, size_t size)
{
    size_t count = 0;

    for (size_t i = 0; i < size; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

static void pad(struct buf *out, size_t have, size_t want)
{
    for (; have < want; have++)
        buf_add_text(out, " ");
}

/* ---- The lock ---- */

static void queue_remove(struct lanes *l, uint16_t actor)
{
    uint16_t left = 0;

    for (uint16_t i = 0; i < l->queued; i++) {
        if (l->queue[i] != actor)
            l->queue[left++] = l->queue[i];
    }
    l->queued = left;
}

static void lock_take(struct lanes *l, const struct trace_record *rec)
{
    switch (rec->point) {
    case POINT_DBG_ENQUEUE:
        queue_remove(l, rec->peer);
        if (l->queued < TREE_ACTORS_MAX)
            l->queue[l->queued++] = rec->peer;
        break;
    case POINT_DBG_GRANT_SENT:
        queue_remove(l, rec->peer);
        l->holder = rec->peer;
        break;
    case POINT_DBG_HOP_REL:
    case POINT_DBG_HOP_LOST:
    case POINT_DBG_HOP_DENY:
        if (rec->actor == ACTOR_ROOT)
            queue_remove(l, rec->peer);
        break;
    case POINT_DBG_WITHDRAWN:
        if (rec->actor == ACTOR_ROOT)
            queue_remove(l, ACTOR_ROOT);
        break;
    case POINT_DBG_FREE:
        l->holder = ACTOR_NONE;
        break;
    default:
        break;
    }
}

static void life_take(struct lanes *l, const struct trace_record *rec)
{
    if (rec->actor >= l->cast->count)
        return;
    if (rec->point == POINT_PROC_EXITED || rec->point == POINT_PROC_REAPED)
        l->lives[rec->actor] = false;
    else if (rec->point != POINT_PROC_SURVIVED)
        l->lives[rec->actor] = true;
}

/* "leaf < a, b": the holder, and who waits. */
static void margin_add(const struct lanes *l, struct buf *out)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, l->holder == ACTOR_NONE ? "-" : describe_actor(l->cast, l->holder));
    for (uint16_t i = 0; i < l->queued; i++)
        buf_addf(&text, "%s%s", i == 0 ? " < " : ", ", describe_actor(l->cast, l->queue[i]));
    visible_add(out, text.data, text.size);
    pad(out, characters(buf_text(&text), text.size), l->margin);
    buf_add_text(out, "  ");
    buf_release(&text);
}

/* ---- Columns ---- */

/* The column of who is named in a record: 0 is the harness and the terminal. */
static size_t lane_of(const struct lanes *l, uint16_t actor)
{
    if (actor >= l->cast->count)
        return 0;
    return actor < l->count ? actor + 1U : l->count;
}

/* A row: the text in its column, the lives of the others around it. */
static void row_add(const struct lanes *l, int64_t at_ns, size_t lane, const char *text,
                    size_t size, struct buf *out)
{
    struct buf row = BUF_INIT;
    size_t length = size < LANES_ROW_BYTES_MAX ? size : LANES_ROW_BYTES_MAX;
    size_t used = 0;

    tell_time(out, at_ns);
    margin_add(l, out);
    for (size_t i = 0; i <= l->count; i++) {
        if (i * l->width < used)
            continue;
        pad(&row, used, i * l->width);
        used = i * l->width;
        if (i == lane) {
            visible_add(&row, text, length);
            used += characters(text, length) + 1;
            buf_add_text(&row, " ");
        } else if (i > 0 && l->lives[i - 1]) {
            buf_add_text(&row, "│");
            used++;
        }
    }
    while (row.size > 0 && row.data[row.size - 1] == ' ')
        row.data[--row.size] = 0;
    buf_add(out, row.data, row.size);
    buf_add_text(out, "\n");
    buf_release(&row);
}

static void record_row(struct lanes *l, const struct recorded_event *e, struct buf *out)
{
    const struct trace_record *rec = &l->r->trace.record[e->index];
    struct buf line = BUF_INIT;

    lock_take(l, rec);
    life_take(l, rec);
    describe_record(rec, l->cast, &line);
    const char *text = buf_text(&line);
    size_t size = line.size > 0 ? line.size - 1 : 0;
    /* The column says who it is, where there is one for it alone. */
    if (rec->actor < l->count && rec->actor + 1U == lane_of(l, rec->actor)) {
        size_t name = strcspn(text, " ") + 1;
        text += name < size ? name : 0;
        size -= name < size ? name : 0;
    }
    row_add(l, e->at_ns, lane_of(l, rec->actor), text, size, out);
    buf_release(&line);
}

static void output_rows(const struct lanes *l, struct plain *plain, const struct recorded_event *e,
                        struct buf *out)
{
    struct buf lines = BUF_INIT;

    tell_output(&lines, plain, "> ", e->data, e->size);
    for (const char *line = buf_text(&lines); *line != 0;) {
        size_t size = strcspn(line, "\n");
        row_add(l, e->at_ns, 0, line, size, out);
        line += size + (line[size] == '\n');
    }
    buf_release(&lines);
}

static void step_row(const struct lanes *l, const struct recorded_event *e, struct buf *out)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, e->kind == RECORDED_STEP ? "✓ " : "· ");
    buf_add(&text, e->data, e->size);
    row_add(l, e->at_ns, 0, buf_text(&text), text.size, out);
    buf_release(&text);
}

static void titles_add(const struct lanes *l, struct buf *out)
{
    buf_addf(out, "%9s  %-*s  %-*s", "time", (int)l->margin, "holder < queue", (int)l->width,
             "harness");
    for (uint16_t i = 0; i < l->count; i++) {
        struct buf name = BUF_INIT;
        visible_add(&name, l->cast->who[i].name, strlen(l->cast->who[i].name));
        buf_add(out, name.data, name.size);
        pad(out, characters(buf_text(&name), name.size), i + 1 < l->count ? l->width : 0);
        buf_release(&name);
    }
    buf_add_text(out, "\n");
}

/* As wide as the longest name wants. */
static void widths_set(struct lanes *l)
{
    size_t longest = 0;

    l->count = l->cast->count < TELL_LANES_MAX ? l->cast->count : TELL_LANES_MAX;
    for (uint16_t i = 0; i < l->cast->count; i++) {
        size_t size = strlen(l->cast->who[i].name);
        longest = size > longest ? size : longest;
    }
    l->width = longest + 2 < LANE_WIDTH_MIN ? LANE_WIDTH_MIN : longest + 2;
    l->width = l->width > LANE_WIDTH_MAX ? LANE_WIDTH_MAX : l->width;
    l->margin = strlen("holder < queue");
}

void tell_lanes(const struct recording *r, struct buf *out)
{
    static const struct cast nobody;
    struct lanes *l = calloc(1, sizeof(*l));
    struct plain plain = {0};

    if (l == NULL) {
        out->failed = true;
        return;
    }
    l->r = r;
    l->cast = r->cast != NULL ? r->cast : &nobody;
    l->holder = ACTOR_NONE;
    widths_set(l);
    tell_head(r, out);
    titles_add(l, out);
    for (size_t i = 0; i < r->event_count; i++) {
        const struct recorded_event *e = &r->event[i];
        if (e->kind == RECORDED_TRACE)
            record_row(l, e, out);
        else if (e->kind == RECORDED_OUTPUT)
            output_rows(l, &plain, e, out);
        else if (e->kind == RECORDED_STEP || e->kind == RECORDED_MARK)
            step_row(l, e, out);
    }
    tell_end(r, out);
    free(l);
}
