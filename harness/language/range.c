/* range.c: versions read by hand: they are short, and what is wrong is told by its byte. */
#include "harness/language/range.h"

#include <ctype.h>
#include <string.h>

struct version {
    long number[RANGE_NUMBERS_MAX];
    size_t count;
    bool open; /* ends in ".x" */
};

enum part_op { PART_LESS, PART_LESS_EQUAL, PART_MORE, PART_MORE_EQUAL, PART_NOT, PART_EQUAL };

/* Longer signs first. */
static const struct op_row {
    const char *sign;
    enum part_op op;
} op_rows[] = {
    {"<=", PART_LESS_EQUAL},
    {">=", PART_MORE_EQUAL},
    {"!=", PART_NOT       },
    {"==", PART_EQUAL     },
    {"<",  PART_LESS      },
    {">",  PART_MORE      },
    {"=",  PART_EQUAL     },
};

static bool number_take(const char **at, long *out)
{
    long value = 0;

    if (!isdigit((unsigned char)**at))
        return false;
    for (; isdigit((unsigned char)**at); (*at)++) {
        value = value * 10 + (**at - '0');
        if (value > RANGE_VALUE_MAX)
            return false;
    }
    *out = value;
    return true;
}

/* Numbers with dots between, then perhaps ".x"; of a version that is none of ours the first
 * RANGE_NUMBERS_MAX count. False: *at is where it is none. */
static bool version_take(const char **at, bool may_be_open, struct version *out)
{
    *out = (struct version){0};
    for (;;) {
        if (may_be_open && **at == 'x') {
            (*at)++;
            out->open = true;
            return true;
        }
        if (out->count == RANGE_NUMBERS_MAX)
            return !may_be_open;
        if (!number_take(at, &out->number[out->count]))
            return false;
        out->count++;
        char next = (char)((*at)[0] == '.' ? (*at)[1] : 0);
        if (!isdigit((unsigned char)next) && !(may_be_open && next == 'x'))
            return true;
        (*at)++;
    }
}

static int version_order(const struct version *a, const struct version *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (a->number[i] != b->number[i])
            return a->number[i] < b->number[i] ? -1 : 1;
    }
    return 0;
}

static bool part_has(enum part_op op, const struct version *bound, const struct version *v)
{
    int order = version_order(v, bound, bound->open ? bound->count : RANGE_NUMBERS_MAX);

    switch (op) {
    case PART_LESS:
        return order < 0;
    case PART_LESS_EQUAL:
        return order <= 0;
    case PART_MORE:
        return order > 0;
    case PART_MORE_EQUAL:
        return order >= 0;
    case PART_NOT:
        return order != 0;
    case PART_EQUAL:
        return order == 0;
    }
    return false;
}

static enum part_op op_take(const char **at)
{
    for (size_t i = 0; i < sizeof(op_rows) / sizeof(op_rows[0]); i++) {
        size_t size = strlen(op_rows[i].sign);
        if (strncmp(*at, op_rows[i].sign, size) != 0)
            continue;
        *at += size;
        return op_rows[i].op;
    }
    return PART_EQUAL;
}

/* Reads all of it. False: *at is where it is no range. */
static bool range_read(const char **at, const struct version *v, bool *has)
{
    *has = true;
    for (;;) {
        struct version bound;
        *at += strspn(*at, " ");
        enum part_op op = op_take(at);
        *at += strspn(*at, " ");
        if (!version_take(at, true, &bound))
            return false;
        *has = *has && part_has(op, &bound, v);
        *at += strspn(*at, " ");
        if (**at == 0)
            return true;
        if (**at != ',')
            return false;
        (*at)++;
    }
}

bool range_is_valid(const char *range, size_t *at)
{
    static const struct version none;
    const char *end = range;
    bool has;

    if (range_read(&end, &none, &has))
        return true;
    *at = (size_t)(end - range);
    return false;
}

/* The first number with a dot in it; without one the first number; NULL: there is none. */
static const char *version_find(const char *text)
{
    const char *first = NULL;

    for (const char *at = text; *at != 0;) {
        size_t digits = strspn(at, "0123456789");
        if (digits > 0 && at[digits] == '.' && isdigit((unsigned char)at[digits + 1]))
            return at;
        if (digits > 0 && first == NULL)
            first = at;
        at += digits > 0 ? digits : 1;
    }
    return first;
}

bool range_has(const char *range, const char *version)
{
    const char *at = version_find(version);
    struct version v;
    bool has;

    return at != NULL && version_take(&at, false, &v) && range_read(&range, &v, &has) && has;
}
