/* command_parse.c: the keys of `command:`, a row each: what is known of the word, and its reader.
 */
#include "harness/scenario/command_parse.h"

#include "expect/match.h"
#include "harness/scenario/address.h"
#include "harness/scenario/map.h"
#include "harness/scenario/role_parse.h"

#include <string.h>

enum { WORDS_MAX = 256, FILES_MAX = 64, MODE_MAX = 0777, MODE_DEFAULT = 0644 };

struct command_key {
    struct word word;
    bool (*read)(struct build *b, const struct word *w, const struct node *n, struct variant *out);
};

/* ---- argv --------------------------------------------------------------------------------- */

static bool argv_read(struct build *b, const struct word *w, const struct node *n,
                      struct variant *out)
{
    size_t count = 0;
    bool ok = true;

    if (n->kind == NODE_SCALAR) {
        struct finding *f =
            finding_wants(b->p, n, w->name, "a list of words, not %s", node_what(n));
        f->label = "[sh, -c, 'the line']: no shell is between";
        return false;
    }
    if (!list_check(b->p, n, w->name))
        return false;
    if (n->count == 0) {
        (void)finding_wants(b->p, n, w->name, "at least the program");
        return false;
    }
    if (n->count > WORDS_MAX) {
        (void)finding_error(b->p, n, "more than %d words", WORDS_MAX);
        return false;
    }
    const char **all = parse_alloc(b->p, n->count + 1, sizeof(*all));
    if (all == NULL)
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        bool program = e == n->first;
        ok = (program ? value_words(b->p, b->scope, e->value, "the program", &all[count])
                      : value_text(b->p, b->scope, e->value, "a word of argv", &all[count])) &&
             ok;
        count++;
    }
    out->argv = all;
    return ok;
}

/* ---- env ---------------------------------------------------------------------------------- */

/* `null`, or nothing: the variable is not there. */
static bool is_null(const struct node *n)
{
    return n->kind == NODE_SCALAR && n->style == STYLE_PLAIN &&
           (n->size == 0 || strcmp(n->text, "null") == 0 || strcmp(n->text, "~") == 0);
}

bool env_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out)
{
    size_t count = 0;
    bool ok = true;

    if (n->kind != NODE_MAP) {
        struct finding *f = finding_wants(b->p, n, w->name, "a map, not %s", node_what(n));
        f->label = "{ NAME: value }";
        return false;
    }
    const char **all = parse_alloc(b->p, n->count + 1, sizeof(*all));
    if (all == NULL || !parse_work(b->p, n, (uint32_t)n->count))
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        const char *value = NULL;
        if (e->key->text[0] == 0 || strchr(e->key->text, '=') != NULL) {
            struct finding *f = finding_error(b->p, e->key, "this cannot name a variable");
            f->label = "NAME: value, without '='";
            ok = false;
        } else if (is_null(e->value)) {
            all[count++] = e->key->text;
        } else if (value_text(b->p, b->scope, e->value, e->key->text, &value)) {
            all[count++] = parse_format(b->p, "%s=%s", e->key->text, value);
        } else {
            ok = false;
        }
    }
    out->env = all;
    return ok;
}

/* ---- cwd ---------------------------------------------------------------------------------- */

bool cwd_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out)
{
    const char *folder = NULL;

    if (!value_words(b->p, b->scope, n, w->name, &folder))
        return false;
    out->cwd = path_from(b->p, n, folder);
    return true;
}

/* ---- files -------------------------------------------------------------------------------- */

/* "a/b": below the work directory, whatever stands in it. */
static bool path_is_inside(const char *path)
{
    if (path[0] == 0)
        return false;
    for (const char *at = path;; at++) {
        size_t size = strcspn(at, "/");
        if (size == 0 || (size == 1 && at[0] == '.') || (size == 2 && memcmp(at, "..", 2) == 0))
            return false;
        at += size;
        if (*at == 0)
            return true;
    }
}

static bool path_check(struct build *b, const struct node *key)
{
    if (path_is_inside(key->text))
        return true;
    struct finding *f =
        finding_error(b->p, key, "'%.80s' is no path of a file to write", key->text);
    f->label = "it lies in the work directory: NAME or FOLDER/NAME";
    return false;
}

/* A file cannot be the folder of another. */
static bool paths_check(struct build *b, const struct node *n)
{
    bool ok = true;

    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        size_t size = strlen(e->key->text);
        for (const struct node_entry *o = n->first; o != NULL; o = o->next) {
            if (strncmp(o->key->text, e->key->text, size) != 0 || o->key->text[size] != '/')
                continue;
            struct finding *f =
                finding_error(b->p, e->key, "'%.80s' is a file here, and a folder", e->key->text);
            finding_other(b->p, f, o->key, "of this one");
            ok = false;
            break;
        }
    }
    return ok;
}

