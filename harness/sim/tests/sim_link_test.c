/* sim_link_test.c: two queues of encoded frames, and ends that close one by one. */
#include "harness/sim/sim_link.h"

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <string.h>

static struct sim_link l;

static void ping_send(enum sim_link_end to, uint32_t number)
{
    struct frame f = {.type = FRAME_PING, .flags = FRAME_PRIO, .request = number};

    f.sequence = number;
    CU_ASSERT_EQUAL(sim_link_send(&l, to, &f), 0);
}

static uint32_t ping_receive(enum sim_link_end end)
{
    struct frame f;

    if (!sim_link_has_frame(&l, end))
        return 0;
    sim_link_receive(&l, end, &f);
    CU_ASSERT_EQUAL(f.type, FRAME_PING);
    CU_ASSERT_EQUAL(f.sequence, f.request);
    return f.request;
}

static void test_each_way_keeps_its_order(void)
{
    sim_link_open(&l, 0, 0);
    for (uint32_t i = 1; i <= 100; i++) {
        ping_send(SIM_END_CHILD, i);
        ping_send(SIM_END_PARENT, 1000 + i);
    }
    for (uint32_t i = 1; i <= 100; i++) {
        CU_ASSERT_EQUAL(ping_receive(SIM_END_CHILD), i);
        CU_ASSERT_EQUAL(ping_receive(SIM_END_PARENT), 1000 + i);
    }
    CU_ASSERT_FALSE(sim_link_has_frame(&l, SIM_END_CHILD));
    CU_ASSERT_FALSE(sim_link_has_frame(&l, SIM_END_PARENT));
}

static void test_frames_of_a_dead_child_come_before_its_end(void)
{
    sim_link_open(&l, 0, 0);
    ping_send(SIM_END_PARENT, 1);
    ping_send(SIM_END_CHILD, 2);
    sim_link_close(&l, SIM_END_CHILD);
    CU_ASSERT_FALSE(sim_link_at_eof(&l, SIM_END_PARENT));
    CU_ASSERT_EQUAL(ping_receive(SIM_END_PARENT), 1);
    CU_ASSERT_TRUE(sim_link_at_eof(&l, SIM_END_PARENT));
    sim_link_eof_seen(&l, SIM_END_PARENT);
    CU_ASSERT_FALSE(sim_link_at_eof(&l, SIM_END_PARENT)); /* once */
    CU_ASSERT_FALSE(sim_link_has_frame(&l, SIM_END_CHILD));
}

static void test_writes_to_a_closed_end_vanish(void)
{
    sim_link_open(&l, 0, 0);
    sim_link_close(&l, SIM_END_CHILD);
    ping_send(SIM_END_CHILD, 1);
    CU_ASSERT_FALSE(sim_link_has_frame(&l, SIM_END_CHILD));
    CU_ASSERT_FALSE(sim_link_at_eof(&l, SIM_END_CHILD)); /* it is not there to see it */
}

static void test_a_shut_end_still_reads(void)
{
    sim_link_open(&l, 0, 0);
    ping_send(SIM_END_CHILD, 1);
    sim_link_shut(&l, SIM_END_PARENT);
    ping_send(SIM_END_CHILD, 2);
    ping_send(SIM_END_PARENT, 3);
    CU_ASSERT_EQUAL(ping_receive(SIM_END_CHILD), 1);
    CU_ASSERT_EQUAL(ping_receive(SIM_END_CHILD), 0);
    CU_ASSERT_TRUE(sim_link_at_eof(&l, SIM_END_CHILD));
    CU_ASSERT_EQUAL(ping_receive(SIM_END_PARENT), 3);
    CU_ASSERT_FALSE(sim_link_at_eof(&l, SIM_END_PARENT));
}

static void test_each_end_sees_the_other_one_go_by_itself(void)
{
    sim_link_open(&l, 0, 0);
    sim_link_close(&l, SIM_END_PARENT);
    CU_ASSERT_TRUE(sim_link_at_eof(&l, SIM_END_CHILD));
    CU_ASSERT_FALSE(sim_link_at_eof(&l, SIM_END_PARENT));
}

static void test_a_queue_is_full_at_its_limit(void)
{
    struct frame f = {.type = FRAME_PING, .request = 1};
    int rc = 0;
    unsigned sent = 0;

    sim_link_open(&l, 0, 0);
    while (rc == 0 && sent < LINK_QUEUE_BYTES_MAX) {
        rc = sim_link_send(&l, SIM_END_CHILD, &f);
        sent += rc == 0;
    }
    CU_ASSERT_EQUAL(rc, ERR_FULL);
    CU_ASSERT_TRUE(l.way[SIM_END_CHILD].size <= LINK_QUEUE_BYTES_MAX);
    for (unsigned i = 0; i < sent; i++)
        sim_link_receive(&l, SIM_END_CHILD, &f);
    CU_ASSERT_FALSE(sim_link_has_frame(&l, SIM_END_CHILD));
    CU_ASSERT_EQUAL(sim_link_send(&l, SIM_END_CHILD, &f), 0);
}

static void test_a_link_opened_again_is_fresh(void)
{
    sim_link_open(&l, 3, 4);
    ping_send(SIM_END_CHILD, 1);
    sim_link_close(&l, SIM_END_PARENT);
    sim_link_open(&l, 5, 6);
    CU_ASSERT_FALSE(sim_link_has_frame(&l, SIM_END_CHILD));
    CU_ASSERT_FALSE(sim_link_at_eof(&l, SIM_END_CHILD));
    CU_ASSERT_EQUAL(l.parent, 5);
    CU_ASSERT_EQUAL(l.slot, 6);
}

static CU_TestInfo tests[] = {
    {"test_each_way_keeps_its_order",                   test_each_way_keeps_its_order     },
    {"test_frames_of_a_dead_child_come_before_its_end",
     test_frames_of_a_dead_child_come_before_its_end                                      },
    {"test_writes_to_a_closed_end_vanish",              test_writes_to_a_closed_end_vanish},
    {"test_a_shut_end_still_reads",                     test_a_shut_end_still_reads       },
    {"test_each_end_sees_the_other_one_go_by_itself",
     test_each_end_sees_the_other_one_go_by_itself                                        },
    {"test_a_queue_is_full_at_its_limit",               test_a_queue_is_full_at_its_limit },
    {"test_a_link_opened_again_is_fresh",               test_a_link_opened_again_is_fresh },
    CU_TEST_INFO_NULL,
};

static CU_SuiteInfo suites[] = {
    {.pName = "link", .pTests = tests},
    CU_SUITE_INFO_NULL,
};

int main(void)
{
    if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
        return 2;
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    unsigned failures = CU_get_number_of_failures();
    CU_cleanup_registry();
    sim_link_release(&l);
    return failures != 0;
}
