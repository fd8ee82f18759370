/* try_terminal.c: the table of `try`, and its problems, for people. */
#include "harness/report/exit_code.h"
#include "harness/report/github.h"
#include "harness/report/report.h"
#include "harness/report/try_told.h"
#include "runtime/base/utf8.h"
#include "runtime/base/visible.h"

#include <inttypes.h>
#include <string.h>

#define RED   "\x1b[31m"
#define GREEN "\x1b[32m"
#define DIM   "\x1b[2m"
#define PLAIN "\x1b[0m"

static const char indent[] = "          ";

/* The subject may have had a hand in every text; each stays on its line. */
static void add_text(struct buf *out, const char *text)
{
    for (;;) {
        size_t size = strcspn(text, "\n");
        visible_add(out, text, size);
        text += size;
        if (*text == 0)
            return;
        text++;
        buf_add_text(out, " ");
    }
}

/* ---- The table ---- */

/* Characters, and the bytes of the first `room` of them. */
static size_t columns_of(const char *text, size_t room, size_t *bytes)
{
    size_t count = 0;

    for (const char *at = text; *at != 0; count++) {
        int size = utf8_size(at, strlen(at));
        at += size > 0 ? size : 1;
        if (count < room)
            *bytes = (size_t)(at - text);
    }
    return count;
}

/* A word of the table, cut when it is too wide. Returns how many columns it takes. */
static size_t add_cut(struct buf *out, const char *text)
{
    struct buf visible = BUF_INIT;
    size_t bytes = 0;

    add_text(&visible, text);
    size_t columns = columns_of(buf_text(&visible), TRY_CELL_COLUMNS_MAX - 1, &bytes);
    bool cut = columns > TRY_CELL_COLUMNS_MAX;
    if (out != NULL)
        buf_addf(out, "%.*s%s", cut ? (int)bytes : (int)visible.size, buf_text(&visible),
                 cut ? "…" : "");
    buf_release(&visible);
    return cut ? TRY_CELL_COLUMNS_MAX : columns;
}

static void cell_text(const struct try_cell *c, struct buf *out)
{
    buf_add_text(out, c->kind == TRY_NOT_RUN ? "" : c->text);
    if (try_is_wrong(c->kind) && c->runs > 1)
        buf_addf(out, " %" PRIu32 "/%" PRIu32, c->alike, c->runs);
}

static size_t width_of_column(const struct try_told *t, size_t stimulus)
{
    size_t width = add_cut(NULL, t->stimulus[stimulus]);

    for (size_t point = 0; point < t->points; point++) {
        struct buf text = BUF_INIT;
        cell_text(&t->cell[point * t->stimuli + stimulus], &text);
        size_t columns = add_cut(NULL, buf_text(&text));
        width = columns > width ? columns : width;
        buf_release(&text);
    }
    return width;
}

static const char *color_of(enum try_kind kind)
{
    if (try_is_wrong(kind))
        return RED;
    return kind == TRY_OK || kind == TRY_STAYS ? GREEN : DIM;
}

static void add_cell(struct buf *out, const struct try_cell *c, size_t width, bool color)
{
    struct buf text = BUF_INIT;

    cell_text(c, &text);
    buf_addf(out, "  %s", color ? color_of(c->kind) : "");
    size_t columns = add_cut(out, buf_text(&text));
    buf_addf(out, "%s%*s", color ? PLAIN : "", (int)(width - columns), "");
    buf_release(&text);
}

/* What stands behind the last word of a line is nothing. */
static void end_line(struct buf *out)
{
    while (out->size > 0 && out->data[out->size - 1] == ' ')
        out->data[--out->size] = 0;
    buf_add_text(out, "\n");
}

static void add_table(struct buf *out, const struct try_told *t, bool color)
{
    size_t left = 0;
    size_t bytes = 0;

    for (size_t point = 0; point < t->points; point++) {
        size_t columns = columns_of(t->point[point], SIZE_MAX, &bytes);
        left = columns > left ? columns : left;
    }
    buf_addf(out, "  %*s", (int)left, "");
    for (size_t s = 0; s < t->stimuli; s++) {
        buf_addf(out, "  %s", color && !t->decides[s] ? DIM : "");
        size_t columns = add_cut(out, t->stimulus[s]);
        buf_addf(out, "%s%*s", color && !t->decides[s] ? PLAIN : "",
                 (int)(width_of_column(t, s) - columns), "");
    }
    end_line(out);
    for (size_t point = 0; point < t->points; point++) {
        size_t columns = columns_of(t->point[point], SIZE_MAX, &bytes);
        buf_add_text(out, "  ");
        add_text(out, t->point[point]);
        buf_addf(out, "%*s", (int)(left - columns), "");
        for (size_t s = 0; s < t->stimuli; s++)
            add_cell(out, &t->cell[point * t->stimuli + s], width_of_column(t, s), color);
        end_line(out);
    }
}

/* ---- Problems ---- */

/* The stimuli that have it at that point, as a set of bits: those that count, where one does. */
static uint64_t stimuli_of(const struct try_told *t, const struct try_problem *p, size_t point)
{
    uint64_t set = 0;

    for (size_t s = 0; s < t->stimuli; s++) {
        if (try_problem_has(p, &t->cell[point * t->stimuli + s]) && t->decides[s] == p->decides)
            set |= UINT64_C(1) << s;
    }
    return set;
}

static bool was_said(const struct try_told *t, const struct try_problem *p, size_t point)
{
    for (size_t before = 0; before < point; before++) {
        if (stimuli_of(t, p, before) == stimuli_of(t, p, point))
            return true;
    }
    return false;
}

