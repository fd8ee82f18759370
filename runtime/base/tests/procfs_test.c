/* procfs_test.c: what /proc says is read right, whatever a process calls itself. */
#include "runtime/base/check.h"
#include "runtime/base/procfs.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Goal: a name cannot forge a field.
 * Method: this process takes names that look like the rest of the line. */
static void test_stat_is_read_right_whatever_the_name(void)
{
    static const char *const names[] = {
        "a b",         ") Z 1 1 1", "a) S 7 7 (b", "((((",      "))))", ") ",
        "x\ny) Z 1\n", "\t",        "1 (a) R 2",   "\xff\xfe)", "",     ")"};
    struct procfs_stat before;
    char own[16] = "";

    CHECK(prctl(PR_GET_NAME, own) == 0);
    CU_ASSERT_TRUE_FATAL(procfs_stat(getpid(), &before));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct procfs_stat s;
        CHECK(prctl(PR_SET_NAME, names[i]) == 0);
        CU_ASSERT_TRUE_FATAL(procfs_stat(getpid(), &s));
        CU_ASSERT_STRING_EQUAL(s.name, names[i]);
        CU_ASSERT_EQUAL(s.state, 'R');
        CU_ASSERT_EQUAL(s.parent, getppid());
        CU_ASSERT_EQUAL(s.group, getpgrp());
        CU_ASSERT_EQUAL(s.session, getsid(0));
        CU_ASSERT_EQUAL(s.start, before.start);
        CU_ASSERT(s.ticks >= before.ticks && s.ticks < before.ticks + 1000);
        CU_ASSERT_EQUAL(s.status, 0);
    }
    CHECK(prctl(PR_SET_NAME, own) == 0);
}

/* A child that ends with that code. Returns once it is a zombie. */
static pid_t zombie_new(int code)
{
    siginfo_t info;

    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_NAME, ") R 1 0");
        _exit(code);
    }
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
    return pid;
}

static void test_a_zombie_keeps_its_status_and_is_dead(void)
{
    struct procfs_stat s;
    uint64_t start = 0;
    pid_t pid = zombie_new(7);

    CU_ASSERT_TRUE_FATAL(procfs_stat(pid, &s));
    CU_ASSERT_EQUAL(s.state, 'Z');
    CU_ASSERT_TRUE(procfs_state_dead(s.state));
    CU_ASSERT_EQUAL(s.parent, getpid());
    CU_ASSERT_TRUE(WIFEXITED(s.status) && WEXITSTATUS(s.status) == 7);
    CU_ASSERT_FALSE(procfs_start(pid, &start));
    CU_ASSERT_TRUE(procfs_dead(pid, s.start));
    CHECK(waitpid(pid, NULL, 0) == pid);
    CU_ASSERT_FALSE(procfs_stat(pid, &s));
    CU_ASSERT_TRUE(procfs_dead(pid, s.start));
}

static void test_a_number_with_another_start_is_another_process(void)
{
    uint64_t start = 0;

    CU_ASSERT_TRUE_FATAL(procfs_start(getpid(), &start));
    CU_ASSERT_FALSE(procfs_dead(getpid(), start));
    CU_ASSERT_TRUE(procfs_dead(getpid(), start + 1));
}

static void test_a_stopped_one_is_so_by_a_signal_or_a_debugger(void)
{
    for (const char *state = "RSDZTtXxI"; *state != 0; state++)
        CU_ASSERT_EQUAL(procfs_state_stopped(*state), *state == 'T' || *state == 't');
}

static void test_a_file_of_proc_is_a_process_when_it_is_a_number(void)
{
    static const char *const others[] = {".", "..", "self", "0", "-7", "7x", "", "2147483648"};

    CU_ASSERT_EQUAL(procfs_number("1"), 1);
    CU_ASSERT_EQUAL(procfs_number("40970"), 40970);
    CU_ASSERT_EQUAL(procfs_number("2147483647"), 2147483647);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        CU_ASSERT_EQUAL(procfs_number(others[i]), -1);
}

static void test_children_are_listed_dead_ones_too(void)
{
    pid_t children[2] = {0};
    pid_t pid = getpid();

    CU_ASSERT_EQUAL(procfs_children(pid, pid, children, 2), 0);
    pid_t first = zombie_new(0);
    CU_ASSERT_EQUAL(procfs_children(pid, pid, children, 2), 1);
    CU_ASSERT_EQUAL(children[0], first);
    /* More than there is room for: counted, not stored. */
    pid_t second = zombie_new(0);
    children[1] = 0;
    CU_ASSERT_EQUAL(procfs_children(pid, pid, children, 1), 2);
    CU_ASSERT_EQUAL(children[1], 0);
    CHECK(waitpid(first, NULL, 0) == first && waitpid(second, NULL, 0) == second);
    CU_ASSERT_EQUAL(procfs_children(pid, pid, children, 2), 0);
    CU_ASSERT_EQUAL(procfs_children(first, first, children, 2), -1);
}

static void test_a_file_is_cut_at_the_room_and_always_a_string(void)
{
    char small[4];
    char text[PROCFS_TEXT_BYTES];
    ssize_t size = procfs_read(getpid(), "status", text, sizeof(text));

    CU_ASSERT(size > 0 && text[size] == 0 && text[size - 1] == '\n');
    CU_ASSERT_EQUAL(procfs_read(getpid(), "status", small, sizeof(small)), 3);
    CU_ASSERT_STRING_EQUAL(small, "Nam");
    errno = 0;
    CU_ASSERT_EQUAL(procfs_read(0x7fffffff, "status", text, sizeof(text)), -1);
    CU_ASSERT_EQUAL(errno, ENOENT);
    CU_ASSERT_EQUAL(text[0], 0);
}

static void test_unexpected_descriptors_are_counted(void)
{
    int before = procfs_unexpected(7);
    int fd = dup(0);
    int high = fcntl(0, F_DUPFD, 100);

    CU_ASSERT_EQUAL(procfs_unexpected(7), before + 2);
    CU_ASSERT_EQUAL(procfs_unexpected(7 | UINT64_C(1) << fd), before + 1);
    close(fd);
    close(high);
}

int main(void)
{
    CU_pSuite suite = suite_open("procfs", NULL, NULL);
    CU_ADD_TEST(suite, test_stat_is_read_right_whatever_the_name);
    CU_ADD_TEST(suite, test_a_zombie_keeps_its_status_and_is_dead);
    CU_ADD_TEST(suite, test_a_number_with_another_start_is_another_process);
    CU_ADD_TEST(suite, test_a_stopped_one_is_so_by_a_signal_or_a_debugger);
    CU_ADD_TEST(suite, test_a_file_of_proc_is_a_process_when_it_is_a_number);
    CU_ADD_TEST(suite, test_children_are_listed_dead_ones_too);
    CU_ADD_TEST(suite, test_a_file_is_cut_at_the_room_and_always_a_string);
    CU_ADD_TEST(suite, test_unexpected_descriptors_are_counted);
    return suite_close();
}
