/* help_word.c: all that the tables know of one word, whatever it is a word of. */
#include "harness/cli/papers.h"
#include "harness/cli/verb.h"
#include "harness/cli/words.h"
#include "harness/fixture/fixture.h"
#include "harness/language/definition.h"
#include "harness/observe/verdict.h"
#include "runtime/base/check.h"
#include "runtime/base/suggest.h"
#include "runtime/base/trace.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Of our own tables, so that more is a mistake in the code. */
enum { NAMES_MAX = 2048, INSIDE_BYTES_MAX = 16 * 1024 };

/* What a word of each kind is called. */
static const char *const kind_texts[WORD_ALL] = {
    [WORD_TOP_KEY] = "a key of a file",
    [WORD_ACTOR_KEY] = "a key of an actor",
    [WORD_COMMAND_KEY] = "a key of `command:`",
    [WORD_STEP] = "a step",
    [WORD_FAULT] = "what `fault:` can do",
    [WORD_INVARIANT] = "an invariant",
    [WORD_POINT_FAMILY] = NULL, /* every point is one by itself */
    [WORD_ROLE] = "a role of an actor",
    [WORD_DEFECT] = "a defect of the runtime, for `defect:`",
    [WORD_TELL] = "what `tell:` can ask for",
    [WORD_POINT] = "a point, for ACTOR@POINT#N",
    [WORD_SIGNAL] = "a signal",
    [WORD_KEY] = NULL, /* see help_key() */
    [WORD_ERROR] = "a kind of error, for `exit: { error: KIND }`",
    [WORD_CAUSE] = "a cause, for `must-fail:`",
    [WORD_VERDICT] = "what a run can end in",
    [WORD_DEFINITION] = "stands in shapes for",
};

/* ---- One row ---- */

/* Adds the text, each line of it a little further in. */
static void indented_add(struct buf *out, const char *text)
{
    while (*text != 0) {
        size_t size = strcspn(text, "\n");
        buf_addf(out, "    %.*s\n", (int)size, text);
        text += size + (text[size] == '\n');
    }
}

static void row_add(enum word_kind kind, const struct word *w, struct buf *out)
{
    struct buf text = BUF_INIT;

    buf_addf(out, "%s, %s\n", w->name, kind_texts[kind]);
    if (kind == WORD_POINT)
        help_point((unsigned)point_find(w->name), &text);
    else if (kind == WORD_INVARIANT)
        buf_addf(&text, "%s%s%s", w->help, w->shape[0] != 0 ? " " : "", w->shape);
    else if (kind == WORD_FAULT)
        buf_addf(&text, "fault: { %s }\n%s", w->shape, w->help);
    else if (w->shape != NULL)
        buf_addf(&text, "%s: %s\n%s", w->name, w->shape, w->help != NULL ? w->help : "");
    else if (w->help != NULL)
        buf_add_text(&text, w->help);
    indented_add(out, buf_text(&text));
    buf_release(&text);
    word_example(kind, w, &text);
    if (text.size > 0)
        buf_add_text(out, "\n");
    indented_add(out, buf_text(&text));
    buf_release(&text);
    buf_add_text(out, "\n");
}

/* ---- Words inside ---- */

/* True when the shape has the word, as a key or for itself. */
static bool shape_has(const char *shape, const char *name)
{
    size_t size = strlen(name);

    for (const char *at = shape; at != NULL && (at = strstr(at, name)) != NULL; at += size) {
        bool begins = at == shape || (!isalnum((unsigned char)at[-1]) && at[-1] != '-');
        if (begins && !isalnum((unsigned char)at[size]) && at[size] != '-')
            return true;
    }
    return false;
}

static const enum word_kind shaped[] = {WORD_TOP_KEY, WORD_ACTOR_KEY, WORD_COMMAND_KEY,
                                        WORD_STEP,    WORD_FAULT,     WORD_DEFINITION};

enum { SHAPED = sizeof(shaped) / sizeof(shaped[0]) };

/* The words whose shapes have this one. */
static bool inside_add(const char *name, struct buf *out)
{
    struct word w;
    bool found = false;

    for (size_t k = 0; k < SHAPED; k++) {
        for (size_t i = 0; word_at(shaped[k], i, &w); i++) {
            if (strcmp(w.name, name) == 0 || !shape_has(w.shape, name))
                continue;
            buf_addf(out, "%s, a word of `%s`\n", name, w.name);
            buf_addf(out, shaped[k] == WORD_FAULT ? "    fault: { %.0s%s }\n" : "    %s: %s\n",
                     w.name, w.shape);
            if (w.help != NULL)
                indented_add(out, w.help);
            buf_add_text(out, "\n");
            found = true;
        }
    }
    return found;
}

/* ---- Flags and selectors ---- */

/* The line of a flag as verb i has it; NULL: it has none. The caller releases it. */
static const char *flag_line(size_t i, const char *name, struct buf *out)
{
    *out = BUF_INIT;
    return flag_print(verb_at(i)->flags, name, out) ? buf_text(out) : NULL;
}

/* The verbs from number i on that have the flag with this line. Verb i is the first of them unless
 * one before it has the same. */
static void flag_verbs_add(size_t i, const char *name, const char *line, struct buf *out)
{
    struct buf verbs = BUF_INIT;
    bool told = false;

    for (size_t k = 0; k < verb_count() && !told; k++) {
        struct buf other;
        const char *text = flag_line(k, name, &other);
        bool same = text != NULL && strcmp(text, line) == 0;
        told = same && k < i;
        if (same)
            buf_addf(&verbs, "%s%s", verbs.size > 0 ? ", " : "", verb_at(k)->name);
        buf_release(&other);
    }
    if (!told)
        buf_addf(out, "%s, a flag of %s\n%s\n", name, buf_text(&verbs), line);
    buf_release(&verbs);
}

