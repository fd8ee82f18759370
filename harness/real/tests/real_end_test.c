/* real_end_test.c: what the guard says, and each step of the end, with a guard that is the test. */
#include "harness/real/subject.h"
#include "harness/real/tests/told_bench.h"
#include "runtime/base/fdpass.h"

#include <sched.h>
#include <sys/uio.h>
#include <unistd.h>

#define MS    (INT64_C(1000) * 1000)
#define GRACE (INT64_C(3600) * 1000 * MS)

/* The guard says this, and it is heard. */
static void guard_says(struct bench *b, enum guard_report_kind kind, pid_t pid, int status,
                       const char *text)
{
    struct guard_report report = {.kind = kind, .pid = pid, .status = status};
    char words[GUARD_TEXT_BYTES];
    struct iovec part[] = {
        {&report, sizeof(report)                 },
        {words,   text != NULL ? strlen(text) : 0}
    };
    const struct msghdr message = {.msg_iov = part, .msg_iovlen = 2};

    (void)snprintf(words, sizeof(words), "%s", text != NULL ? text : "");
    CHECK(sendmsg(b->guard, &message, 0) > 0);
    guard_drain(b->r);
}

/* The next order to the guard, or -1. */
static int guard_ordered(const struct bench *b)
{
    struct guard_order order;

    return recv(b->guard, &order, sizeof(order), MSG_DONTWAIT) == (ssize_t)sizeof(order)
               ? (int)order.kind
               : -1;
}

static void begin(struct bench *b)
{
    bench_open(b);
    bench_guard(b);
    b->r->options.grace_ns = GRACE;
}

/* LEAF is a process that waits. */
static pid_t leaf_start(struct bench *b)
{
    int pidfd;
    pid_t pid = child_start(&pidfd);

    b->r->process[LEAF].pid = pid;
    b->r->process[LEAF].pidfd = pidfd;
    return pid;
}

static int status_of(pid_t pid)
{
    siginfo_t info = {0};

    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
    return info.si_status;
}

static bool is_stopped(pid_t pid)
{
    const struct real_process p = {.pid = pid};

    return process_is_still(&p);
}

static void stop_child(pid_t pid)
{
    siginfo_t info;

    CHECK(kill(pid, SIGSTOP) == 0);
    CHECK(waitid(P_PID, (id_t)pid, &info, WSTOPPED) == 0);
}

/* ---- What the guard says ---- */

static void test_the_end_of_the_root_begins_the_grace(void)
{
    static const enum real_phase phases[] = {REAL_RUN, REAL_GRACE, REAL_KILLED};

    for (int i = 0; i < 3; i++) {
        struct bench b;
        begin(&b);
        b.r->phase = phases[i];
        int64_t before_ns = loop_now_ns();
        uint64_t activity = b.r->activity;
        guard_says(&b, GUARD_EXITED, 9, 3 << 8, NULL);
        CU_ASSERT(b.r->activity > activity);
        CU_ASSERT_EQUAL(b.r->process[ROOT].state, PROCESS_REAPED);
        CU_ASSERT_EQUAL(record_last(&b)->peer, ACTOR_HARNESS);
        CU_ASSERT_EQUAL(record_last(&b)->value, 3 << 8);
        CU_ASSERT_EQUAL(b.r->phase, i == 2 ? REAL_KILLED : REAL_GRACE);
        CU_ASSERT(i > 0 ||
                  (b.r->end_at_ns >= before_ns + GRACE && b.r->end_at_ns <= loop_now_ns() + GRACE));
        CU_ASSERT(i == 0 || b.r->end_at_ns == 0);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
        bench_close(&b);
    }
}

static void test_what_fails_in_the_guard_fails_the_run(void)
{
    struct bench b;

    begin(&b);
    guard_says(&b, GUARD_STARTED, 9, 0, NULL);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
    guard_says(&b, GUARD_FAILED, 9, 0, "the anchor is gone");
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 1);
    CU_ASSERT_STRING_EQUAL(b.failure, "the anchor is gone");
    CU_ASSERT_FALSE(b.r->sweeps);
    bench_close(&b);
}

