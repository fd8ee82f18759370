/* expand.c: a scenario with everything written out, as a scenario again.
 *
 * It is done on the document, not on the model: keys that this file knows nothing about come out
 * as they went in. Only lists of steps, and what has a `when`, are understood. The result is a
 * file that the loader reads to the same variant; a test holds them together. */
#include "harness/scenario/condition.h"
#include "harness/scenario/live.h"
#include "harness/scenario/load.h"
#include "harness/scenario/map.h"
#include "harness/scenario/matrix.h"
#include "harness/scenario/step_parse.h"
#include "runtime/base/buf.h"

#include <stdio.h>
#include <string.h>

enum { FLOW_ITEMS_MAX = 8 };

struct expansion {
    struct build b; /* scope, scripts and the outermost `use:` of the place being printed */
    struct buf *out;
};

static bool steps_print(struct expansion *x, const struct node *n, unsigned indent);

static void indent_print(struct expansion *x, unsigned indent)
{
    buf_addf(x->out, "%*s", (int)indent, "");
}

/* ---- Scalars ------------------------------------------------------------------------------ */

static void escaped_print(struct expansion *x, const char *text, size_t size)
{
    static const char names[] = "\r\n\t\"\\";
    static const char letters[] = "rnt\"\\";

    for (size_t i = 0; i < size; i++) {
        const char *name = text[i] == 0 ? NULL : strchr(names, text[i]);
        if (name != NULL)
            buf_addf(x->out, "\\%c", letters[name - names]);
        else if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            buf_addf(x->out, "\\x%02x", (unsigned)(unsigned char)text[i]);
        else
            buf_add(x->out, &text[i], 1);
        if (text[i] == '$' && i + 1 < size && text[i + 1] == '{')
            buf_add_text(x->out, "$"); /* it was escaped where it came from */
    }
}

/* What stands between double quotes. What is known only while it runs stays as it is. */
static void double_print(struct expansion *x, const struct scalar *v)
{
    struct live_piece piece;

    if (!v->live)
        escaped_print(x, v->text, v->size);
    for (size_t at = 0; v->live && live_next(v->text, v->size, &at, &piece);) {
        if (piece.mark)
            buf_addf(x->out, "${%.*s}", (int)piece.size, piece.text);
        else
            escaped_print(x, piece.text, piece.size);
    }
}

/* A scalar with bytes written as \xHH: they are written so again, and what is between them as
 * always. */
static bool bytes_print(struct expansion *x, const struct node *n)
{
    const char *end = n->text + n->size;
    const char *source = NULL;
    const char *from = n->text;

    buf_add_text(x->out, "\"");
    for (bool more = true; more;) {
        const char *at = byte_next(n, from, &source);
        struct node part = *n;
        struct scalar v;
        more = at != NULL;
        part.text = from;
        part.size = (size_t)((more ? at : end) - from);
        if (!value_scalar(x->b.p, x->b.scope, &part, "a value", &v))
            return false;
        double_print(x, &v);
        if (!more)
            break;
        buf_addf(x->out, "\\x%02x", (unsigned)byte_at(at));
        from = at + 2;
    }
    buf_add_text(x->out, "\"");
    return true;
}

static void single_print(struct expansion *x, const struct scalar *v)
{
    buf_add_text(x->out, "'");
    for (size_t i = 0; i < v->size; i++) {
        buf_add(x->out, &v->text[i], 1);
        if (v->text[i] == '\'')
            buf_add_text(x->out, "'");
    }
    buf_add_text(x->out, "'");
}

static bool has_controls(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return true;
    }
    return false;
}

static bool needs_escapes(const struct scalar *v)
{
    return v->live || has_controls(v->text, v->size) || memmem(v->text, v->size, "${", 2) != NULL;
}

static bool scalar_print(struct expansion *x, const struct node *n)
{
    const char *source = NULL;
    struct scalar v;

    if (byte_next(n, n->text, &source) != NULL)
        return bytes_print(x, n);
    if (!value_scalar(x->b.p, x->b.scope, n, "a value", &v))
        return false;
    if (needs_escapes(&v)) {
        buf_add_text(x->out, "\"");
        double_print(x, &v);
        buf_add_text(x->out, "\"");
    } else if (v.plain && v.size > 0 && strpbrk(v.text, ",[]{}") == NULL) {
        buf_add(x->out, v.text, v.size);
    } else {
        single_print(x, &v);
    }
    return true;
}

