/* subject_test.c: `command:` in a scenario file: the program that is meant, its environment, and a
 * work directory that is fresh, and gone afterwards whatever stood in it. */
#include "harness/cli/tests/folder.h"
#include "harness/cli/tests/line_run.h"
#include "harness/cli/workplace.h"
#include "harness/report/exit_code.h"
#include "runtime/base/fd.h"
#include "runtime/base/tests/plain_env.h"
#include "runtime/base/tests/suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENDS_WELL "outcome: { exit: { status: 0 }, tree: empty }\n"
#define SCENARIO  "scenario: 1\ncommand:\n"

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"scenarios/print.sh",        "echo beside \"$@\"\n"                                                               },
    {"scenarios/data.txt",        "as it is\n"                                                                         },
    {"scenarios/words.yaml",      SCENARIO
     "  argv: [sh, ./print.sh, ./data.txt, ./none.txt, '../x', 'a b', '']\n"
     "steps:\n"
     "  - expect: 'beside \\S+/scenarios/data.txt ./none.txt ../x a b \\r?\\n'\n" ENDS_WELL},
    {"scenarios/work.yaml",
     SCENARIO "  argv: [./go, one]\n"
              "  env: { SAID: 'as $${SAID}', HOME: null, TERM: null, COLUMNS: '7' }\n"
              "  files:\n"
              "    go:\n"
              "      mode: 0755\n"
              "      text: |\n"
              "        #!/bin/sh\n"
              "        echo \"$1 [$SAID] [$HOME] [$COLUMNS] [$LINES]\"\n"
              "        test \"$PWD\" = \"$(pwd)\" && cat sub/copy && ls -A1\n"
              "        stat -c '%a' sub/secret\n"
              "    sub/copy: { from: data.txt }\n"
              "    sub/secret: { text: x, mode: 0400 }\n"
              "steps:\n"
              "  - expect: 'one \\[as \\$\\{SAID\\}\\] \\[\\] \\[7\\] \\[\\]\\r?\\nas it is\\r?\\n"
              "go\\r?\\nsub\\r?\\n400'\n" ENDS_WELL                                                                    },
    {"scenarios/cwd.yaml",        SCENARIO "  argv: [cat, data.txt]\n"
                                    "  cwd: .\n"
                                    "steps:\n"
                                    "  - expect: 'as it is'\n" ENDS_WELL                     },
    {"scenarios/path.yaml",       SCENARIO "  argv: [only-here]\n"
                                     "  env: { PATH: /nowhere }\n" ENDS_WELL                },
    {"scenarios/beside.yaml",     SCENARIO "  argv: [./only-here]\n" ENDS_WELL                                         },
    {"scenarios/copy.yaml",       SCENARIO "  argv: [cat]\n"
                                     "  files: { a: { from: no.txt } }\n" ENDS_WELL         },
    {"scenarios/litter.yaml",     SCENARIO
     "  argv: [sh, -c, 'mkdir -p a/b/c/d/e a/.raised-1 .raised-0/x; touch a/b/c/f;\n"
     "    ln -s \"$OUT\" a/out; ln -s \"$OUT\" out; ln \"$OUT/kept\" a/b/hard; mkfifo a/b/p;\n"
     "    chmod 0 a/b/c/d a/b/c a/b; chmod 0500 a; echo littered']\n"
     "steps:\n"
     "  - expect: 'littered'\n" ENDS_WELL                                                 },
    {"scenarios/moved.yaml",      SCENARIO "  argv: [sh, -c, 'rmdir \"$PWD\"']\n" ENDS_WELL                            },
    {"scenarios/left.yaml",       SCENARIO "  argv: [sh, -c, 'sleep 1000 & exit 3']\n"
                                     "limits: { grace: 300ms }\n" ENDS_WELL                 },
    {"scenarios/status.yaml",     SCENARIO "  argv: [sh, -c, 'exit 3']\n"
                                       "name: two ways\n"
                                       "matrix: { n: [2, 3] }\n"
                                       "outcome: { exit: { status: 3 } }\n"               },
    {"scenarios/need-none.yaml",  "scenario: 1\nrequires: [{ program: no-such-program }]\n"
                                 "command: { argv: [sh, -c, 'echo ran'] }\n" ENDS_WELL },
    {"scenarios/need-cat.yaml",   "scenario: 1\nrequires: [{ program: cat, versions: '>=1' }]\n"
                                "command: { argv: [sh, -c, 'echo ran'] }\n" ENDS_WELL   },
    {"scenarios/need-old.yaml",   "scenario: 1\nrequires: [{ program: cat, versions: '<1' }]\n"
                                "command: { argv: [sh, -c, 'echo ran'] }\n" ENDS_WELL   },
    {"scenarios/need-mute.yaml",
     "scenario: 1\nrequires: [{ program: \"false\", versions: '>=1' }]\n"
     "command: { argv: [sh, -c, 'echo ran'] }\n" ENDS_WELL                                                             },
    {"scenarios/names.yaml",      SCENARIO
     "  argv: [sh, ./s.sh]\n"
     "  who:\n"
     "    worker: { argv: '^sleep 1000' }\n"
     "    second: { comm: sleep, argv: '2000$' }\n"
     "    tail: { comm: tail, under: child.3 }\n"
     "  files:\n"
     "    s.sh: |\n"
     "      sleep 1000 &\n"
     "      sleep 2000 &\n"
     "      (tail -f /dev/null; true) &\n"
     "      echo up\n"
     "      wait\n"
     "      echo bye\n"
     "steps:\n"
     "  - expect: up\n"
     "  - await: { alive: [worker, second, child.3, leaf.3, any.5], count: 5, zombies: 0 }\n"
     "  - signal: { to: worker, name: SIGTERM }\n"
     "  - await: worker@proc.exited\n"
     "  - fault: { kill: second }\n"
     "  - await: { gone: [worker, child.2], alive: child.3 }\n"
     "  - fault: { stop: child.3 }\n"
     "  - await: { stopped: child.3 }\n"
     "  - fault: { cont: child.3 }\n"
     "  - fault: { kill: tail }\n"
     "  - await: child@proc.exited#3\n"
     "  - expect: bye\n" ENDS_WELL                                                         },
    {"scenarios/nobody.yaml",
     SCENARIO "  argv: [sh, -c, 'echo up; read x']\n"
              "  who: { server: { argv: 'serve' } }\n"
              "limits: { step: 300ms }\n"
              "matrix:\n"
              "  step: [alive, signal, fault]\n"
              "steps:\n"
              "  - expect: up\n"
              "  - when: { if: 'step == \"alive\"', steps: [{ await: { gone: "
              "server } }] }\n"
              "  - when: { if: 'step == \"signal\"', steps: [{ signal: { to: "
              "server, name: SIGTERM } }] }\n"
              "  - when: { if: 'step == \"fault\"', steps: [{ fault: { kill: "
              "server } }] }\n" ENDS_WELL                                                                              },
    {"scenarios/stays.yaml",
     "scenario: 1\n"
     "matrix: { ends: [no, yes], said: [yes, no] }\n"
     "limits: { grace: 300ms }\n"
     "command:\n"
     "  argv: [sh, -c, 'sh -c \"sleep 1234; true\" </dev/null >/dev/null 2>&1 & test ${ends} = no || sleep 0 & read x']\n"
     "  who: { daemon: { argv: '^sh -c sleep 1234' }, worker: { argv: '^sleep 1234' } }\n"
     "steps:\n"
     "  - await: { alive: [daemon, worker] }\n"
     "  - when: { if: 'ends == \"yes\"', steps: [{ fault: { kill: worker } }, { await: { gone: daemon } "
     "}] }\n"
     "  - send: \"\\r\"\n"
     "outcome:\n"
     "  - { when: 'said == \"yes\"', exit: { status: 0 }, survivors: [daemon] }\n"
     "  - { exit: { status: 0 } }\n"                                                                                   },
    {"scenarios/ready.yaml",      SCENARIO
     "  argv: [sh, -c, 'sleep 0.1; trap \"echo int; exit 0\" INT; echo READY; read x; echo got']\n"
     "  who: { nobody: { comm: nobody } }\n"
     "  ready: \"${ready}\"\n"
     "matrix: { ready: [READY$, never, nobody@proc.execed], does: [key, send, signal] }\n"
     "limits: { step: 400ms }\n"
     "steps:\n"
     "  - when: { if: 'does == \"key\"', steps: [{ key: C-c }] }\n"
     "  - when: { if: 'does == \"send\"', steps: [{ send: \"x\\r\" }] }\n"
     "  - when: { if: 'does == \"signal\"', steps: [{ signal: { to: root, name: SIGINT } }] }\n"
     "  - expect: 'READY'\n"
     "  - expect: '(got|int)'\n" ENDS_WELL                                                 },
    {"scenarios/prompt.py",       "import sys, time\n"
                            "while True:\n"
                            "    try:\n"
                            "        x = input('go> ')\n"
                            "    except KeyboardInterrupt:\n"
                            "        if sys.argv[1] == 'ends':\n"
                            "            sys.exit('bye')\n"
                            "        if sys.argv[1] == 'sleeps':\n"
                            "            time.sleep(100)\n"
                            "        print('interrupted, go> is next')\n"
                            "        continue\n"
                            "    print('got', x)\n"
                            "    if x == 'q':\n"
                            "        break\n"                                               },
    {"scenarios/prompt.yaml",     SCENARIO "  argv: [python3, -I, ./prompt.py, \"${how}\"]\n"
                                       "  prompt: 'go> $'\n"
                                       "matrix: { how: [again, ends, sleeps] }\n"
                                       "limits: { step: 3s }\n"
                                       "steps:\n"
                                       "  - expect: '^go> $'\n"
                                       "  - send: \"x\\r\"\n"
                                       "  - expect: '^got x\\r?\\ngo> $'\n"
                                       "  - absent: { stream: interrupted, until: quiet }\n"
                                       "  - send: \"q\\r\"\n"
                                       "  - expect: '^got q'\n" ENDS_WELL                 },
    {"scenarios/promptless.yaml", SCENARIO "  argv: [echo, none]\n"
                                           "  prompt: 'go> $'\n" ENDS_WELL            },
    {"scenarios/leader.yaml",
     "scenario: 1\nsession: leader\nisolate: off\ncommand:\n"
     "  argv: [sh, -c, 'set -- $(cat /proc/self/stat); test $5 = $6 && echo leader || echo job']\n"
     "steps: [{ expect: '^leader' }]\n" ENDS_WELL                                                                      },
    {"scenarios/job.yaml",
     "scenario: 1\nsession: job\ncommand:\n"
     "  argv: [sh, -c, 'set -- $(cat /proc/self/stat); test $5 = $6 && echo leader || echo job']\n"
     "steps: [{ expect: '^job' }]\n" ENDS_WELL                                                                         },
    {"scenarios/differs.yaml",    SCENARIO "  argv: [sh, -c, 'exit 3']\n" ENDS_WELL                                    },
};

