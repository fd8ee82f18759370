/* real_world_test.c: whole trees of real processes through world.h. */
#include "harness/real/tests/tree_bench.h"

#include <sched.h>

static void chain_runs(unsigned depth)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, depth);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_EQUAL(act_key(b.world, 0x03, false, &diag), ACT_GOES_ON);
    CU_ASSERT_EQUAL(act_key(b.world, 0x03, false, &diag), ERR_STATE);
    CU_ASSERT(bench_until(&b, has_key, "key"));
    for (uint16_t i = 0; i < b.tree.count; i++) {
        CU_ASSERT(records(&b, i, POINT_SIG_HANDLED) >= 1);
        CU_ASSERT_EQUAL(world_state(b.world, i), PROCESS_LIVE);
    }
    b.quiets = 0;
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet after the key"));
    const struct trace_record *seen = record_last(&b, POINT_BATON_SEEN);
    CU_ASSERT(seen != NULL && seen->peer == depth + 1);
    CU_ASSERT_EQUAL(act_type(b.world, "c\r", 2, &diag), 0);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_FALSE(b.failed);
    const struct trace_record *end = record_last(&b, POINT_RUN_END);
    CU_ASSERT(end != NULL && end->value == 0);
    for (uint16_t i = 0; i < b.tree.count; i++) {
        CU_ASSERT_EQUAL(world_state(b.world, i), PROCESS_REAPED);
        CU_ASSERT_EQUAL(records(&b, i, POINT_PROC_SPAWNED), 1);
        CU_ASSERT_EQUAL(records(&b, i, POINT_PROC_EXITED), 1);
        CU_ASSERT_EQUAL(records(&b, i, POINT_PROC_REAPED), 1);
    }
    const struct trace_record *modes = record_last(&b, POINT_TTY_MODES);
    CU_ASSERT(modes != NULL && modes->value == 1);
    bench_close(&b);
}

static void test_flat_tree_runs_to_its_end(void)
{
    chain_runs(0);
}

static void test_tree_of_depth_two_runs_to_its_end(void)
{
    chain_runs(2);
}

static void test_tree_of_depth_seven_runs_to_its_end(void)
{
    chain_runs(7);
}

static void asks(struct bench *b, enum point point)
{
    b->asks[point / 8] |= (uint8_t)(1U << (point % 8));
}

static void test_a_held_actor_waits_and_the_others_are_quiet(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 1);
    asks(&b, POINT_DBG_PROMPT);
    b.hold = true;
    bench_start(&b);
    CU_ASSERT(bench_until(&b, is_held, "hold"));
    CU_ASSERT_EQUAL(b.held, 2);
    CU_ASSERT_EQUAL(b.held_point, POINT_DBG_PROMPT);
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_FALSE(shows_prompt(&b));
    /* The press does not wait for the held one. */
    CU_ASSERT_EQUAL(act_key(b.world, 0x03, false, &diag), ACT_GOES_ON);
    CU_ASSERT(bench_until(&b, has_key, "key"));
    CU_ASSERT_EQUAL(records(&b, 2, POINT_SIG_HANDLED), 0);
    world_release(b.world, 2);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    CU_ASSERT_EQUAL(act_type(b.world, "c\r", 2, &diag), 0);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(record_last(&b, POINT_RUN_END)->value, 0);
    bench_close(&b);
}

static void test_stop_ends_a_prompting_tree(void)
{
    static struct bench b;

    bench_chain(&b, 2);
    b.grace_ns = 1000 * MS;
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_FALSE(b.failed);
    /* The end of the input makes the prompt leave; the root would revoke it after 2 s only. */
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 0);
    const struct trace_record *stopped = record_last(&b, POINT_RUN_STOPPED);
    CU_ASSERT(stopped != NULL && stopped->value == 0);
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(world_state(b.world, i), PROCESS_REAPED);
    bench_close(&b);
}

