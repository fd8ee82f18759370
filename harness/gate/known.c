/* known.c: the file of known failures from its bytes to its entries, and what the keys of one entry
 * say about each other. */
#include "harness/gate/known.h"

#include "harness/gate/date.h"
#include "harness/gate/known_parse.h"
#include "harness/scenario/load.h"
#include "harness/scenario/map.h"
#include "harness/scenario/script.h"
#include "runtime/base/suggest.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* Where a flaky one that has always failed is no longer taken for that. */
enum { ALWAYS_RUNS_MIN = 10 };

/* ---- One entry ---------------------------------------------------------------------------- */

/* What it is called in messages. */
static const char *entry_name(struct parse *p, const struct known_entry *e)
{
    return e->id[0] != 0 ? e->id : parse_format(p, "an entry");
}

static const struct node *entry_at(const struct node *n)
{
    const struct node *id = node_get(n, "id");

    return id != NULL ? id : n;
}

/* What is missing is one finding for all of these keys, a blank between. */
static struct finding *keys_missing(struct parse *p, const struct node *n,
                                    const struct known_entry *e, const char *keys)
{
    const char *names = "";
    const char *examples = "";
    const struct word *w = NULL;
    size_t count = 0;

    for (const char *at = keys; *at != 0; count++) {
        size_t size = strcspn(at, " ");
        w = word_named(known_entry_key, parse_format(p, "%.*s", (int)size, at));
        names = parse_format(p, "%s%s`%s`", names, count == 0 ? "" : ", ", w->name);
        examples = parse_format(p, "%s%s", examples, w->example);
        at += size + strspn(at + size, " ");
    }
    struct finding *f = finding_error(p, entry_at(n), "%s has no %s", entry_name(p, e), names);
    if (count == 1 && w != NULL)
        f->label = parse_format(p, "%.*s", (int)strcspn(w->help, ";"), w->help);
    f->help = examples;
    return f;
}

static const char *key_name_at(size_t i, void *user)
{
    (void)user;
    return known_key_at(i)->word.name;
}

/* True when a key that is none may stand for this one: it has been told. */
static bool key_is_meant(const struct node *n, const char *key)
{
    size_t count = 0;

    while (known_key_at(count) != NULL)
        count++;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        const char *near = suggest(e->key->text, count, key_name_at, NULL);
        if (near != NULL && strcmp(near, key) == 0)
            return true;
    }
    return false;
}

static void required_check(struct parse *p, const struct node *n, const struct known_entry *e)
{
    const char *keys = "";

    for (size_t i = 0; known_key_at(i) != NULL; i++) {
        const struct word *w = &known_key_at(i)->word;
        if (known_key_at(i)->required && node_get(n, w->name) == NULL && !key_is_meant(n, w->name))
            keys = parse_format(p, "%s%s%s", keys, keys[0] == 0 ? "" : " ", w->name);
    }
    if (keys[0] != 0)
        (void)keys_missing(p, n, e, keys);
}

/* Ours expires; theirs holds for versions of a program. */
static void end_check(struct parse *p, const struct node *n, const struct known_entry *e)
{
    const struct node *expires = node_key(n, "expires");
    const struct node *program = node_key(n, "program");
    const struct node *versions = node_key(n, "versions");
    const struct node *from = node_key(n, "version-from");
    const struct node *theirs = program != NULL ? program : versions != NULL ? versions : from;

    if (expires == NULL && theirs == NULL && key_is_meant(n, "expires"))
        return;
    if (expires == NULL && theirs == NULL) {
        keys_missing(p, n, e, "expires")->help =
            "expires: 2027-02-15\nor `program` and `versions`, where it is the bug of a program that is "
            "driven";
        return;
    }
    if (expires != NULL && theirs != NULL) {
        struct finding *f =
            finding_error(p, theirs, "`%s` stands in place of `expires`", theirs->text);
        finding_other(p, f, expires, "one of them goes");
        return;
    }
    if (theirs != NULL && program == NULL)
        (void)keys_missing(p, n, e, "program");
    if (theirs != NULL && versions == NULL)
        (void)keys_missing(p, n, e, "versions");
}

