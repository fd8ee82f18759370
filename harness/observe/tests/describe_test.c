/* describe_test.c: records, trees and locks in words. */
#include "harness/observe/describe.h"
#include "harness/observe/tests/cases_tree.h"
#include "harness/observe/tests/trace_text.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <stdio.h>

/* A trace written as text, and what is said of it. */
struct told {
    struct cast *cast;
    struct trace trace;
    struct buf text;
};

static struct told told_new(const char *tree, const char *lines)
{
    struct told t = {.cast = text_cast(tree), .trace = TRACE_INIT, .text = BUF_INIT};

    (void)text_trace(t.cast, lines, &t.trace);
    return t;
}

static struct observation told_observation(const struct told *t)
{
    return (struct observation){.trace = &t->trace, .cast = t->cast, .engine = ENGINE_SIM};
}

static void told_release(struct told *t)
{
    buf_release(&t->text);
    trace_release(&t->trace);
}

static void record_is(const char *line, const char *expected)
{
    struct told t = told_new(CHAIN, line);

    describe_record(&t.trace.record[0], t.cast, &t.text);
    if (strcmp(buf_text(&t.text), expected) != 0)
        (void)printf("\ngot: %s", buf_text(&t.text));
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text), expected);
    told_release(&t);
}

/* What is printed can be read, and reads the same. */
static void record_stays(const char *line)
{
    record_is(line, line);
}

static void test_a_record_is_one_line_in_words(void)
{
    record_stays("leaf dbg.prompt request=3\n");
    record_stays("mid cancel.sent child=leaf cancel=1 deadline=2.600 how=graceful,deadline\n");
    record_stays("mid cancel.unparked child=leaf deadline=5.800 grace=3.000\n");
    record_stays("mid cancel.kill_sent child=leaf reason=heartbeat cause=fault\n");
    record_stays("root sig.handled signal=SIGINT decision=cancel\n");
    record_stays("mid nursery.outcome child=leaf error=APP code=1000\n");
    record_stays("mid nursery.outcome child=leaf error=OK\n");
    record_stays("leaf dbg.want request=1 crash=1\n");
    record_stays("leaf dbg.command request=1 first=c\n");
    record_stays("leaf dbg.command request=1 first=0x35\n");
    record_stays("leaf dbg.rel_sent request=1 mode=abort\n");
    record_stays("harness key.sent byte=C-c\n");
    record_stays("harness key.sent byte=C-\\\n");
    record_stays("harness tty.resized rows=24 columns=80\n");
    record_stays("terminal tty.modes saved=0 digest=0xfedcba9876543210\n");
    record_stays("harness signal.sent to=mid signal=SIGKILL\n");
    record_stays("harness fault.done to=mid fault=kill signal=SIGSTOP\n");
    record_stays("harness fault.done to=terminal fault=hang-up\n");
    record_stays("harness tell.sent to=mid do=freeze\n");
    record_stays("mid exit.reaped child=leaf status=died-by-SIGKILL\n");
    record_stays("mid exit.reaped child=leaf status=exited-1\n");
    record_stays("leaf proc.exited status=unknown\n");
    record_stays("harness hold.begin actor=leaf point=spawn.before_fork\n");
    record_stays("harness run.stopped why=timed-out\n");
    record_stays("harness baton.seen holder=none\n");
    record_stays("leaf timer.fire timer=shield\n");
    record_stays("mid link.broken by=leaf fault=sequence\n");
    record_stays("mid link.before_send.ready to=root sequence=2\n");
}

static void test_a_record_can_be_written_short(void)
{
    record_is("mid cancel.acked leaf #1", "mid cancel.acked child=leaf cancel=1\n");
    record_is("mid exit.reaped leaf status=9",
              "mid exit.reaped child=leaf status=died-by-SIGKILL\n");
    record_is("leaf timer.fire timer=1", "leaf timer.fire timer=child.1\n");
}

