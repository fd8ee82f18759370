/* judge_test.c: from a run to its verdict, on a world that plays a script. */
#include "harness/observe/invariant.h"
#include "harness/run/state.h"
#include "harness/run/tests/fake_world.h"
#include "runtime/actor/frame.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* ---- Judging ---- */

static void test_outcome_compares_how_the_root_ended(void)
{
    struct outcome_rule outcome[] = {
        {.kind = OUTCOME_STATUS, .status = 3}
    };
    fresh();
    variant.outcome = outcome;
    variant.outcome_count = 1;
    variant.outcome_place =
        (struct place){"x.yaml", 30, 12, "outcome:   { exit: { status: 0 } } # x"};
    fake.status = 3 << 8;
    expect_verdict(VERDICT_PASS, "", "");
    fake.status = 2;
    expect_verdict(VERDICT_FAIL, "outcome",
                   "the root ended with signal SIGINT, not with exit status 3");
    CU_ASSERT_EQUAL(result.line, 30);
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SOURCE), variant.outcome_place.text);
    CU_ASSERT_EQUAL(result.width, strlen("{ exit: { status: 0 } }"));
    outcome[0] = (struct outcome_rule){.kind = OUTCOME_SIGNAL, .signal = SIGINT};
    expect_verdict(VERDICT_PASS, "", "");
}

/* Any end will do, but there must be one. */
static void test_outcome_any_wants_an_end(void)
{
    static const struct outcome_rule outcome[] = {{.kind = OUTCOME_ANY}};

    fresh();
    variant.outcome = outcome;
    variant.outcome_count = 1;
    fake.status = 3 << 8;
    expect_verdict(VERDICT_PASS, "", "");
    fake.status = SIGTERM;
    expect_verdict(VERDICT_PASS, "", "");
    fake.stays = true;
    CU_ASSERT_EQUAL(run(), VERDICT_TIMEOUT);
}

static void test_outcome_error_is_the_roots_final_one_and_status_1(void)
{
    static const struct {
        const char *error;
        int64_t kind, code;
        int status;
        bool good;
    } cases[] = {
        {"APP",                              ERROR_APP,   0,               256, true },
        {"APP",                              ERROR_APP,   7,               256, true },
        {"APP",                              ERROR_APP,   ERROR_CODE_QUIT, 256, false},
        {"APP:QUIT",                         ERROR_APP,   ERROR_CODE_QUIT, 256, true },
        {"APP:QUIT",                         ERROR_APP,   0,               256, false},
        {"APP:7",                            ERROR_APP,   7,               256, true },
        {"GROUP",                            ERROR_GROUP, 0,               256, true },
        {"GROUP",                            ERROR_APP,   0,               256, false},
        {"APP",                              ERROR_APP,   0,               0,   false},
        {"GROUP",                            ERROR_GROUP, ERROR_CODE_QUIT, 256, true },
        {"APPAPPAPPAPPAPPAPPAPPAPPAPPAPPAP", ERROR_APP,   0,               256, false},
    };

    /* Nobody has raised these errors. */
    static const struct invariant_setting off[] = {
        {.name = "error-path-true", .off = true}
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct outcome_rule outcome[] = {
            {.kind = OUTCOME_ERROR, .error = cases[i].error}
        };
        fresh();
        variant.outcome = outcome;
        variant.outcome_count = 1;
        variant.invariant = off;
        variant.invariant_count = 1;
        fake.event[0] = (struct fake_event){.actor = ROOT,
                                            .point = POINT_ERR_FINAL,
                                            .value = cases[i].kind,
                                            .extra = cases[i].code};
        fake.status = cases[i].status;
        CU_ASSERT_EQUAL(run(), cases[i].good ? VERDICT_PASS : VERDICT_FAIL);
    }
}

static void test_subject_that_does_not_end_times_out(void)
{
    fresh();
    fake.stays = true;
    variant.outcome_place = (struct place){"x.yaml", 9, 1, "outcome: {}"};
    expect_verdict(VERDICT_TIMEOUT, "run", "did not end after the last step");
    CU_ASSERT_EQUAL(result.line, 9);
    CU_ASSERT_PTR_NOT_NULL(strstr(result_get(&result, RESULT_LABEL), "did not end"));
    CU_ASSERT_EQUAL(result.clock_ns, 10 * SECOND_NS);
    scenario.step_ns = 60 * SECOND_NS;
    scenario_says("steps:\n"
                  "  - await: leaf@dbg.withdrawn\n");
    expect_verdict(VERDICT_TIMEOUT, "total", "not over within limits.total");
    CU_ASSERT_EQUAL(result.clock_ns, 30 * SECOND_NS);
}

