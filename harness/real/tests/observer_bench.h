/* observer_bench.h: a world whose guard is the test, and whose command is whoever is below it. */
#ifndef HARNESS_REAL_TESTS_OBSERVER_BENCH_H
#define HARNESS_REAL_TESTS_OBSERVER_BENCH_H

#include "harness/real/observer.h"
#include "harness/real/subject.h"
#include "harness/real/tests/children.h"
#include "harness/real/tests/told_bench.h"

#define MS INT64_C(1000000)

static struct observer watch;
static unsigned listed;

static inline void list_counted(struct real_world *r, struct buf *out)
{
    (void)r;
    listed++;
    buf_add_text(out, "listed");
}

/* A command whose root is a member of the cast, and nobody else. */
static inline void watch_begin(struct bench *b)
{
    static struct real_subject subject;

    bench_open(b);
    bench_guard(b);
    subject = subject_command;
    subject.list = list_counted;
    listed = 0;
    b->r->guard.pid = getpid();
    b->r->pids = epoll_create1(EPOLL_CLOEXEC);
    CHECK(b->r->pids >= 0);
    b->r->subject = &subject;
    b->r->asked_ns = INT64_MAX / 4; /* a machine that stands still for a while is no event */
    b->cast->count = 1;
    b->r->process[ROOT].pid = NOBODYS_PID;
    for (uint16_t i = LEAF; i < ACTORS; i++) {
        CHECK(close(b->r->process[i].orders) == 0);
        b->r->process[i] = b->nobody =
            (struct real_process){.pidfd = -1, .orders = -1, .status = -1};
    }
    b->r->process[NOBODY] = b->nobody;
    memset(&watch, 0, sizeof(watch));
}

static inline void watch_end(struct bench *b)
{
    b->r->guard.pid = NOBODYS_PID;
    bench_close(b);
}

/* A look that finds nobody, as the last one was. */
static inline void walk_all(struct bench *b)
{
    observer_settle(&watch, b->r);
    processes_look(b->r);
}

static inline void assert_member(const struct bench *b, uint16_t actor, pid_t pid, uint16_t parent)
{
    struct procfs_stat stat;
    struct who named = {.kind = WHO_PROCESS};

    CU_ASSERT_TRUE_FATAL(actor < b->cast->count);
    const struct who *who = &b->cast->who[actor];
    CHECK(procfs_stat(pid, &stat));
    who_name(&named, stat.name);
    CU_ASSERT_STRING_EQUAL(who->name, named.name);
    CU_ASSERT_EQUAL(who->kind, WHO_PROCESS);
    CU_ASSERT_EQUAL(who->parent, parent);
    CU_ASSERT_EQUAL(b->r->process[actor].pid, pid);
    CU_ASSERT_TRUE(b->r->process[actor].pidfd >= 0);
    CU_ASSERT_EQUAL(records(b, actor, POINT_PROC_SPAWNED), 1);
}

#endif