static void test_a_stopped_tree_is_seen_and_killed_in_the_end(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 1);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    want_quiet(b.world);
    CU_ASSERT_EQUAL(act_signal(b.world, 1, SIGSTOP, &diag), 0);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_EQUAL(world_state(b.world, 1), PROCESS_STOPPED);
    CU_ASSERT_EQUAL(records(&b, 1, POINT_PROC_STOPPED), 1);
    CU_ASSERT_EQUAL(act_signal(b.world, 1, SIGCONT, &diag), 0);
    CU_ASSERT_EQUAL(world_state(b.world, 1), PROCESS_LIVE);
    CU_ASSERT_EQUAL(act_signal(b.world, 0, SIGKILL, &diag), 0);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    const struct trace_record *end = record_last(&b, POINT_RUN_END);
    CU_ASSERT(end != NULL && WIFSIGNALED(end->value) && WTERMSIG(end->value) == SIGKILL);
    CU_ASSERT_EQUAL(act_signal(b.world, 0, SIGTERM, &diag), ERR_GONE);
    bench_close(&b);
}

static void test_a_timer_comes_and_can_be_taken_back(void)
{
    static struct bench b;

    bench_chain(&b, 0);
    bench_start(&b);
    want_timer(b.world, world_now(b.world) + 3600000 * MS);
    want_timer(b.world, world_now(b.world) + 5 * MS);
    int64_t asked = world_now(b.world) + 5 * MS;
    CU_ASSERT(bench_until(&b, has_timer, "timer"));
    CU_ASSERT(world_now(b.world) >= asked - MS);
    want_timer(b.world, INT64_MAX);
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(b.timers, 1);
    bench_close(&b);
}

static bool is_still_or_late(const struct bench *b)
{
    return b->stills > 0 || b->timers > 0;
}

/* Whether it is said, before that timer, that nothing can move any more. */
static bool comes_to_stand_still(struct bench *b, int64_t within_ns)
{
    b->stills = b->timers = 0;
    world_want(b->world, WORLD_STILL, 0);
    want_timer(b->world, world_now(b->world) + within_ns);
    CU_ASSERT(bench_until(b, is_still_or_late, "stillness"));
    world_want(b->world, WORLD_STILL, INT64_MAX);
    want_timer(b->world, INT64_MAX);
    return b->stills > 0;
}

static void test_stillness_is_when_no_time_brings_anything(void)
{
    static struct bench b;
    struct diag diag = {0};

    /* A prompt: nobody but the user can go on. */
    bench_chain(&b, 1);
    bench_start(&b);
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_TRUE(comes_to_stand_still(&b, 5000 * MS));
    /* A leaf that is stopped is missed by its parent after a while. */
    CU_ASSERT_EQUAL(act_signal(b.world, 2, SIGSTOP, &diag), ACT_DONE);
    CU_ASSERT_FALSE(comes_to_stand_still(&b, 500 * MS));
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    bench_close(&b);
    /* A deadline is to come. */
    bench_chain(&b, 1);
    b.tree.node[1].deadline_ns = 60000 * MS;
    bench_start(&b);
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_FALSE(comes_to_stand_still(&b, 500 * MS));
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    bench_close(&b);
}

static void test_interrupt_without_a_holder_ends_the_tree_by_that_signal(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 2);
    b.tree.node[3].pause_when = WHEN_TOLD;
    bench_start(&b);
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_EQUAL(act_key(b.world, 0x03, false, &diag), ACT_GOES_ON);
    CU_ASSERT(bench_until(&b, has_key, "key"));
    CU_ASSERT(bench_until(&b, is_over, "end"));
    const struct trace_record *end = record_last(&b, POINT_RUN_END);
    CU_ASSERT(end != NULL && WIFSIGNALED(end->value) && WTERMSIG(end->value) == SIGINT);
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 0);
    /* The end came by itself: nobody has stopped it. */
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_RUN_STOPPED), 0);
    bench_close(&b);
}

static void test_driver_signal_works_whatever_the_modes(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 1);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    CU_ASSERT_EQUAL(act_key(b.world, 'x', true, &diag), ERR_INPUT);
    CU_ASSERT_EQUAL(act_key(b.world, 0x03, true, &diag), ACT_GOES_ON);
    CU_ASSERT(bench_until(&b, has_key, "key"));
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(records(&b, i, POINT_SIG_HANDLED), 1);
    CU_ASSERT_EQUAL(record_last(&b, POINT_KEY_SENT)->extra, 1);
    /* A byte that makes no signal is done at once. */
    b.keys = 0;
    CU_ASSERT_EQUAL(act_key(b.world, 'h', false, &diag), ACT_GOES_ON);
    CU_ASSERT(bench_until(&b, has_key, "plain key"));
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(act_key(b.world, 0x03, false, &diag), ERR_GONE);
    CU_ASSERT_EQUAL(act_type(b.world, "x", 1, &diag), ERR_GONE);
    bench_close(&b);
}

