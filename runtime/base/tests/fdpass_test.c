/* fdpass_test.c: descriptors arrive with their message, whole or known to be lost; none leaks.
 * And what a pidfd tells of its process. */
#include "runtime/base/check.h"
#include "runtime/base/fdpass.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILES_MAX = 256 };

static int link_fd[2];

static unsigned files_open(void)
{
    unsigned count = 0;

    for (int fd = 0; fd < FILES_MAX; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static bool same_file(int a, int b)
{
    struct stat x;
    struct stat y;

    return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void link_open(void)
{
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link_fd) == 0);
}

static void link_close(void)
{
    close(link_fd[0]);
    close(link_fd[1]);
}

/* Method: each descriptor is a pipe's own end, so that it is known again. */
static void test_every_count_of_descriptors_arrives_with_its_message(void)
{
    char head[] = "head";
    char tail[] = "tail";
    const struct iovec part[2] = {
        {head, 4},
        {tail, 4}
    };
    unsigned before = files_open();
    int pass[FDPASS_MAX];
    struct fdpass got;

    link_open();
    for (unsigned i = 0; i < FDPASS_MAX; i++) {
        int pair[2];
        CHECK(pipe(pair) == 0);
        pass[i] = pair[0];
        close(pair[1]);
    }
    for (unsigned count = 0; count <= FDPASS_MAX; count++) {
        char text[16] = "";
        CU_ASSERT_EQUAL(fdpass_send(link_fd[0], part, 2, pass, count), 8);
        CU_ASSERT_EQUAL(fdpass_receive(link_fd[1], text, sizeof(text), 0, &got), 8);
        CU_ASSERT_STRING_EQUAL(text, "headtail");
        CU_ASSERT_EQUAL(got.count, count);
        CU_ASSERT_FALSE(got.cut);
        for (unsigned i = 0; i < FDPASS_MAX; i++) {
            CU_ASSERT_EQUAL(got.fd[i] >= 0, i < count);
            CU_ASSERT(i >= count || same_file(got.fd[i], pass[i]));
            CU_ASSERT(i >= count || fcntl(got.fd[i], F_GETFD) == FD_CLOEXEC);
        }
        fdpass_close(&got);
    }
    for (unsigned i = 0; i < FDPASS_MAX; i++)
        close(pass[i]);
    link_close();
    CU_ASSERT_EQUAL(files_open(), before);
}

static void test_what_was_taken_is_not_closed(void)
{
    char byte = 'x';
    const struct iovec part = {&byte, 1};
    const int pass[2] = {STDIN_FILENO, STDIN_FILENO};
    unsigned before = files_open();
    struct fdpass got;

    link_open();
    CU_ASSERT_EQUAL(fdpass_send(link_fd[0], &part, 1, pass, 2), 1);
    CU_ASSERT_EQUAL(fdpass_receive(link_fd[1], &byte, 1, 0, &got), 1);
    int mine = fdpass_take(&got, 1);
    CU_ASSERT_EQUAL(fdpass_take(&got, 2), -1);
    fdpass_close(&got);
    CU_ASSERT(fcntl(mine, F_GETFD) >= 0);
    close(mine);
    link_close();
    CU_ASSERT_EQUAL(files_open(), before);
}

/* Goal: what a process may not open is known to be lost, and what came is not leaked. */
static void test_descriptors_beyond_the_limit_are_cut(void)
{
    char byte = 'x';
    const struct iovec part = {&byte, 1};
    const int pass[3] = {STDIN_FILENO, STDIN_FILENO, STDIN_FILENO};
    unsigned before = files_open();
    struct rlimit old;
    struct fdpass got;

    link_open();
    CHECK(getrlimit(RLIMIT_NOFILE, &old) == 0);
    int next = dup(0);
    close(next);
    const struct rlimit tight = {.rlim_cur = (rlim_t)next + 1, .rlim_max = old.rlim_max};
    CU_ASSERT_EQUAL(fdpass_send(link_fd[0], &part, 1, pass, 3), 1);
    CHECK(setrlimit(RLIMIT_NOFILE, &tight) == 0);
    CU_ASSERT_EQUAL(fdpass_receive(link_fd[1], &byte, 1, 0, &got), 1);
    CHECK(setrlimit(RLIMIT_NOFILE, &old) == 0);
    CU_ASSERT_TRUE(got.cut);
    CU_ASSERT_EQUAL(got.count, 1);
    fdpass_close(&got);
    link_close();
    CU_ASSERT_EQUAL(files_open(), before);
}

static void test_errors_are_those_of_the_system_call(void)
{
    char byte = 'x';
    const struct iovec part = {&byte, 1};
    struct fdpass got;

    link_open();
    errno = 0;
    CU_ASSERT_EQUAL(fdpass_receive(link_fd[1], &byte, 1, MSG_DONTWAIT, &got), -1);
    CU_ASSERT_EQUAL(errno, EAGAIN);
    CU_ASSERT_EQUAL(got.count, 0);
    fdpass_close(&got);
    close(link_fd[1]);
    errno = 0;
    CU_ASSERT_EQUAL(fdpass_send(link_fd[0], &part, 1, NULL, 0), -1); /* and no SIGPIPE */
    CU_ASSERT_EQUAL(errno, EPIPE);
    close(link_fd[0]);
}

static void test_a_pidfd_tells_the_living_the_dead_and_the_reaped(void)
{
    siginfo_t info = {0};

    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        for (;;)
            (void)pause();
    }
    int pidfd = pidfd_of(pid);
    CU_ASSERT_FATAL(pidfd >= 0);
    CU_ASSERT(fcntl(pidfd, F_GETFD) == FD_CLOEXEC);
    CU_ASSERT_FALSE(pidfd_is_dead(pidfd));
    CU_ASSERT_FALSE(pidfd_is_reaped(pidfd));
    CU_ASSERT_TRUE(pidfd_send(pidfd, SIGKILL));
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
    CU_ASSERT_TRUE(pidfd_is_dead(pidfd));
    CU_ASSERT_FALSE(pidfd_is_reaped(pidfd));
    CU_ASSERT_TRUE(pidfd_send(pidfd, SIGKILL)); /* a zombie takes it */
    CHECK(waitpid(pid, NULL, 0) == pid);
    CU_ASSERT_TRUE(pidfd_is_reaped(pidfd));
    CU_ASSERT_FALSE(pidfd_send(pidfd, SIGKILL));
    close(pidfd);
    CU_ASSERT(pidfd_of(0) < 0);
}

int main(void)
{
    (void)alarm(60);
    CU_pSuite suite = suite_open("fdpass", NULL, NULL);
    CU_ADD_TEST(suite, test_every_count_of_descriptors_arrives_with_its_message);
    CU_ADD_TEST(suite, test_what_was_taken_is_not_closed);
    CU_ADD_TEST(suite, test_descriptors_beyond_the_limit_are_cut);
    CU_ADD_TEST(suite, test_errors_are_those_of_the_system_call);
    CU_ADD_TEST(suite, test_a_pidfd_tells_the_living_the_dead_and_the_reaped);
    return suite_close();
}
