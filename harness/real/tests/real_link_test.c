/* real_link_test.c: who is ordered to harm a link, what is expected of it from then on, and when
 * the harm is done. */
#include "harness/real/tests/told_bench.h"

static struct action harm_of(uint16_t who, enum link_harm harm, enum link_side side)
{
    return (struct action){.kind = ACTION_LINK, .who = who, .value = harm, .extra = side};
}

/* The order that the actor finds next is this harm to the link of BELOW. */
static bool is_ordered(const struct bench *b, uint16_t actor, enum link_harm harm)
{
    struct control_order order;

    return order_next(b, actor, &order) && order.kind == CONTROL_LINK &&
           order.value == control_harm(BELOW, harm);
}

enum asleep { AWAKE, STOPPED, STOPPING };

static void sleep_as(struct bench *b, uint16_t actor, enum asleep how)
{
    if (how == STOPPED)
        b->r->process[actor].state = PROCESS_STOPPED;
    b->r->process[actor].stopping = how == STOPPING;
}

/* What is asked of the link of BELOW, whose parent is LEAF. */
static const struct {
    enum link_harm harm;
    enum link_side side;
    bool child_asleep, parent_asleep;
    int allowed;
    bool below, above; /* who is ordered */
    bool delayed_up, delayed_down, dropped_up, dropped_down;
} rows[] = {
    {LINK_HARM_CUT,        SIDE_BOTH, 0, 0, 0,         1, 0, 0, 0, 0, 0},
    {LINK_HARM_CUT,        SIDE_BOTH, 1, 0, 0,         0, 1, 0, 0, 0, 0},
    {LINK_HARM_CUT,        SIDE_BOTH, 0, 1, 0,         1, 0, 0, 0, 0, 0},
    {LINK_HARM_CUT,        SIDE_BOTH, 1, 1, ERR_STATE, 0, 0, 0, 0, 0, 0},
    {LINK_HARM_HALF_CLOSE, SIDE_UP,   0, 1, 0,         1, 0, 0, 0, 0, 0},
    {LINK_HARM_HALF_CLOSE, SIDE_UP,   1, 0, ERR_STATE, 0, 0, 0, 0, 0, 0},
    {LINK_HARM_HALF_CLOSE, SIDE_DOWN, 1, 0, 0,         0, 1, 0, 0, 0, 0},
    {LINK_HARM_HALF_CLOSE, SIDE_DOWN, 0, 1, ERR_STATE, 0, 0, 0, 0, 0, 0},
    {LINK_HARM_TRUNCATE,   SIDE_UP,   0, 0, 0,         1, 0, 0, 0, 0, 0},
    {LINK_HARM_DUPLICATE,  SIDE_DOWN, 0, 0, 0,         0, 1, 0, 0, 0, 0},
    {LINK_HARM_DROP,       SIDE_UP,   0, 0, 0,         1, 0, 0, 0, 1, 0},
    {LINK_HARM_DROP,       SIDE_DOWN, 0, 0, 0,         0, 1, 0, 0, 0, 1},
    {LINK_HARM_DELAY,      SIDE_UP,   0, 0, 0,         1, 0, 1, 0, 0, 0},
    {LINK_HARM_DELAY,      SIDE_DOWN, 0, 0, 0,         0, 1, 0, 1, 0, 0},
    {LINK_HARM_RESUME,     SIDE_BOTH, 0, 0, 0,         1, 1, 0, 0, 0, 0},
    {LINK_HARM_RESUME,     SIDE_BOTH, 1, 0, ERR_STATE, 0, 0, 0, 0, 0, 0},
    {LINK_HARM_RESUME,     SIDE_BOTH, 0, 1, ERR_STATE, 0, 0, 0, 0, 0, 0},
};

static void harm_is_ordered(size_t i, enum asleep how)
{
    struct bench b;
    struct diag diag = {0};
    const struct action a = harm_of(BELOW, rows[i].harm, rows[i].side);

    bench_open(&b);
    const struct real_process *p = &b.r->process[BELOW];
    sleep_as(&b, BELOW, rows[i].child_asleep ? how : AWAKE);
    sleep_as(&b, LEAF, rows[i].parent_asleep ? how : AWAKE);
    CU_ASSERT_EQUAL(link_allow(b.r, &a, &diag), rows[i].allowed);
    CU_ASSERT(rows[i].allowed == 0 || strstr(diag.text, "is stopped and sends nothing") != NULL);
    if (rows[i].allowed == 0) {
        CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ACT_GOES_ON);
        CU_ASSERT_TRUE(b.r->harmed);
        CU_ASSERT_EQUAL(is_ordered(&b, BELOW, rows[i].harm), rows[i].below);
        CU_ASSERT_EQUAL(is_ordered(&b, LEAF, rows[i].harm), rows[i].above);
        CU_ASSERT_EQUAL(p->harm_owed_below, rows[i].below);
        CU_ASSERT_EQUAL(p->harm_owed_above, rows[i].above);
        CU_ASSERT_EQUAL(b.r->harms, (unsigned)rows[i].below + rows[i].above);
        CU_ASSERT_EQUAL(p->delayed_up, rows[i].delayed_up);
        CU_ASSERT_EQUAL(p->delayed_down, rows[i].delayed_down);
        CU_ASSERT_EQUAL(p->dropped_up, rows[i].dropped_up);
        CU_ASSERT_EQUAL(p->dropped_down, rows[i].dropped_down);
    }
    bench_close(&b);
}

