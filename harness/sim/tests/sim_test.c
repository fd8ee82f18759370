/* sim_test.c: trees of real cores on virtual processes, driven through world.h only. */
#include "harness/sim/sim.h"
#include "harness/sim/tests/sim_run.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

static void test_a_nested_prompt_comes_up_ignores_interrupts_and_ends_well(void)
{
    struct run r = {0};

    run_start(&r, chain_new(1, 0), 1);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&r.output), "leaf> "));
    for (uint16_t i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(world_state(r.w, i), PROCESS_LIVE);

    CU_ASSERT_TRUE(press(&r, 3));
    CU_ASSERT_TRUE(until_quiet(&r));
    for (uint16_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(world_state(r.w, i), PROCESS_LIVE);
        CU_ASSERT_PTR_NOT_NULL(find(&r, POINT_SIG_HANDLED, i));
    }
    CU_ASSERT_PTR_NULL(find(&r, POINT_CANCEL_SENT, ACTOR_NONE));

    type(&r, "c\r");
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    CU_ASSERT_EQUAL(end_status(&r), 0);
    CU_ASSERT_TRUE(all_reaped(&r));
    CU_ASSERT_PTR_NULL(find(&r, POINT_PROC_SURVIVED, ACTOR_NONE));
    CU_ASSERT_FALSE(world_turn(r.w, 0));
    run_end(&r);
}

static void test_an_interrupt_without_a_prompt_ends_the_tree_by_it(void)
{
    struct run r = {0};
    struct tree *t = chain_new(1, 0);

    t->node[2] = node("leaf", 1, 0, ROLE_DAEMON);
    run_start(&r, t, 7);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_TRUE(press(&r, 3));
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    CU_ASSERT_EQUAL(end_status(&r), SIGINT);
    CU_ASSERT_TRUE(all_reaped(&r));
    run_end(&r);
}

/* One whole run of a nested prompt, with an interrupt at a moment that the seed chooses. */
static void run_through(struct run *r, struct tree *t, uint64_t seed)
{
    run_start(r, t, seed);
    for (uint64_t i = 0; i < seed % 97; i++)
        (void)world_turn(r->w, 0);
    if (!r->stopped)
        (void)press(r, 3);
    (void)until_quiet(r);
    if (!r->stopped && strstr(buf_text(&r->output), "leaf> ") != NULL) {
        type(r, "c\r");
    }
    (void)until(r, &r->stopped);
}

static bool trace_differs(const struct run *a, const struct run *b)
{
    size_t count = a->w->trace.count;

    return count != b->w->trace.count ||
           memcmp(a->w->trace.record, b->w->trace.record, count * sizeof(struct trace_record)) != 0;
}

static void test_one_seed_is_one_trace(void)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct run a = {0};
        struct run b = {0};

        run_through(&a, chain_new(2, 0), seed);
        run_through(&b, chain_new(2, 0), seed);
        CU_ASSERT_FALSE(trace_differs(&a, &b));
        CU_ASSERT_STRING_EQUAL(buf_text(&a.output), buf_text(&b.output));
        run_end(&a);
        run_end(&b);
    }
}

/* Goal: memory that has served before changes nothing. Method: blocks full of what another tree
 * left there, and full of noise, against fresh ones. */
static void test_kept_memory_is_as_good_as_new(void)
{
    struct kept kept = KEPT_INIT;
    void *noise[4];

    for (unsigned i = 0; i < 4; i++) {
        noise[i] = kept_take(&kept, sizeof(struct sim_actor));
        CHECK(noise[i] != NULL);
        memset(noise[i], 0xA5, sizeof(struct sim_actor));
    }
    for (unsigned i = 0; i < 4; i++)
        kept_give(&kept, noise[i]);
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct run a = {0};
        struct run b = {.kept = &kept};

        run_through(&a, chain_new(2, 0), seed);
        run_through(&b, chain_new(2, 0), seed);
        CU_ASSERT_FALSE(trace_differs(&a, &b));
        CU_ASSERT_STRING_EQUAL(buf_text(&a.output), buf_text(&b.output));
        run_end(&a);
        run_end(&b);
    }
    kept_release(&kept);
}

