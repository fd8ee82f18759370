/* steps_test.c: the steps as a state machine, on a world that plays a script. */
#include "harness/run/state.h"
#include "harness/run/tests/fake_world.h"
#include "runtime/actor/frame.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* ---- Output ---- */

static void test_expect_finds_what_comes_in_pieces(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: 'hello (world)x'\n"
                  "  - expect: 'more\\.'\n");
    fake.event[0].output = "hel";
    fake.event[1].output = "lo worldx and mo";
    fake.event[2].output = "re.";
    expect_verdict(VERDICT_PASS, "", "");
}

/* Goal: of runs with one memory only the first compiles. */
static void test_a_pattern_is_compiled_once_for_all_runs_of_a_memory(void)
{
    struct run_memory memory = RUN_MEMORY_INIT;

    for (unsigned i = 0; i < 2; i++) {
        fresh();
        options.memory = &memory;
        scenario_says("steps: [{ expect: a+b }, { expect: c }, { expect: a+b }]\n");
        fake.event[0].output = "aab c ab";
        expect_verdict(VERDICT_PASS, "", "");
        CHECK(memory.patterns != NULL);
        CU_ASSERT_STRING_EQUAL(match_pattern_text(memory.patterns->pattern), "c");
        CHECK(memory.patterns->next != NULL);
        CU_ASSERT_PTR_NULL(memory.patterns->next->next);
    }
    run_memory_release(&memory);
    CU_ASSERT_PTR_NULL(memory.patterns);
}

static void test_expect_accepts_a_prompt_when_it_is_quiet(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: 'leaf> $'\n");
    fake.event[0].output = "leaf> ";
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "stop:normal ");
}

/* How the steps were decided, as the recorder is told. */
static char hows[256];

static void how_told(void *user, int64_t at_ns, const char *how)
{
    (void)user, (void)at_ns;
    (void)snprintf(hows + strlen(hows), sizeof(hows) - strlen(hows), "[%s]", how);
}

static void test_expect_accepts_a_prompt_beside_whoever_is_busy(void)
{
    const struct run_recorder recorder = {.how = how_told};

    fresh();
    options.recorder = &recorder;
    hows[0] = 0;
    scenario_says("steps:\n"
                  "  - expect: 'leaf'\n"
                  "  - expect: '> $'\n");
    fake.event[0].output = "leaf> ";
    fake.never_quiet = true;
    fake.busy = "a (1)";
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(hows, "[decided by settle; busy: a (1)]");

    /* What it does not decide it does not, and is not asked again before something has come. */
    scenario_says("steps: [{ expect: { stream: 'never> $', within: 2s } }]\n");
    expect_verdict(VERDICT_FAIL, "step", "not seen within 2 s");
    CU_ASSERT_STRING_EQUAL(fake.actions, "stop:timed-out ");
}

static void test_expect_takes_what_has_come_at_its_deadline(void)
{
    const struct run_recorder recorder = {.how = how_told};

    fresh();
    options.recorder = &recorder;
    hows[0] = 0;
    scenario_says("steps: [{ expect: { stream: '> $', within: 2s } }]\n");
    fake.event[0].output = "leaf> ";
    fake.never_quiet = true;
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(hows, "[decided at the deadline]");
}

static void test_expect_fails_at_its_deadline_with_the_nearest_miss(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - note: first\n"
                  "  - expect: { stream: 'leaf> $', within: 2s }\n");
    fake.event[0].output = "LEAF> ";
    stays();
    expect_verdict(VERDICT_FAIL, "step", "expect 'leaf> $': not seen within 2 s");
    CU_ASSERT_EQUAL(result.line, HEAD_LINES + 3);
    CU_ASSERT_EQUAL(result.step, 2);
    CU_ASSERT_EQUAL(result.clock_ns, 2 * SECOND_NS);
    CU_ASSERT_STRING_NOT_EQUAL(result_get(&result, RESULT_NEAREST), "");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE), "step:expect 'leaf> $'");
    CU_ASSERT_STRING_EQUAL(fake.actions, "stop:timed-out ");
}

