/* describe_test.c: records, trees and locks in words. */
#include "harness/observe/describe.h"
#include "harness/observe/tests/cases_tree.h"
#include "harness/observe/tests/trace_text.h"

#include <CUnit/Basic.h>
#include <stdio.h>

/* A trace written as text, and what is said of it. */
struct told {
    struct tree *tree;
    struct trace trace;
    struct buf text;
};

static struct told told_new(const char *tree, const char *lines)
{
    struct told t = {.tree = text_tree(tree), .trace = TRACE_INIT, .text = BUF_INIT};

    (void)text_trace(t.tree, lines, &t.trace);
    return t;
}

static struct observation told_observation(const struct told *t)
{
    return (struct observation){.trace = &t->trace, .tree = t->tree, .engine = ENGINE_SIM};
}

static void told_release(struct told *t)
{
    buf_release(&t->text);
    trace_release(&t->trace);
}

static void record_is(const char *line, const char *expected)
{
    struct told t = told_new(CHAIN, line);

    describe_record(&t.trace.record[0], t.tree, &t.text);
    if (strcmp(buf_text(&t.text), expected) != 0)
        (void)printf("\ngot: %s", buf_text(&t.text));
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text), expected);
    told_release(&t);
}

static void test_a_record_is_one_line_in_words(void)
{
    record_is("leaf dbg.prompt #3", "leaf dbg.prompt request=3\n");
    record_is("mid cancel.sent leaf #1 v=2600ms x=graceful,deadline",
              "mid cancel.sent peer=leaf request=1 value=2.600 extra=graceful,deadline\n");
    record_is("mid cancel.kill_sent leaf v=heartbeat x=fault",
              "mid cancel.kill_sent peer=leaf value=heartbeat extra=fault\n");
    record_is("root sig.handled v=INT x=cancel-it", "root sig.handled value=SIGINT extra=cancel\n");
    record_is("mid nursery.outcome leaf v=APP x=1000",
              "mid nursery.outcome peer=leaf value=APP extra=1000\n");
    record_is("mid nursery.outcome leaf v=OK", "mid nursery.outcome peer=leaf value=OK\n");
    record_is("leaf dbg.want #1 v=1", "leaf dbg.want request=1 value=1\n");
    record_is("leaf dbg.command #1 v=99", "leaf dbg.command request=1 value=c\n");
    record_is("harness key.sent v=3", "harness key.sent value=C-c\n");
    record_is("harness key.sent v=28", "harness key.sent value=C-\\\n");
    record_is("harness signal.sent mid v=KILL", "harness signal.sent peer=mid value=SIGKILL\n");
    record_is("mid exit.reaped leaf v=9", "mid exit.reaped peer=leaf value=died-by-SIGKILL\n");
    record_is("mid exit.reaped leaf v=256", "mid exit.reaped peer=leaf value=exited-1\n");
    record_is("harness hold.begin leaf v=0",
              "harness hold.begin peer=leaf value=spawn.before_fork\n");
    record_is("harness run.stopped v=2", "harness run.stopped value=timed-out\n");
    record_is("harness baton.seen", "harness baton.seen peer=none\n");
    record_is("mid link.broken leaf v=sequence", "mid link.broken peer=leaf value=sequence\n");
}

static void test_process_numbers_are_left_out(void)
{
    record_is("mid spawn.after_fork leaf v=4711", "mid spawn.after_fork peer=leaf\n");
    record_is("leaf proc.spawned v=4711", "leaf proc.spawned\n");
    record_is("mid spawn.after_fork leaf v=-11", "mid spawn.after_fork peer=leaf value=-11\n");
}

static void test_numbers_out_of_range_are_said_to_be_unknown(void)
{
    record_is("mid nursery.outcome leaf v=999", "mid nursery.outcome peer=leaf value=?\n");
    record_is("root sig.handled v=9999 x=-1", "root sig.handled value=9999 extra=?\n");
    record_is("mid cancel.sent leaf v=0 x=65535",
              "mid cancel.sent peer=leaf value=0.000 extra=?,?\n");

    struct told t = told_new(CHAIN, "");

    const struct trace_record rec = {.actor = 500, .point = POINTS, .peer = 600};
    describe_record(&rec, t.tree, &t.text);
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text), "? ? peer=?\n");
    told_release(&t);
}

