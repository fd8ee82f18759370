/* still_test.c: when nothing can move any more but by the run, on actors whose answers are written
 * here. */
#include "harness/real/tests/told_bench.h"
#include "runtime/actor/core.h"
#include "runtime/host/baton.h"

#include <unistd.h>

static void begin(struct bench *b)
{
    bench_open(b);
    world_want(b->world, WORLD_STILL, 0);
}

static bool settles(struct bench *b)
{
    still_settle(b->r);
    return events(b, WORLD_STILL) > 0;
}

/* The time for which nothing may happen has passed. */
static void time_passes(struct bench *b)
{
    b->r->still.since_ns = loop_now_ns() - REAL_STILL_NS;
}

/* All answer what they are asked. Returns how many were. */
static int whole_round(struct bench *b)
{
    int count = 0;

    for (uint16_t i = 0; i < ACTORS; i++) {
        int64_t probe = asked(b, i);
        if (probe < 0)
            continue;
        say(b, &(struct control_report){
                   .kind = CONTROL_IDLE,
                   .record = {.actor = i, .value = probe, .extra = b->r->process[i].waits}
        });
        count++;
    }
    reports_drain(b->r);
    return count;
}

/* Up to the end of both rounds. */
static bool comes_to_stand_still(struct bench *b)
{
    bool still = settles(b);

    time_passes(b);
    for (int look = 0; look < 4 && !still; look++) {
        still = settles(b);
        (void)whole_round(b);
    }
    return still || settles(b);
}

static void test_after_a_while_two_rounds_are_asked(void)
{
    struct bench b;

    begin(&b);
    int64_t before_ns = loop_now_ns();
    CU_ASSERT_FALSE(settles(&b));
    CU_ASSERT(b.r->still.since_ns >= before_ns && b.r->still.since_ns <= loop_now_ns());
    CU_ASSERT_PTR_NOT_NULL(b.r->still.timer.handle);
    CU_ASSERT_FALSE(settles(&b));
    CU_ASSERT_EQUAL(whole_round(&b), 0); /* nobody is asked before */
    b.r->still.timer.on_time = timer_due;
    b.r->still.timer.user = &b;
    (void)loop_run_nowait(b.r->loop);
    CU_ASSERT(!b.says_due || loop_now_ns() >= b.r->still.since_ns + REAL_STILL_NS);
    time_passes(&b);
    int64_t probe = b.r->quiet.probe;
    CU_ASSERT_FALSE(settles(&b));
    CU_ASSERT_EQUAL(b.r->quiet.probe, probe + 1);
    CU_ASSERT_EQUAL(whole_round(&b), ACTORS);
    CU_ASSERT_FALSE(settles(&b));
    CU_ASSERT_FALSE(settles(&b));
    CU_ASSERT_EQUAL(whole_round(&b), ACTORS);
    CU_ASSERT_TRUE(settles(&b));
    CU_ASSERT_EQUAL(b.last.actor, ACTOR_NONE);
    CU_ASSERT_EQUAL(b.last.point, 0);
    CU_ASSERT_FALSE(b.r->still.wanted);
    CU_ASSERT_EQUAL(b.world->trace.count, 0); /* it leaves no record */
    (void)settles(&b);
    CU_ASSERT_EQUAL(events(&b, WORLD_STILL), 1);
    bench_close(&b);
}

/* Each of these alone is enough. */
static void test_it_is_not_asked_for_beside_anything_else(void)
{
    for (int way = -1; way < 10; way++) {
        struct bench b;
        begin(&b);
        b.r->still.wanted = way != 0;
        b.r->quiet.wanted = way == 1;
        b.r->harmed = way == 2;
        b.r->press.open = way == 3;
        b.r->settle.wanted = way == 4;
        if (way == 5)
            b.r->phase = REAL_GRACE;
        if (way == 6)
            b.r->phase = REAL_NEW;
        if (way == 7)
            b.r->process[LEAF].reported = false;
        if (way == 8)
            b.r->process[LEAF].up_sent++; /* a frame on its way */
        if (way == 9)
            b.r->process[ACTOR_ROOT].state = PROCESS_REAPED; /* the guard's word is on its way */
        CU_ASSERT_EQUAL(comes_to_stand_still(&b), way < 0);
        b.r->phase = REAL_RUN;
        bench_close(&b);
    }
}

