/* known_edit.c: the text is copied up to each place that changes, and from behind it on.
 *
 * libyaml says where a value stands, but neither where a comment belongs nor where an entry ends:
 * that is decided by lines and their indentation, as a reader does. */
#include "harness/gate/known_edit.h"

#include "harness/gate/date.h"
#include "harness/scenario/yaml_doc.h"
#include "runtime/base/check.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECK_ARENA_BYTES_MAX = 64 * 1024 * 1024 };

const char known_empty[] = "known-failures: 1\nentries: []\n";

struct edit {
    const struct known *k;
    struct buf text; /* the new one so far */
    size_t at;       /* of the old one, which goes on here */
    const char *eol; /* as the file has it */
};

static struct edit edit_begin(const struct known *k)
{
    const char *end = memchr(k->text, '\n', k->size);

    return (struct edit){.k = k, .eol = end > k->text && end[-1] == '\r' ? "\r\n" : "\n"};
}

/* Copies the old text up to there. */
static void edit_copy(struct edit *e, size_t to)
{
    CHECK(to >= e->at && to <= e->k->size);
    buf_add(&e->text, e->k->text + e->at, to - e->at);
    e->at = to;
}

static void edit_skip(struct edit *e, size_t to)
{
    CHECK(to >= e->at && to <= e->k->size);
    e->at = to;
}

static int edit_refuse(struct edit *e, struct diag *diag, const struct known_entry *about,
                       const char *what)
{
    buf_release(&e->text);
    return diag_set(diag, ERR_UNSUPPORTED,
                    "%s: %s%s%s is written in a way that only people can change; do it by hand",
                    e->k->path, about != NULL ? about->id : "", about != NULL ? ": " : "", what);
}

/* ---- Lines -------------------------------------------------------------------------------- */

