/* matrix.c: the product of the lists, less what is excluded, plus what is included. */
#include "harness/scenario/matrix.h"

#include "harness/scenario/map.h"

#include <string.h>

enum { NAME_MAX_BYTES = 40, VALUE_BYTES_MAX = 64 };

/* One parameter: its name and the values of its list. */
struct dimension {
    const struct node *key;
    struct binding *value;
    const struct node **node; /* where each value stands */
    size_t count;
};

static const struct scope scope_empty = {.from = "a matrix"};

static bool is_rule(const char *key)
{
    return strcmp(key, "exclude") == 0 || strcmp(key, "include") == 0;
}

static bool name_check(struct parse *p, const struct node *key)
{
    if (!name_is_valid(key->text, NAME_MAX_BYTES)) {
        struct finding *f = finding_error(p, key, "'%.60s' cannot name a parameter", key->text);
        f->label = "letters, digits, '-' and '_'";
        return false;
    }
    if (strcmp(key->text, "ctrl-c") == 0) {
        (void)finding_error(p, key, "the parameter 'ctrl-c' is made by itself, see `no-ctrl-c`");
        return false;
    }
    return true;
}

/* A value becomes part of the variant's name, so it must not look like punctuation of it. */
static bool matrix_value(struct parse *p, const struct node *n, const char *name,
                         struct binding *out)
{
    struct scalar v;

    if (!value_scalar(p, &scope_empty, n, "a value of the matrix", &v))
        return false;
    if (v.size == 0 || v.size > VALUE_BYTES_MAX) {
        (void)finding_error(p, n, "a value of the matrix has 1 to %d bytes", VALUE_BYTES_MAX);
        return false;
    }
    for (size_t i = 0; i < v.size; i++) {
        unsigned char c = (unsigned char)v.text[i];
        if (c < 0x20 || c == 0x7F || strchr(",[]=", c) != NULL) {
            struct finding *f = finding_error(p, n, "a value of the matrix cannot hold this");
            f->label = "it becomes part of the variant's name: no , [ ] = or control characters";
            finding_inside(f, n, i, 1);
            return false;
        }
    }
    *out = (struct binding){name, v.text, v.size, v.plain, NULL};
    return true;
}

static bool binding_equal(const struct binding *a, const struct binding *b)
{
    return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

/* `total` is the product of the lists so far: it is what bounds the work of reading them. */
static bool dimension_read(struct parse *p, const struct node_entry *e, struct dimension *d,
                           size_t *total)
{
    if (!name_check(p, e->key) || !list_check(p, e->value, "a parameter of the matrix"))
        return false;
    if (e->value->count == 0) {
        (void)finding_error(p, e->value, "the parameter '%s' has no values", e->key->text);
        return false;
    }
    *total *= e->value->count;
    if (*total > SCENARIO_VARIANTS_MAX) {
        struct finding *f =
            finding_error(p, e->key, "the matrix has more than %d variants", SCENARIO_VARIANTS_MAX);
        f->label = "with this list it becomes too large";
        return false;
    }
    d->key = e->key;
    d->value = parse_alloc(p, e->value->count, sizeof(*d->value));
    d->node = parse_alloc(p, e->value->count, sizeof(*d->node));
    if (d->value == NULL || d->node == NULL)
        return false;
    for (const struct node_entry *v = e->value->first; v != NULL; v = v->next) {
        struct binding *value = &d->value[d->count];
        if (!matrix_value(p, v->value, e->key->text, value))
            return false;
        for (size_t i = 0; i < d->count; i++) {
            if (!binding_equal(&d->value[i], value))
                continue;
            struct finding *f =
                finding_error(p, v->value, "'%s' is in this list twice", value->text);
            finding_other(p, f, d->node[i], "here first");
            return false;
        }
        d->node[d->count++] = v->value;
    }
    return true;
}

/* ---- exclude and include ------------------------------------------------------------------ */

static const char *dimension_name_at(size_t i, void *user)
{
    const struct dimension *d = user;

    return d[i].key->text;
}

static const char *dimension_value_at(size_t i, void *user)
{
    const struct dimension *d = user;

    return d->value[i].text;
}

static struct dimension *dimension_find(struct parse *p, struct dimension *d, size_t width,
                                        const struct node *key)
{
    for (size_t i = 0; i < width; i++) {
        if (strcmp(d[i].key->text, key->text) == 0)
            return &d[i];
    }
    struct finding *f = finding_error(p, key, "no parameter '%.60s' in this matrix", key->text);
    finding_suggest(p, f, key->text, width, dimension_name_at, d);
    return NULL;
}

/* One entry of exclude or include: a row of bindings, text NULL where it says nothing. */
static bool rule_read(struct parse *p, const struct node *n, struct dimension *d, size_t width,
                      bool exclude, struct binding *row)
{
    if (n->kind != NODE_MAP || n->count == 0) {
        (void)finding_wants(p, n, exclude ? "an entry of exclude" : "an entry of include",
                            "a map of parameters, not %s",
                            n->kind == NODE_MAP ? "an empty one" : node_what(n));
        return false;
    }
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        struct dimension *found = dimension_find(p, d, width, e->key);
        struct binding value;
        if (found == NULL || !matrix_value(p, e->value, found->key->text, &value))
            return false;
        bool known = false;
        for (size_t i = 0; i < found->count; i++)
            known = known || binding_equal(&found->value[i], &value);
        if (exclude && !known) {
            struct finding *f = finding_error(p, e->value, "'%s' has no value '%s' to exclude",
                                              found->key->text, value.text);
            finding_suggest(p, f, value.text, found->count, dimension_value_at, found);
            return false;
        }
        row[found - d] = value;
    }
    for (size_t i = 0; i < width && !exclude; i++) {
        if (row[i].text == NULL) {
            (void)finding_error(p, n, "an entry of include gives all parameters; '%s' is missing",
                                d[i].key->text);
            return false;
        }
    }
    return true;
}

