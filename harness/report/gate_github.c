/* gate_github.c: a gate as GitHub shows it: annotations beside files, and the summary of a step. */
#include "harness/report/exit_code.h"
#include "harness/report/gate_told.h"
#include "harness/report/github.h"

#include <inttypes.h>
#include <string.h>

static void add_property(struct buf *out, const char *name, const char *value, char before)
{
    buf_addf(out, "%c%s=", before, name);
    github_escape(out, value, true);
}

/* ---- Annotations ---- */

static void add_annotation(struct buf *out, const struct gate_told *t, const struct gate_finding *f)
{
    const struct outcome *o = f->outcome;
    struct buf text = BUF_INIT;
    struct buf title = BUF_INIT;
    const char *file = f->entry != NULL ? t->known : "";
    uint32_t line = f->entry != NULL ? f->entry->place.line : 0;

    if (f->entry == NULL && o != NULL) {
        file = o->file;
        line = o->line;
    }
    gate_finding_text(&text, t, f);
    buf_addf(&title, "%s %s", gate_kind_name(f->kind),
             f->entry != NULL ? f->entry->id : (f->place != NULL ? f->place->first.id : "gate"));
    buf_addf(out, "::%s", gate_kind_exit_code(f->kind) != EXIT_CODE_OK ? "error" : "warning");
    if (file[0] != 0) {
        add_property(out, "file", file, ' ');
        if (line > 0)
            buf_addf(out, ",line=%" PRIu32, line);
    }
    add_property(out, "title", buf_text(&title), file[0] != 0 ? ',' : ' ');
    buf_add_text(out, "::");
    github_escape(out, buf_text(&text), false);
    buf_add_text(out, "\n");
    buf_release(&title);
    buf_release(&text);
}

void gate_github(struct buf *out, const struct gate_told *t)
{
    const struct gate_finding *f;
    size_t errors = 0;

    for (size_t i = 0; (f = gate_finding_at(t->gate, i)) != NULL; i++) {
        bool red = gate_kind_exit_code(f->kind) != EXIT_CODE_OK;
        if ((red && errors++ < GATE_ANNOTATIONS_MAX) || f->kind == GATE_SOON)
            add_annotation(out, t, f);
    }
}

/* ---- Summary ---- */

/* The screen, red kinds open and the others folded. Between fences nothing is markup; a fence of
 * their own cannot stand in it, as each line begins with a word of ours or a blank. */
void gate_markdown(struct buf *out, const struct gate_told *t)
{
    struct buf screen = BUF_INIT;
    int code = gate_exit_code(t->gate);

    gate_terminal(&screen, t, false);
    buf_addf(out, "### %s scenario gate: %s\n\n", code == EXIT_CODE_OK ? "✅" : "❌",
             code == EXIT_CODE_OK ? "green" : exit_code_help((unsigned)code));
    buf_add_text(out, "~~~~text\n");
    buf_add(out, buf_text(&screen), screen.size);
    buf_add_text(out, "~~~~\n\n");
    buf_release(&screen);
}
