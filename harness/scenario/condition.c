/* condition.c: a recursive descent over one line of text; both sides are always read, so that a
 * mistake in a branch that does not matter now is found too. */
#include "harness/scenario/condition.h"

#include <ctype.h>
#include <string.h>

struct condition {
    struct parse *p;
    const struct scope *scope;
    const struct node *node;
    const char *text;
    size_t at;
    unsigned depth;
    bool bad;
};

struct operand {
    const char *text;
    size_t size;
    size_t at;
};

static struct finding *condition_error(struct condition *c, size_t at, const char *what)
{
    struct finding *f = &c->p->spare;

    if (!c->bad) {
        f = finding_error(c->p, c->node, "in the condition: %s", what);
        if (c->text == c->node->text)
            finding_inside(f, c->node, at, 1);
    }
    c->bad = true;
    return f;
}

static void space_skip(struct condition *c)
{
    while (isspace((unsigned char)c->text[c->at]))
        c->at++;
}

static bool is_word_byte(char b)
{
    return isalnum((unsigned char)b) || b == '_' || b == '-' || b == '.';
}

/* Takes a word or a sign if it is the next thing. */
static bool token_take(struct condition *c, const char *token)
{
    space_skip(c);
    size_t size = strlen(token);
    if (strncmp(c->text + c->at, token, size) != 0)
        return false;
    if (is_word_byte(token[0]) && is_word_byte(c->text[c->at + size]))
        return false;
    c->at += size;
    return true;
}

static struct operand quoted_read(struct condition *c)
{
    char quote = c->text[c->at];
    const char *from = c->text + c->at + 1;
    const char *end = strchr(from, quote);
    struct operand out = {.text = "", .at = c->at};

    if (end == NULL) {
        (void)condition_error(c, c->at, "this quote is never closed");
        return out;
    }
    out.text = from;
    out.size = (size_t)(end - from);
    c->at += out.size + 2;
    return out;
}

static struct operand operand_read(struct condition *c)
{
    space_skip(c);
    struct operand out = {.text = "", .at = c->at};
    char b = c->text[c->at];
    if (b == '"' || b == '\'')
        return quoted_read(c);
    size_t size = 0;
    while (is_word_byte(c->text[c->at + size]))
        size++;
    if (size == 0) {
        (void)condition_error(c, c->at,
                              b == 0 ? "something is missing at the end"
                                     : "a name or a value must stand here");
        return out;
    }
    out.text = c->text + c->at;
    out.size = size;
    c->at += size;
    bool number = isdigit((unsigned char)b) || b == '-';
    bool truth = (size == 4 && memcmp(out.text, "true", 4) == 0) ||
                 (size == 5 && memcmp(out.text, "false", 5) == 0);
    if (number || truth)
        return out;
    const struct binding *found = scope_find(c->scope, out.text, size);
    if (found == NULL) {
        const char *name = parse_format(c->p, "%.*s", (int)(size < 80 ? size : 80), out.text);
        struct scope names = *c->scope;
        struct finding *f = condition_error(
            c, out.at, parse_format(c->p, "no parameter '%s' in %s", name, names.from));
        f->width = (uint32_t)size;
        finding_suggest(c->p, f, name, names.count, scope_name_at, &names);
        if (f->label == NULL)
            f->label = "text stands in double quotes";
        return out;
    }
    out.text = found->text;
    out.size = found->size;
    return out;
}

static bool operand_is(const struct operand *a, const char *text, size_t size)
{
    return a->size == size && memcmp(a->text, text, size) == 0;
}

static bool members_read(struct condition *c, const struct operand *left)
{
    bool found = false;
    const char *end = ")";

    if (token_take(c, "[")) {
        end = "]";
    } else if (!token_take(c, "(")) {
        (void)condition_error(c, c->at, "'in' wants a list in parentheses");
        return false;
    }
    do {
        struct operand member = operand_read(c);
        found = found || operand_is(left, member.text, member.size);
    } while (!c->bad && token_take(c, ","));
    if (!c->bad && !token_take(c, end))
        (void)condition_error(c, c->at, "the end of the list is missing");
    return found;
}

static bool comparison_read(struct condition *c)
{
    struct operand left = operand_read(c);

    if (c->bad)
        return false;
    if (token_take(c, "==") || token_take(c, "!=")) {
        bool equal = c->text[c->at - 2] == '=';
        struct operand right = operand_read(c);
        return operand_is(&left, right.text, right.size) == equal;
    }
    if (token_take(c, "in"))
        return members_read(c, &left);
    size_t at = c->at;
    if (token_take(c, "not")) {
        if (token_take(c, "in"))
            return !members_read(c, &left);
        c->at = at;
    }
    if (operand_is(&left, "true", 4))
        return true;
    if (!operand_is(&left, "false", 5)) {
        struct finding *f = condition_error(c, c->at, "a comparison must stand here");
        f->label = "==, != or in (...)";
    }
    return false;
}

static bool any_read(struct condition *c);

static bool part_read(struct condition *c)
{
    bool out = false;

    if (c->depth == CONDITION_DEPTH_MAX) {
        (void)condition_error(c, c->at, "nested too deeply");
        return false;
    }
    c->depth++;
    if (token_take(c, "not")) {
        out = !part_read(c);
    } else if (token_take(c, "(")) {
        out = any_read(c);
        if (!c->bad && !token_take(c, ")"))
            (void)condition_error(c, c->at, "')' is missing");
    } else {
        out = comparison_read(c);
    }
    c->depth--;
    return out;
}

static bool all_read(struct condition *c)
{
    bool out = part_read(c);

    while (!c->bad && token_take(c, "and")) {
        bool right = part_read(c);
        out = out && right;
    }
    return out;
}

static bool any_read(struct condition *c)
{
    bool out = all_read(c);

    while (!c->bad && token_take(c, "or")) {
        bool right = all_read(c);
        out = out || right;
    }
    return out;
}

bool condition_read(struct parse *p, const struct scope *s, const struct node *n, bool *out)
{
    const char *text;

    if (!value_words(p, s, n, "a condition", &text))
        return false;
    struct condition c = {.p = p, .scope = s, .node = n, .text = text};
    bool holds = any_read(&c);
    space_skip(&c);
    if (!c.bad && c.text[c.at] != 0)
        (void)condition_error(&c, c.at, "this does not belong here");
    if (c.bad)
        return false;
    *out = holds;
    return true;
}