/* The rows of `exclude` or `include`, width bindings each. */
struct rules {
    struct binding *row;
    const struct node **node;
    size_t count;
};

static bool rules_read(struct parse *p, const struct node *n, struct dimension *d, size_t width,
                       bool exclude, struct rules *out)
{
    const char *what = exclude ? "exclude" : "include";

    if (n == NULL)
        return true;
    if (!list_check(p, n, what))
        return false;
    if (n->count > MATRIX_RULES_MAX) {
        (void)finding_error(p, n, "more than %d entries in %s", MATRIX_RULES_MAX, what);
        return false;
    }
    out->row = parse_alloc(p, n->count * width, sizeof(*out->row));
    out->node = parse_alloc(p, n->count, sizeof(*out->node));
    if (out->row == NULL || out->node == NULL)
        return false;
    bool ok = true;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        ok = rule_read(p, e->value, d, width, exclude, out->row + out->count * width) && ok;
        out->node[out->count++] = e->value;
    }
    return ok;
}

/* True when what the row says holds for the set. */
static bool row_matches(const struct binding *row, const struct binding *set, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        if (row[i].text != NULL && !binding_equal(&row[i], &set[i]))
            return false;
    }
    return true;
}

/* ---- The product -------------------------------------------------------------------------- */

static bool include_add(struct parse *p, const struct rules *include, struct matrix *m)
{
    for (size_t r = 0; r < include->count; r++) {
        const struct binding *row = include->row + r * m->width;
        for (size_t i = 0; i < m->count; i++) {
            if (row_matches(row, m->set[i], m->width)) {
                (void)finding_error(p, include->node[r], "this is in the matrix already");
                return false;
            }
        }
        if (m->count == SCENARIO_VARIANTS_MAX) {
            (void)finding_error(p, include->node[r], "the matrix has more than %d variants",
                                SCENARIO_VARIANTS_MAX);
            return false;
        }
        m->set[m->count++] = row;
    }
    return true;
}

static bool product_make(struct parse *p, const struct dimension *d, size_t total,
                         const struct rules *exclude, struct matrix *m)
{
    struct binding *all = parse_alloc(p, total * m->width, sizeof(*all));

    if (all == NULL)
        return false;
    for (size_t k = 0; k < total; k++) {
        struct binding *set = all + k * m->width;
        size_t rest = k;
        for (size_t i = m->width; i-- > 0;) {
            set[i] = d[i].value[rest % d[i].count];
            rest /= d[i].count;
        }
        bool out = false;
        for (size_t r = 0; r < exclude->count && !out; r++)
            out = row_matches(exclude->row + r * m->width, set, m->width);
        if (!out)
            m->set[m->count++] = set;
    }
    return true;
}

