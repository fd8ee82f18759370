/* real_report_test.c: what a report of an actor says about it and about others. */
#include "harness/real/tests/told_bench.h"
#include "runtime/base/fdpass.h"
#include "runtime/host/baton.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

/* A point of the actor, about another one. */
static void point_of(struct bench *b, uint16_t actor, enum point point, uint16_t peer,
                     int64_t value)
{
    say(b, &(struct control_report){
               .kind = CONTROL_POINT,
               .record = {.actor = actor, .point = (uint16_t)point, .peer = peer, .value = value}
    });
    reports_drain(b->r);
}

/* The same of a link, with the number of the frame. */
static void frame_of(struct bench *b, uint16_t actor, unsigned point, uint16_t peer,
                     uint32_t number)
{
    say(b,
        &(struct control_report){
            .kind = CONTROL_POINT,
            .record = {.actor = actor, .point = (uint16_t)point, .peer = peer, .request = number}
    });
    reports_drain(b->r);
}

/* ---- Reports that cannot be ---- */

static void test_a_report_that_cannot_be_is_refused(void)
{
    static const struct {
        struct control_report report;
        size_t size;
        const char *why;
    } rows[] = {
        {{.kind = CONTROL_POINT, .record = {.actor = ACTORS}},     0, "what cannot be"    },
        {{.kind = CONTROL_IDLE, .record = {.actor = ACTOR_NONE}},  0, "what cannot be"    },
        {{.kind = CONTROL_POINT, .record = {.point = POINTS}},     0, "what cannot be"    },
        {{.kind = CONTROL_HARMED + 1},                             0, "of an unknown kind"},
        {{.kind = CONTROL_POINT, .record = {.point = POINT_USER}}, 8, "of an unknown size"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        size_t size = rows[i].size != 0 ? rows[i].size : sizeof(rows[i].report);
        bench_open(&b);
        CHECK(send(b.says, &rows[i].report, size, 0) == (ssize_t)size);
        reports_drain(b.r);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 1);
        CU_ASSERT_PTR_NOT_NULL(strstr(b.failure, rows[i].why));
        CU_ASSERT_PTR_NOT_NULL(strstr(b.failure, "install all programs of one build together"));
        CU_ASSERT_EQUAL(b.world->trace.count, 0);
        bench_close(&b);
    }
}

static void test_the_last_actor_and_the_last_point_can_be(void)
{
    struct bench b;

    bench_open(&b);
    report(&b, ACTORS - 1, CONTROL_POINT, POINTS - 1, 0);
    reports_drain(b.r);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
    CU_ASSERT_EQUAL(records(&b, ACTORS - 1, POINTS - 1), 1);
    bench_close(&b);
}

static void test_the_end_of_all_reports_is_no_report(void)
{
    struct bench b;
    struct diag diag;

    bench_open(&b);
    CHECK(real_watch(b.r, &b.r->control_watch, b.r->control, NULL, &diag) == 0);
    int control = b.r->control;
    report(&b, LEAF, CONTROL_POINT, POINT_USER, 1);
    CHECK(close(b.says) == 0);
    b.says = -1;
    reports_drain(b.r);
    reports_drain(b.r);
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_USER), 1);
    CU_ASSERT_EQUAL(b.r->control, -1);
    CU_ASSERT(fcntl(control, F_GETFD) < 0);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
    bench_close(&b);
}

/* ---- The first report ---- */

/* With an end for its orders and a pidfd of this process. Returns the end that reads the orders. */
static int first_say(struct bench *b, uint16_t actor, pid_t pid)
{
    struct control_report first = {
        .kind = CONTROL_POINT,
        .pid = pid,
        .record = {.actor = actor, .point = POINT_USER, .peer = ACTOR_NONE}
    };
    const struct iovec part = {&first, sizeof(first)};
    int pair[2];
    int pidfd = pidfd_of(getpid());

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    const int fd[] = {pair[0], pidfd};
    CHECK(fdpass_send(b->says, &part, 1, fd, 2) == (ssize_t)sizeof(first));
    CHECK(close(pair[0]) == 0 && close(pidfd) == 0);
    return pair[1];
}