static void test_survivors_and_crashes_have_their_own_verdicts(void)
{
    fresh();
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_PROC_REAPED, .value = 11};
    expect_verdict(VERDICT_CRASH, "crash", "leaf died by signal SIGSEGV");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE),
                           "crash:signal SIGSEGV actor=leaf");
    cast->who[LEAF].dies_by = 11;
    expect_verdict(VERDICT_PASS, "", "");
    cast->who[LEAF].dies_by = 0;
    fake.event[0] = (struct fake_event){.actor = OTHER, .point = POINT_PROC_SURVIVED};
    CU_ASSERT_EQUAL(run(), VERDICT_LEAK);
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_REASON), "survivor");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE),
                           "invariant:no-survivors actor=other cause=none");

    /* Whoever turns the invariant off has said why: nothing else looks for survivors. */
    static const struct invariant_setting off[] = {
        {.name = "no-survivors", .off = true}
    };
    variant.invariant = off;
    variant.invariant_count = 1;
    expect_verdict(VERDICT_PASS, "", "");
}

/* Goal: the result names who has reaped what had lost its parent, and nobody else. */
static void test_result_names_who_adopted(void)
{
    const struct trace_record records[] = {
        {.actor = ROOT,       .point = POINT_PROC_SPAWNED,  .peer = ACTOR_NONE,    .value = 10},
        {.actor = LEAF,       .point = POINT_PROC_SPAWNED,  .peer = ACTOR_NONE,    .value = 11},
        {.actor = OTHER,      .point = POINT_PROC_SPAWNED,  .peer = ACTOR_NONE,    .value = 12},
        {.actor = LEAF,       .point = POINT_PROC_REAPED,   .peer = ROOT,          .value = 0 },
        {.actor = OTHER,      .point = POINT_PROC_REAPED,   .peer = ROOT,          .value = 0 },
        {.actor = ROOT,       .point = POINT_ORPHAN_REAPED, .peer = ACTOR_NONE,    .value = 12},
        {.actor = ROOT,       .point = POINT_ORPHAN_REAPED, .peer = ACTOR_NONE,    .value = 99},
        {.actor = ROOT,       .point = POINT_PROC_REAPED,   .peer = ACTOR_HARNESS, .value = 0 },
        {.actor = ACTOR_NONE, .point = POINT_PROC_REAPED,   .peer = ACTOR_HARNESS, .value = 0 },
        {.actor = ACTOR_NONE, .point = POINT_PROC_REAPED,   .peer = ACTOR_HARNESS, .value = 0 },
    };
    struct world world = {.trace = TRACE_INIT};
    struct run told = {.world = &world, .cast = cast_copy(cast)};
    struct run_result out = RESULT_INIT;

    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
        (void)trace_add(&world.trace, &records[i]);
    CU_ASSERT_PTR_NOT_NULL_FATAL(told.cast);
    told.cast->who[OTHER].parent = LEAF;
    story_adopted(&told, &out);
    CU_ASSERT_STRING_EQUAL(result_get(&out, RESULT_ADOPTED),
                           "by root: other, 1 process that is no actor; "
                           "by the guard: 2 processes that are no actors");
    /* Eight by name, the rest by number. */
    for (int more = 0; more < 2; more++) {
        world.trace.count = 3;
        for (int i = 0; i < 8 + more; i++)
            (void)trace_add(&world.trace, &records[4]);
        story_adopted(&told, &out);
        CU_ASSERT_STRING_EQUAL(
            result_get(&out, RESULT_ADOPTED),
            more ? "by root: other, other, other, other, other, other, other, other and 1 more"
                 : "by root: other, other, other, other, other, other, other, other");
    }
    told.cast->who[OTHER].parent = ROOT;
    world.trace.count = 5;
    story_adopted(&told, &out);
    CU_ASSERT_STRING_EQUAL(result_get(&out, RESULT_ADOPTED), "");
    free(told.cast);
    trace_release(&world.trace);
    result_release(&out);
    fresh();
    fake.event[0] = (struct fake_event){.actor = ROOT, .point = POINT_ORPHAN_REAPED, .value = 99};
    (void)run();
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_ADOPTED),
                           "by root: 1 process that is no actor");
}

