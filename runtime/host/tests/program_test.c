/* program_test.c: actor.h as a program of a user's own sees it, with real processes: programs that
 * are no actors, descriptors to watch, lines printed while somebody prompts, errors that are dealt
 * with. */
#include "runtime/base/tests/suite.h"
#include "runtime/host/tests/program_cases.h"
#include "runtime/host/tests/program_run.h"

static void test_program_ends_are_outcomes(void)
{
    expect_run("ends", 0,
               "1 runs\n1 OK 0 '' ''\n"
               "2 runs\n2 EXIT 3 'sh' ''\n"
               "3 runs\n3 SIGNAL 9 'sh' ''\n"
               "4 SPAWN 2 'is-not-there' ''\n"
               "closed EXIT 3 'sh'\n");
}

static void test_program_is_looked_for_as_by_a_shell(void)
{
    expect_run("looks", 0,
               "1 OK 0 '' ''\n2 SPAWN 13 'passwd' ''\n3 SPAWN 13 'passwd' ''\n"
               "4 SPAWN 2 'is-not-there' ''\n");
}

static void test_program_inherits_what_it_is_given_and_no_more(void)
{
    expect_run("inherits", 0,
               "/\nzero b\n0\n"
               "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\nfd 0\nfd 1\nfd 2\n"
               "given\n");
}

/* Goal: who is given no environment has its actor's, but for what tells an actor who it is. */
static void test_program_has_its_actors_environment(void)
{
    CHECK(setenv("KEPT", "yes", 1) == 0);
    expect_run("environs", 0, "yes\n0\n");
    CHECK(unsetenv("KEPT") == 0);
}

static void test_program_limits_are_errors(void)
{
    expect_run("refused", 0, "-4 -4 -4 -4 -4\n-4 -4 -4 -4\n64 -2\n0\n-4\n");
}

static void test_program_watch_tells_once(void)
{
    expect_run("watches", 0, "writable 2\nreadable 1, read 4\nsaid 2\nreadable 1, read 0\n");
}

static void test_program_cancel_is_sigterm_and_then_sigkill(void)
{
    expect_run("cancels", 0,
               "1 CANCELLED 15 'sh' ''\n"
               "2 CANCELLED 9 'sh' ''\nat its deadline\n"
               "3 CANCELLED 0 'sh' ''\n");
}

/* Goal: whichever of the two hears of ^C first, the program's death is a part of the cancel. */
static void test_program_dies_of_ctrl_c_with_its_tree(void)
{
    for (int i = 0; i < 20; i++) {
        start("interrupt", true);
        wait_text("both run");
        type("\003");
        CU_ASSERT_EQUAL(finish(), -SIGINT);
        /* It has SIGINT of the terminal, and may have SIGTERM of its actor before it dies. */
        CU_ASSERT_PTR_NOT_NULL(strstr(run.text, "1 CANCELLED "));
        CU_ASSERT_PTR_NOT_NULL(strstr(run.text, "2 CANCELLED 15 'sh'"));
        CU_ASSERT_PTR_NULL(strstr(run.text, "error"));
    }
}

static void test_program_dies_of_ctrl_c_at_a_prompt_unless_it_has_a_group(void)
{
    start("at-prompt", true);
    wait_text("one> ");
    type("\003");
    wait_text("1 SIGNAL 2 'sh' ''\r\none> ");
    type("c\r");
    wait_text("3 OK 0");
    wait_text("2 CANCELLED 15 'sh'");
    CU_ASSERT_EQUAL(finish(), 0);
}

static void test_program_prints_leave_a_prompt_whole(void)
{
    start("prints", true);
    wait_text("before\r\n");
    wait_text("one> ");
    type("x this\r");
    wait_text("\r\nroot says this\r\none> ");
    wait_seen("\r\nits own\r\none> ");
    wait_seen("\r\nsibling says so\r\none> ");
    type("c\r");
    wait_text("after\r\n");
    CU_ASSERT_EQUAL(finish(), 0);
}

/* Goal: a link that is too full for text is not broken by it, and what is missing is told. */
static void test_program_prints_too_much(void)
{
    start("flood", true);
    wait_text("ffff");
    CU_ASSERT_EQUAL(finish(), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.text, "(more was printed than could be shown)\r\n"));
    CU_ASSERT_PTR_NULL(strstr(run.text, "error"));
}

static void test_program_retries_a_child_in_its_nursery(void)
{
    start("retries", true);
    wait_text("3 APP 7 'job' 'no route'\r\n");
    wait_text("5 APP 7 'job/leaf' 'no route'\r\n");
    wait_text("7 OK 0 '' ''\r\n");
    type("c\r");
    wait_text("closed APP 7 'job'\r\n");
    CU_ASSERT_EQUAL(finish(), 0);
}

static void test_program_raises_the_last_error(void)
{
    expect_run("raises", 1,
               "root: error APP:7, first raised by leaf (root/second/leaf): no route\n");
}

