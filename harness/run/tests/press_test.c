/* press_test.c: the Ctrl-C at each prompt is seen by no step, on a world that plays a script. */
#include "harness/run/state.h"
#include "harness/run/tests/fake_world.h"
#include "runtime/actor/core.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <string.h>

#define NOTICE "\r\nleaf" CORE_IGNORED_INT "\r\nleaf> "

static size_t events;

static void happens(uint16_t actor, uint16_t point, int64_t value)
{
    fake.event[events++] = (struct fake_event){.actor = actor, .point = point, .value = value};
}

static void shows(const char *text)
{
    fake.event[events++] = (struct fake_event){.output = text};
}

/* A tree of which the leaf is to prompt, in the second set of variants. */
static void begin(const char *steps)
{
    fresh();
    events = 0;
    variant.ctrl_c_each_prompt = true;
    variant.steps_only = true; /* the script leaves out most of what a tree does */
    scenario_says(steps);
    happens(ROOT, POINT_PROC_SPAWNED, 0);
    happens(LEAF, POINT_PROC_SPAWNED, 0);
}

static void test_what_the_press_draws_is_in_no_text_and_the_next_step_waits_for_it(void)
{
    begin("steps:\n"
          "  - expect: 'leaf> '\n"
          "  - send: c\n"
          "  - absent: { stream: 'leaf|ignored', until: quiet }\n"
          "  - expect: 'more'\n");
    happens(LEAF, POINT_DBG_PROMPT, 0);
    shows("leaf> ");
    happens(LEAF, POINT_SIG_HANDLED, SIGINT);
    /* In pieces, one of which ends within. */
    shows("\r");
    shows("\nleaf: ^C");
    shows(" ignored at a prompt (c continues, q quits, a aborts)\r\nle");
    happens(LEAF, POINT_DBG_COMMAND, 0);
    shows("af> more");
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "key:3:0 release:leaf type:c stop:normal ");
}

/* Goal: what only looks like it stays, and nobody waits for what does not come. */
static void test_what_does_not_come_is_not_waited_for(void)
{
    begin("steps:\n"
          "  - expect: 'leaf> '\n"
          "  - send: c\n"
          "  - expect: '^leaf: \\^C or not$'\n");
    happens(LEAF, POINT_DBG_PROMPT, 0);
    shows("leaf> \r\nleaf: ^C or not\r\n");
    happens(LEAF, POINT_SIG_HANDLED, SIGINT);
    stays();
    expect_verdict(VERDICT_PASS, "", "");

    /* It has left the prompt meanwhile, or is dead. */
    for (unsigned i = 0; i < 2; i++) {
        begin("steps:\n"
              "  - expect: 'leaf> '\n"
              "  - send: c\n"
              "  - await: other@dbg.want\n");
        fake.never_quiet = true;
        happens(LEAF, POINT_DBG_PROMPT, 0);
        shows("leaf> ");
        happens(LEAF, i == 0 ? POINT_DBG_LEAVING : POINT_PROC_EXITED, 0);
        happens(OTHER, POINT_DBG_WANT, 0);
        expect_verdict(VERDICT_PASS, "", "");
        CU_ASSERT_STRING_EQUAL(fake.actions, "key:3:0 release:leaf type:c ");
    }
}

static void test_records_of_the_press_are_not_counted(void)
{
    static const char *const addresses[] = {"leaf@sig.handled#2", "root@sig.handled#1",
                                            "any@key.sent#1", "any@key.done#1"};

    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        char text[256];
        (void)snprintf(text, sizeof(text), "steps:\n  - await: other@dbg.want\n  - await: %s\n",
                       addresses[i]);
        begin(text);
        happens(LEAF, POINT_SIG_HANDLED, SIGINT); /* of somebody's */
        happens(LEAF, POINT_DBG_PROMPT, 0);
        happens(LEAF, POINT_SIG_HANDLED, SIGINT);
        shows("leaf> " NOTICE);
        happens(OTHER, POINT_DBG_WANT, 0);
        stays();
        CU_ASSERT_EQUAL(run(), VERDICT_FAIL);
        CU_ASSERT_PTR_NOT_NULL(strstr(result_get(&result, RESULT_MESSAGE),
                                      i == 0 ? "(it was there 1 time)" : "(it was there 0 times)"));
        /* A press of the scenario's own is. */
        (void)snprintf(text, sizeof(text), "steps:\n  - key: C-c\n  - await: %s\n", addresses[i]);
        begin(text);
        happens(LEAF, POINT_SIG_HANDLED, SIGINT);
        happens(ROOT, POINT_SIG_HANDLED, SIGINT);
        happens(LEAF, POINT_DBG_PROMPT, 0);
        happens(LEAF, POINT_SIG_HANDLED, SIGINT);
        happens(LEAF, POINT_SIG_HANDLED, SIGINT);
        stays();
        CU_ASSERT_EQUAL(run(), VERDICT_PASS);
    }
}

