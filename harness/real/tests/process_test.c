/* process_test.c: what is known of an actor's process, its birth and its death, on processes that
 * are as the test says. */
#include "harness/real/subject.h"
#include "harness/real/tests/told_bench.h"
#include "runtime/base/pidfd.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static bool fd_is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* An actor whose process is that one. */
static void become(struct bench *b, uint16_t actor, pid_t pid, int pidfd)
{
    b->r->process[actor].pid = pid;
    b->r->process[actor].pidfd = pidfd;
}

/* ---- What it is ---- */

static void test_who_is_alive_and_who_can_act(void)
{
    static const struct {
        struct real_process p;
        bool lives, acts;
    } rows[] = {
        {{.state = PROCESS_LIVE, .reported = true},                   true,  true },
        {{.state = PROCESS_LIVE},                                     true,  false},
        {{.state = PROCESS_LIVE, .reported = true, .held = true},     true,  false},
        {{.state = PROCESS_LIVE, .reported = true, .stopping = true}, true,  false},
        {{.state = PROCESS_LIVE, .reported = true, .frozen = true},   true,  false},
        {{.state = PROCESS_STOPPED, .reported = true},                true,  false},
        {{.state = PROCESS_NONE, .reported = true},                   false, false},
        {{.state = PROCESS_ZOMBIE, .reported = true},                 false, false},
        {{.state = PROCESS_REAPED, .reported = true},                 false, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CU_ASSERT_EQUAL(process_lives(&rows[i].p), rows[i].lives);
        CU_ASSERT_EQUAL(process_acts(&rows[i].p), rows[i].acts);
    }
}

static void test_a_number_is_its_process_s_until_it_is_reaped(void)
{
    static const struct {
        enum process_state state;
        bool found;
    } rows[] = {
        {PROCESS_LIVE,    true },
        {PROCESS_STOPPED, true },
        {PROCESS_ZOMBIE,  true },
        {PROCESS_REAPED,  false},
        {PROCESS_NONE,    false},
    };
    struct bench b;

    bench_open(&b);
    for (uint16_t i = 0; i < ACTORS; i++)
        b.r->process[i].pid = 100 + i;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        b.r->process[LEAF].state = (uint8_t)rows[i].state;
        CU_ASSERT_EQUAL(process_find(b.r, 100 + LEAF), rows[i].found ? LEAF : ACTOR_NONE);
    }
    CU_ASSERT_EQUAL(process_find(b.r, 100), ROOT);
    CU_ASSERT_EQUAL(process_find(b.r, 100 + ACTORS - 1), ACTORS - 1);
    CU_ASSERT_EQUAL(process_find(b.r, 100 + ACTORS), ACTOR_NONE);
    bench_close(&b);
}

static void test_a_dead_one_is_its_parent_s_or_the_root_s_or_the_guard_s(void)
{
    struct bench b;

    bench_open(&b);
    CU_ASSERT_EQUAL(process_reaper(b.r, BELOW), LEAF);
    CU_ASSERT_EQUAL(process_reaper(b.r, LEAF), ROOT);
    CU_ASSERT_EQUAL(process_reaper(b.r, ROOT), ACTOR_HARNESS);
    b.r->process[LEAF].state = PROCESS_STOPPED;
    CU_ASSERT_EQUAL(process_reaper(b.r, BELOW), LEAF);
    b.r->process[LEAF].state = PROCESS_ZOMBIE;
    CU_ASSERT_EQUAL(process_reaper(b.r, BELOW), ROOT);
    /* The first process of a command is no subreaper. */
    b.r->subject = &subject_command;
    CU_ASSERT_EQUAL(process_reaper(b.r, BELOW), ACTOR_HARNESS);
    CU_ASSERT_EQUAL(process_reaper(b.r, LEAF), ROOT);
    b.r->subject = &subject_tree;
    b.r->process[ROOT].state = PROCESS_REAPED;
    CU_ASSERT_EQUAL(process_reaper(b.r, BELOW), ACTOR_HARNESS);
    b.r->process[LEAF].state = PROCESS_LIVE;
    CU_ASSERT_EQUAL(process_reaper(b.r, BELOW), LEAF);
    bench_close(&b);
}

