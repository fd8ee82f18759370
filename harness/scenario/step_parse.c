/* step_parse.c: which step it is; and the steps that hold other steps. */
#include "harness/scenario/step_parse.h"

#include "harness/scenario/condition.h"
#include "harness/scenario/map.h"
#include "harness/scenario/script.h"
#include "runtime/base/check.h"

#include <string.h>

enum { STEP_WORK = 20, VISITS_MAX = 10 * SCENARIO_STEPS_MAX };

/* Aligned in columns these rows would be too wide to read. */
/* clang-format off */
static const struct word step_words[] = {
    [STEP_EXPECT] = {"expect", "REGEX | {stream!: REGEX, within: DURATION}", "screen line",
     "the output matches, after the last match",
     "- expect: 'leaf> $'\n- expect: { stream: 'done (\\d+)', within: 2s }\n"},
    [STEP_ABSENT] = {"absent", "{stream!: REGEX, until!: quiet | ADDRESS}", "screen",
     "the output did not match",
     "- absent: { stream: 'Traceback', until: quiet }\n"},
    [STEP_SEND] = {"send", "TEXT", NULL,
     "types bytes",
     "- send: \"c\\r\"\n"},
    [STEP_KEY] = {"key", "KEY | {name!: KEY, times: INTEGER, gap: DURATION, to: tty | tiocsig}", NULL,
     "presses a key of the terminal",
     "- key: C-c\n- key: { name: C-c, times: 3, gap: 250ms }\n"},
    [STEP_SIGNAL] = {"signal", "{to!: ACTOR | group | session | tree | foreground, name!: SIGNAL}", NULL,
     "sends a signal",
     "- signal: { to: leaf, name: SIGTERM }\n"},
    [STEP_FAULT] = {"fault", "FAULT", NULL,
     "does harm; the rows are listed by `scenario help faults`",
     "- fault: { kill: w.1, with: SIGKILL }\n"},
    [STEP_AWAIT] = {"await", "quiet | ADDRESS | {alive: ACTORS, gone: ACTORS, stopped: ACTORS, count: INTEGER, "
     "zombies: INTEGER, within: DURATION}", NULL,
     "waits for an event or a state of the tree",
     "- await: leaf@dbg.prompt\n- await: quiet\n- await: { alive: all, zombies: 0 }\n"},
    [STEP_TELL] = {"tell", "{actor!: ACTOR, do!: TELL}", NULL,
     "asks one of our own actors to do something",
     "- tell: { actor: w.1, do: fail }\n"},
    [STEP_PARALLEL] = {"parallel", "[STEPS]+", NULL,
     "lists of steps side by side",
     "- parallel:\n    -\n      - await: w.1@exit.closed\n    -\n      - tell: { actor: "
     "w.1, do: exit }\n"},
    [STEP_REPEAT] = {"repeat", "{times!: INTEGER, steps!: STEPS}", NULL,
     "the steps N times",
     "- repeat:\n    times: 3\n    steps:\n      - key: C-c\n      - await: quiet\n"},
    [STEP_WHEN] = {"when", "{if!: CONDITION, steps!: STEPS}", NULL,
     "the steps if the condition holds",
     "- when:\n    if: 'presses == 3 and prompt in [\"pause\", \"crash\"]'\n    steps:\n    "
     "  - await: quiet\n"},
    [STEP_USE] = {"use", "{script!: WORDS, with: {*: TEXT}}", NULL,
     "the steps of a script",
     "- use: { script: leave-prompt, with: { by: c } }\n"},
    [STEP_RESIZE] = {"resize", "{rows!: SIZE, columns!: SIZE}", NULL,
     "gives the terminal another size",
     "- resize: { rows: 50, columns: 132 }\n"},
    [STEP_WAIT] = {"wait", "DURATION | {for!: DURATION, because: WORDS}", NULL,
     "lets time pass; warned about",
     "- wait: { for: 100ms, because: 'the program polls every 50 ms' }\n"},
    [STEP_NOTE] = {"note", "WORDS", NULL,
     "a line in the record",
     "- note: 'here the second half begins'\n"},
};
/* clang-format on */

