/* observer_left_test.c: who lives on when the first process has ended, and what is said of it. */
#include "harness/real/tests/observer_bench.h"

enum { FIRST_MS = 100, LONG_MS = 60 * 1000 }; /* told of first at this age */

/* Whoever is left has this age by the looks before, and none is added by the next. */
static int64_t look_at_age(struct bench *b, int64_t age_ns)
{
    watch.left.age_ns = age_ns;
    watch.left.last_ns = 0;
    watch.next_look_ns = 0;
    return observer_left(&watch, b->r);
}

static void test_who_lives_on_is_told_at_ages_that_double(void)
{
    static const struct {
        int64_t told_ms, age_ns;
        bool tells;
    } rows[] = {
        {0,   FIRST_MS * MS,     false},
        {0,   FIRST_MS * MS + 1, true },
        {0,   900 * MS,          true },
        {150, 300 * MS,          false},
        {150, 300 * MS + 1,      true },
        {1,   2 * MS,            false},
        {1,   2 * MS + 1,        true },
    };
    struct bench b;
    pid_t pid = child_of(0);

    watch_begin(&b);
    b.r->phase = REAL_GRACE;
    b.r->ends = true;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int before = records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED);
        unsigned listed_before = listed;
        watch.told_ns = rows[i].told_ms * MS;
        (void)look_at_age(&b, rows[i].age_ns);
        CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), before + rows[i].tells);
        /* In words as well, but only the first time. */
        CU_ASSERT_EQUAL(listed - listed_before, rows[i].tells && rows[i].told_ms == 0);
        CU_ASSERT_EQUAL(watch.told_ns, rows[i].tells ? rows[i].age_ns : rows[i].told_ms * MS);
        if (rows[i].tells) {
            const struct trace_record *rec = record_last(&b);
            CU_ASSERT_EQUAL(rec->peer, 1); /* it has a name from here on */
            CU_ASSERT_EQUAL(rec->value, pid);
            CU_ASSERT_EQUAL(rec->extra, rows[i].age_ns / MS);
            CU_ASSERT_EQUAL(rec->request, 1);
        }
    }
    CU_ASSERT_EQUAL(b.cast->count, 2);
    assert_member(&b, 1, pid, ROOT);
    CU_ASSERT_STRING_EQUAL(buf_text(&b.world->end.processes), "listed");
    child_end(pid);
    watch_end(&b);
}

static void test_each_that_lives_on_is_told(void)
{
    struct bench b;
    pid_t first = child_of(0);
    pid_t second = child_of(0);
    pid_t dead = child_of(0);
    siginfo_t info;

    CHECK(kill(dead, SIGKILL) == 0 && waitid(P_PID, (id_t)dead, &info, WEXITED | WNOWAIT) == 0);
    watch_begin(&b);
    b.r->phase = REAL_GRACE;
    b.r->ends = true;
    (void)look_at_age(&b, FIRST_MS * MS + 1);
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_PROC_SURVIVED), 2);
    assert_member(&b, 1, first, ROOT);
    assert_member(&b, 2, second, ROOT);
    CU_ASSERT_EQUAL(listed, 1);
    child_end(first);
    child_end(second);
    child_end(dead);
    watch_end(&b);
}

/* Between two looks there are ten milliseconds and four times what the last one took. */
static void test_the_next_look_is_due_when_it_says(void)
{
    struct bench b;

    watch_begin(&b);
    b.r->phase = REAL_GRACE;
    b.r->ends = true;
    int64_t before_ns = loop_now_ns();
    int64_t next_ns = look_at_age(&b, 0);
    int64_t after_ns = loop_now_ns();
    CU_ASSERT_TRUE(next_ns >= before_ns + JOB_LEFT_LOOK_NS);
    CU_ASSERT_TRUE(next_ns <= after_ns + JOB_LEFT_LOOK_NS + 4 * (after_ns - before_ns));
    CU_ASSERT_EQUAL(watch.next_look_ns, next_ns);
    CU_ASSERT_TRUE(watch.left.last_ns >= before_ns && watch.left.last_ns <= after_ns);
    /* Before that nobody looks. */
    watch.next_look_ns = after_ns + LONG_MS * MS;
    watch.left.last_ns = 1;
    CU_ASSERT_EQUAL(observer_left(&watch, b.r), after_ns + LONG_MS * MS);
    CU_ASSERT_EQUAL(watch.left.last_ns, 1);
    watch_end(&b);
}

static void test_nobody_looks_while_a_step_waits(void)
{
    for (int i = 0; i < 7; i++) {
        struct bench b;
        watch_begin(&b);
        b.r->phase = i == 0 ? REAL_RUN : i == 1 ? REAL_KILLED : REAL_GRACE;
        b.r->ends = i != 2;
        b.r->spare.holds = i == 3;
        b.r->stopping = i == 4;
        if (i == 5) {
            guard_link_hang_up(&b.r->guard);
            CU_ASSERT_EQUAL(b.r->guard.fd, -1);
        }
        CU_ASSERT_EQUAL(look_at_age(&b, 0) != 0, i == 6);
        CU_ASSERT_EQUAL(watch.left.last_ns != 0, i == 6);
        watch_end(&b);
    }
}

/* A guard that is not there has nobody. */
static void test_a_look_that_fails_finds_nobody(void)
{
    struct bench b;

    watch_begin(&b);
    b.r->phase = REAL_GRACE;
    b.r->ends = true;
    b.r->guard.pid = NOBODYS_PID;
    CU_ASSERT_TRUE(look_at_age(&b, 0) != 0);
    CU_ASSERT_EQUAL(b.cast->count, 1);
    watch_end(&b);
}

static void test_the_list_is_of_those_below_the_guard(void)
{
    struct bench b;
    struct buf lines = BUF_INIT;
    pid_t pid = child_of(0);

    watch_begin(&b);
    bench_terminal(&b);
    b.r->process[ROOT].pid = pid;
    pid_t at_terminal = child_of(0);
    observer_list(&watch, b.r, &lines);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&lines), "the program itself"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&lines), "its parent has ended"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&lines), "holds the terminal open"));
    buf_release(&lines);
    child_end(at_terminal);
    terminal_finish(b.r);
    observer_list(&watch, b.r, &lines);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&lines), "the program itself"));
    buf_release(&lines);
    guard_link_hang_up(&b.r->guard);
    observer_list(&watch, b.r, &lines);
    CU_ASSERT_EQUAL(lines.size, 0);
    child_end(pid);
    watch_end(&b);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"ages",        test_who_lives_on_is_told_at_ages_that_double},
        {"each",        test_each_that_lives_on_is_told              },
        {"next",        test_the_next_look_is_due_when_it_says       },
        {"not looked",  test_nobody_looks_while_a_step_waits         },
        {"no children", test_a_look_that_fails_finds_nobody          },
        {"list",        test_the_list_is_of_those_below_the_guard    },
        CU_TEST_INFO_NULL,
    };

    return suite_run("observer_left", tests);
}