/* Goal: nobody waits for what cannot come, and what time brings is waited for. */
static void test_a_step_fails_at_once_when_nothing_can_move_any_more(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - note: first\n"
                  "  - expect: never\n");
    fake.still = true;
    stays();
    expect_verdict(VERDICT_FAIL, "step", "expect 'never': not seen: nothing can move any more");
    CU_ASSERT_EQUAL(result.clock_ns, 0);
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_LABEL),
                           "not seen: nothing can move any more");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE), "step:expect 'never'");
    CU_ASSERT_STRING_EQUAL(fake.actions, "stop:normal ");
    scenario_says("steps:\n"
                  "  - await: leaf@dbg.withdrawn\n");
    expect_verdict(VERDICT_FAIL, "step",
                   "has not happened (it was there 0 times): nothing can move any more");
    CU_ASSERT_EQUAL(result.clock_ns, 0);
    /* The time of a step's own is still to come. */
    scenario_says("steps:\n"
                  "  - wait: { for: 3s, because: it is a test }\n"
                  "  - expect: never\n");
    expect_verdict(VERDICT_FAIL, "step", "expect 'never': not seen: nothing can move");
    CU_ASSERT_EQUAL(result.clock_ns, 3 * SECOND_NS);
    /* What comes of a mistake made on purpose comes with time. */
    scenario_says("steps:\n"
                  "  - expect: never\n");
    variant.defects = 1;
    expect_verdict(VERDICT_FAIL, "step", "not seen within 10 s");
    variant.defects = 0;
}

static void test_the_end_is_not_waited_for_when_nothing_can_move_any_more(void)
{
    fresh();
    fake.still = true;
    fake.stays = true;
    expect_verdict(VERDICT_TIMEOUT, "run",
                   "the subject did not end after the last step: nothing can move any more");
    CU_ASSERT_EQUAL(result.clock_ns, 0);
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE), "timeout:end");
}

/* Goal: of what was shown the end, by lines and by bytes. */
static void test_the_screen_of_a_failure_is_the_last_lines(void)
{
    static char line[5000];

    fresh();
    scenario_says("steps:\n"
                  "  - expect: never\n");
    fake.event[0].output = "0\r\n1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8\r\n";
    (void)run();
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SCREEN), "1\n2\n3\n4\n5\n6\n7\n8\n");
    fake.event[0].output = "0\r\n1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8";
    (void)run();
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SCREEN), "1\n2\n3\n4\n5\n6\n7\n8\n");
    memset(line, 'x', sizeof(line) - 1);
    fake.event[0].output = line;
    (void)run();
    CU_ASSERT_EQUAL(strlen(result_get(&result, RESULT_SCREEN)), 4096 + 1);
    /* Of characters of two bytes no half one. */
    for (int odd = 0; odd < 2; odd++) {
        for (size_t i = 0; i + 2 < sizeof(line); i += 2)
            memcpy(line + i, "\xC3\xA4", 2);
        line[sizeof(line) - 2] = odd ? 'x' : 0;
        line[sizeof(line) - 1] = 0;
        (void)run();
        CU_ASSERT_EQUAL(strlen(result_get(&result, RESULT_SCREEN)), 4096 + !odd);
        CU_ASSERT_EQUAL(strncmp(result_get(&result, RESULT_SCREEN), "\xC3\xA4", 2), 0);
    }
}

static void test_the_screen_of_a_failure_is_text(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: never\n");
    fake.event[0].output = "one\r\n\x1b[31mt\x1b]0;ti";
    fake.event[1].output = "tle\awo\xC2\x9B"
                           "2J\b\x9b\x1b";
    fake.event[2].output = "[0m\xC3\xA9";
    expect_verdict(VERDICT_FAIL, "step", "not seen before the subject ended");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SCREEN),
                           "one\ntwo\\u009b2J^H\\x9b\xC3\xA9\n");
}

static void test_expect_fails_at_once_when_the_subject_has_ended(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: never\n");
    expect_verdict(VERDICT_FAIL, "step", "not seen before the subject ended");
}

static void test_absent_holds_until_quiet(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - absent: { stream: bad, until: quiet }\n");
    fake.event[0].output = "good";
    expect_verdict(VERDICT_PASS, "", "");
    fake.event[1].output = " bad ";
    expect_verdict(VERDICT_FAIL, "step", "absent 'bad': it came");
}