static void test_seeds_are_different_orders(void)
{
    struct run a = {0};
    struct run b = {0};

    run_through(&a, chain_new(2, 0), 97);
    run_through(&b, chain_new(2, 0), 194);
    CU_ASSERT_TRUE(trace_differs(&a, &b));
    run_end(&a);
    run_end(&b);
}

static void test_every_seed_ends_and_leaves_nothing(void)
{
    unsigned prompted = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct run r = {0};

        run_through(&r, chain_new(1, 0), seed);
        CU_ASSERT_TRUE(r.stopped);
        CU_ASSERT_FALSE(r.failed);
        CU_ASSERT_TRUE(all_reaped(&r));
        CU_ASSERT_PTR_NULL(find(&r, POINT_PROC_SURVIVED, ACTOR_NONE));
        CU_ASSERT_TRUE(end_status(&r) == 0 || end_status(&r) == SIGINT);
        prompted += end_status(&r) == 0;
        run_end(&r);
    }
    CU_ASSERT_TRUE(prompted > 0 && prompted < SEEDS);
}

static void test_a_held_actor_waits_at_its_point(void)
{
    struct run r = {.keep_held = true};

    r.asks[POINT_DBG_PROMPT / 8] |= (uint8_t)(1U << (POINT_DBG_PROMPT % 8));
    run_start(&r, chain_new(1, 0), 3);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_EQUAL(r.held, 1);
    CU_ASSERT_EQUAL(r.held_actor, 2);
    CU_ASSERT_PTR_NULL(strstr(buf_text(&r.output), "leaf> ")); /* the point comes before */
    CU_ASSERT_TRUE(press(&r, 3));                              /* the others handle it */
    CU_ASSERT_PTR_NULL(find(&r, POINT_SIG_HANDLED, 2));
    world_release(r.w, 2);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&r.output), "leaf> "));
    CU_ASSERT_PTR_NOT_NULL(find(&r, POINT_SIG_HANDLED, 2));
    type(&r, "c\r");
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    CU_ASSERT_EQUAL(end_status(&r), 0);
    run_end(&r);
}

static void test_killing_the_holder_gives_the_terminal_back(void)
{
    struct run r = {0};
    struct diag diag = {0};

    run_start(&r, chain_new(1, 0), 11);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_EQUAL(act_signal(r.w, 2, SIGKILL, &diag), 0);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    CU_ASSERT_TRUE(all_reaped(&r));
    CU_ASSERT_EQUAL(end_status(&r), 1 << 8);
    CU_ASSERT_EQUAL(last_modes(&r), 1);
    CU_ASSERT_EQUAL(act_signal(r.w, 2, SIGTERM, &diag), ERR_GONE);
    run_end(&r);
}

static void test_a_harmed_link_says_so_and_the_branch_is_lost(void)
{
    struct run r = {0};
    struct diag diag = {0};

    run_start(&r, chain_new(2, 0), 11);
    CU_ASSERT_EQUAL(act_link(r.w, 2, LINK_HARM_CUT, SIDE_BOTH, &diag), ERR_STATE);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_EQUAL(act_link(r.w, 0, LINK_HARM_CUT, SIDE_BOTH, &diag), ERR_INPUT);
    CU_ASSERT_EQUAL(act_link(r.w, 9, LINK_HARM_CUT, SIDE_BOTH, &diag), ERR_NOTFOUND);
    CU_ASSERT_EQUAL(act_signal(r.w, 2, SIGSTOP, &diag), 0);
    CU_ASSERT_TRUE(until_quiet(&r));
    /* A stopped end sends nothing; the other one can cut all the same. */
    CU_ASSERT_EQUAL(act_link(r.w, 2, LINK_HARM_DROP, SIDE_UP, &diag), ERR_STATE);
    CU_ASSERT_EQUAL(act_link(r.w, 3, LINK_HARM_DROP, SIDE_DOWN, &diag), ERR_STATE);
    CU_ASSERT_EQUAL(act_link(r.w, 2, LINK_HARM_RESUME, SIDE_BOTH, &diag), ERR_STATE);
    CU_ASSERT_EQUAL(act_link(r.w, 2, LINK_HARM_CUT, SIDE_BOTH, &diag), ACT_GOES_ON);
    CU_ASSERT_FALSE(r.link); /* no event from inside an action */
    CU_ASSERT_TRUE(until(&r, &r.link));
    const struct trace_record *harmed = find(&r, POINT_LINK_HARMED, ACTOR_HARNESS);
    CU_ASSERT_TRUE(harmed != NULL && harmed->peer == 2 && harmed->value == LINK_HARM_CUT);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    CU_ASSERT_TRUE(all_reaped(&r));
    CU_ASSERT_EQUAL(end_status(&r), 1 << 8);
    CU_ASSERT_EQUAL(last_modes(&r), 1);
    CU_ASSERT_EQUAL(act_link(r.w, 2, LINK_HARM_CUT, SIDE_BOTH, &diag), ERR_GONE);
    run_end(&r);
}

