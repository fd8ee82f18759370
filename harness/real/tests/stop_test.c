/* stop_test.c: a job that is stopped at its terminal, and goes on. */
#include "harness/real/tests/tree_bench.h"
#include "runtime/base/procfs.h"
#include "runtime/host/points.h"

#include <poll.h>
#include <sys/socket.h>

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
    CU_ASSERT_EQUAL(act_continue(b.world, &diag), ACT_GOES_ON);
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
    CU_ASSERT_EQUAL(act_continue(b.world, &diag), ACT_GOES_ON);
    b.quiets = 0;
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet of the continued"));
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(world_state(b.world, i), PROCESS_LIVE);
    CU_ASSERT_EQUAL(record_last(&b, POINT_TTY_MODES)->value, 0);
    CU_ASSERT_EQUAL(act_hang_up(b.world, &diag), ACT_GOES_ON);
    CU_ASSERT_EQUAL(act_hang_up(b.world, &diag), ERR_GONE);
    CU_ASSERT_EQUAL(act_resize(b.world, 2, 2, &diag), ERR_GONE);
    CU_ASSERT_EQUAL(act_type(b.world, "c", 1, &diag), ERR_GONE);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 0);
    CU_ASSERT_EQUAL(act_continue(b.world, &diag), ERR_GONE);
    bench_close(&b);
}

/* Goal: who is let go goes on although it had no room to be told so at that moment.
 * Method: little room, an actor that is held and stopped and reads nothing, and words to it. */
static void test_who_has_no_room_for_go_is_told_again(void)
{
    static struct bench b;
    struct diag diag = {0};
    const int least = 1; /* the kernel takes its own minimum */
    unsigned words = 0;

    bench_chain(&b, 0);
    b.hold = true;
    b.asks[POINT_DBG_WANT / 8] |= (uint8_t)(1U << POINT_DBG_WANT % 8);
    bench_start(&b);
    CU_ASSERT_FATAL(bench_until(&b, is_held, "hold"));
    struct real_world *r = real_of(b.world);
    CU_ASSERT_EQUAL(b.held, 1);
    CU_ASSERT_EQUAL(act_signal(b.world, 1, SIGSTOP, &diag), 0);
    CU_ASSERT_EQUAL(setsockopt(r->process[1].orders, SOL_SOCKET, SO_SNDBUF, &least, sizeof(least)),
                    0);
    while (process_order(r, 1, CONTROL_PROBE, 0, &diag) == 0)
        words++;
    CU_ASSERT(words < POINTS_ORDERS_MAX);
    world_release(b.world, 1);
    CU_ASSERT_TRUE(r->process[1].owed_go);
    CU_ASSERT_EQUAL(act_signal(b.world, 1, SIGCONT, &diag), 0);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    CU_ASSERT_FALSE(r->process[1].owed_go);
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 0);
    bench_close(&b);
}

/* Who is to be stopped or held when the run is stopped, and how. */
enum stuck {
    STUCK_STOPPED,
    STUCK_STOPPING,
    STUCK_HELD,
    STUCK_ROOT,
    STUCK_HELD_AND_STOPPED,
    STUCKS
};

static void stuck_begin(struct bench *b, enum stuck how)
{
    struct diag diag = {0};
    enum point point = how == STUCK_ROOT ? POINT_DBG_HOP_ACTIVE : POINT_DBG_PROMPT;
    bool held = how >= STUCK_HELD;

    bench_chain(b, 1);
    b->hold = true;
    if (held)
        b->asks[point / 8] |= (uint8_t)(1U << point % 8);
    bench_start(b);
    if (how == STUCK_ROOT) { /* behind mid, which is let go */
        CU_ASSERT(bench_until(b, is_held, "hold of mid"));
        world_release(b->world, b->held);
        b->held = ACTOR_NONE;
    }
    CU_ASSERT(held ? bench_until(b, is_held, "hold") : bench_until(b, shows_prompt, "prompt"));
    if (how == STUCK_STOPPING) {
        CU_ASSERT_EQUAL(act_key(b->world, 0x1a, false, &diag), ACT_GOES_ON);
        CU_ASSERT(bench_until(b, has_key, "key"));
    } else if (how != STUCK_HELD && how != STUCK_ROOT) {
        for (uint16_t i = 0; i < b->tree.count; i++)
            CU_ASSERT_EQUAL(act_signal(b->world, i, SIGSTOP, &diag), 0);
    }
    if (how == STUCK_STOPPED)
        CU_ASSERT(bench_until(b, all_stopped, "stop"));
}

/* A run may be stopped while somebody is stopped, about to stop, or held: all are let go, and so
 * end by themselves. */
static void test_nobody_is_left_stuck_when_the_run_is_stopped(void)
{
    for (int how = 0; how < STUCKS; how++) {
        static struct bench b;
        stuck_begin(&b, (enum stuck)how);
        world_stop(b.world, STOP_NORMAL);
        CU_ASSERT(bench_until(&b, is_over, "end"));
        CU_ASSERT_FALSE(b.failed);
        CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 0);
        bench_close(&b);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"suspend",   test_suspend_stops_everybody_and_continue_goes_on        },
        {"late stop", test_a_stop_that_is_told_late_is_over                    },
        {"fg",        test_a_job_is_resumed_as_by_fg_and_ends_with_its_terminal},
        {"go",        test_who_has_no_room_for_go_is_told_again                },
        {"stuck",     test_nobody_is_left_stuck_when_the_run_is_stopped        },
        CU_TEST_INFO_NULL,
    };

    return suite_run("stop", tests);
}
