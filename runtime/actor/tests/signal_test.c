/* signal_test.c: who acts on which signal: every cell of the table that the core decides. SIGCHLD
 * and SIGALRM never reach it: they belong to the driver. */
#include "runtime/actor/tests/drive.h"

enum { SIGNAL_ROWS = 75, HUP = 1, INT = 2, QUIT = 3, USR1 = 10, TERM = 15, CONT = 18, TSTP = 20 };

static void request(struct drive *d, uint16_t link, uint16_t origin)
{
    drive_frame(d, link, FRAME_DBG_REQ, origin, 1);
}

/* ---- the columns: root without debug, root with the lock assigned, root cancelling, holder,
 * ancestor of the holder, waiting, uninvolved ---- */

static void root_quiet(struct drive *d)
{
    setup_root(d);
    drive_wait(d, 5000 * MS_NS);
}

static void root_held(struct drive *d)
{
    root_quiet(d);
    request(d, 0, LEAF);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

static void root_holds(struct drive *d)
{
    root_quiet(d);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void root_revoking(struct drive *d)
{
    root_held(d);
    drive_signal(d, TERM);
}

static void root_crashed(struct drive *d)
{
    root_quiet(d);
    drive_ask(d, CALL_FAIL, 0, 0, 1);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void root_recovering(struct drive *d)
{
    root_held(d);
    drive_frame(d, 0, FRAME_DBG_LOST, LEAF, 1);
}

static void root_cancelling(struct drive *d)
{
    root_quiet(d);
    drive_signal(d, INT);
    drive_wait(d, 200 * MS_NS);
}

static void root_just_cancelled(struct drive *d)
{
    root_quiet(d);
    drive_signal(d, INT);
    drive_wait(d, 200 * MS_NS - 1);
}

static void root_aborting(struct drive *d)
{
    root_cancelling(d);
    drive_signal(d, INT);
    drive_wait(d, 200 * MS_NS);
}

static void root_killed(struct drive *d)
{
    root_aborting(d);
    drive_signal(d, INT);
}

static void waiting(struct drive *d)
{
    setup_leaf(d);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
}

static void holder(struct drive *d)
{
    waiting(d);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void ancestor(struct drive *d)
{
    setup_mid(d);
    request(d, 0, LEAF);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

static void uninvolved(struct drive *d)
{
    setup_mid(d);
}

static void uninvolved_terminated(struct drive *d)
{
    setup_mid(d);
    drive_signal(d, TERM);
}

/* A stopped holder, and children in the middle of their ladders. */
static void holder_stopped(struct drive *d)
{
    holder(d);
    drive_signal(d, TSTP);
    drive_wait(d, 60000 * MS_NS);
}

static void root_holds_stopped(struct drive *d)
{
    root_holds(d);
    drive_signal(d, TSTP);
}

static void root_ladder(struct drive *d)
{
    root_cancelling(d);
    drive_frame(d, 0, FRAME_ACK, 0, 1);
    drive_wait(d, 60000 * MS_NS);
}

static void root_ladder_held(struct drive *d)
{
    root_held(d);
    drive_ask(d, CALL_CANCEL, SIDE, 0, 0);
    drive_wait(d, 60000 * MS_NS);
}

static void root_linger(struct drive *d)
{
    root_quiet(d);
    drive_result(d, 0, ERROR_NONE, 0);
    drive_wait(d, 60000 * MS_NS);
}

static void ancestor_ladder(struct drive *d)
{
    ancestor(d);
    drive_ask(d, CALL_CANCEL, TWIN, 0, 0);
    drive_wait(d, 60000 * MS_NS);
}

static void uninvolved_ladder(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_CANCEL, TWIN, 0, 0);
    drive_wait(d, 60000 * MS_NS);
}

static void waiting_ladder(struct drive *d)
{
    uninvolved_ladder(d);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
}

/* ---- the rows ---- */

static void sigint(struct drive *d)
{
    drive_signal(d, INT);
}

static void sigterm(struct drive *d)
{
    drive_signal(d, TERM);
}

static void sigterm_again(struct drive *d)
{
    drive_wait(d, 1999 * MS_NS);
    drive_signal(d, TERM);
}

static void sigterm_late(struct drive *d)
{
    drive_wait(d, 2000 * MS_NS);
    drive_signal(d, TERM);
}

static void sigterm_twice(struct drive *d)
{
    drive_signal(d, TERM);
    drive_wait(d, 500 * MS_NS);
    drive_signal(d, TERM);
}

static void sighup(struct drive *d)
{
    drive_signal(d, HUP);
}

static void hang_up(struct drive *d)
{
    drive_signal(d, HUP);
    drive_event(d, EVENT_TTY, 0, TTY_HUP);
}

/* The holder's word of the same. */
static void told_hung_up(struct drive *d)
{
    struct frame f = frame_make(FRAME_DBG_REL, LEAF, 1);

    f.mode = CANCEL_GRACEFUL;
    drive_receive(d, 0, f);
}

static void root_told_hung_up(struct drive *d)
{
    root_held(d);
    told_hung_up(d);
}

static void sighup_twice(struct drive *d)
{
    drive_signal(d, HUP);
    drive_signal(d, HUP);
}

static void sigquit(struct drive *d)
{
    drive_signal(d, QUIT);
}

static void sigtstp(struct drive *d)
{
    drive_signal(d, TSTP);
}

static void revoke_due(struct drive *d)
{
    drive_timer(d, TIMER_REVOKE);
}

static void sigcont(struct drive *d)
{
    drive_signal(d, CONT);
}

static void sigcont_taken(struct drive *d)
{
    drive_signal(d, CONT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void sigusr1(struct drive *d)
{
    drive_signal(d, USR1);
}

/* What a child makes of the signal of an ancestor. */
static void dump(struct drive *d)
{
    drive_frame(d, LINK_PARENT, FRAME_DUMP, 0, 0);
}

static void ignored_everywhere(struct drive *d)
{
    drive_signal(d, 13);
    drive_signal(d, 21);
    drive_signal(d, 22);
}

static void children_gone(struct drive *d)
{
    drive_reaped(d, 0, 9);
    drive_reaped(d, 1, 9);
}

static void quit_and_children_gone(struct drive *d)
{
    drive_signal(d, QUIT);
    children_gone(d);
}

static void cancelled_and_done(struct drive *d)
{
    drive_signal(d, INT);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
    drive_result(d, 0, ERROR_CANCELLED, 0);
    drive_reaped(d, 0, 0);
    drive_result(d, 1, ERROR_CANCELLED, 0);
    drive_reaped(d, 1, 0);
}

/* At 0, 150 and 300 ms: the second is one with the first, and the third is not. */
static void sigint_third(struct drive *d)
{
    drive_signal(d, INT);
    drive_wait(d, 150 * MS_NS);
    drive_signal(d, INT);
    drive_wait(d, 150 * MS_NS);
    text_clear(&d->log);
    drive_signal(d, INT);
}

/* Read at one go, long after they came. */
static void sigint_old(struct drive *d, int64_t apart_ns)
{
    const int64_t first_ns = d->now_ns;

    drive_wait(d, 1000 * MS_NS);
    for (int64_t i = 0; i < 2; i++)
        drive_feed(d, (struct core_event){
                          .kind = EVENT_SIGNAL, .value = INT, .at_ns = first_ns + i * apart_ns});
}

static void sigint_old_apart(struct drive *d)
{
    sigint_old(d, 250 * MS_NS);
}

static void sigint_old_together(struct drive *d)
{
    sigint_old(d, 150 * MS_NS);
}

#define TOLD "set cancel; user cancel"
#define ALL(mode, why)                                                                       \
    "send mid cancel " mode " " why "; set child.mid +500ms; send side cancel " mode " " why \
    "; set child.side +500ms"
#define ALL_KILLED "kill mid 9; set child.mid; kill side 9; set child.side"
#define BOTH(mode)                                                              \
    "send leaf cancel " mode " SIGTERM; set child.leaf; send twin cancel " mode \
    " SIGTERM; set child.twin"
#define IGNORED(n) "point sig.handled - " n " 0"
#define STOPS      "point sig.stop; stop"
#define CONTINUES  "point sig.handled - 18 7; point sig.cont"
#define DUMPS      "point sig.handled - 10 7; "
#define ASKS_ALL   "print dump; send mid dump; send side dump"
#define ASKS_BOTH  "print dump; send leaf dump; send twin dump"

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row rows[] = {
    {"SIGINT: root, no debug", root_quiet, sigint,
     "point sig.handled - 2 1; print cancelling; point cancel.requested - 5; " TOLD "; "
     ALL("graceful", "SIGINT"),
     "signal 2; cancel graceful"},
    {"SIGINT: root, lock assigned", root_held, sigint,
     IGNORED("2"), "!signal; cancel none"},
    {"SIGINT: root, recovering", root_recovering, sigint,
     IGNORED("2"), "!signal; cancel none"},
    {"SIGINT: root, holds itself", root_holds, sigint,
     IGNORED("2") "; print ignored-int; prompt", "dbg active; cancel none"},
    {"SIGINT: root, cancelling, within 200 ms", root_just_cancelled, sigint,
     "point sig.duplicate - 2; " IGNORED("2"), "cancel graceful"},
    {"SIGINT: root, at 0, 150 and 300 ms", root_quiet, sigint_third,
     "point sig.handled - 2 2; set cancel; " ALL("abort", "SIGINT"), "cancel abort; signal 2"},
    {"SIGINT: root, read late, 250 ms apart", root_quiet, sigint_old_apart,
     "point sig.handled - 2 1; print cancelling; " TOLD "; " ALL("graceful", "SIGINT")
     "; point sig.handled - 2 2; set cancel; " ALL("abort", "SIGINT"), "cancel abort"},
    {"SIGINT: root, read late, 150 ms apart", root_quiet, sigint_old_together,
     "point sig.handled - 2 1; print cancelling; " TOLD "; " ALL("graceful", "SIGINT")
     "; point sig.duplicate - 2; " IGNORED("2"), "cancel graceful"},
    {"SIGINT: root, cancelling", root_cancelling, sigint,
     "point sig.handled - 2 2; set cancel; " ALL("abort", "SIGINT"), "cancel abort; signal 2"},
    {"SIGINT: root, aborting", root_aborting, sigint,
     "point sig.handled - 2 3; " ALL_KILLED, "mid kill-sent; side kill-sent; signal 2"},
    {"SIGINT: root, killed, dies by it", root_killed, children_gone,
     "clear child.mid; reap mid; user outcome mid; forget mid; clear child.side; reap side; "
     "user outcome side; forget side; die 1 2",
     "self exited"},
    {"SIGINT: root, cancelled, dies by it", root_quiet, cancelled_and_done,
     "print cancelling; " TOLD "; " ALL("graceful", "SIGINT")
     "; clear cancel; set child.mid; clear child.mid; reap mid; user outcome mid CANCELLED; "
     "forget mid; set child.side; clear child.side; reap side; user outcome side CANCELLED; "
     "forget side; die 0 2",
     "self exited; errors 0"},
    {"SIGINT: holder", holder, sigint,
     IGNORED("2") "; print ignored-int; prompt", "dbg active; self running; cancel none"},
    {"SIGINT: ancestor", ancestor, sigint,
     IGNORED("2"), "cancel none"},
    {"SIGINT: waiting", waiting, sigint,
     IGNORED("2"), "cancel none; dbg wait"},
    {"SIGINT: uninvolved", uninvolved, sigint,
     IGNORED("2"), "cancel none"},

    {"SIGTERM: root, no debug", root_quiet, sigterm,
     "point sig.handled - 15 1; print cancelling; " TOLD "; " ALL("graceful", "SIGTERM"),
     "signal 15; cancel graceful"},
    {"SIGTERM: root, lock assigned", root_held, sigterm,
     "point sig.handled - 15 5; send mid dbg_revoke leaf#1 +2000ms; set revoke +2500ms; " TOLD "; "
     ALL("graceful", "SIGTERM"),
     "signal 15; cancel graceful; entry leaf#1 active"},
    {"SIGTERM: root, lock assigned, the holder does not leave", root_revoking, revoke_due,
     "point cancel.requested; " ALL("abort", "SIGTERM"), "cancel abort; entry leaf#1 active"},
    {"SIGTERM: root, holds itself", root_holds, sigterm,
     "point dbg.revoked; set revoke +2000ms; print revoke; prompt; print cancel; prompt; " TOLD
     "; " ALL("graceful", "SIGTERM"),
     "signal 15; dbg active"},
    {"SIGTERM: root, cancelling", root_cancelling, sigterm,
     "point sig.handled - 15 2; set cancel; " ALL("abort", "SIGTERM"), "cancel abort"},
    {"SIGTERM: holder", holder, sigterm,
     "point sig.handled - 15 6; print cancel; prompt; " TOLD
     "; tty-give; baton-drop; send parent dbg_rel leaf#1; user left #1 continue",
     "dbg none; cancel graceful"},
    {"SIGTERM: ancestor", ancestor, sigterm,
     "point sig.handled - 15 1; " TOLD "; " BOTH("graceful"),
     "entry leaf#1 active; cancel graceful"},
    {"SIGTERM: ancestor, twice", ancestor, sigterm_twice,
     "point sig.handled - 15 1; " TOLD "; " BOTH("graceful") "; point sig.handled - 15 2; set cancel; "
     BOTH("abort"),
     "cancel abort"},
    {"SIGTERM: waiting", waiting, sigterm,
     "point sig.handled - 15 1; send parent dbg_rel leaf#1; user left #1 denied; " TOLD,
     "dbg none; cancel graceful"},
    {"SIGTERM: uninvolved", uninvolved, sigterm,
     "point sig.handled - 15 1; " TOLD "; " BOTH("graceful"), "cancel graceful"},
    {"SIGTERM: uninvolved, again within 2 s", uninvolved_terminated, sigterm_again,
     "point sig.handled - 15 2; set cancel; " BOTH("abort"), "cancel abort"},
    {"SIGTERM: uninvolved, again after 2 s", uninvolved_terminated, sigterm_late,
     "point sig.handled - 15 1", "cancel graceful"},

    {"SIGHUP: root, no debug", root_quiet, sighup,
     "point sig.handled - 1 1; print cancelling; set cancel +875ms; user cancel; "
     ALL("graceful", "SIGHUP +875ms"),
     "signal 1; cancel graceful"},
    {"SIGHUP: root, lock assigned", root_held, sighup,
     "point sig.handled - 1 5; send mid dbg_revoke leaf#1 +0ms; set revoke +500ms; " TOLD "; "
     ALL("graceful", "SIGHUP +875ms") "; !tty-restore",
     "signal 1"},
    {"SIGHUP: root, cancelling", root_cancelling, sighup,
     "point sig.handled - 1 2; set cancel; " ALL("abort", "SIGHUP"), "cancel abort"},
    {"SIGHUP: holder, tells the root of the hang-up", holder, hang_up,
     IGNORED("1") "; tty-give; baton-drop; send parent dbg_rel leaf#1 graceful; "
     "user left #1 continue",
     "dbg none; errors 0"},
    {"hang-up: root, told by the holder", root_held, told_hung_up,
     "!point sig.handled; clear lock; tty-restore 1; point dbg.free; " TOLD "; " ALL("graceful", "SIGHUP +875ms"),
     "lock free; signal 1; cancel graceful"},
    {"hang-up: root, told when cancelling", root_cancelling, told_hung_up,
     "", NULL},
    {"SIGHUP: root, told before", root_told_hung_up, sighup,
     "point sig.handled - 1 7", "signal 1; cancel graceful"},
    {"SIGHUP: root, told before, twice", root_told_hung_up, sighup_twice,
     "point sig.handled - 1 7; point sig.handled - 1 2; set cancel; " ALL("abort", "SIGHUP"),
     "signal 1; cancel abort"},
    {"SIGHUP: ancestor", ancestor, sighup,
     IGNORED("1"), "cancel none"},
    {"SIGHUP: waiting", waiting, sighup,
     IGNORED("1"), "cancel none; dbg wait"},
    {"SIGHUP: uninvolved", uninvolved, sighup,
     IGNORED("1"), "cancel none"},

    {"SIGQUIT: root, no debug", root_quiet, quit_and_children_gone,
     "point sig.handled - 3 3; tty-restore 0; " ALL_KILLED
     "; clear child.mid; reap mid; user outcome mid SIGNAL:9; forget mid; clear child.side; "
     "reap side; user outcome side SIGNAL:9; forget side; die 1 3",
     "signal 3"},
    {"SIGQUIT: root, lock assigned", root_held, sigquit,
     "point sig.handled - 3 3; tty-restore 0; " ALL_KILLED, "signal 3"},
    {"SIGQUIT: root, holds itself", root_holds, quit_and_children_gone,
     "tty-restore 0; " ALL_KILLED
     "; clear child.mid; reap mid; user outcome mid SIGNAL:9; forget mid; clear child.side; "
     "reap side; user outcome side SIGNAL:9; forget side; die 1 3 restore",
     "self exited"},
    {"SIGQUIT: root, at its crash prompt", root_crashed, quit_and_children_gone,
     "tty-restore 0; " ALL_KILLED
     "; clear child.mid; reap mid; user outcome mid; forget mid; clear child.side; "
     "reap side; user outcome side; forget side; die 1 3 restore",
     "self exited"},
    {"SIGQUIT: root, cancelling", root_cancelling, sigquit,
     "point sig.handled - 3 3; tty-restore 0; " ALL_KILLED, "signal 3"},
    {"SIGQUIT: holder", holder, sigquit,
     IGNORED("3"), "dbg active; cancel none"},
    {"SIGQUIT: ancestor", ancestor, sigquit,
     IGNORED("3"), "cancel none"},
    {"SIGQUIT: waiting", waiting, sigquit,
     IGNORED("3"), "cancel none; dbg wait"},
    {"SIGQUIT: uninvolved", uninvolved, sigquit,
     IGNORED("3"), "cancel none"},

    {"SIGTSTP: root, no debug", root_quiet, sigtstp,
     STOPS, "cancel none"},
    {"SIGTSTP: root, lock assigned", root_held, sigtstp,
     STOPS, "cancel none"},
    {"SIGTSTP: root, holds itself", root_holds, sigtstp,
     "tty-give; " STOPS, "dbg active"},
    {"SIGTSTP: root, cancelling", root_cancelling, sigtstp,
     STOPS, NULL},
    {"SIGTSTP: holder", holder, sigtstp,
     "tty-give; " STOPS, "dbg active"},
    {"SIGTSTP: ancestor, waiting and uninvolved", ancestor, sigtstp,
     STOPS, NULL},

    {"SIGCONT: root, no debug", root_linger, sigcont,
     CONTINUES "; set child.mid +2000ms", "mid done"},
    {"SIGCONT: root, lock assigned", root_ladder_held, sigcont,
     CONTINUES "; set child.side +500ms", "side cancel-sent"},
    {"SIGCONT: root, cancelling", root_ladder, sigcont,
     CONTINUES "; set child.mid +2425ms; set child.side +500ms", "mid cancel-acked"},
    {"SIGCONT: root, holds itself", root_holds_stopped, sigcont_taken,
     CONTINUES "; tty-take; prompt", "dbg active"},
    {"SIGCONT: holder", holder_stopped, sigcont_taken,
     CONTINUES "; tty-take; prompt", "dbg active"},
    {"SIGCONT: ancestor", ancestor_ladder, sigcont,
     CONTINUES "; set child.twin +500ms", NULL},
    {"SIGCONT: waiting", waiting_ladder, sigcont,
     CONTINUES "; set child.twin +500ms", NULL},
    {"SIGCONT: uninvolved", uninvolved_ladder, sigcont,
     CONTINUES "; set child.twin +500ms", NULL},

    {"SIGUSR1: root, no debug", root_quiet, sigusr1,
     DUMPS "point sig.dumped - 2 0; " ASKS_ALL, "self running"},
    {"SIGUSR1: root, lock assigned", root_held, sigusr1,
     DUMPS "point sig.dumped leaf 2 0; " ASKS_ALL, "entry leaf#1 active"},
    {"SIGUSR1: root, recovering", root_recovering, sigusr1,
     DUMPS "point sig.dumped - 2 0; " ASKS_ALL, "lock recovering"},
    {"SIGUSR1: root, holds itself", root_holds, sigusr1,
     DUMPS "point sig.dumped root#1 2 4; print dump; prompt; send mid dump; send side dump",
     "dbg active"},
    {"SIGUSR1: root, cancelling", root_cancelling, sigusr1,
     DUMPS "point sig.dumped - 4 0; " ASKS_ALL, "cancel graceful"},
    {"SIGUSR1: root, killed: nobody hears it", root_killed, sigusr1,
     DUMPS "point sig.dumped; print dump", NULL},
    {"SIGUSR1: holder", holder, sigusr1,
     DUMPS "point sig.dumped leaf#1 2 4; print dump; prompt", "dbg active"},
    {"SIGUSR1: holder, stopped at its prompt", holder_stopped, sigusr1,
     DUMPS "point sig.dumped leaf#1 2 4; print dump", "dbg active"},
    {"SIGUSR1: ancestor", ancestor, sigusr1,
     DUMPS "point sig.dumped leaf 2 0; " ASKS_BOTH, "entry leaf#1 active"},
    {"SIGUSR1: waiting", waiting, sigusr1,
     DUMPS "point sig.dumped -#1 2 1; print dump", "dbg wait"},
    {"SIGUSR1: uninvolved", uninvolved, sigusr1,
     DUMPS "point sig.dumped - 2 0; " ASKS_BOTH, "self running"},
    {"SIGUSR1: passed on by frame", uninvolved, dump,
     "!point sig.handled; point sig.dumped - 2 0; " ASKS_BOTH, "self running"},

    {"SIGTTIN/TTOU/PIPE: root, no debug", root_quiet, ignored_everywhere,
     IGNORED("13") "; " IGNORED("21") "; " IGNORED("22"), "cancel none"},
};
// clang-format on

static void test_signal_follows_its_table(void)
{
    rows_run(rows, ROWS_COUNT(rows));
    rows_report("4.9", (unsigned)ROWS_COUNT(rows), SIGNAL_ROWS);
}

/* The columns that say the same: every actor but the one in the row above. */
static void test_signal_is_ignored_everywhere_when_it_is_ignored(void)
{
    static void (*const columns[])(struct drive *) = {root_held, root_cancelling, holder,
                                                      ancestor,  waiting,         uninvolved};
    static const int numbers[] = {13, 21, 22};
    struct drive *d = &row_drive;

    for (unsigned i = 0; i < 6; i++) {
        for (unsigned k = 0; k < 3; k++) {
            drive_init(d);
            columns[i](d);
            text_clear(&d->log);
            drive_signal(d, numbers[k]);
            drive_assert(d, "ignored everywhere", "", NULL);
        }
    }
}

/* Goal: a dump changes nothing but the numbers of the frames that pass it on, in any state, and
 * stands on the terminal only where nobody else can be at a prompt. */
static void test_signal_dump_changes_nothing(void)
{
    static const struct {
        void (*setup)(struct drive *d);
        bool shown;
    } columns[] = {
        {root_quiet,         true },
        {root_held,          false},
        {root_recovering,    false},
        {root_holds,         true },
        {root_holds_stopped, false},
        {root_cancelling,    true },
        {root_aborting,      true },
        {root_killed,        true },
        {root_ladder,        true },
        {holder,             true },
        {holder_stopped,     false},
        {ancestor,           false},
        {ancestor_ladder,    false},
        {waiting,            false},
        {uninvolved,         false},
    };
    static struct core before;
    struct drive *d = &row_drive;

    for (unsigned i = 0; i < ROWS_COUNT(columns); i++) {
        drive_init(d);
        columns[i].setup(d);
        before = d->core;
        drive_signal(d, USR1);
        bool shown = false;
        for (unsigned k = 0; k < d->fx.count; k++)
            shown |= d->fx.effect[k].print == PRINT_DUMP && d->fx.effect[k].value == 1;
        row_assert(shown == columns[i].shown, i, "where it is shown");
        for (unsigned k = 0; k < CORE_CHILDREN_MAX; k++)
            before.child[k].sent = d->core.child[k].sent;
        row_assert(memcmp(&before, &d->core, offsetof(struct core, ghost)) == 0, i, "no change");
    }
}

static void test_signal_stops_everybody_by_default(void)
{
    static void (*const columns[])(struct drive *) = {ancestor, waiting, uninvolved};
    struct drive *d = &row_drive;

    for (unsigned i = 0; i < 3; i++) {
        drive_init(d);
        columns[i](d);
        text_clear(&d->log);
        drive_signal(d, TSTP);
        drive_assert(d, "SIGTSTP", STOPS, NULL);
    }
}

/* Goal: while the lock is assigned, any number of ^C changes nothing. */
static void test_signal_interrupt_changes_nothing_while_the_lock_is_assigned(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    root_held(d);
    text_clear(&d->log);
    for (unsigned i = 0; i < 100; i++) {
        drive_wait(d, 250 * MS_NS);
        drive_signal(d, INT);
    }
    drive_assert(d, "100 interrupts", "", "self running; cancel none; lock held; !signal");
    drive_frame(d, 0, FRAME_DBG_REL, LEAF, 1);
    text_clear(&d->log);
    drive_signal(d, INT);
    drive_assert(d, "and one after it", "print cancelling; " TOLD "; " ALL("graceful", "SIGINT"),
                 "signal 2");
}

/* Goal: after a stop of any length every child has its full time again, all 256 of them. */
static void test_signal_continue_gives_every_child_its_time_again(void)
{
    struct drive *d = &row_drive;
    unsigned fresh = 0;

    drive_init(d);
    setup_alone_root(d);
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++)
        drive_child_live(d, (uint16_t)(1 + i), 0);
    drive_signal(d, INT);
    drive_wait(d, 3600000 * MS_NS);
    text_clear(&d->log);
    drive_signal(d, CONT);
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++)
        fresh += d->core.timer[i].at_ns == d->now_ns + CORE_ACK_NS;
    CU_ASSERT_EQUAL(fresh, CORE_CHILDREN_MAX);
    CU_ASSERT_PTR_NULL(d->broken);
}

/* A stop is not silence: nobody is given up for a heartbeat that could not come. */
static void test_signal_continue_forgives_silence(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_mid(d);
    drive_wait(d, 60000 * MS_NS);
    drive_signal(d, CONT);
    text_clear(&d->log);
    drive_timer(d, TIMER_HEARTBEAT);
    drive_assert(d, "heartbeat after a stop", "set heartbeat; !kill", "leaf live; twin live");
}

static void test_signal_does_not_care_who_sent_it(void)
{
    struct drive *d = &row_drive;

    for (unsigned from = FROM_KERNEL; from <= FROM_PROCESS; from++) {
        drive_init(d);
        root_quiet(d);
        text_clear(&d->log);
        drive_feed(d,
                   (struct core_event){.kind = EVENT_SIGNAL, .value = INT, .from = (uint8_t)from});
        drive_assert(d, "sender", "print cancelling; " TOLD "; " ALL("graceful", "SIGINT"), NULL);
    }
}

/* Goal: what the own code did to a handler lasts until it returns: our policy is put back after
 * each run of it, before a prompt is written and after it was left. */
static void test_signal_policy_is_put_back_after_own_code(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    drive_alone(d, LEAF);
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "user start\npolicy\n"));
    text_clear(&d->log);
    drive_event(d, EVENT_POLICY, 0, 0); /* D8: it has run in another way */
    CU_ASSERT_STRING_EQUAL(d->log.data, "policy\n");
    text_clear(&d->log);
    drive_event(d, EVENT_POLICY, 0, INT); /* one that was replaced is back */
    CU_ASSERT_STRING_EQUAL(d->log.data, "point sig.reasserted - 2 0\n");
    drive_init(d);
    holder(d);
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "policy\npoint dbg.prompt"));
    text_clear(&d->log);
    drive_line(d, "c");
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "baton-drop\npolicy\n"));
    text_clear(&d->log);
    drive_call(d,
               (struct core_call){.kind = CALL_SIGNAL, .code = INT, .flags = ACTOR_SIGNAL_IGNORE});
    drive_assert(d, "own code replaces a handler", "point sig.replaced - 2 1; sigaction 2 1", NULL);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"signals follow their table",                        test_signal_follows_its_table                       },
        {"a dump changes nothing",                            test_signal_dump_changes_nothing                    },
        {"ignored is ignored everywhere",                     test_signal_is_ignored_everywhere_when_it_is_ignored},
        {"SIGTSTP stops everybody",                           test_signal_stops_everybody_by_default              },
        {"SIGINT changes nothing while the lock is assigned",
         test_signal_interrupt_changes_nothing_while_the_lock_is_assigned                                         },
        {"SIGCONT gives every child its time again",
         test_signal_continue_gives_every_child_its_time_again                                                    },
        {"SIGCONT forgives silence",                          test_signal_continue_forgives_silence               },
        {"the sender does not matter",                        test_signal_does_not_care_who_sent_it               },
        {"our policy is put back",                            test_signal_policy_is_put_back_after_own_code       },
        CU_TEST_INFO_NULL,
    };

    return suite_run("signal", tests);
}
