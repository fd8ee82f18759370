/* lists_test.c: lists of steps side by side: of a parallel, of injects whose actors are held, of
 * orders, and what is pressed at each prompt; on a world that plays a script. */
#include "harness/run/state.h"
#include "harness/run/tests/fake_world.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static void test_parallel_waits_for_all_its_lists(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - parallel:\n"
                  "      - [{ await: leaf@dbg.withdrawn }, { key: C-c }]\n"
                  "      - [{ key: C-d }, { expect: 'b!' }]\n"
                  "  - send: after\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WITHDRAWN};
    fake.event[1].output = "b!";
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "key:4:0 key:3:0 type:after ");
    fake.event[1].output = "c!";
    expect_verdict(VERDICT_FAIL, "step", "expect 'b!'");
}

/* A variant of the most steps that can be loaded, nearly all of them in a list of their own. */
static void test_as_many_lists_as_can_be_loaded_go_on_at_once(void)
{
    struct buf text = BUF_INIT;
    size_t used = 1 + SCENARIO_BRANCHES_MAX;

    fresh();
    buf_add_text(&text, "steps:\n  - parallel:\n");
    for (size_t i = 0; i < SCENARIO_BRANCHES_MAX; i++) {
        buf_add_text(&text, "      - - parallel:\n");
        for (size_t k = 0; used < SCENARIO_STEPS_MAX && k < SCENARIO_BRANCHES_MAX; k++, used++)
            buf_add_text(&text, "            - - await: quiet\n");
        if (used == SCENARIO_STEPS_MAX)
            break;
    }
    CU_ASSERT_EQUAL(used, SCENARIO_STEPS_MAX);
    scenario_says(buf_text(&text));
    buf_release(&text);
    expect_verdict(VERDICT_PASS, "", "");
}

/* Every actor is held, each for a list of its own. */
static void test_a_list_for_every_inject_goes_on_at_once(void)
{
    fresh();
    scenario_says("inject:\n"
                  "  - { at: leaf@dbg.prompt, do: [{ expect: go }] }\n"
                  "  - { at: other@dbg.prompt, do: [{ expect: go }] }\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_PROMPT};
    fake.event[1] = (struct fake_event){.actor = OTHER, .point = POINT_DBG_PROMPT};
    fake.event[2].output = "go go";
    expect_verdict(VERDICT_PASS, "", "");
}

/* ---- Holding ---- */

static void test_inject_runs_once_while_its_actor_is_held(void)
{
    fresh();
    scenario_says("inject:\n"
                  "  - { at: any@dbg.prompt#2, do: [{ key: { name: C-c, times: 2 } }] }\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_PROMPT};
    fake.event[1] = (struct fake_event){.actor = OTHER, .point = POINT_DBG_PROMPT};
    fake.event[2] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_PROMPT};
    expect_verdict(VERDICT_PASS, "", "");
    /* The third is held like the others, and let go at once. Only the second is pressed at. */
    CU_ASSERT_PTR_NOT_NULL(strstr(fake.actions, "release:leaf "));
    CU_ASSERT_PTR_NOT_NULL(strstr(fake.actions, "key:3:0 release:leaf key:3:0 release:other "));
}

static volatile sig_atomic_t stops;

static void stop_at_want(void *user, const struct trace_record *record)
{
    (void)user;
    stops = record->point == POINT_DBG_WANT ? 1 : stops;
}

/* What comes to be held when the run stops already is let go at once. */
static void test_nobody_is_held_in_a_run_that_stops(void)
{
    static const struct run_recorder recorder = {.record = stop_at_want};

    fresh();
    options.recorder = &recorder;
    options.stop = &stops;
    stops = 0;
    scenario_says("inject: [{ at: leaf@dbg.want, do: [{ key: C-c }] }]\n"
                  "steps: [{ await: leaf@dbg.want }]\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WANT};
    (void)run();
    CU_ASSERT_STRING_EQUAL(fake.actions, "stop:interrupted release:leaf ");
}

static void test_inject_that_never_fires_leaves_no_verdict(void)
{
    fresh();
    scenario_says("inject:\n"
                  "  - { at: leaf@dbg.prompt, do: [{ note: x }] }\n");
    expect_verdict(VERDICT_UNRESOLVED, "never-fired", "the inject at leaf@dbg.prompt never fired");
    CU_ASSERT_EQUAL(result.line, HEAD_LINES + 2);
}

static void test_quiet_does_not_come_while_a_do_goes_on(void)
{
    fresh();
    scenario_says("inject:\n"
                  "  - at: leaf@dbg.prompt\n"
                  "    do: [{ wait: { for: 1s, because: x } }]\n"
                  "steps: [{ await: quiet }, { send: quiet }]\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_PROMPT};
    fake.event[1] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_COMMAND};
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "release:leaf type:quiet ");
}

static void test_order_holds_the_second_until_the_first(void)
{
    fresh();
    scenario_says("order: [[other@dbg.req_sent, leaf@dbg.req_sent]]\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_REQ_SENT};
    fake.event[1] = (struct fake_event){.actor = OTHER, .point = POINT_DBG_REQ_SENT};
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "release:leaf release:other ");
    /* The other way round nobody waits, but the order was met. */
    fake.event[0].actor = OTHER;
    fake.event[1].actor = LEAF;
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "release:other release:leaf ");
}

