/* tree_parse.c: actors in pre-order. A `count` repeats an actor with all that is below it; a
 * `chain` puts its actors one below the other, and what is below hangs on the last of them. */
#include "harness/scenario/tree_parse.h"

#include "harness/scenario/actor_key.h"
#include "harness/scenario/map.h"
#include "runtime/actor/core.h"
#include "runtime/base/check.h"

#include <stdio.h>
#include <string.h>

enum { ACTOR_WORK = 5 };

/* Numbers of counted actors above, as they are appended to a name: "" or ".2" or ".2.1". */
struct suffix {
    char text[TREE_NAME_BYTES];
};

/* Scratch of one reading, used for one variant after the other. */
struct tree_maker {
    struct build *b;
    struct tree tree; /* with room for all; copied when done */
    bool check_name;  /* the next actor's key was seen before: counted, or an alias in YAML */
    uint16_t children[TREE_ACTORS_MAX];
    uint16_t level[TREE_ACTORS_MAX];
};

/* ---- Names -------------------------------------------------------------------------------- */

/* Words that mean something else where an actor's name may stand. */
static const char *const reserved[] = {"any",  "all",        "quiet",   "group",   "session",
                                       "tree", "foreground", "harness", "terminal"};

static bool name_check(struct build *b, const struct node *key)
{
    if (!name_is_valid(key->text, TREE_NAME_BYTES - 1)) {
        struct finding *f = finding_error(b->p, key, "'%.60s' cannot name an actor", key->text);
        f->label = "1 to 31 letters, digits, '-' and '_'";
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(reserved); i++) {
        if (strcmp(reserved[i], key->text) == 0) {
            (void)finding_error(b->p, key, "'%s' cannot name an actor: it has a meaning",
                                key->text);
            return false;
        }
    }
    return true;
}

/* Remembers what was written; *again when it is known: below a counted actor the same key comes
 * once per number. */
static bool name_add(struct build *b, const struct tree_name *name, bool *again)
{
    struct tree_name **tail = &b->names;

    *again = false;
    for (; *tail != NULL; tail = &(*tail)->next) {
        if ((*tail)->key == name->key) {
            *again = true;
            return true;
        }
        if (strcmp((*tail)->base, name->base) == 0) {
            struct finding *f =
                finding_error(b->p, name->key, "two actors are called '%s'", name->base);
            finding_other(b->p, f, (*tail)->key, "the other one");
            return false;
        }
    }
    *tail = parse_alloc(b->p, 1, sizeof(**tail));
    if (*tail == NULL)
        return false;
    **tail = *name;
    return true;
}

/* ---- The table ---------------------------------------------------------------------------- */

/* Adds one actor; its number, or ACTOR_NONE. */
static uint16_t actor_add(struct tree_maker *m, const struct tree_node *like,
                          const struct node *key, const struct suffix *suffix, uint16_t parent)
{
    struct parse *p = m->b->p;
    struct tree *t = &m->tree;

    if (!parse_work(p, key, ACTOR_WORK))
        return ACTOR_NONE;
    if (t->count == TREE_ACTORS_MAX) {
        (void)finding_error(p, key, "more than %d actors in the tree", TREE_ACTORS_MAX);
        return ACTOR_NONE;
    }
    uint16_t id = (uint16_t)t->count;
    uint16_t level = parent == ACTOR_NONE ? 1 : (uint16_t)(m->level[parent] + 1);
    if (level > TREE_DEPTH_MAX) {
        (void)finding_error(p, key, "the tree is more than %d actors deep", TREE_DEPTH_MAX);
        return ACTOR_NONE;
    }
    if (parent != ACTOR_NONE && ++m->children[parent] > CORE_CHILDREN_MAX) {
        (void)finding_error(p, key, "'%s' has more than %d children", t->node[parent].name,
                            CORE_CHILDREN_MAX);
        return ACTOR_NONE;
    }
    struct tree_node node = *like;
    int size = snprintf(node.name, sizeof(node.name), "%s%s", key->text, suffix->text);
    if (size < 0 || (size_t)size >= sizeof(node.name)) {
        (void)finding_error(p, key, "with its number the name '%s' is longer than %d bytes",
                            key->text, TREE_NAME_BYTES - 1);
        return ACTOR_NONE;
    }
    if (m->check_name && tree_find(t, node.name) != ACTOR_NONE) {
        (void)finding_error(p, key, "two actors are called '%s'", node.name);
        return ACTOR_NONE;
    }
    m->check_name = false;
    node.parent = parent;
    t->node[t->count++] = node;
    m->children[id] = 0;
    m->level[id] = level;
    for (uint16_t up = parent; up != ACTOR_NONE; up = t->node[up].parent)
        t->node[up].below++;
    return id;
}

