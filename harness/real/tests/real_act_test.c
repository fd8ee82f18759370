/* real_act_test.c: what is done to every subject alike, and what is refused. */
#include "harness/real/tests/told_bench.h"

#include <sys/ioctl.h>
#include <unistd.h>

static int signal_leaf(struct bench *b, int signal, struct diag *diag)
{
    const struct action a = {.kind = ACTION_SIGNAL, .who = LEAF, .value = signal};

    return real_act(b->world, &a, diag);
}

static pid_t leaf_start(struct bench *b)
{
    int pidfd;
    pid_t pid = child_start(&pidfd);

    b->r->process[LEAF].pid = pid;
    b->r->process[LEAF].pidfd = pidfd;
    return pid;
}

static int order_of(const struct bench *b)
{
    struct guard_order order;

    return recv(b->guard, &order, sizeof(order), MSG_DONTWAIT) == (ssize_t)sizeof(order)
               ? (int)order.kind
               : -1;
}

static void test_a_signal_goes_to_its_actor_and_is_known(void)
{
    static const struct {
        int signal;
        bool kill, term, stops;
    } rows[] = {
        {SIGWINCH, false, false, false},
        {SIGSTOP,  false, false, true },
        {SIGTSTP,  false, false, true },
        {SIGTERM,  false, true,  false},
        {SIGKILL,  true,  false, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        struct diag diag;
        bench_open(&b);
        pid_t pid = leaf_start(&b);
        const struct real_process *p = &b.r->process[LEAF];
        uint64_t activity = b.r->activity;
        uint64_t touched = b.r->touched;
        CU_ASSERT_EQUAL(signal_leaf(&b, rows[i].signal, &diag), ACT_DONE);
        CU_ASSERT(b.r->activity > activity);
        CU_ASSERT_EQUAL(b.r->touched, touched + 1); /* who is still has to be looked at anew */
        CU_ASSERT_EQUAL(p->kill_known, rows[i].kill);
        CU_ASSERT_EQUAL(p->term_known, rows[i].term);
        CU_ASSERT_EQUAL(p->stopping, rows[i].stops);
        CU_ASSERT(!rows[i].stops || p->stop_signal == rows[i].signal);
        CU_ASSERT(!rows[i].stops || p->stop_round != 0);
        if (rows[i].kill || rows[i].term)
            CU_ASSERT(fd_await(p->pidfd, "death"));
        bench_close(&b);
        child_end(pid);
    }
}

static void test_sigcont_ends_a_stop_and_one_on_its_way(void)
{
    for (int way = 0; way < 3; way++) {
        struct bench b;
        struct diag diag;
        bench_open(&b);
        pid_t pid = leaf_start(&b);
        if (way == 0)
            process_stopped(b.r, LEAF, SIGSTOP);
        if (way == 1)
            process_stopping(b.r, LEAF, SIGSTOP);
        CU_ASSERT_EQUAL(signal_leaf(&b, SIGCONT, &diag), ACT_DONE);
        CU_ASSERT_EQUAL(b.r->process[LEAF].state, PROCESS_LIVE);
        CU_ASSERT_FALSE(b.r->process[LEAF].stopping);
        CU_ASSERT_EQUAL(records(&b, LEAF, POINT_PROC_CONTINUED), way == 0);
        bench_close(&b);
        child_end(pid);
    }
}

static void test_who_is_gone_gets_no_signal(void)
{
    struct bench b;
    struct diag diag;

    bench_open(&b);
    child_end(leaf_start(&b));
    CU_ASSERT_EQUAL(signal_leaf(&b, SIGSTOP, &diag), ERR_GONE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "cannot signal leaf"));
    CU_ASSERT_FALSE(b.r->process[LEAF].stopping);
    bench_close(&b);
}

/* As `fg`: all that is stopped, or about to be, goes on, before the guard has done it. */
static void test_a_job_goes_on_by_the_guard(void)
{
    struct bench b;
    struct diag diag;
    const struct action a = {.kind = ACTION_CONTINUE};

    bench_open(&b);
    bench_guard(&b);
    b.nobody.state = PROCESS_STOPPED;
    b.r->process[NOBODY] = b.nobody;
    b.r->job_stops = true;
    process_stopped(b.r, ROOT, SIGTSTP);
    process_stopping(b.r, LEAF, SIGTSTP);
    CU_ASSERT_EQUAL(real_allow(b.world, &a, &diag), ALLOW_NOW);
    CU_ASSERT_EQUAL(real_act(b.world, &a, &diag), ACT_GOES_ON);
    CU_ASSERT_EQUAL(records(&b, ROOT, POINT_PROC_CONTINUED), 1);
    CU_ASSERT_FALSE(b.r->process[LEAF].stopping);
    CU_ASSERT_FALSE(b.r->job_stops);
    CU_ASSERT_EQUAL(b.r->continuing, 1);
    CU_ASSERT_EQUAL(order_of(&b), GUARD_CONT);
    CU_ASSERT_EQUAL(order_of(&b), -1);
    b.r->process[ROOT].state = PROCESS_ZOMBIE;
    CU_ASSERT_EQUAL(real_allow(b.world, &a, &diag), ERR_GONE);
    guard_link_hang_up(&b.r->guard);
    CU_ASSERT_EQUAL(real_act(b.world, &a, &diag), ERR_GONE);
    bench_close(&b);
}

