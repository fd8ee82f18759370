/* real_key_test.c: who owes an answer to a key, and when the press is done. */
#include "harness/real/tests/told_bench.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

enum { CTRL_C = 0x03, CTRL_Z = 0x1a };

static struct action key_of(uint8_t byte, bool tiocsig)
{
    return (struct action){.kind = ACTION_KEY, .value = byte, .extra = tiocsig};
}

static int press(struct bench *b, uint8_t byte)
{
    const struct action a = key_of(byte, false);
    struct diag diag = {0};

    return key_press(b->r, &a, &diag);
}

static bool is_done(const struct bench *b)
{
    return records(b, ACTOR_HARNESS, POINT_KEY_DONE) > 0;
}

/* It was not asked before, and answers. */
static void answer(struct bench *b, uint16_t actor)
{
    int64_t probe = asked(b, actor);

    CU_ASSERT(probe > 0);
    report(b, actor, CONTROL_IDLE, 0, probe);
    reports_drain(b->r);
    key_settle(b->r);
}

static void test_a_key_is_refused_where_nobody_can_get_it(void)
{
    struct bench b;
    struct diag diag = {0};
    struct action a = key_of(CTRL_C, false);

    bench_open(&b);
    bench_terminal(&b);
    report(&b, LEAF, CONTROL_POINT, POINT_TIMER_FIRE, 0);
    CU_ASSERT_EQUAL(key_allow(b.r, &a, &diag), ALLOW_NOW);
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_TIMER_FIRE), 1); /* taken in before it */
    b.r->press.open = true;
    CU_ASSERT_EQUAL(key_allow(b.r, &a, &diag), ERR_STATE);
    b.r->press.open = false;
    b.r->hung_up = true;
    CU_ASSERT_EQUAL(key_allow(b.r, &a, &diag), ERR_GONE);
    b.r->hung_up = false;
    b.r->phase = REAL_NEW;
    CU_ASSERT_EQUAL(key_allow(b.r, &a, &diag), ERR_GONE);
    b.r->phase = REAL_RUN;
    a = key_of('x', true);
    CU_ASSERT_EQUAL(key_allow(b.r, &a, &diag), ERR_INPUT);
    a = key_of('x', false);
    CU_ASSERT_EQUAL(key_allow(b.r, &a, &diag), ALLOW_NOW);
    /* Whatever the modes, and what was shown before is read before. */
    struct termios raw;
    CHECK(tcgetattr(b.slave, &raw) == 0);
    cfmakeraw(&raw);
    CHECK(tcsetattr(b.slave, TCSANOW, &raw) == 0 && write(b.slave, "shown", 5) == 5);
    a = key_of(CTRL_Z, true);
    CU_ASSERT_EQUAL(key_allow(b.r, &a, &diag), ALLOW_NOW);
    CU_ASSERT_EQUAL(events(&b, WORLD_OUTPUT), 1);
    bench_close(&b);
}

/* Each of these alone makes LEAF one that is not waited for. */
static void excuse(struct bench *b, int way)
{
    struct real_process *leaf = &b->r->process[LEAF];

    switch (way) {
    case 0:
        leaf->held = true;
        break;
    case 1:
        leaf->state = PROCESS_STOPPED;
        break;
    case 2:
        leaf->frozen = true;
        break;
    case 3:
        leaf->reported = false;
        break;
    case 4:
        leaf->state = PROCESS_NONE;
        break;
    default:
        b->cast->who[LEAF].spins = true;
        break;
    }
}

static void test_whoever_can_act_owes_an_answer(void)
{
    for (int way = -1; way <= 5; way++) {
        struct bench b;
        bench_open(&b);
        bench_terminal(&b);
        excuse(&b, way);
        if (way < 0)
            b.cast->who[LEAF].spins = false;
        b.r->process[OTHER].owes_key = true; /* of a press before */
        b.r->process[OTHER].held = true;
        CU_ASSERT_EQUAL(press(&b, CTRL_C), ACT_GOES_ON);
        CU_ASSERT(b.r->press.open && b.r->press.lost);
        CU_ASSERT_EQUAL(b.r->press.signal, SIGINT);
        CU_ASSERT_EQUAL(b.r->press.byte, CTRL_C);
        CU_ASSERT_EQUAL(b.r->press.round, b.r->quiet.probe);
        CU_ASSERT_EQUAL(b.r->process[LEAF].owes_key, way < 0);
        CU_ASSERT_TRUE(b.r->process[BELOW].owes_key);
        CU_ASSERT_FALSE(b.r->process[OTHER].owes_key);
        bench_close(&b);
    }
}

