/* json.c: results as JSON lines. */
#include "harness/report/report.h"

#include <inttypes.h>
#include <string.h>

void json_string(struct buf *out, const char *text, size_t size)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + size;

    buf_add_text(out, "\"");
    while (at < end) {
        size_t bytes = utf8_size(at, (size_t)(end - at));
        if (bytes == 0) {
            buf_add_text(out, "\xEF\xBF\xBD");
            at++;
            continue;
        }
        if (*at == '"' || *at == '\\')
            buf_addf(out, "\\%c", *at);
        else if (*at == '\n')
            buf_add_text(out, "\\n");
        else if (*at == '\t')
            buf_add_text(out, "\\t");
        else if (*at < ' ' || *at == 0x7f)
            buf_addf(out, "\\u%04x", *at);
        else
            buf_add(out, at, bytes);
        at += bytes;
    }
    buf_add_text(out, "\"");
}

static void add_text(struct buf *out, const char *key, const char *text)
{
    buf_addf(out, ",\"%s\":", key);
    json_string(out, text, strlen(text));
}

void report_json_head(struct buf *out, const struct report_head *head)
{
    buf_addf(out, "{\"v\":1,\"ev\":\"run.begin\",\"seed\":\"0x%" PRIx64 "\",\"jobs\":%" PRIu64,
             head->seed, head->jobs);
    add_text(out, "engine", head->engine);
    if (head->timestamp[0] != 0)
        add_text(out, "timestamp", head->timestamp);
    buf_add_text(out, "}\n");
}

void report_json_result(struct buf *out, const struct run_result *r)
{
    buf_add_text(out, "{\"v\":1,\"ev\":\"verdict\"");
    add_text(out, "verdict", verdict_name(r->verdict));
    add_text(out, "engine", engine_name(r->engine));
    /* Numbers of 64 bits do not survive in every reader of JSON. */
    buf_addf(out, ",\"seed\":\"0x%" PRIx64 "\",\"time_us\":%" PRId64 ",\"clock_us\":%" PRId64,
             r->seed, r->time_ns / 1000, r->clock_ns / 1000);
    buf_addf(out, ",\"records\":%" PRIu64 ",\"digest\":\"%016" PRIx64 "\"", r->records, r->digest);
    buf_addf(out, ",\"schedules\":%" PRIu64 ",\"failed\":%" PRIu64, r->schedules, r->failed);
    if (r->line > 0)
        buf_addf(out, ",\"line\":%" PRIu32 ",\"column\":%" PRIu32, r->line, r->column);
    if (r->step > 0)
        buf_addf(out, ",\"step\":%" PRIu32 ",\"steps\":%" PRIu32, r->step, r->steps);
    for (unsigned i = 0; i < RESULT_TEXTS; i++) {
        if (r->text[i].size > 0)
            add_text(out, result_text_key(i), result_get(r, (enum result_text)i));
    }
    buf_add_text(out, "}\n");
}

void report_json_end(struct buf *out, const struct report_counts *c)
{
    buf_addf(out, "{\"v\":1,\"ev\":\"run.end\",\"total\":%" PRIu64 ",\"exit\":%d", c->total,
             report_exit_code(c));
    for (unsigned i = 0; i < VERDICTS; i++)
        buf_addf(out, ",\"%s\":%" PRIu64, verdict_name(i), c->verdict[i]);
    buf_add_text(out, "}\n");
}
