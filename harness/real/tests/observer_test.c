/* observer_test.c: whoever is below this test, which stands for the guard, is seen, and what
 * becomes of it. */
#include "harness/real/tests/observer_bench.h"

#include <fcntl.h>

/* Somebody asks about it. */
static uint16_t see(struct bench *b, pid_t pid)
{
    struct procfs_stat stat;

    return procfs_stat(pid, &stat) ? observer_see(&watch, b->r, pid, &stat) : (uint16_t)ACTOR_NONE;
}

/* A cast with so much room, and all of it taken but so much. */
static void cast_fill(struct bench *b, uint16_t room, uint16_t left)
{
    const struct who nobody = {.kind = WHO_PROCESS};
    struct cast *cast = cast_new(room);

    for (uint16_t i = 0; i < room - left; i++)
        CHECK(cast_add(cast, i == ROOT ? &b->cast->who[ROOT] : &nobody) == i);
    b->r->process = realloc(b->r->process, room * sizeof(*b->r->process));
    CHECK(b->r->process != NULL);
    for (uint16_t i = 1; i < room; i++)
        b->r->process[i] = (struct real_process){.pidfd = -1, .orders = -1, .status = -1};
    free(b->cast);
    b->cast = b->r->cast = cast;
}

/* Whoever joins comes with those above it, who stand before it. */
static void test_who_joins_brings_those_above(void)
{
    struct bench b;
    pid_t pid = child_of(OWN_GROUP | ODD_NAME | HAS_CHILD);
    pid_t below = child_below(pid);

    watch_begin(&b);
    (void)see(&b, below);
    CU_ASSERT_EQUAL(b.cast->count, 3);
    assert_member(&b, 1, pid, ROOT);
    assert_member(&b, 2, below, 1);
    CU_ASSERT_EQUAL(process_find(b.r, below), 2);
    /* Once. */
    (void)see(&b, below);
    CU_ASSERT_EQUAL(b.cast->count, 3);
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
    (void)see(&b, below);
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
    (void)see(&b, getpid());
    CU_ASSERT_EQUAL(b.cast->count, 2);
    assert_member(&b, 1, getpid(), ROOT);
    watch_end(&b);
    /* Without a guard above it: whoever starts everything has no place in the cast. */
    watch_begin(&b);
    b.r->guard.pid = NOBODYS_PID;
    (void)see(&b, getpid());
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
        (void)see(&b, below);
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
    const struct procfs_stat stat = {.parent = NOBODYS_PID, .state = 'S'};
    CU_ASSERT_EQUAL(observer_see(&watch, b.r, NOBODYS_PID + 1, &stat), ACTOR_NONE);
    CU_ASSERT_EQUAL(b.cast->count, 1);
    watch_end(&b);
}

/* A cast has so many levels; who is below them is counted. */
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
    watch_begin(&b);
    cast_fill(&b, 4 * TREE_DEPTH_MAX, 4 * TREE_DEPTH_MAX - 1);
    walk_all(&b);
    CU_ASSERT_EQUAL(b.cast->count, TREE_DEPTH_MAX);
    CU_ASSERT_EQUAL(observer_find(&watch, b.r, line[TREE_DEPTH_MAX - 2]), TREE_DEPTH_MAX - 1);
    CU_ASSERT_EQUAL(observer_find(&watch, b.r, line[TREE_DEPTH_MAX - 1]), ACTOR_NONE);
    CU_ASSERT_EQUAL(records(&b, ACTOR_NONE, POINT_PROC_SPAWNED), 2);
    watch_end(&b);
    /* From below, too, nobody is looked up for ever. */
    watch_begin(&b);
    cast_fill(&b, 4 * TREE_DEPTH_MAX, 4 * TREE_DEPTH_MAX - 1);
    CU_ASSERT_EQUAL(see(&b, line[TREE_DEPTH_MAX]), ACTOR_NONE);
    watch_end(&b);
    CHECK(kill(-top, SIGKILL) == 0 && close(up[0]) == 0 && close(up[1]) == 0);
    child_end(top);
}