/* As when a program flushes its input between the key and the kernel's look at it: everybody is
 * waited for, and nobody has got anything. */
static void test_a_lost_key_is_done_when_everybody_was_idle_since(void)
{
    static struct bench b;

    bench_chain(&b, 1);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    struct real_world *r = real_of(b.world);
    for (uint16_t i = 0; i < b.tree.count; i++)
        r->process[i].owes_key = true;
    r->press = (struct real_press){
        .open = true, .byte = 0x03, .lost = true, .signal = SIGINT, .round = ++r->quiet.probe};
    CU_ASSERT(bench_until(&b, has_key, "key"));
    const struct trace_record *done = record_last(&b, POINT_KEY_DONE);
    CU_ASSERT(done != NULL && done->extra == 1);
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    bench_close(&b);
}

static void test_a_killed_holder_is_reaped_by_its_parent(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 1);
    asks(&b, POINT_DBG_PROMPT);
    b.hold = true;
    bench_start(&b);
    CU_ASSERT(bench_until(&b, is_held, "hold"));
    const struct trace_record *seen = record_last(&b, POINT_BATON_SEEN);
    CU_ASSERT(seen != NULL && seen->peer == 2);
    CU_ASSERT_EQUAL(act_signal(b.world, 2, SIGKILL, &diag), 0);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    for (size_t i = 0; i < b.world->trace.count; i++) {
        const struct trace_record *r = &b.world->trace.record[i];
        if (r->point == POINT_PROC_EXITED && r->actor == 2)
            CU_ASSERT(WIFSIGNALED(r->value) && WTERMSIG(r->value) == SIGKILL);
        if (r->point != POINT_PROC_REAPED || r->actor != 2)
            continue;
        CU_ASSERT_EQUAL(r->peer, 1);
        CU_ASSERT(WIFSIGNALED(r->value) && WTERMSIG(r->value) == SIGKILL);
    }
    CU_ASSERT(WIFEXITED(record_last(&b, POINT_RUN_END)->value));
    CU_ASSERT_NOT_EQUAL(record_last(&b, POINT_RUN_END)->value, 0);
    bench_close(&b);
}

static bool has_link(const struct bench *b)
{
    return b->links > 0;
}

/* Goal: harm is done, and said to be done, while the actor that does it is held; what it ends is
 * lost, and nothing is left. */
static void test_a_cut_link_is_cut_while_its_child_is_held(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 1);
    asks(&b, POINT_DBG_PROMPT);
    b.hold = true;
    bench_start(&b);
    CU_ASSERT_EQUAL(act_link(b.world, 2, LINK_HARM_CUT, SIDE_BOTH, &diag), ERR_STATE);
    CU_ASSERT(bench_until(&b, is_held, "hold"));
    CU_ASSERT_EQUAL(act_link(b.world, 0, LINK_HARM_CUT, SIDE_BOTH, &diag), ERR_INPUT);
    CU_ASSERT_EQUAL(act_link(b.world, 9, LINK_HARM_CUT, SIDE_BOTH, &diag), ERR_NOTFOUND);
    CU_ASSERT_EQUAL(act_link(b.world, 2, LINK_HARM_CUT, SIDE_BOTH, &diag), ACT_GOES_ON);
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_LINK_HARMED), 1);
    CU_ASSERT(bench_until(&b, has_link, "harm"));
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_HOLD_END), 0);
    world_release(b.world, 2);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT(records(&b, 1, POINT_LINK_EOF_SEEN) > 0);
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 0);
    CU_ASSERT_EQUAL(WEXITSTATUS(record_last(&b, POINT_RUN_END)->value), 1);
    CU_ASSERT_EQUAL(act_link(b.world, 2, LINK_HARM_CUT, SIDE_BOTH, &diag), ERR_GONE);
    bench_close(&b);
}

