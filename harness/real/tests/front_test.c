/* front_test.c: what the kernel says of a call, and that only somebody at a terminal reads there.
 * (That a prompt is found is tested with whole programs, in harness/cli/tests/try_test.c.) */
#include "harness/real/front.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int call_of(long number, const char *rest, int *fd)
{
    char text[128];

    (void)snprintf(text, sizeof(text), "%ld%s", number, rest);
    return front_call(text, fd);
}

static void test_a_read_names_its_descriptor(void)
{
    int fd = -1;

    CU_ASSERT_EQUAL(call_of(SYS_read, " 0x13 0x7ffe 0x400 0x0 0x0 0x0 0x7ffd 0x7f3a\n", &fd), 1);
    CU_ASSERT_EQUAL(fd, 0x13);
}

static void test_waits_for_several_are_told_from_other_calls(void)
{
    int fd = -1;

    CU_ASSERT_EQUAL(call_of(SYS_ppoll, " 0x7ffe 0x1 0x0\n", &fd), 2);
    CU_ASSERT_EQUAL(call_of(SYS_epoll_pwait, " 0x4 0x7ffe 0x400\n", &fd), 2);
    CU_ASSERT_EQUAL(call_of(SYS_pselect6, " 0x1 0x7ffe 0x0\n", &fd), 2);
    CU_ASSERT_EQUAL(call_of(SYS_wait4, " 0x1 0x7ffe 0x0\n", &fd), 0);
    CU_ASSERT_EQUAL(fd, -1);
}

static void test_who_is_in_no_call_waits_for_nothing(void)
{
    int fd = -1;

    CU_ASSERT_EQUAL(front_call("running\n", &fd), 0);
    CU_ASSERT_EQUAL(front_call("-1 0x7ffe 0x7f3a\n", &fd), 0);
    CU_ASSERT_EQUAL(front_call("", &fd), 0);
    CU_ASSERT_EQUAL(front_call("0", &fd), 0);
}

/* This one runs, and the other number is nobody's. */
static void test_who_runs_or_is_not_there_is_at_no_prompt(void)
{
    CU_ASSERT_FALSE(front_reads(getpid()));
    CU_ASSERT_FALSE(front_reads(0x7ffffffe));
}

int main(void)
{
    CU_pSuite suite = suite_open("front", NULL, NULL);
    CU_add_test(suite, "read", test_a_read_names_its_descriptor);
    CU_add_test(suite, "waits", test_waits_for_several_are_told_from_other_calls);
    CU_add_test(suite, "no call", test_who_is_in_no_call_waits_for_nothing);
    CU_add_test(suite, "nobody", test_who_runs_or_is_not_there_is_at_no_prompt);
    return suite_close();
}
