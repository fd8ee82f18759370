/* lookup_test.c: names, folders and places, in a temporary directory. */
#include "harness/cli/lookup.h"
#include "harness/cli/tests/folder.h"
#include "runtime/base/tests/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int before; /* the directory that the test started in */

/* These are used before any test runs, where CUnit takes no assertion. */
static void make_folder(const char *path)
{
    if (mkdir(path, 0777) < 0)
        abort();
}

static void make_file(const char *path)
{
    FILE *file = fopen(path, "we");

    if (file == NULL)
        abort();
    (void)fclose(file);
}

/* project/scenarios/{b.yaml,a.yaml,sub/c.yaml,note.txt,.hidden.yaml}, project/deep/er,
 * prefix/{bin,libexec/scenario,share/scenario/{scenarios/inst.yaml,expect/scripts}}, empty */
static int suite_start(void)
{
    before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (before < 0 || folder_enter("lookup_test") != 0)
        return 1;
    static const char *const folders[] = {"project",
                                          "project/scenarios",
                                          "project/scenarios/sub",
                                          "project/deep",
                                          "project/deep/er",
                                          "empty",
                                          "prefix",
                                          "prefix/bin",
                                          "prefix/libexec",
                                          "prefix/libexec/scenario",
                                          "prefix/share",
                                          "prefix/share/scenario",
                                          "prefix/share/scenario/scenarios",
                                          "prefix/share/scenario/expect",
                                          "prefix/share/scenario/expect/scripts"};
    static const char *const files[] = {
        "project/scenarios/b.yaml",       "project/scenarios/a.yaml",
        "project/scenarios/sub/c.yaml",   "project/scenarios/note.txt",
        "project/scenarios/.hidden.yaml", "prefix/share/scenario/scenarios/inst.yaml"};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        make_folder(folders[i]);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        make_file(files[i]);
    return 0;
}

static int suite_end(void)
{
    int left = folder_leave();

    (void)fchdir(before);
    (void)close(before);
    return left;
}

static void enter(const char *below)
{
    char path[PATH_MAX];

    (void)snprintf(path, sizeof(path), "%s/%s", top, below);
    CU_ASSERT_EQUAL_FATAL(chdir(path), 0);
}

static struct places places_of_prefix(void)
{
    struct places places;
    char program[PATH_MAX];

    (void)snprintf(program, sizeof(program), "%s/prefix/bin/scenario", top);
    places_find(program, &places);
    return places;
}

/* Looks a name up and compares the paths, joined by blanks. */
static void expect_paths(const char *name, const char *wanted)
{
    struct lookup l = LOOKUP_INIT;
    struct places places = places_of_prefix();
    struct diag diag = {0};
    char paths[1024] = "";

    CU_ASSERT_EQUAL(lookup_add(&l, name, &places, &diag), 0);
    for (size_t i = 0; i < l.count; i++) {
        size_t size = strlen(paths);
        (void)snprintf(paths + size, sizeof(paths) - size, "%s%s", i > 0 ? " " : "",
                       path_shown(l.file[i].path, ""));
    }
    CU_ASSERT_STRING_EQUAL(paths, wanted);
    lookup_release(&l);
}

static void test_lookup_takes_paths_as_given(void)
{
    enter("project");
    expect_paths("scenarios/a.yaml", "scenarios/a.yaml");
    expect_paths("./scenarios/sub", "./scenarios/sub/c.yaml");
}

static void test_lookup_walks_folders_sorted(void)
{
    enter("project");
    expect_paths("scenarios", "scenarios/a.yaml scenarios/b.yaml scenarios/sub/c.yaml");
}

static void test_lookup_finds_names_in_the_nearest_scenarios_upward(void)
{
    enter("project");
    expect_paths("a.yaml", "scenarios/a.yaml");
    expect_paths("a", "scenarios/a.yaml");
    expect_paths("sub/c", "scenarios/sub/c.yaml");
    enter("project/deep/er");
    expect_paths("b.yaml", "../../scenarios/b.yaml");
    expect_paths("sub", "../../scenarios/sub/c.yaml");
}