/* Where the line with this byte begins, and where the next one does. */
static size_t line_start(const struct known *k, size_t at)
{
    while (at > 0 && k->text[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_next(const struct known *k, size_t at)
{
    const char *end = memchr(k->text + at, '\n', k->size - at);

    return end == NULL ? k->size : (size_t)(end - k->text) + 1;
}

static size_t line_indent(const struct known *k, size_t start)
{
    size_t at = start;

    while (at < k->size && k->text[at] == ' ')
        at++;
    return at - start;
}

static bool line_is_blank(const struct known *k, size_t start)
{
    size_t at = start;

    while (at < k->size && strchr(" \t\r", k->text[at]) != NULL)
        at++;
    return start < k->size && (at == k->size || k->text[at] == '\n');
}

/* ---- Entries ------------------------------------------------------------------------------ */

/* Where what is said by a node ends. */
static size_t node_end(const struct node *n) /* NOLINT(misc-no-recursion): its depth is limited */
{
    size_t end = n->end;

    if (n->kind == NODE_SCALAR || n->source->text[n->offset] == '{' ||
        n->source->text[n->offset] == '[')
        return end;
    end = n->offset;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        size_t value = node_end(e->value);
        size_t key = e->key == NULL ? 0 : node_end(e->key);
        /* An alias stands for what is somewhere else; its key is where the line is. */
        end = value > end ? value : end;
        end = key > end ? key : end;
    }
    return end;
}

/* The lines of an entry: from its dash to what follows, comments that are indented like its keys
 * included. False: its dash does not begin a line. */
static bool entry_lines(const struct known *k, const struct known_entry *e, size_t *from,
                        size_t *to, size_t *indent)
{
    size_t dash = e->node->offset;

    while (dash > 0 && strchr(" \r\n", k->text[dash - 1]) != NULL)
        dash--;
    if (dash == 0 || k->text[--dash] != '-')
        return false;
    *from = line_start(k, dash);
    *indent = line_indent(k, *from);
    if (*from + *indent != dash)
        return false;
    size_t end = node_end(e->node);
    *to = end > 0 && end <= k->size && k->text[end - 1] == '\n' ? end : line_next(k, end);
    for (size_t at = *to; at < k->size; at = line_next(k, at)) {
        size_t deep = line_indent(k, at);
        if (line_is_blank(k, at))
            continue;
        if (deep <= *indent || k->text[at + deep] != '#')
            break;
        *to = line_next(k, at);
    }
    return true;
}

/* The bytes of a scalar on one line, as they stand there. False: it is an alias, or more. */
static bool value_bytes_find(const struct node *map, const char *key, size_t *from, size_t *to)
{
    const struct node *name = node_key(map, key);
    const struct node *n = node_get(map, key);

    if (name == NULL || n == NULL || n->kind != NODE_SCALAR || n->offset < node_end(name))
        return false;
    const char *between = n->source->text + node_end(name);
    size_t size = n->offset - node_end(name);
    const char *raw = n->source->text + n->offset;
    if (size == 0 || between[0] != ':' || strspn(between + 1, " ") < size - 1)
        return false;
    bool plain =
        n->style == STYLE_PLAIN && n->width == n->size && memcmp(raw, n->text, n->size) == 0;
    bool quoted =
        (n->style == STYLE_SINGLE && raw[0] == '\'') || (n->style == STYLE_DOUBLE && raw[0] == '"');
    if (!plain && !(quoted && n->end == n->offset + n->width))
        return false;
    *from = n->offset;
    *to = n->offset + n->width;
    return true;
}

/* ---- What was made is read again ---------------------------------------------------------- */

static bool platform_same(const struct known_platform *a, const struct known_platform *b)
{
    return strcmp(a->os, b->os) == 0 && strcmp(a->kernel, b->kernel) == 0 &&
           strcmp(a->cores, b->cores) == 0 && a->container == b->container && a->ci == b->ci;
}

static bool entry_same(const struct known_entry *a, const struct known_entry *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->issue, b->issue) == 0 &&
           strcmp(a->scenario, b->scenario) == 0 && strcmp(a->when, b->when) == 0 &&
           a->engines == b->engines && strcmp(a->signature, b->signature) == 0 &&
           a->state == b->state && a->seen.failed == b->seen.failed && a->seen.of == b->seen.of &&
           platform_same(&a->platform, &b->platform) && strcmp(a->program, b->program) == 0 &&
           strcmp(a->versions, b->versions) == 0 && strcmp(a->owner, b->owner) == 0 &&
           a->added == b->added && a->expires == b->expires;
}

/* What the new text must say: the old entries, with entry `at` being `with`, or without it (NULL);
 * `at` is k->count for one more. */
static int edit_end(struct edit *e, size_t at, const struct known_entry *with, struct buf *out,
                    struct diag *diag)
{
    const struct known *k = e->k;
    struct findings *findings = calloc(1, sizeof(*findings));
    struct arena arena = arena_new(CHECK_ARENA_BYTES_MAX);
    struct known *made = NULL;

    edit_copy(e, k->size);
    if (findings == NULL || e->text.failed) {
        free(findings);
        buf_release(&e->text);
        return diag_set(diag, ERR_NOMEM, "no memory to change %s", k->path);
    }
    int rc =
        known_parse(&arena, k->path, buf_text(&e->text), e->text.size, NULL, &made, findings, diag);
    size_t count = k->count + (at == k->count) - (with == NULL);
    bool same = rc == 0 && made->count == count;
    for (size_t i = 0, old = 0; same && i < count; i++, old++) {
        old += with == NULL && old == at;
        same = entry_same(&made->entry[i], old == at ? with : &k->entry[old]);
    }
    if (rc == ERR_INPUT) {
        /* Limits: too many entries, a text that is too long. */
        const struct finding *f = &findings->item[0];
        rc = diag_set(diag, ERR_USAGE, "%s: it would be wrong: %s%s%s", k->path, f->text,
                      f->label != NULL ? ": " : "", f->label != NULL ? f->label : "");
        buf_release(&e->text);
    } else if (rc == 0 && !same) {
        rc = edit_refuse(e, diag, with, "this");
    } else if (rc == 0) {
        buf_add(out, buf_text(&e->text), e->text.size);
    }
    arena_release(&arena);
    free(findings);
    buf_release(&e->text);
    return rc;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static bool is_plain(const char *text)
{
    size_t size = strlen(text);

    if (size == 0 || !isalnum((unsigned char)text[0]) || text[size - 1] == ':')
        return false;
    for (size_t i = 0; i < size; i++) {
        if (!isalnum((unsigned char)text[i]) && strchr("_./~%?=&+@:-", text[i]) == NULL)
            return false;
    }
    return true;
}

/* A scalar that is read as this text. */
static void scalar_add(struct buf *out, const char *text)
{
    bool control = false;

    for (const char *at = text; *at != 0; at++)
        control = control || (unsigned char)*at < 0x20 || *at == 0x7F;
    if (is_plain(text)) {
        buf_add_text(out, text);
        return;
    }
    const char *quote = control ? "\"" : "'";
    buf_add_text(out, quote);
    for (const char *at = text; *at != 0; at++) {
        if (control && ((unsigned char)*at < 0x20 || *at == 0x7F))
            buf_addf(out, "\\x%02X", (unsigned)*at);
        else if (control && (*at == '"' || *at == '\\'))
            buf_addf(out, "\\%c", *at);
        else
            buf_addf(out, !control && *at == '\'' ? "''" : "%c", *at);
    }
    buf_add_text(out, quote);
}

static void line_add(struct edit *e, size_t indent, const char *key, const char *value)
{
    if (value[0] == 0)
        return;
    buf_addf(&e->text, "%*s%s: ", (int)indent, "", key);
    scalar_add(&e->text, value);
    buf_add_text(&e->text, e->eol);
}

/* Text of a person on one line behind a '#'. */
static void comment_add(struct edit *e, const char *text)
{
    for (const char *at = text; *at != 0; at++)
        buf_add(&e->text, (unsigned char)*at < 0x20 || *at == 0x7F ? " " : at, 1);
    buf_add_text(&e->text, e->eol);
}

static void date_add(struct edit *e, size_t indent, const char *key, int32_t days)
{
    char text[DATE_TEXT_BYTES];

    line_add(e, indent, key, date_text(days, text));
}

static void entry_add(struct edit *e, size_t indent, const struct known_entry *n,
                      const char *because)
{
    size_t deep = indent + 2;

    buf_addf(&e->text, "%*s- id: ", (int)indent, "");
    scalar_add(&e->text, n->id);
    buf_add_text(&e->text, e->eol);
    if (because != NULL && because[0] != 0) {
        char day[DATE_TEXT_BYTES];
        buf_addf(&e->text, "%*s# %s: ", (int)deep, "", date_text(n->added, day));
        comment_add(e, because);
    }
    line_add(e, deep, "issue", n->issue);
    line_add(e, deep, "scenario", n->scenario);
    line_add(e, deep, "when", n->when);
    if (n->engines != (ENGINE_REAL | ENGINE_SIM))
        line_add(e, deep, "engine", engine_name(n->engines));
    line_add(e, deep, "signature", n->signature);
    line_add(e, deep, "state", n->state == KNOWN_FLAKY ? "flaky" : "broken");
    if (n->state == KNOWN_FLAKY)
        buf_addf(&e->text, "%*sseen: { failed: %" PRId64 ", of: %" PRId64 " }%s", (int)deep, "",
                 n->seen.failed, n->seen.of, e->eol);
    line_add(e, deep, "program", n->program);
    line_add(e, deep, "versions", n->versions);
    line_add(e, deep, "owner", n->owner);
    date_add(e, deep, "added", n->added);
    if (n->expires != INT32_MAX)
        date_add(e, deep, "expires", n->expires);
}

/* ---- From outside ------------------------------------------------------------------------- */

/* Behind `entries: []`: the line goes on without the brackets. False: it is a list in brackets. */
static bool empty_list_open(struct edit *e, const struct node *list)
{
    const struct known *k = e->k;

    if (list->count > 0 || k->text[list->offset] != '[')
        return false;
    size_t from = list->offset;
    size_t next = line_next(k, list->end);
    bool last = line_is_blank(k, list->end) || list->end == k->size;
    while (last && from > 0 && k->text[from - 1] == ' ')
        from--;
    edit_copy(e, from);
    edit_skip(e, list->end);
    edit_copy(e, next);
    return true;
}

int known_add(const struct known *k, const struct known_entry *entry, const char *because,
              struct buf *out, struct diag *diag)
{
    const struct node *list = node_get(k->root, "entries");
    struct edit e = edit_begin(k);
    size_t indent = 2;

    if (k->count > 0) {
        size_t from;
        size_t to;
        if (!entry_lines(k, &k->entry[k->count - 1], &from, &to, &indent))
            return edit_refuse(&e, diag, NULL, "the list of entries");
        edit_copy(&e, to);
    } else if (!empty_list_open(&e, list)) {
        return edit_refuse(&e, diag, NULL, "the list of entries");
    }
    if (e.text.size > 0 && e.text.data[e.text.size - 1] != '\n')
        buf_add_text(&e.text, e.eol);
    entry_add(&e, indent, entry, because);
    return edit_end(&e, k->count, entry, out, diag);
}

/* What may be renewed, and for how long. */
static int renew_check(const struct known *k, const struct known_entry *e,
                       const struct known_renewal *r, struct diag *diag)
{
    char day[DATE_TEXT_BYTES];

    if (e->expires == INT32_MAX)
        return diag_set(diag, ERR_USAGE, "%s: %s does not expire: it holds for versions %s of %s",
                        k->path, e->id, e->versions, e->program);
    if (r->until < r->today)
        return diag_set(diag, ERR_USAGE, "--until %s has passed", date_text(r->until, day));
    if (r->until - r->today > KNOWN_DAYS_MAX) {
        return diag_set(diag, ERR_USAGE, "--until is %" PRId32 " days from now, of at most %d: %s",
                        r->until - r->today, KNOWN_DAYS_MAX,
                        date_text(r->today + KNOWN_DAYS_MAX, day));
    }
    return 0;
}

int known_renew(const struct known *k, size_t i, const struct known_renewal *r, struct buf *out,
                struct diag *diag)
{
    static const char *const keys[] = {"added", "expires"};
    const struct known_entry *entry = &k->entry[i];
    struct known_entry with = *entry;
    struct edit e = edit_begin(k);
    size_t from[2];
    size_t to[2];
    char day[2][DATE_TEXT_BYTES];

    int rc = renew_check(k, entry, r, diag);
    if (rc < 0)
        return rc;
    for (size_t n = 0; n < 2; n++) {
        if (!value_bytes_find(entry->node, keys[n], &from[n], &to[n]))
            return edit_refuse(&e, diag, entry, keys[n]);
    }
    size_t first = from[0] < from[1] ? 0 : 1;
    size_t line = line_start(k, from[first]);
    size_t key = node_key(entry->node, keys[first])->offset;
    /* A comment can stand above the entry, or above a key that begins its line. */
    if (line + line_indent(k, line) != key) {
        size_t end;
        size_t indent;
        if (!entry_lines(k, entry, &line, &end, &indent))
            return edit_refuse(&e, diag, entry, "the list of entries");
    }
    edit_copy(&e, line);
    buf_addf(&e.text, "%*s# renewed %s, was %s", (int)line_indent(k, line), "",
             date_text(r->today, day[0]), date_text(entry->added, day[1]));
    buf_addf(&e.text, " to %s: ", date_text(entry->expires, day[1]));
    comment_add(&e, r->because);
    for (size_t n = 0; n < 2; n++) {
        size_t which = n == 0 ? first : 1 - first;
        edit_copy(&e, from[which]);
        buf_add_text(&e.text, date_text(which == 0 ? r->today : r->until, day[0]));
        edit_skip(&e, to[which]);
    }
    with.added = r->today;
    with.expires = r->until;
    return edit_end(&e, i, &with, out, diag);
}

int known_remove(const struct known *k, size_t i, struct buf *out, struct diag *diag)
{
    const struct known_entry *entry = &k->entry[i];
    struct edit e = edit_begin(k);
    size_t from;
    size_t to;
    size_t indent;

    if (!entry_lines(k, entry, &from, &to, &indent))
        return edit_refuse(&e, diag, entry, "the list of entries");
    if (k->count == 1) {
        edit_copy(&e, node_end(node_key(k->root, "entries")));
        if (k->text[e.at] != ':')
            return edit_refuse(&e, diag, entry, "`entries`");
        edit_copy(&e, e.at + 1);
        buf_add_text(&e.text, " []");
    }
    edit_copy(&e, from);
    /* Of two blank lines that would meet one goes. */
    bool open = from == 0 || line_is_blank(k, line_start(k, from - 1)) || i == 0;
    while (open && to < k->size && line_is_blank(k, to))
        to = line_next(k, to);
    edit_skip(&e, to);
    return edit_end(&e, i, NULL, out, diag);
}

int known_refresh(const struct known *k, size_t i, int64_t failed, int64_t of, struct buf *out,
                  struct diag *diag)
{
    static const char *const keys[] = {"failed", "of"};
    const struct known_entry *entry = &k->entry[i];
    const struct node *seen = node_get(entry->node, "seen");
    struct known_entry with = *entry;
    struct edit e = edit_begin(k);
    size_t from[2];
    size_t to[2];

    if (seen == NULL)
        return diag_set(diag, ERR_USAGE, "%s: %s is not flaky: it has no counts", k->path,
                        entry->id);
    for (size_t n = 0; n < 2; n++) {
        if (!value_bytes_find(seen, keys[n], &from[n], &to[n]))
            return edit_refuse(&e, diag, entry, "`seen`");
    }
    size_t first = from[0] < from[1] ? 0 : 1;
    for (size_t n = 0; n < 2; n++) {
        size_t which = n == 0 ? first : 1 - first;
        edit_copy(&e, from[which]);
        buf_addf(&e.text, "%" PRId64, which == 0 ? failed : of);
        edit_skip(&e, to[which]);
    }
    with.seen.failed = failed;
    with.seen.of = of;
    return edit_end(&e, i, &with, out, diag);
}

const char *known_next_id(const struct known *k, char *out)
{
    unsigned long highest = 0;

    for (size_t i = 0; i < k->count; i++) {
        char *end = NULL;
        if (strncmp(k->entry[i].id, "KF-", 3) != 0 || !isdigit((unsigned char)k->entry[i].id[3]))
            continue;
        unsigned long number = strtoul(k->entry[i].id + 3, &end, 10);
        if (*end == 0 && number > highest && number < 1000000000)
            highest = number;
    }
    (void)snprintf(out, KNOWN_ID_BYTES_MAX + 1, "KF-%lu", highest + 1);
    return out;
}
