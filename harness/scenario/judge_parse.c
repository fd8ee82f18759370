/* judge_parse.c: `must-fail`, `invariants` and `outcome`. */
#include "harness/language/definition.h"
#include "harness/language/shape.h"
#include "harness/observe/invariant.h"
#include "harness/scenario/address.h"
#include "harness/scenario/condition.h"
#include "harness/scenario/map.h"
#include "harness/scenario/top_key.h"
#include "runtime/actor/frame.h"
#include "runtime/base/status.h"

#include <string.h>

enum { FAILURES_MAX = 64, OUTCOMES_MAX = 16 };

static const char *invariant_name_at(size_t i, void *user)
{
    (void)user;
    return invariant_at(i)->name;
}

static bool invariant_check(struct build *b, const struct node *n, const char *name)
{
    if (invariant_find(name) != NULL)
        return true;
    struct finding *f = finding_error(b->p, n, "unknown invariant '%.60s'", name);
    finding_suggest(b->p, f, name, invariant_count(), invariant_name_at, NULL);
    f->help = "the invariants are listed by `scenario help invariants`";
    return false;
}

/* ---- must-fail ---------------------------------------------------------------------------- */

static const char *cause_name_at(size_t i, void *user)
{
    (void)user;
    return cause_name((unsigned)i);
}

static bool cause_check(struct build *b, const struct node *n, const char *cause)
{
    if (cause_find(cause) >= 0 || signal_find(cause) > 0)
        return true;
    struct finding *f = finding_error(b->p, n, "unknown cause '%.60s'", cause);
    finding_suggest(b->p, f, cause, CAUSES, cause_name_at, NULL);
    finding_list(b->p, f, "causes are signals and", CAUSES, cause_name_at, NULL);
    return false;
}

/* One word of a signature; `offset` is where it stands in the text. */
static bool signature_word(struct build *b, const struct node *n, const char *word, size_t offset,
                           struct expected_failure *out)
{
    if (out->invariant == NULL) {
        out->invariant = word;
        return invariant_check(b, n, word);
    }
    if (strncmp(word, "actor=", 6) == 0)
        return actor_find(b, n, word + 6, offset + 6, &out->actor);
    if (strncmp(word, "cause=", 6) == 0) {
        out->cause = word + 6;
        return cause_check(b, n, word + 6);
    }
    struct finding *f = finding_error(b->p, n, "'%.60s' is no part of a signature", word);
    f->label = "INVARIANT, or 'INVARIANT actor=A cause=C'";
    finding_inside(f, n, offset, (uint32_t)strlen(word));
    return false;
}

/* INVARIANT, or INVARIANT actor=A cause=C. */
static bool signature_read(struct build *b, const struct node *n, struct expected_failure *out)
{
    const char *text;
    bool ok = true;

    if (!value_words(b->p, b->scope, n, "a signature", &text))
        return false;
    *out = (struct expected_failure){.place = node_place(b->p, n), .actor = ACTOR_NONE};
    for (size_t at = 0; ok && text[at] != 0;) {
        at += strspn(text + at, " ");
        size_t size = strcspn(text + at, " ");
        if (size == 0)
            break;
        const char *word = parse_copy(b->p, text + at, size);
        ok = word != NULL && signature_word(b, n, word, at, out);
        at += size;
    }
    if (ok && out->invariant == NULL) {
        (void)finding_error(b->p, n, "a signature names an invariant first");
        return false;
    }
    return ok;
}

struct failures {
    struct expected_failure *item;
    size_t count;
};

static bool failure_add(struct build *b, const struct node *n, struct failures *all)
{
    struct expected_failure failure;

    if (!signature_read(b, n, &failure))
        return false;
    if (b->dead)
        return true;
    if (all->count == FAILURES_MAX) {
        (void)finding_error(b->p, n, "more than %d signatures", FAILURES_MAX);
        return false;
    }
    all->item[all->count++] = failure;
    return true;
}

