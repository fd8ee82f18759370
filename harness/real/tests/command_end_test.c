/* command_end_test.c: what is noted of a command's end, on children of this test, which stands for
 * the guard: whose process group was in front, and who still has the terminal open. */
#include "harness/real/command_end.h"
#include "harness/real/subject.h"
#include "harness/real/tests/children.h"
#include "harness/real/tests/told_bench.h"

/* A command whose root is a member of the cast, and nobody else. */
static void end_begin(struct bench *b)
{
    bench_open(b);
    bench_guard(b);
    b->r->guard.pid = getpid();
    b->r->pids = epoll_create1(EPOLL_CLOEXEC);
    CHECK(b->r->pids >= 0);
    b->r->subject = &subject_command;
    b->cast->count = 1;
    for (uint16_t i = LEAF; i < ACTORS; i++) {
        CHECK(close(b->r->process[i].orders) == 0);
        b->r->process[i] = b->nobody =
            (struct real_process){.pidfd = -1, .orders = -1, .status = -1};
    }
    b->r->process[NOBODY] = b->nobody;
}

static void end_over(struct bench *b)
{
    b->r->guard.pid = NOBODYS_PID;
    bench_close(b);
}

/* From here on it is one of the cast. */
static uint16_t member(struct bench *b, pid_t pid)
{
    const struct who who = {.name = "one", .parent = ACTOR_ROOT, .kind = WHO_PROCESS};
    uint16_t actor = cast_add(b->cast, &who);

    process_register(b->r, actor, pid, pidfd_of(pid));
    return actor;
}

static pid_t in_front;

static void front_taken(struct real_world *r, pid_t front)
{
    CU_ASSERT_EQUAL(r->process[ROOT].state, PROCESS_REAPED);
    in_front = front;
}

static void test_the_subject_hears_who_was_in_front(void)
{
    const struct guard_report report = {.kind = GUARD_EXITED, .value = 17};
    struct bench b;

    bench_open(&b);
    bench_guard(&b);
    struct real_subject subject = *b.r->subject;
    subject.ended = front_taken;
    b.r->subject = &subject;
    CHECK(send(b.guard, &report, sizeof(report), 0) == (ssize_t)sizeof(report));
    guard_drain(b.r);
    CU_ASSERT_EQUAL(in_front, 17);
    bench_close(&b);
}

static void test_the_group_in_front_is_named_by_a_member(void)
{
    pid_t own = child_of(OWN_GROUP);
    pid_t other = child_of(OWN_GROUP);
    const struct {
        pid_t front;
        int64_t whose;
        uint16_t member;
    } cases[] = {
        {own,             FRONT_OWN,    ACTOR_NONE},
        {other,           FRONT_OTHER,  1         },
        {NOBODYS_PID - 1, FRONT_NOBODY, ACTOR_NONE},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bench b;
        end_begin(&b);
        b.r->process[ROOT].pid = own;
        CU_ASSERT_EQUAL(member(&b, other), 1);
        command_ended(b.r, cases[i].front);
        CU_ASSERT_EQUAL(record_last(&b)->point, POINT_TTY_FRONT);
        CU_ASSERT_EQUAL(record_last(&b)->actor, ACTOR_TERMINAL);
        CU_ASSERT_EQUAL(record_last(&b)->peer, cases[i].member);
        CU_ASSERT_EQUAL(record_last(&b)->value, cases[i].whose);
        size_t count = b.world->trace.count;
        command_ended(b.r, 0); /* nobody can tell */
        CU_ASSERT_EQUAL(b.world->trace.count, count);
        end_over(&b);
    }
    child_end(own);
    child_end(other);
}

static void test_who_has_the_terminal_is_noted(void)
{
    struct bench b;

    end_begin(&b);
    b.r->process[ROOT].pid = NOBODYS_PID;
    pid_t without = child_of(0);
    bench_terminal(&b);
    pid_t with = child_of(HAS_ZOMBIE);
    CU_ASSERT_EQUAL(member(&b, without), 1);
    CU_ASSERT_EQUAL(member(&b, with), 2);
    size_t from = b.world->trace.count;
    command_keeps(b.r);
    unsigned terminals = 0;
    for (size_t i = from; i < b.world->trace.count; i++) {
        const struct trace_record *rec = record_at(&b, i);
        CU_ASSERT_EQUAL(rec->point, POINT_PROC_KEEPS);
        CU_ASSERT_TRUE(rec->value != LEFT_TERMINAL || rec->peer == 2);
        terminals += rec->value == LEFT_TERMINAL;
    }
    CU_ASSERT_EQUAL(terminals, 1);
    child_end(without);
    child_end(with);
    end_over(&b);
}

int main(void)
{
    CU_pSuite suite = suite_open("command_end", NULL, NULL);
    CU_add_test(suite, "told", test_the_subject_hears_who_was_in_front);
    CU_add_test(suite, "in front", test_the_group_in_front_is_named_by_a_member);
    CU_add_test(suite, "keeps", test_who_has_the_terminal_is_noted);
    return suite_close();
}
