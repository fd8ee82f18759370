/* cases_command.h: traces of commands, whose processes report nothing and are only looked at. */
#ifndef HARNESS_OBSERVE_TESTS_CASES_COMMAND_H
#define HARNESS_OBSERVE_TESTS_CASES_COMMAND_H

#include "harness/observe/tests/trace_case.h"

#define SHELL  "sh:command(cat(tee))"
#define BEGUN  "sh proc.spawned pid=7\n@10 cat proc.spawned by=sh pid=8\n"
#define NORMAL "harness run.stopped why=normal\n"
#define ENDED  "sh proc.exited status=exited-0\nsh proc.reaped by=harness status=exited-0\n"
#define OVER   "harness run.end status=exited-0\n"

static const struct trace_case command_cases[] = {
    /* no-stopped: for longer than the bound, by whom, and until when */
    RED("no-stopped", SHELL, "cat", "none",
        BEGUN "@20 cat proc.stopped signal=SIGTTIN behind=1\n! @520 " NORMAL OVER),
    GREEN("no-stopped", SHELL,
          BEGUN "@20 cat proc.stopped signal=SIGTTIN behind=1\n@519 " NORMAL OVER),
    GREEN("no-stopped", SHELL,
          BEGUN "@20 cat proc.stopped signal=SIGTTOU\n@30 cat proc.continued\n@900 " NORMAL OVER),
    GREEN("no-stopped", SHELL,
          BEGUN "@20 cat proc.stopped signal=SIGTTOU\n@30 cat proc.exited\n"
                "cat proc.reaped by=sh\n@900 " NORMAL OVER),
    RED("no-stopped", SHELL, "cat", "none",
        BEGUN "@20 cat proc.stopped signal=SIGTTOU\n@30 cat proc.continued\n"
              "@40 cat proc.stopped signal=SIGSTOP\n! @540 " NORMAL OVER),
    RED("no-stopped", SHELL, "tee", "none",
        BEGUN
        "tee proc.spawned by=cat pid=9\n@20 tee proc.stopped signal=SIGTSTP\n"
        "@400 cat proc.stopped signal=SIGSTOP\n! @520 harness quiet.reached\n@1000 " NORMAL OVER),
    GREEN("no-stopped", SHELL,
          BEGUN "harness signal.sent sh signal=SIGSTOP\n@20 cat proc.stopped signal=SIGSTOP\n"
                "@900 " NORMAL OVER),
    RED("no-stopped", SHELL, "cat", "none",
        BEGUN "harness signal.sent sh signal=SIGSTOP\n@20 cat proc.stopped signal=SIGTTIN\n"
              "! @900 " NORMAL OVER),
    RED("no-stopped", SHELL, "cat", "none",
        BEGUN "harness signal.sent sh signal=SIGINT\n@20 cat proc.stopped signal=SIGSTOP\n"
              "! @900 " NORMAL OVER),
    GREEN("no-stopped", SHELL,
          BEGUN "harness fault.done cat fault=freeze signal=SIGSTOP\n"
                "@20 cat proc.stopped signal=SIGSTOP\n@900 " NORMAL OVER),
    RED("no-stopped", SHELL, "cat", "none", BEGUN "@20 cat proc.stopped\n! @900 " NORMAL OVER),
    GREEN("no-stopped", SHELL,
          BEGUN "harness signal.sent cat signal=SIGSTOP\n@20 cat proc.stopped\n@900 " NORMAL OVER),
    GREEN("no-stopped", SHELL,
          BEGUN "@20 cat proc.stopped #1 signal=SIGSTOP behind=1\n@900 " NORMAL OVER),
    RED("no-stopped", SHELL, "cat", "none",
        BEGUN "@20 cat proc.stopped #1 signal=SIGTTOU behind=1\n! @900 " NORMAL OVER),
    /* a root that stops itself is its starter's business, one that is stopped is not */
    GREEN("no-stopped", SHELL, BEGUN "@20 sh proc.stopped signal=SIGSTOP\n@900 " NORMAL OVER),
    GREEN("no-stopped", SHELL, BEGUN "@20 sh proc.stopped signal=SIGTSTP\n@900 " NORMAL OVER),
    RED("no-stopped", SHELL, "sh", "none",
        BEGUN "@20 sh proc.stopped signal=SIGTTIN\n! @900 " NORMAL OVER),
    /* others look at who is left */
    GREEN("no-stopped", SHELL,
          BEGUN "@20 cat proc.stopped signal=SIGTTIN\n" ENDED "@900 " NORMAL OVER),
    GREEN("no-stopped", SHELL,
          BEGUN NORMAL "@20 cat proc.stopped signal=SIGTTIN\n@900 " ENDED OVER),

    /* foreground-restored */
    GREEN("foreground-restored", SHELL, BEGUN ENDED "terminal tty.front group=own\n" OVER),
    RED("foreground-restored", SHELL, "cat", "none",
        BEGUN ENDED "! terminal tty.front cat group=other\n" OVER),
    RED("foreground-restored", SHELL, "none", "none",
        BEGUN ENDED "! terminal tty.front group=other\n" OVER),
    RED("foreground-restored", SHELL, "sh", "none",
        BEGUN ENDED "! terminal tty.front group=nobody\n" OVER),
    GREEN("foreground-restored", SHELL,
          BEGUN NORMAL ENDED "terminal tty.front cat group=other\n" OVER),

    /* output-drained */
    RED("output-drained", SHELL, "cat", "none",
        BEGUN ENDED "! harness proc.keeps cat thing=terminal\n" OVER),
    RED("output-drained", SHELL, "none", "none",
        BEGUN ENDED "! harness proc.keeps thing=terminal\n" OVER),
    GREEN("output-drained", SHELL, BEGUN ENDED OVER),
    GREEN("output-drained", SHELL,
          BEGUN "harness signal.sent cat signal=SIGSTOP\ncat proc.stopped signal=SIGSTOP\n" ENDED
                "harness proc.keeps cat thing=terminal\n" OVER),
    RED("output-drained", SHELL, "cat", "none",
        BEGUN "cat proc.stopped signal=SIGTTIN\n" ENDED
              "! harness proc.keeps cat thing=terminal\n" OVER),

    /* the others that look at what is kept */
    RED("descriptors-closed", SHELL, "cat", "none",
        BEGUN ENDED "! harness proc.keeps cat thing=pipe\n" OVER),
    RED("descriptors-closed", SHELL, "cat", "none",
        BEGUN ENDED "! harness proc.keeps cat thing=socket\n" OVER),
    GREEN("descriptors-closed", SHELL, BEGUN ENDED OVER),
    RED("ports-closed", SHELL, "cat", "none",
        BEGUN ENDED "! harness proc.keeps cat thing=port number=8080\n" OVER),
    GREEN("ports-closed", SHELL, BEGUN ENDED OVER),
    RED("locks-released", SHELL, "cat", "none",
        BEGUN ENDED "! harness proc.keeps cat thing=lock\n" OVER),
    GREEN("locks-released", SHELL, BEGUN ENDED OVER),

    RED("signals-heard", SHELL, "cat", "none",
        BEGUN "! harness sig.ignored cat signal=SIGINT\n" NORMAL ENDED OVER),
    GREEN("signals-heard", SHELL,
          BEGUN "harness sig.ignored none signal=SIGINT\n" NORMAL ENDED OVER),

    RED("files-removed", SHELL, "sh", "none",
        BEGUN ENDED "! harness proc.keeps thing=file number=2\n" OVER),
    GREEN("files-removed", SHELL, BEGUN ENDED OVER),
    RED("memory-released", SHELL, "sh", "none",
        BEGUN ENDED "! harness proc.keeps thing=shared-memory number=1\n" OVER),
    GREEN("memory-released", SHELL, BEGUN ENDED OVER),

    /* children-reaped */
    RED("children-reaped", SHELL, "cat", "none",
        BEGUN "@20 cat proc.exited status=exited-0\n! sh proc.exited status=exited-0\n"
              "cat proc.reaped by=harness\nsh proc.reaped by=harness\n" OVER),
    GREEN("children-reaped", SHELL,
          BEGUN "@20 cat proc.exited status=exited-0\ncat proc.reaped by=sh\n" ENDED OVER),
    GREEN("children-reaped", SHELL,
          BEGUN "@20 cat proc.exited status=exited-0\nsh proc.exited status=exited-0\n"
                "cat proc.reaped none\nsh proc.reaped by=harness\n" OVER),
    GREEN("children-reaped", SHELL, BEGUN ENDED OVER),

    /* a survivor that nobody here has stopped has no excuse */
    RED("no-survivors", SHELL, "cat", "none",
        BEGUN "cat proc.stopped signal=SIGTTIN\n" ENDED "! harness proc.survived cat pid=8\n" OVER),
    GREEN("no-survivors", SHELL,
          BEGUN "harness signal.sent cat signal=SIGSTOP\ncat proc.stopped signal=SIGSTOP\n" ENDED
                "harness proc.survived cat pid=8\n" OVER),

    /* rules-fired */
    RED("rules-fired", SHELL, "none", "none",
        BEGUN ENDED OVER "! harness rule.missed rule=inject number=1\n"
                         "harness rule.missed rule=order number=2\n"),
    RED("rules-fired", "root", "none", "none", OVER "! harness rule.missed rule=no-press\n"),
    GREEN("rules-fired", SHELL, BEGUN ENDED OVER),

    /* a command may reap in its own time */
    GREEN("no-zombies", SHELL,
          BEGUN "@20 cat proc.exited status=exited-0\n@1020 cat proc.reaped by=sh\n" NORMAL OVER),
    RED("no-zombies", SHELL, "cat", "none",
        BEGUN "@20 cat proc.exited status=exited-0\n! @1021 cat proc.reaped by=sh\n" NORMAL OVER),
};

#endif
