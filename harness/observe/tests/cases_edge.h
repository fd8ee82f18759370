/* cases_edge.h: red and green traces at the edges of the rows: one condition of a row decides about
 * each, where the others would say the opposite or nothing. */
#ifndef HARNESS_OBSERVE_TESTS_CASES_EDGE_H
#define HARNESS_OBSERVE_TESTS_CASES_EDGE_H

#include "harness/observe/tests/cases_lock.h"
#include "harness/observe/tests/cases_tree.h"

/* On real processes a look at the terminal stands before reports that were made before it. */
#define LOOK    "terminal tty.modes saved=0\n"
#define LOOK_15 LOOK LOOK LOOK LOOK LOOK LOOK LOOK LOOK LOOK LOOK LOOK LOOK LOOK LOOK LOOK
#define BATON_8                                                                   \
    "harness baton.seen leaf\nharness baton.seen leaf\nharness baton.seen leaf\n" \
    "harness baton.seen leaf\nharness baton.seen leaf\nharness baton.seen leaf\n" \
    "harness baton.seen leaf\nharness baton.seen leaf\n"
#define SUSPENDED  PROMPT_LEAF "leaf sig.stop\nleaf proc.stopped\n"
#define TERMINATED SPAWN_LEAF CANCEL_LEAF

static const struct trace_case edge_cases[] = {

    /* S1 */
    /* a grant that nobody has taken yet is one */
    RED("lock-exclusive", PAIR, "b", "none",
        ASK_A ASK_B "root dbg.grant_sent a #1\n! root dbg.grant_sent b #1\n"),
    GREEN("lock-exclusive", PAIR, ASK_A PROMPT_A "a dbg.tty_take #1\n"),
    /* what is being killed has nothing, and takes nothing */
    GREEN("lock-exclusive", PAIR,
          ASK_A ASK_B PROMPT_A "harness signal.sent a signal=SIGKILL\n" PROMPT_B),
    GREEN("lock-exclusive", PAIR,
          ASK_A ASK_B PROMPT_A "harness signal.sent b signal=SIGKILL\nb dbg.tty_take #1\n"),
    GREEN("lock-exclusive", PAIR,
          ASK_A ASK_B "root dbg.grant_sent a #1\nharness signal.sent a signal=SIGKILL\n"
                      "root dbg.grant_sent b #1\n"),
    GREEN("lock-exclusive", PAIR,
          ASK_A PROMPT_A "harness signal.sent a signal=SIGKILL\nroot dbg.hop_rel a #1\n"
                         "root dbg.rel_recv a #1\nroot dbg.free a #1\n"),

    /* S2 */
    /* who passed the request on knows of a request, not of a prompt */
    RED("ancestors-shielded", CHAIN, "leaf", "none",
        ASK_LEAF "root dbg.grant_sent leaf #1\nleaf dbg.grant_recv #1\nleaf dbg.baton_try #1\n"
                 "! leaf dbg.tty_take #1\nleaf dbg.prompt #1\n"),

    /* S4 */
    /* the root stands in its own queue like anybody */
    RED("lock-fifo", PAIR, "root", "none",
        "root dbg.enqueue root #1 length=1\n" ASK_B "! root dbg.grant_sent b #1\n"),
    GREEN("lock-fifo", PAIR,
          "root dbg.enqueue root #1 length=1\n" ASK_B "root dbg.withdrawn #1\n" PROMPT_B),
    RED("lock-fifo", "root(a b c)", "a", "none",
        ASK_A ASK_B "c dbg.req_sent root #1\nroot dbg.hop_req c #1\nroot dbg.enqueue c #1\n"
                    "! root dbg.grant_sent c #1\n"),

    /* S8, on real processes */
    /* only what took the terminal before the look explains it */
    REAL_RED("modes-owned", CHAIN, "none", "none", "@20 ! " LOOK "@21 " PROMPT_LEAF),
    REAL_GREEN("modes-owned", CHAIN, "@20 " LOOK "@20 " PROMPT_LEAF),
    REAL_GREEN("modes-owned", CHAIN, "@20 " LOOK LOOK "@19 " PROMPT_LEAF),
    REAL_RED("modes-owned", CHAIN, "none", "none",
             "@20 ! " LOOK "@30 terminal tty.modes saved=0\n@25 " PROMPT_LEAF),
    REAL_RED("modes-owned", CHAIN, "leaf", "none",
             "@20 " LOOK "@19 " PROMPT_LEAF LEAVE_LEAF "@40 ! terminal tty.modes saved=0\n"),
    /* only who had them when it was stopped has them again */
    REAL_GREEN("modes-owned", CHAIN, SUSPENDED "@20 " LOOK "@19 leaf sig.cont\n"),
    REAL_GREEN("modes-owned", CHAIN, SUSPENDED "@20 " LOOK LOOK "@20 leaf sig.cont\n"),
    REAL_RED("modes-owned", CHAIN, "leaf", "none",
             SUSPENDED "@20 ! terminal tty.modes saved=0\n@21 leaf sig.cont\n"),
    REAL_RED("modes-owned", CHAIN, "leaf", "none",
             SUSPENDED "@20 ! terminal tty.modes saved=0\n@19 mid sig.cont\n"),
    /* the second of three, the first of which is explained, and the third in its place */
    REAL_RED("modes-owned", CHAIN, "leaf", "none",
             SUSPENDED "@20 " LOOK "leaf dbg.tty_give #1\nleaf dbg.baton_drop #1\n"
                       "leaf dbg.rel_sent #1\n@30 ! terminal tty.modes saved=0\n"
                       "@20 leaf sig.cont\n@40 terminal tty.modes saved=0\n"),
    /* sixteen looks may wait, the seventeenth is let go */
    REAL_RED("modes-owned", CHAIN, "leaf", "none",
             SUSPENDED "@20 " LOOK_15 "leaf dbg.tty_give #1\nleaf dbg.baton_drop #1\n"
                       "leaf dbg.rel_sent #1\n@30 ! terminal tty.modes saved=0\n"
                       "@20 leaf sig.cont\n"),
    REAL_GREEN("modes-owned", CHAIN,
               SUSPENDED "@20 " LOOK_15 LOOK "leaf dbg.tty_give #1\nleaf dbg.baton_drop #1\n"
                         "leaf dbg.rel_sent #1\n@30 terminal tty.modes saved=0\n"
                         "@20 leaf sig.cont\n"),

    /* S7, on real processes: thirty-two looks may wait */
    REAL_RED("witness-agrees", CHAIN, "mid", "none",
             ASK_LEAF GRANT_LEAF "@20 " BATON_8 BATON_8 BATON_8
                                 "harness baton.seen leaf\nharness baton.seen leaf\n"
                                 "harness baton.seen leaf\nharness baton.seen leaf\n"
                                 "harness baton.seen leaf\nharness baton.seen leaf\n"
                                 "harness baton.seen leaf\n! harness baton.seen mid\n"
                                 "@20 leaf dbg.baton_try #1\n"),
    REAL_GREEN("witness-agrees", CHAIN,
               ASK_LEAF GRANT_LEAF "@20 " BATON_8 BATON_8 BATON_8 BATON_8
                                   "harness baton.seen mid\n@20 leaf dbg.baton_try #1\n"),
    /* the terminal without the record lock: its giving or its end explains that, nothing else */
    REAL_RED("witness-agrees", CHAIN, "leaf", "none",
             PROMPT_LEAF "@20 ! harness baton.seen\n@19 leaf dbg.baton_try #1\n"),
    REAL_RED("witness-agrees", CHAIN, "leaf", "none",
             PROMPT_LEAF "@20 ! harness baton.seen\n@21 leaf dbg.leaving #1\n"
                         "leaf dbg.tty_give #1\n"),
    REAL_GREEN("witness-agrees", CHAIN,
               PROMPT_LEAF "@20 harness baton.seen\n@20 leaf proc.exited status=died-by-SIGKILL\n"),
    REAL_RED("witness-agrees", CHAIN, "leaf", "none",
             ASK_LEAF GRANT_LEAF "@20 ! harness baton.seen leaf\n"
                                 "@19 leaf proc.exited status=died-by-SIGKILL\n"),

    /* the press of a ^C */
    /* what was held or stopped long before owes an answer like all */
    RED("signals-owned", CHAIN, "leaf", "SIGINT",
        READY "harness hold.begin leaf point=1\n@3 harness hold.end leaf point=1\n@5 " KEY_SENT
              "root sig.handled signal=SIGINT decision=ignored\n"
              "mid sig.handled signal=SIGINT decision=ignored\n"
              "@6 ! harness key.done byte=C-c\n"),
    GREEN("signals-owned", CHAIN,
          READY "harness hold.begin leaf point=1\n@5 harness hold.end leaf point=1\n" KEY_SENT
                "root sig.handled signal=SIGINT decision=ignored\n"
                "mid sig.handled signal=SIGINT decision=ignored\n"
                "@6 harness key.done byte=C-c\n"),
    /* another signal is no answer */
    RED("signals-owned", CHAIN, "leaf", "SIGINT",
        READY KEY_SENT "root sig.handled signal=SIGINT decision=ignored\n"
                       "mid sig.handled signal=SIGINT decision=ignored\n"
                       "leaf sig.handled signal=SIGTERM decision=ignored\n"
                       "! harness key.done byte=C-c\n"),

    /* a stop that came is over, and the SIGCONT behind it takes none back */
    GREEN("signals-owned", CHAIN,
          READY "harness signal.sent leaf signal=SIGTSTP\nleaf proc.stopped signal=SIGTSTP\n"
                "harness signal.sent leaf signal=SIGCONT\nleaf proc.continued\n"
                "leaf proc.stopped signal=SIGTSTP\n"),
    RED("signals-owned", CHAIN, "leaf", "SIGTSTP",
        READY "harness signal.sent leaf signal=SIGTSTP\nharness signal.sent leaf signal=SIGCONT\n"
              "! leaf proc.stopped signal=SIGTSTP\n"),

    /* S10 */
    /* that the root insists lets nobody else off */
    RED("nursery-joins", CHAIN, "mid", "none",
        SPAWN_MID SPAWN_LEAF "root sig.handled signal=SIGQUIT decision=kill\n"
                             "! mid exit.before_result\n"),

    /* S13 */
    /* a hold excuses what was reported a quarter of a second after it, and no more */
    GREEN("escalation-in-order", CHAIN,
          TERMINATED "harness hold.begin mid\n@1000 harness hold.end mid\n"
                     "@1250 mid cancel.term_sent leaf\n"
                     "@1300 mid cancel.kill_sent leaf cause=cancel\n"),
    RED("escalation-in-order", CHAIN, "leaf", "cancel",
        TERMINATED "harness hold.begin mid\n@1000 harness hold.end mid\n"
                   "@1251 mid cancel.term_sent leaf\n"
                   "@1300 ! mid cancel.kill_sent leaf cause=cancel\n"),

    /* L5 */
    /* an hour is the longest deadline, what is longer is of another clock */
    GREEN("cancel-bounded", CHAIN,
          SPAWN_LEAF "mid cancel.sent leaf #1 deadline=3600.000 how=graceful,deadline\n"
                     "mid cancel.acked leaf #1\n@5700 harness step.done\nharness run.end\n"),
    RED("cancel-bounded", CHAIN, "leaf", "deadline",
        SPAWN_LEAF "mid cancel.sent leaf #1 deadline=3600.001 how=graceful,deadline\n"
                   "mid cancel.acked leaf #1\n@5601 ! harness step.done\nharness run.end\n"),
    /* one that is over when the cancel is sent is due at once */
    RED("cancel-bounded", CHAIN, "leaf", "deadline",
        SPAWN_LEAF "@2000 mid cancel.sent leaf #1 deadline=1.000 how=graceful,deadline\n"
                   "mid cancel.acked leaf #1\n@4601 ! harness step.done\nharness run.end\n"),

    /* L6 */
    /* who is dead owes no answer, whoever else was cancelled */
    GREEN("cancel-answered", PAIR,
          "root spawn.after_fork a pid=7\nroot spawn.after_fork b pid=8\n"
          "root cancel.sent a #1 deadline=9.000 how=graceful,deadline\n"
          "root cancel.sent b #1 deadline=9.000 how=graceful,deadline\nroot cancel.acked b #1\n"
          "a proc.exited\nroot exit.reaped a\n@6000 harness step.done\nharness run.end\n"),
    /* an orphan has nobody above that could wait for its answers */
    GREEN("cancel-answered", CHAIN,
          SPAWN_LEAF "mid orphan.noticed root\n"
                     "mid cancel.sent leaf #1 deadline=9.000 how=graceful,deadline\n"
                     "@3200 harness step.done\nharness run.end\n"),
    /* it had no time to answer: held until shortly before, or just told */
    GREEN("cancel-answered", CHAIN,
          SPAWN_LEAF CANCEL_LEAF "harness hold.begin leaf\n@300 harness hold.end leaf\n"
                                 "@500 mid cancel.ack_timeout leaf\n"
                                 "leaf link.before_send.ack mid #9\nmid cancel.acked leaf #1\n"
                                 "harness run.end\n"),
    GREEN("cancel-answered", CHAIN,
          SPAWN_LEAF "@300 " CANCEL_LEAF "@500 mid cancel.ack_timeout leaf\n"
                     "leaf link.before_send.ack mid #9\nmid cancel.acked leaf #1\n"
                     "harness run.end\n"),

    /* L3 */
    /* a sweep is a proof a third of the bound after the end, and not before */
    GREEN("shields-drop", CHAIN,
          PROMPT_LEAF "@100 " GIVE_LEAF "leaf dbg.rel_sent #1\n"
                      "@400 root dbg.baton_mismatch leaf #1\nroot dbg.hop_deny leaf #1\n"
                      "mid dbg.hop_rel leaf #1\nharness run.end\n"),
    RED("shields-drop", CHAIN, "root", "none",
        PROMPT_LEAF "@100 " GIVE_LEAF "leaf dbg.rel_sent #1\n"
                    "@401 ! root dbg.baton_mismatch leaf #1\nroot dbg.hop_deny leaf #1\n"
                    "mid dbg.hop_rel leaf #1\nharness run.end\n"),
    /* on real processes a hop may have been without a processor, and says so late */
    REAL_GREEN("shields-drop", CHAIN,
               PROMPT_LEAF "@100 " GIVE_LEAF "leaf dbg.rel_sent #1\n"
                           "@500 root dbg.baton_mismatch leaf #1\nroot dbg.hop_deny leaf #1\n"
                           "root dbg.free leaf #1\n@600 mid dbg.hop_rel leaf #1\n"
                           "@900 harness run.end\n"),
    /* or the root itself, and hears it late */
    REAL_GREEN("shields-drop", "root(a b)",
               ASK_A PROMPT_A "@100 a dbg.leaving #1\na dbg.tty_give #1\na dbg.baton_drop #1\n"
                              "a dbg.rel_sent #1\n@500 root dbg.baton_mismatch a #1\n"
                              "root dbg.hop_deny a #1\nroot dbg.free a #1\n"
                              "root link.before_recv.dbg_rel a\n@900 harness run.end\n"),
    REAL_RED("shields-drop", CHAIN, "root", "none",
             PROMPT_LEAF "@100 " GIVE_LEAF "leaf dbg.rel_sent #1\n"
                         "@500 ! root dbg.baton_mismatch leaf #1\nroot dbg.hop_deny leaf #1\n"
                         "root dbg.free leaf #1\nroot dbg.hop_rel leaf #1\n@900 harness run.end\n"),
    /* what others say is no news of this one */
    REAL_RED("shields-drop", PAIR, "root", "none",
             ASK_A PROMPT_A "@100 a dbg.leaving #1\na dbg.tty_give #1\na dbg.baton_drop #1\n"
                            "a dbg.rel_sent #1\n@500 ! root dbg.baton_mismatch a #1\n"
                            "root dbg.hop_deny a #1\nroot dbg.free a #1\n"
                            "root link.before_recv.dbg_rel b\n@900 harness run.end\n"),

    /* L1 */
    /* who asks again has to say first that it is through */
    RED("lock-served", CHAIN, "leaf", "none",
        PROMPT_LEAF GIVE_LEAF "! leaf dbg.want #2\nharness run.end\n"),
    RED("lock-served", CHAIN, "leaf", "none",
        PROMPT_LEAF GIVE_LEAF "! leaf dbg.req_sent mid #2\nharness run.end\n"),
};

#endif
