/* real_look_test.c: who has died, was reaped, has stopped, and what must be looked for again. */
#include "harness/real/tests/told_bench.h"

#include <sys/eventfd.h>
#include <unistd.h>

#define MS (INT64_C(1000) * 1000)

/* An actor whose process is a child that waits, and is watched. */
static pid_t become(struct bench *b, uint16_t actor)
{
    int pidfd;
    pid_t pid = child_start(&pidfd);

    if (b->r->pids < 0)
        b->r->pids = epoll_create1(EPOLL_CLOEXEC);
    b->r->process[actor].state = PROCESS_NONE;
    process_register(b->r, actor, pid, pidfd);
    return pid;
}

/* Something that the epoll of the pidfds finds ready. */
static int noise(const struct bench *b, uint16_t actor)
{
    int fd = eventfd(1, EFD_CLOEXEC);
    struct epoll_event watched = {.events = EPOLLIN | EPOLLET, .data.u32 = actor};

    CHECK(fd >= 0 && epoll_ctl(b->r->pids, EPOLL_CTL_ADD, fd, &watched) == 0);
    return fd;
}

static void die(pid_t pid, int signal)
{
    siginfo_t info;

    CHECK(kill(pid, signal) == 0);
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
}

static void stop_child(pid_t pid)
{
    siginfo_t info;

    CHECK(kill(pid, SIGSTOP) == 0);
    CHECK(waitid(P_PID, (id_t)pid, &info, WSTOPPED) == 0);
}

/* ---- Deaths ---- */

static void test_a_death_is_seen_behind_the_last_words(void)
{
    struct bench b;

    bench_open(&b);
    pid_t pid = become(&b, LEAF);
    int wakes = noise(&b, LEAF);
    processes_drain(b.r); /* it lives, whatever wakes us */
    CU_ASSERT_EQUAL(b.r->process[LEAF].state, PROCESS_LIVE);
    report(&b, LEAF, CONTROL_POINT, POINT_USER, 0);
    processes_drain(b.r); /* nothing has changed: nobody is heard */
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_USER), 0);
    die(pid, SIGTERM);
    processes_drain(b.r);
    size_t count = b.world->trace.count;
    CU_ASSERT_EQUAL(record_at(&b, count - 2)->point, POINT_USER);
    CU_ASSERT_EQUAL(record_at(&b, count - 1)->point, POINT_PROC_EXITED);
    CU_ASSERT_EQUAL(record_at(&b, count - 1)->value, SIGTERM);
    processes_drain(b.r);
    CU_ASSERT_EQUAL(b.world->trace.count, count);
    CHECK(close(wakes) == 0);
    bench_close(&b);
    child_end(pid);
}

/* However many change at once. */
static void test_a_death_behind_many_others_is_seen_in_the_same_look(void)
{
    enum { MANY = 64 * 2 };
    struct bench b;
    int fd[MANY];

    bench_open(&b);
    pid_t pid = become(&b, LEAF);
    for (int i = 0; i < MANY; i++)
        fd[i] = noise(&b, OTHER);
    b.r->process[OTHER].state = PROCESS_ZOMBIE;
    die(pid, SIGTERM);
    processes_drain(b.r);
    CU_ASSERT_EQUAL(b.r->process[LEAF].state, PROCESS_ZOMBIE);
    for (int i = 0; i < MANY; i++)
        CHECK(close(fd[i]) == 0);
    bench_close(&b);
    child_end(pid);
}

/* What died while nobody could look may have done so at once. */
static void test_a_death_in_a_stall_is_dated_at_its_begin(void)
{
    struct bench b;

    bench_open(&b);
    pid_t pid = become(&b, LEAF);
    die(pid, SIGTERM);
    b.r->start_ns = loop_now_ns() - 10000 * MS;
    b.r->awake_ns = b.r->start_ns + 1000 * MS;
    processes_drain(b.r);
    int64_t at_ns = record_last(&b)->at_ns;
    CU_ASSERT(at_ns >= 1000 * MS && at_ns < 2000 * MS);
    CU_ASSERT(b.world->stalled_ns >= 8000 * MS);
    CU_ASSERT_EQUAL(b.r->said_ns, 0);
    bench_close(&b);
    child_end(pid);
}

/* ---- Reapings ---- */

