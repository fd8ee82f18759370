/* process_stop_test.c: stops and orders of an actor's process, on processes that are as the test
 * says. */
#include "harness/real/tests/told_bench.h"

#include <unistd.h>

/* ---- Stopping ---- */

static void test_a_stop_is_expected_and_seen(void)
{
    struct bench b;

    bench_open(&b);
    struct real_process *p = &b.r->process[LEAF];
    uint64_t activity = b.r->activity;
    p->stop_round = 9;
    process_stopping(b.r, LEAF, SIGSTOP);
    process_stopping(b.r, LEAF, SIGTTIN);
    CU_ASSERT_EQUAL(b.r->activity, activity + 2);
    CU_ASSERT(p->stopping && p->stop_signal == SIGTTIN && p->stop_round == 0);
    process_stopping(b.r, OTHER, SIGSTOP);
    p->stop_round = 9;
    process_stopped(b.r, LEAF, SIGSTOP);
    CU_ASSERT(!p->stopping && p->stop_round == 0 && p->state == PROCESS_STOPPED);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_PROC_STOPPED);
    CU_ASSERT_EQUAL(record_last(&b)->value, SIGTTIN); /* what it has said itself */
    process_stopped(b.r, LEAF, SIGSTOP);
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_PROC_STOPPED), 1);
    process_stopping(b.r, LEAF, SIGSTOP); /* it is */
    CU_ASSERT_FALSE(p->stopping);
    /* One that was not expected. */
    process_stopped(b.r, BELOW, SIGSTOP);
    CU_ASSERT_EQUAL(record_last(&b)->value, SIGSTOP);
    bench_close(&b);
}

static void test_who_goes_on_is_not_stopping_any_more(void)
{
    struct bench b;

    bench_open(&b);
    struct real_process *p = &b.r->process[LEAF];
    process_continued(b.r, LEAF); /* nothing was */
    CU_ASSERT_EQUAL(b.world->trace.count, 0);
    process_stopping(b.r, OTHER, SIGTSTP);
    process_stopping(b.r, LEAF, SIGTSTP);
    p->stop_round = 9;
    process_continued(b.r, LEAF);
    CU_ASSERT(!p->stopping && p->stop_signal == 0 && p->stop_round == 0);
    CU_ASSERT_EQUAL(b.world->trace.count, 0);
    process_stopped(b.r, LEAF, SIGTSTP);
    uint64_t activity = b.r->activity;
    process_continued(b.r, LEAF);
    CU_ASSERT_EQUAL(b.r->activity, activity + 1);
    CU_ASSERT_EQUAL(p->state, PROCESS_LIVE);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_PROC_CONTINUED);
    CU_ASSERT_EQUAL(record_last(&b)->value, 0);
    bench_close(&b);
}

