/* gate_json.c: a gate as JSON lines. Keys are added over time, never changed. */
#include "harness/gate/date.h"
#include "harness/report/gate_told.h"
#include "runtime/base/json.h"

#include <inttypes.h>

static void add_run(struct buf *out, const struct gate_finding *f)
{
    const struct outcome *o = f->outcome != NULL ? f->outcome : &f->place->first;

    json_text(out, "id", f->place->first.id);
    json_text(out, "scenario", o->scenario);
    json_text(out, "engine", o->engine);
    if (f->outcome != NULL)
        json_text(out, "verdict", verdict_name(o->verdict));
    const char *texts[][2] = {
        {"reason",    o->reason   },
        {"signature", o->signature},
        {"message",   o->message  },
        {"file",      o->file     },
        {"again",     o->again    },
        {"record",    o->record   }
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        json_text(out, texts[i][0], texts[i][1][0] != 0 ? texts[i][1] : NULL);
    if (o->line > 0)
        buf_addf(out, ",\"line\":%" PRIu32, o->line);
}

static void add_entry(struct buf *out, const struct known_entry *e)
{
    json_text(out, "entry", e->id);
    json_text(out, "issue", e->issue);
    json_text(out, "owner", e->owner);
    if (e->program[0] != 0) {
        json_text(out, "program", e->program);
    } else {
        char text[DATE_TEXT_BYTES];
        json_text(out, "expires", date_text(e->expires, text));
    }
}

static void add_figures(struct buf *out, const struct gate_finding *f)
{
    buf_addf(out,
             ",\"past_failed\":%" PRIu64 ",\"past_runs\":%" PRIu64 ",\"rate\":%.6f"
             ",\"low\":%.6f,\"high\":%.6f,\"limit\":%.6f,\"clean\":%" PRIu64
             ",\"clean_wanted\":%" PRIu64,
             f->past_failed, f->past_runs, f->rate.rate, f->rate.low, f->rate.high, f->seen.high,
             f->clean, f->clean_least);
}

static void add_finding(struct buf *out, const struct gate_told *t, const struct gate_finding *f)
{
    buf_add_text(out, "{\"v\":1,\"ev\":\"gate\"");
    json_text(out, "kind", gate_kind_name(f->kind));
    buf_addf(out, ",\"exit\":%d", gate_kind_exit_code(f->kind));
    if (f->place != NULL)
        add_run(out, f);
    buf_addf(out, ",\"variants\":%zu,\"failed\":%" PRIu64 ",\"runs\":%" PRIu64, f->places,
             f->failed, f->runs);
    if (f->entry != NULL)
        add_entry(out, f->entry);
    if (f->near != NULL) {
        json_text(out, "near", f->near->id);
        json_text(out, "why", f->why);
    }
    if (f->entry != NULL && (f->kind == GATE_FLAKY || f->kind == GATE_WORSE))
        add_figures(out, f);
    if (f->kind == GATE_MISSING)
        json_text(out, "message", gate_missing_text(t->gate));
    buf_add_text(out, "}\n");
}

void gate_json(struct buf *out, const struct gate_told *t)
{
    const struct gate_counts *c = gate_counts(t->gate);
    const struct gate_finding *f;
    char today[DATE_TEXT_BYTES];

    for (size_t i = 0; (f = gate_finding_at(t->gate, i)) != NULL; i++)
        add_finding(out, t, f);
    buf_addf(out, "{\"v\":1,\"ev\":\"gate.end\",\"exit\":%d", gate_exit_code(t->gate));
    json_text(out, "today", date_text(t->today, today));
    buf_addf(out,
             ",\"variants\":%" PRIu64 ",\"passed\":%" PRIu64 ",\"known\":%" PRIu64
             ",\"new\":%" PRIu64 ",\"stale\":%" PRIu64 ",\"unresolved\":%" PRIu64
             ",\"not_run\":%" PRIu64 "}\n",
             c->places, c->passed, c->known, c->fresh, c->stale, c->unresolved, c->not_run);
}
