/* cases_tree.h: red and green traces for the rows about processes, cancels, errors and links. */
#ifndef HARNESS_OBSERVE_TESTS_CASES_TREE_H
#define HARNESS_OBSERVE_TESTS_CASES_TREE_H

#include "harness/observe/tests/cases_lock.h"

#define SPAWN_MID                       \
    "root spawn.before_fork mid\n"      \
    "root spawn.after_fork mid pid=7\n" \
    "root nursery.child_live mid\n"
#define SPAWN_LEAF                      \
    "mid spawn.before_fork leaf\n"      \
    "mid spawn.after_fork leaf pid=8\n" \
    "mid nursery.child_live leaf\n"
#define REAP_LEAF                  \
    "leaf proc.exited\n"           \
    "mid exit.status_ready leaf\n" \
    "mid exit.before_reap leaf\n"  \
    "leaf proc.reaped mid\n"       \
    "mid exit.reaped leaf\n"
#define REAP_MID                   \
    "mid proc.exited\n"            \
    "root exit.status_ready mid\n" \
    "mid proc.reaped root\n"       \
    "root exit.reaped mid\n"
#define ABORT_LEAF                                    \
    "mid cancel.sent leaf #2 how=abort,SIGTERM\n"     \
    "leaf cancel.received mid #2 how=abort,SIGTERM\n" \
    "leaf link.before_send.ack mid #9\nmid cancel.acked leaf #2\n"
#define CANCEL_LEAF                                                  \
    "mid cancel.sent leaf #1 deadline=3.000 how=graceful,deadline\n" \
    "leaf cancel.received mid #1 deadline=3.000 how=graceful,deadline\n"

