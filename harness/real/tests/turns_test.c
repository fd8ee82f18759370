/* turns_test.c: who has had a turn, on looks that are written here, number by number. */
#include "harness/real/turns.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MS INT64_C(1000000)

enum { SHELL = 10, CHILD = 20, GRANDCHILD = 30, THREAD = 11 };

/* A thread that the test moves on by hand. */
struct thread {
    struct turn_sample s;
    bool there;
};

static struct turns turns;
static int64_t now_ns;

static struct thread thread(pid_t tid, pid_t pid, pid_t parent)
{
    struct thread t = {
        .s = {.tid = tid, .pid = pid, .parent = parent, .rests = true},
          .there = true
    };

    (void)snprintf(t.s.name, sizeof(t.s.name), "p%d", (int)pid);
    return t;
}

static void anew(void)
{
    turns_anew(&turns, 100 * MS);
}

/* A look after so much time. */
static void look(int64_t after_ms, struct thread *threads, size_t count)
{
    now_ns += after_ms * MS;
    turns_begin(&turns, now_ns);
    for (size_t i = 0; i < count; i++) {
        if (threads[i].there)
            turns_add(&turns, &threads[i].s);
    }
    turns_end(&turns);
}

static void runs(struct thread *t, int64_t ms)
{
    t->s.cpu_ns += ms * MS;
    t->s.switches++;
    t->s.rests = false;
}

static void test_whoever_is_at_rest_needs_no_turn(void)
{
    struct thread t = thread(SHELL, SHELL, 1);

    anew();
    CU_ASSERT_FALSE(turns_over(&turns));
    look(1, &t, 1);
    look(1, &t, 1);
    CU_ASSERT_FALSE(turns_over(&turns)); /* two looks are too few */
    look(1, &t, 1);
    CU_ASSERT_TRUE(turns_over(&turns));
    t.s.switches++;
    look(1, &t, 1);
    CU_ASSERT_FALSE(turns_over(&turns));
}

/* One that was asleep and runs now has not switched yet. */
static void test_who_runs_is_not_at_rest_although_nothing_has_moved(void)
{
    struct thread t = thread(SHELL, SHELL, 1);

    anew();
    look(1, &t, 1);
    look(1, &t, 1);
    t.s.rests = false;
    look(1, &t, 1);
    CU_ASSERT_FALSE(turns_over(&turns));
    t.s.rests = true; /* nor is it when it sleeps again: that is seen once */
    look(1, &t, 1);
    CU_ASSERT_FALSE(turns_over(&turns));
}

static void test_only_time_on_a_processor_is_a_turn_of_who_computes(void)
{
    struct thread t = thread(SHELL, SHELL, 1);

    anew();
    look(1, &t, 1);
    for (int i = 0; i < 33; i++) {
        /* It is let run for 3 ms of each 50. */
        runs(&t, 3);
        t.s.queued_ns += 47 * MS;
        look(50, &t, 1);
        CU_ASSERT_FALSE(turns_over(&turns));
    }
    runs(&t, 1);
    look(50, &t, 1);
    CU_ASSERT_TRUE(turns_over(&turns));
}

static void test_what_is_shown_begins_all_anew(void)
{
    struct thread t = thread(SHELL, SHELL, 1);

    anew();
    look(1, &t, 1);
    runs(&t, 60);
    look(60, &t, 1);
    anew();
    look(1, &t, 1);
    runs(&t, 60);
    look(60, &t, 1);
    CU_ASSERT_FALSE(turns_over(&turns));
    runs(&t, 40);
    look(60, &t, 1);
    CU_ASSERT_TRUE(turns_over(&turns));
}

static void test_a_poller_goes_through_its_waits(void)
{
    struct thread t = thread(SHELL, SHELL, 1);
    int looks = 0;

    anew();
    look(1, &t, 1);
    for (; looks < 100 && !turns_over(&turns); looks++) {
        t.s.switches++;
        look(5, &t, 1);
    }
    CU_ASSERT_EQUAL(looks, 20); /* 5 ms each */

    /* Waits that took no time are no turn; a look on which it is awake says nothing. */
    anew();
    look(1, &t, 1);
    for (looks = 0; looks < 100; looks++) {
        t.s.switches += 10;
        t.s.queued_ns += 5 * MS;
        look(5, &t, 1);
        t.s.rests = !t.s.rests;
        CU_ASSERT_FALSE(turns_over(&turns));
    }
}

