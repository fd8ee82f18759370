/* command_test.c: the command as a whole, in a folder of its own, on the simulated engine. */
#include "harness/cli/tests/folder.h"
#include "harness/cli/tests/start.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 32, OUTPUT_BYTES = 64 * 1024 };

static char output[OUTPUT_BYTES]; /* of the last command, both streams */

#define SCENARIO_TEXT(status, extra)                               \
    "scenario: 1\n"                                                \
    "name: a test\n"                                               \
    "summary: a worker that ends\n"                                \
    "tags: [quick]\n"                                              \
    "engines: [sim]\n" extra "tree:\n"                             \
    "  root: { run: worker, exits: { when: start, status: 0 } }\n" \
    "steps:\n"                                                     \
    "  - await: { gone: all }\n"                                   \
    "outcome: { exit: { status: " status " }, tree: empty }\n"

#define SCRIPT_TEXT(step)                                                                           \
    "script: 1\nname: a script\nparams: { key: { help: which }, times: { help: often } }\nsteps:\n" \
    "  - key: { name: \"${key}\", times: \"${times}\" }\n"                                          \
    "  - tell: { actor: leaf, do: pause }\n"                                                        \
    "  - " step "\n"

#define REAL_TEXT                                                     \
    "scenario: 1\nengines: [real]\ntree: { root: { run: worker } }\n" \
    "outcome: { exit: any }\n"

static const struct {
    const char *path;
    const char *text;
} files[] = {
    {"scenarios/good.yaml",                                           SCENARIO_TEXT("0",  "")                          },
    {"scenarios/many.yaml",                                           SCENARIO_TEXT("0",  "matrix: { n: [1, 2, 3] }\n")},
    {"other/bad.yaml",                                                SCENARIO_TEXT("3",  "")                          },
    {"other/order.yaml",
     "scenario: 1\nname: a test\nsummary: trees of which the first takes longest\nengines: [sim]\n"
     "no-ctrl-c: nobody prompts\nmatrix: { size: [250, 3, 2, 1] }\n"
     "tree:\n  root:\n    run: supervisor\n    children:\n"
     "      w: { run: worker, count: '${size}', exits: { when: start, status: 0 } }\n"
     "steps:\n  - await: { gone: all }\noutcome: { exit: { status: 0 }, tree: empty }\n"},
    {"other/wrong.yaml",               "scenario: 1\nname: x\nsteps:\n  - expec: 'x'\n"                  },
    {"other/bad/it's $x.yaml",
     SCENARIO_TEXT("3",                           "matrix: { n: ['it''s \"a\" $HOME `id` \\ b', 2] }\n")                             },
    {"other/unresolved.yaml",
     SCENARIO_TEXT("0",                   "inject: [{ at: 'root@spawn.ready#2', do: [{ note: x }] }]\n")      },
};

static int suite_start(void)
{
    if (folder_enter("command_test") != 0 || mkdir("scenarios", 0777) < 0 ||
        mkdir("other", 0777) < 0 || mkdir("other/bad", 0777) < 0)
        return 1;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        FILE *file = fopen(files[i].path, "we");
        if (file == NULL || fputs(files[i].text, file) < 0 || fclose(file) != 0)
            return 1;
    }
    return 0;
}

static int suite_end(void)
{
    return folder_leave();
}

/* Starts the command, words split there, in a process of its own; its output comes out of *fd. */
static pid_t start_split(const char *line, const char *between, int *fd)
{
    static char copy[1024];
    char *argv[WORDS_MAX + 1] = {0};
    int argc = 0;

    (void)snprintf(copy, sizeof(copy), "%s", line);
    for (char *at = copy; *at != 0 && argc < WORDS_MAX;) {
        argv[argc++] = at;
        at += strcspn(at, between);
        if (*at != 0)
            *at++ = 0;
    }
    return command_start(argc, argv, fd);
}

static pid_t start(const char *line, int *fd)
{
    return start_split(line, " ", fd);
}

