/* expect_test.c: `scenario expect` on real programs: a shell, a debugger, an actor of a user's own.
 *
 * The command runs in a process of its own; its output is read to its end. */
#include "harness/cli/papers.h"
#include "harness/cli/tests/expect_run.h"
#include "harness/cli/tests/folder.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/plain_env.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char source[PATH_MAX];
static char own_actor[PATH_MAX];
static char own_crew[PATH_MAX];

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"program.py",     "x = 1\ny = 2\n"                                                 },
    {"pdb.yaml",       "script: 1\nsteps:\n"
                 "  - use: { script: half-typed-line, with: { prompt: '\\(Pdb\\) $' } }\n"
                 "  - send: \"p 6 * 7\\r\"\n"
                 "  - expect: '42'\n"
                 "  - expect: '\\(Pdb\\) $'\n"
                 "  - key: C-d\n"
                 "  - await: { gone: all }\n"                           },
    {"own.yaml",       "script: 1\nsteps:\n"
                 "  - use: { script: half-typed-line, with: { prompt: '[a-z]+> $' } }\n"
                 "  - use: { script: leave-prompt }\n"
                 "  - expect: '3 \\* 3 \\+ 4 \\* 4 = 25'\n"
                 "  - await: { gone: all }\n"                           },
    {"late.yaml",      "script: 1\nsteps:\n  - key: C-c\n  - expect: 'caught'\n"        },
    {"signals.yaml",   "script: 1\nparams: { to: { default: foreground } }\nsteps:\n"
                     "  - expect: 'ready'\n"
                     "  - signal: { to: \"${to}\", name: SIGUSR1 }\n"
                     "  - expect: 'one'\n"
                     "  - absent: { stream: 'two', until: quiet }\n"
                     "  - repeat: { times: 2, steps: [{ note: 'again' }] }\n"
                     "  - send: \"go\\r\"\n"
                     "  - expect: 'two'\n"                          },
    {"quiet.yaml",     "script: 1\nsteps:\n  - await: quiet\n"                          },
    {"leave.yaml",     "script: 1\nsteps:\n  - expect: 'ready> $'\n  - send: \"6\\r\"\n"},
    {"wait.yaml",      "script: 1\nsteps:\n  - expect: 'never'\n"                       },
    {"scenario.yaml",  "scenario: 1\ntree: { root: { run: worker } }\n"                 },
    {"resize.yaml",    "script: 1\nsteps:\n  - expect: 'go'\n  - resize: { rows: 10, columns: 33 }\n"
                    "  - send: \"\\r\"\n  - expect: '10 33'\n"       },
    {"wrong.yaml",     "script: 1\nsteps:\n  - expec: 'x'\n"                            },
    {"own_steps.yaml",
     "script: 1\nsteps:\n"
     "  - tell: { actor: leaf, do: pause }\n"
     "  - fault: { freeze: leaf }\n"
     "  - await: leaf@dbg.prompt\n"
     "  - await: { gone: leaf }\n"
     "  - absent: { stream: 'x', until: leaf@dbg.prompt }\n"
     "  - signal: { to: tree, name: SIGTERM }\n"
     "  - parallel: [[{ await: quiet }]]\n"
     "  - when: { if: '1 == 2', steps: [{ tell: { actor: leaf, do: pause } }] }\n"      },
};

