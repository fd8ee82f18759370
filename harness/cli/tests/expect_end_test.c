/* expect_end_test.c: how a program ends under `scenario expect`: what it leaves when it has ended
 * by itself fails the run and is named; what it leaves when the harness had to end it is told.
 *
 * Each program that must fail has a twin that does the same and cleans up. */
#include "harness/cli/tests/expect_run.h"
#include "harness/cli/tests/folder.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/plain_env.h"
#include "runtime/base/tests/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"quiet.yaml",  "script: 1\nsteps:\n  - await: quiet\n"                                                  },
    {"up.yaml",     "script: 1\nsteps:\n  - expect: 'up'\n"                                                  },
    {"rest.yaml",   "script: 1\nsteps:\n  - expect: 'up'\n  - await: quiet\n"                                },
    {"grace.yaml",  "script: 1\nlimits: { grace: 200ms }\nsteps:\n  - expect: 'up'\n"                        },
    {"never.yaml",
     "script: 1\nsteps:\n  - await: quiet\n  - expect: { stream: 'never', within: 100ms }\n"                 },
    {"late.yaml",   "script: 1\nsteps:\n  - expect: 'early'\n  - expect: 'late'\n"                           },
    {"wanted.yaml", "script: 1\nlimits: { grace: 200ms }\nsteps:\n  - expect: 'early'\n"
                    "  - expect: 'late'\n"                                                },
    {"key.yaml",    "script: 1\nparams: { key: { default: C-c } }\nsteps:\n"
                 "  - expect: 'up'\n  - key: \"${key}\"\n  - await: { gone: all }\n"         },
    {"typed.yaml",  "script: 1\nsteps:\n  - expect: 'up'\n  - send: \"\\x03\"\n"
                   "  - await: { gone: all }\n"                                            },
    {"show.yaml",   "script: 1\nsteps:\n  - expect: 'up'\n  - show: processes\n  - show: modes\n"            },
    {"by-int.yaml", "script: 1\noutcome: { exit: { signal: SIGINT } }\nsteps:\n  - expect: 'up'\n"
                    "  - key: C-c\n"                                                      },
    {"130.yaml",    "script: 1\noutcome: { exit: { status: 130 } }\nsteps:\n  - expect: 'up'\n"
                 "  - key: C-c\n"                                                            },
    {"signal.yaml", "script: 1\nsteps:\n  - expect: 'up'\n"
                    "  - signal: { to: group, name: SIGTERM }\n  - await: { gone: all }\n"},
};

static int suite_start(void)
{
    plain_environment();
    if (folder_enter("expect_end_test") != 0)
        return 1;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        FILE *file = fopen(files[i].name, "we");
        if (file == NULL || fputs(files[i].text, file) < 0 || fclose(file) != 0)
            return 1;
    }
    return 0;
}

static int suite_end(void)
{
    return folder_leave();
}

static void said_not(const char *text)
{
    if (strstr(output, text) != NULL)
        (void)printf("\nnot wanted: %s\nin:\n%s\n", text, output);
    CU_ASSERT_PTR_NULL(strstr(output, text));
}

#define SH     "--", "sh", "-c"
#define PYTHON "--", "python3", "-I", "-S", "-c"

static void passes(int code)
{
    if (code != EXIT_CODE_OK)
        (void)printf("\nfailed:\n%s\n", output);
    CU_ASSERT_EQUAL(code, EXIT_CODE_OK);
}

/* ---- Programs ---- */

static const char zombie[] = "import os, signal\n"
                             "if os.fork() == 0: os._exit(0)\n"
                             "signal.pause()";

static const char reaps_by_itself[] = "import os, signal\n"
                                      "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
                                      "if os.fork() == 0: os._exit(0)\n"
                                      "signal.pause()";

static const char zombie_below[] = "import os, signal\n"
                                   "if os.fork() == 0:\n"
                                   "  if os.fork() == 0: os._exit(0)\n"
                                   "  signal.pause()\n"
                                   "signal.pause()";

/* Its parent, hung up, is gone before the first process is. */
static const char zombie_of_gone[] = "import os, signal\n"
                                     "if os.fork() == 0:\n"
                                     "  if os.fork() == 0: os._exit(0)\n"
                                     "  signal.pause()\n"
                                     "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
                                     "while True: signal.pause()";

static const char zombie_of_busy[] = "import os\n"
                                     "if os.fork() == 0: os._exit(0)\n"
                                     "print('up', flush=True)\n"
                                     "while True: pass";

