/* ready_test.c: reading the kernel's answer, on fixtures and on this very process. */
#include "harness/real/ready.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <stdio.h>
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

/* Of the two counts, too, of which each may be left out. */
static void test_ready_reads_counts_as_far_as_they_go(void)
{
    static const struct {
        const char *counts;
        int rc;
        uint64_t switches;
    } rows[] = {
        {"",                                                                     0,         0         },
        {"voluntary_ctxt_switches:\t4",                                          0,         4         },
        {"nonvoluntary_ctxt_switches:\t5\n",                                     0,         5         },
        {"voluntary_ctxt_switches:\t18446744073709551615\n",                     0,         UINT64_MAX},
        {"voluntary_ctxt_switches:\t18446744073709551616\n",                     ERR_INPUT, 0         },
        {"voluntary_ctxt_switches:\t20000000000000000000\n",                     ERR_INPUT, 0         },
        {"voluntary_ctxt_switches:\t1a\n",                                       ERR_INPUT, 0         },
        {"voluntary_ctxt_switches:\t4\nnonvoluntary_ctxt_switches:\t\n",         ERR_INPUT, 0         },
        {"voluntary_ctxt_switches:   ",                                          ERR_INPUT, 0         },
        {"voluntary_ctxt_switchesX:\t4\nvoluntary_ctxt_switches:  \t 7\nXX:1\n", 0,         7         },
        {"XvoluntaryX_ctxt_switches:\t4\nvoluntary_ctxt_switches",               0,         0         },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ready_status s = {.switches = 99};
        struct diag diag = {0};
        char text[512];
        int size = snprintf(text, sizeof(text),
                            "State:\tS\nSigPnd:\t0\nShdPnd:\t0\nSigBlk:\t0\nSigIgn:\t0\n"
                            "SigCgt:\t0\n%s",
                            rows[i].counts);
        CU_ASSERT_EQUAL(ready_parse(text, (size_t)size, &s, &diag), rows[i].rc);
        CU_ASSERT_EQUAL(s.switches, rows[i].rc == 0 ? rows[i].switches : 99);
        CU_ASSERT(rows[i].rc == 0 || strstr(diag.text, "ctxt_switches") != NULL);
    }
}

/* Every state that the kernel has a letter for, and no other. */
static void test_ready_knows_the_states(void)
{
    for (int letter = 0; letter < 128; letter++) {
        static const char rest[] = "\nSigPnd:\t0\nShdPnd:\t0\nSigBlk:\t0\nSigIgn:\t0\nSigCgt:\t0\n";
        char text[128] = "State:\t";
        struct ready_status s;
        struct diag diag;
        size_t size = strlen(text);
        text[size++] = (char)letter;
        memcpy(text + size, rest, sizeof(rest) - 1);
        bool known = letter != 0 && strchr("RSDZTtXxKWPI", letter) != NULL;
        int rc = ready_parse(text, size + sizeof(rest) - 1, &s, &diag);
        /* A blank is none, and then there is nothing. */
        CU_ASSERT_EQUAL(rc, known ? 0 : ERR_INPUT);
        if (!known)
            continue;
        CU_ASSERT_EQUAL(s.state, letter);
        CU_ASSERT_EQUAL(ready_rests(&s), strchr("STtI", letter) != NULL);
        CU_ASSERT_EQUAL(ready_for(&s, SIGINT) == READY_DEAD, strchr("ZXx", letter) != NULL);
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
        {"counts",      test_ready_reads_counts_as_far_as_they_go},
        {"states",      test_ready_knows_the_states              },
        {"zombie",      test_ready_says_dead_for_a_zombie        },
        {"own handler", test_ready_sees_a_handler_of_this_process},
        {"gone",        test_ready_says_gone_for_no_process      },
        CU_TEST_INFO_NULL,
    };
    return suite_run("ready", tests);
}