/* Reads until the end, or until the text has come (not NULL). */
static void read_output(int fd, size_t *size, const char *until)
{
    while (*size + 1 < sizeof(output)) {
        ssize_t n = read(fd, output + *size, sizeof(output) - 1 - *size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        *size += (size_t)n;
        output[*size] = 0;
        if (until != NULL && strstr(output, until) != NULL)
            return;
    }
}

/* Runs to the end; returns the wait status. */
static int finish(pid_t pid, int fd, size_t size)
{
    int status = -1;

    read_output(fd, &size, NULL);
    (void)close(fd);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static int exit_code(const char *line)
{
    int fd = -1;

    output[0] = 0;
    pid_t pid = start(line, &fd);
    int status = finish(pid, fd, 0);
    CU_ASSERT_TRUE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void expect_code(const char *line, int code, const char *part)
{
    int got = exit_code(line);

    CU_ASSERT_EQUAL(got, code);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, part));
    if (got != code || strstr(output, part) == NULL)
        (void)printf("\n%s: exit %d\n%s\n", line, got, output);
}

static void test_run_exits_0_when_all_is_as_declared(void)
{
    expect_code("scenario run good", EXIT_CODE_OK, "1 passed, 0 failed\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, " seed 0x1   1 job   engine sim\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, " scenarios/good.yaml\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "  good  sim\n"));
    expect_code("scenario run", EXIT_CODE_OK, "4 passed, 0 failed\n");
    expect_code("scenario run -j 3 -q", EXIT_CODE_OK, "4 passed, 0 failed\n");
    CU_ASSERT_PTR_NULL(strstr(output, "PASS"));
}

/* Goal: without a name only what the user has written runs, and the folder is said; where there is
 * none, that is no success. */
static void test_run_without_a_name_runs_the_nearest_scenarios_only(void)
{
    static const char *const verbs[] = {"run", "list", "check"};
    char line[64];
    char missing[128];

    expect_code("scenario run", EXIT_CODE_OK, "\n scenarios\n");
    CU_ASSERT_EQUAL_FATAL(mkdir("deep", 0777), 0);
    CU_ASSERT_EQUAL_FATAL(chdir("deep"), 0);
    expect_code("scenario run", EXIT_CODE_OK, "\n ../scenarios\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "4 passed, 0 failed\n"));
    CU_ASSERT_EQUAL_FATAL(chdir("/"), 0);
    (void)snprintf(missing, sizeof(missing), "neither / nor a folder above it");
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        (void)snprintf(line, sizeof(line), "scenario %s", verbs[i]);
        expect_code(line, EXIT_CODE_NOTHING, missing);
    }
    CU_ASSERT_EQUAL_FATAL(chdir(top), 0);
}

static void test_run_exits_1_and_ends_a_failure_in_the_command_that_repeats_it(void)
{
    expect_code("scenario run other/bad.yaml", EXIT_CODE_FAILED, "0 passed, 1 failed\n");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(output, "the root ended with exit status 0, not with exit status 3"));
    static const char again[] = "  Again       scenario run other/bad.yaml -k ";
    char *at = strstr(output, again);
    CU_ASSERT_PTR_NOT_NULL(at);
    if (at == NULL)
        return;
    /* It is a command: without its quotes it runs the same again. */
    char line[256];
    (void)snprintf(line, sizeof(line), "%.*s", (int)strcspn(at + 14, "\n"), at + 14);
    for (char *quote = line; (quote = strchr(quote, '\'')) != NULL;)
        memmove(quote, quote + 1, strlen(quote));
    expect_code(line, EXIT_CODE_FAILED, "0 passed, 1 failed\n");
}

/* The words of a command line as a shell takes them, each with a line feed behind it. */
static void shell_split(const char *line, char *out, size_t size)
{
    char command[1024];

    (void)snprintf(command, sizeof(command), "set -- %s; printf '%%s\\n' \"$@\"", line);
    FILE *shell = popen(command, "re"); /* NOLINT(cert-env33-c): a shell is what is asked */
    CU_ASSERT_PTR_NOT_NULL_FATAL(shell);
    size_t got = fread(out, 1, size - 1, shell);
    out[got] = 0;
    CU_ASSERT_EQUAL(pclose(shell), 0);
}

static void test_the_command_that_repeats_it_survives_a_shell(void)
{
    char line[512];
    char words[512];
    size_t size = 0;
    int fd = -1;

    expect_code("scenario run other/bad", EXIT_CODE_FAILED, "0 passed, 2 failed\n");
    const char *at = strstr(output, "  Again       ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    (void)snprintf(line, sizeof(line), "%.*s", (int)strcspn(at + 14, "\n"), at + 14);
    shell_split(line, words, sizeof(words));
    output[0] = 0;
    pid_t pid = start_split(words, "\n", &fd);
    int status = finish(pid, fd, size);
    CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CODE_FAILED);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "0 passed, 1 failed\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, line));
}

static void file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_TRUE(fputs(text, file) >= 0);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static void test_run_has_a_code_for_each_kind_of_trouble(void)
{
    file_write("other/real.yaml", REAL_TEXT);
    expect_code("scenario run --nonsense", EXIT_CODE_USAGE, "unknown flag '--nonsense'");
    expect_code("scenario run goood", EXIT_CODE_USAGE, "did you mean 'good.yaml'?");
    expect_code("scenario run other/real.yaml --schedules 5", EXIT_CODE_USAGE,
                "--schedules is for the simulator");
    expect_code("scenario run -k (", EXIT_CODE_USAGE, "a word expected");
    expect_code("scenario run other/wrong.yaml", EXIT_CODE_INPUT, "other/wrong.yaml:4:5: error:");
    expect_code("scenario run -k nothing", EXIT_CODE_NOTHING, "nothing is selected");
    expect_code("scenario run -k nothing --allow-empty", EXIT_CODE_OK, "0 passed, 0 failed");
    expect_code("scenario run good --min-run 2", EXIT_CODE_NOTHING, "fewer runs");
    expect_code("scenario run other/unresolved.yaml", EXIT_CODE_UNRESOLVED, "never-fired");
    expect_code("scenario run other/unresolved.yaml other/bad.yaml", EXIT_CODE_FAILED,
                "0 passed, 1 failed, 1 unresolved");
    expect_code("scenario run good --junit /nonexist/x", EXIT_CODE_USAGE, "cannot write");
    CU_ASSERT_PTR_NULL(strstr(output, "passed"));
    expect_code("scenario run good --json /nonexist/x", EXIT_CODE_USAGE, "cannot write");
    CU_ASSERT_PTR_NULL(strstr(output, "passed"));
    expect_code("scenario", EXIT_CODE_USAGE, "Verbs:");
    expect_code("scenario rnu", EXIT_CODE_USAGE, "did you mean 'run'?");
}

static void read_file(const char *path)
{
    FILE *file = fopen(path, "re");

    output[0] = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    size_t size = fread(output, 1, sizeof(output) - 1, file);
    output[size] = 0;
    (void)fclose(file);
}

/* Goal: a slip in -p or -k is answered with what was meant. */
static void expect_checked(const char *line, const char *text, int code, const char *part)
{
    int pipes[2];

    CU_ASSERT_EQUAL_FATAL(pipe2(pipes, O_CLOEXEC), 0);
    CU_ASSERT_EQUAL(write(pipes[1], text, strlen(text)), (ssize_t)strlen(text));
    (void)close(pipes[1]);
    int before = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    (void)dup2(pipes[0], STDIN_FILENO);
    expect_code(line, code, part);
    (void)dup2(before, STDIN_FILENO);
    (void)close(before);
    (void)close(pipes[0]);
}

/* Goal: whatever can be run or used can be checked: a script, by path or name, and what comes from
 * a pipe. Of a script's parameters nothing is known but their names. */
static void test_check_takes_scripts_and_pipes(void)
{
    file_write("other/script.yaml", SCRIPT_TEXT("expect: '${key}'"));
    file_write("other/script_wrong.yaml", SCRIPT_TEXT("expect: '${kye}'"));
    expect_code("scenario check other/script.yaml", EXIT_CODE_OK,
                "1 file checked, 0 wrong, 0 warnings, 0 variants\n");
    expect_code("scenario check other/script_wrong.yaml", EXIT_CODE_INPUT,
                "script_wrong.yaml:7:14: error: no parameter 'kye'");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "did you mean 'key'?"));
    CU_ASSERT_PTR_NULL(strstr(output, ":5:"));
    expect_checked("scenario check -", SCENARIO_TEXT("0", ""), EXIT_CODE_OK, "1 variant\n");
    expect_checked("scenario check /dev/stdin", SCRIPT_TEXT("expect: x"), EXIT_CODE_OK,
                   "1 file checked, 0 wrong");
    expect_checked("scenario check -", SCRIPT_TEXT("expct: x"), EXIT_CODE_INPUT,
                   ":7:5: error: unknown step 'expct'");
    expect_checked("scenario run /dev/stdin", SCENARIO_TEXT("0", ""), EXIT_CODE_INPUT,
                   "it is a pipe, not a file");
    expect_code("scenario run other/script.yaml", EXIT_CODE_INPUT, "this is an expect script");
}