/* How LEAF stands before its first report, and whether that is its own then. */
static const struct {
    enum process_state state;
    pid_t pid;      /* that is known of it */
    bool has_pidfd; /* its parent has told of the fork */
    bool taken, spawned;
} firsts[] = {
    {PROCESS_NONE,   0,  false, true,  true },
    {PROCESS_LIVE,   50, true,  true,  false},
    {PROCESS_LIVE,   50, false, true,  true },
    {PROCESS_LIVE,   51, true,  false, false}, /* it is another one's */
    {PROCESS_ZOMBIE, 50, true,  false, false},
    {PROCESS_REAPED, 50, true,  false, false},
};

static void test_the_first_report_brings_what_the_harness_needs(void)
{
    for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
        struct bench b;
        char byte = 0;
        bench_open(&b);
        b.r->pids = epoll_create1(EPOLL_CLOEXEC);
        struct real_process *p = &b.r->process[LEAF];
        CHECK(close(p->orders) == 0);
        *p = (struct real_process){.state = (uint8_t)firsts[i].state,
                                   .pid = firsts[i].pid,
                                   .pidfd = firsts[i].has_pidfd ? pidfd_of(getpid()) : -1,
                                   .orders = -1,
                                   .status = 0,
                                   .expected = true};
        int told = first_say(&b, LEAF, 50);
        reports_drain(b.r);
        CU_ASSERT_EQUAL(p->orders >= 0, firsts[i].taken);
        CU_ASSERT_EQUAL(p->reported, firsts[i].taken);
        CU_ASSERT_EQUAL(p->expected, !firsts[i].taken);
        CU_ASSERT_EQUAL(records(&b, LEAF, POINT_PROC_SPAWNED), firsts[i].spawned);
        CU_ASSERT(!firsts[i].taken || p->pid == 50);
        CU_ASSERT(!firsts[i].taken || p->pidfd >= 0);
        if (firsts[i].taken)
            CU_ASSERT_EQUAL(process_order(b.r, LEAF, CONTROL_GO, 0, NULL), 0);
        /* What was not taken is closed. */
        ssize_t got = recv(told, &byte, 1, MSG_DONTWAIT);
        CU_ASSERT_EQUAL(got, firsts[i].taken ? 1 : 0);
        CHECK(close(told) == 0);
        bench_close(&b);
    }
}

/* Where the harness was started without a standard input, 0 is any descriptor. */
static void test_descriptor_0_is_one_like_any_other(void)
{
    struct bench b;
    int pidfd;
    pid_t pid = child_start(&pidfd);
    int saved = dup(STDIN_FILENO);

    bench_open(&b);
    b.r->pids = epoll_create1(EPOLL_CLOEXEC);
    for (uint16_t i = LEAF; i <= OTHER; i++) {
        CHECK(close(b.r->process[i].orders) == 0);
        b.r->process[i] = (struct real_process){.pidfd = -1, .orders = -1, .status = -1};
    }
    int first = first_say(&b, LEAF, pid);
    (void)close(STDIN_FILENO);
    reports_drain(b.r);
    CU_ASSERT_EQUAL(b.r->process[LEAF].orders, 0);
    int second = first_say(&b, LEAF, pid);
    reports_drain(b.r);
    CU_ASSERT_EQUAL(b.r->process[LEAF].orders, 0);
    /* And it may be that of a process. */
    process_reaped(b.r, LEAF, ROOT, 0);
    point_of(&b, ROOT, POINT_SPAWN_AFTER_FORK, OTHER, pid);
    CU_ASSERT_EQUAL(b.r->process[OTHER].pidfd, 0);
    CU_ASSERT_EQUAL(records(&b, OTHER, POINT_PROC_SPAWNED), 1);
    process_reaped(b.r, OTHER, ROOT, 0);
    CHECK(dup2(saved, STDIN_FILENO) == 0);
    CHECK(close(saved) == 0 && close(first) == 0 && close(second) == 0 && close(pidfd) == 0);
    bench_close(&b);
    child_end(pid);
}

/* A second one with descriptors changes nothing. */
static void test_orders_are_taken_once(void)
{
    struct bench b;
    char byte;

    bench_open(&b);
    b.r->process[LEAF].pid = 50;
    b.r->process[LEAF].pidfd = pidfd_of(getpid());
    int orders = b.r->process[LEAF].orders;
    int told = first_say(&b, LEAF, 50);
    reports_drain(b.r);
    CU_ASSERT_EQUAL(b.r->process[LEAF].orders, orders);
    CU_ASSERT_EQUAL(recv(told, &byte, 1, MSG_DONTWAIT), 0);
    CHECK(close(told) == 0);
    bench_close(&b);
}

