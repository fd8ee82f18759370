/* shim_test.c: whoever stands between a run and its world is one function, here one that counts,
 * writes down and refuses actions.
 *
 * Goal: a world that refuses is always reported, never worked around, and costs nothing else.
 * Method: the same run again and again, with the first action refused, the second, and so on until
 * a run needs no refusing. */
#include "harness/run/run.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

enum { ACTIONS_MAX = 64, ARENA_BYTES = 16 * 1024 * 1024 };

static const char text[] = "scenario: 1\n"
                           "name: Every kind of action\n"
                           "summary: once at least\n"
                           "engines: [sim]\n"
                           "no-ctrl-c: the test counts what the steps do\n"
                           "tree:\n"
                           "  root:\n"
                           "    run: supervisor\n"
                           "    children:\n"
                           "      leaf: { run: repl, pause: { when: start } }\n"
                           "      w: { run: worker }\n"
                           "steps:\n"
                           "  - await: leaf@dbg.prompt\n"
                           "  - await: w@spawn.ready\n"
                           "  - resize: { rows: 50, columns: 132 }\n"
                           "  - send: \"h\\r\"\n"
                           "  - key: Enter\n"
                           "  - fault: { stop: w }\n"
                           "  - fault: { cont: w }\n"
                           "  - fault: { delay: w, side: up }\n"
                           "  - fault: { resume: w }\n"
                           "  - signal: { to: tree, name: SIGWINCH }\n"
                           "  - tell: { actor: w, do: exit }\n"
                           "  - await: { gone: [w] }\n"
                           "  - fault: { cont: job }\n"
                           "  - fault: { hang-up: terminal }\n"
                           "  - await: { gone: all, zombies: 0 }\n"
                           "outcome: { exit: any }\n";

/* What the shim has seen, and which action it refuses. */
static struct {
    size_t refuse; /* number of the action, from 0 */
    size_t seen;
    size_t recorded; /* allowed ones that leave a record */
    struct action action[ACTIONS_MAX];
    const struct world_ops *inner;
    struct world_ops ops;
} shim;

/* The whole of it. */
static int shim_allow(struct world *w, const struct action *a, struct diag *diag)
{
    CHECK(shim.seen < ACTIONS_MAX);
    shim.action[shim.seen] = *a;
    if (shim.seen++ == shim.refuse)
        return diag_set(diag, ERR_IO, "refused by the shim");
    int rc = shim.inner->allow(w, a, diag);
    if (rc == ALLOW_NOW && action_row(a->kind)->point < POINTS)
        shim.recorded++;
    return rc;
}

static int shim_world_new(const struct world_options *options, struct world **out,
                          struct diag *diag)
{
    int rc = sim_world_new(options, out, diag);

    if (rc < 0)
        return rc;
    shim.inner = (*out)->ops;
    shim.ops = *shim.inner;
    shim.ops.allow = shim_allow;
    (*out)->ops = &shim.ops;
    return 0;
}

/* What stands in the trace at the end. */
static struct {
    size_t actions;
    size_t left; /* started and not reaped */
    bool ended;
} trace;

static bool is_of_an_action(const struct trace_record *record)
{
    for (unsigned kind = 0; kind < ACTIONS; kind++) {
        if (action_row(kind)->point == record->point)
            return true;
    }
    return false;
}

static void trace_seen(void *user, const struct trace *t, const struct cast *cast)
{
    (void)user, (void)cast;
    memset(&trace, 0, sizeof(trace));
    for (size_t i = 0; i < t->count; i++) {
        const struct trace_record *rec = &t->record[i];
        trace.actions += is_of_an_action(rec);
        trace.left += rec->point == POINT_PROC_SPAWNED;
        trace.left -= rec->point == POINT_PROC_REAPED;
        trace.ended = trace.ended || rec->point == POINT_RUN_END;
    }
}

static struct arena arena;
static const struct scenario *scenario;

static int suite_start(void)
{
    static struct findings findings;
    struct scenario *s = NULL;
    struct buf out = BUF_INIT;

    arena = arena_new(ARENA_BYTES);
    (void)scenario_parse(&arena, "scenarios/x.yaml", text, strlen(text),
                         &(struct scenario_options){.steps = run_steps}, &s, &findings, NULL);
    findings_print(&findings, &out);
    (void)fputs(buf_text(&out), stderr);
    buf_release(&out);
    scenario = s;
    return s == NULL;
}

static int suite_end(void)
{
    arena_release(&arena);
    return 0;
}

/* A run in which the action of that number is refused. */
static void run_refusing(size_t number, struct run_result *out)
{
    static const struct run_recorder recorder = {.trace = trace_seen};
    const struct run_options options = {
        .engine = ENGINE_SIM, .seed = 1, .world_new = shim_world_new, .recorder = &recorder};
    struct diag diag = {0};

    shim.refuse = number;
    shim.seen = shim.recorded = 0;
    CU_ASSERT_EQUAL(run_variant(scenario, &scenario->variant[0], &options, out, &diag), 0);
}

static void test_a_refused_action_is_reported_and_nothing_is_lost(void)
{
    size_t number = 0;

    for (;; number++) {
        struct run_result result = RESULT_INIT;
        run_refusing(number, &result);
        bool refused = shim.seen > shim.refuse;
        CU_ASSERT_EQUAL(result.verdict, refused ? VERDICT_FAIL : VERDICT_PASS);
        CU_ASSERT_EQUAL(strstr(result_get(&result, RESULT_MESSAGE), "refused by the shim") != NULL,
                        refused);
        /* It is the last one: a run that has failed does nothing more to its subject. */
        CU_ASSERT_EQUAL(shim.seen, refused ? number + 1 : number);
        CU_ASSERT_EQUAL(trace.actions, shim.recorded);
        CU_ASSERT_EQUAL(trace.left, 0);
        CU_ASSERT(trace.ended);
        result_release(&result);
        if (!refused)
            break;
    }
    CU_ASSERT(number >= ACTIONS);
}

/* What was written down is what the steps say, a signal to the tree for each that lives. */
static void test_the_actions_of_a_run_can_be_listed(void)
{
    static const uint16_t kinds[] = {
        ACTION_RESIZE, ACTION_TYPE,     ACTION_KEY,     ACTION_SIGNAL, ACTION_SIGNAL,
        ACTION_LINK,   ACTION_LINK,     ACTION_SIGNAL,  ACTION_SIGNAL, ACTION_SIGNAL,
        ACTION_TELL,   ACTION_CONTINUE, ACTION_HANG_UP,
    };
    struct run_result result = RESULT_INIT;

    run_refusing(ACTIONS_MAX, &result);
    CU_ASSERT_EQUAL_FATAL(shim.seen, sizeof(kinds) / sizeof(kinds[0]));
    for (size_t i = 0; i < shim.seen; i++)
        CU_ASSERT_EQUAL(shim.action[i].kind, kinds[i]);
    for (uint16_t i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(shim.action[7 + i].who, i);
    result_release(&result);
}

int main(void)
{
    CU_pSuite suite = suite_open("shim", suite_start, suite_end);
    CU_ADD_TEST(suite, test_a_refused_action_is_reported_and_nothing_is_lost);
    CU_ADD_TEST(suite, test_the_actions_of_a_run_can_be_listed);
    return suite_close();
}
