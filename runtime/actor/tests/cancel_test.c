/* cancel_test.c: nurseries and the cancel protocol, rule by rule. */
#include "runtime/actor/tests/drive.h"

enum { CANCEL_ROWS = 31 };

static void open_nursery(struct drive *d, unsigned number, int64_t deadline_ns, unsigned flags)
{
    drive_call(d, (struct core_call){.kind = CALL_NURSERY,
                                     .nursery = (uint8_t)number,
                                     .deadline_ns = deadline_ns,
                                     .flags = (uint8_t)flags});
}

static void close_nursery(struct drive *d, unsigned number)
{
    drive_call(d, (struct core_call){.kind = CALL_CLOSE, .nursery = (uint8_t)number});
}

/* Nursery 1 with leaf, nursery 2 with twin. */
static void setup_nested(struct drive *d)
{
    drive_alone(d, MID);
    open_nursery(d, 1, 0, 0);
    open_nursery(d, 2, 0, 0);
    drive_child_live_in(d, LEAF, 1, 1);
    drive_child_live_in(d, TWIN, 0, 2);
}

static void setup_collecting(struct drive *d)
{
    struct core_start start = drive_start_of(ROOT);

    start.collect = true;
    drive_start(d, start);
    drive_child_live(d, MID, CHILD_ROOM);
    drive_child_live(d, SIDE, 0);
}

static void setup_cancelled(struct drive *d)
{
    setup_mid(d);
    drive_cancel(d, 7, CANCEL_GRACEFUL, 2000 * MS_NS);
}

static void setup_aborted(struct drive *d)
{
    setup_mid(d);
    drive_cancel(d, 7, CANCEL_ABORT, 2000 * MS_NS);
}

static void setup_shielded(struct drive *d)
{
    setup_mid(d);
    drive_call(d, (struct core_call){.kind = CALL_SHIELD, .deadline_ns = 400 * MS_NS});
}

static void setup_shielded_cancelled(struct drive *d)
{
    setup_shielded(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 2000 * MS_NS);
}

static void setup_spawning(struct drive *d)
{
    drive_alone(d, MID);
    drive_spawn_in(d, LEAF, 1, 0);
}

static void setup_asking(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_CALL, ROOT, 1, 0);
    drive_ask(d, CALL_CALL, LEAF, 2, 0);
}

static void setup_deadline(struct drive *d)
{
    struct core_start start = drive_start_of(ROOT);

    start.deadline_ns = 900 * MS_NS;
    drive_start(d, start);
    drive_child_live(d, MID, CHILD_ROOM);
}

static void setup_cancelled_child(struct drive *d)
{
    setup_root(d);
    drive_ask(d, CALL_CANCEL, MID, 0, 0);
}

static void setup_joining_child(struct drive *d)
{
    setup_root(d);
    drive_result(d, 1, ERROR_NONE, 0);
    drive_reaped(d, 1, 0);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
    drive_result(d, 0, ERROR_NONE, 0);
    drive_dead(d, 0);
}

static void input_nested_close(struct drive *d)
{
    close_nursery(d, 1);
    drive_result(d, 0, ERROR_NONE, 0);
    drive_reaped(d, 0, 0);
}

static void input_nested_error(struct drive *d)
{
    drive_reaped(d, 0, 4 << 8);
    close_nursery(d, 1);
}

static void input_child_error(struct drive *d)
{
    drive_reaped(d, 0, 4 << 8);
}

static void input_duplicate(struct drive *d)
{
    drive_cancel(d, 7, CANCEL_GRACEFUL, 900 * MS_NS);
}

static void input_old_id(struct drive *d)
{
    drive_cancel(d, 3, CANCEL_ABORT, 900 * MS_NS);
}

static void input_again(struct drive *d)
{
    drive_cancel(d, 8, CANCEL_GRACEFUL, 900 * MS_NS);
}

static void input_abort(struct drive *d)
{
    drive_cancel(d, 8, CANCEL_ABORT, 880 * MS_NS);
}

static void input_cancel(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_GRACEFUL, 2000 * MS_NS);
}

static void input_shield_end(struct drive *d)
{
    drive_timer(d, TIMER_SHIELD);
}

static void setup_shielded_short(struct drive *d)
{
    setup_shielded(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 100 * MS_NS);
    drive_timer(d, TIMER_SHIELD);
}

static void input_cancel_again(struct drive *d)
{
    drive_cancel(d, 2, CANCEL_GRACEFUL, 50 * MS_NS);
}

static void input_abort_first(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_ABORT, 2000 * MS_NS);
}

static void input_cancel_short(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_GRACEFUL, 100 * MS_NS);
}

