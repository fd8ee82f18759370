/* variant.c: everything of a file that may differ from variant to variant. */
#include "harness/scenario/variant.h"

#include "harness/scenario/address.h"
#include "harness/scenario/judge_parse.h"
#include "harness/scenario/step_parse.h"
#include "harness/scenario/tree_parse.h"
#include "runtime/actor/core.h"
#include "runtime/base/buf.h"

#include <string.h>

enum { INJECTS_MAX = 256, ORDERS_MAX = 64 };

/* ---- The name ----------------------------------------------------------------------------- */

static bool name_make(struct parse *p, const char *id, const struct binding *set, size_t width,
                      struct variant *out)
{
    struct buf text = BUF_INIT;

    for (size_t i = 0; i < width; i++)
        buf_addf(&text, "%s%s=%s", i == 0 ? "" : ",", set[i].name, set[i].text);
    if (text.failed)
        p->no_memory = true;
    out->parameters = parse_copy(p, buf_text(&text), text.size);
    buf_release(&text);
    if (out->parameters == NULL || p->no_memory)
        return false;
    out->id = out->parameters[0] == 0 ? id : arena_format(p->arena, "%s[%s]", id, out->parameters);
    if (out->id == NULL)
        p->no_memory = true;
    return out->id != NULL;
}

bool variant_twin(struct parse *p, const char *id, const struct variant *plain, struct variant *out)
{
    *out = *plain;
    out->ctrl_c_each_prompt = true;
    out->parameters = arena_format(p->arena, "%s%sctrl-c=each-prompt", plain->parameters,
                                   plain->parameters[0] == 0 ? "" : ",");
    if (out->parameters != NULL)
        out->id = arena_format(p->arena, "%s[%s]", id, out->parameters);
    if (out->parameters == NULL || out->id == NULL)
        p->no_memory = true;
    return !p->no_memory;
}

/* ---- defect ------------------------------------------------------------------------------- */

static const char *defect_name_at(size_t i, void *user)
{
    (void)user;
    return i < DEFECTS ? defect_name((unsigned)i) : "none";
}

static bool defect_read(struct build *b, const struct node *n, uint64_t *out)
{
    const struct value_names names = {"defect", "defects are", DEFECTS + 1, defect_name_at, NULL};
    size_t row = 0;

    if (!value_name(b->p, b->scope, n, &names, &row))
        return false;
    if (row < DEFECTS)
        *out |= defect_bit((unsigned)row);
    return true;
}

/* One name, or a list of them. */
static bool defects_parse(struct build *b, const struct node *n, uint64_t *out)
{
    bool ok = true;

    if (n->kind != NODE_LIST)
        return defect_read(b, n, out);
    for (const struct node_entry *e = n->first; e != NULL; e = e->next)
        ok = defect_read(b, e->value, out) && ok;
    return ok;
}

/* ---- inject ------------------------------------------------------------------------------- */

static bool inject_read(struct build *b, const struct node *n, struct inject *out)
{
    static const struct map_form form = {
        .what = "an inject",
        .keys = {"!at", "!do"},
        .help = "- { at: leaf@dbg.prompt, do: [{ key: C-c }] }"
    };

    if (!map_check(b->p, n, &form))
        return false;
    const struct node *at = node_get(n, "at");
    const struct node *what = node_get(n, "do");
    out->place = node_place(b->p, n);
    bool known = address_read(b, at, "at", true, &out->at);
    b->held = known ? &out->at : NULL;
    b->held_freed = false;
    bool ok = steps_parse(b, what, "do", &out->steps) && known;
    b->held = NULL;
    return ok;
}

static bool injects_parse(struct build *b, const struct node *n, struct variant *out)
{
    bool ok = true;
    size_t count = 0;

    if (!list_check(b->p, n, "inject"))
        return false;
    if (n->count > INJECTS_MAX) {
        (void)finding_error(b->p, n, "more than %d injects", INJECTS_MAX);
        return false;
    }
    struct inject *all = parse_alloc(b->p, n->count, sizeof(*all));
    if (all == NULL)
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next)
        ok = inject_read(b, e->value, &all[count++]) && ok;
    out->inject = all;
    out->inject_count = count;
    return ok;
}

/* ---- order -------------------------------------------------------------------------------- */

static bool address_equal(const struct address *a, const struct address *b)
{
    return a->actor == b->actor && a->point == b->point && a->nth == b->nth;
}