static void test_a_slip_in_a_selection_is_answered(void)
{
    static const char *const rows[][2] = {
        {"-p m=1",                   "nothing is selected: no variant has a parameter 'm'; did you mean 'n'?"     },
        {"-p n=22",                  "nothing is selected: the parameter 'n' has no value '22'; did you mean '2'?"},
        {"-p n=many",                "the parameter 'n' has no value 'many'; there is 1, 2, 3"                    },
        {"-k tag:qick",              "no scenario has the tag 'qick'; did you mean 'quick'?"                      },
        {"-k not(n=1)and(tag:slow)", "no scenario has the tag 'slow'; there is quick"                             },
        {"-k mnay",                  "no id has 'mnay' in it; did you mean 'many'?"                               },
        {"-k id:god",                "no id has 'god' in it; did you mean 'good'?"                                },
        {"-k engine:fake",           "there is no engine 'fake'; it is real or sim"                               },
    };
    char line[128];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void)snprintf(line, sizeof(line), "scenario run %s", rows[i][0]);
        expect_code(line, EXIT_CODE_NOTHING, rows[i][1]);
        (void)snprintf(line, sizeof(line), "scenario list %s", rows[i][0]);
        expect_code(line, EXIT_CODE_NOTHING, rows[i][1]);
    }
    /* What takes away nothing because of it is said, and runs. */
    expect_code("scenario run -k not(tag:qick)", EXIT_CODE_OK,
                "no scenario has the tag 'qick'; did you mean 'quick'?");
    expect_code("scenario run -k not(tag:slow)", EXIT_CODE_OK, "4 passed");
    CU_ASSERT_PTR_NULL(strstr(output, "slow"));
}

