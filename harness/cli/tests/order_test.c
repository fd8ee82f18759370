/* order_test.c: what starts first, by what earlier runs came to. */
#include "harness/cli/order.h"
#include "harness/cli/parallel.h"
#include "harness/cli/tests/folder.h"
#include "harness/observe/verdict.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

enum { JOBS = 7 };

static struct diag diag;
static struct variant variant[JOBS];
static struct job job[JOBS];
static struct jobs jobs;
static const char *const names[JOBS] = {"short", "new", "long", "failed", "late", "short", "known"};

static void jobs_make(void)
{
    jobs = (struct jobs){.job = job, .count = JOBS};
    for (size_t i = 0; i < JOBS; i++) {
        variant[i] = (struct variant){.id = names[i]};
        job[i] = (struct job){.variant = &variant[i], .engine = ENGINE_SIM};
    }
}

static void run_add(struct index *index, const char *id, const char *engine, uint32_t verdict,
                    int64_t time_ns)
{
    const struct outcome o = {.id = id,
                              .scenario = "",
                              .parameters = "",
                              .engine = engine,
                              .verdict = verdict,
                              .reason = "",
                              .signature = "",
                              .message = "",
                              .file = "",
                              .ended = "",
                              .again = "",
                              .record = "",
                              .time_ns = time_ns,
                              .attempt = 1,
                              .program = "",
                              .version = ""};

    CU_ASSERT_TRUE(index_add(index, &o) > 0);
}

/* In which they are taken, one at a time. */
static void expect_order(const char *text)
{
    static const struct parallel_limits limits = {2, SIZE_MAX, SIZE_MAX};
    struct parallel p = parallel_init(1, 1, &limits);
    char got[256] = "";

    while (!parallel_done(&p, &jobs)) {
        size_t i = parallel_take(&p, &jobs);
        size_t size = strlen(got);
        CU_ASSERT_TRUE_FATAL(i < JOBS);
        (void)snprintf(got + size, sizeof(got) - size, "%s ", names[i]);
        parallel_give(&p, &job[i]);
    }
    CU_ASSERT_STRING_EQUAL(got, text);
    if (strcmp(got, text) != 0)
        (void)printf("\n%s\n", got);
    free(jobs.order);
    jobs.order = NULL;
}

static void test_failed_then_new_then_the_longest(void)
{
    struct index *index = NULL;
    struct invocation own = {.id = "r1", .verb = "run", .started_us = 1};

    CU_ASSERT_EQUAL_FATAL(index_open(".", INDEX_WRITE, &index, &diag), 0);
    index_begin(index, &own);
    jobs_make();
    /* Nothing is known: their own. */
    jobs_order(&jobs, index);
    expect_order("short new long failed late short known ");
    run_add(index, "short", "sim", VERDICT_PASS, 10);
    run_add(index, "long", "sim", VERDICT_PASS, 500);
    run_add(index, "long", "sim", VERDICT_PASS, 300);
    run_add(index, "failed", "sim", VERDICT_PASS, 20);
    run_add(index, "failed", "sim", VERDICT_LEAK, 20);
    run_add(index, "late", "sim", VERDICT_TIMEOUT, 900);
    run_add(index, "known", "sim", VERDICT_FAIL, 350);
    run_add(index, "known", "sim", VERDICT_PASS, 350);
    /* Of another engine, and of nobody here. */
    run_add(index, "new", "real", VERDICT_FAIL, 7);
    run_add(index, "other", "sim", VERDICT_FAIL, 7);
    jobs_order(&jobs, index);
    expect_order("late failed new long known short short ");
    /* The newest runs count. */
    for (int i = 0; i < 8; i++)
        run_add(index, "long", "sim", VERDICT_PASS, 5);
    jobs_order(&jobs, index);
    expect_order("late failed new known short short long ");
    index_close(index);
}

static void test_a_job_that_had_no_room_is_the_next_again(void)
{
    static const struct parallel_limits limits = {2, SIZE_MAX, SIZE_MAX};
    size_t order[JOBS] = {4, 2, 0, 1, 3, 5, 6};
    struct parallel p = parallel_init(2, 2, &limits);

    jobs_make();
    jobs.order = order;
    for (size_t i = 0; i < JOBS; i++)
        job[order[i]].turn = i;
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 4);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 2);
    CU_ASSERT_TRUE(parallel_refuse(&p, &jobs, 2));
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), SIZE_MAX);
    parallel_give(&p, &job[4]);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 2);
}

static int suite_start(void)
{
    return folder_enter("order_test");
}

int main(void)
{
    CU_pSuite suite = suite_open("order", suite_start, folder_leave);

    CU_add_test(suite, "order", test_failed_then_new_then_the_longest);
    CU_add_test(suite, "no room", test_a_job_that_had_no_room_is_the_next_again);
    return suite_close();
}
