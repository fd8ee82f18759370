/* step_check.c: what the readers of several steps have in common. */
#include "expect/match.h"
#include "harness/scenario/address.h"
#include "harness/scenario/live.h"
#include "harness/scenario/map.h"
#include "harness/scenario/step.h"

#include <string.h>

void *step_own(struct build *b, size_t size, struct step *out)
{
    void *own = parse_alloc(b->p, 1, size);

    out->own = own;
    return own;
}

bool step_is_foreign(const struct build *b)
{
    return b->tree->count == 0 && !b->dead;
}

bool step_tree_only(struct build *b, const char *why)
{
    bool command = b->command != NULL;
    struct finding *f = finding_error(b->p, b->step_key, "step '%s' does not work on %s",
                                      b->step_key->text, command ? "a command" : "any program");

    f->label = why;
    f->help = command ? "the actors of a `tree:` can do that; a command is any program"
                      : "a script with such steps is for `use:` in a scenario with a `tree:`";
    return false;
}

bool within_get(struct build *b, const struct node *map, struct step *out)
{
    static const struct value_range range = {"within", 1, 86400 * SECOND_NS};

    return duration_get(b->p, b->scope, map, &range, &out->within_ns);
}

/* True for a value of parameters in what is left out by its `when`, which may be there to exclude
 * just this value: it is taken as it is, for what it captures. */
static bool value_excluded(const struct build *b, const struct node *n)
{
    return b->dead && n->kind == NODE_SCALAR && memmem(n->text, n->size, "${", 2) != NULL;
}

/* The pattern with nothing where a mark stands. */
static const char *pattern_bare(struct build *b, const struct scalar *v)
{
    struct buf text = BUF_INIT;
    struct live_piece piece;

    for (size_t at = 0; live_next(v->text, v->size, &at, &piece);) {
        if (piece.mark)
            live_quote(&text, piece.place, "", 0);
        else
            buf_add(&text, piece.text, piece.size);
    }
    const char *out = text.failed ? NULL : parse_copy(b->p, buf_text(&text), text.size);
    b->p->no_memory = b->p->no_memory || out == NULL;
    buf_release(&text);
    return out;
}

bool pattern_read(struct build *b, const struct node *n, const char *what, struct scalar *out,
                  const char **checked)
{
    struct diag diag = {0};
    size_t offset = 0;

    bool excluded = value_excluded(b, n);
    bool read = excluded ? live_scalar(b, n, what, out) : live_words(b, n, what, LIVE_SECRETS, out);
    if (!read)
        return false;
    *checked = out->text;
    if (out->live) {
        char *text = parse_copy(b->p, out->text, out->size);
        if (text == NULL)
            return false;
        live_places(text, out->size);
        out->text = text;
        *checked = pattern_bare(b, out);
    }
    if (*checked == NULL)
        return false;
    if (excluded || match_check(*checked, &offset, &diag) == 0)
        return true;
    struct finding *f = finding_error(b->p, n, "not a regular expression: %s", diag.text);
    if (*checked == n->text)
        finding_inside(f, n, offset, 1);
    return false;
}

bool quiet_check(struct build *b, const struct node *n)
{
    if (!b->spinner || b->dead)
        return true;
    struct finding *f = finding_error(b->p, n, "'quiet' beside a spinner would never come");
    f->label = "a spinner always has something to do";
    return false;
}

/* ---- The held actor ----------------------------------------------------------------------- */

/* Refuses to wait for the actor that is held while this `do` runs, unless the `do` has done
 * something to it before. */
static bool held_check(struct build *b, const struct node *n, uint16_t actor, const char *what)
{
    if (b->held == NULL || b->held_freed || b->held->actor == ACTOR_NONE || b->held->actor != actor)
        return true;
    struct finding *f =
        finding_error(b->p, n, "this waits for '%s', which is held here", actor_called(b, actor));
    f->label = what;
    f->help = "a `do` runs while its actor is held; wait in `steps` instead";
    return false;
}

/* The part of a point's name before the dot: the points of one part come in their order. */
static bool same_family(unsigned a, unsigned b)
{
    const char *x = point_name(a);
    const char *y = point_name(b);
    size_t size = strcspn(x, ".");

    return size == strcspn(y, ".") && memcmp(x, y, size) == 0;
}

bool held_check_address(struct build *b, const struct node *n, const struct address *a)
{
    const struct address *at = b->held;

    if (at == NULL || at->actor == ACTOR_NONE || at->actor != a->actor)
        return true;
    bool before = !a->relative && ((a->point == at->point && a->nth <= at->nth) ||
                                   (same_family(a->point, at->point) && a->point < at->point) ||
                                   same_family(a->point, POINT_SPAWN_READY));
    return before || held_check(b, n, a->actor, "it gets there only after the `do`");
}

bool held_check_list(struct build *b, const struct node *n, const struct actor_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!held_check(b, n, list->actor[i], "it ends or stops only after the `do`"))
            return false;
    }
    return true;
}

/* Its own prompt is the output that a held actor cannot write. */
bool held_check_pattern(struct build *b, const struct node *n, const char *pattern)
{
    if (b->held == NULL || b->held->actor == ACTOR_NONE)
        return true;
    const char *name = actor_called(b, b->held->actor);
    const char *found = strstr(pattern, name);
    if (found == NULL || found[strlen(name)] != '>' ||
        (found > pattern && (name_is_valid((const char[]){found[-1], 0}, 1) || found[-1] == '.')))
        return true;
    return held_check(b, n, b->held->actor, "it writes only after the `do`");
}
