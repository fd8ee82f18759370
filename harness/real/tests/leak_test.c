/* leak_test.c: what is noted before a command that runs beside us, to its limits. */
#include "harness/real/leak.h"
#include "harness/real/tests/children.h"
#include "runtime/base/tests/suite.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static void test_children_from_before_are_noted_and_too_many_refused(void)
{
    struct leaks *l = calloc(1, sizeof(*l));
    pid_t pid[LEAK_BEFORE_MAX + 1];
    struct diag diag = {0};

    CHECK(l != NULL);
    for (size_t i = 0; i < LEAK_BEFORE_MAX; i++)
        pid[i] = child_of(0);
    CU_ASSERT_EQUAL(leaks_before(l, &diag), 0);
    CU_ASSERT_EQUAL(l->before_count, LEAK_BEFORE_MAX);
    for (size_t i = 0; i < LEAK_BEFORE_MAX; i++)
        CU_ASSERT_EQUAL(l->before[i].pid, pid[i]);
    pid[LEAK_BEFORE_MAX] = child_of(0);
    memset(l, 0, sizeof(*l));
    CU_ASSERT_EQUAL(leaks_before(l, &diag), ERR_STATE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "more than 64 children before the command, here 65"));
    for (size_t i = 0; i <= LEAK_BEFORE_MAX; i++)
        CHECK(kill(pid[i], SIGKILL) == 0 && waitpid(pid[i], NULL, 0) == pid[i]);
    free(l);
}

/* Of more descriptors than there is room for the lowest are known. */
static void test_our_descriptors_are_noted_as_far_as_there_is_room(void)
{
    struct leaks *l = calloc(1, sizeof(*l));
    int fd[LEAK_OWN_FDS_MAX + 8] = {0};
    struct diag diag = {0};

    CHECK(l != NULL);
    for (size_t i = 0; i < sizeof(fd) / sizeof(fd[0]); i++) {
        fd[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        CHECK(fd[i] >= 0);
    }
    CU_ASSERT_EQUAL(leaks_before(l, &diag), 0);
    CU_ASSERT_EQUAL(l->own_count, LEAK_OWN_FDS_MAX);
    /* Where the test itself has none of the standard streams they are not there. */
    CU_ASSERT_TRUE(l->own[l->own_count - 1].fd < fd[LEAK_OWN_FDS_MAX + 7]);
    for (size_t i = 0; i < sizeof(fd) / sizeof(fd[0]); i++)
        (void)close(fd[i]);
    free(l);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"before", test_children_from_before_are_noted_and_too_many_refused},
        {"own",    test_our_descriptors_are_noted_as_far_as_there_is_room  },
        CU_TEST_INFO_NULL,
    };

    return suite_run("leak", tests);
}
