/* quiet_test.c: when a tree is quiet, on actors whose answers are written here, one by one. */
#include "harness/real/tests/told_bench.h"
#include "runtime/base/pidfd.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void begin(struct bench *b)
{
    bench_open(b);
    world_want(b->world, WORLD_QUIET, 0);
}

static bool is_quiet(const struct bench *b)
{
    const struct trace *t = &b->world->trace;

    for (size_t i = 0; i < t->count; i++) {
        if (t->record[i].point == POINT_QUIET)
            return true;
    }
    return false;
}

/* One look. Returns whether it has found quiet. */
static bool settles(struct bench *b)
{
    quiet_settle(b->r);
    return is_quiet(b);
}

/* The actor answers what it was asked, if it was. Returns whether that ends in quiet. */
static bool answers(struct bench *b, uint16_t actor)
{
    int64_t probe = asked(b, actor);

    if (probe >= 0)
        report(b, actor, CONTROL_IDLE, 0, probe);
    reports_drain(b->r);
    return settles(b);
}

static void test_two_whole_rounds_are_needed(void)
{
    struct bench b;

    begin(&b);
    CU_ASSERT_FALSE(settles(&b));
    for (int round = 0; round < 2; round++) {
        CU_ASSERT_FALSE(answers(&b, OTHER));
        CU_ASSERT_FALSE(answers(&b, OTHER)); /* is not asked again before all have answered */
        CU_ASSERT_FALSE(answers(&b, ROOT));
        CU_ASSERT_FALSE(answers(&b, BELOW));
        CU_ASSERT_EQUAL(answers(&b, LEAF), round == 1);
    }
    CU_ASSERT_FALSE(b.r->quiet.wanted);
    /* It is said once, behind a look at the terminal and at the lock. */
    CU_ASSERT_TRUE(settles(&b));
    const struct trace *t = &b.world->trace;
    CU_ASSERT_FATAL(t->count == 2);
    CU_ASSERT_EQUAL(t->record[0].point, POINT_BATON_SEEN);
    CU_ASSERT_EQUAL(t->record[1].point, POINT_QUIET);
    CU_ASSERT_EQUAL(t->record[1].value, 0);
    CU_ASSERT_EQUAL(t->record[1].extra, 0);
    CU_ASSERT_EQUAL(events(&b, WORLD_QUIET), 1);
    CU_ASSERT_EQUAL(b.last.actor, ACTOR_NONE);
    CU_ASSERT_EQUAL(b.last.point, 0);
    bench_close(&b);
}

static void whole_round(struct bench *b, bool quiet)
{
    CU_ASSERT_FALSE(answers(b, ROOT));
    CU_ASSERT_FALSE(answers(b, LEAF));
    CU_ASSERT_FALSE(answers(b, BELOW));
    CU_ASSERT_EQUAL(answers(b, OTHER), quiet);
}

static void test_whatever_happens_makes_both_begin_anew(void)
{
    struct bench b;

    begin(&b);
    CU_ASSERT_FALSE(settles(&b));
    whole_round(&b, false);
    CU_ASSERT_FALSE(answers(&b, LEAF));
    report(&b, LEAF, CONTROL_POINT, POINT_TIMER_FIRE, 0);
    whole_round(&b, false); /* what was asked before does not count */
    whole_round(&b, false);
    whole_round(&b, true);
    bench_close(&b);
}

/* What lies unread when the last answer is there is seen before anything is said. */
static void test_the_last_look_takes_in_what_was_not_served(void)
{
    struct bench b;

    begin(&b);
    CU_ASSERT_FALSE(settles(&b));
    whole_round(&b, false);
    for (uint16_t i = 0; i < ACTORS; i++)
        b.r->process[i].probe_answered = asked(&b, i);
    report(&b, ROOT, CONTROL_POINT, POINT_TIMER_FIRE, 0);
    CU_ASSERT_FALSE(settles(&b));
    CU_ASSERT_FALSE(settles(&b));
    whole_round(&b, false);
    whole_round(&b, true);
    bench_close(&b);
}

/* The guard's word, and a death, are among that. */
static void test_the_last_look_hears_the_guard_and_sees_the_dead(void)
{
    const struct guard_report started = {.kind = GUARD_STARTED};
    struct bench b;

    for (int what = 0; what < 2; what++) {
        begin(&b);
        bench_guard(&b);
        b.r->pids = epoll_create1(EPOLL_CLOEXEC);
        CHECK(b.r->pids >= 0);
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            (void)pause();
            _exit(0);
        }
        b.r->process[LEAF].state = PROCESS_NONE;
        process_register(b.r, LEAF, child, pidfd_of(child));
        CU_ASSERT_FALSE(settles(&b));
        whole_round(&b, false);
        for (uint16_t i = 0; i < ACTORS; i++)
            b.r->process[i].probe_answered = asked(&b, i);
        if (what == 0)
            CHECK(send(b.guard, &started, sizeof(started), 0) == (ssize_t)sizeof(started));
        CHECK(what == 0 || kill(child, SIGKILL) == 0);
        CU_ASSERT(what == 0 || fd_await(b.r->process[LEAF].pidfd, "death"));
        CU_ASSERT_FALSE(settles(&b));
        CU_ASSERT_EQUAL(b.r->process[LEAF].state, what == 0 ? PROCESS_LIVE : PROCESS_ZOMBIE);
        CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
        bench_close(&b);
    }
}