/* ---- Maps and lists ----------------------------------------------------------------------- */

/* Of a map's value that is no text at all, as of a variable that is to be unset. */
static bool is_nothing(const struct node *n)
{
    return n->kind == NODE_SCALAR && n->style == STYLE_PLAIN && n->size == 0;
}

/* Names of variables and files may be anything. */
static void key_print(struct expansion *x, const struct node *key)
{
    const struct scalar v = {.text = key->text, .size = key->size};
    bool bare = key->style == STYLE_PLAIN && strpbrk(key->text, ",[]{}:#'\"") == NULL;

    if (bare) {
        buf_add(x->out, key->text, key->size);
    } else if (has_controls(key->text, key->size)) {
        buf_add_text(x->out, "\"");
        escaped_print(x, key->text, key->size);
        buf_add_text(x->out, "\"");
    } else {
        single_print(x, &v);
    }
}

static bool flow_print(struct expansion *x, const struct node *n)
{
    const char *separator = "";
    bool ok = true;

    if (n->kind == NODE_SCALAR)
        return scalar_print(x, n);
    buf_add_text(x->out, n->kind == NODE_MAP ? "{ " : "[");
    for (const struct node_entry *e = n->first; e != NULL && ok; e = e->next) {
        buf_add_text(x->out, separator);
        if (e->key != NULL) {
            key_print(x, e->key);
            buf_add_text(x->out, ": ");
        }
        ok = (e->key != NULL && is_nothing(e->value)) || flow_print(x, e->value);
        separator = ", ";
    }
    buf_add_text(x->out, n->kind == NODE_MAP ? " }" : "]");
    return ok;
}

/* Short, and of scalars only: such a map or list stays on its line. */
static bool is_shallow(const struct node *n)
{
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (e->value->kind != NODE_SCALAR)
            return false;
    }
    return n->count <= FLOW_ITEMS_MAX;
}

static bool entry_print(struct expansion *x, const struct node_entry *e, unsigned indent);

/* What stands behind "key:" or "-", up to the end of its lines. */
static bool value_print(struct expansion *x, const struct node *n, unsigned indent)
{
    bool ok = true;

    if (n->kind == NODE_SCALAR || is_shallow(n)) {
        buf_add_text(x->out, " ");
        ok = flow_print(x, n);
        buf_add_text(x->out, "\n");
        return ok;
    }
    buf_add_text(x->out, "\n");
    for (const struct node_entry *e = n->first; e != NULL && ok; e = e->next)
        ok = entry_print(x, e, indent + 2);
    return ok;
}

/* Steps under the key `do` or `steps` of a map. */
static bool steps_under(struct expansion *x, const struct node *n, unsigned indent)
{
    buf_add_text(x->out, "\n");
    size_t before = x->out->size;
    bool ok = steps_print(x, n, indent);

    if (x->out->size == before) {
        indent_print(x, indent);
        buf_add_text(x->out, "- note: nothing in this variant\n");
    }
    return ok;
}

/* A key and its value; what stands before it on the line is there. */
static bool pair_print(struct expansion *x, const struct node_entry *e, unsigned indent)
{
    static const char lists[] = "do steps then eof timeout";

    key_print(x, e->key);
    buf_add_text(x->out, ":");
    if (is_nothing(e->value)) {
        buf_add_text(x->out, "\n");
        return true;
    }
    if (e->value->kind == NODE_LIST && words_have(lists, e->key->text))
        return steps_under(x, e->value, indent + 2);
    return value_print(x, e->value, indent);
}

static bool entry_print(struct expansion *x, const struct node_entry *e, unsigned indent)
{
    bool ok = true;

    indent_print(x, indent);
    if (e->key != NULL)
        return pair_print(x, e, indent);
    buf_add_text(x->out, "-");
    if (e->value->kind != NODE_MAP || is_shallow(e->value))
        return value_print(x, e->value, indent);
    buf_add_text(x->out, " ");
    for (const struct node_entry *k = e->value->first; k != NULL && ok; k = k->next) {
        if (k != e->value->first)
            indent_print(x, indent + 2);
        ok = pair_print(x, k, indent + 2);
    }
    return ok;
}