static void input_cancelled_by_us(struct drive *d)
{
    drive_result(d, 0, ERROR_CANCELLED, 0);
    drive_reaped(d, 0, 0);
}

static void killed_and_exits(struct drive *d, int64_t status)
{
    drive_timer(d, TIMER_CHILD); /* no ack: the link is closed, SIGTERM */
    drive_reaped(d, 0, status);
}

static void input_orphan_of_ours(struct drive *d)
{
    killed_and_exits(d, CORE_STATUS_ORPHANED << 8);
}

static void input_leaves_well(struct drive *d)
{
    killed_and_exits(d, 0);
}

static void input_own_failure(struct drive *d)
{
    killed_and_exits(d, 3 << 8);
}

static void input_spawn(struct drive *d)
{
    drive_spawn_in(d, DEEP, 0, 0);
}

static void input_cancel_and_spawned(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_GRACEFUL, 2000 * MS_NS);
    drive_spawned(d, 0, 102);
}

static void input_silence(struct drive *d)
{
    drive_timer(d, TIMER_CHILD);
    drive_timer(d, TIMER_CHILD);
    drive_timer(d, TIMER_CHILD);
}

static void input_deadline(struct drive *d)
{
    drive_timer(d, TIMER_NURSERY);
}

static void input_exit(struct drive *d)
{
    drive_exit(d, 0, 0);
}

static void input_cancel_self(struct drive *d)
{
    drive_call(
        d, (struct core_call){.kind = CALL_CANCEL, .id = ACTOR_SELF, .deadline_ns = 160 * MS_NS});
}

static void input_passed_deadline(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_GRACEFUL, -5 * MS_NS);
}