/* A shell that waits for its child is woken by the end of it, and goes on. */
static void test_one_long_wait_is_no_turn(void)
{
    struct thread t[2] = {thread(SHELL, SHELL, 1), thread(CHILD, CHILD, SHELL)};

    anew();
    look(1, t, 2);
    for (int i = 0; i < 30; i++) {
        runs(&t[1], 1);
        look(20, t, 2);
        CU_ASSERT_FALSE(turns_over(&turns));
    }
    t[1].there = false;
    runs(&t[0], 1);
    look(20, t, 2);
    CU_ASSERT_FALSE(turns_over(&turns));
    runs(&t[0], 1);
    look(20, t, 2);
    CU_ASSERT_FALSE(turns_over(&turns));
}

static void test_a_thread_that_spins_proves_nothing_about_another(void)
{
    struct thread t[2] = {thread(SHELL, SHELL, 1), thread(THREAD, SHELL, 1)};

    anew();
    look(1, t, 2);
    for (int i = 0; i < 10; i++) {
        runs(&t[1], 50);
        t[0].s.queued_ns += 47 * MS;
        runs(&t[0], 3);
        look(50, t, 2);
    }
    CU_ASSERT_FALSE(turns_over(&turns));
}

/* What is started meanwhile, and by that, is counted once: while it runs, or when it is reaped. */
static void test_a_loop_of_commands_has_the_time_of_its_commands(void)
{
    struct thread t[3] = {thread(SHELL, SHELL, 1), thread(CHILD, CHILD, SHELL),
                          thread(GRANDCHILD, GRANDCHILD, CHILD)};

    anew();
    look(1, t, 1);
    int64_t ran_ms = 0;
    for (int i = 0; i < 100 && !turns_over(&turns); i++) {
        /* Each child is seen twice and runs 4 ms, 2 of them and 2 of its own child seen. */
        t[1] = thread(CHILD + 100 * i, CHILD + 100 * i, SHELL);
        t[2] = thread(GRANDCHILD + 100 * i, GRANDCHILD + 100 * i, CHILD + 100 * i);
        t[1].s.rests = t[2].s.rests = false;
        look(5, t, 3);
        runs(&t[1], 2);
        runs(&t[2], 2);
        look(5, t, 3);
        t[2].there = false;
        t[1].s.children_ns += 3 * MS;
        look(5, t, 3);
        t[1].there = false;
        runs(&t[0], 0);
        t[0].s.children_ns += 6 * MS;
        look(5, t, 3);
        ran_ms += 6;
    }
    CU_ASSERT_TRUE(ran_ms >= 100 && ran_ms < 110);
}

static void test_who_outlives_its_starter_has_its_own_turn(void)
{
    struct thread t[2] = {thread(SHELL, SHELL, 1), thread(CHILD, CHILD, SHELL)};

    anew();
    look(1, t, 1);
    t[1].s.rests = false;
    look(1, t, 2);
    runs(&t[1], 90);
    look(90, t, 2);
    t[0].there = false;
    t[1].s.parent = 1;
    runs(&t[1], 20);
    look(20, t, 2);
    CU_ASSERT_FALSE(turns_over(&turns));
    for (int i = 0; i < 2; i++) {
        runs(&t[1], 50);
        look(50, t, 2);
    }
    CU_ASSERT_TRUE(turns_over(&turns));
}

static void test_a_number_that_is_used_again_is_somebody_else(void)
{
    struct thread t = thread(SHELL, SHELL, 1);

    anew();
    runs(&t, 10);
    look(1, &t, 1);
    runs(&t, 120);
    look(1, &t, 1);
    t.s.switches = 0;
    t.s.cpu_ns = 0;
    look(1, &t, 1);
    CU_ASSERT_FALSE(turns_over(&turns));
}

static void test_whoever_is_busy_is_named(void)
{
    struct thread t[6];
    struct buf text = BUF_INIT;
    bool rests;

    anew();
    for (int i = 0; i < 6; i++)
        t[i] = thread(SHELL + i, SHELL + i / 2, 1);
    t[5] = thread(50, 50, 1);
    t[4] = thread(60, 60, 1);
    for (int i = 0; i < 3; i++) {
        for (int k = 1; k < 6; k++)
            runs(&t[k], 1);
        look(1, t, 6);
    }
    CU_ASSERT_EQUAL(turns_tell(&turns, &text), 4);
    CU_ASSERT_STRING_EQUAL(buf_text(&text), "p10 (10), p11 (11), p60 (60) and 1 more");
    CU_ASSERT_FALSE(turns_process_over(&turns, SHELL, &rests));
    CU_ASSERT_FALSE(rests);
    CU_ASSERT_FALSE(turns_process_over(&turns, 99, &rests));
    buf_release(&text);
}

