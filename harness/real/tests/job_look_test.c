/* job_look_test.c: one look at processes, on children of this test, which stands for the guard. */
#include "harness/real/job_list.h"
#include "harness/real/job_look.h"
#include "harness/real/real.h"
#include "harness/real/tests/children.h"
#include "harness/real/tests/told_bench.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static pid_t anchor; /* 0: there is none */

enum { LISTS = 100 };

static struct job_look look_at(pid_t group, int signal)
{
    const struct job_question question = {
        .guard = getpid(), .anchor = anchor, .group = group, .signal = signal};
    struct job_look look;
    struct diag diag;

    CU_ASSERT_EQUAL(job_look(&question, &look, &diag), 0);
    return look;
}

/* The first look that finds all asleep: who has just been started may be on its way there. */
static struct job_look rest_at(pid_t group, int signal)
{
    int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * INT64_C(1000000);
    struct job_look look = look_at(group, signal);

    while (!look.all.rest && loop_now_ns() < end_ns)
        look = look_at(group, signal);
    CU_ASSERT_TRUE(look.all.rest);
    return look;
}

static void test_all_below_are_counted_and_a_group_of_them(void)
{
    pid_t alone = child_of(OWN_GROUP);
    pid_t pair = child_of(OWN_GROUP | HAS_CHILD);
    struct job_look look = rest_at(pair, 0);

    CU_ASSERT_EQUAL(look.all.count, 3);
    CU_ASSERT_EQUAL(look.group.count, 2);
    CU_ASSERT_TRUE(look.group.rest);
    look = rest_at(alone, 0);
    CU_ASSERT_EQUAL(look.group.count, 1);
    look = rest_at(0, 0);
    CU_ASSERT_EQUAL(look.all.count, 3);
    CU_ASSERT_EQUAL(look.group.count, 0);
    CU_ASSERT_FALSE(look.caught);
    /* A zombie is nobody. */
    siginfo_t info;
    CHECK(kill(alone, SIGKILL) == 0 && waitid(P_PID, (id_t)alone, &info, WEXITED | WNOWAIT) == 0);
    look = rest_at(alone, 0);
    CU_ASSERT_EQUAL(look.all.count, 2);
    CU_ASSERT_EQUAL(look.group.count, 0);
    child_end(alone);
    CHECK(kill(-pair, SIGKILL) == 0);
    child_end(pair);
}

/* The anchor is nobody of the command; its children are. */
static void test_the_anchor_is_nobody_of_the_command(void)
{
    anchor = child_of(OWN_GROUP);
    struct job_look look = rest_at(anchor, SIGUSR1);

    CU_ASSERT_EQUAL(look.all.count, 0);
    CU_ASSERT_EQUAL(look.group.count, 0);
    child_end(anchor);
    anchor = child_of(OWN_GROUP | HAS_CHILD);
    look = rest_at(anchor, 0);
    CU_ASSERT_EQUAL(look.all.count, 1);
    CU_ASSERT_EQUAL(look.group.count, 1);
    CHECK(kill(-anchor, SIGKILL) == 0);
    child_end(anchor);
    anchor = 0;
}

static void test_two_looks_at_who_rests_are_alike_and_others_are_not(void)
{
    pid_t pid = child_of(OWN_GROUP | CATCHES);
    struct job_look first = rest_at(pid, 0);
    struct job_look second = look_at(pid, 0);

    CU_ASSERT_EQUAL(first.all.digest, second.all.digest);
    CU_ASSERT_EQUAL(first.group.digest, second.group.digest);
    CU_ASSERT_NOT_EQUAL(look_at(0, 0).group.digest, first.group.digest);
    CU_ASSERT_NOT_EQUAL(look_at(1, 0).group.digest, look_at(0, 0).group.digest);
    /* It has run meanwhile, and sleeps again. */
    CHECK(kill(pid, SIGUSR1) == 0);
    second = rest_at(pid, 0);
    for (int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * INT64_C(1000000);
         second.all.digest == first.all.digest && loop_now_ns() < end_ns;)
        second = rest_at(pid, 0);
    CU_ASSERT_NOT_EQUAL(first.all.digest, second.all.digest);
    CU_ASSERT_NOT_EQUAL(first.group.digest, second.group.digest);
    /* One that is stopped rests. */
    child_stop(pid);
    struct job_look third = look_at(pid, 0);
    CU_ASSERT(third.all.rest && third.group.rest);
    CU_ASSERT_NOT_EQUAL(third.all.digest, second.all.digest);
    child_end(pid);
}

