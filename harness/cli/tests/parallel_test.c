/* parallel_test.c: as many runs at once as the machine bears, small trees and large ones. */
#include "harness/cli/machine.h"
#include "harness/cli/parallel.h"
#include "runtime/base/tests/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { JOBS = 64, MOST = 256 };

static struct job job[JOBS];
static struct jobs jobs;
static struct variant variant[JOBS];
static struct tree tree[JOBS];

static const struct parallel_limits two_cores = {
    .cores = 2, .processes = SIZE_MAX, .files = SIZE_MAX};

static void jobs_begin(void)
{
    jobs = (struct jobs){.job = job, .room = JOBS};
}

/* So many jobs, each a tree of so many actors. */
static void jobs_add(size_t count, unsigned engine, uint32_t actors, uint8_t role)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = jobs.count++;
        CU_ASSERT_FATAL(at < JOBS);
        memset(&tree[at], 0, sizeof(tree[at]));
        tree[at].count = actors;
        tree[at].node[actors - 1].role = role;
        variant[at] = (struct variant){.tree = &tree[at]};
        job[at] = (struct job){.variant = &variant[at], .engine = engine};
    }
}

static void test_what_is_asked_for_is_what_is_done(void)
{
    jobs_begin();
    jobs_add(4, ENGINE_REAL, 1006, ROLE_WORKER);
    jobs_add(4, ENGINE_SIM, 1, ROLE_WORKER);
    struct parallel p = parallel_init(6, MOST, &two_cores);
    CU_ASSERT_EQUAL(parallel_begin(p, &jobs), 6);
    for (size_t i = 0; i < 6; i++)
        CU_ASSERT_EQUAL(parallel_take(&p, &jobs), i);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), SIZE_MAX);
    parallel_give(&p, &job[3]);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 6);
    CU_ASSERT_FALSE(parallel_done(&p, &jobs));
    parallel_give(&p, &job[0]);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 7);
    CU_ASSERT(parallel_done(&p, &jobs));
    CU_ASSERT_EQUAL(parallel_begin(parallel_init(500, 5, &two_cores), &jobs), 5);
}

static void test_small_trees_are_many_and_large_ones_few(void)
{
    static const struct {
        uint32_t actors;
        uint8_t role;
        size_t at_once;
    } cases[] = {
        {5,    ROLE_WORKER,  48}, /* with ours 8 processes, of 384 on 2 cores */
        {13,   ROLE_WORKER,  24},
        {201,  ROLE_WORKER,  2 }, /* half of all at most */
        {1006, ROLE_WORKER,  2 },
        {5,    ROLE_SPINNER, 9 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        jobs_begin();
        jobs_add(JOBS, ENGINE_REAL, cases[i].actors, cases[i].role);
        struct parallel p = parallel_init(0, MOST, &two_cores);
        CU_ASSERT_EQUAL(parallel_begin(p, &jobs), cases[i].at_once);
    }
}

static void test_a_large_tree_is_waited_for_and_holds_back_the_others(void)
{
    jobs_begin();
    jobs_add(32, ENGINE_REAL, 5, ROLE_WORKER);
    jobs_add(1, ENGINE_REAL, 201, ROLE_WORKER);
    jobs_add(1, ENGINE_REAL, 1, ROLE_WORKER);
    struct parallel p = parallel_init(0, MOST, &two_cores);
    for (size_t i = 0; i < 32; i++)
        CU_ASSERT_EQUAL(parallel_take(&p, &jobs), i);
    for (size_t i = 0; i < 8; i++) {
        CU_ASSERT_EQUAL(parallel_take(&p, &jobs), SIZE_MAX);
        parallel_give(&p, &job[i]);
    }
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 32);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), SIZE_MAX);
    parallel_give(&p, &job[8]);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 33);
}

static void test_the_engines_do_not_wait_for_each_other(void)
{
    jobs_begin();
    for (size_t i = 0; i < JOBS / 2; i++) {
        jobs_add(1, ENGINE_REAL, 201, ROLE_WORKER);
        jobs_add(1, ENGINE_SIM, 201, ROLE_WORKER);
    }
    struct parallel p = parallel_init(0, MOST, &two_cores);
    CU_ASSERT_EQUAL(parallel_begin(p, &jobs), 4);
    for (size_t i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(parallel_take(&p, &jobs), i);
    /* Only simulated ones end. */
    for (size_t i = 1; i + 4 < JOBS; i += 2) {
        parallel_give(&p, &job[i]);
        CU_ASSERT_EQUAL(parallel_take(&p, &jobs), i + 4);
    }
}

static void test_limits_of_the_machine_are_kept(void)
{
    struct parallel_limits limits = two_cores;

    jobs_begin();
    jobs_add(JOBS, ENGINE_REAL, 5, ROLE_WORKER);
    limits.files = PARALLEL_FILES + 8;
    CU_ASSERT_EQUAL(parallel_begin(parallel_init(0, MOST, &limits), &jobs), 8);
    limits.files = 3;
    CU_ASSERT_EQUAL(parallel_begin(parallel_init(0, MOST, &limits), &jobs), 1);
    limits = two_cores;
    limits.processes = 100;
    CU_ASSERT_EQUAL(parallel_begin(parallel_init(0, MOST, &limits), &jobs), 6);
    /* One is always tried: it says itself what it lacks. */
    limits.processes = 1;
    CU_ASSERT_EQUAL(parallel_begin(parallel_init(0, MOST, &limits), &jobs), 1);
    limits.processes = 1000;
    jobs_begin();
    jobs_add(3, ENGINE_REAL, 300, ROLE_WORKER);
    CU_ASSERT_EQUAL(parallel_begin(parallel_init(0, MOST, &limits), &jobs), 1);
    CU_ASSERT_EQUAL(parallel_begin(parallel_init(0, MOST, &two_cores), &jobs), 2);
}

static void test_a_job_that_is_refused_is_the_next_again(void)
{
    jobs_begin();
    jobs_add(4, ENGINE_REAL, 5, ROLE_WORKER);
    struct parallel p = parallel_init(0, MOST, &two_cores);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 0);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 1);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 2);
    CU_ASSERT(parallel_refuse(&p, &jobs, 2));
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), SIZE_MAX);
    parallel_give(&p, &job[0]);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 2);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), SIZE_MAX);
    parallel_give(&p, &job[1]);
    parallel_give(&p, &job[2]);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 3);
    CU_ASSERT_FALSE(parallel_refuse(&p, &jobs, 3));
}

