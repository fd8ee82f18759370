/* expect_read.c: an expect as written: a pattern, or the first of several ways to go on. */
#include "expect/match.h"
#include "harness/run/expect.h"
#include "harness/run/steps.h"
#include "harness/scenario/step_parse.h"

enum { AGAIN_MAX = 1000 * 1000 };

/* What follows may be nothing. */
static bool then_read(struct build *b, const struct node *n, const char *what,
                      struct step_list *out)
{
    *out = (struct step_list){0};
    if (n == NULL || (n->kind == NODE_LIST && n->count == 0))
        return true;
    return steps_parse(b, n, what, out);
}

/* The pattern, and what it captures. */
static bool way_look(struct build *b, const struct node *n, const char *what,
                     struct expect_way *way)
{
    const struct node *pattern = look_node(n);

    if (pattern != NULL)
        way->place = node_place(b->p, pattern);
    return look_read(b, n, what, &way->look) && held_check_pattern(b, pattern, way->look.checked) &&
           captures_add(b, pattern, way->look.checked, &way->group, &way->groups);
}

static bool way_read(struct build *b, const struct node *n, struct expect_way *way,
                     struct step_list *then)
{
    const struct map_form form = {.what = "a branch of `first`",
                                  .shape = key_shape(step_expect.word.shape, "first")};
    static const struct value_range range = {"again", 1, AGAIN_MAX};
    int64_t again = 0;

    if (!map_check(b->p, n, &form))
        return false;
    bool ok = way_look(b, n, "a branch", way);
    ok = int_get(b->p, b->scope, n, &range, &again) && ok;
    way->again = (uint32_t)again;
    return then_read(b, node_get(n, "then"), "then", then) && ok;
}

/* A way that goes on waiting is none out of here. */
static bool ways_end(struct build *b, const struct node *n, const struct expect *own)
{
    for (size_t i = 0; i < own->count; i++) {
        if (own->way[i].again == 0)
            return true;
    }
    if (own->eof || own->timeout)
        return true;
    struct finding *f = finding_error(b->p, n, "nothing ends this expect");
    f->label = "each branch has `again`: add one without, or `eof` or `timeout`";
    return false;
}

static bool first_read(struct build *b, const struct node *map, struct expect *own,
                       struct step *out)
{
    const struct node *first = node_get(map, "first");
    const struct node *eof = node_get(map, "eof");
    const struct node *timeout = node_get(map, "timeout");
    bool ok = true;

    if (!list_check(b->p, first, "first"))
        return false;
    if (first->count < 1 || first->count > MATCH_ALTERNATIVES_MAX) {
        (void)finding_wants(b->p, first, "first", "1 to %d branches", MATCH_ALTERNATIVES_MAX);
        return false;
    }
    struct expect_way *way = parse_alloc(b->p, first->count, sizeof(*way));
    struct step_list *branch = parse_alloc(b->p, first->count + 2, sizeof(*branch));
    if (way == NULL || branch == NULL)
        return false;
    *own =
        (struct expect){.way = way, .first = true, .eof = eof != NULL, .timeout = timeout != NULL};
    uint64_t before = captures_sure(b);
    uint64_t after = CAPTURES_NO_WAY;
    for (const struct node_entry *e = first->first; e != NULL; e = e->next, own->count++) {
        captures_set(b, before);
        ok = way_read(b, e->value, &way[own->count], &branch[own->count]) && ok;
        if (way[own->count].again == 0)
            after &= captures_sure(b);
    }
    size_t count = own->count;
    for (const struct node *list = eof; list != NULL || timeout != NULL; list = NULL) {
        if (list == NULL) {
            list = timeout;
            timeout = NULL;
        }
        captures_set(b, before);
        ok = then_read(b, list, list == eof ? "eof" : "timeout", &branch[count++]) && ok;
        after &= captures_sure(b);
    }
    captures_set(b, after);
    out->branch = branch;
    out->branch_count = count;
    return ok && ways_end(b, first, own);
}

static bool single_read(struct build *b, const struct node *n, struct expect *own)
{
    struct expect_way *way = parse_alloc(b->p, 1, sizeof(*way));

    if (way == NULL)
        return false;
    *own = (struct expect){.way = way, .count = 1};
    return way_look(b, n, "expect", way);
}

/* Either a pattern or several, and what goes with them. */
static bool map_read(struct build *b, const struct node *n, struct expect *own, struct step *out)
{
    const struct node *stream = node_key(n, node_get(n, "screen") != NULL ? "screen" : "stream");
    const struct node *first = node_key(n, "first");
    const struct node *eof = node_key(n, "eof");
    size_t before = b->p->findings->count;

    if (!map_check_word(b->p, n, &step_expect.word) || !within_get(b, n, out))
        return false;
    if (stream != NULL && first != NULL) {
        struct finding *f = finding_error(b->p, first, "a pattern, or the first of several");
        finding_other(b->p, f, stream, "the other one");
        return false;
    }
    if (stream == NULL && first == NULL) {
        /* A key that is none may have stood for it. */
        if (b->p->findings->count == before)
            (void)finding_wants(b->p, n, "expect", "`stream`, `screen` or `first`");
        return false;
    }
    if (first != NULL)
        return first_read(b, n, own, out);
    const struct node *way = eof != NULL ? eof : node_key(n, "timeout");
    if (way != NULL) {
        struct finding *f = finding_error(b->p, way, "'%s' stands beside `first`", way->text);
        f->label = parse_format(b->p, "write `first: [{ %s: ... }]` in place of `%s`", stream->text,
                                stream->text);
        return false;
    }
    return single_read(b, n, own);
}

bool expect_read(struct build *b, const struct node *n, struct step *out)
{
    struct expect *own = step_own(b, sizeof(*own), out);

    if (own == NULL)
        return false;
    return n->kind == NODE_SCALAR ? single_read(b, n, own) : map_read(b, n, own, out);
}
