/* explain.c: names and values of the loaded variants, held against what was typed. */
#include "harness/cli/explain.h"

#include "harness/cli/print.h"
#include "harness/report/exit_code.h"
#include "runtime/base/suggest.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 4096, LISTED_MAX = 8 };

/* Different names, in the order in which they were seen. */
struct names {
    char *name[NAMES_MAX]; /* owned */
    size_t count;
};

static const char *names_at(size_t i, void *user)
{
    const struct names *names = user;

    return names->name[i];
}

static bool names_have(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->name[i], name) == 0)
            return true;
    }
    return false;
}

/* Without memory a suggestion is missing, nothing else. */
static void names_add(struct names *names, const char *name, size_t size)
{
    char *copy = strndup(name, size);

    if (copy == NULL || names->count == NAMES_MAX || names_have(names, copy))
        free(copy);
    else
        names->name[names->count++] = copy;
}

static void names_free(struct names *names)
{
    for (size_t i = 0; names != NULL && i < names->count; i++)
        free(names->name[i]);
    free(names);
}

/* "; did you mean 'x'?" if one is near; else the few that there are. */
static bool near_add(struct names *names, const char *word, struct buf *out)
{
    const char *near = suggest(word, names->count, names_at, names);

    if (near != NULL)
        buf_addf(out, "; did you mean '%s'?", near);
    else if (names->count > 0 && names->count <= LISTED_MAX)
        buf_add_text(out, "; there is");
    for (size_t i = 0; near == NULL && i < names->count && names->count <= LISTED_MAX; i++)
        buf_addf(out, "%s %s", i > 0 ? "," : "", names->name[i]);
    return near != NULL;
}

/* ---- What there is ---- */

/* The parameters' names, or with `of` the values of that one. */
static void parameters_add(const char *parameters, const char *of, struct names *names)
{
    for (const char *at = parameters; *at != 0;) {
        size_t part = strcspn(at, ",");
        size_t name = strcspn(at, "=");
        if (of == NULL)
            names_add(names, at, name);
        else if (strlen(of) == name && memcmp(of, at, name) == 0)
            names_add(names, at + name + 1, part - name - 1);
        at += part + (at[part] == ',');
    }
}

enum what { WHAT_TAGS, WHAT_PARAMETERS, WHAT_IDS };

static void file_add(const struct scenario *s, enum what what, const char *of, struct names *names)
{
    for (size_t i = 0; what == WHAT_TAGS && i < s->tag_count; i++)
        names_add(names, s->tags[i], strlen(s->tags[i]));
    if (what == WHAT_IDS) {
        const char *slash = strrchr(s->id, '/');
        names_add(names, s->id, strlen(s->id));
        if (slash != NULL)
            names_add(names, slash + 1, strlen(slash + 1));
    }
    for (size_t i = 0; what == WHAT_PARAMETERS && i < s->variant_count; i++)
        parameters_add(s->variant[i].parameters, of, names);
}

/* NULL without memory. */
static struct names *names_of(const struct suite *s, enum what what, const char *of)
{
    struct names *names = calloc(1, sizeof(*names));

    for (size_t i = 0; names != NULL && i < s->count; i++) {
        if (s->file[i].scenario != NULL)
            file_add(s->file[i].scenario, what, of, names);
    }
    return names;
}

/* ---- What was typed ---- */

/* KEY=VALUE. */
static bool pair_explain(const struct suite *s, const char *pair, struct buf *out)
{
    const char *equals = strchr(pair, '=');
    char *key = strndup(pair, (size_t)(equals - pair));
    struct names *keys = names_of(s, WHAT_PARAMETERS, NULL);
    struct names *values = key != NULL ? names_of(s, WHAT_PARAMETERS, key) : NULL;
    bool near = false;

    if (key != NULL && keys != NULL && values != NULL && values->count == 0) {
        buf_addf(out, "no variant has a parameter '%s'", key);
        near = near_add(keys, key, out);
    } else if (values != NULL && values->count > 0 && !names_have(values, equals + 1)) {
        buf_addf(out, "the parameter '%s' has no value '%s'", key, equals + 1);
        near = near_add(values, equals + 1, out);
    }
    names_free(keys);
    names_free(values);
    free(key);
    return near;
}

static bool tag_explain(const struct suite *s, const char *tag, struct buf *out)
{
    struct names *tags = names_of(s, WHAT_TAGS, NULL);
    bool near = false;

    if (tags != NULL && !names_have(tags, tag)) {
        buf_addf(out, "no scenario has the tag '%s'", tag);
        near = near_add(tags, tag, out);
    }
    names_free(tags);
    return near;
}

static bool id_explain(const struct suite *s, const char *part, struct buf *out)
{
    struct names *ids = names_of(s, WHAT_IDS, NULL);
    bool near = false;

    for (size_t i = 0; i < s->count; i++) {
        const struct scenario *scenario = s->file[i].scenario;
        for (size_t k = 0; scenario != NULL && k < scenario->variant_count; k++) {
            if (strstr(scenario->variant[k].id, part) != NULL)
                goto done;
        }
    }
    buf_addf(out, "no id has '%s' in it", part);
    if (ids != NULL)
        near = near_add(ids, part, out);
done:
    names_free(ids);
    return near;
}

static bool word_explain(const struct suite *s, const char *word, struct buf *out)
{
    if (strncmp(word, "tag:", 4) == 0)
        return tag_explain(s, word + 4, out);
    if (strncmp(word, "engine:", 7) == 0) {
        if (strcmp(word + 7, "real") != 0 && strcmp(word + 7, "sim") != 0)
            buf_addf(out, "there is no engine '%s'; it is real or sim", word + 7);
        return false;
    }
    if (strncmp(word, "id:", 3) == 0)
        return id_explain(s, word + 3, out);
    if (strchr(word, '=') != NULL && strchr(word, '[') == NULL)
        return pair_explain(s, word, out);
    return id_explain(s, word, out);
}

/* Adds a sentence about the first name or value that no loaded variant has. Returns true when there
 * is a near one, so that it is a slip rather than a choice. */
static bool selection_explain(const struct suite *s, const struct flags *f, struct buf *out)
{
    char word[FILTER_BYTES_MAX + 1];
    bool near = false;

    for (size_t i = 0; i < f->pins.count && out->size == 0; i++)
        near = pair_explain(s, f->pins.pair[i], out);
    for (const char *at = f->filter; at != NULL && out->size == 0;) {
        at = filter_word_next(at, word);
        if (at != NULL)
            near = word_explain(s, word, out);
    }
    return near;
}

int selection_empty(const struct suite *s, const struct flags *f)
{
    struct buf why = BUF_INIT;
    struct buf text = BUF_INIT;

    (void)selection_explain(s, f, &why);
    if (why.size > 0)
        buf_addf(&text, "nothing is selected: %s", buf_text(&why));
    else
        buf_add_text(&text, "nothing is selected; `scenario list` shows what there is");
    print_error(buf_text(&text));
    buf_release(&why);
    buf_release(&text);
    return EXIT_CODE_NOTHING;
}

void selection_doubt(const struct suite *s, const struct flags *f)
{
    struct buf why = BUF_INIT;

    if (selection_explain(s, f, &why))
        print_error(buf_text(&why));
    buf_release(&why);
}
