/* lock_hop_test.c: the debug lock at a hop between origin and root: every row of the protocol
 * table that an intermediate plays, and what a parent may do to a branch with a prompt in it. */
#include "runtime/actor/tests/drive.h"

enum { HOP_ROWS = 49 };

static void request(struct drive *d, uint16_t link, uint16_t origin, uint32_t number, bool shield)
{
    struct frame f = frame_make(FRAME_DBG_REQ, origin, number);

    f.flags = FRAME_PRIO | (shield ? FRAME_SHIELD : 0);
    f.pid = 77;
    f.pid_start = 7777;
    drive_receive(d, link, f);
}

static void setup_wait(struct drive *d)
{
    setup_mid(d);
    request(d, 0, LEAF, 1, false);
}

static void setup_granted(struct drive *d)
{
    setup_wait(d);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
}

static void setup_active(struct drive *d)
{
    setup_granted(d);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

static void setup_below(struct drive *d)
{
    setup_mid(d);
    request(d, 0, DEEP, 5, false);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, DEEP, 5);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, DEEP, 5);
}

static void cancel_leaf(struct drive *d)
{
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
}

static void setup_cancelled_child(struct drive *d)
{
    setup_mid(d);
    cancel_leaf(d);
}

static void setup_term_sent(struct drive *d)
{
    setup_cancelled_child(d);
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

static void setup_cancelled(struct drive *d)
{
    setup_mid(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 2000 * MS_NS);
}

static void setup_aborting(struct drive *d)
{
    setup_mid(d);
    drive_cancel(d, 1, CANCEL_ABORT, 2000 * MS_NS);
}

static void setup_wait_cancelled(struct drive *d)
{
    setup_wait(d);
    cancel_leaf(d);
}

static void setup_two_wait_cancelled(struct drive *d)
{
    setup_wait(d);
    request(d, 0, DEEP, 3, false);
    cancel_leaf(d);
}

static void setup_shield_cancelled(struct drive *d)
{
    setup_mid(d);
    request(d, 0, LEAF, 1, true);
    cancel_leaf(d);
}

static void setup_shield_aborted(struct drive *d)
{
    setup_mid(d);
    request(d, 0, LEAF, 1, true);
    drive_cancel(d, 1, CANCEL_ABORT, 2000 * MS_NS);
}

static void setup_granted_cancelled(struct drive *d)
{
    setup_granted(d);
    cancel_leaf(d);
}

static void setup_active_cancelled(struct drive *d)
{
    setup_active(d);
    cancel_leaf(d);
}

/* Ten seconds without a word: three pings went unanswered. */
static void silence(struct drive *d)
{
    for (unsigned i = 0; i < 3; i++) {
        drive_timer(d, TIMER_HEARTBEAT);
        drive_frame(d, 1, FRAME_PONG, 0, 0);
    }
}

static void setup_silent(struct drive *d)
{
    setup_mid(d);
    silence(d);
}

static void setup_silent_wait(struct drive *d)
{
    setup_wait(d);
    silence(d);
}

static void setup_silent_granted(struct drive *d)
{
    setup_granted(d);
    silence(d);
}

static void setup_silent_active(struct drive *d)
{
    setup_active(d);
    silence(d);
}

static void setup_slow_boot(struct drive *d)
{
    drive_alone(d, MID);
    drive_spawn_in(d, LEAF, 1, 0);
    drive_spawned(d, 0, 5);
    drive_timer(d, TIMER_HEARTBEAT); /* at 3 s it is still booting */
    drive_hello(d, 0, 42);
}

static void setup_dead(struct drive *d)
{
    setup_active(d);
    drive_dead(d, 0);
}

static void setup_dead_below(struct drive *d)
{
    setup_below(d);
    drive_dead(d, 0);
}

static void input_request(struct drive *d)
{
    request(d, 0, LEAF, 1, false);
}

static void input_request_below(struct drive *d)
{
    request(d, 0, DEEP, 8, false);
}

static void input_shielded_request(struct drive *d)
{
    request(d, 0, LEAF, 1, true);
}

static void input_request_twice(struct drive *d)
{
    request(d, 0, LEAF, 2, false);
}

static void input_foreign_request(struct drive *d)
{
    request(d, 0, TWIN, 1, false);
}

static void input_grant(struct drive *d)
{
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
}

static void input_grant_other(struct drive *d)
{
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 2);
}

