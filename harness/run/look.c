/* look.c: reading, compiling and telling what is looked for. */
#include "harness/run/look.h"

#include "harness/run/slots.h"
#include "harness/run/state.h"
#include "harness/scenario/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SUBJECT_PATTERN_BYTES = 150 };

const struct node *look_node(const struct node *n)
{
    return n->kind == NODE_SCALAR ? n : node_get(n, "stream");
}

bool look_read(struct build *b, const struct node *n, const char *what, struct look *out)
{
    struct scalar v = {0};

    if (!pattern_read(b, look_node(n), what, &v, &out->checked))
        return false;
    out->pattern = v.text;
    out->live = v.live;
    return true;
}

/* Patterns of this text only are of no use to another run. */
static struct run_memory *memory_of(struct run *r, const struct look *look)
{
    return look->live ? &r->own_memory : r->memory;
}

static struct run_pattern *pattern_find(const struct run_memory *m, const char *text)
{
    struct run_pattern *item = m->patterns;

    while (item != NULL && strcmp(match_pattern_text(item->pattern), text) != 0)
        item = item->next;
    return item;
}

/* NULL: *diag says why not. */
static struct run_pattern *pattern_make(struct run_memory *m, const char *text, struct diag *diag)
{
    struct run_pattern *item = calloc(1, sizeof(*item));

    if (item == NULL) {
        (void)diag_set(diag, ERR_NOMEM, "out of memory");
        return NULL;
    }
    if (match_compile(text, &item->pattern, NULL, diag) < 0) {
        free(item);
        return NULL;
    }
    item->next = m->patterns;
    m->patterns = item;
    return item;
}

bool look_compile(struct run *r, struct task *t, const struct step *s, const struct look *look,
                  struct match_pattern **out)
{
    struct run_memory *m = memory_of(r, look);
    struct diag diag = {0};
    struct buf text = BUF_INIT;

    live_pattern(r, look->pattern, look->live, &text);
    struct run_pattern *item = pattern_find(m, buf_text(&text));
    if (item == NULL)
        item = pattern_make(m, buf_text(&text), &diag);
    buf_release(&text);
    if (item == NULL) {
        failure_set(r, t, s, diag.text);
        return false;
    }
    *out = item->pattern;
    return true;
}

const struct match_pattern *look_pattern(struct run *r, const struct look *look)
{
    struct buf text = BUF_INIT;

    live_pattern(r, look->pattern, look->live, &text);
    const struct run_pattern *item = pattern_find(memory_of(r, look), buf_text(&text));
    buf_release(&text);
    return item == NULL ? NULL : item->pattern;
}

void look_add(struct buf *out, const struct look *look, bool whole)
{
    struct buf text = BUF_INIT;

    text_show(&text, look->pattern, strlen(look->pattern), look->live);
    size_t size = strnlen(buf_text(&text), whole ? SIZE_MAX : SUBJECT_PATTERN_BYTES);
    buf_add_text(out, " '");
    buf_add(out, buf_text(&text), size);
    buf_add_text(out, "'");
    buf_release(&text);
}