/* "ctrl-c, hang-up at output, rest; sigterm at rest": points with the same stimuli together. */
static void add_places(struct buf *out, const struct try_told *t, const struct try_problem *p)
{
    size_t begin = out->size;

    for (size_t point = 0; point < t->points; point++) {
        uint64_t set = stimuli_of(t, p, point);
        if (set == 0 || was_said(t, p, point))
            continue;
        buf_add_text(out, out->size > begin ? "; " : "");
        bool first = true;
        for (size_t s = 0; s < t->stimuli; s++) {
            if ((set & UINT64_C(1) << s) == 0)
                continue;
            buf_addf(out, "%s%s", first ? "" : ", ", t->stimulus[s]);
            first = false;
        }
        const char *before = " at ";
        for (size_t other = point; other < t->points; other++) {
            if (stimuli_of(t, p, other) != set)
                continue;
            buf_add_text(out, before);
            add_text(out, t->point[other]);
            before = ", ";
        }
    }
    if (!p->decides)
        buf_add_text(out, " (shown only)");
}

/* The command that makes this cell again. */
static void add_again(struct buf *out, const struct try_told *t, const struct try_problem *p)
{
    buf_add_text(out, "scenario try");
    add_text(out, t->options);
    buf_add_text(out, " --at ");
    bool plain = strpbrk(t->point[p->point], "() ") == NULL;
    buf_addf(out, "%s", plain ? "" : "'");
    add_text(out, t->point[p->point]);
    buf_addf(out, "%s --stimulus %s -- ", plain ? "" : "'", t->stimulus[p->stimulus]);
    add_text(out, t->command);
}

static void add_problem(struct buf *out, const struct try_told *t, const struct try_problem *p,
                        bool color)
{
    const char *word = p->fresh ? "new" : try_kind_word(p->cell->kind);

    buf_addf(out, "\n%s%-*s%s", color ? RED : "", (int)sizeof(indent) - 2, word,
             color ? PLAIN : "");
    buf_add_text(out, " ");
    add_text(out, p->cell->what);
    buf_addf(out, "\n%s", indent);
    add_places(out, t, p);
    buf_addf(out, "\n%s", indent);
    add_again(out, t, p);
    buf_add_text(out, "\n");
}

static bool all_tried(const struct try_told *t)
{
    for (size_t i = 0; i < t->points * t->stimuli; i++) {
        if (t->cell[i].kind == TRY_NOT_RUN)
            return false;
    }
    return true;
}

/* "3 problems", "1 problem, none of it new". */
static void add_sum(struct buf *out, const struct try_told *t, const struct try_problem *list,
                    size_t count)
{
    size_t fresh = 0;
    size_t counted = 0;

    for (size_t i = 0; i < count && i < TRY_PROBLEMS_MAX; i++) {
        fresh += list[i].fresh;
        counted += list[i].decides;
    }
    if (count > TRY_PROBLEMS_MAX)
        buf_addf(out, "\n%zu more problems are not shown\n", count - TRY_PROBLEMS_MAX);
    if (counted > 0)
        buf_addf(out, "\n%zu problem%s", counted, plural(counted));
    else
        buf_addf(out, "\nnothing is wrong%s", all_tried(t) ? "" : " so far");
    if (t->base != NULL) {
        buf_addf(out, ", %zu of them new against ", fresh);
        add_text(out, t->base->file);
    }
    buf_addf(out, "; %" PRIu64 " run%s in ", t->runs, plural(t->runs));
    report_seconds(out, t->time_ns);
    buf_add_text(out, " s\n");
}

void try_terminal(struct buf *out, const struct try_told *t, bool color)
{
    struct try_problem list[TRY_PROBLEMS_MAX];
    size_t count = try_problems(t, list);

    add_table(out, t, color);
    if (t->notes[0] != 0) {
        buf_add_text(out, "\n");
        visible_add(out, t->notes, strlen(t->notes));
    }
    for (size_t i = 0; i < count && i < TRY_PROBLEMS_MAX; i++)
        add_problem(out, t, &list[i], color);
    add_sum(out, t, list, count);
}

/* ---- GitHub ---- */

void try_github(struct buf *out, const struct try_told *t)
{
    struct try_problem list[TRY_PROBLEMS_MAX];
    size_t count = try_problems(t, list);

    for (size_t i = 0; i < count && i < TRY_PROBLEMS_MAX; i++) {
        const struct try_problem *p = &list[i];
        bool counts = p->decides && (t->base == NULL || p->fresh);
        struct buf text = BUF_INIT;
        add_text(&text, p->cell->what);
        buf_add_text(&text, "\n");
        add_again(&text, t, p);
        buf_addf(out, "::%s title=", counts ? "error" : "warning");
        github_escape(out, try_kind_word(p->cell->kind), true);
        buf_add_text(out, "::");
        github_escape(out, buf_text(&text), false);
        buf_add_text(out, "\n");
        buf_release(&text);
    }
}

/* Between fences nothing is markup; no line of the text begins with one, as each begins with a word
 * of ours or a blank. */
void try_markdown(struct buf *out, const struct try_told *t)
{
    struct buf screen = BUF_INIT;
    int code = try_exit_code(t);

    try_terminal(&screen, t, false);
    buf_addf(out, "### %s scenario try: %s\n\n~~~~text\n", code == EXIT_CODE_OK ? "✅" : "❌",
             code == EXIT_CODE_OK ? (t->base != NULL ? "nothing new" : "nothing wrong")
                                  : exit_code_help((unsigned)code));
    buf_add(out, buf_text(&screen), screen.size);
    buf_add_text(out, "~~~~\n\n");
    buf_release(&screen);
}