static int suite_start(void)
{
    char self[PATH_MAX];
    char path[PATH_MAX];

    plain_environment();
    if (getcwd(source, sizeof(source)) == NULL || folder_enter("expect_test") != 0)
        return 1;
    ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
    self[size < 0 ? 0 : size] = 0;
    char *slash = strrchr(self, '/');
    if (slash == NULL)
        return 1;
    *slash = 0;
    if (snprintf(own_actor, sizeof(own_actor), "%s/example-pause", self) >=
            (int)sizeof(own_actor) ||
        snprintf(own_crew, sizeof(own_crew), "%s/example-crew", self) >= (int)sizeof(own_crew))
        return 1;
    /* Scripts of the repository are found upward from here, as a user finds them. */
    if (mkdir("expect", 0777) < 0 || mkdir("here", 0777) < 0 ||
        snprintf(path, sizeof(path), "%s/expect/scripts", source) >= (int)sizeof(path) ||
        symlink(path, "expect/scripts") < 0)
        return 1;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        (void)snprintf(path, sizeof(path), "expect/%s", files[i].name);
        FILE *file = fopen(path, "we");
        if (file == NULL || fputs(files[i].text, file) < 0 || fclose(file) != 0)
            return 1;
    }
    /* Scripts of our own use those of the repository from their own folder. */
    return chdir("here") < 0;
}

static int suite_end(void)
{
    return folder_leave();
}

#define BASH "--", "bash", "--norc", "--noprofile"

/* ---- Programs ---- */

static void test_a_job_is_stopped_and_taken_up_again_under_bash(void)
{
    CU_ASSERT_EQUAL(EXPECT("job-control", BASH, "-i"), EXIT_CODE_OK);
    said("Stopped");
    said("✓ key C-z");
    said("✓ send \"fg\\r\"");
    said("passed: 10 steps");
    said("ended by the harness after the script");
}

static void test_a_half_typed_line_is_thrown_away_by_bash(void)
{
    CU_ASSERT_EQUAL(EXPECT("half-typed-line", "--with", "prompt=[$#] $", BASH, "-i"), EXIT_CODE_OK);
    said("✓ key C-c");
    said("passed: 5 steps");
}

static void test_a_debugger_keeps_its_prompt_through_ctrl_c(void)
{
    CU_ASSERT_EQUAL(EXPECT("../expect/pdb.yaml", "--", "python3", "-I", "-S", "-m", "pdb",
                           "../expect/program.py"),
                    EXIT_CODE_OK);
    said("--KeyboardInterrupt--");
    said("42");
    said("passed: 10 steps");
}

static void test_an_own_actor_keeps_its_prompt_through_ctrl_c(void)
{
    CU_ASSERT_EQUAL(EXPECT("../expect/own.yaml", "--", own_actor), EXIT_CODE_OK);
    said("= 25");
    said("passed: 8 steps");
    said("program  exit status 0\n");
}

/* What others print stands above the prompt, a worker that has failed is started again. */
static void test_an_own_crew_talks_beside_its_prompt(void)
{
    char script[PATH_MAX + 64];

    (void)snprintf(script, sizeof(script), "%s/runtime/include/example/crew.yaml", source);
    CU_ASSERT_EQUAL(EXPECT(script, "--", own_crew), EXIT_CODE_OK);
    said("root: worker ended: APP 7: no route\n");
    said("worker: the command is over\n");
    said("root: all have ended\n");
    said("program  exit status 0\n");
}

/* ---- Readiness ---- */

/* The handler comes after a while of computing: a press before it would kill the program. */
static void test_a_key_waits_for_the_handler(void)
{
    static const char program[] = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done;"
                                  "trap 'echo caught; exit 3' INT; while :; do sleep 1000; done";

    CU_ASSERT_EQUAL(EXPECT("../expect/late.yaml", "--", "sh", "-c", program), EXIT_CODE_OK);
    said("program  exit status 3\n");
}

/* It never rests, but it meets the signal in the same way for a while. */
static void test_a_busy_program_can_be_interrupted(void)
{
    CU_ASSERT_EQUAL(EXPECT("../expect/late.yaml", "--", "sh", "-c",
                           "trap 'echo caught; exit 4' INT; while :; do :; done"),
                    EXIT_CODE_OK);
    said("program  exit status 4\n");
}

