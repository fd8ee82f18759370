/* known_key.c: the keys of an entry, a row each, and their readers. */
#include "harness/gate/date.h"
#include "harness/gate/known_parse.h"
#include "harness/observe/invariant.h"
#include "harness/scenario/condition.h"
#include "harness/scenario/map.h"
#include "harness/scenario/requires.h"
#include "runtime/base/check.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static const struct scope scope_known = {.from = "a file of known failures"};

#define PLATFORM_SHAPE "{os: WORDS, kernel: RANGE, cores: RANGE, container: ANSWER, ci: ANSWER}"
#define SEEN_SHAPE     "{failed!: COUNT, of!: COUNT}"

/* ---- Texts -------------------------------------------------------------------------------- */

static bool text_read(struct parse *p, const char *what, const struct node *n, const char **out)
{
    const char *text;

    if (!value_words(p, &scope_known, n, what, &text))
        return false;
    if (strlen(text) > KNOWN_TEXT_BYTES_MAX) {
        (void)finding_error(p, n, "%s is longer than %d bytes", what, KNOWN_TEXT_BYTES_MAX);
        return false;
    }
    *out = text;
    return true;
}

static bool id_read(struct parse *p, const struct word *w, const struct node *n,
                    struct known_entry *out)
{
    const char *id;

    if (!text_read(p, w->name, n, &id))
        return false;
    if (!name_is_valid(id, KNOWN_ID_BYTES_MAX)) {
        struct finding *f = finding_wants(p, n, w->name, "one word");
        f->label =
            parse_format(p, "letters, digits, - and _, at most %d: KF-7", KNOWN_ID_BYTES_MAX);
        return false;
    }
    out->id = id;
    out->place = node_place(p, n);
    return true;
}

/* A host must stand behind the scheme, and no blank anywhere. */
static bool is_url(const char *text)
{
    size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                    : strncmp(text, "http://", 7) == 0 ? 7
                                                       : 0;

    return scheme > 0 && isalnum((unsigned char)text[scheme]) && strpbrk(text, " \t\n") == NULL;
}

static bool issue_read(struct parse *p, const struct word *w, const struct node *n,
                       struct known_entry *out)
{
    const char *text;

    if (!text_read(p, w->name, n, &text))
        return false;
    if (!is_url(text)) {
        struct finding *f = finding_wants(p, n, w->name, "a URL, not '%.60s'", text);
        f->label = "https://...: a link that a reader can follow";
        return false;
    }
    out->issue = text;
    return true;
}

static bool owner_read(struct parse *p, const struct word *w, const struct node *n,
                       struct known_entry *out)
{
    return text_read(p, w->name, n, &out->owner);
}

/* ---- Which runs --------------------------------------------------------------------------- */

static bool scenario_read(struct parse *p, const struct word *w, const struct node *n,
                          struct known_entry *out)
{
    const char *id;

    if (!text_read(p, w->name, n, &id))
        return false;
    size_t size = strlen(id);
    const char *bracket = strchr(id, '[');
    if (bracket != NULL) {
        struct finding *f = finding_error(p, n, "scenario names a scenario, not a variant");
        f->label = parse_format(p, "did you mean '%.*s'?", (int)(bracket - id), id);
        f->help = "`when` says which of its variants: when: 'depth == \"2\"'";
        return false;
    }
    const char *star = strchr(id, '*');
    if (star != NULL && (star != id + size - 1 || size < 3 || star[-1] != '/')) {
        struct finding *f = finding_error(p, n, "a star stands for all of a folder, at the end");
        f->label = "prompt/*";
        return false;
    }
    if (strncmp(id, "scenarios/", 10) == 0 || (size > 5 && strcmp(id + size - 5, ".yaml") == 0)) {
        size_t from = strncmp(id, "scenarios/", 10) == 0 ? 10 : 0;
        bool suffix = size - from > 5 && strcmp(id + size - 5, ".yaml") == 0;
        struct finding *f =
            finding_error(p, n, "scenario wants the path below `scenarios`, without .yaml");
        f->label = parse_format(p, "did you mean '%.*s'?", (int)(size - from - (suffix ? 5 : 0)),
                                id + from);
        return false;
    }
    out->scenario = id;
    return true;
}