/* Goal: no record is beyond words. Method: each point, with values in and out of every table. */
static void test_every_point_can_be_described(void)
{
    static const int64_t values[] = {INT64_MIN, -1, 0, 1, 7, 300, 70000, INT64_MAX};
    struct told t = told_new(CHAIN, "");

    for (unsigned point = 0; point < POINTS; point++) {
        for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
            const struct trace_record rec = {.point = (uint16_t)point,
                                             .actor = 1,
                                             .peer = 2,
                                             .value = values[v],
                                             .extra = values[v]};
            buf_drop(&t.text, t.text.size);
            describe_record(&rec, t.tree, &t.text);
            CU_ASSERT(strstr(buf_text(&t.text), point_name(point)) != NULL);
            CU_ASSERT_EQUAL(t.text.data[t.text.size - 1], '\n');
        }
    }
    told_release(&t);
}

static void test_time_has_three_decimals(void)
{
    struct buf b = BUF_INIT;

    describe_time(2287 * MS_NS + 999999, &b);
    buf_add_text(&b, " ");
    describe_time(0, &b);
    buf_add_text(&b, " ");
    describe_time(-20 * MS_NS, &b);
    CU_ASSERT_STRING_EQUAL(buf_text(&b), "2.287 0.000 -0.020");
    buf_release(&b);
}

static void test_actors_have_names(void)
{
    struct told t = told_new(CHAIN, "");

    CU_ASSERT_STRING_EQUAL(describe_actor(t.tree, 2), "leaf");
    CU_ASSERT_STRING_EQUAL(describe_actor(t.tree, ACTOR_HARNESS), "harness");
    CU_ASSERT_STRING_EQUAL(describe_actor(t.tree, ACTOR_TERMINAL), "terminal");
    CU_ASSERT_STRING_EQUAL(describe_actor(t.tree, ACTOR_NONE), "none");
    CU_ASSERT_STRING_EQUAL(describe_actor(t.tree, 77), "?");
    told_release(&t);
}

enum { TREE_TEXT, LOCK_TEXT, TERMINAL_TEXT, STATE_TEXTS };

static void text_is(unsigned which, const char *tree, const char *lines, size_t index,
                    const char *expected)
{
    struct told t = told_new(tree, lines);
    const struct observation o = told_observation(&t);
    struct buf text[STATE_TEXTS] = {BUF_INIT, BUF_INIT, BUF_INIT};
    const struct state_text state = {
        .tree = &text[TREE_TEXT], .lock = &text[LOCK_TEXT], .terminal = &text[TERMINAL_TEXT]};
    struct diag diag = {0};

    CU_ASSERT_EQUAL(observe_state_text(&o, index, &state, &diag), 0);
    if (strcmp(buf_text(&text[which]), expected) != 0)
        (void)printf("\ngot:\n%s", buf_text(&text[which]));
    CU_ASSERT_STRING_EQUAL(buf_text(&text[which]), expected);
    for (unsigned i = 0; i < STATE_TEXTS; i++)
        buf_release(&text[i]);
    told_release(&t);
}

static void test_the_tree_says_what_each_actor_does(void)
{
    text_is(TREE_TEXT, CHAIN, PROMPT_LEAF, SIZE_MAX,
            "root                     runs, shielded for leaf\n"
            "  mid                    runs, shielded for leaf\n"
            "    leaf                 at prompt\n");
    text_is(TREE_TEXT, CHAIN, ASK_LEAF, SIZE_MAX,
            "root                     runs\n"
            "  mid                    runs\n"
            "    leaf                 waits for the terminal\n");
    text_is(TREE_TEXT, CHAIN,
            SPAWN_MID SPAWN_LEAF "mid cancel.requested v=deadline x=3000ms\n"
                                 "@100 " CANCEL_LEAF "@2080 harness signal.sent leaf v=STOP\n",
            SIZE_MAX,
            "root                     runs\n"
            "  mid                    runs, cancelling, waits for child leaf, cancelled 1.980s "
            "ago\n"
            "    leaf                 runs, stopped\n");
    text_is(TREE_TEXT, CHAIN,
            SPAWN_MID SPAWN_LEAF "@100 harness signal.sent leaf v=KILL\nleaf proc.exited\n"
                                 "harness hold.begin mid\n@2040 harness step.done\n",
            SIZE_MAX,
            "root                     runs\n"
            "  mid                    runs, held\n"
            "    leaf                 dead, not reaped for 1.940s, killed by a fault\n");
}

