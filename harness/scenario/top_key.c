/* top_key.c: the table, and the readers of what all variants share. */
#include "harness/scenario/top_key.h"

#include "expect/match.h"
#include "harness/scenario/map.h"
#include "harness/scenario/requires.h"
#include "harness/scenario/step_parse.h"

#include <string.h>

const struct scope scope_shared = {.from = "a key that all variants share"};

static const char *text_read(struct parse *p, const struct word *w, const struct node *n,
                             size_t max, const char *fallback)
{
    const char *text = fallback;

    if (value_words(p, &scope_shared, n, w->name, &text) && strlen(text) > max)
        (void)finding_error(p, n, "%s is longer than %zu bytes", w->name, max);
    return text;
}

static void name_read(struct parse *p, const struct word *w, const struct node *n,
                      struct scenario *s)
{
    s->name = text_read(p, w, n, SCENARIO_NAME_BYTES_MAX, s->name);
}

static void summary_read(struct parse *p, const struct word *w, const struct node *n,
                         struct scenario *s)
{
    s->summary = text_read(p, w, n, SCENARIO_VALUE_BYTES_MAX, s->summary);
}

static void no_ctrl_c_read(struct parse *p, const struct word *w, const struct node *n,
                           struct scenario *s)
{
    s->no_ctrl_c = text_read(p, w, n, SCENARIO_VALUE_BYTES_MAX, s->no_ctrl_c);
}

static void tags_read(struct parse *p, const struct word *w, const struct node *n,
                      struct scenario *s)
{
    size_t count = 0;

    if (!list_check(p, n, w->name))
        return;
    const char **all = parse_alloc(p, n->count, sizeof(*all));
    if (all == NULL)
        return;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        const char *tag;
        if (!value_words(p, &scope_shared, e->value, "a tag", &tag))
            continue;
        if (!name_is_valid(tag, SCENARIO_NAME_BYTES_MAX))
            (void)finding_error(p, e->value, "a tag is one word");
        all[count++] = tag;
    }
    s->tags = all;
    s->tag_count = count;
}

/* They are for people and for `known`; only their form is checked. */
static void issues_read(struct parse *p, const struct word *w, const struct node *n,
                        struct scenario *s)
{
    const struct map_form form = {.what = "an issue", .shape = w->shape};
    const char *text;

    (void)s;
    if (!list_check(p, n, w->name))
        return;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (e->value->kind == NODE_SCALAR)
            (void)value_words(p, &scope_shared, e->value, "an issue", &text);
        else if (map_check(p, e->value, &form) &&
                 words_get(p, &scope_shared, e->value, "url", &text))
            (void)words_get(p, &scope_shared, e->value, "relation", &text);
    }
}

static void engines_read(struct parse *p, const struct word *w, const struct node *n,
                         struct scenario *s)
{
    static const unsigned engines[] = {ENGINE_REAL, ENGINE_SIM};
    size_t which = 0;

    if (!list_check(p, n, w->name))
        return;
    s->engines = 0;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (value_word(p, &scope_shared, e->value, "engine", w->shape, &which))
            s->engines |= engines[which];
    }
    if (n->count == 0)
        (void)finding_wants(p, n, w->name, "at least one engine");
}

static void terminal_read(struct parse *p, const struct word *w, const struct node *n,
                          struct scenario *s)
{
    if (map_check_word(p, n, w))
        (void)size_get(p, &scope_shared, n, &s->rows, &s->columns);
}

static void limits_read(struct parse *p, const struct word *w, const struct node *n,
                        struct scenario *s)
{
    static const struct value_range total = {"total", 1, 86400 * SECOND_NS};
    static const struct value_range step = {"step", 1, 86400 * SECOND_NS};
    static const struct value_range grace = {"grace", 1, 86400 * SECOND_NS};
    static const struct value_range settle = {"settle", 1, 86400 * SECOND_NS};
    static const struct value_range window = {"window", 1024, MATCH_WINDOW_BYTES_MAX};

    if (!map_check_word(p, n, w))
        return;
    (void)duration_get(p, &scope_shared, n, &total, &s->total_ns);
    (void)duration_get(p, &scope_shared, n, &step, &s->step_ns);
    (void)duration_get(p, &scope_shared, n, &grace, &s->grace_ns);
    (void)duration_get(p, &scope_shared, n, &settle, &s->settle_ns);
    (void)byte_count_get(p, &scope_shared, n, &window, &s->window_bytes);
}

/* Of the words of the row the second. */
static bool second_read(struct parse *p, const struct word *w, const struct node *n)
{
    size_t which = 0;

    return value_word(p, &scope_shared, n, w->name, w->shape, &which) && which == 1;
}

