/* merge_test.c: shards that belong together, that do not, that are missing, and that ran twice. */
#include "harness/cli/merge.h"
#include "harness/observe/verdict.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

enum { PARTS_MAX = 8 };

static struct diag diag;
static struct merge_part part[PARTS_MAX];
static struct outcome outcome[PARTS_MAX][2];
static char told[2048];

static struct outcome outcome_make(const char *id, uint32_t verdict)
{
    return (struct outcome){.id = id,
                            .scenario = "a",
                            .parameters = "",
                            .engine = "sim",
                            .verdict = verdict,
                            .reason = "",
                            .signature = "",
                            .message = "",
                            .file = "",
                            .ended = "",
                            .again = "",
                            .record = "",
                            .attempt = 1,
                            .program = "",
                            .version = ""};
}

/* Shard i of n, complete, with two passes of its own. */
static void part_make(size_t at, uint32_t i, uint32_t n)
{
    static const char *const ids[][2] = {
        {"a0", "a1"},
        {"b0", "b1"},
        {"c0", "c1"},
        {"d0", "d1"}
    };

    for (size_t k = 0; k < 2; k++)
        outcome[at][k] = outcome_make(ids[(i - 1) % 4][k], VERDICT_PASS);
    part[at] = (struct merge_part){
        .folder = "results",
        .of = {.id = "20260131-120000",
               .tool = "scenario 1",
               .host = "2core",
               .suite = 5,
               .plan = 7,
               .started_us = 100 + (int64_t)at,
               .shard_i = i,
               .shard_n = n,
               .selected = 2,
               .complete = true},
        .outcome = outcome[at],
        .count = 2
    };
}

static int tell(void *user, const struct merge_part *from, const struct outcome *o)
{
    size_t size = strlen(told);

    (void)user;
    (void)snprintf(told + size, sizeof(told) - size, "%s%s %s %u;", from == NULL ? "!" : "", o->id,
                   verdict_name(o->verdict), (unsigned)o->attempt);
    return 0;
}

/* What is missing, and then the outcomes. */
static void expect_merged(size_t count, const char *missing, const char *outcomes, bool complete)
{
    struct buf text = BUF_INIT;
    struct invocation whole;
    struct merge m;

    CU_ASSERT_EQUAL_FATAL(merge_check(&m, part, count, &diag), 0);
    (void)merge_missing(&m, &text);
    CU_ASSERT_STRING_EQUAL(buf_text(&text), missing);
    told[0] = 0;
    CU_ASSERT_EQUAL(merge_each(&m, tell, NULL), 0);
    CU_ASSERT_STRING_EQUAL(told, outcomes);
    if (strcmp(told, outcomes) != 0 || strcmp(buf_text(&text), missing) != 0)
        (void)printf("\n%s\n%s\n", buf_text(&text), told);
    merge_invocation(&m, &whole);
    CU_ASSERT_EQUAL(whole.complete, complete);
    CU_ASSERT_EQUAL(whole.shard_n, 1);
    buf_release(&text);
}

static void test_shards_in_any_order_are_one_run(void)
{
    struct invocation whole;
    struct merge m;

    part_make(0, 3, 3);
    part_make(1, 1, 3);
    part_make(2, 2, 3);
    expect_merged(3, "", "a0 PASS 1;a1 PASS 1;b0 PASS 1;b1 PASS 1;c0 PASS 1;c1 PASS 1;", true);
    part[1].of.started_us = 5;
    CU_ASSERT_EQUAL_FATAL(merge_check(&m, part, 3, &diag), 0);
    merge_invocation(&m, &whole);
    CU_ASSERT_EQUAL(whole.selected, 6);
    CU_ASSERT_EQUAL(whole.started_us, 5);
    CU_ASSERT_EQUAL(whole.plan, 7);
    CU_ASSERT_STRING_EQUAL(whole.host, "2core");
    (void)snprintf(part[2].of.host, sizeof(part[2].of.host), "4core");
    merge_invocation(&m, &whole);
    CU_ASSERT_STRING_EQUAL(whole.host, "several");
}