static void test_descriptors_that_do_not_fit_are_a_failure_with_advice(void)
{
    struct rlimit limit, few;
    struct bench b;

    bench_open(&b);
    b.r->process[LEAF].orders = -1;
    int told = first_say(&b, LEAF, 50);
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    few = limit;
    few.rlim_cur = 3;
    CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
    reports_drain(b.r);
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.failure, "for a tree of 4 actors: raise ulimit -n"));
    CHECK(close(told) == 0);
    bench_close(&b);
}

/* ---- Answers ---- */

static void test_an_answer_to_a_probe_is_noted(void)
{
    struct bench b;

    bench_open(&b);
    uint64_t activity = b.r->activity;
    say(&b, &(struct control_report){
                .kind = CONTROL_IDLE, .record = {.actor = LEAF, .value = 12, .extra = 2}
    });
    reports_drain(b.r);
    CU_ASSERT_EQUAL(b.r->process[LEAF].probe_answered, 12);
    CU_ASSERT_EQUAL(b.r->process[LEAF].waits, 2);
    CU_ASSERT_EQUAL(b.r->process[ROOT].probe_answered, 0);
    CU_ASSERT_EQUAL(b.r->activity, activity); /* it changes nothing */
    CU_ASSERT_EQUAL(b.world->trace.count, 0);
    b.r->process[BELOW].harm_owed_above = true;
    b.r->harms = 1;
    report(&b, LEAF, CONTROL_HARMED, 0, control_harm(BELOW, LINK_HARM_CUT));
    reports_drain(b.r);
    CU_ASSERT_EQUAL(b.r->harms, 0);
    CU_ASSERT_EQUAL(b.world->trace.count, 0);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
    bench_close(&b);
}

/* ---- Points ---- */

static void test_a_point_is_a_record_with_the_time_of_its_making(void)
{
    struct bench b;

    bench_open(&b);
    uint64_t activity = b.r->activity;
    say(&b, &(struct control_report){
                .kind = CONTROL_POINT,
                .record = {.actor = LEAF,
                           .point = POINT_USER,
                           .peer = ACTOR_NONE,
                           .value = 6,
                           .at_ns = b.r->start_ns + 1234}
    });
    reports_drain(b.r);
    CU_ASSERT_EQUAL(record_last(&b)->at_ns, 1234);
    CU_ASSERT_EQUAL(record_last(&b)->value, 6);
    CU_ASSERT_EQUAL(b.r->activity, activity + 1);
    CU_ASSERT_EQUAL(b.r->said_ns, 0);
    bench_close(&b);
}

/* A parent's word about a death stands behind the death, at the same time. */
static void test_what_a_parent_says_of_a_death_comes_behind_it(void)
{
    static const struct {
        enum point point;
        enum process_state state;
    } rows[] = {
        {POINT_EXIT_STATUS_READY,      PROCESS_ZOMBIE},
        {POINT_EXIT_BEFORE_REAP,       PROCESS_ZOMBIE},
        {POINT_EXIT_STATUS_BEFORE_EOF, PROCESS_ZOMBIE},
        {POINT_EXIT_REAPED,            PROCESS_REAPED},
        {POINT_EXIT_EOF_BEFORE_STATUS, PROCESS_LIVE  },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        bench_open(&b);
        say(&b, &(struct control_report){
                    .kind = CONTROL_POINT,
                    .record = {.actor = LEAF,
                               .point = (uint16_t)rows[i].point,
                               .peer = BELOW,
                               .value = 3 << 8,
                               .at_ns = b.r->start_ns + 77}
        });
        reports_drain(b.r);
        CU_ASSERT_EQUAL(b.r->process[BELOW].state, rows[i].state);
        CU_ASSERT_EQUAL(record_last(&b)->point, rows[i].point);
        CU_ASSERT_EQUAL(record_at(&b, 0)->at_ns, 77);
        if (rows[i].state == PROCESS_REAPED) {
            CU_ASSERT_EQUAL(record_at(&b, 1)->point, POINT_PROC_REAPED);
            CU_ASSERT_EQUAL(record_at(&b, 1)->peer, LEAF);
            CU_ASSERT_EQUAL(record_at(&b, 1)->value, 3 << 8);
        }
        bench_close(&b);
    }
}

