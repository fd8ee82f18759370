/* leftover_test.c: what a killed run has left is ended by the next, and nobody else; on children of
 * this test. */
#include "harness/real/isolate.h"
#include "harness/real/leftover.h"
#include "harness/real/tests/children.h"
#include "runtime/base/fd.h"
#include "runtime/base/tests/suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char folder[] = "/tmp/leftover_test.XXXXXX";

static unsigned files_in(const char *path)
{
    DIR *dir = opendir(path);
    unsigned count = 0;

    CHECK(dir != NULL);
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
        count += e->d_name[0] != '.';
    CHECK(closedir(dir) == 0);
    return count;
}

/* How the child has ended, or 0 while it lives. It is reaped then. */
static int ended_by(pid_t pid)
{
    int status = 0;
    pid_t got = waitpid(pid, &status, WNOHANG);

    CHECK(got >= 0);
    return got == pid && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void child_kill(pid_t pid)
{
    CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
}

/* The harness is killed: its file stays, and the lock goes with it. */
static void owner_dies(struct leftover *l)
{
    CHECK(close(l->fd) == 0);
    *l = LEFTOVER_NONE;
}

static void test_what_is_left_of_a_killed_run_is_ended(void)
{
    struct leftover l;
    int status = 0;
    pid_t pid = child_of(HAS_CHILD);
    pid_t below = child_below(pid);

    leftover_open(&l, folder);
    CU_ASSERT_TRUE_FATAL(l.fd >= 0);
    leftover_process(&l, pid);
    CU_ASSERT_EQUAL(files_in(folder), 1);
    /* Its owner lives. */
    CU_ASSERT_EQUAL(leftover_sweep(folder), 0);
    CU_ASSERT_EQUAL(files_in(folder), 1);
    CU_ASSERT_EQUAL(ended_by(pid), 0);
    owner_dies(&l);
    CU_ASSERT_EQUAL(leftover_sweep(folder), 1);
    CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
    CU_ASSERT_EQUAL(status, SIGKILL);
    CU_ASSERT_EQUAL(files_in(folder), 0);
    /* And the one below it, which no line names. */
    uint64_t start;
    while (procfs_start(below, &start))
        continue;
    CU_ASSERT_EQUAL(leftover_sweep(folder), 0);
}

static void test_a_number_that_is_anothers_by_now_is_spared(void)
{
    static const struct {
        const char *before, *behind; /* the number */
    } lines[] = {
        {"process ",      " 1"},
        {"process -",     " 1"},
        {"process 1 ",    ""  },
        {"proces ",       " 1"},
        {"process ",      ""  },
        {"group /tmp/",   ""  },
        {"group /sys/s.", ""  },
        {"group ",        ""  },
        {"",              ""  },
    };
    pid_t pid = child_of(0);

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct leftover l;
        leftover_open(&l, folder);
        CU_ASSERT_TRUE_FATAL(l.fd >= 0);
        CHECK(dprintf(l.fd, "%s%d%s\n", lines[i].before, (int)pid, lines[i].behind) > 0);
        owner_dies(&l);
        CU_ASSERT_EQUAL(leftover_sweep(folder), 0);
        CU_ASSERT_EQUAL(files_in(folder), 0);
    }
    CU_ASSERT_EQUAL(ended_by(pid), 0);
    child_kill(pid);
}

static void test_a_run_that_ends_leaves_no_file(void)
{
    struct leftover l;

    leftover_open(&l, folder);
    CU_ASSERT_EQUAL(files_in(folder), 1);
    leftover_close(&l);
    leftover_close(&l);
    CU_ASSERT_EQUAL(files_in(folder), 0);
    CU_ASSERT_EQUAL(l.fd, -1);
}

/* Without a folder there is no file, and nothing else is missing. */
static void test_where_no_file_can_be_made_there_is_none(void)
{
    struct leftover l;

    leftover_open(&l, "/nowhere");
    CU_ASSERT_EQUAL(l.fd, -1);
    leftover_process(&l, getpid());
    leftover_group(&l, "/x");
    leftover_close(&l);
    CU_ASSERT_EQUAL(leftover_sweep("/nowhere"), 0);
}

/* A link, a folder, or a file of another name is none of ours. */
static void test_only_files_of_ours_are_taken(void)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/scenario-run.folder", folder);
    CHECK(mkdir(path, 0700) == 0);
    CU_ASSERT_EQUAL(leftover_sweep(folder), 0);
    CU_ASSERT_EQUAL(files_in(folder), 1);
    CHECK(rmdir(path) == 0);
    CHECK(symlink("/etc/passwd", path) == 0);
    CU_ASSERT_EQUAL(leftover_sweep(folder), 0);
    CU_ASSERT_EQUAL(files_in(folder), 1);
    CHECK(unlink(path) == 0);
}

/* ---- A control group ---- */

static void member_become(const struct isolate *i, pid_t pid)
{
    char number[16];

    (void)snprintf(number, sizeof(number), "%d", (int)pid);
    CHECK(write(i->procs, number, strlen(number)) == (ssize_t)strlen(number));
}

static void test_a_group_is_killed_whole_and_goes(void)
{
    struct isolate i;
    struct leftover l;
    struct stat st;
    char path[PATH_MAX];
    int status = 0;

    if (!isolate_open(&i)) {
        CU_ASSERT_EQUAL(i.path[0], 0);
        CU_ASSERT_TRUE(i.procs == -1 && i.kill == -1);
        (void)printf("(no cgroup v2 here) ");
        return;
    }
    memcpy(path, i.path, sizeof(path));
    pid_t pid = child_of(0);
    member_become(&i, pid);
    leftover_open(&l, folder);
    leftover_group(&l, i.path);
    fd_close(&i.procs);
    fd_close(&i.kill);
    owner_dies(&l);
    CU_ASSERT_EQUAL(leftover_sweep(folder), 1);
    CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
    CU_ASSERT_EQUAL(status, SIGKILL);
    CU_ASSERT_TRUE(stat(path, &st) < 0);
    /* One that is empty goes when its run ends. */
    CU_ASSERT_TRUE_FATAL(isolate_open(&i));
    CU_ASSERT_STRING_NOT_EQUAL(i.path, path);
    memcpy(path, i.path, sizeof(path));
    CU_ASSERT_TRUE(stat(path, &st) == 0);
    isolate_close(&i);
    CU_ASSERT_TRUE(stat(path, &st) < 0);
    isolate_close(&i);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"ended",   test_what_is_left_of_a_killed_run_is_ended     },
        {"spared",  test_a_number_that_is_anothers_by_now_is_spared},
        {"no file", test_a_run_that_ends_leaves_no_file            },
        {"nowhere", test_where_no_file_can_be_made_there_is_none   },
        {"ours",    test_only_files_of_ours_are_taken              },
        {"group",   test_a_group_is_killed_whole_and_goes          },
        CU_TEST_INFO_NULL,
    };

    CHECK(mkdtemp(folder) != NULL);
    int rc = suite_run("leftover", tests);
    CHECK(rmdir(folder) == 0);
    return rc;
}