static void input_active(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

static void input_active_other(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 2);
}

static void input_rel(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_REL, LEAF, 1);
}

static void input_rel_abort(struct drive *d)
{
    struct frame f = frame_make(FRAME_DBG_REL, LEAF, 1);

    f.mode = CANCEL_ABORT;
    drive_receive(d, 0, f);
}

static void input_rel_hung_up(struct drive *d)
{
    struct frame f = frame_make(FRAME_DBG_REL, LEAF, 1);

    f.mode = CANCEL_GRACEFUL;
    drive_receive(d, 0, f);
}

static void input_lost(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_LOST, DEEP, 5);
}

static void input_deny(struct drive *d)
{
    drive_frame(d, LINK_PARENT, FRAME_DBG_DENY, LEAF, 1);
}

static void input_parent_gone(struct drive *d)
{
    drive_event(d, EVENT_LINK_EOF, LINK_PARENT, 0);
}

static void input_revoke(struct drive *d)
{
    struct frame f = frame_make(FRAME_DBG_REVOKE, LEAF, 1);

    f.deadline_ns = d->now_ns + 700 * MS_NS;
    drive_receive(d, LINK_PARENT, f);
}

static void input_reaped(struct drive *d)
{
    drive_exit(d, 0, 9);
}

static void input_deadline(struct drive *d)
{
    drive_timer(d, TIMER_CHILD);
}

static void input_deadline_then_grant(struct drive *d)
{
    drive_timer(d, TIMER_CHILD);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
}

static void input_deadline_then_lost(struct drive *d)
{
    drive_timer(d, TIMER_CHILD);
    drive_frame(d, 0, FRAME_DBG_REL, LEAF, 1);
}

static void input_heartbeat(struct drive *d)
{
    drive_timer(d, TIMER_HEARTBEAT);
}

#define ESCALATED "close leaf; kill leaf 15; set child.leaf +1600ms"
#define ENDED                                                            \
    "user outcome leaf SIGNAL:9; set cancel; user cancel; forget leaf; " \
    "send twin cancel; set child.twin"
