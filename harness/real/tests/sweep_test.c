/* sweep_test.c: who is below a process, who can still fork, and that a signal reaches the one that
 * was looked at. */
#include "harness/real/guard_sweep.h"
#include "harness/real/tests/real_test.h"
#include "runtime/base/check.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/procfs.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- Tables ---- */

static void test_what_is_below_is_found_whatever_the_numbers(void)
{
    /* 50 is asked about; a number says nothing about who is whose child. */
    struct sweep_process all[] = {
        {.pid = 90, .parent = 20},
        {.pid = 20, .parent = 70},
        {.pid = 70, .parent = 50},
        {.pid = 50, .parent = 2 },
        {.pid = 2,  .parent = 0 },
        {.pid = 1,  .parent = 90}, /* the lowest number */
        {.pid = 51, .parent = 50},
        {.pid = 49, .parent = 2 },
        {.pid = 30, .parent = 31},
        {.pid = 31, .parent = 30},
        {.pid = 60, .parent = 59}, /* whose parent ended meanwhile */
        {.pid = 10, .parent = 90},
    };
    const size_t count = sizeof(all) / sizeof(all[0]);
    static const pid_t below[] = {1, 10, 20, 51, 70, 90};

    sweep_mark(all, count, 50);
    for (size_t i = 0; i < count; i++) {
        bool wanted = false;
        for (size_t k = 0; k < sizeof(below) / sizeof(below[0]); k++)
            wanted = wanted || below[k] == all[i].pid;
        CU_ASSERT_EQUAL(all[i].below, wanted);
        CU_ASSERT(i == 0 || all[i - 1].pid < all[i].pid);
    }
    sweep_mark(all, 0, 50);
}

static void test_only_what_runs_or_may_run_is_not_still(void)
{
    static const char states[] = "RSDZTtXxI";
    static const char still[] = "DZTtXx";

    for (const char *state = states; *state != 0; state++) {
        const struct sweep_process p = {.state = *state};
        CU_ASSERT_EQUAL(sweep_is_still(&p), strchr(still, *state) != NULL);
    }
}

/* ---- Processes ---- */

/* A child that has a child; both have an odd name and wait. */
struct family {
    pid_t child;
    pid_t below;
    pid_t dead; /* another child, a zombie */
};

static void wait_for_ever(void)
{
    (void)prctl(PR_SET_NAME, "a) b (c");
    for (;;)
        (void)pause();
}

static void family_start(struct family *f)
{
    int said[2];
    siginfo_t info;

    CHECK(pipe(said) == 0);
    f->child = fork();
    CHECK(f->child >= 0);
    if (f->child == 0) {
        pid_t below = fork();
        if (below == 0)
            wait_for_ever();
        CHECK(write(said[1], &below, sizeof(below)) == (ssize_t)sizeof(below));
        wait_for_ever();
    }
    CHECK(read(said[0], &f->below, sizeof(f->below)) == (ssize_t)sizeof(f->below));
    CHECK(close(said[0]) == 0 && close(said[1]) == 0);
    f->dead = fork();
    CHECK(f->dead >= 0);
    if (f->dead == 0)
        _exit(0);
    CHECK(waitid(P_PID, (id_t)f->dead, &info, WEXITED | WNOWAIT) == 0);
}

static void family_end(const struct family *f)
{
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    (void)kill(f->child, SIGKILL);
    CHECK(waitpid(f->child, NULL, 0) == f->child);
    (void)kill(f->below, SIGKILL);
    CHECK(waitpid(f->below, NULL, 0) == f->below);
    CHECK(waitpid(f->dead, NULL, 0) == f->dead);
}

static char state_of(pid_t pid)
{
    struct procfs_stat stat = {.state = '-'};

    (void)procfs_stat(pid, &stat);
    return stat.state;
}

static struct family seen;
static unsigned seen_count;

static void note(pid_t pid, void *user)
{
    const struct family *f = user;

    seen_count++;
    seen.child = pid == f->child ? pid : seen.child;
    seen.below = pid == f->below ? pid : seen.below;
    seen.dead = pid == f->dead ? pid : seen.dead;
}

static void test_all_that_live_below_are_found_but_who_is_spared(void)
{
    struct family f;

    family_start(&f);
    for (int spared = 0; spared < 2; spared++) {
        seen = (struct family){0};
        seen_count = 0;
        sweep_each(getpid(), spared ? f.child : 0, note, &f);
        CU_ASSERT_EQUAL(seen_count, spared ? 1 : 2);
        CU_ASSERT_EQUAL(seen.child, spared ? 0 : f.child);
        CU_ASSERT_EQUAL(seen.below, f.below); /* what is below who is spared is not */
        CU_ASSERT_EQUAL(seen.dead, 0);
    }
    family_end(&f);
}

