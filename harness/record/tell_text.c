/* tell_text.c: a recorded run as text. */
#include "harness/observe/describe.h"
#include "harness/record/tell.h"
#include "runtime/base/visible.h"

#include <inttypes.h>
#include <string.h>

void tell_time(struct buf *out, int64_t at_ns)
{
    struct buf text = BUF_INIT;

    describe_time(at_ns, &text);
    buf_addf(out, "%9s  ", buf_text(&text));
    buf_release(&text);
}

static void shown_line(struct buf *out, const char *indent, const char *line, size_t size)
{
    while (size > 0 && line[size - 1] == '\r')
        size--;
    buf_add_text(out, indent);
    visible_add(out, line, size);
    buf_add_text(out, "\n");
}

void tell_output(struct buf *out, struct plain *plain, const char *indent, const char *data,
                 size_t size)
{
    struct buf text = BUF_INIT;

    for (size_t at = 0; at < size;) {
        struct plain_span span = plain_next(plain, data + at, size - at);
        buf_add(&text, data + at + span.skip, span.text);
        at += span.skip + span.text;
    }
    for (size_t at = 0; at < text.size;) {
        const char *line = text.data + at;
        const char *end = memchr(line, '\n', text.size - at);
        size_t length = end != NULL ? (size_t)(end - line) : text.size - at;
        shown_line(out, indent, line, length);
        at += length + (end != NULL ? 1 : 0);
    }
    buf_release(&text);
}

static void lines_add(struct buf *out, const char *text)
{
    while (*text != 0) {
        size_t size = strcspn(text, "\n");
        buf_add_text(out, "  ");
        visible_add(out, text, size);
        buf_add_text(out, "\n");
        text += size + (text[size] == '\n');
    }
}

void tell_head(const struct recording *r, struct buf *out)
{
    char id[512];

    buf_addf(out, "%s  ", r->judged ? verdict_name(r->result.verdict) : "no verdict");
    recording_line(r, "id", id, sizeof(id));
    visible_add(out, id, strlen(id));
    buf_add_text(out, "\n");
    if (r->judged)
        lines_add(out, result_get(&r->result, RESULT_MESSAGE));
    for (const char *line = buf_text(&r->head); *line != 0;) {
        size_t end = strcspn(line, "\n");
        size_t key = strcspn(line, " \n");
        if (strncmp(line, "id ", 3) != 0) {
            buf_addf(out, "  %-10.*s ", (int)(key < end ? key : end), line);
            visible_add(out, line + key, end - key);
            buf_add_text(out, "\n");
        }
        line += end + (line[end] == '\n');
    }
    for (size_t i = 0; i < r->file_count; i++) {
        buf_add_text(out, "  file        ");
        visible_add(out, r->file[i].name, strlen(r->file[i].name));
        buf_addf(out, ", %zu bytes\n", r->file[i].size);
    }
    if (r->judged)
        buf_addf(out, "  %-10s  %016" PRIx64 "\n", "digest", r->result.digest);
    if (r->judged && result_get(&r->result, RESULT_SIGNATURE)[0] != 0) {
        buf_add_text(out, "  signature  ");
        lines_add(out, result_get(&r->result, RESULT_SIGNATURE));
    }
    buf_add_text(out, "\n");
}

void tell_end(const struct recording *r, struct buf *out)
{
    if (r->cut)
        buf_add_text(out, "the record had its limit: what happened after this is not in it\n");
    if (!r->whole)
        buf_add_text(out, "the record has no end: the run was killed, or its disk was full\n");
}

static void event_add(const struct recording *r, const struct cast *cast, struct plain *plain,
                      const struct recorded_event *e, struct buf *out)
{
    struct buf line = BUF_INIT;

    tell_time(out, e->at_ns);
    switch ((enum recorded)e->kind) {
    case RECORDED_TRACE:
        describe_record(&r->trace.record[e->index], cast, &line);
        visible_add(out, buf_text(&line), line.size > 0 ? line.size - 1 : 0);
        buf_add_text(out, "\n");
        break;
    case RECORDED_OUTPUT:
        tell_output(&line, plain, "           │ ", e->data, e->size);
        /* The time stands before the first of its lines. */
        buf_add_text(out, line.size > 11 ? line.data + 11 : "│\n");
        break;
    case RECORDED_STEP:
        buf_add_text(out, "✓ ");
        visible_add(out, e->data, e->size);
        buf_add_text(out, "\n");
        break;
    case RECORDED_MARK:
        buf_add_text(out, "· ");
        visible_add(out, e->data, e->size);
        buf_add_text(out, "\n");
        break;
    case RECORDED_RESIZED:
        buf_addf(out, "terminal is %u x %u\n", e->rows, e->columns);
        break;
    }
    buf_release(&line);
}

void tell_text(const struct recording *r, struct buf *out)
{
    static const struct cast nobody;
    struct plain plain = {0};

    tell_head(r, out);
    for (size_t i = 0; i < r->event_count; i++)
        event_add(r, r->cast != NULL ? r->cast : &nobody, &plain, &r->event[i], out);
    tell_end(r, out);
}
