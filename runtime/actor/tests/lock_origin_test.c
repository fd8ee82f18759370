/* lock_origin_test.c: the debug lock at the actor that wants the terminal: its rows of the
 * protocol table, what a cancel may do to it, its tasks, and the commands of its prompt. */
#include "runtime/actor/tests/drive.h"

enum { ORIGIN_ROWS = 19, CELL_ROWS = 30, COMMAND_ROWS = 17 };

static void grant(struct drive *d, uint32_t request)
{
    struct frame f = frame_make(FRAME_DBG_GRANT, d->core.self.id, request);

    f.u.modes[0] = 0x5a;
    drive_receive(d, LINK_PARENT, f);
}

static void revoked(struct drive *d, uint32_t request, int64_t ns)
{
    struct frame f = frame_make(FRAME_DBG_REVOKE, d->core.self.id, request);

    f.deadline_ns = d->now_ns + ns;
    drive_receive(d, LINK_PARENT, f);
}

static void ask_prompt(struct drive *d, uint32_t task)
{
    drive_ask(d, CALL_PAUSE, 0, task, 0);
}

/* ---- states of the own request ---- */

static void setup_wait(struct drive *d)
{
    setup_leaf(d);
    ask_prompt(d, 1);
}

static void setup_crash(struct drive *d)
{
    setup_leaf(d);
    drive_ask(d, CALL_FAIL, 0, 0, 1);
}

static void setup_granted(struct drive *d)
{
    setup_wait(d);
    grant(d, 1);
}

static void setup_taking(struct drive *d)
{
    setup_granted(d);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
}

