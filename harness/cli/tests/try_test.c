/* try_test.c: `scenario try` finds what is wrong with a program, whatever kind of thing it is, and
 * nothing with its twin that does the same and cleans up. */
#include "harness/cli/tests/folder.h"
#include "harness/cli/tests/line_run.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/plain_env.h"
#include "runtime/base/tests/suite.h"

#include <sys/stat.h>

#define PROGRAM " -- python3 -I -S program.py"
#define LONGER  "scenario try --at rest --stimulus ctrl-c --grace 4s"
#define AT_REST "scenario try --at rest --stimulus ctrl-c --grace 1s"

static void file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_TRUE(fputs(text, file) >= 0);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

/* A program that does `setup`, is up, and on Ctrl-C does `end`. */
static void program_write(const char *setup, const char *end)
{
    char text[2048];

    (void)snprintf(text, sizeof(text),
                   "import os, signal, sys, time\n%sdef end(*a):\n%s"
                   "signal.signal(signal.SIGINT, end)\nprint('up', flush=True)\n"
                   "while True: signal.pause()\n",
                   setup, end);
    file_write("program.py", text);
}

#define ENDS "  os._exit(0)\n"

#define KID                \
    "kid = os.fork()\n"    \
    "if kid == 0:\n"       \
    "  os.setpgid(0, 0)\n" \
    "  signal.pause()\n"
#define ENDS_KID "  os.kill(kid, 9)\n  os.waitpid(kid, 0)\n" ENDS

/* With `wrong` in the program it is found, with `right` in its place nothing is. */
static void plant(const char *setup, const char *wrong, const char *right, const char *kind,
                  const char *what)
{
    char line[32];

    (void)snprintf(line, sizeof(line), "\n%s ", kind);
    program_write(setup, wrong);
    expect(AT_REST PROGRAM, EXIT_CODE_FAILED, line);
    said(what);
    said("scenario try --grace 1s --at rest --stimulus ctrl-c" PROGRAM "\n");
    program_write(setup, right);
    expect(AT_REST PROGRAM, EXIT_CODE_OK, "  rest  ok\n");
    said("\nnothing is wrong; 2 runs in ");
}

static void test_who_lives_on_is_found(void)
{
    plant(KID, ENDS, ENDS_KID, "survivor", "lives on when python3 has ended with status 0");
}

static void test_a_port_that_is_left_bound_is_found(void)
{
    plant("import socket\ns = socket.create_server(('127.0.0.1', 0))\n" KID, ENDS, ENDS_KID,
          "survivor", "; python3 listens on tcp 127.0.0.1:");
}

static void test_a_return_before_the_children_is_found(void)
{
    plant("", "  if os.fork() == 0: time.sleep(0.6)\n" ENDS,
          "  kid = os.fork()\n  if kid == 0:\n    time.sleep(0.6)\n    os._exit(0)\n"
          "  os.waitpid(kid, 0)\n" ENDS,
          "early", "lived on for more than 100 ms after python3 had ended");
}

static void test_a_terminal_that_is_left_raw_is_found(void)
{
    plant("import termios, tty\nold = termios.tcgetattr(0)\ntty.setcbreak(0)\n", ENDS,
          "  termios.tcsetattr(0, termios.TCSANOW, old)\n" ENDS, "terminal",
          "ended without putting it right: ECHO off, ICANON off");
}

static void test_a_group_that_is_left_in_front_is_found(void)
{
#define IN_FRONT                         \
    "  kid = os.fork()\n"                \
    "  if kid == 0:\n"                   \
    "    os.setpgid(0, 0)\n"             \
    "    os.tcsetpgrp(0, os.getpid())\n" \
    "    os._exit(0)\n"                  \
    "  os.waitpid(kid, 0)\n"
    plant("signal.signal(signal.SIGTTOU, signal.SIG_IGN)\n", IN_FRONT ENDS,
          IN_FRONT "  os.tcsetpgrp(0, os.getpgrp())\n" ENDS, "terminal",
          "it has not taken the terminal back");
}

static void test_a_hang_is_found(void)
{
    plant("", "  pass\n", ENDS, "hang", "python3 neither ended nor came back to a prompt");
}

static void test_a_death_that_nobody_has_sent_is_found(void)
{
    plant("", "  os.kill(os.getpid(), signal.SIGSEGV)\n", ENDS, "status",
          "python3 died by signal SIGSEGV");
}