static void test_absent_holds_until_an_address(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - absent: { stream: bad, until: leaf@dbg.withdrawn }\n");
    fake.event[0].output = "good";
    fake.event[1] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WITHDRAWN};
    fake.event[2].output = "bad";
    expect_verdict(VERDICT_PASS, "", "");
    fake.event[1].point = POINT_DBG_DENIED;
    fake.event[2].output = "fine";
    stays();
    expect_verdict(VERDICT_FAIL, "step", "leaf@dbg.withdrawn did not happen either");
    /* One that counts from here is none that was there before. */
    scenario_says("steps:\n"
                  "  - await: leaf@dbg.withdrawn\n"
                  "  - absent: { stream: bad, until: leaf@dbg.withdrawn#+1 }\n");
    fake.event[1].point = POINT_DBG_WITHDRAWN;
    fake.event[2].output = "bad";
    expect_verdict(VERDICT_FAIL, "step", "absent 'bad': it came");
}

static void test_absent_looks_for_as_long_as_it_says(void)
{
    const struct run_recorder recorder = {.how = how_told};

    fresh();
    options.recorder = &recorder;
    hows[0] = 0;
    scenario_says("steps:\n"
                  "  - absent: { stream: bad, for: 12s, because: it sleeps }\n"
                  "  - absent: { stream: bad, until: quiet, for: 1s, because: it sleeps }\n"
                  "  - absent: { stream: bad, until: quiet }\n");
    fake.event[0] = (struct fake_event){.at_ns = SECOND_NS / 2, .output = "good"};
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_EQUAL(result.clock_ns, 13 * SECOND_NS);
    CU_ASSERT_STRING_EQUAL(hows, "[looked for 12 s][looked for 1 s, and until rest then]"
                                 "[looked until rest]");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_HOW),
                           "absent 'bad' for 12 s: looked for 12 s\n"
                           "absent 'bad' until quiet for 1 s: looked for 1 s, and until rest then\n"
                           "absent 'bad' until quiet: looked until rest\n");

    fake.event[0].output = "bad";
    expect_verdict(VERDICT_FAIL, "step", "absent 'bad': it came");

    /* What stands at the end counts when the time is over. */
    scenario_says("steps: [{ absent: { stream: 'bad$', for: 1s, because: it sleeps } }]\n");
    fake.never_quiet = true;
    expect_verdict(VERDICT_FAIL, "step", "absent 'bad$': it came");
}

/* ---- The end of the terminal ---- */

static void test_what_nobody_can_show_any_more_is_not_waited_for(void)
{
    fresh();
    scenario_says("steps: [{ expect: 'leaf> $' }, { expect: { stream: more, within: 5s } }]\n");
    fake.event[0].output = "leaf> ";
    fake.eof = true;
    fake.never_quiet = true;
    stays();
    expect_verdict(VERDICT_FAIL, "step",
                   "expect 'more': not seen, and nobody has the terminal open any more");
    CU_ASSERT_EQUAL(result.clock_ns, 0);
    CU_ASSERT_STRING_EQUAL(fake.actions, "stop:normal ");

    scenario_says("steps:\n"
                  "  - expect: { first: [{ stream: more }], eof: [{ expect: 'leaf> $' }] }\n"
                  "  - wait: { for: 1s, because: x }\n");
    expect_verdict(VERDICT_PASS, "", "");
    scenario_says("steps:\n  - absent: { stream: more, until: quiet }\n"
                  "  - absent: { stream: 'leaf> $', for: 5s, because: x }\n");
    expect_verdict(VERDICT_FAIL, "step", "absent 'leaf> $': it came");
}

/* ---- Input ---- */

static void test_send_waits_for_room(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - send: \"c\\r\"\n");
    fake.full_input = true;
    fake.event[0].output = "x";
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_PTR_NOT_NULL(strstr(fake.actions, "type:c\r "));
}

