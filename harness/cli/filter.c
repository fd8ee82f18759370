/* filter.c: parsing and judging `-k`. */
#include "harness/cli/filter.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum node_kind { NODE_WORD, NODE_NOT, NODE_AND, NODE_OR };

struct filter_node {
    enum node_kind kind;
    uint16_t left;
    uint16_t right;
    const char *word; /* lent from filter->text */
    bool quoted;
};

struct filter {
    struct filter_node node[FILTER_NODES_MAX];
    size_t count;
    uint16_t top;
    char words[2 * FILTER_BYTES_MAX]; /* every word with its closing 0 */
    size_t words_size;
};

enum token { TOKEN_END, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_AND, TOKEN_OR, TOKEN_NOT, TOKEN_WORD };

struct filter_parse {
    struct filter *filter;
    const char *text;
    size_t at;    /* behind the current token */
    size_t begin; /* of the current token */
    enum token token;
    const char *word;
    bool quoted;
    size_t depth;
    struct diag *diag;
};

static int parse_error(const struct filter_parse *p, const char *what)
{
    return diag_set(p->diag, ERR_USAGE, "-k: %s at byte %zu of '%s'", what, p->begin + 1, p->text);
}

/* Reads a word up to `end`, which is not part of it. */
static void token_word(struct filter_parse *p, size_t begin, size_t end)
{
    struct filter *f = p->filter;
    char *to = f->words + f->words_size;

    /* There is room: the expression is at most FILTER_BYTES_MAX, and each word takes one more. */
    memcpy(to, p->text + begin, end - begin);
    to[end - begin] = 0;
    f->words_size += end - begin + 1;
    p->word = to;
    p->token = TOKEN_WORD;
}

/* Reads a word in quotes, behind the first. */
static int token_quoted(struct filter_parse *p)
{
    struct filter *f = p->filter;
    const char *at = p->text + p->begin + 1;
    char *to = f->words + f->words_size;

    p->word = to;
    for (; *at != '"'; at++) {
        if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
            at++;
        if (*at == 0)
            return parse_error(p, "a quote is not closed");
        *to++ = *at;
    }
    *to++ = 0;
    f->words_size = (size_t)(to - f->words);
    p->at = (size_t)(at - p->text) + 1;
    p->quoted = true;
    p->token = TOKEN_WORD;
    return 0;
}

static int token_next(struct filter_parse *p)
{
    static const struct {
        const char *word;
        enum token token;
    } keywords[] = {
        {"and", TOKEN_AND},
        {"or",  TOKEN_OR },
        {"not", TOKEN_NOT}
    };

    while (isspace((unsigned char)p->text[p->at]))
        p->at++;
    p->begin = p->at;
    p->quoted = false;
    switch (p->text[p->at]) {
    case 0:
        p->token = TOKEN_END;
        return 0;
    case '(':
    case ')':
        p->token = p->text[p->at] == '(' ? TOKEN_OPEN : TOKEN_CLOSE;
        p->at++;
        return 0;
    case '"':
        return token_quoted(p);
    default:
        break;
    }
    while (p->text[p->at] != 0 && !isspace((unsigned char)p->text[p->at]) &&
           strchr("()\"", p->text[p->at]) == NULL)
        p->at++;
    token_word(p, p->begin, p->at);
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        if (strcmp(p->word, keywords[i].word) == 0)
            p->token = keywords[i].token;
    }
    return 0;
}

static int node_add(struct filter_parse *p, struct filter_node node)
{
    if (p->filter->count == FILTER_NODES_MAX)
        return parse_error(p, "too many words");
    p->filter->node[p->filter->count] = node;
    return (int)p->filter->count++;
}

static int parse_or(struct filter_parse *p);