static void test_the_end_that_sends_and_is_awake_is_ordered(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        harm_is_ordered(i, STOPPED);
        harm_is_ordered(i, STOPPING);
    }
}

static void test_a_harm_needs_two_ends_that_run(void)
{
    struct bench b;
    struct diag diag = {0};
    struct action a = harm_of(ROOT, LINK_HARM_CUT, SIDE_BOTH);

    bench_open(&b);
    CU_ASSERT_EQUAL(link_allow(b.r, &a, &diag), ERR_INPUT);
    a = harm_of(BELOW, LINK_HARM_RESUME, SIDE_BOTH);
    b.r->process[BELOW].state = PROCESS_NONE;
    CU_ASSERT_EQUAL(link_allow(b.r, &a, &diag), ERR_STATE);
    b.r->process[BELOW].state = PROCESS_ZOMBIE;
    CU_ASSERT_EQUAL(link_allow(b.r, &a, &diag), ERR_GONE);
    b.r->process[BELOW].state = PROCESS_LIVE;
    b.r->process[LEAF].state = PROCESS_ZOMBIE;
    CU_ASSERT_EQUAL(link_allow(b.r, &a, &diag), ERR_GONE);
    bench_close(&b);
}

static void test_what_was_delayed_is_expected_again_when_it_is_resumed(void)
{
    struct bench b;
    struct diag diag = {0};
    struct action a = harm_of(BELOW, LINK_HARM_DELAY, SIDE_UP);

    bench_open(&b);
    const struct real_process *p = &b.r->process[BELOW];
    CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ACT_GOES_ON);
    a.extra = SIDE_DOWN;
    CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ACT_GOES_ON);
    CU_ASSERT(p->delayed_up && p->delayed_down);
    a = harm_of(BELOW, LINK_HARM_DROP, SIDE_UP);
    CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ACT_GOES_ON);
    a.extra = SIDE_DOWN;
    CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ACT_GOES_ON);
    CU_ASSERT(p->dropped_up && p->dropped_down && p->delayed_up && p->delayed_down);
    a = harm_of(BELOW, LINK_HARM_RESUME, SIDE_BOTH);
    CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ACT_GOES_ON);
    CU_ASSERT(!p->delayed_up && !p->delayed_down && p->dropped_up && p->dropped_down);
    bench_close(&b);
}

/* Goal: a harm is done when whoever was ordered has said so, and is said to be done once. */
static void test_a_harm_is_done_when_all_who_were_ordered_have_answered(void)
{
    struct bench b;
    struct diag diag = {0};
    const struct action a = harm_of(BELOW, LINK_HARM_RESUME, SIDE_BOTH);
    const int64_t value = control_harm(BELOW, LINK_HARM_RESUME);

    bench_open(&b);
    CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ACT_GOES_ON);
    CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ACT_GOES_ON); /* owed once all the same */
    CU_ASSERT_EQUAL(b.r->harms, 2);
    CU_ASSERT(is_ordered(&b, BELOW, LINK_HARM_RESUME) && is_ordered(&b, BELOW, LINK_HARM_RESUME));
    link_answered(b.r, BELOW, -INT64_C(256) * (65536 - BELOW));
    link_answered(b.r, BELOW, value - 256);
    link_answered(b.r, BELOW, control_harm(ACTORS, LINK_HARM_RESUME));
    link_answered(b.r, OTHER, control_harm(OTHER, LINK_HARM_RESUME));
    CU_ASSERT_EQUAL(b.r->harms, 2);
    uint64_t activity = b.r->activity;
    link_answered(b.r, BELOW, value);
    link_answered(b.r, BELOW, value);
    CU_ASSERT_EQUAL(b.r->harms, 1);
    CU_ASSERT_EQUAL(b.r->activity, activity + 1);
    CU_ASSERT_EQUAL(events(&b, WORLD_LINK), 0);
    link_answered(b.r, LEAF, value);
    CU_ASSERT_EQUAL(b.r->harms, 0);
    CU_ASSERT_EQUAL(events(&b, WORLD_LINK), 1);
    CU_ASSERT_EQUAL(b.last.actor, BELOW);
    CU_ASSERT_EQUAL(b.last.point, 0);
    bench_close(&b);
}