static const char broken_pipe[] = "import os, signal\n"
                                  "signal.signal(signal.SIGPIPE, signal.SIG_DFL)\n"
                                  "r, w = os.pipe(); os.close(r); os.write(w, b'x')";

/* ---- Processes ---- */

static void test_who_lives_on_is_a_leak_and_named(void)
{
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", SH, "sleep 1000 & exit 0"), EXIT_CODE_FAILED);
    said("failed after 1 step: LEAK survivor: no-survivors: sleep survives sh\n");
    said("  processes\n    sleep (");
    said(")  sleeping, ");
    said(" s old, holds the terminal open\n");
    said("  record   ");
    said("  again    scenario expect quiet.yaml");
    said("program  exit status 0; 1 process was left over, killed\n");
    passes(EXPECT("quiet.yaml", SH, "sleep 1000 & kill $!; wait; exit 0"));
    said_not("processes");
}

static void test_a_daemon_is_a_leak_whatever_it_has_let_go(void)
{
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", SH, "(setsid -f sleep 1000 </dev/null >/dev/null 2>&1)"),
                    EXIT_CODE_FAILED);
    said("LEAK survivor: no-survivors: sleep survives sh\n");
    said_not("holds the terminal open");
}

static void test_who_lives_on_for_a_while_is_an_early_return(void)
{
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", SH, "sleep 1 & exit 0"), EXIT_CODE_FAILED);
    said("LEAK early-return: early-return: sleep lived on for more than 100 ms after sh had "
         "ended\n");
    said("  processes\n    sleep (");
    said("program  exit status 0\n");
    /* Whoever ends with it, by the end of a pipe, needs a moment for that. */
    passes(EXPECT("quiet.yaml", "--", "bash", "-c", "exec 3> >(cat >/dev/null); exit 0"));
}

/* What the script waits for is no leak while it does. */
static void test_what_the_script_still_wants_is_no_early_return(void)
{
    passes(EXPECT("late.yaml", SH, "(sleep 1; echo late) & echo early"));
    said("program  exit status 0\n");
    /* Nor does the grace begin before. */
    passes(EXPECT("wanted.yaml", SH, "(sleep 1; echo late) & echo early"));
    CU_ASSERT_EQUAL(EXPECT("wanted.yaml", SH, "(sleep 1; echo late; sleep 60) & echo early"),
                    EXIT_CODE_FAILED);
    said("LEAK survivor: ");
    CU_ASSERT_EQUAL(EXPECT("late.yaml", SH, "(sleep 0.3; echo late; sleep 1) & echo early"),
                    EXIT_CODE_FAILED);
    said("LEAK early-return: ");
}

static void test_the_dead_of_who_lives_are_reaped(void)
{
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", PYTHON, zombie), EXIT_CODE_FAILED);
    said("FAIL invariant: no-zombies: python3 is dead and its parent python3 has not reaped it "
         "within 1000 ms\n");
    said(")  zombie of python3 (");
    said("ended by the harness: hang-up\n");
    passes(EXPECT("quiet.yaml", PYTHON, reaps_by_itself));
    said_not("zombie");
}

/* A child of one that is a child itself, and of one that never rests. */
static void test_zombies_are_found_below_and_beside_whoever(void)
{
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", PYTHON, zombie_below), EXIT_CODE_FAILED);
    said("FAIL invariant: no-zombies: ");
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", PYTHON, zombie_of_gone), EXIT_CODE_FAILED);
    said("FAIL invariant: no-zombies: ");
    CU_ASSERT_EQUAL(EXPECT("up.yaml", PYTHON, zombie_of_busy), EXIT_CODE_FAILED);
    said("FAIL invariant: no-zombies: ");
}

static void test_what_has_stopped_a_process_is_named(void)
{
    CU_ASSERT_EQUAL(EXPECT("never.yaml", "--", "bash", "-c", "set -m; cat & cat >/dev/null"),
                    EXIT_CODE_FAILED);
    said("failed at step 2 of 2: expect 'never': not seen within 100 ms\n");
    said(")  stopped by SIGTTIN, child of bash (");
    said(")  sleeping, the program itself, ");
    CU_ASSERT_EQUAL(
        EXPECT("never.yaml", "--", "bash", "-c", "stty tostop; set -m; echo out & cat >/dev/null"),
        EXIT_CODE_FAILED);
    said(")  stopped by SIGTTOU, child of bash (");
    CU_ASSERT_EQUAL(EXPECT("never.yaml", SH, "sh -c 'kill -STOP $$' & cat >/dev/null"),
                    EXIT_CODE_FAILED);
    said(")  stopped by SIGSTOP, child of sh (");
}