/* ---- Steps -------------------------------------------------------------------------------- */

/* What is printed in place of a step that stands for others. */
struct place_of {
    struct expansion *x;
    unsigned indent;
};

static bool list_visit(struct build *b, const struct node *list, const char *what, bool taken,
                       void *user)
{
    const struct place_of *at = user;

    (void)b, (void)what;
    return !taken || steps_print(at->x, list, at->indent);
}

/* A list of lists of steps. */
static bool lists_print(struct expansion *x, const struct node_entry *e, unsigned indent)
{
    bool ok = true;

    indent_print(x, indent);
    buf_addf(x->out, "- %s:\n", e->key->text);
    for (const struct node_entry *list = e->value->first; list != NULL && ok; list = list->next) {
        indent_print(x, indent + 4);
        buf_add_text(x->out, "-\n");
        ok = steps_print(x, list->value, indent + 6);
    }
    return ok;
}

/* A map with lists in it, which may be of steps. */
static bool holds_lists(const struct node *n)
{
    for (const struct node_entry *e = n->kind == NODE_MAP ? n->first : NULL; e != NULL;
         e = e->next) {
        if (e->value->kind == NODE_LIST && !is_shallow(e->value))
            return true;
    }
    return false;
}

static bool step_print(struct expansion *x, const struct node *n, unsigned indent)
{
    const struct node_entry *e = n->first;
    const struct step_entry *entry = step_find(x->b.p, e->key->text);
    struct place_of at = {x, indent};
    const struct step_visit visit = {list_visit, &at};

    if (entry != NULL && entry->unroll != NULL)
        return entry->unroll(&x->b, e->value, &visit);
    if (e->value->kind == NODE_LIST)
        return lists_print(x, e, indent);
    indent_print(x, indent);
    buf_addf(x->out, "- %s:", e->key->text);
    bool block = holds_lists(e->value);
    if (!block)
        buf_add_text(x->out, " ");
    bool ok = block || flow_print(x, e->value);
    if (x->b.scripts > 0)
        buf_addf(x->out, "  # %s:%u, used at line %u", e->value->place.file, e->value->place.line,
                 x->b.use_place.line);
    if (block)
        return value_print(x, e->value, indent + 2) && ok;
    buf_add_text(x->out, "\n");
    return ok;
}

static bool steps_print(struct expansion *x, const struct node *n, unsigned indent)
{
    bool ok = true;

    for (const struct node_entry *e = n->first; e != NULL && ok; e = e->next)
        ok = step_print(x, e->value, indent);
    return ok;
}

/* A list of steps under its key, which may have become empty. */
static bool list_print(struct expansion *x, const struct node_entry *e)
{
    size_t before = x->out->size;

    bool ok = steps_print(x, e->value, 2);
    if (x->out->size == before)
        return ok; /* every one was left out by its `when`: the key goes too */
    struct buf steps = BUF_INIT;
    buf_add(&steps, x->out->data + before, x->out->size - before);
    x->out->size = before;
    x->out->data[before] = 0;
    buf_addf(x->out, "%s:\n", e->key->text);
    buf_add(x->out, buf_text(&steps), steps.size);
    ok = ok && !steps.failed;
    buf_release(&steps);
    return ok;
}

/* ---- What has a `when` -------------------------------------------------------------------- */

static bool holds_read(struct expansion *x, const struct node *n, bool *holds)
{
    const struct node *when = n->kind == NODE_MAP ? node_get(n, "when") : NULL;

    *holds = true;
    return when == NULL || condition_read(x->b.p, x->b.scope, when, holds);
}

/* The first entry that holds. */
static bool outcome_print(struct expansion *x, const struct node *n)
{
    bool holds = true;
    bool ok = true;

    if (n->kind != NODE_LIST) {
        buf_add_text(x->out, "outcome:");
        return value_print(x, n, 0);
    }
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (!holds_read(x, e->value, &holds))
            return false;
        if (!holds)
            continue;
        buf_add_text(x->out, "outcome:\n");
        for (const struct node_entry *k = e->value->first; k != NULL && ok; k = k->next) {
            if (strcmp(k->key->text, "when") != 0)
                ok = entry_print(x, k, 2);
        }
        return ok;
    }
    return true;
}