/* Whose time is another's has no turn of its own, by whatever name it is asked for. */
static void test_who_was_started_meanwhile_needs_no_turn_of_its_own(void)
{
    struct thread t[2] = {thread(SHELL, SHELL, 1), thread(CHILD, CHILD, SHELL)};
    struct buf text = BUF_INIT;
    bool rests = true;

    anew();
    look(1, t, 1);
    t[1].s.rests = false;
    look(1, t, 2);
    runs(&t[0], 60);
    runs(&t[1], 30);
    look(60, t, 2);
    CU_ASSERT_FALSE(turns_over(&turns));
    CU_ASSERT_EQUAL(turns_tell(&turns, &text), 1);
    CU_ASSERT_STRING_EQUAL(buf_text(&text), "p10 (10)");
    runs(&t[1], 10);
    look(60, t, 2);
    CU_ASSERT_TRUE(turns_over(&turns));
    CU_ASSERT_TRUE(turns_process_over(&turns, SHELL, &rests));
    CU_ASSERT_FALSE(rests);
    CU_ASSERT_FALSE(turns_process_over(&turns, CHILD, &rests));
    CU_ASSERT_FALSE(rests);
    buf_release(&text);
}

/* A thread that ends is not reaped, so that what it had is not told once more. */
static void test_the_time_of_a_thread_that_ends_counts_once(void)
{
    for (int process = 0; process < 2; process++) {
        struct thread t[2] = {thread(SHELL, SHELL, 1),
                              process ? thread(CHILD, CHILD, SHELL) : thread(THREAD, SHELL, 1)};
        anew();
        look(1, t, 1);
        t[1].s.rests = false;
        look(1, t, 2);
        runs(&t[1], 50);
        look(60, t, 2);
        t[1].there = false;
        runs(&t[0], 1);
        look(1, t, 2);
        runs(&t[0], 0);
        t[0].s.children_ns += 49 * MS;
        look(1, t, 2);
        CU_ASSERT_EQUAL(turns_over(&turns), !process);
    }
}

/* A wait is none as long as somebody comes or goes. */
static void test_a_wait_counts_where_nobody_comes(void)
{
    struct thread t[2] = {thread(SHELL, SHELL, 1), thread(CHILD, CHILD, SHELL)};

    anew();
    look(1, t, 1);
    for (int i = 0; i < 40; i++) {
        t[0].s.switches++;
        t[1] = thread(CHILD + i, CHILD + i, SHELL);
        look(5, t, 2);
        CU_ASSERT_FALSE(turns_over(&turns));
    }
    for (int i = 0; i < 20; i++) {
        CU_ASSERT_FALSE(turns_over(&turns));
        t[0].s.switches++;
        look(5, t, 2);
    }
    CU_ASSERT_TRUE(turns_over(&turns));
    /* Nor is anybody at rest then. */
    anew();
    look(1, t, 1);
    for (int i = 0; i < 10; i++) {
        t[1] = thread(CHILD + i, CHILD + i, SHELL);
        look(1, t, 2);
        CU_ASSERT_FALSE(turns_over(&turns));
    }
    look(1, t, 2);
    look(1, t, 2);
    CU_ASSERT_TRUE(turns_over(&turns));
}

/* What can only grow and does not is another's. */
static void test_numbers_that_fall_are_somebody_else_s(void)
{
    for (int which = 0; which < 5; which++) {
        struct thread t = thread(SHELL, SHELL, 1);
        t.s.switches = 9;
        t.s.cpu_ns = t.s.children_ns = MS;
        anew();
        look(1, &t, 1);
        runs(&t, 99);
        look(99, &t, 1);
        look(1, &t, 1);
        CU_ASSERT_FALSE(turns_over(&turns));
        runs(&t, which == 4 ? 1 : 2);
        t.s.pid += which == 0;
        t.s.switches = which == 1 ? 8 : t.s.switches;
        t.s.cpu_ns = which == 2 ? 0 : t.s.cpu_ns;
        t.s.children_ns = which == 3 ? 0 : t.s.children_ns;
        look(2, &t, 1);
        CU_ASSERT_EQUAL(turns_over(&turns), which == 4);
    }
}

