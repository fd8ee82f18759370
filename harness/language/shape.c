/* shape.c: readers by descent; every function moves *at behind what it has read. */
#include "harness/language/shape.h"

#include "harness/language/definition.h"

#include <ctype.h>
#include <string.h>

static bool token_take(const char **at, const char *token)
{
    size_t size = strlen(token);

    if (strncmp(*at, token, size) != 0)
        return false;
    *at += size;
    return true;
}

static size_t word_size(const char *at)
{
    size_t size = 0;

    while (isalnum((unsigned char)at[size]) || at[size] == '-')
        size++;
    return size;
}

static bool is_definition(const char *at, size_t size)
{
    bool upper = size > 0;

    for (size_t i = 0; i < size; i++)
        upper = upper && (isupper((unsigned char)at[i]) || at[i] == '-');
    return upper;
}

/* ---- For people ---- */

void shape_text(const char *shape, struct buf *out) /* NOLINT(misc-no-recursion): definitions */
{
    unsigned depth = 0;

    for (const char *at = shape; *at != 0;) {
        size_t size = word_size(at);
        const char *own = depth == 0 && size > 0 ? definition_find(at, size) : NULL;
        if (own != NULL)
            shape_text(own, out);
        else if (size > 0 || (*at != '!' && *at != '+'))
            buf_add(out, at, size > 0 ? size : 1);
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at += size > 0 ? size : 1;
    }
}

/* ---- As a schema ---- */

static bool shape_read(const char **at, unsigned depth, struct buf *out);

static void reference_add(struct buf *out, const char *word, size_t size)
{
    buf_add_text(out, "{\"$ref\":\"#/definitions/");
    for (size_t i = 0; i < size; i++) {
        char lower = (char)tolower((unsigned char)word[i]);
        buf_add(out, &lower, 1);
    }
    buf_add_text(out, "\"}");
}

/* "{*: shape}" and "{WORD: shape}" behind their opening. */
static bool open_map_read(const char **at, unsigned depth, struct buf *out)
{
    size_t size = word_size(*at);

    buf_add_text(out, "{\"type\":\"object\",");
    if (size > 0) {
        buf_add_text(out, "\"propertyNames\":");
        reference_add(out, *at, size);
        buf_add_text(out, ",");
        *at += size;
    } else {
        (*at)++;
    }
    buf_add_text(out, "\"additionalProperties\":");
    bool ok = token_take(at, ": ") && shape_read(at, depth + 1, out) && token_take(at, "}");
    buf_add_text(out, "}");
    return ok;
}

