/* step_read.c: the steps that stand for themselves, one function each. */
#include "expect/match.h"
#include "harness/language/fault.h"
#include "harness/scenario/address.h"
#include "harness/scenario/map.h"
#include "harness/scenario/step_parse.h"
#include "runtime/base/check.h"

#include <signal.h>
#include <string.h>

enum { KEY_TIMES_MAX = 100 };

static const struct value_range within_range = {"within", 1, 86400 * SECOND_NS};

/* ---- The held actor ----------------------------------------------------------------------- */

/* Refuses to wait for the actor that is held while this `do` runs, unless the `do` has done
 * something to it before. */
static bool held_check(struct build *b, const struct node *n, uint16_t actor, const char *what)
{
    if (b->held == NULL || b->held_freed || b->held->actor == ACTOR_NONE || b->held->actor != actor)
        return true;
    struct finding *f = finding_error(b->p, n, "this waits for '%s', which is held here",
                                      b->tree->node[actor].name);
    f->label = what;
    f->help = "a `do` runs while its actor is held; wait in `steps` instead";
    return false;
}

/* The part of a point's name before the dot: the points of one part come in their order. */
static bool same_family(unsigned a, unsigned b)
{
    const char *x = point_name(a);
    const char *y = point_name(b);
    size_t size = strcspn(x, ".");

    return size == strcspn(y, ".") && memcmp(x, y, size) == 0;
}

static bool held_check_address(struct build *b, const struct node *n, const struct address *a)
{
    const struct address *at = b->held;

    if (at == NULL || at->actor == ACTOR_NONE || at->actor != a->actor)
        return true;
    bool before = !a->relative && ((a->point == at->point && a->nth <= at->nth) ||
                                   (same_family(a->point, at->point) && a->point < at->point) ||
                                   same_family(a->point, POINT_SPAWN_READY));
    return before || held_check(b, n, a->actor, "it gets there only after the `do`");
}

static bool held_check_list(struct build *b, const struct node *n, const struct actor_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!held_check(b, n, list->actor[i], "it ends or stops only after the `do`"))
            return false;
    }
    return true;
}

/* Its own prompt is the output that a held actor cannot write. */
static bool held_check_pattern(struct build *b, const struct node *n, const char *pattern)
{
    if (b->held == NULL || b->held->actor == ACTOR_NONE)
        return true;
    const char *name = b->tree->node[b->held->actor].name;
    const char *found = strstr(pattern, name);
    if (found == NULL || found[strlen(name)] != '>' ||
        (found > pattern && (name_is_valid((const char[]){found[-1], 0}, 1) || found[-1] == '.')))
        return true;
    return held_check(b, n, b->held->actor, "it writes only after the `do`");
}

/* ---- expect, absent ----------------------------------------------------------------------- */

/* True for a value of parameters in what is left out by its `when`: the condition may be there to
 * exclude just this value, so only the names of the parameters are checked. */
static bool value_excluded(const struct build *b, const struct node *n)
{
    return b->dead && n->kind == NODE_SCALAR && memmem(n->text, n->size, "${", 2) != NULL;
}

/* A pattern, compiled once as a check. */
static bool pattern_read(struct build *b, const struct node *n, const char *what, const char **out)
{
    const char *pattern;
    struct diag diag = {0};
    size_t offset = 0;

    if (value_excluded(b, n))
        return value_text(b->p, b->scope, n, what, out);
    if (!value_words(b->p, b->scope, n, what, &pattern))
        return false;
    if (match_check(pattern, &offset, &diag) < 0) {
        struct finding *f = finding_error(b->p, n, "not a regular expression: %s", diag.text);
        if (pattern == n->text)
            finding_inside(f, n, offset, 1);
        return false;
    }
    *out = pattern;
    return true;
}

static bool quiet_check(struct build *b, const struct node *n)
{
    if (!b->spinner || b->dead)
        return true;
    struct finding *f = finding_error(b->p, n, "'quiet' beside a spinner would never come");
    f->label = "a spinner always has something to do";
    return false;
}

