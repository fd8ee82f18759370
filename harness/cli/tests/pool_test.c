/* pool_test.c: workers that end well, badly, and not at all. */
#include "harness/cli/pool.h"
#include "harness/cli/stop.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS = 7 };

static struct scenario scenario = {.id = "x"};
static struct suite_file file = {.scenario = &scenario};
static struct variant variant = {.id = "x[n=1]", .parameters = "n=1"};
static struct job job[JOBS];
static struct jobs jobs;
static struct pool pool;
static size_t most; /* workers at once */

/* What job does is said by its seed. */
enum { GOOD, CRASH, LEAVE, STUCK, GARBAGE, HUGE_RESULT, BAD, GOOD_AT_THE_THIRD, ENDLESS = 100 };

static void wait_for_stop(void)
{
    /* The signal ends the wait; a spare second is for one that came just before it. */
    while (*stop_count() == 0)
        (void)poll(NULL, 0, 50);
}

static void work(const struct job *j, void *user, struct run_result *out)
{
    (void)user;
    result_set(out, RESULT_ID, j->variant->id);
    switch (j->seed) {
    case CRASH:
        abort();
    case LEAVE:
        _exit(3);
    case STUCK:
        wait_for_stop();
        out->verdict = VERDICT_UNRESOLVED;
        return;
    case HUGE_RESULT:
        for (size_t i = 0; i < RESULT_BYTES_MAX; i++)
            buf_add(&out->text[RESULT_EVENTS], "x", 1);
        return;
    case GARBAGE:
        out->verdict = VERDICTS;
        return;
    case GOOD_AT_THE_THIRD:
        out->verdict = j->retries < 2 ? VERDICT_FAIL : VERDICT_PASS;
        return;
    case BAD:
        out->verdict = VERDICT_FAIL;
        return;
    default:
        return;
    }
}

static void tick(struct pool *p)
{
    size_t busy = 0;

    for (size_t i = 0; i < POOL_WORKERS_MAX; i++)
        busy += p->worker[i].pid > 0;
    most = busy > most ? busy : most;
}

static void setup(size_t count, size_t parallel)
{
    memset(job, 0, sizeof(job));
    for (size_t i = 0; i < count; i++)
        job[i] = (struct job){.file = &file, .variant = &variant, .engine = ENGINE_SIM};
    jobs = (struct jobs){.job = job, .count = count};
    pool = (struct pool){.jobs = &jobs,
                         .told = -1,
                         .parallel = parallel_init(parallel, POOL_WORKERS_MAX, NULL),
                         .work = work,
                         .tick = tick};
    most = 0;
}

static void run_and_close(void)
{
    CU_ASSERT_EQUAL(pool_run(&pool, NULL), 0);
    pool_close(&pool);
    /* Nothing is left to reap. */
    CU_ASSERT_TRUE(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

static void release(void)
{
    for (size_t i = 0; i < jobs.count; i++) {
        result_release(&job[i].result);
        for (uint32_t k = 0; k < job[i].retries; k++)
            result_release(&job[i].earlier[k].result);
        free(job[i].earlier);
    }
}

static void test_pool_runs_all_and_no_more_at_once_than_asked(void)
{
    setup(JOBS, 3);
    pool_open(&pool);
    run_and_close();
    CU_ASSERT_EQUAL(pool.done, JOBS);
    CU_ASSERT_TRUE(most <= 3);
    for (size_t i = 0; i < JOBS; i++) {
        CU_ASSERT_TRUE(job[i].done);
        CU_ASSERT_EQUAL(job[i].result.verdict, VERDICT_PASS);
        CU_ASSERT_STRING_EQUAL(result_get(&job[i].result, RESULT_ID), "x[n=1]");
    }
    release();
}

/* Goal: too little room for all at once is no failure of those for whom there is room. */
static void test_pool_makes_do_with_the_files_that_it_may_open(void)
{
    struct rlimit before;

    setup(JOBS, JOBS);
    pool_open(&pool);
    /* Room for two pipes: both their ends are open while a worker is started. */
    int next = dup(0);
    CU_ASSERT_FATAL(next >= 0);
    (void)close(next);
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit few = {(rlim_t)next + 3, before.rlim_max};
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_NOFILE, &few), 0);
    run_and_close();
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_NOFILE, &before), 0);
    CU_ASSERT(most <= 2);
    CU_ASSERT_EQUAL(pool.done, JOBS);
    for (size_t i = 0; i < JOBS; i++)
        CU_ASSERT_EQUAL(job[i].result.verdict, VERDICT_PASS);
    release();
}