#define REARM "set heartbeat +3000ms; "

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row rows[] = {
    {"4.7.2 hop REQ, child gets SIGTERM: DENY", setup_term_sent, input_request,
     "point dbg.hop_deny leaf#1 2", "!entry"},
    {"4.7.2 hop REQ, child gets SIGKILL: DENY", setup_kill_sent, input_request,
     "point dbg.hop_deny leaf#1 2", "!entry"},
    {"4.7.2 hop REQ, child is stuck: DENY", setup_stuck, input_request,
     "point dbg.hop_deny leaf#1 2", "!entry"},
    {"4.7.2 hop REQ, aborting: DENY", setup_aborting, input_shielded_request,
     "point dbg.hop_deny leaf#1 1; send leaf dbg_deny leaf#1 cancelled", "!entry"},
    {"4.7.2 hop REQ, cancelled child, no shield: DENY", setup_cancelled_child, input_request,
     "send leaf dbg_deny leaf#1 cancelled", "!entry"},
    {"4.7.2 hop REQ, cancelled actor, no shield: DENY", setup_cancelled, input_request,
     "send leaf dbg_deny leaf#1 cancelled", "!entry"},
    {"4.7.2 hop REQ of one that has one: DENY", setup_wait, input_request_twice,
     "send leaf dbg_deny leaf#2 full", "entry leaf#1 wait"},
    {"4.7.2 hop REQ of an actor that is not below it: a fault", setup_mid, input_foreign_request,
     "point link.broken leaf 2; close leaf; kill leaf 9; set child.leaf", "!entry; leaf kill-sent"},
    {"4.7.3 hop REQ: entry, forwarded", setup_mid, input_request,
     "point dbg.hop_req leaf#1 0 0; send parent dbg_req leaf#1", "entry leaf#1 wait"},
    {"4.7.3 hop REQ from further below", setup_mid, input_request_below,
     "point dbg.hop_req deep#8; send parent dbg_req deep#8", "entry deep#8 wait"},
    {"4.7.3 hop REQ with a shield, cancelled actor", setup_cancelled, input_shielded_request,
     "point dbg.hop_req leaf#1 0 1; send parent dbg_req leaf#1 shield", "entry leaf#1 wait shield"},
    {"4.7.3 hop REQ with a shield, cancelled child", setup_cancelled_child, input_shielded_request,
     "send parent dbg_req leaf#1 shield", "entry leaf#1 wait shield"},
    {"4.7.5 hop GRANT: entry first, then down", setup_wait, input_grant,
     "point dbg.hop_grant leaf#1; send leaf dbg_grant leaf#1", "entry leaf#1 granted"},
    {"4.7.6 hop GRANT without entry: dropped", setup_mid, input_grant,
     "point dbg.grant_stale leaf#1", "!entry"},
    {"4.7.6 hop GRANT of another request: dropped", setup_wait, input_grant_other,
     "point dbg.grant_stale leaf#2", "entry leaf#1 wait"},
    {"4.7.6 hop GRANT twice: dropped", setup_granted, input_grant,
     "point dbg.grant_stale leaf#1", "entry leaf#1 granted"},
    {"4.7.8 hop ACTIVE", setup_granted, input_active,
     "point dbg.hop_active leaf#1; send parent dbg_active leaf#1", "entry leaf#1 active"},
    {"4.7.8 hop ACTIVE of another request: dropped", setup_granted, input_active_other,
     "!point dbg.hop_active", "entry leaf#1 granted"},
    {"4.7.8 hop ACTIVE without a grant: dropped", setup_wait, input_active,
     "!point dbg.hop_active", "entry leaf#1 wait"},
    {"4.7.10 hop REL: entry gone, forwarded", setup_active, input_rel,
     "point dbg.hop_rel leaf#1; send parent dbg_rel leaf#1", "!entry"},
    {"4.7.10 hop REL keeps the abort", setup_active, input_rel_abort,
     "send parent dbg_rel leaf#1 abort", "!entry"},
    {"4.7.10 hop REL without entry: dropped", setup_mid, input_rel,
     "", "leaf live"},
    {"4.7.10 hop REL keeps the hang-up", setup_active, input_rel_hung_up,
     "send parent dbg_rel leaf#1 graceful", "!entry"},
    {"4.7.10 hop REL without entry: the hang-up goes on", setup_mid, input_rel_hung_up,
     "send parent dbg_rel leaf#1 graceful; !point dbg.hop_rel", "leaf live"},
    {"4.7.10 hop REL without entry: the abort goes on", setup_mid, input_rel_abort,
     "send parent dbg_rel leaf#1 abort; !point dbg.hop_rel", "leaf live"},
    {"4.7.10 hop LOST: entry gone, forwarded", setup_below, input_lost,
     "point dbg.hop_lost deep#5; send parent dbg_lost deep#5", "!entry"},
    {"4.7.10 hop LOST without entry: dropped", setup_active, input_lost,
     "", "entry leaf#1 active"},
    {"4.7.13 hop child reaped, its own entry: REL", setup_dead, input_reaped,
     "point dbg.hop_rel leaf#1; send parent dbg_rel leaf#1; " ENDED, "!entry"},
    {"4.7.13 hop child reaped, an entry below it: LOST", setup_dead_below, input_reaped,
     "point dbg.hop_lost deep#5; send parent dbg_lost deep#5; " ENDED, "!entry"},
    {"4.7.14 hop DENY: entry gone, forwarded", setup_wait, input_deny,
     "point dbg.hop_deny leaf#1; send leaf dbg_deny leaf#1", "!entry"},
    {"4.7.14 hop DENY of a granted entry", setup_active, input_deny,
     "point dbg.hop_deny leaf#1; send leaf dbg_deny leaf#1", "!entry"},
    {"4.7.14 hop DENY without entry: dropped", setup_mid, input_deny,
     "", NULL},
    {"4.7.14 hop REVOKE: forwarded", setup_active, input_revoke,
     "point dbg.hop_revoke leaf#1; send leaf dbg_revoke leaf#1 +700ms", "entry leaf#1 active"},
    {"4.7 hop orphaned: the holder below is to leave at once", setup_active, input_parent_gone,
     "point orphan.noticed; close parent; point dbg.hop_revoke leaf#1; "
     "send leaf dbg_revoke leaf#1 +0ms; set orphan; send leaf cancel abort fault; set child.leaf; "
     "send twin cancel abort fault; set child.twin",
     "self orphaned; entry leaf#1 active"},
    {"4.7 hop orphaned: who only waits is cancelled", setup_wait, input_parent_gone,
     "close parent; set orphan; send leaf cancel abort fault; set child.leaf; "
     "send twin cancel abort fault; set child.twin", "self orphaned"},
    {"4.7.14 hop REVOKE without entry: dropped", setup_mid, input_revoke,
     "", NULL},
    {"4.7.17 parent deadline, GRANTED entry: parked", setup_granted_cancelled, input_deadline,
     "point cancel.parked leaf", "leaf cancel-sent parked"},
    {"4.7.17 parent deadline, ACTIVE entry: parked", setup_active_cancelled, input_deadline,
     "point cancel.parked leaf", "leaf cancel-sent parked"},
    {"4.7.17 parent deadline, WAIT with shield: parked", setup_shield_cancelled, input_deadline,
     "point cancel.parked leaf", "leaf cancel-sent parked"},
    {"4.7.17 parent deadline, WAIT with shield, aborting: not parked",
     setup_shield_aborted, input_deadline,
     "point dbg.hop_rel leaf#1; send parent dbg_rel leaf#1; send leaf dbg_deny leaf#1 killed; "
     ESCALATED,
     "leaf term-sent; !entry"},
    {"4.7.17 parked deadline starts again when the entry goes",
     setup_active_cancelled, input_deadline_then_lost,
     "point cancel.parked leaf; send parent dbg_rel leaf#1; "
     "point cancel.unparked leaf +500ms; set child.leaf +500ms",
     "leaf cancel-sent; !leaf cancel-sent parked"},
    {"4.7.18 parent deadline, WAIT: withdrawn before SIGTERM",
     setup_two_wait_cancelled, input_deadline,
     "send parent dbg_rel leaf#1; send leaf dbg_deny leaf#1 killed; "
     "send parent dbg_rel deep#3; send leaf dbg_deny deep#3 killed; " ESCALATED,
     "leaf term-sent; !entry"},
    {"4.7.18 a GRANT that arrives later finds no entry",
     setup_wait_cancelled, input_deadline_then_grant,
     "send parent dbg_rel leaf#1; send leaf dbg_deny leaf#1; " ESCALATED
     "; point dbg.grant_stale leaf#1",
     "!entry"},
    {"4.7.19 parent hears nothing for 3 s: PING", setup_mid, input_heartbeat,
     REARM "send leaf ping; send twin ping", "leaf live"},
    {"4.7.19 also of a child that was slow to boot", setup_slow_boot, input_heartbeat,
     REARM "send leaf ping", "leaf live"},
    {"4.7.19 parent hears nothing for 10 s: SIGKILL", setup_silent, input_heartbeat,
     REARM "point heartbeat.missed leaf; kill leaf 9; set child.leaf; send twin ping",
     "leaf kill-sent; twin live"},
    {"4.7.19 parent hears nothing for 10 s, WAIT: withdrawn first",
     setup_silent_wait, input_heartbeat,
     REARM "point heartbeat.missed leaf; send parent dbg_rel leaf#1; "
     "send leaf dbg_deny leaf#1 killed; kill leaf 9; set child.leaf; send twin ping",
     "leaf kill-sent; !entry"},
    {"4.7.19 parent hears nothing for 10 s, GRANTED: SIGKILL (E1)",
     setup_silent_granted, input_heartbeat,
     REARM "point heartbeat.missed leaf; kill leaf 9; set child.leaf; send twin ping",
     "leaf kill-sent; entry leaf#1 granted"},
    {"4.7.19 parent hears nothing for 10 s, ACTIVE: goes on asking",
     setup_silent_active, input_heartbeat,
     REARM "send leaf ping; send twin ping; !point heartbeat.missed",
     "leaf live; entry leaf#1 active"},
};
// clang-format on

