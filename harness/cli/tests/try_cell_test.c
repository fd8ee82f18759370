/* try_cell_test.c: from a record to a cell, on records that are made up. */
#include "harness/cli/try_cell.h"
#include "harness/observe/verdict.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cast *cast; /* sh, and its children sleep and node */
static struct trace trace;
static struct run_result result;
static struct verdict_list broken;
static struct try_end end;
static struct try_found found;

static void record(uint16_t point, uint16_t actor, uint16_t peer, uint32_t request)
{
    const struct trace_record r = {
        .point = point, .actor = actor, .peer = peer, .request = request};

    CU_ASSERT_EQUAL_FATAL(trace_add(&trace, &r), 0);
}

/* A run in which Ctrl-C was pressed, and that has passed. */
static void begin(void)
{
    result_release(&result);
    trace_release(&trace);
    trace = TRACE_INIT;
    broken.count = 0;
    result_set(&result, RESULT_ENDED, "by SIGINT");
    record(POINT_KEY_SENT, ACTOR_HARNESS, ACTOR_NONE, 0);
    end = (struct try_end){
        .result = &result, .trace = &trace, .cast = cast, .broken = &broken, .files = ""};
}

static void violate(const char *invariant, uint16_t actor, const char *text)
{
    struct verdict_item *item = &broken.item[broken.count++];

    *item = (struct verdict_item){.entry = invariant_find(invariant)};
    CU_ASSERT_PTR_NOT_NULL_FATAL(item->entry);
    item->violation.actor = actor;
    (void)snprintf(item->violation.text, sizeof(item->violation.text), "%s", text);
}

static void judged(enum try_kind kind, const char *text)
{
    try_judge(&end, &found);
    CU_ASSERT_EQUAL(found.kind, kind);
    CU_ASSERT_STRING_EQUAL(found.text, text);
}

static void test_what_has_ended_and_left_nothing_is_ok(void)
{
    begin();
    judged(TRY_OK, "ok");
}

static void test_a_point_at_which_nothing_was_done_was_not_reached(void)
{
    begin();
    trace.count = 0;
    result.verdict = VERDICT_FAIL;
    judged(TRY_UNREACHED, "-");
}

static void test_who_lives_on_is_named_once_with_words_and_port(void)
{
    static const struct try_left left[] = {
        {1, "sleep 60", ""                },
        {2, "node x",   "tcp 127.0.0.1:80"}
    };

    begin();
    result.verdict = VERDICT_LEAK;
    record(POINT_PROC_SURVIVED, ACTOR_HARNESS, 1, 1); /* it may end yet */
    record(POINT_PROC_SURVIVED, ACTOR_HARNESS, 1, 0);
    record(POINT_PROC_SURVIVED, ACTOR_HARNESS, 2, 0);
    end.left = left;
    end.left_count = 2;
    violate("no-survivors", 1, "sleep survives sh");
    judged(TRY_SURVIVOR, "sleep, node");
    CU_ASSERT_STRING_EQUAL(found.what, "sleep, node (sleep 60, ...) live on when sh has ended by "
                                       "SIGINT; node listens on tcp 127.0.0.1:80");
}

static bool allow_sleep(void *user, const char *argv)
{
    (void)user;
    return strstr(argv, "sleep 60") != NULL;
}

static void test_who_may_live_on_is_not_wrong(void)
{
    static const struct try_left left = {1, "sleep 60", ""};

    begin();
    record(POINT_PROC_SURVIVED, ACTOR_HARNESS, 1, 0);
    violate("no-survivors", 1, "sleep survives sh");
    end.left = &left;
    end.left_count = 1;
    end.allowed = allow_sleep;
    judged(TRY_OK, "ok");
    record(POINT_PROC_SURVIVED, ACTOR_HARNESS, 2, 0);
    judged(TRY_SURVIVOR, "node");
}

static void test_the_worst_of_what_is_broken_stands_in_the_cell(void)
{
    begin();
    violate("early-return", 1, "sleep lived on");
    judged(TRY_EARLY, "early");
    violate("terminal-restored", 0, "the terminal is not as it was");
    result_set(&result, RESULT_MODES, "ECHO off");
    judged(TRY_TERMINAL, "terminal");
    CU_ASSERT_STRING_EQUAL(found.what, "the terminal is not as it was: ECHO off");
    violate("no-zombies", 1, "sleep is dead");
    judged(TRY_TERMINAL, "terminal");
    record(POINT_TTY_HUNG_UP, ACTOR_HARNESS, ACTOR_NONE, 0); /* whose terminal nobody sees */
    judged(TRY_ZOMBIE, "zombie");
}

/* Shells leave dead children to whoever comes after them. */
static void test_what_is_told_only_is_not_wrong(void)
{
    begin();
    violate("children-reaped", 1, "sleep was dead");
    judged(TRY_OK, "ok");
}

