/* logic.c: a recursive descent over one line of text. */
#include "runtime/base/logic.h"

#include <ctype.h>
#include <string.h>

void logic_error(struct logic *l, size_t at, const char *what)
{
    if (!l->bad)
        l->error(l, at, what);
    l->bad = true;
}

void logic_space(struct logic *l)
{
    while (isspace((unsigned char)l->text[l->at]))
        l->at++;
}

bool logic_take(struct logic *l, const char *token)
{
    size_t size = strlen(token);

    logic_space(l);
    if (strncmp(l->text + l->at, token, size) != 0)
        return false;
    if (l->inside(token[0]) && l->inside(l->text[l->at + size]))
        return false;
    l->at += size;
    return true;
}

static bool any_read(struct logic *l);

static bool part_read(struct logic *l)
{
    bool out = false;

    if (l->depth == LOGIC_DEPTH_MAX) {
        logic_error(l, l->at, "nested too deeply");
        return false;
    }
    l->depth++;
    if (logic_take(l, "not")) {
        out = !part_read(l);
    } else if (logic_take(l, "(")) {
        out = any_read(l);
        if (!l->bad && !logic_take(l, ")"))
            logic_error(l, l->at, "')' is missing");
    } else {
        logic_space(l);
        out = l->leaf(l);
    }
    l->depth--;
    return out;
}

/* Whether one more part follows that must hold, too. */
static bool and_take(struct logic *l)
{
    if (l->bad || logic_take(l, "and"))
        return !l->bad;
    size_t at = l->at; /* behind the blanks */
    bool over = !l->side_by_side || l->text[at] == 0 || l->text[at] == ')' || logic_take(l, "or");
    l->at = at;
    return !over;
}

static bool all_read(struct logic *l)
{
    bool out = part_read(l);

    while (and_take(l)) {
        bool right = part_read(l);
        out = out && right;
    }
    return out;
}

static bool any_read(struct logic *l)
{
    bool out = all_read(l);

    while (!l->bad && logic_take(l, "or")) {
        bool right = all_read(l);
        out = out || right;
    }
    return out;
}

bool logic_read(struct logic *l)
{
    bool out = any_read(l);

    logic_space(l);
    if (l->text[l->at] == ')')
        logic_error(l, l->at, "')' without '('");
    else if (l->text[l->at] != 0)
        logic_error(l, l->at, "this does not belong here");
    return out && !l->bad;
}