static bool matrix_build(struct parse *p, const struct node *n, struct dimension *d, size_t total,
                         struct matrix *m)
{
    struct rules exclude = {0};
    struct rules include = {0};

    if (!rules_read(p, node_get(n, "exclude"), d, m->width, true, &exclude) ||
        !rules_read(p, node_get(n, "include"), d, m->width, false, &include))
        return false;
    m->set = parse_alloc(p, total + include.count, sizeof(const struct binding *));
    const char **names = parse_alloc(p, m->width, sizeof(*names));
    if (m->set == NULL || names == NULL)
        return false;
    for (size_t i = 0; i < m->width; i++)
        names[i] = d[i].key->text;
    m->name = names;
    if (!product_make(p, d, total, &exclude, m) || !include_add(p, &include, m))
        return false;
    if (m->count == 0) {
        (void)finding_error(p, n, "everything in the matrix is excluded");
        return false;
    }
    return true;
}

bool matrix_read(struct parse *p, const struct node *n, struct matrix *out)
{
    static const struct binding *no_parameters[] = {NULL};
    struct matrix m = {0};
    struct dimension *d = NULL;
    size_t total = 1;
    bool ok = true;

    if (n == NULL) {
        *out = (struct matrix){.set = no_parameters, .count = 1};
        return true;
    }
    if (n->kind != NODE_MAP || n->count == 0) {
        (void)finding_wants(p, n, "matrix", "a map of lists, not %s",
                            n->kind == NODE_MAP ? "an empty one" : node_what(n));
        return false;
    }
    if (n->count > SCENARIO_PARAMETERS_MAX) {
        (void)finding_error(p, n, "more than %d parameters", SCENARIO_PARAMETERS_MAX);
        return false;
    }
    d = parse_alloc(p, n->count, sizeof(*d));
    if (d == NULL)
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (is_rule(e->key->text))
            continue;
        ok = dimension_read(p, e, &d[m.width++], &total) && ok;
        if (total > SCENARIO_VARIANTS_MAX)
            return false;
    }
    if (ok && m.width == 0) {
        (void)finding_error(p, n, "a matrix without parameters");
        return false;
    }
    if (!ok || !matrix_build(p, n, d, total, &m))
        return false;
    *out = m;
    return true;
}

static bool var_read(struct parse *p, const struct node_entry *e, const struct scope *before,
                     struct binding *out)
{
    struct scalar v;

    if (!name_check(p, e->key))
        return false;
    if (scope_find(before, e->key->text, e->key->size) != NULL) {
        (void)finding_error(p, e->key, "'%s' is a parameter of the matrix already", e->key->text);
        return false;
    }
    if (!value_scalar(p, before, e->value, "a var", &v))
        return false;
    *out = (struct binding){e->key->text, v.text, v.size, v.plain, NULL};
    return true;
}

bool vars_read(struct parse *p, const struct node *n, const struct matrix *m, size_t set,
               struct scope *out)
{
    size_t vars = n != NULL && n->kind == NODE_MAP ? n->count : 0;
    bool ok = true;

    if (n != NULL && n->kind != NODE_MAP) {
        (void)finding_wants(p, n, "vars", "a map, not %s", node_what(n));
        return false;
    }
    if (vars > SCENARIO_PARAMETERS_MAX - m->width) {
        (void)finding_error(p, n, "more than %d parameters", SCENARIO_PARAMETERS_MAX);
        return false;
    }
    struct binding *all = parse_alloc(p, m->width + vars, sizeof(*all));
    if (all == NULL)
        return false;
    if (m->width > 0)
        memcpy(all, m->set[set], m->width * sizeof(*all));
    *out = (struct scope){.binding = all, .count = m->width, .from = "matrix or vars"};
    for (const struct node_entry *e = n == NULL ? NULL : n->first; e != NULL; e = e->next) {
        ok = var_read(p, e, out, &all[out->count]) && ok;
        if (ok)
            out->count++;
    }
    return ok;
}