static void test_a_byte_is_named_as_on_a_keyboard(void)
{
    static const struct {
        int64_t byte;
        const char *name;
    } cases[] = {
        {0,    "0x00"},
        {1,    "C-a" },
        {26,   "C-z" },
        {27,   "C-[" },
        {0x1f, "C-_" },
        {0x20, "0x20"},
        {0x21, "!"   },
        {'/',  "/"   },
        {'0',  "0x30"},
        {'9',  "0x39"},
        {':',  ":"   },
        {'~',  "~"   },
        {0x7f, "0x7f"},
        {0xff, "0xff"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct trace_record rec = {.point = POINT_KEY_SENT,
                                         .actor = ACTOR_HARNESS,
                                         .peer = ACTOR_NONE,
                                         .value = cases[i].byte};
        struct told t = told_new(CHAIN, "");
        describe_record(&rec, t.cast, &t.text);
        char wanted[32];
        (void)snprintf(wanted, sizeof(wanted), " byte=%s\n", cases[i].name);
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&t.text), wanted));
        told_release(&t);
    }
}

static void test_process_numbers_are_left_out(void)
{
    record_is("mid spawn.after_fork leaf pid=4711", "mid spawn.after_fork child=leaf\n");
    record_is("leaf proc.spawned pid=4711", "leaf proc.spawned\n");
    record_stays("mid spawn.after_fork child=leaf pid=-11\n");
}

static void test_numbers_out_of_range_are_said_to_be_unknown(void)
{
    record_is("mid nursery.outcome leaf error=999", "mid nursery.outcome child=leaf error=?\n");
    record_is("harness fault.done mid fault=999", "harness fault.done to=mid fault=?\n");
    record_is("root sig.handled signal=9999 decision=-1",
              "root sig.handled signal=9999 decision=?\n");
    record_is("mid cancel.sent leaf deadline=0.000 how=65535",
              "mid cancel.sent child=leaf deadline=0.000 how=?,?\n");

    struct told t = told_new(CHAIN, "");

    const struct trace_record rec = {.actor = 500, .point = POINTS, .peer = 600};
    describe_record(&rec, t.cast, &t.text);
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text), "? ? peer?=?\n");
    told_release(&t);
}

/* Goal: a number that a point does not name is seen. ci/determinism looks for it. */
static void test_numbers_without_a_name_are_marked(void)
{
    struct told t = told_new(CHAIN, "");

    const struct trace_record rec = {
        .point = POINT_SIG_FROZEN, .peer = 2, .request = 3, .value = 4, .extra = 5};
    describe_record(&rec, t.cast, &t.text);
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text),
                           "root sig.frozen peer?=leaf request?=3 value?=4 extra?=5\n");
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
            describe_record(&rec, t.cast, &t.text);
            CU_ASSERT(strstr(buf_text(&t.text), point_name(point)) != NULL);
            CU_ASSERT_EQUAL(t.text.data[t.text.size - 1], '\n');
        }
    }
    told_release(&t);
}

/* The number as it can be read back from its print. */
static int64_t printed_value(unsigned kind, int64_t value)
{
    if (kind == KIND_TIME)
        return value * 35 * MS_NS;
    return kind == KIND_NONE || kind == KIND_PID ? 0 : value;
}

/* Prints a record of the point with all that it carries, and reads that. False when there is no
 * word for the value. */
static bool point_is_read_back(unsigned point, int64_t value)
{
    const struct point_entry *entry = point_entry(point);
    const struct trace_record rec = {
        .point = (uint16_t)point,
        .actor = 1,
        .peer = entry->peer != NULL ? 2 : ACTOR_NONE,
        .request = entry->request != NULL ? 7 : 0,
        .value = printed_value(entry->value.kind, value),
        .extra = printed_value(entry->extra.kind, value),
    };
    struct told t = told_new(CHAIN, "");

    describe_record(&rec, t.cast, &t.text);
    bool known = strstr(buf_text(&t.text), "=?") == NULL;
    if (known) {
        (void)text_trace(t.cast, buf_text(&t.text), &t.trace);
        CU_ASSERT_EQUAL(memcmp(&t.trace.record[0], &rec, sizeof(rec)), 0);
    }
    told_release(&t);
    return known;
}

