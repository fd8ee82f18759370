/* stray_test.c: what is left behind is out of reach of everything but SIGKILL. */
#include "runtime/base/check.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/procfs.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/stray.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEAD_MS = 10 * 1000 };

static struct procfs_stat process_look(pid_t pid)
{
    struct procfs_stat s;

    CHECK(procfs_stat(pid, &s));
    return s;
}

/* Kills it and waits for its end, which must come. It is our child by now, or is adopted by us. */
static void end(pid_t pid)
{
    int status = 0;

    CU_ASSERT_EQUAL(kill(pid, SIGKILL), 0);
    CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
    CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void ignores(pid_t pid, int pidfd)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGALRM};
    struct pollfd dead = {.fd = pidfd, .events = POLLIN};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        CU_ASSERT_EQUAL(kill(pid, numbers[i]), 0);
    CU_ASSERT_EQUAL(poll(&dead, 1, 0), 0);
}

static void test_stray_by_two_forks_has_lost_its_parent(void)
{
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    pid_t pid = stray_start(false);
    CU_ASSERT_FATAL(pid > 0);
    int pidfd = pidfd_of(pid);
    struct procfs_stat s = process_look(pid);
    CU_ASSERT_EQUAL(s.parent, getpid()); /* adopted: the one between them is gone */
    CU_ASSERT_EQUAL(s.session, getsid(0));
    CU_ASSERT_EQUAL(waitpid(-1, NULL, WNOHANG), 0);
    ignores(pid, pidfd);
    (void)close(pidfd);
    end(pid);
}

static void test_stray_in_a_session_of_its_own_has_no_descriptor(void)
{
    int pair[2];
    char byte;

    CHECK(pipe(pair) == 0);
    pid_t pid = stray_start(true);
    CU_ASSERT_FATAL(pid > 0);
    (void)close(pair[1]);
    /* The end of the file: the stray one has closed what it inherited. */
    CU_ASSERT_EQUAL(read(pair[0], &byte, 1), 0);
    (void)close(pair[0]);
    struct procfs_stat s = process_look(pid);
    CU_ASSERT_EQUAL(s.parent, getpid());
    CU_ASSERT_EQUAL(s.session, pid);
    int pidfd = pidfd_of(pid);
    ignores(pid, pidfd);
    (void)close(pidfd);
    end(pid);
}

static void handle(int number)
{
    (void)number;
}

/* Goal: signals that are handled do nothing to a frozen process, SIGCONT neither; SIGKILL ends it,
 * and the child that it waits for. */
static void test_stray_freeze_ends_by_nothing_but_sigkill(void)
{
    int said[2];
    char byte;

    CHECK(pipe2(said, O_CLOEXEC) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        const struct sigaction action = {.sa_handler = handle};
        CHECK(sigaction(SIGTERM, &action, NULL) == 0 && sigaction(SIGINT, &action, NULL) == 0);
        CHECK(write(said[1], "x", 1) == 1);
        stray_freeze();
        _exit(0);
    }
    (void)close(said[1]);
    CHECK(read(said[0], &byte, 1) == 1);
    int pidfd = pidfd_of(pid);
    struct pollfd dead = {.fd = pidfd, .events = POLLIN};
    while (process_look(pid).state != 'D')
        CHECK(poll(&dead, 1, 1) == 0);
    CU_ASSERT_EQUAL(kill(pid, SIGTERM), 0);
    CU_ASSERT_EQUAL(kill(pid, SIGINT), 0);
    CU_ASSERT_EQUAL(kill(pid, SIGCONT), 0);
    CU_ASSERT_EQUAL(poll(&dead, 1, 50), 0);
    end(pid);
    /* Its child held the other end of our pipe and is dead too: the pipe ends. */
    struct pollfd over = {.fd = said[0], .events = POLLIN};
    CU_ASSERT_EQUAL(poll(&over, 1, DEAD_MS), 1);
    CU_ASSERT_EQUAL(read(said[0], &byte, 1), 0);
    (void)close(said[0]);
    (void)close(pidfd);
}

int main(void)
{
    (void)alarm(60);
    CU_pSuite suite = suite_open("stray", NULL, NULL);
    CU_ADD_TEST(suite, test_stray_by_two_forks_has_lost_its_parent);
    CU_ADD_TEST(suite, test_stray_in_a_session_of_its_own_has_no_descriptor);
    CU_ADD_TEST(suite, test_stray_freeze_ends_by_nothing_but_sigkill);
    return suite_close();
}