static void test_what_is_missing_or_torn_is_named(void)
{
    part_make(0, 1, 4);
    part_make(1, 3, 4);
    part[1].of.complete = false;
    part[1].count = 1;
    part_make(2, 4, 4);
    expect_merged(3,
                  "UNRESOLVED  shard-missing  shard 2/4: nothing of it is there\n"
                  "UNRESOLVED  shard-missing  shard 3/4: it stopped before its end, after 1 of 2 "
                  "runs, in results/20260131-120000\n",
                  "a0 PASS 1;a1 PASS 1;!shard 2/4 UNRESOLVED 1;c0 PASS 1;!shard 3/4 UNRESOLVED 1;"
                  "d0 PASS 1;d1 PASS 1;",
                  false);
}

static void test_of_a_shard_that_ran_twice_the_complete_one_counts(void)
{
    part_make(0, 1, 2);
    part[0].of.complete = false;
    outcome[0][0].verdict = VERDICT_FAIL;
    part_make(1, 2, 2);
    part_make(2, 1, 2);
    expect_merged(3, "", "a0 PASS 1;a1 PASS 1;b0 PASS 1;b1 PASS 1;", true);
    /* Both are torn: the one that came further. */
    part[0].count = 1;
    part[2].of.complete = false;
    expect_merged(3,
                  "UNRESOLVED  shard-missing  shard 1/2: it stopped before its end, after 2 of 2 "
                  "runs, in results/20260131-120000\n",
                  "a0 PASS 1;a1 PASS 1;!shard 1/2 UNRESOLVED 1;b0 PASS 1;b1 PASS 1;", false);
}

static void test_where_two_complete_ones_differ_both_count(void)
{
    part_make(0, 1, 2);
    part_make(1, 2, 2);
    part_make(2, 1, 2);
    expect_merged(3, "", "a0 PASS 1;a1 PASS 1;b0 PASS 1;b1 PASS 1;", true);
    outcome[2][1].verdict = VERDICT_TIMEOUT;
    expect_merged(3, "", "a0 PASS 1;a1 TIMEOUT 1;a1 PASS 2;b0 PASS 1;b1 PASS 1;", true);
    /* Whichever ran first. */
    part[2].of.started_us = 1;
    expect_merged(3, "", "a0 PASS 1;a1 TIMEOUT 1;a1 PASS 2;b0 PASS 1;b1 PASS 1;", true);
    /* Of one that was tried again the last attempt counts. */
    outcome[2][0] = outcome_make("a1", VERDICT_FAIL);
    outcome[2][1].attempt = 2;
    expect_merged(3, "", "a1 TIMEOUT 1;a1 PASS 2;b0 PASS 1;b1 PASS 1;", true);
    outcome[2][1].verdict = VERDICT_PASS;
    expect_merged(3, "", "a1 FAIL 1;a1 PASS 2;b0 PASS 1;b1 PASS 1;", true);
}

static void test_parts_of_different_runs_are_refused(void)
{
    static const char *const texts[] = {"another version of the tool", "its scenarios are others",
                                        "another number of shards", "another plan"};

    for (size_t i = 0; i < 4; i++) {
        struct merge m;
        part_make(0, 1, 2);
        part_make(1, 2, i == 2 ? 3 : 2);
        if (i == 0)
            (void)snprintf(part[1].of.tool, sizeof(part[1].of.tool), "scenario 2");
        part[1].of.suite += i == 1;
        part[1].of.plan += i >= 2;
        CU_ASSERT_EQUAL(merge_check(&m, part, 2, &diag), ERR_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, texts[i]));
    }
    struct merge m;
    part_make(0, 3, 2);
    CU_ASSERT_EQUAL(merge_check(&m, part, 1, &diag), ERR_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "says that it is shard 3/2"));
}

int main(void)
{
    CU_pSuite suite = suite_open("merge", NULL, NULL);

    CU_add_test(suite, "whole", test_shards_in_any_order_are_one_run);
    CU_add_test(suite, "missing", test_what_is_missing_or_torn_is_named);
    CU_add_test(suite, "twice", test_of_a_shard_that_ran_twice_the_complete_one_counts);
    CU_add_test(suite, "differ", test_where_two_complete_ones_differ_both_count);
    CU_add_test(suite, "refused", test_parts_of_different_runs_are_refused);
    return suite_close();
}