/* Which names there are is known where the scenario is; here only the form is looked at. */
static bool when_read(struct parse *p, const struct word *w, const struct node *n,
                      struct known_entry *out)
{
    struct missing missing = {0};
    const struct scope any = {.from = scope_known.from, .missing = &missing};
    bool holds;

    if (!text_read(p, w->name, n, &out->when))
        return false;
    out->when_node = n;
    return condition_read(p, &any, n, &holds);
}

static bool engine_read(struct parse *p, const struct word *w, const struct node *n,
                        struct known_entry *out)
{
    static const unsigned engines[] = {ENGINE_REAL, ENGINE_SIM};
    size_t which;

    if (!value_word(p, &scope_known, n, w->name, w->shape, &which))
        return false;
    out->engines = engines[which];
    return true;
}

static bool range_read(struct parse *p, const char *what, const struct node *n, const char **out)
{
    const char *text;

    if (!text_read(p, what, n, &text) || !versions_check(p, n, what, text))
        return false;
    *out = text;
    return true;
}

static bool answer_get(struct parse *p, const struct node *map, const char *key,
                       enum known_answer *out)
{
    const struct node *n = node_get(map, key);
    bool yes = false;

    if (n == NULL)
        return true;
    if (!value_bool(p, &scope_known, n, key, &yes))
        return false;
    *out = yes ? KNOWN_YES : KNOWN_NO;
    return true;
}

static bool range_get(struct parse *p, const struct node *map, const char *key, const char **out)
{
    const struct node *n = node_get(map, key);

    return n == NULL || range_read(p, key, n, out);
}

static bool platform_read(struct parse *p, const struct word *w, const struct node *n,
                          struct known_entry *out)
{
    struct known_platform *at = &out->platform;
    const struct node *os;

    if (!map_check_word(p, n, w))
        return false;
    if (n->count == 0) {
        (void)finding_wants(p, n, w->name, "at least one condition");
        return false;
    }
    os = node_get(n, "os");
    bool ok = os == NULL || text_read(p, "os", os, &at->os);
    for (const char *c = at->os; ok && *c != 0; c++) {
        if (!isupper((unsigned char)*c))
            continue;
        struct finding *f = finding_wants(p, os, "os", "a name in lower case");
        f->label = "linux";
        ok = false;
    }
    ok = range_get(p, n, "kernel", &at->kernel) && ok;
    ok = range_get(p, n, "cores", &at->cores) && ok;
    ok = answer_get(p, n, "container", &at->container) && ok;
    return answer_get(p, n, "ci", &at->ci) && ok;
}

static bool program_read(struct parse *p, const struct word *w, const struct node *n,
                         struct known_entry *out)
{
    return text_read(p, w->name, n, &out->program);
}

static bool versions_read(struct parse *p, const struct word *w, const struct node *n,
                          struct known_entry *out)
{
    return range_read(p, w->name, n, &out->versions);
}

static bool version_from_read(struct parse *p, const struct word *w, const struct node *n,
                              struct known_entry *out)
{
    size_t count = 0;

    if (!list_check(p, n, w->name))
        return false;
    if (n->count == 0 || n->count > KNOWN_ARGUMENTS_MAX) {
        (void)finding_wants(p, n, w->name, "1 to %d words", KNOWN_ARGUMENTS_MAX);
        return false;
    }
    const char **all = parse_alloc(p, n->count + 1, sizeof(*all));
    if (all == NULL)
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (!text_read(p, "a word of version-from", e->value, &all[count++]))
            return false;
    }
    out->version_from = all;
    return true;
}

/* ---- What is excused ---------------------------------------------------------------------- */

static const char *const kinds[] = {"invariant", "step",    "outcome", "leak",
                                    "crash",     "timeout", "diverged"};

static const char *kind_at(size_t i, void *user)
{
    (void)user;
    return kinds[i];
}

static const char *invariant_name_at(size_t i, void *user)
{
    (void)user;
    return invariant_at(i)->name;
}

static bool signature_read(struct parse *p, const struct word *w, const struct node *n,
                           struct known_entry *out)
{
    const char *text;
    char word[KNOWN_ID_BYTES_MAX + 1];

