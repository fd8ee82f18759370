/* lifecycle_test.c: the two tables of a life, row by row: a child as its parent sees it, and the
 * actor itself. */
#include "runtime/actor/tests/drive.h"

enum { SLOT_ROWS = 43, SELF_ROWS = 26 };

/* ---- a child slot ---- */

static void setup_spawning(struct drive *d)
{
    setup_alone_root(d);
    drive_spawn_in(d, MID, CHILD_ROOM, 0);
}

static void setup_booting(struct drive *d)
{
    setup_spawning(d);
    drive_spawned(d, 0, 101);
}

static void setup_live(struct drive *d)
{
    setup_alone_root(d);
    drive_child_live(d, MID, CHILD_ROOM);
}

static void setup_cancel_sent(struct drive *d)
{
    setup_live(d);
    drive_ask(d, CALL_CANCEL, MID, 0, 0);
}

static void setup_cancel_acked(struct drive *d)
{
    setup_cancel_sent(d);
    drive_frame(d, 0, FRAME_ACK, 0, 1);
}

static void setup_done(struct drive *d)
{
    setup_live(d);
    drive_result(d, 0, ERROR_NONE, 0);
}

static void setup_gone(struct drive *d)
{
    setup_live(d);
    drive_event(d, EVENT_LINK_EOF, 0, 0);
}

static void setup_term_sent(struct drive *d)
{
    setup_cancel_sent(d);
    drive_timer(d, TIMER_CHILD);
}

/* Cancelled, then its link ends, but it does not. */
static void setup_lingered(struct drive *d)
{
    setup_cancel_sent(d);
    drive_event(d, EVENT_LINK_EOF, 0, 0);
    drive_timer(d, TIMER_CHILD);
}

static void setup_kill_sent(struct drive *d)
{
    setup_term_sent(d);
    drive_timer(d, TIMER_CHILD);
}

static void setup_stuck(struct drive *d)
{
    setup_kill_sent(d);
    drive_timer(d, TIMER_CHILD);
}

/* A prompt below mid: granted, and a cancel of mid waits for it. */
static void setup_held(struct drive *d)
{
    setup_live(d);
    drive_frame(d, 0, FRAME_DBG_REQ, LEAF, 1);
    drive_ask(d, CALL_CANCEL, MID, 0, 0);
}

static void setup_held_acked(struct drive *d)
{
    setup_held(d);
    drive_frame(d, 0, FRAME_ACK, 0, 1);
}

static void setup_parked(struct drive *d)
{
    setup_held(d);
    drive_timer(d, TIMER_CHILD);
}

/* Its deadline, not its ack, is parked. */
static void setup_parked_acked(struct drive *d)
{
    setup_held_acked(d);
    drive_timer(d, TIMER_CHILD);
}

/* It was stopped, and answers when its deadline is over. */
static void setup_parked_late(struct drive *d)
{
    setup_parked(d);
    drive_wait(d, 7000 * MS_NS);
    drive_frame(d, 0, FRAME_ACK, 0, 1);
}

static void setup_waits_below(struct drive *d)
{
    setup_live(d);
    drive_frame(d, 0, FRAME_DBG_REQ, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_REQ, DEEP, 1);
}

static void input_prompt_left(struct drive *d)
{
    drive_wait(d, 7000 * MS_NS);
    drive_frame(d, 0, FRAME_DBG_REL, LEAF, 1);
}

static void setup_cancel_short(struct drive *d)
{
    setup_live(d);
    drive_call(d, (struct core_call){.kind = CALL_CANCEL, .id = MID, .deadline_ns = 100 * MS_NS});
}

static void setup_unparked(struct drive *d)
{
    setup_parked(d);
    input_prompt_left(d);
}

static void input_spawn(struct drive *d)
{
    drive_spawn_in(d, MID, CHILD_ROOM, 0);
}

static void input_spawned(struct drive *d)
{
    drive_spawned(d, 0, 101);
}

static void input_spawn_errno(struct drive *d)
{
    drive_spawned(d, 0, -11);
}

static void input_hello(struct drive *d)
{
    drive_hello(d, 0, 42);
}

static void input_hello_other_build(struct drive *d)
{
    drive_hello(d, 0, 43);
}

static void input_ready(struct drive *d)
{
    drive_frame(d, 0, FRAME_READY, 0, 0);
}

static void input_timer(struct drive *d)
{
    drive_timer(d, TIMER_CHILD);
}

