/* known_verb_test.c: `scenario known` from the command line: an entry is made of a run, told about,
 * renewed, and taken away, and the file keeps what people wrote. */
#include "harness/cli/tests/folder.h"
#include "harness/cli/tests/line_run.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/suite.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES = 16 * 1024 };

#define FILE_PATH "ci/known-failures.yaml"

static int file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    return file == NULL || fputs(text, file) < 0 || fclose(file) != 0;
}

static const char *file_text(void)
{
    static char text[FILE_BYTES];
    FILE *file = fopen(FILE_PATH, "re");

    text[0] = 0;
    if (file == NULL)
        return text;
    text[fread(text, 1, sizeof(text) - 1, file)] = 0;
    (void)fclose(file);
    return text;
}

/* Both variants of `one` end with this status, and are to end with 3. */
static int one_write(const char *status)
{
    char text[512];

    (void)snprintf(text, sizeof(text),
                   "scenario: 1\nname: a test\nengines: [sim]\nmatrix: { n: [1, 2] }\n"
                   "tree: { root: { run: worker, exits: { when: start, status: %s } } }\n"
                   "steps: [await: { gone: all }]\n"
                   "outcome: { exit: { status: 3 }, tree: empty }\n",
                   status);
    return file_write("scenarios/one.yaml", text);
}

static int suite_start(void)
{
    (void)unsetenv("CI"); /* NOLINT(concurrency-mt-unsafe) */
    return folder_enter("known_verb_test") != 0 || mkdir("scenarios", 0777) < 0 ||
           one_write("0") != 0;
}

static int suite_end(void)
{
    return folder_leave();
}

#define RUN "scenario run --engine sim "
#define ADD "scenario known add --today 2026-11-30 --issue https://a.example/1 --owner ann "
#define ENTRY                                                                              \
    "  - id: KF-1\n"                                                                       \
    "    # 2026-11-30: nobody knows\n"                                                     \
    "    issue: https://a.example/1\n"                                                     \
    "    scenario: one\n"                                                                  \
    "    when: 'n == \"1\"'\n"                                                             \
    "    engine: sim\n"                                                                    \
    "    signature: 'outcome:the root ended with exit status 0, not with exit status 3'\n" \
    "    state: broken\n"                                                                  \
    "    owner: ann\n"                                                                     \
    "    added: 2026-11-30\n"

static void test_an_entry_is_made_of_a_run_that_failed(void)
{
    expect("scenario known", EXIT_CODE_OK, "nothing is known: there is no " FILE_PATH);
    expect(ADD "last/one[n=1]", EXIT_CODE_USAGE, "there are no results");
    expect(RUN, EXIT_CODE_FAILED, "0 passed, 2 failed");
    expect("scenario known add last/one[n=1]", EXIT_CODE_USAGE,
           "known add wants --issue URL, where it is worked on, and --owner NAME");
    expect(ADD "last/one", EXIT_CODE_USAGE,
           "/one' means 2 variants; one of them is wanted:\n  one[n=");
    expect(ADD "last/one[n=3]", EXIT_CODE_USAGE, "did you mean 'one[n=");
    expect(ADD "last/one[n=1] --until 2027-03-01", EXIT_CODE_USAGE,
           "an entry lives 90 days at most, to 2027-02-28");
    expect(ADD "--issue 320 last/one[n=1]", EXIT_CODE_USAGE, "issue wants a URL, not '320'");
    CU_ASSERT_STRING_EQUAL(file_text(), "");
    expect(ADD "last/one[n=1] --because nobody~knows", EXIT_CODE_OK, "+  - id: KF-1\n");
    CU_ASSERT_STRING_EQUAL(file_text(),
                           "known-failures: 1\nentries:\n" ENTRY "    expires: 2026-12-30\n");
    expect("scenario check", EXIT_CODE_OK, "2 files checked, 0 wrong, 0 warnings");
    expect(ADD "last/one[n=1]", EXIT_CODE_USAGE, "KF-1 excuses one[n=1] already");
    expect("scenario known list", EXIT_CODE_OK,
           "KF-1  one  when n == \"1\"  on sim\n"
           "    outcome:the root ended with exit status 0, not with exit status 3\n"
           "    broken, until 2026-12-30, ann  https://a.example/1\n");
    expect("scenario known --json", EXIT_CODE_OK, "{\"v\":1,\"id\":\"KF-1\",");
}

