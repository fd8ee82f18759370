/* baton_test.c: one holder, known to everybody by its pid, and none once it is dead. */
#include "runtime/base/check.h"
#include "runtime/base/procfs.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/baton.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process that takes the lock, says so, and waits to be killed. */
static pid_t holder_start(int fd)
{
    int said[2];
    char byte = 0;

    CHECK(pipe(said) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        byte = baton_try(fd) == 0 ? 'y' : 'n';
        CHECK(write(said[1], &byte, 1) == 1);
        for (;;)
            pause();
    }
    CHECK(read(said[0], &byte, 1) == 1);
    CHECK(byte == 'y');
    close(said[0]);
    close(said[1]);
    return pid;
}

static void test_baton_has_one_holder_and_names_it(void)
{
    int fd = baton_make(NULL);

    CHECK(fd >= 0);
    CU_ASSERT_EQUAL(baton_peek(fd), 0);
    pid_t holder = holder_start(fd);
    CU_ASSERT_EQUAL(baton_peek(fd), holder);
    CU_ASSERT_EQUAL(baton_try(fd), holder);

    CHECK(kill(holder, SIGKILL) == 0);
    CHECK(waitpid(holder, NULL, 0) == holder);
    CU_ASSERT_EQUAL(baton_peek(fd), 0);
    CU_ASSERT_EQUAL(baton_try(fd), 0);
    baton_drop(fd);
    close(fd);
}

static void test_baton_is_free_as_soon_as_its_holder_is_dead_before_it_is_reaped(void)
{
    int fd = baton_make(NULL);
    siginfo_t info;
    uint64_t start = 0;

    CHECK(fd >= 0);
    pid_t holder = holder_start(fd);
    CHECK(procfs_start(holder, &start));
    CU_ASSERT_FALSE(procfs_dead(holder, start));
    CU_ASSERT_TRUE(procfs_dead(holder, start + 1)); /* the number, but another process */
    CHECK(kill(holder, SIGKILL) == 0);
    CHECK(waitid(P_PID, (id_t)holder, &info, WEXITED | WNOWAIT) == 0);
    CU_ASSERT_EQUAL(baton_peek(fd), 0);
    CU_ASSERT_TRUE(procfs_dead(holder, start));
    CHECK(waitpid(holder, NULL, 0) == holder);
    CU_ASSERT_TRUE(procfs_dead(holder, start));
    close(fd);
}

static void test_baton_can_be_dropped_and_taken_again(void)
{
    int fd = baton_make(NULL);

    CHECK(fd >= 0);
    CU_ASSERT_EQUAL(baton_try(fd), 0);
    CU_ASSERT_EQUAL(baton_try(fd), 0);
    baton_drop(fd);
    pid_t holder = holder_start(fd);
    CU_ASSERT_EQUAL(baton_try(fd), holder);
    CHECK(kill(holder, SIGKILL) == 0);
    CHECK(waitpid(holder, NULL, 0) == holder);
    close(fd);
}

struct contended {
    atomic_int inside;
    atomic_int wrong; /* got the lock while the other had it */
    atomic_int got;   /* by the child */
    atomic_bool over;
};

static bool contender_gets(int fd, struct contended *c)
{
    if (baton_try(fd) != 0)
        return false;
    if (atomic_fetch_add(&c->inside, 1) != 0)
        atomic_fetch_add(&c->wrong, 1);
    (void)sched_yield(); /* so that the other tries meanwhile */
    atomic_fetch_sub(&c->inside, 1);
    baton_drop(fd);
    return true;
}

/* Goal: one that is released between the look at it and the question whose it is was not got.
 * Method: two take it from each other as fast as they can. */
static void test_baton_is_nobodys_twice(void)
{
    enum { TURNS = 20000 };
    int fd = baton_make(NULL);

    CHECK(fd >= 0);
    struct contended *c =
        mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(c != MAP_FAILED);
    pid_t other = fork();
    CHECK(other >= 0);
    if (other == 0) {
        while (!atomic_load(&c->over))
            atomic_fetch_add(&c->got, contender_gets(fd, c));
        _exit(0);
    }
    int got = 0;
    for (int i = 0; i < TURNS || got == 0 || atomic_load(&c->got) == 0; i++)
        got += contender_gets(fd, c);
    atomic_store(&c->over, true);
    CHECK(waitpid(other, NULL, 0) == other);
    CU_ASSERT_EQUAL(atomic_load(&c->wrong), 0);
    CHECK(munmap(c, sizeof(*c)) == 0);
    close(fd);
}

static void test_baton_without_a_file_is_an_error_not_a_grant(void)
{
    CU_ASSERT_EQUAL(baton_try(-1), ERR_IO);
    CU_ASSERT_EQUAL(baton_peek(-1), ERR_IO);
}

int main(void)
{
    CU_pSuite suite = suite_open("baton", NULL, NULL);
    CU_ADD_TEST(suite, test_baton_has_one_holder_and_names_it);
    CU_ADD_TEST(suite, test_baton_is_free_as_soon_as_its_holder_is_dead_before_it_is_reaped);
    CU_ADD_TEST(suite, test_baton_can_be_dropped_and_taken_again);
    CU_ADD_TEST(suite, test_baton_is_nobodys_twice);
    CU_ADD_TEST(suite, test_baton_without_a_file_is_an_error_not_a_grant);
    return suite_close();
}