static void test_how_a_group_meets_a_signal(void)
{
    static const struct {
        unsigned traits, more; /* more: of a second one in the group; 0: none */
        bool send, caught, pending;
    } rows[] = {
        {0,                0,       false, false, false},
        {CATCHES,          0,       false, true,  false},
        {CATCHES | BLOCKS, 0,       false, false, false},
        {CATCHES | BLOCKS, 0,       true,  false, true },
        {CATCHES,          CATCHES, false, true,  false},
        {CATCHES,          BLOCKS,  false, false, false},
        {BLOCKS,           CATCHES, true,  false, true },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pid_t pid = child_of(OWN_GROUP | rows[i].traits);
        pid_t more = rows[i].more != 0 ? child_of(rows[i].more) : 0;
        CHECK(more == 0 || setpgid(more, pid) == 0);
        if (rows[i].send)
            CHECK(kill(pid, SIGUSR1) == 0);
        struct job_look look = rest_at(pid, SIGUSR1);
        CU_ASSERT_EQUAL(look.caught, rows[i].caught);
        CU_ASSERT_EQUAL(look.pending, rows[i].pending);
        /* Of others nobody asks. */
        CU_ASSERT_FALSE(look_at(getpgrp(), SIGUSR1).pending);
        struct job_look other = look_at(pid, SIGUSR2);
        CU_ASSERT(!other.caught && !other.pending);
        CU_ASSERT_EQUAL(other.met == look.met, rows[i].traits == 0);
        /* No signal: nothing is said of it. */
        struct job_look none = look_at(pid, 0);
        CU_ASSERT(none.caught && !none.pending);
        CU_ASSERT_EQUAL(none.met, look_at(0, SIGUSR1).met);
        child_end(pid);
        if (more != 0)
            child_end(more);
    }
}

/* The process is part of how it is met: another one has not met it yet. */
static void test_who_meets_it_is_part_of_how(void)
{
    pid_t first = child_of(OWN_GROUP);
    pid_t second = child_of(OWN_GROUP);

    CU_ASSERT_NOT_EQUAL(look_at(first, SIGUSR1).met, look_at(second, SIGUSR1).met);
    CU_ASSERT_EQUAL(look_at(first, SIGUSR1).met, look_at(first, SIGUSR1).met);
    child_end(first);
    child_end(second);
}

static void test_the_group_s_time_on_a_processor_is_told(void)
{
    pid_t pid = child_of(OWN_GROUP | HAS_BURNT);
    pid_t other = child_of(OWN_GROUP);
    struct procfs_stat stat;

    struct job_look look = rest_at(pid, 0);
    CHECK(procfs_stat(pid, &stat) && stat.ticks > 0);
    CU_ASSERT_EQUAL(look.group.cpu_ns,
                    stat.ticks * UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK));
    CHECK(procfs_stat(other, &stat));
    CU_ASSERT_EQUAL(look_at(other, 0).group.cpu_ns,
                    stat.ticks * UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK));
    CHECK(setpgid(other, pid) < 0 || look_at(pid, 0).group.cpu_ns >= look.group.cpu_ns);
    child_end(pid);
    child_end(other);
}

/* Of each of its threads, as the kernel tells it; of those beside it nobody asks. */
static void test_how_long_a_group_has_waited_for_a_processor_is_told(void)
{
    pid_t pair = child_of(OWN_GROUP | HAS_CHILD | HAS_BURNT);
    pid_t other = child_of(OWN_GROUP | HAS_BURNT);

    struct job_look look = rest_at(pair, 0);
    CU_ASSERT_EQUAL(look.group.queued_ns, pid_waited(pair) + pid_waited(child_below(pair)));
    CU_ASSERT_FALSE(look.group.disk);
    look = rest_at(other, 0);
    CU_ASSERT_EQUAL(look.group.queued_ns, pid_waited(other));
    CHECK(kill(-pair, SIGKILL) == 0);
    child_end(pair);
    child_end(other);
}

/* As if for a disk: one that has started a child as vfork() does waits like that until the child is
 * another program, or dead. */
static void test_who_waits_for_a_disk_is_told(void)
{
    pid_t rests = child_of(OWN_GROUP);
    pid_t waits = fork();

    CHECK(waits >= 0);
    if (waits == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        CHECK(setpgid(0, 0) == 0);
        if (syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0) == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (;;)
                (void)pause();
        }
        _exit(0);
    }
    struct job_look look = look_at(waits, 0);
    for (int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * INT64_C(1000000);
         !look.group.disk && loop_now_ns() < end_ns;)
        look = look_at(waits, 0);
    CU_ASSERT(look.group.disk && !look.group.rest && look.all.disk);
    CU_ASSERT_FALSE(look_at(rests, 0).group.disk);
    CHECK(kill(-waits, SIGKILL) == 0);
    child_end(waits);
    child_end(rests);
}