/* Walks until there is such a record. False: there was none for TEST_WAIT_MS. */
static bool comes(struct bench *b, uint16_t actor, enum point point, int count)
{
    int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * MS;

    while (records(b, actor, point) < count && loop_now_ns() < end_ns)
        walk_all(b);
    return records(b, actor, point) == count;
}

static const struct trace_record *record_of(const struct bench *b, uint16_t actor, enum point point)
{
    const struct trace_record *found = NULL;

    for (size_t i = 0; i < b->world->trace.count; i++) {
        if (record_at(b, i)->actor == actor && record_at(b, i)->point == (uint16_t)point)
            found = record_at(b, i);
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    return found;
}

/* A child that goes on, step by step, when it is told; its own child does as `does` says. */
struct puppet {
    pid_t pid;
    int tell;
};

enum puppet_does {
    EXECS,          /* at each step: this program, with that number as its argument */
    REAPS,          /* has a dead child, and reaps it at the first step */
    REAPS_AND_ENDS, /* the same, and ends with it */
};

static void puppet_run(enum puppet_does does, int told)
{
    siginfo_t info;
    char byte;
    char number[2] = "0";

    if (does != EXECS) {
        pid_t dead = fork();
        if (dead == 0)
            _exit(3);
        CHECK(waitid(P_PID, (id_t)dead, &info, WEXITED | WNOWAIT) == 0);
    }
    while (read(told, &byte, 1) == 1) {
        number[0] = byte;
        if (does == EXECS) {
            CHECK(dup2(told, 0) == 0);
            (void)execl("/proc/self/exe", "puppet", number, (char *)NULL);
        }
        CHECK(wait(NULL) > 0);
        if (does == REAPS_AND_ENDS)
            break;
    }
    _exit(0);
}

static struct puppet puppet_start(enum puppet_does does)
{
    struct puppet p;
    int told[2];

    (void)fflush(NULL);
    CHECK(pipe2(told, O_CLOEXEC) == 0);
    p.pid = fork();
    CHECK(p.pid >= 0);
    if (p.pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        CHECK(close(told[1]) == 0);
        puppet_run(does, told[0]);
    }
    CHECK(close(told[0]) == 0);
    p.tell = told[1];
    return p;
}

static void puppet_tell(const struct puppet *p, char step)
{
    CHECK(write(p->tell, &step, 1) == 1);
}

static void puppet_end(const struct puppet *p)
{
    CHECK(close(p->tell) == 0);
    child_end(p->pid);
}

static void test_a_walk_finds_all_and_each_once(void)
{
    struct bench b;
    pid_t pid = child_of(OWN_GROUP | HAS_CHILD);
    pid_t below = child_below(pid);
    pid_t other = child_of(0);

    watch_begin(&b);
    walk_all(&b);
    walk_all(&b);
    CU_ASSERT_EQUAL(b.cast->count, 4);
    assert_member(&b, observer_find(&watch, b.r, pid), pid, ROOT);
    uint16_t parent = observer_find(&watch, b.r, pid);
    assert_member(&b, observer_find(&watch, b.r, below), below, parent);
    assert_member(&b, observer_find(&watch, b.r, other), other, ROOT);
    /* Of the guard's own nobody knows whose they were. */
    CU_ASSERT_TRUE(b.cast->who[parent].orphan);
    CU_ASSERT_EQUAL(record_of(&b, parent, POINT_PROC_SPAWNED)->peer, ACTOR_NONE);
    uint16_t child = observer_find(&watch, b.r, below);
    CU_ASSERT_FALSE(b.cast->who[child].orphan);
    CU_ASSERT_TRUE(b.cast->who[child].lives);
    CU_ASSERT_EQUAL(record_of(&b, child, POINT_PROC_SPAWNED)->peer, parent);
    CHECK(kill(-pid, SIGKILL) == 0);
    child_end(pid);
    child_end(other);
    watch_end(&b);
}

/* The leader of the session is nobody, but the first process is below it. */
static void test_the_anchor_is_no_member(void)
{
    struct bench b;
    pid_t anchor = child_of(OWN_GROUP | HAS_CHILD);
    pid_t root = child_below(anchor);

    watch_begin(&b);
    b.r->anchor = anchor;
    b.r->process[ROOT].pid = root;
    walk_all(&b);
    CU_ASSERT_EQUAL(b.cast->count, 1);
    CU_ASSERT_EQUAL(observer_find(&watch, b.r, root), ROOT);
    b.r->process[ROOT].pid = NOBODYS_PID;
    walk_all(&b);
    CU_ASSERT_EQUAL(b.cast->count, 2);
    CU_ASSERT_TRUE(b.cast->who[1].orphan);
    CHECK(kill(-anchor, SIGKILL) == 0);
    child_end(anchor);
    watch_end(&b);
}

/* It is called as its parent until it runs something else; what it ran before is forgotten. */
static void test_an_execve_renames(void)
{
    struct bench b;
    struct puppet p = puppet_start(EXECS);
    struct who named = {.kind = WHO_PROCESS};
    static const char steps[] = "123";

    watch_begin(&b);
    CU_ASSERT_TRUE(comes(&b, 1, POINT_PROC_SPAWNED, 1));
    CU_ASSERT_EQUAL(records(&b, 1, POINT_PROC_EXECED), 0);
    who_name(&named, "observer_test");
    CU_ASSERT_STRING_EQUAL(b.cast->who[1].name, named.name);
    for (int i = 0; i < 3; i++) {
        char argv[] = "puppet 0";
        argv[sizeof(argv) - 2] = steps[i];
        puppet_tell(&p, steps[i]);
        CU_ASSERT_TRUE(comes(&b, 1, POINT_PROC_EXECED, i + 1));
        const char *is = b.cast->who[1].argv;
        CU_ASSERT_TRUE(is != NULL && strcmp(is, argv) == 0);
        CU_ASSERT_STRING_EQUAL(b.cast->who[1].name, "exe");
    }
    walk_all(&b);
    CU_ASSERT_EQUAL(records(&b, 1, POINT_PROC_EXECED), 3);
    puppet_end(&p);
    watch_end(&b);
}

static void test_the_first_process_keeps_its_name(void)
{
    struct bench b;
    struct puppet p = puppet_start(EXECS);

    puppet_tell(&p, '1');
    watch_begin(&b);
    b.r->process[ROOT].pid = p.pid;
    CU_ASSERT_TRUE(comes(&b, ROOT, POINT_PROC_EXECED, 1));
    CU_ASSERT_STRING_EQUAL(b.cast->who[ROOT].name, "root");
    CU_ASSERT_STRING_EQUAL(b.cast->who[ROOT].argv, "puppet 1");
    CU_ASSERT_EQUAL(b.cast->count, 1);
    puppet_end(&p);
    watch_end(&b);
}

/* A dead child is a member all the same, and dead; who has reaped it is known while that one lives.
 */
static void test_who_has_reaped_is_known_while_it_lives(void)
{
    const unsigned hup = 1U << FEATURE_PIDFD_HUP;
    const unsigned both = hup | 1U << FEATURE_GETINFO;
    const struct {
        enum puppet_does does;
        uint16_t by;
        unsigned without;
    } rows[] = {
        {REAPS,          1,          0   },
        {REAPS,          1,          hup },
        {REAPS,          1,          both},
        {REAPS_AND_ENDS, ACTOR_NONE, 0   },
        {REAPS_AND_ENDS, ACTOR_NONE, both},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        siginfo_t info;
        struct puppet p = puppet_start(rows[i].does);
        watch_begin(&b);
        b.r->options.without = rows[i].without;
        CU_ASSERT_TRUE(comes(&b, 2, POINT_PROC_EXITED, 1));
        CU_ASSERT_EQUAL(record_of(&b, 2, POINT_PROC_EXITED)->value, 3 << 8);
        CU_ASSERT_EQUAL(records(&b, 2, POINT_PROC_REAPED), 0);
        CU_ASSERT_FALSE(b.cast->who[2].lives);
        puppet_tell(&p, '1');
        if (rows[i].does == REAPS_AND_ENDS)
            CHECK(waitid(P_PID, (id_t)p.pid, &info, WEXITED | WNOWAIT) == 0);
        CU_ASSERT_TRUE(comes(&b, 2, POINT_PROC_REAPED, 1));
        CU_ASSERT_EQUAL(record_of(&b, 2, POINT_PROC_REAPED)->peer, rows[i].by);
        CU_ASSERT_EQUAL(record_of(&b, 2, POINT_PROC_REAPED)->value, 3 << 8);
        puppet_end(&p);
        watch_end(&b);
    }
}

/* Of one that was reaped before anybody saw it dead the kernel tells how it died, where it can;
 * else that is not known. */
static void test_a_status_is_known_or_not_said(void)
{
    for (int known = 0; known < 2; known++) {
        struct bench b;
        pid_t pid = child_of(0);
        watch_begin(&b);
        b.r->options.without = known != 0 ? 0 : 1U << FEATURE_GETINFO;
        walk_all(&b);
        child_end(pid);
        CU_ASSERT_TRUE(comes(&b, 1, POINT_PROC_REAPED, 1));
        int64_t status = record_of(&b, 1, POINT_PROC_REAPED)->value;
        CU_ASSERT_TRUE(status == -1 || (known != 0 && status == SIGKILL));
        watch_end(&b);
    }
}

/* One that is to do without is told of a death, and of nothing more. */
static void test_what_is_masked_is_not_used(void)
{
    struct bench b;
    struct epoll_event seen;
    struct puppet p = puppet_start(REAPS);

    watch_begin(&b);
    b.r->options.without = 1U << FEATURE_PIDFD_HUP;
    CU_ASSERT_TRUE(comes(&b, 2, POINT_PROC_EXITED, 1));
    puppet_tell(&p, '1');
    CU_ASSERT_TRUE(comes(&b, 2, POINT_PROC_REAPED, 1));
    CU_ASSERT_EQUAL(epoll_wait(b.r->pids, &seen, 1, 0), 0);
    puppet_end(&p);
    watch_end(&b);
}

/* What the guard has reaped it says before. */
static void test_the_guards_word_comes_first(void)
{
    struct bench b;
    struct puppet p = puppet_start(REAPS_AND_ENDS);
    siginfo_t info;

    watch_begin(&b);
    CU_ASSERT_TRUE(comes(&b, 2, POINT_PROC_EXITED, 1));
    const struct guard_report says = {
        .kind = GUARD_REAPED, .pid = b.r->process[2].pid, .status = 3 << 8};
    puppet_tell(&p, '1');
    CHECK(waitid(P_PID, (id_t)p.pid, &info, WEXITED | WNOWAIT) == 0);
    CHECK(send(b.guard, &says, sizeof(says), 0) == (ssize_t)sizeof(says));
    CU_ASSERT_TRUE(comes(&b, 2, POINT_PROC_REAPED, 1));
    CU_ASSERT_EQUAL(record_of(&b, 2, POINT_PROC_REAPED)->peer, ACTOR_HARNESS);
    puppet_end(&p);
    watch_end(&b);
}

/* Its number is another's by now: the one that is held is reaped, and the other is new. */
static void test_a_number_that_was_used_again_is_another(void)
{
    struct bench b;
    pid_t pid = child_of(0);
    pid_t past = child_of(0);

    watch_begin(&b);
    b.cast->room = 3;
    struct procfs_stat stat;
    CHECK(procfs_stat(past, &stat));
    CU_ASSERT_EQUAL(observer_see(&watch, b.r, past, &stat), 1);
    child_end(past);
    /* As if it were that one's. */
    CHECK(procfs_stat(pid, &stat));
    CU_ASSERT_EQUAL(observer_see(&watch, b.r, pid, &stat), 2);
    b.r->process[2].pid = NOBODYS_PID;
    CHECK(close(b.r->process[2].pidfd) == 0);
    b.r->process[2].pidfd = pidfd_of(getpid());
    b.r->process[1].pid = pid;
    watch.bucket[(size_t)pid % OBSERVER_BUCKETS] = 2;
    b.cast->room = 4;
    CU_ASSERT_EQUAL(observer_see(&watch, b.r, pid, &stat), 3);
    CU_ASSERT_EQUAL(records(&b, 1, POINT_PROC_REAPED), 1);
    CU_ASSERT_EQUAL(observer_find(&watch, b.r, pid), 3);
    child_end(pid);
    watch_end(&b);
}

/* Whoever has no room is counted once, and is worth one when it stays dead. */
static void test_more_than_there_is_room_for_are_counted(void)
{
    struct bench b;
    pid_t pid = child_of(OWN_GROUP | HAS_ZOMBIE);
    pid_t other = child_of(0);

    watch_begin(&b);
    b.cast->room = 1;
    walk_all(&b);
    walk_all(&b);
    CU_ASSERT_EQUAL(b.cast->count, 1);
    CU_ASSERT_EQUAL(records(&b, ACTOR_NONE, POINT_PROC_SPAWNED), 3);
    observer_count(&watch, b.r, other);
    CU_ASSERT_EQUAL(records(&b, ACTOR_NONE, POINT_PROC_SPAWNED), 3);
    observer_count(&watch, b.r, NOBODYS_PID);
    CU_ASSERT_EQUAL(records(&b, ACTOR_NONE, POINT_PROC_SPAWNED), 4);
    CHECK(kill(-pid, SIGKILL) == 0);
    child_end(pid);
    child_end(other);
    watch_end(&b);
}

static void test_births_leave_room_for_those_who_stay_dead(void)
{
    enum { ROOM = 2 * OBSERVER_SPARE_RATIO, SPARE = 2 };
    struct bench b;
    pid_t pid = child_of(OWN_GROUP | HAS_ZOMBIE);
    pid_t dead = child_below(pid);

    watch_begin(&b);
    cast_fill(&b, ROOM, SPARE);
    walk_all(&b);
    CU_ASSERT_EQUAL(b.cast->count, ROOM - SPARE);
    CU_ASSERT_TRUE(comes(&b, ROOM - 1, POINT_PROC_EXITED, 1));
    CU_ASSERT_EQUAL(observer_find(&watch, b.r, pid), ROOM - 2);
    CU_ASSERT_EQUAL(observer_find(&watch, b.r, dead), ROOM - 1);
    CU_ASSERT_EQUAL(records(&b, ACTOR_NONE, POINT_PROC_SPAWNED), 2);
    CHECK(kill(-pid, SIGKILL) == 0);
    child_end(pid);
    watch_end(&b);
    /* One more, and births have it. */
    pid = child_of(0);
    watch_begin(&b);
    cast_fill(&b, ROOM, SPARE + 1);
    walk_all(&b);
    CU_ASSERT_EQUAL(observer_find(&watch, b.r, pid), ROOM - SPARE - 1);
    child_end(pid);
    watch_end(&b);
    /* When the command has ended, all of it is for those who live on. */
    pid = child_of(0);
    watch_begin(&b);
    cast_fill(&b, ROOM, SPARE);
    b.r->phase = REAL_GRACE;
    walk_all(&b);
    CU_ASSERT_EQUAL(observer_find(&watch, b.r, pid), ROOM - SPARE);
    child_end(pid);
    watch_end(&b);
}

/* An event makes a walk due at once, but for the share that walks may have of a processor; without
 * one there is a walk every ten milliseconds. */
static void test_when_a_walk_is_due(void)
{
    struct bench b;

    watch_begin(&b);
    int64_t before_ns = loop_now_ns();
    int64_t next_ns = observer_turn(&watch, b.r);
    CU_ASSERT_EQUAL(watch.walks, 1);
    CU_ASSERT_TRUE(next_ns >= before_ns + OBSERVER_WALK_NS);
    CU_ASSERT_EQUAL(next_ns, watch.due_ns);
    CU_ASSERT_TRUE(watch.next_walk_ns <= watch.due_ns);
    watch.due_ns = watch.next_walk_ns = INT64_MAX;
    b.r->activity++;
    CU_ASSERT_EQUAL(observer_turn(&watch, b.r), INT64_MAX);
    CU_ASSERT_EQUAL(watch.walks, 1);
    watch.next_walk_ns = 1;
    CU_ASSERT_TRUE(observer_turn(&watch, b.r) != INT64_MAX);
    CU_ASSERT_EQUAL(watch.walks, 2);
    watch.next_walk_ns = 1;
    watch.due_ns = INT64_MAX;
    CU_ASSERT_EQUAL(observer_turn(&watch, b.r), INT64_MAX);
    CU_ASSERT_EQUAL(watch.walks, 2);
    watch.due_ns = 1;
    (void)observer_turn(&watch, b.r);
    CU_ASSERT_EQUAL(watch.walks, 3);
    /* One who is born makes the next due at once. */
    pid_t pid = child_of(0);
    watch.due_ns = 1;
    CU_ASSERT_EQUAL(observer_turn(&watch, b.r), watch.next_walk_ns);
    CU_ASSERT_TRUE(watch.next_walk_ns < watch.due_ns);
    child_end(pid);
    /* When all are to be killed, or there is no guard, nobody walks. */
    b.r->phase = REAL_KILLED;
    CU_ASSERT_EQUAL(observer_turn(&watch, b.r), 0);
    b.r->phase = REAL_RUN;
    guard_link_hang_up(&b.r->guard);
    CU_ASSERT_EQUAL(observer_turn(&watch, b.r), 0);
    watch_end(&b);
}

int main(int argc, char **argv)
{
    static const CU_TestInfo tests[] = {
        {"above",    test_who_joins_brings_those_above             },
        {"known",    test_who_is_known_is_the_parent               },
        {"first",    test_the_first_process_of_all_is_nobodys_child},
        {"room",     test_where_there_is_no_room_nobody_joins      },
        {"gone",     test_who_is_gone_does_not_join                },
        {"deep",     test_who_stands_too_deep_does_not_join        },
        {"walk",     test_a_walk_finds_all_and_each_once           },
        {"anchor",   test_the_anchor_is_no_member                  },
        {"execve",   test_an_execve_renames                        },
        {"root",     test_the_first_process_keeps_its_name         },
        {"reaper",   test_who_has_reaped_is_known_while_it_lives   },
        {"status",   test_a_status_is_known_or_not_said            },
        {"masked",   test_what_is_masked_is_not_used               },
        {"guard",    test_the_guards_word_comes_first              },
        {"again",    test_a_number_that_was_used_again_is_another  },
        {"nameless", test_more_than_there_is_room_for_are_counted  },
        {"spare",    test_births_leave_room_for_those_who_stay_dead},
        {"due",      test_when_a_walk_is_due                       },
        CU_TEST_INFO_NULL,
    };

    if (argc > 1 && strcmp(argv[0], "puppet") == 0)
        puppet_run(EXECS, STDIN_FILENO);

    return suite_run("observer", tests);
}