/* In a group behind the one in front it asks at the terminal: it, and whoever waits for it, waits
 * for ever. The twin asks in front. */
static const char asks_behind[] = "import os, sys\n"
                                  "pid = os.fork()\n"
                                  "if pid == 0:\n"
                                  "  if len(sys.argv) < 2: os.setpgid(0, 0)\n"
                                  "  os.read(0, 1); os._exit(0)\n"
                                  "print('up', flush=True)\n"
                                  "os.waitpid(pid, 0)";

static void test_who_stays_stopped_fails(void)
{
    static const char let_go[] = "sh -c 'kill -STOP $$' & "
                                 "until grep -q '^State:.T' /proc/$!/status; do :; done; "
                                 "kill -CONT $!; wait; echo up; cat";

    CU_ASSERT_EQUAL(EXPECT("up.yaml", PYTHON, asks_behind), EXIT_CODE_FAILED);
    said("FAIL invariant: no-stopped: python3 has been stopped for more than 500 ms by SIGTTIN: it "
         "reads the terminal while another process group is in front\n");
    said(")  stopped by SIGTTIN, child of python3 (");
    said("  remedy   who reads or sets the terminal belongs into the foreground group");
    passes(EXPECT("up.yaml", PYTHON, asks_behind, "front"));
    CU_ASSERT_EQUAL(EXPECT("up.yaml", SH, "sh -c 'kill -STOP $$' & echo up; cat"),
                    EXIT_CODE_FAILED);
    said("no-stopped: sh has been stopped for more than 500 ms by SIGSTOP, which nobody here has "
         "sent\n");
    passes(EXPECT("up.yaml", SH, let_go));
}

/* ---- Its own death ---- */

static void test_a_death_by_what_nobody_sent_fails(void)
{
    static const struct {
        const char *signal;
        const char *verdict;
    } cases[] = {
        {"SEGV", "CRASH crash: sh died by signal SIGSEGV\n"                                    },
        {"ABRT", "CRASH crash: sh died by signal SIGABRT\n"                                    },
        {"PIPE", "FAIL outcome: sh died by signal SIGPIPE, which nobody in this run has sent\n"},
        {"INT",  "FAIL outcome: sh died by signal SIGINT, which nobody in this run has sent\n" },
        {"KILL", "FAIL outcome: sh died by signal SIGKILL, which nobody in this run has sent\n"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char program[64];
        (void)snprintf(program, sizeof(program), "kill -%s $$", cases[i].signal);
        CU_ASSERT_EQUAL(EXPECT("quiet.yaml", SH, program), EXIT_CODE_FAILED);
        said(cases[i].verdict);
    }
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", PYTHON, broken_pipe), EXIT_CODE_FAILED);
    said("python3 died by signal SIGPIPE, which nobody in this run has sent\n");
}

static void test_a_death_by_what_the_script_sent_passes(void)
{
    passes(EXPECT("key.yaml", SH, "echo up; exec sleep 1000"));
    said("program  signal SIGINT\n");
    passes(EXPECT("key.yaml", "--with", "key=C-\\", SH, "ulimit -c 0; echo up; exec sleep 1000"));
    said("program  signal SIGQUIT\n");
    /* The character is the terminal's choice. */
    passes(EXPECT(
        "key.yaml", "--with", "key=C-x", SH,
        "stty intr ^X; trap 'stty intr ^C; trap - INT; kill -INT $$' INT; echo up; sleep 1000"));
    said("program  signal SIGINT\n");
    passes(EXPECT("typed.yaml", SH, "echo up; exec sleep 1000"));
    said("program  signal SIGINT\n");
    passes(EXPECT("signal.yaml", SH, "echo up; exec sleep 1000"));
    said("program  signal SIGTERM\n");
    /* Not by another one. */
    CU_ASSERT_EQUAL(EXPECT("key.yaml", SH, "trap 'kill -TERM $$' INT; echo up; cat"),
                    EXIT_CODE_FAILED);
    said("FAIL outcome: sh died by signal SIGTERM, which nobody in this run has sent\n");
}

/* ---- The terminal ---- */

static void test_modes_that_are_left_are_named(void)
{
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", SH, "stty raw -echo"), EXIT_CODE_FAILED);
    said("FAIL invariant: terminal-restored: the terminal is not as it was before, and sh ended "
         "without putting it right: ECHO off, ICANON off, ISIG off, ICRNL off, IXON off, OPOST "
         "off\n");
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", SH, "stty intr ^X"), EXIT_CODE_FAILED);
    said("right: VINTR ^X (was ^C)\n");
    passes(EXPECT("quiet.yaml", SH, "s=$(stty -g); stty raw -echo; stty $s"));
    said_not("terminal ");
}

static void test_a_terminal_that_does_not_wait_is_named(void)
{
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", PYTHON, "import os; os.set_blocking(0, False)"),
                    EXIT_CODE_FAILED);
    said("FAIL invariant: terminal-restored: ");
    said("without putting it right: O_NONBLOCK on\n");
    passes(EXPECT("quiet.yaml", PYTHON,
                  "import os; os.set_blocking(0, False); os.set_blocking(0, True)"));
    /* One that it has opened itself is its own. */
    passes(
        EXPECT("quiet.yaml", PYTHON, "import os; os.open('/dev/tty', os.O_RDWR | os.O_NONBLOCK)"));
}

