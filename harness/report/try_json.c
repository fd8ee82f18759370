/* try_json.c: the table of `try` for programs, and for the next run to compare with. Keys are added
 * over time, never changed. */
#include "harness/report/try_told.h"
#include "runtime/base/json.h"

#include <inttypes.h>

static void add_cell(struct buf *out, const struct try_told *t, size_t i)
{
    const struct try_cell *c = &t->cell[i];
    size_t stimulus = i % t->stimuli;

    buf_add_text(out, i == 0 ? "\n{\"v\":1" : ",\n{\"v\":1");
    json_text(out, "at", t->point[i / t->stimuli]);
    json_text(out, "stimulus", t->stimulus[stimulus]);
    json_text(out, "kind", try_kind_word(c->kind));
    json_text(out, "text", c->text);
    buf_addf(out, ",\"wrong\":%s,\"decides\":%s,\"runs\":%" PRIu32 ",\"alike\":%" PRIu32,
             try_is_wrong(c->kind) ? "true" : "false", t->decides[stimulus] ? "true" : "false",
             c->runs, c->alike);
    if (t->base != NULL && try_is_wrong(c->kind))
        buf_addf(out, ",\"new\":%s", try_is_known(t, c, stimulus) ? "false" : "true");
    json_text(out, "what", c->what[0] != 0 ? c->what : NULL);
    json_text(out, "record", c->record[0] != 0 ? c->record : NULL);
    buf_add_text(out, "}");
}

void try_json(struct buf *out, const struct try_told *t)
{
    buf_add_text(out, "{\"v\":1,\"ev\":\"try\"");
    json_text(out, "command", t->command);
    json_text(out, "options", t->options);
    json_text(out, "notes", t->notes);
    buf_addf(out, ",\"runs\":%" PRIu64 ",\"time_ns\":%" PRId64 ",\"exit\":%d,\"cells\":[", t->runs,
             t->time_ns, try_exit_code(t));
    for (size_t i = 0; i < t->points * t->stimuli; i++)
        add_cell(out, t, i);
    buf_add_text(out, "\n]}\n");
}
