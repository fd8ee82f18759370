/* yaml_doc.c: the only file that knows libyaml: its events become nodes, within our limits.
 *
 * The event interface is used because libyaml's own documents have no limits: nesting costs it
 * time that grows with the square of the depth, and it sees neither doubled keys nor cycles. */
#include "harness/scenario/yaml_doc.h"

#include "runtime/base/check.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct anchor {
    const char *name;
    const struct node *node;
    size_t weight; /* size of the node when all its aliases are written out */
    bool open;     /* its end has not been seen: an alias to it would be a cycle */
};

/* A list or a map whose end has not been seen. */
struct level {
    struct node *node;
    struct node_entry **tail;
    const struct node *key; /* of the value to come */
    struct anchor *anchor;
    size_t weight;
};

struct reader {
    struct parse *p;
    struct source *source;
    yaml_parser_t yaml;
    size_t mark_index;  /* libyaml counts characters, we count bytes: */
    size_t mark_offset; /* this character is at this byte */
    size_t skipped;     /* bytes of a byte order mark at the start, which libyaml does not see */
    struct level level[SCENARIO_DEPTH_MAX];
    size_t depth;
    struct anchor anchor[SCENARIO_ANCHORS_MAX];
    size_t anchors;
    size_t nodes;
    size_t weight;
    const struct node *root;
};

const char *node_what(const struct node *n)
{
    if (n->kind == NODE_LIST)
        return "a list";
    if (n->kind == NODE_MAP)
        return "a map";
    if (n->style == STYLE_PLAIN && n->size == 0)
        return "nothing";
    if (n->style == STYLE_PLAIN && strspn(n->text, "0123456789") == n->size)
        return "a number";
    return "text";
}

struct place node_place(struct parse *p, const struct node *n)
{
    struct place place = n->place;

    place.text = source_line(p, n->source, place.line);
    return place;
}

static const struct node_entry *entry_find(const struct node *map, const char *key)
{
    for (const struct node_entry *e = map->first; e != NULL; e = e->next) {
        if (e->key != NULL && strcmp(e->key->text, key) == 0)
            return e;
    }
    return NULL;
}

const struct node *node_get(const struct node *map, const char *key)
{
    const struct node_entry *e = entry_find(map, key);

    return e == NULL ? NULL : e->value;
}

const struct node *node_key(const struct node *map, const char *key)
{
    const struct node_entry *e = entry_find(map, key);

    return e == NULL ? NULL : e->key;
}

/* The byte of a mark. Marks mostly go forward, so this is one walk over the file. */
static size_t mark_offset(struct reader *r, const yaml_mark_t *mark)
{
    const char *text = r->source->text;
    size_t size = r->source->size;

    if (mark->index < r->mark_index) {
        r->mark_index = 0;
        r->mark_offset = r->skipped;
    }
    while (r->mark_index < mark->index && r->mark_offset < size) {
        r->mark_offset++;
        while (r->mark_offset < size && ((unsigned char)text[r->mark_offset] & 0xC0) == 0x80)
            r->mark_offset++;
        r->mark_index++;
    }
    return r->mark_offset;
}

static struct finding *reader_error(struct reader *r, size_t offset, const char *text)
{
    return finding_at(r->p, r->source, source_place(r->source, offset), 1, text);
}

/* ---- What libyaml itself refuses ---------------------------------------------------------- */

static const struct context_row {
    const char *context;
    const char *label;
} context_rows[] = {
    {"while parsing a flow sequence",    "this list was opened here and never closed"},
    {"while parsing a flow mapping",     "this map was opened here and never closed" },
    {"while parsing a block collection", "this list starts here"                     },
    {"while parsing a block mapping",    "this map starts here"                      },
    {"while scanning a simple key",      "this looks like a key, but no ':' follows" },
    {"while scanning a quoted scalar",   "this text was opened here"                 },
};

static const char *context_label(const char *context)
{
    for (size_t i = 0; i < sizeof(context_rows) / sizeof(context_rows[0]); i++) {
        if (strcmp(context_rows[i].context, context) == 0)
            return context_rows[i].label;
    }
    return context;
}

