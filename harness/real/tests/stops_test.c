/* stops_test.c: who of a command is stopped becomes a record, and who goes on; on children of this
 * test, which stands for the guard. */
#include "harness/real/stops.h"
#include "harness/real/subject.h"
#include "harness/real/tests/children.h"
#include "harness/real/tests/told_bench.h"

static struct stops stops;

/* A command whose root is a member of the cast, and nobody else. */
static void stops_begin(struct bench *b)
{
    bench_open(b);
    bench_guard(b);
    b->r->guard.pid = getpid();
    b->r->pids = epoll_create1(EPOLL_CLOEXEC);
    CHECK(b->r->pids >= 0);
    b->r->subject = &subject_command;
    b->cast->count = 1;
    b->r->process[ROOT].pid = NOBODYS_PID;
    for (uint16_t i = LEAF; i < ACTORS; i++) {
        CHECK(close(b->r->process[i].orders) == 0);
        b->r->process[i] = b->nobody =
            (struct real_process){.pidfd = -1, .orders = -1, .status = -1};
    }
    b->r->process[NOBODY] = b->nobody;
    stops = (struct stops){.look = 0};
}

static void stops_end(struct bench *b)
{
    b->r->guard.pid = NOBODYS_PID;
    bench_close(b);
}

/* A look at that one alone, as it is now, or in the state that is given. */
static void look_at(struct bench *b, pid_t pid, char state)
{
    struct procfs_stat stat;

    stops_look_begin(&stops);
    CHECK(procfs_stat(pid, &stat));
    if (state != 0)
        stat.state = state;
    stops_see(&stops, b->r, pid, &stat);
    stops_look_end(&stops, b->r);
}

/* From here on it is one of the cast. */
static uint16_t member(struct bench *b, pid_t pid)
{
    const struct who who = {.name = "one", .parent = ACTOR_ROOT, .kind = WHO_PROCESS};
    uint16_t actor = cast_add(b->cast, &who);

    process_register(b->r, actor, pid, pidfd_of(pid));
    return actor;
}

static void test_who_stays_stopped_is_told_once_and_when_it_goes_on(void)
{
    struct bench b;
    pid_t pid = child_of(0);

    stops_begin(&b);
    CU_ASSERT_EQUAL_FATAL(member(&b, pid), 1);
    look_at(&b, pid, 0);
    child_stop(pid);
    look_at(&b, pid, 0);
    CU_ASSERT_EQUAL(records(&b, 1, POINT_PROC_STOPPED), 0);
    look_at(&b, pid, 0);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_PROC_STOPPED);
    CU_ASSERT_EQUAL(record_last(&b)->actor, 1);
    CU_ASSERT_EQUAL(record_last(&b)->value, SIGSTOP);
    CU_ASSERT_EQUAL(b.r->process[1].state, PROCESS_STOPPED);
    look_at(&b, pid, 0);
    CU_ASSERT_EQUAL(records(&b, 1, POINT_PROC_STOPPED), 1);
    siginfo_t info;
    CHECK(kill(pid, SIGCONT) == 0 && waitid(P_PID, (id_t)pid, &info, WCONTINUED) == 0);
    look_at(&b, pid, 0);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_PROC_CONTINUED);
    CU_ASSERT_EQUAL(b.r->process[1].state, PROCESS_LIVE);
    CU_ASSERT_EQUAL(stops.count, 0);
    child_end(pid);
    stops_end(&b);
}

/* One look that does not find it begins anew; one that a debugger holds is not stopped; the root is
 * the guard's to tell of. */
static void test_who_is_not_told(void)
{
    struct bench b;
    pid_t pid = child_of(0);

    stops_begin(&b);
    (void)member(&b, pid);
    for (int i = 0; i < 4; i++)
        look_at(&b, pid, i % 2 == 0 ? 'T' : 'S');
    for (int i = 0; i < 2; i++)
        look_at(&b, pid, 't');
    b.r->process[ROOT].pid = pid;
    for (int i = 0; i < 2; i++)
        look_at(&b, pid, 'T');
    CU_ASSERT_EQUAL(records(&b, 1, POINT_PROC_STOPPED), 0);
    CU_ASSERT_EQUAL(stops.count, 0);
    child_end(pid);
    stops_end(&b);
}

/* Of more than there is room for, the rest is found by a later look. */
static void test_of_very_many_the_rest_comes_later(void)
{
    const struct procfs_stat stat = {.start = 1, .parent = NOBODYS_PID, .state = 'T'};
    struct bench b;

    stops_begin(&b);
    stops_look_begin(&stops);
    for (pid_t pid = 0; pid <= STOPS_MAX; pid++)
        stops_see(&stops, b.r, NOBODYS_PID - 1 - pid, &stat);
    CU_ASSERT_EQUAL(stops.count, STOPS_MAX);
    /* They are nobody by now. */
    stops_look_end(&stops, b.r);
    stops_look_begin(&stops);
    stops_see(&stops, b.r, NOBODYS_PID - 1, &stat);
    stops_look_end(&stops, b.r);
    CU_ASSERT_EQUAL(stops.count, 1);
    stops_end(&b);
}

int main(void)
{
    CU_pSuite suite = suite_open("stops", NULL, NULL);
    CU_add_test(suite, "told once", test_who_stays_stopped_is_told_once_and_when_it_goes_on);
    CU_add_test(suite, "not told", test_who_is_not_told);
    CU_add_test(suite, "many", test_of_very_many_the_rest_comes_later);
    return suite_close();
}