static void test_a_hang_up_is_told_to_the_guard(void)
{
    struct bench b;
    struct diag diag;
    const struct action a = {.kind = ACTION_HANG_UP};

    bench_open(&b);
    bench_guard(&b);
    CU_ASSERT_EQUAL(real_allow(b.world, &a, &diag), ERR_GONE);
    CU_ASSERT_EQUAL(real_act(b.world, &a, &diag), ERR_GONE);
    CU_ASSERT_EQUAL(order_of(&b), -1);
    bench_terminal(&b);
    b.r->press.open = true;
    report(&b, LEAF, CONTROL_POINT, POINT_USER, 0);
    CU_ASSERT_EQUAL(real_allow(b.world, &a, &diag), ALLOW_NOW);
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_USER), 1); /* said before it */
    CU_ASSERT_EQUAL(real_act(b.world, &a, &diag), ACT_GOES_ON);
    CU_ASSERT(!b.r->press.open && b.r->hung_up && b.r->pty == NULL);
    CU_ASSERT_EQUAL(order_of(&b), GUARD_HUP);
    bench_close(&b);
}

static void test_a_size_needs_a_terminal(void)
{
    struct bench b;
    struct diag diag;
    struct winsize size;
    const struct action a = {.kind = ACTION_RESIZE, .value = 31, .extra = 101};

    bench_open(&b);
    CU_ASSERT_EQUAL(real_allow(b.world, &a, &diag), ERR_GONE);
    bench_terminal(&b);
    CHECK(ioctl(b.slave, TIOCGWINSZ, &size) == 0);
    CU_ASSERT(size.ws_row == 24 && size.ws_col == 80);
    report(&b, LEAF, CONTROL_POINT, POINT_USER, 0);
    CU_ASSERT_EQUAL(real_allow(b.world, &a, &diag), ALLOW_NOW);
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_USER), 0);
    CU_ASSERT_EQUAL(real_act(b.world, &a, &diag), 0);
    CHECK(ioctl(b.slave, TIOCGWINSZ, &size) == 0);
    CU_ASSERT(size.ws_row == 31 && size.ws_col == 101);
    bench_close(&b);
}

static void test_typing_needs_somebody_who_reads(void)
{
    struct bench b;
    struct diag diag;
    const struct action a = {.kind = ACTION_TYPE, .text = "ab\r", .size = 3};
    char text[8];

    bench_open(&b);
    bench_terminal(&b);
    CU_ASSERT_EQUAL(real_allow(b.world, &a, &diag), ALLOW_NOW);
    CU_ASSERT_EQUAL(real_act(b.world, &a, &diag), 0);
    CU_ASSERT_EQUAL(read(b.slave, text, sizeof(text)), 3);
    b.r->hung_up = true;
    CU_ASSERT_EQUAL(real_allow(b.world, &a, &diag), ERR_GONE);
    /* That nobody types any more is no reason to leave a job stopped. */
    CU_ASSERT_EQUAL(real_allow(b.world, &(struct action){.kind = ACTION_CONTINUE}, &diag),
                    ALLOW_NOW);
    bench_close(&b);
}

/* What only the subject knows how to do: see the tree's own. */
static void test_the_rest_is_the_subject_s(void)
{
    static const struct {
        struct action action;
        int allowed;
        uint32_t order;
    } rows[] = {
        {{.kind = ACTION_TELL, .who = LEAF, .value = 5},                           0, CONTROL_TELL},
        {{.kind = ACTION_LINK, .who = LEAF, .value = LINK_HARM_CUT},               0, CONTROL_LINK},
        {{.kind = ACTION_KEY, .value = 'x'},                                       0, 0           },
        {{.kind = ACTION_SIGNAL, .who = LEAF, .value = 5, .target = TARGET_GROUP}, 0, CONTROL_TELL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        struct diag diag;
        struct control_order order = {0};
        bench_open(&b);
        bench_terminal(&b);
        CU_ASSERT_EQUAL(real_allow(b.world, &rows[i].action, &diag), rows[i].allowed);
        CU_ASSERT(real_act(b.world, &rows[i].action, &diag) >= 0);
        CU_ASSERT_EQUAL(order_next(&b, LEAF, &order), rows[i].order != 0);
        CU_ASSERT_EQUAL(order.kind, rows[i].order);
        CU_ASSERT(rows[i].order != CONTROL_TELL || order.value == 5);
        CU_ASSERT_EQUAL(b.r->press.open, rows[i].action.kind == ACTION_KEY);
        b.r->process[LEAF].state = PROCESS_ZOMBIE;
        CU_ASSERT_EQUAL(real_allow(b.world, &rows[i].action, &diag),
                        rows[i].action.kind == ACTION_KEY ? ERR_STATE : ERR_GONE);
        bench_close(&b);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"signal",   test_a_signal_goes_to_its_actor_and_is_known},
        {"SIGCONT",  test_sigcont_ends_a_stop_and_one_on_its_way },
        {"gone",     test_who_is_gone_gets_no_signal             },
        {"continue", test_a_job_goes_on_by_the_guard             },
        {"hang-up",  test_a_hang_up_is_told_to_the_guard         },
        {"size",     test_a_size_needs_a_terminal                },
        {"type",     test_typing_needs_somebody_who_reads        },
        {"subject",  test_the_rest_is_the_subject_s              },
        CU_TEST_INFO_NULL,
    };

    return suite_run("real_act", tests);
}
