/* scenario_parse.c: a file from its bytes to its variants: the keys that all variants share, then
 * one variant after the other. */
#include "harness/scenario/load.h"
#include "harness/scenario/map.h"
#include "harness/scenario/matrix.h"
#include "harness/scenario/script.h"
#include "harness/scenario/top_key.h"
#include "harness/scenario/variant.h"
#include "runtime/base/check.h"

#include <stdlib.h>
#include <string.h>

/* ---- Single keys -------------------------------------------------------------------------- */

static bool version_read(struct parse *p, const struct node *root)
{
    const struct node *n = node_get(root, "scenario");
    struct scalar v;

    if (n == NULL && node_get(root, "script") != NULL) {
        struct finding *f = finding_error(p, root, "this is an expect script, not a scenario");
        f->label = "`scenario expect` runs it, and a scenario with `use:`";
        return false;
    }
    if (n == NULL && node_get(root, "known-failures") != NULL) {
        struct finding *f =
            finding_error(p, root, "this is a file of known failures, not a scenario");
        f->label = "`scenario check` and `scenario known` read it";
        return false;
    }
    if (n == NULL) {
        struct finding *f = finding_error(p, root, "this is no scenario: `scenario: 1` is missing");
        f->label = "it is the first line of every scenario";
        return false;
    }
    if (root->first->key != node_key(root, "scenario"))
        (void)finding_error(p, node_key(root, "scenario"), "`scenario: 1` comes first");
    if (!value_scalar(p, &scope_shared, n, "scenario", &v))
        return false;
    if (v.plain && strcmp(v.text, "1") == 0)
        return true;
    struct finding *f = finding_error(p, n, "version '%.40s' of the language is not known", v.text);
    f->label = "this program reads version 1";
    return false;
}

/* An actor tree is started in one way, by what it is made of. */
static void start_check(struct parse *p, const struct node *root)
{
    static const char *const keys[] = {"session", "adopt"};
    static const char *const fixed[] = {"job", "subreaper"};

    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        const struct node *n = node_get(root, keys[i]);
        if (n == NULL || n->kind != NODE_SCALAR || strcmp(n->text, fixed[i]) == 0)
            continue;
        struct finding *f = finding_error(p, n, "`%s` is a choice for a command only", keys[i]);
        f->label = parse_format(p, "a tree has `%s`", fixed[i]);
    }
}

/* The simulator runs actors; a program is the machine's. */
static void engines_check(struct parse *p, const struct node *root, struct scenario *s)
{
    const struct node *engines = node_get(root, "engines");

    for (const struct node_entry *e = engines != NULL && engines->kind == NODE_LIST ? engines->first
                                                                                    : NULL;
         e != NULL; e = e->next) {
        if (e->value->kind != NODE_SCALAR || strcmp(e->value->text, engine_name(ENGINE_SIM)) != 0)
            continue;
        struct finding *f = finding_error(p, e->value, "a command does not run in the simulator");
        f->label = "leave it out: a scenario with a `command` runs on processes";
    }
    s->engines = ENGINE_REAL;
}

static void subject_check(struct parse *p, const struct node *root, struct scenario *s)
{
    const struct node *tree = node_key(root, "tree");
    const struct node *command = node_key(root, "command");

    if (tree == NULL && command == NULL) {
        struct finding *f = finding_error(p, root, "a scenario wants a `tree` or a `command`");
        f->width = 1;
    }
    if (tree != NULL && command != NULL) {
        struct finding *f = finding_error(p, command, "a scenario has a tree or a command");
        finding_other(p, f, tree, "the other one");
    }
    if (tree == NULL && command != NULL)
        engines_check(p, root, s);
    if (tree != NULL && command == NULL)
        start_check(p, root);
}

static bool shared_read(struct parse *p, const struct node *root, struct scenario *s)
{
    if (root->kind != NODE_MAP) {
        (void)finding_error(p, root, "a scenario wants a map, not %s", node_what(root));
        return false;
    }
    if (!version_read(p, root))
        return false; /* of another language nothing can be said */
    s->name = s->id;
    top_shared_read(p, root, s);
    subject_check(p, root, s);
    return true;
}