static void input_exit_3(struct drive *d)
{
    drive_reaped(d, 0, 3 << 8);
}

static void input_segv(struct drive *d)
{
    drive_reaped(d, 0, 11);
}

static void input_term(struct drive *d)
{
    drive_reaped(d, 0, 15);
}

static void input_cancel_child(struct drive *d)
{
    drive_ask(d, CALL_CANCEL, MID, 0, 0);
}

static void input_result_ok(struct drive *d)
{
    drive_result(d, 0, ERROR_NONE, 0);
}

static void input_eof(struct drive *d)
{
    drive_event(d, EVENT_LINK_EOF, 0, 0);
}

static void input_ack(struct drive *d)
{
    drive_frame(d, 0, FRAME_ACK, 0, 1);
}

static void input_call_then_hello(struct drive *d)
{
    drive_ask(d, CALL_CALL, MID, 1, 0);
    drive_hello(d, 0, 42);
}

static void input_dead(struct drive *d)
{
    drive_dead(d, 0);
}

#define GONE_ROOT "forget mid"

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row slot_rows[] = {
    {"4.2slot FREE: CALL spawn", setup_alone_root, input_spawn,
     "point spawn.before_fork mid; spawn mid", "mid spawning"},
    {"4.2slot SPAWNING: spawned, boot timer 5 s", setup_spawning, input_spawned,
     "point spawn.after_fork mid 101; set child.mid +5000ms; set heartbeat", "mid booting"},
    {"4.2slot SPAWNING: errno", setup_spawning, input_spawn_errno,
     "point err.boxed mid 6 11; point nursery.outcome mid 6 11; user outcome mid SPAWN:11; "
     "set cancel; user cancel; forget mid",
     "!mid; errors 1"},
    {"4.2slot BOOTING: HELLO valid", setup_booting, input_hello,
     "clear child.mid; send mid spec child", "mid live"},
    {"4.2slot BOOTING: a call is flushed behind SPEC", setup_booting, input_call_then_hello,
     "send mid spec; send mid call #1; clear child.mid", "mid live"},
    {"4.2slot BOOTING: HELLO of another build", setup_booting, input_hello_other_build,
     "point link.broken mid 3; point err.boxed mid 8; close mid; kill mid 9; "
     "set child.mid +5000ms",
     "mid kill-sent"},
    {"4.2slot BOOTING: something else than HELLO", setup_booting, input_ready,
     "point link.broken mid 2; point err.boxed mid 8; close mid; kill mid 9; "
     "set child.mid +5000ms",
     "mid kill-sent"},
    {"4.2slot BOOTING: TIMER boot", setup_booting, input_timer,
     "point err.boxed mid 7; kill mid 9; set child.mid +5000ms", "mid kill-sent"},
    {"4.2slot BOOTING: CHILD_EXIT", setup_booting, input_exit_3,
     "clear child.mid; reap mid; point err.boxed mid 7 3; user outcome mid BOOT:3; "
     "set cancel; user cancel; " GONE_ROOT,
     "!mid; errors 1"},
    {"4.2slot BOOTING: cancel wanted, behind SPEC", setup_booting, input_cancel_child,
     "send mid spec; send mid cancel graceful cancel; set child.mid +500ms", "mid cancel-sent"},
    {"4.2slot LIVE: READY", setup_live, input_ready,
     "point nursery.child_live mid; user live mid", "mid live"},
    {"4.2slot LIVE: cancel wanted", setup_live, input_cancel_child,
     "send mid cancel graceful cancel +2625ms; set child.mid +500ms", "mid cancel-sent"},
    {"4.2slot LIVE: RESULT", setup_live, input_result_ok,
     "set child.mid +2000ms", "mid done"},
    {"4.2slot LIVE: LINK_EOF", setup_live, input_eof,
     "point link.eof_seen mid; set child.mid +1000ms", "mid gone"},
    {"4.2slot DONE: a frame after the result", setup_done, input_ack,
     "point link.broken mid 2; close mid; kill mid 9; set child.mid", "mid kill-sent"},
    {"4.2slot CANCEL_SENT: ACK", setup_cancel_sent, input_ack,
     "point cancel.acked mid#1; set child.mid +2625ms", "mid cancel-acked"},
    {"4.2slot CANCEL_SENT: RESULT", setup_cancel_sent, input_result_ok,
     "set child.mid +2000ms", "mid done"},
    {"4.2slot CANCEL_ACKED: RESULT", setup_cancel_acked, input_result_ok,
     "set child.mid +2000ms", "mid done"},
    {"4.2slot CANCEL_SENT: TIMER, no entry below", setup_cancel_sent, input_timer,
     "point cancel.ack_timeout mid; close mid; kill mid 15; set child.mid +1600ms",
     "mid term-sent"},
    {"4.2slot CANCEL_ACKED: TIMER, no entry below", setup_cancel_acked, input_timer,
     "point cancel.deadline mid; close mid; kill mid 15; set child.mid +1600ms", "mid term-sent"},
    {"4.2slot CANCEL_SENT: TIMER, entry below", setup_held, input_timer,
     "point cancel.ack_timeout mid; point cancel.parked mid", "mid cancel-sent parked"},
    {"4.2slot CANCEL_ACKED: TIMER, entry below", setup_held_acked, input_timer,
     "point cancel.deadline mid; point cancel.parked mid", "mid cancel-acked parked"},
    {"4.2slot CANCEL_SENT: last entry goes, full grace", setup_parked, input_prompt_left,
     "tty-restore 1; point cancel.unparked mid +500ms; set child.mid +500ms",
     "mid cancel-sent; !mid cancel-sent parked"},
    {"4.2slot CANCEL_ACKED: last entry goes, full grace", setup_parked_acked, input_prompt_left,
     "tty-restore 1; point cancel.unparked mid +2625ms; set child.mid +2625ms",
     "mid cancel-acked; !mid cancel-acked parked"},
    {"4.2slot CANCEL_ACKED: last entry goes behind a late ACK, full grace", setup_parked_late,
     input_prompt_left, "tty-restore 1; point cancel.unparked mid +500ms; set child.mid +500ms",
     "mid cancel-acked; !mid cancel-acked parked"},
    {"4.2slot CANCEL_SENT: ACK, a deadline before the ack's", setup_cancel_short, input_ack,
     "point cancel.acked mid#1; set child.mid +80ms", "mid cancel-acked"},
    {"4.2slot CANCEL_SENT: ACK after unparking, full grace", setup_unparked, input_ack,
     "point cancel.acked mid#1; set child.mid +500ms", "mid cancel-acked"},
    {"4.2slot TERM_SENT: TIMER", setup_term_sent, input_timer,
     "point cancel.kill_sent mid; kill mid 9; set child.mid +5000ms", "mid kill-sent"},
    {"4.2slot KILL_SENT: TIMER", setup_kill_sent, input_timer,
     "point cancel.stuck mid; print stuck", "mid stuck; self running"},
    {"4.2slot DONE: TIMER", setup_done, input_timer,
     "close mid; kill mid 15; set child.mid +1600ms", "mid term-sent"},
    {"4.2slot GONE: TIMER", setup_gone, input_timer,
     "close mid; kill mid 15; set child.mid +1600ms", "mid term-sent"},
    {"4.2slot LIVE: CHILD_EXIT status", setup_live, input_exit_3,
     "point exit.status_ready mid; point exit.status_before_eof mid; "
     "point exit.before_reap mid; reap mid; point exit.reaped mid 768; "
     "point err.boxed mid 3 3; user outcome mid EXIT:3; set cancel; user cancel; " GONE_ROOT,
     "!mid; errors 1"},
    {"4.2slot LIVE: CHILD_EXIT signal", setup_live, input_segv,
     "reap mid; user outcome mid SIGNAL:11; set cancel; user cancel; " GONE_ROOT, "!mid; errors 1"},
    {"4.2slot CANCEL_SENT: CHILD_EXIT", setup_cancel_sent, input_exit_3,
     "clear child.mid; reap mid; user outcome mid EXIT:3; set cancel; user cancel; " GONE_ROOT,
     "!mid; errors 1"},
    {"4.2slot CANCEL_ACKED: CHILD_EXIT", setup_cancel_acked, input_segv,
     "clear child.mid; reap mid; user outcome mid SIGNAL:11; set cancel; user cancel; " GONE_ROOT,
     "!mid; errors 1"},
    {"4.2slot DONE: CHILD_EXIT keeps the result", setup_done, input_exit_3,
     "clear child.mid; reap mid; user outcome mid OK; " GONE_ROOT, "!mid; errors 0"},
    {"4.2slot GONE: CHILD_EXIT", setup_gone, input_exit_3,
     "clear child.mid; reap mid; user outcome mid EXIT:3; set cancel; user cancel; " GONE_ROOT,
     "!mid; errors 1"},
    {"4.2slot GONE: killed for lingering, not for the cancel", setup_lingered, input_term,
     "clear child.mid; reap mid; user outcome mid LOST; set cancel; user cancel; " GONE_ROOT,
     "!mid; errors 1"},
    {"4.2slot TERM_SENT: CHILD_EXIT by our signal", setup_term_sent, input_term,
     "clear child.mid; reap mid; user outcome mid CANCELLED:15; " GONE_ROOT, "!mid; errors 0"},
    {"4.2slot KILL_SENT: CHILD_EXIT by another signal", setup_kill_sent, input_segv,
     "clear child.mid; reap mid; user outcome mid SIGNAL:11; set cancel; user cancel; " GONE_ROOT,
     "!mid; errors 1"},
    {"4.2slot STUCK: CHILD_EXIT after all", setup_stuck, input_term,
     "reap mid; user outcome mid CANCELLED:15; " GONE_ROOT, "!mid; errors 0"},
    {"4.2slot any: CHILD_EXIT withdraws entries via it", setup_waits_below, input_segv,
     "reap mid; point dbg.hop_lost leaf#1; point dbg.recovering leaf#1; set lock +200ms; "
     "baton-peek 1; point dbg.hop_lost deep#1; user outcome mid SIGNAL:11; set cancel; "
     "user cancel; " GONE_ROOT,
     "!entry; !queue; !mid"},
    {"4.2slot any: dead but not reaped stays", setup_live, input_dead,
     "point exit.status_ready mid; reap mid", "mid dead"},
};
// clang-format on