/* Goal: a delayed link is no obstacle to quiet, and a delay that is resumed loses nothing. */
static void test_a_delayed_link_is_quiet_and_goes_on(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 1);
    b.tree.node[2].role = ROLE_WORKER;
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_EQUAL(act_link(b.world, 2, LINK_HARM_DELAY, SIDE_UP, &diag), ACT_GOES_ON);
    CU_ASSERT(bench_until(&b, has_link, "delay"));
    CU_ASSERT_EQUAL(act_type(b.world, "c\r", 2, &diag), 0);
    b.quiets = 0;
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet in spite of the delay"));
    CU_ASSERT_EQUAL(records(&b, 1, POINT_DBG_HOP_REL), 0);
    b.links = 0;
    CU_ASSERT_EQUAL(act_link(b.world, 2, LINK_HARM_RESUME, SIDE_BOTH, &diag), ACT_GOES_ON);
    CU_ASSERT(bench_until(&b, has_link, "both ends have resumed"));
    b.quiets = 0;
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet at the end"));
    CU_ASSERT_EQUAL(records(&b, 1, POINT_DBG_HOP_REL), 1);
    CU_ASSERT_EQUAL(act_tell(b.world, 2, TELL_EXIT, &diag), 0);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(record_last(&b, POINT_RUN_END)->value, 0);
    bench_close(&b);
}

static void test_what_outlives_the_grace_is_named_and_killed(void)
{
    static struct bench b;

    bench_chain(&b, 1);
    b.tree.node[2].role = ROLE_DAEMON;
    b.tree.node[2].pause_when = WHEN_NEVER;
    b.tree.node[2].on_cancel = CANCEL_IGNORE;
    b.grace_ns = 20 * MS;
    bench_start(&b);
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    world_stop(b.world, STOP_TIMED_OUT);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_FALSE(b.failed);
    CU_ASSERT(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED) >= 1);
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(world_state(b.world, i), PROCESS_REAPED);
    bench_close(&b);
}

static void test_what_outlives_a_dead_root_is_named_and_killed(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 0);
    asks(&b, POINT_DBG_PROMPT);
    b.hold = true;
    b.grace_ns = 20 * MS;
    bench_start(&b);
    CU_ASSERT(bench_until(&b, is_held, "hold"));
    CU_ASSERT_EQUAL(act_signal(b.world, 0, SIGKILL, &diag), 0);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_FALSE(b.failed);
    const struct trace_record *left = record_last(&b, POINT_PROC_SURVIVED);
    CU_ASSERT(left != NULL && left->peer == 1);
    const struct trace_record *reaped = record_last(&b, POINT_PROC_REAPED);
    CU_ASSERT(reaped != NULL && reaped->actor == 1 && reaped->peer == ACTOR_HARNESS);
    CU_ASSERT(WIFSIGNALED(reaped->value) && WTERMSIG(reaped->value) == SIGKILL);
    bench_close(&b);
}

static void test_nothing_is_left_when_a_world_is_dropped(void)
{
    static struct bench b;
    int pidfd[4] = {-1, -1, -1, -1};

    bench_chain(&b, 2);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    for (uint16_t i = 0; i < b.tree.count; i++)
        pidfd[i] = dup(real_of(b.world)->process[i].pidfd);
    bench_close(&b);
    for (uint16_t i = 0; i < b.tree.count; i++) {
        CU_ASSERT(pidfd[i] >= 0 && pidfd_is_reaped(pidfd[i]));
        (void)close(pidfd[i]);
    }
}

static void test_a_killed_guard_is_a_failure_and_nothing_is_left(void)
{
    static struct bench b;

    bench_chain(&b, 0);
    b.tree.node[1].detach = DETACH_SETSID; /* out of everybody's sight but the kernel's */
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    int root = dup(real_of(b.world)->process[0].pidfd);
    int leaf = dup(real_of(b.world)->process[1].pidfd);
    CU_ASSERT_FATAL(root >= 0 && leaf >= 0);
    const struct trace_record *left = record_last(&b, POINT_ORPHAN_LEFT);
    CU_ASSERT_FATAL(left != NULL && left->value > 0);
    pid_t stray = (pid_t)left->value;
    CU_ASSERT_EQUAL(kill(stray, 0), 0);
    CU_ASSERT_EQUAL(kill(real_of(b.world)->guard.pid, SIGKILL), 0);
    CU_ASSERT(bench_until(&b, has_failed, "failure"));
    CU_ASSERT_PTR_NOT_NULL(strstr(b.text, "guard"));
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT(fd_await(root, "death of the root"));
    CU_ASSERT(fd_await(leaf, "death of the leaf"));
    CU_ASSERT(kill(stray, 0) < 0 && errno == ESRCH);
    (void)close(root);
    (void)close(leaf);
    bench_close(&b);
}