static void test_texts_stop_at_the_record_asked_for(void)
{
    text_is(TREE_TEXT, CHAIN, PROMPT_LEAF, 0, "");
    text_is(LOCK_TEXT, CHAIN, PROMPT_LEAF, 0,
            "Lock tty   free   queue: none   last change t=0.000s\n");
    text_is(LOCK_TEXT, CHAIN, PROMPT_LEAF, 5,
            "Lock tty   free   queue: leaf   last change t=0.000s\n");
}

static void test_the_lock_names_holder_and_queue_in_order(void)
{
    text_is(LOCK_TEXT, "root(c a b)",
            ASK_B "c dbg.req_sent root #1\nroot dbg.enqueue c #1\n" ASK_A
                  "@310 root dbg.grant_sent b #1\nb dbg.grant_recv #1\nb dbg.baton_try #1\n"
                  "b dbg.tty_take #1\n@900 harness step.done\n",
            SIZE_MAX, "Lock tty   holder b (at prompt)   queue: c, a   last change t=0.310s\n");
    text_is(LOCK_TEXT, CHAIN,
            PROMPT_LEAF "@20 root exit.reaped mid\nroot dbg.hop_lost leaf #1\n"
                        "root dbg.recovering leaf #1\nleaf proc.exited\n",
            SIZE_MAX, "Lock tty   lost holder leaf (dead)   queue: none   last change t=0.020s\n");
    text_is(LOCK_TEXT, CHAIN, "root dbg.enqueue root #1\nroot dbg.withdrawn #1\n", SIZE_MAX,
            "Lock tty   free   queue: none   last change t=0.000s\n");
}

static void test_the_terminal_says_its_modes_and_user(void)
{
    text_is(TERMINAL_TEXT, CHAIN, "", SIZE_MAX, "Terminal   modes not seen\n");
    text_is(TERMINAL_TEXT, CHAIN, PROMPT_LEAF "leaf tty.modes v=0\n", SIZE_MAX,
            "Terminal   modes changed   in use by leaf\n");
    text_is(TERMINAL_TEXT, CHAIN, "terminal tty.modes v=1\n", SIZE_MAX,
            "Terminal   modes as saved\n");
}

static void test_the_tail_leaves_the_noise_out(void)
{
    static const char lines[] = "root nursery.open v=0\n"
                                "@310 leaf dbg.prompt #1\n"
                                "mid link.before_recv.dbg_active leaf #4\n"
                                "@312 harness key.sent v=3\n"
                                "@12345 root sig.handled v=INT x=ignored\n"
                                "root timer.fire v=1\n";
    struct told t = told_new(CHAIN, lines);
    const struct observation o = told_observation(&t);

    observe_tail_text(&o, SIZE_MAX, 3, &t.text);
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text),
                           "   0.310  leaf dbg.prompt request=1\n"
                           "   0.312  harness key.sent value=C-c\n"
                           "  12.345  root sig.handled value=SIGINT extra=ignored\n");
    buf_drop(&t.text, t.text.size);
    observe_tail_text(&o, 2, 99, &t.text);
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text), "   0.000  root nursery.open value=0\n"
                                              "   0.310  leaf dbg.prompt request=1\n");
    buf_drop(&t.text, t.text.size);
    observe_tail_text(&o, SIZE_MAX, 0, &t.text);
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text), "");
    told_release(&t);
}

int main(void)
{
    CU_initialize_registry();
    CU_pSuite suite = CU_add_suite("describe", NULL, NULL);
    CU_add_test(suite, "record", test_a_record_is_one_line_in_words);
    CU_add_test(suite, "pids", test_process_numbers_are_left_out);
    CU_add_test(suite, "unknown", test_numbers_out_of_range_are_said_to_be_unknown);
    CU_add_test(suite, "every point", test_every_point_can_be_described);
    CU_add_test(suite, "time", test_time_has_three_decimals);
    CU_add_test(suite, "names", test_actors_have_names);
    CU_add_test(suite, "tree", test_the_tree_says_what_each_actor_does);
    CU_add_test(suite, "until", test_texts_stop_at_the_record_asked_for);
    CU_add_test(suite, "lock", test_the_lock_names_holder_and_queue_in_order);
    CU_add_test(suite, "terminal", test_the_terminal_says_its_modes_and_user);
    CU_add_test(suite, "tail", test_the_tail_leaves_the_noise_out);
    CU_basic_run_tests();
    int failures = (int)CU_get_number_of_failures();
    CU_cleanup_registry();
    return failures != 0;
}
