/* look.c: reading, compiling and telling what is looked for. */
#include "harness/run/look.h"

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
    return pattern_read(b, look_node(n), what, &out->pattern);
}

static struct run_pattern *pattern_find(const struct run *r, const struct look *look)
{
    struct run_pattern *item = r->memory->patterns;

    while (item != NULL && strcmp(match_pattern_text(item->pattern), look->pattern) != 0)
        item = item->next;
    return item;
}

bool look_compile(struct run *r, struct task *t, const struct step *s, const struct look *look,
                  struct match_pattern **out)
{
    struct diag diag = {0};
    struct run_pattern *item = pattern_find(r, look);

    if (item == NULL) {
        item = calloc(1, sizeof(*item));
        if (item == NULL) {
            failure_set(r, t, s, "out of memory");
            return false;
        }
        if (match_compile(look->pattern, &item->pattern, NULL, &diag) < 0) {
            free(item);
            failure_set(r, t, s, diag.text);
            return false;
        }
        item->next = r->memory->patterns;
        r->memory->patterns = item;
    }
    *out = item->pattern;
    return true;
}

const struct match_pattern *look_pattern(const struct run *r, const struct look *look)
{
    const struct run_pattern *item = pattern_find(r, look);

    return item == NULL ? NULL : item->pattern;
}

void look_add(struct buf *out, const struct look *look, bool whole)
{
    size_t size = strnlen(look->pattern, whole ? SIZE_MAX : SUBJECT_PATTERN_BYTES);

    buf_add_text(out, " '");
    buf_add(out, look->pattern, size);
    buf_add_text(out, "'");
}