static void reader_problem(struct reader *r)
{
    static const char prefix[] = "did not find ";
    const yaml_parser_t *y = &r->yaml;
    const char *problem = y->problem == NULL ? "not YAML" : y->problem;

    if (y->error == YAML_MEMORY_ERROR) {
        r->p->no_memory = true;
        return;
    }
    if (y->error == YAML_READER_ERROR) {
        struct finding *f =
            reader_error(r, r->skipped + y->problem_offset, "this is not text in UTF-8");
        f->label = parse_format(r->p, "%s", problem);
        return;
    }
    size_t at = mark_offset(r, &y->problem_mark);
    if (strncmp(problem, prefix, sizeof(prefix) - 1) == 0)
        problem += sizeof(prefix) - 1;
    if (at < r->source->size && r->source->text[at] == '\t')
        problem = "a tab cannot indent";
    struct finding *f = reader_error(r, at, parse_format(r->p, "%s", problem));
    if (at < r->source->size && r->source->text[at] == '\t')
        f->label = "use spaces";
    else if (strcmp(problem, "mapping values are not allowed in this context") == 0)
        f->label = "keys of one map stand in one column; text with ': ' in it wants quotes";
    else if (y->context != NULL && y->context_mark.index != y->problem_mark.index) {
        size_t from = mark_offset(r, &y->context_mark);
        f->other = source_place(r->source, from);
        f->other_width = 1;
        f->other_label = context_label(y->context);
        f->other.text = source_line(r->p, r->source, f->other.line);
    }
}

/* ---- Building ----------------------------------------------------------------------------- */

static struct node *reader_node(struct reader *r, const yaml_event_t *e, enum node_kind kind)
{
    size_t from = mark_offset(r, &e->start_mark);
    size_t to = mark_offset(r, &e->end_mark);

    if (++r->nodes > SCENARIO_NODES_MAX) {
        (void)reader_error(
            r, from, parse_format(r->p, "more than %d nodes in one file", SCENARIO_NODES_MAX));
        return NULL;
    }
    struct node *n = parse_alloc(r->p, 1, sizeof(*n));
    if (n == NULL)
        return NULL;
    n->source = r->source;
    n->place = source_place(r->source, from);
    n->offset = (uint32_t)from;
    n->end = (uint32_t)to;
    n->kind = kind;
    const char *end = memchr(r->source->text + from, '\n', r->source->size - from);
    if (end != NULL && to > (size_t)(end - r->source->text))
        to = (size_t)(end - r->source->text);
    n->width = to > from && kind == NODE_SCALAR ? (uint32_t)(to - from) : 1;
    return n;
}

/* Refuses tags; remembers an anchor. False: refused. */
static bool reader_properties(struct reader *r, const struct node *n, const yaml_char_t *tag,
                              const yaml_char_t *anchor, struct anchor **out)
{
    *out = NULL;
    if (tag != NULL) {
        struct finding *f = finding_error(r->p, n, "tags are not part of the language");
        f->width = 1;
        return false;
    }
    if (anchor == NULL)
        return true;
    if (r->anchors == SCENARIO_ANCHORS_MAX) {
        (void)finding_error(r->p, n, "more than %d anchors in one file", SCENARIO_ANCHORS_MAX);
        return false;
    }
    const char *name = parse_copy(r->p, (const char *)anchor, strlen((const char *)anchor));
    if (name == NULL)
        return false;
    *out = &r->anchor[r->anchors++];
    **out = (struct anchor){.name = name, .node = n, .open = true};
    return true;
}

/* Counts what the file would be with all aliases written out. */
static bool reader_weigh(struct reader *r, const struct node *at, size_t weight)
{
    r->weight += weight;
    for (size_t i = 0; i < r->depth; i++)
        r->level[i].weight += weight;
    if (r->weight <= SCENARIO_EXPANSION_MAX * r->source->size)
        return true;
    struct finding *f = finding_error(r->p, at, "the aliases make the file %d times as large",
                                      SCENARIO_EXPANSION_MAX);
    f->label = "this is where it is too much";
    return false;
}