/* ---- Birth ---- */

static void test_a_process_is_registered_once(void)
{
    struct bench b;
    int first, second;
    pid_t pid = child_start(&first);

    bench_open(&b);
    b.r->pids = epoll_create1(EPOLL_CLOEXEC);
    b.r->process[LEAF].state = PROCESS_NONE;
    uint64_t activity = b.r->activity;
    process_register(b.r, LEAF, pid, first);
    CU_ASSERT_EQUAL(b.r->activity, activity + 1);
    CU_ASSERT_EQUAL(b.r->process[LEAF].state, PROCESS_LIVE);
    CU_ASSERT_EQUAL(b.r->process[LEAF].pid, pid);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_PROC_SPAWNED);
    CU_ASSERT_EQUAL(record_last(&b)->actor, LEAF);
    CU_ASSERT_EQUAL(record_last(&b)->peer, ACTOR_NONE);
    CU_ASSERT_EQUAL(record_last(&b)->value, pid);
    second = pidfd_of(pid);
    process_register(b.r, LEAF, pid, second);
    CU_ASSERT_FALSE(fd_is_open(second));
    CU_ASSERT_TRUE(fd_is_open(first));
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_PROC_SPAWNED), 1);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
    /* It is watched: its death is seen. */
    CU_ASSERT_EQUAL(kill(pid, SIGKILL), 0);
    CU_ASSERT(fd_await(b.r->pids, "death"));
    processes_drain(b.r);
    CU_ASSERT_EQUAL(b.r->process[LEAF].state, PROCESS_ZOMBIE);
    bench_close(&b);
    child_end(pid);
}

static void test_who_comes_while_the_job_stops_may_stop_too(void)
{
    struct bench b;
    int pidfd;
    pid_t pid = child_start(&pidfd);

    bench_open(&b);
    b.r->job_stops = true;
    b.r->process[LEAF].state = PROCESS_NONE;
    b.r->process[LEAF].stopping = false;
    process_register(b.r, LEAF, pid, pidfd); /* nobody watches: there is no epoll */
    CU_ASSERT_TRUE(b.r->process[LEAF].stopping);
    CU_ASSERT_EQUAL(b.r->process[LEAF].stop_signal, SIGTSTP);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.failure, "cannot watch the process of actor 1"));
    bench_close(&b);
    child_end(pid);
}

static void test_a_number_that_is_used_again_is_a_new_process(void)
{
    struct bench b;

    bench_open(&b);
    struct real_process *p = &b.r->process[BELOW];
    int orders = p->orders;
    int pidfd = dup(orders);
    *p = (struct real_process){
        .state = PROCESS_ZOMBIE, .pidfd = pidfd, .orders = orders, .pid = 77, .held_point = 3};
    uint64_t activity = b.r->activity;
    process_expected(b.r, BELOW);
    CU_ASSERT(b.r->activity > activity + 1);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_PROC_REAPED);
    CU_ASSERT_EQUAL(record_last(&b)->actor, BELOW);
    CU_ASSERT_EQUAL(record_last(&b)->peer, LEAF);
    CU_ASSERT_FALSE(fd_is_open(orders) || fd_is_open(pidfd));
    CU_ASSERT(p->expected && p->state == PROCESS_NONE && p->pidfd == -1 && p->orders == -1);
    CU_ASSERT(p->status == -1 && p->pid == 0 && p->held_point == 0);
    /* One that was never there leaves no record. */
    size_t count = b.world->trace.count;
    activity = b.r->activity;
    process_expected(b.r, BELOW);
    CU_ASSERT_EQUAL(b.world->trace.count, count);
    CU_ASSERT_EQUAL(b.r->activity, activity + 1);
    bench_close(&b);
}

/* ---- Death ---- */