static const struct trace_case tree_cases[] = {

    /* S9 */
    RED("one-outcome-per-child", CHAIN, "leaf", "none",
        SPAWN_LEAF REAP_LEAF "mid nursery.outcome leaf error=OK\n"
                             "! mid nursery.outcome leaf error=EXIT\n"),
    RED("one-outcome-per-child", CHAIN, "leaf", "none",
        SPAWN_LEAF REAP_LEAF "mid nursery.outcome leaf error=OK\n"
                             "! mid link.before_recv.result leaf #1\n"),
    RED("one-outcome-per-child", CHAIN, "leaf", "none",
        SPAWN_LEAF REAP_LEAF "! mid exit.before_result error=OK\n"),
    /* early-exit: the death is acted on before the result */
    RED("one-outcome-per-child", CHAIN, "leaf", "none",
        SPAWN_LEAF "leaf exit.before_result error=APP\nleaf exit.closed\n" REAP_LEAF
                   "! mid nursery.outcome leaf error=EXIT\n"),
    GREEN("one-outcome-per-child", CHAIN,
          SPAWN_LEAF "leaf exit.before_result error=APP\nmid link.before_recv.result leaf #1\n"
                     "leaf exit.closed\n" REAP_LEAF
                     "mid nursery.outcome leaf error=APP\nmid exit.before_result error=APP\n"),
    /* a result that a fault has lost cannot count; a link that ended downward only carries it */
    GREEN("one-outcome-per-child", CHAIN,
          SPAWN_LEAF "harness link.harmed leaf harm=cut\nleaf exit.before_result error=APP\n"
                     "leaf exit.closed\n" REAP_LEAF "mid nursery.outcome leaf error=EXIT\n"),
    GREEN("one-outcome-per-child", CHAIN,
          SPAWN_LEAF "harness link.harmed leaf harm=half-close side=up\n"
                     "leaf exit.before_result error=APP\n"
                     "leaf exit.closed\n" REAP_LEAF "mid nursery.outcome leaf error=EXIT\n"),
    RED("one-outcome-per-child", CHAIN, "leaf", "none",
        SPAWN_LEAF "harness link.harmed leaf harm=half-close side=down\n"
                   "leaf exit.before_result error=APP\n"
                   "leaf exit.closed\n" REAP_LEAF "! mid nursery.outcome leaf error=EXIT\n"),
    /* an orphan owes nobody an outcome */
    GREEN("one-outcome-per-child", CHAIN,
          SPAWN_MID SPAWN_LEAF "harness signal.sent root signal=SIGKILL\nmid link.eof_seen root\n"
                               "mid orphan.noticed root\n" REAP_LEAF "mid exit.closed\n"),

    /* S10 */
    RED("nursery-joins", CHAIN, "mid", "none", SPAWN_LEAF "! mid nursery.closed nursery=0\n"),
    RED("nursery-joins", CHAIN, "mid", "none", SPAWN_LEAF "! mid exit.before_result\n"),
    RED("nursery-joins", CHAIN, "root", "none", SPAWN_MID "! root exit.closed\n"),
    RED("nursery-joins", CHAIN, "root", "none",
        SPAWN_MID "root err.raised root error=APP\n! root err.final root error=APP\n"),
    GREEN("nursery-joins", CHAIN,
          SPAWN_LEAF REAP_LEAF "mid nursery.outcome leaf\nmid nursery.closed\n"
                               "mid exit.before_result\nmid exit.closed\n"),
    /* the root insists */
    GREEN("nursery-joins", CHAIN,
          SPAWN_MID "root sig.handled signal=SIGQUIT decision=kill\n"
                    "root cancel.kill_sent mid reason=operator\n"
                    "root exit.closed\n"),
    GREEN("nursery-joins", CHAIN,
          SPAWN_MID SPAWN_LEAF "mid link.eof_seen root\n"
                               "mid orphan.noticed root\nmid exit.closed\n"),

    /* S11 */
    RED("reaped-once", "root(a)", "a", "none",
        "a proc.spawned pid=100\na proc.reaped root\n! a proc.reaped harness\n"),
    RED("reaped-once", "root(a)", "a", "none",
        "a proc.spawned pid=100\n"
        "! a proc.spawned pid=101\n"),
    RED("reaped-once", "root(a)", "a", "none",
        "root proc.spawned pid=99\na proc.spawned pid=100\nroot proc.reaped harness\n"
        "! harness run.end\n"),
    GREEN("reaped-once", "root(a)",
          "a proc.spawned pid=100\na proc.exited\na proc.reaped root\na proc.spawned pid=101\n"
          "a proc.exited\na proc.reaped harness\n"),
    RED("reaped-once", CHAIN, "leaf", "none", SPAWN_LEAF REAP_LEAF "! mid exit.reaped leaf\n"),
    RED("reaped-once", CHAIN, "leaf", "deadline",
        SPAWN_LEAF CANCEL_LEAF REAP_LEAF "! mid cancel.kill_sent leaf cause=deadline\n"),
    GREEN("reaped-once", CHAIN, SPAWN_LEAF REAP_LEAF),

    /* S12 */
    RED("cancel-once", CHAIN, "mid", "deadline",
        CANCEL_LEAF "! mid cancel.sent leaf #1 deadline=3.000 how=graceful,deadline\n"),
    RED("cancel-once", CHAIN, "mid", "cancel",
        "mid cancel.sent leaf #1 deadline=3.000 how=abort,SIGINT\n"
        "! mid cancel.sent leaf #2 deadline=3.000 how=graceful,cancel\n"),
    RED("cancel-once", CHAIN, "mid", "none",
        "mid nursery.cancel_fanout nursery=0 cause=cancel\nmid spawn.before_fork leaf\n"
        "! mid spawn.after_fork leaf pid=8\n"),
    GREEN("cancel-once", CHAIN,
          "mid spawn.before_fork leaf\nmid nursery.cancel_fanout nursery=0 cause=cancel\n"
          "mid spawn.after_fork leaf pid=8\n" CANCEL_LEAF
          "mid cancel.sent leaf #2 deadline=3.000 how=abort,SIGINT\n"),

    /* S13 */
    RED("escalation-in-order", CHAIN, "leaf", "deadline",
        SPAWN_LEAF "! mid cancel.term_sent leaf cause=deadline\n"),
    RED("escalation-in-order", CHAIN, "leaf", "cancel",
        SPAWN_LEAF CANCEL_LEAF "! mid cancel.kill_sent leaf cause=cancel\n"),
    RED("escalation-in-order", CHAIN, "leaf", "cancel",
        SPAWN_LEAF CANCEL_LEAF "@3000 mid cancel.term_sent leaf\n"
                               "@3100 ! mid cancel.kill_sent leaf cause=cancel\n"),
    RED("escalation-in-order", CHAIN, "leaf", "none",
        SPAWN_LEAF "! mid cancel.kill_sent leaf reason=heartbeat\n"),
    RED("escalation-in-order", CHAIN, "leaf", "none",
        SPAWN_LEAF "! mid cancel.kill_sent leaf reason=protocol\n"),
    RED("escalation-in-order", CHAIN, "leaf", "none",
        SPAWN_LEAF "! mid cancel.kill_sent leaf reason=boot\n"),
    RED("escalation-in-order", CHAIN, "leaf", "none",
        SPAWN_LEAF "! mid cancel.kill_sent leaf reason=orphaned\n"),
    GREEN("escalation-in-order", CHAIN,
          SPAWN_LEAF CANCEL_LEAF "@3000 mid cancel.term_sent leaf\n"
                                 "@4600 mid cancel.kill_sent leaf cause=cancel\n"),
    /* the harness was late, and reads both at once */
    GREEN("escalation-in-order", CHAIN,
          SPAWN_LEAF CANCEL_LEAF "@9000 harness step.done\n@3000 mid cancel.term_sent leaf\n"
                                 "@4600 mid cancel.kill_sent leaf cause=cancel\n"),
    GREEN("escalation-in-order", CHAIN,
          SPAWN_LEAF "@10000 mid heartbeat.missed leaf\n"
                     "mid cancel.kill_sent leaf reason=heartbeat\n"),
    GREEN("escalation-in-order", CHAIN,
          SPAWN_LEAF "mid link.broken leaf fault=illegal\n"
                     "mid cancel.kill_sent leaf reason=protocol\n"),
    GREEN("escalation-in-order", CHAIN,
          "mid spawn.before_fork leaf\nmid spawn.after_fork leaf pid=8\n"
          "@5000 mid cancel.kill_sent leaf reason=boot\n"),

    /* S14 */
    RED("error-path-true", CHAIN, "mid", "none",
        "leaf err.raised leaf error=APP\nmid err.relayed leaf error=APP\n"
        "! root err.final mid error=APP\n"),
    RED("error-path-true", CHAIN, "leaf", "none",
        "leaf err.raised leaf error=APP\n! root err.final leaf error=SIGNAL\n"),
    RED("error-path-true", CHAIN, "mid", "none",
        "leaf err.raised leaf error=APP\n! mid err.relayed root error=APP\n"),
    RED("error-path-true", CHAIN, "root", "none", "! root err.relayed harness error=APP\n"),
    RED("error-path-true", CHAIN, "root", "none", "! root err.boxed leaf error=SIGNAL\n"),
    GREEN("error-path-true", CHAIN,
          "leaf err.raised leaf error=APP\n" REAP_LEAF "mid err.relayed leaf error=APP\n" REAP_MID
          "root err.relayed leaf error=APP\nroot err.final leaf error=APP\n"),
    GREEN("error-path-true", CHAIN,
          REAP_LEAF "mid err.boxed leaf error=SIGNAL code=9\n"
                    "mid err.relayed leaf error=SIGNAL\n" REAP_MID
                    "root err.final leaf error=SIGNAL\n"),
    GREEN("error-path-true", CHAIN,
          "mid nursery.outcome leaf error=SPAWN\n" REAP_MID "root err.final leaf error=SPAWN\n"),
    GREEN("error-path-true", CHAIN,
          "leaf err.raised leaf error=APP\n" REAP_LEAF REAP_MID "root err.final leaf "
          "error=GROUP\n"),

    /* S15 */
    RED("cancel-is-not-error", CHAIN, "mid", "deadline",
        CANCEL_LEAF "mid nursery.outcome leaf error=CANCELLED\n"
                    "! mid nursery.first_error leaf\n"),
    RED("cancel-is-not-error", CHAIN, "mid", "deadline",
        CANCEL_LEAF "mid nursery.first_error leaf\n"
                    "! mid nursery.outcome leaf error=CANCELLED\n"),
    RED("cancel-is-not-error", CHAIN, "mid", "cancel",
        "mid nursery.outcome leaf error=CANCELLED\n"
        "! mid exit.before_result error=OK\n"),
    GREEN("cancel-is-not-error", CHAIN,
          CANCEL_LEAF REAP_LEAF "mid nursery.outcome leaf error=CANCELLED\n"
                                "mid exit.before_result error=OK\n"),
    GREEN("cancel-is-not-error", CHAIN,
          "mid nursery.outcome leaf error=CANCELLED\n"
          "mid nursery.first_error leaf\nmid exit.before_result error=CANCELLED\n"),

    /* S16 */
    RED("link-in-sequence", CHAIN, "leaf", "none",
        "mid link.before_recv.hello leaf #1\n"
        "! mid link.before_recv.ready leaf #3\n"),
    RED("link-in-sequence", CHAIN, "mid", "none",
        "leaf link.before_recv.spec mid #1\n"
        "! leaf link.before_recv.ping mid #1\n"),
    RED("link-in-sequence", CHAIN, "leaf", "none", "! mid link.broken leaf fault=sequence\n"),
    RED("link-in-sequence", CHAIN, "leaf", "none",
        "mid link.broken leaf fault=illegal\n"
        "! mid link.before_recv.pong leaf #1\n"),
    /* a fault drops or duplicates a frame: the receiver notices, and nothing else is excused */
    GREEN("link-in-sequence", CHAIN,
          "mid link.before_recv.hello leaf #1\nharness link.harmed leaf harm=drop side=up\n"
          "mid link.before_recv.ready leaf #3\nleaf link.before_recv.spec mid #1\n"
          "mid link.broken leaf fault=sequence\n"),
    GREEN("link-in-sequence", CHAIN,
          "leaf link.before_recv.spec mid #1\nharness link.harmed leaf harm=duplicate side=down\n"
          "leaf link.before_recv.ping mid #2\nleaf link.before_recv.ping mid #2\n"
          "leaf link.broken mid fault=sequence\n"),
    RED("link-in-sequence", CHAIN, "mid", "fault",
        "mid link.before_recv.hello leaf #1\nharness link.harmed leaf harm=drop side=up\n"
        "! mid link.before_recv.ready leaf #3\nmid nursery.child_live leaf\n"),
    RED("link-in-sequence", CHAIN, "leaf", "none",
        "mid link.before_recv.hello leaf #1\nharness link.harmed leaf harm=drop side=down\n"
        "! mid link.before_recv.ready leaf #3\n"),
    RED("link-in-sequence", CHAIN, "leaf", "none",
        "harness link.harmed leaf harm=cut\n! mid link.broken leaf fault=sequence\n"),
    GREEN("link-in-sequence", CHAIN,
          "mid link.before_recv.hello leaf #1\n"
          "leaf link.before_recv.spec mid #1\nmid link.before_recv.ready leaf #2\n"
          "root link.before_recv.hello mid #1\nleaf link.before_recv.ping mid #2\n"),

    /* S17 */
    RED("descriptors-exact", CHAIN, "leaf", "none", "! leaf spawn.after_exec mid surprises=1\n"),
    GREEN("descriptors-exact", CHAIN, "leaf spawn.after_exec mid surprises=0\n"),

    /* S19 */
    RED("deadlines-shrink", CHAIN, "mid", "SIGINT",
        "mid cancel.received root #1 deadline=3.000 how=graceful,SIGINT\n"
        "mid cancel.requested cause=SIGINT deadline=3.000\n"
        "! mid cancel.sent leaf #1 deadline=3.000 how=graceful,SIGINT\n"),
    RED("deadlines-shrink", CHAIN, "mid", "SIGINT",
        "mid cancel.requested cause=SIGINT deadline=3.000\n"
        "! mid cancel.sent leaf #1 deadline=3.001 how=abort,SIGINT\n"),
    GREEN("deadlines-shrink", CHAIN,
          "mid cancel.requested cause=SIGINT deadline=3.000\n"
          "mid cancel.sent leaf #1 deadline=2.600 how=graceful,SIGINT\n"
          "mid cancel.requested cause=SIGINT deadline=9.000\n"
          "mid cancel.sent leaf #2 deadline=9.000 how=abort,SIGINT\n"),
    GREEN("deadlines-shrink", CHAIN,
          "mid cancel.sent leaf #1 deadline=9.000 "
          "how=graceful,sibling-error\n"),
    GREEN("deadlines-shrink", CHAIN,
          "mid cancel.requested cause=SIGINT deadline=3.000\nmid link.eof_seen root\n"
          "@5000 mid orphan.noticed root\n"
          "mid cancel.sent leaf #1 deadline=5.300 how=abort,fault\n"),

    /* S20 */
    /* the harness held the parent between its step and its report */
    GREEN("parking-honoured", CHAIN,
          CANCEL_LEAF "mid cancel.acked leaf #1\n@3000 mid cancel.parked leaf\n"
                      "harness hold.begin mid\n@9000 harness hold.end mid\n"
                      "mid cancel.unparked leaf deadline=6.000 grace=3.000\n"
                      "mid cancel.deadline leaf\n"),
    RED("parking-honoured", CHAIN, "leaf", "deadline",
        PROMPT_LEAF CANCEL_LEAF "@500 mid cancel.ack_timeout leaf\n"
                                "mid cancel.parked leaf\n@600 ! mid cancel.deadline leaf\n"),
    RED("parking-honoured", CHAIN, "leaf", "deadline",
        CANCEL_LEAF
        "mid cancel.acked leaf #1\n@3000 mid cancel.parked leaf\n"
        "@9000 mid cancel.unparked leaf deadline=12.000 grace=3.000\n! mid cancel.deadline leaf\n"),
    /* a grace of nothing is none, whatever the time */
    RED("parking-honoured", CHAIN, "leaf", "deadline",
        CANCEL_LEAF
        "@500 mid cancel.ack_timeout leaf\nmid cancel.parked leaf\n@4000 mid cancel.acked leaf #1\n"
        "mid cancel.unparked leaf deadline=4.000 grace=0.000\n@4010 ! mid cancel.deadline leaf\n"),
    GREEN("parking-honoured", CHAIN,
          CANCEL_LEAF "mid cancel.acked leaf #1\n@3000 mid cancel.deadline leaf\n"
                      "mid cancel.parked leaf\n"
                      "@9000 mid cancel.unparked leaf deadline=12.000 grace=3.000\n"
                      "@12000 mid cancel.deadline leaf\n"
                      "mid cancel.term_sent leaf cause=deadline\n"),
    GREEN("parking-honoured", CHAIN,
          CANCEL_LEAF "mid cancel.parked leaf\n"
                      "mid cancel.sent leaf #2 deadline=0.100 how=abort,SIGINT\n"
                      "@100 mid cancel.deadline leaf\n"),

    /* L2 */
    /* an orphan that the harness holds cannot see to what is below it */
    GREEN("no-orphans", CHAIN,
          SPAWN_MID SPAWN_LEAF "harness hold.begin mid\nharness signal.sent root signal=SIGKILL\n"
                               "@100 root proc.exited\n@9000 harness hold.end mid\n"
                               "@9400 leaf proc.exited\n@9500 mid proc.exited\nharness run.end\n"),
    /* below the root each level has its time */
    GREEN("no-orphans", CHAIN,
          SPAWN_MID SPAWN_LEAF "harness signal.sent root signal=SIGKILL\n@100 root proc.exited\n"
                               "@1550 mid proc.exited\n@1750 leaf proc.exited\nharness run.end\n"),
    RED("no-orphans", CHAIN, "leaf", "fault",
        SPAWN_MID SPAWN_LEAF "@100 harness signal.sent mid signal=SIGKILL\nmid proc.exited\n"
                             "root exit.reaped mid\n@1700 ! harness step.done\nharness run.end\n"),
    RED("no-orphans", CHAIN, "mid", "none",
        SPAWN_MID "@100 root proc.exited\n@1700 ! harness step.done\n"
                  "harness run.end\n"),
    GREEN("no-orphans", CHAIN,
          SPAWN_MID SPAWN_LEAF
          "@100 harness signal.sent mid signal=SIGKILL\nmid proc.exited\n"
          "root exit.reaped mid\n@1500 leaf proc.exited\n@5000 harness run.end\n"),
    /* a stopped orphan cannot end by itself */
    GREEN("no-orphans", CHAIN,
          SPAWN_MID SPAWN_LEAF
          "harness signal.sent leaf signal=SIGSTOP\n@100 harness signal.sent mid signal=SIGKILL\n"
          "mid proc.exited\nroot exit.reaped mid\n@9000 harness signal.sent leaf signal=SIGCONT\n"
          "@9500 leaf proc.exited\n@9900 harness run.end\n"),
    /* a spinner has the hard limit */
    GREEN("no-orphans", "root(mid(leaf:spinner))",
          SPAWN_MID SPAWN_LEAF
          "@100 harness signal.sent mid signal=SIGKILL\nmid proc.exited\n"
          "root exit.reaped mid\n@2200 root orphan.killed pid=8\n@2300 leaf proc.exited\n"
          "harness run.end\n"),
    /* the harness ends the run by force */
    GREEN("no-orphans", CHAIN,
          SPAWN_MID "@100 root proc.exited\nharness run.stopped why=1\n@1700 harness step.done\n"
                    "harness run.end\n"),

    /* L4 */
    RED("no-zombies", CHAIN, "leaf", "none",
        SPAWN_LEAF "leaf proc.exited\n@101 ! harness step.done\nharness run.end\n"),
    GREEN("no-zombies", CHAIN,
          SPAWN_LEAF "leaf proc.exited\n@99 leaf proc.reaped mid\n"
                     "mid exit.reaped leaf\n@900 harness run.end\n"),
    /* reaped in time, and said late */
    GREEN("no-zombies", CHAIN,
          SPAWN_LEAF "leaf proc.exited\n@130 leaf proc.reaped mid\n@100 mid exit.reaped leaf\n"
                     "@900 harness run.end\n"),
    RED("no-zombies", CHAIN, "leaf", "none",
        SPAWN_LEAF "leaf proc.exited\n@130 ! leaf proc.reaped mid\n@101 mid exit.reaped leaf\n"
                   "@900 harness run.end\n"),
    /* the machine was busy with others */
    GREEN("no-zombies", CHAIN,
          SPAWN_LEAF "leaf proc.exited\n@130 leaf proc.reaped mid waited_ms=30\n"
                     "@130 mid exit.reaped leaf\n"
                     "@900 harness run.end\n"),
    RED("no-zombies", CHAIN, "leaf", "none",
        SPAWN_LEAF "leaf proc.exited\n@130 ! leaf proc.reaped mid waited_ms=29\n"
                   "@130 mid exit.reaped leaf\n"
                   "@900 harness run.end\n"),
    /* a parent that the harness holds cannot reap */
    RED("no-zombies", CHAIN, "leaf", "none",
        SPAWN_LEAF "leaf proc.exited\n@101 ! mid exit.status_ready leaf\nharness hold.begin mid\n"
                   "@9000 harness hold.end mid\n@9050 leaf proc.reaped mid\n"
                   "mid exit.reaped leaf\n@9900 harness run.end\n"),
    GREEN("no-zombies", CHAIN,
          SPAWN_LEAF "leaf proc.exited\n@130 harness step.done\n@99 mid exit.status_ready leaf\n"
                     "@130 harness hold.begin mid\n@9000 harness hold.end mid\n"
                     "@9050 leaf proc.reaped mid\nmid exit.reaped leaf\n@9900 harness run.end\n"),
    GREEN("no-zombies", CHAIN,
          SPAWN_LEAF "leaf proc.exited\n@130 mid exit.status_ready leaf\nharness hold.begin mid\n"
                     "@9000 harness hold.end mid\n@9050 leaf proc.reaped mid waited_ms=30\n"
                     "mid exit.reaped leaf\n@9900 harness run.end\n"),
    GREEN("no-zombies", CHAIN,
          SPAWN_LEAF "harness hold.begin mid\nleaf proc.exited\n@9000 harness hold.end mid\n"
                     "@9050 leaf proc.reaped mid\n@9900 harness run.end\n"),
    GREEN("no-zombies", CHAIN,
          SPAWN_MID SPAWN_LEAF "harness signal.sent mid signal=SIGSTOP\nmid proc.stopped\n"
                               "leaf proc.exited\n@9000 harness signal.sent mid signal=SIGCONT\n"
                               "@9050 leaf proc.reaped mid\n"
                               "@9900 harness run.end\n"),

    /* of two found at once, whichever is decided first, the one with the lower number is told */
    RED("no-zombies", "root(a b)", "a", "none",
        "root spawn.after_fork a pid=7\nroot spawn.after_fork b pid=8\na proc.exited\n"
        "b proc.exited\n@101 ! harness step.done\n@130 b proc.reaped root\n"
        "root exit.reaped b\n@140 a proc.reaped root\nroot exit.reaped a\n"
        "@900 harness run.end\n"),
    /* of others the one that was found first, when an earlier one turns out to be in time */
    RED("no-zombies", "root(a b c)", "b", "none",
        "root spawn.after_fork a pid=7\nroot spawn.after_fork b pid=8\n"
        "root spawn.after_fork c pid=9\na proc.exited\n@50 b proc.exited\n@100 c proc.exited\n"
        "@101 harness step.done\n@151 ! harness step.done\n@201 harness step.done\n"
        "@300 b proc.reaped root\nroot exit.reaped b\nc proc.reaped root\n"
        "root exit.reaped c\na proc.reaped root waited_ms=200\nroot exit.reaped a\n"
        "@900 harness run.end\n"),

    /* L5 */
    /* nothing parks any more once SIGTERM was sent */
    RED("cancel-bounded", CHAIN, "leaf", "deadline",
        SPAWN_LEAF ASK_LEAF CANCEL_LEAF "mid cancel.acked leaf #1\n"
                                        "@3000 mid cancel.term_sent leaf cause=deadline\n"
                                        "mid dbg.hop_grant leaf #1\n@5700 ! harness step.done\n"
                                        "harness run.end\n"),
    /* a child that has reported gets time to exit */
    GREEN("cancel-bounded", CHAIN,
          SPAWN_LEAF CANCEL_LEAF "mid cancel.acked leaf #1\n"
                                 "@2900 mid link.before_recv.result leaf #1\n"
                                 "@4900 mid cancel.term_sent leaf reason=linger cause=deadline\n"
                                 "@6500 mid cancel.kill_sent leaf reason=linger cause=deadline\n"
                                 "@6600 leaf proc.exited\nmid exit.reaped leaf\nharness run.end\n"),
    RED("cancel-bounded", CHAIN, "leaf", "deadline",
        SPAWN_LEAF CANCEL_LEAF "mid cancel.acked leaf #1\n"
                               "@5700 ! harness step.done\nharness run.end\n"),
    GREEN("cancel-bounded", CHAIN,
          SPAWN_LEAF CANCEL_LEAF
          "mid cancel.acked leaf #1\n"
          "@5500 leaf proc.exited\nmid exit.reaped leaf\n@9000 harness run.end\n"),
    /* a prompt below parks it, and then there is full grace */
    GREEN("cancel-bounded", CHAIN,
          SPAWN_LEAF PROMPT_LEAF CANCEL_LEAF
          "mid cancel.acked leaf #1\n@9000 harness step.done\n"
          "@9001 " LEAVE_LEAF "@14500 leaf proc.exited\nmid exit.reaped leaf\nharness run.end\n"),
    /* an abort gives it the time of a revoke, and then of the ladder */
    GREEN("cancel-bounded", CHAIN,
          SPAWN_LEAF PROMPT_LEAF CANCEL_LEAF "mid cancel.acked leaf #1\n@9000 " ABORT_LEAF
                                             "@11400 harness step.done\n@14400 leaf proc.exited\n"
                                             "mid exit.reaped leaf\nharness run.end\n"),
    RED("cancel-bounded", CHAIN, "leaf", "SIGTERM",
        SPAWN_LEAF PROMPT_LEAF CANCEL_LEAF "mid cancel.acked leaf #1\n@9000 " ABORT_LEAF
                                           "@11400 harness step.done\n@14601 ! harness step.done\n"
                                           "harness run.end\n"),
    /* even if nothing was heard meanwhile */
    GREEN("cancel-bounded", CHAIN,
          SPAWN_LEAF PROMPT_LEAF CANCEL_LEAF "mid cancel.acked leaf #1\n@9000 " ABORT_LEAF
                                             "@14600 leaf proc.exited\nmid exit.reaped leaf\n"
                                             "harness run.end\n"),

    /* L6 */
    RED("cancel-answered", CHAIN, "leaf", "deadline",
        SPAWN_LEAF CANCEL_LEAF "@500 ! mid cancel.ack_timeout leaf\n"
                               "harness run.end\n"),
    RED("cancel-answered", CHAIN, "leaf", "deadline",
        SPAWN_LEAF "leaf link.before_send.hello mid #1\n" CANCEL_LEAF
                   "! leaf exit.before_result error=CANCELLED\nharness run.end\n"),
    RED("cancel-answered", CHAIN, "leaf", "deadline",
        SPAWN_LEAF "mid cancel.sent leaf #1 deadline=3.000 how=graceful,deadline\n"
                   "@3200 ! harness step.done\nharness run.end\n"),
    GREEN("cancel-answered", CHAIN,
          SPAWN_LEAF CANCEL_LEAF
          "leaf link.before_send.ack mid #1\n"
          "mid cancel.acked leaf #1\nleaf exit.before_result error=CANCELLED\nharness run.end\n"),
    /* a stopped child answers by its death */
    GREEN("cancel-answered", CHAIN,
          SPAWN_LEAF "harness signal.sent leaf signal=SIGSTOP\n"
                     "mid cancel.sent leaf #1 deadline=3.000 how=graceful,deadline\n"
                     "@500 mid cancel.ack_timeout leaf\n"
                     "mid cancel.term_sent leaf cause=deadline\n"
                     "@2100 mid cancel.kill_sent leaf cause=deadline\n"
                     "@2200 leaf proc.exited\nmid exit.reaped leaf\n@9000 harness run.end\n"),

    /* L8 */
    /* the root waits for what it has adopted, until it kills that */
    GREEN("interrupt-ends-tree", CHAIN,
          SPAWN_MID "root sig.handled signal=SIGINT decision=cancel\n"
                    "root cancel.requested cause=SIGINT\n"
                    "@4200 " REAP_MID "root nursery.outcome mid error=CANCELLED\n"
                    "root orphan.adopted pid=9\n@6200 root orphan.killed pid=9\nroot exit.closed\n"
                    "root proc.exited\nharness run.end\n"),
    RED("interrupt-ends-tree", CHAIN, "root", "SIGINT",
        SPAWN_MID "! root sig.handled signal=SIGINT decision=ignored\nharness run.end\n"),
    RED("interrupt-ends-tree", CHAIN, "root", "SIGINT",
        SPAWN_MID "root sig.handled signal=SIGINT decision=cancel\n"
                  "@5601 ! harness step.done\nharness run.end\n"),
    RED("interrupt-ends-tree", CHAIN, "root", "SIGINT",
        SPAWN_MID
        "root sig.handled signal=SIGINT decision=cancel\n"
        "root cancel.requested cause=SIGINT\n@300 root sig.handled signal=SIGINT decision=abort\n"
        "@600 root sig.handled signal=SIGINT decision=kill\n@1601 ! harness step.done\n"
        "harness run.end\n"),
    GREEN("interrupt-ends-tree", CHAIN,
          SPAWN_MID "root sig.handled signal=SIGINT decision=cancel\n"
                    "root cancel.requested cause=SIGINT\nroot sig.duplicate signal=SIGINT\n"
                    "root sig.handled signal=SIGINT decision=ignored\n"
                    "@2000 " REAP_MID "root nursery.outcome mid error=CANCELLED\nroot exit.closed\n"
                    "root proc.exited\n@9000 harness run.end\n"),
    /* while somebody prompts it changes nothing */
    GREEN("interrupt-ends-tree", CHAIN,
          PROMPT_LEAF "root sig.handled signal=SIGINT decision=ignored\n@60000 harness run.end\n"),

    /* from the after-run checks */
    GREEN("no-survivors", CHAIN,
          "harness signal.sent leaf signal=SIGSTOP\nleaf proc.survived pid=8\nharness run.end\n"),
    RED("no-survivors", CHAIN, "leaf", "none", "! leaf proc.survived pid=8\nharness run.end\n"),
    RED("no-survivors", CHAIN, "leaf", "none",
        "! harness proc.survived leaf pid=8\nharness run.end\n"),
    RED("no-survivors", CHAIN, "none", "none", "! harness proc.survived pid=99\nharness run.end\n"),
    GREEN("no-survivors", CHAIN,
          "harness run.stopped why=2\nleaf proc.survived pid=8\nharness run.end\n"),
    RED("early-return", CHAIN, "leaf", "none",
        "root proc.exited\n! harness proc.survived leaf #1 pid=8 lived_ms=100\n"
        "harness proc.survived leaf #1 pid=8 lived_ms=200\nharness run.end\n"),
    RED("early-return", CHAIN, "none", "none",
        "! harness proc.survived #1 pid=99 lived_ms=100\nharness run.end\n"),
    GREEN("early-return", CHAIN,
          "harness run.stopped why=2\nharness proc.survived leaf #1 lived_ms=100\n"
          "harness run.end\n"),
};

#endif
