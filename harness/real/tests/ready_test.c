/* ready_test.c: reading the kernel's answer, on fixtures and on this very process. */
#include "harness/real/ready.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Python at its prompt: SIGINT caught, SIGPIPE and SIGXFSZ ignored. */
static const char python[] = "Name:\tpython3\n"
                             "Umask:\t0022\n"
                             "State:\tS (sleeping)\n"
                             "Tgid:\t4242\n"
                             "Pid:\t4242\n"
                             "SigQ:\t0/95998\n"
                             "SigPnd:\t0000000000000000\n"
                             "ShdPnd:\t0000000000004000\n"
                             "SigBlk:\t0000000000010000\n"
                             "SigIgn:\t0000000001001000\n"
                             "SigCgt:\t0000000000000002\n"
                             "CapInh:\t0000000000000000\n"
                             "voluntary_ctxt_switches:\t12\n"
                             "nonvoluntary_ctxt_switches:\t3\n";

static void test_ready_parses_the_kernels_text(void)
{
    struct ready_status s;
    struct diag diag;

    CU_ASSERT_EQUAL_FATAL(ready_parse(python, strlen(python), &s, &diag), 0);
    CU_ASSERT_EQUAL(s.state, 'S');
    CU_ASSERT_EQUAL(s.switches, 15);
    CU_ASSERT_EQUAL(ready_for(&s, SIGINT), READY_YES);
    CU_ASSERT_EQUAL(ready_for(&s, SIGPIPE), READY_IGNORED);
    CU_ASSERT_EQUAL(ready_for(&s, SIGCHLD), READY_BLOCKED);
    CU_ASSERT_EQUAL(ready_for(&s, SIGTERM), READY_DEFAULT);
    CU_ASSERT(ready_pending(&s, SIGTERM));
    CU_ASSERT_FALSE(ready_pending(&s, SIGINT));
}

/* Cut anywhere, the text is refused or read right, and never read past its end. */
static void test_ready_refuses_a_text_that_is_cut(void)
{
    struct ready_status s;
    struct diag diag;
    size_t whole = strlen(python) - strlen("CapInh:\t0000000000000000\n"
                                           "voluntary_ctxt_switches:\t12\n"
                                           "nonvoluntary_ctxt_switches:\t3\n");

    for (size_t size = 0; size < whole - strlen("0000000000000002\n"); size++) {
        char copy[sizeof(python)];
        memset(copy, 'f', sizeof(copy));
        memcpy(copy, python, size);
        CU_ASSERT_EQUAL(ready_parse(copy, size, &s, &diag), ERR_INPUT);
    }
    CU_ASSERT_EQUAL(ready_parse(python, whole, &s, &diag), 0);
    CU_ASSERT_EQUAL(s.switches, 0);
}

static void test_ready_refuses_odd_numbers(void)
{
    static const char *const bad[] = {"xyz\n", "\n", "11112222333344445\n", "-1\n"};
    struct ready_status s;
    struct diag diag;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[256] = "State:\tS\nSigPnd:\t0\nShdPnd:\t0\nSigBlk:\t0\nSigIgn:\t0\nSigCgt:\t";
        size_t size = strlen(text);
        memcpy(text + size, bad[i], strlen(bad[i]));
        CU_ASSERT_EQUAL(ready_parse(text, size + strlen(bad[i]), &s, &diag), ERR_INPUT);
    }
}

static void test_ready_says_dead_for_a_zombie(void)
{
    const struct ready_status zombie = {.state = 'Z', .caught = 1U << (SIGINT - 1)};

    CU_ASSERT_EQUAL(ready_for(&zombie, SIGINT), READY_DEAD);
}

static void on_signal(int signal)
{
    (void)signal;
}

static void test_ready_sees_a_handler_of_this_process(void)
{
    struct ready_status s;
    struct diag diag;
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t set;

    CU_ASSERT_EQUAL_FATAL(ready_read(getpid(), &s, &diag), 0);
    CU_ASSERT_EQUAL(ready_for(&s, SIGUSR1), READY_DEFAULT);
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    CU_ASSERT_EQUAL_FATAL(ready_read(getpid(), &s, &diag), 0);
    CU_ASSERT_EQUAL(ready_for(&s, SIGUSR1), READY_YES);
    CHECK(sigemptyset(&set) == 0 && sigaddset(&set, SIGUSR1) == 0);
    CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0 && raise(SIGUSR1) == 0);
    CU_ASSERT_EQUAL_FATAL(ready_read(getpid(), &s, &diag), 0);
    CU_ASSERT_EQUAL(ready_for(&s, SIGUSR1), READY_BLOCKED);
    CU_ASSERT(ready_pending(&s, SIGUSR1));
}

static void test_ready_says_gone_for_no_process(void)
{
    struct ready_status s;
    struct diag diag;

    CU_ASSERT_EQUAL(ready_read(0x7fffffff, &s, &diag), ERR_GONE);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"parse",       test_ready_parses_the_kernels_text       },
        {"cut text",    test_ready_refuses_a_text_that_is_cut    },
        {"odd numbers", test_ready_refuses_odd_numbers           },
        {"zombie",      test_ready_says_dead_for_a_zombie        },
        {"own handler", test_ready_sees_a_handler_of_this_process},
        {"gone",        test_ready_says_gone_for_no_process      },
        CU_TEST_INFO_NULL,
    };
    return suite_run("ready", tests);
}
