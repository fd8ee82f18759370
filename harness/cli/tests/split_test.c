/* split_test.c: a suite in parts, as the command runs, lists and joins them. */
#include "harness/cli/tests/folder.h"
#include "harness/cli/tests/start.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OUTPUT_BYTES = 64 * 1024, VARIANTS = 12 };

static char output[OUTPUT_BYTES];

/* Returns 0, or 1 when it cannot be. */
static int file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    bool good = file != NULL && fputs(text, file) >= 0;

    return file == NULL || fclose(file) != 0 || !good;
}

static int suite_start(void)
{
    if (folder_enter("split_test") != 0 || mkdir("scenarios", 0777) < 0)
        return 1;
    return file_write(
        "scenarios/many.yaml",
        "scenario: 1\nname: a test\nsummary: a worker that ends\nengines: [real, sim]\n"
        "matrix: { n: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }\n"
        "tree:\n  root: { run: worker, exits: { when: start, status: 0 } }\n"
        "steps:\n  - await: { gone: all }\n"
        "outcome: { exit: { status: 0 }, tree: empty }\n");
}

static void expect_code(const char *line, int code, const char *part)
{
    int got = command_line(line, output, sizeof(output));

    CU_ASSERT_EQUAL(got, code);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, part));
    if (got != code || strstr(output, part) == NULL)
        (void)printf("\n%s: exit %d\n%s\n", line, got, output);
}

/* How often a text is in what was printed. */
static size_t printed(const char *text)
{
    size_t count = 0;

    for (const char *at = output; (at = strstr(at, text)) != NULL; at++)
        count++;
    return count;
}

/* Adds how often each variant was printed. */
static void variants_count(size_t *seen)
{
    char text[16];

    for (int n = 0; n < VARIANTS; n++) {
        (void)snprintf(text, sizeof(text), "many[n=%d]", n);
        seen[n] += printed(text);
    }
}

static void test_every_variant_is_in_one_part(void)
{
    static const char *const verbs[] = {"run --engine sim", "list"};
    static const char *const balanced[] = {"", " --durations times"};

    CU_ASSERT_EQUAL(file_write("times", "9s sim many[n=3]\n1s sim many[n=4]\n9s real many[n=4]\n"),
                    0);
    for (size_t f = 0; f < 4; f++) {
        size_t seen[VARIANTS] = {0};
        for (int i = 1; i <= 3; i++) {
            char line[128];
            (void)snprintf(line, sizeof(line), "scenario %s many --shard %d/3%s", verbs[f / 2], i,
                           balanced[f % 2]);
            expect_code(line, EXIT_CODE_OK, "many[n=");
            variants_count(seen);
        }
        for (size_t n = 0; n < VARIANTS; n++)
            CU_ASSERT_EQUAL(seen[n], 1);
    }
}

/* What is compared, and what is summed up, is together. */
static void test_a_variant_is_in_its_part_with_both_engines_and_all_repetitions(void)
{
    size_t total = 0;

    for (int i = 1; i <= 2; i++) {
        char line[128];
        (void)snprintf(line, sizeof(line), "scenario run --engine both --repeat 3 --shard %d/2", i);
        expect_code(line, EXIT_CODE_OK, " of 72 runs, plan ");
        size_t groups = printed("3 runs: 3 PASS");
        CU_ASSERT_EQUAL(printed("  real  3 runs"), groups / 2);
        CU_ASSERT_EQUAL(printed("  sim  3 runs"), groups / 2);
        total += groups;
    }
    CU_ASSERT_EQUAL(total, (size_t)2 * VARIANTS);
}

static void test_list_and_run_mean_the_same_part(void)
{
    size_t seen[2][VARIANTS] = {{0}};

    expect_code("scenario run --engine sim --shard 2/3", EXIT_CODE_OK, " shard 2/3, ");
    variants_count(seen[0]);
    expect_code("scenario list --engine sim --shard 2/3", EXIT_CODE_OK, "many");
    variants_count(seen[1]);
    CU_ASSERT_EQUAL(memcmp(seen[0], seen[1], sizeof(seen[0])), 0);
}

static void test_a_part_with_nothing_in_it_is_no_error(void)
{
    expect_code("scenario run many -k n=3 --engine sim --shard 1/4096", EXIT_CODE_OK,
                "shard 1/4096, 0 of 1 run");
    expect_code("scenario list many -k n=3 --shard 1/4096", EXIT_CODE_OK, "");
    CU_ASSERT_STRING_EQUAL(output, "");
    /* Nothing to deal out is one. */
    expect_code("scenario run -k nothing --shard 1/2", EXIT_CODE_NOTHING, "nothing is selected");
    expect_code("scenario list -k nothing --shard 1/2", EXIT_CODE_NOTHING, "nothing is selected");
}

