/* others_test.c: what a process waits for, from what the kernel says of its calls. */
#include "harness/real/tests/real_test.h"
#include "harness/real/waits.h"
#include "runtime/base/procfs.h"
#include "runtime/base/tests/suite.h"

#include <linux/futex.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char said[WAITS_TEXT_BYTES];

static bool waits(long nr, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
    char text[128];

    (void)snprintf(text, sizeof(text), "%ld 0x%lx 0x%lx 0x%lx 0x%lx 0x0 0x0 0x7ffc 0x7f6f", nr, a,
                   b, c, d);
    return waits_of(getpid(), text, said);
}

static void test_who_waits_for_a_child_waits_for_others(void)
{
    CU_ASSERT_TRUE(waits(SYS_wait4, 0xffffffff, 0, 0, 0));
    CU_ASSERT_STRING_EQUAL(said, "waits for a child");
    CU_ASSERT_FALSE(waits(SYS_wait4, 0xffffffff, 0, WNOHANG, 0));
    CU_ASSERT_TRUE(waits(SYS_waitid, 0, 0, 0, WEXITED));
    CU_ASSERT_FALSE(waits(SYS_waitid, 0, 0, 0, WEXITED | WNOHANG));
}

static void test_a_pipe_is_written_by_others(void)
{
    int pipe_of[2];

    CHECK(pipe(pipe_of) == 0);
    CU_ASSERT_TRUE(waits(SYS_read, (unsigned long)pipe_of[0], 0, 1, 0));
    CU_ASSERT_STRING_EQUAL(said, "reads a pipe");
    (void)close(pipe_of[0]);
    (void)close(pipe_of[1]);
    CU_ASSERT_FALSE(waits(SYS_read, (unsigned long)pipe_of[0], 0, 1, 0));
}

static void test_who_may_be_woken_by_time_waits_for_nobody(void)
{
    CU_ASSERT_TRUE(waits(SYS_futex, 0x1000, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 2, 0));
    CU_ASSERT_STRING_EQUAL(said, "waits for another thread");
    CU_ASSERT_FALSE(waits(SYS_futex, 0x1000, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 2, 0x7ffd));
    CU_ASSERT_FALSE(waits(SYS_futex, 0x1000, FUTEX_WAKE, 1, 0));
    CU_ASSERT_FALSE(waits(SYS_clock_nanosleep, 0, 0, 0x7ffd, 0));
    CU_ASSERT_FALSE(waits_of(getpid(), "running\n", said));
    CU_ASSERT_FALSE(waits_of(getpid(), "-1 0x7ffc 0x0\n", said));
}

/* A child that reads a pipe, with a handler for alarms or without. Returns when it sleeps there. */
static pid_t reader_start(int from, bool alarms)
{
    struct procfs_stat stat = {.state = 'R'};

    (void)fflush(NULL);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        char byte;
        if (alarms)
            (void)signal(SIGALRM, _exit);
        _exit(read(from, &byte, 1) == 1);
    }
    for (int64_t i = 0; stat.state != 'S' && i < INT64_C(100) * 1000 * 1000; i++)
        CHECK(procfs_stat(pid, &stat));
    return pid;
}

static void test_a_process_waits_when_no_alarm_can_wake_it(void)
{
    for (unsigned alarms = 0; alarms < 2; alarms++) {
        int pipe_of[2];
        CHECK(pipe(pipe_of) == 0);
        pid_t pid = reader_start(pipe_of[0], alarms == 1);
        CU_ASSERT_EQUAL(waits_for_others(pid, said), alarms == 0);
        CHECK(write(pipe_of[1], "x", 1) == 1);
        CHECK(waitpid(pid, NULL, 0) == pid);
        CU_ASSERT_FALSE(waits_for_others(pid, said));
        (void)close(pipe_of[0]);
        (void)close(pipe_of[1]);
    }
}

int main(void)
{
    CU_pSuite suite = suite_open("others", NULL, NULL);

    CU_add_test(suite, "child", test_who_waits_for_a_child_waits_for_others);
    CU_add_test(suite, "pipe", test_a_pipe_is_written_by_others);
    CU_add_test(suite, "time", test_who_may_be_woken_by_time_waits_for_nobody);
    CU_add_test(suite, "alarm", test_a_process_waits_when_no_alarm_can_wake_it);
    return suite_close();
}
