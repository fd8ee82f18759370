/* begun_test.c: how a process was started is known afterwards, and nothing gets into closed
 * streams. */
#include "harness/cli/begun.h"
#include "runtime/base/tests/suite.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* In a child that was started with these closed. Returns whether all is as it should be. */
static bool kept(unsigned closed, bool ignored)
{
    bool good = signal(SIGXFSZ, ignored ? SIG_IGN : SIG_DFL) != SIG_ERR;

    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        good = good && ((closed & 1U << fd) == 0 || close(fd) == 0);
    begun_keep();
    good = good && begun()->closed == closed && begun()->xfsz_ignored == ignored;
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        good = good && is_open(fd);
    /* Whatever is opened now is none of them, and a file that may not grow kills nobody. */
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    good = good && next > STDERR_FILENO && signal(SIGXFSZ, SIG_DFL) == SIG_IGN;
    return good;
}

static void test_each_set_of_closed_streams_is_known_and_opened(void)
{
    for (unsigned closed = 0; closed < 8; closed++) {
        int status = 0;
        pid_t pid = fork();
        if (pid == 0)
            _exit(kept(closed, closed % 2 != 0) ? 0 : 1);
        CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
        CU_ASSERT_EQUAL(status, 0);
    }
}

int main(void)
{
    CU_pSuite suite = suite_open("begun", NULL, NULL);
    CU_add_test(suite, "closed streams", test_each_set_of_closed_streams_is_known_and_opened);
    return suite_close();
}
