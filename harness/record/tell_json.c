/* tell_json.c: a recorded run as JSON lines. Keys are added over time, never changed. */
#include "harness/observe/describe.h"
#include "harness/record/tell.h"
#include "runtime/base/json.h"

#include <inttypes.h>
#include <string.h>

static void string_add(struct buf *out, const char *key, const char *data, size_t size)
{
    buf_addf(out, ",\"%s\":", key);
    json_string(out, data, size);
}

static void head_add(const struct recording *r, struct buf *out)
{
    buf_add_text(out, "{\"v\":1,\"ev\":\"head\"");
    for (const char *line = buf_text(&r->head); *line != 0;) {
        size_t end = strcspn(line, "\n");
        size_t key = strcspn(line, " \n");
        buf_add_text(out, ",");
        json_string(out, line, key);
        buf_add_text(out, ":");
        json_string(out, line + key + (key < end), end - key - (key < end));
        line += end + (line[end] == '\n');
    }
    buf_add_text(out, "}\n");
    for (size_t i = 0; i < r->file_count; i++) {
        buf_add_text(out, "{\"v\":1,\"ev\":\"file\"");
        string_add(out, "name", r->file[i].name, strlen(r->file[i].name));
        string_add(out, "text", r->file[i].text, r->file[i].size);
        buf_add_text(out, "}\n");
    }
    for (uint16_t i = 0; r->cast != NULL && i < r->cast->count; i++) {
        buf_addf(out, "{\"v\":1,\"ev\":\"actor\",\"number\":%u", i);
        json_text(out, "name", r->cast->who[i].name);
        if (r->cast->who[i].parent != ACTOR_NONE)
            json_text(out, "parent", r->cast->who[r->cast->who[i].parent].name);
        buf_add_text(out, "}\n");
    }
}

static void record_add(const struct trace_record *rec, const struct cast *cast, struct buf *out)
{
    struct buf text = BUF_INIT;

    json_text(out, "actor", describe_actor(cast, rec->actor));
    json_text(out, "point", rec->point < POINTS ? point_name(rec->point) : "?");
    if (rec->peer != ACTOR_NONE)
        json_text(out, "peer", describe_actor(cast, rec->peer));
    buf_addf(out, ",\"request\":%" PRIu32 ",\"value\":%" PRId64 ",\"extra\":%" PRId64, rec->request,
             rec->value, rec->extra);
    describe_record(rec, cast, &text);
    string_add(out, "text", buf_text(&text), text.size > 0 ? text.size - 1 : 0);
    buf_release(&text);
}

static void event_add(const struct recording *r, const struct cast *cast,
                      const struct recorded_event *e, struct buf *out)
{
    static const char *const kinds[] = {[RECORDED_TRACE] = "record",
                                        [RECORDED_OUTPUT] = "output",
                                        [RECORDED_STEP] = "step",
                                        [RECORDED_MARK] = "mark",
                                        [RECORDED_RESIZED] = "resized"};

    buf_addf(out, "{\"v\":1,\"ev\":\"%s\",\"at_ns\":%" PRId64, kinds[e->kind], e->at_ns);
    if (e->kind == RECORDED_TRACE)
        record_add(&r->trace.record[e->index], cast, out);
    else if (e->kind == RECORDED_RESIZED)
        buf_addf(out, ",\"rows\":%u,\"columns\":%u", e->rows, e->columns);
    else
        string_add(out, "text", e->data, e->size);
    buf_add_text(out, "}\n");
}

void tell_json(const struct recording *r, struct buf *out)
{
    static const struct cast nobody;

    head_add(r, out);
    for (size_t i = 0; i < r->event_count; i++)
        event_add(r, r->cast != NULL ? r->cast : &nobody, &r->event[i], out);
    if (r->judged) {
        buf_add_text(out, "{\"v\":1,\"ev\":\"verdict\"");
        json_text(out, "verdict", verdict_name(r->result.verdict));
        buf_addf(out, ",\"digest\":\"%016" PRIx64 "\"", r->result.digest);
        for (unsigned i = 0; i < RESULT_TEXTS; i++) {
            if (r->result.text[i].size > 0)
                json_text(out, result_text_key(i), result_get(&r->result, (enum result_text)i));
        }
        buf_add_text(out, "}\n");
    }
    buf_addf(out, "{\"v\":1,\"ev\":\"end\",\"whole\":%s,\"cut\":%s}\n", r->whole ? "true" : "false",
             r->cut ? "true" : "false");
}
