/* command_watch_test.c: what is known of a command's processes beside their own reports, on
 * children of this test, which stands for the guard. */
#include "harness/real/command_watch.h"
#include "harness/real/subject.h"
#include "harness/real/tests/children.h"
#include "harness/real/tests/told_bench.h"

#define MS INT64_C(1000000)

/* Told of first at this age, and a zombie that stays for so long is none that is being reaped. */
enum { FIRST_MS = 100, STAYS_MS = 250, LONG_MS = 60 * 1000 };

static struct command_watch watch;
static unsigned listed;

static void list_counted(struct real_world *r, struct buf *out)
{
    (void)r;
    listed++;
    buf_add_text(out, "listed");
}

/* A command whose root is a member of the cast, and nobody else. */
static void watch_begin(struct bench *b)
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
    b->cast->count = 1;
    b->r->process[ROOT].pid = NOBODYS_PID;
    for (uint16_t i = LEAF; i < ACTORS; i++) {
        CHECK(close(b->r->process[i].orders) == 0);
        b->r->process[i] = b->nobody =
            (struct real_process){.pidfd = -1, .orders = -1, .status = -1};
    }
    b->r->process[NOBODY] = b->nobody;
    watch = (struct command_watch){.look = 0};
}

static void watch_end(struct bench *b)
{
    b->r->guard.pid = NOBODYS_PID;
    bench_close(b);
}

/* A look that finds it dead, for as long as is said by now. */
static void seen_dead(struct bench *b, pid_t pid, pid_t parent, int64_t for_ms)
{
    const struct procfs_stat stat = {.start = (uint64_t)pid, .parent = parent, .state = 'Z'};
    size_t before = watch.zombies;

    watch_process(&watch, b->r, pid, &stat);
    if (watch.zombies > before)
        watch.zombie[before].since_ns -= for_ms * MS;
}

static void assert_member(const struct bench *b, uint16_t actor, pid_t pid, uint16_t parent)
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

/* Whoever joins comes with those above it, who stand before it. */
static void test_who_joins_brings_those_above(void)
{
    struct bench b;
    pid_t pid = child_of(OWN_GROUP | ODD_NAME | HAS_CHILD);
    pid_t below = child_below(pid);

    watch_begin(&b);
    watch_look_begin(&watch);
    seen_dead(&b, below, pid, LONG_MS);
    watch_zombies_join(&watch, b.r, false);
    CU_ASSERT_EQUAL(b.cast->count, 3);
    assert_member(&b, 1, pid, ROOT);
    assert_member(&b, 2, below, 1);
    CU_ASSERT_EQUAL(process_find(b.r, below), 2);
    /* Once. */
    watch_look_begin(&watch);
    seen_dead(&b, below, pid, LONG_MS);
    watch_zombies_join(&watch, b.r, false);
    CU_ASSERT_EQUAL(b.cast->count, 3);
    CU_ASSERT_EQUAL(watch.zombies, 1);
    CHECK(kill(-pid, SIGKILL) == 0);
    child_end(pid);
    watch_end(&b);
}

/* One that the cast has is above who is found below it. */
static void test_who_is_known_is_the_parent(void)
{
    struct bench b;
    pid_t pid = child_of(OWN_GROUP | HAS_CHILD);
    pid_t below = child_below(pid);

    watch_begin(&b);
    b.r->process[ROOT].pid = pid;
    watch_look_begin(&watch);
    seen_dead(&b, below, pid, LONG_MS);
    watch_zombies_join(&watch, b.r, false);
    CU_ASSERT_EQUAL(b.cast->count, 2);
    assert_member(&b, 1, below, ROOT);
    CHECK(kill(-pid, SIGKILL) == 0);
    child_end(pid);
    watch_end(&b);
}

/* Of whom no parent is known the root is above, at the top of the machine at the latest. */
static void test_the_first_process_of_all_is_nobodys_child(void)
{
    struct bench b;

    watch_begin(&b);
    b.cast->room = 2;
    b.r->guard.pid = getppid();
    watch_look_begin(&watch);
    seen_dead(&b, getpid(), NOBODYS_PID - 1, LONG_MS);
    watch_zombies_join(&watch, b.r, false);
    CU_ASSERT_EQUAL(b.cast->count, 2);
    assert_member(&b, 1, getpid(), ROOT);
    watch_end(&b);
    /* Without a guard above it: whoever starts everything has no place in the cast. */
    watch_begin(&b);
    b.r->guard.pid = NOBODYS_PID;
    watch_look_begin(&watch);
    seen_dead(&b, getpid(), NOBODYS_PID - 1, LONG_MS);
    watch_zombies_join(&watch, b.r, false);
    CU_ASSERT_EQUAL(process_find(b.r, 1), ACTOR_NONE);
    CU_ASSERT_TRUE(b.cast->count > 1);
    watch_end(&b);
}