/* What an actor has said before stands before what the guard says of it. */
static void test_what_was_reported_before_comes_before(void)
{
    struct bench b;

    begin(&b);
    report(&b, ROOT, CONTROL_POINT, POINT_USER, 0);
    guard_says(&b, GUARD_EXITED, 9, 0, NULL);
    CU_ASSERT_EQUAL(record_at(&b, 0)->point, POINT_USER);
    CU_ASSERT_EQUAL(record_at(&b, 1)->point, POINT_PROC_EXITED);
    bench_close(&b);
}

/* So does a death that nobody has told of. */
static void test_who_has_died_before_is_dead_before(void)
{
    struct bench b;
    int pidfd;
    pid_t pid = child_start(&pidfd);

    begin(&b);
    b.r->pids = epoll_create1(EPOLL_CLOEXEC);
    b.r->process[LEAF].state = PROCESS_NONE;
    process_register(b.r, LEAF, pid, pidfd);
    CHECK(kill(pid, SIGTERM) == 0);
    CHECK(status_of(pid) == SIGTERM);
    guard_says(&b, GUARD_STARTED, 9, 0, NULL);
    CU_ASSERT_EQUAL(b.r->process[LEAF].state, PROCESS_ZOMBIE);
    bench_close(&b);
    child_end(pid);
}

/* A number that two have had is the living one's. */
static void test_of_two_with_one_number_it_is_who_lives(void)
{
    for (int i = 0; i < 2; i++) {
        struct bench b;
        begin(&b);
        b.r->process[LEAF].pid = b.r->process[BELOW].pid = 300;
        b.r->process[i == 0 ? LEAF : BELOW].state = PROCESS_REAPED;
        guard_says(&b, GUARD_REAPED, 300, 0, "leaf");
        CU_ASSERT_EQUAL(records(&b, LEAF, POINT_PROC_REAPED), i == 1);
        CU_ASSERT_EQUAL(records(&b, BELOW, POINT_PROC_REAPED), i == 0);
        bench_close(&b);
    }
}

/* The root is a child of the test, which is stopped or not. */
static void test_a_stop_of_the_root_counts_while_it_lasts(void)
{
    for (int way = 0; way < 4; way++) {
        struct bench b;
        int pidfd;
        pid_t pid = child_start(&pidfd);
        begin(&b);
        b.r->process[ROOT].pid = pid;
        b.r->process[ROOT].pidfd = pidfd;
        if (way % 2 == 0)
            stop_child(pid);
        b.r->continuing = way >= 2; /* it is about to go on by an order */
        guard_says(&b, GUARD_STOPPED, pid, SIGTTIN, NULL);
        CU_ASSERT_EQUAL(records(&b, ROOT, POINT_PROC_STOPPED), way == 0);
        CU_ASSERT(way != 0 || record_last(&b)->value == SIGTTIN);
        b.r->process[ROOT].state = PROCESS_STOPPED;
        guard_says(&b, GUARD_CONTINUED, pid, 0, NULL);
        CU_ASSERT_EQUAL(records(&b, ROOT, POINT_PROC_CONTINUED), way % 2);
        guard_says(&b, GUARD_OBEYED, pid, 0, NULL);
        CU_ASSERT_EQUAL(b.r->continuing, way >= 2 ? 0U : UINT32_MAX);
        CU_ASSERT_EQUAL(events(&b, WORLD_JOB), 1);
        CU_ASSERT_EQUAL(b.last.actor, ACTOR_NONE);
        CU_ASSERT_EQUAL(b.last.point, 0);
        bench_close(&b);
        child_end(pid);
    }
}

static void test_what_the_guard_has_reaped_is_known_by_its_number(void)
{
    static const enum process_state states[] = {PROCESS_LIVE, PROCESS_ZOMBIE, PROCESS_REAPED,
                                                PROCESS_NONE};

    for (int i = 0; i < 4; i++) {
        struct bench b;
        begin(&b);
        struct real_process *p = &b.r->process[BELOW];
        p->pid = 300;
        p->state = (uint8_t)states[i];
        p->status = i == 1 ? 2 << 8 : -1;
        guard_says(&b, GUARD_REAPED, 300, 3 << 8, "below");
        CU_ASSERT_EQUAL(b.cast->count, ACTORS);
        CU_ASSERT_EQUAL(records(&b, BELOW, POINT_PROC_REAPED), i < 2);
        CU_ASSERT(i >= 2 || record_last(&b)->peer == ACTOR_HARNESS);
        CU_ASSERT(i >= 2 || record_last(&b)->value == 3 << 8);
        CU_ASSERT(i != 0 || record_at(&b, 0)->value == 3 << 8); /* of its death, too */
        CU_ASSERT_EQUAL(p->pid, 0);
        bench_close(&b);
    }
}

