/* requires.c: a list of maps, each about one thing; that it is there is found out where it runs. */
#include "harness/scenario/requires.h"

#include "harness/language/range.h"
#include "harness/scenario/map.h"
#include "harness/scenario/top_key.h"

bool versions_check(struct parse *p, const struct node *n, const char *what, const char *text)
{
    size_t at = 0;

    if (range_is_valid(text, &at))
        return true;
    struct finding *f = finding_error(p, n, "%s is no range: '%.60s'", what, text);
    f->label = "1.8.2, 1.8.x, '<=2' or '>=1.8, <1.9'";
    if (text[at] != 0)
        finding_inside(f, n, at, 1);
    return false;
}

static bool requirement_read(struct parse *p, const struct word *w, const struct node *n,
                             struct requirement *out)
{
    const struct map_form form = {
        .what = "a requirement", .shape = w->shape, .later = "tier can", .help = w->example};
    const struct node *versions = NULL;

    if (!map_check(p, n, &form) || !words_get(p, &scope_shared, n, "program", &out->program) ||
        !words_get(p, &scope_shared, n, "versions", &out->versions))
        return false;
    versions = node_get(n, "versions");
    return versions == NULL || versions_check(p, versions, "versions", out->versions);
}

void requires_read(struct parse *p, const struct word *w, const struct node *n, struct scenario *s)
{
    size_t count = 0;

    if (!list_check(p, n, w->name))
        return;
    if (n->count > SCENARIO_REQUIRES_MAX) {
        (void)finding_error(p, n, "more than %d requirements", SCENARIO_REQUIRES_MAX);
        return;
    }
    if (n->count == 0)
        (void)finding_wants(p, n, w->name, "at least one requirement");
    struct requirement *all = parse_alloc(p, n->count, sizeof(*all));
    for (const struct node_entry *e = n->first; all != NULL && e != NULL; e = e->next)
        count += requirement_read(p, w, e->value, &all[count]);
    s->required = all;
    s->required_count = count;
}
