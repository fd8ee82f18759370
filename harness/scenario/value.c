/* value.c: texts, numbers, durations and names, and the replacement of ${name}. */
#include "harness/scenario/value.h"

#include "harness/scenario/live.h"
#include "runtime/base/bytes.h"
#include "runtime/base/check.h"
#include "runtime/base/duration.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* ---- ${name} ------------------------------------------------------------------------------ */

const struct binding *scope_find(const struct scope *s, const char *name, size_t size)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strlen(s->binding[i].name) == size && memcmp(s->binding[i].name, name, size) == 0)
            return &s->binding[i];
    }
    return NULL;
}

const char *scope_name_at(size_t i, void *scope)
{
    const struct scope *s = scope;

    return s->binding[i].name;
}

static void scope_unknown(struct parse *p, const struct scope *s, const struct node *n, size_t at,
                          const char *name)
{
    struct scope names = *s;
    const char *text = parse_format(p, "no parameter '%s' in %s", name, s->from);
    struct finding *f = finding_at(p, n->source, n->place, n->width, text);

    finding_suggest(p, f, name, names.count, scope_name_at, &names);
    if (f->label == NULL && p->live != LIVE_NONE && p->captures != NULL) {
        finding_suggest(p, f, name, p->captures->count, capture_name_at, p->captures);
        if (f->label == NULL)
            f->label = "and no pattern before here captures it";
    }
    finding_inside(f, n, at, (uint32_t)strlen(name) + 3);
}

/* A piece of a text: as it stands, a parameter's value, or the mark of what is not known yet. */
struct piece {
    const char *text;
    size_t size;
    const struct binding *binding;
    bool mark;
};

/* A name that has a value only while it runs. */
static bool piece_live(struct parse *p, const struct node *n, size_t at, const char *name,
                       const struct binding *b, struct piece *out)
{
    const struct capture *c = b == NULL ? capture_find(p, name) : NULL;
    uint32_t slot = b != NULL ? b->secret->slot : c != NULL ? c->slot : 0;

    if (p->live < (b != NULL ? LIVE_SECRETS : LIVE_CAPTURED)) {
        struct finding *f = finding_at(p, n->source, n->place, n->width,
                                       parse_format(p, "'%s' has no value before the run", name));
        f->label = b != NULL ? "a secret stands in `send`, `paste` and patterns only"
                             : "what is captured stands in `send`, `paste`, `note`, patterns only";
        finding_inside(f, n, at, (uint32_t)strlen(name) + 3);
        return false;
    }
    if (c != NULL && !capture_check(p, n, at, c))
        return false;
    const char *mark = parse_format(p, LIVE_MARK "{.%" PRIu32 ":%s}", slot, name);
    *out = (struct piece){.text = mark, .size = strlen(mark), .mark = true};
    return true;
}

/* The piece at byte `*at`, which moves behind it. False: a finding was made. */
static bool piece_next(struct parse *p, const struct scope *s, const struct node *n, size_t *at,
                       struct piece *out)
{
    const char *text = n->text + *at;
    size_t left = n->size - *at;

    if (left >= 3 && memcmp(text, "$${", 3) == 0) {
        *out = (struct piece){.text = text + 1, .size = 2};
        *at += 3;
        return true;
    }
    if (left < 2 || memcmp(text, "${", 2) != 0) {
        size_t size = 1;
        while (size < left && text[size] != '$')
            size++;
        *out = (struct piece){.text = text, .size = size};
        *at += size;
        return true;
    }
    const char *end = memchr(text, '}', left);
    if (end == NULL || end == text + 2) {
        struct finding *f =
            finding_at(p, n->source, n->place, n->width, "'${' without a name and '}'");
        f->help = "'$${' stands for the two characters themselves";
        finding_inside(f, n, *at, 2);
        return false;
    }
    size_t size = (size_t)(end - text) - 2;
    const struct binding *b = scope_find(s, text + 2, size);
    const char *name = parse_format(p, "%.*s", (int)(size < 80 ? size : 80), text + 2);
    bool live = b != NULL ? b->secret != NULL : p->expanding || capture_find(p, name) != NULL;
    if (b == NULL && !live)
        scope_unknown(p, s, n, *at, name);
    if (live && !piece_live(p, n, *at, name, b, out))
        return false;
    if (b != NULL && !live)
        *out = (struct piece){.text = b->text, .size = b->size, .binding = b};
    *at += size + 3;
    return b != NULL || live;
}