static void test_selection_narrows_what_runs(void)
{
    expect_code("scenario run -k many", EXIT_CODE_OK, "3 passed, 0 failed\n");
    expect_code("scenario run -p n=2", EXIT_CODE_OK, "1 passed, 0 failed\n");
    expect_code("scenario run many --engine real", EXIT_CODE_NOTHING, "nothing is selected");
    expect_code("scenario run many --repeat 2", EXIT_CODE_OK, "6 passed, 0 failed\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "many[n=3]  sim  2 runs: 2 PASS with status 0\n"));
    expect_code("scenario run other/bad.yaml --repeat 5 --json r.json --junit r.xml",
                EXIT_CODE_FAILED, "0 passed, 5 failed\n");
    char *block = strstr(output, "  Signature   outcome:");
    CU_ASSERT_PTR_NOT_NULL(block);
    CU_ASSERT(block != NULL && strstr(block + 1, "  Signature   outcome:") == NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "s  bad  sim  5 runs: 5 FAIL outcome:the root ended"));
    read_file("r.json");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "\"ev\":\"repeated\",\"id\":\"bad\""));
    read_file("r.xml");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "tests=\"1\" failures=\"1\""));
    expect_code("scenario run good --schedules 20", EXIT_CODE_OK, "  20 schedules\n");
    expect_code("scenario run other/bad.yaml --schedules 20 --seed 0x10", EXIT_CODE_FAILED,
                "20 of 20 failed");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "--seed 0x10\n"));
    /* The seed says which of them; there is nothing to try. */
    CU_ASSERT_PTR_NULL(strstr(output, "If a race"));
    expect_code("scenario run other/bad.yaml --timeout 9s --step-timeout 250ms", EXIT_CODE_FAILED,
                " --seed 0x1 --timeout 9s --step-timeout 250ms\n");
}

