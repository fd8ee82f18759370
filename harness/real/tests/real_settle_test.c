/* real_settle_test.c: quiet beside those who never rest, on actors that do not answer and a process
 * that spins. */
#include "harness/real/tests/told_bench.h"

#include <unistd.h>

#define MS    (INT64_C(1000) * 1000)
#define HOUR  (INT64_C(3600) * 1000 * MS)
#define STILL (20 * MS)

static void test_what_is_wanted_begins_when_it_is_another(void)
{
    struct bench b;

    bench_open(&b);
    struct real_settle *s = &b.r->settle;
    s->since_ns = 5;
    world_want(b.world, WORLD_SETTLED, STILL);
    CU_ASSERT(s->wanted && s->still_ns == STILL && s->since_ns == 0);
    s->since_ns = 5;
    world_want(b.world, WORLD_SETTLED, STILL); /* it goes on */
    CU_ASSERT(s->wanted && s->since_ns == 5);
    world_want(b.world, WORLD_SETTLED, INT64_MAX);
    CU_ASSERT(!s->wanted && s->still_ns == STILL && s->since_ns == 5);
    world_want(b.world, WORLD_SETTLED, 2 * STILL);
    CU_ASSERT(s->wanted && s->still_ns == 2 * STILL && s->since_ns == 0);
    bench_close(&b);
}

static void test_whatever_is_shown_or_done_begins_the_stillness_anew(void)
{
    struct bench b;

    bench_open(&b);
    struct real_settle *s = &b.r->settle;
    settle_want(b.r, HOUR);
    CU_ASSERT_FALSE(settle_still(b.r));
    int64_t before_ns = loop_now_ns();
    settle_look(b.r);
    CU_ASSERT(s->since_ns >= before_ns && s->since_ns <= loop_now_ns());
    CU_ASSERT_EQUAL(s->next_look_ns, s->since_ns + HOUR / 4);
    CU_ASSERT_EQUAL(s->turns.wanted_ns, HOUR);
    CU_ASSERT_FALSE(settle_still(b.r));
    s->since_ns = loop_now_ns() - HOUR;
    settle_look(b.r);
    CU_ASSERT_TRUE(settle_still(b.r));
    b.r->touched++;
    CU_ASSERT_FALSE(settle_still(b.r));
    settle_look(b.r);
    CU_ASSERT_FALSE(settle_still(b.r));
    CU_ASSERT(s->since_ns >= before_ns);
    CU_ASSERT_EQUAL(s->touched, b.r->touched);
    bench_close(&b);
}

/* LEAF spins and OTHER waits; neither answers. */
static void spin_start(struct bench *b, pid_t *spins, pid_t *waits)
{
    int pidfd;

    bench_open(b);
    *spins = fork();
    CHECK(*spins >= 0);
    if (*spins == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (volatile bool on = true; on;) {
        }
    }
    *waits = child_start(&pidfd);
    b->r->process[LEAF].pid = *spins;
    b->r->process[OTHER].pid = *waits;
    b->r->process[OTHER].pidfd = pidfd;
    b->r->quiet.probe = 3;
    for (uint16_t i = 0; i < ACTORS; i++) {
        b->r->process[i].probe_asked = 3;
        b->r->process[i].probe_answered = i == LEAF || i == OTHER ? 2 : 3;
    }
}

/* Looks until LEAF is late, for so long at most. */
static bool is_late_within(struct bench *b, int64_t within_ns)
{
    int64_t end_ns = loop_now_ns() + within_ns;

    do {
        settle_late(b->r);
        (void)loop_run_nowait(b->r->loop);
    } while (!b->r->process[LEAF].late && loop_now_ns() < end_ns);
    return b->r->process[LEAF].late;
}

static void test_who_never_rests_is_late_when_it_has_had_its_turn(void)
{
    struct bench b;
    pid_t spins, waits;

    spin_start(&b, &spins, &waits);
    settle_want(b.r, STILL);
    int64_t begin_ns = loop_now_ns();
    CU_ASSERT_TRUE(is_late_within(&b, TEST_WAIT_MS * MS));
    CU_ASSERT(loop_now_ns() - begin_ns >= STILL);
    CU_ASSERT_PTR_NOT_NULL(b.r->look_timer.handle); /* it is looked at again */
    /* Who is asleep may answer yet, and who has answered is not late. */
    for (uint16_t i = 0; i <= NOBODY; i++)
        CU_ASSERT_EQUAL(b.r->process[i].late, i == LEAF);
    b.r->process[LEAF].probe_answered = 3;
    settle_late(b.r);
    CU_ASSERT_FALSE(b.r->process[LEAF].late);
    b.r->process[LEAF].probe_answered = 2;
    CU_ASSERT_TRUE(is_late_within(&b, TEST_WAIT_MS * MS));
    /* Nor is anybody when nobody asks. */
    settle_want(b.r, INT64_MAX);
    settle_late(b.r);
    CU_ASSERT_FALSE(b.r->process[LEAF].late);
    bench_close(&b);
    child_end(spins);
    child_end(waits);
}