static void test_there_may_be_many_threads(void)
{
    enum { MANY = 200 };
    static struct thread t[MANY];

    for (int i = 0; i < MANY; i++)
        t[i] = thread(100 + i, 100, 1);
    anew();
    for (int i = 0; i < TURN_LOOKS; i++) {
        CU_ASSERT_FALSE(turns_over(&turns));
        look(1, t, MANY);
    }
    CU_ASSERT_TRUE(turns_over(&turns));
    CU_ASSERT_EQUAL(turns.count, MANY);
    t[MANY - 1].s.switches++;
    look(1, t, MANY);
    CU_ASSERT_FALSE(turns_over(&turns));
    turns.failed = true; /* no memory for one: nobody knows of it */
    look(1, t, MANY);
    look(1, t, MANY);
    bool rests = true;
    CU_ASSERT_FALSE(turns_over(&turns));
    CU_ASSERT_FALSE(turns_process_over(&turns, 100, &rests));
    turns.failed = false;
    CU_ASSERT_TRUE(turns_over(&turns));
}

/* Of a process all threads count. */
static void test_a_process_is_over_when_all_its_threads_are(void)
{
    for (int busy = 0; busy < 2; busy++) {
        struct thread t[2] = {thread(SHELL, SHELL, 1), thread(THREAD, SHELL, 1)};
        bool rests = true;
        anew();
        look(1, t, 2);
        for (int i = 0; i < TURN_LOOKS; i++) {
            runs(&t[busy], 33);
            look(33, t, 2);
        }
        CU_ASSERT_FALSE(turns_process_over(&turns, SHELL, &rests));
        CU_ASSERT_FALSE(rests);
        runs(&t[busy], 1);
        look(1, t, 2);
        CU_ASSERT_TRUE(turns_process_over(&turns, SHELL, &rests));
        CU_ASSERT_FALSE(rests);
        t[busy].s.rests = true;
        for (int i = 0; i < TURN_LOOKS; i++) {
            CU_ASSERT_FALSE(rests);
            look(1, t, 2);
            CU_ASSERT_TRUE(turns_process_over(&turns, SHELL, &rests));
        }
        CU_ASSERT_TRUE(rests);
    }
}

/* The process itself, with as many looks as it takes. */
static void test_the_numbers_of_the_kernel_are_read(void)
{
    volatile unsigned work = 0;
    bool rests = true;
    int looks = 0;

    anew();
    turns.wanted_ns = 2 * MS;
    while (looks < 100000 && !turns_process_over(&turns, getpid(), &rests)) {
        turns_begin(&turns, ++looks * MS);
        turns_add_process(&turns, getpid());
        turns_end(&turns);
        for (int i = 0; i < 10000; i++)
            work++;
    }
    CU_ASSERT_TRUE(turns_process_over(&turns, getpid(), &rests));
    CU_ASSERT_FALSE(rests);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"at rest",    test_whoever_is_at_rest_needs_no_turn                  },
        {"runs",       test_who_runs_is_not_at_rest_although_nothing_has_moved},
        {"computes",   test_only_time_on_a_processor_is_a_turn_of_who_computes},
        {"anew",       test_what_is_shown_begins_all_anew                     },
        {"polls",      test_a_poller_goes_through_its_waits                   },
        {"long wait",  test_one_long_wait_is_no_turn                          },
        {"threads",    test_a_thread_that_spins_proves_nothing_about_another  },
        {"commands",   test_a_loop_of_commands_has_the_time_of_its_commands   },
        {"outlives",   test_who_outlives_its_starter_has_its_own_turn         },
        {"used again", test_a_number_that_is_used_again_is_somebody_else      },
        {"named",      test_whoever_is_busy_is_named                          },
        {"meanwhile",  test_who_was_started_meanwhile_needs_no_turn_of_its_own},
        {"thread",     test_the_time_of_a_thread_that_ends_counts_once        },
        {"comes",      test_a_wait_counts_where_nobody_comes                  },
        {"fall",       test_numbers_that_fall_are_somebody_else_s             },
        {"many",       test_there_may_be_many_threads                         },
        {"all",        test_a_process_is_over_when_all_its_threads_are        },
        {"kernel",     test_the_numbers_of_the_kernel_are_read                },
        CU_TEST_INFO_NULL,
    };
    int failed = suite_run("turns", tests);

    turns_release(&turns);
    return failed;
}