    if (!text_read(p, w->name, n, &text))
        return false;
    size_t size = strcspn(text, ": ");
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        known = known || (strlen(kinds[i]) == size && memcmp(kinds[i], text, size) == 0);
    if (!known) {
        const char *kind = parse_format(p, "%.*s", (int)(size < 60 ? size : 60), text);
        struct finding *f = finding_error(p, n, "unknown kind of signature '%s'", kind);
        finding_suggest(p, f, kind, COUNT_OF(kinds), kind_at, NULL);
        finding_list(p, f, "a signature begins with", COUNT_OF(kinds), kind_at, NULL);
        return false;
    }
    out->signature = text;
    if (strncmp(text, "invariant:", 10) != 0)
        return true;
    size = strcspn(text + 10, " ");
    if (size == 0 || size > KNOWN_ID_BYTES_MAX)
        size = size == 0 ? 0 : KNOWN_ID_BYTES_MAX;
    memcpy(word, text + 10, size);
    word[size] = 0;
    if (invariant_find(word) != NULL)
        return true;
    struct finding *f = finding_error(p, n, "unknown invariant '%s'", word);
    finding_inside(f, n, 10, size > 0 ? (uint32_t)size : 1);
    finding_suggest(p, f, word, invariant_count(), invariant_name_at, NULL);
    f->help = "`scenario help invariants` lists them";
    return false;
}

static bool state_read(struct parse *p, const struct word *w, const struct node *n,
                       struct known_entry *out)
{
    size_t which;

    if (!value_word(p, &scope_known, n, w->name, w->shape, &which))
        return false;
    out->state = (enum known_state)which;
    return true;
}

static bool seen_read(struct parse *p, const struct word *w, const struct node *n,
                      struct known_entry *out)
{
    static const struct value_range failed = {"failed", 1, KNOWN_RUNS_MAX};
    static const struct value_range of = {"of", 1, KNOWN_RUNS_MAX};

    if (!map_check_word(p, n, w))
        return false;
    bool ok = int_get(p, &scope_known, n, &failed, &out->seen.failed);
    return int_get(p, &scope_known, n, &of, &out->seen.of) && ok;
}

/* ---- When --------------------------------------------------------------------------------- */

static bool date_value(struct parse *p, const struct word *w, const struct node *n, int32_t *out)
{
    const char *text;

    if (!value_words(p, &scope_known, n, w->name, &text))
        return false;
    if (date_read(text, out))
        return true;
    struct finding *f = finding_wants(p, n, w->name, "a day, not '%.60s'", text);
    f->label = "YEAR-MONTH-DAY: 2026-11-30";
    return false;
}

static bool added_read(struct parse *p, const struct word *w, const struct node *n,
                       struct known_entry *out)
{
    return date_value(p, w, n, &out->added);
}

static bool expires_read(struct parse *p, const struct word *w, const struct node *n,
                         struct known_entry *out)
{
    return date_value(p, w, n, &out->expires);
}

/* ---- The table ---------------------------------------------------------------------------- */

/* Aligned in columns these rows would be too wide to read. */
/* clang-format off */
static const struct known_key rows[] = {
    {{"id", "ID", NULL,
      "its name, which no other entry has",
      "id: KF-7\n"},
     true, id_read},
    {{"issue", "URL", NULL,
      "a link to where it is worked on",
      "issue: https://example.org/issues/7\n"},
     true, issue_read},
    {{"scenario", "SCENARIO", NULL,
      "which scenario fails",
      "scenario: prompt/commands_root\n"},
     true, scenario_read},
    {{"when", "CONDITION", NULL,
      "which of its variants, by their parameters; all when it is left out. `ctrl-c` is \"none\" or "
      "\"each-prompt\" for those in which it is pressed",
      "when: 'ask == \"pause\"'\n"},
     false, when_read},
    {{"engine", "real | sim", NULL,
      "on which engine; on both when it is left out",
      "engine: real\n"},
     false, engine_read},
    {{"platform", PLATFORM_SHAPE, NULL,
      "on which machines: all that are named must hold",
      "platform: { cores: '<=2', ci: true }\n"},
     false, platform_read},
    {{"signature", "SIGNATURE", NULL,
      "what fails; another signature is another failure. It may stop behind any word, and then takes "
      "all that begin so",
      "signature: 'timeout:step actor=root'\n"},
     true, signature_read},
    {{"state", "broken | flaky", NULL,
      "whether it fails always or sometimes; a broken one that passes is XPASS",
      "state: flaky\n"},
     true, state_read},
    {{"seen", SEEN_SHAPE, NULL,
      "how often a flaky one has failed, from which its limit is made",
      "seen: { failed: 3, of: 400 }\n"},
     false, seen_read},
    {{"program", "WORDS", NULL,
      "the program whose bug it is; then `versions` stands in place of `expires`",
      "program: bats\n"},
     false, program_read},
    {{"versions", "RANGE", NULL,
      "which of its versions have the bug; others are not excused",
      "versions: '1.8.x'\n"},
     false, versions_read},
    {{"version-from", "[WORDS]+", NULL,
      "the command that tells its version, PROGRAM --version when it is left out; the first dotted "
      "number counts",
      "version-from: [bats, --version]\n"},
     false, version_from_read},
    {{"owner", "WORDS", NULL,
      "who sees to it",
      "owner: ann\n"},
     true, owner_read},
    {{"added", "DATE", NULL,
      "since when it is known",
      "added: 2026-11-30\n"},
     true, added_read},
    {{"expires", "DATE", NULL,
      "the last day on which it excuses anything, at most 90 days after `added`",
      "expires: 2027-02-15\n"},
     false, expires_read},
};