static void test_who_is_not_known_joins_while_there_is_room(void)
{
    static const struct {
        const char *says, *name;
    } rows[] = {
        {"sleep",                           "sleep"                          },
        {"a b\x7f\x01",                     "a_b__"                          },
        {"!~\xc3\xa9",                      "!~\xc3\xa9"                     },
        {"0123456789012345678901234567890", "0123456789012345678901234567890"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        begin(&b);
        bench_room(&b);
        guard_says(&b, GUARD_REAPED, 300, 3 << 8, rows[i].says);
        CU_ASSERT_EQUAL_FATAL(b.cast->count, ACTORS + 1);
        CU_ASSERT_STRING_EQUAL(b.cast->who[NOBODY].name, rows[i].name);
        CU_ASSERT_EQUAL(b.cast->who[NOBODY].parent, ACTOR_ROOT);
        CU_ASSERT_EQUAL(b.cast->who[NOBODY].kind, WHO_PROCESS);
        CU_ASSERT_EQUAL(records(&b, NOBODY, POINT_PROC_EXITED), 1);
        CU_ASSERT_EQUAL(records(&b, NOBODY, POINT_PROC_REAPED), 1);
        CU_ASSERT_EQUAL(record_last(&b)->value, 3 << 8);
        /* The next has no room, and no name. */
        guard_says(&b, GUARD_REAPED, 301, 4 << 8, "more");
        CU_ASSERT_EQUAL(record_last(&b)->actor, ACTOR_NONE);
        CU_ASSERT_EQUAL(record_last(&b)->peer, ACTOR_HARNESS);
        CU_ASSERT_EQUAL(record_last(&b)->point, POINT_PROC_REAPED);
        CU_ASSERT_EQUAL(record_last(&b)->value, 4 << 8);
        bench_close(&b);
    }
}

static void test_a_name_of_any_length_fits(void)
{
    struct bench b;
    char name[TREE_NAME_BYTES + 8];

    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = 0;
    begin(&b);
    bench_room(&b);
    guard_says(&b, GUARD_REAPED, 300, 0, name);
    CU_ASSERT_EQUAL(strlen(b.cast->who[NOBODY].name), TREE_NAME_BYTES - 1);
    bench_close(&b);
}

static void test_who_is_left_is_named_once(void)
{
    struct bench b;

    begin(&b);
    bench_room(&b);
    b.r->process[BELOW].pid = 299;
    guard_says(&b, GUARD_LEFT, 299, 0, "below"); /* whom the grace has named */
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 0);
    guard_says(&b, GUARD_LEFT, 300, 0, "sleep");
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_PROC_SURVIVED);
    CU_ASSERT_EQUAL(record_last(&b)->peer, NOBODY);
    CU_ASSERT_EQUAL(record_last(&b)->value, 300);
    CU_ASSERT_EQUAL(record_last(&b)->extra, 0);
    guard_says(&b, GUARD_LEFT, 300, 0, "sleep");
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 1);
    guard_says(&b, GUARD_REAPED, 300, SIGKILL, "sleep");
    CU_ASSERT_EQUAL(records(&b, NOBODY, POINT_PROC_REAPED), 1);
    /* Without room it is named without a number. */
    guard_says(&b, GUARD_LEFT, 301, 0, "more");
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_PROC_SURVIVED);
    CU_ASSERT_EQUAL(record_last(&b)->peer, ACTOR_NONE);
    bench_close(&b);
}