/* A key has been read: a scalar in the key's position of a map. */
static bool reader_key(struct reader *r, struct level *top, const struct node *n)
{
    if (n->kind != NODE_SCALAR) {
        (void)finding_error(r->p, n, "a key must be a word, not %s", node_what(n));
        return false;
    }
    if (n->style == STYLE_PLAIN && strcmp(n->text, "<<") == 0) {
        struct finding *f = finding_error(r->p, n, "merge keys are not part of the language");
        f->label = "write the keys out";
        return false;
    }
    if (n->size == 0 || strlen(n->text) != n->size) {
        (void)finding_error(r->p, n, "a key must be a word");
        return false;
    }
    top->key = n;
    return true;
}

/* Puts a node where it belongs. */
static bool reader_place(struct reader *r, const struct node *n)
{
    if (r->depth == 0) {
        r->root = n;
        return true;
    }
    struct level *top = &r->level[r->depth - 1];
    if (top->node->kind == NODE_MAP && top->key == NULL)
        return reader_key(r, top, n);
    struct node_entry *e = parse_alloc(r->p, 1, sizeof(*e));
    if (e == NULL)
        return false;
    e->key = top->key;
    e->value = n;
    *top->tail = e;
    top->tail = &e->next;
    top->node->count++;
    top->key = NULL;
    return true;
}

static bool reader_scalar(struct reader *r, const yaml_event_t *e)
{
    struct anchor *anchor = NULL;
    struct node *n = reader_node(r, e, NODE_SCALAR);

    if (n == NULL || !reader_properties(r, n, e->data.scalar.tag, e->data.scalar.anchor, &anchor))
        return false;
    switch (e->data.scalar.style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        n->style = STYLE_SINGLE;
        break;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        n->style = STYLE_DOUBLE;
        break;
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE:
        n->style = STYLE_BLOCK;
        break;
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
        n->style = STYLE_PLAIN;
        break;
    }
    n->size = e->data.scalar.length;
    n->text = parse_copy(r->p, (const char *)e->data.scalar.value, n->size);
    if (n->text == NULL)
        return false;
    if (anchor != NULL) {
        anchor->open = false;
        anchor->weight = n->size + 1;
    }
    return reader_weigh(r, n, n->size + 1) && reader_place(r, n);
}

static bool reader_open(struct reader *r, const yaml_event_t *e, enum node_kind kind)
{
    struct anchor *anchor = NULL;
    struct node *n = reader_node(r, e, kind);
    bool list = kind == NODE_LIST;

    if (n == NULL ||
        !reader_properties(r, n, list ? e->data.sequence_start.tag : e->data.mapping_start.tag,
                           list ? e->data.sequence_start.anchor : e->data.mapping_start.anchor,
                           &anchor))
        return false;
    if (r->depth == SCENARIO_DEPTH_MAX) {
        (void)finding_error(r->p, n, "more than %d levels deep", SCENARIO_DEPTH_MAX);
        return false;
    }
    if (!reader_weigh(r, n, 1) || !reader_place(r, n))
        return false;
    r->level[r->depth++] =
        (struct level){.node = n, .tail = &n->first, .anchor = anchor, .weight = 1};
    return true;
}

static int entry_order(const void *a, const void *b)
{
    const struct node *x = (*(const struct node_entry *const *)a)->key;
    const struct node *y = (*(const struct node_entry *const *)b)->key;
    int order = strcmp(x->text, y->text);

    if (order != 0)
        return order;
    return x->offset < y->offset ? -1 : 1;
}

