/* look.c: reading, compiling and telling what is looked for. */
#include "harness/run/look.h"

#include "harness/language/definition.h"
#include "harness/run/slots.h"
#include "harness/run/state.h"
#include "harness/scenario/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SUBJECT_PATTERN_BYTES = 150 };

const struct node *look_node(const struct node *n)
{
    if (n->kind == NODE_SCALAR)
        return n;
    const struct node *stream = node_get(n, "stream");
    return stream != NULL ? stream : node_get(n, "screen");
}

/* A row from the top, or from the bottom below 0. */
static bool row_read(struct build *b, const struct node *n, const char *what, int *out)
{
    const struct value_range range = {what, -SCREEN_SIDE_MAX, SCREEN_SIDE_MAX};
    int64_t row = 0;

    if (!value_int(b->p, b->scope, n, &range, &row))
        return false;
    if (row == 0) {
        struct finding *f = finding_error(b->p, n, "there is no row 0");
        f->label = "rows count from 1; from the bottom they are -1, -2 and so on";
        return false;
    }
    *out = (int)row;
    return true;
}

static bool cursor_read(struct build *b, const struct node *n, struct display_place *out)
{
    static const struct value_range range = {"cursor", 1, SCREEN_SIDE_MAX};
    int64_t column = 0;

    if (!list_check(b->p, n, "cursor"))
        return false;
    if (n->count != 2) {
        (void)finding_wants(b->p, n, "cursor", "a row and a column");
        return false;
    }
    bool ok = row_read(b, n->first->value, "cursor", &out->cursor_row);
    ok = value_int(b->p, b->scope, n->first->next->value, &range, &column) && ok;
    out->cursor_column = (int)column;
    return ok;
}

static bool style_read(struct build *b, const struct node *n, struct display_place *out)
{
    const char *shape = definition_shape("STYLE");
    size_t which = 0;

    if (!list_check(b->p, n, "style"))
        return false;
    if (n->count == 0) {
        (void)finding_wants(b->p, n, "style", "at least one word");
        return false;
    }
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (!value_word(b->p, b->scope, e->value, "style", shape, &which))
            return false;
        out->style |= 1U << which;
    }
    return true;
}

/* The keys that narrow a look at the screen. */
static bool place_read(struct build *b, const struct node *n, struct look *out)
{
    static const char *const keys[] = {"row", "cursor", "style"};
    const struct node *node[COUNT_OF(keys)];
    bool ok = true;

    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        node[i] = node_get(n, keys[i]);
        if (node[i] == NULL || out->on_screen)
            continue;
        struct finding *f =
            finding_error(b->p, node[i], "`%s` narrows what is looked for on the screen", keys[i]);
        f->label = "say `screen:` in place of `stream:`";
        ok = false;
    }
    return ok && (node[0] == NULL || row_read(b, node[0], "row", &out->place.row)) &&
           (node[1] == NULL || cursor_read(b, node[1], &out->place)) &&
           (node[2] == NULL || style_read(b, node[2], &out->place));
}

/* The pattern itself. */
static bool look_text(struct build *b, const struct node *n, const char *what, struct look *out)
{
    struct scalar v = {0};

    if (!pattern_read(b, n, what, &v, &out->checked))
        return false;
    out->pattern = v.text;
    out->live = v.live;
    return true;
}

static bool echo_read(struct build *b, const struct node *n, struct look *out)
{
    const struct node *echo = node_get(n, "echo");
    size_t word = 0;

    out->echo = echo != NULL;
    if (echo == NULL)
        return true;
    if (out->on_screen) {
        struct finding *f = finding_error(b->p, echo, "`echo` is about the stream");
        f->label = "a screen shows the echo as it shows all else";
        return false;
    }
    return value_word(b->p, b->scope, echo, "word", "seen", &word);
}

