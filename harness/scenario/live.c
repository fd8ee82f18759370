/* live.c: marks in texts, and which names are captured on every way to a place. */
#include "harness/scenario/live.h"

#include "expect/match.h"
#include "harness/scenario/map.h"

#include <ctype.h>
#include <string.h>

/* ---- Reading ------------------------------------------------------------------------------ */

static bool scalar_read(struct build *b, const struct node *n, const char *what, enum live which,
                        struct scalar *out)
{
    enum live was = b->p->live;

    b->p->live = which;
    bool ok = value_scalar(b->p, b->scope, n, what, out);
    b->p->live = was;
    return ok;
}

bool live_scalar(struct build *b, const struct node *n, const char *what, struct scalar *out)
{
    return scalar_read(b, n, what, LIVE_SECRETS, out);
}

bool live_bytes(struct build *b, const struct node *n, const char *what, struct scalar *out)
{
    enum live was = b->p->live;

    b->p->live = LIVE_SECRETS;
    bool ok = value_bytes(b->p, b->scope, n, what, out);
    b->p->live = was;
    return ok;
}

bool live_words(struct build *b, const struct node *n, const char *what, enum live which,
                struct scalar *out)
{
    if (!scalar_read(b, n, what, which, out))
        return false;
    if (strlen(out->text) != out->size) {
        (void)finding_error(b->p, n, "%s must not hold a zero byte", what);
        return false;
    }
    if (out->size == 0) {
        (void)finding_wants(b->p, n, what, "text, not nothing");
        return false;
    }
    return true;
}

/* ---- Pieces ------------------------------------------------------------------------------- */

/* "{PSLOT:NAME}" behind the byte of a mark. */
static bool mark_read(const char *text, size_t size, size_t *at, struct live_piece *out)
{
    const char *end = *at < size && text[*at] == '{' ? memchr(text + *at, '}', size - *at) : NULL;
    size_t i = *at + 2;

    if (end == NULL || i >= size)
        return false;
    *out = (struct live_piece){.mark = true, .place = text[i - 1]};
    for (; i < size && isdigit((unsigned char)text[i]); i++)
        out->slot = out->slot * 10 + (uint32_t)(text[i] - '0');
    if (i >= size || text[i] != ':')
        return false;
    out->text = text + i + 1;
    out->size = (size_t)(end - out->text);
    *at = (size_t)(end + 1 - text);
    return true;
}

bool live_next(const char *text, size_t size, size_t *at, struct live_piece *out)
{
    size_t from = *at;

    if (from >= size)
        return false;
    const char *mark = memchr(text + from, LIVE_MARK[0], size - from);
    if (mark != text + from) {
        *at = mark == NULL ? size : (size_t)(mark - text);
        *out = (struct live_piece){.text = text + from, .size = *at - from};
        return true;
    }
    size_t behind = from + 1;
    if (mark_read(text, size, &behind, out)) {
        *at = behind;
        return true;
    }
    *out = (struct live_piece){.text = text + from, .size = 1};
    *at = from + (from + 1 < size && text[from + 1] == LIVE_MARK[0] ? 2 : 1);
    return true;
}

void live_show(struct buf *out, const char *text, size_t size)
{
    struct live_piece piece;

    for (size_t at = 0; live_next(text, size, &at, &piece);) {
        buf_add_text(out, piece.mark ? "${" : "");
        buf_add(out, piece.text, piece.size);
        buf_add_text(out, piece.mark ? "}" : "");
    }
}

/* ---- Patterns ----------------------------------------------------------------------------- */

void live_places(char *text, size_t size)
{
    char place = '.';

    for (size_t i = 0; i + 1 < size; i++) {
        if (text[i] == LIVE_MARK[0] && text[i + 1] == '{') {
            text[i + 2] = place;
            i += strcspn(text + i, "}");
        } else if (place == 'Q') {
            if (text[i] == '\\' && text[i + 1] == 'E')
                place = '.';
        } else if (text[i] == '\\') {
            i++;
            if (text[i] == 'Q')
                place = 'Q';
        } else if (text[i] == '[' && place == '.') {
            place = '[';
            i += text[i + 1] == '^';
            i += text[i + 1] == ']'; /* the first is itself */
        } else if (text[i] == ']') {
            place = '.';
        }
    }
}