/* Three digits from 0 to 7, with or without a 0 before them. */
static bool mode_get(struct build *b, const struct node *map, unsigned *out)
{
    const struct node *n = node_get(map, "mode");
    const char *text = NULL;
    unsigned mode = 0;

    if (n == NULL)
        return true;
    if (!value_text(b->p, b->scope, n, "mode", &text))
        return false;
    const char *digit = text[0] == '0' && strlen(text) == 4 ? text + 1 : text;
    for (size_t i = 0; i < 3 && digit[i] >= '0' && digit[i] <= '7'; i++)
        mode = mode * 8 + (unsigned)(digit[i] - '0');
    if (strlen(digit) == 3 && strspn(digit, "01234567") == 3 && mode <= MODE_MAX) {
        *out = mode;
        return true;
    }
    struct finding *f = finding_error(b->p, n, "'%.40s' is no mode of a file", text);
    f->label = "0644, or 0755 for what is to be run";
    return false;
}

/* Text as it stands, or a map with it. */
static bool file_read(struct build *b, const struct word *w, const struct node_entry *e,
                      struct work_file *out)
{
    const struct map_form form = {.what = "a file",
                                  .shape = "{text: TEXT, from: WORDS, mode: MODE}",
                                  .help = "NAME: text, or NAME: { text: ..., mode: 0755 }"};
    const struct node *text = e->value;
    const struct node *from = NULL;
    const char *path = NULL;

    *out = (struct work_file){.path = e->key->text, .mode = MODE_DEFAULT};
    if (!path_check(b, e->key))
        return false;
    if (text->kind == NODE_MAP) {
        if (!map_check(b->p, text, &form) || !mode_get(b, text, &out->mode))
            return false;
        from = node_get(text, "from");
        text = node_get(text, "text");
        if ((text == NULL) == (from == NULL)) {
            (void)finding_wants(b->p, e->value, w->name, "`text` or `from` of each file");
            return false;
        }
    }
    if (from != NULL) {
        if (!value_words(b->p, b->scope, from, "from", &path))
            return false;
        out->from = path_from(b->p, from, path);
        return true;
    }
    if (!value_text(b->p, b->scope, text, e->key->text, &out->text))
        return false;
    out->size = strlen(out->text);
    return true;
}

static bool files_read(struct build *b, const struct word *w, const struct node *n,
                       struct variant *out)
{
    bool ok = true;

    if (n->kind != NODE_MAP) {
        (void)finding_wants(b->p, n, w->name, "a map, not %s", node_what(n));
        return false;
    }
    if (n->count > FILES_MAX) {
        (void)finding_error(b->p, n, "more than %d files", FILES_MAX);
        return false;
    }
    struct work_file *all = parse_alloc(b->p, n->count, sizeof(*all));
    if (all == NULL || !parse_work(b->p, n, (uint32_t)(n->count * n->count)))
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next)
        ok = file_read(b, w, e, &all[out->work_file_count++]) && ok;
    out->work_file = all;
    return paths_check(b, n) && ok;
}

/* ---- ready -------------------------------------------------------------------------------- */

/* ACTOR@POINT, with or without #N, whether or not there are such: a pattern has other signs. */
static bool looks_like_address(const char *text)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    size_t actor = strspn(text, letters);

    if (actor == 0 || text[actor] != '@')
        return false;
    const char *point = text + actor + 1;
    size_t size = strcspn(point, "#(");
    return size > 0 && strspn(point, letters) == size;
}

static bool regex_check(struct build *b, const struct node *n, const char *text)
{
    struct diag diag = {0};
    size_t offset = 0;

    if (match_check(text, &offset, &diag) == 0)
        return true;
    struct finding *f = finding_error(b->p, n, "not a regular expression: %s", diag.text);
    if (text == n->text)
        finding_inside(f, n, offset, 1);
    return false;
}

static bool ready_read(struct build *b, const struct word *w, const struct node *n,
                       struct variant *out)
{
    const char *text = NULL;

    if (!value_words(b->p, b->scope, n, w->name, &text))
        return false;
    out->ready.place = node_place(b->p, n);
    if (looks_like_address(text)) {
        if (!address_read(b, n, w->name, false, &out->ready.at))
            return false;
        if (!out->ready.at.relative)
            return true;
        struct finding *f = finding_error(b->p, n, "ready counts from the start");
        f->label = "#N, not #+N";
        return false;
    }
    out->ready.pattern = text;
    return regex_check(b, n, text);
}

static bool prompt_read(struct build *b, const struct word *w, const struct node *n,
                        struct variant *out)
{
    return value_words(b->p, b->scope, n, w->name, &out->prompt) && regex_check(b, n, out->prompt);
}

/* ---- The table ---------------------------------------------------------------------------- */