static void test_each_entry_is_explained(void)
{
    expect("scenario known explain one[n=1] --today 2026-11-30", EXIT_CODE_OK,
           "  KF-1  yes  it excuses this until 2026-12-30  https://a.example/1\n");
    expect("scenario known explain last/one[n=2] --today 2026-11-30", EXIT_CODE_OK,
           "  KF-1  no   when: `n == \"1\"` does not hold for n=2\n  no entry excuses it\n");
    expect("scenario known explain last --today 2026-11-30", EXIT_CODE_OK,
           "  KF-1  no   when: `n == \"1\"` does not hold for n=2\n  no entry excuses it\n");
    expect("scenario known explain one[n=1] --today 2026-12-31", EXIT_CODE_OK,
           "  KF-1  no   all of it fits, but it excused until 2026-12-30\n");
}

static void test_what_is_due_is_told(void)
{
    expect("scenario known stale --today 2026-11-30", EXIT_CODE_OK, "nothing is stale: 1 entry");
    expect("scenario known stale --today 2026-12-20", EXIT_CODE_OK,
           "SOON     KF-1  expires on 2026-12-30, in 10 days  ann");
    expect("scenario known stale --today 2026-12-31", EXIT_CODE_STALE,
           "EXPIRED  KF-1  on 2026-12-30, 1 day ago: it excuses nothing");
}

static void test_an_entry_is_renewed_with_a_reason(void)
{
    expect("scenario known renew KF-1 --until 2027-01-31 --today 2026-12-20", EXIT_CODE_USAGE,
           "--because TEXT: why it is not mended yet");
    expect("scenario known renew KF-2 --until 2027-01-31 --because x", EXIT_CODE_USAGE,
           "there is no entry 'KF-2' in " FILE_PATH "; did you mean 'KF-1'?");
    expect("scenario known renew KF-1 --until 2027-01-31 --today 2026-12-20 --because in~review",
           EXIT_CODE_OK, "+    expires: 2027-01-31\n");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(file_text(), "    # renewed 2026-12-20, was 2026-11-30 to 2026-12-30: in review\n"
                            "    added: 2026-12-20\n    expires: 2027-01-31\n"));
}