/* Made on the way out, so that how the untouched run is ended has no part in it. */
static void test_a_file_that_is_left_is_found(void)
{
#define MAKES "  open('run.lock', 'w').close()\n"
    plant("", MAKES ENDS, MAKES "  os.unlink('run.lock')\n" ENDS, "file",
          "python3 leaves run.lock, which it does not when nothing is done");
}

/* At its prompt again, with a dead child. */
static void test_a_zombie_is_found(void)
{
    static const char prompts[] = "def read(*a): os.read(0, 9)\nsignal.pause = read\n";

    program_write(prompts, "  if os.fork() == 0: os._exit(0)\n");
    expect(LONGER PROGRAM, EXIT_CODE_FAILED, "\nzombie ");
    said("its parent python3 has not reaped it");
    program_write(prompts, "  kid = os.fork()\n  if kid == 0: os._exit(0)\n  os.waitpid(kid, 0)\n");
    expect(AT_REST PROGRAM, EXIT_CODE_OK, "  rest  stays\n");
}

#define SLEEPS " --stimulus sigterm --grace 1s -- sh -c sleep~1000;~true"

static void test_programs_that_are_started_are_points(void)
{
    expect("scenario try --without seccomp" SLEEPS, EXIT_CODE_FAILED,
           "  sleep@proc.execed  sleep\n");
    said("  rest               sleep\n");
    said("\npoints at system calls were not tried: ");
    said("\nsurvivor  sleep (sleep 1000) lives on when sh has ended by SIGTERM\n");
    expect("scenario try --at sleep@proc.execed --stimulus ctrl-c -- sh -c sleep~1000;~true",
           EXIT_CODE_OK, "  sleep@proc.execed  ok\n");
}

/* Where no filter can be had that is said, and nothing else. */
static void test_calls_are_points_where_they_can_be_held(void)
{
    (void)run("scenario try" SLEEPS);
    if (strstr(output, "\npoints at system calls were not tried: ") != NULL) {
        (void)printf("no filter of system calls here: not tested\n");
        return;
    }
    said("  root@wait4    sleep\n");
    said("  sleep@execve  sleep\n");
    said("  rest          sleep\n");
    said(" --stimulus sigterm -- sh -c ");
}

/* The first press has ended it: what has come of that stands below the single press. */
static void test_a_second_press_that_finds_nobody_is_the_first(void)
{
    program_write(KID, ENDS);
    expect("scenario try --at rest --stimulus ctrl-c,ctrl-c-twice --grace 1s" PROGRAM,
           EXIT_CODE_FAILED, "  rest  python3  python3\n");
    expect("scenario try --at rest --stimulus ctrl-c-twice --grace 1s" PROGRAM, EXIT_CODE_OK,
           "  rest  -\n");
}

static void test_a_closed_window_is_sent_by_us_and_has_no_modes(void)
{
    program_write("import tty\ntty.setcbreak(0)\n", ENDS);
    expect("scenario try --at rest --stimulus hang-up" PROGRAM, EXIT_CODE_OK, "  rest  ok\n");
}

static void test_the_time_without_a_handler_is_told(void)
{
    program_write("signal.signal(signal.SIGINT, signal.SIG_DFL)\nprint('READY', flush=True)\n"
                  "time.sleep(0.4)\n",
                  ENDS);
    (void)run("scenario try --stimulus sigterm --ready READY" PROGRAM);
    said("\nREADY at ");
    said(" s, a handler for SIGINT at ");
    program_write("", ENDS);
    (void)run("scenario try --stimulus sigterm --ready up" PROGRAM);
    said("  ready ");
    CU_ASSERT_PTR_NULL(strstr(output, "READY"));
}

static void test_a_problem_becomes_a_scenario_that_fails_alike(void)
{
    program_write(KID, ENDS);
    expect(AT_REST " -o bug.yaml" PROGRAM, EXIT_CODE_FAILED, "survivor");
    expect("scenario check bug.yaml", EXIT_CODE_OK, "1 file checked, 0 wrong, 0 warnings");
    expect("scenario run ./bug.yaml", EXIT_CODE_FAILED, "no-survivors: ");
    program_write(KID, ENDS_KID);
    expect("scenario run ./bug.yaml", EXIT_CODE_OK, "1 passed, 0 failed");
}

