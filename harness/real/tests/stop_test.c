/* stop_test.c: a job that is stopped at its terminal, and goes on. */
#include "harness/real/tests/tree_bench.h"
#include "runtime/base/procfs.h"

#include <poll.h>

static bool all_stopped(const struct bench *b)
{
    for (uint16_t i = 0; i < b->tree.count; i++) {
        if (world_state(b->world, i) != PROCESS_STOPPED)
            return false;
    }
    return true;
}

static void test_suspend_stops_everybody_and_continue_goes_on(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 2);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_EQUAL(act_key(b.world, 0x1a, false, &diag), ACT_GOES_ON);
    CU_ASSERT(bench_until(&b, has_key, "key"));
    CU_ASSERT(bench_until(&b, all_stopped, "stop"));
    const struct trace_record *stopped = record_last(&b, POINT_PROC_STOPPED);
    CU_ASSERT(stopped != NULL && stopped->value == SIGTSTP);
    b.quiets = 0;
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet of the stopped"));
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(act_signal(b.world, i, SIGCONT, &diag), 0);
    b.quiets = 0;
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet of the continued"));
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(records(&b, i, POINT_PROC_CONTINUED), 1);
    CU_ASSERT_EQUAL(act_type(b.world, "c\r", 2, &diag), 0);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(record_last(&b, POINT_RUN_END)->value, 0);
    bench_close(&b);
}

static pid_t anchor_of(const struct bench *b)
{
    struct procfs_stat stat;

    return procfs_stat(real_of(b->world)->process[ACTOR_ROOT].pid, &stat) ? stat.parent : 0;
}

static bool anchor_sleeps(const struct bench *b)
{
    struct procfs_stat stat;

    return procfs_stat(anchor_of(b), &stat) && stat.state == 'S';
}

static bool guard_speaks(const struct bench *b)
{
    struct pollfd ready = {.fd = real_of(b->world)->guard.fd, .events = POLLIN};

    return poll(&ready, 1, 10000) == 1;
}

/* Goal: what the guard says late about a stop does not undo the order to go on.
 * Method: the guard sleeps while the job stops, and the anchor until the late word was heard. */
static void test_a_stop_that_is_told_late_is_over(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 1);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    pid_t guard = real_of(b.world)->guard.pid;
    pid_t anchor = anchor_of(&b);
    CU_ASSERT_FATAL(anchor > 1 && anchor != getpid());
    CU_ASSERT_EQUAL(kill(guard, SIGSTOP), 0);
    CU_ASSERT_EQUAL(act_key(b.world, 0x1a, false, &diag), ACT_GOES_ON);
    CU_ASSERT(bench_until(&b, has_key, "key"));
    CU_ASSERT(bench_until(&b, all_stopped, "stop"));
    CU_ASSERT(bench_until(&b, anchor_sleeps, "anchor"));
    CU_ASSERT_EQUAL(kill(anchor, SIGSTOP), 0);
    CU_ASSERT_EQUAL(act_continue(b.world, &diag), 0);
    CU_ASSERT_EQUAL(kill(guard, SIGCONT), 0);
    CU_ASSERT(guard_speaks(&b));
    guard_drain(real_of(b.world));
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(world_state(b.world, i), PROCESS_LIVE);
    CU_ASSERT_EQUAL(kill(anchor, SIGCONT), 0);
    b.quiets = 0;
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet of the continued"));
    for (uint16_t i = 0; i < b.tree.count; i++) {
        CU_ASSERT_EQUAL(records(&b, i, POINT_PROC_STOPPED), 1);
        CU_ASSERT_EQUAL(records(&b, i, POINT_PROC_CONTINUED), 1);
    }
    CU_ASSERT_EQUAL(act_type(b.world, "c\r", 2, &diag), 0);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    bench_close(&b);
}

static void test_a_job_is_resumed_as_by_fg_and_ends_with_its_terminal(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 2);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    CU_ASSERT_EQUAL(act_resize(b.world, 50, 132, &diag), 0);
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_EQUAL(act_key(b.world, 0x1a, false, &diag), ACT_GOES_ON);
    CU_ASSERT(bench_until(&b, has_key, "key"));
    CU_ASSERT(bench_until(&b, all_stopped, "stop"));
    CU_ASSERT_EQUAL(act_continue(b.world, &diag), 0);
    b.quiets = 0;
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet of the continued"));
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(world_state(b.world, i), PROCESS_LIVE);
    CU_ASSERT_EQUAL(record_last(&b, POINT_TTY_MODES)->value, 0);
    CU_ASSERT_EQUAL(act_hang_up(b.world, &diag), 0);
    CU_ASSERT_EQUAL(act_hang_up(b.world, &diag), ERR_GONE);
    CU_ASSERT_EQUAL(act_resize(b.world, 2, 2, &diag), ERR_GONE);
    CU_ASSERT_EQUAL(act_type(b.world, "c", 1, &diag), ERR_GONE);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 0);
    CU_ASSERT_EQUAL(act_continue(b.world, &diag), ERR_GONE);
    bench_close(&b);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"suspend",   test_suspend_stops_everybody_and_continue_goes_on        },
        {"late stop", test_a_stop_that_is_told_late_is_over                    },
        {"fg",        test_a_job_is_resumed_as_by_fg_and_ends_with_its_terminal},
        CU_TEST_INFO_NULL,
    };

    return suite_run("stop", tests);
}
