/* job_left_test.c: what time counts against those who live on. */
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

static void look(struct job_left *l, int64_t at_ms, const int64_t *waited_ms, uint16_t first,
                 size_t count)
{
    struct job_left now = {.last_ns = at_ms * MS};

    for (size_t i = 0; i < count; i++)
        job_left_add(&now, (uint16_t)(first + i), waited_ms[i] * MS);
    job_left_look(l, &now);
}

static void test_looks_add_up(void)
{
    static const int64_t none[2] = {0, 0};
    static const int64_t some[2] = {3, 4};
    static const int64_t more[2] = {5, 9};
    struct job_left left = {.age_ns = 0};

    look(&left, 1000, none, 1, 2);
    CU_ASSERT_EQUAL(left.age_ns, 0);
    CU_ASSERT_EQUAL(left.count, 2);
    look(&left, 1010, none, 1, 2);
    CU_ASSERT_EQUAL(left.age_ns, 10 * MS);
    /* Whoever waited longest takes from it. */
    look(&left, 1020, some, 1, 2);
    CU_ASSERT_EQUAL(left.age_ns, 16 * MS);
    look(&left, 1030, more, 1, 2);
    CU_ASSERT_EQUAL(left.age_ns, 21 * MS);
    /* Whoever was not there before has not waited since. */
    look(&left, 1040, more + 1, 3, 1);
    CU_ASSERT_EQUAL(left.age_ns, 31 * MS);
    CU_ASSERT_EQUAL(left.count, 1);
    /* Nor one who is not there any more. */
    look(&left, 1050, some, 1, 1);
    CU_ASSERT_EQUAL(left.age_ns, 41 * MS);
    CU_ASSERT_EQUAL(left.last_ns, 1050 * MS);
}

static void test_of_very_many_the_first_are_told(void)
{
    struct job_left now = {.last_ns = 1};

    for (uint16_t i = 0; i < JOB_LEFT_MAX + 2; i++)
        job_left_add(&now, i, 0);
    CU_ASSERT_EQUAL(now.count, JOB_LEFT_MAX);
    CU_ASSERT_EQUAL(now.process[JOB_LEFT_MAX - 1].actor, JOB_LEFT_MAX - 1);
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
    CU_add_test(suite, "many", test_of_very_many_the_first_are_told);
    return suite_close();
}