static void test_the_environment_says_which_part(void)
{
    static const char *const names[] = {"SLURM_ARRAY_TASK_ID", "CI_NODE_INDEX",
                                        "JOB_COMPLETION_INDEX", "TEST_SHARD_INDEX"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        CU_ASSERT_EQUAL(unsetenv(names[i]), 0);
    expect_code("scenario run --shard auto", EXIT_CODE_USAGE, "say --shard I/N");
    CU_ASSERT_EQUAL(setenv("TEST_SHARD_INDEX", "2", 1), 0);
    CU_ASSERT_EQUAL(setenv("TEST_TOTAL_SHARDS", "3", 1), 0);
    CU_ASSERT_EQUAL(setenv("TEST_SHARD_STATUS_FILE", "obeyed", 1), 0);
    expect_code("scenario run --engine sim --shard auto", EXIT_CODE_OK, " shard 3/3, ");
    CU_ASSERT_EQUAL(access("obeyed", F_OK), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        CU_ASSERT_EQUAL(unsetenv(names[i]), 0);
}

/* ---- Merged ---- */

/* Runs shard i of 3 into r/i. */
static void shard_run(int i)
{
    char line[128];

    (void)snprintf(line, sizeof(line), "scenario run --engine sim --shard %d/3 --results r/%d", i,
                   i);
    expect_code(line, EXIT_CODE_OK, " 0 failed");
}

static void test_shards_become_one_run(void)
{
    for (int i = 1; i <= 3; i++)
        shard_run(i);
    expect_code("scenario merge r/3 r/1 r/2 -o all", EXIT_CODE_OK,
                "merged 3 shards, 12 outcomes, into all/2");
    expect_code("scenario history --results all", EXIT_CODE_OK,
                "12 variants on an engine never failed, 0 did; 12 runs in all\n");
    expect_code("scenario merge r/3 r/1 r/2 -o all", EXIT_CODE_OK, "merged in all already");
    expect_code("scenario history --results all", EXIT_CODE_OK, "; 12 runs in all\n");
    /* The folder is a RUN, as its newest invocation. */
    expect_code("scenario gate all", EXIT_CODE_OK, "12 variants");
    /* A whole run of another machine is history, once. */
    expect_code("scenario run many -k n=3 --engine sim --results other", EXIT_CODE_OK, "1 passed");
    expect_code("scenario merge other -o all", EXIT_CODE_OK, "imported 1 whole run into all, 0 w");
    expect_code("scenario merge other -o all", EXIT_CODE_OK, "imported 0 whole runs into all, 1 w");
    expect_code("scenario history --results all", EXIT_CODE_OK, "; 13 runs in all\n");
}

/* Goal: pages of an index are rubbish: nobody takes the rest of a run for all of it. */
static void test_what_is_torn_is_not_merged(void)
{
    struct stat st;

    expect_code("scenario run many -k n=3 --engine sim --results torn", EXIT_CODE_OK, "1 passed");
    FILE *file = fopen("torn/index.db", "r+e");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(stat("torn/index.db", &st), 0);
    /* Of the pages that SQLite has only the first two are good: the tables, and the invocations. */
    for (long at = 8192; at < st.st_size; at += 4096)
        CU_ASSERT(fseek(file, at, SEEK_SET) == 0 && fputs("rubbish", file) >= 0);
    CU_ASSERT_EQUAL(fclose(file), 0);
    expect_code("scenario merge torn -o none", EXIT_CODE_INPUT, "cannot read torn/index.db: ");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "nothing is merged: say only the folders"));
    CU_ASSERT_EQUAL(access("none", F_OK), -1);
    expect_code("scenario merge r/1 r/2 r/3 torn -o none", EXIT_CODE_INPUT, "nothing is merged");
    CU_ASSERT_EQUAL(access("none", F_OK), -1);
    expect_code("scenario doctor --results all", EXIT_CODE_OK, "tier      ");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "          pidfd-hup  "));
    expect_code("scenario doctor --results torn", EXIT_CODE_HARNESS, "cannot read torn/index.db: ");
    CU_ASSERT_PTR_NULL(strstr(output, "-1"));
}