/* Of what it has adopted the root knows the number only. */
static void test_what_the_root_has_adopted_and_reaped_is_found_by_its_number(void)
{
    struct bench b;

    bench_open(&b);
    b.r->process[BELOW].pid = 300;
    point_of(&b, ROOT, POINT_ORPHAN_REAPED, ACTOR_NONE, 301);
    CU_ASSERT_EQUAL(b.r->process[BELOW].state, PROCESS_LIVE);
    point_of(&b, ROOT, POINT_USER, ACTOR_NONE, 300);
    CU_ASSERT_EQUAL(b.r->process[BELOW].state, PROCESS_LIVE);
    point_of(&b, ROOT, POINT_ORPHAN_REAPED, ACTOR_NONE, 300);
    CU_ASSERT_EQUAL(b.r->process[BELOW].state, PROCESS_REAPED);
    CU_ASSERT_EQUAL(record_at(&b, b.world->trace.count - 2)->peer, ROOT);
    CU_ASSERT_EQUAL(record_at(&b, b.world->trace.count - 2)->value, -1);
    /* Of one that nobody knows nothing is said. */
    point_of(&b, ROOT, POINT_EXIT_STATUS_READY, NOBODY, 0);
    point_of(&b, ROOT, POINT_CANCEL_KILL_SENT, NOBODY, 0);
    CU_ASSERT_EQUAL(b.r->process[NOBODY].state, PROCESS_LIVE);
    CU_ASSERT_FALSE(b.r->process[NOBODY].kill_known);
    bench_close(&b);
}

/* ---- Forks ---- */

static void test_a_fork_is_a_process_that_may_not_have_spoken_yet(void)
{
    int pidfd;
    pid_t pid = child_start(&pidfd);

    for (int way = 0; way < 3; way++) {
        struct bench b;
        bench_open(&b);
        b.r->pids = epoll_create1(EPOLL_CLOEXEC);
        struct real_process *p = &b.r->process[BELOW];
        p->state = PROCESS_NONE;
        point_of(&b, LEAF, POINT_SPAWN_BEFORE_FORK, way == 2 ? ACTOR_NONE : BELOW, 0);
        CU_ASSERT_EQUAL(p->expected, way != 2);
        p->state = way == 1 ? PROCESS_REAPED : PROCESS_NONE;
        point_of(&b, LEAF, POINT_SPAWN_AFTER_FORK, BELOW, pid);
        CU_ASSERT_EQUAL(records(&b, BELOW, POINT_PROC_SPAWNED), way != 1);
        CU_ASSERT(way != 0 || (p->pid == pid && p->state == PROCESS_LIVE && p->pidfd >= 0));
        CU_ASSERT_FALSE(p->reported && way == 0);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
        bench_close(&b);
    }
    (void)close(pidfd);
    child_end(pid);
}

static void test_a_fork_that_nobody_sees_any_more_is_no_process(void)
{
    struct bench b;

    bench_open(&b);
    b.r->process[BELOW].state = PROCESS_NONE;
    point_of(&b, LEAF, POINT_SPAWN_AFTER_FORK, BELOW, NOBODYS_PID);
    CU_ASSERT_EQUAL(b.r->process[BELOW].state, PROCESS_NONE);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
    bench_close(&b);
}

static void test_a_fork_that_is_refused_is_a_failure_with_advice(void)
{
    static const struct {
        int64_t value;
        const char *advice; /* NULL: none */
    } rows[] = {
        {-EAGAIN, "raise `ulimit -u`"},
        {-EMFILE, "raise `ulimit -n`"},
        {-ENOMEM, NULL               },
        {0,       NULL               },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        bench_open(&b);
        b.r->process[BELOW].expected = true;
        point_of(&b, LEAF, POINT_SPAWN_AFTER_FORK, BELOW, rows[i].value);
        CU_ASSERT_FALSE(b.r->process[BELOW].expected);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 1);
        CU_ASSERT_PTR_NOT_NULL(strstr(b.failure, "cannot start the process of below: "));
        CU_ASSERT_PTR_NOT_NULL(strstr(b.failure, strerror((int)-rows[i].value)));
        CU_ASSERT_EQUAL(strstr(b.failure, "raise") != NULL, rows[i].advice != NULL);
        CU_ASSERT(rows[i].advice == NULL || strstr(b.failure, rows[i].advice) != NULL);
        bench_close(&b);
    }
}