const struct word *step_word(unsigned kind)
{
    CHECK(kind < STEPS);
    return &step_words[kind];
}

const struct word *language_step(size_t i)
{
    return i < STEPS ? &step_words[i] : NULL;
}

const char *step_name(unsigned kind)
{
    return step_word(kind)->name;
}

static const char *step_name_at(size_t i, void *user)
{
    (void)user;
    return step_words[i].name;
}

/* Steps on their way into a list. */
struct step_link {
    struct step_link *next;
    struct step step;
};

struct collector {
    struct step_link *first;
    struct step_link **tail;
    size_t count;
};

static bool steps_collect(struct build *b, const struct node *n, const char *what,
                          struct collector *out);

static bool collector_finish(struct build *b, const struct collector *c, struct step_list *out)
{
    struct step *all = parse_alloc(b->p, c->count, sizeof(*all));
    size_t count = 0;

    if (all == NULL)
        return false;
    for (const struct step_link *link = c->first; link != NULL; link = link->next)
        all[count++] = link->step;
    *out = (struct step_list){all, count};
    return true;
}

bool steps_parse(struct build *b, const struct node *n, const char *what, struct step_list *out)
{
    struct collector c = {0};

    c.tail = &c.first;
    return steps_collect(b, n, what, &c) && collector_finish(b, &c, out);
}

/* ---- Steps that hold others --------------------------------------------------------------- */

static bool repeat_collect(struct build *b, const struct node *n, struct collector *out)
{
    static const struct value_range range = {"times", 0, SCENARIO_STEPS_MAX};
    int64_t times = 0;

    if (!map_check_word(b->p, n, step_word(STEP_REPEAT)) ||
        !int_get(b->p, b->scope, n, &range, &times))
        return false;
    for (int64_t i = 0; i < times; i++) {
        if (!steps_collect(b, node_get(n, "steps"), "repeat", out))
            return false;
    }
    return true;
}

static bool when_collect(struct build *b, const struct node *n, struct collector *out)
{
    bool holds = false;

    if (!map_check_word(b->p, n, step_word(STEP_WHEN)) ||
        !condition_read(b->p, b->scope, node_get(n, "if"), &holds))
        return false;
    const struct node *steps = node_get(n, "steps");
    if (holds)
        return steps_collect(b, steps, "when", out);
    /* What is left out is read for its mistakes, then dropped. */
    struct collector dropped = {0};
    dropped.tail = &dropped.first;
    bool was_dead = b->dead;
    bool was_freed = b->held_freed;
    uint32_t emitted = b->emitted;
    b->dead = true;
    bool ok = steps_collect(b, steps, "when", &dropped);
    b->dead = was_dead;
    b->held_freed = was_freed;
    b->emitted = emitted;
    return ok;
}

static bool use_check(struct build *b, const struct node *n, const struct script *s)
{
    for (size_t i = 0; i < b->scripts; i++) {
        if (b->script[i] == s) {
            (void)finding_error(b->p, n, "script '%s' uses itself", s->name);
            return false;
        }
    }
    if (b->scripts == SCRIPT_DEPTH_MAX) {
        (void)finding_error(b->p, n, "more than %d scripts inside each other", SCRIPT_DEPTH_MAX);
        return false;
    }
    return true;
}