/* A job that was in front, and is dead, or lives on; the twin takes the terminal back. */
static const char puts_in_front[] = "import os, signal, sys\n"
                                    "signal.signal(signal.SIGTTOU, signal.SIG_IGN)\n"
                                    "r, w = os.pipe()\n"
                                    "pid = os.fork()\n"
                                    "if pid == 0:\n"
                                    "  os.close(w); os.read(r, 1)\n"
                                    "  if sys.argv[1] == 'lives': signal.pause()\n"
                                    "  os._exit(0)\n"
                                    "os.setpgid(pid, pid); os.tcsetpgrp(0, pid)\n"
                                    "os.close(w)\n"
                                    "if sys.argv[1] == 'lives': os._exit(0)\n"
                                    "os.waitpid(pid, 0)\n"
                                    "if sys.argv[1] == 'back': os.tcsetpgrp(0, os.getpgrp())";

static void test_a_group_that_is_left_in_front_is_named(void)
{
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", PYTHON, puts_in_front, "dies"), EXIT_CODE_FAILED);
    said("FAIL invariant: foreground-restored: python3 has ended with a process group in front of "
         "which nobody lives: it has not taken the terminal back\n");
    said("  remedy   call tcsetpgrp ");
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", PYTHON, puts_in_front, "lives"), EXIT_CODE_FAILED);
    said("foreground-restored: python3 has ended and left the process group of python3 in front\n");
    passes(EXPECT("quiet.yaml", PYTHON, puts_in_front, "back"));
}

/* Beside the survivor; one that has let it go is a survivor and no more. */
static void test_who_keeps_the_terminal_open_is_named(void)
{
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", SH, "sleep 1000 & exit 0"), EXIT_CODE_FAILED);
    said("    ✗ no-survivors\n"
         "    ✗ output-drained: sleep still has the terminal open: the output has no end\n");
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", SH, "(setsid -f sleep 1000 </dev/null >/dev/null 2>&1)"),
                    EXIT_CODE_FAILED);
    said_not("output-drained");
}

/* What it listens on is told, and when it ends, nothing. */
static const char listens[] = "import os, socket, sys, time\n"
                              "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()\n"
                              "print(s.getsockname()[1], flush=True)\n"
                              "if os.fork() == 0:\n"
                              "  if len(sys.argv) < 2: time.sleep(1000)\n"
                              "  os._exit(0)\n"
                              "if len(sys.argv) > 1: os.wait()";

static void test_what_a_survivor_has_is_told(void)
{
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", PYTHON, listens), EXIT_CODE_FAILED);
    said("LEAK survivor: no-survivors: python3 survives python3\n");
    said("; listens on tcp 127.0.0.1:");
    said("    ports-closed: python3 still listens on port ");
    passes(EXPECT("quiet.yaml", PYTHON, listens, "waits"));
    said_not("  told\n");
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", SH, "exec 9>lock; flock 9; sleep 1000 & exit 0"),
                    EXIT_CODE_FAILED);
    said("): sleep 1000; has the lock of ");
    said("    locks-released: sleep still has the lock of a file\n");
}