/* Goal: what the terminal answers is told, but not that it has no such capability. */
static void test_answers_are_told_but_for_none(void)
{
    static const struct {
        const char *asked;
        const char *typed; /* a part of it */
        const char *told;
    } cases[] = {
        {"\x1b[6n",           "\x1b[1;1R", "[the terminal was asked for where the cursor is: "},
        {"\x1bP+q7a7a\x1b\\", "\x1bP0+r",  ""                                                 },
        {"\x1bP$qzz\x1b\\",   "\x1bP0$r",  ""                                                 },
        {"nothing was asked", "",          ""                                                 },
    };
    const struct run_recorder recorder = {.how = how_told};

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fresh();
        options.recorder = &recorder;
        hows[0] = 0;
        fake.event[0].output = cases[i].asked;
        expect_verdict(VERDICT_PASS, "", "");
        CU_ASSERT_PTR_NOT_NULL(strstr(fake.actions, cases[i].typed));
        printf("%zu %s %s\n", i, fake.actions + 1, hows);
        CU_ASSERT_EQUAL(strncmp(hows, cases[i].told, strlen(cases[i].told)), 0);
        CU_ASSERT_EQUAL(hows[0] == 0, cases[i].told[0] == 0);
    }
}

/* Goal: a key whose bytes depend on the terminal's modes waits until a program has set them; no
 * other does. */
static void test_only_a_key_of_the_modes_waits_for_them(void)
{
    static const struct {
        const char *key;
        const char *actions;
    } cases[] = {
        {"Up",  "type:\x1bOA "  },
        {"F5",  "type:\x1b[15~ "},
        {"C-c", "key:3:0 "      },
    };
    static const struct command_line none = {0};

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[64];
        fresh();
        (void)snprintf(text, sizeof(text), "steps: [{ key: %s }]\n", cases[i].key);
        scenario_says(text);
        variant.command = &none;
        variant.steps_only = true;
        fake.event[0].output = "\x1b[?1h";
        stays();
        fake.busy = "";
        (void)run();
        CU_ASSERT_EQUAL(strncmp(fake.actions, cases[i].actions, strlen(cases[i].actions)), 0);
        if (strncmp(fake.actions, cases[i].actions, strlen(cases[i].actions)) != 0)
            (void)printf("%s: %s\n", cases[i].key, fake.actions);
    }
}

static void test_key_presses_are_apart_and_wait_for_each_other(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - key: { name: C-c, times: 3 }\n"
                  "  - key: { name: C-z, times: 2, gap: 1s, to: tiocsig }\n");
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "key:3:0 key:3:0 key:3:0 key:26:1 key:26:1 stop:normal ");
    CU_ASSERT_EQUAL(fake.key_at_ns[1] - fake.key_at_ns[0], 250000000);
    CU_ASSERT_EQUAL(fake.key_at_ns[2] - fake.key_at_ns[1], 250000000);
    CU_ASSERT_EQUAL(fake.key_at_ns[3], fake.key_at_ns[2]);
    CU_ASSERT_EQUAL(fake.key_at_ns[4] - fake.key_at_ns[3], SECOND_NS);
}

static void test_key_that_nobody_handles_fails_at_its_deadline(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - key: C-c\n");
    fake.never_key = true;
    stays();
    expect_verdict(VERDICT_FAIL, "step", "C-c: pressed, but not handled");
    CU_ASSERT_EQUAL(result.clock_ns, 10 * SECOND_NS);
}

static void test_signals_go_to_one_actor_or_to_all_that_live(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - await: leaf@proc.reaped\n"
                  "  - signal: { to: other, name: SIGTERM }\n"
                  "  - signal: { to: foreground, name: SIGINT }\n"
                  "  - tell: { actor: other, do: pause }\n"
                  "  - signal: { to: leaf, name: SIGTERM }\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_PROC_REAPED};
    fake.event[1] = (struct fake_event){.actor = OTHER, .point = POINT_SPAWN_READY};
    expect_verdict(VERDICT_FAIL, "step", "leaf is dead");
    CU_ASSERT_STRING_EQUAL(
        fake.actions, "signal:other:15 signal:root:2 signal:other:2 tell:other:0 stop:normal ");
}