/* The other way round, and the one with the number 0 is no other one. */
static void test_the_parent_may_answer_first(void)
{
    struct bench b;
    struct diag diag = {0};
    const struct action a = harm_of(LEAF, LINK_HARM_RESUME, SIDE_BOTH);
    const int64_t value = control_harm(LEAF, LINK_HARM_RESUME);

    bench_open(&b);
    CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ACT_GOES_ON);
    link_answered(b.r, ROOT, value);
    CU_ASSERT_EQUAL(events(&b, WORLD_LINK), 0);
    link_answered(b.r, LEAF, value);
    CU_ASSERT_EQUAL(events(&b, WORLD_LINK), 1);
    link_answered(b.r, ROOT, control_harm(ROOT, 0));
    CU_ASSERT_EQUAL(b.r->harms, 0);
    bench_close(&b);
}

/* The link of the root's child is one as well, and the root's own is none. */
static void test_whoever_dies_owes_no_harm(void)
{
    for (int end = 0; end < 2; end++) {
        struct bench b;
        bench_open(&b);
        for (uint16_t i = 0; i < ACTORS; i++)
            b.r->process[i].harm_owed_below = b.r->process[i].harm_owed_above = i == LEAF;
        b.r->harms = 2;
        b.r->process[end == 0 ? LEAF : ROOT].state = PROCESS_ZOMBIE;
        links_settle(b.r);
        CU_ASSERT_EQUAL(b.r->harms, 1);
        CU_ASSERT_EQUAL(b.r->process[LEAF].harm_owed_below, end == 1);
        CU_ASSERT_EQUAL(b.r->process[LEAF].harm_owed_above, end == 0);
        bench_close(&b);
    }
}

static void test_an_end_that_dies_owes_no_harm(void)
{
    static const enum process_state dead[] = {PROCESS_ZOMBIE, PROCESS_REAPED};
    struct diag diag = {0};
    const struct action a = harm_of(BELOW, LINK_HARM_RESUME, SIDE_BOTH);
    const int64_t value = control_harm(BELOW, LINK_HARM_RESUME);

    for (int i = 0; i < 4; i++) {
        struct bench b;
        uint16_t dies = i < 2 ? BELOW : LEAF;
        uint16_t lives = i < 2 ? LEAF : BELOW;
        bench_open(&b);
        b.nobody.state = PROCESS_ZOMBIE;
        b.r->process[NOBODY] = b.nobody;
        CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ACT_GOES_ON);
        links_settle(b.r);
        CU_ASSERT_EQUAL(b.r->harms, 2);
        b.r->process[dies].state = (uint8_t)dead[i % 2];
        links_settle(b.r);
        CU_ASSERT_EQUAL(b.r->harms, 1);
        CU_ASSERT_EQUAL(events(&b, WORLD_LINK), 0);
        link_answered(b.r, lives, value);
        CU_ASSERT_EQUAL(b.r->harms, 0);
        CU_ASSERT_EQUAL(events(&b, WORLD_LINK), 1);
        links_settle(b.r);
        CU_ASSERT_EQUAL(events(&b, WORLD_LINK), 1);
        bench_close(&b);
    }
}

static void test_an_end_that_is_dying_or_full_takes_no_order(void)
{
    struct diag diag = {0};
    const struct action a = harm_of(BELOW, LINK_HARM_RESUME, SIDE_BOTH);
    struct bench b;

    /* What the first has let go may be what the second dies of. */
    bench_open(&b);
    ears_close(&b, LEAF);
    CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ACT_GOES_ON);
    CU_ASSERT_EQUAL(b.r->harms, 1);
    bench_close(&b);
    bench_open(&b);
    ears_close(&b, BELOW);
    CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ERR_GONE);
    CU_ASSERT_EQUAL(b.r->harms, 0);
    bench_close(&b);
    bench_open(&b);
    (void)ears_fill(&b, LEAF);
    CU_ASSERT_EQUAL(link_act(b.r, &a, &diag), ERR_FULL);
    CU_ASSERT_EQUAL(b.r->harms, 1);
    bench_close(&b);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"end",     test_the_end_that_sends_and_is_awake_is_ordered            },
        {"needs",   test_a_harm_needs_two_ends_that_run                        },
        {"resume",  test_what_was_delayed_is_expected_again_when_it_is_resumed },
        {"done",    test_a_harm_is_done_when_all_who_were_ordered_have_answered},
        {"parent",  test_the_parent_may_answer_first                           },
        {"dies",    test_whoever_dies_owes_no_harm                             },
        {"dead",    test_an_end_that_dies_owes_no_harm                         },
        {"refused", test_an_end_that_is_dying_or_full_takes_no_order           },
        CU_TEST_INFO_NULL,
    };

    return suite_run("real_link", tests);
}