static void session_read(struct parse *p, const struct word *w, const struct node *n,
                         struct scenario *s)
{
    s->leads_session = second_read(p, w, n);
}

static void adopt_read(struct parse *p, const struct word *w, const struct node *n,
                       struct scenario *s)
{
    s->pidns = second_read(p, w, n);
}

static void isolate_read(struct parse *p, const struct word *w, const struct node *n,
                         struct scenario *s)
{
    s->shares_group = second_read(p, w, n);
}

static bool steps_read(struct build *b, const struct word *w, const struct node *n,
                       struct variant *out)
{
    return steps_parse(b, n, w->name, &out->steps);
}

/* ---- The table ---------------------------------------------------------------------------- */

/* Aligned in columns these rows would be too wide to read. */
/* clang-format off */
static const struct top_key rows[] = {
    {{"scenario", "1", NULL,
      "the version of the language; the first line of every scenario",
      "scenario: 1\n"},
     NULL, NULL},
    {{"name", "WORDS", NULL,
      "what a reader of a report is told",
      "name: Ctrl-C at a prompt\n"},
     name_read, NULL},
    {{"summary", "WORDS", NULL,
      "what it shows, and why",
      "summary: >-\n  One Ctrl-C at the prompt\n  changes nothing.\n"},
     summary_read, NULL},
    {{"issues", "[WORDS | {url!: WORDS, relation: WORDS}]", NULL,
      "reports that it is about, for people",
      "issues:\n  - { url: https://example.org/issues/7, relation: reproduces }\n"},
     issues_read, NULL},
    {{"tags", "[TAG]", NULL,
      "words to select it by, `-k tag:WORD`",
      "tags: [ctrlc, nested]\n"},
     tags_read, NULL},
    {{"engines", "[real | sim]+", NULL,
      "where it can run: on processes, in the simulator; both when it does not say",
      "engines: [real, sim]\n"},
     engines_read, NULL},
    {{"requires", "[{program!: WORDS, versions: RANGE}]+", "tier can",
      "what the machine must have, else the verdict is UNSUPPORTED: a program in PATH, of a version "
      "that it tells when it is asked with --version",
      "requires:\n  - { program: bats, versions: '>=1.8' }\n"},
     requires_read, NULL},
    {{"terminal", "{rows: SIZE, columns: SIZE}", NULL,
      "the size of the terminal; 24 x 80 when it does not say",
      "terminal: { rows: 50, columns: 132 }\n"},
     terminal_read, NULL},
    {{"limits",
      "{total: DURATION, step: DURATION, grace: DURATION, settle: DURATION, window: BYTES}", NULL,
      "how long the run may take (30s), one step (10s), and the end after the last step (2s); for "
      "how long the terminal must be still, and who computes beside it have had a processor, "
      "before a pattern that reaches the end of the output is decided (100ms); how much output "
      "that no step has taken yet is kept for a match (1MB), which may not be longer",
      "limits: { total: 60s, step: 5s, grace: 1s, window: 4MB }\n"},
     limits_read, NULL},
    {{"matrix", "MATRIX", NULL,
      "parameters and their values: a variant for each combination, less `exclude`, plus "
      "`include`; ${name} stands for the value everywhere",
      "matrix:\n  presses: [1, 3]\n  prompt: [pause, crash]\n  exclude:\n    - { presses: 3, "
      "prompt: crash }\n"},
     NULL, NULL},
    {{"vars", "{*: TEXT}", NULL,
      "values with names, made of the matrix's",
      "vars:\n  patience: 500ms\n"},
     NULL, NULL},
    {{"tree", "{*: NODE}", NULL,
      "the subject: one root of actors and what is below it",
      "tree:\n  root:\n    run: supervisor\n    children:\n      leaf: { run: repl, pause: { "
      "when: start } }\n"},
     NULL, NULL},
    {{"command", "{argv!: [TEXT]+, env: {*: VARIABLE}, cwd: WORDS, files: {*: TEXT | {text: TEXT, from: "
      "WORDS, mode: MODE}}, who: {*: {argv: REGEX, comm: WORDS, under: ACTOR, nth: INTEGER}}, "
      "ready: REGEX | ADDRESS, prompt: REGEX}",
      "points",
      "the subject: any program; see KEYS OF A COMMAND. It runs on real processes only",
      "command:\n  argv: [sh, -c, 'sleep 9 & wait']\n"},
     NULL, NULL},
    {{"session", "job | leader", NULL,
      "a command is the foreground job of a session, as under a shell, or leads it itself, as under a "
      "terminal's `-e`: at a leader's end the kernel sends SIGHUP to who is in front, which hides who "
      "would stay",
      "session: leader\n"},
     session_read, NULL},
    {{"adopt", "subreaper | pidns", NULL,
      "who is the parent of a process of a command that has lost its own: ours, beside which a program "
      "that asks for parent 1 notices nothing, or the first process of a namespace of pids",
      "adopt: pidns\n"},
     adopt_read, NULL},
    {{"isolate", "auto | off", NULL,
      "a command runs in a control group of its own where one can be made, by which nobody of it can get "
      "away; or in ours",
      "isolate: off\n"},
     isolate_read, NULL},
    {{"no-ctrl-c", "WORDS", NULL,
      "why there are no variants [ctrl-c=each-prompt], in which Ctrl-C is pressed at each "
      "prompt and must change nothing, and no step sees that; without it there are, where "
      "somebody can prompt",
      "no-ctrl-c: this scenario presses Ctrl-C itself\n"},
     no_ctrl_c_read, NULL},
    {{"defect", "DEFECT | [DEFECT]", NULL,
      "the named mistake that the runtime makes, or `none`",
      "defect: hop-blind\n"},
     NULL, defect_parse},
    {{"must-fail", "[SIGNATURE | {when!: CONDITION, signatures!: [SIGNATURE]}]+", NULL,
      "a proof that the oracle works: all of these must be violated, the first one first",
      "must-fail:\n  - holder-not-killed cause=sibling-error\n"},
     NULL, must_fail_parse},
    {{"inject", "[{at!: ADDRESS, do!: STEPS, hold: interruptible | firm}]", NULL,
      "at its address the actor is held, the steps run once, the actor goes on",
      "inject:\n  - at: leaf@dbg.prompt\n    do:\n      - key: C-c\n"},
     NULL, inject_parse},
    {{"order", "[[ADDRESS, ADDRESS]]", NULL,
      "pairs [A, B]: B is held until A has happened",
      "order:\n  - ['leaf@dbg.prompt', 'w.1@exit.closed']\n"},
     NULL, order_parse},
    {{"steps", "STEPS", NULL,
      "what is done and awaited, one after the other",
      "steps:\n  - expect: 'leaf> $'\n  - send: \"c\\r\"\n"},
     NULL, steps_read},
    {{"invariants", "{INVARIANT: {within: DURATION, off: BOOLEAN, because: WORDS}}", NULL,
      "another bound for one of them, or off with a reason; all are on",
      "invariants:\n  no-zombies: { within: 1s }\n"},
     NULL, invariants_parse},
    {{"outcome", "{exit: EXIT, tree: empty, survivors: [ACTOR]+} | [JUDGEMENT]", NULL,
      "how the subject must end; of a list the first whose `when` holds. Every variant has one, or "
      "a `must-fail`. `survivors` are processes of a command that live on, by their names of `who`, "
      "with what is below them; the harness ends them afterwards",
      "outcome:\n  exit: { status: 0 }\n  tree: empty\n"},
     NULL, outcome_parse},
};
/* clang-format on */