static void test_program_nursery_takes_nobody_after_an_error(void)
{
    expect_run("closes", 0, "1 APP 7 'job' 'no route'\nagain: -20\n");
}

static void test_program_aborted_at_a_prompt_does_not_end_well(void)
{
    start("aborts", true);
    wait_text("one> ");
    type("a\r");
    wait_text("root: error APP:QUIT, first raised by root: aborted at a prompt\r\n");
    CU_ASSERT_EQUAL(finish(), 1);
}

/* Goal: where there is no terminal of its session, the root takes that of its input. */
static void test_program_prompts_where_its_input_comes_from(void)
{
    start_on("aborts", true, false);
    wait_text("one> ");
    type("a\r");
    wait_text("root: error APP:QUIT, first raised by root: aborted at a prompt\r\n");
    CU_ASSERT_EQUAL(finish(), 1);
}

/* Goal: whoever is asked for its state shows it where nobody else prompts, and nowhere else. */
static void test_program_dumps_where_nobody_prompts(void)
{
    start("prints", true);
    wait_text("one> ");
    CHECK(kill(run.root.pid, SIGUSR1) == 0);
    wait_text("\r\none: running, errors 0, calls 0\r\none: nursery 0 open\r\n"
              "one: own request one#1 prompts, tasks 1\r\none> ");
    type("c\r");
    wait_text("after\r\n");
    CU_ASSERT_EQUAL(finish(), 0);
    CU_ASSERT_PTR_NULL(strstr(run.text, "root: running"));
    start("interrupt", true);
    wait_text("both run");
    CHECK(kill(run.root.pid, SIGUSR1) == 0);
    wait_text("root: running, errors 0, calls 0\r\n");
    wait_text("root: child sh live\r\nroot: child sh live\r\nroot: the terminal is free\r\n");
    type("\003");
    CU_ASSERT_EQUAL(finish(), -SIGINT);
}

static void test_program_leaves_nothing_behind(void)
{
    expect_run("leaves", 0, "1 OK 0 '' ''\n");
    expect_run("forks", 0, "");
}

static void test_program_replaces_what_a_signal_does(void)
{
    expect_run("replaces", 0, "still there\n");
}

/* Goal: output that nobody reads is dropped, and is no error. */
static void test_program_prints_to_nobody(void)
{
    expect_run("unread", 0, "");
}

/* Goal: a program that is deaf does not outlive its actor. This process adopts it. */
static void test_program_dies_with_its_actor(void)
{
    start("killed", false);
    wait_text("ready");
    CHECK(kill(run.root.pid, SIGKILL) == 0);
    while (more()) /* its end of the pipe closes with it */
        continue;
    siginfo_t info = {0};
    CHECK(waitid(P_PIDFD, (id_t)run.root.pidfd, &info, WEXITED) == 0);
    info.si_pid = 0;
    CHECK(waitid(P_ALL, 0, &info, WEXITED) == 0);
    CU_ASSERT_EQUAL(info.si_status, SIGKILL);
    close(run.fd);
    close(run.root.pidfd);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return case_main(argv[1]);
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    CU_TestInfo tests[] = {
        {"ends are outcomes",           test_program_ends_are_outcomes                               },
        {"is looked for",               test_program_is_looked_for_as_by_a_shell                     },
        {"inherits what it is given",   test_program_inherits_what_it_is_given_and_no_more           },
        {"an environment",              test_program_has_its_actors_environment                      },
        {"limits are errors",           test_program_limits_are_errors                               },
        {"a watch tells once",          test_program_watch_tells_once                                },
        {"cancel, SIGTERM, SIGKILL",    test_program_cancel_is_sigterm_and_then_sigkill              },
        {"^C is a cancel of all",       test_program_dies_of_ctrl_c_with_its_tree                    },
        {"^C at a prompt",              test_program_dies_of_ctrl_c_at_a_prompt_unless_it_has_a_group},
        {"prints leave a prompt whole", test_program_prints_leave_a_prompt_whole                     },
        {"prints too much",             test_program_prints_too_much                                 },
        {"a child is started again",    test_program_retries_a_child_in_its_nursery                  },
        {"the last error is raised",    test_program_raises_the_last_error                           },
        {"nobody after an error",       test_program_nursery_takes_nobody_after_an_error             },
        {"an abort is no good end",     test_program_aborted_at_a_prompt_does_not_end_well           },
        {"a terminal of its input",     test_program_prompts_where_its_input_comes_from              },
        {"a dump at a prompt",          test_program_dumps_where_nobody_prompts                      },
        {"nothing stays behind",        test_program_leaves_nothing_behind                           },
        {"signals are replaced",        test_program_replaces_what_a_signal_does                     },
        {"prints to nobody",            test_program_prints_to_nobody                                },
        {"nobody outlives his actor",   test_program_dies_with_its_actor                             },
        CU_TEST_INFO_NULL,
    };

    return suite_run("program", tests);
}