static void test_a_descriptor_that_nobody_wants_is_closed(void)
{
    struct bench b;
    struct guard_report started = {.kind = GUARD_STARTED};
    const struct iovec part = {&started, sizeof(started)};
    int pair[2];
    char byte;

    begin(&b);
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    CHECK(fdpass_send(b.guard, &part, 1, &pair[0], 1) == (ssize_t)sizeof(started));
    CHECK(close(pair[0]) == 0);
    guard_drain(b.r);
    CU_ASSERT_EQUAL(recv(pair[1], &byte, 1, MSG_DONTWAIT), 0);
    CHECK(close(pair[1]) == 0);
    bench_close(&b);
}

/* ---- A guard that is lost ---- */

static void guard_is_lost(struct bench *b, int way)
{
    if (way == 0) {
        CHECK(close(b->guard) == 0);
        b->guard = -1;
        guard_drain(b->r);
    } else {
        guard_says(b, GUARD_SURVIVOR, 0, 0, "a process survives");
    }
}

/* Those that are known are killed from here, at once, and the rest is swept. */
static void test_without_a_guard_all_is_killed_and_reaped_here(void)
{
    for (int way = 0; way < 2; way++) {
        struct bench b;
        begin(&b);
        for (uint16_t i = 0; i < ACTORS; i++)
            b.r->process[i].state = i == LEAF ? PROCESS_LIVE : PROCESS_REAPED;
        pid_t pid = leaf_start(&b);
        int stray_pidfd;
        pid_t stray = child_start(&stray_pidfd);
        CHECK(setpgid(stray, stray) == 0);        /* it is a job of its own */
        b.r->process[NOBODY].pidfd = stray_pidfd; /* who is not of the cast is not known */
        int64_t before_ns = loop_now_ns();
        guard_is_lost(&b, way);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 1);
        CU_ASSERT_PTR_NOT_NULL(strstr(b.failure, way == 0 ? "the guard" : "a process survives"));
        CU_ASSERT_EQUAL(b.r->guard.fd, -1);
        CU_ASSERT_TRUE(b.r->sweeps);
        CU_ASSERT(b.r->sweep_end_ns >= before_ns + REAL_SWEEP_NS);
        CU_ASSERT(b.r->sweep_end_ns <= loop_now_ns() + REAL_SWEEP_NS);
        CU_ASSERT_EQUAL(status_of(pid), SIGKILL);
        CU_ASSERT_FALSE(pidfd_is_dead(stray_pidfd));
        guard_drain(b.r); /* nothing is heard any more */
        b.r->sweep_end_ns = loop_now_ns() + GRACE;
        for (int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * MS;
             b.r->sweeps && loop_now_ns() < end_ns; (void)sched_yield())
            end_settle(b.r);
        CU_ASSERT_FALSE(b.r->sweeps);
        CU_ASSERT_EQUAL(b.r->process[LEAF].state, PROCESS_REAPED);
        CU_ASSERT_EQUAL(b.r->process[LEAF].status, SIGKILL);
        CU_ASSERT(pidfd_is_reaped(stray_pidfd));
        CU_ASSERT_EQUAL(waitpid(stray, NULL, WNOHANG), -1);
        CU_ASSERT_EQUAL(b.r->phase, REAL_OVER);
        CHECK(close(stray_pidfd) == 0);
        bench_close(&b);
    }
}

static void test_only_who_lives_is_killed(void)
{
    struct bench b;

    begin(&b);
    pid_t pid = leaf_start(&b);
    b.r->process[LEAF].state = PROCESS_ZOMBIE; /* for all that is known */
    guard_is_lost(&b, 1);
    CU_ASSERT_FALSE(pidfd_is_dead(b.r->process[LEAF].pidfd));
    bench_close(&b);
    child_end(pid);
}

/* Its children come to us only when it is dead: a sweep that finds nobody before is none. */
static void test_a_sweep_waits_for_the_guard_s_own_end_for_a_while(void)
{
    struct bench b;
    int pidfd;

    begin(&b);
    pid_t guard = child_start(&pidfd);
    b.r->guard.pid = guard;
    CHECK(dup2(pidfd, b.r->guard.pidfd) == b.r->guard.pidfd);
    b.r->sweeps = true;
    b.r->sweep_end_ns = loop_now_ns() + GRACE;
    b.r->look_timer = (struct loop_timer){.on_time = timer_due, .user = &b};
    end_settle(b.r);
    CU_ASSERT(b.r->sweeps && !b.r->empty);
    CU_ASSERT_FALSE(pidfd_is_dead(pidfd)); /* it is spared */
    /* Then we come back soon. */
    (void)loop_run_once(b.r->loop);
    CU_ASSERT_TRUE(b.says_due);
    b.r->sweep_end_ns = loop_now_ns() - 1;
    b.r->phase = REAL_NEW;
    CHECK(kill(guard, SIGKILL) == 0); /* for the end, which waits for it */
    end_settle(b.r);
    CU_ASSERT(!b.r->sweeps && b.r->empty);
    CHECK(close(pidfd) == 0);
    bench_close(&b);
}