const struct word *language_top_key(size_t i)
{
    return i < COUNT_OF(rows) ? &rows[i].word : NULL;
}

void top_shared_read(struct parse *p, const struct node *root, struct scenario *s)
{
    static const struct map_form form = {
        .what = "a scenario", .word_at = language_top_key, .later = "explore schedule"};

    (void)map_check(p, root, &form);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct node *n = node_get(root, rows[i].word.name);
        size_t before = p->findings->count;
        if (n != NULL && rows[i].shared != NULL)
            rows[i].shared(p, &rows[i].word, n, s);
        findings_form(p, before, &rows[i].word);
    }
}

bool top_one_read(struct build *b, const char *name, const struct node *n, struct scenario *s,
                  struct variant *v)
{
    const struct word *w = word_named(language_top_key, name);
    const struct top_key *row = (const struct top_key *)(const void *)w;
    size_t before = b->p->findings->count;
    size_t errors = b->p->findings->errors;
    bool ok = true;

    if (row->shared != NULL)
        row->shared(b->p, w, n, s);
    else
        ok = row->each(b, w, n, v);
    findings_form(b->p, before, w);
    return ok && b->p->findings->errors == errors;
}

bool top_each_read(struct build *b, const struct node *root, struct variant *v)
{
    bool ok = true;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct node *n = node_get(root, rows[i].word.name);
        size_t before = b->p->findings->count;
        if (n != NULL && rows[i].each != NULL)
            ok = rows[i].each(b, &rows[i].word, n, v) && ok;
        findings_form(b->p, before, &rows[i].word);
    }
    return ok;
}