static void test_must_fail_passes_only_when_the_oracle_sees_it(void)
{
    /* Two prompts at once: lock-exclusive. */
    struct expected_failure must[] = {
        {.invariant = "lock-exclusive", .actor = ACTOR_NONE, .place = {"x.yaml", 7, 3, NULL}},
        {.invariant = "no-zombies",     .actor = ACTOR_NONE, .place = {"x.yaml", 8, 3, NULL}}
    };
    fresh();
    variant.must_fail = must;
    variant.must_fail_count = 1;
    expect_verdict(VERDICT_UNRESOLVED, "oracle-blind", "'lock-exclusive' must be violated here");
    CU_ASSERT_EQUAL(result.line, 7);
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_PROC_SPAWNED};
    fake.event[1] = (struct fake_event){.actor = OTHER, .point = POINT_PROC_SPAWNED};
    fake.event[2] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_TTY_TAKE};
    fake.event[3] = (struct fake_event){.actor = OTHER, .point = POINT_DBG_TTY_TAKE};
    enum verdict got = run();
    /* What else the oracle says of this trace is its own tests' business; it must see this. */
    CU_ASSERT_PTR_NOT_NULL(strstr(got == VERDICT_PASS ? result_get(&result, RESULT_SIGNATURE)
                                                      : result_get(&result, RESULT_INVARIANTS),
                                  "lock-exclusive"));
    variant.must_fail_count = 2;
    CU_ASSERT_EQUAL(run(), VERDICT_UNRESOLVED);
    /* Steps are not judged then. */
    variant.must_fail_count = 1;
    scenario_says("steps:\n"
                  "  - expect: never\n");
    CU_ASSERT_EQUAL(run(), got);
}

/* Leaf takes the terminal and its parent does not know, then other does. */
static void two_takers(void)
{
    fresh();
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_TTY_TAKE};
    fake.event[1] = (struct fake_event){.actor = OTHER, .point = POINT_DBG_TTY_TAKE};
}

/* Every selftest rests on this comparison: what is violated counts by its row, its actor and its
 * cause, and in the order that is written. */
static void test_must_fail_compares_row_actor_cause_and_order(void)
{
    static const struct {
        struct expected_failure must[2];
        size_t count;
        bool good;
        const char *message;
    } cases[] = {
        {{{{0}, "ancestors-shielded", ACTOR_NONE, NULL}},                                     1, true,  ""                      },
        {{{{0}, "ancestors-shielded", LEAF, NULL}},                                           1, true,  ""                      },
        {{{{0}, "ancestors-shielded", OTHER, NULL}},                                          1, false, "must be violated here" },
        {{{{0}, "ancestors-shielded", ROOT, NULL}},                                           1, false, "must be violated here" },
        {{{{0}, "ancestors-shielded", LEAF, "none"}},                                         1, true,  ""                      },
        {{{{0}, "ancestors-shielded", LEAF, "SIGINT"}},                                       1, false, "must be violated here" },
        {{{{0}, "ancestors-shielded", ACTOR_NONE, "fault"}},                                  1, false, "must be violated here" },
        {{{{0}, "lock-exclusive", OTHER, NULL}},                                              1, false, "must be violated first"},
        {{{{0}, "lock-exclusive", LEAF, NULL}},                                               1, false, "must be violated here" },
        {{{{0}, "ancestors-shielded", LEAF, NULL}, {{0}, "lock-exclusive", OTHER, "none"}},
         2,                                                                                      true,
         ""                                                                                                                     },
        {{{{0}, "lock-exclusive", OTHER, NULL}, {{0}, "ancestors-shielded", LEAF, NULL}},
         2,                                                                                      false,
         "must be violated first"                                                                                               },
        {{{{0}, "ancestors-shielded", LEAF, NULL}, {{0}, "lock-exclusive", LEAF, NULL}},
         2,                                                                                      false,
         "'lock-exclusive' must be"                                                                                             },
        {{{{0}, "ancestors-shielded", LEAF, NULL}, {{0}, "lock-exclusive", OTHER, "SIGINT"}},
         2,                                                                                      false,
         "'lock-exclusive' must be"                                                                                             },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct expected_failure must[2] = {cases[i].must[0], cases[i].must[1]};
        two_takers();
        variant.must_fail = must;
        variant.must_fail_count = cases[i].count;
        if (cases[i].good)
            expect_verdict(VERDICT_PASS, "", "");
        else
            expect_verdict(VERDICT_UNRESOLVED, "oracle-blind", cases[i].message);
        CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE),
                               "invariant:ancestors-shielded actor=leaf cause=none");
    }
}