static void test_worker_that_fails_is_a_verdict_on_the_harness(void)
{
    static const struct {
        uint64_t how;
        const char *text;
    } cases[] = {
        {CRASH,       "its worker died by signal 6"   },
        {LEAVE,       "its worker ended with status 3"},
        {GARBAGE,     "without a result"              },
        {HUGE_RESULT, "without a result"              },
    };
    enum { CASES = sizeof(cases) / sizeof(cases[0]) };

    setup(CASES + 1, 2);
    for (size_t i = 0; i < CASES; i++)
        job[i].seed = cases[i].how;
    pool_open(&pool);
    run_and_close();
    for (size_t i = 0; i < CASES; i++) {
        CU_ASSERT_EQUAL(job[i].result.verdict, VERDICT_HARNESS);
        CU_ASSERT_PTR_NOT_NULL(strstr(result_get(&job[i].result, RESULT_MESSAGE), cases[i].text));
    }
    CU_ASSERT_EQUAL(job[CASES].result.verdict, VERDICT_PASS);
    /* Known before it is said, which waits for those before it. */
    CU_ASSERT_EQUAL(pool.failed, CASES);
    release();
}

static void test_pool_stops_its_workers_once_and_starts_no_more(void)
{
    setup(4, 2);
    job[0].seed = job[1].seed = STUCK;
    pool_open(&pool);
    (void)raise(SIGINT); /* blocked until the pool waits */
    run_and_close();
    CU_ASSERT_EQUAL(pool.interrupted, SIGINT);
    CU_ASSERT_EQUAL(job[0].result.verdict, VERDICT_UNRESOLVED);
    CU_ASSERT_EQUAL(job[1].result.verdict, VERDICT_UNRESOLVED);
    CU_ASSERT_FALSE(job[2].started);
    CU_ASSERT_FALSE(job[3].done);
    release();
}

/* Goal: a run whose results nobody will read does not go on until it has one to tell. */
static void test_pool_stops_when_nobody_is_told_any_more(void)
{
    int pipes[2];

    CU_ASSERT_EQUAL_FATAL(pipe2(pipes, O_CLOEXEC), 0);
    setup(3, 2);
    job[0].seed = job[1].seed = STUCK;
    pool.told = pipes[1];
    pool_open(&pool);
    (void)close(pipes[0]);
    run_and_close();
    CU_ASSERT_EQUAL(pool.interrupted, SIGPIPE);
    CU_ASSERT_EQUAL(job[0].result.verdict, VERDICT_UNRESOLVED);
    CU_ASSERT_FALSE(job[2].started);
    (void)close(pipes[1]);
    release();
}

/* Stops twice, from the first tick on. */
static void tick_twice(struct pool *p)
{
    (void)p;
    if (*stop_count() < 2)
        (void)raise(SIGTERM);
}

static void work_deaf(const struct job *j, void *user, struct run_result *out)
{
    sigset_t all;

    (void)j, (void)user, (void)out;
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, NULL);
    for (;;)
        (void)poll(NULL, 0, -1);
}

static void test_pool_kills_its_workers_when_told_twice(void)
{
    setup(2, 2);
    pool.work = work_deaf;
    pool.tick = tick_twice;
    pool.tick_ns = 1000000;
    pool_open(&pool);
    run_and_close();
    CU_ASSERT_EQUAL(pool.interrupted, SIGTERM);
    CU_ASSERT_EQUAL(job[0].result.verdict, VERDICT_UNRESOLVED);
    CU_ASSERT_STRING_EQUAL(result_get(&job[0].result, RESULT_MESSAGE),
                           "stopped at once by the user");
    release();
}

