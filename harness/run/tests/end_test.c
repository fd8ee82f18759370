/* end_test.c: how a command ends and what is told of it, on a world that plays a script. */
#include "harness/run/state.h"
#include "harness/run/tests/fake_world.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define MS_NS INT64_C(1000000)
#define LIVES "sh (9)  sleeping, the program itself\nsleep (10)  waits\n"

/* A command of which the steps say nothing about its end. */
static void command(void)
{
    fresh();
    variant.subject = SUBJECT_COMMAND;
    variant.tree_empty = false;
    scenario.grace_ns = 2 * SECOND_NS;
    fake.processes = LIVES;
}

static void expect_text(enum result_text which, const char *wanted)
{
    CU_ASSERT_STRING_EQUAL(result_get(&result, which), wanted);
    if (strcmp(result_get(&result, which), wanted) != 0)
        (void)printf("%s\n", result_get(&result, which));
}

/* Goal: one that does not end although its outcome says how is told with its state and its time. */
static void test_a_command_that_lives_on_is_told_with_what_it_does(void)
{
    static const struct outcome_rule any[] = {{.kind = OUTCOME_ANY}};
    static const struct {
        const char *processes;
        bool still;
        const char *message;
    } cases[] = {
        {LIVES,             false, "still runs after 2 s: sh (9), sleeping"         },
        {"",                false, "still runs after 2 s"                           },
        {"sh (9)  gone\nx", false, "still runs after 2 s: sh (9), gone"             },
        {"",                true,  "still runs after 2 s: nothing can move any more"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        command();
        variant.outcome = any;
        variant.outcome_count = 1;
        variant.outcome_place = (struct place){"x.yaml", 9, 1, "outcome: {}"};
        fake.processes = cases[i].processes;
        fake.still = cases[i].still;
        fake.stays = true;
        expect_verdict(VERDICT_FAIL, "outcome", "");
        expect_text(RESULT_MESSAGE, cases[i].message);
        expect_text(RESULT_LABEL, cases[i].message);
        expect_text(RESULT_SIGNATURE, "outcome:still runs actor=root");
        expect_text(RESULT_PROCESSES, cases[i].processes);
        CU_ASSERT_EQUAL(result.line, 9);
        CU_ASSERT_EQUAL(result.clock_ns, cases[i].still ? 0 : 2 * SECOND_NS);
        CU_ASSERT_STRING_EQUAL(fake.actions, "stop:timed-out ");
    }
}

/* Goal: who is dead has its time to be reaped before a command is stopped, if anybody could, and
 * who is stopped to be continued. */
static void test_the_dead_and_the_stopped_of_a_command_have_their_time(void)
{
    static const struct invariant_setting longer[] = {
        {.name = "no-zombies", .within_ns = 300 * MS_NS}
    };
    static const struct {
        uint16_t actor, point;
        uint16_t parent; /* of the leaf */
        bool longer;
        enum subject subject;
        int64_t at_ms, until_ms;
        bool told;
    } cases[] = {
        {LEAF,  POINT_PROC_EXITED,    ROOT,  false, SUBJECT_COMMAND, 0,  1000, true },
        {LEAF,  POINT_PROC_EXITED,    ROOT,  false, SUBJECT_COMMAND, 40, 1040, true },
        {LEAF,  POINT_PROC_EXITED,    ROOT,  true,  SUBJECT_COMMAND, 0,  300,  true },
        {LEAF,  POINT_PROC_REAPED,    ROOT,  false, SUBJECT_COMMAND, 0,  0,    false},
        {LEAF,  POINT_PROC_STOPPED,   ROOT,  false, SUBJECT_COMMAND, 0,  500,  true },
        {LEAF,  POINT_PROC_CONTINUED, ROOT,  false, SUBJECT_COMMAND, 0,  0,    false},
        {OTHER, POINT_PROC_EXITED,    OTHER, false, SUBJECT_COMMAND, 0,  1000, true },
        {LEAF,  POINT_PROC_EXITED,    ROOT,  false, SUBJECT_TREE,    0,  0,    false},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        command();
        variant.subject = cases[i].subject;
        variant.invariant = longer;
        variant.invariant_count = cases[i].longer;
        fake.stays = true;
        fake.event[0] = (struct fake_event){
            .at_ns = cases[i].at_ms * MS_NS, .actor = cases[i].actor, .point = cases[i].point};
        CU_ASSERT_EQUAL(run() == VERDICT_PASS, cases[i].until_ms == 0);
        CU_ASSERT_EQUAL(result.clock_ns / MS_NS, cases[i].until_ms);
        expect_text(RESULT_PROCESSES, cases[i].told ? LIVES : "");
        CU_ASSERT_STRING_EQUAL(fake.actions, "stop:normal ");
    }
    /* Of two the later, and nobody waits for one whose parent is dead as well. */
    command();
    fake.stays = true;
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_PROC_EXITED};
    fake.event[1] =
        (struct fake_event){.at_ns = 50 * MS_NS, .actor = OTHER, .point = POINT_PROC_EXITED};
    (void)run();
    CU_ASSERT_EQUAL(result.clock_ns / MS_NS, 1050);
    cast->who[OTHER].parent = LEAF;
    (void)run();
    CU_ASSERT_EQUAL(result.clock_ns / MS_NS, 1000);
    cast->who[OTHER].parent = ROOT;
}