static void test_only_its_own_signal_excuses_a_crash(void)
{
    fresh();
    fake.event[0] = (struct fake_event){
        .actor = ACTOR_HARNESS, .point = POINT_SIGNAL_SENT, .peer = OTHER, .value = SIGSEGV};
    fake.event[1] =
        (struct fake_event){.actor = LEAF, .point = POINT_PROC_REAPED, .value = SIGSEGV};
    expect_verdict(VERDICT_CRASH, "crash", "leaf died by signal SIGSEGV");
    fake.event[0].peer = LEAF;
    fake.event[0].value = SIGTERM;
    expect_verdict(VERDICT_CRASH, "crash", "leaf died by signal SIGSEGV");
    fake.event[0].value = SIGSEGV;
    expect_verdict(VERDICT_PASS, "", "");
    fake.event[0].point = POINT_FAULT_DONE;
    fake.event[0].value = 0;
    expect_verdict(VERDICT_CRASH, "crash", "leaf died by signal SIGSEGV");
    fake.event[0].extra = SIGSEGV;
    expect_verdict(VERDICT_PASS, "", "");
    fake.event[0].peer = OTHER;
    expect_verdict(VERDICT_CRASH, "crash", "leaf died by signal SIGSEGV");
}

static void test_first_broken_thing_decides(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - absent: { stream: bad, until: quiet }\n");
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_TTY_TAKE};
    fake.event[1] = (struct fake_event){.actor = OTHER, .point = POINT_DBG_TTY_TAKE};
    fake.event[2].output = "bad ";
    CU_ASSERT_EQUAL(run(), VERDICT_FAIL);
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_REASON), "invariant");
    fake.event[2] = fake.event[0];
    fake.event[0] = (struct fake_event){.output = "bad "};
    CU_ASSERT_EQUAL(run(), VERDICT_FAIL);
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_REASON), "step");
}

/* Goal: every failure shows the terminal, as it was when that went wrong. */
static void test_every_failure_shows_the_screen_of_its_moment(void)
{
    struct outcome_rule outcome[] = {
        {.kind = OUTCOME_STATUS, .status = 3}
    };

    fresh();
    fake.event[0].output = "one\r\n";
    fake.event[1] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_TTY_TAKE};
    fake.event[2] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_TTY_GIVE};
    fake.event[3].output = "two\r\n";
    CU_ASSERT_EQUAL(run(), VERDICT_FAIL);
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_REASON), "invariant");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SCREEN), "one\n");
    /* Its sentence is the message's; in the list the name is enough. */
    const char *message = result_get(&result, RESULT_MESSAGE);
    char row[128];
    (void)snprintf(row, sizeof(row), "✗ %.*s\n", (int)strcspn(message, ":"), message);
    CU_ASSERT_PTR_EQUAL(strstr(result_get(&result, RESULT_INVARIANTS), row),
                        result_get(&result, RESULT_INVARIANTS));

    fresh();
    variant.outcome = outcome;
    variant.outcome_count = 1;
    fake.event[0].output = "one\r\n";
    fake.event[1] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WITHDRAWN};
    fake.event[2].output = "two\r\n";
    expect_verdict(VERDICT_FAIL, "outcome", "not with exit status 3");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SCREEN), "one\ntwo\n");

    fresh();
    fake.event[0].output = "shown\r\n";
    fake.event[1] = (struct fake_event){.actor = LEAF, .point = POINT_PROC_REAPED, .value = 11};
    fake.event[2] = (struct fake_event){.actor = OTHER, .point = POINT_DBG_WITHDRAWN};
    fake.event[3].output = "later\r\n";
    CU_ASSERT_EQUAL(run(), VERDICT_CRASH);
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SCREEN), "shown\n");
}