/* By a name in the file system, and what stays when nobody is left. */
static void test_what_stays_without_a_survivor_is_told(void)
{
    static const char socket[] = "import os, socket, sys, time\n"
                                 "s = socket.socket(socket.AF_UNIX); s.bind('sock'); s.listen()\n"
                                 "if os.fork() == 0: time.sleep(1000)";
    static const char memory[] = "import os, sys\n"
                                 "n = '/dev/shm/scenario-test-%d' % os.getpid()\n"
                                 "open(n, 'x').close()\n"
                                 "if sys.argv[1:]: os.unlink(n)\n"
                                 "else: print(n, flush=True)";

    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", PYTHON, socket), EXIT_CODE_FAILED);
    said("; listens on unix sock");
    said("descriptors-closed: python3 still has a descriptor open that others may wait for\n");
    (void)remove("sock");
    passes(EXPECT("quiet.yaml", PYTHON, memory));
    const char *shown = strstr(output, "│ /dev/shm/scenario-test-");
    CU_ASSERT_PTR_NOT_NULL_FATAL(shown);
    const char *name = strchr(shown, '/');
    char path[64];
    (void)snprintf(path, sizeof(path), "%.*s", (int)strcspn(name, "\r\n"), name);
    CHECK(remove(path) == 0);
    said("    memory-released: python3 leaves ");
    said("scenario-test-");
    passes(EXPECT("quiet.yaml", PYTHON, memory, "tidy"));
    said_not("memory-released");
}

/* A shell's way to tell a signal is none to die by it, and the other way round. */
static void test_a_status_above_128_is_no_signal(void)
{
    CU_ASSERT_EQUAL(EXPECT("by-int.yaml", SH, "trap 'exit 130' INT; echo up; cat"),
                    EXIT_CODE_FAILED);
    said("the root ended with exit status 130, not with signal SIGINT\n");
    said("  remedy   status 130 is a number like any other: ");
    CU_ASSERT_EQUAL(EXPECT("130.yaml", SH, "echo up; exec cat"), EXIT_CODE_FAILED);
    said("the root ended with signal SIGINT, not with exit status 130\n");
    said("  remedy   that is no exit status: 130 is how a shell tells it");
    passes(EXPECT("by-int.yaml", SH, "echo up; exec cat"));
    passes(EXPECT("130.yaml", SH, "trap 'exit 130' INT; echo up; cat"));
}

/* Who was started with a signal ignored does not hear of it. */
static void test_who_does_not_hear_of_a_key_is_told(void)
{
    passes(EXPECT("key.yaml", SH, "sleep 1000 & trap 'kill $!; wait; exit 0' INT; echo up; wait"));
    said("    signals-heard: sleep ignores SIGINT, by itself or as it was started so: it "
         "never hears of it\n");
    passes(EXPECT("key.yaml", SH, "echo up; exec sleep 1000"));
    said_not("  told\n");
}