static void test_a_job_that_is_to_run_again_is_the_next(void)
{
    jobs_begin();
    jobs_add(3, ENGINE_REAL, 5, ROLE_WORKER);
    jobs_add(1, ENGINE_SIM, 5, ROLE_WORKER);
    struct parallel p = parallel_init(3, MOST, &two_cores);
    for (size_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(parallel_take(&p, &jobs), i);
        job[i].started = true;
    }
    parallel_give(&p, &job[0]);
    parallel_again(&p, &jobs, 0);
    CU_ASSERT_FALSE(job[0].started);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 0);
    job[0].started = true;
    /* The one that runs is not taken twice. */
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 2);
    job[2].started = true;
    parallel_give(&p, &job[2]);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 3);
    job[3].started = true;
    CU_ASSERT(parallel_done(&p, &jobs));
    /* A new round is of those that do not run. */
    parallel_give(&p, &job[0]);
    job[0].started = job[2].started = false;
    parallel_rewind(&p);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 0);
    job[0].started = true;
    CU_ASSERT_FALSE(parallel_done(&p, &jobs));
    parallel_give(&p, &job[1]);
    CU_ASSERT_EQUAL(parallel_take(&p, &jobs), 2);
    CU_ASSERT(parallel_done(&p, &jobs));
}

/* ---- The machine ---- */

static void file_make(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fputs(text, file);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static void test_the_least_limit_of_the_cgroups_above_counts(void)
{
    char top[] = "/tmp/parallel_test.XXXXXX";
    char command[64];

    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(top));
    CU_ASSERT_EQUAL_FATAL(chdir(top), 0);
    CU_ASSERT_EQUAL(mkdir("a", 0777), 0);
    CU_ASSERT_EQUAL(mkdir("a/b", 0777), 0);
    CU_ASSERT_EQUAL(machine_cgroup_least(top, "/a/b", "cpu.max"), UINT64_MAX);
    file_make("a/b/cpu.max", "max 100000\n");
    CU_ASSERT_EQUAL(machine_cgroup_least(top, "/a/b", "cpu.max"), UINT64_MAX);
    file_make("a/cpu.max", "150000 100000\n");
    CU_ASSERT_EQUAL(machine_cgroup_least(top, "/a/b", "cpu.max"), 2);
    CU_ASSERT_EQUAL(machine_cgroup_least(top, "/", "cpu.max"), UINT64_MAX);
    file_make("cpu.max", "100000 100000\n");
    CU_ASSERT_EQUAL(machine_cgroup_least(top, "/a/b", "cpu.max"), 1);
    CU_ASSERT_EQUAL(machine_cgroup_least(top, "/", "cpu.max"), 1);
    file_make("a/b/pids.max", "512\n");
    CU_ASSERT_EQUAL(machine_cgroup_least(top, "/a/b", "pids.max"), 512);
    (void)chdir("/");
    (void)snprintf(command, sizeof(command), "rm -rf %s", top);
    CU_ASSERT_EQUAL(system(command), 0); /* NOLINT(concurrency-mt-unsafe) */
}

static void test_there_is_a_core_and_room_for_a_file(void)
{
    CU_ASSERT(machine_cores() >= 1);
    CU_ASSERT(machine_cores() <= (size_t)sysconf(_SC_NPROCESSORS_CONF));
    CU_ASSERT(machine_processes() >= 1);
    CU_ASSERT(machine_files() >= 3);
}

int main(void)
{
    CU_pSuite suite = suite_open("parallel", NULL, NULL);

    CU_add_test(suite, "asked", test_what_is_asked_for_is_what_is_done);
    CU_add_test(suite, "weights", test_small_trees_are_many_and_large_ones_few);
    CU_add_test(suite, "large", test_a_large_tree_is_waited_for_and_holds_back_the_others);
    CU_add_test(suite, "engines", test_the_engines_do_not_wait_for_each_other);
    CU_add_test(suite, "limits", test_limits_of_the_machine_are_kept);
    CU_add_test(suite, "again", test_a_job_that_is_to_run_again_is_the_next);
    CU_add_test(suite, "refused", test_a_job_that_is_refused_is_the_next_again);
    CU_add_test(suite, "cgroups", test_the_least_limit_of_the_cgroups_above_counts);
    CU_add_test(suite, "machine", test_there_is_a_core_and_room_for_a_file);
    return suite_close();
}
