/* subject_command_test.c: a command's keys, signals and rest, on children of this test, which
 * stands for the guard. */
#include "harness/real/guard_anchor.h"
#include "harness/real/looks.h"
#include "harness/real/subject.h"
#include "harness/real/tests/told_bench.h"
#include "runtime/base/fdpass.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MS (INT64_C(1000) * 1000)

enum { CTRL_C = 0x03, CTRL_Z = 0x1a, ESCAPE = 0x1b };

/* The root is a child in a group of its own that waits. `bench_end` ends it. */
static pid_t bench_begin(struct bench *b)
{
    int pidfd;

    bench_open(b);
    bench_guard(b);
    bench_terminal(b);
    b->r->guard.pid = getpid();
    b->r->pids = epoll_create1(EPOLL_CLOEXEC);
    CHECK(b->r->pids >= 0);
    b->r->subject = &subject_command;
    free(b->r->own); /* the tree's */
    b->r->own = calloc(1, subject_command.own_bytes);
    CHECK(b->r->own != NULL);
    pid_t pid = child_start(&pidfd);
    CHECK(setpgid(pid, pid) == 0);
    b->r->process[ROOT].pid = pid;
    b->r->process[ROOT].pidfd = pidfd;
    for (uint16_t i = LEAF; i < ACTORS; i++)
        b->r->process[i].state = PROCESS_NONE;
    return pid;
}

static void bench_end(struct bench *b, pid_t pid)
{
    b->r->guard.pid = NOBODYS_PID;
    bench_close(b);
    child_end(pid);
}

static struct action key_of(uint8_t byte, bool tiocsig)
{
    return (struct action){.kind = ACTION_KEY, .value = byte, .extra = tiocsig};
}

static struct action signal_of(int signal, enum signal_target target)
{
    return (struct action){.kind = ACTION_SIGNAL, .value = signal, .target = target};
}

static int allow(struct bench *b, const struct action *a)
{
    struct diag diag;

    return subject_command.allow(b->r, a, &diag);
}

static void act(struct bench *b, const struct action *a)
{
    struct diag diag;

    CU_ASSERT_EQUAL(subject_command.act(b->r, a, &diag), ACT_GOES_ON);
}

/* Looks until an event of that kind is there. */
static bool comes(struct bench *b, enum world_event_kind kind)
{
    int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * MS;
    int before = events(b, kind);

    while (events(b, kind) == before && loop_now_ns() < end_ns) {
        subject_command.rest(b->r);
        (void)loop_run_nowait(b->r->loop);
    }
    return events(b, kind) == before + 1;
}

/* A child that spins, and is called so. */
static pid_t spinner_start(void)
{
    int up[2];
    char byte;

    (void)fflush(NULL);
    CHECK(pipe(up) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)prctl(PR_SET_NAME, "spinner");
        (void)close_range(3, ~0U, 0);
        for (volatile bool on = true; on;) {
        }
    }
    CHECK(close(up[1]) == 0 && read(up[0], &byte, 1) == 0 && close(up[0]) == 0);
    return pid;
}

/* A child that has the terminal, in a session of its own, and waits. */
static pid_t foreground_start(const struct bench *b)
{
    int up[2];
    char byte;

    (void)fflush(NULL);
    CHECK(pipe(up) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        CHECK(setsid() > 0 && ioctl(b->slave, TIOCSCTTY, 0) == 0);
        (void)close_range(3, ~0U, 0);
        for (;;)
            (void)pause();
    }
    CHECK(close(up[1]) == 0 && read(up[0], &byte, 1) == 0 && close(up[0]) == 0);
    return pid;
}

static void test_a_command_is_started_as_it_is_said(void)
{
    static const char *const argv[] = {"name", "word", NULL};
    static const char *const envp[] = {"A=b", NULL};
    static const struct command_line line = {
        .path = "/bin/program", .cwd = "/tmp", .argv = argv, .envp = envp};
    static struct guard_subject s;
    static char bytes[GUARD_START_BYTES_MAX];
    struct diag diag;
    struct bench b;
    pid_t pid = bench_begin(&b);

    b.r->options.command = &line;
    CU_ASSERT_EQUAL(subject_command.send(b.r, b.slave, &diag), 0);
    ssize_t size = fdpass_receive(b.guard, bytes, sizeof(bytes), 0, &s.passed);
    CU_ASSERT_FATAL(size > 0 && subject_parse(&s, bytes, (size_t)size));
    CU_ASSERT(strcmp(s.path, "/bin/program") == 0 && strcmp(s.cwd, "/tmp") == 0);
    CU_ASSERT(strcmp(s.argv[0], "name") == 0 && strcmp(s.argv[1], "word") == 0);
    CU_ASSERT(s.argv[2] == NULL && strcmp(s.envp[0], "A=b") == 0 && s.envp[1] == NULL);
    CU_ASSERT(s.passed.count == 1 && s.start->tty == 0 && s.start->blocked == 0);
    CU_ASSERT_EQUAL(s.start->move_count, 3);
    for (uint16_t i = 0; i < 3; i++)
        CU_ASSERT(s.start->move[i].from == 0 && s.start->move[i].to == i);
    fdpass_close(&s.passed);
    bench_end(&b, pid);
}