static void test_signals_reach_both_groups(void)
{
    static const char program[] =
        "trap 'echo one' USR1; echo ready; while ! read x; do :; done; echo two";

    CU_ASSERT_EQUAL(EXPECT("../expect/signals.yaml", BASH, "-c", program), EXIT_CODE_OK);
    said("✓ signal SIGUSR1 to the foreground group");
    CU_ASSERT_EQUAL(EXPECT("../expect/signals.yaml", "--with", "to=group", BASH, "-c", program),
                    EXIT_CODE_OK);
    said("✓ signal SIGUSR1 to the command's own group");
    said("passed: 8 steps");
}

static void test_what_keeps_it_from_rest_is_named(void)
{
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--step-timeout", "300ms", "--", "sh", "-c",
                           "while :; do :; done"),
                    EXIT_CODE_FAILED);
    said("the command does not come to rest: sh (");
    said("is busy");
}

/* One that never stops writing is the program's trouble, not ours, and a key reaches it. */
static void test_a_flood_is_no_trouble_of_ours(void)
{
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "-q", "--step-timeout", "500ms", "--", "yes"),
                    EXIT_CODE_FAILED);
    said("the command does not come to rest");
    CU_ASSERT_EQUAL(EXPECT("press-ctrl-c", "-q", "--", "yes"), EXIT_CODE_OK);
    said("program  signal SIGINT\n");
    CU_ASSERT_EQUAL(
        EXPECT("../expect/quiet.yaml", "-q", "--", "head", "-c", "6000000", "/dev/zero"),
        EXIT_CODE_OK);
    said("program  exit status 0\n");
}

static void test_presses_at_a_program_that_has_ended_are_counted(void)
{
    CU_ASSERT_EQUAL(EXPECT("press-ctrl-c", "--with", "times=3", "--", "sleep", "1000"),
                    EXIT_CODE_FAILED);
    said("key C-c: the subject has ended after 1 of 3 presses");
}

/* ---- Ends ---- */

/* The rest at the prompt was before what was typed there. */
static void test_what_the_last_step_does_is_waited_for(void)
{
    for (int i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(
            EXPECT("../expect/leave.yaml", "--", "sh", "-c", "printf 'ready> '; read x; exit $x"),
            EXIT_CODE_OK);
        said("program  exit status 6\n");
    }
}

static void test_a_failed_step_says_what_was_nearest(void)
{
    CU_ASSERT_EQUAL(
        EXPECT("prompt-ready", "--step-timeout", "2s", "--", "sh", "-c", "printf 'leaf: '; read x"),
        EXIT_CODE_FAILED);
    said("✗ expect 'leaf> ");
    said("failed at step 1 of 1");
    said("prompt-ready.yaml:11:13");
    said("nearest");
    said("leaf: ");
}

static void test_a_program_that_ends_early_fails_the_step(void)
{
    CU_ASSERT_EQUAL(EXPECT("../expect/wait.yaml", "--", "sh", "-c", "exit 5"), EXIT_CODE_FAILED);
    said("not seen before the subject ended");
    said("program  exit status 5\n");
    CU_ASSERT_EQUAL(EXPECT("../expect/wait.yaml", "--", "sh", "-c", "kill -SEGV $$"),
                    EXIT_CODE_FAILED);
    said("failed at step 1 of 1: sh died by signal SIGSEGV\n");
    said("program  signal SIGSEGV\n");
}

static void test_a_failed_exec_is_no_exit_status_127(void)
{
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--", "/nothing/there"), EXIT_CODE_HARNESS);
    said("cannot start /nothing/there");
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--", "no-such-program-here"),
                    EXIT_CODE_HARNESS);
    said("not in PATH");
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--", "../expect/program.py"),
                    EXIT_CODE_HARNESS);
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--", "sh", "-c", "exit 127"), EXIT_CODE_OK);
    said("program  exit status 127\n");
}