/* ---- The grace, and killing ---- */

static unsigned left_calls;

static unsigned three_left(struct real_world *r, struct buf *who)
{
    (void)r, (void)who;
    left_calls++;
    return 3;
}

static void count_left(struct bench *b)
{
    static struct real_subject counts;

    counts = subject_tree;
    counts.left = three_left;
    left_calls = 0;
    b->r->subject = &counts;
}

static void due(struct bench *b)
{
    end_due(&b->r->end_timer);
}

static void test_who_outlives_the_grace_is_named_and_then_killed(void)
{
    struct bench b;

    begin(&b);
    count_left(&b);
    b.r->phase = REAL_GRACE;
    b.r->process[ROOT].state = PROCESS_REAPED;
    b.r->process[OTHER].state = PROCESS_ZOMBIE;
    b.r->process[LEAF].state = PROCESS_STOPPED;
    b.r->process[LEAF].pid = 301;
    b.r->process[BELOW].pid = 303;
    report(&b, LEAF, CONTROL_POINT, POINT_USER, 0);
    int64_t before_ns = loop_now_ns();
    due(&b);
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_USER), 1); /* what was said before is read before */
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 2);
    CU_ASSERT_EQUAL(record_last(&b)->peer, BELOW);
    CU_ASSERT_EQUAL(record_last(&b)->value, 303);
    CU_ASSERT_EQUAL(record_last(&b)->extra, 0);
    CU_ASSERT_EQUAL(b.r->left, 3);
    CU_ASSERT_EQUAL(left_calls, 1);
    CU_ASSERT_EQUAL(b.r->phase, REAL_KILLED);
    CU_ASSERT_EQUAL(guard_ordered(&b), GUARD_KILL_ALL);
    CU_ASSERT_EQUAL(guard_ordered(&b), -1);
    CU_ASSERT(b.r->end_at_ns >= before_ns + REAL_KILL_NS);
    CU_ASSERT(b.r->end_at_ns <= loop_now_ns() + REAL_KILL_NS);
    CU_ASSERT_PTR_NOT_NULL(b.r->end_timer.handle);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
    /* And what survives that is a failure. */
    due(&b);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.failure, "the guard has not killed everything within 10 s"));
    CU_ASSERT_TRUE(b.r->sweeps);
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 2);
    bench_close(&b);
}

static void test_a_time_that_nobody_waits_for_any_more_is_none(void)
{
    static const enum real_phase phases[] = {REAL_RUN, REAL_KILLED, REAL_OVER};

    for (int i = 0; i < 3; i++) {
        struct bench b;
        begin(&b);
        b.r->phase = phases[i];
        b.r->empty = i == 1;
        due(&b);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
        CU_ASSERT_EQUAL(b.r->phase, phases[i]);
        CU_ASSERT_EQUAL(guard_ordered(&b), -1);
        bench_close(&b);
    }
}

static void test_a_grace_that_nobody_could_see_is_put_off(void)
{
    struct bench b;

    begin(&b);
    b.r->phase = REAL_GRACE;
    b.r->end_at_ns = loop_now_ns();
    b.r->awake_ns = loop_now_ns() - REAL_STALL_NS - MS;
    due(&b);
    CU_ASSERT_EQUAL(b.r->phase, REAL_GRACE);
    CU_ASSERT_EQUAL(guard_ordered(&b), -1);
    due(&b);
    CU_ASSERT_EQUAL(b.r->phase, REAL_KILLED);
    bench_close(&b);
}