static bool map_read(const char **at, unsigned depth, struct buf *out)
{
    struct buf required = BUF_INIT;
    bool ok = true;

    if (**at == '*' || is_definition(*at, word_size(*at)))
        return open_map_read(at, depth, out);
    buf_add_text(out, "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
    for (bool first = true; ok && !token_take(at, "}"); first = false) {
        ok = first || token_take(at, ", ");
        size_t size = word_size(*at);
        buf_addf(out, "%s\"%.*s\":", first ? "" : ",", (int)size, *at);
        const char *key = *at;
        *at += size;
        if (token_take(at, "!"))
            buf_addf(&required, "%s\"%.*s\"", required.size > 0 ? "," : "", (int)size, key);
        ok = ok && size > 0 && token_take(at, ": ") && shape_read(at, depth + 1, out);
    }
    buf_add_text(out, "}");
    if (required.size > 0)
        buf_addf(out, ",\"required\":[%s]", buf_text(&required));
    buf_add_text(out, "}");
    buf_release(&required);
    return ok;
}

static bool list_read(const char **at, unsigned depth, struct buf *out)
{
    struct buf first = BUF_INIT;
    bool ok = shape_read(at, depth + 1, &first);

    buf_add_text(out, "{\"type\":\"array\",");
    if (ok && token_take(at, ", ")) {
        buf_addf(out, "\"minItems\":2,\"maxItems\":2,\"items\":[%s,", buf_text(&first));
        ok = shape_read(at, depth + 1, out) && token_take(at, "]");
        buf_add_text(out, "]}");
    } else {
        ok = ok && token_take(at, "]");
        if (token_take(at, "+"))
            buf_add_text(out, "\"minItems\":1,");
        buf_addf(out, "\"items\":%s}", buf_text(&first));
    }
    buf_release(&first);
    return ok;
}

static bool one_read(const char **at, unsigned depth, struct buf *out)
{
    size_t size = word_size(*at);

    if (token_take(at, "{"))
        return map_read(at, depth, out);
    if (token_take(at, "["))
        return list_read(at, depth, out);
    if (is_definition(*at, size))
        reference_add(out, *at, size);
    else if (isdigit((unsigned char)**at))
        buf_addf(out, "{\"const\":%.*s}", (int)size, *at);
    else
        buf_addf(out, "{\"const\":\"%.*s\"}", (int)size, *at);
    *at += size;
    return size > 0;
}

static bool shape_read(const char **at, unsigned depth, struct buf *out)
{
    struct buf all = BUF_INIT;
    size_t count = 0;
    bool ok = depth < SHAPE_DEPTH_MAX;
    bool exact = false;

    do {
        size_t size = word_size(*at);
        buf_add_text(&all, count > 0 ? "," : "");
        exact = exact || (size > 0 && !is_definition(*at, size) && !isdigit((unsigned char)**at));
        ok = ok && one_read(at, depth, &all);
        count++;
    } while (ok && token_take(at, " | "));
    /* Where a word may stand, ${name} may stand for it. */
    if (exact) {
        buf_add_text(&all, ",{\"$ref\":\"#/definitions/parameter\"}");
        count++;
    }
    buf_addf(out, count > 1 ? "{\"anyOf\":[%s]}" : "%s", buf_text(&all));
    ok = ok && !all.failed;
    buf_release(&all);
    return ok;
}

bool shape_schema(const char *shape, struct buf *out)
{
    const char *at = shape;

    return shape_read(&at, 0, out) && *at == 0;
}

/* ---- As keys and words ---- */

/* Moves *at behind what stands in brackets there. */
static void group_skip(const char **at)
{
    size_t depth = 0;

    do {
        depth += **at == '{' || **at == '[';
        depth -= **at == '}' || **at == ']';
        (*at)++;
    } while (depth > 0 && **at != 0);
    (void)token_take(at, "+");
}

static void one_skip(const char **at)
{
    if (**at == '{' || **at == '[')
        group_skip(at);
    else
        *at += word_size(*at);
}

static void shape_skip(const char **at)
{
    do
        one_skip(at);
    while (token_take(at, " | "));
}

const char *shape_map(const char *shape)
{
    const char *at = shape;

    do {
        const char *list = at;
        if (token_take(&at, "{"))
            return at;
        const char *inside = token_take(&list, "[") ? shape_map(list) : NULL;
        if (inside != NULL)
            return inside;
        one_skip(&at);
    } while (token_take(&at, " | "));
    return NULL;
}

static bool is_open(const char *map)
{
    return *map == '*' || is_definition(map, word_size(map));
}

const char *shape_values(const char *map)
{
    return is_open(map) ? strchr(map, ' ') + 1 : NULL;
}

bool shape_key_next(const char **at, struct shape_key *out)
{
    (void)token_take(at, ", ");
    size_t size = word_size(*at);
    if (size == 0 || is_open(*at))
        return false;
    *out = (struct shape_key){.name = *at, .size = size};
    *at += size;
    out->required = token_take(at, "!");
    (void)token_take(at, ": ");
    out->shape = *at;
    shape_skip(at);
    return true;
}

bool shape_word(const char *shape, size_t i, const char **word, size_t *size)
{
    const char *at = shape;

    (void)token_take(&at, "[");
    do {
        *word = at;
        *size = word_size(at);
        if (*size > 0 && !is_definition(at, *size) && i-- == 0)
            return true;
        one_skip(&at);
    } while (token_take(&at, " | "));
    return false;
}
