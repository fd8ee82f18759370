/* known_diff.c: what a change changes, as a patch that `patch -p0` takes. The changes are small and
 * far apart, so that the nearest place where both go on alike is the right one. */
#include "harness/gate/known_edit.h"

#include <stdlib.h>
#include <string.h>

enum { CONTEXT = 3, ALIKE_LEAST = 2 };

struct lines {
    const char **line; /* owned; each begins there */
    size_t *size;      /* owned; with its end */
    size_t count;
};

/* A line of the result: of the old text, of the new one, or of both. */
struct change {
    char sign; /* ' ', '-', '+' */
    const char *line;
    size_t size;
};

struct diff {
    struct lines old;
    struct lines fresh;
    struct change *change; /* owned */
    size_t count;
};

static bool lines_split(const char *text, struct lines *out)
{
    size_t room = 1;

    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        room++;
    out->line = calloc(room, sizeof(*out->line));
    out->size = calloc(room, sizeof(*out->size));
    if (out->line == NULL || out->size == NULL)
        return false;
    while (*text != 0) {
        const char *end = strchr(text, '\n');
        out->line[out->count] = text;
        out->size[out->count] = end == NULL ? strlen(text) : (size_t)(end - text) + 1;
        text += out->size[out->count++];
    }
    return true;
}

/* Whether both go on alike from there on: for some lines, or to the end. */
static bool alike(const struct diff *d, size_t a, size_t b)
{
    for (size_t i = 0; i < ALIKE_LEAST; i++) {
        bool over = a + i == d->old.count || b + i == d->fresh.count;
        if (over)
            return i > 0 || (a == d->old.count && b == d->fresh.count);
        if (d->old.size[a + i] != d->fresh.size[b + i] ||
            memcmp(d->old.line[a + i], d->fresh.line[b + i], d->old.size[a + i]) != 0)
            return false;
    }
    return true;
}

static void change_add(struct diff *d, char sign, const struct lines *from, size_t i)
{
    d->change[d->count++] = (struct change){sign, from->line[i], from->size[i]};
}

/* How many lines of both are passed over until they are alike again. */
static void nearest(const struct diff *d, size_t a, size_t b, size_t *skip_a, size_t *skip_b)
{
    size_t left_a = d->old.count - a;
    size_t left_b = d->fresh.count - b;

    for (size_t sum = 1; sum < left_a + left_b; sum++) {
        for (size_t i = sum > left_b ? sum - left_b : 0; i <= sum && i <= left_a; i++) {
            if (!alike(d, a + i, b + sum - i))
                continue;
            *skip_a = i;
            *skip_b = sum - i;
            return;
        }
    }
    *skip_a = left_a;
    *skip_b = left_b;
}

static void changes_find(struct diff *d)
{
    size_t a = 0;
    size_t b = 0;

    while (a < d->old.count || b < d->fresh.count) {
        bool same = a < d->old.count && b < d->fresh.count && d->old.size[a] == d->fresh.size[b] &&
                    memcmp(d->old.line[a], d->fresh.line[b], d->old.size[a]) == 0;
        if (same) {
            change_add(d, ' ', &d->old, a);
            a++;
            b++;
            continue;
        }
        size_t skip_a;
        size_t skip_b;
        nearest(d, a, b, &skip_a, &skip_b);
        for (size_t i = 0; i < skip_a; i++)
            change_add(d, '-', &d->old, a++);
        for (size_t i = 0; i < skip_b; i++)
            change_add(d, '+', &d->fresh, b++);
    }
}

/* Where the hunk that begins with change `from` ends: what is nearer than twice the context is one.
 */
static size_t hunk_end(const struct diff *d, size_t from)
{
    size_t last = from;

    for (size_t i = from; i < d->count && i <= last + 2 * (size_t)CONTEXT; i++)
        last = d->change[i].sign != ' ' ? i : last;
    return last + 1 + CONTEXT < d->count ? last + 1 + CONTEXT : d->count;
}

static void hunk_print(const struct diff *d, size_t from, size_t to, struct buf *out)
{
    size_t before[2] = {0};
    size_t inside[2] = {0};

    for (size_t i = 0; i < to; i++) {
        size_t *count = i < from ? before : inside;
        count[0] += d->change[i].sign != '+';
        count[1] += d->change[i].sign != '-';
    }
    buf_addf(out, "@@ -%zu,%zu +%zu,%zu @@\n", before[0] + (inside[0] > 0), inside[0],
             before[1] + (inside[1] > 0), inside[1]);
    for (size_t i = from; i < to; i++) {
        const struct change *c = &d->change[i];
        buf_add(out, &c->sign, 1);
        buf_add(out, c->line, c->size);
        if (c->size > 0 && c->line[c->size - 1] != '\n')
            buf_add_text(out, "\n\\ No newline at end of file\n");
    }
}

void known_diff(const char *path, const char *before, const char *after, struct buf *out)
{
    struct diff d = {0};

    if (strcmp(before, after) == 0)
        return;
    bool ok = lines_split(before, &d.old) && lines_split(after, &d.fresh);
    if (ok)
        d.change = calloc(d.old.count + d.fresh.count + 1, sizeof(*d.change));
    if (!ok || d.change == NULL) {
        out->failed = true;
    } else {
        changes_find(&d);
        buf_addf(out, "--- %s\n+++ %s\n", path, path);
        for (size_t i = 0; i < d.count;) {
            if (d.change[i].sign == ' ') {
                i++;
                continue;
            }
            size_t from = i > CONTEXT ? i - CONTEXT : 0;
            size_t to = hunk_end(&d, i);
            hunk_print(&d, from, to, out);
            i = to;
        }
    }
    free(d.old.line);
    free(d.old.size);
    free(d.fresh.line);
    free(d.fresh.size);
    free(d.change);
}
