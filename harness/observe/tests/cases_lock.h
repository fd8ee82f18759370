/* cases_lock.h: red and green traces for the rows about the lock and the terminal. */
#ifndef HARNESS_OBSERVE_TESTS_CASES_LOCK_H
#define HARNESS_OBSERVE_TESTS_CASES_LOCK_H

#include "harness/observe/tests/trace_case.h"

#define CHAIN "root(mid(leaf))"
#define PAIR  "root(a b)"

#define ASK_LEAF                 \
    "leaf dbg.want #1\n"         \
    "leaf dbg.req_sent mid #1\n" \
    "mid dbg.hop_req leaf #1\n"  \
    "root dbg.hop_req leaf #1\n" \
    "root dbg.enqueue leaf #1 length=1\n"
#define GRANT_LEAF                  \
    "root dbg.pop leaf #1\n"        \
    "root dbg.grant_sent leaf #1\n" \
    "mid dbg.hop_grant leaf #1\n"   \
    "leaf dbg.grant_recv #1\n"
#define TAKE_LEAF                  \
    "leaf dbg.baton_try #1\n"      \
    "leaf dbg.tty_take #1\n"       \
    "leaf dbg.active_sent #1\n"    \
    "leaf dbg.prompt #1\n"         \
    "mid dbg.hop_active leaf #1\n" \
    "root dbg.hop_active leaf #1\n"
#define PROMPT_LEAF ASK_LEAF GRANT_LEAF TAKE_LEAF
#define GIVE_LEAF            \
    "leaf dbg.leaving #1\n"  \
    "leaf dbg.tty_give #1\n" \
    "leaf dbg.baton_drop #1\n"
#define LEAVE_LEAF                 \
    GIVE_LEAF                      \
    "leaf dbg.rel_sent #1\n"       \
    "mid dbg.hop_rel leaf #1\n"    \
    "root dbg.hop_rel leaf #1\n"   \
    "root dbg.rel_recv leaf #1\n"  \
    "root dbg.tty_restored leaf\n" \
    "root dbg.free leaf #1\n"

#define READY    "root spawn.ready\nmid spawn.ready root\nleaf spawn.ready mid\n"
#define KEY_SENT "harness key.sent byte=C-c\n"
#define INTERRUPTED                                     \
    "root sig.handled signal=SIGINT decision=ignored\n" \
    "mid sig.handled signal=SIGINT decision=ignored\n"  \
    "leaf sig.handled signal=SIGINT decision=ignored\n"

#define ASK_A "a dbg.req_sent root #1\nroot dbg.hop_req a #1\nroot dbg.enqueue a #1\n"
#define ASK_B "b dbg.req_sent root #1\nroot dbg.hop_req b #1\nroot dbg.enqueue b #1\n"
#define PROMPT_A                                                                             \
    "root dbg.grant_sent a #1\na dbg.grant_recv #1\na dbg.baton_try #1\na dbg.tty_take #1\n" \
    "a dbg.active_sent #1\na dbg.prompt #1\nroot dbg.hop_active a #1\n"
#define LEAVE_A                                                                     \
    "a dbg.leaving #1\na dbg.tty_give #1\na dbg.baton_drop #1\na dbg.rel_sent #1\n" \
    "root dbg.hop_rel a #1\nroot dbg.rel_recv a #1\nroot dbg.free a #1\n"
#define PROMPT_B \
    "root dbg.grant_sent b #1\nb dbg.grant_recv #1\nb dbg.baton_try #1\nb dbg.tty_take #1\n"

