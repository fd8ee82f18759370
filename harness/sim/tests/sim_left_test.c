/* sim_left_test.c: processes that actors leave behind, and one that waits in the kernel. */
#include "harness/sim/tests/sim_run.h"
#include "runtime/base/tests/suite.h"

/* Records of this point. */
static unsigned count_of(const struct run *r, unsigned point)
{
    unsigned count = 0;

    for (size_t i = 0; i < r->w->trace.count; i++)
        count += r->w->trace.record[i].point == point;
    return count;
}

/* Goal: whatever an actor leaves behind, in whichever way, is adopted, killed and reaped by the
 * root, once, and the root says so. */
static void test_what_is_left_behind_is_reaped_by_the_root(void)
{
    for (uint64_t seed = 0; seed < 60; seed++) {
        struct run r = {0};
        struct tree *t = chain_new(1, 0);
        struct diag diag = {0};

        t->node[2] = node("leaf", 1, 0, ROLE_WORKER);
        t->node[2].detach = seed % 2 == 0 ? DETACH_DOUBLE_FORK : DETACH_SETSID;
        t->node[0].detach = seed % 3 == 0 ? DETACH_SETSID : DETACH_NONE;
        run_start(&r, t, seed);
        CU_ASSERT_TRUE(until_quiet(&r));
        CU_ASSERT_EQUAL(act_tell(r.w, 0, TELL_CANCEL, &diag), 0);
        CU_ASSERT_TRUE(until(&r, &r.stopped));
        unsigned wanted = seed % 3 == 0 ? 2 : 1;
        CU_ASSERT_EQUAL(count_of(&r, POINT_ORPHAN_LEFT), wanted);
        CU_ASSERT_EQUAL(count_of(&r, POINT_ORPHAN_ADOPTED), wanted);
        CU_ASSERT_EQUAL(count_of(&r, POINT_ORPHAN_KILLED), wanted);
        CU_ASSERT_EQUAL(count_of(&r, POINT_ORPHAN_REAPED), wanted);
        CU_ASSERT_EQUAL(count_of(&r, POINT_PROC_SURVIVED), 0);
        CU_ASSERT_TRUE(all_reaped(&r));
        run_end(&r);
    }
}

/* Without the root it is nobody's business in the tree: it survives, without a name. */
static void test_what_is_left_behind_survives_a_killed_root(void)
{
    struct run r = {0};
    struct tree *t = chain_new(0, 0);
    struct diag diag = {0};

    t->node[1] = node("leaf", 0, 0, ROLE_WORKER);
    t->node[1].detach = DETACH_SETSID;
    run_start(&r, t, 3);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_EQUAL(act_signal(r.w, 0, SIGKILL, &diag), 0);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    const struct trace_record *left = find(&r, POINT_PROC_SURVIVED, ACTOR_NONE);
    CU_ASSERT_TRUE(left != NULL && left->peer == ACTOR_NONE);
    CU_ASSERT_EQUAL(count_of(&r, POINT_PROC_SURVIVED), 1);
    run_end(&r);
}

/* Goal: a frozen child does not die of SIGKILL before its time; its parent says that it is stuck,
 * and waits for it all the same. */
static void test_a_frozen_child_is_stuck_until_its_time_has_come(void)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct run r = {0};
        struct tree *t = chain_new(0, 0);
        struct diag diag = {0};

        t->node[1] = node("leaf", 0, 0, ROLE_WORKER);
        run_start(&r, t, seed);
        CU_ASSERT_TRUE(until_quiet(&r));
        CU_ASSERT_EQUAL(act_tell(r.w, 1, TELL_FREEZE, &diag), 0);
        CU_ASSERT_TRUE(until_quiet(&r));
        int64_t frozen_ns = world_now(r.w);
        CU_ASSERT_EQUAL(act_tell(r.w, 0, TELL_CANCEL, &diag), 0);
        CU_ASSERT_TRUE(until(&r, &r.stopped));
        CU_ASSERT_EQUAL(count_of(&r, POINT_CANCEL_STUCK), 1);
        CU_ASSERT_TRUE(find(&r, POINT_PROC_EXITED, 1)->at_ns >= frozen_ns + CORE_FROZEN_NS);
        CU_ASSERT_TRUE(all_reaped(&r));
        run_end(&r);
    }
}

static CU_TestInfo tests[] = {
    {"what is left behind is reaped by the root",      test_what_is_left_behind_is_reaped_by_the_root },
    {"what is left behind survives a killed root",     test_what_is_left_behind_survives_a_killed_root},
    {"a frozen child is stuck until its time is over",
     test_a_frozen_child_is_stuck_until_its_time_has_come                                             },
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return suite_run("left", tests);
}
