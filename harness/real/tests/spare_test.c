/* spare_test.c: how long what is left of a command is waited for, on children of this test, which
 * stands for the guard. */
#include "harness/real/subject.h"
#include "harness/real/tests/children.h"
#include "harness/real/tests/told_bench.h"

#define MS INT64_C(1000000)

enum { LOOK_MS = 50, FAR_MS = 60 * 1000 };

/* A command whose first process this is; 0: it has ended. */
static void spare_begin(struct bench *b, enum real_phase phase, enum spare spare)
{
    bench_open(b);
    bench_guard(b);
    bench_terminal(b);
    b->r->subject = &subject_command;
    b->r->guard.pid = getpid();
    b->r->phase = phase;
    b->world->spare = spare;
    b->r->options.grace_ns = FAR_MS * MS;
    b->r->process[ROOT].state = PROCESS_ZOMBIE;
}

static void root_is(struct bench *b, pid_t pid)
{
    b->r->process[ROOT].pid = pid;
    b->r->process[ROOT].state = PROCESS_LIVE;
}

static void spare_end(struct bench *b)
{
    b->r->guard.pid = NOBODYS_PID;
    bench_close(b);
}

/* Looks although it is not due. */
static void look(struct bench *b)
{
    b->r->spare.next_look_ns = 0;
    spare_settle(b->r);
}

static bool looked(const struct bench *b)
{
    return b->r->spare.next_look_ns != 0;
}