/* Goal: one notation, both ways. Method: each point, with some values of each kind. */
static void test_every_point_is_read_back(void)
{
    for (unsigned point = 0; point < POINTS; point++) {
        CU_ASSERT(point_is_read_back(point, 0));
        for (int64_t value = 1; value < 40; value++)
            (void)point_is_read_back(point, value);
    }
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

    CU_ASSERT_STRING_EQUAL(describe_actor(t.cast, 2), "leaf");
    CU_ASSERT_STRING_EQUAL(describe_actor(t.cast, ACTOR_HARNESS), "harness");
    CU_ASSERT_STRING_EQUAL(describe_actor(t.cast, ACTOR_TERMINAL), "terminal");
    CU_ASSERT_STRING_EQUAL(describe_actor(t.cast, ACTOR_NONE), "none");
    CU_ASSERT_STRING_EQUAL(describe_actor(t.cast, 77), "?");
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
            SPAWN_MID SPAWN_LEAF "mid cancel.requested cause=deadline deadline=3.000\n"
                                 "@100 " CANCEL_LEAF "@2080 harness signal.sent leaf "
                                 "signal=SIGSTOP\n",
            SIZE_MAX,
            "root                     runs\n"
            "  mid                    runs, cancelling, waits for child leaf, cancelled 1.980s "
            "ago\n"
            "    leaf                 runs, stopped\n");
    text_is(TREE_TEXT, CHAIN,
            SPAWN_MID SPAWN_LEAF "@100 harness signal.sent leaf signal=SIGKILL\n"
                                 "leaf proc.exited status=died-by-SIGKILL\n"
                                 "harness hold.begin mid\n@2040 harness step.done\n",
            SIZE_MAX,
            "root                     runs\n"
            "  mid                    runs, held\n"
            "    leaf                 died by SIGKILL, killed by a fault, not reaped for 1.940s\n");
}