static void test_a_death_is_noted_once(void)
{
    struct bench b;

    bench_open(&b);
    struct real_process *p = &b.r->process[LEAF];
    p->held = p->expected = true;
    p->status = 7 << 8;
    process_stopping(b.r, LEAF, SIGTSTP);
    process_stopping(b.r, OTHER, SIGTSTP);
    uint64_t activity = b.r->activity;
    process_exited(b.r, LEAF);
    CU_ASSERT_EQUAL(b.r->activity, activity + 1);
    CU_ASSERT(p->state == PROCESS_ZOMBIE && !p->held && !p->expected && !p->stopping);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_PROC_EXITED);
    CU_ASSERT_EQUAL(record_last(&b)->actor, LEAF);
    CU_ASSERT_EQUAL(record_last(&b)->value, 7 << 8);
    process_exited(b.r, LEAF);
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_PROC_EXITED), 1);
    b.r->process[BELOW].state = PROCESS_NONE;
    process_exited(b.r, BELOW);
    CU_ASSERT_EQUAL(b.r->process[BELOW].state, PROCESS_NONE);
    /* That it ended well is a status that is known. */
    b.r->process[OTHER].status = 0;
    process_exited(b.r, OTHER);
    CU_ASSERT_EQUAL(record_last(&b)->value, 0);
    /* A stopped one can die. */
    b.r->process[BELOW].state = PROCESS_STOPPED;
    process_exited(b.r, BELOW);
    CU_ASSERT_EQUAL(b.r->process[BELOW].state, PROCESS_ZOMBIE);
    bench_close(&b);
}

static void test_a_reaping_is_noted_once_and_behind_the_death(void)
{
    struct bench b;

    bench_open(&b);
    struct real_process *p = &b.r->process[LEAF];
    int orders = p->orders;
    p->expected = true;
    p->waited.harness_ns = INT64_MAX / 2; /* nobody has waited */
    process_reaped(b.r, LEAF, OTHER, 3 << 8);
    CU_ASSERT_EQUAL(record_at(&b, 0)->point, POINT_PROC_EXITED);
    CU_ASSERT_EQUAL(record_at(&b, 1)->point, POINT_PROC_REAPED);
    CU_ASSERT_EQUAL(record_at(&b, 1)->peer, OTHER);
    CU_ASSERT_EQUAL(record_at(&b, 1)->value, 3 << 8);
    CU_ASSERT(p->state == PROCESS_REAPED && !p->expected && p->status == 3 << 8);
    CU_ASSERT_FALSE(fd_is_open(orders));
    CU_ASSERT_EQUAL(p->orders, -1);
    uint64_t activity = b.r->activity;
    process_reaped(b.r, LEAF, OTHER, 0);
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_PROC_REAPED), 1);
    CU_ASSERT_EQUAL(b.r->activity, activity);
    CU_ASSERT_EQUAL(p->status, 3 << 8);
    /* By nobody knows whom. A status that is known is kept. */
    b.r->process[OTHER].status = 5 << 8;
    process_exited(b.r, OTHER);
    activity = b.r->activity;
    process_reaped(b.r, OTHER, ACTOR_NONE, -1);
    CU_ASSERT_EQUAL(b.r->activity, activity + 1);
    CU_ASSERT_EQUAL(record_last(&b)->peer, ACTOR_NONE);
    CU_ASSERT_EQUAL(record_last(&b)->value, 5 << 8);
    /* 0 is a status, too. */
    b.r->process[BELOW].status = 5 << 8;
    process_reaped(b.r, BELOW, LEAF, 0);
    CU_ASSERT_EQUAL(record_last(&b)->value, 0);
    /* Of one that was never heard of nothing is expected any more, and nothing is known. */
    b.r->process[ROOT].state = PROCESS_NONE;
    b.r->process[ROOT].expected = true;
    process_reaped(b.r, ROOT, ACTOR_HARNESS, 0);
    CU_ASSERT_FALSE(b.r->process[ROOT].expected);
    CU_ASSERT_EQUAL(records(&b, ROOT, POINT_PROC_REAPED), 0);
    bench_close(&b);
}