static void test_what_it_leaves_behind_is_counted_and_killed(void)
{
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--", "sh", "-c",
                           "trap '' HUP TERM; sleep 1000 & echo left $! ; exit 0"),
                    EXIT_CODE_FAILED);
    said("1 process was left over, killed");
    const char *left = strstr(output, "│ left "); /* not in the command */
    CU_ASSERT_PTR_NOT_NULL_FATAL(left);
    long pid = strtol(left + strlen("│ left "), NULL, 10);
    CU_ASSERT(pid > 1 && kill((pid_t)pid, 0) < 0 && errno == ESRCH);
}

/* What is left behind is seen without what newer kernels and other machines have. */
static void test_a_machine_that_lacks_something_is_no_pass(void)
{
    static const char *const features[] = {"pidfd-hup", "getinfo", "userns",
                                           "perf",      "cgroup",  "seccomp"};

    for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
        CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--without", features[i], "--", "sh", "-c",
                               "sh -c 'exit 3'; echo is $?"),
                        EXIT_CODE_OK);
        said("is 3");
        said("tier     base");
    }
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--without",
                           "pidfd-hup,getinfo,userns,perf,cgroup,seccomp", "--", "sh", "-c",
                           "trap '' HUP TERM; sleep 1000 & exit 0"),
                    EXIT_CODE_FAILED);
    said("no-survivors: sleep survives sh");
    said("--without pidfd-hup,getinfo,userns,perf,cgroup,seccomp -- sh -c");
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--without", "nothing", "--", "true"),
                    EXIT_CODE_USAGE);
    said("pidfd-hup, getinfo");
}

static void test_more_processes_than_have_a_name_are_told(void)
{
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--", "sh", "-c",
                           "i=0; while [ $i -lt 2060 ]; do (: &); i=$((i+1)); done"),
                    EXIT_CODE_OK);
    said("names for 2048 processes; ");
    said(" more stand there without one\n");
}

static void test_the_user_can_stop_it(void)
{
    /* It starts nothing more: in fork() all signals are blocked, and SIGKILL would come first. */
    const char *const words[] = {"../expect/wait.yaml", "--", "sh", "-c",
                                 "echo up; read line",  NULL};
    size_t used = 0;
    int fd = -1;

    output[0] = 0;
    pid_t pid = start(words, &fd);
    read_until(fd, &used, "up");
    (void)kill(pid, SIGINT);
    finish(pid, fd, &used);
    CU_ASSERT(WIFSIGNALED(end) && WTERMSIG(end) == SIGINT);
    said("stopped by the user after 0 of 1 step");
    said("program  signal SIGHUP, ended by the harness\n");
}

/* ---- Input and output ---- */

static void test_bad_scripts_and_bad_values_are_told_apart(void)
{
    CU_ASSERT_EQUAL(EXPECT("../expect/wrong.yaml", "--", "true"), EXIT_CODE_INPUT);
    said("wrong.yaml:3:5: error: unknown step 'expec'");
    CU_ASSERT_EQUAL(EXPECT("leave-promt", "--", "true"), EXIT_CODE_USAGE);
    said("did you mean 'leave-prompt'?");
    CU_ASSERT_EQUAL(EXPECT("leave-prompt", "--with", "bi=c", "--", "true"), EXIT_CODE_USAGE);
    said("did you mean 'by'?");
    CU_ASSERT_EQUAL(EXPECT("leave-prompt", "--with", "by=x", "--", "true"), EXIT_CODE_USAGE);
    said("possible are c, q, a");
    CU_ASSERT_EQUAL(EXPECT("leave-prompt", "--with", "by", "--", "true"), EXIT_CODE_USAGE);
    CU_ASSERT_EQUAL(EXPECT("leave-prompt"), EXIT_CODE_USAGE);
    CU_ASSERT_EQUAL(EXPECT("nothing/there.yaml", "--", "true"), EXIT_CODE_USAGE);
    CU_ASSERT_EQUAL(EXPECT("../expect/scenario.yaml", "--", "true"), EXIT_CODE_INPUT);
    said("this is a scenario, not an expect script");
    CU_ASSERT_PTR_NULL(strstr(output, "unknown key"));
}

