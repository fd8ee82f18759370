/* real_stages_test.c: a command is ended by its window, then by a SIGTERM, then by force. */
#include "harness/real/subject.h"
#include "harness/real/tests/told_bench.h"

#include <unistd.h>

#define MS    (INT64_C(1000) * 1000)
#define GRACE (INT64_C(3600) * 1000 * MS)

static int status_of(pid_t pid)
{
    siginfo_t info = {0};

    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
    return info.si_status;
}

static void due(struct bench *b)
{
    end_due(&b->r->end_timer);
}

/* Closing its window does nothing. */
static void window_closed(struct real_world *r)
{
    (void)r;
}

static void begin(struct bench *b, bool window)
{
    static struct real_subject subject;

    bench_open(b);
    bench_guard(b);
    b->r->options.grace_ns = GRACE;
    subject = subject_tree;
    if (window)
        subject.hang_up = window_closed;
    b->r->subject = &subject;
}

static void test_who_has_no_window_gets_a_sigterm_at_once(void)
{
    struct bench b;
    int pidfd;
    pid_t pid = child_start(&pidfd);

    begin(&b, false);
    b.r->process[ROOT].pid = pid;
    b.r->process[ROOT].pidfd = pidfd;
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT_EQUAL(status_of(pid), SIGTERM);
    CU_ASSERT_PTR_NULL(b.world->end.stage);
    due(&b);
    CU_ASSERT_EQUAL(b.r->phase, REAL_KILLED);
    CU_ASSERT_PTR_NULL(b.world->end.stage);
    bench_close(&b);
    child_end(pid);
}

/* A hang-up, a SIGTERM, a SIGKILL, within one grace; what comes after the end ends nobody. */
static void test_a_window_is_closed_before_anybody_is_ended_by_force(void)
{
    for (int lives = 0; lives < 3; lives++) {
        struct bench b;
        int pidfd;
        pid_t pid = child_start(&pidfd);
        begin(&b, true);
        b.r->process[ROOT].pid = pid;
        b.r->process[ROOT].pidfd = pidfd;
        int64_t before_ns = loop_now_ns();
        world_stop(b.world, STOP_NORMAL);
        CU_ASSERT_STRING_EQUAL(b.world->end.stage, "hang-up");
        CU_ASSERT(b.r->end_at_ns >= before_ns + GRACE / 2);
        CU_ASSERT(b.r->end_at_ns <= loop_now_ns() + GRACE / 2);
        if (lives == 0)
            b.r->process[ROOT].state = PROCESS_REAPED;
        before_ns = loop_now_ns();
        due(&b);
        CU_ASSERT(b.r->end_at_ns >= before_ns + GRACE / 2);
        CU_ASSERT(b.r->end_at_ns <= loop_now_ns() + GRACE - GRACE / 2);
        CU_ASSERT_EQUAL(b.r->phase, REAL_GRACE);
        CU_ASSERT_STRING_EQUAL(b.world->end.stage, lives == 0 ? "hang-up" : "SIGTERM");
        if (lives > 0)
            CU_ASSERT_EQUAL(status_of(pid), SIGTERM);
        if (lives == 1)
            b.r->process[ROOT].state = PROCESS_REAPED;
        due(&b);
        CU_ASSERT_EQUAL(b.r->phase, REAL_KILLED);
        CU_ASSERT_STRING_EQUAL(b.world->end.stage, lives == 0   ? "hang-up"
                                                   : lives == 1 ? "SIGTERM"
                                                                : "SIGKILL");
        bench_close(&b);
        child_end(pid);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"no window", test_who_has_no_window_gets_a_sigterm_at_once           },
        {"stages",    test_a_window_is_closed_before_anybody_is_ended_by_force},
        CU_TEST_INFO_NULL,
    };

    return suite_run("real_stages", tests);
}