/* ---- Stopping ---- */

static volatile sig_atomic_t stop;

static void stop_at_mark(void *user, int64_t at_ns, const char *text)
{
    (void)user, (void)at_ns, (void)text;
    stop++;
}

static void test_user_stops_a_run_cleanly(void)
{
    const struct run_recorder recorder = {.mark = stop_at_mark};
    fresh();
    scenario_says("steps:\n"
                  "  - await: leaf@dbg.withdrawn\n");
    stays();
    options.recorder = &recorder;
    options.stop = &stop;
    stop = 0;
    expect_verdict(VERDICT_UNRESOLVED, "interrupted", "stopped by the user");
    CU_ASSERT_STRING_EQUAL(fake.actions, "stop:interrupted ");
    stop = 2; /* at once: nobody waits for the end */
    expect_verdict(VERDICT_UNRESOLVED, "interrupted", "stopped by the user");
}

static void test_engine_that_fails_is_no_verdict_on_the_subject(void)
{
    fresh();
    fake.event[0].fail = true;
    expect_verdict(VERDICT_HARNESS, "engine", "the engine broke");
    CU_ASSERT_STRING_EQUAL(fake.actions, "stop:normal ");
    fresh();
    fake.start_error = ERR_UNSUPPORTED;
    expect_verdict(VERDICT_UNSUPPORTED, "unsupported", "cannot start");
    fresh();
    fake.start_error = ERR_IO;
    expect_verdict(VERDICT_HARNESS, "engine", "cannot start");
}

/* Presses that are timed come too late when the harness is stopped between them. */
static void test_subject_that_ends_while_the_harness_is_stopped_leaves_no_verdict(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - key: { name: C-c, times: 3 }\n");
    fake.event[0] =
        (struct fake_event){.at_ns = SECOND_NS / 10, .actor = LEAF, .point = POINT_TIMER_FIRE};
    expect_verdict(VERDICT_FAIL, "step", "the subject has ended after 1 of 3 presses");
    fake.event[0].stall_ns = 5 * SECOND_NS;
    expect_verdict(VERDICT_UNRESOLVED, "stalled", "could not run for 5000 ms of this step");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(result_get(&result, RESULT_MESSAGE), "the subject has ended after 1 of 3 presses"));
    /* what had gone by before the step excuses nothing, and neither does one that waits */
    scenario_says("steps:\n"
                  "  - await: leaf@timer.fire\n"
                  "  - key: { name: C-c, times: 3 }\n");
    expect_verdict(VERDICT_FAIL, "step", "the subject has ended after 1 of 3 presses");
    scenario_says("steps:\n"
                  "  - await: leaf@dbg.withdrawn\n");
    stays();
    expect_verdict(VERDICT_FAIL, "step", "leaf@dbg.withdrawn");
}

/* ---- What a result says beside its verdict ---- */

static void expect_text(enum result_text which, const char *wanted)
{
    const char *got = result_get(&result, which);

    CU_ASSERT_STRING_EQUAL(got, wanted);
    if (strcmp(got, wanted) != 0)
        (void)printf("\n'%s' instead of '%s'\n", got, wanted);
}