static void test_results_are_written_without_absolute_paths(void)
{
    expect_code(
        "scenario run many other/bad.yaml --json r.json --junit r.xml --results kept --record all",
        EXIT_CODE_FAILED, "3 passed, 1 failed");
    read_file("r.json");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "\"ev\":\"run.begin\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "\"id\":\"many[n=2]\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "\"ev\":\"run.end\",\"total\":4,\"exit\":1"));
    CU_ASSERT_PTR_NULL(strstr(output, top));
    read_file("r.xml");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "tests=\"4\" failures=\"1\""));
    CU_ASSERT_PTR_NULL(strstr(output, top));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "<property name=\"record\" value=\"kept/"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "<property name=\"recording\" value=\"kept/"));
    expect_code("scenario show last --results kept", EXIT_CODE_OK, "PASS   many[n=1]  sim  0x1  ");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "4 records in kept/last"));
    expect_code("scenario show last/many[n=2] --results kept", EXIT_CODE_OK, " root spawn.ready");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, " harness run.end"));
    CU_ASSERT_PTR_NULL(strstr(output, top));
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* Where the block names a file of a failure. */
static void named_file(const char *title, char *path, size_t size)
{
    const char *at = strstr(output, title);

    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    if (at == NULL)
        return;
    at += strlen(title);
    (void)snprintf(path, size, "%.*s", (int)strcspn(at, "\n"), at);
}

static void test_a_failure_is_kept_and_of_a_pass_what_it_came_to(void)
{
    char record[256];
    char recording[256];
    char line[600];

    CU_ASSERT_EQUAL(system("rm -rf .scenario"), 0); /* NOLINT(concurrency-mt-unsafe) */
    expect_code("scenario run many", EXIT_CODE_OK, "3 passed, 0 failed");
    CU_ASSERT_TRUE(is_there(".scenario/results/index.db"));
    expect_code("scenario show", EXIT_CODE_USAGE, "last has no records: what passed has none");
    expect_code("scenario run other/bad.yaml --json r.json", EXIT_CODE_FAILED, "1 failed");
    named_file("  Record      ", record, sizeof(record));
    named_file("  Recording   ", recording, sizeof(recording));
    CU_ASSERT_EQUAL(strncmp(record, ".scenario/results/", 18), 0);
    CU_ASSERT_TRUE(is_there(record) && is_there(recording) && is_there(".scenario/.gitignore"));
    read_file("r.json");
    (void)snprintf(line, sizeof(line), "\"record\":\"%s\",\"recording\":\"%s\"", record, recording);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, line));
    read_file(recording);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "{\"version\": 2"));
    (void)snprintf(line, sizeof(line), "scenario show %s", record);
    expect_code(line, EXIT_CODE_OK, "the root ended with exit status 0, not with exit status 3");
    expect_code("scenario show", EXIT_CODE_OK, "FAIL  ");
    /* Of many schedules the first that failed. */
    expect_code("scenario run other/bad.yaml --schedules 3 --seed 9", EXIT_CODE_FAILED, "3 of 3");
    expect_code("scenario show last --as json", EXIT_CODE_OK, "\"seed\":\"0x9\"");
    /* Of a class the first; of one invocation the paths that are named are there. */
    expect_code("scenario run other/bad.yaml --repeat 5 --json r.json", EXIT_CODE_FAILED,
                "5 failed");
    expect_code("scenario show last", EXIT_CODE_OK, "FAIL  ");
    read_file("r.json");
    const char *first = strstr(output, "\"record\":");
    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    CU_ASSERT(first != NULL && strstr(first + 1, "\"record\":") == NULL);
    /* What is in the way is said, and changes no verdict. */
    CU_ASSERT_EQUAL(system("rm -rf .scenario; touch .scenario"), 0); /* NOLINT */
    expect_code("scenario run other/bad.yaml", EXIT_CODE_FAILED,
                "results are not kept: cannot make a folder in .scenario/results: Not a directory");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "0 passed, 1 failed"));
    expect_code("scenario run good", EXIT_CODE_OK, "1 passed, 0 failed");
    CU_ASSERT_EQUAL(unlink(".scenario"), 0);
}