static void test_a_guard_that_cannot_be_asked_to_kill_is_gone(void)
{
    struct bench b;

    begin(&b);
    for (uint16_t i = 0; i < ACTORS; i++)
        b.r->process[i].state = PROCESS_REAPED;
    b.r->phase = REAL_GRACE;
    CHECK(close(b.guard) == 0);
    b.guard = -1;
    due(&b);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 1);
    CU_ASSERT_TRUE(b.r->sweeps);
    CU_ASSERT_EQUAL(b.r->phase, REAL_KILLED);
    bench_close(&b);
}

/* ---- Stopping a run ---- */

static unsigned stop_calls;

static void stop_counted(struct real_world *r)
{
    (void)r;
    stop_calls++;
}

static void count_stops(struct bench *b)
{
    static struct real_subject counts;

    counts = subject_tree;
    counts.hang_up = stop_counted;
    counts.left = three_left;
    left_calls = stop_calls = 0;
    b->r->subject = &counts;
}

static void test_a_run_is_stopped_gently_and_once(void)
{
    static const enum stop_why whys[] = {STOP_NORMAL, STOP_TIMED_OUT};

    for (int i = 0; i < 2; i++) {
        struct bench b;
        struct control_order order;
        int pidfd;
        pid_t pid = child_start(&pidfd);
        begin(&b);
        bench_terminal(&b);
        count_stops(&b);
        b.r->process[ROOT].pid = pid;
        b.r->process[ROOT].pidfd = pidfd;
        b.r->process[BELOW].held = true;
        b.r->quiet.wanted = b.r->still.wanted = true;
        world_stop(b.world, whys[i]);
        CU_ASSERT_EQUAL(record_at(&b, 0)->point, POINT_RUN_STOPPED);
        CU_ASSERT_EQUAL(record_at(&b, 0)->value, whys[i]);
        CU_ASSERT_EQUAL(record_at(&b, 0)->extra, 0);
        CU_ASSERT_EQUAL(record_at(&b, 0)->peer, ACTOR_NONE);
        CU_ASSERT(b.r->stopping && b.r->hung_up && b.r->phase == REAL_GRACE);
        CU_ASSERT(!b.r->quiet.wanted && !b.r->still.wanted && !b.r->process[BELOW].held);
        CU_ASSERT(order_next(&b, BELOW, &order) && order.kind == CONTROL_GO);
        CU_ASSERT_EQUAL(stop_calls, 1);
        CU_ASSERT_EQUAL(left_calls, 0); /* the root is there to end them */
        CU_ASSERT_EQUAL(guard_ordered(&b), -1);
        CU_ASSERT_FALSE(b.r->empty);
        world_stop(b.world, STOP_INTERRUPTED);
        CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_RUN_STOPPED), 1);
        CU_ASSERT_EQUAL(stop_calls, 1);
        bench_close(&b);
        child_end(pid);
    }
}

static void test_a_run_that_the_user_stops_is_killed_at_once(void)
{
    struct bench b;
    int pidfd;
    pid_t pid = child_start(&pidfd);

    begin(&b);
    count_stops(&b);
    b.r->process[ROOT].pid = pid;
    b.r->process[ROOT].pidfd = pidfd;
    stop_child(pid);
    world_stop(b.world, STOP_INTERRUPTED);
    CU_ASSERT_EQUAL(guard_ordered(&b), GUARD_KILL_ALL);
    CU_ASSERT_EQUAL(b.r->phase, REAL_KILLED);
    CU_ASSERT_EQUAL(stop_calls, 1);
    CU_ASSERT_TRUE(is_stopped(pid)); /* nobody asks who has done that, nor lets it go */
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
    CU_ASSERT_FALSE(b.r->hung_up);
    bench_close(&b);
    /* One that is being killed already is not killed again. */
    begin(&b);
    b.r->phase = REAL_KILLED;
    world_stop(b.world, STOP_INTERRUPTED);
    CU_ASSERT_EQUAL(guard_ordered(&b), -1);
    CU_ASSERT_TRUE(b.r->stopping);
    bench_close(&b);
    child_end(pid);
}

