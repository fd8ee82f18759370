/* judge_again_test.c: a run of the past comes to what it had come to, by the same rules, and to
 * something else by others. */
#include "harness/run/run.h"
#include "harness/scenario/model.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TREE                    \
    "tree:\n"                   \
    "  root:\n"                 \
    "    run: supervisor\n"     \
    "    children:\n"           \
    "      mid:\n"              \
    "        run: supervisor\n" \
    "        children:\n"       \
    "          leaf: { run: repl, pause: { when: start } }\n"
#define HEAD  "scenario: 1\nname: x\nengines: [sim]\nno-ctrl-c: not here\n"
#define LEAVE "  - expect: '> $'\n  - send: \"c\\r\"\n"

/* A run, and what a record has of it. */
struct past {
    struct arena arena;
    struct scenario *scenario;
    struct run_result result;
    struct trace_record *record; /* owned */
    struct trace trace;
    struct cast *cast; /* owned */
};

static void on_trace(void *user, const struct trace *trace, const struct cast *cast)
{
    struct past *p = user;

    p->trace = *trace;
    p->record = malloc((trace->count + 1) * sizeof(*p->record));
    CHECK(p->record != NULL);
    memcpy(p->record, trace->record, trace->count * sizeof(*p->record));
    p->trace.record = p->record;
    p->cast = cast_copy(cast);
}

static void past_make(const char *text, struct past *p)
{
    const struct scenario_options options = {.steps = run_steps};
    const struct run_recorder recorder = {.trace = on_trace, .user = p};
    const struct run_options run = {.engine = ENGINE_SIM, .seed = 1, .recorder = &recorder};
    static struct findings findings;
    struct diag diag = {0};

    *p = (struct past){.arena = arena_new((size_t)16 * 1024 * 1024), .result = RESULT_INIT};
    CU_ASSERT_EQUAL_FATAL(scenario_parse(&p->arena, "x.yaml", text, strlen(text), &options,
                                         &p->scenario, &findings, &diag),
                          0);
    CU_ASSERT_EQUAL_FATAL(
        run_variant(p->scenario, &p->scenario->variant[0], &run, &p->result, &diag), 0);
}

static void past_release(struct past *p)
{
    result_release(&p->result);
    arena_release(&p->arena);
    free(p->record);
    free(p->cast);
}

/* Judges it again; "VERDICT reason signature". */
static void judged(const struct past *p, const struct variant *v, char *out, size_t size)
{
    const struct run_past past = {
        .engine = ENGINE_SIM, .trace = &p->trace, .cast = p->cast, .result = &p->result};
    struct run_result now = RESULT_INIT;
    struct diag diag = {0};

    if (run_judge_again(p->scenario, v, &past, &now, &diag) == 0) {
        (void)snprintf(out, size, "%s %s %s", verdict_name(now.verdict),
                       result_get(&now, RESULT_REASON), result_get(&now, RESULT_SIGNATURE));
        CU_ASSERT(now.digest == p->result.digest && now.failed_at == p->result.failed_at);
    } else {
        (void)snprintf(out, size, "%s", diag.text);
    }
    result_release(&now);
}

static const struct {
    const char *text, *verdict;
} runs[] = {
    {HEAD TREE "steps:\n" LEAVE "outcome: { exit: { status: 0 }, tree: empty }\n",      "PASS  "                                                           },
    {HEAD TREE "steps:\n" LEAVE "outcome: { exit: { status: 3 } }\n",
     "FAIL outcome outcome:the root ended with exit status 0, not with exit status 3"                                                                      },
    {HEAD TREE "steps:\n  - expect: 'nothing of the kind'\noutcome: { exit: any }\n",
     "FAIL step step:expect 'nothing of the kind'"                                                                                                         },
    {HEAD "defect: hop-blind\n" TREE "steps:\n" LEAVE "  - await: { gone: all }\n"
          "outcome: { exit: any }\n",                                              "FAIL invariant invariant:ancestors-shielded actor=leaf cause=none"},
    {HEAD "defect: hop-blind\nmust-fail: [ancestors-shielded]\n" TREE "steps:\n" LEAVE,
     "PASS  invariant:ancestors-shielded actor=leaf cause=none"                                                                                            },
    {HEAD "must-fail: [ancestors-shielded]\n" TREE "steps:\n" LEAVE,                    "UNRESOLVED oracle-blind "                                         },
    {HEAD TREE "inject:\n  - { at: 'root@dbg.enqueue#7', do: [{ note: x }] }\nsteps:\n" LEAVE
               "outcome: { exit: any }\n",                                         "UNRESOLVED never-fired "                                          },
};