static void test_whatever_happens_makes_it_wait_anew(void)
{
    struct bench b;

    begin(&b);
    CU_ASSERT_FALSE(settles(&b));
    time_passes(&b);
    CU_ASSERT_FALSE(settles(&b));
    CU_ASSERT_EQUAL(whole_round(&b), ACTORS);
    CU_ASSERT_FALSE(settles(&b)); /* one round is over */
    (void)whole_round(&b);
    report(&b, LEAF, CONTROL_POINT, POINT_USER, 0);
    reports_drain(b.r);
    CU_ASSERT_FALSE(settles(&b));
    CU_ASSERT_EQUAL(whole_round(&b), 0);
    CU_ASSERT(b.r->still.since_ns > loop_now_ns() - REAL_STILL_NS);
    time_passes(&b);
    CU_ASSERT_FALSE(settles(&b)); /* and both rounds begin anew */
    CU_ASSERT_EQUAL(whole_round(&b), ACTORS);
    CU_ASSERT_FALSE(settles(&b));
    CU_ASSERT_EQUAL(whole_round(&b), ACTORS);
    /* What was not served yet has happened, too. */
    report(&b, LEAF, CONTROL_POINT, POINT_USER, 0);
    CU_ASSERT_FALSE(settles(&b));
    CU_ASSERT_TRUE(comes_to_stand_still(&b));
    bench_close(&b);
}

/* That was looked for and not so is known until something happens. */
static void test_it_is_asked_once(void)
{
    struct bench b;

    begin(&b);
    b.r->process[LEAF].waits = CORE_WAITS_SOME;
    CU_ASSERT_FALSE(comes_to_stand_still(&b));
    CU_ASSERT_TRUE(b.r->still.answered);
    CU_ASSERT_FALSE(settles(&b));
    CU_ASSERT_EQUAL(whole_round(&b), 0);
    b.r->process[LEAF].waits = CORE_WAITS_NOT;
    CU_ASSERT_FALSE(settles(&b));
    b.r->activity++;
    CU_ASSERT_TRUE(comes_to_stand_still(&b));
    bench_close(&b);
}

/* Whom the time alone may change, or not. BELOW is the last, ROOT the first. */
static void waits_as(struct bench *b, int way)
{
    struct real_process *leaf = &b->r->process[LEAF];
    struct real_process *below = &b->r->process[BELOW];

    switch (way) {
    case 0:
        below->waits = CORE_WAITS_SOME;
        break;
    case 1:
        b->r->process[ROOT].waits = CORE_WAITS_WATCH;
        break;
    case 2:
        below->held = true; /* its parent will miss it */
        break;
    case 3:
        below->held = leaf->held = true; /* it will not, but the root misses that */
        break;
    case 4:
        below->held = leaf->held = b->r->process[OTHER].held = true;
        b->r->process[ROOT].held = true; /* nobody does anything */
        break;
    case 5:
        below->waits = CORE_WAITS_SOME;
        below->state = PROCESS_REAPED;
        break;
    case 6:
        below->state = PROCESS_NONE;
        break;
    default:
        b->nobody.waits = CORE_WAITS_SOME;
        b->r->process[NOBODY] = b->nobody;
        break;
    }
}

static void test_who_waits_for_the_time(void)
{
    for (int way = 0; way < 8; way++) {
        struct bench b;
        begin(&b);
        waits_as(&b, way);
        CU_ASSERT_EQUAL(comes_to_stand_still(&b), way >= 4);
        bench_close(&b);
    }
}

/* A record lock that somebody has keeps those still who only watch over others. */
static void test_who_only_watches_waits_for_nothing_while_somebody_prompts(void)
{
    for (int way = 0; way < 3; way++) {
        struct bench b;
        struct diag diag;
        int pidfd;
        begin(&b);
        b.r->baton = baton_make(&diag);
        pid_t pid = holder_start(b.r->baton, &pidfd);
        b.r->process[OTHER].pid = way == 0 ? NOBODYS_PID : pid;
        b.r->process[LEAF].waits = way == 2 ? CORE_WAITS_SOME : CORE_WAITS_WATCH;
        CU_ASSERT_EQUAL(comes_to_stand_still(&b), way == 1);
        CHECK(close(pidfd) == 0);
        bench_close(&b);
        child_end(pid);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"rounds",  test_after_a_while_two_rounds_are_asked                       },
        {"beside",  test_it_is_not_asked_for_beside_anything_else                 },
        {"anew",    test_whatever_happens_makes_it_wait_anew                      },
        {"once",    test_it_is_asked_once                                         },
        {"waits",   test_who_waits_for_the_time                                   },
        {"watches", test_who_only_watches_waits_for_nothing_while_somebody_prompts},
        CU_TEST_INFO_NULL,
    };

    return suite_run("still", tests);
}