/* A result that is delayed is written when the delay ends; if that takes too long it is lost. */
static void test_a_delayed_result_comes_when_it_is_resumed(void)
{
    for (int resumed = 0; resumed < 2; resumed++) {
        struct run r = {0};
        struct diag diag = {0};
        run_start(&r, chain_new(1, 0), 11);
        CU_ASSERT_TRUE(until_quiet(&r));
        CU_ASSERT_EQUAL(act_link(r.w, 2, LINK_HARM_DELAY, SIDE_UP, &diag), ACT_GOES_ON);
        type(&r, "c\r");
        CU_ASSERT_TRUE(until_quiet(&r));
        CU_ASSERT_EQUAL(world_state(r.w, 2), PROCESS_LIVE);
        if (resumed)
            CU_ASSERT_EQUAL(act_link(r.w, 2, LINK_HARM_RESUME, SIDE_BOTH, &diag), ACT_GOES_ON);
        CU_ASSERT_TRUE(until(&r, &r.stopped));
        CU_ASSERT_EQUAL(end_status(&r), resumed ? 0 : 1 << 8);
        run_end(&r);
    }
}

static void test_killing_a_parent_or_the_root_leaves_nobody(void)
{
    for (uint16_t victim = 0; victim < 2; victim++) {
        for (uint64_t seed = 0; seed < 100; seed++) {
            struct run r = {0};
            struct diag diag = {0};

            run_start(&r, chain_new(1, 0), seed);
            CU_ASSERT_TRUE(until_quiet(&r));
            CU_ASSERT_EQUAL(act_signal(r.w, victim, SIGKILL, &diag), 0);
            CU_ASSERT_TRUE(until(&r, &r.stopped));
            CU_ASSERT_TRUE(all_reaped(&r));
            CU_ASSERT_PTR_NULL(find(&r, POINT_PROC_SURVIVED, ACTOR_NONE));
            CU_ASSERT_EQUAL(end_status(&r), victim == 0 ? SIGKILL : 1 << 8);
            run_end(&r);
        }
    }
}

static void test_a_stopped_holder_is_no_obstacle_to_quiet_and_goes_on(void)
{
    struct run r = {0};
    struct diag diag = {0};

    run_start(&r, chain_new(1, 0), 5);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_EQUAL(act_signal(r.w, 2, SIGSTOP, &diag), 0);
    type(&r, "c\r");
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_EQUAL(world_state(r.w, 2), PROCESS_STOPPED);
    CU_ASSERT_TRUE(press(&r, 3)); /* throws the line away */
    type(&r, "c\r");
    CU_ASSERT_EQUAL(act_signal(r.w, 2, SIGCONT, &diag), 0);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    CU_ASSERT_EQUAL(end_status(&r), 0);
    run_end(&r);
}