static int suite_start(void)
{
    char path[128];

    plain_environment();
    if (folder_enter("subject_test") != 0 || mkdir("scenarios", 0777) < 0 ||
        mkdir("tmp", 0777) < 0 || mkdir("out", 0777) < 0)
        return 1;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        FILE *file = fopen(files[i].name, "we");
        if (file == NULL || fputs(files[i].text, file) < 0 || fclose(file) != 0)
            return 1;
    }
    (void)snprintf(path, sizeof(path), "%s/tmp", top);
    if (setenv("TMPDIR", path, 1) < 0)
        return 1;
    (void)snprintf(path, sizeof(path), "%s/out", top);
    return setenv("OUT", path, 1) < 0;
}

/* How many entries the folder has. */
static size_t entries(const char *folder)
{
    DIR *all = opendir(folder);
    size_t count = 0;

    if (all == NULL)
        return SIZE_MAX;
    while (readdir(all) != NULL) /* NOLINT(concurrency-mt-unsafe) */
        count++;
    (void)closedir(all);
    return count - 2;
}

static void test_words_that_name_files_beside_the_scenario_are_those(void)
{
    expect("scenario run words", EXIT_CODE_OK, "1 passed");
    CU_ASSERT_EQUAL(chdir("out"), 0);
    expect("scenario run ../scenarios/words.yaml", EXIT_CODE_OK, "1 passed");
    CU_ASSERT_EQUAL(chdir(top), 0);
    expect("scenario run beside", EXIT_CODE_HARNESS,
           "cannot start ./only-here: there is no such file beside the scenario, and `files` does "
           "not write it");
}