static const struct trace_case lock_cases[] = {

    /* S1 */
    RED("lock-exclusive", PAIR, "b", "none", ASK_A ASK_B PROMPT_A "! root dbg.grant_sent b #1\n"),
    RED("lock-exclusive", PAIR, "b", "none", ASK_A PROMPT_A "! b dbg.tty_take #1\n"),
    RED("lock-exclusive", PAIR, "a", "none", ASK_A PROMPT_A "! root dbg.free a #1\n"),
    GREEN("lock-exclusive", PAIR, ASK_A ASK_B PROMPT_A LEAVE_A PROMPT_B),
    GREEN("lock-exclusive", PAIR,
          ASK_A ASK_B PROMPT_A "harness signal.sent a signal=SIGKILL\nroot exit.status_ready a\n"
                               "root exit.reaped a status=died-by-SIGKILL\nroot dbg.hop_rel a #1\n"
                               "root dbg.rel_recv a #1\n"
                               "root dbg.free a #1\n" PROMPT_B),
    /* a cut-off holder that is proved dead */
    GREEN("lock-exclusive", "root(mid(a) b)",
          "a dbg.req_sent mid #1\nmid dbg.hop_req a #1\nroot dbg.hop_req a #1\n"
          "root dbg.enqueue a #1\n" ASK_B
          "root dbg.grant_sent a #1\nmid dbg.hop_grant a #1\na dbg.grant_recv #1\n"
          "a dbg.baton_try #1\na dbg.tty_take #1\nharness signal.sent mid signal=SIGKILL\n"
          "root exit.reaped mid status=died-by-SIGKILL\nroot dbg.hop_lost a #1\n"
          "root dbg.lost_recv a #1\n"
          "root dbg.recovering a #1\nroot dbg.holder_killed a #1\n"
          "root dbg.holder_confirmed_dead a #1\nroot dbg.free a #1\n" PROMPT_B),
    /* the same without proof */
    RED("lock-exclusive", "root(mid(a) b)", "a", "none",
        "a dbg.req_sent mid #1\nmid dbg.hop_req a #1\nroot dbg.hop_req a #1\n"
        "root dbg.enqueue a #1\n" ASK_B
        "root dbg.grant_sent a #1\nmid dbg.hop_grant a #1\na dbg.grant_recv #1\n"
        "a dbg.baton_try #1\na dbg.tty_take #1\nharness signal.sent mid signal=SIGKILL\n"
        "root exit.reaped mid status=died-by-SIGKILL\nroot dbg.hop_lost a #1\n"
        "root dbg.lost_recv a #1\n"
        "! root dbg.free a #1\n" PROMPT_B),

    /* S2 */
    /* a process that was sent SIGKILL lets go before anybody can see it dead */
    GREEN("ancestors-shielded", "root(a)",
          ASK_A PROMPT_A
          "root sig.handled signal=SIGQUIT decision=kill\nroot cancel.kill_sent a reason=operator\n"
          "root dbg.baton_mismatch a #1\nroot dbg.hop_deny a #1\nroot dbg.free a #1\n"),
    /* hop-blind: mid knows nothing */
    RED("ancestors-shielded", CHAIN, "leaf", "none",
        "leaf dbg.req_sent mid #1\nroot dbg.hop_req leaf #1\nroot dbg.enqueue leaf #1\n"
        "root dbg.grant_sent leaf #1\nleaf dbg.grant_recv #1\nleaf dbg.baton_try #1\n"
        "! leaf dbg.tty_take #1\nleaf dbg.prompt #1\n"),
    RED("ancestors-shielded", CHAIN, "leaf", "none", PROMPT_LEAF "! mid dbg.hop_rel leaf #1\n"),
    /* mid knows of an older request only */
    RED("ancestors-shielded", CHAIN, "leaf", "none",
        "mid dbg.hop_grant leaf #1\nroot dbg.grant_sent leaf #2\nleaf dbg.req_sent mid #2\n"
        "leaf dbg.grant_recv #2\n! leaf dbg.tty_take #2\n"),
    GREEN("ancestors-shielded", CHAIN, PROMPT_LEAF LEAVE_LEAF),
    /* a dead hop shields nobody, and the root hears of it */
    GREEN("ancestors-shielded", CHAIN,
          PROMPT_LEAF "harness signal.sent mid signal=SIGKILL\nroot exit.status_ready mid\n"
                      "root exit.reaped mid status=died-by-SIGKILL\nroot dbg.hop_lost leaf #1\n"
                      "root dbg.lost_recv leaf #1\n"
                      "root dbg.recovering leaf #1\n"),
    /* E1: mid hung before it passed on that leaf prompts */
    GREEN("ancestors-shielded", CHAIN,
          ASK_LEAF GRANT_LEAF "leaf dbg.baton_try #1\nleaf dbg.tty_take #1\n"
                              "@10000 root heartbeat.missed mid\nroot dbg.hop_rel leaf #1\n"
                              "root cancel.kill_sent mid reason=heartbeat\n"),

    /* S3 */
    RED("holder-not-killed", CHAIN, "leaf", "cancel",
        PROMPT_LEAF "! mid cancel.term_sent leaf cause=cancel\n"),
    RED("holder-not-killed", CHAIN, "leaf", "sibling-error",
        PROMPT_LEAF "! root cancel.kill_sent mid cause=sibling-error\n"),
    RED("holder-not-killed", CHAIN, "leaf", "deadline",
        PROMPT_LEAF "! mid cancel.close_sent leaf cause=deadline\n"),
    /* the root knew of the prompt: no E1 */
    RED("holder-not-killed", CHAIN, "leaf", "none",
        PROMPT_LEAF "@10000 root heartbeat.missed mid\n"
                    "! root cancel.kill_sent mid reason=heartbeat cause=none\n"),
    GREEN("holder-not-killed", CHAIN,
          PROMPT_LEAF "root sig.handled signal=SIGQUIT decision=kill\n"
                      "root cancel.kill_sent mid reason=operator\n"),
    /* an orphan kills what is below it */
    GREEN("holder-not-killed", CHAIN,
          PROMPT_LEAF "harness signal.sent root signal=SIGKILL\nmid link.eof_seen root\n"
                      "mid orphan.noticed root\n"
                      "mid cancel.kill_sent leaf reason=orphaned cause=fault\n"),
    GREEN("holder-not-killed", CHAIN, PROMPT_LEAF "harness signal.sent leaf signal=SIGKILL\n"),

    /* S4 */
    RED("lock-fifo", PAIR, "a", "none", ASK_A ASK_B "! root dbg.grant_sent b #1\n"),
    GREEN("lock-fifo", PAIR, ASK_A ASK_B PROMPT_A LEAVE_A PROMPT_B),
    GREEN("lock-fifo", PAIR,
          ASK_A ASK_B "a dbg.withdrawn #1\na dbg.rel_sent #1\nroot dbg.hop_rel a #1\n" PROMPT_B),

    /* S5 */
    RED("interrupt-ignored-while-held", CHAIN, "root", "SIGINT",
        PROMPT_LEAF "! root sig.handled signal=SIGINT decision=cancel\n"),
    RED("interrupt-ignored-while-held", CHAIN, "mid", "SIGINT",
        "! mid sig.handled signal=SIGINT decision=cancel\n"),
    /* RECOVERING counts as held */
    RED("interrupt-ignored-while-held", CHAIN, "root", "SIGINT",
        PROMPT_LEAF
        "harness signal.sent mid signal=SIGKILL\nroot exit.reaped mid\n"
        "root dbg.hop_lost leaf #1\nroot dbg.lost_recv leaf #1\nroot dbg.recovering leaf #1\n"
        "! root sig.handled signal=SIGINT decision=cancel\n"),
    /* to die of it is to react */
    RED("interrupt-ignored-while-held", CHAIN, "root", "SIGINT",
        PROMPT_LEAF "! root proc.exited status=died-by-SIGINT\n"),
    RED("interrupt-ignored-while-held", CHAIN, "mid", "SIGINT",
        "! mid proc.exited status=died-by-SIGINT\n"),
    GREEN("interrupt-ignored-while-held", CHAIN,
          "root exit.closed status=died-by-SIGINT\nroot proc.exited status=died-by-SIGINT\n"),
    GREEN("interrupt-ignored-while-held", "root:spinner",
          "root proc.exited status=died-by-SIGINT\n"),
    GREEN("interrupt-ignored-while-held", CHAIN,
          PROMPT_LEAF "root sig.handled signal=SIGINT decision=ignored\n"
                      "mid sig.handled signal=SIGINT decision=ignored\n"
                      "leaf sig.handled signal=SIGINT decision=ignored\n" LEAVE_LEAF
                      "root sig.handled signal=SIGINT decision=cancel\n"),

    /* the press of a ^C reaches every handler that can be reached */
    RED("signals-owned", CHAIN, "leaf", "SIGINT",
        READY KEY_SENT "root sig.handled signal=SIGINT decision=ignored\n"
                       "mid sig.duplicate signal=SIGINT\n"
                       "! harness key.done byte=C-c\n"),
    RED("signals-owned", CHAIN, "mid", "SIGINT", READY "! mid proc.exited status=died-by-SIGINT\n"),
    RED("signals-owned", CHAIN, "root", "SIGINT",
        READY "! root proc.reaped harness status=died-by-SIGINT\n"),
    GREEN("signals-owned", CHAIN, READY KEY_SENT INTERRUPTED "harness key.done byte=C-c\n"),
    /* lost, no signal at all, or not to be expected of this actor */
    GREEN("signals-owned", CHAIN,
          READY KEY_SENT "root sig.handled signal=SIGINT decision=ignored\n"
                         "harness key.done byte=C-c lost=1\n"),
    GREEN("signals-owned", CHAIN, READY KEY_SENT "harness key.done byte=C-c\n"),
    GREEN("signals-owned", CHAIN,
          "root spawn.ready\nmid spawn.ready root\n" KEY_SENT
          "leaf spawn.ready mid\nroot sig.handled signal=SIGINT decision=ignored\n"
          "mid sig.handled signal=SIGINT decision=ignored\nharness key.done byte=C-c\n"),
    GREEN("signals-owned", CHAIN,
          READY "harness hold.begin leaf point=1\n" KEY_SENT
                "root sig.handled signal=SIGINT decision=ignored\n"
                "mid sig.handled signal=SIGINT decision=ignored\n"
                "harness key.done byte=C-c\n"),
    GREEN("signals-owned", CHAIN,
          READY "@5 " KEY_SENT "harness hold.begin leaf point=1\n"
                "root sig.handled signal=SIGINT decision=ignored\n"
                "mid sig.handled signal=SIGINT decision=ignored\n"
                "@6 harness hold.end leaf point=1\nharness key.done byte=C-c\n"),
    GREEN("signals-owned", CHAIN,
          READY KEY_SENT "root sig.handled signal=SIGINT decision=ignored\n"
                         "mid sig.handled signal=SIGINT decision=ignored\n"
                         "leaf exit.closed\nharness key.done byte=C-c\n"),
    /* it is dead, or being killed, before the press or while it is under way */
    GREEN("signals-owned", CHAIN,
          READY "leaf proc.exited status=died-by-SIGKILL\n" KEY_SENT
                "root sig.handled signal=SIGINT decision=ignored\n"
                "mid sig.handled signal=SIGINT decision=ignored\n"
                "harness key.done byte=C-c\n"),
    GREEN("signals-owned", CHAIN,
          READY "mid cancel.kill_sent leaf reason=boot\n" KEY_SENT
                "root sig.handled signal=SIGINT decision=ignored\n"
                "mid sig.handled signal=SIGINT decision=ignored\n"
                "harness key.done byte=C-c\n"),
    GREEN("signals-owned", CHAIN,
          READY KEY_SENT "root sig.handled signal=SIGINT decision=ignored\n"
                         "mid sig.handled signal=SIGINT decision=ignored\n"
                         "mid cancel.kill_sent leaf reason=boot\nharness key.done byte=C-c\n"),
    RED("signals-owned", CHAIN, "leaf", "SIGINT",
        READY "mid cancel.term_sent leaf\n" KEY_SENT
              "root sig.handled signal=SIGINT decision=ignored\n"
              "mid sig.handled signal=SIGINT decision=ignored\n"
              "! harness key.done byte=C-c\n"),
    /* the root knows what it has adopted by its number only */
    GREEN("signals-owned", CHAIN,
          READY "mid spawn.after_fork leaf pid=77\nmid proc.exited status=died-by-SIGKILL\n"
                "root orphan.adopted pid=77\nroot orphan.killed pid=77\n" KEY_SENT
                "root sig.handled signal=SIGINT decision=ignored\nharness key.done byte=C-c\n"),
    RED("signals-owned", CHAIN, "leaf", "SIGINT",
        READY "mid spawn.after_fork leaf pid=77\nmid proc.exited status=died-by-SIGKILL\n"
              "root orphan.adopted pid=77\nroot orphan.killed pid=78\n" KEY_SENT
              "root sig.handled signal=SIGINT decision=ignored\n! harness key.done byte=C-c\n"),
    GREEN("signals-owned", CHAIN,
          READY "root dbg.holder_killed leaf #1\n" KEY_SENT
                "root sig.handled signal=SIGINT decision=ignored\n"
                "mid sig.handled signal=SIGINT decision=ignored\n"
                "harness key.done byte=C-c\n"),
    /* stopped, and not let go since */
    GREEN("signals-owned", CHAIN,
          READY KEY_SENT "leaf proc.stopped signal=SIGSTOP\n"
                         "root sig.handled signal=SIGINT decision=ignored\n"
                         "mid sig.handled signal=SIGINT decision=ignored\n"
                         "harness key.done byte=C-c\n"),
    RED("signals-owned", CHAIN, "leaf", "SIGINT",
        READY "leaf proc.stopped signal=SIGSTOP\nleaf proc.continued\n@5 " KEY_SENT
              "root sig.handled signal=SIGINT decision=ignored\n"
              "mid sig.handled signal=SIGINT decision=ignored\n"
              "! harness key.done byte=C-c\n"),
    GREEN("signals-owned", "root(spin:spinner)",
          "root spawn.ready\nspin spawn.ready root\n" KEY_SENT
          "root sig.handled signal=SIGINT decision=ignored\nharness key.done byte=C-c\n"),

    /* S6 */
    RED("grant-fresh", CHAIN, "leaf", "none",
        ASK_LEAF "root dbg.grant_sent leaf #1\nleaf dbg.withdrawn #1\n"
                 "leaf dbg.rel_sent #1\nleaf dbg.req_sent mid #2\n! leaf dbg.grant_recv #1\n"),
    RED("grant-fresh", CHAIN, "leaf", "none", ASK_LEAF "! leaf dbg.grant_recv #1\n"),
    RED("grant-fresh", CHAIN, "leaf", "none",
        "root dbg.grant_sent leaf #1\n! leaf dbg.grant_recv #1\n"),
    GREEN("grant-fresh", CHAIN, PROMPT_LEAF LEAVE_LEAF),
    GREEN("grant-fresh", CHAIN,
          ASK_LEAF "root dbg.grant_sent leaf #1\nleaf dbg.withdrawn #1\n"
                   "leaf dbg.rel_sent #1\nmid dbg.grant_stale leaf #1\nleaf dbg.req_sent mid #2\n"),

    /* S7 */
    /* it says that it is through and still has the record lock */
    RED("witness-agrees", CHAIN, "leaf", "none",
        PROMPT_LEAF "leaf dbg.leaving #1\nleaf dbg.tty_give #1\nleaf dbg.rel_sent #1\n"
                    "! harness baton.seen leaf\n"),
    RED("witness-agrees", CHAIN, "leaf", "none",
        PROMPT_LEAF LEAVE_LEAF "! harness baton.seen leaf\n"),
    RED("witness-agrees", CHAIN, "leaf", "none",
        ASK_LEAF GRANT_LEAF "leaf dbg.tty_take #1\n! harness baton.seen\n"),
    GREEN("witness-agrees", CHAIN,
          PROMPT_LEAF "harness baton.seen leaf\n" GIVE_LEAF
                      "harness baton.seen leaf\nleaf dbg.rel_sent #1\nmid dbg.hop_rel leaf #1\n"
                      "root dbg.hop_rel leaf #1\nroot dbg.rel_recv leaf #1\nroot dbg.free leaf #1\n"
                      "harness baton.seen\n"),
    /* the report is still on its way when the harness looks */
    REAL_GREEN("witness-agrees", CHAIN,
               ASK_LEAF GRANT_LEAF
               "@20 harness baton.seen leaf\n@19 leaf dbg.baton_try #1\n"
               "leaf dbg.tty_take #1\n@30 harness baton.seen\n@29 leaf dbg.leaving #1\n"
               "leaf dbg.tty_give #1\n"),
    /* the report came after the look */
    REAL_RED("witness-agrees", CHAIN, "leaf", "none",
             ASK_LEAF GRANT_LEAF "@20 ! harness baton.seen leaf\n@21 leaf dbg.baton_try #1\n"),

    /* S8 */
    RED("modes-owned", CHAIN, "none", "none", "! terminal tty.modes saved=0\n"),
    RED("modes-owned", CHAIN, "leaf", "none",
        PROMPT_LEAF LEAVE_LEAF "! terminal tty.modes "
                               "saved=0\n"),
    RED("modes-owned", CHAIN, "leaf", "none",
        PROMPT_LEAF
        "terminal tty.modes saved=0\nleaf dbg.leaving #1\n"
        "leaf dbg.baton_drop #1\nleaf dbg.rel_sent #1\nmid dbg.hop_rel leaf #1\n"
        "root dbg.hop_rel leaf #1\nroot dbg.rel_recv leaf #1\n! root dbg.free leaf #1\n"),
    GREEN("modes-owned", CHAIN,
          "terminal tty.modes saved=1\n" PROMPT_LEAF "terminal tty.modes saved=0\n" GIVE_LEAF
          "terminal tty.modes saved=1\nleaf dbg.rel_sent #1\n"),
    /* K5: a dead holder leaves them until the root puts them right */
    GREEN("modes-owned", CHAIN,
          PROMPT_LEAF
          "terminal tty.modes saved=0\nharness signal.sent leaf signal=SIGKILL\n"
          "mid exit.reaped leaf\n"
          "terminal tty.modes saved=0\nmid dbg.hop_rel leaf #1\nroot dbg.hop_rel leaf #1\n"
          "root dbg.rel_recv leaf #1\nroot dbg.tty_restored leaf\nterminal tty.modes saved=1\n"
          "root dbg.free leaf #1\n"),
    /* whoever is stopped by ^Z has given them back; what goes on again may have them */
    RED("modes-owned", CHAIN, "leaf", "none",
        PROMPT_LEAF "leaf sig.stop\nleaf proc.stopped\n! terminal tty.modes saved=0\n"),
    GREEN("modes-owned", CHAIN,
          PROMPT_LEAF "leaf sig.stop\nleaf proc.stopped\nterminal tty.modes saved=1\n"
                      "leaf proc.continued\nleaf sig.cont\nterminal tty.modes saved=0\n"),

    /* released once, and first */
    RED("released-once", CHAIN, "leaf", "none", PROMPT_LEAF LEAVE_LEAF "! leaf dbg.rel_sent #1\n"),
    RED("released-once", CHAIN, "leaf", "none",
        PROMPT_LEAF GIVE_LEAF "leaf cancel.received mid\n! leaf dbg.rel_sent #1\n"),
    RED("released-once", CHAIN, "leaf", "none",
        PROMPT_LEAF "leaf dbg.leaving #1\nleaf timer.fire\nleaf dbg.tty_give #1\n"
                    "leaf dbg.baton_drop #1\n! leaf dbg.rel_sent #1\n"),
    RED("released-once", CHAIN, "leaf", "none",
        PROMPT_LEAF "leaf dbg.leaving #1\nleaf dbg.baton_drop #1\n! leaf dbg.rel_sent #1\n"
                    "leaf dbg.tty_give #1\n"),
    /* the record lock was busy: the terminal was never taken */
    GREEN("released-once", CHAIN,
          ASK_LEAF GRANT_LEAF "leaf dbg.baton_try #1\nleaf dbg.baton_busy #1\n"
                              "leaf dbg.rel_sent #1\n"),
    RED("released-once", CHAIN, "leaf", "none",
        ASK_LEAF "leaf dbg.withdrawn #1\nleaf dbg.rel_sent #1\n! leaf dbg.rel_sent #1\n"),
    GREEN("released-once", CHAIN, PROMPT_LEAF LEAVE_LEAF),
    GREEN("released-once", CHAIN, ASK_LEAF "leaf dbg.withdrawn #1\nleaf dbg.rel_sent #1\n"),
    /* others do what they like, and the harness may hold and stop it in between */
    GREEN("released-once", CHAIN,
          PROMPT_LEAF "leaf dbg.leaving #1\nmid sig.handled signal=SIGINT decision=ignored\n"
                      "harness hold.begin leaf\nleaf proc.stopped\nleaf proc.continued\n"
                      "harness hold.end leaf\nleaf dbg.tty_give #1\nleaf tty.modes saved=1\n"
                      "leaf dbg.baton_drop #1\nleaf dbg.rel_sent #1\nleaf dbg.req_sent mid #2\n"),
    /* a second stay is a request of its own */
    GREEN("released-once", CHAIN,
          PROMPT_LEAF LEAVE_LEAF "leaf dbg.req_sent mid #2\nleaf dbg.withdrawn #2\n"
                                 "leaf dbg.rel_sent #2\n"),

    /* L1 */
    /* the harness holds the holder after its prompt */
    GREEN("lock-served", CHAIN,
          PROMPT_LEAF "leaf dbg.leaving #1\nleaf dbg.tty_give #1\nleaf dbg.baton_drop #1\n"
                      "harness hold.begin leaf\n@60000 harness hold.end leaf\n"
                      "leaf dbg.rel_sent #1\nmid dbg.hop_rel leaf #1\nroot dbg.hop_rel leaf #1\n"
                      "root dbg.rel_recv leaf #1\nroot dbg.free leaf #1\nharness run.end\n"),
    RED("lock-served", CHAIN, "leaf", "none",
        ASK_LEAF "@5000 ! harness step.done\nharness run.end\n"),
    /* nobody looks at the record lock while mid hangs */
    RED("lock-served", CHAIN, "leaf", "none",
        PROMPT_LEAF "@1000 harness signal.sent mid signal=SIGSTOP\n" GIVE_LEAF "leaf "
                    "dbg.rel_sent #1\n"
                    "@5100 ! harness step.done\nharness run.end\n"),
    RED("lock-served", CHAIN, "leaf", "none",
        PROMPT_LEAF GIVE_LEAF "! leaf exit.before_result\nharness run.end\n"),
    RED("lock-served", CHAIN, "leaf", "none", PROMPT_LEAF "! root exit.closed\nharness run.end\n"),
    GREEN("lock-served", CHAIN,
          PROMPT_LEAF "@60000 harness step.done\n" LEAVE_LEAF "@70000 harness run.end\n"),
    /* a hop that the harness holds cannot pass anything on */
    GREEN("lock-served", CHAIN,
          "harness hold.begin mid\nleaf dbg.req_sent mid #1\n@60000 harness hold.end mid\n"
          "mid dbg.hop_req leaf #1\nroot dbg.hop_req leaf #1\nroot dbg.enqueue leaf #1\n" GRANT_LEAF
              TAKE_LEAF LEAVE_LEAF "harness run.end\n"),

    /* what a fault keeps on a link waits, and has its time again afterwards */
    GREEN("lock-served", CHAIN,
          ASK_LEAF GRANT_LEAF
          "harness link.harmed mid harm=delay side=up\nleaf dbg.baton_try #1\n"
          "leaf dbg.tty_take #1\n"
          "leaf dbg.prompt #1\nmid dbg.hop_active leaf #1\n@60000 " GIVE_LEAF
          "leaf dbg.rel_sent #1\nmid dbg.hop_rel leaf #1\n"
          "@120000 harness link.harmed mid harm=resume\n@120100 root dbg.hop_rel leaf #1\n"
          "root dbg.rel_recv leaf #1\nroot dbg.free leaf #1\nharness run.end\n"),
    GREEN("lock-served", CHAIN,
          ASK_LEAF "root dbg.pop leaf #1\nroot dbg.grant_sent leaf #1\n"
                   "harness link.harmed mid harm=drop side=down\n"
                   "@6000 mid link.broken root fault=sequence\n"
                   "mid orphan.noticed root\n@9000 root exit.reaped mid\n"
                   "root dbg.hop_lost leaf #1\nroot dbg.lost_recv leaf #1\n"
                   "root dbg.holder_confirmed_dead leaf #1\nroot dbg.free leaf #1\n"
                   "harness run.end\n"),
    /* but not for ever once it may come */
    RED("lock-served", CHAIN, "leaf", "none",
        ASK_LEAF "root dbg.pop leaf #1\nroot dbg.grant_sent leaf #1\n"
                 "harness link.harmed mid harm=delay side=down\n"
                 "@60000 harness link.harmed mid harm=resume\n"
                 "@64100 ! harness step.done\nharness run.end\n"),

    /* L3 */
    /* behind a link that has ended the news comes with the death */
    GREEN("shields-drop", CHAIN,
          PROMPT_LEAF "@100 mid link.eof_seen leaf\n" GIVE_LEAF
                      "leaf dbg.rel_sent #1\n@2600 mid exit.reaped leaf\n@2700 mid dbg.hop_rel "
                      "leaf #1\nroot dbg.hop_rel leaf #1\nharness run.end\n"),
    RED("shields-drop", CHAIN, "mid", "none",
        PROMPT_LEAF "@100 mid link.eof_seen leaf\n" GIVE_LEAF
                    "leaf dbg.rel_sent #1\n@200 mid exit.reaped leaf\n"
                    "@1101 ! harness step.done\nharness run.end\n"),
    /* and the death comes in bounded time */
    RED("shields-drop", CHAIN, "mid", "none",
        PROMPT_LEAF "@100 mid link.eof_seen leaf\n" GIVE_LEAF
                    "leaf dbg.rel_sent #1\n@3601 ! harness step.done\nharness run.end\n"),
    /* where a release was lost, too */
    GREEN("shields-drop", CHAIN,
          PROMPT_LEAF GIVE_LEAF
          "harness link.harmed leaf harm=drop side=up\nleaf dbg.rel_sent #1\n"
          "@1000 root dbg.hop_deny leaf #1\nroot dbg.free leaf #1\n"
          "@1100 leaf proc.exited status=exited-0\n"
          "@1101 harness step.done\n@1200 mid dbg.hop_rel leaf #1\nharness run.end\n"),
    RED("shields-drop", CHAIN, "mid", "none",
        PROMPT_LEAF GIVE_LEAF "harness link.harmed leaf harm=drop side=up\nleaf dbg.rel_sent #1\n"
                              "@1000 root dbg.hop_deny leaf #1\nroot dbg.free leaf #1\n"
                              "@1100 leaf proc.exited status=exited-0\n"
                              "@2001 ! harness step.done\nharness run.end\n"),
    /* another task of the holder is refused before it could ask */
    GREEN("shields-drop", CHAIN,
          PROMPT_LEAF "leaf dbg.denied\n@60000 " LEAVE_LEAF "harness run.end\n"),
    RED("shields-drop", CHAIN, "mid", "none",
        PROMPT_LEAF GIVE_LEAF
        "leaf dbg.rel_sent #1\n"
        "root dbg.hop_rel leaf #1\nroot dbg.rel_recv leaf #1\nroot dbg.free leaf #1\n"
        "@901 ! harness step.done\nharness run.end\n"),
    /* keep-entries: mid says nothing about its dead child */
    RED("shields-drop", CHAIN, "mid", "fault",
        PROMPT_LEAF "@100 harness signal.sent leaf signal=SIGKILL\nmid exit.status_ready leaf\n"
                    "mid exit.reaped leaf status=died-by-SIGKILL\n@1001 ! harness step.done\n"
                    "harness run.end\n"),
    RED("shields-drop", CHAIN, "root", "none",
        PROMPT_LEAF "@100 " GIVE_LEAF "leaf dbg.rel_sent #1\n"
                    "@500 ! root dbg.baton_mismatch leaf #1\nharness run.end\n"),
    GREEN("shields-drop", CHAIN, PROMPT_LEAF "@100 " LEAVE_LEAF "@5000 harness run.end\n"),
    /* the root finds out by itself about what mid cannot pass on */
    GREEN(
        "shields-drop", CHAIN,
        PROMPT_LEAF
        "@100 harness signal.sent mid signal=SIGSTOP\n" GIVE_LEAF "leaf dbg.rel_sent #1\n"
        "@1100 root dbg.baton_mismatch leaf #1\nroot dbg.hop_deny leaf #1\nroot dbg.free leaf #1\n"
        "@3000 harness signal.sent mid signal=SIGCONT\nmid dbg.hop_rel leaf #1\nharness run.end\n"),

    /* L7 */
    RED("terminal-restored", CHAIN, "root", "fault",
        PROMPT_LEAF
        "terminal tty.modes saved=0\n"
        "harness signal.sent leaf signal=SIGKILL\nmid exit.reaped leaf\nmid dbg.hop_rel leaf #1\n"
        "root dbg.hop_rel leaf #1\nroot dbg.rel_recv leaf #1\nmid exit.closed\n"
        "root exit.reaped mid\n"
        "root exit.closed\n! harness run.end\n"),
    /* the root is gone and its holder leaves in good order */
    RED("terminal-restored", CHAIN, "leaf", "none",
        PROMPT_LEAF "terminal tty.modes saved=0\nharness signal.sent root signal=SIGKILL\n"
                    "root proc.exited\n"
                    "mid exit.closed\nleaf exit.closed\n! harness run.end\n"),
    GREEN("terminal-restored", CHAIN,
          PROMPT_LEAF "terminal tty.modes saved=0\n" GIVE_LEAF
                      "terminal tty.modes saved=1\nleaf dbg.rel_sent #1\nmid dbg.hop_rel leaf #1\n"
                      "root dbg.hop_rel leaf #1\nroot dbg.rel_recv leaf #1\nroot dbg.free leaf #1\n"
                      "harness run.end\n"),
    /* both killed: nobody was left to do it */
    GREEN("terminal-restored", CHAIN,
          PROMPT_LEAF
          "terminal tty.modes saved=0\nharness signal.sent root signal=SIGKILL\n"
          "harness signal.sent leaf signal=SIGKILL\nroot proc.exited\nleaf proc.exited\n"
          "harness run.end\n"),
    /* the harness ends the run by force */
    REAL_GREEN("terminal-restored", CHAIN,
               PROMPT_LEAF "terminal tty.modes saved=0\nharness run.stopped why=2\n"
                           "harness run.end\n"),
};

#endif
