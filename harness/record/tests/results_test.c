/* results_test.c: folders that nobody shares, names that are not mistaken, and how a user says
 * them. */
#include "harness/record/tests/recorded.h"

#define STAMP "20260131-120000"

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void test_two_invocations_never_share_a_folder(void)
{
    struct results a;
    struct results b;
    struct diag diag = {0};
    char last[PATH_MAX];

    CU_ASSERT_EQUAL_FATAL(results_begin(&a, NULL, STAMP, &diag), 0);
    CU_ASSERT_EQUAL_FATAL(results_begin(&b, NULL, STAMP, &diag), 0);
    CU_ASSERT_STRING_EQUAL(a.own, ".scenario/results/" STAMP);
    CU_ASSERT_STRING_EQUAL(b.own, ".scenario/results/" STAMP "-2");
    CU_ASSERT_TRUE(is_there(".scenario/.gitignore"));
    results_keep(&a);
    results_keep(&b);
    ssize_t size = readlink(".scenario/results/last", last, sizeof(last) - 1);
    CU_ASSERT_FATAL(size > 0);
    last[size] = 0;
    CU_ASSERT_STRING_EQUAL(last, STAMP "-2");
    results_end(&a);
    results_end(&b);
    CU_ASSERT_TRUE(is_there(".scenario/results/" STAMP "-2"));
    CU_ASSERT_EQUAL(system("rm -rf .scenario"), 0); /* NOLINT */
}

static void test_where_nothing_ran_nothing_is_left(void)
{
    struct results r;
    struct diag diag = {0};

    CU_ASSERT_EQUAL_FATAL(results_begin(&r, NULL, STAMP, &diag), 0);
    results_end(&r);
    CU_ASSERT_FALSE(is_there(".scenario"));
    /* What was there before stays. */
    CU_ASSERT_EQUAL(mkdir(".scenario", 0777), 0);
    CU_ASSERT_EQUAL(mkdir(".scenario/results", 0777), 0);
    CU_ASSERT_EQUAL_FATAL(results_begin(&r, NULL, STAMP, &diag), 0);
    results_end(&r);
    CU_ASSERT_TRUE(is_there(".scenario/results"));
    CU_ASSERT_FALSE(is_there(".scenario/results/" STAMP));
    CU_ASSERT_EQUAL(system("rm -rf .scenario"), 0); /* NOLINT */
}

static void test_the_folder_lies_beside_the_scenarios(void)
{
    char found[PATH_MAX];

    CU_ASSERT_EQUAL(system("mkdir -p up/scenarios/deep"), 0); /* NOLINT */
    CU_ASSERT_EQUAL(chdir("up/scenarios/deep"), 0);
    results_find(found);
    CU_ASSERT_STRING_EQUAL(found, "../../.scenario/results");
    CU_ASSERT_EQUAL(chdir("../../.."), 0);
    results_find(found);
    CU_ASSERT_STRING_EQUAL(found, ".scenario/results");
}

static void test_a_folder_that_cannot_be_made_is_said(void)
{
    struct results r;
    struct diag diag = {0};
    FILE *file = fopen("file", "we");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fclose(file);
    CU_ASSERT_EQUAL(results_begin(&r, "file/below", STAMP, &diag), ERR_IO);
    CU_ASSERT_STRING_EQUAL(diag.text, "results are not kept: cannot make a folder in file/below: "
                                      "Not a directory");
    CU_ASSERT_STRING_EQUAL(r.own, "");
    results_keep(&r);
    results_end(&r);
}

/* Goal: no two variants have one file, however alike they are. */
static void test_names_tell_apart_what_is_alike(void)
{
    static const char *const ids[] = {"a[n=1]", "a_n=1_", "a(n=1)", "a", "b/a", "b_a", "b.a"};
    char name[16][RESULTS_NAME_BYTES_MAX + 64];
    char longer[2][400];
    size_t count = 0;

    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        results_name(ids[i], "sim", 1, name[count++], sizeof(name[0]));
    for (size_t i = 0; i < 2; i++) {
        memset(longer[i], 'x', sizeof(longer[i]));
        longer[i][398] = (char)('0' + i);
        longer[i][399] = 0;
        results_name(longer[i], "real", UINT64_MAX, name[count], sizeof(name[0]));
        CU_ASSERT(strlen(name[count]) + sizeof(RECORD_SUFFIX) + 8 < 255);
        count++;
    }
    results_name("a", "real", 1, name[count++], sizeof(name[0]));
    results_name("a", "sim", 2, name[count++], sizeof(name[0]));
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++)
            CU_ASSERT_STRING_NOT_EQUAL(name[i], name[k]);
        CU_ASSERT_PTR_NULL(strchr(name[i], '/'));
    }
    CU_ASSERT_STRING_EQUAL(name[3], "a-sim-0x1");
}

static void lookup_is(const char *what, int rc, const char *path, const char *folder)
{
    struct diag diag = {0};
    char found[PATH_MAX] = "";
    char in[PATH_MAX] = "";

    CU_ASSERT_EQUAL(results_lookup(what, "res", found, in, &diag), rc);
    if (rc < 0) {
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, path));
        return;
    }
    CU_ASSERT_STRING_EQUAL(found, path);
    if (folder != NULL)
        CU_ASSERT_STRING_EQUAL(in, folder);
}

static void record_make(const char *path)
{
    struct recorded_run run;

    recorded_run(path, 1, true, 0, &run);
    CU_ASSERT_EQUAL(run.rc, 0);
    result_release(&run.result);
}

static void test_a_run_a_variant_and_a_file_are_found(void)
{
    CU_ASSERT_EQUAL(system("mkdir -p res/one res/two res/none; ln -s two res/last"),
                    0); /* NOLINT */
    record_make("res/one/a-sim-0x1");
    record_make("res/two/a-sim-0x1");
    record_make("res/two/b-sim-0x1");
    lookup_is("one", 0, "res/one/a-sim-0x1.record", NULL);
    lookup_is("res/one/", 0, "res/one/a-sim-0x1.record", NULL);
    lookup_is("last", 0, "", "res/last");
    lookup_is("last/b-sim", 0, "res/last/b-sim-0x1.record", NULL);
    lookup_is("res/two/b-sim-0x1", 0, "res/two/b-sim-0x1.record", NULL);
    lookup_is("res/two/b-sim-0x1.record", 0, "res/two/b-sim-0x1.record", NULL);
    lookup_is("one/recorded", 0, "res/one/a-sim-0x1.record", NULL);
    lookup_is("last/recorded", ERR_NOTFOUND, "2 records of res/last fit 'recorded'", NULL);
    lookup_is("last/nothing", ERR_NOTFOUND, "res/last has no record of 'nothing'", NULL);
    lookup_is("none", ERR_NOTFOUND, "res/none has no records", NULL);
    lookup_is("three", ERR_NOTFOUND, "there is no run 'three' in res, and no such file", NULL);
}

int main(void)
{
    CU_pSuite suite = suite_open("results", recorded_open, recorded_clean);
    CU_add_test(suite, "two", test_two_invocations_never_share_a_folder);
    CU_add_test(suite, "nothing", test_where_nothing_ran_nothing_is_left);
    CU_add_test(suite, "beside", test_the_folder_lies_beside_the_scenarios);
    CU_add_test(suite, "unwritable", test_a_folder_that_cannot_be_made_is_said);
    CU_add_test(suite, "names", test_names_tell_apart_what_is_alike);
    CU_add_test(suite, "lookup", test_a_run_a_variant_and_a_file_are_found);
    return suite_close();
}