static void test_who_is_held_is_not_late(void)
{
    struct bench b;
    pid_t spins, waits;

    spin_start(&b, &spins, &waits);
    b.r->process[LEAF].held = true;
    settle_want(b.r, STILL);
    CU_ASSERT_FALSE(is_late_within(&b, 4 * STILL));
    bench_close(&b);
    child_end(spins);
    child_end(waits);
}

/* Where all have answered nothing has to be looked for. */
static void test_nobody_is_looked_at_when_all_have_answered(void)
{
    struct bench b;

    bench_open(&b);
    b.r->quiet.probe = 3;
    for (uint16_t i = 0; i < ACTORS; i++)
        b.r->process[i].probe_answered = 3;
    settle_want(b.r, STILL);
    settle_late(b.r);
    CU_ASSERT_PTR_NULL(b.r->look_timer.handle);
    b.r->process[BELOW].probe_answered = 2;
    settle_late(b.r);
    CU_ASSERT_PTR_NOT_NULL(b.r->look_timer.handle);
    bench_close(&b);
}

static void test_it_has_settled_beside_those_who_are_late(void)
{
    for (int late = 0; late < 3; late++) {
        struct bench b;
        char busy[64];
        bench_open(&b);
        b.r->settle.wanted = true;
        b.nobody.late = true;
        b.r->process[NOBODY] = b.nobody;
        for (uint16_t i = 0; i < ACTORS; i++)
            b.r->process[i].pid = 100 + i;
        b.r->process[LEAF].late = late >= 1;
        b.r->process[BELOW].late = late >= 2;
        settle_reached(b.r);
        static const char *const names[] = {"", "leaf (101)", "leaf (101), below (103)"};
        (void)snprintf(busy, sizeof(busy), "%s", buf_text(&b.world->queue.busy));
        CU_ASSERT_STRING_EQUAL(busy, names[late]);
        CU_ASSERT_EQUAL(events(&b, WORLD_SETTLED), 1);
        CU_ASSERT_FALSE(b.r->settle.wanted);
        CU_ASSERT(!b.r->process[LEAF].late && !b.r->process[BELOW].late);
        CU_ASSERT_TRUE(b.r->process[NOBODY].late);
        CU_ASSERT_EQUAL(record_last(&b)->point, POINT_QUIET);
        CU_ASSERT_EQUAL(record_last(&b)->peer, late == 0 ? ACTOR_NONE : LEAF);
        CU_ASSERT_EQUAL(record_last(&b)->value, late);
        CU_ASSERT_EQUAL(record_last(&b)->extra, 0);
        CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_BATON_SEEN), 1);
        bench_close(&b);
    }
}

/* A whole tree: all answer but one that spins. */
static void test_a_tree_settles_beside_a_spinner(void)
{
    struct bench b;
    pid_t spins, waits;

    spin_start(&b, &spins, &waits);
    b.r->process[OTHER].state = PROCESS_NONE;
    world_want(b.world, WORLD_SETTLED, STILL);
    for (int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * MS;
         events(&b, WORLD_SETTLED) == 0 && loop_now_ns() < end_ns;) {
        quiet_settle(b.r);
        for (uint16_t i = 0; i < ACTORS; i++) {
            int64_t probe = i == LEAF ? -1 : asked(&b, i);
            if (probe >= 0)
                report(&b, i, CONTROL_IDLE, 0, probe);
        }
        reports_drain(b.r);
        (void)loop_run_nowait(b.r->loop);
    }
    CU_ASSERT_EQUAL(events(&b, WORLD_SETTLED), 1);
    CU_ASSERT_EQUAL(events(&b, WORLD_QUIET), 0);
    CU_ASSERT_EQUAL(record_last(&b)->peer, LEAF);
    bench_close(&b);
    child_end(spins);
    child_end(waits);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"wanted",  test_what_is_wanted_begins_when_it_is_another           },
        {"anew",    test_whatever_is_shown_or_done_begins_the_stillness_anew},
        {"late",    test_who_never_rests_is_late_when_it_has_had_its_turn   },
        {"held",    test_who_is_held_is_not_late                            },
        {"nobody",  test_nobody_is_looked_at_when_all_have_answered         },
        {"reached", test_it_has_settled_beside_those_who_are_late           },
        {"tree",    test_a_tree_settles_beside_a_spinner                    },
        CU_TEST_INFO_NULL,
    };

    return suite_run("real_settle", tests);
}