static void test_tell_does_not_wait_for_the_dead(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - await: leaf@proc.reaped\n"
                  "  - tell: { actor: leaf, do: pause }\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_PROC_REAPED};
    stays();
    expect_verdict(VERDICT_FAIL, "step", "leaf is dead");
    CU_ASSERT_EQUAL(result.clock_ns, 0);
}

/* Goal: a list of steps of an inject is waited for, whichever place it got. */
static void test_the_end_waits_for_a_do_that_goes_on(void)
{
    fresh();
    scenario_says("inject:\n"
                  "  - at: leaf@dbg.prompt\n"
                  "    do: [{ wait: { for: 3s, because: it is a test } }]\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_PROMPT};
    fake.still = true;
    expect_verdict(VERDICT_TIMEOUT, "run", "nothing can move any more");
    CU_ASSERT_EQUAL(result.clock_ns, 3 * SECOND_NS);
    fake.still = false;
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_EQUAL(result.clock_ns, 3 * SECOND_NS);
}

static void test_tell_waits_until_the_actor_runs(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - tell: { actor: other, do: pause }\n");
    stays();
    expect_verdict(VERDICT_FAIL, "step", "other does not run yet");
    CU_ASSERT_STRING_EQUAL(fake.actions, "stop:timed-out ");
    fake.event[0] = (struct fake_event){.actor = OTHER, .point = POINT_SPAWN_READY};
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "tell:other:0 stop:normal ");
}

static void test_the_terminal_is_resized_and_goes_away_and_the_job_goes_on(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - resize: { rows: 50, columns: 132 }\n"
                  "  - fault: { cont: job }\n"
                  "  - fault: { cont: leaf }\n"
                  "  - fault: { hang-up: terminal }\n");
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions,
                           "resize:50:132 continue signal:leaf:18 hang-up stop:normal ");
}

static unsigned begins;
static unsigned turns;

static void on_begin(void *user, const struct cast *whose)
{
    (void)user;
    begins += whose->count == ACTORS;
}

static void on_turn(void *user)
{
    (void)user;
    turns++;
}

static void on_resized(void *user, int64_t at_ns, uint16_t rows, uint16_t columns)
{
    (void)user;
    (void)snprintf(hows, sizeof(hows), "%d x %d at %d s", rows, columns, (int)(at_ns / SECOND_NS));
}

static void test_a_recorder_hears_of_the_begin_of_turns_and_of_the_window(void)
{
    static const struct run_recorder recorder = {
        .begin = on_begin, .turn = on_turn, .resized = on_resized};

    fresh();
    options.recorder = &recorder;
    begins = turns = 0;
    scenario_says("steps:\n"
                  "  - wait: { for: 3s, because: of it }\n"
                  "  - resize: { rows: 50, columns: 132 }\n");
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_EQUAL(begins, 1);
    CU_ASSERT_TRUE(turns >= 2);
    CU_ASSERT_STRING_EQUAL(hows, "50 x 132 at 3 s");
}

/* What the user allows goes before what the scenario does. */
static void test_limits_of_the_user_go_first(void)
{
    fresh();
    scenario_says("steps:\n  - expect: never\n");
    stays();
    expect_verdict(VERDICT_FAIL, "step", "not seen within 10 s");
    options.step_ns = 2 * SECOND_NS;
    expect_verdict(VERDICT_FAIL, "step", "not seen within 2 s");
    options.total_ns = SECOND_NS;
    expect_verdict(VERDICT_TIMEOUT, "total", "not over within limits.total");
    CU_ASSERT_EQUAL(result.clock_ns, SECOND_NS);
}

/* ---- A world that goes no further ---- */

static bool turn_of_nothing(struct world *w, int64_t max_wait_ns)
{
    (void)w, (void)max_wait_ns;
    return false;
}

static int world_of_nothing(const struct world_options *with, struct world **out, struct diag *diag)
{
    static struct world_ops ops;

    int rc = fake_world_new(with, out, diag);
    ops = fake_ops;
    ops.turn = turn_of_nothing;
    (*out)->ops = &ops;
    return rc;
}

/* Not even to the end that it was asked for: that is the engine's failure, and not the subject's.
 */