static bool failures_when(struct build *b, const struct word *w, const struct node *n,
                          struct failures *all)
{
    const struct map_form form = {.what = "an entry of must-fail",
                                  .shape = w->shape,
                                  .help = "or it is a signature: 'INVARIANT actor=A cause=C'"};
    bool holds = false;

    if (!map_check(b->p, n, &form))
        return false;
    const struct node *when = node_get(n, "when");
    const struct node *signatures = node_get(n, "signatures");
    if (!condition_read(b->p, b->scope, when, &holds) ||
        !list_check(b->p, signatures, "signatures"))
        return false;
    bool ok = true;
    struct left_out saved = left_out_begin(b, holds);
    for (const struct node_entry *e = signatures->first; e != NULL; e = e->next)
        ok = failure_add(b, e->value, all) && ok;
    return left_out_end(b, &saved) && (ok || !holds);
}

bool must_fail_parse(struct build *b, const struct word *w, const struct node *n,
                     struct variant *out)
{
    struct failures all = {0};
    bool ok = true;

    if (!list_check(b->p, n, w->name))
        return false;
    if (n->count == 0) {
        (void)finding_wants(b->p, n, w->name, "at least one signature");
        return false;
    }
    all.item = parse_alloc(b->p, FAILURES_MAX, sizeof(*all.item));
    if (all.item == NULL || !parse_work(b->p, n, FAILURES_MAX))
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (e->value->kind == NODE_MAP)
            ok = failures_when(b, w, e->value, &all) && ok;
        else
            ok = failure_add(b, e->value, &all) && ok;
    }
    out->must_fail = all.item;
    out->must_fail_count = all.count;
    return ok;
}

/* ---- invariants --------------------------------------------------------------------------- */

static bool invariant_read(struct build *b, const struct word *w, const struct node_entry *e,
                           struct invariant_setting *out)
{
    const struct map_form form = {.what = "an invariant",
                                  .shape = shape_values(shape_map(w->shape))};
    static const struct value_range range = {"within", 1, 86400 * SECOND_NS};

    *out = (struct invariant_setting){.name = e->key->text};
    if (!invariant_check(b, e->key, e->key->text) || !map_check(b->p, e->value, &form) ||
        !duration_get(b->p, b->scope, e->value, &range, &out->within_ns))
        return false;
    const struct node *off = node_get(e->value, "off");
    if (off != NULL && !value_bool(b->p, b->scope, off, "off", &out->off))
        return false;
    if (!words_get(b->p, b->scope, e->value, "because", &out->because))
        return false;
    if (out->off && out->because == NULL) {
        struct finding *f = finding_error(b->p, off, "an invariant is turned off with a reason");
        f->label = "add `because: '...'`";
        return false;
    }
    /* One that is told only is judged when it is named. */
    if (out->within_ns == 0 && off == NULL && invariant_find(out->name)->told == 0) {
        (void)finding_wants(b->p, e->key, e->key->text, "`within`, or `off` and `because`");
        return false;
    }
    return true;
}

bool invariants_parse(struct build *b, const struct word *w, const struct node *n,
                      struct variant *out)
{
    bool ok = true;
    size_t count = 0;

    if (n->kind != NODE_MAP) {
        (void)finding_wants(b->p, n, w->name, "a map, not %s", node_what(n));
        return false;
    }
    struct invariant_setting *all = parse_alloc(b->p, n->count, sizeof(*all));
    if (all == NULL || !parse_work(b->p, n, (uint32_t)n->count))
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next)
        ok = invariant_read(b, w, e, &all[count++]) && ok;
    out->invariant = all;
    out->invariant_count = count;
    return ok;
}

/* ---- outcome ------------------------------------------------------------------------------ */

/* Without the first, which is no error. */
static const char *error_name_at(size_t i, void *user)
{
    (void)user;
    return error_name((unsigned)i + 1);
}