static void test_where_there_is_no_room_nobody_joins(void)
{
    for (uint16_t room = 1; room <= 3; room++) {
        struct bench b;
        pid_t pid = child_of(OWN_GROUP | HAS_CHILD);
        pid_t below = child_below(pid);
        int before = procfs_unexpected(0);
        watch_begin(&b);
        b.cast->room = room;
        watch_look_begin(&watch);
        seen_dead(&b, below, pid, LONG_MS);
        watch_zombies_join(&watch, b.r, false);
        CU_ASSERT_EQUAL(b.cast->count, room);
        CU_ASSERT_EQUAL(process_find(b.r, below), room == 3 ? 2 : ACTOR_NONE);
        CHECK(kill(-pid, SIGKILL) == 0);
        child_end(pid);
        watch_end(&b);
        CU_ASSERT_EQUAL(procfs_unexpected(0), before); /* no descriptor stays behind */
    }
}

static void test_who_is_gone_does_not_join(void)
{
    struct bench b;

    watch_begin(&b);
    watch_look_begin(&watch);
    seen_dead(&b, NOBODYS_PID + 1, NOBODYS_PID, LONG_MS);
    watch_zombies_join(&watch, b.r, false);
    CU_ASSERT_EQUAL(b.cast->count, 1);
    watch_end(&b);
}

/* A line of more than a cast has levels is not walked to its end. */
static void test_who_stands_too_deep_does_not_join(void)
{
    struct bench b;
    pid_t line[TREE_DEPTH_MAX + 1];
    int up[2];

    (void)fflush(NULL);
    CHECK(pipe(up) == 0);
    pid_t top = fork();
    if (top == 0) {
        CHECK(setpgid(0, 0) == 0);
        for (unsigned i = 0; i <= TREE_DEPTH_MAX; i++) {
            pid_t self = getpid();
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            CHECK(write(up[1], &self, sizeof(self)) == (ssize_t)sizeof(self));
            if (i == TREE_DEPTH_MAX || fork() != 0)
                break;
        }
        for (;;)
            (void)pause();
    }
    for (unsigned i = 0; i <= TREE_DEPTH_MAX; i++)
        CHECK(read(up[0], &line[i], sizeof(line[i])) == (ssize_t)sizeof(line[i]));
    for (unsigned levels = TREE_DEPTH_MAX; levels <= TREE_DEPTH_MAX + 1; levels++) {
        watch_begin(&b);
        watch_look_begin(&watch);
        seen_dead(&b, line[levels - 1], line[levels - 2], LONG_MS);
        watch_zombies_join(&watch, b.r, false);
        /* There is room for four of them; of those too deep not even the first is looked up. */
        CU_ASSERT_EQUAL(b.cast->count, levels <= TREE_DEPTH_MAX ? b.cast->room : 1);
        watch_end(&b);
    }
    CHECK(kill(-top, SIGKILL) == 0 && close(up[0]) == 0 && close(up[1]) == 0);
    child_end(top);
}

static void test_a_zombie_joins_when_it_stays(void)
{
    static const struct {
        int64_t for_ms;
        bool rest, joins;
    } rows[] = {
        {-LONG_MS,     false, false},
        {0,            false, false},
        {0,            true,  true },
        {STAYS_MS,     false, true },
        {STAYS_MS / 2, true,  true },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        pid_t pid = child_of(OWN_GROUP | HAS_ZOMBIE);
        pid_t dead = child_below(pid);
        watch_begin(&b);
        b.r->process[ROOT].pid = pid;
        watch_look_begin(&watch);
        seen_dead(&b, dead, pid, rows[i].for_ms);
        watch_zombies_join(&watch, b.r, rows[i].rest);
        CU_ASSERT_EQUAL(b.cast->count, rows[i].joins ? 2 : 1);
        /* It is seen dead at once. */
        CU_ASSERT_EQUAL(records(&b, 1, POINT_PROC_EXITED), rows[i].joins);
        child_end(pid);
        watch_end(&b);
    }
}