/* libyaml lets a key come twice. */
static void reader_check_keys(struct reader *r, const struct node *map)
{
    if (map->count < 2)
        return;
    const struct node_entry **sorted = malloc(map->count * sizeof(*sorted));
    if (sorted == NULL) {
        r->p->no_memory = true;
        return;
    }
    size_t count = 0;
    for (const struct node_entry *e = map->first; e != NULL; e = e->next)
        sorted[count++] = e;
    qsort(sorted, count, sizeof(*sorted), entry_order);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(sorted[i - 1]->key->text, sorted[i]->key->text) != 0)
            continue;
        struct finding *f =
            finding_error(r->p, sorted[i]->key, "key '%s' is here twice", sorted[i]->key->text);
        finding_other(r->p, f, sorted[i - 1]->key, "here first");
    }
    free(sorted);
}

static bool reader_close(struct reader *r, const yaml_event_t *e)
{
    CHECK(r->depth > 0);
    struct level *top = &r->level[--r->depth];

    top->node->end = (uint32_t)mark_offset(r, &e->end_mark);
    if (top->anchor != NULL) {
        top->anchor->open = false;
        top->anchor->weight = top->weight;
    }
    if (top->node->kind == NODE_MAP)
        reader_check_keys(r, top->node);
    return true;
}

static const char *anchor_at(size_t i, void *user)
{
    const struct reader *r = user;

    return r->anchor[i].name;
}

static bool reader_alias(struct reader *r, const yaml_event_t *e)
{
    const char *name = (const char *)e->data.alias.anchor;
    const struct anchor *found = NULL;
    struct node *at = reader_node(r, e, NODE_SCALAR);

    if (at == NULL)
        return false;
    for (size_t i = 0; i < r->anchors; i++) {
        if (strcmp(r->anchor[i].name, name) == 0)
            found = &r->anchor[i];
    }
    if (found == NULL) {
        struct finding *f = finding_error(r->p, at, "no anchor '%s' above", name);
        finding_suggest(r->p, f, name, r->anchors, anchor_at, r);
        return false;
    }
    if (found->open) {
        struct finding *f = finding_error(r->p, at, "'%s' would contain itself", name);
        finding_other(r->p, f, found->node, "it starts here");
        return false;
    }
    return reader_weigh(r, at, found->weight) && reader_place(r, found->node);
}

/* Takes one event. False: give up. */
static bool reader_event(struct reader *r, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (r->root != NULL) {
            (void)reader_error(r, mark_offset(r, &e->start_mark),
                               "a second document; one per file");
            return false;
        }
        return true;
    case YAML_ALIAS_EVENT:
        return reader_alias(r, e);
    case YAML_SCALAR_EVENT:
        return reader_scalar(r, e);
    case YAML_SEQUENCE_START_EVENT:
        return reader_open(r, e, NODE_LIST);
    case YAML_MAPPING_START_EVENT:
        return reader_open(r, e, NODE_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return reader_close(r, e);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return true;
    }
    return true;
}

static bool reader_run(struct reader *r)
{
    for (;;) {
        yaml_event_t event;
        if (yaml_parser_parse(&r->yaml, &event) == 0) {
            reader_problem(r);
            return false;
        }
        bool last = event.type == YAML_STREAM_END_EVENT;
        bool ok = reader_event(r, &event);
        yaml_event_delete(&event);
        if (!ok || last)
            return ok;
    }
}

const struct node *yaml_doc_read(struct parse *p, struct source *source)
{
    struct reader *r = calloc(1, sizeof(*r));

    if (r == NULL || yaml_parser_initialize(&r->yaml) == 0) {
        p->no_memory = true;
        free(r);
        return NULL;
    }
    r->p = p;
    r->source = source;
    yaml_parser_set_encoding(&r->yaml, YAML_UTF8_ENCODING);
    r->skipped = source->size >= 3 && memcmp(source->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    r->mark_offset = r->skipped;
    yaml_parser_set_input_string(&r->yaml, (const unsigned char *)source->text + r->skipped,
                                 source->size - r->skipped);
    size_t errors = p->findings->errors;
    const struct node *root = reader_run(r) ? r->root : NULL;
    if (root == NULL && !p->no_memory && p->findings->errors == errors)
        (void)reader_error(r, 0, "the file is empty");
    yaml_parser_delete(&r->yaml);
    free(r);
    return p->no_memory ? NULL : root;
}