static void test_lookup_falls_back_to_the_installed_examples(void)
{
    enter("empty");
    expect_paths("inst.yaml", "scenarios/inst.yaml");
    expect_paths("scenarios/inst.yaml", "scenarios/inst.yaml");
    enter("project");
    expect_paths("inst", "scenarios/inst.yaml");
}

static void test_lookup_suggests_what_is_there(void)
{
    struct lookup l = LOOKUP_INIT;
    struct places places = places_of_prefix();
    struct diag diag = {0};

    enter("project");
    CU_ASSERT_EQUAL(lookup_add(&l, "isnt.yaml", &places, &diag), ERR_NOTFOUND);
    CU_ASSERT_STRING_EQUAL(diag.text,
                           "there is no scenario 'isnt.yaml'; did you mean 'inst.yaml'?");
    CU_ASSERT_EQUAL(lookup_add(&l, "/nowhere/at/all.yaml", &places, &diag), ERR_NOTFOUND);
    enter("prefix");
    CU_ASSERT_EQUAL(lookup_add(&l, "scenarios", &places, &diag), ERR_NOTFOUND);
    places.examples[0] = 0;
    CU_ASSERT_EQUAL(lookup_add(&l, "scenarios", &places, &diag), ERR_NOTFOUND);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "no folder `scenarios` here or above"));
    CU_ASSERT_EQUAL(l.count, 0);
    lookup_release(&l);
}

/* Goal: without a name nothing runs but what is in the nearest folder of the user's own. */
static void test_without_a_name_it_is_the_nearest_scenarios_and_nothing_else(void)
{
    struct places places = places_of_prefix();
    struct diag diag = {0};

    for (unsigned i = 0; i < 2; i++) {
        struct lookup l = LOOKUP_INIT;
        enter(i == 0 ? "project" : "project/deep/er");
        CU_ASSERT_EQUAL(lookup_add_nearest(&l, &diag), 0);
        CU_ASSERT_EQUAL_FATAL(l.count, 3);
        CU_ASSERT_STRING_EQUAL(l.folder, i == 0 ? "scenarios" : "../../scenarios");
        CU_ASSERT_STRING_EQUAL(l.file[0].again,
                               i == 0 ? "scenarios/a.yaml" : "../../scenarios/a.yaml");
        lookup_release(&l);
    }
    struct lookup l = LOOKUP_INIT;
    enter("empty");
    CU_ASSERT_EQUAL(lookup_add_nearest(&l, &diag), ERR_NOTFOUND);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, top));
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "--examples"));
    CU_ASSERT_EQUAL(l.count, 0);
    CU_ASSERT_STRING_EQUAL(l.folder, "");
    CU_ASSERT_EQUAL(lookup_add_examples(&l, &places, &diag), 0);
    CU_ASSERT_EQUAL_FATAL(l.count, 1);
    CU_ASSERT_STRING_EQUAL(l.file[0].again, "scenarios/inst.yaml");
    lookup_release(&l);
    places.examples[0] = 0;
    CU_ASSERT_EQUAL(lookup_add_examples(&l, &places, &diag), ERR_NOTFOUND);
}

static void test_lookup_adds_a_file_once(void)
{
    struct lookup l = LOOKUP_INIT;
    struct places places = {0};

    enter("project");
    CU_ASSERT_EQUAL(lookup_add(&l, "scenarios/b.yaml", &places, NULL), 0);
    CU_ASSERT_EQUAL(lookup_add(&l, "scenarios", &places, NULL), 0);
    CU_ASSERT_EQUAL(l.count, 3);
    CU_ASSERT_STRING_EQUAL(l.file[0].path, "scenarios/b.yaml");
    lookup_release(&l);
}