static void test_result_says_how_the_root_ended(void)
{
    static const struct {
        int64_t status, kind, code;
        const char *ended;
    } cases[] = {
        {SIGINT, -1,              0,               "by SIGINT"          },
        {3 << 8, -1,              0,               "with status 3"      },
        {1 << 8, -1,              0,               "with status 1"      },
        {0,      ERROR_APP,       7,               "with status 0"      },
        {1 << 8, ERROR_APP,       7,               "with error APP:7"   },
        {1 << 8, ERROR_APP,       1,               "with error APP:1"   },
        {1 << 8, ERROR_APP,       0,               "with error APP"     },
        {1 << 8, ERROR_APP,       ERROR_CODE_QUIT, "with error APP:QUIT"},
        {1 << 8, ERROR_NONE,      0,               "with status 1"      },
        {1 << 8, ERROR_KINDS,     0,               "with status 1"      },
        {1 << 8, ERROR_KINDS - 1, 0,               NULL                 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fresh();
        fake.event[0] = (struct fake_event){
            .point = POINT_ERR_FINAL, .value = cases[i].kind, .extra = cases[i].code};
        fake.event[1] = (struct fake_event){.point = POINT_PROC_EXITED};
        fake.event[2] = (struct fake_event){.point = POINT_PROC_REAPED, .value = cases[i].status};
        (void)run();
        CU_ASSERT_EQUAL(result.status, cases[i].status);
        CU_ASSERT_EQUAL(result.ended, 0);
        if (cases[i].ended != NULL)
            expect_text(RESULT_ENDED, cases[i].ended);
        else
            CU_ASSERT_EQUAL(strncmp(result_get(&result, RESULT_ENDED), "with error ", 11), 0);
    }
    fresh();
    (void)run();
    CU_ASSERT_EQUAL(result.status, -1);
    expect_text(RESULT_ENDED, "");
    /* by the harness only while the root lived */
    fresh();
    fake.event[0] = (struct fake_event){.actor = ACTOR_HARNESS, .point = POINT_RUN_STOPPED};
    (void)run();
    CU_ASSERT_EQUAL(result.ended, 1);
    expect_text(RESULT_ENDED, "by the harness");
    fake.event[1] = fake.event[0];
    fake.event[0] = (struct fake_event){.point = POINT_PROC_EXITED};
    (void)run();
    CU_ASSERT_EQUAL(result.ended, 0);
}

static void test_result_says_what_was_run(void)
{
    static const unsigned engines[] = {ENGINE_SIM, ENGINE_REAL};

    for (size_t i = 0; i < 2; i++) {
        fresh();
        options.engine = engines[i];
        options.seed = 77;
        scenario_says("steps: [{ note: a }, { note: b }]\n");
        (void)run();
        CU_ASSERT_EQUAL(result.engine, engines[i]);
        CU_ASSERT_EQUAL(result.seed, 77);
        CU_ASSERT_EQUAL(result.schedules, 1);
        CU_ASSERT_EQUAL(result.steps, 2);
        CU_ASSERT_EQUAL(result.records, 3); /* the notes, and the end */
        CU_ASSERT_NOT_EQUAL(result.digest, 0);
    }
}

static void test_result_counts_what_has_no_name(void)
{
    fresh();
    fake.left = 3;
    fake.event[0] =
        (struct fake_event){.actor = ACTOR_NONE, .point = POINT_PROC_SPAWNED, .peer = ACTOR_NONE};
    fake.event[1] = fake.event[0];
    fake.event[2] = (struct fake_event){.actor = LEAF, .point = POINT_PROC_SPAWNED};
    (void)run();
    CU_ASSERT_EQUAL(result.left, 3);
    CU_ASSERT_EQUAL(result.unnamed, 2);
}

static void test_outcome_that_differs_is_told_whole(void)
{
    struct outcome_rule outcome[] = {
        {.kind = OUTCOME_STATUS, .status = 3      },
        {.kind = OUTCOME_SIGNAL, .signal = SIGTERM},
        {.kind = OUTCOME_ERROR,  .error = "GROUP" },
    };
    static const struct invariant_setting path_off[] = {
        {.name = "error-path-true", .off = true}
    };

    fresh();
    variant.outcome = outcome;
    variant.outcome_count = 3;
    fake.status = 1 << 8;
    (void)run();
    expect_text(RESULT_MESSAGE, "the root ended with exit status 1, not with exit status 3 or "
                                "signal SIGTERM or error GROUP with exit status 1");
    CU_ASSERT_NOT_EQUAL(result_get(&result, RESULT_LOCK)[0], 0);
    CU_ASSERT_EQUAL(result_get(&result, RESULT_SCREEN)[0], 0); /* no step has failed */
    variant.outcome_count = 1;
    variant.invariant = path_off;
    variant.invariant_count = 1;
    for (int code = 0; code < 2; code++) {
        fake.event[0] =
            (struct fake_event){.point = POINT_ERR_FINAL, .value = ERROR_APP, .extra = code};
        (void)run();
        expect_text(RESULT_MESSAGE, code == 0 ? "the root ended with exit status 1 and error APP, "
                                                "not with exit status 3"
                                              : "the root ended with exit status 1 and error "
                                                "APP:1, not with exit status 3");
    }
}

static void test_what_is_left_in_the_end_is_named(void)
{
    fresh();
    fake.lasting = OTHER;
    expect_verdict(VERDICT_FAIL, "outcome", "other is ");
    expect_text(RESULT_SIGNATURE, "outcome:other is alive in the end");
    variant.tree_empty = false;
    expect_verdict(VERDICT_PASS, "", "");
}

static void test_place_of_a_verdict_is_underlined(void)
{
    static const struct {
        const char *text;
        uint32_t column, width;
    } cases[] = {
        {"exit: 'a b' # x",      7,  5},
        {"exit: \"a\", b",       7,  3},
        {"exit: 'open",          7,  1},
        {"exit: { a: 1 }   # x", 7,  8},
        {"exit: [a, b]",         7,  6},
        {"exit: word, other",    7,  4},
        {"exit: word}",          7,  4},
        {"short",                30, 1},
        {"exit: w",              7,  1},
        {"exit: { # of them",    7,  1},
    };
    struct outcome_rule outcome[] = {
        {.kind = OUTCOME_STATUS, .status = 3}
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fresh();
        variant.outcome = outcome;
        variant.outcome_count = 1;
        variant.outcome_place = (struct place){"x.yaml", 4, cases[i].column, cases[i].text};
        (void)run();
        CU_ASSERT_EQUAL(result.width, cases[i].width);
        CU_ASSERT_EQUAL(result.line, 4);
        CU_ASSERT_EQUAL(result.column, cases[i].column);
        expect_text(RESULT_FILE, "x.yaml");
    }
    variant.outcome_place.line = 0;
    (void)run();
    expect_text(RESULT_FILE, "");
}

static void test_rows_that_were_judged_are_counted(void)
{
    static const struct invariant_setting off[] = {
        {.name = "no-zombies", .off = true },
        {.name = "no-orphans", .off = false},
        {.name = "lock-fifo",  .off = true },
    };
    char others[64];

    two_takers();
    variant.invariant = off;
    variant.invariant_count = 3;
    CU_ASSERT_EQUAL(run(), VERDICT_FAIL);
    size_t rows = 0;
    for (size_t i = 0; i < invariant_count(); i++)
        rows += invariant_serves(invariant_at(i), SUBJECT_TREE);
    (void)snprintf(others, sizeof(others), "✓ %zu others\n", rows - 2 - 2);
    const char *text = result_get(&result, RESULT_INVARIANTS);
    /* The sentence that is the message is not said again. */
    CU_ASSERT_EQUAL(strncmp(text, "✗ ancestors-shielded\n✗ lock-exclusive: other takes ", 55), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, others));
    if (strstr(text, others) == NULL)
        (void)printf("\n%s\n", text);
}

