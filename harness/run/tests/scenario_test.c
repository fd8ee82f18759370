/* scenario_test.c: what a good file becomes: variants, trees, addresses, steps. */
#include "harness/run/tests/options.h"
#include "harness/scenario/model.h"
#include "harness/scenario/step.h"
#include "runtime/actor/core.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define MS INT64_C(1000000)

enum { BYTES_MAX = 64 * 1024 * 1024 };

#define HEAD                \
    "scenario: 1\n"         \
    "tree:\n"               \
    "  root:\n"             \
    "    run: supervisor\n" \
    "    children:\n"       \
    "      leaf: { run: repl }\n"

static struct arena arena;
static struct findings findings;

static int suite_clean(void)
{
    arena_release(&arena);
    return 0;
}

/* The scenario, or NULL with the findings on standard error. Lives until the next call. A text that
 * says nothing about its end takes any. */
static const struct scenario *parse(const char *text)
{
    struct scenario *s = NULL;
    struct buf all = BUF_INIT;
    struct buf out = BUF_INIT;
    bool ends = strstr(text, "outcome:") != NULL || strstr(text, "must-fail:") != NULL;

    arena_release(&arena);
    arena = arena_new(BYTES_MAX);
    buf_addf(&all, "%s%s", text, ends ? "" : "outcome: { exit: any }\n");
    (void)scenario_parse(&arena, "scenarios/x/y.yaml", buf_text(&all), all.size, &test_options, &s,
                         &findings, NULL);
    findings_print(&findings, &out);
    if (s == NULL)
        (void)fprintf(stderr, "%s", buf_text(&out));
    buf_release(&out);
    buf_release(&all);
    return s;
}

/* The step says that it does this. */
static void says(const struct step *s, const struct cast *cast, const char *wanted)
{
    struct buf text = BUF_INIT;

    step_describe(s, cast, &text);
    CU_ASSERT_STRING_EQUAL(buf_text(&text), wanted);
    if (strcmp(buf_text(&text), wanted) != 0)
        (void)printf("\n%s\n", buf_text(&text));
    buf_release(&text);
}

static const struct variant *variant_find(const struct scenario *s, const char *id)
{
    for (size_t i = 0; i < s->variant_count; i++) {
        if (strcmp(s->variant[i].id, id) == 0)
            return &s->variant[i];
    }
    return NULL;
}

static const struct scenario *loaded; /* by steps() */

/* The steps of the only plain variant of a scenario with these steps. */
static const struct step_list *steps(const char *text)
{
    struct buf all = BUF_INIT;

    buf_addf(&all, HEAD "steps:\n%s", text);
    loaded = parse(buf_text(&all));
    buf_release(&all);
    CHECK(loaded != NULL);
    return &loaded->variant[0].steps;
}

/* The names of a tree in pre-order, with their parents: "root mid.1<root leaf<mid.1". */
static const char *tree_text(const struct tree *t)
{
    static char text[1024];
    struct buf out = BUF_INIT;

    for (uint32_t i = 0; i < t->count; i++) {
        const struct tree_node *n = &t->node[i];
        if (n->parent == ACTOR_NONE)
            buf_add_text(&out, n->name);
        else
            buf_addf(&out, " %s<%s", n->name, t->node[n->parent].name);
    }
    (void)snprintf(text, sizeof(text), "%s", buf_text(&out));
    buf_release(&out);
    return text;
}

/* ---- The flagship ------------------------------------------------------------------------- */