/* The signal was there before the question: who is idle since has not had it, and never will. */
static void test_a_press_is_done_when_all_are_idle_since(void)
{
    struct bench b;

    bench_open(&b);
    bench_terminal(&b);
    b.r->quiet.probe = 4;
    for (uint16_t i = 0; i < ACTORS; i++)
        b.r->process[i].probe_asked = b.r->process[i].probe_answered = 4;
    CU_ASSERT_EQUAL(press(&b, CTRL_C), ACT_GOES_ON);
    key_settle(b.r);
    answer(&b, ROOT);
    answer(&b, BELOW);
    answer(&b, OTHER);
    CU_ASSERT_FALSE(is_done(&b));
    CU_ASSERT_TRUE(b.r->process[LEAF].owes_key);
    CU_ASSERT_FALSE(b.r->process[OTHER].owes_key);
    uint64_t activity = b.r->activity;
    answer(&b, LEAF);
    CU_ASSERT_TRUE(is_done(&b));
    CU_ASSERT_EQUAL(record_last(&b)->value, CTRL_C);
    CU_ASSERT_EQUAL(record_last(&b)->extra, 1); /* nobody has got it */
    CU_ASSERT_EQUAL(record_last(&b)->peer, ACTOR_NONE);
    CU_ASSERT(b.r->activity > activity);
    CU_ASSERT_FALSE(b.r->press.open);
    CU_ASSERT_EQUAL(events(&b, WORLD_KEY), 1);
    CU_ASSERT_EQUAL(b.last.actor, ACTOR_NONE);
    CU_ASSERT_EQUAL(b.last.point, 0);
    key_settle(b.r); /* once */
    CU_ASSERT_EQUAL(events(&b, WORLD_KEY), 1);
    bench_close(&b);
}

/* One is enough, be it the first, and the echo is there when the key is pressed. */
static void test_a_key_is_lost_as_long_as_anybody_owes_an_answer(void)
{
    struct bench b;

    bench_open(&b);
    bench_terminal(&b);
    for (uint16_t i = ROOT + 1; i < ACTORS; i++)
        b.r->process[i].held = true;
    CU_ASSERT_EQUAL(press(&b, CTRL_C), ACT_GOES_ON);
    CU_ASSERT_TRUE(b.r->press.lost);
    CU_ASSERT_EQUAL(events(&b, WORLD_OUTPUT), 1);
    bench_close(&b);
}

static void handles(struct bench *b, uint16_t actor, enum point point, int signal)
{
    report(b, actor, CONTROL_POINT, (uint16_t)point, signal);
    reports_drain(b->r);
    key_settle(b->r);
}

static void test_who_has_handled_it_owes_nothing(void)
{
    struct bench b;

    bench_open(&b);
    bench_terminal(&b);
    CU_ASSERT_EQUAL(press(&b, CTRL_C), ACT_GOES_ON);
    handles(&b, ROOT, POINT_SIG_HANDLED, SIGTERM); /* which is another one */
    CU_ASSERT_TRUE(b.r->process[ROOT].owes_key);
    CU_ASSERT_TRUE(b.r->press.lost);
    for (uint16_t i = 0; i < ACTORS; i++) {
        CU_ASSERT_FALSE(is_done(&b));
        handles(&b, i, i == LEAF ? POINT_SIG_DUPLICATE : POINT_SIG_HANDLED, SIGINT);
    }
    CU_ASSERT_TRUE(is_done(&b));
    CU_ASSERT_EQUAL(record_last(&b)->extra, 0);
    bench_close(&b);
}

static void test_what_makes_no_signal_is_done_at_once(void)
{
    struct bench b;

    bench_open(&b);
    bench_terminal(&b);
    CU_ASSERT_EQUAL(press(&b, 'x'), ACT_GOES_ON);
    CU_ASSERT_FALSE(b.r->press.lost);
    CU_ASSERT_TRUE(b.r->process[NOBODY].owes_key); /* is not looked at */
    key_settle(b.r);
    CU_ASSERT_TRUE(is_done(&b));
    CU_ASSERT_EQUAL(record_last(&b)->value, 'x');
    CU_ASSERT_EQUAL(record_last(&b)->extra, 0);
    CU_ASSERT_EQUAL(asked(&b, ROOT), -1);
    bench_close(&b);
}