static void test_what_a_command_takes(void)
{
    static const struct {
        struct action action;
        int rc;
    } rows[] = {
        {{.kind = ACTION_KEY, .value = 'x'},                                      ALLOW_LATE     },
        {{.kind = ACTION_KEY, .value = CTRL_C, .extra = 1},                       ALLOW_LATE     },
        {{.kind = ACTION_KEY, .value = 'x', .extra = 1},                          ERR_INPUT      },
        {{.kind = ACTION_SIGNAL, .value = SIGINT, .target = TARGET_GROUP},        ALLOW_LATE     },
        {{.kind = ACTION_SIGNAL, .value = 1, .extra = 1, .target = TARGET_GROUP}, ALLOW_LATE     },
        {{.kind = ACTION_SIGNAL, .value = SIGINT, .target = TARGET_ACTOR},        ERR_UNSUPPORTED},
        {{.kind = ACTION_TELL},                                                   ERR_UNSUPPORTED},
        {{.kind = ACTION_LINK, .target = TARGET_GROUP},                           ERR_UNSUPPORTED},
    };
    struct bench b;
    pid_t pid = bench_begin(&b);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CU_ASSERT_EQUAL(allow(&b, &rows[i].action), rows[i].rc);
    b.r->press.open = true;
    CU_ASSERT_EQUAL(allow(&b, &rows[0].action), ERR_STATE);
    b.r->press.open = false;
    b.r->hung_up = true;
    CU_ASSERT_EQUAL(allow(&b, &rows[0].action), ERR_GONE);
    b.r->hung_up = false;
    b.r->phase = REAL_NEW;
    CU_ASSERT_EQUAL(allow(&b, &rows[0].action), ERR_GONE);
    b.r->phase = REAL_RUN;
    b.r->process[ROOT].state = PROCESS_ZOMBIE;
    CU_ASSERT_EQUAL(allow(&b, &rows[0].action), ERR_GONE);
    bench_end(&b, pid);
}

/* A byte that can be no signal is typed at once, whatever anybody does. */
static void test_plain_bytes_do_not_wait(void)
{
    static const struct {
        uint8_t byte;
        bool waits;
    } rows[] = {
        {'x',    false},
        {'\r',   false},
        {'\n',   false},
        {'\t',   false},
        {ESCAPE, false},
        {' ',    false},
        {0x7f,   false},
        {CTRL_C, true },
        {0,      true },
        {0x1f,   true },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        struct action a = key_of(rows[i].byte, false);
        pid_t pid = bench_begin(&b);
        uint64_t activity = b.r->activity;
        uint64_t touched = b.r->touched;
        act(&b, &a);
        CU_ASSERT_EQUAL(b.r->press.open, rows[i].waits);
        CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_KEY_SENT), !rows[i].waits);
        CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_KEY_DONE), !rows[i].waits);
        CU_ASSERT_EQUAL(events(&b, WORLD_KEY), !rows[i].waits);
        CU_ASSERT_EQUAL(b.r->activity > activity, !rows[i].waits);
        CU_ASSERT_EQUAL(b.r->touched > touched, !rows[i].waits);
        if (!rows[i].waits) {
            CU_ASSERT_EQUAL(record_last(&b)->value, rows[i].byte);
            CU_ASSERT_EQUAL(record_last(&b)->extra, 0);
            CU_ASSERT_EQUAL(record_last(&b)->peer, ACTOR_NONE);
            CU_ASSERT_EQUAL(b.last.point, 0);
            /* Its echo is there; there is nothing to be rubbed out. */
            CU_ASSERT_EQUAL(b.events[WORLD_OUTPUT], rows[i].byte != 0x7f);
        }
        bench_end(&b, pid);
    }
}

