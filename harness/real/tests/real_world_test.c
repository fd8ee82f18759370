/* real_world_test.c: whole trees of real processes through world.h. */
#include "harness/real/real.h"
#include "harness/real/tests/real_test.h"
#include "harness/world/tests/act.h"
#include "runtime/base/buf.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#define MS (INT64_C(1000) * 1000)

enum { DEADLINE_MS = 15 * 1000 };

struct bench {
    struct tree tree;
    struct world_options options;
    struct world *world;
    uint8_t asks[(POINTS + 7) / 8];
    struct buf shown;
    uint16_t held; /* the last one held, or ACTOR_NONE */
    uint16_t held_point;
    int64_t grace_ns; /* 0: 5 s */
    bool hold;        /* do not release by yourself */
    unsigned keys;
    unsigned quiets;
    unsigned timers;
    unsigned links;
    bool stopped;
    bool failed;
    char text[512];
};

static void bench_event(void *user, const struct world_event *e)
{
    struct bench *b = user;

    switch (e->kind) {
    case WORLD_RECORD:
        break;
    case WORLD_HELD:
        b->held = e->actor;
        b->held_point = e->point;
        if (!b->hold)
            world_release(b->world, e->actor);
        break;
    case WORLD_OUTPUT:
        buf_add(&b->shown, e->data, e->size);
        break;
    case WORLD_KEY:
        b->keys++;
        break;
    case WORLD_QUIET:
        b->quiets++;
        break;
    case WORLD_LINK:
        b->links++;
        break;
    case WORLD_TIMER:
        b->timers++;
        break;
    case WORLD_STOPPED:
        b->stopped = true;
        break;
    case WORLD_FAILED:
        b->failed = true;
        (void)snprintf(b->text, sizeof(b->text), "%s", e->diag->text);
        break;
    }
}

static void node(struct bench *b, const char *name, uint16_t parent, enum role role)
{
    struct tree_node *n = &b->tree.node[b->tree.count++];

    *n = (struct tree_node){.parent = parent, .role = (uint8_t)role, .pause_tasks = 1};
    (void)snprintf(n->name, sizeof(n->name), "%s", name);
    if (role == ROLE_SUPERVISOR)
        n->exit_when = WHEN_CHILDREN_GONE;
}

/* root, `depth` parents below each other, a leaf that prompts at its start. */
static void bench_chain(struct bench *b, unsigned depth)
{
    char name[TREE_NAME_BYTES];

    *b = (struct bench){.shown = BUF_INIT, .held = ACTOR_NONE};
    b->tree.magic = TREE_MAGIC;
    b->tree.bytes = sizeof(struct tree_node);
    node(b, "root", ACTOR_NONE, ROLE_SUPERVISOR);
    for (unsigned i = 0; i < depth; i++) {
        (void)snprintf(name, sizeof(name), "mid.%u", i + 1);
        node(b, name, (uint16_t)i, ROLE_SUPERVISOR);
    }
    node(b, "leaf", (uint16_t)depth, ROLE_REPL);
    b->tree.node[depth + 1].pause_when = WHEN_START;
    for (unsigned i = 0; i <= depth; i++)
        b->tree.node[i].below = (uint16_t)(depth + 1 - i);
}

static void bench_start(struct bench *b)
{
    struct diag diag = {0};

    b->options = (struct world_options){.tree = &b->tree,
                                        .rows = 24,
                                        .columns = 80,
                                        .asks = b->asks,
                                        .grace_ns = b->grace_ns != 0 ? b->grace_ns : 5000 * MS,
                                        .helper_dir = helper_dir(),
                                        .run_id = "test",
                                        .on_event = bench_event,
                                        .user = b};
    CU_ASSERT_EQUAL_FATAL(real_world_new(&b->options, &b->world, &diag), 0);
    int rc = world_start(b->world, &diag);
    if (rc < 0)
        (void)fprintf(stderr, "\n%s\n", diag.text);
    CU_ASSERT_EQUAL_FATAL(rc, 0);
}

/* Turns until `done` says so; false after DEADLINE_MS or when the world is over. */
static bool bench_until(struct bench *b, bool (*done)(const struct bench *b), const char *what)
{
    int64_t end = world_now(b->world) + DEADLINE_MS * MS;

    while (!done(b)) {
        bool more = world_turn(b->world, 100 * MS);
        if (done(b))
            break;
        if (!more || world_now(b->world) > end) {
            (void)fprintf(stderr, "\nno %s; failure: %s; the terminal shows: %s\n", what, b->text,
                          buf_text(&b->shown));
            for (size_t i = 0; i < b->world->trace.count; i++) {
                const struct trace_record *r = &b->world->trace.record[i];
                (void)fprintf(stderr, "%6zu %6ld us %5u %-28s %5u %ld %ld #%u\n", i,
                              (long)(r->at_ns / 1000), r->actor, point_name(r->point), r->peer,
                              (long)r->value, (long)r->extra, r->request);
            }
            return false;
        }
    }
    return true;
}

static bool shows_prompt(const struct bench *b)
{
    return strstr(buf_text(&b->shown), "leaf> ") != NULL;
}