static void test_a_suspended_job_is_resumed_and_its_prompt_is_there_again(void)
{
    struct run r = {0};
    struct diag diag = {0};

    run_start(&r, chain_new(2, 0), 9);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_EQUAL(act_resize(r.w, 50, 132, &diag), 0);
    CU_ASSERT_TRUE(press(&r, 0x1a));
    CU_ASSERT_TRUE(until_quiet(&r));
    for (uint16_t i = 0; i < r.tree->count; i++)
        CU_ASSERT_EQUAL(world_state(r.w, i), PROCESS_STOPPED);
    CU_ASSERT_EQUAL(last_modes(&r), 1);
    CU_ASSERT_EQUAL(act_continue(r.w, &diag), 0);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_EQUAL(last_modes(&r), 0);
    type(&r, "c\r");
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    CU_ASSERT_EQUAL(end_status(&r), 0);
    CU_ASSERT_EQUAL(act_continue(r.w, &diag), ERR_GONE);
    CU_ASSERT_PTR_NOT_NULL(find(&r, POINT_TTY_RESIZED, ACTOR_HARNESS));
    run_end(&r);
}

/* Goal: whoever reads learns of it, the job gets SIGHUP, a stopped one too, and nothing is shown or
 * set any more. */
static void test_a_closed_terminal_ends_a_tree_stopped_or_not(void)
{
    for (unsigned stopped = 0; stopped < 2; stopped++) {
        struct run r = {0};
        struct diag diag = {0};

        run_start(&r, chain_new(1, 0), 3);
        CU_ASSERT_TRUE(until_quiet(&r));
        if (stopped == 1) {
            CU_ASSERT_TRUE(press(&r, 0x1a));
            CU_ASSERT_TRUE(until_quiet(&r));
        }
        size_t shown = r.output.size;
        CU_ASSERT_EQUAL(act_hang_up(r.w, &diag), 0);
        CU_ASSERT_EQUAL(act_hang_up(r.w, &diag), ERR_GONE);
        CU_ASSERT_EQUAL(act_resize(r.w, 2, 2, &diag), ERR_GONE);
        CU_ASSERT_EQUAL(act_type(r.w, "c", 1, &diag), ERR_GONE);
        CU_ASSERT_TRUE(until(&r, &r.stopped));
        CU_ASSERT_EQUAL(r.output.size, shown);
        CU_ASSERT_TRUE(all_reaped(&r));
        run_end(&r);
    }
}

static void test_d7_a_continued_actor_hears_of_that_before_its_timers(void)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct run r = {0};
        struct diag diag = {0};
        bool heard = false;
        bool fired = false;

        run_start(&r, chain_new(1, 0), seed);
        CU_ASSERT_TRUE(until_quiet(&r));
        CU_ASSERT_EQUAL(act_signal(r.w, 1, SIGSTOP, &diag), 0);
        want_timer(r.w, 4000 * MS_NS); /* its heartbeat is due at 3 s */
        CU_ASSERT_TRUE(until(&r, &r.timer));
        size_t from = r.w->trace.count;
        CU_ASSERT_EQUAL(act_signal(r.w, 1, SIGCONT, &diag), 0);
        CU_ASSERT_TRUE(until_quiet(&r));
        for (size_t i = from; i < r.w->trace.count; i++) {
            const struct trace_record *rec = &r.w->trace.record[i];
            heard |= rec->actor == 1 && rec->point == POINT_SIG_CONT;
            fired |= rec->actor == 1 && rec->point == POINT_TIMER_FIRE;
            CU_ASSERT_TRUE(heard || !fired);
        }
        CU_ASSERT_TRUE(heard && fired);
        world_stop(r.w, STOP_NORMAL);
        CU_ASSERT_TRUE(until(&r, &r.stopped));
        run_end(&r);
    }
}

static void test_stop_ends_a_tree_at_its_prompt(void)
{
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct run r = {0};

        run_start(&r, chain_new(2, 0), seed);
        for (uint64_t i = 0; i < seed; i++)
            (void)world_turn(r.w, 0);
        world_stop(r.w, STOP_INTERRUPTED);
        CU_ASSERT_TRUE(until(&r, &r.stopped));
        CU_ASSERT_TRUE(all_reaped(&r));
        CU_ASSERT_PTR_NOT_NULL(find(&r, POINT_RUN_STOPPED, ACTOR_HARNESS));
        CU_ASSERT_PTR_NULL(find(&r, POINT_PROC_SURVIVED, ACTOR_NONE));
        run_end(&r);
    }
}