/* ---- Again ---- */

static size_t runs; /* that were told */

static void count_run(struct pool *p, struct job *j)
{
    (void)p, (void)j;
    runs++;
}

static void setup_again(size_t count, size_t parallel, uint64_t seed)
{
    setup(count, parallel);
    runs = 0;
    pool.done_run = count_run;
    for (size_t i = 0; i < count; i++) {
        job[i].engine = ENGINE_REAL;
        job[i].seed = seed;
    }
}

static void test_what_fails_is_run_again_until_it_passes_or_has_had_its_attempts(void)
{
    static const struct {
        uint32_t retries;
        uint32_t made;
        enum verdict verdict;
    } cases[] = {
        {0, 0, VERDICT_FAIL},
        {1, 1, VERDICT_FAIL},
        {2, 2, VERDICT_PASS},
        {9, 2, VERDICT_PASS},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        setup_again(3, 1, GOOD);
        job[1].seed = GOOD_AT_THE_THIRD;
        pool.retries = cases[i].retries;
        pool_open(&pool);
        run_and_close();
        CU_ASSERT_EQUAL(job[1].retries, cases[i].made);
        CU_ASSERT_EQUAL(job[1].result.verdict, cases[i].verdict);
        for (uint32_t k = 0; k < job[1].retries; k++)
            CU_ASSERT_EQUAL(job[1].earlier[k].result.verdict, VERDICT_FAIL);
        CU_ASSERT_EQUAL(job[2].retries, 0);
        CU_ASSERT_EQUAL(runs, 3 + cases[i].made);
        CU_ASSERT_EQUAL(pool.done, 3);
        /* A pass that had to be waited for is none. */
        CU_ASSERT_EQUAL(pool.failed, 1);
        release();
    }
}

static void test_a_simulated_run_is_not_run_again(void)
{
    setup_again(1, 1, BAD);
    job[0].engine = ENGINE_SIM;
    pool.retries = 3;
    pool_open(&pool);
    run_and_close();
    CU_ASSERT_EQUAL(job[0].retries, 0);
    CU_ASSERT_EQUAL(runs, 1);
    release();
}

static void stop_at_once(struct pool *p, struct job *j)
{
    count_run(p, j);
    stop_take(SIGINT);
}

/* Goal: what a job had come to is not lost with the attempt that is not made. */
static void test_an_attempt_that_is_not_made_leaves_the_one_before_it(void)
{
    setup_again(1, 1, BAD);
    pool.retries = 3;
    pool.done_run = stop_at_once;
    pool_open(&pool);
    run_and_close();
    CU_ASSERT_EQUAL(runs, 1);
    CU_ASSERT_EQUAL(pool.interrupted, SIGINT);
    CU_ASSERT(job[0].done);
    CU_ASSERT_EQUAL(job[0].retries, 0);
    CU_ASSERT_EQUAL(job[0].result.verdict, VERDICT_FAIL);
    CU_ASSERT_EQUAL(pool.failed, 1);
    release();
}

static void test_no_more_is_started_after_so_many_failures(void)
{
    setup_again(JOBS, 1, GOOD);
    job[1].seed = job[3].seed = job[4].seed = BAD;
    pool.failures_max = 2;
    pool_open(&pool);
    run_and_close();
    CU_ASSERT_EQUAL(pool.done, 4);
    CU_ASSERT_EQUAL(pool.failed, 2);
    CU_ASSERT_FALSE(job[4].started);
    release();
}

static bool excuse(const struct pool *p, const struct run_result *r)
{
    (void)p;
    return r->verdict == VERDICT_FAIL;
}

/* Goal: what somebody excuses is no failure, be it the first attempt or the last. */
static void test_what_is_excused_does_not_count(void)
{
    setup_again(3, 1, BAD);
    pool.failures_max = 1;
    pool.retries = 1;
    pool.excused = excuse;
    pool_open(&pool);
    run_and_close();
    CU_ASSERT_EQUAL(pool.done, 3);
    CU_ASSERT_EQUAL(pool.failed, 0);
    release();
}