/* So is output, and that somebody was reaped of whom nobody has told. */
static void test_the_last_look_sees_the_terminal_and_the_reaped(void)
{
    for (int what = 0; what < 2; what++) {
        struct bench b;
        int pidfd;
        pid_t pid = child_start(&pidfd);
        begin(&b);
        bench_terminal(&b);
        b.r->process[ROOT].held = what == 1; /* who would reap it is not waited for */
        if (what == 1) {
            b.r->process[BELOW].pidfd = pidfd;
            b.r->process[LEAF].held = true;
            process_exited(b.r, BELOW);
        }
        for (int round = 0; round < 2; round++) {
            CU_ASSERT_FALSE(settles(&b));
            for (uint16_t i = 0; i < ACTORS; i++)
                b.r->process[i].probe_answered = asked(&b, i);
        }
        child_end(pid);
        if (what == 0)
            CHECK(write(b.slave, "x", 1) == 1);
        CU_ASSERT_FALSE(settles(&b));
        CU_ASSERT(what == 0 || b.r->process[BELOW].state == PROCESS_REAPED);
        CU_ASSERT_EQUAL(events(&b, WORLD_OUTPUT), what == 0);
        if (what == 0)
            CHECK(close(pidfd) == 0);
        bench_close(&b);
    }
}

/* Each of these alone keeps it from being quiet, however often all have answered. */
static void keep_busy(struct bench *b, int what)
{
    struct real_process *leaf = &b->r->process[LEAF];

    switch (what) {
    case 0:
        leaf->up_sent = leaf->up_received + 1; /* a frame on its way */
        break;
    case 1:
        leaf->down_sent = leaf->down_received + 1;
        break;
    case 2:
        leaf->reported = false;
        break;
    case 3:
        b->r->process[ROOT].reported = false;
        break;
    case 4:
        leaf->stopping = true;
        break;
    case 5:
        leaf->state = PROCESS_NONE;
        leaf->expected = true;
        break;
    case 6:
        leaf->state = PROCESS_ZOMBIE;
        break;
    case 7:
        b->r->harms = 1;
        break;
    case 8:
        b->r->press.open = true;
        break;
    case 9:
        b->r->phase = REAL_NEW;
        break;
    case 10:
        b->r->process[ROOT].state = PROCESS_ZOMBIE; /* the guard reaps it */
        break;
    case 11:
        b->r->process[ROOT].state = PROCESS_REAPED; /* and what has lost it */
        leaf->state = PROCESS_ZOMBIE;
        break;
    default:
        b->r->phase = REAL_OVER;
        break;
    }
}

enum { BUSY_WAYS = 13, EXCUSES = 16, LOOKS = 4 };

static bool quiet_after_looks(struct bench *b)
{
    for (int look = 0; look < LOOKS; look++) {
        for (uint16_t i = 0; i < ACTORS; i++)
            (void)answers(b, i);
    }
    return is_quiet(b);
}

static void test_whoever_has_something_to_come_is_busy(void)
{
    for (int what = -1; what < BUSY_WAYS; what++) {
        struct bench b;
        begin(&b);
        if (what >= 0)
            keep_busy(&b, what);
        CU_ASSERT_FALSE(settles(&b));
        CU_ASSERT_EQUAL(quiet_after_looks(&b), what < 0);
        if (quiet_after_looks(&b) != (what < 0))
            (void)printf("\nway %d\n", what);
        b.r->phase = REAL_RUN;
        bench_close(&b);
    }
}