static bool use_collect(struct build *b, const struct node *n, struct collector *out)
{
    struct scope scope;

    if (!map_check_word(b->p, n, step_word(STEP_USE)))
        return false;
    const struct node *name = node_get(n, "script");
    const struct script *s = script_find(b, name);
    if (s == NULL || !use_check(b, name, s) ||
        !script_scope(b, s, name, node_get(n, "with"), &scope))
        return false;
    const struct scope *outer = b->scope;
    struct place outer_place = b->use_place;
    if (b->scripts == 0) {
        b->use_place = n->place;
        b->p->use = n;
    }
    b->scope = &scope;
    b->script[b->scripts++] = s;
    bool ok = steps_collect(b, s->steps, "steps", out);
    b->scripts--;
    if (b->scripts == 0)
        b->p->use = NULL;
    b->scope = outer;
    b->use_place = outer_place;
    return ok;
}

static bool parallel_read(struct build *b, const struct node *n, struct step *out)
{
    if (!list_check(b->p, n, "parallel"))
        return false;
    if (n->count < 1 || n->count > SCENARIO_BRANCHES_MAX) {
        (void)finding_error(b->p, n, "parallel wants 1 to %d lists of steps",
                            SCENARIO_BRANCHES_MAX);
        return false;
    }
    out->branch = parse_alloc(b->p, n->count, sizeof(*out->branch));
    if (out->branch == NULL)
        return false;
    bool ok = true;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next)
        ok = steps_parse(b, e->value, "a branch of parallel", &out->branch[out->branch_count++]) &&
             ok;
    return ok;
}

/* ---- One step ----------------------------------------------------------------------------- */

/* Counts a step that becomes part of the variant, and makes room for it. */
static struct step_link *step_emit(struct build *b, const struct node *n, struct collector *out)
{
    if (++b->emitted > SCENARIO_STEPS_MAX) {
        (void)finding_error(b->p, n, "more than %d steps", SCENARIO_STEPS_MAX);
        return NULL;
    }
    struct step_link *link = parse_alloc(b->p, 1, sizeof(*link));
    if (link == NULL)
        return NULL;
    link->step.place = node_place(b->p, n);
    link->step.use_place = b->use_place;
    link->step.count = COUNT_ANY;
    link->step.zombies = COUNT_ANY;
    *out->tail = link;
    out->tail = &link->next;
    out->count++;
    return link;
}

static void step_unknown(struct build *b, const struct node *key)
{
    struct finding *f = finding_error(b->p, key, "unknown step '%.60s'", key->text);
    finding_suggest(b->p, f, key->text, STEPS, step_name_at, NULL);
    if (strcmp(key->text, "sleep") == 0)
        f->label = "there is none: expect what is shown, or await an event, or `quiet`";
    finding_list(b->p, f, "steps are", STEPS, step_name_at, NULL);
}

/* Refuses what only own actors can do, where the subject is any program. */
static bool foreign_check(struct build *b, const struct node *key, const struct step *s)
{
    static const char *const whys[STEPS] = {
        [STEP_FAULT] = "faults hit actors by their names",
        [STEP_TELL] = "only own actors can be told",
        [STEP_PARALLEL] = "one list of steps drives a program",
    };
    const char *why = whys[s->kind];

    if (!b->foreign || b->dead)
        return true;
    if (s->kind == STEP_AWAIT && s->await == AWAIT_ADDRESS)
        why = "only own actors have points; wait for output, or for `quiet`";
    else if (s->kind == STEP_AWAIT && s->await == AWAIT_TREE &&
             (s->count != COUNT_ANY || s->zombies != COUNT_ANY))
        why = "only own actors have names and are counted; say `all`";
    else if (s->kind == STEP_ABSENT && !s->until_quiet)
        why = "only own actors have points; say `until: quiet`";
    else if (s->kind == STEP_SIGNAL && s->target != TARGET_FOREGROUND && s->target != TARGET_GROUP)
        why = "to `foreground`, or to the program's own `group`";
    if (why == NULL)
        return true;
    struct finding *f =
        finding_error(b->p, key, "step '%s' does not work on any program", step_name(s->kind));
    f->label = why;
    f->help = "a script with such steps is for `use:` in a scenario with a `tree:`";
    return false;
}