static void test_what_does_not_end_is_noted_and_killed(void)
{
    struct run r = {0};
    struct tree *t = chain_new(0, 0);

    t->node[1] = node("leaf", 0, 0, ROLE_SPINNER);
    t->node[0].role = ROLE_SPINNER;
    run_start(&r, t, 5);
    for (unsigned i = 0; i < 50; i++)
        (void)world_turn(r.w, 0);
    world_stop(r.w, STOP_TIMED_OUT);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    CU_ASSERT_TRUE(all_reaped(&r));
    CU_ASSERT_PTR_NOT_NULL(find(&r, POINT_PROC_SURVIVED, ACTOR_NONE));
    CU_ASSERT_EQUAL(end_status(&r), SIGKILL);
    run_end(&r);
}

/* Whether it is said, within a minute, that nothing can move any more. */
static bool comes_to_stand_still(struct run *r)
{
    r->still = r->timer = false;
    world_want(r->w, WORLD_STILL, 0);
    world_want(r->w, WORLD_TIMER, world_now(r->w) + 60000 * MS_NS);
    while (!r->still && !r->timer && world_turn(r->w, 0))
        ;
    world_want(r->w, WORLD_STILL, INT64_MAX);
    return r->still;
}

/* Goal: who waits for something hears when it cannot come, and not a moment too early. */
static void test_stillness_is_when_no_time_brings_anything(void)
{
    struct run r = {0};
    struct diag diag = {0};

    /* A prompt: nobody but the user can go on. Heartbeats and looks at the lock are no motion. */
    run_start(&r, chain_new(2, 0), 1);
    CU_ASSERT_TRUE(until_quiet(&r));
    size_t records = r.w->trace.count;
    CU_ASSERT_TRUE(comes_to_stand_still(&r));
    CU_ASSERT_EQUAL(r.w->trace.count, records);
    CU_ASSERT(world_now(r.w) < 1000 * MS_NS);
    /* A leaf that is stopped is missed by its parent after a while. */
    CU_ASSERT_EQUAL(act_signal(r.w, 3, SIGSTOP, &diag), ACT_DONE);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_FALSE(comes_to_stand_still(&r));
    run_end(&r);
    /* What a link has lost is missed, too. */
    run_start(&r, chain_new(1, 0), 1);
    CU_ASSERT_TRUE(until_quiet(&r));
    (void)act_link(r.w, 2, LINK_HARM_DELAY, SIDE_UP, &diag);
    CU_ASSERT_FALSE(comes_to_stand_still(&r));
    run_end(&r);
    /* A deadline is to come. */
    struct tree *t = chain_new(1, 0);
    t->node[1].deadline_ns = 100000 * MS_NS;
    run_start(&r, t, 1);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_FALSE(comes_to_stand_still(&r));
    run_end(&r);
    /* A spinner may come back. */
    t = chain_new(0, 0);
    t->node[1].role = ROLE_SPINNER;
    run_start(&r, t, 1);
    CU_ASSERT_FALSE(comes_to_stand_still(&r));
    run_end(&r);
}

static void test_the_run_has_a_timer_on_the_virtual_clock(void)
{
    struct run r = {0};

    run_start(&r, chain_new(1, 0), 5);
    CU_ASSERT_EQUAL(world_now(r.w), 0);
    want_timer(r.w, 7777 * MS_NS);
    CU_ASSERT_TRUE(until(&r, &r.timer));
    CU_ASSERT_EQUAL(world_now(r.w), 7777 * MS_NS);
    world_stop(r.w, STOP_NORMAL);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    run_end(&r);
}

/* Lets so much time pass that the next press counts by itself. */
static void pass(struct run *r)
{
    r->timer = false;
    want_timer(r->w, world_now(r->w) + CORE_MERGE_NS + 1);
    CU_ASSERT_TRUE(until(r, &r->timer) || r->stopped);
}

/* One more press, or a signal where there is no key, at a root that is stuck. */
static void press_stuck(struct run *r, uint8_t key, int signal)
{
    struct diag diag = {0};

    int rc =
        key != 0 ? act_key(r->w, key, false, &diag) : act_signal(r->w, ACTOR_ROOT, signal, &diag);
    CU_ASSERT_EQUAL(rc, key != 0 ? ACT_GOES_ON : ACT_DONE);
    pass(r);
}