static void test_all_below_are_stopped_when_that_is_said(void)
{
    struct family f;

    family_start(&f);
    CU_ASSERT_EQUAL(sweep_stop(getpid(), 0, 0), -1);
    CU_ASSERT_NOT_EQUAL(state_of(f.child), 'T');     /* asleep, or on its way there */
    CU_ASSERT_EQUAL(sweep_stop(getpid(), 0, 1), -1); /* told, and not seen to be stopped yet */
    CU_ASSERT_EQUAL(sweep_stop(getpid(), 0, SWEEP_ROUNDS_MAX), 0);
    CU_ASSERT_EQUAL(state_of(f.child), 'T');
    CU_ASSERT_EQUAL(state_of(f.below), 'T');
    CU_ASSERT_EQUAL(sweep_stop(getpid(), 0, 1), 0);
    family_end(&f);
}

static void test_who_is_spared_is_not_stopped(void)
{
    struct family f;

    family_start(&f);
    CU_ASSERT_EQUAL(sweep_stop(getpid(), f.child, SWEEP_ROUNDS_MAX), 0);
    CU_ASSERT_NOT_EQUAL(state_of(f.child), 'T'); /* asleep, or on its way there */
    CU_ASSERT_EQUAL(state_of(f.below), 'T');
    family_end(&f);
}

static void test_a_signal_reaches_all_that_live_below_and_is_counted(void)
{
    struct family f;

    family_start(&f);
    CU_ASSERT_EQUAL(sweep_signal(getpid(), 0, SIGCONT), 2);
    CU_ASSERT_EQUAL(sweep_signal(getpid(), f.child, SIGCONT), 1);
    CU_ASSERT_EQUAL(sweep_signal(f.child, 0, SIGCONT), 1);
    CU_ASSERT_EQUAL(sweep_signal(f.below, 0, SIGCONT), 0);
    int pidfd = pidfd_of(f.below);
    CU_ASSERT_EQUAL(sweep_signal(f.child, 0, SIGKILL), 1);
    CU_ASSERT(fd_await(pidfd, "death"));
    CHECK(close(pidfd) == 0);
    family_end(&f);
}

/* Where no more files can be opened, there is no /proc either: nothing is said to be done. */
static void test_a_sweep_that_cannot_look_says_so(void)
{
    struct rlimit limit, none;
    struct family f;

    family_start(&f);
    seen_count = 0;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    none = limit;
    none.rlim_cur = 0;
    CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
    int sent = sweep_signal(getpid(), 0, SIGCONT);
    int stopped = sweep_stop(getpid(), 0, 3);
    sweep_each(getpid(), 0, note, &f);
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CU_ASSERT_EQUAL(sent, -1);
    CU_ASSERT_EQUAL(stopped, -1);
    CU_ASSERT_EQUAL(seen_count, 0);
    CU_ASSERT_NOT_EQUAL(state_of(f.child), 'T');
    family_end(&f);
}

/* A number that was given to another process since is not signalled. */
static void test_a_signal_is_for_the_process_that_was_looked_at(void)
{
    struct procfs_stat stat;
    struct family f;

    family_start(&f);
    CHECK(procfs_stat(f.child, &stat));
    struct sweep_process p = {.pid = f.child, .start = stat.start + 1};
    int before = dup(0);
    CHECK(close(before) == 0);
    CU_ASSERT_FALSE(sweep_send(&p, SIGKILL));
    CU_ASSERT_NOT_EQUAL(state_of(f.child), 'T'); /* asleep, or on its way there */
    p.start = stat.start;
    CU_ASSERT_TRUE(sweep_send(&p, SIGKILL));
    siginfo_t info;
    CHECK(waitid(P_PID, (id_t)f.child, &info, WEXITED | WNOWAIT) == 0);
    CU_ASSERT_EQUAL(info.si_status, SIGKILL);
    family_end(&f);
    CU_ASSERT_FALSE(sweep_send(&p, SIGKILL));
    int after = dup(0);
    CU_ASSERT_EQUAL(after, before); /* nothing stays open */
    CHECK(close(after) == 0);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"below",   test_what_is_below_is_found_whatever_the_numbers        },
        {"still",   test_only_what_runs_or_may_run_is_not_still             },
        {"each",    test_all_that_live_below_are_found_but_who_is_spared    },
        {"stop",    test_all_below_are_stopped_when_that_is_said            },
        {"spared",  test_who_is_spared_is_not_stopped                       },
        {"signal",  test_a_signal_reaches_all_that_live_below_and_is_counted},
        {"no look", test_a_sweep_that_cannot_look_says_so                   },
        {"the one", test_a_signal_is_for_the_process_that_was_looked_at     },
        CU_TEST_INFO_NULL,
    };

    return suite_run("sweep", tests);
}
