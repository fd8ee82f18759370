/* gating_test.c: the gate from the command line: what is red, with which exit code and words, and
 * what is excused where. On the simulated engine, in a folder of its own. */
#include "harness/cli/tests/folder.h"
#include "harness/cli/tests/line_run.h"
#include "harness/record/index.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/suite.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char known_path[] = "ci/known-failures.yaml";

#define SCENARIO_TEXT(status, extra)                                       \
    "scenario: 1\nname: a test\nengines: [sim]\n" extra                    \
    "tree: { root: { run: worker, exits: { when: start, status: 3 } } }\n" \
    "steps: [await: { gone: all }]\n" status

#define ENDS_WITH(status) "outcome: { exit: { status: " status " }, tree: empty }\n"

/* What an index can hold. */
static const struct outcome pass = {.id = "good",
                                    .scenario = "good",
                                    .parameters = "",
                                    .engine = "sim",
                                    .verdict = VERDICT_PASS,
                                    .reason = "",
                                    .signature = "",
                                    .message = "",
                                    .file = "",
                                    .ended = "",
                                    .again = "",
                                    .record = "",
                                    .program = "",
                                    .version = "",
                                    .attempt = 1};

static int file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    return file == NULL || fputs(text, file) < 0 || fclose(file) != 0;
}

static int suite_start(void)
{
    static const char *const foreign[] = {"CI", "GITHUB_STEP_SUMMARY", "GITHUB_SHA",
                                          "CI_COMMIT_SHA", "SCENARIO_SUBJECT"};

    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
        (void)unsetenv(foreign[i]); /* NOLINT(concurrency-mt-unsafe) */
    return folder_enter("gating_test") != 0 || mkdir("scenarios", 0777) < 0 ||
           mkdir("ci", 0777) < 0 ||
           file_write("scenarios/good.yaml", SCENARIO_TEXT(ENDS_WITH("3"), "")) ||
           file_write("scenarios/bad.yaml",
                      SCENARIO_TEXT(ENDS_WITH("0"), "matrix: { n: [1, 2] }\n")) ||
           file_write("scenarios/blind.yaml", SCENARIO_TEXT("must-fail: [lock-exclusive]\n", ""));
}

static int suite_end(void)
{
    return folder_leave();
}

/* Writes the file of known failures with one entry, KF-1; NULL: takes it away. */
static void known(const char *keys)
{
    char text[1024];

    (void)unlink(known_path);
    if (keys == NULL)
        return;
    (void)snprintf(text, sizeof(text),
                   "known-failures: 1\nentries:\n  - { id: KF-1, owner: ann, %s }\n", keys);
    CU_ASSERT_EQUAL_FATAL(file_write(known_path, text), 0);
}

#define ISSUE  "issue: 'https://a.example/1', "
#define OURS   ISSUE "added: 2026-11-01, expires: 2026-12-31, "
#define BROKEN OURS "state: broken, "
#define BAD    "signature: outcome, scenario: bad"
#define RUN    "scenario run --gate --today 2026-11-30 --engine sim "

/* Goal: with nothing to excuse the gate is green when all is well, and says so. */
static void test_a_clean_run_is_green(void)
{
    known(NULL);
    expect(RUN "scenarios/good.yaml", EXIT_CODE_OK,
           "gate  1 variant · 1 pass   as of 2026-11-30   → exit 0\n"
           "no file of known failures: nothing is excused\n");
    CU_ASSERT_EQUAL(file_write(known_path, "known-failures: 1\nentries: []\n"), 0);
    expect(RUN "scenarios/good.yaml", EXIT_CODE_OK, "→ exit 0\n");
    expect("scenario gate", EXIT_CODE_OK, "gate  1 variant · 1 pass");
}

/* Goal: each thing that makes a gate red does, with its own exit code and in words that say what to
 * do; and a gate of what was recorded says the same as that of the run.
 * Method: a row for each. */