/* ---- Variants ----------------------------------------------------------------------------- */

/* A run of which no end is declared proves nothing. That is said of a file with no other mistake:
 * one would stand for it. */
static bool ends_check(struct parse *p, const struct node *root, const struct variant *all,
                       size_t count)
{
    const struct variant *first = NULL;
    size_t without = 0;

    for (size_t i = 0; i < count; i++) {
        if (all[i].outcome_place.file != NULL || all[i].must_fail_count > 0)
            continue;
        first = first == NULL ? &all[i] : first;
        without++;
    }
    if (first == NULL || p->findings->errors > 0)
        return first == NULL;
    const struct node *outcome = node_key(root, "outcome");
    const struct node *at = outcome != NULL ? outcome : node_key(root, "must-fail");
    struct finding *f =
        finding_error(p, at != NULL ? at : node_key(root, "scenario"),
                      "no end is declared for %s%s: a run of it would prove nothing", first->id,
                      without > 1 ? parse_format(p, " and %zu more", without - 1) : "");
    f->label = outcome != NULL ? "none of its `when` holds there"
                               : "add `outcome: { exit: { status: 0 }, tree: empty }`";
    f->help = "`outcome` says how it must end, `exit: any` that every end is right; `must-fail` "
              "which\ninvariants must be violated";
    return false;
}

static bool variants_build(struct parse *p, const struct node *root, struct scenario *s)
{
    struct matrix m = {0};
    bool ok = true;

    bool read = matrix_read(p, node_get(root, "matrix"), &m);
    findings_form(p, 0, word_named(language_top_key, "matrix"));
    if (!read)
        return false;
    struct variant *all = parse_alloc(p, 2 * m.count, sizeof(*all));
    if (all == NULL)
        return false;
    for (size_t i = 0; i < m.count && !parse_failed(p); i++) {
        ok = variant_build(p, root, s->id, &m, i, &all[i]) && ok;
        if (p->findings->errors >= SCENARIO_ERRORS_MAX)
            return false;
    }
    if (!ok || parse_failed(p) || !ends_check(p, root, all, m.count))
        return false;
    s->variant = all;
    s->variant_count = m.count;
    if (s->no_ctrl_c != NULL)
        return true;
    for (size_t i = 0; i < m.count; i++) {
        /* Where a failure is expected, "it changes nothing" cannot be judged. */
        if (all[i].must_fail_count == 0 && all[i].prompts &&
            !variant_twin(p, s->id, &all[i], &all[s->variant_count++]))
            return false;
    }
    return true;
}

/* ---- The file's name ---------------------------------------------------------------------- */

/* The last component of the path called "scenarios": its offset, or -1. */
static int64_t root_find(const char *path)
{
    static const char name[] = "scenarios/";
    int64_t found = -1;

    for (const char *at = path; (at = strstr(at, name)) != NULL; at++) {
        if (at == path || at[-1] == '/')
            found = at - path;
    }
    return found;
}

/* The path below the scenario root without its suffix, and the root's own path. */
static const char *id_make(struct parse *p, const char *path)
{
    int64_t root = root_find(path);
    const char *slash = strrchr(path, '/');
    const char *from = slash == NULL ? path : slash + 1;

    if (root >= 0) {
        size_t size = (size_t)root + strlen("scenarios");
        p->root = parse_copy(p, path, size);
        from = path + size + 1;
    }
    size_t size = strlen(from);
    if (size > 5 && strcmp(from + size - 5, ".yaml") == 0)
        size -= 5;
    else if (size > 4 && strcmp(from + size - 4, ".yml") == 0)
        size -= 4;
    return parse_copy(p, from, size);
}

const char *parse_place(struct parse *p, const char *path)
{
    char *absolute = root_find(path) < 0 ? realpath(path, NULL) : NULL;
    const char *id = id_make(p, absolute == NULL ? path : absolute);

    free(absolute);
    return id;
}

/* ---- From outside ------------------------------------------------------------------------- */

int parse_verdict(struct parse *p, const char *path, struct diag *diag)
{
    if (p->no_memory)
        return diag_set(diag, ERR_NOMEM, "no memory to read %s", path);
    findings_sort(p->findings, path);
    if (p->findings->errors > 0)
        return diag_set(diag, ERR_INPUT, "%s has %zu error%s", path, p->findings->errors,
                        p->findings->errors == 1 ? "" : "s");
    return 0;
}