static void test_when_nobody_waits_nobody_looks(void)
{
    static const struct {
        enum real_phase phase;
        enum spare spare;
        bool looks;
    } rows[] = {
        {REAL_NEW,    SPARE_OUTPUT, false},
        {REAL_RUN,    SPARE_NOT,    false},
        {REAL_RUN,    SPARE_ALL,    false},
        {REAL_RUN,    SPARE_OUTPUT, true },
        {REAL_GRACE,  SPARE_NOT,    true },
        {REAL_GRACE,  SPARE_ALL,    true },
        {REAL_GRACE,  SPARE_OUTPUT, true },
        {REAL_KILLED, SPARE_OUTPUT, false},
        {REAL_OVER,   SPARE_ALL,    false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        spare_begin(&b, rows[i].phase, rows[i].spare);
        look(&b);
        CU_ASSERT_EQUAL(looked(&b), rows[i].looks);
        b.r->empty = true;
        look(&b);
        CU_ASSERT_FALSE(looked(&b));
        b.r->empty = false;
        b.r->subject = &subject_tree;
        look(&b);
        CU_ASSERT_FALSE(looked(&b));
        spare_end(&b);
    }
}

/* While the first process lives, two looks in a row must find it closed. */
static void test_who_has_closed_its_terminal_is_told_once(void)
{
    struct bench b;
    pid_t without = child_of(0);

    spare_begin(&b, REAL_RUN, SPARE_OUTPUT);
    root_is(&b, without);
    CHECK(write(b.slave, "last", 4) == 4);
    int64_t before_ns = loop_now_ns();
    look(&b);
    CU_ASSERT_EQUAL(b.r->spare.closed, 1);
    CU_ASSERT_FALSE(b.r->spare.told || b.r->spare.holds);
    CU_ASSERT_TRUE(b.r->spare.next_look_ns >= before_ns + LOOK_MS * MS);
    CU_ASSERT_TRUE(b.r->spare.next_look_ns <= loop_now_ns() + LOOK_MS * MS);
    CU_ASSERT_PTR_NOT_NULL(b.r->look_timer.handle);
    CU_ASSERT_EQUAL(events(&b, WORLD_EOF), 0);
    look(&b);
    CU_ASSERT_TRUE(b.r->spare.told);
    CU_ASSERT_FALSE(b.r->spare.holds);
    CU_ASSERT_EQUAL(events(&b, WORLD_EOF), 1);
    CU_ASSERT_EQUAL(events(&b, WORLD_OUTPUT), 1);
    CU_ASSERT_EQUAL(b.last.kind, WORLD_EOF); /* behind what was written */
    look(&b);
    CU_ASSERT_FALSE(looked(&b));
    CU_ASSERT_EQUAL(events(&b, WORLD_EOF), 1);
    child_end(without);
    spare_end(&b);
}

static void test_who_opens_it_again_has_it(void)
{
    struct bench b;
    pid_t without = child_of(0);

    spare_begin(&b, REAL_RUN, SPARE_OUTPUT);
    root_is(&b, without);
    look(&b);
    CU_ASSERT_EQUAL(b.r->spare.closed, 1);
    pid_t with = child_of(0); /* somebody, whoever it is */
    look(&b);
    CU_ASSERT_EQUAL(b.r->spare.closed, 0);
    child_end(with);
    look(&b);
    CU_ASSERT_EQUAL(b.r->spare.closed, 1);
    with = child_of(0);
    root_is(&b, with);
    look(&b);
    CU_ASSERT_EQUAL(b.r->spare.closed, 0);
    CU_ASSERT_EQUAL(events(&b, WORLD_EOF), 0);
    child_end(with);
    child_end(without);
    spare_end(&b);
}

static void test_before_it_is_due_nobody_looks(void)
{
    struct bench b;
    pid_t without = child_of(0);
    int64_t due_ns = loop_now_ns() + FAR_MS * MS;

    spare_begin(&b, REAL_RUN, SPARE_OUTPUT);
    root_is(&b, without);
    b.r->spare.next_look_ns = due_ns;
    spare_settle(b.r);
    CU_ASSERT_EQUAL(b.r->spare.closed, 0);
    CU_ASSERT_EQUAL(b.r->spare.next_look_ns, due_ns);
    CU_ASSERT_PTR_NOT_NULL(b.r->look_timer.handle); /* but then */
    /* What is no look at the terminal is asked at once. */
    b.r->phase = REAL_GRACE;
    b.world->spare = SPARE_ALL;
    spare_settle(b.r);
    CU_ASSERT_TRUE(b.r->spare.holds);
    child_end(without);
    spare_end(&b);
}

/* The grace stands while somebody has it, and begins anew. */
static void test_the_grace_stands_while_somebody_can_write(void)
{
    struct bench b;
    pid_t without = child_of(0);

    spare_begin(&b, REAL_GRACE, SPARE_OUTPUT);
    pid_t with = child_of(0);
    grace_start(b.r);
    CU_ASSERT_TRUE(b.r->end_at_ns > 0);
    look(&b);
    CU_ASSERT_TRUE(b.r->spare.holds);
    CU_ASSERT_EQUAL(b.r->end_at_ns, 0);
    CU_ASSERT_PTR_NULL(b.r->end_timer.handle);
    CU_ASSERT_PTR_NOT_NULL(b.r->look_timer.handle);
    look(&b);
    CU_ASSERT_TRUE(b.r->spare.holds);
    CU_ASSERT_EQUAL(b.r->end_at_ns, 0);
    child_end(with);
    int64_t before_ns = loop_now_ns();
    look(&b);
    CU_ASSERT_FALSE(b.r->spare.holds);
    CU_ASSERT_TRUE(b.r->spare.told); /* one look is enough */
    CU_ASSERT_EQUAL(events(&b, WORLD_EOF), 1);
    CU_ASSERT_TRUE(b.r->end_at_ns >= before_ns + FAR_MS * MS);
    CU_ASSERT_PTR_NOT_NULL(b.r->end_timer.handle);
    /* Not once more. */
    b.r->end_at_ns = 1;
    look(&b);
    CU_ASSERT_EQUAL(b.r->end_at_ns, 1);
    child_end(without);
    spare_end(&b);
}

/* Whoever is left, whatever it has open; until nobody waits, or the run stops. */
static void test_the_grace_stands_while_anybody_is_waited_for(void)
{
    for (int stops = 0; stops < 2; stops++) {
        struct bench b;
        spare_begin(&b, REAL_GRACE, SPARE_ALL);
        grace_start(b.r);
        look(&b);
        CU_ASSERT_TRUE(b.r->spare.holds);
        CU_ASSERT_EQUAL(b.r->end_at_ns, 0);
        CU_ASSERT_PTR_NULL(b.r->look_timer.handle); /* its end is told */
        if (stops)
            b.r->stopping = true;
        else
            b.world->spare = SPARE_NOT;
        look(&b);
        CU_ASSERT_FALSE(b.r->spare.holds);
        CU_ASSERT_TRUE(b.r->end_at_ns > 0);
        CU_ASSERT_EQUAL(events(&b, WORLD_EOF), 0);
        spare_end(&b);
    }
}

/* Nobody is left, whose end is about to be told; or there is nothing to look at any more. */
static void test_where_nobody_is_left_nothing_is_told(void)
{
    struct bench b;

    spare_begin(&b, REAL_GRACE, SPARE_OUTPUT);
    look(&b);
    CU_ASSERT_TRUE(b.r->spare.holds);
    CU_ASSERT_EQUAL(events(&b, WORLD_EOF), 0);
    /* A kernel that lists nobody: none can tell. */
    b.r->guard.pid = NOBODYS_PID;
    look(&b);
    CU_ASSERT_TRUE(b.r->spare.holds);
    b.r->guard.pid = getpid();
    guard_link_hang_up(&b.r->guard);
    look(&b);
    CU_ASSERT_EQUAL(events(&b, WORLD_EOF), 1);
    spare_end(&b);
    spare_begin(&b, REAL_GRACE, SPARE_OUTPUT);
    terminal_finish(b.r);
    look(&b);
    CU_ASSERT_EQUAL(events(&b, WORLD_EOF), 1);
    spare_end(&b);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"not looked", test_when_nobody_waits_nobody_looks              },
        {"closed",     test_who_has_closed_its_terminal_is_told_once    },
        {"again",      test_who_opens_it_again_has_it                   },
        {"due",        test_before_it_is_due_nobody_looks               },
        {"output",     test_the_grace_stands_while_somebody_can_write   },
        {"all",        test_the_grace_stands_while_anybody_is_waited_for},
        {"nobody",     test_where_nobody_is_left_nothing_is_told        },
        CU_TEST_INFO_NULL,
    };

    return suite_run("spare", tests);
}
