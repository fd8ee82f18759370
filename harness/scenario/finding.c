/* finding.c: messages about a file: where, what, what was meant instead, and how they look. */
#include "harness/scenario/parse.h"
#include "harness/scenario/yaml_doc.h"
#include "runtime/base/buf.h"
#include "runtime/base/suggest.h"
#include "runtime/base/utf8.h"

#include <string.h>

enum { LIST_COLUMNS_MAX = 90, LINE_SHOWN_MAX = 120, LINE_BEFORE_MAX = 60, REPEATED_WORK = 100 };

/* The same message comes once per variant of the matrix; one is enough. */
static bool finding_is_known(const struct parse *p, struct place place, const char *text)
{
    for (size_t i = 0; i < p->findings->count; i++) {
        const struct place *at = &p->found[i];
        if (at->line == place.line && at->column == place.column &&
            strcmp(at->file, place.file) == 0 && strcmp(p->findings->item[i].text, text) == 0)
            return true;
    }
    return false;
}

static struct finding *finding_new(struct parse *p, struct source *s, struct place place,
                                   const char *text, bool warning)
{
    struct findings *all = p->findings;

    p->spare = (struct finding){0};
    if (finding_is_known(p, place, text)) {
        p->work += REPEATED_WORK;
        return &p->spare;
    }
    if (!warning)
        all->errors++;
    if (all->count == SCENARIO_ERRORS_MAX) {
        all->dropped++;
        return &p->spare;
    }
    p->found[all->count] = place;
    struct finding *f = &all->item[all->count++];
    *f = (struct finding){.place = place, .width = 1, .warning = warning, .text = text};
    f->place.text = source_line(p, s, place.line);
    if (p->use != NULL && p->use->source != s)
        finding_other(p, f, p->use, "used here");
    return f;
}

struct finding *finding_at(struct parse *p, struct source *s, struct place place, uint32_t width,
                           const char *text)
{
    struct finding *f = finding_new(p, s, place, text, false);

    f->width = width;
    return f;
}

struct finding *finding_error(struct parse *p, const struct node *at, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *text = parse_vformat(p, format, args);
    va_end(args);
    if (p->guessing && at->kind == NODE_SCALAR && memmem(at->text, at->size, "${", 2) != NULL) {
        p->spare = (struct finding){0};
        return &p->spare;
    }
    return finding_at(p, at->source, at->place, at->width, text);
}

struct finding *finding_wants(struct parse *p, const struct node *at, const char *what,
                              const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *wanted = parse_vformat(p, format, args);
    va_end(args);
    struct finding *f = finding_error(p, at, "%s wants %s", what, wanted);
    f->form = true;
    return f;
}

struct finding *finding_warning(struct parse *p, const struct node *at, const char *name,
                                const char *format, ...)
{
    va_list args;

    va_start(args, format);
    struct finding *f = finding_new(p, at->source, at->place, parse_vformat(p, format, args), true);
    va_end(args);
    f->name = name;
    f->width = at->width;
    return f;
}

void finding_other(struct parse *p, struct finding *f, const struct node *at, const char *label)
{
    f->other = node_place(p, at);
    f->other_width = at->width;
    f->other_label = label;
}

/* The source's bytes from the start of the scalar's text to byte `offset` of it, or -1 when the
 * two do not run in parallel on one line. */
static int64_t inside_offset(const struct node *at, size_t offset)
{
    const char *raw = at->source->text + at->offset;
    size_t room = at->source->size - at->offset;
    size_t used = at->style == STYLE_PLAIN ? 0 : 1;

    if (at->kind != NODE_SCALAR || at->style == STYLE_BLOCK || offset > at->size)
        return -1;
    for (size_t i = 0; i < offset; i++) {
        if (at->style == STYLE_SINGLE && used < room && raw[used] == '\'')
            used++;
        if (used >= room || raw[used] != at->text[i] || raw[used] == '\n')
            return -1;
        used++;
    }
    return (int64_t)used;
}

void finding_inside(struct finding *f, const struct node *at, size_t offset, uint32_t width)
{
    int64_t used = inside_offset(at, offset);

    if (used < 0)
        return;
    f->place.column = at->place.column + (uint32_t)used;
    f->width = width;
}

void finding_suggest(struct parse *p, struct finding *f, const char *word, size_t count,
                     const char *(*name_at)(size_t i, void *user), void *user)
{
    /* Any letter is near to a single one. */
    const char *near = strlen(word) < 2 ? NULL : suggest(word, count, name_at, user);

    if (near != NULL)
        f->label = parse_format(p, "did you mean '%s'?", near);
}