/* The signatures of every entry that holds. */
static bool must_fail_print(struct expansion *x, const struct node *n)
{
    const char *head = "must-fail:\n";
    bool holds = true;
    bool ok = true;

    for (const struct node_entry *e = n->first; e != NULL && ok; e = e->next) {
        const struct node *list =
            e->value->kind == NODE_MAP ? node_get(e->value, "signatures") : NULL;
        ok = holds_read(x, e->value, &holds);
        if (!ok || !holds)
            continue;
        buf_add_text(x->out, head);
        head = "";
        if (list == NULL)
            ok = entry_print(x, e, 2);
        for (const struct node_entry *k = list == NULL ? NULL : list->first; k != NULL && ok;
             k = k->next)
            ok = entry_print(x, k, 2);
    }
    return ok;
}

/* ---- A file ------------------------------------------------------------------------------- */

static bool top_print(struct expansion *x, const struct node_entry *e)
{
    const char *key = e->key->text;

    if (strcmp(key, "matrix") == 0 || strcmp(key, "vars") == 0)
        return true;
    if (strcmp(key, "steps") == 0)
        return list_print(x, e);
    if (strcmp(key, "outcome") == 0)
        return outcome_print(x, e->value);
    if (strcmp(key, "must-fail") == 0)
        return must_fail_print(x, e->value);
    return entry_print(x, e, 0);
}

static bool variant_print(struct parse *p, const struct node *root, const struct matrix *m,
                          size_t set, struct buf *out)
{
    struct scope scope;
    struct expansion x = {
        .b = {.p = p, .scope = &scope},
          .out = out
    };
    bool ok = vars_read(p, node_get(root, "vars"), m, set, &scope);

    for (const struct node_entry *e = root->first; e != NULL && ok; e = e->next)
        ok = top_print(&x, e);
    return ok && !parse_failed(p);
}

/* The number of the same variant with Ctrl-C at each prompt, or 0. */
static size_t twin_find(const struct scenario *s, size_t set)
{
    for (size_t i = set + 1; i < s->variant_count; i++) {
        if (s->variant[i].ctrl_c_each_prompt &&
            s->variant[i].steps.step == s->variant[set].steps.step &&
            s->variant[i].tree == s->variant[set].tree)
            return i;
    }
    return 0;
}

int scenario_expand(struct arena *a, const struct scenario *s,
                    const struct scenario_options *options, const struct scenario_choice *choice,
                    struct buf *out, struct diag *diag)
{
    struct findings findings;
    struct parse p = parse_begin(a, options, &findings);
    struct matrix m = {0};
    const char *separator = "";

    p.live = LIVE_SECRETS;
    p.expanding = true;
    (void)parse_place(&p, s->path);
    struct source *source = source_new(&p, s->path, s->file[0].text, s->file[0].size);
    const struct node *root = source == NULL ? NULL : yaml_doc_read(&p, source);
    bool ok = root != NULL && matrix_read(&p, node_get(root, "matrix"), &m);
    for (size_t i = 0; i < m.count && ok; i++) {
        const struct variant *v = &s->variant[i];
        if (choice != NULL && !choice->wanted(choice->user, v))
            continue;
        size_t twin = twin_find(s, i);
        p.work = 0; /* the limit is on what runs, and this is only printed */
        buf_addf(out, "%s# %s\n", separator, v->id);
        if (twin > 0)
            buf_addf(out, "# %s is the same, with Ctrl-C at each prompt.\n", s->variant[twin].id);
        ok = variant_print(&p, root, &m, i, out);
        separator = "---\n";
    }
    if (p.no_memory || out->failed)
        return diag_set(diag, ERR_NOMEM, "no memory to write %s out", s->path);
    if (ok)
        return 0;
    return diag_set(diag, ERR_INPUT, "%s cannot be written out: %s", s->path,
                    findings.count > 0 ? findings.item[0].text : "was a script changed just now?");
}