static bool suffix_append(struct tree_maker *m, const struct node *key, struct suffix *s,
                          uint32_t number)
{
    size_t size = strlen(s->text);
    int added = snprintf(s->text + size, sizeof(s->text) - size, ".%u", number);

    if (added > 0 && (size_t)added < sizeof(s->text) - size)
        return true;
    (void)finding_error(m->b->p, key, "too many counts above each other");
    return false;
}

static bool actor_parse(struct tree_maker *m, const struct node_entry *e, uint16_t parent,
                        const struct suffix *suffix);

static bool children_parse(struct tree_maker *m, const struct node *n, uint16_t parent,
                           const struct suffix *suffix)
{
    const struct node *children = node_get(n, "children");
    bool ok = true;

    if (children == NULL)
        return true;
    if (children->kind != NODE_MAP) {
        struct finding *f = finding_wants(m->b->p, children, "children", "a map of actors, not %s",
                                          node_what(children));
        f->help = "children: { leaf: { run: repl }, w: { run: worker, count: 2 } }";
        return false;
    }
    for (const struct node_entry *e = children->first; e != NULL && !parse_failed(m->b->p);
         e = e->next)
        ok = actor_parse(m, e, parent, suffix) && ok;
    return ok;
}

/* The actors that one map stands for, each with what is below it. */
static bool actor_expand(struct tree_maker *m, const struct node_entry *e,
                         const struct tree_name *name, uint16_t parent, const struct suffix *suffix)
{
    struct tree_node like;
    bool ok = actor_keys_read(m->b, e->key, e->value, &like);

    /* A mistake here does not hide those of the children. */
    if (name->number_key == NULL) {
        uint16_t id = actor_add(m, &like, e->key, suffix, parent);
        return id != ACTOR_NONE && children_parse(m, e->value, id, suffix) && ok;
    }
    uint16_t above = parent;
    for (uint32_t i = 1; i <= name->number; i++) {
        struct suffix own = *suffix;
        if (!suffix_append(m, e->key, &own, i))
            return false;
        uint16_t id = actor_add(m, &like, e->key, &own, name->chain ? above : parent);
        if (id == ACTOR_NONE)
            return false;
        above = id;
        if (!name->chain && !children_parse(m, e->value, id, &own))
            return false;
    }
    return (!name->chain || children_parse(m, e->value, above, suffix)) && ok;
}