/* Goal: what the own code does at the root's prompt may never come back. No number of interrupts
 * ends that, and two more of a kind that insists do not, but the third does. */
static void test_a_root_stuck_at_its_prompt_is_ended_by_what_insists(void)
{
    static const int ends[] = {SIGQUIT, SIGTERM};

    for (unsigned i = 0; i < 2; i++) {
        uint8_t key = ends[i] == SIGQUIT ? 0x1C : 0;
        struct run r = {0};
        struct tree *t = chain_new(1, 0);

        t->node[0].pause_when = WHEN_START;
        t->node[2] = node("leaf", 1, 0, ROLE_DAEMON);
        run_start(&r, t, i);
        CU_ASSERT_TRUE(until_quiet(&r));
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&r.output), "root> "));
        type(&r, "x block\r");
        pass(&r);
        for (unsigned n = 0; n < 4; n++)
            press_stuck(&r, 3, 0);
        CU_ASSERT_PTR_NOT_NULL(find(&r, POINT_USER, ACTOR_ROOT));
        for (unsigned n = 0; n < 2; n++)
            press_stuck(&r, key, ends[i]);
        for (uint16_t id = 0; id < 3; id++)
            CU_ASSERT_EQUAL(world_state(r.w, id), PROCESS_LIVE);
        CU_ASSERT_EQUAL(last_modes(&r), 0);
        press_stuck(&r, key, ends[i]);
        CU_ASSERT_TRUE(until(&r, &r.stopped));
        CU_ASSERT_EQUAL(end_status(&r), ends[i]);
        CU_ASSERT_EQUAL(last_modes(&r), 1);
        CU_ASSERT_TRUE(all_reaped(&r));
        CU_ASSERT_PTR_NULL(find(&r, POINT_PROC_SURVIVED, ACTOR_NONE));
        run_end(&r);
    }
}

/* root, below it a supervisor with a deadline and two prompts, and a daemon. */
static struct tree *branches_new(uint64_t defects)
{
    struct tree *t = tree_new(5, defects);

    t->node[0] = node("root", ACTOR_NONE, 4, ROLE_SUPERVISOR);
    t->node[1] = node("mid", 0, 2, ROLE_SUPERVISOR);
    t->node[1].deadline_ns = 500 * MS_NS;
    t->node[2] = node("a", 1, 0, ROLE_REPL);
    t->node[2].pause_when = WHEN_START;
    t->node[3] = node("b", 1, 0, ROLE_REPL);
    t->node[3].pause_when = WHEN_START;
    t->node[3].pause_prompt = PROMPT_CRASH;
    t->node[4] = node("w", 0, 0, ROLE_DAEMON);
    return t;
}

/* Two prompts, a deadline that passes, and a violence that the seed chooses. */
static void run_rough(struct run *r, struct tree *t, uint64_t seed)
{
    static const int violence[] = {SIGINT, SIGTERM, SIGKILL, SIGSTOP};
    struct diag diag = {0};

    r->stop_at_timer = true;
    run_start(r, t, seed);
    (void)until_quiet(r);
    want_timer(r->w, world_now(r->w) + 600 * MS_NS * (int64_t)(seed % 2));
    r->stop_at_timer = false;
    (void)until(r, &r->timer);
    r->stop_at_timer = true;
    want_timer(r->w, world_now(r->w) + 60000 * MS_NS);
    (void)act_signal(r->w, (uint16_t)(seed / 2 % 5), violence[seed / 10 % 4], &diag);
    (void)until_quiet(r);
    for (unsigned i = 0; i < 2 && !r->stopped; i++) {
        (void)press(r, 3);
        (void)until_quiet(r);
        if (!r->stopped)
            (void)act_type(r->w, "c\r", 2, &diag);
        (void)until_quiet(r);
    }
    (void)until(r, &r->stopped);
}

/* Goal: every defect can be run, and most of them show in some order of two small stories.
 * Method: the same seeds with and without it. */