static bool expect_read(struct build *b, const struct node *n, struct step *out)
{
    const struct node *pattern = n;

    if (n->kind != NODE_SCALAR) {
        if (!map_check_word(b->p, n, step_word(STEP_EXPECT)) ||
            !duration_get(b->p, b->scope, n, &within_range, &out->within_ns))
            return false;
        pattern = node_get(n, "stream");
    }
    return pattern_read(b, pattern, "expect", &out->pattern) &&
           held_check_pattern(b, pattern, out->pattern);
}

static bool absent_read(struct build *b, const struct node *n, struct step *out)
{
    const char *until_text;

    if (!map_check_word(b->p, n, step_word(STEP_ABSENT)))
        return false;
    const struct node *until = node_get(n, "until");
    if (!pattern_read(b, node_get(n, "stream"), "absent", &out->pattern) ||
        !value_words(b->p, b->scope, until, "until", &until_text))
        return false;
    out->until_quiet = strcmp(until_text, "quiet") == 0;
    if (out->until_quiet)
        return quiet_check(b, until);
    return address_read(b, until, "until", false, &out->address) &&
           held_check_address(b, until, &out->address);
}

/* ---- send, key, note, wait ---------------------------------------------------------------- */

static bool send_read(struct build *b, const struct node *n, struct step *out)
{
    struct scalar v;

    if (!value_scalar(b->p, b->scope, n, "send", &v))
        return false;
    if (v.size == 0 && !value_excluded(b, n)) {
        (void)finding_error(b->p, n, "send wants text, not nothing");
        return false;
    }
    out->text = v.text;
    out->text_size = v.size;
    return true;
}

/* A key of one byte is pressed; one of several (Up) is only typed, `times` over. */
static bool key_finish(struct build *b, const struct key *key, struct step *out)
{
    out->key_name = key->name;
    if (key->size == 1) {
        out->key = (uint8_t)key->bytes[0];
        return true;
    }
    char *text = parse_alloc(b->p, key->size, out->times + 1U);
    if (text == NULL)
        return false;
    for (uint32_t i = 0; i < out->times; i++)
        memcpy(text + i * key->size, key->bytes, key->size);
    out->kind = STEP_SEND;
    out->text = text;
    out->text_size = key->size * out->times;
    return true;
}

/* The characters for which the terminal's driver sends a signal. */
static bool key_signals(const struct key *key)
{
    char byte = key->bytes[0];

    return key->size == 1 && (byte == 0x03 || byte == 0x1A || byte == 0x1C);
}

/* The key's name and how it is pressed, from a map. */
static bool key_map_read(struct build *b, const struct node *n, struct key *key, struct step *out)
{
    static const struct value_range times_range = {"times", 1, KEY_TIMES_MAX};
    static const struct value_range gap_range = {"gap", 0, 3600 * SECOND_NS};
    int64_t times = 1;
    size_t to = 0;

    if (!map_check_word(b->p, n, step_word(STEP_KEY)))
        return false;
    const struct node *name = node_get(n, "name");
    const struct node *to_node = node_get(n, "to");
    bool ok = value_key(b->p, b->scope, name, key);
    ok = int_get(b->p, b->scope, n, &times_range, &times) && ok;
    ok = duration_get(b->p, b->scope, n, &gap_range, &out->gap_ns) && ok;
    if (to_node != NULL)
        ok = value_word(b->p, b->scope, to_node, "way", key_shape(step_word(STEP_KEY)->shape, "to"),
                        &to) &&
             ok;
    out->times = (uint32_t)times;
    out->tiocsig = to == 1;
    if (ok && out->tiocsig && !key_signals(key)) {
        struct finding *f = finding_error(b->p, name, "'%s' makes no signal", key->name);
        f->label = "tiocsig: C-c, C-z and C-\\ only";
        return false;
    }
    if (ok && key->size != 1 && node_get(n, "gap") != NULL) {
        (void)finding_error(b->p, node_get(n, "gap"), "no gap between keys of several bytes");
        return false;
    }
    return ok;
}