/* Goal: whoever reads the tree needs no second look at the trace for who has ended whom. */
static void test_the_tree_says_how_each_has_ended_and_why(void)
{
    static const struct {
        const char *lines;
        const char *said; /* of leaf */
    } cases[] = {
        {"leaf proc.exited status=exited-0\n",                                                        "exited 0"                                   },
        {"leaf exit.before_result error=APP code=7\n"
         "leaf proc.exited status=exited-1\n",                                               "exited 1, error APP:7"                      },
        {"leaf exit.before_result error=APP code=1000\n"
         "leaf proc.exited status=exited-1\n",                                               "exited 1, error APP:QUIT"                   },
        {"leaf cancel.requested cause=deadline\n"
         "leaf exit.before_result error=CANCELLED\nleaf proc.exited status=exited-0\n",      "exited 0, cancelled: deadline"              },
        {"harness fault.done to=leaf fault=kill signal=SIGSEGV\n"
         "leaf err.fatal_handler signal=SIGSEGV\nleaf proc.exited status=died-by-SIGSEGV\n", "died by SIGSEGV, killed by a fault"         },
        {"leaf err.fatal_handler signal=SIGSEGV\nleaf proc.exited status=died-by-SIGSEGV\n",
         "died by SIGSEGV, a mistake of its own code"                                                                                              },
        {"mid cancel.kill_sent child=leaf reason=cancel cause=deadline\n"
         "leaf proc.exited status=died-by-SIGKILL\n",                                        "died by SIGKILL, killed by mid: deadline"   },
        {"mid cancel.kill_sent child=leaf reason=heartbeat cause=fault\n"
         "leaf proc.exited status=died-by-SIGKILL\n",                                        "died by SIGKILL, killed by mid: heartbeat"  },
        {"root dbg.holder_killed origin=leaf\n"
         "leaf proc.exited status=unknown\n",                                                "dead, killed by root: orphaned"             },
        {"harness key.sent byte=C-c\nleaf proc.exited status=died-by-SIGINT\n",
         "died by SIGINT, from the terminal"                                                                                                       },
        {"leaf cancel.requested cause=SIGINT\nleaf proc.exited status=died-by-SIGINT\n",
         "died by SIGINT, cancelled: SIGINT"                                                                                                       },
        {"harness run.stopped why=timed-out\nleaf proc.exited status=died-by-SIGKILL\n",
         "died by SIGKILL, ended by the harness"                                                                                                   },
        {"harness signal.sent to=leaf signal=SIGSTOP\n"
         "leaf proc.exited status=died-by-SIGTERM\n",                                        "died by SIGTERM, sent by nobody of this run"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char lines[1024];
        char said[256];
        (void)snprintf(lines, sizeof(lines), "%s%s%sleaf proc.reaped by=mid status=unknown\n",
                       SPAWN_MID, SPAWN_LEAF, cases[i].lines);
        (void)snprintf(said, sizeof(said),
                       "root                     runs\n"
                       "  mid                    runs\n"
                       "    leaf                 %s\n",
                       cases[i].said);
        text_is(TREE_TEXT, CHAIN, lines, SIZE_MAX, said);
    }
    text_is(TREE_TEXT, CHAIN,
            SPAWN_MID "root err.relayed origin=mid error=SIGNAL code=11\n"
                      "root err.final origin=mid error=SIGNAL code=11\n"
                      "root proc.exited status=exited-1\nroot proc.reaped by=harness "
                      "status=exited-1\n",
            SIZE_MAX,
            "root                     exited 1, error SIGNAL:11 of mid\n"
            "  mid                    runs\n");
}

/* A signal that is sent is the reason for an end that fits it; some end nobody. */
static void test_a_signal_is_the_reason_of_the_end_that_it_brings(void)
{
    static const struct {
        int sent, died;
        bool reason;
    } cases[] = {
        {0,        9,        false},
        {1,        1,        true },
        {SIGKILL,  SIGKILL,  true },
        {SIGKILL,  SIGTERM,  false},
        {SIGSTOP,  SIGSTOP,  false},
        {SIGCONT,  SIGCONT,  false},
        {SIGTSTP,  SIGTSTP,  false},
        {SIGWINCH, SIGWINCH, false},
        {64,       64,       true },
        {65,       65,       false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct told t = told_new(CHAIN, SPAWN_MID SPAWN_LEAF "harness signal.sent leaf\n"
                                                             "leaf proc.exited\n");
        const struct observation o = told_observation(&t);
        struct buf none = BUF_INIT;
        const struct state_text state = {.tree = &t.text, .lock = &none, .terminal = &none};
        struct diag diag = {0};
        t.trace.record[t.trace.count - 2].value = cases[i].sent;
        t.trace.record[t.trace.count - 1].value = cases[i].died;
        CU_ASSERT_EQUAL(observe_state_text(&o, SIZE_MAX, &state, &diag), 0);
        bool said = strstr(buf_text(&t.text), "killed by a fault") != NULL;
        if (said != cases[i].reason)
            (void)printf("\n%d, %d: %s", cases[i].sent, cases[i].died, buf_text(&t.text));
        CU_ASSERT_EQUAL(said, cases[i].reason);
        buf_release(&none);
        told_release(&t);
    }
}

/* Whoever is written to die by a signal has no mistake in its code. */
static void test_an_end_that_its_own_code_wants_is_told_so(void)
{
    struct told t =
        told_new(CHAIN, SPAWN_MID SPAWN_LEAF "leaf proc.exited status=died-by-SIGSEGV\n");
    const struct observation o = told_observation(&t);
    struct buf none = BUF_INIT;
    const struct state_text state = {.tree = &t.text, .lock = &none, .terminal = &none};
    struct diag diag = {0};

    t.cast->who[2].dies_by = SIGSEGV;
    CU_ASSERT_EQUAL(observe_state_text(&o, SIZE_MAX, &state, &diag), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&t.text), "died by SIGSEGV, as its own code wants"));
    buf_release(&none);
    told_release(&t);
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
    text_is(TERMINAL_TEXT, CHAIN, PROMPT_LEAF "leaf tty.modes saved=0\n", SIZE_MAX,
            "Terminal   modes changed   in use by leaf\n");
    text_is(TERMINAL_TEXT, CHAIN, "terminal tty.modes saved=1\n", SIZE_MAX,
            "Terminal   modes as saved\n");
}