static bool trace_is_full(const struct bench *b)
{
    return b->world->trace.full;
}

static void test_a_full_trace_is_seen_and_the_run_can_be_stopped(void)
{
    static struct bench b;

    bench_chain(&b, 1);
    bench_start(&b);
    b.world->trace.limit = 20;
    CU_ASSERT(bench_until(&b, trace_is_full, "end of the trace"));
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_FALSE(b.failed);
    bench_close(&b);
}

static void test_a_told_leaf_prompts_and_a_stranger_is_refused(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 1);
    b.tree.node[2].pause_when = WHEN_TOLD;
    bench_start(&b);
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_FALSE(shows_prompt(&b));
    CU_ASSERT_EQUAL(act_tell(b.world, 3, TELL_PAUSE, &diag), ERR_NOTFOUND);
    CU_ASSERT_EQUAL(act_tell(b.world, 2, TELL_OPS, &diag), ERR_INPUT);
    CU_ASSERT_EQUAL(act_tell(b.world, 2, TELL_PAUSE, &diag), 0);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    CU_ASSERT_EQUAL(act_signal(b.world, 0, 0, &diag), ERR_INPUT);
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(act_tell(b.world, 2, TELL_PAUSE, &diag), ERR_GONE);
    bench_close(&b);
}

/* root with `count` leaves that do nothing until they are told. */
static void test_a_wide_tree_becomes_quiet_and_ends(void)
{
    static struct bench b;
    char name[TREE_NAME_BYTES];
    enum { LEAVES = 250 };

    bench_chain(&b, 0);
    b.tree.count = 1;
    for (unsigned i = 1; i <= LEAVES; i++) {
        (void)snprintf(name, sizeof(name), "w.%u", i);
        node(&b, name, ACTOR_ROOT, ROLE_WORKER);
    }
    b.tree.node[0].below = LEAVES;
    b.grace_ns = 60000 * MS; /* how long so many take to end is not what is asked */
    bench_start(&b);
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(world_state(b.world, i), PROCESS_LIVE);
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 0);
    bench_close(&b);
}

static void test_a_missing_helper_is_an_error_of_the_start(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 0);
    b.cast = cast_of_tree(&b.tree);
    b.options = (struct world_options){.cast = b.cast,
                                       .subject = SUBJECT_TREE,
                                       .tree = &b.tree,
                                       .rows = 24,
                                       .columns = 80,
                                       .helper_dir = "/nowhere",
                                       .on_event = bench_event,
                                       .user = &b};
    CU_ASSERT_EQUAL_FATAL(real_world_new(&b.options, &b.world, &diag), 0);
    CU_ASSERT_EQUAL(world_start(b.world, &diag), ERR_NOTFOUND);
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    bench_close(&b);
}

/* How the next command is started. */
static struct {
    bool leads_session;
    enum adopt adopt;
} command_how;

/* A shell that runs the script as a command, whose cast has room for so many. Returns what starting
 * it came to. */
static int command_try(struct bench *b, const char *script, uint16_t room, int64_t grace_ns,
                       struct diag *diag)
{
    static const char *const env[] = {"PATH=/usr/bin:/bin", NULL};
    static const char *argv[] = {"sh", "-c", NULL, NULL};
    static const struct command_line line = {.path = "/bin/sh", .argv = argv, .envp = env};
    static const struct who root = {.name = "root", .parent = ACTOR_NONE, .kind = WHO_PROCESS};

    argv[2] = script;
    *b = (struct bench){.shown = BUF_INIT, .held = ACTOR_NONE, .cast = cast_new(room)};
    CHECK(cast_add(b->cast, &root) == ACTOR_ROOT);
    b->options = (struct world_options){.cast = b->cast,
                                        .subject = SUBJECT_COMMAND,
                                        .command = &line,
                                        .rows = 24,
                                        .columns = 80,
                                        .grace_ns = grace_ns,
                                        .leads_session = command_how.leads_session,
                                        .adopt = command_how.adopt,
                                        .helper_dir = helper_dir(),
                                        .on_event = bench_event,
                                        .user = b};
    CU_ASSERT_EQUAL_FATAL(real_world_new(&b->options, &b->world, diag), 0);
    return world_start(b->world, diag);
}