/* A stop from outside is asked for while the run goes on, and not when it is ending anyway. */
static void test_whoever_was_stopped_from_outside_is_named(void)
{
    for (int i = 0; i < 2; i++) {
        struct bench b;
        begin(&b);
        pid_t pid = leaf_start(&b);
        stop_child(pid);
        b.r->phase = i == 0 ? REAL_RUN : REAL_GRACE;
        b.r->process[ROOT].state = PROCESS_REAPED;
        world_stop(b.world, STOP_NORMAL);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), i == 0);
        bench_close(&b);
        child_end(pid);
    }
}

/* Who is stopped, or about to be, acts on nothing: it is let go on, and nobody else is. */
static void test_whoever_is_stopped_goes_on_to_end(void)
{
    for (int way = 0; way < 4; way++) {
        struct bench b;
        siginfo_t info = {0};
        begin(&b);
        b.r->job_stops = true;
        b.nobody.state = PROCESS_STOPPED;
        b.r->process[NOBODY] = b.nobody;
        pid_t pid = leaf_start(&b);
        stop_child(pid);
        if (way == 0)
            process_stopped(b.r, LEAF, SIGSTOP);
        if (way == 1)
            process_stopping(b.r, LEAF, SIGSTOP);
        b.r->process[ROOT].state = way == 3 ? PROCESS_STOPPED : PROCESS_REAPED;
        world_stop(b.world, STOP_NORMAL);
        CU_ASSERT_EQUAL(records(&b, ROOT, POINT_PROC_CONTINUED), way == 3);
        CHECK(waitid(P_PID, (id_t)pid, &info, WCONTINUED | WNOHANG) == 0);
        CU_ASSERT_EQUAL(info.si_pid, way < 2 ? pid : 0);
        CU_ASSERT_EQUAL(records(&b, LEAF, POINT_PROC_CONTINUED), way == 0);
        CU_ASSERT_FALSE(b.r->process[LEAF].stopping);
        CU_ASSERT_EQUAL(b.r->process[LEAF].state, PROCESS_LIVE);
        bench_close(&b);
        child_end(pid);
    }
}

static void test_what_a_dead_root_has_left_is_counted_before_anybody_ends_it(void)
{
    struct bench b;

    begin(&b);
    count_left(&b);
    b.r->process[ROOT].state = PROCESS_REAPED;
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT_EQUAL(b.r->left, 3);
    due(&b); /* at the end of the grace they are known already */
    CU_ASSERT_EQUAL(left_calls, 1);
    bench_close(&b);
}

static void test_what_was_not_started_is_over_when_it_is_stopped(void)
{
    for (int way = 0; way < 4; way++) {
        struct bench b;
        begin(&b);
        count_stops(&b);
        if (way % 2 == 0) {
            b.r->phase = REAL_NEW;
        } else {
            guard_link_hang_up(&b.r->guard);
        }
        b.r->sweeps = way >= 2; /* that tells when it is empty */
        world_stop(b.world, STOP_NORMAL);
        CU_ASSERT_EQUAL(b.r->empty, way < 2);
        CU_ASSERT_EQUAL(stop_calls, 0);
        CU_ASSERT_FALSE(b.r->hung_up);
        bench_close(&b);
    }
}

/* ---- The end ---- */