static const struct word file_keys[] = {
    {"known-failures", "1", NULL,
     "the version of this form; the first line of the file",
     "known-failures: 1\n"},
    {"entries", "[ENTRY]", NULL,
     "the failures that are known; of those that fit a run the first counts",
     "entries: []\n"},
};

static const struct definition definitions[] = {
    {"ANSWER", "true or false",
     NULL, "{'type':'boolean'}"},
    {"CONDITION", "NAME == \"value\", !=, in [\"a\", \"b\"], not, and, or, ( )",
     NULL, "{'type':'string','minLength':1}"},
    {"COUNT", "a whole number from 1 on",
     NULL, "{'type':'integer','minimum':1}"},
    {"DATE", "YEAR-MONTH-DAY",
     NULL, "{'type':'string','pattern':'^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$'}"},
    {"ENTRY", "a map, see KEYS OF AN ENTRY",
     NULL, NULL},
    {"ID", "letters, digits, - and _",
     NULL, "{'type':['string','integer'],'pattern':'^[A-Za-z0-9_-]+$'}"},
    {"RANGE", "1.8.2, 1.8.x (all that begin so), '<=2', '>=1.8, <1.9' (both hold)",
     NULL, "{'type':['string','number'],'pattern':'^[ 0-9.x<>=!,]+$'}"},
    {"SCENARIO", "its id, which is its path below `scenarios` without .yaml; FOLDER/* is each below "
     "that folder",
     NULL, "{'type':'string','pattern':'^[^*[]*[^*/[]$|^[^*[]+/[*]$'}"},
    {"SIGNATURE", "KIND:WHAT KEY=VALUE..., as a failed run shows it. KIND is invariant, step, outcome, "
     "leak, crash, timeout or diverged",
     NULL, "{'type':'string','pattern':'^(invariant|step|outcome|leak|crash|timeout|diverged)([: ]|$)'}"},
    {"URL", "https://... or http://...",
     NULL, "{'type':'string','pattern':'^https?://[A-Za-z0-9][^ ]*$'}"},
    {"WORDS", "any scalar that is not empty",
     NULL, "{'type':['string','number','boolean'],'minLength':1}"},

    /* What ${name} may stand for in a scenario: nothing here. */
    {"PARAMETER", NULL,
     NULL, "{'not':{}}"},
};
/* clang-format on */

const struct known_key *known_key_at(size_t i)
{
    return i < COUNT_OF(rows) ? &rows[i] : NULL;
}

const struct word *known_entry_key(size_t i)
{
    return i < COUNT_OF(rows) ? &rows[i].word : NULL;
}

const struct word *known_file_key(size_t i)
{
    return i < COUNT_OF(file_keys) ? &file_keys[i] : NULL;
}

bool known_key_is_required(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (strcmp(rows[i].word.name, name) == 0)
            return rows[i].required;
    }
    return false;
}

const struct definition *known_definition(size_t i)
{
    return i < COUNT_OF(definitions) ? &definitions[i] : NULL;
}