static void command_start(struct bench *b, const char *script, uint16_t room, int64_t grace_ns)
{
    struct diag diag = {0};

    CU_ASSERT_EQUAL_FATAL(command_try(b, script, room, grace_ns, &diag), 0);
}

/* Goal: whoever is seen has a name while there is room, and is told without one then. The guard
 * sees the three at least. */
static void test_processes_of_a_command_join_the_cast(void)
{
    static struct bench b;

    command_start(&b, "(sleep 0 &); (sleep 0 &); (sleep 0 &)", 3, 5000 * MS);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_FALSE(b.failed);
    CU_ASSERT_EQUAL(b.cast->count, 3);
    for (uint16_t i = 1; i < 3; i++) {
        CU_ASSERT_EQUAL(b.cast->who[i].kind, WHO_PROCESS);
        CU_ASSERT_EQUAL(records(&b, i, POINT_PROC_SPAWNED), 1);
        CU_ASSERT_EQUAL(records(&b, i, POINT_PROC_REAPED), 1);
        CU_ASSERT_EQUAL(world_state(b.world, i), PROCESS_REAPED);
    }
    CU_ASSERT_TRUE(records(&b, ACTOR_NONE, POINT_PROC_SPAWNED) >= 1);
    bench_close(&b);
}

static bool is_up(const struct bench *b)
{
    return strstr(buf_text(&b->shown), "up") != NULL;
}

/* It stays stopped: nothing but the end changes it. */
static void test_what_a_command_leaves_behind_is_named(void)
{
    static struct bench b;

    command_start(&b, "(setsid -f sh -c 'echo up; kill -STOP $$'); read line", 8, 20 * MS);
    CU_ASSERT(bench_until(&b, is_up, "process"));
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    const struct trace_record *left = record_last(&b, POINT_PROC_SURVIVED);
    CU_ASSERT_PTR_NOT_NULL_FATAL(left);
    CU_ASSERT_NOT_EQUAL_FATAL(left->peer, ACTOR_NONE);
    CU_ASSERT_STRING_EQUAL(b.cast->who[left->peer].name, "sh");
    CU_ASSERT_EQUAL(records(&b, left->peer, POINT_PROC_REAPED), 1);
    const struct trace_record *reaped = record_last(&b, POINT_PROC_REAPED);
    CU_ASSERT(WIFSIGNALED((int)reaped->value) && WTERMSIG((int)reaped->value) == SIGKILL);
    bench_close(&b);
}

/* When the leader of a session dies, the kernel hangs up on the group in front: whoever would
 * outlive a shell's job does not outlive it. */
static void test_a_leader_takes_its_session_with_it(void)
{
    static struct bench b;

    for (int leads = 0; leads < 2; leads++) {
        command_how.leads_session = leads != 0;
        command_start(&b, "sleep 1000 & kill -KILL $$", 8, (leads ? 5000 : 20) * MS);
        CU_ASSERT(bench_until(&b, is_over, "end"));
        CU_ASSERT_FALSE(b.failed);
        CU_ASSERT_EQUAL(record_last(&b, POINT_RUN_END)->value, SIGKILL);
        CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED) > 0, leads == 0);
        bench_close(&b);
    }
    command_how.leads_session = false;
}

/* One that has lost its parent is a child of number 1 there, and sees that. */
static void test_in_a_namespace_an_orphan_sees_that_it_is_one(void)
{
    static const char script[] =
        "setsid -f sh -c 'd=0; while [ $d != 1 ]; do read -r a b c d e < /proc/$$/stat; done; "
        "echo orphan of $d'";
    static struct bench b;
    struct diag diag = {0};

    command_how.adopt = ADOPT_PIDNS;
    int rc = command_try(&b, script, 8, 60000 * MS, &diag);
    command_how.adopt = ADOPT_SUBREAPER;
    if (rc == ERR_UNSUPPORTED) { /* and says what to do */
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "be root"));
        (void)printf("(not here: %s) ", diag.text);
    } else {
        CU_ASSERT_EQUAL_FATAL(rc, 0);
        CU_ASSERT(bench_until(&b, is_over, "end"));
        CU_ASSERT_FALSE(b.failed);
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&b.shown), "orphan of 1"));
        CU_ASSERT_EQUAL(record_last(&b, POINT_RUN_END)->value, 0);
        /* Who has reaped it is known, although the guard knows it by another number. */
        bool reaped = false;
        for (uint16_t i = 1; i < b.cast->count; i++) {
            const struct trace_record *rec = record_of(&b, i, POINT_PROC_REAPED);
            reaped = reaped || (rec != NULL && rec->peer == ACTOR_HARNESS);
            CU_ASSERT_EQUAL(records(&b, i, POINT_PROC_REAPED), 1);
        }
        CU_ASSERT_TRUE(reaped);
    }
    bench_close(&b);
}