/* And these alone excuse it: nothing is to be expected. */
static void excuse(struct bench *b, int what)
{
    struct real_process *leaf = &b->r->process[LEAF];
    struct real_process *root = &b->r->process[ROOT];

    leaf->up_sent = leaf->up_received + 1;
    switch (what) {
    case 0:
        leaf->link_up_over = true;
        break;
    case 1:
        leaf->delayed_up = true;
        break;
    case 2:
        leaf->dropped_up = true;
        break;
    case 3:
        leaf->held = true; /* it is not asked either */
        break;
    case 4:
        root->held = true;
        break;
    case 5:
        leaf->state = PROCESS_STOPPED;
        break;
    case 6: /* the root is stopped before it could fork */
        leaf->up_sent = leaf->up_received;
        leaf->state = PROCESS_NONE;
        leaf->expected = true;
        root->held = true;
        break;
    case 7: /* and before it could reap */
        leaf->up_sent = leaf->up_received;
        leaf->state = PROCESS_ZOMBIE;
        root->held = true;
        break;
    case 8: /* it was seen before it could say anything, and is stopped since */
    case 9:
        leaf->up_sent = leaf->up_received;
        b->r->process[what == 8 ? ROOT : LEAF].state = PROCESS_STOPPED;
        b->r->process[what == 8 ? ROOT : LEAF].reported = false;
        break;
    case 10: /* nobody has started it */
        leaf->up_sent = leaf->up_received;
        leaf->state = PROCESS_NONE;
        break;
    case 11: /* it has come */
        leaf->up_sent = leaf->up_received;
        leaf->expected = true;
        break;
    case 12: /* a death is over when it was reaped */
        leaf->up_sent = leaf->up_received;
        leaf->state = PROCESS_REAPED;
        leaf->expected = true;
        break;
    default:
        leaf->up_sent = leaf->up_received;
        leaf->down_sent = leaf->down_received + 1;
        leaf->link_down_over = what == 13;
        leaf->delayed_down = what == 14;
        leaf->dropped_down = what == 15;
        break;
    }
}

static void test_what_cannot_come_is_not_waited_for(void)
{
    for (int what = 0; what < EXCUSES; what++) {
        struct bench b;
        begin(&b);
        excuse(&b, what);
        CU_ASSERT_FALSE(settles(&b));
        CU_ASSERT_TRUE(quiet_after_looks(&b));
        bench_close(&b);
    }
}

/* The holder of the terminal, held at a point with the signal blocked, does not come to stopping:
 * the root's child LEAF is a process, and each row but the first makes it one that will. */
static void test_a_stop_that_cannot_come_is_not_waited_for(void)
{
    sigset_t blocked, before;

    CHECK(sigemptyset(&blocked) == 0 && sigaddset(&blocked, SIGTSTP) == 0);
    for (int way = 0; way < 5; way++) {
        struct bench b;
        int pidfd;
        begin(&b);
        CHECK(sigprocmask(SIG_BLOCK, &blocked, &before) == 0);
        pid_t pid = child_start(&pidfd);
        CHECK(sigprocmask(SIG_SETMASK, &before, NULL) == 0);
        struct real_process *p = &b.r->process[LEAF];
        p->pid = way == 1 ? NOBODYS_PID : pid;
        p->held = way != 2;
        process_may_stop(b.r, LEAF, way == 3 ? SIGSTOP : SIGTSTP);
        if (way == 4)
            p->stop_round = 0;
        CU_ASSERT_FALSE(settles(&b));
        CU_ASSERT_EQUAL(quiet_after_looks(&b), way == 0);
        bench_close(&b);
        CHECK(close(pidfd) == 0);
        child_end(pid);
    }
}

/* What a zombie is excused for: both who waited, but of a parent that has died nothing is known. */
static void test_both_waits_count_and_none_is_negative(void)
{
    static const struct {
        struct real_waited was, now;
        int64_t want;
    } rows[] = {
        {{.parent_ns = 5},                    {.parent_ns = 8},                     3  },
        {{.parent_ns = 5},                    {.parent_ns = 6},                     1  },
        {{.harness_ns = 5},                   {.harness_ns = 9},                    4  },
        {{.parent_ns = 1, .harness_ns = 1},   {.parent_ns = 80, .harness_ns = 101}, 179},
        {{.stalled_ns = 2},                   {.harness_ns = 30, .stalled_ns = 9},  30 },
        {{.stalled_ns = 2},                   {.harness_ns = 3, .stalled_ns = 40},  38 },
        {{.parent_ns = 500, .harness_ns = 1}, {.parent_ns = 0, .harness_ns = 8},    7  },
        {{.parent_ns = 1, .harness_ns = 9},   {.parent_ns = 5, .harness_ns = 1},    4  },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CU_ASSERT_EQUAL(process_waited(&rows[i].was, &rows[i].now), rows[i].want);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"two rounds",  test_two_whole_rounds_are_needed                    },
        {"anew",        test_whatever_happens_makes_both_begin_anew         },
        {"last look",   test_the_last_look_takes_in_what_was_not_served     },
        {"last word",   test_the_last_look_hears_the_guard_and_sees_the_dead},
        {"last sight",  test_the_last_look_sees_the_terminal_and_the_reaped },
        {"busy",        test_whoever_has_something_to_come_is_busy          },
        {"cannot come", test_what_cannot_come_is_not_waited_for             },
        {"no stop",     test_a_stop_that_cannot_come_is_not_waited_for      },
        {"waited",      test_both_waits_count_and_none_is_negative          },
        CU_TEST_INFO_NULL,
    };

    return suite_run("quiet", tests);
}
