/* lock_root_test.c: the debug lock at the root: queue, grant, recovery, the witness, and the five
 * places that ask first whether somebody prompts. */
#include "runtime/actor/tests/drive.h"

enum { ROOT_ROWS = 29, HELD_ROWS = 8 };

static void setup_held(struct drive *d)
{
    setup_root(d);
    drive_request(d, 0, LEAF, 1, false);
}

static void setup_active(struct drive *d)
{
    setup_held(d);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

static void setup_queue(struct drive *d)
{
    setup_active(d);
    drive_request(d, 1, SIDE, 1, false);
    drive_request(d, 0, TWIN, 1, false);
}

static void setup_recovering(struct drive *d)
{
    setup_queue(d);
    drive_frame(d, 0, FRAME_DBG_LOST, LEAF, 1);
}

static void setup_killed(struct drive *d)
{
    setup_recovering(d);
    drive_timer(d, TIMER_LOCK);
}

static void setup_looking(struct drive *d)
{
    setup_queue(d);
    drive_timer(d, TIMER_LOCK);
}

static void setup_looking_granted(struct drive *d)
{
    setup_held(d);
    d->core.lock.lookers = 1;
}

static void setup_own(struct drive *d)
{
    setup_root(d);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
}

static void setup_own_queued(struct drive *d)
{
    setup_active(d);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
}

static void setup_cancelled_queue(struct drive *d)
{
    setup_active(d);
    drive_request(d, 0, DEEP, 1, true);
    drive_request(d, 0, TWIN, 1, false);
}

static void baton(struct drive *d, enum baton_event what)
{
    drive_event(d, EVENT_BATON, 0, what);
}

static void input_request(struct drive *d)
{
    drive_request(d, 0, LEAF, 1, false);
}

static void input_three_requests(struct drive *d)
{
    drive_request(d, 0, TWIN, 1, false);
    drive_request(d, 1, SIDE, 1, false);
    drive_request(d, 0, LEAF, 1, false);
}

static void input_active(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

static void input_rel(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_REL, LEAF, 1);
}

static void input_rel_waiting(struct drive *d)
{
    drive_frame(d, 1, FRAME_DBG_REL, SIDE, 1);
}

static void input_rel_unknown(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_REL, LEAF, 2);
}

static void input_rel_abort(struct drive *d)
{
    struct frame f = frame_make(FRAME_DBG_REL, LEAF, 1);

    f.mode = CANCEL_ABORT;
    drive_receive(d, 0, f);
}

static void input_lost(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_LOST, LEAF, 1);
}

static void input_lost_waiting(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_LOST, TWIN, 1);
}

static void input_free(struct drive *d)
{
    baton(d, BATON_FREE);
}

static void input_held(struct drive *d)
{
    baton(d, BATON_HELD);
}

static void input_holder_dead(struct drive *d)
{
    baton(d, BATON_HOLDER_DEAD);
}

static void input_lock_timer(struct drive *d)
{
    drive_timer(d, TIMER_LOCK);
}