static void test_a_signal_may_stop_whoever_lives_in_a_job(void)
{
    static const struct {
        int signal;
        enum process_state root;
        bool stopping; /* before it */
        bool may;
    } rows[] = {
        {SIGTSTP, PROCESS_LIVE,   false, true },
        {SIGTSTP, PROCESS_ZOMBIE, false, false},
        {SIGSTOP, PROCESS_ZOMBIE, false, true },
        {SIGTSTP, PROCESS_LIVE,   true,  false},
        {SIGSTOP, PROCESS_LIVE,   true,  false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        bench_open(&b);
        const struct real_process *p = &b.r->process[LEAF];
        b.r->quiet.probe = 5;
        if (rows[i].stopping)
            process_stopping(b.r, LEAF, SIGTTOU);
        b.r->process[ROOT].state = (uint8_t)rows[i].root;
        process_may_stop(b.r, LEAF, rows[i].signal);
        CU_ASSERT_EQUAL(p->stopping, rows[i].may || rows[i].stopping);
        CU_ASSERT_EQUAL(p->stop_round, rows[i].may ? 6 : 0);
        CU_ASSERT_EQUAL(b.r->quiet.probe, rows[i].may ? 6 : 5);
        CU_ASSERT(!rows[i].may || p->stop_signal == rows[i].signal);
        bench_close(&b);
    }
}

/* A key that somebody has stopped by was not lost. */
static void test_a_stop_is_an_answer_to_its_key(void)
{
    static const struct {
        bool open;
        int signal;
        bool lost;
    } rows[] = {
        {true,  SIGTSTP, false},
        {true,  SIGINT,  true },
        {false, SIGTSTP, true },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        bench_open(&b);
        b.r->press =
            (struct real_press){.open = rows[i].open, .signal = rows[i].signal, .lost = true};
        process_stopped(b.r, LEAF, SIGTSTP);
        CU_ASSERT_EQUAL(b.r->press.lost, rows[i].lost);
        bench_close(&b);
    }
}

static void test_only_the_kernel_s_word_is_that_it_is_still(void)
{
    siginfo_t info;
    int pidfd;
    struct real_process p = {.pid = child_start(&pidfd)};

    CU_ASSERT_FALSE(process_is_still(&p));
    CHECK(kill(p.pid, SIGSTOP) == 0 && waitid(P_PID, (id_t)p.pid, &info, WSTOPPED) == 0);
    CU_ASSERT_TRUE(process_is_still(&p));
    child_end(p.pid);
    CU_ASSERT_FALSE(process_is_still(&p));
    (void)close(pidfd);
}

/* ---- Orders ---- */

static void test_who_takes_orders(void)
{
    static const struct {
        enum process_state state;
        bool orders;
        int rc;
    } rows[] = {
        {PROCESS_NONE,    true,  ERR_STATE},
        {PROCESS_LIVE,    false, ERR_STATE},
        {PROCESS_STOPPED, false, ERR_STATE},
        {PROCESS_LIVE,    true,  0        },
        {PROCESS_STOPPED, true,  0        },
        {PROCESS_ZOMBIE,  true,  ERR_GONE },
        {PROCESS_REAPED,  false, ERR_GONE },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        struct control_order order;
        struct diag diag = {0};
        bench_open(&b);
        int orders = b.r->process[LEAF].orders;
        b.r->process[LEAF].state = (uint8_t)rows[i].state;
        if (!rows[i].orders)
            b.r->process[LEAF].orders = -1;
        CU_ASSERT_EQUAL(process_listens(b.r, LEAF, &diag), rows[i].rc);
        CU_ASSERT_EQUAL(process_order(b.r, LEAF, CONTROL_TELL, 42, &diag), rows[i].rc);
        CU_ASSERT(rows[i].rc == 0 || strncmp(diag.text, "leaf ", 5) == 0);
        CU_ASSERT_EQUAL(order_next(&b, LEAF, &order), rows[i].rc == 0);
        CU_ASSERT(rows[i].rc != 0 || (order.kind == CONTROL_TELL && order.value == 42));
        b.r->process[LEAF].orders = orders;
        bench_close(&b);
    }
}

static void test_what_cannot_be_sent_is_said_to_be(void)
{
    struct bench b;
    struct diag diag = {0};

    bench_open(&b);
    (void)ears_fill(&b, LEAF);
    CU_ASSERT_EQUAL(process_order(b.r, LEAF, CONTROL_GO, 0, &diag), ERR_FULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "leaf has not read"));
    ears_close(&b, LEAF);
    CU_ASSERT_EQUAL(process_order(b.r, LEAF, CONTROL_GO, 0, &diag), ERR_GONE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "leaf is dying"));
    bench_close(&b);
}