/* Aligned in columns these rows would be too wide to read. */
/* clang-format off */
static const struct command_key rows[] = {
    {{"argv", "[TEXT]+", NULL,
      "the program and its arguments; no shell is between. One without a `/` is looked for in PATH. A "
      "word that begins with ./ or ../ and names a file beside the scenario is that file, wherever the "
      "command runs; one that `files` writes is in the work directory",
      "argv: [sh, -c, 'sleep 9 & wait']\n"},
     argv_read},
    {{"env", "{*: VARIABLE}", NULL,
      "variables beside ours or in place of them; with null there is none of that name",
      "env: { LANG: C, DEBUG: null }\n"},
     env_parse},
    {{"cwd", "WORDS", NULL,
      "the folder it runs in, from the scenario's own on; without it each run has a fresh one, which is "
      "removed afterwards",
      "cwd: fixtures\n"},
     cwd_parse},
    {{"files", "{*: TEXT | {text: TEXT, from: WORDS, mode: MODE}}", NULL,
      "files that are there when it starts, by their paths in the work directory: their text, or the "
      "file beside the scenario to copy",
      "files: { serve.sh: { text: \"exec sleep 9\\n\", mode: 0755 } }\n"},
     files_read},
    {{"who", "{*: {argv: REGEX, comm: WORDS, under: ACTOR, nth: INTEGER}}", NULL,
      "names of processes: the first one of which all that is said holds, or the nth, for good, whatever "
      "it does then. `argv` is a pattern for its arguments, joined by blanks; `comm` what it is called; "
      "`under` who is above it",
      "who: { server: { argv: 'serve[.]sh' }, worker: { comm: sleep, under: server, nth: 2 } }\n"},
     who_parse},
    {{"ready", "REGEX | ADDRESS", NULL,
      "what must have been shown, or have happened, before a step types or sends: nothing is typed at a "
      "program that would not read it. It takes nothing of the output from the steps, and a `do` does "
      "not wait for it. What looks like ACTOR@POINT is an address",
      "ready: 'listening on'\n"},
     ready_read},
    {{"prompt", "REGEX", NULL,
      "its prompts, as they stand at the end of what is shown. There is a second set of variants then, "
      "[ctrl-c=each-prompt]: at each of them Ctrl-C is pressed, and the same prompt must be there again; "
      "what is drawn until then no step sees. See `no-ctrl-c`",
      "prompt: '>>> $'\n"},
     prompt_read},
};
/* clang-format on */

const struct word *language_command_key(size_t i)
{
    return i < COUNT_OF(rows) ? &rows[i].word : NULL;
}

/* ---- The subject -------------------------------------------------------------------------- */

bool command_subject(struct build *b, const char *name, struct variant *out)
{
    static const uint16_t all[] = {ACTOR_ROOT};
    struct who program = {.parent = ACTOR_NONE, .kind = WHO_PROCESS};

    who_name(&program, name);
    b->tree = parse_alloc(b->p, 1, offsetof(struct tree, node));
    out->cast = parse_alloc(b->p, 1, cast_bytes(1));
    if (b->tree == NULL || out->cast == NULL)
        return false;
    /* A run has a copy with room for them all. */
    out->cast->room = CAST_COMMAND_ROOM;
    (void)cast_add(out->cast, &program);
    out->subject = SUBJECT_COMMAND;
    b->all = (struct actor_list){all, 1};
    b->started = b->all;
    return roles_begin(b);
}

/* What people call it: the last part of the program's path. */
static const char *program_name(const struct variant *v)
{
    if (v->argv == NULL || v->argv[0] == NULL)
        return SCRIPT_SUBJECT;
    const char *slash = strrchr(v->argv[0], '/');

    return slash != NULL && slash[1] != 0 ? slash + 1 : v->argv[0];
}

bool command_parse(struct build *b, const struct word *top, const struct node *n,
                   struct variant *out)
{
    const struct map_form form = {.what = "command",
                                  .word_at = language_command_key,
                                  .later = top->later,
                                  .help = "command: { argv: [PROGRAM, ARGUMENT] }"};
    size_t before = b->p->findings->count;
    bool ok = true;

    bool map = map_check(b->p, n, &form);
    findings_form(b->p, before, top);
    bool subject = command_subject(b, SCRIPT_SUBJECT, out);
    for (size_t i = 0; map && subject && i < COUNT_OF(rows); i++) {
        const struct node *value = node_get(n, rows[i].word.name);
        before = b->p->findings->count;
        if (value != NULL)
            ok = rows[i].read(b, &rows[i].word, value, out) && ok;
        findings_form(b->p, before, &rows[i].word);
    }
    if (map && node_get(n, "argv") == NULL) {
        struct finding *f = finding_wants(b->p, n, "command", "`argv`");
        f->help = form.help;
        ok = false;
    }
    if (out->cwd != NULL && out->work_file_count > 0) {
        struct finding *f =
            finding_error(b->p, node_key(n, "files"), "`files` and `cwd` exclude each other");
        finding_other(b->p, f, node_key(n, "cwd"), "it runs here");
        f->label = "they are written into the work directory, in which it does not run";
        ok = false;
    }
    out->folder = path_folder(b->p, n);
    if (subject)
        who_name(&out->cast->who[ACTOR_ROOT], program_name(out));
    return subject && map && ok && out->folder != NULL;
}