/* Bytes beside a mark, in which what could begin one is doubled. */
static size_t piece_copy(const struct piece *piece, bool live, char *out)
{
    size_t used = 0;

    for (size_t i = 0; i < piece->size; i++) {
        out[used++] = piece->text[i];
        if (live && !piece->mark && piece->text[i] == LIVE_MARK[0])
            out[used++] = LIVE_MARK[0];
    }
    return used;
}

static bool scalar_replace(struct parse *p, const struct scope *s, const struct node *n,
                           struct scalar *out)
{
    struct piece piece = {0};
    size_t size = 0;
    size_t pieces = 0;
    bool live = false;

    for (size_t at = 0; at < n->size; pieces++) {
        if (!piece_next(p, s, n, &at, &piece))
            return false;
        size += piece.size;
        live = live || piece.mark;
        if (size > SCENARIO_VALUE_BYTES_MAX) {
            (void)finding_error(p, n, "longer than %d bytes after replacement",
                                SCENARIO_VALUE_BYTES_MAX);
            return false;
        }
    }
    if (pieces == 1 && piece.binding != NULL) {
        *out = (struct scalar){piece.text, piece.size, piece.binding->plain, true, false};
        return true;
    }
    char *text = parse_alloc(p, (live ? 2 : 1) * size + 1, 1);
    if (text == NULL || !parse_work(p, n, (uint32_t)(size / 16)))
        return false;
    size_t used = 0;
    for (size_t at = 0; at < n->size;) {
        bool ok = piece_next(p, s, n, &at, &piece);
        CHECK(ok);
        used += piece_copy(&piece, live, text + used);
    }
    *out = (struct scalar){text, used, n->style == STYLE_PLAIN, true, live};
    return true;
}

bool value_scalar(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                  struct scalar *out)
{
    if (n->kind != NODE_SCALAR) {
        (void)finding_wants(p, n, what, "one value, not %s", node_what(n));
        return false;
    }
    if (!parse_work(p, n, 1 + (uint32_t)(n->size / 64)))
        return false;
    if (memmem(n->text, n->size, "${", 2) != NULL)
        return scalar_replace(p, s, n, out);
    *out = (struct scalar){n->text, n->size, n->style == STYLE_PLAIN, false, false};
    return true;
}

/* ---- Text --------------------------------------------------------------------------------- */

bool value_text(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                const char **out)
{
    struct scalar v;

    if (!value_scalar(p, s, n, what, &v))
        return false;
    if (strlen(v.text) != v.size) {
        (void)finding_error(p, n, "%s must not hold a zero byte", what);
        return false;
    }
    *out = v.text;
    return true;
}

bool value_words(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                 const char **out)
{
    const char *text;

    if (!value_text(p, s, n, what, &text))
        return false;
    if (text[0] == 0) {
        (void)finding_wants(p, n, what, "text, not nothing");
        return false;
    }
    *out = text;
    return true;
}

static struct finding *value_error(struct parse *p, const struct node *n, const char *what,
                                   const char *want, const struct scalar *v)
{
    if (v->size == 0)
        return finding_wants(p, n, what, "%s, not nothing", want);
    return finding_wants(p, n, what, "%s, not '%.60s'", want, v->text);
}

bool value_bool(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                bool *out)
{
    struct scalar v;

    if (!value_scalar(p, s, n, what, &v))
        return false;
    bool yes = v.plain && strcmp(v.text, "true") == 0;
    if (!yes && !(v.plain && strcmp(v.text, "false") == 0)) {
        (void)value_error(p, n, what, "true or false", &v);
        return false;
    }
    *out = yes;
    return true;
}

/* ---- Numbers ------------------------------------------------------------------------------ */