static void test_lock_hop_follows_the_protocol(void)
{
    rows_run(rows, ROWS_COUNT(rows));
    rows_report("4.7 hop", (unsigned)ROWS_COUNT(rows), HOP_ROWS);
}

/* What goes up must be what came: the origin's identity is proof of its death later. */
static void test_lock_hop_forwards_requests_as_they_came(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_wait(d);
    CU_ASSERT_EQUAL(d->sent[FRAME_DBG_REQ].pid, 77);
    CU_ASSERT_EQUAL(d->sent[FRAME_DBG_REQ].pid_start, 7777);
    CU_ASSERT_EQUAL(d->core.lock.entry[0].pid_start, 7777);
}

static void test_lock_hop_forwards_the_modes_of_a_grant(void)
{
    struct drive *d = &row_drive;
    struct frame f = frame_make(FRAME_DBG_GRANT, LEAF, 1);

    drive_init(d);
    setup_wait(d);
    memset(f.u.modes, 0x3c, sizeof(f.u.modes));
    drive_receive(d, LINK_PARENT, f);
    CU_ASSERT_EQUAL(memcmp(d->sent[FRAME_DBG_GRANT].u.modes, f.u.modes, TTY_MODES_BYTES), 0);
}

/* Goal: an entry past the limit is refused, and the ones before it are served. */
static void test_lock_hop_refuses_a_request_past_its_limit(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    drive_alone(d, MID);
    drive_child_live(d, LEAF, 900);
    for (unsigned i = 0; i < CORE_ENTRIES_MAX; i++)
        request(d, 0, (uint16_t)(LEAF + i), 1, false);
    CU_ASSERT_EQUAL(d->core.lock.entries, CORE_ENTRIES_MAX);
    text_clear(&d->log);
    request(d, 0, LEAF + CORE_ENTRIES_MAX, 1, false);
    drive_assert(d, "one request too many", "send leaf dbg_deny a258#1 full", NULL);
    drive_frame(d, 0, FRAME_DBG_REL, LEAF + 1, 1);
    request(d, 0, LEAF + CORE_ENTRIES_MAX, 2, false);
    CU_ASSERT_EQUAL(d->core.lock.entries, CORE_ENTRIES_MAX);
}