static void test_every_defect_runs_and_most_show(void)
{
    unsigned shown = 0;

    for (unsigned bit = 0; bit < DEFECTS; bit++) {
        bool differs = false;
        for (uint64_t seed = 0; seed < 40; seed++) {
            struct run sound = {0};
            struct run broken = {0};
            run_rough(&sound, branches_new(0), seed);
            run_rough(&broken, branches_new(defect_bit(bit)), seed);
            CU_ASSERT_TRUE(sound.stopped && broken.stopped);
            CU_ASSERT_FALSE(sound.failed || broken.failed);
            CU_ASSERT_TRUE(all_reaped(&broken));
            differs |= trace_differs(&sound, &broken);
            run_end(&sound);
            run_end(&broken);
        }
        shown += differs;
    }
    CU_ASSERT_TRUE(shown >= DEFECTS / 2);
}

static void test_a_run_without_an_end_is_given_up(void)
{
    struct run r = {0};

    /* By time: the heartbeat goes on for ever. */
    run_start(&r, chain_new(0, 0), 1);
    (void)until(&r, &r.failed);
    CU_ASSERT_TRUE(r.failed);
    CU_ASSERT_TRUE(world_now(r.w) > INT64_C(3600000) * MS_NS);
    CU_ASSERT_FALSE(world_turn(r.w, 0));
    world_stop(r.w, STOP_TIMED_OUT);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    CU_ASSERT_TRUE(all_reaped(&r));
    run_end(&r);

    /* By turns: the only actor is held, and nobody lets it go. */
    r.keep_held = true;
    r.asks[POINT_SPAWN_READY / 8] |= (uint8_t)(1U << (POINT_SPAWN_READY % 8));
    run_start(&r, chain_new(0, 0), 1);
    while (!r.failed && world_turn(r.w, 0))
        ;
    CU_ASSERT_TRUE(r.failed);
    CU_ASSERT_EQUAL(world_now(r.w), 0);
    world_stop(r.w, STOP_TIMED_OUT);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    run_end(&r);
}

static void test_a_full_trace_is_a_failure(void)
{
    struct run r = {0};

    run_start(&r, chain_new(1, 0), 1);
    r.w->trace.limit = 20;
    CU_ASSERT_TRUE(until(&r, &r.failed));
    world_stop(r.w, STOP_TIMED_OUT);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    CU_ASSERT_TRUE(all_reaped(&r));
    run_end(&r);
}

/* Goal: a defect of the core is visible in the simulator. */
static void test_an_unseen_holder_lets_an_interrupt_through(void)
{
    struct run r = {0};

    run_start(&r, chain_new(1, defect_bit(DEFECT_INTERRUPT_UNSEEN)), 1);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_TRUE(press(&r, 3));
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_PTR_NOT_NULL(find(&r, POINT_CANCEL_SENT, ACTOR_NONE));
    world_stop(r.w, STOP_NORMAL);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    CU_ASSERT_TRUE(all_reaped(&r));
    run_end(&r);
}

static void test_refusals_have_their_errors(void)
{
    struct run r = {0};
    struct diag diag = {0};
    static const char much[5000];

    run_start(&r, chain_new(1, 0), 1);
    CU_ASSERT_EQUAL(world_start(r.w, &diag), ERR_STATE);
    CU_ASSERT_EQUAL(act_tell(r.w, 2, TELL_EXIT, &diag), ERR_STATE);
    CU_ASSERT_EQUAL(act_signal(r.w, 3, SIGTERM, &diag), ERR_NOTFOUND);
    CU_ASSERT_TRUE(until_quiet(&r));
    CU_ASSERT_EQUAL(act_signal(r.w, 2, 99, &diag), ERR_INPUT);
    CU_ASSERT_EQUAL(act_tell(r.w, 2, TELL_OPS, &diag), ERR_INPUT);
    CU_ASSERT_EQUAL(act_type(r.w, much, sizeof(much), &diag), ERR_FULL);
    CU_ASSERT_EQUAL(act_key(r.w, 3, false, &diag), ACT_GOES_ON);
    CU_ASSERT_EQUAL(act_key(r.w, 3, false, &diag), ERR_STATE);
    CU_ASSERT_TRUE(until(&r, &r.key));
    CU_ASSERT_EQUAL(act_key(r.w, 'x', true, &diag), ERR_INPUT);
    world_stop(r.w, STOP_NORMAL);
    CU_ASSERT_EQUAL(act_type(r.w, "c", 1, &diag), ERR_GONE);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    run_end(&r);
}