static void test_recorded_runs_are_judged_again(void)
{
    expect_code("scenario recheck nothing", EXIT_CODE_USAGE, "there is no run 'nothing'");
    expect_code("scenario run good", EXIT_CODE_OK, "1 passed");
    expect_code("scenario recheck", EXIT_CODE_NOTHING,
                "0 otherwise, 1 not judged (1 without a record: -v names them)");
    CU_ASSERT_PTR_NULL(strstr(output, "not judged good  "));
    expect_code("scenario recheck -v", EXIT_CODE_NOTHING, "PASS: kept as verdict, digest");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "not judged good  "));
    expect_code("scenario run good other/bad.yaml --record all", EXIT_CODE_FAILED, "1 passed");
    expect_code("scenario recheck -v", EXIT_CODE_OK,
                "2 judged as they were, 0 otherwise, 0 not judged");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "same       good  "));
    expect_code("scenario recheck last/good -q", EXIT_CODE_OK, "1 judged as they were");
    expect_code("scenario recheck a b", EXIT_CODE_USAGE, "recheck wants one RUN");
}

static void test_show_has_a_code_for_each_kind_of_trouble(void)
{
    expect_code("scenario show", EXIT_CODE_USAGE, "there is no run 'last' in .scenario/results");
    expect_code("scenario show nothing", EXIT_CODE_USAGE, "there is no run 'nothing'");
    expect_code("scenario show other/bad.yaml", EXIT_CODE_INPUT, "other/bad.yaml is no record");
    expect_code("scenario show --as picture", EXIT_CODE_USAGE, "(text, lanes, json or cast)");
    expect_code("scenario show a b", EXIT_CODE_USAGE, "show wants one RUN");
}

/* Goal: what is said does not depend on which run is done first. */
static void test_results_stand_in_the_order_of_the_variants(void)
{
    static const char *const ids[] = {"order[size=250]", "order[size=3]", "order[size=2]",
                                      "order[size=1]"};

    for (size_t turn = 0; turn < 3; turn++) {
        expect_code("scenario run other/order.yaml -j 4 --json r.json", EXIT_CODE_OK, "4 passed");
        for (size_t look = 0; look < 2; look++) {
            const char *at = output;
            for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]) && at != NULL; i++)
                at = strstr(at, ids[i]);
            CU_ASSERT_PTR_NOT_NULL(at);
            read_file("r.json");
        }
    }
}

static void test_standard_output_is_of_one_report(void)
{
    expect_code("scenario run good --json - --junit -", EXIT_CODE_USAGE,
                "--junit -: standard output is that of --json already");
    CU_ASSERT_PTR_NULL(strstr(output, "passed"));
}

static void test_one_seed_is_one_run(void)
{
    char first[256];

    expect_code("scenario run good -v --seed 7", EXIT_CODE_OK, "digest");
    (void)snprintf(first, sizeof(first), "%.60s", strstr(output, "digest"));
    expect_code("scenario run good -v --seed 7", EXIT_CODE_OK, "digest");
    CU_ASSERT_NSTRING_EQUAL(first, strstr(output, "digest"), 24);
}

