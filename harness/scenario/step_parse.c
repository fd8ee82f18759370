/* step_parse.c: which step it is, and lists of them. */
#include "harness/scenario/step_parse.h"

#include "harness/scenario/map.h"

#include <string.h>

enum { STEP_WORK = 20, VISITS_MAX = 10 * SCENARIO_STEPS_MAX };

static const char *step_name_at(size_t i, void *user)
{
    const struct step_entry *const *const *rows = user;

    return (*rows)[i]->word.name;
}

/* Who only reads the head of a file gives none. */
static const struct step_entry *const *steps_of(const struct parse *p)
{
    static const struct step_entry *const none[] = {NULL};

    return p->options->steps != NULL ? p->options->steps : none;
}

const struct step_entry *step_find(const struct parse *p, const char *name)
{
    const struct step_entry *const *row = steps_of(p);

    while (*row != NULL && strcmp((*row)->word.name, name) != 0)
        row++;
    return *row;
}

/* Steps on their way into a list. */
struct step_link {
    struct step_link *next;
    struct step step;
};

struct collector {
    struct step_link *first;
    struct step_link **tail;
    size_t count;
};

static bool steps_collect(struct build *b, const struct node *n, const char *what,
                          struct collector *out);

static bool collector_finish(struct build *b, const struct collector *c, struct step_list *out)
{
    struct step *all = parse_alloc(b->p, c->count, sizeof(*all));
    size_t count = 0;

    if (all == NULL)
        return false;
    for (const struct step_link *link = c->first; link != NULL; link = link->next)
        all[count++] = link->step;
    *out = (struct step_list){all, count};
    return true;
}

bool steps_parse(struct build *b, const struct node *n, const char *what, struct step_list *out)
{
    struct collector c = {0};

    c.tail = &c.first;
    return steps_collect(b, n, what, &c) && collector_finish(b, &c, out);
}

/* The lists of a step that stands for them come in its place. */
static bool list_visit(struct build *b, const struct node *list, const char *what, bool taken,
                       void *user)
{
    if (taken)
        return steps_collect(b, list, what, user);
    struct collector dropped = {0};
    dropped.tail = &dropped.first;
    bool was_freed = b->held_freed;
    uint32_t emitted = b->emitted;
    struct left_out saved = left_out_begin(b, false);
    (void)steps_collect(b, list, what, &dropped);
    bool ok = left_out_end(b, &saved);
    b->held_freed = was_freed;
    b->emitted = emitted;
    return ok;
}

/* ---- One step ----------------------------------------------------------------------------- */

/* Counts a step that becomes part of the variant, and makes room for it. */
static struct step_link *step_emit(struct build *b, const struct node *n, struct collector *out)
{
    if (++b->emitted > SCENARIO_STEPS_MAX) {
        (void)finding_error(b->p, n, "more than %d steps", SCENARIO_STEPS_MAX);
        return NULL;
    }
    struct step_link *link = parse_alloc(b->p, 1, sizeof(*link));
    if (link == NULL)
        return NULL;
    link->step.place = node_place(b->p, n);
    link->step.use_place = b->use_place;
    *out->tail = link;
    out->tail = &link->next;
    out->count++;
    return link;
}

static void step_unknown(struct build *b, const struct node *key)
{
    const struct step_entry *const *rows = steps_of(b->p);
    struct finding *f = finding_error(b->p, key, "unknown step '%.60s'", key->text);
    size_t count = 0;

    while (rows[count] != NULL)
        count++;
    finding_suggest(b->p, f, key->text, count, step_name_at, &rows);
    if (strcmp(key->text, "sleep") == 0)
        f->label = "there is none: expect what is shown, or await an event, or `quiet`";
    finding_list(b->p, f, "steps are", count, step_name_at, &rows);
}

/* One that stands for itself. */
static bool step_read(struct build *b, const struct step_entry *entry, const struct node *value,
                      struct collector *out)
{
    struct step_link *link = step_emit(b, value, out);

    if (link == NULL)
        return false;
    link->step.entry = entry;
    if (entry->tree_only != NULL && step_is_foreign(b))
        return step_tree_only(b, entry->tree_only);
    return entry->read(b, value, &link->step);
}

/* The errors that the rest of a step cannot be read with. */
static size_t errors_that_stop(const struct parse *p)
{
    return p->findings->errors - p->passed;
}

static bool step_collect(struct build *b, const struct node *n, struct collector *out)
{
    const struct step_visit visit = {list_visit, out};

    if (n->kind != NODE_MAP || n->count == 0) {
        struct finding *f = finding_error(b->p, n, "a step wants one key, not %s",
                                          n->kind == NODE_MAP ? "none" : node_what(n));
        f->help = "for example: `- await: quiet`";
        return false;
    }
    const struct node *key = n->first->key;
    const struct node *value = n->first->value;
    const struct step_entry *entry = step_find(b->p, key->text);
    if (entry == NULL) {
        step_unknown(b, key);
        return false;
    }
    if (n->count > 1) {
        struct finding *f = finding_error(b->p, n->first->next->key, "a step has one key");
        f->label = "start the next step with '- '";
        finding_other(b->p, f, key, "this is the step");
        return false;
    }
    const struct node *outer = b->step_key;
    size_t before = b->p->findings->count;
    size_t errors = errors_that_stop(b->p);
    b->step_key = key;
    bool ok =
        entry->unroll != NULL ? entry->unroll(b, value, &visit) : step_read(b, entry, value, out);
    b->step_key = outer;
    /* What was said decides; and a reader that says no without a word must not lose the mistake. */
    ok = ok && errors_that_stop(b->p) == errors;
    if (!ok && b->p->findings->errors == 0 && !b->p->guessing && !parse_failed(b->p)) {
        (void)finding_error(
            b->p, value,
            "this cannot be read, and why not is unknown: a mistake of scenario itself");
    }
    findings_form(b->p, before, &entry->word);
    return ok;
}

static bool steps_collect(struct build *b, const struct node *n, const char *what,
                          struct collector *out)
{
    bool ok = true;

    if (!list_check(b->p, n, what))
        return false;
    if (n->count == 0) {
        (void)finding_wants(b->p, n, what, "at least one step");
        return false;
    }
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (!parse_work(b->p, e->value, STEP_WORK))
            return false;
        if (++b->visited > VISITS_MAX) {
            (void)finding_error(b->p, e->value, "more than %d steps", SCENARIO_STEPS_MAX);
            return false;
        }
        ok = step_collect(b, e->value, out) && ok;
        if (b->emitted > SCENARIO_STEPS_MAX)
            return false;
    }
    return ok;
}