static void test_lifecycle_child_slot_follows_its_table(void)
{
    rows_run(slot_rows, ROWS_COUNT(slot_rows));
    rows_report("4.2slot", rows_of(slot_rows, ROWS_COUNT(slot_rows), "4.2slot"), SLOT_ROWS);
}

/* ---- the actor itself ---- */

static void setup_nothing(struct drive *d)
{
    (void)d;
}

static void setup_handshake(struct drive *d)
{
    drive_start(d, drive_start_of(LEAF));
}

static void setup_failed(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_FAIL, 0, 0, 1);
}

static void setup_crash_prompt(struct drive *d)
{
    setup_failed(d);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, MID, 1);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void setup_cancelling(struct drive *d)
{
    setup_mid(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 2000 * MS_NS);
}

static void setup_joining(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
    drive_result(d, 0, ERROR_NONE, 0);
    drive_reaped(d, 0, 0);
}

static void setup_joining_prompt(struct drive *d)
{
    setup_leaf(d);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void setup_reporting(struct drive *d)
{
    setup_leaf(d);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void setup_reporting_failed(struct drive *d)
{
    setup_leaf(d);
    drive_ask(d, CALL_FAIL, 0, 0, 0);
}

static void setup_orphaned(struct drive *d)
{
    setup_mid(d);
    drive_event(d, EVENT_LINK_EOF, LINK_PARENT, 0);
}

static void setup_orphan_killed(struct drive *d)
{
    setup_orphaned(d);
    drive_timer(d, TIMER_ORPHAN);
}

static void input_start_child(struct drive *d)
{
    drive_start(d, drive_start_of(LEAF));
}

static void input_start_root(struct drive *d)
{
    drive_start(d, drive_start_of(ROOT));
}

static void input_start_orphan(struct drive *d)
{
    struct core_start start = drive_start_of(LEAF);

    start.orphan = true;
    drive_start(d, start);
}

static void input_spec(struct drive *d)
{
    drive_spec(d, LEAF, MID);
}

static void input_return(struct drive *d)
{
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void input_fail(struct drive *d)
{
    drive_ask(d, CALL_FAIL, 0, 0, 0);
}

static void input_fail_prompt(struct drive *d)
{
    drive_ask(d, CALL_FAIL, 0, 0, 1);
}

static void input_leave(struct drive *d)
{
    drive_line(d, "c");
}

static void input_deny(struct drive *d)
{
    drive_frame(d, LINK_PARENT, FRAME_DBG_DENY, MID, 1);
}

static void input_cancel(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_GRACEFUL, 800 * MS_NS);
}

static void input_user_deadline(struct drive *d)
{
    drive_timer(d, TIMER_CANCEL);
}

static void input_last_child(struct drive *d)
{
    drive_result(d, 1, ERROR_NONE, 0);
    drive_reaped(d, 1, 0);
}

static void input_deny_leaf(struct drive *d)
{
    drive_frame(d, LINK_PARENT, FRAME_DBG_DENY, LEAF, 1);
}

static void input_written(struct drive *d)
{
    drive_event(d, EVENT_WRITTEN, 0, 0);
}

static void input_report_timer(struct drive *d)
{
    drive_timer(d, TIMER_REPORT);
}

static void input_parent_eof(struct drive *d)
{
    drive_event(d, EVENT_LINK_EOF, LINK_PARENT, 0);
}

static void input_orphan_timer(struct drive *d)
{
    drive_timer(d, TIMER_ORPHAN);
}

static void input_children_gone(struct drive *d)
{
    drive_reaped(d, 0, 15);
    drive_reaped(d, 1, 15);
}

#define ORPHANS                                                                       \
    "close parent; set orphan +300ms; send leaf cancel abort fault; set child.leaf; " \
    "send twin cancel abort fault; set child.twin"

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row self_rows[] = {
    {"4.2self BOOT: START", setup_nothing, input_start_child,
     "point spawn.after_exec; point spawn.hello_sent; send parent hello", "self handshake"},
    {"4.2self BOOT: START of the root", setup_nothing, input_start_root,
     "point nursery.open; point spawn.ready; user start", "self running"},
    {"4.2self BOOT: START, the parent is gone", setup_nothing, input_start_orphan,
     "point orphan.noticed; close parent; set orphan +300ms; die 69", "self exited"},
    {"4.2self HANDSHAKE: SPEC", setup_handshake, input_spec,
     "point spawn.ready; user start; send parent ready", "self running"},
    {"4.2self RUNNING: user returns", setup_mid, input_return,
     "point exit.user_returned; point nursery.joining",
     "self joining; errors 0; nursery 0 joining"},
    {"4.2self RUNNING: user fails, crash prompt", setup_mid, input_fail_prompt,
     "point err.raised mid; point dbg.want -#1 1; send parent dbg_req mid#1 shield", "self failed"},
    {"4.2self RUNNING: user fails, no prompt", setup_mid, input_fail,
     "point err.raised mid; point nursery.cancel_fanout; send leaf cancel graceful; "
     "set child.leaf +500ms; send twin cancel graceful; set child.twin +500ms",
     "self joining"},
    {"4.2self FAILED: prompt left", setup_crash_prompt, input_leave,
     "tty-give; baton-drop; send parent dbg_rel mid#1; send leaf cancel graceful; "
     "set child.leaf; send twin cancel graceful; set child.twin",
     "self joining"},
    {"4.2self FAILED: prompt denied", setup_failed, input_deny,
     "point dbg.denied; send leaf cancel graceful; set child.leaf; "
     "send twin cancel graceful; set child.twin",
     "self joining"},
    {"4.2self RUNNING: CANCEL", setup_mid, input_cancel,
     "point cancel.received root#1; send parent ack #1; point cancel.requested; "
     "set cancel +700ms; user cancel; send leaf cancel graceful cancel +700ms; "
     "set child.leaf +500ms; send twin cancel graceful cancel +700ms; set child.twin +500ms",
     "self cancelling"},
    {"4.2self CANCELLING: user returns", setup_cancelling, input_return,
     "clear cancel; point exit.user_returned", "self joining; nursery 0 cancelling"},
    {"4.2self CANCELLING: user deadline", setup_cancelling, input_user_deadline,
     "point exit.user_returned", "self joining"},
    {"4.2self JOINING: last child reaped", setup_joining, input_last_child,
     "set child.twin; clear child.twin; reap twin; user outcome twin OK; forget twin; "
     "point nursery.closed; send parent result OK mid; set report +500ms; watch-result",
     "self reporting"},
    {"4.2self JOINING: waits for the own prompt", setup_joining_prompt, input_deny_leaf,
     "user left #1 denied; send parent result OK leaf; set report +500ms; watch-result",
     "self reporting"},
    {"4.2self REPORTING: written", setup_reporting, input_written,
     "point exit.before_close; close parent; point exit.closed - 0; die 0", "self exited"},
    {"4.2self REPORTING: written, failed", setup_reporting_failed, input_written,
     "close parent; point exit.closed - 256; die 1", "self exited"},
    {"4.2self REPORTING: 500 ms", setup_reporting, input_report_timer,
     "close parent; die 0", "self exited"},
    {"4.2self HANDSHAKE: parent EOF", setup_handshake, input_parent_eof,
     "point link.eof_seen; point orphan.noticed; close parent; set orphan +300ms; die 69",
     "self exited"},
    {"4.2self RUNNING: parent EOF", setup_mid, input_parent_eof,
     ORPHANS, "self orphaned"},
    {"4.2self FAILED: parent EOF leaves the prompt", setup_crash_prompt, input_parent_eof,
     "close parent; point dbg.leaving -#1 6; tty-give; baton-drop; set orphan +300ms; "
     "send leaf cancel abort; set child.leaf; send twin cancel abort; set child.twin",
     "self orphaned; dbg none"},
    {"4.2self CANCELLING: parent EOF", setup_cancelling, input_parent_eof,
     ORPHANS, "self orphaned"},
    {"4.2self JOINING: parent EOF", setup_joining, input_parent_eof,
     "close parent; set orphan +300ms; send twin cancel abort fault; set child.twin",
     "self orphaned"},
    {"4.2self REPORTING: parent EOF", setup_reporting, input_parent_eof,
     "close parent; set orphan +300ms; die 69", "self exited"},
    {"4.2self ORPHANED: 300 ms, children killed", setup_orphaned, input_orphan_timer,
     "set orphan +2700ms; kill leaf 9; set child.leaf; kill twin 9; set child.twin",
     "self orphaned; leaf kill-sent; twin kill-sent"},
    {"4.2self ORPHANED: 3 s, hard limit", setup_orphan_killed, input_orphan_timer,
     "point exit.closed; die 69", "self exited"},
    {"4.2self ORPHANED: children gone", setup_orphaned, input_children_gone,
     "clear child.leaf; reap leaf; user outcome leaf SIGNAL:15; forget leaf; "
     "clear child.twin; reap twin; user outcome twin SIGNAL:15; forget twin; die 69",
     "self exited"},
};
// clang-format on

static void test_lifecycle_own_state_follows_its_table(void)
{
    rows_run(self_rows, ROWS_COUNT(self_rows));
    rows_report("4.2self", rows_of(self_rows, ROWS_COUNT(self_rows), "4.2self"), SELF_ROWS);
}

static void test_lifecycle_a_stale_timer_is_dropped(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_booting(d);
    uint16_t stale = d->core.timer[TIMER_CHILD].generation;
    drive_hello(d, 0, 42);
    drive_ask(d, CALL_CANCEL, MID, 0, 0);
    text_clear(&d->log);
    drive_feed(d,
               (struct core_event){.kind = EVENT_TIMER, .timer = TIMER_CHILD, .generation = stale});
    drive_assert(d, "stale timer", "!point timer.fire", "mid cancel-sent");
}

/* The time of a virtual clock may be 0, and a timer for it must come all the same. */
static void test_lifecycle_a_timer_for_time_zero_is_a_timer(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    d->now_ns = 0;
    setup_alone_root(d);
    drive_call(d, (struct core_call){.kind = CALL_TIMER, .request = 3, .deadline_ns = 0});
    text_clear(&d->log);
    drive_timer(d, TIMER_USER + 3);
    drive_assert(d, "timer for 0", "point timer.fire; user timer #3", NULL);
}

/* Goal: an actor whose code has returned still asks for each of its prompts, and ends after that.
 */
static void test_prompts_outlive_the_own_code(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    drive_alone(d, LEAF);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
    drive_ask(d, CALL_PAUSE, 0, 2, 0);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
    text_clear(&d->log);
    drive_line(d, "c");
    drive_assert(d, "second prompt of one that joins",
                 "tty-give; baton-drop; send parent dbg_rel leaf#1; user left #1 continue; "
                 "send parent dbg_req leaf#2",
                 "self joining; dbg wait; tasks 1");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"child slot follows its table",     test_lifecycle_child_slot_follows_its_table    },
        {"own state follows its table",      test_lifecycle_own_state_follows_its_table     },
        {"a stale timer is dropped",         test_lifecycle_a_stale_timer_is_dropped        },
        {"a timer for time zero is a timer", test_lifecycle_a_timer_for_time_zero_is_a_timer},
        {"prompts outlive the own code",     test_prompts_outlive_the_own_code              },
        CU_TEST_INFO_NULL,
    };

    return suite_run("lifecycle", tests);
}
