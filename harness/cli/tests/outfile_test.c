/* outfile_test.c: a report stands under its name whole, or not at all. */
#include "harness/cli/outfile.h"
#include "harness/cli/tests/folder.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int suite_start(void)
{
    return folder_enter("outfile_test");
}

static int suite_end(void)
{
    return folder_leave();
}

static bool there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void file_make(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fputs(text, file);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

/* What the file says. */
static const char *text_of(const char *path)
{
    static char text[64];
    FILE *file = fopen(path, "re");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = 0;
    (void)fclose(file);
    return text;
}

static void test_a_report_has_its_name_once_it_is_whole(void)
{
    struct outfile o;

    file_make("a", "the report of yesterday");
    CU_ASSERT_EQUAL_FATAL(outfile_open(&o, "a", NULL), 0);
    /* Were we killed now, nobody would take the old one for ours. */
    CU_ASSERT_FALSE(there("a"));
    CU_ASSERT(there("a.partial"));
    (void)fputs("today", o.file);
    CU_ASSERT_EQUAL(outfile_close(&o, true, NULL), 0);
    CU_ASSERT_STRING_EQUAL(text_of("a"), "today");
    CU_ASSERT_FALSE(there("a.partial"));
    CU_ASSERT_EQUAL(outfile_close(&o, true, NULL), 0); /* none is open */
}

static void test_a_report_that_is_given_up_leaves_nothing(void)
{
    struct outfile o;

    CU_ASSERT_EQUAL_FATAL(outfile_open(&o, "b", NULL), 0);
    (void)fputs("half of it", o.file);
    CU_ASSERT_EQUAL(outfile_close(&o, false, NULL), ERR_IO);
    CU_ASSERT_FALSE(there("b"));
    CU_ASSERT_FALSE(there("b.partial"));
}

static void test_a_report_that_cannot_be_begun_removes_nothing(void)
{
    struct outfile o;
    struct diag diag = {0};

    CU_ASSERT_EQUAL(outfile_open(&o, "none/c", &diag), ERR_IO);
    CU_ASSERT_STRING_EQUAL(diag.text, "cannot write none/c: No such file or directory");
    CU_ASSERT_EQUAL(mkdir("folder", 0777), 0);
    CU_ASSERT_EQUAL(outfile_open(&o, "folder", &diag), ERR_IO);
    CU_ASSERT_STRING_EQUAL(diag.text, "cannot write folder: Is a directory");
    file_make("d", "kept");
    CU_ASSERT_EQUAL(mkdir("d.partial", 0777), 0);
    CU_ASSERT_EQUAL(outfile_open(&o, "d", &diag), ERR_IO);
    CU_ASSERT_STRING_EQUAL(text_of("d"), "kept");
}

static void test_a_full_device_is_an_error_that_is_said(void)
{
    struct outfile o;
    struct diag diag = {0};
    struct stat st;

    CU_ASSERT_EQUAL_FATAL(outfile_open(&o, "/dev/full", &diag), 0);
    (void)fputs("too much", o.file);
    CU_ASSERT_EQUAL(outfile_close(&o, true, &diag), ERR_IO);
    CU_ASSERT_STRING_EQUAL(diag.text, "cannot write /dev/full: No space left on device");
    CU_ASSERT(stat("/dev/full", &st) == 0 && S_ISCHR(st.st_mode));
}

/* Goal: a write that fails early is no report either, though a later one works. */
static void test_the_first_write_that_fails_is_what_is_said(void)
{
    struct outfile o;
    struct diag diag = {0};
    struct buf text = BUF_INIT;

    CU_ASSERT_EQUAL_FATAL(outfile_open(&o, "e", NULL), 0);
    buf_add_text(&text, "half");
    text.failed = true;
    outfile_write(&o, &text);
    buf_add_text(&text, "whole");
    outfile_write(&o, &text);
    CU_ASSERT_EQUAL(text.size, 0);
    CU_ASSERT_EQUAL(outfile_close(&o, true, &diag), ERR_IO);
    CU_ASSERT_STRING_EQUAL(diag.text, "cannot write e: Cannot allocate memory");
    CU_ASSERT_FALSE(there("e"));
    CU_ASSERT_EQUAL_FATAL(outfile_open(&o, "e", NULL), 0);
    buf_add_text(&text, "whole");
    outfile_write(&o, &text);
    CU_ASSERT_EQUAL(outfile_close(&o, true, NULL), 0);
    CU_ASSERT_STRING_EQUAL(text_of("e"), "whole");
}

static void test_a_link_stays_and_its_end_is_written(void)
{
    struct outfile o;
    struct stat st;

    file_make("end", "old");
    CU_ASSERT_EQUAL(symlink("end", "link"), 0);
    CU_ASSERT_EQUAL_FATAL(outfile_open(&o, "link", NULL), 0);
    (void)fputs("new", o.file);
    CU_ASSERT_EQUAL(outfile_close(&o, true, NULL), 0);
    CU_ASSERT(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
    CU_ASSERT_STRING_EQUAL(text_of("end"), "new");
}

/* Goal: two runs that write one path at once do not write into one file. */
static void test_each_of_two_has_a_file_of_its_own(void)
{
    struct outfile first;
    struct outfile second;

    CU_ASSERT_EQUAL_FATAL(outfile_open(&first, "f", NULL), 0);
    (void)fputs("the report of the first, which is longer", first.file);
    CU_ASSERT_EQUAL_FATAL(outfile_open(&second, "f", NULL), 0);
    (void)fputs("the second's", second.file);
    CU_ASSERT_EQUAL(outfile_close(&first, true, NULL), 0);
    CU_ASSERT_STRING_EQUAL(text_of("f"), "the report of the first, which is longer");
    CU_ASSERT_EQUAL(outfile_close(&second, true, NULL), 0);
    CU_ASSERT_STRING_EQUAL(text_of("f"), "the second's");
    CU_ASSERT_FALSE(there("f.partial"));
    CU_ASSERT_FALSE(there("f.2.partial"));
}

static void test_what_a_killed_run_has_left_is_taken_over(void)
{
    struct outfile o;

    file_make("g.partial", "half of what somebody had to say");
    CU_ASSERT_EQUAL_FATAL(outfile_open(&o, "g", NULL), 0);
    (void)fputs("whole", o.file);
    CU_ASSERT_EQUAL(outfile_close(&o, true, NULL), 0);
    CU_ASSERT_STRING_EQUAL(text_of("g"), "whole");
    CU_ASSERT_FALSE(there("g.partial"));
}

static void test_more_runs_at_once_than_there_may_be_are_refused(void)
{
    static struct outfile o[OUTFILE_RUNS_MAX];
    struct outfile last;
    struct diag diag = {0};

    for (size_t i = 0; i < OUTFILE_RUNS_MAX; i++)
        CU_ASSERT_EQUAL_FATAL(outfile_open(&o[i], "h", NULL), 0);
    CU_ASSERT_EQUAL(outfile_open(&last, "h", &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "cannot write h: "));
    for (size_t i = 0; i < OUTFILE_RUNS_MAX; i++)
        (void)outfile_close(&o[i], false, NULL);
}

int main(void)
{
    CU_pSuite suite = suite_open("outfile", suite_start, suite_end);

    CU_add_test(suite, "whole", test_a_report_has_its_name_once_it_is_whole);
    CU_add_test(suite, "given up", test_a_report_that_is_given_up_leaves_nothing);
    CU_add_test(suite, "not begun", test_a_report_that_cannot_be_begun_removes_nothing);
    CU_add_test(suite, "full", test_a_full_device_is_an_error_that_is_said);
    CU_add_test(suite, "first", test_the_first_write_that_fails_is_what_is_said);
    CU_add_test(suite, "two", test_each_of_two_has_a_file_of_its_own);
    CU_add_test(suite, "left", test_what_a_killed_run_has_left_is_taken_over);
    CU_add_test(suite, "many", test_more_runs_at_once_than_there_may_be_are_refused);
    CU_add_test(suite, "link", test_a_link_stays_and_its_end_is_written);
    return suite_close();
}