static void test_lookup_refuses_folders_nested_too_deeply(void)
{
    struct lookup l = LOOKUP_INIT;
    struct places places = {0};
    struct diag diag = {0};
    char path[256] = "deepest";

    enter("empty");
    make_folder(path);
    for (int i = 0; i <= LOOKUP_DEPTH_MAX; i++) {
        size_t size = strlen(path);
        (void)snprintf(path + size, sizeof(path) - size, "/d");
        make_folder(path);
    }
    CU_ASSERT_EQUAL(lookup_add(&l, "deepest", &places, &diag), ERR_FULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "too deeply"));
    lookup_release(&l);
}

static void test_lookup_looks_into_64_folders_upward(void)
{
    struct places places = {0};
    struct diag diag = {0};
    struct lookup l = LOOKUP_INIT;

    enter("project");
    for (int i = 1; i < LOOKUP_UP_MAX; i++) {
        make_folder("d");
        CU_ASSERT_EQUAL_FATAL(chdir("d"), 0);
    }
    CU_ASSERT_EQUAL(lookup_add(&l, "a", &places, &diag), 0);
    CU_ASSERT_EQUAL(l.count, 1);
    make_folder("d");
    CU_ASSERT_EQUAL_FATAL(chdir("d"), 0);
    CU_ASSERT_EQUAL(lookup_add(&l, "a", &places, &diag), ERR_NOTFOUND);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "no folder `scenarios` here or above"));
    lookup_release(&l);
}

static void test_lookup_refuses_more_than_10000_files(void)
{
    struct places places = {0};
    struct diag diag = {0};
    struct lookup l = LOOKUP_INIT;
    char name[32];

    enter("empty");
    make_folder("many");
    for (int i = 0; i < LOOKUP_FILES_MAX; i++) {
        (void)snprintf(name, sizeof(name), "many/%05d.yaml", i);
        make_file(name);
    }
    CU_ASSERT_EQUAL(lookup_add(&l, "many", &places, &diag), 0);
    CU_ASSERT_EQUAL(l.count, LOOKUP_FILES_MAX);
    make_file("many/x.yaml");
    CU_ASSERT_EQUAL(lookup_add(&l, "many", &places, &diag), ERR_FULL);
    CU_ASSERT_STRING_EQUAL(diag.text, "more than 10000 scenario files");
    lookup_release(&l);
}

static void test_scripts_are_found_upward_and_suggested(void)
{
    struct places places = places_of_prefix();
    struct diag diag = {0};
    char path[PATH_MAX];

    enter("project/deep/er");
    CU_ASSERT_FALSE(scripts_find(path));
    CU_ASSERT_STRING_EQUAL(path, "");
    enter("project");
    make_folder("expect");
    make_folder("expect/scripts");
    make_file("expect/scripts/leave.yaml");
    enter("project/deep/er");
    CU_ASSERT_TRUE(scripts_find(path));
    CU_ASSERT_STRING_EQUAL(path, "../../expect/scripts");
    CU_ASSERT_EQUAL(script_lookup("leave", &places, path, &diag), 0);
    CU_ASSERT_STRING_EQUAL(path, "../../expect/scripts/leave.yaml");
    CU_ASSERT_EQUAL(script_lookup("laeve", &places, path, &diag), ERR_NOTFOUND);
    CU_ASSERT_STRING_EQUAL(diag.text, "there is no script 'laeve'; did you mean 'leave'?");
    CU_ASSERT_EQUAL(script_lookup("quite-other", &places, path, &diag), ERR_NOTFOUND);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "`scenario help scripts` shows them"));
}