static void test_list_check_and_help_read_the_tables(void)
{
    expect_code("scenario list", EXIT_CODE_OK, "sim       many[n=3]\n");
    expect_code("scenario list --json -k good", EXIT_CODE_OK, "\"tags\":[\"quick\"]}\n");
    expect_code("scenario check", EXIT_CODE_OK, "2 files checked, 0 wrong");
    expect_code("scenario check good", EXIT_CODE_OK,
                "1 file checked, 0 wrong, 0 warnings, 1 variant\n");
    expect_code("scenario check other/wrong.yaml", EXIT_CODE_INPUT, "did you mean 'expect'?");
    expect_code("scenario help", EXIT_CODE_OK, "  run ");
    expect_code("scenario help run", EXIT_CODE_OK, "--step-timeout D");
    expect_code("scenario run --help", EXIT_CODE_OK, "--step-timeout D");
    expect_code("scenario help points", EXIT_CODE_OK, "dbg.prompt");
    expect_code("scenario help stepps", EXIT_CODE_USAGE, "did you mean 'steps'?");
    expect_code("scenario version", EXIT_CODE_OK, "scenario ");
}

static void test_a_signal_stops_it_and_is_what_it_dies_of(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        int fd = -1;
        size_t size = 0;
        output[0] = 0;
        pid_t pid = start("scenario run many --schedules 100000000", &fd);
        read_output(fd, &size, " seed ");
        CU_ASSERT_EQUAL(kill(pid, numbers[i]), 0);
        int status = finish(pid, fd, size);
        CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == numbers[i]);
        CU_ASSERT_PTR_NOT_NULL(strstr(output, "interrupted: "));
        CU_ASSERT_PTR_NOT_NULL(strstr(output, "not run  many[n=3]  sim"));
    }
}

static void test_repeated_runs_that_were_not_made_are_counted(void)
{
    int fd = -1;
    size_t size = 0;

    output[0] = 0;
    pid_t pid = start("scenario run many --schedules 100000000 --repeat 20", &fd);
    read_output(fd, &size, " seed ");
    CU_ASSERT_EQUAL(kill(pid, SIGINT), 0);
    int status = finish(pid, fd, size);
    CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "not run  many[n=3]  sim  20 of 20 runs\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, " of 60 did not run\n"));
    CU_ASSERT_PTR_NULL(strstr(output, "and 1"));
}

int main(void)
{
    CU_pSuite suite = suite_open("command", suite_start, suite_end);

    CU_add_test(suite, "good", test_run_exits_0_when_all_is_as_declared);
    CU_add_test(suite, "without a name", test_run_without_a_name_runs_the_nearest_scenarios_only);
    CU_add_test(suite, "bad", test_run_exits_1_and_ends_a_failure_in_the_command_that_repeats_it);
    CU_add_test(suite, "shell", test_the_command_that_repeats_it_survives_a_shell);
    CU_add_test(suite, "codes", test_run_has_a_code_for_each_kind_of_trouble);
    CU_add_test(suite, "check", test_check_takes_scripts_and_pipes);
    CU_add_test(suite, "slips", test_a_slip_in_a_selection_is_answered);
    CU_add_test(suite, "selection", test_selection_narrows_what_runs);
    CU_add_test(suite, "recheck", test_recorded_runs_are_judged_again);
    CU_add_test(suite, "results", test_results_are_written_without_absolute_paths);
    CU_add_test(suite, "order", test_results_stand_in_the_order_of_the_variants);
    CU_add_test(suite, "one report", test_standard_output_is_of_one_report);
    CU_add_test(suite, "kept", test_a_failure_is_kept_and_of_a_pass_what_it_came_to);
    CU_add_test(suite, "show", test_show_has_a_code_for_each_kind_of_trouble);
    CU_add_test(suite, "seed", test_one_seed_is_one_run);
    CU_add_test(suite, "tables", test_list_check_and_help_read_the_tables);
    CU_add_test(suite, "not made", test_repeated_runs_that_were_not_made_are_counted);
    CU_add_test(suite, "signal", test_a_signal_stops_it_and_is_what_it_dies_of);
    return suite_close();
}