static void setup_active(struct drive *d)
{
    setup_taking(d);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void setup_revoked(struct drive *d)
{
    setup_active(d);
    revoked(d, 1, 2000 * MS_NS);
}

static void setup_cancelled(struct drive *d)
{
    setup_leaf(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 1000 * MS_NS);
}

static void setup_aborted(struct drive *d)
{
    setup_leaf(d);
    drive_cancel(d, 1, CANCEL_ABORT, 1000 * MS_NS);
}

static void setup_active_cancelled(struct drive *d)
{
    setup_active(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 1000 * MS_NS);
}

static void setup_root_active(struct drive *d)
{
    setup_alone_root(d);
    ask_prompt(d, 1);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

/* ---- inputs ---- */

static void input_pause(struct drive *d)
{
    ask_prompt(d, 1);
}

static void input_shielded_pause(struct drive *d)
{
    drive_ask(d, CALL_PAUSE, 0, 1, 1);
}

static void input_crash(struct drive *d)
{
    drive_ask(d, CALL_FAIL, 0, 0, 1);
}

static void input_grant(struct drive *d)
{
    grant(d, 1);
}

static void input_stale_grant(struct drive *d)
{
    grant(d, 9);
}

static void input_got(struct drive *d)
{
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
}

static void input_busy(struct drive *d)
{
    drive_event(d, EVENT_BATON, 0, BATON_BUSY);
}

static void input_taken(struct drive *d)
{
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void input_refused(struct drive *d)
{
    drive_event(d, EVENT_TTY, 0, TTY_REFUSED);
}

static void input_hup(struct drive *d)
{
    drive_event(d, EVENT_TTY, 0, TTY_HUP);
}

static void input_continue(struct drive *d)
{
    drive_line(d, "c");
}

static void input_cancel(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_GRACEFUL, 1000 * MS_NS);
}

static void input_abort(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_ABORT, 1000 * MS_NS);
}

static void input_deny(struct drive *d)
{
    drive_frame(d, LINK_PARENT, FRAME_DBG_DENY, LEAF, 1);
}

static void input_stale_deny(struct drive *d)
{
    drive_frame(d, LINK_PARENT, FRAME_DBG_DENY, LEAF, 3);
}

static void input_revoke(struct drive *d)
{
    revoked(d, 1, 2000 * MS_NS);
}

static void input_revoke_now(struct drive *d)
{
    revoked(d, 1, 0);
}

static void input_revoke_due(struct drive *d)
{
    drive_timer(d, TIMER_REVOKE);
}

#define LEAVE "tty-give; baton-drop; send parent dbg_rel leaf#1; "

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row origin_rows[] = {
    {"4.7.1 origin pause: REQ up", setup_leaf, input_pause,
     "point dbg.want -#1 0; point dbg.req_sent; send parent dbg_req leaf#1", "dbg wait; tasks 1"},
    {"4.7.1 origin crash: REQ up with a shield", setup_leaf, input_crash,
     "point dbg.want -#1 1; send parent dbg_req leaf#1 shield", "dbg wait; self failed"},
    {"4.7.1 origin pause when cancelled: refused", setup_cancelled, input_pause,
     "point dbg.denied; user left #1 denied", "dbg none; tasks 0"},
    {"4.7.1 origin shielded pause when cancelled", setup_cancelled, input_shielded_pause,
     "send parent dbg_req leaf#1 shield", "dbg wait"},
    {"4.7.1 origin crash when cancelled", setup_cancelled, input_crash,
     "clear cancel; send parent dbg_req leaf#1 shield", "dbg wait"},
    {"4.7.1 origin crash when aborted: refused", setup_aborted, input_crash,
     "clear cancel; point dbg.denied; send parent result APP leaf; set report; watch-result",
     "dbg none"},
    {"4.7.7 origin GRANT: BATON_TRY", setup_wait, input_grant,
     "point dbg.grant_recv -#1; point dbg.baton_try -#1; baton-try", "dbg granted"},
    {"4.7.7 origin GRANT of another request: dropped", setup_wait, input_stale_grant,
     "point dbg.grant_stale leaf#9", "dbg wait"},
    {"4.7.7 origin GRANT while not waiting: dropped", setup_leaf, input_grant,
     "point dbg.grant_stale leaf#1", "dbg none"},
    {"4.7.7 origin baton got: take the terminal", setup_granted, input_got,
     "point dbg.tty_take -#1; tty-take", "dbg taking"},
    {"4.7.7 origin terminal taken: ACTIVE up, then the prompt", setup_taking, input_taken,
     "point dbg.active_sent; send parent dbg_active leaf#1; point dbg.prompt -#1; prompt",
     "dbg active"},
    {"4.7.7 origin baton busy: REL and a new REQ", setup_granted, input_busy,
     "point dbg.baton_busy -#1; send parent dbg_rel leaf#1; send parent dbg_req leaf#2",
     "dbg wait; tasks 1; request 2"},
    {"4.7.9 origin prompt left: modes, baton, REL", setup_active, input_continue,
     "point dbg.command -#1 99; point dbg.leaving -#1 0; point dbg.tty_give; tty-give; "
     "point dbg.baton_drop; baton-drop; point dbg.rel_sent; send parent dbg_rel leaf#1; "
     "user left #1 continue",
     "dbg none; tasks 0"},
    {"4.7.9 origin cancelled while waiting: REL", setup_wait, input_cancel,
     "send parent ack #1; point dbg.withdrawn; send parent dbg_rel leaf#1; "
     "user left #1 denied; set cancel; user cancel",
     "dbg none"},
    {"4.7.9 origin terminal refused: given up", setup_taking, input_refused,
     "point dbg.leaving -#1 7; " LEAVE "user left #1 denied", "dbg none"},
    {"4.7.9 origin terminal hung up: given up, and the root hears of it", setup_taking, input_hup,
     "point dbg.leaving -#1 8; tty-give; baton-drop; send parent dbg_rel leaf#1 graceful; "
     "user left #1 denied",
     "dbg none; errors 0"},
    {"4.7.14 origin DENY", setup_wait, input_deny,
     "point dbg.denied -#1; user left #1 denied", "dbg none; tasks 0"},
    {"4.7.14 origin DENY of another request: dropped", setup_wait, input_stale_deny,
     "", "dbg wait"},
    {"4.7.15 origin REVOKE: notice, gone by the deadline", setup_revoked, input_revoke_due,
     "point dbg.leaving -#1 3; " LEAVE "user left #1 continue", "dbg none"},
};
// clang-format on

static void test_lock_origin_follows_the_protocol(void)
{
    rows_run(origin_rows, ROWS_COUNT(origin_rows));
    rows_report("4.7 origin", (unsigned)ROWS_COUNT(origin_rows), ORIGIN_ROWS);
}

/* ---- what a cancel may do, by debug state ---- */

/* The escalation columns are seen from the parent: mid, whose child leaf is the target. */
static void setup_parent(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
    drive_frame(d, 0, FRAME_ACK, 0, 1);
}

/* Its requests come before the cancel. */
static void parent_of(struct drive *d, bool shield, uint16_t origin, bool granted, bool active)
{
    struct frame f = frame_make(FRAME_DBG_REQ, origin, 1);

    setup_mid(d);
    f.flags = shield ? FRAME_SHIELD : 0;
    drive_receive(d, 0, f);
    if (granted)
        drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, origin, 1);
    if (active)
        drive_frame(d, 0, FRAME_DBG_ACTIVE, origin, 1);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
    drive_frame(d, 0, FRAME_ACK, 0, 1);
}