/* Goal: what a command has written tells which of the terminal's modes it has left set. */
static void test_modes_that_a_command_has_set_by_writing_are_told(void)
{
    static const struct {
        const char *output;
        enum subject subject;
        const char *modes;
    } cases[] = {
        {"\x1b[?1049h",            SUBJECT_COMMAND, "1049"},
        {"\x1b[?1049h\x1b[?1049l", SUBJECT_COMMAND, ""    },
        {"\x1b[?1049h",            SUBJECT_TREE,    ""    },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fresh();
        variant.subject = cases[i].subject;
        scenario.grace_ns = SECOND_NS;
        fake.event[0].output = cases[i].output;
        (void)run();
        const char *modes = result_get(&result, RESULT_MODES);
        CU_ASSERT_EQUAL(modes[0] == 0, cases[i].modes[0] == 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(modes, cases[i].modes));
    }
}

/* Goal: one that has died at a moment when nobody could look is given its time from when it was
 * known, as no-zombies counts it. */
static void test_a_dead_one_is_waited_for_as_it_is_judged(void)
{
    fresh();
    variant.subject = SUBJECT_COMMAND;
    variant.outcome_count = 0;
    variant.tree_empty = false;
    scenario.grace_ns = SECOND_NS;
    fake.stays = true;
    fake.event[0] = (struct fake_event){.actor = ROOT, .point = POINT_PROC_SPAWNED};
    fake.event[1] =
        (struct fake_event){.at_ns = 2 * SECOND_NS, .actor = LEAF, .point = POINT_PROC_SPAWNED};
    fake.event[2] = (struct fake_event){
        .said_ns = 2 * SECOND_NS - 9 * SECOND_NS / 10, .actor = LEAF, .point = POINT_PROC_EXITED};
    fake.event[3] = (struct fake_event){
        .at_ns = 2 * SECOND_NS + SECOND_NS / 50, .actor = ACTOR_HARNESS, .point = POINT_QUIET};
    expect_verdict(VERDICT_FAIL, "invariant", "has not reaped it within 1000 ms");
}