static bool key_read(struct build *b, const struct node *n, struct step *out)
{
    struct key key;

    out->times = 1;
    bool ok =
        n->kind == NODE_SCALAR ? value_key(b->p, b->scope, n, &key) : key_map_read(b, n, &key, out);
    return ok && key_finish(b, &key, out);
}

static bool note_read(struct build *b, const struct node *n, struct step *out)
{
    if (!value_words(b->p, b->scope, n, "note", &out->text))
        return false;
    out->text_size = strlen(out->text);
    return true;
}

static bool wait_read(struct build *b, const struct node *n, struct step *out)
{
    static const struct value_range range = {"wait", 1, 3600 * SECOND_NS};
    const struct node *time = n;
    const char *because = NULL;

    if (n->kind != NODE_SCALAR) {
        if (!map_check_word(b->p, n, step_word(STEP_WAIT)) ||
            !words_get(b->p, b->scope, n, "because", &because))
            return false;
        time = node_get(n, "for");
    }
    if (because == NULL) {
        struct finding *f =
            finding_warning(b->p, n, "bare-wait",
                            "wait without a sync point makes the verdict depend on machine speed");
        f->label = "await a point or a state of the tree, or say `because:`";
    }
    return value_duration(b->p, b->scope, time, &range, &out->gap_ns);
}

static bool resize_read(struct build *b, const struct node *n, struct step *out)
{

    return map_check_word(b->p, n, step_word(STEP_RESIZE)) &&
           size_get(b->p, b->scope, n, &out->rows, &out->columns);
}

/* ---- signal, fault, tell ------------------------------------------------------------------ */

static bool signal_read(struct build *b, const struct node *n, struct step *out)
{
    static const struct {
        const char *name;
        enum signal_target target;
    } targets[] = {
        {"group",      TARGET_GROUP     },
        {"session",    TARGET_SESSION   },
        {"tree",       TARGET_TREE      },
        {"foreground", TARGET_FOREGROUND},
    };
    const char *to_text;

    if (!map_check_word(b->p, n, step_word(STEP_SIGNAL)))
        return false;
    const struct node *to = node_get(n, "to");
    const struct node *name = node_get(n, "name");
    if (!value_signal(b->p, b->scope, name, &out->signal) ||
        !value_words(b->p, b->scope, to, "to", &to_text))
        return false;
    b->held_freed = true;
    out->actor = ACTOR_NONE;
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        if (strcmp(targets[i].name, to_text) == 0) {
            out->target = targets[i].target;
            return true;
        }
    }
    out->target = TARGET_ACTOR;
    return actor_read(b, to, "to", &out->actor);
}

static const char *fault_name_at(size_t i, void *user)
{
    (void)user;
    return fault_at(i)->name;
}

/* The row of the fault table that a key of `fault:` names. */
static bool fault_row_find(struct build *b, const struct node *key, uint16_t *out)
{
    int row = fault_find(key->text);

    if (row >= 0) {
        *out = (uint16_t)row;
        return true;
    }
    struct finding *f = finding_error(b->p, key, "unknown fault '%.60s'", key->text);
    finding_suggest(b->p, f, key->text, fault_count(), fault_name_at, NULL);
    finding_list(b->p, f, "faults are", fault_count(), fault_name_at, NULL);
    return false;
}

/* Whom a row hits: an actor; for some rows also the job, or nothing but the terminal. */
static bool fault_whom(struct build *b, const struct node_entry *row, struct step *out)
{
    unsigned takes = fault_at(out->fault)->takes;
    const char *text;

    if (!value_words(b->p, b->scope, row->value, row->key->text, &text))
        return false;
    if ((takes & FAULT_TAKES_TERMINAL) != 0) {
        out->actor = ACTOR_TERMINAL;
        if (strcmp(text, "terminal") == 0)
            return true;
        (void)finding_error(b->p, row->value, "%s wants 'terminal'", row->key->text);
        return false;
    }
    /* An actor of that name comes first. */
    if ((takes & FAULT_TAKES_JOB) != 0 && strcmp(text, "job") == 0 &&
        tree_find(b->tree, text) == ACTOR_NONE) {
        out->actor = ACTOR_NONE;
        return true;
    }
    return actor_read(b, row->value, row->key->text, &out->actor);
}