/* Goal: what has ended by itself is let be, said once, and nobody hurries what it has left. */
static void test_a_command_that_has_ended_is_let_be(void)
{
    command();
    scenario_says("steps: [{ await: leaf@dbg.want }]\n");
    fake.event[0] = (struct fake_event){.actor = ROOT, .point = POINT_PROC_EXITED};
    fake.event[1] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WANT};
    fake.event[2] = (struct fake_event){.at_ns = 20 * SECOND_NS, .output = "x"};
    fake.event[3] = (struct fake_event){.actor = ROOT, .point = POINT_PROC_REAPED};
    (void)run();
    CU_ASSERT_STRING_EQUAL(fake.actions, "let-be ");
    expect_text(RESULT_ENDED, "with status 0");
    /* A tree is waited for as before. */
    variant.subject = SUBJECT_TREE;
    (void)run();
    CU_ASSERT_STRING_EQUAL(fake.actions, "stop:normal ");
}

/* Goal: a command may die by what was sent, typed or declared, and by nothing else. */
static void test_a_command_dies_by_what_somebody_has_sent(void)
{
    static const struct outcome_rule any[] = {{.kind = OUTCOME_ANY}};
    static const struct outcome_rule segv[] = {
        {.kind = OUTCOME_SIGNAL, .signal = SIGSEGV}
    };
    static const struct outcome_rule status[] = {
        {.kind = OUTCOME_STATUS, .status = SIGSEGV}
    };
    static const struct {
        int signal;
        uint64_t typed;
        const struct outcome_rule *outcome;
        uint16_t sent, to; /* point and peer */
        enum verdict verdict;
        const char *message;
    } cases[] = {
        {SIGTERM, 0,             NULL,   0,                 0,    VERDICT_FAIL,
         "root died by signal SIGTERM, which nobody in this run has sent"                                     },
        {SIGTERM, 1U << SIGTERM, NULL,   0,                 0,    VERDICT_PASS,  ""                           },
        {SIGTERM, 1U << SIGINT,  NULL,   0,                 0,    VERDICT_FAIL,  "nobody in this run has sent"},
        {SIGTERM, 0,             NULL,   POINT_SIGNAL_SENT, ROOT, VERDICT_PASS,  ""                           },
        {SIGTERM, 0,             NULL,   POINT_SIGNAL_SENT, LEAF, VERDICT_FAIL,  "nobody in this run has sent"},
        {SIGTERM, 0,             NULL,   POINT_FAULT_DONE,  ROOT, VERDICT_PASS,  ""                           },
        {SIGTERM, 0,             any,    0,                 0,    VERDICT_PASS,  ""                           },
        {SIGSEGV, 0,             NULL,   0,                 0,    VERDICT_CRASH, "root died by signal SIGSEGV"},
        {SIGSEGV, 0,             any,    0,                 0,    VERDICT_PASS,  ""                           },
        {SIGSEGV, 0,             segv,   0,                 0,    VERDICT_PASS,  ""                           },
        {SIGABRT, 0,             segv,   0,                 0,    VERDICT_CRASH, "root died by signal SIGABRT"},
        {SIGSEGV, 0,             status, 0,                 0,    VERDICT_CRASH, "root died by signal SIGSEGV"},
        {SIGSEGV, 1U << SIGSEGV, NULL,   0,                 0,    VERDICT_PASS,  ""                           },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        command();
        variant.outcome = cases[i].outcome;
        variant.outcome_count = cases[i].outcome != NULL;
        fake.typed = cases[i].typed;
        fake.status = cases[i].signal;
        fake.event[0] = (struct fake_event){.actor = ACTOR_HARNESS,
                                            .point = cases[i].sent,
                                            .peer = cases[i].to,
                                            .value = cases[i].signal,
                                            .extra = cases[i].signal};
        fake.event[1] = (struct fake_event){
            .actor = ROOT, .point = POINT_PROC_EXITED, .value = cases[i].signal};
        fake.event[2] = (struct fake_event){
            .actor = ROOT, .point = POINT_PROC_REAPED, .value = cases[i].signal};
        expect_verdict(cases[i].verdict,
                       cases[i].verdict == VERDICT_PASS   ? ""
                       : cases[i].verdict == VERDICT_FAIL ? "outcome"
                                                          : "crash",
                       cases[i].message);
    }
    /* The outcome is the root's: it excuses nobody else. */
    command();
    variant.outcome = any;
    variant.outcome_count = 1;
    fake.event[0] =
        (struct fake_event){.actor = LEAF, .point = POINT_PROC_REAPED, .value = SIGSEGV};
    expect_verdict(VERDICT_CRASH, "crash", "leaf died by signal SIGSEGV");
}