static void test_a_status_that_is_known_is_kept_and_one_that_is_not_is_minus_one(void)
{
    static const int64_t statuses[] = {0, 5 << 8, -1};

    for (int i = 0; i < 3; i++) {
        struct bench b;
        bench_open(&b);
        b.r->process[LEAF].status = statuses[i];
        b.r->process[LEAF].pid = NOBODYS_PID; /* nobody's */
        process_exited(b.r, LEAF);
        CU_ASSERT_EQUAL(record_last(&b)->value, statuses[i]);
        process_reaped(b.r, LEAF, ROOT, -1);
        CU_ASSERT_EQUAL(record_last(&b)->value, statuses[i]);
        bench_close(&b);
    }
}

/* Where nobody says how it has died, the kernel does, while it is a zombie. */
static void test_the_kernel_says_how_a_zombie_has_died(void)
{
    struct bench b;
    siginfo_t info;
    int pidfd;
    pid_t pid = child_start(&pidfd);

    bench_open(&b);
    become(&b, LEAF, pid, pidfd);
    CU_ASSERT_EQUAL(kill(pid, SIGTERM), 0);
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
    process_exited(b.r, LEAF);
    CU_ASSERT_EQUAL(record_last(&b)->value, SIGTERM);
    /* It may be seen as late as this. */
    b.r->process[LEAF].status = -1;
    process_reaped(b.r, LEAF, ROOT, -1);
    CU_ASSERT_EQUAL(record_last(&b)->value, SIGTERM);
    CU_ASSERT_FALSE(fd_is_open(pidfd));
    bench_close(&b);
    child_end(pid);
}

/* Of one that lives there is no status; and a number may be another zombie's by now. */
static void test_of_nobody_else_the_kernel_s_word_is_taken(void)
{
    struct bench b;
    siginfo_t info;
    int pidfd, gone;
    pid_t reaped = child_start(&gone);
    pid_t pid = child_start(&pidfd);

    bench_open(&b);
    become(&b, LEAF, pid, pidfd);
    process_exited(b.r, LEAF);
    CU_ASSERT_EQUAL(record_last(&b)->value, -1);
    CHECK(kill(pid, SIGTERM) == 0);
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
    child_end(reaped);
    become(&b, OTHER, pid, gone);
    process_exited(b.r, OTHER);
    CU_ASSERT_NOT_EQUAL(record_last(&b)->value, SIGTERM);
    bench_close(&b);
    child_end(pid);
}

/* The age of a zombie that the machine is to blame for, in milliseconds. */
static void test_what_a_zombie_waited_for_stands_in_its_reaping(void)
{
    struct bench b;

    bench_open(&b);
    process_exited(b.r, LEAF);
    CU_ASSERT_EQUAL(b.r->process[LEAF].waited.stalled_ns, 0);
    b.world->stalled_ns = INT64_C(7900000);
    process_reaped(b.r, LEAF, ROOT, 0);
    CU_ASSERT(record_last(&b)->extra >= 7);
    CU_ASSERT(record_last(&b)->extra < 7000);
    /* To the millisecond. */
    process_exited(b.r, BELOW);
    b.r->process[BELOW].waited =
        (struct real_waited){.harness_ns = INT64_MAX / 2, .parent_ns = INT64_MAX / 2};
    b.world->stalled_ns = INT64_C(5000000000001);
    process_reaped(b.r, BELOW, LEAF, 0);
    CU_ASSERT_EQUAL(record_last(&b)->extra, 5000000);
    b.world->stalled_ns = INT64_C(7900000);
    /* What was so when it died is none of that. */
    process_exited(b.r, OTHER);
    CU_ASSERT_EQUAL(b.r->process[OTHER].waited.stalled_ns, INT64_C(7900000));
    bench_close(&b);
    /* Nor is a stall that ended just then, and that nobody has looked for yet. */
    bench_open(&b);
    b.r->awake_ns = loop_now_ns() - INT64_C(10000000000);
    process_exited(b.r, LEAF);
    CU_ASSERT(b.r->process[LEAF].waited.stalled_ns >= INT64_C(10000000000));
    CU_ASSERT_EQUAL(b.r->process[LEAF].waited.stalled_ns, b.world->stalled_ns);
    bench_close(&b);
}