/* 256 requests through one dead child: each is reported, in as many steps as that takes. */
static void test_lock_hop_reports_every_entry_of_a_dead_child(void)
{
    struct drive *d = &row_drive;
    unsigned lost = 0;

    drive_init(d);
    drive_alone(d, MID);
    drive_child_live(d, LEAF, 900);
    for (unsigned i = 0; i < CORE_ENTRIES_MAX; i++)
        request(d, 0, (uint16_t)(LEAF + i), 1, false);
    text_clear(&d->log);
    drive_reaped(d, 0, 9);
    for (const char *at = d->log.data; (at = strstr(at, "send parent dbg_lost")) != NULL; at++)
        lost++;
    CU_ASSERT_EQUAL(lost, CORE_ENTRIES_MAX - 1); /* its own is a REL */
    CU_ASSERT_EQUAL(d->core.lock.entries, 0);
    CU_ASSERT_PTR_NULL(d->broken);
}

/* The predicate that everybody asks before an escalation. */
static void test_core_held_knows_what_parks(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_wait(d);
    CU_ASSERT_FALSE(core_held(&d->core, 0));
    input_grant(d);
    CU_ASSERT_TRUE(core_held(&d->core, 0));
    CU_ASSERT_FALSE(core_held(&d->core, 1));
    input_active(d);
    CU_ASSERT_TRUE(core_held(&d->core, 0));
    input_rel(d);
    CU_ASSERT_FALSE(core_held(&d->core, 0));
    drive_init(d);
    setup_shield_cancelled(d);
    CU_ASSERT_TRUE(core_held(&d->core, 0));
    drive_init(d);
    setup_shield_aborted(d);
    CU_ASSERT_FALSE(core_held(&d->core, 0));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"hop follows the protocol",                test_lock_hop_follows_the_protocol            },
        {"requests go up as they came",             test_lock_hop_forwards_requests_as_they_came  },
        {"modes go down as they came",              test_lock_hop_forwards_the_modes_of_a_grant   },
        {"a request past the limit is refused",     test_lock_hop_refuses_a_request_past_its_limit},
        {"every entry of a dead child is reported",
         test_lock_hop_reports_every_entry_of_a_dead_child                                        },
        {"held knows what parks",                   test_core_held_knows_what_parks               },
        CU_TEST_INFO_NULL,
    };

    return suite_run("lock hop", tests);
}