/* Goal: a job counts when it has had all its attempts, and those are made. */
static void test_attempts_are_not_failures_of_their_own(void)
{
    setup_again(3, 1, BAD);
    pool.failures_max = 2;
    pool.retries = 1;
    pool_open(&pool);
    run_and_close();
    CU_ASSERT_EQUAL(runs, 4);
    CU_ASSERT_FALSE(job[2].started);
    release();
}

enum { ENDLESS_RUNS = 32, SEEDS = 4 * ENDLESS_RUNS };

static unsigned seen[SEEDS]; /* runs with this seed */

static void take_result(struct pool *p, struct job *j)
{
    CU_ASSERT_FATAL(j->seed >= ENDLESS && j->seed < ENDLESS + SEEDS);
    seen[j->seed - ENDLESS]++;
    result_release(&j->result);
    p->ending = p->ending || p->done == ENDLESS_RUNS;
}

static void run_endless(size_t at_once)
{
    setup_again(3, at_once, 0);
    memset(seen, 0, sizeof(seen));
    for (size_t i = 0; i < 3; i++)
        job[i].seed = ENDLESS + i;
    pool.repeat_step = pool.seed_step = 3;
    pool.done_job = take_result;
    pool_open(&pool);
    run_and_close();
    CU_ASSERT_EQUAL(runs, pool.done);
    release();
}

static void test_endless_jobs_take_turns_and_each_run_has_its_seed(void)
{
    run_endless(1);
    CU_ASSERT_EQUAL(pool.done, ENDLESS_RUNS);
    for (size_t i = 0; i < SEEDS; i++)
        CU_ASSERT_EQUAL(seen[i], i < ENDLESS_RUNS);
    /* One that takes long holds nobody up. One may be under way when it is told to end. */
    run_endless(2);
    CU_ASSERT(pool.done == ENDLESS_RUNS || pool.done == ENDLESS_RUNS + 1);
    for (size_t i = 0; i < SEEDS; i++)
        CU_ASSERT(seen[i] <= 1);
}

static void test_endless_jobs_end_with_their_time(void)
{
    setup_again(2, 1, 0);
    memset(seen, 0, sizeof(seen));
    job[0].seed = job[1].seed = ENDLESS;
    pool.repeat_step = pool.seed_step = 1;
    pool.end_ns = 1; /* long ago */
    pool.done_job = take_result;
    pool_open(&pool);
    run_and_close();
    CU_ASSERT_EQUAL(pool.done, 1);
    CU_ASSERT_FALSE(job[1].started);
    release();
}

int main(void)
{
    CU_pSuite suite = suite_open("pool", NULL, NULL);

    CU_add_test(suite, "all", test_pool_runs_all_and_no_more_at_once_than_asked);
    CU_add_test(suite, "files", test_pool_makes_do_with_the_files_that_it_may_open);
    CU_add_test(suite, "failures", test_worker_that_fails_is_a_verdict_on_the_harness);
    CU_add_test(suite, "stop", test_pool_stops_its_workers_once_and_starts_no_more);
    CU_add_test(suite, "nobody reads", test_pool_stops_when_nobody_is_told_any_more);
    CU_add_test(suite, "retries",
                test_what_fails_is_run_again_until_it_passes_or_has_had_its_attempts);
    CU_add_test(suite, "sim", test_a_simulated_run_is_not_run_again);
    CU_add_test(suite, "not made", test_an_attempt_that_is_not_made_leaves_the_one_before_it);
    CU_add_test(suite, "fail fast", test_no_more_is_started_after_so_many_failures);
    CU_add_test(suite, "excused", test_what_is_excused_does_not_count);
    CU_add_test(suite, "attempts", test_attempts_are_not_failures_of_their_own);
    CU_add_test(suite, "endless", test_endless_jobs_take_turns_and_each_run_has_its_seed);
    CU_add_test(suite, "time", test_endless_jobs_end_with_their_time);
    CU_add_test(suite, "kill", test_pool_kills_its_workers_when_told_twice);
    return suite_close();
}
