/* tree_file_test.c: the program actor-tree by hand, with the bytes of a tree in a file. */
#include "runtime/base/tests/suite.h"
#include "runtime/host/tests/actor_tree.h"
#include "runtime/host/tests/program_run.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>

static char folder[] = "/tmp/tree_file.XXXXXX";

/* Makes a file of so many bytes, of which the first are the tree's. */
static void file_make(const char *name, size_t bytes)
{
    static char padded[sizeof(struct tree) + 1];
    struct tree *t = tree_chain(1);
    char path[PATH_MAX];

    memset(padded, 0, sizeof(padded));
    memcpy(padded, t, tree_size(t));
    free(t);
    CHECK(bytes <= sizeof(padded));
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, padded, bytes) == (ssize_t)bytes);
    (void)close(fd);
}

static size_t tree_bytes(void)
{
    struct tree *t = tree_chain(1);
    size_t bytes = tree_size(t);

    free(t);
    return bytes;
}

/* Goal: a tree in a file is played, whatever lies behind it. */
static void test_a_tree_in_a_file_is_played(void)
{
    const size_t bytes[] = {tree_bytes(), tree_bytes() + (size_t)40 * 1024, sizeof(struct tree)};

    for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "good%zu", i);
        file_make(name, bytes[i]);
        start(name, true);
        wait_text("leaf> ");
        type("c\r");
        CU_ASSERT_EQUAL(finish(), 0);
    }
}

/* Goal: what is no tree is told, and nothing is started. */
static void test_what_is_no_tree_is_told(void)
{
    static const struct {
        const char *name;
        const char *said;
    } cases[] = {
        {"",      "actor-tree: no tree; usage: actor-tree FILE"},
        {"none",  "actor-tree: cannot open "                   },
        {".",     "actor-tree: cannot copy "                   },
        {"empty", "actor-tree: no tree; usage: actor-tree FILE"},
        {"large", "actor-tree: no tree; usage: actor-tree FILE"},
        {"cut",   "is cut off after "                          },
        {"short", "actor-tree: not a tree of this build"       },
    };

    file_make("empty", 0);
    file_make("large", sizeof(struct tree) + 1);
    file_make("cut", tree_bytes() - 1);
    file_make("short", 4);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        start(cases[i].name, false);
        CU_ASSERT_EQUAL(finish(), 2);
        CU_ASSERT_PTR_NOT_NULL(strstr(run.text, cases[i].said));
        if (strstr(run.text, cases[i].said) == NULL)
            (void)printf("%s: %s\n", cases[i].name, run.text);
    }
}

/* This process becomes actor-tree, with a file of the folder or with none. */
static int case_main(const char *name)
{
    char program[PATH_MAX];
    char path[PATH_MAX];

    program_path(program, sizeof(program));
    (void)snprintf(path, sizeof(path), "%s/%s", getenv("TREE_FOLDER"), name);
    (void)execl(program, program, name[0] != 0 ? path : NULL, NULL);
    return 99;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return case_main(argv[1]);
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    CHECK(mkdtemp(folder) != NULL && setenv("TREE_FOLDER", folder, 1) == 0);
    CU_pSuite suite = suite_open("tree_file", NULL, NULL);
    CU_ADD_TEST(suite, test_a_tree_in_a_file_is_played);
    CU_ADD_TEST(suite, test_what_is_no_tree_is_told);
    int rc = suite_close();
    static const char *const made[] = {"good0", "good1", "good2", "empty", "large", "cut", "short"};
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        char path[PATH_MAX];
        (void)snprintf(path, sizeof(path), "%s/%s", folder, made[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
    return rc;
}
