/* names_test.c: what is new in a folder is told by name, and counted. */
#include "harness/real/names.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/names_test.XXXXXX";

static void path_of(const char *name, char path[128])
{
    (void)snprintf(path, 128, "%s/%s", folder, name);
}

static void make(const char *name)
{
    char path[128];

    path_of(name, path);
    int fd = open(path, O_CREAT | O_CLOEXEC | O_WRONLY, 0600);
    CHECK(fd >= 0 && close(fd) == 0);
}

static void drop(const char *name)
{
    char path[128];

    path_of(name, path);
    CHECK(remove(path) == 0);
}

static void is_new(const struct names *before, bool own, size_t count, const char *text)
{
    struct buf out = BUF_INIT;

    CU_ASSERT_EQUAL(names_new(before, folder, own, &out), count);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), text);
    buf_release(&out);
}

static void test_what_is_new_is_told(void)
{
    struct names before = {.read = false};

    make("old");
    is_new(&before, false, 0, "");
    names_read(&before, folder, false);
    is_new(&before, false, 0, "");
    make("pid");
    is_new(&before, false, 1, "pid");
    is_new(&before, true, 1, "pid");
    drop("old");
    make(".hidden");
    drop("pid");
    is_new(&before, false, 1, ".hidden");
    names_read(&before, folder, true);
    is_new(&before, true, 0, "");
    drop(".hidden");
    names_release(&before);
}

/* Of many a few are named, and all counted. */
static void test_of_many_a_few_are_named(void)
{
    struct names before = {.read = false};
    struct buf out = BUF_INIT;
    char name[16];

    names_read(&before, folder, false);
    for (int i = 0; i < NAMES_TOLD_MAX + 2; i++) {
        (void)snprintf(name, sizeof(name), "n%d", i);
        make(name);
    }
    CU_ASSERT_EQUAL(names_new(&before, folder, false, &out), NAMES_TOLD_MAX + 2);
    size_t commas = 0;
    for (const char *at = strchr(buf_text(&out), ','); at != NULL; at = strchr(at + 1, ','))
        commas++;
    CU_ASSERT_EQUAL(commas, NAMES_TOLD_MAX);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), ", ..."));
    buf_release(&out);
    for (int i = 0; i < NAMES_TOLD_MAX + 2; i++) {
        (void)snprintf(name, sizeof(name), "n%d", i);
        drop(name);
    }
    names_release(&before);
}

static void test_a_folder_that_is_not_there_has_none(void)
{
    struct names before = {.read = false};
    struct buf out = BUF_INIT;

    names_read(&before, "/nonexistent/names", false);
    CU_ASSERT_EQUAL(names_new(&before, "/nonexistent/names", false, &out), 0);
    CU_ASSERT_EQUAL(out.size, 0);
    buf_release(&out);
    names_release(&before);
}

static int suite_start(void)
{
    return mkdtemp(folder) == NULL;
}

static int suite_end(void)
{
    return rmdir(folder);
}

int main(void)
{
    CU_pSuite suite = suite_open("names", suite_start, suite_end);
    CU_add_test(suite, "new", test_what_is_new_is_told);
    CU_add_test(suite, "many", test_of_many_a_few_are_named);
    CU_add_test(suite, "no folder", test_a_folder_that_is_not_there_has_none);
    return suite_close();
}