static void test_a_run_ends_when_nothing_is_left(void)
{
    struct bench b;

    begin(&b);
    bench_terminal(&b);
    end_settle(b.r);
    CU_ASSERT_EQUAL(b.r->phase, REAL_RUN);
    guard_says(&b, GUARD_EMPTY, 0, 0, NULL);
    CU_ASSERT_TRUE(b.r->empty);
    b.r->process[ROOT].status = 5 << 8;
    b.r->left = 2;
    b.r->press.open = true;
    b.r->end_at_ns = 77;
    struct loop_timer *const timers[] = {&b.r->end_timer, &b.r->run_timer, &b.r->look_timer};
    for (int i = 0; i < 3; i++)
        CHECK(loop_timer_start(b.r->loop, timers[i], loop_now_ns() + GRACE, NULL) == 0);
    report(&b, LEAF, CONTROL_POINT, POINT_USER, 0);
    end_settle(b.r);
    const struct trace_record *rec = record_at(&b, 0);
    CU_ASSERT_EQUAL_FATAL(b.world->trace.count, 4);
    CU_ASSERT_EQUAL(rec[0].point, POINT_USER); /* the last words */
    CU_ASSERT_EQUAL(rec[1].point, POINT_TTY_MODES);
    CU_ASSERT_EQUAL(rec[1].value, 1);
    CU_ASSERT_EQUAL(rec[2].point, POINT_BATON_SEEN);
    CU_ASSERT_EQUAL(rec[3].point, POINT_RUN_END);
    CU_ASSERT_EQUAL(rec[3].peer, ACTOR_NONE);
    CU_ASSERT_EQUAL(rec[3].value, 5 << 8);
    CU_ASSERT_EQUAL(rec[3].extra, 2);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_PTR_NULL(timers[i]->handle);
    CU_ASSERT(b.r->phase == REAL_OVER && b.r->hung_up && !b.r->press.open);
    CU_ASSERT(b.r->guard.fd == -1 && b.r->pty == NULL && b.r->end_at_ns == 0);
    CU_ASSERT_EQUAL(events(&b, WORLD_STOPPED), 1);
    CU_ASSERT_EQUAL(b.last.actor, ACTOR_NONE);
    end_settle(b.r);
    CU_ASSERT_EQUAL(b.world->trace.count, 4);
    CU_ASSERT_EQUAL(events(&b, WORLD_STOPPED), 1);
    world_stop(b.world, STOP_NORMAL); /* too late */
    CU_ASSERT_EQUAL(b.world->trace.count, 4);
    bench_close(&b);
}

/* Without a start there was no terminal. */
static void test_of_whom_the_last_modes_are(void)
{
    for (int i = 0; i < 2; i++) {
        struct bench b;
        begin(&b);
        bench_terminal(&b);
        b.r->empty = true;
        b.r->phase = i == 0 ? REAL_RUN : REAL_NEW;
        end_settle(b.r);
        CU_ASSERT_EQUAL(records(&b, ACTOR_TERMINAL, POINT_TTY_MODES), i == 0);
        CU_ASSERT(i != 0 || record_at(&b, 0)->value == 1);
        CU_ASSERT_EQUAL(record_last(&b)->point, POINT_RUN_END);
        bench_close(&b);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"exited",      test_the_end_of_the_root_begins_the_grace                       },
        {"failed",      test_what_fails_in_the_guard_fails_the_run                      },
        {"order",       test_what_was_reported_before_comes_before                      },
        {"died before", test_who_has_died_before_is_dead_before                         },
        {"two",         test_of_two_with_one_number_it_is_who_lives                     },
        {"stop",        test_a_stop_of_the_root_counts_while_it_lasts                   },
        {"reaped",      test_what_the_guard_has_reaped_is_known_by_its_number           },
        {"joins",       test_who_is_not_known_joins_while_there_is_room                 },
        {"long name",   test_a_name_of_any_length_fits                                  },
        {"left",        test_who_is_left_is_named_once                                  },
        {"descriptor",  test_a_descriptor_that_nobody_wants_is_closed                   },
        {"lost",        test_without_a_guard_all_is_killed_and_reaped_here              },
        {"lives",       test_only_who_lives_is_killed                                   },
        {"sweep",       test_a_sweep_waits_for_the_guard_s_own_end_for_a_while          },
        {"grace",       test_who_outlives_the_grace_is_named_and_then_killed            },
        {"no time",     test_a_time_that_nobody_waits_for_any_more_is_none              },
        {"stalled",     test_a_grace_that_nobody_could_see_is_put_off                   },
        {"no guard",    test_a_guard_that_cannot_be_asked_to_kill_is_gone               },
        {"gently",      test_a_run_is_stopped_gently_and_once                           },
        {"interrupted", test_a_run_that_the_user_stops_is_killed_at_once                },
        {"outside",     test_whoever_was_stopped_from_outside_is_named                  },
        {"go on",       test_whoever_is_stopped_goes_on_to_end                          },
        {"dead root",   test_what_a_dead_root_has_left_is_counted_before_anybody_ends_it},
        {"new",         test_what_was_not_started_is_over_when_it_is_stopped            },
        {"end",         test_a_run_ends_when_nothing_is_left                            },
        {"modes",       test_of_whom_the_last_modes_are                                 },
        CU_TEST_INFO_NULL,
    };

    return suite_run("real_end", tests);
}