/* A thing that a row must be given, or cannot be. */
static bool fault_argument(struct build *b, const struct node *map, const struct node_entry *row,
                           const struct node *argument, const char *name, bool wanted)
{
    if (argument == NULL && wanted) {
        (void)finding_error(b->p, map, "%s does not say its `%s`", row->key->text, name);
        return false;
    }
    if (argument != NULL && !wanted) {
        (void)finding_error(b->p, argument, "%s has no `%s`", row->key->text, name);
        return false;
    }
    return true;
}

/* Whether the step says what its row takes. */
static bool fault_takes_check(struct build *b, const struct node *n, const struct node_entry *row,
                              const struct step *step)
{
    unsigned takes = fault_at(step->fault)->takes;
    const struct node *with = node_get(n, "with");
    bool ok =
        with == NULL || fault_argument(b, n, row, with, "with", (takes & FAULT_TAKES_SIGNAL) != 0);
    ok = fault_argument(b, n, row, node_get(n, "side"), "side", (takes & FAULT_TAKES_SIDE) != 0) &&
         ok;
    if (ok && (takes & FAULT_TAKES_LINK) != 0 && step->actor == ACTOR_ROOT) {
        (void)finding_error(b->p, row->value, "the root has no link to a parent");
        return false;
    }
    return ok;
}

static bool side_read(struct build *b, const struct node *n, enum link_side *out)
{
    size_t side = 0;

    if (!value_word(b->p, b->scope, n, "side", "up | down", &side))
        return false;
    *out = side == 0 ? SIDE_UP : SIDE_DOWN;
    return true;
}

static bool fault_read(struct build *b, const struct node *n, struct step *out)
{
    const struct node_entry *row = NULL;
    const struct node *with = NULL;
    const struct node *side = NULL;

    if (n->kind != NODE_MAP) {
        struct finding *f = finding_error(b->p, n, "fault wants a map, not %s", node_what(n));
        f->help = "fault: { kill: leaf, with: SIGKILL }";
        return false;
    }
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (strcmp(e->key->text, "with") == 0) {
            with = e->value;
        } else if (strcmp(e->key->text, "side") == 0) {
            side = e->value;
        } else if (row != NULL) {
            struct finding *f = finding_error(b->p, e->key, "one fault per step");
            finding_other(b->p, f, row->key, "the first one");
            return false;
        } else {
            row = e;
        }
    }
    if (row == NULL) {
        (void)finding_error(b->p, n, "fault does not say which");
        return false;
    }
    b->held_freed = true;
    out->target = TARGET_ACTOR;
    bool ok = fault_row_find(b, row->key, &out->fault);
    ok = ok && fault_whom(b, row, out);
    if (with != NULL)
        ok = value_signal(b->p, b->scope, with, &out->signal) && ok;
    if (side != NULL)
        ok = side_read(b, side, &out->side) && ok;
    return ok && fault_takes_check(b, n, row, out);
}

static const char *tell_name_at(size_t i, void *user)
{
    (void)user;
    return tell_name((unsigned)i);
}

static bool tell_read(struct build *b, const struct node *n, struct step *out)
{
    const struct value_names ops = {"order", "orders are", TELL_WORDS, tell_name_at, NULL};
    size_t op = 0;

    if (!map_check_word(b->p, n, step_word(STEP_TELL)))
        return false;
    const struct node *actor = node_get(n, "actor");
    const struct node *what = node_get(n, "do");
    if (!actor_read(b, actor, "actor", &out->actor) || !value_name(b->p, b->scope, what, &ops, &op))
        return false;
    out->tell = (enum tell_op)op;
    if ((op == TELL_PAUSE || op == TELL_CRASH || op == TELL_FAIL) && !b->dead)
        b->told[out->actor] = true;
    return true;
}

/* ---- await -------------------------------------------------------------------------------- */