/* KIND, or KIND:CODE with a number or QUIT. */
static bool error_check(struct build *b, const struct node *n, const char *text)
{
    size_t size = strcspn(text, ":");
    const char *kind = parse_copy(b->p, text, size);
    int64_t code;

    if (kind == NULL)
        return false;
    if (error_find(kind) > ERROR_NONE) {
        if (text[size] == 0 || strcmp(text + size, ":QUIT") == 0 ||
            number_read(text + size + 1, &code))
            return true;
        struct finding *f = finding_error(b->p, n, "'%.60s' is no code of an error", text + size);
        f->label = "a number, or QUIT";
        return false;
    }
    struct finding *f = finding_error(b->p, n, "unknown kind of error '%.60s'", kind);
    finding_suggest(b->p, f, kind, ERROR_KINDS - 1, error_name_at, NULL);
    finding_list(b->p, f, "kinds are", ERROR_KINDS - 1, error_name_at, NULL);
    return false;
}

static bool exit_one(struct build *b, const struct node *n, struct outcome_rule *out)
{
    const struct map_form form = {.what = "exit", .shape = definition_shape("ENDING")};
    static const struct value_range range = {"status", 0, 255};
    int64_t status = 0;

    if (!map_check(b->p, n, &form))
        return false;
    if (n->count != 1) {
        struct finding *f = finding_wants(b->p, n, "exit", "one of status, signal, error, one-of");
        finding_form(b->p, f, "exit", definition_shape("EXIT"));
        return false;
    }
    const struct node *signal = node_get(n, "signal");
    const struct node *error = node_get(n, "error");
    *out = (struct outcome_rule){.kind = OUTCOME_STATUS};
    if (signal != NULL) {
        out->kind = OUTCOME_SIGNAL;
        return value_signal(b->p, b->scope, signal, &out->signal);
    }
    if (error != NULL) {
        out->kind = OUTCOME_ERROR;
        return value_words(b->p, b->scope, error, "error", &out->error) &&
               error_check(b, error, out->error);
    }
    bool ok = node_get(n, "status") != NULL && int_get(b->p, b->scope, n, &range, &status);
    out->status = (int)status;
    return ok;
}

/* What one map of outcomes says. */
struct judgement {
    struct outcome_rule *item;
    size_t count;
    bool tree_empty;
    uint16_t *survivor;
    size_t survivors;
};

/* `any`, or a parameter that says so. */
static bool exit_any(struct build *b, const struct node *n)
{
    const char *text;
    int64_t number;

    if (!value_text(b->p, b->scope, n, "exit", &text))
        return false;
    if (strcmp(text, "any") == 0)
        return true;
    struct finding *f = finding_wants(b->p, n, "exit", "any or a map, not '%.60s'", text);
    if (number_read(text, &number) || signal_find(text) > 0)
        f->label = parse_format(b->p, "did you mean `{ %s: %s }`?",
                                signal_find(text) > 0 ? "signal" : "status", text);
    finding_form(b->p, f, "exit", definition_shape("EXIT"));
    return false;
}

static bool exit_read(struct build *b, const struct node *n, struct judgement *out)
{
    const struct node *one_of = n->kind == NODE_MAP ? node_get(n, "one-of") : NULL;
    size_t count = one_of == NULL ? 1 : one_of->count;
    bool any = n->kind == NODE_SCALAR;
    bool ok = true;

    if (any && !exit_any(b, n))
        return false;
    if (one_of != NULL) {
        if (!list_check(b->p, one_of, "one-of"))
            return false;
        if (n->count > 1 || count < 1 || count > OUTCOMES_MAX) {
            (void)finding_error(b->p, n, "one-of stands alone and has 1 to %d entries",
                                OUTCOMES_MAX);
            return false;
        }
    }
    out->item = parse_alloc(b->p, count, sizeof(*out->item));
    if (out->item == NULL)
        return false;
    if (any)
        out->item[out->count++] = (struct outcome_rule){.kind = OUTCOME_ANY};
    else if (one_of == NULL)
        ok = exit_one(b, n, &out->item[out->count++]);
    for (const struct node_entry *e = one_of == NULL ? NULL : one_of->first; e != NULL; e = e->next)
        ok = exit_one(b, e->value, &out->item[out->count++]) && ok;
    return ok;
}