static void test_order_that_can_not_be_met_fails(void)
{
    fresh();
    scenario_says("order: [[other@dbg.req_sent, leaf@dbg.req_sent]]\n");
    expect_verdict(VERDICT_UNRESOLVED, "never-fired", "leaf@dbg.req_sent did not happen");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_REQ_SENT};
    variant.tree_empty = true;
    expect_verdict(VERDICT_TIMEOUT, "run", "the subject did not end after the last step");
}

static void test_second_set_of_variants_presses_at_each_prompt(void)
{
    fresh();
    variant.ctrl_c_each_prompt = true;
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_PROMPT};
    fake.event[1] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_PROMPT};
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "key:3:0 release:leaf key:3:0 release:leaf ");
}

static void test_second_set_of_variants_without_a_prompt_leaves_no_verdict(void)
{
    fresh();
    variant.ctrl_c_each_prompt = true;
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WANT};
    expect_verdict(VERDICT_UNRESOLVED, "never-fired", "there was no prompt");
    CU_ASSERT_STRING_EQUAL(fake.actions, "");
}

static void test_nothing_is_typed_while_the_press_at_a_prompt_is_due(void)
{
    fresh();
    variant.ctrl_c_each_prompt = true;
    scenario_says("steps:\n"
                  "  - await: leaf@dbg.prompt\n"
                  "  - send: c\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_PROMPT};
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "key:3:0 release:leaf type:c ");
}

int main(void)
{
    CU_pSuite suite = suite_open("lists", suite_start, suite_end);

    CU_ADD_TEST(suite, test_parallel_waits_for_all_its_lists);
    CU_ADD_TEST(suite, test_as_many_lists_as_can_be_loaded_go_on_at_once);
    CU_ADD_TEST(suite, test_a_list_for_every_inject_goes_on_at_once);
    CU_ADD_TEST(suite, test_inject_runs_once_while_its_actor_is_held);
    CU_ADD_TEST(suite, test_nobody_is_held_in_a_run_that_stops);
    CU_ADD_TEST(suite, test_inject_that_never_fires_leaves_no_verdict);
    CU_ADD_TEST(suite, test_quiet_does_not_come_while_a_do_goes_on);
    CU_ADD_TEST(suite, test_order_holds_the_second_until_the_first);
    CU_ADD_TEST(suite, test_order_that_can_not_be_met_fails);
    CU_ADD_TEST(suite, test_second_set_of_variants_presses_at_each_prompt);
    CU_ADD_TEST(suite, test_second_set_of_variants_without_a_prompt_leaves_no_verdict);
    CU_ADD_TEST(suite, test_nothing_is_typed_while_the_press_at_a_prompt_is_due);
    int rc = suite_close();
    result_release(&result);
    return rc;
}