static void test_the_kernel_s_text_says_how_long_somebody_waited(void)
{
    CU_ASSERT_EQUAL(process_waited_of("912345 98 3\n"), 98);
    CU_ASSERT_EQUAL(process_waited_of("8 0 1\n"), 0);
    CU_ASSERT_EQUAL(process_waited_of("8"), 0);
    CU_ASSERT_EQUAL(process_waited_of(""), 0);
}

/* The parent is this process, which has always waited for a moment where the kernel tells. */
static void test_of_a_parent_that_lives_it_is_known_how_long_it_waited(void)
{
    for (int lives = 0; lives < 2; lives++) {
        struct bench b;
        bench_open(&b);
        b.r->process[LEAF].state = lives ? PROCESS_LIVE : PROCESS_ZOMBIE;
        b.r->process[LEAF].pid = getpid();
        process_exited(b.r, BELOW);
        const struct real_waited *w = &b.r->process[BELOW].waited;
        CU_ASSERT(lives ? w->parent_ns >= w->harness_ns : w->parent_ns == 0);
        /* The root has no parent. */
        process_exited(b.r, ROOT);
        CU_ASSERT_EQUAL(b.r->process[ROOT].waited.parent_ns, 0);
        CU_ASSERT(b.r->process[ROOT].waited.harness_ns >= w->harness_ns);
        bench_close(&b);
    }
}

/* What a report proves happened when it was made: the harness's own wait since then counts. */
static void test_a_death_that_is_read_late_counts_from_then_on(void)
{
    struct bench b;

    bench_open(&b);
    b.r->said_ns = 1;
    b.r->start_ns -= INT64_C(3600000000000);
    process_exited(b.r, LEAF);
    CU_ASSERT(b.r->process[LEAF].waited.harness_ns < -INT64_C(3000000000000));
    CU_ASSERT_EQUAL(record_last(&b)->at_ns, 1);
    b.r->said_ns = 0;
    process_exited(b.r, OTHER);
    CU_ASSERT(b.r->process[OTHER].waited.harness_ns >= 0);
    bench_close(&b);
}

/* A subject of which nobody says whom it kills, as a command. */
static void keep_silent(struct bench *b)
{
    static struct real_subject silent;

    silent = subject_tree;
    silent.tells_kills = false;
    b->r->subject = &silent;
}

/* Each of these alone makes a SIGKILL one that somebody of this run may have sent. */
static void known_by(struct bench *b, int way)
{
    switch (way) {
    case 0:
        process_kill_known(b->r, LEAF);
        process_kill_known(b->r, NOBODY);
        break;
    case 1:
        keep_silent(b);
        break;
    case 2:
        b->r->phase = REAL_KILLED;
        break;
    case 3:
        b->r->phase = REAL_OVER;
        break;
    default:
        break;
    }
}

static void test_a_sigkill_that_nobody_has_sent_is_a_failure(void)
{
    for (int way = 0; way < 6; way++) {
        struct bench b;
        bench_open(&b);
        b.r->process[LEAF].pid = 4321;
        if (way == 5)
            b.r->phase = REAL_GRACE;
        known_by(&b, way);
        process_reaped(b.r, LEAF, ROOT, SIGKILL);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), way >= 4);
        CU_ASSERT(way < 4 || strstr(b.failure, "leaf (pid 4321) was killed by SIGKILL") != NULL);
        bench_close(&b);
    }
}

static void test_no_other_end_is_anybody_s_fault(void)
{
    static const int64_t statuses[] = {SIGTERM, SIGINT, SIGKILL << 8, 0, -1};

    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        struct bench b;
        bench_open(&b);
        process_reaped(b.r, LEAF, ROOT, statuses[i]);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
        bench_close(&b);
    }
}

/* The child of this very process got a SIGTERM; LEAF is it, and ROOT is this process, unless the
 * way says something else. */
