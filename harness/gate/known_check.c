/* known_check.c: what the entries say about each other, and whether what they name is there. */
#include "harness/gate/known_parse.h"
#include "harness/scenario/condition.h"
#include "harness/scenario/map.h"

#include <string.h>

static const struct node *value_at(const struct known_entry *e, const char *key)
{
    const struct node *n = node_get(e->node, key);

    return n != NULL ? n : e->node;
}

/* ---- Among themselves --------------------------------------------------------------------- */

/* Whether what the first says takes all that the second takes: "" is all. */
static bool text_covers(const char *a, const char *b)
{
    return a[0] == 0 || strcmp(a, b) == 0;
}

static bool answer_covers(enum known_answer a, enum known_answer b)
{
    return a == KNOWN_ANY || a == b;
}

static bool platform_covers(const struct known_platform *a, const struct known_platform *b)
{
    return text_covers(a->os, b->os) && text_covers(a->kernel, b->kernel) &&
           text_covers(a->cores, b->cores) && answer_covers(a->container, b->container) &&
           answer_covers(a->ci, b->ci);
}

static bool leading_words(const char *few, const char *all)
{
    size_t size = strlen(few);

    return strncmp(few, all, size) == 0 && (all[size] == 0 || strchr(" :", all[size]) != NULL);
}

/* Whether every run that falls under `b` falls under `a`, which stands before it. */
static bool entry_covers(const struct known_entry *a, const struct known_entry *b)
{
    bool scenario = known_names(a, b->scenario) || strcmp(a->scenario, b->scenario) == 0;

    return scenario && text_covers(a->when, b->when) && (a->engines & b->engines) == b->engines &&
           platform_covers(&a->platform, &b->platform) && text_covers(a->program, b->program) &&
           text_covers(a->versions, b->versions) && leading_words(a->signature, b->signature);
}

static void entry_check(struct parse *p, const struct known *k, size_t at)
{
    const struct known_entry *e = &k->entry[at];

    for (size_t i = 0; i < at; i++) {
        if (strcmp(k->entry[i].id, e->id) != 0)
            continue;
        struct finding *f =
            finding_error(p, value_at(e, "id"), "there is another entry '%s'", e->id);
        finding_other(p, f, value_at(&k->entry[i], "id"), "here first");
        return;
    }
    for (size_t i = 0; i < at; i++) {
        if (!entry_covers(&k->entry[i], e))
            continue;
        struct finding *f =
            finding_warning(p, value_at(e, "id"), "shadowed",
                            "%s takes no run: %s takes all that it could", e->id, k->entry[i].id);
        finding_other(p, f, value_at(&k->entry[i], "id"), "the first that fits counts");
        return;
    }
}

void known_check_entries(struct parse *p, const struct known *k)
{
    for (size_t i = 0; i < k->count && !parse_failed(p); i++)
        entry_check(p, k, i);
}

/* ---- Against the scenarios ---------------------------------------------------------------- */

static void scenario_unknown(struct parse *p, const struct known_entry *e,
                             const struct known_scenarios *all)
{
    struct finding *f;

    if (e->scenario[strlen(e->scenario) - 1] == '*') {
        f = finding_error(p, value_at(e, "scenario"), "no scenario is in '%.80s'", e->scenario);
        f->label = "a folder below `scenarios`";
        return;
    }
    f = finding_error(p, value_at(e, "scenario"), "there is no scenario '%.80s'", e->scenario);
    finding_suggest(p, f, e->scenario, all->count(all->user), all->id_at, all->user);
    f->help = "`scenario list` has them all; an entry whose scenario is gone goes, too";
}

/* Names in `when`, and whether the entry takes any variant at all: one that must fail it does not,
 * as that proves an oracle and its failure is a pass. */
static void when_check(struct parse *p, const struct known_entry *e, const struct scenario *s)
{
    char name[KNOWN_ID_BYTES_MAX + 1];
    bool proofs = false;

    if (s->variant_count == 0)
        return;
    for (size_t i = 0; i < s->variant_count; i++) {
        const struct variant *v = &s->variant[i];
        enum known_when when = known_when(e, v->parameters, name);
        if (when == WHEN_UNKNOWN) {
            known_when_say(p, e, v->parameters, s->id);
            return;
        }
        if (when == WHEN_HOLDS && v->must_fail_count == 0)
            return;
        proofs = proofs || when == WHEN_HOLDS;
    }
    const struct node *at = e->when_node != NULL ? e->when_node : value_at(e, "scenario");
    struct finding *f = proofs ? finding_error(p, at, "what is meant of %s must fail", s->id)
                               : finding_error(p, at, "no variant of %s is meant by this", s->id);
    if (proofs)
        f->label = "a failure that a scenario demands is a pass: there is nothing to excuse";
    f->help = parse_format(p, "`scenario list %s` has its variants", s->id);
}

static void scenario_check(struct parse *p, const struct known_entry *e,
                           const struct known_scenarios *all)
{
    bool star = e->scenario[strlen(e->scenario) - 1] == '*';
    size_t count = all->count(all->user);
    bool found = false;

    for (size_t i = 0; i < count && !(found && star); i++) {
        if (!known_names(e, all->id_at(i, all->user)))
            continue;
        found = true;
        const struct scenario *s = star ? NULL : all->load(i, all->user);
        if (s != NULL)
            when_check(p, e, s);
    }
    if (!found)
        scenario_unknown(p, e, all);
}

void known_check_scenarios(struct parse *p, const struct known *k,
                           const struct known_scenarios *scenarios)
{
    for (size_t i = 0; i < k->count && !parse_failed(p); i++)
        scenario_check(p, &k->entry[i], scenarios);
}