static void test_the_same_rules_say_the_same(void)
{
    char then[512];
    char now[512];

    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        struct past p;
        past_make(runs[i].text, &p);
        (void)snprintf(then, sizeof(then), "%s %s %s", verdict_name(p.result.verdict),
                       result_get(&p.result, RESULT_REASON),
                       result_get(&p.result, RESULT_SIGNATURE));
        CU_ASSERT_STRING_EQUAL(then, runs[i].verdict);
        judged(&p, &p.scenario->variant[0], now, sizeof(now));
        CU_ASSERT_STRING_EQUAL(now, then);
        past_release(&p);
    }
}

/* Goal: an oracle that is broken, here by a hand that switches it off, is noticed. */
static void test_a_blind_oracle_says_something_else(void)
{
    static const struct invariant_setting off = {.name = "ancestors-shielded", .off = true};
    static const char *const blind[] = {"PASS  ", "UNRESOLVED oracle-blind "};
    char now[512];

    for (size_t i = 0; i < 2; i++) {
        struct past p;
        past_make(runs[3 + i].text, &p);
        struct variant v = p.scenario->variant[0];
        v.invariant = &off;
        v.invariant_count = 1;
        judged(&p, &v, now, sizeof(now));
        CU_ASSERT_STRING_EQUAL(now, blind[i]);
        past_release(&p);
    }
}

/* Goal: of a violation and a step that has failed the first decides, then as now. */
static void test_what_came_first_decides(void)
{
    static const struct invariant_setting off = {.name = "ancestors-shielded", .off = true};
    char now[512];
    struct past p;

    past_make(HEAD "defect: hop-blind\n" TREE "steps:\n" LEAVE "  - expect: 'nothing'\n"
                   "outcome: { exit: any }\n",
              &p);
    struct variant v = p.scenario->variant[0];
    judged(&p, &v, now, sizeof(now));
    CU_ASSERT_STRING_EQUAL(now, runs[3].verdict);
    v.invariant = &off;
    v.invariant_count = 1;
    judged(&p, &v, now, sizeof(now));
    CU_ASSERT_STRING_EQUAL(now, "FAIL step step");
    /* And an outcome that says something else is judged by what it says. */
    past_release(&p);
    past_make(runs[1].text, &p);
    struct variant other = p.scenario->variant[0];
    other.outcome_count = 0;
    judged(&p, &other, now, sizeof(now));
    CU_ASSERT_STRING_EQUAL(now, "PASS  ");
    past_release(&p);
}

static void test_no_verdict_then_is_none_now(void)
{
    char now[512];
    struct past p;

    past_make(runs[0].text, &p);
    p.result.verdict = VERDICT_UNRESOLVED;
    result_set(&p.result, RESULT_REASON, "interrupted");
    judged(&p, &p.scenario->variant[0], now, sizeof(now));
    CU_ASSERT_STRING_EQUAL(now, "it had no verdict: UNRESOLVED interrupted");
    past_release(&p);
}

int main(void)
{
    CU_pSuite suite = suite_open("judge_again", NULL, NULL);
    CU_add_test(suite, "same", test_the_same_rules_say_the_same);
    CU_add_test(suite, "blind", test_a_blind_oracle_says_something_else);
    CU_add_test(suite, "first", test_what_came_first_decides);
    CU_add_test(suite, "none", test_no_verdict_then_is_none_now);
    return suite_close();
}
