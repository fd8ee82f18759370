/* sim_link_test.c: two queues of encoded frames, and ends that close one by one. */
#include "harness/sim/sim_link.h"
#include "runtime/base/tests/suite.h"

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

/* As one after the other: the numbers that the parent reads. */
static uint32_t all_received(void)
{
    uint32_t all = 0;

    for (uint32_t one = ping_receive(SIM_END_PARENT); one != 0; one = ping_receive(SIM_END_PARENT))
        all = all * 10 + one;
    return all;
}

static void test_harm_hits_the_next_frame_only(void)
{
    static const struct {
        enum link_harm harm;
        uint32_t received; /* of 1, 2, 3 when 2 is harmed */
        bool end;
    } rows[] = {
        {LINK_HARM_DUPLICATE, 1223, false},
        {LINK_HARM_DROP,      13,   false},
        {LINK_HARM_TRUNCATE,  1,    true },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sim_link_open(&l, 0, 0);
        ping_send(SIM_END_PARENT, 1);
        sim_link_harm(&l, rows[i].harm, SIDE_UP);
        ping_send(SIM_END_PARENT, 2);
        ping_send(SIM_END_PARENT, 3);
        ping_send(SIM_END_CHILD, 4);
        CU_ASSERT_EQUAL(all_received(), rows[i].received);
        CU_ASSERT_EQUAL(sim_link_at_eof(&l, SIM_END_PARENT), rows[i].end);
        CU_ASSERT_EQUAL(ping_receive(SIM_END_CHILD), 4); /* the other way is as before */
        CU_ASSERT_FALSE(sim_link_at_eof(&l, SIM_END_CHILD));
    }
}

static void test_a_direction_ends_behind_what_was_sent(void)
{
    for (unsigned side = SIDE_BOTH; side < LINK_SIDES; side++) {
        sim_link_open(&l, 0, 0);
        ping_send(SIM_END_PARENT, 1);
        ping_send(SIM_END_CHILD, 2);
        sim_link_harm(&l, side == SIDE_BOTH ? LINK_HARM_CUT : LINK_HARM_HALF_CLOSE,
                      (enum link_side)side);
        ping_send(SIM_END_PARENT, 3);
        ping_send(SIM_END_CHILD, 4);
        CU_ASSERT_EQUAL(all_received(), side == SIDE_DOWN ? 13 : 1);
        CU_ASSERT_EQUAL(ping_receive(SIM_END_CHILD), 2);
        CU_ASSERT_EQUAL(ping_receive(SIM_END_CHILD), side == SIDE_UP ? 4 : 0);
        CU_ASSERT_EQUAL(sim_link_at_eof(&l, SIM_END_PARENT), side != SIDE_DOWN);
        CU_ASSERT_EQUAL(sim_link_at_eof(&l, SIM_END_CHILD), side != SIDE_UP);
    }
}

static void test_what_is_delayed_comes_when_it_is_resumed(void)
{
    sim_link_open(&l, 0, 0);
    ping_send(SIM_END_PARENT, 1);
    sim_link_harm(&l, LINK_HARM_DELAY, SIDE_UP);
    ping_send(SIM_END_PARENT, 2);
    sim_link_harm(&l, LINK_HARM_TRUNCATE, SIDE_UP);
    ping_send(SIM_END_PARENT, 3);
    CU_ASSERT_EQUAL(all_received(), 1);
    CU_ASSERT_FALSE(sim_link_at_eof(&l, SIM_END_PARENT));
    sim_link_harm(&l, LINK_HARM_RESUME, SIDE_BOTH);
    CU_ASSERT_EQUAL(all_received(), 2);
    CU_ASSERT_TRUE(sim_link_at_eof(&l, SIM_END_PARENT));
}

static void test_what_is_delayed_is_lost_with_its_writer(void)
{
    for (int cut = 0; cut < 2; cut++) {
        sim_link_open(&l, 0, 0);
        ping_send(SIM_END_PARENT, 1);
        sim_link_harm(&l, LINK_HARM_DELAY, SIDE_UP);
        ping_send(SIM_END_PARENT, 2);
        sim_link_shut(&l, SIM_END_CHILD); /* this waits, too */
        CU_ASSERT_EQUAL(ping_receive(SIM_END_PARENT), 1);
        CU_ASSERT_FALSE(sim_link_at_eof(&l, SIM_END_PARENT));
        if (cut)
            sim_link_harm(&l, LINK_HARM_CUT, SIDE_BOTH);
        else
            sim_link_close(&l, SIM_END_CHILD);
        CU_ASSERT_EQUAL(all_received(), 0);
        CU_ASSERT_TRUE(sim_link_at_eof(&l, SIM_END_PARENT));
    }
}

static CU_TestInfo tests[] = {
    {"test_each_way_keeps_its_order",                   test_each_way_keeps_its_order               },
    {"test_frames_of_a_dead_child_come_before_its_end",
     test_frames_of_a_dead_child_come_before_its_end                                                },
    {"test_writes_to_a_closed_end_vanish",              test_writes_to_a_closed_end_vanish          },
    {"test_a_shut_end_still_reads",                     test_a_shut_end_still_reads                 },
    {"test_each_end_sees_the_other_one_go_by_itself",
     test_each_end_sees_the_other_one_go_by_itself                                                  },
    {"test_a_queue_is_full_at_its_limit",               test_a_queue_is_full_at_its_limit           },
    {"test_a_link_opened_again_is_fresh",               test_a_link_opened_again_is_fresh           },
    {"test_harm_hits_the_next_frame_only",              test_harm_hits_the_next_frame_only          },
    {"test_a_direction_ends_behind_what_was_sent",      test_a_direction_ends_behind_what_was_sent  },
    {"test_what_is_delayed_comes_when_it_is_resumed",
     test_what_is_delayed_comes_when_it_is_resumed                                                  },
    {"test_what_is_delayed_is_lost_with_its_writer",    test_what_is_delayed_is_lost_with_its_writer},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    int rc = suite_run("link", tests);
    sim_link_release(&l);
    return rc;
}