/* Each parse_*() returns the number of its node, or a negative error. */
static int parse_term(struct filter_parse *p) /* NOLINT(misc-no-recursion): bounded by depth */
{
    int rc = 0;

    if (++p->depth > FILTER_DEPTH_MAX)
        return parse_error(p, "nested too deeply");
    if (p->token == TOKEN_NOT) {
        rc = token_next(p);
        int inner = rc < 0 ? rc : parse_term(p);
        rc = inner < 0
                 ? inner
                 : node_add(p, (struct filter_node){.kind = NODE_NOT, .left = (uint16_t)inner});
    } else if (p->token == TOKEN_OPEN) {
        rc = token_next(p);
        int inner = rc < 0 ? rc : parse_or(p);
        if (inner >= 0 && p->token != TOKEN_CLOSE)
            inner = parse_error(p, "')' expected");
        rc = inner < 0 ? inner : token_next(p);
        rc = rc < 0 ? rc : inner;
    } else if (p->token == TOKEN_WORD) {
        rc = node_add(
            p, (struct filter_node){.kind = NODE_WORD, .word = p->word, .quoted = p->quoted});
        int next = rc < 0 ? rc : token_next(p);
        rc = next < 0 ? next : rc;
    } else {
        rc = parse_error(p, "a word expected");
    }
    p->depth--;
    return rc;
}

static int parse_and(struct filter_parse *p) /* NOLINT(misc-no-recursion) */
{
    int left = parse_term(p);

    while (left >= 0 && p->token != TOKEN_END && p->token != TOKEN_CLOSE && p->token != TOKEN_OR) {
        int rc = p->token == TOKEN_AND ? token_next(p) : 0;
        int right = rc < 0 ? rc : parse_term(p);
        left = right < 0 ? right
                         : node_add(p, (struct filter_node){.kind = NODE_AND,
                                                            .left = (uint16_t)left,
                                                            .right = (uint16_t)right});
    }
    return left;
}

static int parse_or(struct filter_parse *p) /* NOLINT(misc-no-recursion) */
{
    int left = parse_and(p);

    while (left >= 0 && p->token == TOKEN_OR) {
        int rc = token_next(p);
        int right = rc < 0 ? rc : parse_and(p);
        left = right < 0 ? right
                         : node_add(p, (struct filter_node){.kind = NODE_OR,
                                                            .left = (uint16_t)left,
                                                            .right = (uint16_t)right});
    }
    return left;
}

int filter_new(const char *expression, struct filter **out, struct diag *diag)
{
    if (strlen(expression) > FILTER_BYTES_MAX)
        return diag_set(diag, ERR_USAGE, "-k takes at most %d bytes", FILTER_BYTES_MAX);
    struct filter *f = calloc(1, sizeof(*f));
    if (f == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a filter");
    struct filter_parse p = {.filter = f, .text = expression, .diag = diag};
    int rc = token_next(&p);
    int top = rc < 0 ? rc : parse_or(&p);
    if (top >= 0 && p.token != TOKEN_END)
        top = parse_error(&p, "')' without '('");
    if (top < 0) {
        free(f);
        return top;
    }
    f->top = (uint16_t)top;
    *out = f;
    return 0;
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

static bool word_takes(const struct filter_node *n, const struct filter_subject *s)
{
    if (!n->quoted && strncmp(n->word, "tag:", 4) == 0) {
        for (size_t i = 0; i < s->tag_count; i++) {
            if (strcmp(s->tags[i], n->word + 4) == 0)
                return true;
        }
        return false;
    }
    if (!n->quoted && strncmp(n->word, "engine:", 7) == 0)
        return strcmp(s->engine, n->word + 7) == 0;
    if (!n->quoted && strncmp(n->word, "id:", 3) == 0)
        return strcmp(s->id, n->word + 3) == 0;
    if (!n->quoted && strchr(n->word, '=') != NULL && strchr(n->word, '[') == NULL)
        return parameters_have(s->parameters, n->word);
    return strstr(s->id, n->word) != NULL;
}

static bool node_takes(const struct filter *f, uint16_t i, /* NOLINT(misc-no-recursion) */
                       const struct filter_subject *s)
{
    const struct filter_node *n = &f->node[i];

    switch (n->kind) {
    case NODE_NOT:
        return !node_takes(f, n->left, s);
    case NODE_AND:
        return node_takes(f, n->left, s) && node_takes(f, n->right, s);
    case NODE_OR:
        return node_takes(f, n->left, s) || node_takes(f, n->right, s);
    case NODE_WORD:
        break;
    }
    return word_takes(n, s);
}

bool filter_takes(const struct filter *f, const struct filter_subject *subject)
{
    return f == NULL || node_takes(f, f->top, subject);
}

void filter_free(struct filter *f)
{
    free(f);
}
