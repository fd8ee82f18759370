/* json.c: results as JSON lines. Keys are added over time, never changed. */
#include "runtime/base/json.h"

#include "harness/observe/setting.h"
#include "harness/report/gate_told.h"
#include "harness/report/report.h"

#include <inttypes.h>

static void add_head(struct buf *out, const struct report_head *head)
{
    buf_addf(out, "{\"v\":1,\"ev\":\"run.begin\",\"seed\":\"0x%" PRIx64 "\",\"jobs\":%" PRIu64,
             head->seed, head->jobs);
    json_text(out, "engine", head->engine);
    json_text(out, "timestamp", head->timestamp[0] != 0 ? head->timestamp : NULL);
    buf_add_text(out, "}\n");
}

static void add_result(struct buf *out, const struct run_result *r)
{
    buf_add_text(out, "{\"v\":1,\"ev\":\"verdict\"");
    json_text(out, "verdict", verdict_name(r->verdict));
    json_text(out, "engine", engine_name(r->engine));
    /* Numbers of 64 bits do not survive in every reader of JSON. */
    buf_addf(out, ",\"seed\":\"0x%" PRIx64 "\",\"time_us\":%" PRId64 ",\"clock_us\":%" PRId64,
             r->seed, r->time_ns / 1000, r->clock_ns / 1000);
    buf_addf(out, ",\"records\":%" PRIu64 ",\"digest\":\"%016" PRIx64 "\"", r->records, r->digest);
    buf_addf(out, ",\"schedules\":%" PRIu64 ",\"failed\":%" PRIu64, r->schedules, r->failed);
    buf_addf(out, ",\"attempt\":%" PRIu32, r->attempt > 0 ? r->attempt : 1);
    if (r->transitions > 0)
        buf_addf(out, ",\"transitions\":%" PRIu64, r->transitions);
    if (r->line > 0)
        buf_addf(out, ",\"line\":%" PRIu32 ",\"column\":%" PRIu32, r->line, r->column);
    if (r->step > 0)
        buf_addf(out, ",\"step\":%" PRIu32 ",\"steps\":%" PRIu32, r->step, r->steps);
    for (unsigned i = 0; i < RESULT_TEXTS; i++) {
        if (r->text[i].size > 0)
            json_text(out, result_text_key(i), result_get(r, (enum result_text)i));
    }
    buf_add_text(out, "}\n");
}

static void add_group(struct buf *out, const struct report_group *g)
{
    const struct run_result *worst = report_group_worst(g)->first;

    buf_addf(out, "{\"v\":1,\"ev\":\"%s\"", g->retried ? "retried" : "repeated");
    json_text(out, "id", result_get(worst, RESULT_ID));
    json_text(out, "scenario", result_get(worst, RESULT_SCENARIO));
    json_text(out, "engine", engine_name(worst->engine));
    json_text(out, "verdict", verdict_name(report_group_verdict(g)));
    buf_addf(out, ",\"runs\":%" PRIu64 ",\"time_us\":%" PRId64 ",\"classes\":[", g->runs,
             g->time_ns / 1000);
    for (size_t i = 0; i < g->count; i++) {
        const struct run_result *first = g->class[i].first;
        buf_addf(out, "%s{\"runs\":%" PRIu64, i > 0 ? "," : "", g->class[i].runs);
        json_text(out, "verdict", verdict_name(first->verdict));
        static const enum result_text texts[] = {RESULT_SIGNATURE, RESULT_ENDED, RESULT_MESSAGE,
                                                 RESULT_AGAIN};
        for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
            if (first->text[texts[k]].size > 0)
                json_text(out, result_text_key(texts[k]), result_get(first, texts[k]));
        }
        buf_addf(out, ",\"seed\":\"0x%" PRIx64 "\"}", first->seed);
    }
    buf_addf(out, "],\"others\":%" PRIu64 "}\n", g->others);
}

static void add_end(struct buf *out, const struct report_end *end)
{
    const struct report_counts *c = end->counts;

    if (end->gate != NULL)
        gate_json(out, end->gate);
    buf_addf(out, "{\"v\":1,\"ev\":\"run.end\",\"total\":%" PRIu64 ",\"exit\":%d", c->total,
             report_end_code(end));
    for (unsigned i = 0; i < VERDICTS; i++)
        buf_addf(out, ",\"%s\":%" PRIu64, verdict_name(i), c->verdict[i]);
    buf_add_text(out, "}\n");
}

const struct report_entry report_json = {
    .name = "json",
    .help = "write the results as JSON lines; - is standard output",
    .head = add_head,
    .run = add_result,
    .group = add_group,
    .end = add_end,
};
