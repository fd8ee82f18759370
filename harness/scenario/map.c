/* map.c: keys and words, held against the shape of what they belong to. */
#include "harness/scenario/map.h"

#include "harness/language/shape.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"

#include <string.h>

enum { NAMES_MAX = 40, FORM_COLUMNS_MAX = 90 };

/* Names for a message, copied, as those in a shape have no end of their own. */
struct names {
    const char *name[NAMES_MAX];
    size_t count;
};

static void names_add(struct parse *p, struct names *names, const char *name, size_t size)
{
    CHECK(names->count < NAMES_MAX);
    names->name[names->count++] = parse_format(p, "%.*s", (int)size, name);
}

static void names_add_words(struct parse *p, struct names *names, const char *words)
{
    while (words != NULL && *words != 0) {
        size_t size = strcspn(words, " ");
        names_add(p, names, words, size);
        words += size + (words[size] == ' ' ? 1 : 0);
    }
}

static const char *names_at(size_t i, void *user)
{
    const struct names *names = user;

    return names->name[i];
}

bool words_have(const char *words, const char *word)
{
    size_t size = strlen(word);

    for (const char *at = words; at != NULL && *at != 0; at += strspn(at, " ")) {
        size_t there = strcspn(at, " ");
        if (there == size && memcmp(at, word, size) == 0)
            return true;
        at += there;
    }
    return false;
}

/* "not supported yet", at the key. */
static void finding_later(struct parse *p, const struct node *at, const char *what)
{
    struct finding *f = finding_error(p, at, "'%s' is not supported yet", what);

    f->label = "a word of the language that this version cannot do";
}

/* ---- Keys --------------------------------------------------------------------------------- */

/* The keys of a form, one after the other. */
struct key_walk {
    const struct map_form *form;
    const char *at; /* in the shape's map */
    size_t i;       /* of word_at */
};

static struct key_walk keys_begin(const struct map_form *form)
{
    struct key_walk walk = {.form = form};

    if (form->shape != NULL) {
        walk.at = shape_map(form->shape);
        CHECK(walk.at != NULL);
    }
    return walk;
}

static bool key_next(struct key_walk *walk, struct shape_key *out)
{
    if (walk->at != NULL)
        return shape_key_next(&walk->at, out);
    CHECK(walk->form->word_at != NULL);
    const struct word *word = walk->form->word_at(walk->i++);
    if (word == NULL)
        return false;
    *out = (struct shape_key){.name = word->name, .size = strlen(word->name), .shape = word->shape};
    return true;
}

static bool key_is(const struct shape_key *key, const char *name)
{
    return strlen(name) == key->size && memcmp(key->name, name, key->size) == 0;
}

static bool form_has(const struct map_form *form, const char *name)
{
    struct key_walk walk = keys_begin(form);
    struct shape_key key;

    while (key_next(&walk, &key)) {
        if (key_is(&key, name))
            return true;
    }
    return false;
}

static void key_unknown(struct parse *p, const struct node *key, const struct map_form *form)
{
    struct finding *f = finding_error(p, key, "unknown key '%.80s' in %s", key->text, form->what);
    struct key_walk walk = keys_begin(form);
    struct names names = {0};
    struct shape_key known;

    while (key_next(&walk, &known))
        names_add(p, &names, known.name, known.size);
    size_t count = names.count;
    /* What is not supported yet is suggested for a slip, but not offered. */
    names_add_words(p, &names, form->later);
    finding_suggest(p, f, key->text, names.count, names_at, &names);
    finding_list(p, f, "its keys are", count, names_at, &names);
}

/* The last line of an example that is a map on its line, or nothing. */
static const char *example_line(struct parse *p, const char *example)
{
    const char *line = NULL;

    for (const char *at = example; at != NULL && *at != 0; at += strspn(at, "\n")) {
        size_t size = strcspn(at, "\n");
        if (memchr(at, '{', size) != NULL)
            line = at;
        at += size;
    }
    if (line == NULL)
        return NULL;
    line += strspn(line, " -");
    return parse_format(p, "%.*s", (int)strcspn(line, "\n"), line);
}

/* Says which keys a map must have: "repeat wants `times` and `steps`". */
static void keys_missing(struct parse *p, const struct node *n, const struct map_form *form)
{
    struct key_walk walk = keys_begin(form);
    struct shape_key key;
    const char *names = "";

    while (key_next(&walk, &key)) {
        if (key.required)
            names = parse_format(p, "%s%s`%.*s`", names, names[0] == 0 ? "" : " and ",
                                 (int)key.size, key.name);
    }
    struct finding *f = finding_wants(p, n, form->what, "%s", names);
    bool example = form->help != NULL && strchr(form->help, '\n') != NULL;
    f->help = example ? example_line(p, form->help) : form->help;
}

/* Breaks long lines where an alternative or the next key begins. */
static void form_break(char *text)
{
    char *line = text;
    char *last = NULL;

    for (char *at = text; *at != 0; at++) {
        if (*at == ' ' && (at[1] == '|' || (at > text && at[-1] == ',')))
            last = at;
        if (last == NULL || at - line < FORM_COLUMNS_MAX)
            continue;
        *last = '\n';
        line = last + 1;
        last = NULL;
    }
}