/* A name may mean one thing to some verbs and another to others. */
static bool flag_add(const char *name, struct buf *out)
{
    bool found = false;

    for (size_t i = 0; i < verb_count(); i++) {
        struct buf line;
        const char *text = flag_line(i, name, &line);
        if (text != NULL)
            flag_verbs_add(i, name, text, out);
        found = found || text != NULL;
        buf_release(&line);
    }
    return found;
}

static bool selector_add(const char *name, struct buf *out)
{
    static const char *const words[] = {"tag", "id", "engine", "and", "or", "not"};
    size_t size = strcspn(name, ":");

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strlen(words[i]) != size || memcmp(words[i], name, size) != 0)
            continue;
        buf_addf(out, "%s, a word of -k\n\n", words[i]);
        return help_topic("selectors", out);
    }
    return false;
}

/* ---- All of it ---- */

/* Words in capitals are found however they are typed. */
static bool is_named(const struct word *w, const char *name)
{
    bool capitals = isupper((unsigned char)w->name[0]);

    return (capitals ? strcasecmp(w->name, name) : strcmp(w->name, name)) == 0;
}

/* All points of a family: "dbg". */
static bool family_add(const char *name, struct buf *out)
{
    struct word w;
    bool found = false;

    for (size_t i = 0; word_at(WORD_POINT, i, &w); i++) {
        size_t size = point_family_size(w.name);
        if (strlen(name) != size || memcmp(w.name, name, size) != 0)
            continue;
        buf_addf(out, "%-28s ", w.name);
        help_point((unsigned)i, out);
        buf_add_text(out, "\n");
        found = true;
    }
    buf_add_text(out, found ? "\n" : "");
    return found;
}

/* The point of an address; other words as they are. */
static const char *point_part(const char *name, char *out, size_t size)
{
    const char *at = strchr(name, '@');

    if (at == NULL)
        return name;
    size_t part = strcspn(at + 1, "#");
    if (part >= size)
        return name;
    memcpy(out, at + 1, part);
    out[part] = 0;
    return out;
}

bool help_word(const char *typed, struct buf *out)
{
    char point[SUGGEST_WORD_BYTES_MAX];
    const char *name = point_part(typed, point, sizeof(point));
    struct word w;
    bool found = false;

    if (name[0] == 0)
        return false;
    for (unsigned kind = 0; kind < WORD_ALL; kind++) {
        for (size_t i = 0; word_at(kind, i, &w); i++) {
            if (kind_texts[kind] == NULL || !is_named(&w, name))
                continue;
            row_add(kind, &w, out);
            found = true;
        }
    }
    found = family_add(name, out) || found;
    found = flag_add(name, out) || found;
    found = selector_add(name, out) || found;
    found = help_script(name, out) || found;
    found = help_key(name, out) || found;
    found = help_call(name, out) || found;
    found = help_fixture(name, out) || found;
    return inside_add(name, out) || found;
}

/* ---- What was meant ---- */

struct names {
    const char *name[NAMES_MAX];
    size_t count;
    char text[INSIDE_BYTES_MAX]; /* those that stand in shapes, each with its 0 */
    size_t size;
};

static const char *names_at(size_t i, void *user)
{
    const struct names *names = user;

    return names->name[i];
}

static void names_add(struct names *names, const char *name)
{
    CHECK(names->count < NAMES_MAX);
    names->name[names->count++] = name;
}

/* What stands in a shape for itself, as a key or a value: in small letters. Copied. */
static void inside_names_add(struct names *names, const char *shape)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz-";

    while (shape != NULL && *shape != 0) {
        size_t size = strspn(shape, letters);
        if (size > 1 && size < SUGGEST_WORD_BYTES_MAX) {
            CHECK(names->size + size < sizeof(names->text));
            names_add(names, memcpy(names->text + names->size, shape, size));
            names->size += size;
            names->text[names->size++] = 0;
        }
        shape += size > 0 ? size : 1;
    }
}

const char *help_suggest(const char *typed)
{
    char point[SUGGEST_WORD_BYTES_MAX];
    const char *name = point_part(typed, point, sizeof(point));
    static struct names names;
    struct word w;

    names.count = 0;
    names.size = 0;
    for (size_t i = 0; help_topic_at(i) != NULL; i++)
        names_add(&names, help_topic_at(i));
    for (size_t i = 0; i < verb_count(); i++)
        names_add(&names, verb_at(i)->name);
    for (unsigned kind = 0; kind < WORD_ALL; kind++) {
        for (size_t i = 0; word_at(kind, i, &w); i++)
            names_add(&names, w.name);
    }
    for (size_t i = 0; fixture_at(i) != NULL; i++)
        names_add(&names, fixture_at(i)->name);
    for (size_t i = 0; flag_name_at(i) != NULL; i++)
        names_add(&names, flag_name_at(i));
    for (size_t k = 0; k < SHAPED; k++) {
        for (size_t i = 0; word_at(shaped[k], i, &w); i++)
            inside_names_add(&names, w.shape);
    }
    const char *near = suggest(name + strspn(name, "-"), names.count, names_at, &names);
    return near != NULL ? near : point_suggest(name);
}