/* Spins until it is stopped, and so is never at rest before. */
static void test_who_runs_is_named(void)
{
    pid_t rests = child_of(OWN_GROUP);
    pid_t spins = fork();

    CHECK(spins >= 0);
    if (spins == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)prctl(PR_SET_NAME, "spinner");
        for (volatile bool on = true; on;) {
        }
    }
    struct job_look look = look_at(rests, 0);
    for (int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * INT64_C(1000000);
         strcmp(look.all.busy.name, "spinner") != 0 && loop_now_ns() < end_ns;)
        look = look_at(rests, 0);
    CU_ASSERT_FALSE(look.all.rest);
    CU_ASSERT_EQUAL(look.all.busy.pid, spins);
    CU_ASSERT_STRING_EQUAL(look.all.busy.name, "spinner");
    CU_ASSERT_TRUE(look.group.rest); /* it is none of these */
    look = look_at(getpgrp(), 0);
    CU_ASSERT_FALSE(look.group.rest);
    CU_ASSERT_EQUAL(look.group.busy.pid, spins);
    child_stop(spins);
    CU_ASSERT_TRUE(look_at(0, 0).all.rest);
    child_end(spins);
    child_end(rests);
}

/* By the name that a terminal has for whoever it is the own one of. */
static void test_a_terminal_is_open_by_either_name(void)
{
    struct bench b;
    struct procfs_stat stat;
    struct stat device;
    int up[2];
    char byte;

    bench_open(&b);
    bench_terminal(&b);
    CHECK(fstat(b.slave, &device) == 0 && pipe(up) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        CHECK(setsid() > 0 && ioctl(b.slave, TIOCSCTTY, 0) == 0);
        int own = open("/dev/tty", O_RDWR);
        CHECK(own >= 0);
        for (int fd = 0; fd < 1024; fd++) {
            if (fd != own)
                (void)close(fd);
        }
        for (;;)
            (void)pause();
    }
    CHECK(close(up[1]) == 0 && read(up[0], &byte, 1) == 0 && close(up[0]) == 0);
    CHECK(procfs_stat(pid, &stat));
    CU_ASSERT_TRUE(job_has_open(pid, &stat, device.st_rdev, false));
    CU_ASSERT_FALSE(job_has_open(pid, &stat, device.st_rdev + 1, false));
    CU_ASSERT_FALSE(job_has_open(pid, &stat, 0, false));
    child_end(pid);
    bench_close(&b);
}

/* To tell what has stopped it, it is taken hold of, and let go. */
static void test_one_that_is_stopped_is_that_at_each_look(void)
{
    pid_t pid = child_of(OWN_GROUP);
    const struct job_list list = {.guard = getpid(), .root = pid};
    unsigned told = 0;

    child_stop(pid);
    for (unsigned i = 0; i < LISTS; i++) {
        struct buf out = BUF_INIT;
        struct diag diag;
        CU_ASSERT_EQUAL(job_list(&list, &out, &diag), 0);
        told += strstr(buf_text(&out), "  stopped by SIGSTOP, the program itself, ") != NULL;
        buf_release(&out);
    }
    CU_ASSERT_EQUAL(told, LISTS);
    child_end(pid);
}

static void test_a_kernel_that_lists_no_children_is_said_to(void)
{
    struct job_question question = {.guard = child_of(0)};
    struct job_look look;
    struct diag diag;

    CU_ASSERT_EQUAL(job_look(&question, &look, &diag), 0); /* which has none */
    CU_ASSERT_EQUAL(look.all.count, 0);
    child_end(question.guard);
    question.guard = NOBODYS_PID;
    CU_ASSERT_EQUAL(job_look(&question, &look, &diag), ERR_UNSUPPORTED);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "CONFIG_PROC_CHILDREN"));
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"count",   test_all_below_are_counted_and_a_group_of_them          },
        {"anchor",  test_the_anchor_is_nobody_of_the_command                },
        {"digest",  test_two_looks_at_who_rests_are_alike_and_others_are_not},
        {"signal",  test_how_a_group_meets_a_signal                         },
        {"who",     test_who_meets_it_is_part_of_how                        },
        {"time",    test_the_group_s_time_on_a_processor_is_told            },
        {"queued",  test_how_long_a_group_has_waited_for_a_processor_is_told},
        {"disk",    test_who_waits_for_a_disk_is_told                       },
        {"busy",    test_who_runs_is_named                                  },
        {"by name", test_a_terminal_is_open_by_either_name                  },
        {"stopped", test_one_that_is_stopped_is_that_at_each_look           },
        {"no list", test_a_kernel_that_lists_no_children_is_said_to         },
        CU_TEST_INFO_NULL,
    };

    return suite_run("job_look", tests);
}
