/* waits_test.c: what may still come to an actor by time alone. */
#include "runtime/actor/core.h"
#include "runtime/base/tests/suite.h"

static struct core core;

static void test_a_watch_over_others_is_no_wait(void)
{
    core_init(&core);
    CU_ASSERT_EQUAL(core_waits(&core), CORE_WAITS_NOT);
    core.timer[TIMER_HEARTBEAT].at_ns = 1;
    CU_ASSERT_EQUAL(core_waits(&core), CORE_WAITS_NOT);
    /* A look at the record lock, while somebody is known to have it. */
    core.timer[TIMER_LOCK].at_ns = 1;
    core.lock.state = LOCK_HELD;
    CU_ASSERT_EQUAL(core_waits(&core), CORE_WAITS_WATCH);
    /* It is to be had back: that timer does something. */
    core.lock.state = LOCK_RECOVERING;
    CU_ASSERT_EQUAL(core_waits(&core), CORE_WAITS_SOME);
}

static void test_each_other_timer_is_a_wait(void)
{
    for (unsigned i = 0; i < TIMERS; i++) {
        core_init(&core);
        core.timer[i].at_ns = 1;
        CU_ASSERT_EQUAL(core_waits(&core), i == TIMER_HEARTBEAT ? CORE_WAITS_NOT : CORE_WAITS_SOME);
    }
}

/* What it does nobody can know. */
static void test_a_foreign_program_is_a_wait(void)
{
    core_init(&core);
    core.child[CORE_CHILDREN_MAX - 1].state = CHILD_LIVE;
    CU_ASSERT_EQUAL(core_waits(&core), CORE_WAITS_NOT);
    core.child[CORE_CHILDREN_MAX - 1].foreign = 1;
    CU_ASSERT_EQUAL(core_waits(&core), CORE_WAITS_SOME);
    core.child[CORE_CHILDREN_MAX - 1].state = CHILD_FREE;
    CU_ASSERT_EQUAL(core_waits(&core), CORE_WAITS_NOT);
}

int main(void)
{
    CU_pSuite suite = suite_open("waits", NULL, NULL);
    CU_add_test(suite, "watch", test_a_watch_over_others_is_no_wait);
    CU_add_test(suite, "timers", test_each_other_timer_is_a_wait);
    CU_add_test(suite, "foreign", test_a_foreign_program_is_a_wait);
    return suite_close();
}