/* Reads digits; the number of them, or 0 when there are none or the value is past 10^17. */
static size_t digits_read(const char *text, int64_t *out)
{
    size_t i = 0;
    int64_t value = 0;

    for (; isdigit((unsigned char)text[i]); i++) {
        if (value > INT64_C(10000000000000000))
            return 0;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return i;
}

bool number_read(const char *text, int64_t *out)
{
    int64_t value = 0;
    size_t digits = digits_read(text, &value);

    if (digits == 0 || text[digits] != 0)
        return false;
    *out = value;
    return true;
}

bool value_int(struct parse *p, const struct scope *s, const struct node *n,
               const struct value_range *range, int64_t *out)
{
    struct scalar v;
    int64_t value = 0;

    if (!value_scalar(p, s, n, range->what, &v))
        return false;
    bool minus = v.text[0] == '-';
    const char *text = v.text + (minus ? 1 : 0);
    size_t digits = digits_read(text, &value);
    if (digits == 0 || v.text + v.size != text + digits) {
        (void)value_error(p, n, range->what, "a whole number", &v);
        return false;
    }
    if (!v.plain) {
        struct finding *f = finding_wants(p, n, range->what, "a whole number, not text");
        f->label = "without the quotes";
        return false;
    }
    if (minus)
        value = -value;
    if (value < range->min || value > range->max) {
        struct finding *f = finding_error(p, n, "%s is out of range", range->what);
        f->label = parse_format(p, "%lld to %lld", (long long)range->min, (long long)range->max);
        return false;
    }
    *out = value;
    return true;
}

bool value_duration(struct parse *p, const struct scope *s, const struct node *n,
                    const struct value_range *range, int64_t *out)
{
    struct scalar v;
    int64_t value = 0;

    if (!value_scalar(p, s, n, range->what, &v))
        return false;
    int rc = duration_read(v.text, &value);
    if (rc == ERR_INPUT) {
        struct finding *f = value_error(p, n, range->what, "a duration with a unit", &v);
        if (v.size > 0 && strspn(v.text, "0123456789") == v.size)
            f->label = parse_format(p, "did you mean '%ss' or '%sms'?", v.text, v.text);
        else
            f->label = "a whole number and ns, us, ms, s, m or h: 250ms";
        return false;
    }
    if (rc < 0 || value < range->min || value > range->max) {
        struct finding *f = finding_error(p, n, "%s is out of range", range->what);
        char min[DURATION_BYTES];
        char max[DURATION_BYTES];
        f->label = parse_format(p, "%s to %s", duration_text(range->min, "", min, sizeof(min)),
                                duration_text(range->max, "", max, sizeof(max)));
        return false;
    }
    *out = value;
    return true;
}

bool value_byte_count(struct parse *p, const struct scope *s, const struct node *n,
                      const struct value_range *range, int64_t *out)
{
    struct scalar v;
    int64_t value = 0;

    if (!value_scalar(p, s, n, range->what, &v))
        return false;
    int rc = bytes_read(v.text, &value);
    if (rc == ERR_INPUT) {
        struct finding *f = value_error(p, n, range->what, "a size with a unit", &v);
        size_t digits = strspn(v.text, "0123456789");
        bool kilo = digits > 0 && strchr("kK", v.text[digits]) != NULL && v.text[digits] != 0;
        bool mega = digits > 0 && strchr("mM", v.text[digits]) != NULL;
        f->label = "a whole number and B, KB or MB: 4MB";
        if (kilo || mega)
            f->label =
                parse_format(p, "did you mean '%.*s%s'?", (int)digits, v.text, kilo ? "KB" : "MB");
        return false;
    }
    if (rc < 0 || value < range->min || value > range->max) {
        struct finding *f = finding_error(p, n, "%s is out of range", range->what);
        char min[BYTES_TEXT_BYTES];
        char max[BYTES_TEXT_BYTES];
        f->label = parse_format(p, "%s to %s", bytes_text(range->min, min, sizeof(min)),
                                bytes_text(range->max, max, sizeof(max)));
        return false;
    }
    *out = value;
    return true;
}

/* ---- Names -------------------------------------------------------------------------------- */

bool value_name(struct parse *p, const struct scope *s, const struct node *n,
                const struct value_names *names, size_t *out)
{
    const char *text;

    if (!value_text(p, s, n, names->what, &text))
        return false;
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->name_at(i, names->user), text) == 0) {
            *out = i;
            return true;
        }
    }
    struct finding *f = finding_error(p, n, "unknown %s '%.80s'", names->what, text);
    finding_suggest(p, f, text, names->count, names->name_at, names->user);
    finding_list(p, f, names->plural, names->count, names->name_at, names->user);
    return false;
}

/* ---- Names of parameters, actors, scripts --------------------------------------------------- */

bool name_is_valid(const char *name, size_t max)
{
    size_t i = 0;

    for (; name[i] != 0; i++) {
        if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '-')
            return false;
    }
    return i > 0 && i <= max;
}