static void dates_check(struct parse *p, const struct node *n, const struct known_entry *e)
{
    const struct node *expires = node_get(n, "expires");
    const struct node *added = node_get(n, "added");

    if (expires == NULL || added == NULL || e->added < 0 || e->expires == INT32_MAX ||
        (e->expires >= e->added && e->expires - e->added <= KNOWN_DAYS_MAX))
        return;
    struct finding *f;
    if (e->expires < e->added) {
        f = finding_error(p, expires, "%s has expired before it was added", entry_name(p, e));
    } else {
        char last[DATE_TEXT_BYTES];
        f = finding_error(p, expires, "%s would excuse for %" PRId32 " days, of at most %d",
                          entry_name(p, e), e->expires - e->added, KNOWN_DAYS_MAX);
        f->label = parse_format(p, "at most %s; `scenario known renew` begins anew",
                                date_text(e->added + KNOWN_DAYS_MAX, last));
    }
    finding_other(p, f, added, "added");
}

static void seen_check(struct parse *p, const struct node *n, const struct known_entry *e)
{
    const struct node *key = node_key(n, "seen");
    const struct node *state = node_get(n, "state");

    if (state == NULL || state->kind != NODE_SCALAR)
        return;
    if (e->state == KNOWN_BROKEN && key != NULL && strcmp(state->text, "broken") == 0) {
        struct finding *f = finding_error(p, key, "`seen` belongs to a flaky entry");
        finding_other(p, f, state, "a broken one fails always");
        return;
    }
    if (e->state != KNOWN_FLAKY)
        return;
    if (key == NULL) {
        (void)keys_missing(p, n, e, "seen");
        return;
    }
    if (e->seen.failed == 0 || e->seen.of == 0)
        return; /* they could not be read */
    const struct node *seen = node_get(n, "seen");
    const struct node *failed = node_get(seen, "failed");
    if (e->seen.failed > e->seen.of) {
        struct finding *f = finding_error(p, failed, "more failures than runs");
        finding_other(p, f, node_get(seen, "of"), "runs");
    } else if (e->seen.failed == e->seen.of && e->seen.of >= ALWAYS_RUNS_MIN) {
        struct finding *f = finding_error(p, state, "%s has failed in each of %" PRId64 " runs",
                                          entry_name(p, e), e->seen.of);
        f->label = "state: broken, without `seen`";
    }
}

/* Reads one entry; false: findings say why, and *out holds what could be read. */
static bool entry_read(struct parse *p, const struct node *n, struct known_entry *out)
{
    static const struct map_form form = {.what = "an entry", .word_at = known_entry_key};
    size_t errors = p->findings->errors;

    *out = (struct known_entry){
        .id = "",
        .issue = "",
        .scenario = "",
        .when = "",
        .signature = "",
        .program = "",
        .versions = "",
        .owner = "",
        .platform = {.os = "", .kernel = "", .cores = ""},
        .engines = ENGINE_REAL | ENGINE_SIM,
        .added = -1,
        .expires = INT32_MAX,
        .node = n,
        .place = node_place(p, n)
    };
    if (n->kind != NODE_MAP) {
        finding_wants(p, n, form.what, "a map, not %s", node_what(n))->label =
            "- id: KF-7 and so on";
        return false;
    }
    (void)map_check(p, n, &form);
    for (size_t i = 0; known_key_at(i) != NULL; i++) {
        const struct known_key *row = known_key_at(i);
        const struct node *value = node_get(n, row->word.name);
        size_t before = p->findings->count;
        if (value != NULL)
            (void)row->read(p, &row->word, value, out);
        findings_form(p, before, &row->word);
    }
    required_check(p, n, out);
    end_check(p, n, out);
    dates_check(p, n, out);
    seen_check(p, n, out);
    return p->findings->errors == errors && !parse_failed(p);
}

/* ---- The file ----------------------------------------------------------------------------- */

static bool version_read(struct parse *p, const struct node *root)
{
    const struct node *n = node_get(root, "known-failures");

    if (n == NULL) {
        struct finding *f = finding_error(
            p, root, "this is no file of known failures: `known-failures: 1` is missing");
        f->width = 1;
        f->label = "it is the first line of the file";
        return false;
    }
    if (root->first->key != node_key(root, "known-failures"))
        (void)finding_error(p, node_key(root, "known-failures"), "`known-failures: 1` comes first");
    if (n->kind == NODE_SCALAR && n->style == STYLE_PLAIN && strcmp(n->text, "1") == 0)
        return true;
    struct finding *f = finding_error(p, n, "version '%.40s' of this form is not known",
                                      n->kind == NODE_SCALAR ? n->text : node_what(n));
    f->label = "this program reads version 1";
    return false;
}