static void test_the_flagship_loads_as_printed(void)
{
    struct scenario *s = NULL;

    arena_release(&arena);
    arena = arena_new(BYTES_MAX);
    CU_ASSERT_EQUAL_FATAL(
        scenario_load(&arena, "scenarios/ctrlc_nested.yaml", &test_options, &s, &findings, NULL),
        0);
    CU_ASSERT_EQUAL(findings.count, 0);
    CU_ASSERT_STRING_EQUAL(s->id, "ctrlc_nested");
    CU_ASSERT_STRING_EQUAL(s->name, "Ctrl-C while a nested leaf holds the terminal");
    CU_ASSERT_STRING_EQUAL(s->no_ctrl_c, "this scenario presses Ctrl-C itself");
    CU_ASSERT_EQUAL(s->engines, ENGINE_REAL | ENGINE_SIM);
    CU_ASSERT_EQUAL(s->tag_count, 3);
    CU_ASSERT_STRING_EQUAL(s->tags[1], "tty-lock");
    CU_ASSERT_EQUAL_FATAL(s->variant_count, (size_t)4 * 2 * 2 * 4);
    CU_ASSERT_STRING_EQUAL(s->variant[0].id,
                           "ctrlc_nested[depth=0,presses=1,prompt=pause,moment=dbg.grant_sent]");
    CU_ASSERT_STRING_EQUAL(s->variant[1].id,
                           "ctrlc_nested[depth=0,presses=1,prompt=pause,moment=dbg.grant_recv]");

    const struct variant *v =
        variant_find(s, "ctrlc_nested[depth=2,presses=3,prompt=crash,moment=dbg.leaving]");
    CHECK(v != NULL);
    CU_ASSERT_STRING_EQUAL(tree_text(v->tree), "root mid.1<root mid.2<mid.1 leaf<mid.2");
    CU_ASSERT_EQUAL(v->tree->node[3].pause_prompt, PROMPT_CRASH);
    CU_ASSERT_EQUAL(v->inject_count, 1);
    CU_ASSERT_EQUAL(v->inject[0].at.actor, ACTOR_NONE);
    CU_ASSERT_EQUAL(v->inject[0].at.point, POINT_DBG_LEAVING);
    CU_ASSERT_EQUAL(v->inject[0].at.nth, 1);
    says(&v->inject[0].steps.step[0], v->cast, "key C-c, 3 times");
    CU_ASSERT_EQUAL_FATAL(v->steps.count, 5);
    says(&v->steps.step[0], v->cast, "expect 'leaf> $'");
    says(&v->steps.step[1], v->cast, "await quiet");
    says(&v->steps.step[2], v->cast, "await alive zombies 0");
    const struct step *send = &v->steps.step[3];
    says(send, v->cast, "send \"c\\r\"");
    CU_ASSERT_STRING_EQUAL(send->place.file, "expect/scripts/leave-prompt.yaml");
    CU_ASSERT_STRING_EQUAL(send->use_place.file, "scenarios/ctrlc_nested.yaml");
    CU_ASSERT_EQUAL(send->use_place.line, 37);
    CU_ASSERT_STRING_EQUAL(send->place.text, "  - send: \"${by}\\r\"");
    CU_ASSERT_EQUAL(v->outcome_count, 1);
    CU_ASSERT_EQUAL(v->outcome[0].kind, OUTCOME_ERROR);
    CU_ASSERT_STRING_EQUAL(v->outcome[0].error, "APP");
    CU_ASSERT_TRUE(v->tree_empty);
}

/* ---- Ids, defaults ------------------------------------------------------------------------ */