static void test_an_actor_is_asked_once_a_round_and_one_at_a_time(void)
{
    struct bench b;

    bench_open(&b);
    struct real_process *p = &b.r->process[LEAF];
    CU_ASSERT_FALSE(process_answered(b.r, LEAF, 3));
    CU_ASSERT_EQUAL(asked(&b, LEAF), 3);
    CU_ASSERT_FALSE(process_answered(b.r, LEAF, 3));
    CU_ASSERT_FALSE(process_answered(b.r, LEAF, 5));
    CU_ASSERT_EQUAL(asked(&b, LEAF), -1); /* it owes an answer */
    p->probe_answered = 3;
    CU_ASSERT_TRUE(process_answered(b.r, LEAF, 3));
    CU_ASSERT_TRUE(process_answered(b.r, LEAF, 2));
    CU_ASSERT_EQUAL(asked(&b, LEAF), -1);
    CU_ASSERT_FALSE(process_answered(b.r, LEAF, 5));
    CU_ASSERT_EQUAL(asked(&b, LEAF), 5);
    /* Who has no room is asked later; who is dying is not asked again. */
    (void)ears_fill(&b, OTHER);
    CU_ASSERT_FALSE(process_answered(b.r, OTHER, 3));
    CU_ASSERT_EQUAL(b.r->process[OTHER].probe_asked, 0);
    ears_close(&b, BELOW);
    CU_ASSERT_FALSE(process_answered(b.r, BELOW, 3));
    CU_ASSERT_EQUAL(b.r->process[BELOW].probe_asked, 3);
    bench_close(&b);
}

static void test_only_the_held_are_let_go(void)
{
    struct bench b;
    struct control_order order = {0};

    bench_open(&b);
    struct real_process *p = &b.r->process[LEAF];
    process_release(b.r, LEAF);
    process_release(b.r, ACTORS);
    process_release(b.r, ACTOR_NONE);
    CU_ASSERT_FALSE(order_next(&b, LEAF, &order));
    CU_ASSERT_EQUAL(b.world->trace.count, 0);
    p->held = true;
    p->held_point = POINT_DBG_PROMPT;
    uint64_t activity = b.r->activity;
    process_release(b.r, LEAF);
    CU_ASSERT(order_next(&b, LEAF, &order) && order.kind == CONTROL_GO && order.value == 0);
    CU_ASSERT_FALSE(p->held);
    CU_ASSERT_EQUAL(b.r->activity, activity + 1);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_HOLD_END);
    CU_ASSERT_EQUAL(record_last(&b)->actor, ACTOR_HARNESS);
    CU_ASSERT_EQUAL(record_last(&b)->peer, LEAF);
    CU_ASSERT_EQUAL(record_last(&b)->value, POINT_DBG_PROMPT);
    CU_ASSERT_EQUAL(record_last(&b)->extra, 0);
    CU_ASSERT_FALSE(b.r->process[OTHER].owed_go);
    bench_close(&b);
}

static void test_a_go_that_finds_no_room_is_owed(void)
{
    struct bench b;
    struct control_order order = {0};
    bool came = false;

    bench_open(&b);
    struct real_process *p = &b.r->process[LEAF];
    (void)ears_fill(&b, OTHER);
    process_go(b.r, OTHER);
    (void)ears_fill(&b, LEAF);
    process_go(b.r, LEAF);
    process_go(b.r, LEAF);
    CU_ASSERT(p->owed_go && b.r->process[OTHER].owed_go);
    while (order_next(&b, LEAF, &order)) {
    }
    processes_look(b.r);
    CU_ASSERT(!p->owed_go && b.r->process[OTHER].owed_go);
    while (order_next(&b, LEAF, &order))
        came = order.kind == CONTROL_GO;
    CU_ASSERT_TRUE(came);
    /* Who dies is owed nothing. */
    ears_close(&b, OTHER);
    processes_look(b.r);
    CU_ASSERT_FALSE(b.r->process[OTHER].owed_go);
    processes_look(b.r);
    CU_ASSERT_FALSE(order_next(&b, LEAF, &order));
    bench_close(&b);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"stop",     test_a_stop_is_expected_and_seen                     },
        {"continue", test_who_goes_on_is_not_stopping_any_more            },
        {"may stop", test_a_signal_may_stop_whoever_lives_in_a_job        },
        {"key",      test_a_stop_is_an_answer_to_its_key                  },
        {"still",    test_only_the_kernel_s_word_is_that_it_is_still      },
        {"listens",  test_who_takes_orders                                },
        {"no way",   test_what_cannot_be_sent_is_said_to_be               },
        {"asked",    test_an_actor_is_asked_once_a_round_and_one_at_a_time},
        {"release",  test_only_the_held_are_let_go                        },
        {"go",       test_a_go_that_finds_no_room_is_owed                 },
        CU_TEST_INFO_NULL,
    };

    return suite_run("process_stop", tests);
}