static void test_an_orphan_that_cannot_be_left_is_a_failure(void)
{
    static const int64_t values[] = {-EAGAIN, 0, 1};

    for (size_t i = 0; i < 3; i++) {
        struct bench b;
        bench_open(&b);
        point_of(&b, LEAF, POINT_ORPHAN_LEFT, ACTOR_NONE, values[i]);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), i == 0);
        CU_ASSERT(i > 0 || strstr(b.failure, "cannot start a process by leaf: ") != NULL);
        CU_ASSERT(i > 0 || strstr(b.failure, strerror(EAGAIN)) != NULL);
        bench_close(&b);
    }
}

/* ---- Links ---- */

static void test_each_end_says_how_far_a_link_is(void)
{
    struct bench b;

    bench_open(&b);
    const struct real_process *below = &b.r->process[BELOW];
    frame_of(&b, LEAF, POINT_LINK_BEFORE_SEND, BELOW, 4);
    frame_of(&b, BELOW, POINT_LINK_BEFORE_RECV - 1, LEAF, 5); /* the last that is sent */
    frame_of(&b, BELOW, POINT_LINK_BEFORE_RECV, LEAF, 6);
    frame_of(&b, LEAF, POINTS - 1, BELOW, 7);
    CU_ASSERT_EQUAL(below->down_sent, 4);
    CU_ASSERT_EQUAL(below->up_sent, 5);
    CU_ASSERT_EQUAL(below->down_received, 6);
    CU_ASSERT_EQUAL(below->up_received, 7);
    /* It is the child's link; and there is none between others. */
    frame_of(&b, ROOT, POINT_LINK_BEFORE_SEND, BELOW, 9);
    frame_of(&b, BELOW, POINT_LINK_BEFORE_SEND, ROOT, 9);
    frame_of(&b, LEAF, POINT_LINK_EOF_SEEN, OTHER, 0);
    frame_of(&b, LEAF, POINT_LINK_BEFORE_SEND, ACTOR_NONE, 9);
    for (uint16_t i = 0; i < ACTORS; i++) {
        const struct real_process *p = &b.r->process[i];
        CU_ASSERT(i == BELOW || p->up_sent + p->up_received + p->down_sent + p->down_received == 0);
        CU_ASSERT(!p->link_up_over && !p->link_down_over);
    }
    CU_ASSERT_EQUAL(below->down_sent, 4);
    CU_ASSERT_EQUAL(below->up_sent, 5);
    /* What is no frame and no end is none of it. */
    frame_of(&b, LEAF, POINT_CALL_SENT, BELOW, 9);
    CU_ASSERT_EQUAL(below->down_sent, 4);
    bench_close(&b);
}

static void test_each_end_says_that_a_link_is_over(void)
{
    static const enum point points[] = {POINT_LINK_EOF_SEEN, POINT_LINK_BROKEN};

    for (size_t i = 0; i < 2; i++) {
        struct bench b;
        bench_open(&b);
        const struct real_process *below = &b.r->process[BELOW];
        point_of(&b, LEAF, points[i], ACTOR_NONE, 0);
        point_of(&b, LEAF, points[i], BELOW, 0);
        CU_ASSERT(below->link_up_over && !below->link_down_over);
        point_of(&b, BELOW, points[i], LEAF, 0);
        CU_ASSERT(below->link_up_over && below->link_down_over);
        CU_ASSERT(!b.r->process[LEAF].link_up_over && !b.r->process[LEAF].link_down_over);
        CU_ASSERT_EQUAL(below->up_received + below->down_received, 0);
        bench_close(&b);
    }
}

/* ---- Signals ---- */