static void test_a_world_that_was_never_started_stops(void)
{
    struct tree *tree = chain_new(0, 0);
    struct run r = {.cast = cast_of_tree(tree)};
    struct diag diag = {0};
    struct world_options options = {.cast = r.cast, .tree = tree, .on_event = on_event, .user = &r};

    r.tree = tree;
    CU_ASSERT_EQUAL_FATAL(sim_world_new(&options, &r.w, &diag), 0);
    world_stop(r.w, STOP_NORMAL);
    CU_ASSERT_TRUE(until(&r, &r.stopped));
    run_end(&r);
}

static CU_TestInfo tests[] = {
    {"test_a_nested_prompt_comes_up_ignores_interrupts_and_ends_well",
     test_a_nested_prompt_comes_up_ignores_interrupts_and_ends_well                                                                 },
    {"test_an_interrupt_without_a_prompt_ends_the_tree_by_it",
     test_an_interrupt_without_a_prompt_ends_the_tree_by_it                                                                         },
    {"test_one_seed_is_one_trace",                                     test_one_seed_is_one_trace                                   },
    {"kept memory is as good as new",                                  test_kept_memory_is_as_good_as_new                           },
    {"test_seeds_are_different_orders",                                test_seeds_are_different_orders                              },
    {"test_every_seed_ends_and_leaves_nothing",                        test_every_seed_ends_and_leaves_nothing                      },
    {"test_a_held_actor_waits_at_its_point",                           test_a_held_actor_waits_at_its_point                         },
    {"test_killing_the_holder_gives_the_terminal_back",
     test_killing_the_holder_gives_the_terminal_back                                                                                },
    {"test_killing_a_parent_or_the_root_leaves_nobody",
     test_killing_a_parent_or_the_root_leaves_nobody                                                                                },
    {"test_a_stopped_holder_is_no_obstacle_to_quiet_and_goes_on",
     test_a_stopped_holder_is_no_obstacle_to_quiet_and_goes_on                                                                      },
    {"a suspended job is resumed",                                     test_a_suspended_job_is_resumed_and_its_prompt_is_there_again},
    {"a closed terminal ends a tree",                                  test_a_closed_terminal_ends_a_tree_stopped_or_not            },
    {"test_d7_a_continued_actor_hears_of_that_before_its_timers",
     test_d7_a_continued_actor_hears_of_that_before_its_timers                                                                      },
    {"test_stop_ends_a_tree_at_its_prompt",                            test_stop_ends_a_tree_at_its_prompt                          },
    {"test_what_does_not_end_is_noted_and_killed",                     test_what_does_not_end_is_noted_and_killed                   },
    {"still",                                                          test_stillness_is_when_no_time_brings_anything               },
    {"test_the_run_has_a_timer_on_the_virtual_clock",
     test_the_run_has_a_timer_on_the_virtual_clock                                                                                  },
    {"a stuck root is ended",                                          test_a_root_stuck_at_its_prompt_is_ended_by_what_insists     },
    {"test_every_defect_runs_and_most_show",                           test_every_defect_runs_and_most_show                         },
    {"test_a_run_without_an_end_is_given_up",                          test_a_run_without_an_end_is_given_up                        },
    {"test_a_full_trace_is_a_failure",                                 test_a_full_trace_is_a_failure                               },
    {"test_an_unseen_holder_lets_an_interrupt_through",
     test_an_unseen_holder_lets_an_interrupt_through                                                                                },
    {"test_refusals_have_their_errors",                                test_refusals_have_their_errors                              },
    {"test_a_world_that_was_never_started_stops",                      test_a_world_that_was_never_started_stops                    },
    {"test_a_harmed_link_says_so_and_the_branch_is_lost",
     test_a_harmed_link_says_so_and_the_branch_is_lost                                                                              },
    {"test_a_delayed_result_comes_when_it_is_resumed",
     test_a_delayed_result_comes_when_it_is_resumed                                                                                 },
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return suite_run("sim", tests);
}
