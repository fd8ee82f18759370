/* filter.c: what a word of `-k` means. The text is read again for each variant: it is short. */
#include "harness/cli/filter.h"

#include "runtime/base/check.h"
#include "runtime/base/logic.h"

#include <ctype.h>
#include <string.h>

struct filter_reading {
    struct logic l; /* first: a leaf is given this one */
    const struct filter_subject *subject;
    struct diag *diag;
};

static void error_say(struct logic *l, size_t at, const char *what)
{
    const struct filter_reading *r = (const struct filter_reading *)(const void *)l;

    (void)diag_set(r->diag, ERR_USAGE, "-k: %s at byte %zu of '%s'", what, at + 1, l->text);
}

static bool is_word_byte(char b)
{
    return b != 0 && !isspace((unsigned char)b) && strchr("()\"", b) == NULL;
}

bool parameters_have(const char *parameters, const char *pair)
{
    size_t size = strlen(pair);

    for (const char *at = parameters; *at != 0;) {
        size_t part = strcspn(at, ",");
        if (part == size && memcmp(at, pair, size) == 0)
            return true;
        at += part;
        at += *at == ',';
    }
    return false;
}

static bool word_takes(const char *word, const struct filter_subject *s)
{
    if (strncmp(word, "tag:", 4) == 0) {
        for (size_t i = 0; i < s->tag_count; i++) {
            if (strcmp(s->tags[i], word + 4) == 0)
                return true;
        }
        return false;
    }
    if (strncmp(word, "engine:", 7) == 0)
        return strcmp(s->engine, word + 7) == 0;
    if (strncmp(word, "id:", 3) == 0)
        return strcmp(s->id, word + 3) == 0;
    if (strchr(word, '=') != NULL && strchr(word, '[') == NULL)
        return parameters_have(s->parameters, word);
    return strstr(s->id, word) != NULL;
}

/* Reads a word in quotes into `word`, which has room for the whole text. */
static void quoted_read(struct logic *l, char *word)
{
    size_t begin = l->at;
    const char *at = l->text + begin + 1;

    for (; *at != '"'; at++) {
        if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
            at++;
        if (*at == 0) {
            logic_error(l, begin, "a quote is not closed");
            break;
        }
        *word++ = *at;
    }
    *word = 0;
    l->at = (size_t)(at - l->text) + (*at == '"');
}

static bool leaf_read(struct logic *l)
{
    const struct filter_reading *r = (const struct filter_reading *)(const void *)l;
    char word[FILTER_BYTES_MAX + 1];
    size_t size = 0;

    if (l->text[l->at] == '"') {
        quoted_read(l, word);
        return !l->bad && strstr(r->subject->id, word) != NULL;
    }
    while (is_word_byte(l->text[l->at + size]))
        size++;
    memcpy(word, l->text + l->at, size);
    word[size] = 0;
    if (size == 0 || strcmp(word, "and") == 0 || strcmp(word, "or") == 0) {
        logic_error(l, l->at, "a word expected");
        return false;
    }
    l->at += size;
    return word_takes(word, r->subject);
}

static bool filter_read(const char *text, const struct filter_subject *subject, struct diag *diag,
                        bool *takes)
{
    struct filter_reading r = {
        .l = {.text = text,
              .leaf = leaf_read,
              .error = error_say,
              .inside = is_word_byte,
              .side_by_side = true},
        .subject = subject,
        .diag = diag,
    };

    *takes = logic_read(&r.l);
    return !r.l.bad;
}

int filter_check(const char *filter, struct diag *diag)
{
    static const struct filter_subject nothing = {.id = "", .parameters = "", .engine = ""};
    bool takes;

    if (strlen(filter) > FILTER_BYTES_MAX)
        return diag_set(diag, ERR_USAGE, "-k takes at most %d bytes", FILTER_BYTES_MAX);
    return filter_read(filter, &nothing, diag, &takes) ? 0 : ERR_USAGE;
}

bool filter_takes(const char *filter, const struct filter_subject *subject)
{
    bool takes = true;

    if (filter != NULL)
        CHECK(filter_read(filter, subject, NULL, &takes));
    return takes;
}

const char *filter_word_next(const char *at, char *out)
{
    while (*at != 0) {
        size_t size = 0;
        if (*at == '"') {
            for (at++; *at != 0 && *at != '"'; at++)
                at += at[0] == '\\' && at[1] != 0;
            at += *at == '"';
            continue;
        }
        while (is_word_byte(at[size]))
            size++;
        memcpy(out, at, size);
        out[size] = 0;
        at += size > 0 ? size : 1;
        if (size > 0 && strcmp(out, "and") != 0 && strcmp(out, "or") != 0 &&
            strcmp(out, "not") != 0)
            return at;
    }
    return NULL;
}