static void entries_read(struct parse *p, const struct node *root, struct known *out)
{
    const struct node *n = node_get(root, "entries");

    if (n == NULL) {
        struct finding *f =
            finding_error(p, node_key(root, "known-failures"), "`entries` is missing");
        f->label = "none are written as `entries: []`";
        return;
    }
    if (n->kind != NODE_LIST) {
        struct finding *f = finding_wants(p, n, "entries", "a list, not %s", node_what(n));
        f->label = "a list of `- id: ...`; none are written as []";
        return;
    }
    if (n->count > KNOWN_ENTRIES_MAX) {
        struct finding *f =
            finding_error(p, node_key(root, "entries"), "%zu entries, of at most %d", n->count,
                          KNOWN_ENTRIES_MAX);
        f->label = "what is known for so long is not read by anybody";
        return;
    }
    struct known_entry *all = parse_alloc(p, n->count + 1, sizeof(*all));
    size_t count = 0;
    for (const struct node_entry *e = n->first; all != NULL && e != NULL; e = e->next) {
        if (entry_read(p, e->value, &all[count]))
            count++;
    }
    out->entry = all;
    out->count = all == NULL ? 0 : count;
}

/* All of a file, when its root was read. */
static void root_read(struct parse *p, const struct node *root,
                      const struct known_scenarios *scenarios, struct known *out)
{
    static const struct map_form form = {.what = "a file of known failures",
                                         .word_at = known_file_key};

    if (root->kind != NODE_MAP) {
        (void)finding_error(p, root, "a file of known failures wants a map, not %s",
                            node_what(root));
        return;
    }
    if (!version_read(p, root) || !map_check(p, root, &form))
        return; /* of another form nothing can be said */
    out->root = root;
    entries_read(p, root, out);
    known_check_entries(p, out);
    if (scenarios != NULL && out->count > 0 && scenarios->count(scenarios->user) > 0)
        known_check_scenarios(p, out, scenarios);
}

bool known_check(struct parse *p, const struct node *root, void *user)
{
    struct known ignored = {0};

    if (root->kind != NODE_MAP || node_get(root, "known-failures") == NULL)
        return false;
    root_read(p, root, user, &ignored);
    return true;
}

/* ---- From outside ------------------------------------------------------------------------- */

static int source_parse(struct parse *p, const char *path, struct source *source,
                        const struct known_scenarios *scenarios, struct known **out,
                        struct diag *diag)
{
    struct known *k = parse_alloc(p, 1, sizeof(*k));
    const struct node *root = source == NULL || k == NULL ? NULL : yaml_doc_read(p, source);

    if (root != NULL) {
        *k = (struct known){.path = source->path, .text = source->text, .size = source->size};
        root_read(p, root, scenarios, k);
    }
    int rc = parse_verdict(p, path, diag);
    if (rc == 0)
        *out = k;
    return rc;
}

/* Everything that decides comes in by its own name. NOLINTNEXTLINE(readability-function-size) */
int known_parse(struct arena *a, const char *path, const char *text, size_t size,
                const struct known_scenarios *scenarios, struct known **out,
                struct findings *findings, struct diag *diag)
{
    struct parse p = parse_begin(a, NULL, findings);

    if (size > SCENARIO_BYTES_MAX)
        return parse_too_large(&p, path, diag);
    return source_parse(&p, path, source_new(&p, path, text, size), scenarios, out, diag);
}

int known_load(struct arena *a, const char *path, const struct known_scenarios *scenarios,
               struct known **out, struct findings *findings, struct diag *diag)
{
    struct parse p = parse_begin(a, NULL, findings);
    struct source *source = NULL;

    int rc = source_load(&p, path, &source, diag);
    if (rc == ERR_FULL)
        return parse_too_large(&p, path, diag);
    if (rc == ERR_IO && access(path, F_OK) < 0 && errno == ENOENT)
        return ERR_NOTFOUND;
    return rc < 0 ? rc : source_parse(&p, path, source, scenarios, out, diag);
}