static void test_a_small_file_gets_the_defaults(void)
{
    const struct scenario *s = parse("scenario: 1\ntree: { root: { run: worker } }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_STRING_EQUAL(s->id, "x/y");
    CU_ASSERT_STRING_EQUAL(s->name, "x/y");
    CU_ASSERT_STRING_EQUAL(s->summary, "");
    CU_ASSERT_EQUAL(s->total_ns, 30000 * MS);
    CU_ASSERT_EQUAL(s->step_ns, 10000 * MS);
    CU_ASSERT_EQUAL(s->grace_ns, 2000 * MS);
    CU_ASSERT_EQUAL(s->settle_ns, 100 * MS);
    CU_ASSERT_EQUAL(s->rows, 24);
    CU_ASSERT_EQUAL(s->columns, 80);
    CU_ASSERT_EQUAL(s->engines, ENGINE_REAL | ENGINE_SIM);
    CU_ASSERT_EQUAL_FATAL(s->variant[0].outcome_count, 1);
    CU_ASSERT_EQUAL(s->variant[0].outcome[0].kind, OUTCOME_ANY);
    CU_ASSERT_FALSE(s->variant[0].tree_empty);
    CU_ASSERT_EQUAL(s->variant[0].steps.count, 0);
}

static void test_the_head_of_the_file_is_read(void)
{
    const struct scenario *s = parse("scenario: 1\n"
                                     "name: N\n"
                                     "summary: S\n"
                                     "engines: [sim]\n"
                                     "limits: { total: 1m, step: 5s, grace: 250ms, settle: 40ms, "
                                     "window: 64KB }\n"
                                     "terminal: { rows: 50, columns: 132 }\n"
                                     "session: job\n"
                                     "adopt: subreaper\n"
                                     "isolate: off\n"
                                     "issues: ['https://example.org/1']\n"
                                     "tree: { root: { run: worker } }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_STRING_EQUAL(s->name, "N");
    CU_ASSERT_EQUAL(s->engines, ENGINE_SIM);
    CU_ASSERT_EQUAL(s->total_ns, 60000 * MS);
    CU_ASSERT_EQUAL(s->step_ns, 5000 * MS);
    CU_ASSERT_EQUAL(s->grace_ns, 250 * MS);
    CU_ASSERT_EQUAL(s->settle_ns, 40 * MS);
    CU_ASSERT_EQUAL(s->window_bytes, 65536);
    CU_ASSERT_EQUAL(s->rows, 50);
    CU_ASSERT_EQUAL(s->columns, 132);
}

static void test_the_id_is_the_path_below_the_scenario_root(void)
{
    static const char text[] =
        "scenario: 1\ntree: { root: { run: worker } }\noutcome: { exit: any }\n";
    static const struct {
        const char *path;
        const char *id;
    } rows[] = {
        {"scenarios/bugs/tractor-320.yaml",   "bugs/tractor-320"},
        {"/a/scenarios/b/scenarios/c/d.yaml", "c/d"             },
        {"a/my-scenarios/c.yaml",             "c"               },
        {"c.yml",                             "c"               },
        {"../x/scenario",                     "scenario"        },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scenario *s = NULL;
        arena_release(&arena);
        arena = arena_new(BYTES_MAX);
        CU_ASSERT_EQUAL_FATAL(scenario_parse(&arena, rows[i].path, text, strlen(text),
                                             &test_options, &s, &findings, NULL),
                              0);
        CU_ASSERT_STRING_EQUAL(s->id, rows[i].id);
    }
}

static void test_without_a_reason_every_variant_has_a_twin_with_ctrl_c(void)
{
    const struct scenario *s = parse("scenario: 1\n"
                                     "matrix: { n: [1, 2] }\n"
                                     "tree: { root: { run: repl } }\n"
                                     "must-fail: [{ when: 'n == 2', signatures: [no-zombies] }]\n"
                                     "outcome: { tree: empty }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_EQUAL_FATAL(s->variant_count, 3); /* an expected failure has none */
    CU_ASSERT_STRING_EQUAL(s->variant[2].id, "x/y[n=1,ctrl-c=each-prompt]");
    CU_ASSERT_STRING_EQUAL(s->variant[2].parameters, "n=1,ctrl-c=each-prompt");
    CU_ASSERT_TRUE(s->variant[2].ctrl_c_each_prompt);
    CU_ASSERT_FALSE(s->variant[0].ctrl_c_each_prompt);
    s = parse("scenario: 1\ntree: { root: { run: repl } }\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_STRING_EQUAL(s->variant[1].id, "x/y[ctrl-c=each-prompt]");
    s = parse("scenario: 1\nno-ctrl-c: 'why'\ntree: { root: { run: repl } }\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_EQUAL(s->variant_count, 1);
}

/* Goal: a twin without a prompt would be judged `never-fired`, so it exists only where the tree can
 * prompt.
 * Method: a leaf, what is told, and whether that comes to a prompt. */
static void test_only_what_can_prompt_has_a_twin(void)
{
    static const struct {
        const char *leaf;
        const char *steps;
        bool prompts;
    } rows[] = {
        {"run: repl",                                                                            "",                                  true },
        {"run: worker",                                                                          "",                                  false},
        {"run: worker, pause: { when: start }",                                                  "",                                  true },
        {"run: worker, pause: { when: told }",                                                   "",                                  false},
        {"run: worker, pause: { when: told }",                                                   "tell: { actor: leaf, do: pause }",  true },
        {"run: worker",                                                                          "tell: { actor: leaf, do: pause }",  true },
        {"run: worker",                                                                          "tell: { actor: root, do: pause }",  true },
        {"run: worker",                                                                          "tell: { actor: leaf, do: crash }",  true },
        {"run: worker",
         "when: { if: '\"a\" == \"b\"', steps: [{ tell: { actor: leaf, do: pause } }] }",                                             false},
        {"run: worker",                                                                          "tell: { actor: leaf, do: exit }",   false},
 /* An own failure prompts where the actor says so. */
        {"run: worker",                                                                          "tell: { actor: leaf, do: fail }",   false},
        {"run: worker, pause: { when: told, prompt: crash }",                                    "tell: { actor: leaf, do: fail }",
         true                                                                                                                              },
        {"run: worker, pause: { when: told, prompt: crash }",                                    "tell: { actor: leaf, do: cancel }",
         false                                                                                                                             },
        {"run: worker, pause: { when: told, prompt: crash }, exits: { when: start, error: 1 }",  "",
         true                                                                                                                              },
        {"run: worker, pause: { when: told, prompt: crash }, exits: { when: start, status: 1 }", "",
         false                                                                                                                             },
        {"run: worker, pause: { when: told, prompt: crash }, exits: { when: told, error: 1 }",   "",
         false                                                                                                                             },
        {"run: worker, pause: { when: told, prompt: crash }, exits: { when: told, error: 1 }",
         "tell: { actor: leaf, do: exit }",                                                                                           true },
        {"run: worker, exits: { when: start, error: 1 }",                                        "",                                  false},
 /* Who never runs, or never comes back to its loop, never prompts. */
        {"run: repl, late: true",                                                                "",                                  false},
        {"run: repl, late: true",                                                                "tell: { actor: root, do: spawn }",  true },
        {"run: spinner, pause: { when: start }",                                                 "",                                  false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf text = BUF_INIT;
        buf_addf(&text,
                 "scenario: 1\ntree: { root: { run: supervisor, children: { leaf: { %s } } } }\n"
                 "steps: [{ %s }]\n",
                 rows[i].leaf, rows[i].steps[0] != 0 ? rows[i].steps : "note: x");
        const struct scenario *s = parse(buf_text(&text));
        CU_ASSERT_PTR_NOT_NULL_FATAL(s);
        CU_ASSERT_EQUAL(s->variant_count, rows[i].prompts ? 2 : 1);
        if (s->variant_count != (rows[i].prompts ? 2 : 1))
            (void)fprintf(stderr, "%s", buf_text(&text));
        buf_release(&text);
    }
}

/* ---- Matrix ------------------------------------------------------------------------------- */

static void test_exclude_takes_away_and_include_adds(void)
{
    const struct scenario *s = parse("scenario: 1\n"
                                     "no-ctrl-c: x\n"
                                     "matrix:\n"
                                     "  a: [1, 2, 3]\n"
                                     "  b: [x, y]\n"
                                     "  exclude: [{ a: 2 }, { a: 3, b: y }]\n"
                                     "  include: [{ a: 9, b: z }]\n"
                                     "tree: { root: { run: worker } }\n");
    static const char *const ids[] = {"x/y[a=1,b=x]", "x/y[a=1,b=y]", "x/y[a=3,b=x]",
                                      "x/y[a=9,b=z]"};

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_EQUAL_FATAL(s->variant_count, 4);
    for (size_t i = 0; i < 4; i++)
        CU_ASSERT_STRING_EQUAL(s->variant[i].id, ids[i]);
}

static void test_a_parameter_keeps_its_type_alone_and_is_text_inside_text(void)
{
    const struct scenario *s =
        parse("scenario: 1\n"
              "no-ctrl-c: x\n"
              "matrix: { n: [2] }\n"
              "vars: { who: leaf, path: 'root/${who}', times: \"${n}\" }\n"
              "tree: { root: { run: supervisor, children: { leaf: { run: repl } } } }\n"
              "steps:\n"
              "  - key: { name: C-c, times: '${times}', gap: '${n}50ms' }\n"
              "  - await: '${path}@dbg.prompt#${n}'\n"
              "  - note: 'a $${n} costs ${n}$'\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    const struct step *step = s->variant[0].steps.step;
    const struct cast *cast = s->variant[0].cast;
    says(&step[0], cast, "key C-c, 2 times, 250 ms apart");
    says(&step[1], cast, "await leaf@dbg.prompt#2");
    says(&step[2], cast, "note \"a ${n} costs 2$\"");
}

/* ---- Tree --------------------------------------------------------------------------------- */

static void test_a_count_repeats_an_actor_with_all_below_it(void)
{
    const struct scenario *s =
        parse("scenario: 1\n"
              "tree:\n"
              "  root:\n"
              "    run: supervisor\n"
              "    children:\n"
              "      w: { run: supervisor, count: 2, children: { x: { run: worker, count: 2 } } }\n"
              "      none: { run: worker, count: 0 }\n"
              "      one: { run: worker, count: 1 }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_STRING_EQUAL(
        tree_text(s->variant[0].tree),
        "root w.1<root x.1.1<w.1 x.1.2<w.1 w.2<root x.2.1<w.2 x.2.2<w.2 one.1<root");
    CU_ASSERT_EQUAL(s->variant[0].tree->node[1].below, 2);
    CU_ASSERT_EQUAL(s->variant[0].tree->node[0].below, 7);
}

static void test_an_alias_may_not_make_two_actors_of_one_name(void)
{
    static const char text[] = "scenario: 1\n"
                               "tree:\n"
                               "  root:\n"
                               "    run: supervisor\n"
                               "    children:\n"
                               "      a: { run: supervisor, children: &c { x: { run: worker } } }\n"
                               "      b: { run: supervisor, children: *c }\n";
    struct scenario *s = NULL;

    arena_release(&arena);
    arena = arena_new(BYTES_MAX);
    CU_ASSERT_EQUAL(
        scenario_parse(&arena, "x.yaml", text, strlen(text), &test_options, &s, &findings, NULL),
        ERR_INPUT);
    CU_ASSERT_STRING_EQUAL(findings.item[0].text, "two actors are called 'x'");
}

static void test_a_chain_is_a_line_and_a_chain_of_0_is_not_there(void)
{
    const struct scenario *s =
        parse("scenario: 1\n"
              "no-ctrl-c: x\n"
              "matrix: { n: [0, 1, 3] }\n"
              "tree:\n"
              "  root:\n"
              "    run: supervisor\n"
              "    children:\n"
              "      mid:\n"
              "        run: supervisor\n"
              "        chain: \"${n}\"\n"
              "        children: { a: { run: worker }, b: { run: worker } }\n"
              "      z: { run: worker }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_STRING_EQUAL(tree_text(s->variant[0].tree), "root a<root b<root z<root");
    CU_ASSERT_STRING_EQUAL(tree_text(s->variant[1].tree), "root mid.1<root a<mid.1 b<mid.1 z<root");
    CU_ASSERT_STRING_EQUAL(tree_text(s->variant[2].tree),
                           "root mid.1<root mid.2<mid.1 mid.3<mid.2 a<mid.3 b<mid.3 z<root");
}

static void test_all_behaviour_reaches_the_tree(void)
{
    const struct scenario *s =
        parse("scenario: 1\n"
              "defect: [hop-blind, interrupt-unseen]\n"
              "tree:\n"
              "  root:\n"
              "    run: supervisor\n"
              "    on-child-error: collect\n"
              "    deadline: 2s\n"
              "    exits: { status: 3 }\n"
              "    children:\n"
              "      a: { run: repl }\n"
              "      b: { run: worker, pause: { when: told, prompt: crash, tasks: 8 } }\n"
              "      c: { run: worker, pause: {}, exits: { when: told, signal: SIGTERM } }\n"
              "      d: { run: daemon, on-cancel: ignore, exits: { error: 'APP:7' } }\n"
              "      e: { run: worker, on-cancel: slow, late: true, exits: { error: APP } }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    const struct tree_node *n = s->variant[0].tree->node;
    CU_ASSERT_EQUAL(s->variant[0].defects,
                    defect_bit(DEFECT_HOP_BLIND) | defect_bit(DEFECT_INTERRUPT_UNSEEN));
    CU_ASSERT_EQUAL(s->variant[0].tree->defects, s->variant[0].defects);
    CU_ASSERT_EQUAL(n[0].on_child_error, CHILD_ERROR_COLLECT);
    CU_ASSERT_EQUAL(n[0].deadline_ns, 2000 * MS);
    CU_ASSERT_EQUAL(n[0].exit_when, WHEN_CHILDREN_GONE);
    CU_ASSERT_EQUAL(n[0].exit_how, EXIT_STATUS);
    CU_ASSERT_EQUAL(n[0].exit_value, 3);
    CU_ASSERT_EQUAL(n[0].pause_when, WHEN_NEVER);
    CU_ASSERT_EQUAL(n[1].pause_when, WHEN_START);
    CU_ASSERT_EQUAL(n[1].pause_prompt, PROMPT_PAUSE);
    CU_ASSERT_EQUAL(n[1].pause_tasks, 1);
    CU_ASSERT_EQUAL(n[1].exit_when, WHEN_NEVER);
    CU_ASSERT_EQUAL(n[2].pause_when, WHEN_TOLD);
    CU_ASSERT_EQUAL(n[2].pause_prompt, PROMPT_CRASH);
    CU_ASSERT_EQUAL(n[2].pause_tasks, 8);
    CU_ASSERT_EQUAL(n[3].pause_when, WHEN_START);
    CU_ASSERT_EQUAL(n[3].exit_when, WHEN_TOLD);
    CU_ASSERT_EQUAL(n[3].exit_how, EXIT_SIGNAL);
    CU_ASSERT_EQUAL(n[3].exit_value, SIGTERM);
    CU_ASSERT_EQUAL(n[4].on_cancel, CANCEL_IGNORE);
    CU_ASSERT_EQUAL(n[4].exit_when, WHEN_START);
    CU_ASSERT_EQUAL(n[4].exit_how, EXIT_ERROR);
    CU_ASSERT_EQUAL(n[4].exit_value, 7);
    CU_ASSERT_EQUAL(n[5].on_cancel, CANCEL_SLOW);
    CU_ASSERT_EQUAL(n[5].late, 1);
    CU_ASSERT_EQUAL(n[5].exit_value, 1);
}

/* ---- Steps -------------------------------------------------------------------------------- */

static void test_every_step_is_read(void)
{
    const struct step_list *l =
        steps("  - expect: { stream: 'x', within: 3s }\n"
              "  - absent: { stream: 'y', until: leaf@dbg.leaving }\n"
              "  - absent: { stream: 'y', until: quiet }\n"
              "  - absent: { stream: 'y', until: quiet, for: 2s, because: 'x' }\n"
              "  - absent: { stream: 'y', for: 20ms, because: 'x' }\n"
              "  - send: \"a\\0b\"\n"
              "  - key: Enter\n"
              "  - key: { name: Up, times: 2 }\n"
              "  - key: { name: 'C-\\', to: tiocsig }\n"
              "  - signal: { to: foreground, name: SIGINT }\n"
              "  - signal: { to: leaf, name: SIGTERM }\n"
              "  - fault: { stop: leaf }\n"
              "  - fault: { kill: root/leaf, with: SIGKILL }\n"
              "  - await: any@proc.exited#+2\n"
              "  - await: { alive: leaf, gone: [root], stopped: all, count: 1, within: 1s }\n"
              "  - tell: { actor: leaf, do: cancel }\n"
              "  - parallel: [[{ note: a }, { note: b }], [{ note: c }]]\n"
              "  - wait: { for: 20ms, because: 'x' }\n"
              "  - note: 'end'\n"
              "  - resize: { rows: 50, columns: 132 }\n"
              "  - fault: { cont: job }\n"
              "  - fault: { hang-up: terminal }\n"
              "  - show: screen\n"
              "  - show: modes\n");
    const struct step *s = l->step;

    static const char *const wanted[] = {
        "expect 'x'",
        "absent 'y' until leaf@dbg.leaving",
        "absent 'y' until quiet",
        "absent 'y' until quiet for 2 s",
        "absent 'y' for 20 ms",
        "send \"a\\x00b\"",
        "key Enter",
        "key Up, 2 times",
        "key C-\\, as the driver would",
        "signal SIGINT to the foreground group",
        "signal SIGTERM to leaf",
        "fault stop leaf",
        "fault kill leaf with SIGKILL",
        "await any@proc.exited#+2",
        "await alive leaf gone root stopped count 1",
        "tell leaf cancel",
        "parallel",
        "wait 20 ms",
        "note \"end\"",
        "resize 50 rows, 132 columns",
        "fault cont job",
        "fault hang-up terminal",
        "show screen",
        "show modes",
    };
    const struct cast *cast = loaded->variant[0].cast;
    CU_ASSERT_EQUAL_FATAL(l->count, sizeof(wanted) / sizeof(wanted[0]));
    for (size_t i = 0; i < l->count; i++)
        says(&s[i], cast, wanted[i]);
    CU_ASSERT_EQUAL(s[0].within_ns, 3000 * MS);
    CU_ASSERT_EQUAL(s[14].within_ns, 1000 * MS);
    CU_ASSERT_EQUAL_FATAL(s[16].branch_count, 2);
    CU_ASSERT_EQUAL_FATAL(s[16].branch[0].count, 2);
    says(&s[16].branch[0].step[1], cast, "note \"b\"");
    says(&s[16].branch[1].step[0], cast, "note \"c\"");
}

static void test_repeat_and_when_are_unrolled(void)
{
    const struct scenario *s = parse(HEAD "no-ctrl-c: x\n"
                                          "matrix: { n: [0, 2] }\n"
                                          "steps:\n"
                                          "  - repeat:\n"
                                          "      times: \"${n}\"\n"
                                          "      steps: [{ note: a }, { note: b }]\n"
                                          "  - when: { if: 'n == 2', steps: [{ note: c }] }\n"
                                          "  - when: { if: 'n != 2', steps: [{ note: d }] }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_EQUAL(s->variant[0].steps.count, 1);
    says(&s->variant[0].steps.step[0], s->variant[0].cast, "note \"d\"");
    CU_ASSERT_EQUAL_FATAL(s->variant[1].steps.count, 5);
    says(&s->variant[1].steps.step[2], s->variant[1].cast, "note \"a\"");
    says(&s->variant[1].steps.step[4], s->variant[1].cast, "note \"c\"");
}

static void test_what_a_condition_leaves_out_may_name_actors_of_other_variants(void)
{
    const struct scenario *s =
        parse("scenario: 1\n"
              "matrix: { n: [0, 1] }\n"
              "tree:\n"
              "  root:\n"
              "    run: supervisor\n"
              "    children: { w: { run: worker, count: \"${n}\" } }\n"
              "steps:\n"
              "  - when: { if: 'n == 1', steps: [{ await: w.1@spawn.ready }] }\n");

    CU_ASSERT_PTR_NOT_NULL(s);
}

static void test_what_a_condition_excludes_is_not_judged_by_the_excluded_value(void)
{
    const struct scenario *s = parse(
        "scenario: 1\n"
        "tree: { root: { run: repl } }\n"
        "matrix: { n: [1] }\n"
        "vars: { said: '', half: '(' }\n"
        "steps:\n"
        "  - when: { if: 'said != \"\"', steps: [{ expect: '${said}' }, { send: '${said}' }] }\n"
        "  - when: { if: 'half != \"(\"', steps: [{ expect: 'a ${half}' }] }\n"
        "  - await: quiet\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_EQUAL(s->variant[0].steps.count, 1);
    s = parse(
        "scenario: 1\ntree: { root: { run: repl } }\nvars: { none: none }\n"
        "steps:\n"
        "  - when: { if: 'none != \"none\"', steps: [\n"
        "      fault: { kill: root, with: '${none}' }, key: '${none}',\n"
        "      wait: { for: '${none}', because: x }, key: { name: C-c, times: '${none}' }] }\n"
        "outcome:\n"
        "  - { when: 'none != \"none\"', exit: { signal: '${none}' } }\n"
        "  - { exit: { status: 0 } }\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_EQUAL(s->variant[0].steps.count, 0);
    CU_ASSERT_EQUAL(s->variant[0].outcome[0].kind, OUTCOME_STATUS);
    /* What it does not depend on is. */
    CU_ASSERT_PTR_NULL(parse("scenario: 1\n"
                             "tree: { root: { run: repl } }\n"
                             "steps: [{ when: { if: '1 == 2', steps: [{ expect: '(' }] } }]\n"));
    CU_ASSERT_PTR_NULL(parse("scenario: 1\n"
                             "tree: { root: { run: repl } }\n"
                             "vars: { said: '' }\n"
                             "steps: [{ expect: '${said}' }]\n"));
}

static void test_a_pause_that_is_told_makes_the_prompt_reachable(void)
{
    const struct scenario *s = parse("scenario: 1\n"
                                     "tree: { root: { run: worker } }\n"
                                     "steps:\n"
                                     "  - tell: { actor: root, do: pause }\n"
                                     "  - await: root@dbg.prompt\n");

    CU_ASSERT_PTR_NOT_NULL(s);
}

static void test_late_actors_are_not_alive_from_the_start(void)
{
    const struct scenario *s =
        parse("scenario: 1\n"
              "tree:\n"
              "  root:\n"
              "    run: supervisor\n"
              "    children:\n"
              "      a: { run: worker }\n"
              "      b: { run: supervisor, late: true, children: { c: { run: worker } } }\n"
              "steps:\n"
              "  - await: { alive: all }\n"
              "  - await: { gone: all }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    says(&s->variant[0].steps.step[0], s->variant[0].cast, "await alive root a");
    says(&s->variant[0].steps.step[1], s->variant[0].cast, "await gone");
}

/* ---- Judgement ---------------------------------------------------------------------------- */

static void test_outcome_may_be_one_or_several_or_depend(void)
{
    const struct scenario *s =
        parse(HEAD "no-ctrl-c: x\n"
                   "matrix: { n: [1, 2, 3, 4] }\n"
                   "outcome:\n"
                   "  - { when: 'n == 1', exit: { signal: SIGINT } }\n"
                   "  - { when: 'n == 4', exit: any }\n"
                   "  - when: 'n == 2'\n"
                   "    exit: { one-of: [{ status: 4 }, { error: 'APP:QUIT' }] }\n"
                   "  - { tree: empty }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    const struct variant *v = s->variant;
    CU_ASSERT_EQUAL(v[0].outcome[0].kind, OUTCOME_SIGNAL);
    CU_ASSERT_EQUAL(v[0].outcome[0].signal, SIGINT);
    CU_ASSERT_FALSE(v[0].tree_empty);
    CU_ASSERT_EQUAL(v[1].outcome_count, 2);
    CU_ASSERT_EQUAL(v[1].outcome[0].kind, OUTCOME_STATUS);
    CU_ASSERT_EQUAL(v[1].outcome[0].status, 4);
    CU_ASSERT_STRING_EQUAL(v[1].outcome[1].error, "APP:QUIT");
    CU_ASSERT_EQUAL(v[2].outcome_count, 0);
    CU_ASSERT_TRUE(v[2].tree_empty);
    CU_ASSERT_EQUAL(v[3].outcome_count, 1);
    CU_ASSERT_EQUAL(v[3].outcome[0].kind, OUTCOME_ANY);
}

static void test_must_fail_may_depend_on_the_defect(void)
{
    const struct scenario *s =
        parse(HEAD "matrix: { defect: [hop-blind, none] }\n"
                   "defect: \"${defect}\"\n"
                   "must-fail:\n"
                   "  - when: 'defect != \"none\"'\n"
                   "    signatures: [lock-fifo, 'no-zombies actor=leaf cause=sibling-error']\n"
                   "outcome: { tree: empty }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_EQUAL(s->variant[0].defects, defect_bit(DEFECT_HOP_BLIND));
    CU_ASSERT_EQUAL_FATAL(s->variant[0].must_fail_count, 2);
    CU_ASSERT_STRING_EQUAL(s->variant[0].must_fail[0].invariant, "lock-fifo");
    CU_ASSERT_EQUAL(s->variant[0].must_fail[0].actor, ACTOR_NONE);
    CU_ASSERT_PTR_NULL(s->variant[0].must_fail[0].cause);
    CU_ASSERT_EQUAL(s->variant[0].must_fail[1].actor, 1);
    CU_ASSERT_STRING_EQUAL(s->variant[0].must_fail[1].cause, "sibling-error");
    CU_ASSERT_EQUAL(s->variant[1].defects, 0);
    CU_ASSERT_EQUAL(s->variant[1].must_fail_count, 0);
}

static void test_invariants_take_limits_and_reasons(void)
{
    const struct scenario *s = parse(HEAD "invariants:\n"
                                          "  no-zombies: { within: 3s }\n"
                                          "  lock-fifo: { off: true, because: 'one holder' }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    const struct invariant_setting *i = s->variant[0].invariant;
    CU_ASSERT_EQUAL_FATAL(s->variant[0].invariant_count, 2);
    CU_ASSERT_EQUAL(i[0].within_ns, 3000 * MS);
    CU_ASSERT_FALSE(i[0].off);
    CU_ASSERT_TRUE(i[1].off);
    CU_ASSERT_STRING_EQUAL(i[1].because, "one holder");
}

static void test_order_holds_the_second_until_the_first(void)
{
    const struct scenario *s = parse(HEAD "order:\n  - [root@dbg.hop_req, leaf@dbg.req_sent#2]\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_EQUAL(s->variant[0].order_count, 1);
    CU_ASSERT_EQUAL(s->variant[0].order[0].first.point, POINT_DBG_HOP_REQ);
    CU_ASSERT_EQUAL(s->variant[0].order[0].second.actor, 1);
    CU_ASSERT_EQUAL(s->variant[0].order[0].second.nth, 2);
}

/* What a run counts: each point once, and every address leads to its own. */
static void test_addresses_lead_to_what_is_counted(void)
{
    const struct scenario *s = parse(HEAD "order:\n  - [root@dbg.hop_req, leaf@dbg.req_sent#2]\n"
                                          "inject:\n  - at: any@dbg.req_sent\n    do: [note: x]\n"
                                          "  - at: leaf@dbg.req_sent\n    do: [note: y]\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    const struct variant *v = &s->variant[0];
    const struct address *all[] = {&v->order[0].first, &v->order[0].second, &v->inject[0].at,
                                   &v->inject[1].at};
    CU_ASSERT_EQUAL(v->counted_count, 3);
    for (size_t i = 0; i < 4; i++) {
        CU_ASSERT_FATAL(all[i]->row < v->counted_count);
        CU_ASSERT_EQUAL(v->counted[all[i]->row].actor, all[i]->actor);
        CU_ASSERT_EQUAL(v->counted[all[i]->row].point, all[i]->point);
    }
}

static void test_an_aliased_list_is_read_wherever_it_is_used(void)
{
    const struct step_list *l = steps("  - parallel: [&two [{ note: a }, { note: b }], *two]\n");

    CU_ASSERT_EQUAL_FATAL(l->step[0].branch_count, 2);
    says(&l->step[0].branch[1].step[1], loaded->variant[0].cast, "note \"b\"");
}

static void test_a_byte_order_mark_and_crlf_do_not_shift_places(void)
{
    const struct scenario *s = parse("\xEF\xBB\xBFscenario: 1\r\n"
                                     "tree: { root: { run: worker } }\r\n"
                                     "steps:\r\n"
                                     "  - note: 'x'\r\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_EQUAL(s->variant[0].steps.step[0].place.line, 4);
    CU_ASSERT_EQUAL(s->variant[0].steps.step[0].place.column, 11);
    CU_ASSERT_STRING_EQUAL(s->variant[0].steps.step[0].place.text, "  - note: 'x'");
}

static void test_every_step_has_a_row(void)
{
    for (size_t i = 0; run_steps[i] != NULL; i++) {
        const struct step_entry *e = run_steps[i];
        CU_ASSERT_TRUE(e->word.name != NULL && e->word.shape != NULL && e->word.help != NULL);
        CU_ASSERT_TRUE((e->unroll == NULL) == (e->read != NULL));
        CU_ASSERT_TRUE((e->read == NULL) == (e->start == NULL));
        /* One that has only its branches to wait for is never late itself. */
        CU_ASSERT_TRUE(e->poll != NULL || e->late == NULL);
        CU_ASSERT_TRUE(e->poll == NULL || e->branch != NULL || e->late != NULL);
    }
}

int main(void)
{
    CU_pSuite s = suite_open("scenario", NULL, suite_clean);
    CU_ADD_TEST(s, test_the_flagship_loads_as_printed);
    CU_ADD_TEST(s, test_a_small_file_gets_the_defaults);
    CU_ADD_TEST(s, test_the_head_of_the_file_is_read);
    CU_ADD_TEST(s, test_the_id_is_the_path_below_the_scenario_root);
    CU_ADD_TEST(s, test_without_a_reason_every_variant_has_a_twin_with_ctrl_c);
    CU_ADD_TEST(s, test_only_what_can_prompt_has_a_twin);
    CU_ADD_TEST(s, test_exclude_takes_away_and_include_adds);
    CU_ADD_TEST(s, test_a_parameter_keeps_its_type_alone_and_is_text_inside_text);
    CU_ADD_TEST(s, test_a_count_repeats_an_actor_with_all_below_it);
    CU_ADD_TEST(s, test_an_alias_may_not_make_two_actors_of_one_name);
    CU_ADD_TEST(s, test_a_chain_is_a_line_and_a_chain_of_0_is_not_there);
    CU_ADD_TEST(s, test_all_behaviour_reaches_the_tree);
    CU_ADD_TEST(s, test_every_step_is_read);
    CU_ADD_TEST(s, test_repeat_and_when_are_unrolled);
    CU_ADD_TEST(s, test_what_a_condition_leaves_out_may_name_actors_of_other_variants);
    CU_ADD_TEST(s, test_what_a_condition_excludes_is_not_judged_by_the_excluded_value);
    CU_ADD_TEST(s, test_a_pause_that_is_told_makes_the_prompt_reachable);
    CU_ADD_TEST(s, test_late_actors_are_not_alive_from_the_start);
    CU_ADD_TEST(s, test_outcome_may_be_one_or_several_or_depend);
    CU_ADD_TEST(s, test_must_fail_may_depend_on_the_defect);
    CU_ADD_TEST(s, test_invariants_take_limits_and_reasons);
    CU_ADD_TEST(s, test_order_holds_the_second_until_the_first);
    CU_ADD_TEST(s, test_addresses_lead_to_what_is_counted);
    CU_ADD_TEST(s, test_an_aliased_list_is_read_wherever_it_is_used);
    CU_ADD_TEST(s, test_a_byte_order_mark_and_crlf_do_not_shift_places);
    CU_ADD_TEST(s, test_every_step_has_a_row);
    return suite_close();
}