static void test_who_of_the_run_kills_says_so(void)
{
    struct bench b;

    bench_open(&b);
    b.r->process[OTHER].pid = 300;
    point_of(&b, LEAF, POINT_CANCEL_TERM_SENT, ACTOR_NONE, 0);
    point_of(&b, LEAF, POINT_CANCEL_KILL_SENT, ACTOR_NONE, 0);
    point_of(&b, LEAF, POINT_EXIT_CLOSED, ACTOR_NONE, 1 << 8);
    point_of(&b, ROOT, POINT_ORPHAN_KILLED, ACTOR_NONE, 301);
    for (uint16_t i = 0; i < ACTORS; i++)
        CU_ASSERT(!b.r->process[i].kill_known && !b.r->process[i].term_known);
    point_of(&b, LEAF, POINT_CANCEL_TERM_SENT, BELOW, 0);
    CU_ASSERT(b.r->process[BELOW].term_known && !b.r->process[BELOW].kill_known);
    point_of(&b, LEAF, POINT_CANCEL_KILL_SENT, BELOW, 0);
    CU_ASSERT_TRUE(b.r->process[BELOW].kill_known);
    CU_ASSERT_FALSE(b.r->process[LEAF].kill_known);
    point_of(&b, ROOT, POINT_DBG_HOLDER_KILLED, LEAF, 0);
    CU_ASSERT_TRUE(b.r->process[LEAF].kill_known);
    point_of(&b, ROOT, POINT_ORPHAN_KILLED, ACTOR_NONE, 300);
    CU_ASSERT_TRUE(b.r->process[OTHER].kill_known);
    CU_ASSERT_FALSE(b.r->process[ROOT].kill_known);
    point_of(&b, ROOT, POINT_EXIT_CLOSED, ACTOR_NONE, SIGKILL);
    CU_ASSERT_TRUE(b.r->process[ROOT].kill_known);
    bench_close(&b);
}

static void test_a_sigterm_is_asked_about_and_no_other_signal(void)
{
    int pidfd;
    pid_t pid = child_start(&pidfd);

    for (int i = 0; i < 2; i++) {
        struct bench b;
        bench_open(&b);
        b.r->process[ROOT].pid = getpid();
        b.r->process[LEAF].pid = pid;
        point_of(&b, LEAF, POINT_SIG_HANDLED, ACTOR_NONE, i == 0 ? SIGTERM : SIGINT);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), i == 0);
        bench_close(&b);
    }
    (void)close(pidfd);
    child_end(pid);
}

static void test_an_answer_to_a_key_needs_a_press(void)
{
    struct bench b;

    bench_open(&b);
    b.r->press = (struct real_press){.open = false, .lost = true, .signal = SIGINT};
    b.r->process[LEAF].owes_key = true;
    point_of(&b, LEAF, POINT_SIG_HANDLED, ACTOR_NONE, SIGINT);
    CU_ASSERT(b.r->press.lost && b.r->process[LEAF].owes_key);
    b.r->press.open = true;
    point_of(&b, LEAF, POINT_SIG_HANDLED, ACTOR_NONE, SIGINT);
    CU_ASSERT(!b.r->press.lost && !b.r->process[LEAF].owes_key);
    bench_close(&b);
}

static void test_a_stop_and_its_end_are_said(void)
{
    struct bench b;

    bench_open(&b);
    struct real_process *p = &b.r->process[LEAF];
    point_of(&b, LEAF, POINT_SIG_FROZEN, ACTOR_NONE, 0);
    CU_ASSERT_TRUE(p->frozen);
    p->frozen = false;
    point_of(&b, LEAF, POINT_SIG_STOP, ACTOR_NONE, SIGTSTP);
    CU_ASSERT(p->stopping && p->stop_signal == SIGTSTP);
    point_of(&b, LEAF, POINT_SIG_CONT, ACTOR_NONE, SIGCONT);
    CU_ASSERT_FALSE(p->stopping);
    /* A SIGCONT before the stop that is on its way is not the end of that. */
    process_may_stop(b.r, LEAF, SIGTSTP);
    point_of(&b, LEAF, POINT_SIG_CONT, ACTOR_NONE, SIGCONT);
    CU_ASSERT_TRUE(p->stopping);
    /* Who speaks is not stopped. */
    process_stopped(b.r, LEAF, SIGTSTP);
    size_t count = b.world->trace.count;
    point_of(&b, LEAF, POINT_USER, ACTOR_NONE, 0);
    CU_ASSERT_EQUAL(p->state, PROCESS_LIVE);
    CU_ASSERT_EQUAL(record_at(&b, count)->point, POINT_PROC_CONTINUED);
    point_of(&b, LEAF, POINT_USER, ACTOR_NONE, 0);
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_PROC_CONTINUED), 1);
    bench_close(&b);
}

/* ---- Holds ---- */

static void ask(struct bench *b, uint16_t actor, enum point point)
{
    say(b, &(struct control_report){
               .kind = CONTROL_POINT,
               .asks = 1,
               .record = {.actor = actor, .point = (uint16_t)point, .peer = ACTOR_NONE}
    });
    reports_drain(b->r);
}

