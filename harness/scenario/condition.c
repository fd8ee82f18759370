/* condition.c: what `when` compares: operands, and lists of them. */
#include "harness/scenario/condition.h"

#include "runtime/base/logic.h"

#include <ctype.h>
#include <string.h>

struct condition {
    struct logic l; /* first: a leaf is given this one */
    struct parse *p;
    const struct scope *scope;
    const struct node *node;
};

struct operand {
    const char *text;
    size_t size;
    size_t at;
};

/* The finding, to say more about it; a spare one behind the first. */
static struct finding *condition_error(struct condition *c, size_t at, const char *what)
{
    struct finding *f = &c->p->spare;

    if (!c->l.bad) {
        f = finding_error(c->p, c->node, "in the condition: %s", what);
        if (c->l.text == c->node->text)
            finding_inside(f, c->node, at, 1);
    }
    c->l.bad = true;
    return f;
}

static void error_say(struct logic *l, size_t at, const char *what)
{
    (void)condition_error((struct condition *)(void *)l, at, what);
}

static bool is_word_byte(char b)
{
    return isalnum((unsigned char)b) || b == '_' || b == '-' || b == '.';
}

static struct operand quoted_read(struct condition *c)
{
    char quote = c->l.text[c->l.at];
    const char *from = c->l.text + c->l.at + 1;
    const char *end = strchr(from, quote);
    struct operand out = {.text = "", .at = c->l.at};

    if (end == NULL) {
        (void)condition_error(c, c->l.at, "this quote is never closed");
        return out;
    }
    out.text = from;
    out.size = (size_t)(end - from);
    c->l.at += out.size + 2;
    return out;
}

static struct operand operand_read(struct condition *c)
{
    logic_space(&c->l);
    struct operand out = {.text = "", .at = c->l.at};
    char b = c->l.text[c->l.at];
    if (b == '"' || b == '\'')
        return quoted_read(c);
    size_t size = 0;
    while (is_word_byte(c->l.text[c->l.at + size]))
        size++;
    if (size == 0) {
        (void)condition_error(c, c->l.at,
                              b == 0 ? "something is missing at the end"
                                     : "a name or a value must stand here");
        return out;
    }
    out.text = c->l.text + c->l.at;
    out.size = size;
    c->l.at += size;
    bool number = isdigit((unsigned char)b) || b == '-';
    bool truth = (size == 4 && memcmp(out.text, "true", 4) == 0) ||
                 (size == 5 && memcmp(out.text, "false", 5) == 0);
    if (number || truth)
        return out;
    const struct binding *found = scope_find(c->scope, out.text, size);
    if (found == NULL && c->scope->missing != NULL) {
        if (c->scope->missing->size == 0)
            *c->scope->missing = (struct missing){out.text, size};
        return (struct operand){.text = "true", .size = 4, .at = out.at};
    }
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
    if (found->secret != NULL)
        (void)condition_error(c, out.at, "a secret has no value before the run");
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

    if (logic_take(&c->l, "[")) {
        end = "]";
    } else if (!logic_take(&c->l, "(")) {
        (void)condition_error(c, c->l.at, "'in' wants a list in parentheses");
        return false;
    }
    do {
        struct operand member = operand_read(c);
        found = found || operand_is(left, member.text, member.size);
    } while (!c->l.bad && logic_take(&c->l, ","));
    if (!c->l.bad && !logic_take(&c->l, end))
        (void)condition_error(c, c->l.at, "the end of the list is missing");
    return found;
}

static bool comparison_read(struct condition *c)
{
    struct operand left = operand_read(c);

    if (c->l.bad)
        return false;
    if (logic_take(&c->l, "==") || logic_take(&c->l, "!=")) {
        bool equal = c->l.text[c->l.at - 2] == '=';
        struct operand right = operand_read(c);
        return operand_is(&left, right.text, right.size) == equal;
    }
    if (logic_take(&c->l, "in"))
        return members_read(c, &left);
    size_t at = c->l.at;
    if (logic_take(&c->l, "not")) {
        if (logic_take(&c->l, "in"))
            return !members_read(c, &left);
        c->l.at = at;
    }
    if (operand_is(&left, "true", 4))
        return true;
    if (!operand_is(&left, "false", 5)) {
        struct finding *f = condition_error(c, c->l.at, "a comparison must stand here");
        f->label = "==, != or in (...)";
    }
    return false;
}

static bool leaf_read(struct logic *l)
{
    return comparison_read((struct condition *)(void *)l);
}

bool condition_read(struct parse *p, const struct scope *s, const struct node *n, bool *out)
{
    const char *text;

    if (!value_words(p, s, n, "a condition", &text))
        return false;
    struct condition c = {
        .l = {.text = text, .leaf = leaf_read, .error = error_say, .inside = is_word_byte},
        .p = p,
        .scope = s,
        .node = n,
    };
    bool holds = logic_read(&c.l);
    if (c.l.bad)
        return false;
    *out = holds;
    return true;
}