/* By the driver's custom any of them is a signal. */
static void test_a_key_by_custom_waits_whatever_it_is(void)
{
    struct bench b;
    struct action a = key_of(CTRL_C, true);
    struct termios modes;
    pid_t pid = bench_begin(&b);

    b.r->saved.c_cc[VINTR] = 'q'; /* which is a plain byte */
    a.value = 'q';
    CHECK(tcgetattr(b.slave, &modes) == 0);
    act(&b, &a);
    CU_ASSERT_TRUE(b.r->press.open);
    CU_ASSERT_TRUE(comes(&b, WORLD_KEY));
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_KEY_SENT), 1);
    CU_ASSERT_EQUAL(b.r->press.signal, SIGINT);
    /* It was not typed: there is no echo of it. */
    CU_ASSERT_EQUAL(events(&b, WORLD_OUTPUT), 0);
    bench_end(&b, pid);
}

/* Nobody is in the foreground: the key goes out when everybody rests, and is typed. */
static void test_a_key_waits_until_everybody_rests(void)
{
    struct bench b;
    struct action a = key_of(CTRL_C, false);
    pid_t pid = bench_begin(&b);

    act(&b, &a);
    for (int i = 0; i < LOOKS - 1; i++) {
        CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_KEY_SENT), 0);
        subject_command.rest(b.r);
    }
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_KEY_SENT), 0);
    CU_ASSERT_PTR_NOT_NULL(b.r->look_timer.handle); /* it is looked again */
    CU_ASSERT_TRUE(comes(&b, WORLD_KEY));
    CU_ASSERT_EQUAL(b.r->press.signal, SIGINT);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_KEY_DONE);
    CU_ASSERT_EQUAL(record_last(&b)->value, CTRL_C);
    CU_ASSERT_EQUAL(events(&b, WORLD_OUTPUT), 1); /* its echo */
    CU_ASSERT_FALSE(pidfd_is_dead(b.r->process[ROOT].pidfd));
    bench_end(&b, pid);
}

static void test_a_signal_goes_to_the_group_and_is_done_when_nobody_has_it_pending(void)
{
    static const enum signal_target targets[] = {TARGET_GROUP, TARGET_TREE, TARGET_FOREGROUND};

    for (int i = 0; i < 3; i++) {
        struct bench b;
        struct action a = signal_of(SIGTERM, targets[i]);
        pid_t pid = bench_begin(&b);
        act(&b, &a);
        CU_ASSERT_EQUAL(b.r->press.signal, SIGTERM);
        CU_ASSERT_TRUE(comes(&b, WORLD_KEY));
        CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_SIGNAL_SENT), 1);
        CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_KEY_DONE), 0); /* it is no key */
        /* In the foreground of this terminal there is nobody. */
        CU_ASSERT_EQUAL(pidfd_is_dead(b.r->process[ROOT].pidfd), i < 2);
        CU_ASSERT_EQUAL(b.r->press.lost, i == 2);
        bench_end(&b, pid);
    }
}

/* The group's number may be anybody's when nobody of the command is in it: it is not signalled. */
static void test_a_group_without_a_member_is_not_signalled(void)
{
    struct bench b;
    struct action a = signal_of(SIGTERM, TARGET_GROUP);
    int pidfd;
    pid_t stranger = child_start(&pidfd);
    pid_t pid = bench_begin(&b);

    CHECK(setpgid(stranger, stranger) == 0);
    b.r->process[ROOT].pid = stranger;
    b.r->guard.pid = pid; /* below which there is nobody */
    act(&b, &a);
    CU_ASSERT_TRUE(comes(&b, WORLD_KEY));
    CU_ASSERT_TRUE(b.r->press.lost);
    CU_ASSERT_FALSE(pidfd_is_dead(pidfd));
    CHECK(close(pidfd) == 0);
    b.r->process[ROOT].pid = pid;
    bench_end(&b, pid);
    child_end(stranger);
}

static void test_rest_is_said_when_it_is_wanted(void)
{
    struct bench b;
    pid_t pid = bench_begin(&b);

    for (int i = 0; i < 2 * LOOKS; i++)
        subject_command.rest(b.r);
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_QUIET), 0);
    CU_ASSERT_PTR_NOT_NULL(b.r->look_timer.handle); /* of the next walk */
    b.r->quiet.wanted = true;
    CU_ASSERT_TRUE(comes(&b, WORLD_QUIET));
    CU_ASSERT_FALSE(b.r->quiet.wanted);
    CU_ASSERT_STRING_EQUAL(subject_command.why(b.r),
                           "it goes on writing, or wakes up again and again");
    bench_end(&b, pid);
}