static void test_files_and_variables_are_as_the_scenario_says(void)
{
    expect("scenario run work", EXIT_CODE_OK, "1 passed");
    expect("scenario run cwd", EXIT_CODE_OK, "1 passed");
    expect("scenario run path", EXIT_CODE_HARNESS, "cannot start only-here: it is not in PATH");
    expect("scenario run copy", EXIT_CODE_HARNESS, "the file a cannot be made of scenarios/no.txt");
    CU_ASSERT_EQUAL(entries("tmp"), 0);
}

/* Goal: nothing of a run stays, and nothing outside of its directory goes. */
static void test_the_work_directory_is_gone_whatever_stood_in_it(void)
{
    int kept = open("out/kept", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    CU_ASSERT_TRUE(kept >= 0);
    fd_close(&kept);
    expect("scenario run litter --repeat 2", EXIT_CODE_OK, "2 runs: 2 PASS");
    expect("scenario run moved", EXIT_CODE_OK, "1 passed");
    expect("scenario run left", EXIT_CODE_FAILED, "no-survivors: sleep survives sh");
    CU_ASSERT_EQUAL(entries("tmp"), 0);
    CU_ASSERT_EQUAL(access("out/kept", F_OK), 0);
}

/* Goal: what a killed run has left is removed, and what belongs to a living one is not. */
static void test_directories_of_killed_runs_are_removed_by_the_next(void)
{
    CU_ASSERT_EQUAL(mkdir("tmp/scenario-work.dead", 0700), 0);
    CU_ASSERT_EQUAL(mkdir("tmp/scenario-work.dead/a", 0700), 0);
    CU_ASSERT_EQUAL(mkdir("tmp/scenario-work.live", 0700), 0);
    CU_ASSERT_EQUAL(symlink("../out", "tmp/scenario-work.link"), 0);
    int lock = open("tmp/scenario-work.live", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CU_ASSERT_EQUAL(flock(lock, LOCK_EX), 0);
    expect("scenario run cwd", EXIT_CODE_OK, "1 passed");
    CU_ASSERT_TRUE(access("tmp/scenario-work.dead", F_OK) < 0);
    CU_ASSERT_EQUAL(access("tmp/scenario-work.live", F_OK), 0);
    CU_ASSERT_EQUAL(access("out/kept", F_OK), 0);
    fd_close(&lock);
    expect("scenario run cwd", EXIT_CODE_OK, "1 passed");
    CU_ASSERT_TRUE(access("tmp/scenario-work.live", F_OK) < 0);
    CU_ASSERT_EQUAL(unlink("tmp/scenario-work.link"), 0);
}

static void test_a_folder_for_it_must_be_there(void)
{
    struct workplace w;
    struct diag diag = {0};
    char before[128];

    (void)snprintf(before, sizeof(before), "%s/tmp", top);
    CU_ASSERT_EQUAL(setenv("TMPDIR", "/nowhere", 1), 0);
    CU_ASSERT_EQUAL(workplace_open(&w, &diag), ERR_IO);
    CU_ASSERT_STRING_EQUAL(diag.text, "no work directory can be made in TMPDIR, /nowhere: No such "
                                      "file or directory");
    expect("scenario run work", EXIT_CODE_HARNESS, "no work directory can be made in TMPDIR");
    CU_ASSERT_EQUAL(setenv("TMPDIR", before, 1), 0);
}

static void test_variants_and_records_are_as_those_of_a_tree(void)
{
    expect("scenario run status --record all", EXIT_CODE_OK, "2 passed");
    expect("scenario recheck", EXIT_CODE_OK, "2 judged as they were, 0 otherwise");
    expect("scenario run differs", EXIT_CODE_FAILED,
           "the root ended with exit status 3, not with exit status 0");
    expect("scenario recheck", EXIT_CODE_OK, "1 judged as they were, 0 otherwise");
    expect("scenario show last", EXIT_CODE_OK, "sh proc.exited status=exited-3");
    /* As on a kernel that does not tell how a process ended which another has reaped. */
    expect("scenario run status --repeat 10 --without getinfo", EXIT_CODE_OK, "20 passed");
    expect("scenario run status --engine sim", EXIT_CODE_NOTHING, "nothing is selected");
    expect("scenario run status --engine both", EXIT_CODE_OK, "2 passed");
    expect("scenario list status", EXIT_CODE_OK, "real      status[n=2]");
}

/* Goal: where something is missing nothing is started, nothing is judged, and what helps is said.
 */
static void test_what_a_scenario_requires_must_be_there(void)
{
    expect("scenario run need-cat", EXIT_CODE_OK, "1 passed");
    expect("scenario run need-none", EXIT_CODE_OK,
           "requires the program no-such-program, which is not in PATH: install it");
    expect("scenario run need-none", EXIT_CODE_OK, "1 unsupported");
    expect("scenario run need-none --min-run 1", EXIT_CODE_NOTHING,
           "fewer runs than --min-run asks for");
    expect("scenario run need-old", EXIT_CODE_OK, "requires cat <1, and this is 'cat (GNU");
    expect("scenario run need-mute", EXIT_CODE_OK, "`false --version` does not tell which this is");
}

static void test_processes_have_roles_and_names(void)
{
    expect("scenario run names --repeat 3", EXIT_CODE_OK, "3 runs: 3 PASS with status 0");
    expect("scenario run nobody", EXIT_CODE_FAILED, "await tree: nobody is server so far");
    said("signal: nobody is server so far");
    said("fault: nobody is server so far");
}

/* Goal: who is to stay is no leak, with what it has started, and must be there. */
static void test_who_is_to_survive_must_and_nobody_else(void)
{
    expect("scenario run stays --record all", EXIT_CODE_FAILED, "2 passed, 2 failed");
    said("PASS   ");
    said("stays[ends=no,said=yes]");
    said("no-survivors: sh survives sh");
    said("daemon has ended, and is to survive");
    expect("scenario recheck", EXIT_CODE_OK, "4 judged as they were, 0 otherwise");
}

/* Goal: what is typed at a program that would not read it says why it was not. */
static void test_nothing_is_typed_before_the_command_is_ready(void)
{
    expect("scenario run ready -k ready=READY$", EXIT_CODE_OK, "3 passed, 0 failed");
    expect("scenario run ready -k ready=never", EXIT_CODE_FAILED,
           "key C-c: the command is not ready: it has not shown 'never'");
    said("send: the command is not ready");
    said("signal: the command is not ready");
    expect("scenario run ready -k ready=nobody@proc.execed", EXIT_CODE_FAILED,
           "key C-c: the command is not ready: nobody@proc.execed has not happened");
}

static void test_ctrl_c_at_each_prompt_changes_nothing(void)
{
    expect("scenario run prompt", EXIT_CODE_FAILED, "4 passed, 2 failed");
    said("Ctrl-C at the prompt 'go> $' has changed something: the command has ended");
    said("Ctrl-C at the prompt 'go> $' has changed something: it is not there again");
    expect("scenario run promptless", EXIT_CODE_UNRESOLVED,
           "there was no prompt at which to press Ctrl-C");
}

static void test_a_command_is_a_job_or_leads_its_session(void)
{
    expect("scenario run leader", EXIT_CODE_OK, "1 passed");
    expect("scenario run job", EXIT_CODE_OK, "1 passed");
}

int main(void)
{
    CU_pSuite suite = suite_open("subject", suite_start, folder_leave);

    CU_ADD_TEST(suite, test_words_that_name_files_beside_the_scenario_are_those);
    CU_ADD_TEST(suite, test_files_and_variables_are_as_the_scenario_says);
    CU_ADD_TEST(suite, test_the_work_directory_is_gone_whatever_stood_in_it);
    CU_ADD_TEST(suite, test_directories_of_killed_runs_are_removed_by_the_next);
    CU_ADD_TEST(suite, test_a_folder_for_it_must_be_there);
    CU_ADD_TEST(suite, test_variants_and_records_are_as_those_of_a_tree);
    CU_ADD_TEST(suite, test_processes_have_roles_and_names);
    CU_ADD_TEST(suite, test_who_is_to_survive_must_and_nobody_else);
    CU_ADD_TEST(suite, test_nothing_is_typed_before_the_command_is_ready);
    CU_ADD_TEST(suite, test_ctrl_c_at_each_prompt_changes_nothing);
    CU_ADD_TEST(suite, test_a_command_is_a_job_or_leads_its_session);
    CU_ADD_TEST(suite, test_what_a_scenario_requires_must_be_there);
    return suite_close();
}