static void test_a_sigterm_that_nobody_has_sent_is_a_failure(void)
{
    int pidfd;
    pid_t pid = child_start(&pidfd);

    for (int way = 0; way < 6; way++) {
        struct bench b;
        bench_open(&b);
        b.r->process[ROOT].pid = getpid();
        b.r->process[LEAF].pid = pid;
        if (way == 0)
            process_term_known(b.r, LEAF);
        if (way == 1)
            keep_silent(&b);
        if (way == 2)
            b.r->stopping = true;
        if (way == 3)
            b.r->process[ROOT].pid = getpid() + 1; /* it has another parent by now */
        if (way == 4)
            b.r->process[LEAF].pid = 0; /* it is gone */
        process_terminated(b.r, LEAF);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), way == 5);
        CU_ASSERT(way < 5 || strstr(b.failure, "leaf (pid ") != NULL);
        CU_ASSERT(way < 5 || strstr(b.failure, "got a SIGTERM") != NULL);
        bench_close(&b);
    }
    (void)close(pidfd);
    child_end(pid);
}

static void test_a_stop_that_nobody_has_asked_for_is_a_failure(void)
{
    for (int way = 0; way < 7; way++) {
        int pidfd;
        siginfo_t info;
        pid_t pid = child_start(&pidfd);
        struct bench b;
        bench_open(&b);
        CHECK(kill(pid, SIGSTOP) == 0);
        CHECK(waitid(P_PID, (id_t)pid, &info, WSTOPPED) == 0);
        uint16_t actor = way == 6 ? ROOT : OTHER;
        become(&b, actor, pid, pidfd);
        if (way == 0)
            b.r->process[OTHER].stopping = true;
        if (way == 1)
            b.r->job_stops = true;
        if (way == 2)
            keep_silent(&b);
        if (way == 3)
            b.r->process[OTHER].state = PROCESS_STOPPED; /* it was seen, and known why */
        if (way == 4) {
            CHECK(kill(pid, SIGCONT) == 0);
            CHECK(waitid(P_PID, (id_t)pid, &info, WCONTINUED) == 0);
        }
        processes_unstop(b.r);
        CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), way >= 5);
        CU_ASSERT(way < 5 || strstr(b.failure, way == 5 ? "other (pid " : "root (pid ") != NULL);
        CU_ASSERT(way < 5 || strstr(b.failure, "was stopped") != NULL);
        /* And it goes on. */
        CU_ASSERT(way < 5 || waitid(P_PID, (id_t)pid, &info, WCONTINUED | WNOHANG) == 0);
        CU_ASSERT(way < 5 || info.si_pid == pid);
        bench_close(&b);
        child_end(pid);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"alive",       test_who_is_alive_and_who_can_act                                   },
        {"number",      test_a_number_is_its_process_s_until_it_is_reaped                   },
        {"reaper",      test_a_dead_one_is_its_parent_s_or_the_root_s_or_the_guard_s        },
        {"register",    test_a_process_is_registered_once                                   },
        {"late",        test_who_comes_while_the_job_stops_may_stop_too                     },
        {"again",       test_a_number_that_is_used_again_is_a_new_process                   },
        {"exited",      test_a_death_is_noted_once                                          },
        {"reaped",      test_a_reaping_is_noted_once_and_behind_the_death                   },
        {"status",      test_the_kernel_says_how_a_zombie_has_died                          },
        {"known",       test_a_status_that_is_known_is_kept_and_one_that_is_not_is_minus_one},
        {"nobody else", test_of_nobody_else_the_kernel_s_word_is_taken                      },
        {"schedstat",   test_the_kernel_s_text_says_how_long_somebody_waited                },
        {"parent",      test_of_a_parent_that_lives_it_is_known_how_long_it_waited          },
        {"waited",      test_what_a_zombie_waited_for_stands_in_its_reaping                 },
        {"read late",   test_a_death_that_is_read_late_counts_from_then_on                  },
        {"SIGKILL",     test_a_sigkill_that_nobody_has_sent_is_a_failure                    },
        {"other end",   test_no_other_end_is_anybody_s_fault                                },
        {"SIGTERM",     test_a_sigterm_that_nobody_has_sent_is_a_failure                    },
        {"SIGSTOP",     test_a_stop_that_nobody_has_asked_for_is_a_failure                  },
        CU_TEST_INFO_NULL,
    };

    return suite_run("process", tests);
}