/* `all`, one actor, or a list of actors. */
static bool actors_read(struct build *b, const struct node *n, const char *what,
                        const struct actor_list *all, struct actor_list *out)
{
    const char *text;
    uint16_t *list;
    size_t count = 0;

    if (n->kind == NODE_SCALAR) {
        if (!value_words(b->p, b->scope, n, what, &text))
            return false;
        if (strcmp(text, "all") == 0) {
            *out = *all;
            return true;
        }
        list = parse_alloc(b->p, 1, sizeof(*list));
        if (list == NULL || !actor_read(b, n, what, &list[0]))
            return false;
        *out = (struct actor_list){list, 1};
        return true;
    }
    if (!list_check(b->p, n, what))
        return false;
    if (n->count == 0) {
        (void)finding_error(b->p, n, "%s names no actor", what);
        return false;
    }
    list = parse_alloc(b->p, n->count, sizeof(*list));
    if (list == NULL)
        return false;
    bool ok = true;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next)
        ok = actor_read(b, e->value, what, &list[count++]) && ok;
    *out = (struct actor_list){list, count};
    return ok;
}

static bool actors_get(struct build *b, const struct node *map, const char *key,
                       const struct actor_list *all, struct actor_list *out)
{
    const struct node *n = node_get(map, key);

    return n == NULL || actors_read(b, n, key, all, out);
}

static bool number_get(struct build *b, const struct node *map, const char *key, int32_t *out)
{
    const struct value_range range = {key, 0, TREE_ACTORS_MAX};
    int64_t value = COUNT_ANY;

    if (!int_get(b->p, b->scope, map, &range, &value))
        return false;
    *out = (int32_t)value;
    return true;
}

static bool await_tree_read(struct build *b, const struct node *n, struct step *out)
{

    if (!map_check_word(b->p, n, step_word(STEP_AWAIT)))
        return false;
    bool ok = actors_get(b, n, "alive", &b->started, &out->alive);
    ok = actors_get(b, n, "gone", &b->all, &out->gone) && ok;
    ok = actors_get(b, n, "stopped", &b->started, &out->stopped) && ok;
    ok = number_get(b, n, "count", &out->count) && ok;
    ok = number_get(b, n, "zombies", &out->zombies) && ok;
    ok = duration_get(b->p, b->scope, n, &within_range, &out->within_ns) && ok;
    if (!ok)
        return false;
    if (out->alive.count + out->gone.count + out->stopped.count == 0 && out->count == COUNT_ANY &&
        out->zombies == COUNT_ANY) {
        (void)finding_error(b->p, n, "await does not say what for");
        return false;
    }
    out->await = AWAIT_TREE;
    return held_check_list(b, n, &out->gone) && held_check_list(b, n, &out->stopped);
}

static bool await_read(struct build *b, const struct node *n, struct step *out)
{
    const char *text;

    if (n->kind != NODE_SCALAR)
        return await_tree_read(b, n, out);
    if (!value_words(b->p, b->scope, n, "await", &text))
        return false;
    if (strcmp(text, "quiet") == 0) {
        out->await = AWAIT_QUIET;
        return quiet_check(b, n);
    }
    out->await = AWAIT_ADDRESS;
    return address_read(b, n, "await", false, &out->address) &&
           held_check_address(b, n, &out->address);
}

/* ---- The table ---------------------------------------------------------------------------- */

static bool (*const readers[STEPS])(struct build *b, const struct node *n, struct step *out) = {
    [STEP_EXPECT] = expect_read, [STEP_ABSENT] = absent_read, [STEP_SEND] = send_read,
    [STEP_KEY] = key_read,       [STEP_SIGNAL] = signal_read, [STEP_FAULT] = fault_read,
    [STEP_AWAIT] = await_read,   [STEP_TELL] = tell_read,     [STEP_WAIT] = wait_read,
    [STEP_RESIZE] = resize_read, [STEP_NOTE] = note_read,
};

bool step_read(struct build *b, const struct node *n, struct step *out)
{
    CHECK(out->kind < STEPS && readers[out->kind] != NULL);
    return readers[out->kind](b, n, out);
}