/* By what it wrote, of which each has an end in the second. */
static void test_modes_that_are_left_on_by_sequences_are_named(void)
{
    static const struct {
        const char *on;
        const char *off;
        const char *name;
    } cases[] = {
        {"[?1049h",           "[?1049l",      "alternate screen (1049)"                    },
        {"[?25l",             "[?25h",        "hidden cursor (25)"                         },
        {"[?1000;1006h",      "[?1000;1006l", "mouse clicks (1000)"                        },
        {"[?2004h",           "[?2004l",      "bracketed paste (2004)"                     },
        {"=",                 ">",            "application keypad (66)"                    },
        {"[?1h",              "[?1l",         "application cursor keys (1)"                },
        {"[?1049h\\033[?25l", "c",            "alternate screen (1049), hidden cursor (25)"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char program[128];
        (void)snprintf(program, sizeof(program), "printf '\\033%s'", cases[i].on);
        CU_ASSERT_EQUAL(EXPECT("quiet.yaml", SH, program), EXIT_CODE_FAILED);
        said("FAIL invariant: terminal-restored: ");
        said(cases[i].name);
        (void)snprintf(program, sizeof(program), "printf '\\033%s\\033%s'", cases[i].on,
                       cases[i].off);
        passes(EXPECT("quiet.yaml", SH, program));
    }
    CU_ASSERT_EQUAL(EXPECT("quiet.yaml", SH, "stty -echo; printf '\\033[?25l'"), EXIT_CODE_FAILED);
    said("right: ECHO off, hidden cursor (25)\n");
    passes(EXPECT("up.yaml", SH, "printf '\\033[?1049hup'; cat"));
    said("  terminal alternate screen (1049)\n");
}

static void test_processes_and_modes_can_be_shown_at_any_time(void)
{
    passes(EXPECT("show.yaml", SH, "stty -echo; printf '\\033[?25lup'; cat"));
    said("✓ show processes ");
    said("sh (");
    said(", the program itself, ");
    said("✓ show modes ");
    said("ECHO off\n");
    said("hidden cursor (25)\n");
    passes(EXPECT("show.yaml", SH, "echo up; cat"));
    said("as at the start\n");
}

/* ---- The script ends first ---- */

static void test_what_the_harness_ends_is_told_and_not_judged(void)
{
    passes(EXPECT("up.yaml", SH, "stty -echo; echo up; cat"));
    said("ended by the harness after the script: hang-up\n");
    said("  terminal ECHO off\n");
    passes(EXPECT("up.yaml", SH, "trap '' HUP TERM; sleep 1000 & trap - HUP TERM; echo up; wait"));
    said("; 1 process was left over, killed\n");
    said("  left over\n    sleep (");
}

/* One that lives through what ended the others is ended by the next. */
static void test_a_program_is_ended_in_stages(void)
{
    static const char deaf[] = "import signal, time\n"
                               "for s in signal.SIGHUP, signal.SIGTERM:\n"
                               "  signal.signal(s, signal.SIG_IGN)\n"
                               "print('up', flush=True)\n"
                               "while True: time.sleep(60)";

    passes(EXPECT("up.yaml", "--", "bash", "--norc", "--noprofile", "-i", "-c", "echo up; cat"));
    said("program  signal SIGHUP, ended by the harness after the script: hang-up\n");
    passes(EXPECT("up.yaml", PYTHON, "print('up', flush=True)\nimport time\ntime.sleep(60)"));
    said("program  signal SIGHUP, ended by the harness after the script: hang-up\n");
    passes(EXPECT("rest.yaml", SH, "echo up; kill -STOP $$; sleep 60"));
    said("program  signal SIGHUP, ended by the harness after the script: hang-up\n");
    /* Whoever does not mind the signal finds the end of its input. */
    passes(EXPECT("up.yaml", SH, "trap '' HUP; echo up; cat; exit 3"));
    said("program  exit status 3, ended by the harness after the script: hang-up\n");
    passes(EXPECT("grace.yaml", SH, "trap '' HUP; echo up; exec sleep 60"));
    said("program  signal SIGTERM, ended by the harness after the script: SIGTERM\n");
    passes(EXPECT("grace.yaml", PYTHON, deaf));
    said("program  signal SIGKILL, ended by the harness after the script: SIGKILL");
}

static const struct {
    const char *name;
    void (*run)(void);
} tests[] = {
    {"survivor",      test_who_lives_on_is_a_leak_and_named              },
    {"daemon",        test_a_daemon_is_a_leak_whatever_it_has_let_go     },
    {"early return",  test_who_lives_on_for_a_while_is_an_early_return   },
    {"wanted",        test_what_the_script_still_wants_is_no_early_return},
    {"zombie",        test_the_dead_of_who_lives_are_reaped              },
    {"zombies below", test_zombies_are_found_below_and_beside_whoever    },
    {"stopped",       test_what_has_stopped_a_process_is_named           },
    {"stays stopped", test_who_stays_stopped_fails                       },
    {"own death",     test_a_death_by_what_nobody_sent_fails             },
    {"sent death",    test_a_death_by_what_the_script_sent_passes        },
    {"modes",         test_modes_that_are_left_are_named                 },
    {"waits",         test_a_terminal_that_does_not_wait_is_named        },
    {"in front",      test_a_group_that_is_left_in_front_is_named        },
    {"held open",     test_who_keeps_the_terminal_open_is_named          },
    {"told",          test_what_a_survivor_has_is_told                   },
    {"stays",         test_what_stays_without_a_survivor_is_told         },
    {"128",           test_a_status_above_128_is_no_signal               },
    {"deaf",          test_who_does_not_hear_of_a_key_is_told            },
    {"sequences",     test_modes_that_are_left_on_by_sequences_are_named },
    {"show",          test_processes_and_modes_can_be_shown_at_any_time  },
    {"ended by us",   test_what_the_harness_ends_is_told_and_not_judged  },
    {"stages",        test_a_program_is_ended_in_stages                  },
};

int main(void)
{
    CU_pSuite suite = suite_open("expect_end", suite_start, suite_end);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        CU_add_test(suite, tests[i].name, tests[i].run);
    return suite_close();
}