static void test_before_the_start_and_after_the_end_nobody_looks(void)
{
    static const enum real_phase phases[] = {REAL_NEW, REAL_OVER};

    for (int i = 0; i < 2; i++) {
        struct bench b;
        pid_t pid = bench_begin(&b);
        b.r->quiet.wanted = true;
        b.r->phase = phases[i];
        for (int look = 0; look < 2 * LOOKS; look++) {
            subject_command.rest(b.r);
            (void)loop_run_nowait(b.r->loop);
        }
        CU_ASSERT_PTR_NULL(b.r->look_timer.handle);
        CU_ASSERT_EQUAL(events(&b, WORLD_QUIET), 0);
        b.r->phase = REAL_RUN;
        bench_end(&b, pid);
    }
}

static void test_a_press_is_over_when_all_are_killed(void)
{
    struct bench b;
    struct action a = key_of(CTRL_C, false);
    pid_t pid = bench_begin(&b);

    act(&b, &a);
    b.r->phase = REAL_KILLED;
    subject_command.rest(b.r);
    CU_ASSERT_EQUAL(events(&b, WORLD_KEY), 1);
    CU_ASSERT_EQUAL(records(&b, ACTOR_HARNESS, POINT_KEY_SENT), 0);
    b.r->quiet.wanted = true; /* which is asked for all the same */
    CU_ASSERT_TRUE(comes(&b, WORLD_QUIET));
    bench_end(&b, pid);
}

/* A name for whoever keeps it from resting: a child that spins. */
static void test_who_is_busy_is_named(void)
{
    struct bench b;
    char why[64];
    pid_t pid = bench_begin(&b);
    pid_t spins = spinner_start();

    (void)snprintf(why, sizeof(why), "spinner (%d) is busy", (int)spins);
    b.r->quiet.wanted = true;
    for (int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * MS;
         strcmp(subject_command.why(b.r), why) != 0 && loop_now_ns() < end_ns;)
        subject_command.rest(b.r);
    CU_ASSERT_STRING_EQUAL(subject_command.why(b.r), why);
    CU_ASSERT_TRUE(b.r->quiet.wanted);
    child_end(spins);
    bench_end(&b, pid);
}

/* Whoever has the terminal is reached by a key, and only that is waited for. */
static void test_a_key_waits_for_whom_it_will_reach(void)
{
    static const bool by_custom[] = {false, true};

    for (int i = 0; i < 2; i++) {
        struct bench b;
        struct action a = key_of(CTRL_C, by_custom[i]);
        pid_t pid = bench_begin(&b);
        pid_t spins = spinner_start();
        pid_t holder = foreground_start(&b);
        int pidfd = pidfd_of(holder);
        act(&b, &a);
        CU_ASSERT_TRUE(comes(&b, WORLD_KEY));
        CU_ASSERT_FALSE(b.r->press.lost);
        CU_ASSERT(fd_await(pidfd, "death by the key"));
        CU_ASSERT_FALSE(pidfd_is_dead(b.r->process[ROOT].pidfd));
        CHECK(close(pidfd) == 0);
        child_end(holder);
        child_end(spins);
        bench_end(&b, pid);
    }
}

static void test_a_signal_to_the_foreground_reaches_it_alone(void)
{
    struct bench b;
    struct action a = signal_of(SIGTERM, TARGET_FOREGROUND);
    pid_t pid = bench_begin(&b);
    pid_t holder = foreground_start(&b);
    int pidfd = pidfd_of(holder);

    act(&b, &a);
    CU_ASSERT_TRUE(comes(&b, WORLD_KEY));
    CU_ASSERT_FALSE(b.r->press.lost);
    CU_ASSERT(fd_await(pidfd, "death by the signal"));
    CU_ASSERT_FALSE(pidfd_is_dead(b.r->process[ROOT].pidfd));
    CHECK(close(pidfd) == 0);
    child_end(holder);
    bench_end(&b, pid);
}

/* Nobody would be reached: then it is said who keeps the rest from resting. */
static void test_what_a_press_waits_for_is_said(void)
{
    struct bench b;
    char why[64];
    struct action a = key_of(CTRL_C, false);
    pid_t pid = bench_begin(&b);
    pid_t spins = spinner_start();

    (void)snprintf(why, sizeof(why), "spinner (%d) is busy", (int)spins);
    act(&b, &a);
    for (int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * MS;
         strcmp(subject_command.why(b.r), why) != 0 && loop_now_ns() < end_ns;)
        subject_command.rest(b.r);
    CU_ASSERT_STRING_EQUAL(subject_command.why(b.r), why);
    CU_ASSERT_TRUE(b.r->press.open);
    b.r->press.open = false;
    child_end(spins);
    bench_end(&b, pid);
}