/* Goal: what a command leaves is a leak with its name; what it leaves when it is ended is none. */
static void test_a_command_leaves_nobody_by_itself(void)
{
    for (int ended = 0; ended < 2; ended++) {
        command();
        fake.event[ended] = (struct fake_event){.actor = OTHER, .point = POINT_PROC_SURVIVED};
        if (ended)
            fake.event[0] = (struct fake_event){.actor = ACTOR_HARNESS, .point = POINT_RUN_STOPPED};
        CU_ASSERT_EQUAL(run(), ended ? VERDICT_PASS : VERDICT_LEAK);
        expect_text(RESULT_SIGNATURE, ended ? "" : "leak:survivor actor=other");
    }
    /* What a step says counts more. */
    scenario_says("steps: [{ expect: never }]\n");
    fake.event[0].point = 0;
    expect_verdict(VERDICT_FAIL, "step", "expect 'never'");
    CU_ASSERT_PTR_NULL(strstr(result_get(&result, RESULT_INVARIANTS), "✗"));
}

/* ---- What is shown ---- */

static char shown[512];

static void on_show(void *user, int64_t at_ns, const char *text)
{
    (void)user, (void)at_ns;
    (void)snprintf(shown, sizeof(shown), "%s", text);
}

static void test_show_tells_processes_and_modes(void)
{
    static const struct {
        const char *what;
        enum subject subject;
        unsigned engine;
        const char *modes;
        const char *output;
        const char *shown;
    } cases[] = {
        {"processes", SUBJECT_TREE,    ENGINE_SIM,  NULL,       "x",
         "root  alive\nleaf  alive\nother  alive\n"                                                                },
        {"processes", SUBJECT_COMMAND, ENGINE_SIM,  NULL,       "x",          LIVES                                },
        {"modes",     SUBJECT_COMMAND, ENGINE_SIM,  NULL,       "x",          "not known of a simulated terminal\n"},
        {"modes",     SUBJECT_COMMAND, ENGINE_REAL, NULL,       "x",          "as at the start\n"                  },
        {"modes",     SUBJECT_COMMAND, ENGINE_REAL, "ECHO off", "x",          "ECHO off\n"                         },
        {"modes",     SUBJECT_COMMAND, ENGINE_REAL, NULL,       "\x1b[?25lx", "hidden cursor (25)\n"               },
        {"modes",     SUBJECT_COMMAND, ENGINE_REAL, "ECHO off", "\x1b[?25lx",
         "ECHO off\nhidden cursor (25)\n"                                                                          },
    };
    const struct run_recorder recorder = {.how = on_show};

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[64];
        command();
        variant.subject = cases[i].subject;
        options.engine = cases[i].engine;
        options.recorder = &recorder;
        (void)snprintf(text, sizeof(text), "steps: [{ expect: x }, { show: %s }]\n", cases[i].what);
        scenario_says(text);
        fake.modes = cases[i].modes;
        fake.event[0].output = cases[i].output;
        shown[0] = 0;
        (void)run();
        CU_ASSERT_STRING_EQUAL(shown, cases[i].shown);
        if (strcmp(shown, cases[i].shown) != 0)
            (void)printf("%s\n", shown);
    }
}

int main(void)
{
    CU_pSuite s = suite_open("end", suite_start, suite_end);

    CU_ADD_TEST(s, test_a_command_that_lives_on_is_told_with_what_it_does);
    CU_ADD_TEST(s, test_the_dead_and_the_stopped_of_a_command_have_their_time);
    CU_ADD_TEST(s, test_a_command_that_has_ended_is_let_be);
    CU_ADD_TEST(s, test_a_command_dies_by_what_somebody_has_sent);
    CU_ADD_TEST(s, test_a_command_leaves_nobody_by_itself);
    CU_ADD_TEST(s, test_show_tells_processes_and_modes);
    int rc = suite_close();
    result_release(&result);
    return rc;
}