static bool has_key(const struct bench *b)
{
    return b->keys > 0;
}

static bool has_quiet(const struct bench *b)
{
    return b->quiets > 0;
}

static bool is_held(const struct bench *b)
{
    return b->held != ACTOR_NONE;
}

static bool is_over(const struct bench *b)
{
    return b->stopped;
}

static bool has_timer(const struct bench *b)
{
    return b->timers > 0;
}

static bool has_failed(const struct bench *b)
{
    return b->failed;
}

static void bench_close(struct bench *b)
{
    world_free(b->world);
    buf_release(&b->shown);
}

static size_t records(const struct bench *b, uint16_t actor, enum point point)
{
    size_t count = 0;

    for (size_t i = 0; i < b->world->trace.count; i++) {
        const struct trace_record *r = &b->world->trace.record[i];
        if (r->actor == actor && r->point == (uint16_t)point)
            count++;
    }
    return count;
}

static const struct trace_record *record_last(const struct bench *b, enum point point)
{
    for (size_t i = b->world->trace.count; i > 0; i--) {
        if (b->world->trace.record[i - 1].point == (uint16_t)point)
            return &b->world->trace.record[i - 1];
    }
    return NULL;
}

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

static bool all_stopped(const struct bench *b)
{
    for (uint16_t i = 0; i < b->tree.count; i++) {
        if (world_state(b->world, i) != PROCESS_STOPPED)
            return false;
    }
    return true;
}

static void test_suspend_stops_everybody_and_continue_goes_on(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 2);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_EQUAL(act_key(b.world, 0x1a, false, &diag), ACT_GOES_ON);
    CU_ASSERT(bench_until(&b, has_key, "key"));
    CU_ASSERT(bench_until(&b, all_stopped, "stop"));
    const struct trace_record *stopped = record_last(&b, POINT_PROC_STOPPED);
    CU_ASSERT(stopped != NULL && stopped->value == SIGTSTP);
    b.quiets = 0;
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet of the stopped"));
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(act_signal(b.world, i, SIGCONT, &diag), 0);
    b.quiets = 0;
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet of the continued"));
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(records(&b, i, POINT_PROC_CONTINUED), 1);
    CU_ASSERT_EQUAL(act_type(b.world, "c\r", 2, &diag), 0);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(record_last(&b, POINT_RUN_END)->value, 0);
    bench_close(&b);
}

static void test_a_job_is_resumed_as_by_fg_and_ends_with_its_terminal(void)
{
    static struct bench b;
    struct diag diag = {0};

    bench_chain(&b, 2);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, shows_prompt, "prompt"));
    CU_ASSERT_EQUAL(act_resize(b.world, 50, 132, &diag), 0);
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet"));
    CU_ASSERT_EQUAL(act_key(b.world, 0x1a, false, &diag), ACT_GOES_ON);
    CU_ASSERT(bench_until(&b, has_key, "key"));
    CU_ASSERT(bench_until(&b, all_stopped, "stop"));
    CU_ASSERT_EQUAL(act_continue(b.world, &diag), 0);
    b.quiets = 0;
    want_quiet(b.world);
    CU_ASSERT(bench_until(&b, has_quiet, "quiet of the continued"));
    for (uint16_t i = 0; i < b.tree.count; i++)
        CU_ASSERT_EQUAL(world_state(b.world, i), PROCESS_LIVE);
    CU_ASSERT_EQUAL(record_last(&b, POINT_TTY_MODES)->value, 0);
    CU_ASSERT_EQUAL(act_hang_up(b.world, &diag), 0);
    CU_ASSERT_EQUAL(act_hang_up(b.world, &diag), ERR_GONE);
    CU_ASSERT_EQUAL(act_resize(b.world, 2, 2, &diag), ERR_GONE);
    CU_ASSERT_EQUAL(act_type(b.world, "c", 1, &diag), ERR_GONE);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 0);
    CU_ASSERT_EQUAL(act_continue(b.world, &diag), ERR_GONE);
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

static void test_a_full_trace_is_a_failure(void)
{
    static struct bench b;

    bench_chain(&b, 1);
    bench_start(&b);
    b.world->trace.limit = 20;
    CU_ASSERT(bench_until(&b, has_failed, "failure"));
    CU_ASSERT_PTR_NOT_NULL(strstr(b.text, "20 records"));
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, is_over, "end"));
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
    b.options = (struct world_options){.tree = &b.tree,
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
    CU_add_test(s, "suspend", test_suspend_stops_everybody_and_continue_goes_on);
    CU_add_test(s, "fg", test_a_job_is_resumed_as_by_fg_and_ends_with_its_terminal);
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
    CU_add_test(s, "full trace", test_a_full_trace_is_a_failure);
    CU_add_test(s, "told", test_a_told_leaf_prompts_and_a_stranger_is_refused);
    CU_add_test(s, "wide", test_a_wide_tree_becomes_quiet_and_ends);
    CU_add_test(s, "missing helper", test_a_missing_helper_is_an_error_of_the_start);
    return suite_close();
}