void finding_list(struct parse *p, struct finding *f, const char *what, size_t count,
                  const char *(*name_at)(size_t i, void *user), void *user)
{
    struct buf text = BUF_INIT;
    size_t line = 0;

    buf_add_text(&text, what);
    for (size_t i = 0; i < count; i++) {
        const char *name = name_at(i, user);
        bool fits = text.size - line + strlen(name) < LIST_COLUMNS_MAX;
        buf_addf(&text, "%s%s%s", i == 0 ? "" : ",", fits ? " " : "\n", name);
        if (!fits)
            line = text.size - strlen(name);
    }
    if (text.failed)
        p->no_memory = true;
    f->help = parse_copy(p, buf_text(&text), text.size);
    buf_release(&text);
}

/* True when `a` is to be shown before `b`. */
static bool finding_is_before(const struct finding *a, const struct finding *b, const char *path)
{
    if (a->warning != b->warning)
        return b->warning;
    int order = strcmp(a->place.file, b->place.file);
    if (order != 0) {
        if (strcmp(a->place.file, path) == 0)
            return true;
        return strcmp(b->place.file, path) != 0 && order < 0;
    }
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line;
    return a->place.column < b->place.column;
}

void findings_sort(struct findings *f, const char *path)
{
    for (size_t i = 1; i < f->count; i++) {
        struct finding item = f->item[i];
        size_t at = i;
        for (; at > 0 && finding_is_before(&item, &f->item[at - 1], path); at--)
            f->item[at] = f->item[at - 1];
        f->item[at] = item;
    }
}

/* ---- What it looks like ------------------------------------------------------------------ */

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Adds the bytes from..to so that they do nothing to a terminal: a tab becomes a space, other
 * control bytes and what is not UTF-8 become '?'. */
static void line_add(struct buf *out, const char *line, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        unsigned char c = (unsigned char)line[i];
        int size = utf8_size(line + i, to - i);
        if (c == '\t')
            buf_add_text(out, " ");
        else if (c < 0x20 || c == 0x7F || size <= 0 ||
                 (c == 0xC2 && (unsigned char)line[i + 1] < 0xA0))
            buf_add_text(out, "?");
        else
            buf_add(out, line + i, (size_t)size);
        i += size <= 0 ? 1 : (size_t)size;
    }
}

static void text_add(struct buf *out, const char *text)
{
    line_add(out, text, 0, strlen(text));
}

/* One line of the file with what lies at `column` underlined by `mark`. */
static void excerpt_print(struct buf *out, struct place place, uint32_t width, char mark,
                          const char *label)
{
    const char *line = place.text;
    size_t size = strlen(line);
    size_t column = place.column - 1U < size ? place.column - 1U : size;
    size_t from = 0;
    size_t to = size;

    if (size > LINE_SHOWN_MAX) {
        from = column > LINE_BEFORE_MAX ? column - LINE_BEFORE_MAX : 0;
        to = size - from > LINE_SHOWN_MAX ? from + LINE_SHOWN_MAX : size;
    }
    while (from > 0 && is_continuation(line[from]))
        from--;
    while (to < size && is_continuation(line[to]))
        to++;
    buf_addf(out, "%5u │ %s", place.line, from > 0 ? "..." : "");
    line_add(out, line, from, to);
    buf_addf(out, "%s\n      │ %s", to < size ? "..." : "", from > 0 ? "   " : "");
    for (size_t i = from; i < column; i++) {
        if (!is_continuation(line[i]))
            buf_add_text(out, " ");
    }
    for (size_t i = column; i < column + width && (i < to || i == column); i++) {
        if (i == column || !is_continuation(line[i]))
            buf_add(out, &mark, 1);
    }
    buf_add_text(out, label == NULL ? "" : " ");
    text_add(out, label == NULL ? "" : label);
    buf_add_text(out, "\n");
}

static void help_print(struct buf *out, const char *help)
{
    const char *start = "      = help: ";

    while (*help != 0) {
        size_t size = strcspn(help, "\n");
        buf_add_text(out, start);
        line_add(out, help, 0, size);
        buf_add_text(out, "\n");
        help += size + (help[size] == '\n' ? 1 : 0);
        start = "        ";
    }
}

static void finding_print(const struct finding *f, struct buf *out)
{
    buf_addf(out, "%s:%u:%u: %s: ", f->place.file, f->place.line, f->place.column,
             f->warning ? "warning" : "error");
    text_add(out, f->text);
    if (f->name != NULL)
        buf_addf(out, " [%s]", f->name);
    buf_add_text(out, "\n");
    if (f->place.text != NULL)
        excerpt_print(out, f->place, f->width, '^', f->label);
    if (f->other.text != NULL) {
        if (strcmp(f->other.file, f->place.file) != 0)
            buf_addf(out, "      > %s:%u:%u\n", f->other.file, f->other.line, f->other.column);
        excerpt_print(out, f->other, f->other_width, '-', f->other_label);
    }
    if (f->help != NULL)
        help_print(out, f->help);
}

void findings_print(const struct findings *f, struct buf *out)
{
    for (size_t i = 0; i < f->count; i++) {
        if (i > 0)
            buf_add_text(out, "\n");
        finding_print(&f->item[i], out);
    }
    if (f->dropped > 0)
        buf_addf(out, "\nand %zu more\n", f->dropped);
}