static void test_an_engine_that_goes_no_further_is_no_verdict_on_the_subject(void)
{
    fresh();
    scenario_says("steps:\n  - expect: never\n");
    options.world_new = world_of_nothing;
    expect_verdict(VERDICT_HARNESS, "engine", "the engine ended without saying so");
    CU_ASSERT_STRING_EQUAL(fake.actions, "stop:timed-out ");
}

static void test_fault_of_a_link_waits_until_it_is_done(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - fault: { cut: leaf }\n"
                  "  - fault: { delay: other, side: down }\n"
                  "  - signal: { to: other, name: SIGTERM }\n");
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "link:leaf:0:0 linked link:other:5:2 linked "
                                         "signal:other:15 stop:normal ");
    fake.never_link = true;
    expect_verdict(VERDICT_FAIL, "step", "the link of leaf is not harmed yet");
    CU_ASSERT_STRING_EQUAL(fake.actions, "link:leaf:0:0 stop:timed-out ");
    /* Of a subject that has ended nothing is waited for. */
    scenario_says("steps:\n  - fault: { cut: leaf }\n");
    fake.stays = false;
    expect_verdict(VERDICT_PASS, "", "");
}

/* ---- Waiting ---- */

static void test_await_takes_what_has_happened_and_counts_from_here_when_relative(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - await: leaf@dbg.denied\n"
                  "  - await: any@dbg.withdrawn#2\n"
                  "  - await: leaf@dbg.withdrawn#+1\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WITHDRAWN};
    fake.event[1] = (struct fake_event){.actor = OTHER, .point = POINT_DBG_WITHDRAWN};
    fake.event[2] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_DENIED};
    fake.event[3] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WITHDRAWN};
    expect_verdict(VERDICT_PASS, "", "");
    fake.event[3].point = 0;
    stays();
    expect_verdict(VERDICT_FAIL, "step",
                   "leaf@dbg.withdrawn#+1 has not happened (it was there 0 times)");
}

static void test_await_quiet_waits_for_rest(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - await: quiet\n");
    stays();
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WITHDRAWN};
    expect_verdict(VERDICT_PASS, "", "");
    scenario_says("steps:\n"
                  "  - parallel: [[{ await: quiet }, { await: quiet }]]\n");
    expect_verdict(VERDICT_PASS, "", "");
    scenario_says("steps:\n"
                  "  - await: quiet\n");
    fake.never_quiet = true;
    expect_verdict(VERDICT_FAIL, "step", "does not come to rest");
}

static size_t quiets;

static void quiet_counted(void *user, const struct trace_record *record)
{
    (void)user;
    quiets += record->point == POINT_QUIET;
}

/* Goal: what a step has asked the world for is not asked for any more behind it. */
static void test_quiet_is_asked_for_as_long_as_it_is_waited_for(void)
{
    static const struct {
        const char *steps;
        size_t quiets; /* the last of them for the end */
    } cases[] = {
        {"{ await: quiet }, { key: C-c }, { wait: { for: 3s, because: x } }",                        2},
        {"{ absent: { stream: y, until: quiet } }, { key: C-c }, { wait: { for: 3s, because: x } }",
         2                                                                                            },
        {"{ key: C-c }, { wait: { for: 3s, because: x } }",                                          1},
    };
    const struct run_recorder recorder = {.record = quiet_counted};

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[128];
        fresh();
        options.recorder = &recorder;
        (void)snprintf(text, sizeof(text), "steps: [%s]\n", cases[i].steps);
        scenario_says(text);
        stays();
        quiets = 0;
        expect_verdict(VERDICT_PASS, "", "");
        CU_ASSERT_EQUAL(quiets, cases[i].quiets);
    }
}