static void test_a_zombie_that_was_reaped_was_so_by_who_lives(void)
{
    /* 0: it is still there; then reaped below a parent that lives; that is dead, which nobody has
     * noticed; that is known to be dead, below the root; and below nobody. */
    for (int way = 0; way < 5; way++) {
        struct bench b;
        bench_open(&b);
        pid_t above = become(&b, LEAF);
        pid_t root = become(&b, ROOT);
        pid_t pid = become(&b, BELOW);
        process_exited(b.r, BELOW);
        if (way > 0)
            child_end(pid);
        if (way >= 2)
            die(above, SIGTERM);
        if (way >= 3)
            process_exited(b.r, LEAF);
        if (way >= 4)
            process_exited(b.r, ROOT);
        processes_look(b.r);
        bool seen = way == 1 || way >= 3;
        CU_ASSERT_EQUAL(b.r->process[BELOW].state, seen ? PROCESS_REAPED : PROCESS_ZOMBIE);
        CU_ASSERT(!seen || record_last(&b)->point == POINT_PROC_REAPED);
        CU_ASSERT(!seen || record_last(&b)->actor == BELOW);
        CU_ASSERT(way != 1 || record_last(&b)->peer == LEAF);
        CU_ASSERT(way != 3 || record_last(&b)->peer == ROOT);
        CU_ASSERT(way != 4 || record_last(&b)->peer == ACTOR_HARNESS);
        bench_close(&b);
        if (way == 0)
            child_end(pid);
        child_end(above);
        child_end(root);
    }
}

/* ---- Stops ---- */

static void test_a_stop_is_seen_and_a_later_word_ends_it(void)
{
    /* 0: it is stopped; 1: by a stop that an order on its way ends; 2: it said before that it goes
     * on; 3: it was not expected to. */
    for (int way = 0; way < 4; way++) {
        struct bench b;
        bench_open(&b);
        pid_t pid = become(&b, LEAF);
        stop_child(pid);
        if (way != 3)
            process_stopping(b.r, LEAF, SIGTSTP);
        b.r->continuing = way == 1;
        if (way == 2)
            report(&b, LEAF, CONTROL_POINT, POINT_SIG_CONT, SIGCONT);
        processes_look(b.r);
        CU_ASSERT_EQUAL(b.r->process[LEAF].state, way == 0 ? PROCESS_STOPPED : PROCESS_LIVE);
        CU_ASSERT(way != 0 || record_last(&b)->value == SIGTSTP);
        CU_ASSERT_EQUAL(b.r->process[LEAF].stopping, way == 1);
        bench_close(&b);
        child_end(pid);
    }
}

/* LEAF may stop, was asked since, and runs. Each row but the first keeps its answer from telling.
 */
static void test_who_answers_after_the_signal_does_not_stop(void)
{
    for (int way = 0; way < 6; way++) {
        struct bench b;
        bench_open(&b);
        pid_t pid = become(&b, LEAF);
        struct real_process *p = &b.r->process[LEAF];
        p->reported = true;
        process_may_stop(b.r, LEAF, SIGTSTP);
        p->probe_asked = p->probe_answered = p->stop_round;
        if (way == 1)
            p->stop_round = 0; /* it has said so itself */
        if (way == 2)
            p->reported = false;
        if (way == 3)
            p->held = true;
        if (way == 4)
            p->frozen = true;
        if (way == 5)
            p->probe_answered = p->probe_asked = p->stop_round - 1;
        processes_look(b.r);
        CU_ASSERT_EQUAL(p->stopping, way != 0);
        CU_ASSERT_EQUAL(asked(&b, LEAF), way == 5 ? p->stop_round : -1);
        bench_close(&b);
        child_end(pid);
    }
}

/* Nobody tells of a stop, or of room: then the world comes back by itself, and only then. */
static void test_what_nobody_tells_is_looked_for_again(void)
{
    for (int way = 0; way < 4; way++) {
        struct bench b;
        bench_open(&b);
        b.r->look_timer = (struct loop_timer){.on_time = timer_due, .user = &b};
        if (way == 0)
            process_stopping(b.r, LEAF, SIGTSTP);
        if (way == 1) {
            (void)ears_fill(&b, LEAF);
            process_go(b.r, LEAF);
        }
        if (way == 2) { /* the first one, and not the last */
            process_stopping(b.r, ROOT, SIGTSTP);
        }
        processes_look(b.r);
        int64_t begin_ns = loop_now_ns();
        if (way < 3)
            (void)loop_run_once(b.r->loop);
        else
            (void)loop_run_nowait(b.r->loop);
        CU_ASSERT_EQUAL(b.says_due, way < 3);
        CU_ASSERT(loop_now_ns() - begin_ns < 5000 * MS);
        bench_close(&b);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"death",   test_a_death_is_seen_behind_the_last_words              },
        {"many",    test_a_death_behind_many_others_is_seen_in_the_same_look},
        {"stall",   test_a_death_in_a_stall_is_dated_at_its_begin           },
        {"reaped",  test_a_zombie_that_was_reaped_was_so_by_who_lives       },
        {"stop",    test_a_stop_is_seen_and_a_later_word_ends_it            },
        {"no stop", test_who_answers_after_the_signal_does_not_stop         },
        {"again",   test_what_nobody_tells_is_looked_for_again              },
        CU_TEST_INFO_NULL,
    };

    return suite_run("real_look", tests);
}