static void test_help_lists_the_scripts_that_are_there(void)
{
    struct buf out = BUF_INIT;

    CU_ASSERT_TRUE(help_topic("scripts", &out));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "\npress-ctrl-c\n    press Ctrl-C and wait"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "\n    times=1             how many presses\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "(c, q, a)\n"));
    const char *own = strstr(buf_text(&out), "\ncrash-at-point\n");
    CU_ASSERT_TRUE(own != NULL && strstr(own, "(for `use:` only") != NULL);
    buf_release(&out);
}

/* A carriage return at the beginning of a line goes back over nothing. */
static void test_the_transcript_shows_returns_that_matter(void)
{
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--", "printf", "\\ra\\033[m\\rb\\r\\n"),
                    EXIT_CODE_OK);
    said("│ a^Mb\n");
    CU_ASSERT_EQUAL(
        EXPECT("../expect/quiet.yaml", "--", "printf", "a\\n\\n\\nb\\n\\n\\n\\n\\nc\\n"),
        EXIT_CODE_OK);
    const char *a = strstr(output, "│ a\n");
    CU_ASSERT_TRUE(a != NULL && strstr(a, "│\n") != NULL);
    said("│ (4 empty lines)\n");
}

static void test_what_is_shown_does_nothing_to_the_readers_terminal(void)
{
    static const char program[] = "printf 'a\\033]0;title\\007b\\302\\233c\\233d\\bé\\n'";

    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--", "sh", "-c", program), EXIT_CODE_OK);
    said("│ ab\\u009bc\\x9bd^Hé\n");
    CU_ASSERT_EQUAL(EXPECT("../expect/wait.yaml", "--", "sh", "-c", program), EXIT_CODE_FAILED);
    said("    ab\\u009bc\\x9bd^Hé\n");
}

static void test_the_environment_has_a_limit(void)
{
    char name[32];
    int count = 0;

    for (; count <= 512; count++) {
        (void)snprintf(name, sizeof(name), "EXPECT_TEST_%d", count);
        (void)setenv(name, "x", 1); /* NOLINT(concurrency-mt-unsafe) */
    }
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--", "true"), EXIT_CODE_INPUT);
    said("more than 512 variables in the environment");
    while (count-- > 0) {
        (void)snprintf(name, sizeof(name), "EXPECT_TEST_%d", count);
        (void)unsetenv(name); /* NOLINT(concurrency-mt-unsafe) */
    }
    CU_ASSERT_EQUAL(EXPECT("../expect/quiet.yaml", "--", "true"), EXIT_CODE_OK);
}

static void test_the_cast_has_new_sizes(void)
{
    char text[TEXT_BYTES] = "";

    CU_ASSERT_EQUAL(EXPECT("../expect/resize.yaml", "--cast", "size.cast", "--", "sh", "-c",
                           "echo go; read x; stty size"),
                    EXIT_CODE_OK);
    said("✓ resize 10 rows, 33 columns");
    FILE *file = fopen("size.cast", "re");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fread(text, 1, sizeof(text) - 1, file);
    (void)fclose(file);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"r\", \"33x10\""));
}

static void test_steps_for_own_actors_are_refused_by_name(void)
{
    static const char *const lines[] = {":3:5: error: step 'tell'",
                                        ":4:5: error: step 'fault'",
                                        ":5:12: error: a command is never at dbg.prompt",
                                        ":6:20: error: a leaf can be another one at any time",
                                        ":7:35: error: a command is never at dbg.prompt",
                                        ":8:5: error: step 'signal'",
                                        ":9:5: error: step 'parallel'"};

    CU_ASSERT_EQUAL(EXPECT("../expect/own_steps.yaml", "--", "true"), EXIT_CODE_INPUT);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        said(lines[i]);
    CU_ASSERT_PTR_NULL(strstr(output, ":10:"));
    CU_ASSERT_PTR_NULL(strstr(output, "no actor"));
}