static bool pair_read(struct build *b, const struct node *n, struct order *out)
{
    if (n->kind != NODE_LIST || n->count != 2) {
        struct finding *f = finding_error(b->p, n, "an entry of order is a pair");
        f->label = "[A, B]: B is held until A has happened";
        return false;
    }
    const struct node *second = n->first->next->value;
    out->place = node_place(b->p, n);
    bool ok = address_read(b, n->first->value, "order", false, &out->first);
    ok = address_read(b, second, "order", true, &out->second) && ok;
    if (ok && out->first.relative) {
        struct finding *f = finding_error(b->p, n->first->value, "order counts from the start");
        f->label = "#N, not #+N";
        return false;
    }
    return ok;
}

/* Finds a circle: an address that must come before itself. The pairs are few, so every way is
 * followed one step further until nothing changes. */
static bool order_is_circular(const struct order *all, size_t count, size_t *where)
{
    uint64_t reach[ORDERS_MAX]; /* pairs whose `first` is the `second` of a pair reached */

    for (size_t i = 0; i < count; i++) {
        reach[i] = 0;
        for (size_t k = 0; k < count; k++) {
            if (address_equal(&all[i].second, &all[k].first))
                reach[i] |= UINT64_C(1) << k;
        }
    }
    for (size_t via = 0; via < count; via++) {
        for (size_t i = 0; i < count; i++) {
            if (reach[i] >> via & 1)
                reach[i] |= reach[via];
        }
    }
    for (size_t i = 0; i < count; i++) {
        *where = i;
        if (reach[i] >> i & 1)
            return true;
    }
    return false;
}

static bool order_parse(struct build *b, const struct node *n, struct variant *out)
{
    bool ok = true;
    size_t count = 0;
    size_t where = 0;

    if (!list_check(b->p, n, "order"))
        return false;
    if (n->count > ORDERS_MAX) {
        (void)finding_error(b->p, n, "more than %d pairs", ORDERS_MAX);
        return false;
    }
    struct order *all = parse_alloc(b->p, n->count, sizeof(*all));
    if (all == NULL)
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next)
        ok = pair_read(b, e->value, &all[count++]) && ok;
    bool circle = ok && order_is_circular(all, count, &where);
    for (const struct node_entry *e = n->first; circle && e != NULL; e = e->next) {
        if (where-- == 0)
            (void)finding_error(b->p, e->value,
                                "this order goes in a circle: it would wait for ever");
    }
    out->order = all;
    out->order_count = count;
    return ok && !circle;
}

/* ---- All of it ---------------------------------------------------------------------------- */

static bool judge_parse(struct build *b, const struct node *root, struct variant *out)
{
    const struct node *must_fail = node_get(root, "must-fail");
    const struct node *invariants = node_get(root, "invariants");
    const struct node *outcome = node_get(root, "outcome");
    bool ok = true;

    if (must_fail != NULL)
        ok = must_fail_parse(b, must_fail, out) && ok;
    if (invariants != NULL)
        ok = invariants_parse(b, invariants, out) && ok;
    if (outcome != NULL)
        ok = outcome_parse(b, outcome, out) && ok;
    return ok;
}

/* In place of a tree that could not be read, so that the rest can be: one actor, and whoever is
 * named is taken to exist. */
static bool tree_replace(struct build *b)
{
    if (parse_failed(b->p))
        return false;
    b->tree = parse_alloc(b->p, 1, offsetof(struct tree, node) + sizeof(struct tree_node));
    if (b->tree == NULL)
        return false;
    b->tree->count = 1;
    b->tree->node[0].parent = ACTOR_NONE;
    b->dead = true;
    b->spinner = false;
    return true;
}

bool variant_build(struct parse *p, const struct node *root, const char *id, const struct matrix *m,
                   size_t set, struct variant *out)
{
    struct scope scope;
    struct build b = {.p = p, .scope = &scope};
    const struct node *tree = node_get(root, "tree");
    const struct node *defect = node_get(root, "defect");
    const struct node *steps = node_get(root, "steps");
    const struct node *inject = node_get(root, "inject");
    const struct node *order = node_get(root, "order");

    if (!name_make(p, id, m->set[set], m->width, out) ||
        !vars_read(p, node_get(root, "vars"), m, set, &scope))
        return false;
    bool ok = defect == NULL || defects_parse(&b, defect, &out->defects);
    if (tree == NULL || !tree_parse(&b, tree, out->defects)) {
        ok = false;
        if (!tree_replace(&b))
            return false;
    }
    if (inject != NULL)
        ok = injects_parse(&b, inject, out) && ok;
    if (order != NULL)
        ok = order_parse(&b, order, out) && ok;
    if (steps != NULL)
        ok = steps_parse(&b, steps, "steps", &out->steps) && ok;
    ok = judge_parse(&b, root, out) && ok;
    address_check(&b);
    out->tree = b.tree;
    return ok && !parse_failed(p);
}