static void setup_parent_wait(struct drive *d)
{
    parent_of(d, false, LEAF, false, false);
}

static void setup_parent_crash(struct drive *d)
{
    parent_of(d, true, LEAF, false, false);
}

static void setup_parent_granted(struct drive *d)
{
    parent_of(d, false, LEAF, true, false);
}

static void setup_parent_active(struct drive *d)
{
    parent_of(d, false, LEAF, true, true);
}

static void setup_parent_of_ancestor(struct drive *d)
{
    parent_of(d, false, DEEP, true, true);
}

/* mid is an ancestor of the prompt of leaf. */
static void setup_ancestor(struct drive *d)
{
    setup_mid(d);
    drive_frame(d, 0, FRAME_DBG_REQ, LEAF, 1);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

static void input_deadline(struct drive *d)
{
    drive_timer(d, TIMER_CHILD);
}

static void input_term(struct drive *d)
{
    drive_signal(d, 15);
}

static void input_term_twice(struct drive *d)
{
    drive_signal(d, 15);
    drive_wait(d, 1500 * MS_NS);
    drive_signal(d, 15);
}

/* Cancelled while granted: the prompt opens nevertheless, or is left at once. */
static void input_cancel_then_taken(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_GRACEFUL, 1000 * MS_NS);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void input_abort_then_taken(struct drive *d)
{
    drive_cancel(d, 1, CANCEL_ABORT, 1000 * MS_NS);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void input_revoke_then_taken(struct drive *d)
{
    revoked(d, 1, 2000 * MS_NS);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void input_revoke_below(struct drive *d)
{
    struct frame f = frame_make(FRAME_DBG_REVOKE, LEAF, 1);

    f.deadline_ns = d->now_ns + 2000 * MS_NS;
    drive_receive(d, LINK_PARENT, f);
}

#define TOLD      "set cancel; user cancel"
#define WITHDRAWN "send parent dbg_rel leaf#1; user left #1 denied; "
#define CRASH_GONE \
    "send parent dbg_rel leaf#1; send parent result APP leaf; set report; watch-result"
#define BOTH(mode) \
    "send leaf cancel " mode "; set child.leaf; send twin cancel " mode "; set child.twin"
#define PARKED "point cancel.deadline leaf; point cancel.parked leaf"

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row cell_rows[] = {
    {"cell NONE x graceful", setup_leaf, input_cancel,
     "send parent ack #1; " TOLD, "self cancelling; cancel graceful"},
    {"cell NONE x deadline", setup_parent, input_deadline,
     "point cancel.deadline leaf; close leaf; kill leaf 15; set child.leaf +1600ms",
     "leaf term-sent"},
    {"cell NONE x abort", setup_leaf, input_abort,
     "send parent ack #1; " TOLD, "cancel abort"},
    {"cell NONE x REVOKE", setup_leaf, input_revoke,
     "", "self running; dbg none"},
    {"cell NONE x SIGTERM", setup_leaf, input_term,
     "point sig.handled - 15 1; " TOLD, "self cancelling; cancel graceful"},
    {"cell WAIT pause x graceful", setup_wait, input_cancel,
     "send parent ack #1; " WITHDRAWN TOLD, "dbg none; tasks 0; self cancelling"},
    {"cell WAIT pause x deadline", setup_parent_wait, input_deadline,
     "point cancel.deadline leaf; point dbg.hop_rel leaf#1; send parent dbg_rel leaf#1; "
     "send leaf dbg_deny leaf#1 killed; close leaf; kill leaf 15; set child.leaf +1600ms",
     "leaf term-sent; !entry"},
    {"cell WAIT pause x abort", setup_wait, input_abort,
     "send parent ack #1; " WITHDRAWN TOLD, "dbg none; tasks 0; cancel abort"},
    {"cell WAIT pause x REVOKE", setup_wait, input_revoke,
     "", "dbg wait"},
    {"cell WAIT pause x SIGTERM", setup_wait, input_term,
     WITHDRAWN TOLD, "dbg none; cancel graceful"},
    {"cell WAIT crash x graceful", setup_crash, input_cancel,
     "send parent ack #1", "dbg wait; cancel graceful; self failed"},
    {"cell WAIT crash x deadline", setup_parent_crash, input_deadline,
     PARKED, "leaf cancel-acked parked"},
    {"cell WAIT crash x abort", setup_crash, input_abort,
     "send parent ack #1; " CRASH_GONE, "dbg none; cancel abort"},
    {"cell WAIT crash x REVOKE", setup_crash, input_revoke,
     "", "dbg wait"},
    {"cell WAIT crash x SIGTERM", setup_crash, input_term,
     CRASH_GONE, "dbg none; cancel graceful"},
    {"cell GRANTED x graceful", setup_granted, input_cancel_then_taken,
     "send parent ack #1; " TOLD "; tty-take; send parent dbg_active leaf#1; prompt",
     "dbg active; cancel graceful"},
    {"cell GRANTED x deadline", setup_parent_granted, input_deadline,
     PARKED, "leaf cancel-acked parked; entry leaf#1 granted"},
    {"cell GRANTED x abort", setup_granted, input_abort_then_taken,
     "send parent ack #1; " TOLD "; tty-take; send parent dbg_active leaf#1; prompt; " LEAVE
     "user left #1 continue",
     "dbg none; cancel abort"},
    {"cell GRANTED x REVOKE", setup_granted, input_revoke_then_taken,
     "tty-take; send parent dbg_active leaf#1; prompt; " LEAVE "user left #1 continue", "dbg none"},
    {"cell GRANTED x SIGTERM", setup_granted, input_term,
     "point sig.handled - 15 6; " TOLD
     "; point dbg.leaving; baton-drop; send parent dbg_rel leaf#1; user left #1 continue",
     "dbg none; cancel graceful"},
    {"cell ACTIVE x graceful", setup_active, input_cancel,
     "send parent ack #1; print cancel; prompt; " TOLD, "dbg active; cancel graceful"},
    {"cell ACTIVE x deadline", setup_parent_active, input_deadline,
     PARKED, "leaf cancel-acked parked; entry leaf#1 active"},
    {"cell ACTIVE x abort", setup_active, input_abort,
     "send parent ack #1; print cancel; point dbg.revoked -#1; set revoke +2000ms; "
     "print revoke; prompt; " TOLD,
     "dbg active; cancel abort"},
    {"cell ACTIVE x REVOKE", setup_active, input_revoke,
     "point dbg.revoked -#1; set revoke +2000ms; print revoke; prompt", "dbg active"},
    {"cell ACTIVE x SIGTERM", setup_active, input_term,
     "point sig.handled - 15 6; print cancel; prompt; " TOLD "; point dbg.leaving -#1 5; " LEAVE
     "user left #1 continue",
     "dbg none; cancel graceful"},
    {"cell ancestor x graceful", setup_ancestor, input_cancel,
     "send parent ack #1; " TOLD "; " BOTH("graceful"), "entry leaf#1 active; self cancelling"},
    {"cell ancestor x deadline", setup_parent_of_ancestor, input_deadline,
     PARKED, "leaf cancel-acked parked; entry deep#1 active"},
    {"cell ancestor x abort", setup_ancestor, input_abort,
     "send parent ack #1; " TOLD "; " BOTH("abort"), "entry leaf#1 active; cancel abort"},
    {"cell ancestor x REVOKE", setup_ancestor, input_revoke_below,
     "point dbg.hop_revoke leaf#1; send leaf dbg_revoke leaf#1 +2000ms", "entry leaf#1 active"},
    {"cell ancestor x SIGTERM", setup_ancestor, input_term_twice,
     "point sig.handled - 15 1; " TOLD "; " BOTH("graceful")
     "; point sig.handled - 15 2; set cancel; " BOTH("abort"),
     "entry leaf#1 active; cancel abort"},
};
// clang-format on

static void test_lock_cancel_does_what_the_debug_state_allows(void)
{
    rows_run(cell_rows, ROWS_COUNT(cell_rows));
    rows_report("cell", rows_of(cell_rows, ROWS_COUNT(cell_rows), "cell"), CELL_ROWS);
}

/* ---- commands ---- */

static void command_c(struct drive *d)
{
    drive_line(d, "c");
}

static void command_q(struct drive *d)
{
    drive_line(d, "q");
}

static void command_a(struct drive *d)
{
    drive_line(d, "a");
}

static void command_s(struct drive *d)
{
    drive_line(d, "s");
}

static void command_t(struct drive *d)
{
    drive_line(d, "t");
}

static void command_bt(struct drive *d)
{
    drive_line(d, "bt");
}

static void command_h(struct drive *d)
{
    drive_line(d, "h");
}

static void command_own(struct drive *d)
{
    drive_line(d, "x  two words");
    CU_ASSERT_EQUAL(d->user.size, 9);
    CU_ASSERT_EQUAL(memcmp(d->user.data, "two words", 9), 0);
}

static void command_unknown(struct drive *d)
{
    drive_line(d, "cc");
}

static void command_empty(struct drive *d)
{
    drive_line(d, "");
}

static void command_blanks(struct drive *d)
{
    drive_line(d, " \t c \t");
}

static void command_bytes(struct drive *d)
{
    drive_line(d, "\xff\x01\x80");
}

static void input_eof(struct drive *d)
{
    drive_event(d, EVENT_TTY, 0, TTY_EOF);
}

#define QUITS                                                                             \
    "point err.raised leaf 1 1000; user left #1 quit; send parent result APP:1000 leaf; " \
    "set report; watch-result"

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row command_rows[] = {
    {"command c", setup_active, command_c,
     LEAVE "user left #1 continue", "self running; errors 0"},
    {"command q", setup_active, command_q,
     "point dbg.leaving -#1 1; " LEAVE QUITS, "errors 1"},
    {"command q after a cancel", setup_active_cancelled, command_q,
     LEAVE "point err.raised leaf 1 1000; clear cancel; user left #1 quit; "
     "send parent result APP:1000 leaf; set report; watch-result",
     "errors 1"},
    {"command a", setup_active, command_a,
     "point dbg.leaving -#1 2; tty-give; baton-drop; send parent dbg_rel leaf#1 abort; " QUITS,
     "errors 1"},
    {"command a at the root", setup_root_active, command_a,
     "tty-give; baton-drop; tty-restore 1; point err.raised root; user left #1 quit; "
     "point cancel.requested; print final-error; die 1",
     "self exited; lock free"},
    {"command s", setup_active, command_s,
     "point dbg.command -#1 115; print state; prompt", "dbg active"},
    {"command t", setup_active, command_t,
     "print tree; prompt", "dbg active"},
    {"command bt", setup_active, command_bt,
     "print bt; prompt", "dbg active"},
    {"command h", setup_active, command_h,
     "print help; prompt", "dbg active"},
    {"command of the own code", setup_active, command_own,
     "point dbg.command -#1 120; user command #1; policy; prompt", "dbg active"},
    {"command unknown", setup_active, command_unknown,
     "point dbg.command -#1; print unknown; prompt; !point dbg.command -#1 99", "dbg active"},
    {"command empty line", setup_active, command_empty,
     "prompt; !point dbg.command", "dbg active"},
    {"command with blanks", setup_active, command_blanks,
     LEAVE "user left #1 continue", NULL},
    {"command of other bytes", setup_active, command_bytes,
     "print unknown; prompt", "dbg active"},
    {"command without a prompt", setup_wait, command_c,
     "", "dbg wait"},
    {"command end of input", setup_active, input_eof,
     "point repl.eof -#1; point dbg.leaving -#1 4; " LEAVE QUITS, "errors 1"},
    {"command hang-up", setup_active, input_hup,
     "point repl.hup -#1; point dbg.leaving -#1 8; tty-give; baton-drop; "
     "send parent dbg_rel leaf#1 graceful; user left #1 continue",
     "errors 0; dbg none"},
};
// clang-format on

static void test_lock_prompt_knows_its_commands(void)
{
    rows_run(command_rows, ROWS_COUNT(command_rows));
    rows_report("command", rows_of(command_rows, ROWS_COUNT(command_rows), "command"),
                COMMAND_ROWS);
}

/* ---- tasks ---- */

static void prompt(struct drive *d, uint32_t request)
{
    grant(d, request);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

/* Goal: one request of an actor is outstanding, its other tasks wait in order. */
static void test_lock_tasks_of_one_actor_queue_locally(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_leaf(d);
    text_clear(&d->log);
    for (uint32_t task = 11; task < 14; task++)
        ask_prompt(d, task);
    drive_assert(d, "three tasks",
                 "send parent dbg_req leaf#1; point dbg.queued -#12 2; "
                 "point dbg.queued -#13 3",
                 "tasks 3; request 1");
    for (uint32_t i = 1; i <= 3; i++) {
        char wanted[256];
        prompt(d, i);
        text_clear(&d->log);
        drive_line(d, "c");
        int size = snprintf(
            wanted, sizeof(wanted),
            "tty-give; baton-drop; send parent dbg_rel leaf#%u; "
            "user left #%u continue;%s%u",
            i, 10 + i, i < 3 ? " send parent dbg_req leaf#" : " !send parent dbg_req leaf#", i + 1);
        CHECK(size > 0 && (size_t)size < sizeof(wanted));
        drive_assert(d, "next task", wanted, NULL);
    }
    CU_ASSERT_EQUAL(d->core.lock.tasks, 0);
}

static void test_lock_task_too_many_is_refused(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_leaf(d);
    for (uint32_t task = 1; task <= CORE_TASKS_MAX; task++)
        ask_prompt(d, task);
    text_clear(&d->log);
    ask_prompt(d, 99);
    drive_assert(d, "one task too many", "point dbg.denied; user left #99 denied", "dbg wait");
    CU_ASSERT_EQUAL(d->core.lock.tasks, CORE_TASKS_MAX);
}

/* Goal: every task hears that it will not prompt, and none asks again. */
static void test_lock_cancel_refuses_every_waiting_task(void)
{
    struct drive *d = &row_drive;
    unsigned heard = 0;

    drive_init(d);
    setup_leaf(d);
    for (uint32_t task = 1; task <= CORE_TASKS_MAX; task++)
        ask_prompt(d, task);
    text_clear(&d->log);
    input_cancel(d);
    for (const char *at = d->log.data; (at = strstr(at, "user left")) != NULL; at++)
        heard++;
    CU_ASSERT_EQUAL(heard, CORE_TASKS_MAX);
    CU_ASSERT_EQUAL(d->core.lock.tasks, 0);
    CU_ASSERT_PTR_NULL(strstr(d->log.data, "dbg_req"));
    CU_ASSERT_PTR_NULL(d->broken);
}

/* A prompt that is open when the cancel comes stays; the tasks behind it do not get theirs. */
static void test_lock_cancel_at_a_prompt_refuses_the_tasks_behind_it(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_leaf(d);
    for (uint32_t task = 1; task <= 3; task++)
        ask_prompt(d, task);
    drive_ask(d, CALL_PAUSE, 0, 4, 1); /* with a shield */
    prompt(d, 1);
    text_clear(&d->log);
    input_cancel(d);
    drive_assert(d, "cancel at a prompt",
                 "send parent ack; print cancel; prompt; set cancel; user cancel; "
                 "user left #2 denied; user left #3 denied",
                 "dbg active; tasks 2");
    drive_line(d, "c");
    drive_assert(d, "left",
                 "tty-give; baton-drop; send parent dbg_rel leaf#1; user left #1 continue; "
                 "send parent dbg_req leaf#2 shield",
                 "dbg wait; tasks 1");
}

/* The own answers of a driver may come late: a record lock that nobody wants any more goes back. */
static void test_lock_late_answers_change_nothing(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_granted(d);
    drive_signal(d, 15);
    text_clear(&d->log);
    input_got(d);
    drive_assert(d, "baton after leaving", "baton-drop", "dbg none");
    input_busy(d);
    input_taken(d);
    input_refused(d);
    input_eof(d);
    drive_assert(d, "other late answers", "", "dbg none");
}

/* Answers that do not fit the state, one by one. */
static void test_lock_answers_out_of_place_change_nothing(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_active(d);
    text_clear(&d->log);
    input_refused(d);
    input_taken(d);
    drive_assert(d, "refused at the prompt", "", "dbg active");
    drive_init(d);
    setup_taking(d);
    text_clear(&d->log);
    input_eof(d);
    input_got(d);
    drive_assert(d, "end of input before the prompt", NULL, "dbg taking");
    CU_ASSERT_PTR_NULL(strstr(d->log.data, "repl."));
}

/* The next prompt starts afresh, however the one before it was left. */
static void test_lock_leaving_a_stopped_prompt_forgets_the_stop(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_active(d);
    drive_signal(d, 20);
    revoked(d, 1, 0);
    ask_prompt(d, 2);
    prompt(d, 2);
    text_clear(&d->log);
    drive_signal(d, 20);
    drive_assert(d, "stopped at the second prompt", "tty-give; point sig.stop; stop", "dbg active");
}

/* Goal: nothing of what is over stays behind, so that equal states are equal bytes. */
static void test_lock_after_all_is_as_before_all(void)
{
    static struct core_lock before;
    struct drive *d = &row_drive;

    drive_init(d);
    setup_leaf(d);
    before = d->core.lock;
    for (uint32_t task = 1; task <= 3; task++)
        drive_ask(d, CALL_PAUSE, 0, task, 1);
    for (uint32_t i = 1; i <= 3; i++) {
        prompt(d, i);
        if (i == 2)
            revoked(d, i, 100 * MS_NS);
        drive_line(d, "c");
    }
    drive_ask(d, CALL_PAUSE, 0, 4, 0);
    drive_ask(d, CALL_PAUSE, 0, 5, 0);
    input_cancel(d);
    memcpy(before.modes, d->core.lock.modes, sizeof(before.modes));
    before.request = d->core.lock.request;
    /* Padding counts too: the explorer hashes it. */
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
    CU_ASSERT_EQUAL(memcmp(&before, &d->core.lock, sizeof(before)), 0);
}

static void test_lock_revoke_for_now_leaves_at_once(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_active(d);
    text_clear(&d->log);
    input_revoke_now(d);
    drive_assert(d, "revoke for now", "point dbg.leaving -#1 3; " LEAVE "user left #1 continue",
                 "dbg none");
}

static void test_lock_grant_carries_the_modes_to_give_back(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_active(d);
    CU_ASSERT_EQUAL(d->core.lock.modes[0], 0x5a);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"origin follows the protocol",           test_lock_origin_follows_the_protocol            },
        {"a cancel does what the state allows",   test_lock_cancel_does_what_the_debug_state_allows},
        {"the prompt knows its commands",         test_lock_prompt_knows_its_commands              },
        {"tasks of one actor queue locally",      test_lock_tasks_of_one_actor_queue_locally       },
        {"a task too many is refused",            test_lock_task_too_many_is_refused               },
        {"a cancel refuses every waiting task",   test_lock_cancel_refuses_every_waiting_task      },
        {"a cancel at a prompt refuses the rest",
         test_lock_cancel_at_a_prompt_refuses_the_tasks_behind_it                                  },
        {"late answers change nothing",           test_lock_late_answers_change_nothing            },
        {"answers out of place change nothing",   test_lock_answers_out_of_place_change_nothing    },
        {"a stop is forgotten with its prompt",
         test_lock_leaving_a_stopped_prompt_forgets_the_stop                                       },
        {"after all is as before all",            test_lock_after_all_is_as_before_all             },
        {"a revoke for now leaves at once",       test_lock_revoke_for_now_leaves_at_once          },
        {"a grant carries the modes",             test_lock_grant_carries_the_modes_to_give_back   },
        CU_TEST_INFO_NULL,
    };

    return suite_run("lock origin", tests);
}
