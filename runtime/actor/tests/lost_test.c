/* lost_test.c: what becomes of a branch whose link has ended, and of a holder that does not leave
 * when it is told to: nothing waits for ever, and nothing is granted before the old one is dead. */
#include "runtime/actor/tests/drive.h"

enum { END_ROWS = 11, INSIST_ROWS = 11 };

/* ---- a hop: mid, with leaf in slot 0 ---- */

static void setup_wait(struct drive *d)
{
    setup_mid(d);
    drive_request(d, 0, LEAF, 1, true);
    drive_request(d, 0, DEEP, 4, false);
}

static void setup_active(struct drive *d)
{
    setup_mid(d);
    drive_request(d, 0, LEAF, 1, false);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

static void link_ends(struct drive *d)
{
    drive_event(d, EVENT_LINK_EOF, 0, 0);
}

static void setup_ended_wait(struct drive *d)
{
    setup_wait(d);
    link_ends(d);
}

static void setup_ended(struct drive *d)
{
    setup_active(d);
    link_ends(d);
}

static void setup_ended_term(struct drive *d)
{
    setup_ended(d);
    drive_timer(d, TIMER_CHILD);
}

static void setup_ended_kill(struct drive *d)
{
    setup_ended_term(d);
    drive_timer(d, TIMER_CHILD);
}

static void setup_parked(struct drive *d)
{
    setup_active(d);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
    drive_timer(d, TIMER_CHILD);
}

static void setup_aborting(struct drive *d)
{
    setup_active(d);
    drive_cancel(d, 1, CANCEL_ABORT, 2000 * MS_NS);
}

static void setup_insists(struct drive *d)
{
    setup_aborting(d);
    drive_timer(d, TIMER_CHILD);
}

static void setup_insisted(struct drive *d)
{
    setup_insists(d);
    drive_timer(d, TIMER_CHILD);
}

static void input_end(struct drive *d)
{
    link_ends(d);
}

static void input_grant(struct drive *d)
{
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
}

static void input_timer(struct drive *d)
{
    drive_timer(d, TIMER_CHILD);
}

static void input_orphan_exit(struct drive *d)
{
    drive_reaped(d, 0, CORE_STATUS_ORPHANED << 8);
}

static void input_good_exit(struct drive *d)
{
    drive_reaped(d, 0, 0);
}

static void input_killed(struct drive *d)
{
    drive_reaped(d, 0, 9);
}

static void input_crash(struct drive *d)
{
    drive_reaped(d, 0, 11);
}

static void input_abort(struct drive *d)
{
    drive_cancel(d, 2, CANCEL_ABORT, 900 * MS_NS);
}

static void input_rel(struct drive *d)
{
    drive_frame(d, 0, FRAME_DBG_REL, LEAF, 1);
}

static void input_late_ack(struct drive *d)
{
    drive_frame(d, 0, FRAME_ACK, 0, 1);
    drive_timer(d, TIMER_CHILD);
}

#define LEAF_LOST \
    "user outcome leaf LOST; set cancel; user cancel; forget leaf; send twin cancel; set child.twin"

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row end_rows[] = {
    {"end: who waits behind it is withdrawn", setup_wait, input_end,
     "point link.eof_seen leaf; set child.leaf +1000ms; send parent dbg_rel leaf#1; "
     "point dbg.hop_deny leaf#1 2; send parent dbg_rel deep#4; point dbg.hop_deny deep#4 2",
     "leaf gone; !entry"},
    {"end: a grant on its way finds no entry", setup_ended_wait, input_grant,
     "point dbg.grant_stale leaf#1", "!entry"},
    {"end: who prompts behind it stays shielded", setup_active, input_end,
     "set child.leaf +1000ms", "leaf gone; entry leaf#1 active"},
    {"end: and parks nothing", setup_ended, input_timer,
     "point cancel.close_sent leaf 3; close leaf; point cancel.term_sent leaf 3; "
     "kill leaf 15; set child.leaf +1600ms",
     "leaf term-sent; entry leaf#1 active"},
    {"end: nor does it after SIGTERM", setup_ended_term, input_timer,
     "point cancel.kill_sent leaf 3; kill leaf 9; set child.leaf +5000ms",
     "leaf kill-sent; entry leaf#1 active"},
    {"end: a parked deadline is over with it", setup_parked, input_end,
     "set child.leaf +1000ms", "leaf gone; !leaf gone parked"},
    {"end: the release comes with the death", setup_ended_kill, input_killed,
     "clear child.leaf; reap leaf; point dbg.hop_rel leaf#1; send parent dbg_rel leaf#1; "
     LEAF_LOST,
     "!entry; errors 1"},
    {"end: an orphan that leaves by itself is lost", setup_ended, input_orphan_exit,
     "clear child.leaf; reap leaf; send parent dbg_rel leaf#1; " LEAF_LOST, "!entry; errors 1"},
    {"end: so is one that had to be told", setup_ended_term, input_good_exit,
     "clear child.leaf; reap leaf; send parent dbg_rel leaf#1; " LEAF_LOST, "errors 1"},
    {"end: an exit of its own is an exit", setup_ended, input_good_exit,
     "clear child.leaf; reap leaf; send parent dbg_rel leaf#1; user outcome leaf EXIT; "
     "set cancel; user cancel; forget leaf; send twin cancel; set child.twin",
     "errors 1"},
    {"end: a crash is a crash", setup_ended, input_crash,
     "clear child.leaf; reap leaf; send parent dbg_rel leaf#1; user outcome leaf SIGNAL:11; "
     "set cancel; user cancel; forget leaf; send twin cancel; set child.twin",
     "errors 1"},
};
// clang-format on

static void test_lost_a_link_that_has_ended_parks_nothing(void)
{
    rows_run(end_rows, ROWS_COUNT(end_rows));
    rows_report("end", rows_of(end_rows, ROWS_COUNT(end_rows), "end:"), END_ROWS);
}

/* ---- the root: mid in slot 0, side in slot 1 ---- */

static void setup_root_held(struct drive *d)
{
    setup_root(d);
    drive_request(d, 0, LEAF, 1, false);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

static void setup_root_own_waits(struct drive *d)
{
    setup_root_held(d);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
}

static void setup_revoked(struct drive *d)
{
    setup_root_held(d);
    drive_signal(d, 15);
}

static void setup_revoke_over(struct drive *d)
{
    setup_revoked(d);
    drive_timer(d, TIMER_REVOKE);
}

static void input_sigterm(struct drive *d)
{
    drive_signal(d, 15);
}

static void input_sighup(struct drive *d)
{
    drive_signal(d, 1);
}

static void input_revoke_timer(struct drive *d)
{
    drive_timer(d, TIMER_REVOKE);
}

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row insist_rows[] = {
    {"insist: an abort unparks", setup_parked, input_abort,
     "send parent ack #2; point cancel.requested; set cancel; user cancel; "
     "send leaf cancel abort; set child.leaf +500ms; send twin cancel abort; set child.twin",
     "leaf cancel-sent; !leaf cancel-sent parked"},
    {"insist: an abort gives the time of a revoke", setup_aborting, input_timer,
     "point cancel.ack_timeout leaf; point cancel.parked leaf; set child.leaf +2000ms",
     "leaf cancel-sent; entry leaf#1 active"},
    {"insist: once", setup_insists, input_timer,
     "point cancel.close_sent leaf 5; close leaf; point cancel.term_sent leaf 5; "
     "kill leaf 15; set child.leaf +1600ms",
     "leaf term-sent"},
    {"insist: and then SIGKILL", setup_insisted, input_timer,
     "point cancel.kill_sent leaf 5; kill leaf 9; set child.leaf +5000ms", "leaf kill-sent"},
    {"insist: a prompt that is left is only released", setup_insists, input_rel,
     "send parent dbg_rel leaf#1", "leaf cancel-sent; !entry"},
    {"insist: one that answers late has its time again", setup_insists, input_late_ack,
     "point cancel.acked leaf#1; set child.leaf; point cancel.deadline leaf; "
     "point cancel.parked leaf; set child.leaf +2000ms",
     "leaf cancel-acked"},
    {"insist: the root waits for the release", setup_root_held, input_sigterm,
     "send mid dbg_revoke leaf#1 +2000ms; set revoke +2500ms; set cancel; user cancel; "
     "send mid cancel graceful; set child.mid; send side cancel graceful; set child.side",
     "mid cancel-sent"},
    {"insist: less after a hang-up", setup_root_held, input_sighup,
     "send mid dbg_revoke leaf#1 +0ms; set revoke +500ms; set cancel; user cancel; "
     "send mid cancel graceful; set child.mid; send side cancel graceful; set child.side",
     NULL},
    {"insist: the root's own request is no release", setup_root_own_waits, input_sigterm,
     "send mid dbg_revoke leaf#1 +2000ms; set revoke +2500ms; user left; set cancel; "
     "user cancel; send mid cancel graceful; set child.mid; send side cancel graceful; "
     "set child.side",
     NULL},
    {"insist: a release in time is enough", setup_revoked, input_rel,
     "point dbg.hop_rel leaf#1; clear lock; clear revoke; tty-restore 1",
     "cancel graceful; !entry"},
    {"insist: without one the cancel becomes an abort", setup_revoked, input_revoke_timer,
     "point cancel.requested - 6; send mid cancel abort SIGTERM; set child.mid +500ms; "
     "send side cancel abort SIGTERM; set child.side",
     "cancel abort; entry leaf#1 active"},
};
// clang-format on

static void test_lost_an_operator_insists_after_the_revoke(void)
{
    rows_run(insist_rows, ROWS_COUNT(insist_rows));
    rows_report("insist", rows_of(insist_rows, ROWS_COUNT(insist_rows), "insist:"), INSIST_ROWS);
}

/* The abort was a stage of its own: the next SIGTERM does not repeat it. */
static void test_lost_the_next_sigterm_kills(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_revoke_over(d);
    text_clear(&d->log);
    drive_wait(d, 3000 * MS_NS);
    drive_signal(d, 15);
    drive_assert(d, "SIGTERM after the abort",
                 "point sig.handled - 15 3; kill mid 9; set child.mid; kill side 9; set child.side",
                 "mid kill-sent; side kill-sent");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"a link that has ended parks nothing",  test_lost_a_link_that_has_ended_parks_nothing },
        {"an operator insists after the revoke", test_lost_an_operator_insists_after_the_revoke},
        {"the next SIGTERM kills",               test_lost_the_next_sigterm_kills              },
        CU_TEST_INFO_NULL,
    };

    return suite_run("lost", tests);
}