/* In a namespace whose /proc is another's nobody would be seen. */
static void test_with_a_strange_proc_nothing_runs(void)
{
    static struct bench b;
    struct diag diag = {0};
    int status = 0;

    (void)fflush(NULL);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        bool made = unshare(CLONE_NEWPID) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWPID) == 0;
        pid_t inside = made ? fork() : -1;
        if (inside != 0)
            _exit(inside < 0 ? 3 : waitpid(inside, &status, 0) == inside ? WEXITSTATUS(status) : 4);
        int rc = command_try(&b, "echo up", 8, 20 * MS, &diag);
        _exit(rc == ERR_UNSUPPORTED && strstr(diag.text, "mount -t proc") != NULL ? 0 : 5);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    if (WEXITSTATUS(status) == 3)
        (void)printf("(not here) ");
    else
        CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
}

int main(void)
{
    CU_pSuite s = suite_open("real_world", NULL, NULL);
    CU_add_test(s, "flat tree", test_flat_tree_runs_to_its_end);
    CU_add_test(s, "depth two", test_tree_of_depth_two_runs_to_its_end);
    CU_add_test(s, "depth seven", test_tree_of_depth_seven_runs_to_its_end);
    CU_add_test(s, "held actor", test_a_held_actor_waits_and_the_others_are_quiet);
    CU_add_test(s, "stop", test_stop_ends_a_prompting_tree);
    CU_add_test(s, "stopped", test_a_stopped_tree_is_seen_and_killed_in_the_end);
    CU_add_test(s, "timer", test_a_timer_comes_and_can_be_taken_back);
    CU_add_test(s, "still", test_stillness_is_when_no_time_brings_anything);
    CU_add_test(s, "interrupt", test_interrupt_without_a_holder_ends_the_tree_by_that_signal);
    CU_add_test(s, "driver signal", test_driver_signal_works_whatever_the_modes);
    CU_add_test(s, "lost key", test_a_lost_key_is_done_when_everybody_was_idle_since);
    CU_add_test(s, "killed holder", test_a_killed_holder_is_reaped_by_its_parent);
    CU_add_test(s, "cut link", test_a_cut_link_is_cut_while_its_child_is_held);
    CU_add_test(s, "delayed link", test_a_delayed_link_is_quiet_and_goes_on);
    CU_add_test(s, "survivor", test_what_outlives_the_grace_is_named_and_killed);
    CU_add_test(s, "survivor of the root", test_what_outlives_a_dead_root_is_named_and_killed);
    CU_add_test(s, "dropped", test_nothing_is_left_when_a_world_is_dropped);
    CU_add_test(s, "killed guard", test_a_killed_guard_is_a_failure_and_nothing_is_left);
    CU_add_test(s, "full trace", test_a_full_trace_is_seen_and_the_run_can_be_stopped);
    CU_add_test(s, "told", test_a_told_leaf_prompts_and_a_stranger_is_refused);
    CU_add_test(s, "wide", test_a_wide_tree_becomes_quiet_and_ends);
    CU_add_test(s, "command", test_processes_of_a_command_join_the_cast);
    CU_add_test(s, "left by a command", test_what_a_command_leaves_behind_is_named);
    CU_add_test(s, "leader", test_a_leader_takes_its_session_with_it);
    CU_add_test(s, "strange proc", test_with_a_strange_proc_nothing_runs);
    CU_add_test(s, "pidns", test_in_a_namespace_an_orphan_sees_that_it_is_one);
    CU_add_test(s, "missing helper", test_a_missing_helper_is_an_error_of_the_start);
    return suite_close();
}