static void test_only_what_is_new_fails_against_what_was_saved(void)
{
    program_write(KID, ENDS);
    expect(AT_REST " --save base.json" PROGRAM, EXIT_CODE_FAILED, "1 problem; ");
    expect(AT_REST " --against base.json" PROGRAM, EXIT_CODE_OK,
           "1 problem, 0 of them new against base.json");
    program_write("", "  pass\n");
    expect(AT_REST " --against base.json" PROGRAM, EXIT_CODE_FAILED, "\nnew       python3 neither");
    file_write("base.json", "[]\n");
    expect(AT_REST " --against base.json" PROGRAM, EXIT_CODE_INPUT,
           "base.json:1:1: error: this is not what `scenario try --save` writes");
}

static void test_who_may_live_on_is_allowed_by_its_words(void)
{
    program_write(KID, ENDS);
    expect(AT_REST " --allow program" PROGRAM, EXIT_CODE_OK, "nothing is wrong");
    expect(AT_REST " --allow other" PROGRAM, EXIT_CODE_FAILED, "survivor");
    expect(AT_REST " --allow (" PROGRAM, EXIT_CODE_USAGE, "--allow");
}

static void test_what_the_budget_has_left_out_is_said(void)
{
    program_write("", ENDS);
    expect("scenario try --at output,rest -j 1 --budget 1ms" PROGRAM, EXIT_CODE_OK,
           " cells were not tried: --budget 1ms was over");
}

static void test_json_is_for_programs_and_the_table_goes_aside(void)
{
    program_write("", ENDS);
    expect("scenario try --at rest --stimulus ctrl-c --json" PROGRAM, EXIT_CODE_OK,
           "{\"v\":1,\"at\":\"rest\",\"stimulus\":\"ctrl-c\",\"kind\":\"ok\",");
}

static void test_wrong_usage_is_said(void)
{
    expect("scenario try", EXIT_CODE_USAGE, "try wants a command: scenario try -- CMD...");
    expect("scenario try --stimulus ctrl-x -- cat", EXIT_CODE_USAGE, "did you mean 'ctrl-c'?");
    expect("scenario try --at end -- cat", EXIT_CODE_USAGE, "'end' is no point");
    expect("scenario try --script no-such -- cat", EXIT_CODE_USAGE, "no-such");
    expect("scenario try -- ./no-such-program", EXIT_CODE_HARNESS, "no-such-program");
    expect("scenario try --without seccomp -- true", EXIT_CODE_NOTHING,
           "ended before anything could be done");
}

static int suite_start(void)
{
    plain_environment();
    return folder_enter("try_test");
}

static int suite_end(void)
{
    return folder_leave();
}

int main(void)
{
    CU_pSuite suite = suite_open("try", suite_start, suite_end);
    CU_add_test(suite, "survivor", test_who_lives_on_is_found);
    CU_add_test(suite, "port", test_a_port_that_is_left_bound_is_found);
    CU_add_test(suite, "early", test_a_return_before_the_children_is_found);
    CU_add_test(suite, "terminal", test_a_terminal_that_is_left_raw_is_found);
    CU_add_test(suite, "in front", test_a_group_that_is_left_in_front_is_found);
    CU_add_test(suite, "hang", test_a_hang_is_found);
    CU_add_test(suite, "status", test_a_death_that_nobody_has_sent_is_found);
    CU_add_test(suite, "file", test_a_file_that_is_left_is_found);
    CU_add_test(suite, "zombie", test_a_zombie_is_found);
    CU_add_test(suite, "programs", test_programs_that_are_started_are_points);
    CU_add_test(suite, "calls", test_calls_are_points_where_they_can_be_held);
    CU_add_test(suite, "twice", test_a_second_press_that_finds_nobody_is_the_first);
    CU_add_test(suite, "hang-up", test_a_closed_window_is_sent_by_us_and_has_no_modes);
    CU_add_test(suite, "window", test_the_time_without_a_handler_is_told);
    CU_add_test(suite, "-o", test_a_problem_becomes_a_scenario_that_fails_alike);
    CU_add_test(suite, "--against", test_only_what_is_new_fails_against_what_was_saved);
    CU_add_test(suite, "--allow", test_who_may_live_on_is_allowed_by_its_words);
    CU_add_test(suite, "--budget", test_what_the_budget_has_left_out_is_said);
    CU_add_test(suite, "--json", test_json_is_for_programs_and_the_table_goes_aside);
    CU_add_test(suite, "usage", test_wrong_usage_is_said);
    return suite_close();
}