static void test_a_missing_shard_is_named_and_nothing_is_merged(void)
{
    expect_code("scenario merge r/1 r/3 -o less", EXIT_CODE_UNRESOLVED,
                "UNRESOLVED  shard-missing  shard 2/3: nothing of it is there\n");
    CU_ASSERT_EQUAL(access("less", F_OK), -1);
    expect_code("scenario merge r/1 r/none r/3 -o less", EXIT_CODE_UNRESOLVED,
                "there are no results in r/none");
    expect_code("scenario merge r/1 r/3 -o less --allow-missing", EXIT_CODE_OK, "merged 3 shards");
    /* Who takes what there is does not see it as the whole. */
    expect_code("scenario gate less", EXIT_CODE_UNRESOLVED, "shard 2/3");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "MISSING    merged without 1 shard: "));
    expect_code("scenario merge r/1 r/2 -o r/1", EXIT_CODE_USAGE, "another folder");
    expect_code("scenario merge r/1", EXIT_CODE_USAGE, "-o DIR");
    expect_code("scenario merge -o all", EXIT_CODE_USAGE, "the folders of results");
    expect_code("scenario merge scenarios -o all", EXIT_CODE_INPUT, "nothing to merge");
    expect_code("scenario run many -k n=3 --engine sim --shard 2/3 --results r/x", EXIT_CODE_OK,
                "shard 2/3");
    expect_code("scenario merge r/1 r/x r/3 -o less", EXIT_CODE_INPUT, "does not belong to r/1/");
}

/* What a killed task has left is no shard, whatever it has of it; run again, it is one. */
static void test_a_torn_shard_is_named(void)
{
    size_t size = 0;
    ssize_t got = 1;
    int fd = -1;

    pid_t pid = command_line_start("scenario run many --engine sim --schedules 2000 --repeat 1000 "
                                   "-v -j 1 --shard 2/3 --results torn/2",
                                   &fd);
    output[0] = 0;
    while (strstr(output, "PASS") == NULL && got > 0 && size < sizeof(output) - 1) {
        got = read(fd, output + size, sizeof(output) - 1 - size);
        size += got > 0 ? (size_t)got : 0;
        output[size] = 0;
    }
    CU_ASSERT_EQUAL(kill(pid, SIGKILL), 0);
    CU_ASSERT_EQUAL(command_end(pid, fd, output, sizeof(output)), -1);
    expect_code("scenario merge torn/2 -o less", EXIT_CODE_UNRESOLVED,
                "shard 2/3: it stopped before its end, after ");
    CU_ASSERT_PTR_NOT_NULL(strstr(output, " in torn/2/2"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "shard 1/3: nothing of it is there\n"));
}

/* ---- Told ---- */

static void test_history_tells_of_one_and_of_all(void)
{
    expect_code("scenario history n=3 --results all", EXIT_CODE_OK, "many[n=3]  sim\n  ··  0 of 2");
    expect_code("scenario history n=3 --results all --json", EXIT_CODE_OK,
                "{\"v\":1,\"id\":\"many[n=3]\",\"engine\":\"sim\",");
    expect_code("scenario history --durations --results all", EXIT_CODE_OK, " sim many[n=11]\n");
    expect_code("scenario history nobody --results all", EXIT_CODE_NOTHING, "with 'nobody' in");
    expect_code("scenario history mnay --results all", EXIT_CODE_NOTHING, "did you mean 'many'?");
    expect_code("scenario history --results nowhere", EXIT_CODE_USAGE, "no results in nowhere");
    expect_code("scenario history a b", EXIT_CODE_USAGE, "one NAME");
}

static void test_what_is_wrong_is_said(void)
{
    CU_ASSERT_EQUAL(file_write("times", "1s sim many[n=4]\nsoon sim x\n"), 0);
    expect_code("scenario run --shard 1/2 --durations times", EXIT_CODE_INPUT,
                "times:2:1: expected a duration");
    expect_code("scenario list --shard 1/2 --durations none", EXIT_CODE_USAGE, "cannot read none");
    expect_code("scenario run --durations times", EXIT_CODE_USAGE, "say --shard I/N");
    expect_code("scenario run --shard 3/2", EXIT_CODE_USAGE, "such as 2/8");
}

int main(void)
{
    CU_pSuite suite = suite_open("split", suite_start, folder_leave);

    CU_add_test(suite, "once", test_every_variant_is_in_one_part);
    CU_add_test(suite, "whole",
                test_a_variant_is_in_its_part_with_both_engines_and_all_repetitions);
    CU_add_test(suite, "list", test_list_and_run_mean_the_same_part);
    CU_add_test(suite, "empty", test_a_part_with_nothing_in_it_is_no_error);
    CU_add_test(suite, "environment", test_the_environment_says_which_part);
    CU_add_test(suite, "wrong", test_what_is_wrong_is_said);
    CU_add_test(suite, "merged", test_shards_become_one_run);
    CU_add_test(suite, "missing", test_a_missing_shard_is_named_and_nothing_is_merged);
    CU_add_test(suite, "torn", test_what_is_torn_is_not_merged);
    CU_add_test(suite, "torn", test_a_torn_shard_is_named);
    CU_add_test(suite, "history", test_history_tells_of_one_and_of_all);
    return suite_close();
}