static void test_await_tree_is_looked_at_after_every_event(void)
{
    fresh();
    scenario_says(
        "steps:\n"
        "  - await: { alive: root, gone: [leaf, other], stopped: root, count: 1, zombies: 1 }\n");
    stays();
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_PROC_EXITED};
    fake.event[1] = (struct fake_event){.actor = OTHER, .point = POINT_PROC_EXITED};
    fake.event[2] = (struct fake_event){.actor = OTHER, .point = POINT_PROC_REAPED};
    fake.event[3] = (struct fake_event){.actor = ROOT, .point = POINT_PROC_STOPPED};
    expect_verdict(VERDICT_PASS, "", "");
    static const struct {
        size_t without;
        const char *why;
    } cases[] = {
        {0, "leaf is alive"                   },
        {1, "other is alive"                  },
        {2, "2 are dead and not reaped, not 1"},
        {3, "root is alive"                   }
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct fake_event kept = fake.event[cases[i].without];
        fake.event[cases[i].without].point = POINT_DBG_WITHDRAWN;
        /* Reaped without having exited before would be another case. */
        if (cases[i].without == 1)
            fake.event[2].point = POINT_DBG_WITHDRAWN;
        expect_verdict(VERDICT_FAIL, "step", cases[i].why);
        fake.event[cases[i].without] = kept;
        fake.event[2].point = POINT_PROC_REAPED;
    }
}

static void test_wait_lets_time_pass(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - wait: { for: 20s, because: x }\n");
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_EQUAL(result.clock_ns, 20 * SECOND_NS);
}

int main(void)
{
    static const struct {
        const char *name;
        void (*test)(void);
    } tests[] = {
        {"expect",                   test_expect_finds_what_comes_in_pieces                               },
        {"once",                     test_a_pattern_is_compiled_once_for_all_runs_of_a_memory             },
        {"prompt",                   test_expect_accepts_a_prompt_when_it_is_quiet                        },
        {"beside busy",              test_expect_accepts_a_prompt_beside_whoever_is_busy                  },
        {"deadline",                 test_expect_takes_what_has_come_at_its_deadline                      },
        {"nearest",                  test_expect_fails_at_its_deadline_with_the_nearest_miss              },
        {"screen lines",             test_the_screen_of_a_failure_is_the_last_lines                       },
        {"screen",                   test_the_screen_of_a_failure_is_text                                 },
        {"still",                    test_a_step_fails_at_once_when_nothing_can_move_any_more             },
        {"still end",                test_the_end_is_not_waited_for_when_nothing_can_move_any_more        },
        {"ended",                    test_expect_fails_at_once_when_the_subject_has_ended                 },
        {"absent quiet",             test_absent_holds_until_quiet                                        },
        {"absent for",               test_absent_looks_for_as_long_as_it_says                             },
        {"nobody shows",             test_what_nobody_can_show_any_more_is_not_waited_for                 },
        {"absent address",           test_absent_holds_until_an_address                                   },
        {"send",                     test_send_waits_for_room                                             },
        {"keys",                     test_key_presses_are_apart_and_wait_for_each_other                   },
        {"answers",                  test_answers_are_told_but_for_none                                   },
        {"key waits",                test_only_a_key_of_the_modes_waits_for_them                          },
        {"asked for",                test_quiet_is_asked_for_as_long_as_it_is_waited_for                  },
        {"key late",                 test_key_that_nobody_handles_fails_at_its_deadline                   },
        {"signals",                  test_signals_go_to_one_actor_or_to_all_that_live                     },
        {"tell the dead",            test_tell_does_not_wait_for_the_dead                                 },
        {"a do goes on",             test_the_end_waits_for_a_do_that_goes_on                             },
        {"tell",                     test_tell_waits_until_the_actor_runs                                 },
        {"the terminal and the job",
         test_the_terminal_is_resized_and_goes_away_and_the_job_goes_on                                   },
        {"recorder",                 test_a_recorder_hears_of_the_begin_of_turns_and_of_the_window        },
        {"user's limits",            test_limits_of_the_user_go_first                                     },
        {"engine ends",              test_an_engine_that_goes_no_further_is_no_verdict_on_the_subject     },
        {"link",                     test_fault_of_a_link_waits_until_it_is_done                          },
        {"await address",            test_await_takes_what_has_happened_and_counts_from_here_when_relative},
        {"await quiet",              test_await_quiet_waits_for_rest                                      },
        {"await tree",               test_await_tree_is_looked_at_after_every_event                       },
        {"wait",                     test_wait_lets_time_pass                                             },
    };

    CU_pSuite suite = suite_open("steps", suite_start, suite_end);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        CU_add_test(suite, tests[i].name, tests[i].test);
    int rc = suite_close();
    result_release(&result);
    return rc;
}