void finding_form(struct parse *p, struct finding *f, const char *name, const char *shape)
{
    struct buf text = BUF_INIT;

    buf_addf(&text, "%s: ", name);
    shape_text(shape, &text);
    char *help = text.failed ? NULL : parse_copy(p, buf_text(&text), text.size);
    buf_release(&text);
    if (help == NULL) {
        p->no_memory = true;
        return;
    }
    form_break(help);
    f->help = help;
}

const struct word *word_named(const struct word *(*word_at)(size_t i), const char *name)
{
    const struct word *w = word_at(0);

    for (size_t i = 1; w != NULL && strcmp(w->name, name) != 0; i++)
        w = word_at(i);
    CHECK(w != NULL);
    return w;
}

void findings_form(struct parse *p, size_t since, const struct word *w)
{
    for (size_t i = since; i < p->findings->count; i++) {
        struct finding *f = &p->findings->item[i];
        /* A label has said what is wrong already. */
        if (f->form && f->help == NULL && f->label == NULL)
            finding_form(p, f, w->name, w->shape);
    }
}

bool map_check(struct parse *p, const struct node *n, const struct map_form *form)
{
    bool later = false;
    struct shape_key key;

    if (n->kind != NODE_MAP) {
        (void)finding_wants(p, n, form->what, "a map, not %s", node_what(n));
        return false;
    }
    size_t errors = p->findings->errors;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (form_has(form, e->key->text))
            continue;
        if (words_have(form->later, e->key->text)) {
            finding_later(p, e->key, e->key->text);
            later = true;
        } else {
            key_unknown(p, e->key, form);
        }
    }
    p->passed += p->findings->errors - errors;
    for (struct key_walk walk = keys_begin(form); key_next(&walk, &key);) {
        if (!key.required || node_get(n, parse_format(p, "%.*s", (int)key.size, key.name)) != NULL)
            continue;
        if (!later) /* that may have stood for it */
            keys_missing(p, n, form);
        return false;
    }
    return true;
}

bool map_check_word(struct parse *p, const struct node *n, const struct word *w)
{
    const struct map_form form = {
        .what = w->name, .shape = w->shape, .later = w->later, .help = w->example};

    return map_check(p, n, &form);
}

/* ---- Words -------------------------------------------------------------------------------- */

bool value_word(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                const char *shape, size_t *out)
{
    struct names names = {0};
    const char *text;
    const char *word;
    size_t size;

    if (!value_text(p, s, n, what, &text))
        return false;
    for (size_t i = 0; shape_word(shape, i, &word, &size); i++) {
        if (strlen(text) == size && memcmp(text, word, size) == 0) {
            *out = i;
            return true;
        }
    }
    struct finding *f = finding_error(p, n, "unknown %s '%.80s'", what, text);
    for (size_t i = 0; shape_word(shape, i, &word, &size); i++)
        names_add(p, &names, word, size);
    finding_suggest(p, f, text, names.count, names_at, &names);
    finding_list(p, f, "possible values are", names.count, names_at, &names);
    return false;
}

const char *key_shape(const char *shape, const char *key)
{
    const char *at = shape_map(shape);
    struct shape_key here = {0};

    while (shape_key_next(&at, &here) && !key_is(&here, key))
        continue;
    CHECK(key_is(&here, key));
    return here.shape;
}

bool word_get(struct parse *p, const struct scope *s, const struct node *map, const char *shape,
              const char *key, size_t *out)
{
    const struct node *n = node_get(map, key);

    return n == NULL || value_word(p, s, n, key, key_shape(shape, key), out);
}

/* ---- Keys that may be left out ------------------------------------------------------------ */

bool words_get(struct parse *p, const struct scope *s, const struct node *map, const char *key,
               const char **out)
{
    const struct node *n = node_get(map, key);

    return n == NULL || value_words(p, s, n, key, out);
}

bool int_get(struct parse *p, const struct scope *s, const struct node *map,
             const struct value_range *range, int64_t *out)
{
    const struct node *n = node_get(map, range->what);

    return n == NULL || value_int(p, s, n, range, out);
}

bool duration_get(struct parse *p, const struct scope *s, const struct node *map,
                  const struct value_range *range, int64_t *out)
{
    const struct node *n = node_get(map, range->what);

    return n == NULL || value_duration(p, s, n, range, out);
}

bool byte_count_get(struct parse *p, const struct scope *s, const struct node *map,
                    const struct value_range *range, int64_t *out)
{
    const struct node *n = node_get(map, range->what);

    return n == NULL || value_byte_count(p, s, n, range, out);
}

bool size_get(struct parse *p, const struct scope *s, const struct node *map, uint16_t *rows,
              uint16_t *columns)
{
    static const struct value_range rows_range = {"rows", 1, 1000};
    static const struct value_range columns_range = {"columns", 1, 1000};
    int64_t height = *rows;
    int64_t width = *columns;

    bool ok = int_get(p, s, map, &rows_range, &height);
    ok = int_get(p, s, map, &columns_range, &width) && ok;
    *rows = (uint16_t)height;
    *columns = (uint16_t)width;
    return ok;
}

bool list_check(struct parse *p, const struct node *n, const char *what)
{
    if (n->kind == NODE_LIST)
        return true;
    (void)finding_wants(p, n, what, "a list, not %s", node_what(n));
    return false;
}