static void test_places_are_relative_to_the_program(void)
{
    struct places places = places_of_prefix();
    char program[PATH_MAX];

    CU_ASSERT_PTR_NOT_NULL(strstr(places.helpers, "/prefix/libexec/scenario"));
    CU_ASSERT_PTR_NOT_NULL(strstr(places.scripts, "/prefix/share/scenario/expect/scripts"));
    /* As in a build folder: all below the program. */
    (void)snprintf(program, sizeof(program), "%s/prefix/scenario", top);
    places_find(program, &places);
    CU_ASSERT_PTR_NOT_NULL(strstr(places.helpers, "/prefix/libexec/scenario"));
    CU_ASSERT_PTR_NOT_NULL(strstr(places.examples, "/prefix/share/scenario/scenarios"));
    (void)snprintf(program, sizeof(program), "%s/scenario", top);
    places_find(program, &places);
    CU_ASSERT_STRING_EQUAL(places.helpers, "");
    CU_ASSERT_STRING_EQUAL(places.examples, "");
    CU_ASSERT_STRING_EQUAL(places.scripts, "");
}

static void test_paths_shown_are_never_absolute(void)
{
    CU_ASSERT_STRING_EQUAL(path_shown("x/y.yaml", "/a"), "x/y.yaml");
    CU_ASSERT_STRING_EQUAL(path_shown("/a/b/y.yaml", "/a"), "b/y.yaml");
    CU_ASSERT_STRING_EQUAL(path_shown("/ab/y.yaml", "/a"), "y.yaml");
    CU_ASSERT_STRING_EQUAL(path_shown("/p/scenarios/q/y.yaml", "/a"), "scenarios/q/y.yaml");
    CU_ASSERT_STRING_EQUAL(path_shown("/p/expect/scripts/y.yaml", "/"), "expect/scripts/y.yaml");
}

static void expect_relative(const char *path, const char *directory, const char *wanted)
{
    char out[128];

    CU_ASSERT_TRUE(path_relative(path, directory, out, sizeof(out)));
    CU_ASSERT_STRING_EQUAL(out, wanted);
}

static void test_absolute_paths_can_be_typed_relatively(void)
{
    char small[6];

    expect_relative("x.yaml", "/a/b", "x.yaml");
    expect_relative("/a/b/x.yaml", "/a/b", "x.yaml");
    expect_relative("/a/x.yaml", "/a/b", "../x.yaml");
    expect_relative("/a/bc/x.yaml", "/a/b", "../bc/x.yaml");
    expect_relative("/x.yaml", "/a/b", "../../x.yaml");
    expect_relative("/c/d/x.yaml", "/a/b", "../../c/d/x.yaml");
    expect_relative("/a/x.yaml", "/", "a/x.yaml");
    CU_ASSERT_FALSE(path_relative("/a/x.yaml", "/b", small, sizeof(small)));
}

int main(void)
{
    CU_pSuite suite = suite_open("lookup", suite_start, suite_end);

    CU_add_test(suite, "paths", test_lookup_takes_paths_as_given);
    CU_add_test(suite, "folders", test_lookup_walks_folders_sorted);
    CU_add_test(suite, "upward", test_lookup_finds_names_in_the_nearest_scenarios_upward);
    CU_add_test(suite, "installed", test_lookup_falls_back_to_the_installed_examples);
    CU_add_test(suite, "suggests", test_lookup_suggests_what_is_there);
    CU_add_test(suite, "without a name",
                test_without_a_name_it_is_the_nearest_scenarios_and_nothing_else);
    CU_add_test(suite, "once", test_lookup_adds_a_file_once);
    CU_add_test(suite, "depth", test_lookup_refuses_folders_nested_too_deeply);
    CU_add_test(suite, "up", test_lookup_looks_into_64_folders_upward);
    CU_add_test(suite, "files", test_lookup_refuses_more_than_10000_files);
    CU_add_test(suite, "scripts", test_scripts_are_found_upward_and_suggested);
    CU_add_test(suite, "places", test_places_are_relative_to_the_program);
    CU_add_test(suite, "relative", test_absolute_paths_can_be_typed_relatively);
    CU_add_test(suite, "shown", test_paths_shown_are_never_absolute);
    return suite_close();
}