static void test_who_was_ended_by_us_hangs_and_owes_no_end(void)
{
    begin();
    result.verdict = VERDICT_FAIL;
    result.ended = 1;
    result_set(&result, RESULT_MESSAGE, "still runs after 5 s");
    violate("terminal-restored", 0, "the terminal is not as it was");
    record(POINT_PROC_SURVIVED, ACTOR_HARNESS, 1, 0);
    judged(TRY_HANG, "hang");
    CU_ASSERT_STRING_EQUAL(found.what,
                           "sh neither ended nor came back to a prompt: still runs after 5 s");
}

static void test_a_prompt_stays_but_its_zombies_are_wrong(void)
{
    begin();
    result.verdict = VERDICT_UNRESOLVED;
    result.ended = 1;
    result_set(&result, RESULT_REASON, "interrupted");
    end.stays = true;
    judged(TRY_STAYS, "stays");
    violate("no-zombies", 1, "sleep is dead");
    judged(TRY_ZOMBIE, "zombie");
}

static void test_a_death_that_nobody_has_sent_is_its_signal(void)
{
    begin();
    result.verdict = VERDICT_CRASH;
    result_set(&result, RESULT_SIGNATURE, "crash:signal SIGSEGV actor=sh");
    judged(TRY_STATUS, "SIGSEGV");
    result.verdict = VERDICT_FAIL;
    result_set(&result, RESULT_SIGNATURE, "outcome:died by signal SIGTERM actor=sh");
    judged(TRY_STATUS, "SIGTERM");
}

static void test_a_file_that_is_left_is_named(void)
{
    begin();
    end.files = "run.lock";
    judged(TRY_FILE, "run.lock");
}

static void test_what_is_ours_says_nothing_about_the_command(void)
{
    begin();
    result.verdict = VERDICT_HARNESS;
    result_set(&result, RESULT_MESSAGE, "no pty");
    judged(TRY_ERROR, "error");
    CU_ASSERT_STRING_EQUAL(found.what, "no pty");
    begin();
    result.verdict = VERDICT_UNRESOLVED;
    result_set(&result, RESULT_REASON, "interrupted");
    judged(TRY_NOT_RUN, "");
    begin();
    end.once = true;
    judged(TRY_UNREACHED, TRY_ONCE);
}

static void test_a_cell_crosses_a_pipe(void)
{
    struct try_found there = {.kind = TRY_SURVIVOR, .text = "a, b", .what = "both live"};
    struct try_found here;
    struct buf text = BUF_INIT;

    try_found_write(&there, &text);
    CU_ASSERT_TRUE(try_found_read(buf_text(&text), &here));
    CU_ASSERT_EQUAL(here.kind, there.kind);
    CU_ASSERT_STRING_EQUAL(here.text, there.text);
    CU_ASSERT_STRING_EQUAL(here.what, there.what);
    buf_release(&text);
    CU_ASSERT_FALSE(try_found_read("", &here));
    CU_ASSERT_FALSE(try_found_read("2", &here));
    CU_ASSERT_FALSE(try_found_read("2\tok", &here));
    CU_ASSERT_FALSE(try_found_read("99\tok\t", &here));
}

static int suite_start(void)
{
    static const char *const names[] = {"sh", "sleep", "node"};

    cast = calloc(1, cast_bytes(3));
    if (cast == NULL)
        return 1;
    cast->room = 3;
    for (size_t i = 0; i < 3; i++) {
        struct who who = {.parent = i == 0 ? (uint16_t)ACTOR_NONE : (uint16_t)ACTOR_ROOT,
                          .kind = WHO_PROCESS};
        who_name(&who, names[i]);
        (void)cast_add(cast, &who);
    }
    return 0;
}

static int suite_end(void)
{
    result_release(&result);
    trace_release(&trace);
    free(cast);
    return 0;
}

int main(void)
{
    CU_pSuite suite = suite_open("try_cell", suite_start, suite_end);
    CU_add_test(suite, "ok", test_what_has_ended_and_left_nothing_is_ok);
    CU_add_test(suite, "not reached", test_a_point_at_which_nothing_was_done_was_not_reached);
    CU_add_test(suite, "survivors", test_who_lives_on_is_named_once_with_words_and_port);
    CU_add_test(suite, "allowed", test_who_may_live_on_is_not_wrong);
    CU_add_test(suite, "the worst", test_the_worst_of_what_is_broken_stands_in_the_cell);
    CU_add_test(suite, "told", test_what_is_told_only_is_not_wrong);
    CU_add_test(suite, "hang", test_who_was_ended_by_us_hangs_and_owes_no_end);
    CU_add_test(suite, "stays", test_a_prompt_stays_but_its_zombies_are_wrong);
    CU_add_test(suite, "status", test_a_death_that_nobody_has_sent_is_its_signal);
    CU_add_test(suite, "files", test_a_file_that_is_left_is_named);
    CU_add_test(suite, "ours", test_what_is_ours_says_nothing_about_the_command);
    CU_add_test(suite, "pipe", test_a_cell_crosses_a_pipe);
    return suite_close();
}