static bool actor_parse(struct tree_maker *m, const struct node_entry *e, uint16_t parent,
                        const struct suffix *suffix)
{
    struct build *b = m->b;
    const struct map_form form = {.what = parse_format(b->p, "actor '%s'", e->key->text),
                                  .word_at = language_actor_key};
    struct tree_name name = {.base = e->key->text, .key = e->key};
    const struct value_range count_range = {"count", 0, TREE_ACTORS_MAX};
    const struct value_range chain_range = {"chain", 0, TREE_DEPTH_MAX};
    int64_t number = 0;

    if (!name_check(b, e->key))
        return false;
    if (e->value->kind != NODE_MAP) {
        struct finding *f =
            finding_wants(b->p, e->value, form.what, "a map, not %s", node_what(e->value));
        f->help =
            parse_format(b->p, "%s: { run: ROLE }, and more: `scenario help actors`", e->key->text);
        return false;
    }
    (void)map_check(b->p, e->value, &form); /* no key of it must be there */
    const struct node *count = node_get(e->value, "count");
    const struct node *chain = node_get(e->value, "chain");
    if (count != NULL && chain != NULL) {
        struct finding *f = finding_error(b->p, node_key(e->value, "chain"),
                                          "an actor has a count or is a chain, not both");
        finding_other(b->p, f, node_key(e->value, "count"), "counted here");
        return false;
    }
    if (count != NULL || chain != NULL) {
        name.chain = chain != NULL;
        name.number_node = name.chain ? chain : count;
        name.number_key = node_key(e->value, name.chain ? "chain" : "count");
        if (parent == ACTOR_NONE) {
            (void)finding_error(b->p, name.number_key, "there is one root");
            return false;
        }
        const struct value_range *range = name.chain ? &chain_range : &count_range;
        size_t before = b->p->findings->count;
        if (!value_int(b->p, b->scope, name.number_node, range, &number)) {
            findings_form(b->p, before, word_named(language_actor_key, range->what));
            return false;
        }
        name.number = (uint32_t)number;
    }
    return name_add(b, &name, &m->check_name) && actor_expand(m, e, &name, parent, suffix);
}

/* Copies the table and makes the lists of actors. */
static bool tree_finish(struct build *b, const struct tree *t)
{
    b->tree = parse_alloc(b->p, 1, tree_size(t));
    uint16_t *all = parse_alloc(b->p, t->count, sizeof(*all));
    uint16_t *started = parse_alloc(b->p, t->count, sizeof(*started));
    b->told = parse_alloc(b->p, t->count, sizeof(*b->told));
    if (b->tree == NULL || all == NULL || started == NULL || b->told == NULL)
        return false;
    memcpy(b->tree, t, tree_size(t));
    b->all = (struct actor_list){all, t->count};
    b->started.actor = started;
    for (uint16_t i = 0; i < t->count; i++) {
        uint16_t parent = t->node[i].parent;
        all[i] = i;
        /* What hangs below a late actor is late too; its parent comes first in pre-order. */
        bool late = t->node[i].late != 0;
        for (uint16_t up = parent; !late && up != ACTOR_NONE; up = t->node[up].parent)
            late = t->node[up].late != 0;
        if (!late)
            started[b->started.count++] = i;
        b->spinner = b->spinner || t->node[i].role == ROLE_SPINNER;
    }
    struct diag diag;
    CHECK(tree_check(b->tree, tree_size(b->tree), &diag) == 0);
    return true;
}

bool tree_parse(struct build *b, const struct node *n)
{
    static const struct suffix none = {""};

    if (n->kind != NODE_MAP || n->count != 1) {
        struct finding *f =
            finding_error(b->p, n->kind == NODE_MAP && n->count > 1 ? n->first->next->key : n,
                          "tree wants one root, not %s",
                          n->kind != NODE_MAP ? node_what(n)
                          : n->count == 0     ? "none"
                                              : "more");
        f->help = "tree: { root: { run: supervisor, children: { ... } } }";
        return false;
    }
    if (b->p->maker == NULL)
        b->p->maker = parse_alloc(b->p, 1, sizeof(*b->p->maker));
    struct tree_maker *m = b->p->maker;
    if (m == NULL)
        return false;
    m->b = b;
    m->tree.magic = TREE_MAGIC;
    m->tree.bytes = sizeof(struct tree_node);
    m->tree.count = 0;
    return actor_parse(m, n->first, ACTOR_NONE, &none) && !parse_failed(b->p) &&
           tree_finish(b, &m->tree);
}