#define BOTH_CANCELLED                                                       \
    "send leaf cancel graceful; set child.leaf; send twin cancel graceful; " \
    "set child.twin"

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row rows[] = {
    {"4.3 a nursery closes when its slots are reaped, others stay open",
     setup_nested, input_nested_close,
     "point nursery.joining - 1; set child.leaf; clear child.leaf; reap leaf; "
     "user outcome leaf OK; forget leaf; point nursery.closed - 1; user closed #1 OK",
     "nursery 1 closed; nursery 2 open; nursery 0 open; twin live"},
    {"4.3 a nested nursery keeps its error for the actor's code", setup_nested, input_nested_error,
     "reap leaf; user outcome leaf EXIT:4; point nursery.first_error leaf; "
     "point nursery.cancel_fanout - 1; forget leaf; user closed #1 EXIT:4",
     "errors 0; nursery 1 closed; nursery 2 open"},
    {"4.3 no result with an unreaped child", setup_joining_child, input_exit,
     "user outcome mid OK; forget mid; die 0", NULL},
    {"4.3 the first error cancels all others at once", setup_mid, input_child_error,
     "reap leaf; user outcome leaf EXIT:4; point nursery.first_error leaf; "
     "point nursery.cancel_fanout - 0 2; set cancel; user cancel; forget leaf; "
     "send twin cancel graceful sibling-error +2625ms; set child.twin +500ms",
     "nursery 0 cancelling; twin cancel-sent"},
    {"4.3 a collecting nursery cancels nobody", setup_collecting, input_child_error,
     "reap mid; user outcome mid EXIT:4; point nursery.first_error mid; forget mid",
     "nursery 0 open; side live; errors 1"},
    {"4.3 ACK means accepted: it comes before anything else", setup_mid, input_cancel,
     "point cancel.received root#1; send parent ack #1; set cancel; user cancel; " BOTH_CANCELLED,
     "cancel graceful"},
    {"4.3 a duplicate id is acked and changes nothing", setup_cancelled, input_duplicate,
     "send parent ack #7", "cancel graceful; leaf cancel-sent"},
    {"4.3 an older id is a duplicate too", setup_cancelled, input_old_id,
     "send parent ack #3", "cancel graceful"},
    {"4.3 graceful once more changes nothing", setup_cancelled, input_again,
     "send parent ack #8", "cancel graceful"},
    {"4.3 abort upgrades graceful", setup_cancelled, input_abort,
     "send parent ack #8; point cancel.requested; set cancel +770ms; "
     "send leaf cancel abort cancel +770ms; set child.leaf; send twin cancel abort; "
     "set child.twin",
     "cancel abort"},
    {"4.3 graceful never follows abort", setup_aborted, input_again,
     "send parent ack #8", "cancel abort"},
    {"4.3 slack is an eighth of what is left", setup_mid, input_cancel,
     "send parent ack; set cancel +1750ms; user cancel; "
     "send leaf cancel graceful cancel +1750ms; set child.leaf; "
     "send twin cancel graceful cancel +1750ms; set child.twin",
     NULL},
    {"4.3 slack is at least 20 ms", setup_mid, input_cancel_self,
     "point cancel.requested; send leaf cancel graceful cancel +140ms; "
     "set child.leaf +500ms; send twin cancel graceful cancel +140ms; set child.twin",
     NULL},
    {"4.3 a deadline in the past still lies after the children's", setup_mid, input_passed_deadline,
     "send parent ack; set cancel -25ms; user cancel; "
     "send leaf cancel graceful cancel -25ms; set child.leaf +500ms; "
     "send twin cancel graceful cancel -25ms; set child.twin",
     NULL},
    {"4.3 ladder: no ACK in 500 ms, SIGTERM, 1.6 s, SIGKILL", setup_cancelled_child, input_silence,
     "point cancel.ack_timeout mid; close mid; kill mid 15; set child.mid +1600ms; "
     "kill mid 9; set child.mid +5000ms; print stuck",
     "mid stuck"},
    {"4.3 waiting calls end when the actor is cancelled", setup_asking, input_cancel,
     "send parent ack; set cancel; user cancel; send leaf cancel; set child.leaf; "
     "send twin cancel; set child.twin; user reply root#1 CANCELLED; user reply leaf#2 CANCELLED",
     NULL},
    {"4.3 waiting calls end when a sibling's error cancels the actor's code",
     setup_asking, input_child_error,
     "reap leaf; user reply leaf#2 LOST; user outcome leaf; set cancel; user cancel; "
     "forget leaf; send twin cancel; set child.twin; user reply root#1 CANCELLED",
     NULL},
    {"4.3 a cancel waits for the end of a shield", setup_shielded, input_cancel,
     "point cancel.received root#1; send parent ack #1", "self running; cancel none; leaf live"},
    {"4.3 and then comes", setup_shielded_cancelled, input_shield_end,
     "point timer.fire; point cancel.requested; set cancel; user cancel; " BOTH_CANCELLED,
     "self cancelling; cancel graceful"},
    {"4.3 a shield ends at the cancel's deadline", setup_shielded, input_cancel_short,
     "send parent ack #1; set shield +100ms", "self running"},
    {"4.3 a shield that is over is none", setup_shielded_short, input_cancel_again,
     "send parent ack #2", "self cancelling"},
    {"4.3 an abort goes through a shield", setup_shielded, input_abort_first,
     "send parent ack #1; set cancel; user cancel; send leaf cancel abort; set child.leaf; "
     "send twin cancel abort; set child.twin",
     "cancel abort"},
    {"4.3 a cancel that I asked for is absorbed", setup_cancelled_child, input_cancelled_by_us,
     "set child.mid; clear child.mid; reap mid; user outcome mid CANCELLED; forget mid",
     "errors 0; side live"},
    {"4.3 a child that our own closing made an orphan is one of these",
     setup_cancelled_child, input_orphan_of_ours,
     "close mid; kill mid 15; set child.mid; clear child.mid; reap mid; "
     "user outcome mid CANCELLED; forget mid",
     "errors 0; side live"},
    {"4.3 so is one that left well and could not say so", setup_cancelled_child, input_leaves_well,
     "close mid; kill mid 15; set child.mid; clear child.mid; reap mid; "
     "user outcome mid CANCELLED; forget mid",
     "errors 0; side live"},
    {"4.3 a failure of its own is none", setup_cancelled_child, input_own_failure,
     "close mid; kill mid 15; set child.mid; clear child.mid; reap mid; "
     "user outcome mid EXIT:3; set cancel; user cancel; forget mid; "
     "send side cancel graceful sibling-error; set child.side",
     "errors 1"},
    {"4.3 anyone else's is an error here", setup_root, input_cancelled_by_us,
     "set child.mid; clear child.mid; reap mid; user outcome mid CANCELLED; set cancel; "
     "user cancel; forget mid; send side cancel graceful sibling-error; set child.side",
     "errors 1"},
    {"4.3 spawn in a cancelled actor fails at once", setup_cancelled, input_spawn,
     "user outcome deep CANCELLED", "!deep"},
    {"4.3 a SPAWNING slot is cancelled like others", setup_spawning, input_cancel_and_spawned,
     "send parent ack; set cancel; user cancel; point spawn.after_fork leaf; "
     "set child.leaf +5000ms; set heartbeat; send leaf spec; send leaf cancel graceful; "
     "set child.leaf +500ms",
     "leaf cancel-sent"},
    {"4.3 a nursery's deadline cancels its children and fails the actor",
     setup_deadline, input_deadline,
     "point cancel.requested - 4; point err.raised root 5; "
     "point nursery.cancel_fanout - 0 4; set cancel; user cancel; "
     "send mid cancel graceful deadline +2625ms; set child.mid",
     "errors 1"},
    {"4.3 the actor's own cancel reaches its children", setup_mid, input_cancel_self,
     "point cancel.requested - 3; " BOTH_CANCELLED, "cancel none; self running"},
};
// clang-format on

