/* job_left_test.c: what time counts against those who live on, and whose child was whose. */
#include "harness/real/job_left.h"
#include "harness/real/job_list.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS INT64_C(1000000)

static void test_time_in_which_nothing_could_run_does_not_count(void)
{
    static const struct {
        int64_t since_ms, waited_ms, counts_ms;
    } cases[] = {
        {10,    0,  10},
        {19,    0,  19},
        {20,    0,  20},
        {21,    0,  20}, /* the look itself came late */
        {60000, 0,  20}, /* the machine stood still */
        {10,    4,  6 },
        {10,    10, 0 },
        {10,    25, 0 }, /* it had waited before, too */
        {300,   5,  15},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT_EQUAL(job_left_counts(cases[i].since_ms * MS, cases[i].waited_ms * MS),
                        cases[i].counts_ms * MS);
}

/* The test stands for the guard. */
static void test_looks_add_up(void)
{
    static struct job_left left;
    int end[2];

    CHECK(pipe(end) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        char byte;
        (void)close(end[1]);
        _exit(read(end[0], &byte, 1) == 0 ? 0 : 1);
    }
    (void)close(end[0]);
    CU_ASSERT_EQUAL(job_left_look(&left, getpid(), 1000 * MS, NULL), 0);
    CU_ASSERT_EQUAL(left.age_ns, 0);
    CU_ASSERT_EQUAL(left.count, 1);
    CU_ASSERT_EQUAL(left.process[0].pid, child);
    /* Whoever waited meanwhile takes from it. */
    CU_ASSERT_EQUAL(job_left_look(&left, getpid(), 1010 * MS, NULL), 0);
    CU_ASSERT_TRUE(left.age_ns >= 0 && left.age_ns <= 10 * MS);
    /* Who was there before, and has waited; not who has only its number. */
    int64_t age_ns = left.age_ns;
    left.process[0].waited_ns -= 1000 * MS;
    CU_ASSERT_EQUAL(job_left_look(&left, getpid(), 1020 * MS, NULL), 0);
    CU_ASSERT_EQUAL(left.age_ns, age_ns);
    int64_t waited_ns = left.process[0].waited_ns;
    for (int64_t which = 0; which < 2; which++) {
        left.process[0].waited_ns -= 1000 * MS;
        left.process[0].start += which == 0;
        left.process[0].pid += which == 1;
        CU_ASSERT_EQUAL(job_left_look(&left, getpid(), (1030 + 10 * which) * MS, NULL), 0);
        CU_ASSERT(left.process[0].waited_ns >= waited_ns && left.process[0].pid == child);
        CU_ASSERT_EQUAL(left.age_ns, age_ns + 10 * (which + 1) * MS);
    }
    left.last_ns = 1010 * MS;
    /* A guard that is not there has nobody, and nothing is changed. */
    CU_ASSERT_TRUE(job_left_look(&left, 1 << 30, 1020 * MS, NULL) < 0);
    CU_ASSERT_EQUAL(left.last_ns, 1010 * MS);
    (void)close(end[1]);
    CHECK(waitpid(child, NULL, 0) == child);
}

static void test_a_command_of_many_processes_forgets_the_first(void)
{
    static struct job_memory memory;
    struct procfs_stat stat = {.start = 1, .parent = 7, .name = "one"};

    for (pid_t pid = 100; pid < 100 + JOB_MEMORY_MAX; pid++)
        job_remember(&memory, pid, &stat);
    CU_ASSERT_EQUAL(memory.noted, JOB_MEMORY_MAX);
    job_remember(&memory, 100, &stat);
    CU_ASSERT_EQUAL(memory.noted, JOB_MEMORY_MAX);
    /* The same number again, of another process. */
    stat.start = 2;
    (void)snprintf(stat.name, sizeof(stat.name), "a name that is longer than is kept");
    job_remember(&memory, 101, &stat);
    CU_ASSERT_EQUAL(memory.noted, JOB_MEMORY_MAX + 1);
    CU_ASSERT_EQUAL(memory.entry[0].pid, 101);
    CU_ASSERT_EQUAL(memory.entry[0].start, 2);
    CU_ASSERT_STRING_EQUAL(memory.entry[0].name, "a name that is ");
}

/* Both until a look finds them so: where the machine has no page for it, one that spins waits for
 * that, too. */
static void test_who_goes_on_in_earnest_is_not_waited_for_long(void)
{
    pid_t child = fork();

    CHECK(child >= 0);
    if (child == 0) {
        for (;;)
            continue;
    }
    while (job_stop_await(child) < JOB_STOP_LOOKS_MAX)
        continue;
    CHECK(kill(child, SIGSTOP) == 0);
    CHECK(waitpid(child, NULL, WUNTRACED) == child);
    CU_ASSERT_EQUAL(job_stop_await(child), 0);
    CHECK(kill(child, SIGKILL) == 0);
    CHECK(waitpid(child, NULL, 0) == child);
    /* Nobody is waited for no time. */
    CU_ASSERT_EQUAL(job_stop_await(child), 0);
}

int main(void)
{
    CU_pSuite suite = suite_open("job_left", NULL, NULL);
    CU_add_test(suite, "time", test_time_in_which_nothing_could_run_does_not_count);
    CU_add_test(suite, "looks", test_looks_add_up);
    CU_add_test(suite, "goes on", test_who_goes_on_in_earnest_is_not_waited_for_long);
    CU_add_test(suite, "memory", test_a_command_of_many_processes_forgets_the_first);
    return suite_close();
}