static void test_the_tail_leaves_the_noise_out(void)
{
    static const char lines[] = "root nursery.open nursery=0\n"
                                "@310 leaf dbg.prompt #1\n"
                                "mid link.before_recv.dbg_active leaf #4\n"
                                "@312 harness key.sent byte=C-c\n"
                                "@12345 root sig.handled signal=SIGINT decision=ignored\n"
                                "root timer.fire timer=1\n";
    struct told t = told_new(CHAIN, lines);
    const struct observation o = told_observation(&t);

    observe_tail_text(&o, SIZE_MAX, 3, &t.text);
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text),
                           "   0.310  leaf dbg.prompt request=1\n"
                           "   0.312  harness key.sent byte=C-c\n"
                           "  12.345  root sig.handled signal=SIGINT decision=ignored\n");
    buf_drop(&t.text, t.text.size);
    observe_tail_text(&o, 2, 99, &t.text);
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text), "   0.000  root nursery.open nursery=0\n"
                                              "   0.310  leaf dbg.prompt request=1\n");
    buf_drop(&t.text, t.text.size);
    observe_tail_text(&o, SIZE_MAX, 0, &t.text);
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text), "");
    told_release(&t);
}

/* Goal: who looks for a mistake is not shown the harness's own looks, but what they have found. */
static void test_the_tail_shows_a_look_only_when_it_saw_a_change(void)
{
    static const char lines[] = "terminal tty.modes saved=1 digest=15\n"
                                "harness baton.seen holder=none\n"
                                "harness quiet.reached\n"
                                "@310 leaf dbg.prompt #1\n"
                                "terminal tty.modes saved=0 digest=7\n"
                                "harness baton.seen holder=leaf\n"
                                "harness quiet.reached\n"
                                "@1310 terminal tty.modes saved=0 digest=7\n"
                                "harness baton.seen holder=leaf\n"
                                "harness quiet.reached\n"
                                "@2310 terminal tty.modes saved=0 digest=7\n"
                                "harness baton.seen holder=none\n"
                                "harness quiet.reached\n"
                                "@2320 terminal tty.modes saved=0 digest=8\n"
                                "harness quiet.reached\n";
    struct told t = told_new(CHAIN, lines);
    const struct observation o = told_observation(&t);

    observe_tail_text(&o, SIZE_MAX, 99, &t.text);
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text), "   0.310  leaf dbg.prompt request=1\n"
                                              "   0.310  terminal tty.modes saved=0 digest=0x7\n"
                                              "   0.310  harness baton.seen holder=leaf\n"
                                              "   2.310  harness baton.seen holder=none\n"
                                              "   2.320  terminal tty.modes saved=0 digest=0x8\n");
    buf_drop(&t.text, t.text.size);
    observe_tail_text(&o, SIZE_MAX, 2, &t.text);
    CU_ASSERT_STRING_EQUAL(buf_text(&t.text), "   2.310  harness baton.seen holder=none\n"
                                              "   2.320  terminal tty.modes saved=0 digest=0x8\n");
    told_release(&t);
}

int main(void)
{
    CU_pSuite suite = suite_open("describe", NULL, NULL);
    CU_add_test(suite, "record", test_a_record_is_one_line_in_words);
    CU_add_test(suite, "short", test_a_record_can_be_written_short);
    CU_add_test(suite, "bytes", test_a_byte_is_named_as_on_a_keyboard);
    CU_add_test(suite, "pids", test_process_numbers_are_left_out);
    CU_add_test(suite, "unknown", test_numbers_out_of_range_are_said_to_be_unknown);
    CU_add_test(suite, "unnamed", test_numbers_without_a_name_are_marked);
    CU_add_test(suite, "read back", test_every_point_is_read_back);
    CU_add_test(suite, "every point", test_every_point_can_be_described);
    CU_add_test(suite, "time", test_time_has_three_decimals);
    CU_add_test(suite, "names", test_actors_have_names);
    CU_add_test(suite, "tree", test_the_tree_says_what_each_actor_does);
    CU_add_test(suite, "ends", test_the_tree_says_how_each_has_ended_and_why);
    CU_add_test(suite, "signals", test_a_signal_is_the_reason_of_the_end_that_it_brings);
    CU_add_test(suite, "wanted", test_an_end_that_its_own_code_wants_is_told_so);
    CU_add_test(suite, "until", test_texts_stop_at_the_record_asked_for);
    CU_add_test(suite, "lock", test_the_lock_names_holder_and_queue_in_order);
    CU_add_test(suite, "terminal", test_the_terminal_says_its_modes_and_user);
    CU_add_test(suite, "tail", test_the_tail_leaves_the_noise_out);
    CU_add_test(suite, "looks", test_the_tail_shows_a_look_only_when_it_saw_a_change);
    return suite_close();
}