/* Goal: of as much output as there may be each moment is remembered. */
static void test_every_output_is_remembered_with_its_moment(void)
{
    enum { OUTPUTS = 1000 };
    struct diag diag = {0};
    struct run r = {0};

    CU_ASSERT_EQUAL_FATAL(match_new(&(struct match_options){0}, &r.match, &diag), 0);
    for (size_t i = 0; i < OUTPUTS; i++, r.records_seen++) {
        match_feed(r.match, "x", 1);
        screen_shown(&r);
        CU_ASSERT_TRUE_FATAL(r.shown_count <= r.shown_room);
    }
    CU_ASSERT_EQUAL(r.shown_count, OUTPUTS);
    for (size_t i = 0; i < r.shown_count; i++)
        CU_ASSERT_TRUE(r.shown[i].records == i && r.shown[i].end == i + 1);
    free(r.shown);
    match_free(r.match);
}

static void test_trace_that_is_full_leaves_no_verdict(void)
{
    fresh();
    fake.full_trace = true;
    fake.event[0] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_FREE};
    fake.event[1] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_FREE};
    expect_verdict(VERDICT_UNRESOLVED, "trace-full", "cut short");
}

int main(void)
{
    static const struct {
        const char *name;
        void (*test)(void);
    } tests[] = {
        {"outcome",      test_outcome_compares_how_the_root_ended                             },
        {"any end",      test_outcome_any_wants_an_end                                        },
        {"error",        test_outcome_error_is_the_roots_final_one_and_status_1               },
        {"timeout",      test_subject_that_does_not_end_times_out                             },
        {"leak, crash",  test_survivors_and_crashes_have_their_own_verdicts                   },
        {"first",        test_first_broken_thing_decides                                      },
        {"screen",       test_every_failure_shows_the_screen_of_its_moment                    },
        {"adopted",      test_result_names_who_adopted                                        },
        {"must-fail",    test_must_fail_passes_only_when_the_oracle_sees_it                   },
        {"comparison",   test_must_fail_compares_row_actor_cause_and_order                    },
        {"excuses",      test_only_its_own_signal_excuses_a_crash                             },
        {"stop",         test_user_stops_a_run_cleanly                                        },
        {"engine",       test_engine_that_fails_is_no_verdict_on_the_subject                  },
        {"zombie",       test_a_dead_one_is_waited_for_as_it_is_judged                        },
        {"stalled",      test_subject_that_ends_while_the_harness_is_stopped_leaves_no_verdict},
        {"how it ended", test_result_says_how_the_root_ended                                  },
        {"what was run", test_result_says_what_was_run                                        },
        {"no name",      test_result_counts_what_has_no_name                                  },
        {"told whole",   test_outcome_that_differs_is_told_whole                              },
        {"left",         test_what_is_left_in_the_end_is_named                                },
        {"underlined",   test_place_of_a_verdict_is_underlined                                },
        {"rows",         test_rows_that_were_judged_are_counted                               },
        {"full",         test_trace_that_is_full_leaves_no_verdict                            },
        {"modes",        test_modes_that_a_command_has_set_by_writing_are_told                },
        {"every output", test_every_output_is_remembered_with_its_moment                      },
    };

    CU_pSuite suite = suite_open("judge", suite_start, suite_end);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        CU_add_test(suite, tests[i].name, tests[i].test);
    int rc = suite_close();
    result_release(&result);
    return rc;
}