void live_quote(struct buf *out, char place, const char *bytes, size_t size)
{
    /* A class must not be empty. */
    const char *before = size == 0 ? "\\x00" : "";
    buf_add_text(out, place == 'Q' ? "\\E(?:" : place == '[' ? before : "(?:");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == 0)
            buf_add_text(out, "\\x00");
        else if (c < 0x80 && !isalnum(c))
            buf_addf(out, "\\%c", c);
        else
            buf_add(out, &bytes[i], 1);
    }
    buf_add_text(out, place == 'Q' ? ")\\Q" : place == '[' ? "" : ")");
}

/* ---- Names -------------------------------------------------------------------------------- */

const struct capture *capture_find(const struct parse *p, const char *name)
{
    const struct capture *c = p->captures != NULL ? p->captures->first : NULL;

    while (c != NULL && strcmp(c->name, name) != 0)
        c = c->next;
    return c;
}

const char *capture_name_at(size_t i, void *captures)
{
    const struct captures *all = captures;
    const struct capture *c = all->first;

    while (i-- > 0)
        c = c->next;
    return c->name;
}

bool capture_check(struct parse *p, const struct node *n, size_t at, const struct capture *c)
{
    if ((p->captures->sure & c->bit) != 0 || p->captures->maybe > 0)
        return true;
    const char *text = parse_format(p, "'%s' is not captured on every way to here", c->name);
    struct finding *f = finding_at(p, n->source, n->place, n->width, text);
    finding_inside(f, n, at, (uint32_t)strlen(c->name) + 3);
    finding_other(p, f, c->node, "here it is, and there are ways around it");
    return false;
}

static const struct capture *capture_new(struct build *b, const struct node *n, const char *name)
{
    struct captures *all = b->p->captures;

    if (all->count == CAPTURES_MAX) {
        (void)finding_error(b->p, n, "more than %d captured names", CAPTURES_MAX);
        return NULL;
    }
    struct capture *c = parse_alloc(b->p, 1, sizeof(*c));
    if (c == NULL)
        return NULL;
    *c = (struct capture){.next = all->first,
                          .name = name,
                          .bit = UINT64_C(1) << all->count++,
                          .slot = b->p->slots++,
                          .node = n};
    all->first = c;
    return c;
}

static const struct capture *capture_take(struct build *b, const struct node *n, const char *name)
{
    const struct capture *c = capture_find(b->p, name);

    if (scope_find(b->scope, name, strlen(name)) != NULL) {
        struct finding *f =
            finding_error(b->p, n, "'%s' is captured, and is a name of %s", name, b->scope->from);
        f->label = "${NAME} can stand for one of them: give the group another name";
        return NULL;
    }
    return c != NULL ? c : capture_new(b, n, name);
}

bool captures_add(struct build *b, const struct node *n, const char *pattern,
                  const struct live_group **out, size_t *count)
{
    char names[MATCH_CAPTURES_MAX][MATCH_NAME_BYTES];

    size_t found = b->p->captures != NULL ? match_names(pattern, names) : 0;
    if (found == 0)
        return true;
    struct live_group *all = parse_alloc(b->p, found, sizeof(*all));
    if (all == NULL)
        return false;
    for (size_t i = 0; i < found; i++) {
        const char *name = parse_copy(b->p, names[i], strlen(names[i]));
        const struct capture *c = name != NULL ? capture_take(b, n, name) : NULL;
        if (c == NULL)
            return false;
        b->p->captures->sure |= c->bit;
        all[i] = (struct live_group){c->name, c->slot};
    }
    *out = all;
    *count = found;
    return true;
}

/* ---- Ways --------------------------------------------------------------------------------- */

uint64_t captures_sure(const struct build *b)
{
    return b->p->captures != NULL ? b->p->captures->sure : 0;
}

void captures_set(struct build *b, uint64_t sure)
{
    if (b->p->captures != NULL)
        b->p->captures->sure = sure;
}

void captures_maybe(struct build *b, bool on)
{
    if (b->p->captures != NULL)
        b->p->captures->maybe += on ? 1U : -1U;
}