/* True when the map has the key with something else than that word. */
static bool key_differs(const struct node *map, const char *key, const char *word)
{
    const struct node *n = map->kind == NODE_MAP ? node_get(map, key) : NULL;

    /* What a parameter stands for is checked when it has been read. */
    return n != NULL && (n->kind != NODE_SCALAR ||
                         (strcmp(n->text, word) != 0 && strstr(n->text, "${") == NULL));
}

/* The same before the value is read, where its mistakes would be about actors that are missing. */
static bool foreign_check_early(struct build *b, const struct node *key, const struct node *value,
                                enum step_kind kind)
{
    static const char *const states[] = {"alive", "gone", "stopped"};
    struct step like = {.kind = kind,
                        .target = TARGET_GROUP,
                        .await = AWAIT_QUIET,
                        .count = COUNT_ANY,
                        .zombies = COUNT_ANY,
                        .until_quiet = true};

    if (kind == STEP_AWAIT && value->kind == NODE_SCALAR && strchr(value->text, '@') != NULL)
        like.await = AWAIT_ADDRESS;
    for (size_t i = 0; kind == STEP_AWAIT && i < COUNT_OF(states); i++) {
        if (key_differs(value, states[i], "all"))
            like = (struct step){.kind = kind, .await = AWAIT_TREE};
    }
    if (kind == STEP_ABSENT && key_differs(value, "until", "quiet"))
        like.until_quiet = false;
    if (kind == STEP_SIGNAL && key_differs(value, "to", "group") &&
        key_differs(value, "to", "foreground"))
        like.target = TARGET_ACTOR;
    return foreign_check(b, key, &like);
}

static bool step_collect(struct build *b, const struct node *n, struct collector *out)
{
    if (n->kind != NODE_MAP || n->count == 0) {
        struct finding *f = finding_error(b->p, n, "a step wants one key, not %s",
                                          n->kind == NODE_MAP ? "none" : node_what(n));
        f->help = "for example: `- await: quiet`";
        return false;
    }
    const struct node *key = n->first->key;
    const struct node *value = n->first->value;
    unsigned kind = 0;
    while (kind < STEPS && strcmp(step_words[kind].name, key->text) != 0)
        kind++;
    if (kind == STEPS) {
        step_unknown(b, key);
        return false;
    }
    if (n->count > 1) {
        struct finding *f = finding_error(b->p, n->first->next->key, "a step has one key");
        f->label = "start the next step with '- '";
        finding_other(b->p, f, key, "this is the step");
        return false;
    }
    if (kind == STEP_REPEAT)
        return repeat_collect(b, value, out);
    if (kind == STEP_WHEN)
        return when_collect(b, value, out);
    if (kind == STEP_USE)
        return use_collect(b, value, out);
    struct step_link *link = step_emit(b, value, out);
    if (link == NULL)
        return false;
    link->step.kind = (enum step_kind)kind;
    if (!foreign_check_early(b, key, value, link->step.kind))
        return false;
    bool ok = kind == STEP_PARALLEL ? parallel_read(b, value, &link->step)
                                    : step_read(b, value, &link->step);
    return ok && foreign_check(b, key, &link->step);
}

static bool steps_collect(struct build *b, const struct node *n, const char *what,
                          struct collector *out)
{
    bool ok = true;

    if (!list_check(b->p, n, what))
        return false;
    if (n->count == 0) {
        (void)finding_error(b->p, n, "%s has no steps", what);
        return false;
    }
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (!parse_work(b->p, e->value, STEP_WORK))
            return false;
        if (++b->visited > VISITS_MAX) {
            (void)finding_error(b->p, e->value, "more than %d steps", SCENARIO_STEPS_MAX);
            return false;
        }
        ok = step_collect(b, e->value, out) && ok;
        if (b->emitted > SCENARIO_STEPS_MAX)
            return false;
    }
    return ok;
}