static void setup_own_active(struct drive *d)
{
    setup_own(d);
    baton(d, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void input_continue(struct drive *d)
{
    drive_line(d, "c");
}

static void setup_own_revoked(struct drive *d)
{
    setup_own_active(d);
    drive_signal(d, 15);
}

static void input_pause(struct drive *d)
{
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
}

static void input_cancel(struct drive *d)
{
    drive_signal(d, 15);
}

static void input_holder_reaped(struct drive *d)
{
    drive_reaped(d, 1, 9);
}

static void setup_side_holds(struct drive *d)
{
    setup_root(d);
    drive_request(d, 1, SIDE, 3, false);
    drive_frame(d, 1, FRAME_DBG_ACTIVE, SIDE, 3);
}

#define NEXT_SIDE "point dbg.pop side#1; point dbg.grant_sent side#1; send side dbg_grant side#1"
#define RESTORED  "clear lock; point dbg.tty_restored leaf; tty-restore 1; point dbg.free leaf#1; "

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row rows[] = {
    {"4.7.4 root try_grant: pop, HELD, entry GRANTED, GRANT down", setup_root, input_request,
     "point dbg.hop_req leaf#1; point dbg.enqueue leaf#1 1; point dbg.pop leaf#1; "
     "point dbg.grant_sent leaf#1; send mid dbg_grant leaf#1",
     "lock held; holder leaf#1; entry leaf#1 granted; !queue"},
    {"4.7.4 root try_grant: HELD, others queue", setup_root, input_three_requests,
     "send mid dbg_grant twin#1; point dbg.enqueue side#1 1; point dbg.enqueue leaf#1 2; "
     "!point dbg.pop leaf#1",
     "holder twin#1; queue 1 side; queue 2 leaf; entry side#1 wait"},
    {"4.7.4 root try_grant: its own request", setup_root, input_pause,
     "point dbg.want; point dbg.enqueue root#1; point dbg.grant_sent root#1; "
     "point dbg.grant_recv -#1; baton-try",
     "holder root#1; dbg granted; entry root#1 granted"},
    {"4.7.1 root pause: into its own queue", setup_active, input_pause,
     "point dbg.req_sent -#1; point dbg.enqueue root#1 1", "dbg wait; queue 1 root"},
    {"4.7.8 root ACTIVE: looks at the baton from now on", setup_held, input_active,
     "point dbg.hop_active leaf#1; set lock +1000ms", "entry leaf#1 active"},
    {"4.7.11 root REL of current: terminal back, FREE, next grant", setup_queue, input_rel,
     "point dbg.hop_rel leaf#1; point dbg.rel_recv leaf#1; " RESTORED NEXT_SIDE,
     "lock held; holder side#1; queue 1 twin; !entry leaf"},
    {"4.7.11 root REL of current: nobody waits", setup_active, input_rel,
     "point dbg.rel_recv leaf#1; clear lock; tty-restore 1; point dbg.free leaf#1",
     "lock free; holder -; !entry"},
    {"4.7.11 root REL before ACTIVE (busy, or a cancel)", setup_held, input_rel,
     "point dbg.rel_recv leaf#1; tty-restore 1; point dbg.free leaf#1", "lock free; !entry"},
    {"4.7.11 root REL of its own prompt, revoked: nothing is due any more",
     setup_own_revoked, input_continue,
     "tty-give; baton-drop; tty-restore 1; clear revoke; user left #1 continue",
     "lock free; dbg none; !entry"},
    {"4.7.11 root REL of its own prompt", setup_own_active, input_continue,
     "point dbg.leaving; tty-give; baton-drop; point dbg.rel_recv root#1; tty-restore 1; "
     "point dbg.free root#1; user left #1 continue",
     "lock free; dbg none; !entry"},
    {"4.7.10 root REL of a waiting one: leaves the queue", setup_queue, input_rel_waiting,
     "point dbg.hop_rel side#1; !point dbg.pop", "lock held; queue 1 twin; !entry side"},
    {"4.7.10 root REL without entry: dropped", setup_queue, input_rel_unknown,
     "!point dbg.hop_rel", "holder leaf#1"},
    {"4.7.10 root REL with abort: the tree is aborted", setup_active, input_rel_abort,
     "clear lock; tty-restore 1; point cancel.requested; set cancel; user cancel; "
     "send mid cancel abort; set child.mid; send side cancel abort; set child.side",
     "lock free; cancel abort"},
    {"4.7.10 root REL with abort without entry: the tree is aborted", setup_root, input_rel_abort,
     "point cancel.requested; set cancel; user cancel; "
     "send mid cancel abort; set child.mid; send side cancel abort; set child.side",
     "lock free; cancel abort"},
    {"4.7.12 root LOST of current: RECOVERING", setup_queue, input_lost,
     "point dbg.hop_lost leaf#1; point dbg.lost_recv leaf#1; point dbg.recovering leaf#1; "
     "set lock +200ms; baton-peek 1 502; !point dbg.free",
     "lock recovering; holder leaf#1; queue 1 side"},
    {"4.7.12 root LOST of a waiting one", setup_queue, input_lost_waiting,
     "point dbg.hop_lost twin#1; !point dbg.recovering", "lock held; !queue 2"},
    {"4.7.12 root RECOVERING: holder lives", setup_recovering, input_held,
     "", "lock recovering"},
    {"4.7.12 root RECOVERING: baton free is not enough", setup_recovering, input_free,
     "", "lock recovering"},
    {"4.7.12 root RECOVERING: 200 ms, killed, looked again", setup_recovering, input_lock_timer,
     "point dbg.holder_killed leaf#1; kill-pid 502 9002; set lock +20ms; baton-peek 1 502",
     "lock recovering"},
    {"4.7.12 root RECOVERING: killed once", setup_killed, input_lock_timer,
     "set lock +20ms; baton-peek 1 502", "lock recovering"},
    {"4.7.12 root RECOVERING: dead and baton free: restored, next",
     setup_recovering, input_holder_dead,
     "point dbg.holder_confirmed_dead leaf#1; " RESTORED NEXT_SIDE, "holder side#1"},
    {"4.7.13 root: the holder is its own child, reaped: released",
     setup_side_holds, input_holder_reaped,
     "reap side; point dbg.hop_rel side#3; point dbg.rel_recv side#3; clear lock; "
     "tty-restore 1; point dbg.free; user outcome side; set cancel; user cancel; "
     "forget side; send mid cancel graceful; set child.mid",
     "lock free; !entry"},
    {"4.7.16 root every 1 s: looks", setup_active, input_lock_timer,
     "baton-peek 0; set lock +1000ms", "lock held"},
    {"4.7.16 root: baton held, all is well", setup_looking, input_held,
     "", "holder leaf#1"},
    {"4.7.16 root: baton free though ACTIVE: DENY down, next", setup_looking, input_free,
     "point dbg.baton_mismatch leaf#1; point dbg.hop_deny leaf#1 4; "
     "send mid dbg_deny leaf#1 closed; " RESTORED NEXT_SIDE,
     "holder side#1; !entry leaf"},
    {"4.7.16 root: baton free while only GRANTED: nothing", setup_looking_granted, input_free,
     "", "lock held; entry leaf#1 granted"},
    {"4.7.16 root: an answer that nobody asked for: nothing", setup_active, input_free,
     "", "lock held"},
    {"4.9 root cancelled: waiting pauses are refused, crashes keep their turn",
     setup_cancelled_queue, input_cancel,
     "send mid dbg_revoke leaf#1 +2000ms; set revoke +2500ms; set cancel; user cancel; "
     "send mid cancel graceful; set child.mid; send side cancel graceful; set child.side; "
     "point dbg.hop_deny twin#1 1; send mid dbg_deny twin#1 cancelled",
     "holder leaf#1; queue 1 deep; !entry twin"},
    {"4.7.9 root cancelled while its own pause waits", setup_own_queued, input_cancel,
     "send mid dbg_revoke leaf#1; set revoke; point dbg.withdrawn; user left #1 denied; "
     "set cancel; user cancel; send mid cancel; set child.mid; send side cancel; set child.side",
     "dbg none; !queue; !entry root"},
};
// clang-format on

static void test_lock_root_follows_the_protocol(void)
{
    rows_run(rows, ROWS_COUNT(rows));
    rows_report("4.7 root", (unsigned)ROWS_COUNT(rows), ROOT_ROWS);
}

/* ---- held(c) at its five places ---- */

static void setup_cancelled_branch(struct drive *d)
{
    setup_active(d);
    drive_ask(d, CALL_CANCEL, MID, 0, 0);
    drive_frame(d, 0, FRAME_ACK, 0, 1);
}

/* mid is done but for the prompt below it. */
static void setup_report(struct drive *d)
{
    setup_mid(d);
    drive_result(d, 1, ERROR_NONE, 0);
    drive_reaped(d, 1, 0);
    drive_request(d, 0, LEAF, 1, false);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

/* The root has no child left, but the lock is not free: the holder is lost. */
static void setup_lost_holder(struct drive *d)
{
    setup_root(d);
    drive_request(d, 0, LEAF, 1, false);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
    drive_reaped(d, 0, 11);
    drive_result(d, 1, ERROR_CANCELLED, 0);
    drive_reaped(d, 1, 0);
}

static void setup_lost_holder_returned(struct drive *d)
{
    setup_lost_holder(d);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void input_deadline(struct drive *d)
{
    drive_timer(d, TIMER_CHILD);
}

static void input_return(struct drive *d)
{
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void input_child_error(struct drive *d)
{
    drive_result(d, 1, ERROR_APP, 1);
    drive_reaped(d, 1, 1 << 8);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row held_rows[] = {
    {"held 1: before an escalation step", setup_cancelled_branch, input_deadline,
     "point cancel.deadline mid; point cancel.parked mid; !kill", "mid cancel-acked parked"},
    {"held 2: before a child's link is closed", setup_cancelled_branch, input_deadline,
     "point cancel.parked mid; !close", NULL},
    {"held 3: before a nursery reports", setup_report, input_return,
     "point exit.user_returned; !send parent result; !point nursery.closed", "self joining"},
    {"held 4: before the root prints its final error", setup_lost_holder, input_return,
     "clear cancel; !print final-error", "self joining; lock recovering"},
    {"held 4: with another branch at its prompt", setup_active, input_child_error,
     "set child.side; clear child.side; reap side; user outcome side APP:1; set cancel; "
     "user cancel; forget side; send mid cancel graceful; set child.mid; clear cancel; "
     "!print final-error",
     "self joining; entry leaf#1 active"},
    {"held 5: before the root exits", setup_lost_holder, input_return,
     "clear cancel; !die", "self joining"},
    {"held 5: and then it does", setup_lost_holder_returned, input_holder_dead,
     "clear lock; tty-restore 1; point dbg.free leaf#1; point err.final mid 2 11; "
     "print final-error; die 1",
     "self exited"},
    {"held 5: its own prompt counts too", setup_own, input_return,
     "!die", "self joining"},
};
// clang-format on

static void test_lock_is_asked_at_its_five_places(void)
{
    rows_run(held_rows, ROWS_COUNT(held_rows));
    rows_report("held", (unsigned)ROWS_COUNT(held_rows), HELD_ROWS);
}

/* ---- order, limits, what goes down ---- */

/* Goal: grants leave in the order in which requests came, whoever left the queue meanwhile. */
static void test_lock_root_grants_in_order_of_arrival(void)
{
    static const uint16_t order[] = {12, 5, 31, 8, 27, 14, 9};
    struct drive *d = &row_drive;

    drive_init(d);
    setup_alone_root(d);
    drive_child_live(d, MID, 100);
    for (unsigned i = 0; i < 7; i++)
        drive_request(d, 0, order[i], 1, false);
    drive_frame(d, 0, FRAME_DBG_REL, 31, 1); /* withdrawn */
    drive_frame(d, 0, FRAME_DBG_LOST, 14, 1);
    drive_request(d, 0, 31, 2, false); /* at the end again */
    static const uint16_t granted[] = {12, 5, 8, 27, 9, 31};
    for (unsigned i = 0; i < 6; i++) {
        CU_ASSERT_EQUAL(d->core.lock.holder, granted[i]);
        drive_frame(d, 0, FRAME_DBG_REL, granted[i], d->core.lock.holder_request);
    }
    CU_ASSERT_EQUAL(d->core.lock.state, LOCK_FREE);
    CU_ASSERT_EQUAL(d->core.lock.entries, 0);
    CU_ASSERT_PTR_NULL(d->broken);
}

/* Goal: nothing of what is over stays behind, so that equal states are equal bytes. */
static void test_lock_root_after_all_is_as_before_all(void)
{
    static struct core_lock before;
    struct drive *d = &row_drive;

    drive_init(d);
    setup_root(d);
    before = d->core.lock;
    drive_request(d, 0, LEAF, 1, true);
    drive_request(d, 0, TWIN, 1, false);
    drive_request(d, 1, SIDE, 1, false);
    input_active(d);
    drive_timer(d, TIMER_LOCK);
    input_lost(d);
    drive_timer(d, TIMER_LOCK);
    input_holder_dead(d);
    drive_frame(d, 1, FRAME_DBG_REL, SIDE, 1);
    drive_frame(d, 0, FRAME_DBG_REL, TWIN, 1);
    /* Padding counts too: the explorer hashes it. */
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
    CU_ASSERT_EQUAL(memcmp(&before, &d->core.lock, sizeof(before)), 0);
}

static void test_lock_root_sends_its_saved_modes_with_a_grant(void)
{
    struct drive *d = &row_drive;
    struct core_start start = drive_start_of(ROOT);

    memset(start.modes, 0x77, sizeof(start.modes));
    drive_init(d);
    drive_start(d, start);
    drive_child_live(d, MID, CHILD_ROOM);
    drive_request(d, 0, MID, 1, false);
    CU_ASSERT_EQUAL(memcmp(d->sent[FRAME_DBG_GRANT].u.modes, start.modes, TTY_MODES_BYTES), 0);
}

/* Goal: a full table refuses the root's own task too, and never stops it. */
static void test_lock_root_with_a_full_table_refuses_its_own_task(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_alone_root(d);
    drive_child_live(d, MID, 900);
    for (unsigned i = 0; i < CORE_ENTRIES_MAX; i++)
        drive_request(d, 0, (uint16_t)(MID + i), 1, false);
    CU_ASSERT_EQUAL(d->core.lock.entries, CORE_ENTRIES_MAX);
    CU_ASSERT_EQUAL(d->core.lock.queue_count, CORE_ENTRIES_MAX - 1);
    text_clear(&d->log);
    drive_ask(d, CALL_PAUSE, 0, 6, 0);
    drive_assert(d, "own pause, table full", "point dbg.denied -#1 5; user left #6 denied",
                 "dbg none; tasks 0");
    drive_reaped(d, 0, 9); /* all of them are gone at once, in many steps */
    CU_ASSERT_EQUAL(d->core.lock.entries, 0);
    CU_ASSERT_EQUAL(d->core.lock.queue_count, 0);
    CU_ASSERT_PTR_NULL(d->broken);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"root follows the protocol",         test_lock_root_follows_the_protocol              },
        {"five places ask first",             test_lock_is_asked_at_its_five_places            },
        {"grants in order of arrival",        test_lock_root_grants_in_order_of_arrival        },
        {"after all is as before all",        test_lock_root_after_all_is_as_before_all        },
        {"a grant carries the saved modes",   test_lock_root_sends_its_saved_modes_with_a_grant},
        {"a full table refuses the own task",
         test_lock_root_with_a_full_table_refuses_its_own_task                                 },
        CU_TEST_INFO_NULL,
    };

    return suite_run("lock root", tests);
}