static void test_cancel_follows_its_rules(void)
{
    rows_run(rows, ROWS_COUNT(rows));
    rows_report("4.3", rows_of(rows, ROWS_COUNT(rows), "4.3"), CANCEL_ROWS);
}

static void test_cancel_frames_are_control_frames(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_cancelled(d);
    CU_ASSERT_EQUAL(d->sent[FRAME_CANCEL].flags, FRAME_PRIO);
    CU_ASSERT_EQUAL(d->sent[FRAME_ACK].flags, FRAME_PRIO);
    CU_ASSERT_EQUAL(d->sent[FRAME_CANCEL].origin, MID);
}

/* Goal: time does not add up with depth: whatever the deadline, each level's lies strictly before
 * the one above it, and a chain of 64 still has one. */
static void test_cancel_deadlines_strictly_decrease_down_the_tree(void)
{
    struct drive *d = &row_drive;
    int64_t left_ns = 3000 * MS_NS;

    for (unsigned depth = 0; depth < 64; depth++) {
        drive_init(d);
        setup_mid(d);
        drive_cancel(d, 1, CANCEL_GRACEFUL, left_ns);
        int64_t below_ns = d->sent[FRAME_CANCEL].deadline_ns - d->now_ns;
        CU_ASSERT_TRUE(below_ns < left_ns);
        CU_ASSERT_TRUE(left_ns - below_ns >= CORE_SLACK_MIN_NS);
        left_ns = below_ns;
    }
}

/* The leaf has nobody to cancel but itself. */
static void test_cancel_of_a_leaf_by_itself_ends_it(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_leaf(d);
    text_clear(&d->log);
    drive_ask(d, CALL_CANCEL, ACTOR_SELF, 0, 0);
    drive_assert(d, "cancel of a leaf", "point cancel.requested; set cancel +2625ms; user cancel",
                 "self cancelling");
    drive_timer(d, TIMER_CANCEL);
    drive_assert(d, "its time is over",
                 "point exit.user_returned; send parent result CANCELLED leaf; set report; "
                 "watch-result",
                 "self reporting");
}

/* A SIGTERM may find an actor that does not know yet what it is. */
static void test_cancel_before_the_start_is_told_after_it(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    drive_start(d, drive_start_of(LEAF));
    text_clear(&d->log);
    drive_signal(d, 15);
    drive_assert(d, "SIGTERM in the handshake", "point sig.handled - 15 1; !user cancel",
                 "self handshake; cancel graceful");
    drive_spec(d, LEAF, MID);
    drive_assert(d, "then the SPEC", "user start; set cancel; user cancel; send parent ready",
                 "self cancelling");
}

/* Goal: nothing is missed and nobody is told twice when a step is cut short again and again. */
static void test_cancel_reaches_each_of_256_children_once(void)
{
    struct drive *d = &row_drive;
    unsigned reached = 0;

    drive_init(d);
    setup_alone_root(d);
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++)
        drive_child_live(d, (uint16_t)(1 + i), 0);
    text_clear(&d->log);
    drive_spawn_in(d, 1999, 0, 0);
    drive_assert(d, "one child too many", "user outcome a1999 SPAWN", "self running");
    drive_signal(d, 2);
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++)
        reached += d->child[i].cancels == 1 && d->core.child[i].state == CHILD_CANCEL_SENT;
    CU_ASSERT_EQUAL(reached, CORE_CHILDREN_MAX);
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "continue\n"));
    CU_ASSERT_PTR_NULL(d->broken);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"cancel follows its rules",                 test_cancel_follows_its_rules                        },
        {"cancel frames are control frames",         test_cancel_frames_are_control_frames                },
        {"deadlines strictly decrease",              test_cancel_deadlines_strictly_decrease_down_the_tree},
        {"cancel of a leaf by itself ends it",       test_cancel_of_a_leaf_by_itself_ends_it              },
        {"cancel before the start is told after it", test_cancel_before_the_start_is_told_after_it        },
        {"cancel reaches each of 256 children once", test_cancel_reaches_each_of_256_children_once        },
        CU_TEST_INFO_NULL,
    };

    return suite_run("cancel", tests);
}