/* Goal: what was mended is seen, and --update takes its entry away, but not where CI is set. */
static void test_what_passes_goes_outside_ci_only(void)
{
    CU_ASSERT_EQUAL(one_write("3"), 0);
    expect(RUN, EXIT_CODE_OK, "2 passed");
    expect("scenario known stale --today 2026-12-20", EXIT_CODE_STALE,
           "XPASS    KF-1  passed 1 of 1 run in 1 variant of ");
    (void)setenv("CI", "true", 1); /* NOLINT(concurrency-mt-unsafe) */
    expect("scenario gate --today 2026-12-20 --update", EXIT_CODE_STALE, "-  - id: KF-1\n");
    expect("scenario known stale --today 2026-12-20 --update", EXIT_CODE_STALE,
           FILE_PATH " is left as it is: CI is set\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(file_text(), "KF-1"));
    (void)unsetenv("CI"); /* NOLINT(concurrency-mt-unsafe) */
    expect(RUN "--gate --today 2026-12-20 --update", EXIT_CODE_STALE, "-  - id: KF-1\n");
    CU_ASSERT_STRING_EQUAL(file_text(), "known-failures: 1\nentries: []\n");
    expect("scenario known stale --update", EXIT_CODE_OK, FILE_PATH ": nothing to update\n");
}

/* Goal: how often a flaky one fails is counted from the runs there are. */
static void test_a_flaky_one_gets_its_counts(void)
{
    CU_ASSERT_EQUAL(one_write("0"), 0);
    expect(RUN, EXIT_CODE_FAILED, "2 failed");
    expect(ADD "last/one[n=2] --flaky", EXIT_CODE_OK, "+    seen: { failed: 2, of: 4 }\n");
    expect("scenario known explain one[n=2] --today 2026-11-30", EXIT_CODE_OK,
           "KF-1  yes  it excuses");
    expect("scenario known remove KF-1", EXIT_CODE_OK, "-  - id: KF-1\n");
    expect(ADD "last/one[n=2] --program sh --versions 1.x", EXIT_CODE_OK, "+    versions: 1.x\n");
    expect("scenario known renew KF-1 --until 2027-01-31 --because x", EXIT_CODE_USAGE,
           "KF-1 does not expire: it holds for versions 1.x of sh");
}

/* Goal: an entry whose scenario or parameter is gone is found by `check`, from wherever it is
 * asked, and a scenario it is not. */
static void test_what_entries_name_is_looked_for(void)
{
    static const char entry[] =
        "known-failures: 1\nentries:\n"
        "  - { id: a, issue: 'https://a.example/1', scenario: %s, when: '%s', "
        "signature: step, state: broken, owner: o, added: 2026-01-01, "
        "expires: 2026-01-02 }\n";
    char text[512];

    (void)snprintf(text, sizeof(text), entry, "onne", "n == 1");
    CU_ASSERT_EQUAL(file_write(FILE_PATH, text), 0);
    expect("scenario check", EXIT_CODE_INPUT,
           FILE_PATH ":3:54: error: there is no scenario 'onne'");
    expect("scenario check scenarios/", EXIT_CODE_INPUT, "did you mean 'one'?");
    expect("scenario check " FILE_PATH, EXIT_CODE_INPUT, "1 file checked, 1 wrong");
    expect("scenario check scenarios/one.yaml", EXIT_CODE_OK, "1 file checked, 0 wrong");
    (void)snprintf(text, sizeof(text), entry, "one", "m == 1");
    CU_ASSERT_EQUAL(file_write(FILE_PATH, text), 0);
    expect("scenario check", EXIT_CODE_INPUT, "no parameter 'm' in the matrix of one");
    expect("scenario run --gate", EXIT_CODE_INPUT, "no parameter 'm' in the matrix of one");
    (void)snprintf(text, sizeof(text), entry, "one", "n == 7");
    CU_ASSERT_EQUAL(file_write(FILE_PATH, text), 0);
    expect("scenario check", EXIT_CODE_INPUT, "no variant of one is meant by this");
    expect("scenario run " FILE_PATH, EXIT_CODE_INPUT,
           "this is a file of known failures, not a scenario");
}

static void test_words_that_are_none_are_told(void)
{
    CU_ASSERT_EQUAL(file_write(FILE_PATH, "known-failures: 1\nentries: []\n"), 0);
    expect("scenario known renw", EXIT_CODE_USAGE, "did you mean 'renew'?");
    expect("scenario known renew", EXIT_CODE_USAGE, "known renew wants ID");
    expect("scenario known list all", EXIT_CODE_USAGE, "known list wants nothing behind it");
    expect("scenario known list --known none.yaml", EXIT_CODE_USAGE, "none.yaml");
}

int main(void)
{
    CU_pSuite suite = suite_open("known_verb", suite_start, suite_end);
    CU_ADD_TEST(suite, test_an_entry_is_made_of_a_run_that_failed);
    CU_ADD_TEST(suite, test_each_entry_is_explained);
    CU_ADD_TEST(suite, test_what_is_due_is_told);
    CU_ADD_TEST(suite, test_an_entry_is_renewed_with_a_reason);
    CU_ADD_TEST(suite, test_what_passes_goes_outside_ci_only);
    CU_ADD_TEST(suite, test_a_flaky_one_gets_its_counts);
    CU_ADD_TEST(suite, test_what_entries_name_is_looked_for);
    CU_ADD_TEST(suite, test_words_that_are_none_are_told);
    return suite_close();
}