static void test_a_key_that_cannot_be_typed_is_no_press(void)
{
    struct bench b;

    bench_open(&b);
    CU_ASSERT_EQUAL(press(&b, CTRL_C), ERR_GONE);
    CU_ASSERT_FALSE(b.r->press.open);
    bench_close(&b);
}

/* About to stop, it says nothing any more: that it is stopped, or dead, or goes on, is the end. */
static void test_who_is_about_to_stop_is_waited_for(void)
{
    for (int way = 0; way < 3; way++) {
        struct bench b;
        bench_open(&b);
        bench_terminal(&b);
        CU_ASSERT_EQUAL(press(&b, CTRL_C), ACT_GOES_ON);
        for (uint16_t i = 0; i < ACTORS; i++)
            b.r->process[i].owes_key = i == LEAF;
        process_stopping(b.r, LEAF, SIGTSTP);
        key_settle(b.r);
        CU_ASSERT_FALSE(is_done(&b));
        CU_ASSERT_EQUAL(asked(&b, LEAF), -1); /* it is not asked */
        if (way == 0)
            process_stopped(b.r, LEAF, SIGTSTP);
        else if (way == 1)
            process_exited(b.r, LEAF);
        else
            process_continued(b.r, LEAF);
        key_settle(b.r);
        CU_ASSERT_EQUAL(is_done(&b), way < 2);
        bench_close(&b);
    }
}

/* One that has died when it was about to stop does neither. */
static void test_who_has_died_is_not_waited_for(void)
{
    struct bench b;

    bench_open(&b);
    bench_terminal(&b);
    CU_ASSERT_EQUAL(press(&b, CTRL_C), ACT_GOES_ON);
    for (uint16_t i = 0; i < ACTORS; i++)
        b.r->process[i].owes_key = i == LEAF;
    b.r->process[LEAF].state = PROCESS_ZOMBIE;
    b.r->process[LEAF].stopping = true;
    key_settle(b.r);
    CU_ASSERT_TRUE(is_done(&b));
    CU_ASSERT_FALSE(b.r->process[LEAF].owes_key);
    bench_close(&b);
}

static void test_the_suspend_key_may_stop_whoever_lives(void)
{
    struct bench b;

    bench_open(&b);
    bench_terminal(&b);
    b.r->process[OTHER].state = PROCESS_ZOMBIE;
    CU_ASSERT_EQUAL(press(&b, CTRL_C), ACT_GOES_ON);
    CU_ASSERT_FALSE(b.r->job_stops);
    b.r->press.open = false;
    CU_ASSERT_EQUAL(press(&b, CTRL_Z), ACT_GOES_ON);
    CU_ASSERT_TRUE(b.r->job_stops);
    for (uint16_t i = 0; i < ACTORS; i++) {
        CU_ASSERT_EQUAL(b.r->process[i].stopping, i != OTHER);
        CU_ASSERT(i == OTHER || b.r->process[i].stop_signal == SIGTSTP);
        CU_ASSERT(i == OTHER || b.r->process[i].stop_round > b.r->press.round);
    }
    bench_close(&b);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"refused",  test_a_key_is_refused_where_nobody_can_get_it       },
        {"owed",     test_whoever_can_act_owes_an_answer                 },
        {"idle",     test_a_press_is_done_when_all_are_idle_since        },
        {"lost",     test_a_key_is_lost_as_long_as_anybody_owes_an_answer},
        {"handled",  test_who_has_handled_it_owes_nothing                },
        {"plain",    test_what_makes_no_signal_is_done_at_once           },
        {"no way",   test_a_key_that_cannot_be_typed_is_no_press         },
        {"stopping", test_who_is_about_to_stop_is_waited_for             },
        {"died",     test_who_has_died_is_not_waited_for                 },
        {"suspend",  test_the_suspend_key_may_stop_whoever_lives         },
        CU_TEST_INFO_NULL,
    };

    return suite_run("real_key", tests);
}