bool look_read(struct build *b, const struct node *n, const char *what, struct look *out)
{
    if (n->kind == NODE_SCALAR)
        return look_text(b, n, what, out);
    const struct node *screen = node_get(n, "screen");
    const struct node *stream = node_get(n, "stream");
    if (screen == NULL && stream == NULL) {
        (void)finding_wants(b->p, n, what, "`stream` or `screen`");
        return false;
    }
    if (screen != NULL && stream != NULL) {
        struct finding *f = finding_error(b->p, screen, "%s looks at the stream already", what);
        f->label = "either `stream` or `screen`";
        return false;
    }
    out->on_screen = screen != NULL;
    b->screens = b->screens || out->on_screen;
    bool ok = look_text(b, look_node(n), what, out);
    ok = echo_read(b, n, out) && ok;
    return place_read(b, n, out) && ok;
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

bool look_begin(struct run *r, struct task *t, const struct step *s, const struct look *look)
{
    struct diag diag = {0};

    int rc = match_look_at(r->match, look->echo ? MATCH_WITH_ECHOES : MATCH_WITHOUT_ECHOES, &diag);
    if (rc < 0)
        failure_set(r, t, s, diag.text);
    return rc == 0;
}

/* Whether a screen is as somebody wanted it, or has its last moment now, and how that is told: ""
 * for not at all. NULL: it may be in the midst of being drawn. */
static const char *screen_rests(struct run *r, const struct task *t, const struct look *look,
                                const struct world_event *event)
{
    int64_t now = world_now(r->world);
    bool settled = event != NULL && event->kind == WORLD_SETTLED;

    if ((event != NULL && event->kind == WORLD_QUIET) || r->over || r->still || r->eof)
        return "";
    if (settled)
        return event->busy[0] == 0 ? "" : "decided by settle; busy: ";
    if (now >= t->deadline_ns || now >= t->wake_ns)
        return "decided at the deadline";
    if (t->stays == look && now >= t->stays_ns)
        return "decided as it stays while more is drawn";
    return NULL;
}

int look_screen(struct run *r, struct task *t, const struct look *look,
                const struct world_event *event, struct match_result *result, struct diag *diag)
{
    int64_t now = world_now(r->world);
    const char *how = screen_rests(r, t, look, event);
    bool drawn = event != NULL && event->kind == WORLD_OUTPUT &&
                 (t->looked_ns == 0 || now >= t->looked_ns + LOOK_PACE_NS);

    if (how == NULL && !drawn)
        return MATCH_PENDING;
    t->looked_ns = now;
    int rc = display_look(r->display, look_pattern(r, look), &look->place, result, diag);
    if (rc != MATCH_FOUND && t->stays == look)
        look_forget(t);
    if (rc != MATCH_FOUND)
        return rc;
    if (how != NULL) {
        const char *who = event != NULL && event->kind == WORLD_SETTLED ? event->busy : "";
        match_mark(r->match);
        if (how[0] != 0)
            run_tell(r, t, "%s%s", how, who);
        return rc;
    }
    if (t->stays == NULL) {
        t->stays = look;
        t->stays_ns = now + LOOK_STAYS_NS;
    }
    return MATCH_PENDING;
}

void look_forget(struct task *t)
{
    t->stays = NULL;
    t->stays_ns = INT64_MAX;
    t->looked_ns = 0;
}

void look_nearest(struct run *r, const struct look *look, const struct match_pattern *p,
                  struct buf *out)
{
    r->failure.screen = r->failure.screen || look->on_screen;
    if (look->on_screen)
        display_nearest(r->display, p, &look->place, out);
    else
        match_nearest(r->match, p, out);
}

static void place_add(struct buf *out, const struct display_place *place)
{
    const char *gap = "";

    if (place->row != 0)
        buf_addf(out, ", row %d", place->row);
    if (place->cursor_row != 0)
        buf_addf(out, ", cursor in row %d, column %d", place->cursor_row, place->cursor_column);
    buf_add_text(out, place->style != 0 ? ", " : "");
    for (size_t i = 0; display_style_name(i) != NULL; i++) {
        if ((place->style & 1U << i) == 0)
            continue;
        buf_addf(out, "%s%s", gap, display_style_name(i));
        gap = " and ";
    }
}

void look_add(struct buf *out, const struct look *look, bool whole)
{
    struct buf text = BUF_INIT;

    text_show(&text, look->pattern, strlen(look->pattern), look->live);
    size_t size = strnlen(buf_text(&text), whole ? SIZE_MAX : SUBJECT_PATTERN_BYTES);
    buf_add_text(out, look->on_screen ? " screen '" : " '");
    buf_add(out, buf_text(&text), size);
    buf_add_text(out, "'");
    buf_release(&text);
    if (whole && look->echo)
        buf_add_text(out, ", echo seen");
    if (whole)
        place_add(out, &look->place);
}