static void test_the_cast_has_what_was_shown_and_the_steps(void)
{
    char text[TEXT_BYTES] = "";

    CU_ASSERT_EQUAL(EXPECT("prompt-ready", "--quiet", "--cast", "x.cast", "--", "sh", "-c",
                           "printf 'leaf> '; read x"),
                    EXIT_CODE_OK);
    CU_ASSERT_PTR_NULL(strstr(output, "✓"));
    FILE *file = fopen("x.cast", "re");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fread(text, 1, sizeof(text) - 1, file);
    (void)fclose(file);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"version\": 2"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"o\", \"leaf> \""));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"m\", \"expect 'leaf> "));
    CU_ASSERT_EQUAL(EXPECT("prompt-ready", "--cast", "no/such/folder", "--", "true"),
                    EXIT_CODE_USAGE);
}

static const struct {
    const char *name;
    void (*run)(void);
} tests[] = {
    {"a job is stopped and taken up again under bash",
     test_a_job_is_stopped_and_taken_up_again_under_bash                                                   },
    {"a half-typed line is thrown away by bash",            test_a_half_typed_line_is_thrown_away_by_bash  },
    {"a debugger keeps its prompt through Ctrl-C",          test_a_debugger_keeps_its_prompt_through_ctrl_c},
    {"an own crew",                                         test_an_own_crew_talks_beside_its_prompt       },
    {"an own actor keeps its prompt through Ctrl-C",
     test_an_own_actor_keeps_its_prompt_through_ctrl_c                                                     },
    {"a key waits for the handler",                         test_a_key_waits_for_the_handler               },
    {"a busy program can be interrupted",                   test_a_busy_program_can_be_interrupted         },
    {"signals reach both groups",                           test_signals_reach_both_groups                 },
    {"what keeps it from rest is named",                    test_what_keeps_it_from_rest_is_named          },
    {"a flood is no trouble of ours",                       test_a_flood_is_no_trouble_of_ours             },
    {"presses at a program that has ended are counted",
     test_presses_at_a_program_that_has_ended_are_counted                                                  },
    {"what the last step does is waited for",               test_what_the_last_step_does_is_waited_for     },
    {"help lists the scripts that are there",               test_help_lists_the_scripts_that_are_there     },
    {"the transcript shows returns that matter",            test_the_transcript_shows_returns_that_matter  },
    {"what is shown does nothing to the reader's terminal",
     test_what_is_shown_does_nothing_to_the_readers_terminal                                               },
    {"the environment has a limit",                         test_the_environment_has_a_limit               },
    {"the cast has new sizes",                              test_the_cast_has_new_sizes                    },
    {"a failed step says what was nearest",                 test_a_failed_step_says_what_was_nearest       },
    {"a program that ends early fails the step",            test_a_program_that_ends_early_fails_the_step  },
    {"a failed exec is no exit status 127",                 test_a_failed_exec_is_no_exit_status_127       },
    {"what it leaves behind is counted and killed",
     test_what_it_leaves_behind_is_counted_and_killed                                                      },
    {"a machine that lacks something is no pass",           test_a_machine_that_lacks_something_is_no_pass },
    {"more processes than have a name are told",            test_more_processes_than_have_a_name_are_told  },
    {"the user can stop it",                                test_the_user_can_stop_it                      },
    {"bad scripts and bad values are told apart",           test_bad_scripts_and_bad_values_are_told_apart },
    {"steps for own actors are refused by name",            test_steps_for_own_actors_are_refused_by_name  },
    {"the cast has what was shown and the steps",           test_the_cast_has_what_was_shown_and_the_steps },
};

int main(void)
{
    CU_pSuite suite = suite_open("expect", suite_start, suite_end);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        CU_add_test(suite, tests[i].name, tests[i].run);
    return suite_close();
}