/* Goal: a relative address counts from the end of the step before, not from the end of the press
 * that the step has to wait for. */
static void test_from_here_is_where_the_step_before_was_done(void)
{
    begin("steps:\n"
          "  - await: leaf@dbg.prompt\n"
          "  - await: other@dbg.want#+1\n"
          "  - absent: { stream: x, until: 'other@dbg.req_sent#+1' }\n");
    happens(LEAF, POINT_DBG_PROMPT, 0);
    happens(OTHER, POINT_DBG_WANT, 0);
    shows("leaf> ");
    happens(LEAF, POINT_SIG_HANDLED, SIGINT);
    shows(NOTICE);
    happens(OTHER, POINT_DBG_REQ_SENT, 0);
    stays();
    expect_verdict(VERDICT_PASS, "", "");
}

/* Goal: nobody is held at a point of which no step knows. */
static void test_a_point_of_the_press_holds_nobody(void)
{
    begin("inject: [{ at: leaf@sig.handled, do: [{ send: x }] }]\n"
          "steps: [{ await: other@dbg.want }]\n");
    happens(LEAF, POINT_DBG_PROMPT, 0);
    happens(LEAF, POINT_SIG_HANDLED, SIGINT);
    shows("leaf> " NOTICE);
    happens(OTHER, POINT_DBG_WANT, 0);
    happens(LEAF, POINT_SIG_HANDLED, SIGTERM);
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions,
                           "key:3:0 release:leaf release:leaf type:x release:leaf stop:normal ");
}

/* Goal: where the scenario presses at the prompt itself, that is the Ctrl-C there, and is seen. */
static void test_a_press_of_the_scenarios_own_at_the_prompt_is_enough(void)
{
    begin("inject: [{ at: leaf@dbg.prompt, do: [{ key: C-c }] }]\n"
          "steps: [{ expect: 'c continues' }]\n");
    happens(LEAF, POINT_DBG_PROMPT, 0);
    happens(LEAF, POINT_SIG_HANDLED, SIGINT);
    shows("leaf> " NOTICE);
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "key:3:0 release:leaf ");
}

/* A SIGINT that the scenario has sent and that is still to be handled is one as well; another
 * signal, or one to others, is not. */
static void test_a_signal_of_the_scenarios_own_at_the_prompt_is_enough(void)
{
    static const struct {
        uint16_t to;
        int signal;
        bool handled; /* before the prompt */
        bool own;
    } rows[] = {
        {LEAF,       SIGINT,  false, true },
        {ACTOR_NONE, SIGINT,  false, true },
        {ROOT,       SIGINT,  false, false},
        {LEAF,       SIGUSR1, false, false},
        {LEAF,       SIGINT,  true,  false},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        begin("steps: [{ expect: 'leaf>' }]\n");
        fake.event[events++] = (struct fake_event){.actor = ACTOR_HARNESS,
                                                   .point = POINT_SIGNAL_SENT,
                                                   .peer = rows[i].to,
                                                   .value = rows[i].signal};
        if (rows[i].handled)
            happens(LEAF, POINT_SIG_HANDLED, SIGINT);
        happens(LEAF, POINT_DBG_PROMPT, 0);
        shows("leaf> ");
        (void)run();
        CU_ASSERT_EQUAL(strstr(fake.actions, "key:3:0") != NULL, !rows[i].own);
    }
}

/* Goal: lists side by side wait, too; one for which an actor is held does not, as the press may
 * have to wait for that. */
static void test_branches_wait_and_what_holds_does_not(void)
{
    begin("steps:\n"
          "  - parallel: [[{ await: leaf@dbg.prompt }, { send: a }]]\n");
    happens(LEAF, POINT_DBG_PROMPT, 0);
    shows("leaf> " NOTICE);
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "key:3:0 release:leaf type:a ");

    begin("inject: [{ at: leaf@dbg.prompt, do: [{ parallel: [[{ send: a }]] }] }]\n");
    happens(LEAF, POINT_DBG_PROMPT, 0);
    shows("leaf> " NOTICE);
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "type:a key:3:0 release:leaf ");
}

int main(void)
{
    CU_pSuite s = suite_open("press", suite_start, suite_end);

    CU_ADD_TEST(s, test_what_the_press_draws_is_in_no_text_and_the_next_step_waits_for_it);
    CU_ADD_TEST(s, test_what_does_not_come_is_not_waited_for);
    CU_ADD_TEST(s, test_records_of_the_press_are_not_counted);
    CU_ADD_TEST(s, test_from_here_is_where_the_step_before_was_done);
    CU_ADD_TEST(s, test_a_point_of_the_press_holds_nobody);
    CU_ADD_TEST(s, test_a_press_of_the_scenarios_own_at_the_prompt_is_enough);
    CU_ADD_TEST(s, test_a_signal_of_the_scenarios_own_at_the_prompt_is_enough);
    CU_ADD_TEST(s, test_branches_wait_and_what_holds_does_not);
    int rc = suite_close();
    result_release(&result);
    return rc;
}