/* Names of `who`: what is there by its place only is nobody in particular. */
static bool survivors_read(struct build *b, const struct node *n, struct judgement *out)
{
    bool ok = true;

    if (b->tree->count > 0) {
        struct finding *f = finding_error(b->p, n, "nobody of a tree is to survive it");
        f->label = "`survivors` are processes of a command, named by its `who`";
        return false;
    }
    if (!list_check(b->p, n, "survivors"))
        return false;
    if (n->count == 0) {
        (void)finding_wants(b->p, n, "survivors", "at least one name of `who`");
        return false;
    }
    out->survivor = parse_alloc(b->p, n->count, sizeof(*out->survivor));
    if (out->survivor == NULL)
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        uint16_t *role = &out->survivor[out->survivors];
        if (!actor_read(b, e->value, "survivors", role)) {
            ok = false;
        } else if (b->role[*role].kind != WHOM_NAMED && !b->dead) {
            (void)finding_wants(b->p, e->value, "survivors", "a name of `who`");
            ok = false;
        }
        out->survivors++;
    }
    return ok;
}

static bool judgement_read(struct build *b, const char *shape, const struct node *n,
                           struct judgement *out)
{
    const struct node *exit_node = node_get(n, "exit");
    const struct node *tree = node_get(n, "tree");
    size_t which = 0;

    const struct node *survivors = node_get(n, "survivors");

    *out = (struct judgement){0};
    if (exit_node == NULL && tree == NULL && survivors == NULL) {
        (void)finding_wants(b->p, n, "outcome", "`exit`, `tree` or `survivors`");
        return false;
    }
    if (tree != NULL && survivors != NULL) {
        struct finding *f = finding_error(b->p, node_key(n, "survivors"),
                                          "where somebody survives, the tree is not empty");
        finding_other(b->p, f, node_key(n, "tree"), "which is said here");
        return false;
    }
    if (survivors != NULL && !survivors_read(b, survivors, out))
        return false;
    bool ok = tree == NULL || value_word(b->p, b->scope, tree, "state of the tree",
                                         key_shape(shape, "tree"), &which);
    out->tree_empty = tree != NULL;
    return (exit_node == NULL || exit_read(b, exit_node, out)) && ok;
}

static void judgement_take(struct build *b, const struct node *n, const struct judgement *j,
                           struct variant *out)
{
    out->outcome = j->item;
    out->outcome_count = j->count;
    out->outcome_place = node_place(b->p, n);
    out->tree_empty = j->tree_empty;
    out->survivor = j->survivor;
    out->survivor_count = j->survivors;
}

bool outcome_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out)
{
    const struct map_form entry = {
        .what = "an outcome", .shape = definition_shape("JUDGEMENT"), .later = w->later};
    struct judgement j;
    bool ok = true;
    bool taken = false;

    if (n->kind != NODE_LIST) {
        if (!map_check_word(b->p, n, w) || !judgement_read(b, w->shape, n, &j))
            return false;
        judgement_take(b, n, &j, out);
        return true;
    }
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        bool holds = true;
        if (!map_check(b->p, e->value, &entry)) {
            ok = false;
            continue;
        }
        const struct node *when = node_get(e->value, "when");
        ok = (when == NULL || condition_read(b->p, b->scope, when, &holds)) && ok;
        struct left_out saved = left_out_begin(b, holds);
        bool read = judgement_read(b, entry.shape, e->value, &j);
        ok = left_out_end(b, &saved) && (read || !holds) && ok;
        if (ok && holds && !taken) { /* the first that fits */
            judgement_take(b, e->value, &j, out);
            taken = true;
        }
    }
    return ok;
}
