/* inject_parse.c: `defect`, `inject` and `order`. */
#include "harness/scenario/address.h"
#include "harness/scenario/live.h"
#include "harness/scenario/map.h"
#include "harness/scenario/step_parse.h"
#include "harness/scenario/top_key.h"
#include "runtime/actor/core.h"

enum { INJECTS_MAX = 256, ORDERS_MAX = 64 };

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

/* One name, or a list of them. The runtime reads them in the tree. */
bool defect_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out)
{
    bool ok = true;

    if (b->command != NULL) {
        struct finding *f = finding_error(b->p, n, "a command has no `%s`", w->name);
        f->label = "they are mistakes of the runtime that runs a `tree`";
        return false;
    }
    if (n->kind != NODE_LIST)
        ok = defect_read(b, n, &out->defects);
    for (const struct node_entry *e = n->kind == NODE_LIST ? n->first : NULL; e != NULL;
         e = e->next)
        ok = defect_read(b, e->value, &out->defects) && ok;
    b->tree->defects = out->defects;
    return ok;
}

/* ---- inject ------------------------------------------------------------------------------- */

/* One filter serves all the calls of a run, so all holds at them are alike. */
static bool hold_read(struct build *b, const struct node *n, const struct inject *inject,
                      enum hold_how *out)
{
    static const char *const words[] = {"interruptible", "firm"};
    size_t row = 0;

    if (n == NULL)
        return true;
    if (!value_word(b->p, b->scope, n, "hold", "interruptible | firm", &row))
        return false;
    *out = row == 0 ? HOLD_INTERRUPTIBLE : HOLD_FIRM;
    if (inject->at.point != POINT_SYS_CALL) {
        struct finding *f = finding_error(b->p, n, "nobody can be held %s here", words[row]);
        f->label = "that is for system calls";
        return false;
    }
    return true;
}

static bool inject_read(struct build *b, const struct word *w, const struct node *n,
                        struct inject *out)
{
    const struct map_form form = {.what = "an inject",
                                  .shape = w->shape,
                                  .help = "- { at: leaf@dbg.prompt, do: [{ key: C-c }] }"};

    if (!map_check(b->p, n, &form))
        return false;
    *out = (struct inject){.hold = HOLD_UNSAID};
    const struct node *at = node_get(n, "at");
    const struct node *what = node_get(n, "do");
    out->place = node_place(b->p, n);
    bool known = address_read(b, at, "at", true, &out->at);
    b->held = known ? &out->at : NULL;
    b->held_freed = false;
    /* It may be done at any time. */
    uint64_t before = captures_sure(b);
    captures_set(b, 0);
    bool ok = steps_parse(b, what, "do", &out->steps) && known;
    captures_set(b, before);
    b->held = NULL;
    return hold_read(b, node_get(n, "hold"), out, &out->hold) && ok;
}

/* Those at system calls are held in one way. */
static bool holds_agree(struct build *b, const struct node *n, struct variant *out)
{
    const struct node_entry *e = n->first;
    size_t firm = 0;
    size_t calls = 0;

    for (size_t i = 0; i < out->inject_count; i++, e = e->next) {
        if (out->inject[i].at.point != POINT_SYS_CALL)
            continue;
        calls++;
        firm += out->inject[i].hold == HOLD_FIRM;
        if (firm == 0 || firm == calls)
            continue;
        struct finding *f = finding_error(
            b->p, e->value, "all that are held at system calls are held firmly, or none is");
        f->label = "one filter serves them: `hold: firm` at each, or at none";
        return false;
    }
    out->calls_firm = firm > 0;
    return true;
}

bool inject_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out)
{
    bool ok = true;
    size_t count = 0;

    if (!list_check(b->p, n, w->name))
        return false;
    if (n->count > INJECTS_MAX) {
        (void)finding_error(b->p, n, "more than %d injects", INJECTS_MAX);
        return false;
    }
    struct inject *all = parse_alloc(b->p, n->count, sizeof(*all));
    if (all == NULL)
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next)
        ok = inject_read(b, w, e->value, &all[count++]) && ok;
    out->inject = all;
    out->inject_count = count;
    return holds_agree(b, n, out) && ok;
}

/* ---- order -------------------------------------------------------------------------------- */

static bool address_equal(const struct address *a, const struct address *b)
{
    return a->actor == b->actor && a->point == b->point && a->nth == b->nth &&
           call_equal(a->call, b->call);
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

bool order_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out)
{
    bool ok = true;
    size_t count = 0;
    size_t where = 0;

    if (!list_check(b->p, n, w->name))
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