/* Who is about to be reaped by the guard, or by the leader of the session, is no zombie; nor is one
 * that a look has not found again. */
static void test_which_zombies_count(void)
{
    static const struct procfs_stat lives = {.parent = NOBODYS_PID, .state = 'S'};
    struct bench b;

    watch_begin(&b);
    watch_look_begin(&watch);
    watch_process(&watch, b.r, 100, &lives);
    seen_dead(&b, 100, getpid(), 0);
    seen_dead(&b, NOBODYS_PID, 100, 0); /* the root */
    CU_ASSERT_EQUAL(watch.zombies, 0);
    CU_ASSERT_EQUAL(watch.memory.noted, 3); /* but whose children they are is kept */
    seen_dead(&b, 101, 100, 0);
    seen_dead(&b, 102, 100, 0);
    seen_dead(&b, 101, 100, 0);
    CU_ASSERT_EQUAL(watch.zombies, 2);
    /* The same number, and another process. */
    watch_process(&watch, b.r, 101, &(struct procfs_stat){.start = 1, .state = 'X'});
    CU_ASSERT_EQUAL(watch.zombies, 3);
    watch_zombies_join(&watch, b.r, false);
    CU_ASSERT_EQUAL(watch.zombies, 3);
    watch_look_begin(&watch);
    seen_dead(&b, 102, 100, 0);
    watch_zombies_join(&watch, b.r, false);
    CU_ASSERT_EQUAL(watch.zombies, 1);
    CU_ASSERT_EQUAL(watch.zombie[0].pid, 102);
    for (pid_t pid = 200; pid <= 200 + WATCH_ZOMBIES_MAX; pid++)
        seen_dead(&b, pid, 100, 0);
    CU_ASSERT_EQUAL(watch.zombies, WATCH_ZOMBIES_MAX);
    CU_ASSERT_EQUAL(watch.zombie[WATCH_ZOMBIES_MAX - 1].pid, 200 + WATCH_ZOMBIES_MAX - 2);
    watch_end(&b);
}

/* ---- Left over ---- */

/* Whoever is left has this age by the looks before, and none is added by the next. */
static int64_t look_at_age(struct bench *b, int64_t age_ns)
{
    watch.left.age_ns = age_ns;
    watch.left.last_ns = 0;
    watch.next_look_ns = 0;
    return watch_left(&watch, b->r);
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
    CU_ASSERT_EQUAL(watch_left(&watch, b.r), after_ns + LONG_MS * MS);
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

/* A kernel that lists no children: then nothing is due any more. */
static void test_a_look_that_fails_is_the_last(void)
{
    struct bench b;

    watch_begin(&b);
    b.r->phase = REAL_GRACE;
    b.r->ends = true;
    b.r->guard.pid = NOBODYS_PID;
    CU_ASSERT_EQUAL(look_at_age(&b, 0), 0);
    CU_ASSERT_EQUAL(watch.next_look_ns, 0);
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
    watch_list(&watch, b.r, &lines);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&lines), "the program itself"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&lines), "its parent has ended"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&lines), "holds the terminal open"));
    buf_release(&lines);
    child_end(at_terminal);
    terminal_finish(b.r);
    watch_list(&watch, b.r, &lines);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&lines), "the program itself"));
    buf_release(&lines);
    guard_link_hang_up(&b.r->guard);
    watch_list(&watch, b.r, &lines);
    CU_ASSERT_EQUAL(lines.size, 0);
    child_end(pid);
    watch_end(&b);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"above",       test_who_joins_brings_those_above             },
        {"known",       test_who_is_known_is_the_parent               },
        {"first",       test_the_first_process_of_all_is_nobodys_child},
        {"room",        test_where_there_is_no_room_nobody_joins      },
        {"gone",        test_who_is_gone_does_not_join                },
        {"deep",        test_who_stands_too_deep_does_not_join        },
        {"stays",       test_a_zombie_joins_when_it_stays             },
        {"counts",      test_which_zombies_count                      },
        {"ages",        test_who_lives_on_is_told_at_ages_that_double },
        {"each",        test_each_that_lives_on_is_told               },
        {"next",        test_the_next_look_is_due_when_it_says        },
        {"not looked",  test_nobody_looks_while_a_step_waits          },
        {"no children", test_a_look_that_fails_is_the_last            },
        {"list",        test_the_list_is_of_those_below_the_guard     },
        CU_TEST_INFO_NULL,
    };

    return suite_run("command_watch", tests);
}