static void test_each_red_case_has_its_code_and_its_words(void)
{
    static const struct {
        const char *entry; /* NULL: no file */
        const char *run;
        int code;
        const char *text;
        bool runs; /* so that the record can be judged as well */
    } rows[] = {
        {NULL,                                                                "scenarios/bad.yaml",   EXIT_CODE_FAILED,     "NEW        bad[n=1]  sim  FAIL\n",                        true },
        {BROKEN "signature: leak, scenario: bad",                             "scenarios/bad.yaml",   EXIT_CODE_FAILED,
         "KF-1 does not excuse it: it is for 'leak', and this is 'outcome:the root ended with exit "
         "status 3",                                                                                                                                                                   true },
        {BROKEN "signature: leak, scenario: bad",                             "scenarios/bad.yaml",   EXIT_CODE_FAILED,
         "OTHER      bad[n=2]  sim  FAIL\n",                                                                                                                                           true },
        {BROKEN "signature: outcome, scenario: good",                         "scenarios/good.yaml",  EXIT_CODE_STALE,
         "XPASS      KF-1  good  sim\n           passed 1 time: scenario known remove KF-1",                                                                                           true },
        {ISSUE "added: 2026-10-01, expires: 2026-11-28, state: broken, " BAD, "scenarios/bad.yaml",
         EXIT_CODE_STALE,                                                                                                   "EXPIRED    KF-1  expired 2 days ago, 2026-11-28, and it still fails: bad[n=1]  sim  and 1 "
         "more\n",                                                                                                                                            true },
        {"added: 2026-11-01, expires: 2026-12-31, state: broken, " BAD,       "scenarios/bad.yaml",
         EXIT_CODE_INPUT,                                                                                                   "ci/known-failures.yaml:3:11: error: KF-1 has no `issue`", false},
        {OURS "state: flaky, seen: { failed: 3, of: 400 }, " BAD,
         "scenarios/bad.yaml -p n=1 --repeat 10 --results ten",                                       EXIT_CODE_STALE,
         "WORSE      KF-1  10 of 10 runs = 100 % (72 % to 100 %), limit 2.2 %: bad[n=1]  sim\n",                                                                                       true },
        {NULL,                                                                "scenarios/blind.yaml", EXIT_CODE_UNRESOLVED,
         "BLIND      blind  sim  UNRESOLVED\n           oracle-blind\n",                                                                                                               true },
        {NULL,                                                                "-k nobody",            EXIT_CODE_NOTHING,    "nobody",                                                  false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[256];
        known(rows[i].entry);
        (void)snprintf(line, sizeof(line), RUN "%s", rows[i].run);
        expect(line, rows[i].code, rows[i].text);
        const char *again = strstr(line, "ten") != NULL
                                ? "scenario gate --today 2026-11-30 --results ten"
                                : "scenario gate --today 2026-11-30";
        if (rows[i].runs)
            expect(again, rows[i].code, rows[i].text);
    }
}

/* Goal: what is known is excused, told while it runs, and listed. */
static void test_a_known_failure_is_excused_and_told(void)
{
    known(BROKEN BAD);
    expect(RUN, EXIT_CODE_UNRESOLVED, "XFAIL");
    said("bad[n=1]  sim  KF-1\n");
    said("1 passed, 0 failed, 2 known to fail, 1 unresolved\n");
    CU_ASSERT_PTR_NULL(strstr(output, "Signature   outcome"));
    expect(RUN "scenarios/bad.yaml scenarios/good.yaml", EXIT_CODE_OK,
           "gate  3 variants · 1 pass · 2 known   as of 2026-11-30   → exit 0\n"
           "KNOWN      KF-1  failed 2 of 2 runs: bad[n=1]  sim  and 1 more\n"
           "           https://a.example/1\n");
    /* The record has what it came to, not what the gate made of it. */
    expect("scenario gate --today 2027-02-01", EXIT_CODE_STALE, "EXPIRED    KF-1");
    known(NULL);
    expect("scenario gate", EXIT_CODE_FAILED, "NEW        bad[n=1]  sim  FAIL\n");
    known(OURS "state: flaky, seen: { failed: 3, of: 400 }, " BAD);
    expect(RUN "scenarios/bad.yaml -p n=1 --results one", EXIT_CODE_OK,
           "  bad[n=1]  sim  KF-1 flaky\n");
    said("0 clean runs in a row, 398 until it may go\n");
}

/* Goal: an entry for CI excuses there and nowhere else. */
static void test_an_entry_for_ci_excuses_in_ci_and_not_at_home(void)
{
    known(BROKEN "platform: { ci: true }, " BAD);
    expect(RUN "scenarios/bad.yaml", EXIT_CODE_FAILED,
           "KF-1 does not excuse it: it is for runs in CI, and this ran outside it\n");
    (void)setenv("CI", "true", 1); /* NOLINT(concurrency-mt-unsafe) */
    expect(RUN "scenarios/bad.yaml", EXIT_CODE_OK, "KNOWN      KF-1");
    (void)unsetenv("CI"); /* NOLINT(concurrency-mt-unsafe) */
    /* What was recorded there is judged as it was there. */
    expect("scenario gate --today 2026-11-30", EXIT_CODE_OK, "KNOWN      KF-1");
}

/* Goal: an entry for a version of a program excuses nothing of another. */
static void test_another_version_of_the_program_is_not_excused(void)
{
#define THEIRS \
    ISSUE "added: 2020-01-01, program: tool, version-from: [echo, tool 1.9.3], versions: "
    known(THEIRS "'1.9.x', state: broken, " BAD);
    expect(RUN "scenarios/bad.yaml", EXIT_CODE_OK, "KNOWN      KF-1");
    known(THEIRS "'1.8.x', state: broken, " BAD);
    expect(RUN "scenarios/bad.yaml", EXIT_CODE_FAILED,
           "KF-1 does not excuse it: it is for tool 1.8.x, and here it says 'tool 1.9.3'\n");
    known(ISSUE "added: 2020-01-01, program: tool, version-from: [./nobody], versions: '1.8.x', "
                "state: broken, " BAD);
    expect(RUN "scenarios/bad.yaml", EXIT_CODE_FAILED,
           "could not be found out: `./nobody ...` gives no version\n");
    known(ISSUE "added: 2020-01-01, program: tool, version-from: [sh, -c, 'echo 1.8.1; exit 1'], "
                "versions: '1.8.x', state: broken, " BAD);
    expect(RUN "scenarios/bad.yaml", EXIT_CODE_FAILED,
           "could not be found out: `sh ...` gives no version\n");
    /* What ran counts, not what is there when it is judged. */
    known(THEIRS "'1.9.x', state: broken, " BAD);
    expect(RUN "scenarios/bad.yaml", EXIT_CODE_OK, "KNOWN");
    known(ISSUE "added: 2020-01-01, program: tool, version-from: [echo, '2.0'], versions: '1.9.x', "
                "state: broken, " BAD);
    expect("scenario gate", EXIT_CODE_OK, "KNOWN");
}

/* Goal: a flaky entry is held against what earlier runs have shown, and a single failure is none.
 */
static void test_earlier_runs_count_for_a_flaky_entry(void)
{
    known(THEIRS "'1.x', state: flaky, seen: { failed: 1, of: 10 }, " BAD);
    expect(RUN "scenarios/bad.yaml -p n=1 --results flaky", EXIT_CODE_OK, "  KF-1  1 of 1 run = ");
    expect(RUN "scenarios/bad.yaml -p n=1 --results flaky", EXIT_CODE_OK, "  KF-1  2 of 2 runs = ");
    expect(RUN "scenarios/bad.yaml -p n=1 --results flaky", EXIT_CODE_STALE,
           "WORSE      KF-1  3 of 3 runs = 100 % (44 % to 100 %), limit 40 %: bad[n=1]  sim\n");
    expect("scenario gate --results flaky", EXIT_CODE_STALE, "WORSE      KF-1  3 of 3 runs");
}

/* Goal: what is older than the window of rates, was on another kind of machine, or is yet to come
 * does not count. */
static void test_only_runs_of_the_window_and_of_such_machines_count(void)
{
    enum { DAY_S = 24 * 60 * 60 };
    static const struct {
        const char *id;
        int64_t days_ago;
        const char *host;
    } rows[] = {
        {"older",   INDEX_WINDOW_DAYS + 1, "1core"},
        {"other",   1,                     "9core"},
        {"earlier", INDEX_WINDOW_DAYS - 1, "1core"},
        {"judged",  0,                     "1core"},
        {"later",   -1,                    "1core"},
    };
    struct index *index = NULL;
    struct outcome outcome = pass;

    outcome.id = "bad[n=1]";
    outcome.scenario = "bad";
    outcome.parameters = "n=1";
    known(THEIRS "'1.x', state: flaky, seen: { failed: 1, of: 10 }, " BAD);
    CU_ASSERT_EQUAL_FATAL(mkdir("window", 0777), 0);
    CU_ASSERT_EQUAL_FATAL(index_open("window", INDEX_WRITE, &index, NULL), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct invocation own = {.shard_i = 1, .shard_n = 1, .selected = 1};
        (void)snprintf(own.id, sizeof(own.id), "%s", rows[i].id);
        (void)snprintf(own.host, sizeof(own.host), "%s", rows[i].host);
        own.started_us = (INT64_C(1800000000) - rows[i].days_ago * DAY_S) * 1000000;
        outcome.start_us = own.started_us;
        index_begin(index, &own);
        (void)index_add(index, &outcome);
        index_end(index, true);
    }
    index_close(index);
    expect("scenario gate judged --results window", EXIT_CODE_OK,
           "FLAKY      KF-1  0 of 2 runs = ");
}

/* Goal: a part of the runs that an entry takes does not take it away: all of them do. */
static void test_an_entry_goes_when_all_of_it_passed(void)
{
    CU_ASSERT_EQUAL(file_write("scenarios/mended.yaml",
                               SCENARIO_TEXT(ENDS_WITH("3"), "matrix: { n: [1, 2] }\n")),
                    0);
    CU_ASSERT_EQUAL(mkdir("scenarios/two", 0777), 0);
    CU_ASSERT_EQUAL(file_write("scenarios/two/good.yaml", SCENARIO_TEXT(ENDS_WITH("3"), "")), 0);
    CU_ASSERT_EQUAL(file_write("scenarios/two/bad.yaml", SCENARIO_TEXT(ENDS_WITH("0"), "")), 0);
    known(BROKEN "scenario: mended, signature: outcome");
    expect(RUN "--update scenarios/mended.yaml -k mended[n=2]", EXIT_CODE_STALE,
           "KF-1 stays: mended[n=1] on sim was not run\n");
    expect("scenario gate --today 2026-11-30 --update", EXIT_CODE_STALE,
           "ci/known-failures.yaml: nothing to update\n");
    known(BROKEN "scenario: two/*, signature: outcome");
    expect(RUN "--update scenarios/two", EXIT_CODE_STALE, "KF-1 stays: two/bad on sim failed\n");
    known(BROKEN "scenario: mended, signature: outcome");
    expect(RUN "--update scenarios/mended.yaml", EXIT_CODE_STALE, "-  - { id: KF-1");
    CU_ASSERT_EQUAL(unlink("scenarios/mended.yaml"), 0);
    CU_ASSERT_EQUAL(unlink("scenarios/two/good.yaml"), 0);
    CU_ASSERT_EQUAL(unlink("scenarios/two/bad.yaml"), 0);
    CU_ASSERT_EQUAL(rmdir("scenarios/two"), 0);
}

/* Goal: --fail-fast stops at the first failure that is not excused, and not before. */
static void test_an_excused_failure_stops_nothing(void)
{
    known(BROKEN BAD);
    expect(RUN "-j 1 --fail-fast scenarios/bad.yaml", EXIT_CODE_OK, "2 variants · 2 known");
    known(BROKEN "when: 'n == 2', " BAD);
    expect(RUN "-j 1 --fail-fast scenarios/bad.yaml", EXIT_CODE_FAILED, "");
    known(ISSUE "added: 2026-09-01, expires: 2026-11-01, state: broken, " BAD);
    expect(RUN "-j 1 --fail-fast scenarios/bad.yaml", EXIT_CODE_UNRESOLVED,
           "MISSING    the run was stopped: 1 of 2 runs were made\n");
}

/* Goal: an entry of a day to come excuses nothing: it would excuse for longer than 90 days. */
static void test_an_entry_of_the_future_excuses_nothing(void)
{
    known(ISSUE "added: 2027-11-01, expires: 2027-12-31, state: broken, " BAD);
    expect(RUN "scenarios/bad.yaml", EXIT_CODE_STALE,
           "EXPIRED    KF-1  added on 2027-11-01, which is yet to come: it excuses nothing before, "
           "and it still fails: bad[n=1]");
    expect("scenario known stale --today 2026-11-30", EXIT_CODE_STALE,
           "EXPIRED  KF-1  added on 2027-11-01, which is yet to come: it excuses nothing");
    known(ISSUE "added: 2026-12-01, expires: 2026-12-31, state: broken, " BAD);
    expect(RUN "scenarios/bad.yaml", EXIT_CODE_OK, "2 known");
}

/* Goal: a run that is not whole proves nothing: a shard on its own, one that was killed, none. */
static void test_what_is_not_whole_is_not_green(void)
{
    struct index *index = NULL;
    struct invocation shard = {.id = "a-shard", .shard_i = 2, .shard_n = 3, .selected = 1};
    struct invocation killed = {.id = "killed", .shard_i = 1, .shard_n = 1, .selected = 9};
    struct invocation none = {.id = "none", .shard_i = 1, .shard_n = 1};

    known(NULL);
    CU_ASSERT_EQUAL_FATAL(mkdir("parts", 0777), 0);
    CU_ASSERT_EQUAL_FATAL(index_open("parts", INDEX_WRITE, &index, NULL), 0);
    index_begin(index, &shard);
    (void)index_add(index, &pass);
    index_end(index, true);
    index_begin(index, &killed);
    (void)index_add(index, &pass);
    index_end(index, false);
    index_begin(index, &none);
    index_end(index, true);
    index_close(index);
    expect("scenario gate a-shard --results parts", EXIT_CODE_UNRESOLVED,
           "MISSING    shard 2 of 3 is not the whole: scenario merge joins them\n");
    expect("scenario gate killed --results parts", EXIT_CODE_UNRESOLVED,
           "MISSING    the run was stopped, or still goes on: 1 of 9 runs are there\n");
    expect("scenario gate none --results parts", EXIT_CODE_NOTHING, "NOTHING    no run to judge\n");
}

static void file_said(const char *path, const char *text)
{
    FILE *file = fopen(path, "re");
    size_t size = file != NULL ? fread(output, 1, sizeof(output) - 1, file) : 0;

    output[size] = 0;
    if (file != NULL)
        (void)fclose(file);
    said(text);
}

/* Goal: programs are told as well: JSON, JUnit, GitHub's annotations and its summary. */
static void test_programs_are_told_too(void)
{
    known(BROKEN "when: 'n == 1', " BAD);
    expect(RUN "scenarios/bad.yaml --json run.json --junit run.xml", EXIT_CODE_FAILED, "NEW");
    file_said("run.json", "\"ev\":\"gate\",\"kind\":\"NEW\",\"exit\":1,\"id\":\"bad[n=2]\"");
    said("\"near\":\"KF-1\",\"why\":\"`n == 1` does not hold for n=2\"}\n");
    said("{\"v\":1,\"ev\":\"gate.end\",\"exit\":1,\"today\":\"2026-11-30\",\"variants\":2");
    said("\"ev\":\"run.end\",\"total\":2,\"exit\":1,");
    file_said("run.xml", "<property name=\"known\" value=\"KF-1\"/>");
    said("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\"");
    expect("scenario gate --today 2026-11-30 --json g.json --junit g.xml", EXIT_CODE_FAILED, "NEW");
    file_said("g.json", "\"verdict\":\"XFAIL\"");
    said("\"ev\":\"gate.end\",\"exit\":1");
    file_said("g.xml", "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\"");
    expect("scenario gate --today 2027-01-31 --junit g.xml", EXIT_CODE_FAILED, "EXPIRED");
    file_said("g.xml", "<testcase classname=\"gate\" name=\"KF-1\"");
    (void)setenv("GITHUB_STEP_SUMMARY", "summary.md", 1); /* NOLINT(concurrency-mt-unsafe) */
    expect("scenario gate --today 2027-01-31 --github", EXIT_CODE_FAILED,
           "::error file=scenarios/bad.yaml,line=7,title=NEW bad[n=2]::bad[n=2]  sim  FAIL%0A");
    said(
        "::error file=ci/known-failures.yaml,line=3,title=EXPIRED KF-1::KF-1  expired 31 days ago");
    file_said("summary.md", "### ❌ scenario gate: an unexpected failure");
    said("\ngate  2 variants");
    (void)unsetenv("GITHUB_STEP_SUMMARY"); /* NOLINT(concurrency-mt-unsafe) */
}

static void test_wrong_usage_is_told(void)
{
    expect("scenario gate --known ci", EXIT_CODE_USAGE, "cannot read ci: Is a directory\n");
    known(NULL);
    expect("scenario run --known x.yaml scenarios/good.yaml", EXIT_CODE_USAGE, "--gate");
    expect("scenario run --update scenarios/good.yaml", EXIT_CODE_USAGE, "--update are for --gate");
    expect("scenario run --gate --today 2026-02-30", EXIT_CODE_USAGE,
           "--today: '2026-02-30' is no DATE (a day such as 2026-11-30)");
    expect("scenario run --gate --known nobody.yaml scenarios/good.yaml", EXIT_CODE_USAGE,
           "nobody.yaml");
    expect("scenario gate one two", EXIT_CODE_USAGE, "gate wants one RUN");
    expect("scenario gate --results nobody", EXIT_CODE_USAGE, "nobody");
}

int main(void)
{
    CU_pSuite suite = suite_open("gating", suite_start, suite_end);

    CU_add_test(suite, "green", test_a_clean_run_is_green);
    CU_add_test(suite, "red", test_each_red_case_has_its_code_and_its_words);
    CU_add_test(suite, "excused", test_a_known_failure_is_excused_and_told);
    CU_add_test(suite, "ci", test_an_entry_for_ci_excuses_in_ci_and_not_at_home);
    CU_add_test(suite, "versions", test_another_version_of_the_program_is_not_excused);
    CU_add_test(suite, "earlier", test_earlier_runs_count_for_a_flaky_entry);
    CU_add_test(suite, "window", test_only_runs_of_the_window_and_of_such_machines_count);
    CU_add_test(suite, "update", test_an_entry_goes_when_all_of_it_passed);
    CU_add_test(suite, "future", test_an_entry_of_the_future_excuses_nothing);
    CU_add_test(suite, "fail fast", test_an_excused_failure_stops_nothing);
    CU_add_test(suite, "whole", test_what_is_not_whole_is_not_green);
    CU_add_test(suite, "programs", test_programs_are_told_too);
    CU_add_test(suite, "usage", test_wrong_usage_is_told);
    return suite_close();
}