static void test_who_asks_is_held(void)
{
    struct bench b;
    struct control_order order;

    bench_open(&b);
    report(&b, OTHER, CONTROL_POINT, POINT_USER, 0);
    ask(&b, LEAF, POINT_DBG_PROMPT);
    CU_ASSERT(b.r->process[LEAF].held && !b.r->process[OTHER].held);
    CU_ASSERT_EQUAL(b.r->process[LEAF].held_point, POINT_DBG_PROMPT);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_HOLD_BEGIN);
    CU_ASSERT_EQUAL(record_last(&b)->peer, LEAF);
    CU_ASSERT_EQUAL(record_last(&b)->value, POINT_DBG_PROMPT);
    CU_ASSERT_EQUAL(record_last(&b)->extra, 0);
    CU_ASSERT_EQUAL(events(&b, WORLD_HELD), 1);
    CU_ASSERT_EQUAL(b.last.actor, LEAF);
    CU_ASSERT_EQUAL(b.last.point, POINT_DBG_PROMPT);
    CU_ASSERT_FALSE(order_next(&b, LEAF, &order));
    /* Nobody is held any more when the run is being stopped. */
    b.r->stopping = true;
    ask(&b, OTHER, POINT_DBG_PROMPT);
    CU_ASSERT_FALSE(b.r->process[OTHER].held);
    CU_ASSERT(order_next(&b, OTHER, &order) && order.kind == CONTROL_GO);
    CU_ASSERT_EQUAL(events(&b, WORLD_HELD), 1);
    bench_close(&b);
}

/* While it is held, what the kernel says of the lock is what it has done so far. */
static void test_of_a_holder_that_is_held_the_lock_is_looked_at(void)
{
    struct bench b;
    struct diag diag;
    int pidfd;

    bench_open(&b);
    b.r->baton = baton_make(&diag);
    pid_t pid = holder_start(b.r->baton, &pidfd);
    b.r->process[LEAF].pid = pid;
    b.r->process[LEAF].pidfd = pidfd;
    ask(&b, OTHER, POINT_DBG_PROMPT);
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_BATON_SEEN), 0);
    ask(&b, LEAF, POINT_DBG_PROMPT);
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_BATON_SEEN), 1);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_BATON_SEEN);
    CU_ASSERT_EQUAL(record_last(&b)->peer, LEAF);
    CU_ASSERT_EQUAL(record_last(&b)->value, 0);
    CU_ASSERT_EQUAL(record_last(&b)->extra, 0);
    bench_close(&b);
    child_end(pid);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"refused",    test_a_report_that_cannot_be_is_refused                         },
        {"last",       test_the_last_actor_and_the_last_point_can_be                   },
        {"end",        test_the_end_of_all_reports_is_no_report                        },
        {"first",      test_the_first_report_brings_what_the_harness_needs             },
        {"once",       test_orders_are_taken_once                                      },
        {"descriptor", test_descriptor_0_is_one_like_any_other                         },
        {"cut",        test_descriptors_that_do_not_fit_are_a_failure_with_advice      },
        {"answer",     test_an_answer_to_a_probe_is_noted                              },
        {"time",       test_a_point_is_a_record_with_the_time_of_its_making            },
        {"death",      test_what_a_parent_says_of_a_death_comes_behind_it              },
        {"adopted",    test_what_the_root_has_adopted_and_reaped_is_found_by_its_number},
        {"fork",       test_a_fork_is_a_process_that_may_not_have_spoken_yet           },
        {"gone",       test_a_fork_that_nobody_sees_any_more_is_no_process             },
        {"no fork",    test_a_fork_that_is_refused_is_a_failure_with_advice            },
        {"orphan",     test_an_orphan_that_cannot_be_left_is_a_failure                 },
        {"link",       test_each_end_says_how_far_a_link_is                            },
        {"link over",  test_each_end_says_that_a_link_is_over                          },
        {"kills",      test_who_of_the_run_kills_says_so                               },
        {"SIGTERM",    test_a_sigterm_is_asked_about_and_no_other_signal               },
        {"key",        test_an_answer_to_a_key_needs_a_press                           },
        {"stop",       test_a_stop_and_its_end_are_said                                },
        {"hold",       test_who_asks_is_held                                           },
        {"baton",      test_of_a_holder_that_is_held_the_lock_is_looked_at             },
        CU_TEST_INFO_NULL,
    };

    return suite_run("real_report", tests);
}