int parse_end(struct parse *p, const char *path, const struct scenario *s, struct scenario **out,
              struct diag *diag)
{
    int rc = parse_verdict(p, path, diag);

    if (rc < 0)
        return rc;
    CHECK(s != NULL);
    size_t count = 0;
    for (const struct source *from = p->sources; from != NULL; from = from->next)
        count++;
    struct scenario *done = arena_alloc(p->arena, sizeof(*done));
    struct scenario_file *file = arena_alloc(p->arena, count * sizeof(*file));
    if (done == NULL || file == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory to read %s", path);
    *done = *s;
    done->file = file;
    done->file_count = count;
    for (const struct source *from = p->sources; from != NULL; from = from->next)
        *file++ = (struct scenario_file){from->path, from->text, from->size};
    *out = done;
    return 0;
}

struct scenario scenario_default(const char *path)
{
    return (struct scenario){.path = path,
                             .name = "",
                             .summary = "",
                             .engines = ENGINE_REAL | ENGINE_SIM,
                             .total_ns = 30 * SECOND_NS,
                             .step_ns = 10 * SECOND_NS,
                             .grace_ns = 2 * SECOND_NS,
                             .settle_ns = SECOND_NS / 10,
                             .rows = 24,
                             .columns = 80};
}

static int source_parse(struct parse *p, const char *path, const char *id, struct source *source,
                        struct scenario **out, struct diag *diag)
{
    struct scenario s = scenario_default(source == NULL ? path : source->path);

    s.id = p->options->id != NULL ? parse_copy(p, p->options->id, strlen(p->options->id)) : id;
    if (source != NULL && s.id != NULL) {
        const struct node *root = yaml_doc_read(p, source);
        bool script = root != NULL && root->kind == NODE_MAP &&
                      node_get(root, "scenario") == NULL && node_get(root, "script") != NULL;
        bool other = root != NULL && p->options->check && p->options->other != NULL &&
                     p->options->other(p, root, p->options->other_user);
        if (script && p->options->check)
            script_check(p, path, source, &s);
        else if (root != NULL && !other && shared_read(p, root, &s))
            (void)variants_build(p, root, &s);
    }
    return parse_end(p, path, &s, out, diag);
}

static const struct scenario_options no_options;

struct parse parse_begin(struct arena *a, const struct scenario_options *options,
                         struct findings *findings)
{
    *findings = (struct findings){0};
    return (struct parse){
        .arena = a, .options = options == NULL ? &no_options : options, .findings = findings};
}

int parse_too_large(struct parse *p, const char *path, struct diag *diag)
{
    struct source *source = source_new(p, path, "", 0);

    if (source != NULL) {
        const char *text = parse_format(p, "larger than %d bytes", SCENARIO_BYTES_MAX);
        finding_at(p, source, source_place(source, 0), 1, text)->place.text = NULL;
    }
    return parse_end(p, path, NULL, NULL, diag);
}

/* Everything that decides comes in by its own name. NOLINTNEXTLINE(readability-function-size) */
int scenario_parse(struct arena *a, const char *path, const char *text, size_t size,
                   const struct scenario_options *options, struct scenario **out,
                   struct findings *findings, struct diag *diag)
{
    struct parse p = parse_begin(a, options, findings);

    if (size > SCENARIO_BYTES_MAX)
        return parse_too_large(&p, path, diag);
    struct source *source = source_new(&p, path, text, size);
    return source_parse(&p, path, id_make(&p, path), source, out, diag);
}

int scenario_load(struct arena *a, const char *path, const struct scenario_options *options,
                  struct scenario **out, struct findings *findings, struct diag *diag)
{
    struct parse p = parse_begin(a, options, findings);
    struct source *source = NULL;

    int rc = source_load(&p, path, &source, diag);
    if (rc == ERR_FULL)
        return parse_too_large(&p, path, diag);
    return rc < 0 ? rc : source_parse(&p, path, parse_place(&p, path), source, out, diag);
}