/* Beside who never rests it has settled when that has had its turn, and is not quiet. */
static void test_a_command_settles_beside_a_spinner(void)
{
    struct bench b;
    pid_t pid = bench_begin(&b);
    pid_t spins = spinner_start();

    world_want(b.world, WORLD_SETTLED, 20 * MS);
    CU_ASSERT_TRUE(comes(&b, WORLD_SETTLED));
    CU_ASSERT_EQUAL(events(&b, WORLD_QUIET), 0);
    CU_ASSERT_EQUAL(record_last(&b)->point, POINT_QUIET);
    CU_ASSERT_EQUAL(record_last(&b)->value, 1);
    CU_ASSERT_FALSE(b.r->settle.wanted);
    child_end(spins);
    bench_end(&b, pid);
}

/* As when a window is closed: the command's group, and whoever has the terminal. */
static void test_a_command_is_hung_up_on_at_its_end(void)
{
    for (int stranger = 0; stranger < 2; stranger++) {
        struct bench b;
        siginfo_t info;
        pid_t pid = bench_begin(&b);
        CHECK(kill(pid, SIGSTOP) == 0 && waitid(P_PID, (id_t)pid, &info, WSTOPPED) == 0);
        if (stranger)
            b.r->guard.pid = pid; /* then nobody of the group is the guard's */
        subject_command.hang_up(b.r);
        if (!stranger) {
            CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
            CU_ASSERT_EQUAL(info.si_status, SIGHUP); /* a stopped one hears of it, too */
        } else {
            CU_ASSERT_EQUAL(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT), 0);
            CU_ASSERT_FALSE(pidfd_is_dead(b.r->process[ROOT].pidfd));
        }
        bench_end(&b, pid);
    }
}

static void test_what_is_left_is_counted(void)
{
    struct bench b;
    int pidfd;
    pid_t pid = bench_begin(&b);
    pid_t more = child_start(&pidfd);

    CU_ASSERT_EQUAL(subject_command.left(b.r, NULL), 2);
    child_end(more);
    CU_ASSERT_EQUAL(subject_command.left(b.r, NULL), 1);
    guard_link_hang_up(&b.r->guard);
    CU_ASSERT_EQUAL(subject_command.left(b.r, NULL), 0);
    b.r->quiet.wanted = true; /* and nobody is looked at */
    subject_command.rest(b.r);
    CU_ASSERT_EQUAL(events(&b, WORLD_FAILED), 0);
    CU_ASSERT_PTR_NULL(b.r->look_timer.handle);
    CHECK(close(pidfd) == 0);
    bench_end(&b, pid);
}

/* What has happened is taken in before a look: a look is not taken for newer than it is. */
static void test_a_look_is_behind_all_that_has_happened(void)
{
    struct bench b;
    pid_t pid = bench_begin(&b);
    const struct guard_report report = {.kind = GUARD_EMPTY};

    b.r->quiet.wanted = true;
    CHECK(write(b.slave, "x", 1) == 1);
    CHECK(send(b.guard, &report, sizeof(report), 0) == (ssize_t)sizeof(report));
    subject_command.rest(b.r);
    CU_ASSERT_EQUAL(events(&b, WORLD_OUTPUT), 1);
    CU_ASSERT_TRUE(b.r->empty);
    bench_end(&b, pid);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"takes",      test_what_a_command_takes                                             },
        {"plain",      test_plain_bytes_do_not_wait                                          },
        {"custom",     test_a_key_by_custom_waits_whatever_it_is                             },
        {"key",        test_a_key_waits_until_everybody_rests                                },
        {"signal",     test_a_signal_goes_to_the_group_and_is_done_when_nobody_has_it_pending},
        {"no member",  test_a_group_without_a_member_is_not_signalled                        },
        {"rest",       test_rest_is_said_when_it_is_wanted                                   },
        {"no look",    test_before_the_start_and_after_the_end_nobody_looks                  },
        {"killed",     test_a_press_is_over_when_all_are_killed                              },
        {"busy",       test_who_is_busy_is_named                                             },
        {"start",      test_a_command_is_started_as_it_is_said                               },
        {"reaches",    test_a_key_waits_for_whom_it_will_reach                               },
        {"foreground", test_a_signal_to_the_foreground_reaches_it_alone                      },
        {"why",        test_what_a_press_waits_for_is_said                                   },
        {"settles",    test_a_command_settles_beside_a_spinner                               },
        {"hang-up",    test_a_command_is_hung_up_on_at_its_end                               },
        {"left",       test_what_is_left_is_counted                                          },
        {"behind",     test_a_look_is_behind_all_that_has_happened                           },
        CU_TEST_INFO_NULL,
    };

    return suite_run("subject_command", tests);
}
