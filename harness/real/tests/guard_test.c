/* guard_test.c: the guard starts, tells, and leaves nothing. The programs under test are shell
 * scripts that report their pids through the terminal. */
#include "harness/real/guard_link.h"
#include "harness/real/tests/real_test.h"
#include "runtime/base/check.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/procfs.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>

struct bench {
    struct guard_link guard;
    int master;
    int slave;
    int null;
    int pidfd; /* of the subject */
    pid_t pid;
    char text[8192]; /* what the terminal showed */
    size_t size;
};

static void bench_open(struct bench *b)
{
    struct diag diag = {0};

    memset(b, 0, sizeof(*b));
    b->guard = GUARD_LINK_NONE;
    b->pidfd = -1;
    b->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    CU_ASSERT_FATAL(b->master >= 0 && unlockpt(b->master) == 0);
    b->slave = ioctl(b->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    b->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    CU_ASSERT_FATAL(b->slave >= 0 && b->null >= 0);
    int rc = guard_link_open(&b->guard, helper_dir(), NULL, &diag);
    if (rc < 0)
        (void)fprintf(stderr, "%s\n", diag.text);
    CU_ASSERT_EQUAL_FATAL(rc, 0);
}

static void bench_close(struct bench *b)
{
    guard_link_close(&b->guard);
    (void)close(b->master);
    (void)close(b->slave);
    (void)close(b->null);
    if (b->pidfd >= 0)
        (void)close(b->pidfd);
}

/* Starts `path` with up to three arguments on the terminal. */
static int bench_start(struct bench *b, const char *path, const char *arg1, const char *arg2)
{
    const char *argv[] = {path, arg1, arg2, NULL};
    const char *envp[] = {"PATH=/usr/bin:/bin", NULL};
    const int fd[] = {b->slave};
    const struct guard_move move[] = {
        {0, 0},
        {0, 1},
        {0, 2}
    };
    struct guard_request request = {
        .path = path,
        .argv = argv,
        .envp = envp,
        .fd = fd,
        .fd_count = 1,
        .move = move,
        .move_count = 3,
    };
    struct diag diag = {0};

    return guard_link_start(&b->guard, &request, &diag);
}

static int bench_script(struct bench *b, const char *script)
{
    return bench_start(b, "/bin/sh", "-c", script);
}

/* The next report, whatever it is. */
static bool bench_next(struct bench *b, struct guard_report *report, struct diag *why)
{
    int pidfd = -1;

    if (!fd_await(b->guard.fd, "report of the guard"))
        return false;
    if (guard_link_receive(&b->guard, report, &pidfd, why) != 1)
        return false;
    if (pidfd >= 0)
        b->pidfd = pidfd;
    if (report->kind == GUARD_STARTED)
        b->pid = report->pid;
    return true;
}

/* True when the next report is of this kind. */
static bool bench_gets(struct bench *b, enum guard_report_kind kind, struct guard_report *report)
{
    struct diag why = {0};

    if (!bench_next(b, report, &why))
        return false;
    if (report->kind == kind)
        return true;
    (void)fprintf(stderr, "\nreport %d instead of %d: %s\n", (int)report->kind, (int)kind,
                  why.text);
    return false;
}

/* Reads the terminal until the text was there `count` times. */
static bool bench_shows(struct bench *b, const char *text, int count)
{
    for (;;) {
        int seen = 0;
        for (const char *at = b->text; (at = strstr(at, text)) != NULL; at++)
            seen++;
        if (seen >= count)
            return true;
        if (!fd_await(b->master, text))
            return false;
        ssize_t got = read(b->master, b->text + b->size, sizeof(b->text) - 1 - b->size);
        if (got <= 0)
            return false;
        b->size += (size_t)got;
        b->text[b->size] = 0;
    }
}

/* Whether what the terminal has shown until now has the text. */
static bool bench_has(struct bench *b, const char *text)
{
    struct pollfd more = {.fd = b->master, .events = POLLIN};

    while (poll(&more, 1, 0) > 0 && (more.revents & POLLIN) != 0) {
        ssize_t got = read(b->master, b->text + b->size, sizeof(b->text) - 1 - b->size);
        if (got <= 0)
            break;
        b->size += (size_t)got;
        b->text[b->size] = 0;
    }
    return strstr(b->text, text) != NULL;
}

/* The n-th number behind the word in the terminal's text. */
static pid_t bench_pid(const struct bench *b, const char *word)
{
    const char *at = strstr(b->text, word);

    return at == NULL ? 0 : (pid_t)strtol(at + strlen(word), NULL, 10);
}

static void test_exit_status_and_emptiness_are_told(void)
{
    struct bench b;
    struct guard_report r = {0};

    bench_open(&b);
    CU_ASSERT_EQUAL(bench_script(&b, "exit 7"), 0);
    CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
    CU_ASSERT(b.pidfd >= 0);
    CU_ASSERT(bench_gets(&b, GUARD_EXITED, &r));
    CU_ASSERT_EQUAL(r.pid, b.pid);
    CU_ASSERT(WIFEXITED(r.status) && WEXITSTATUS(r.status) == 7);
    CU_ASSERT_EQUAL(r.value, b.pid);
    CU_ASSERT(bench_gets(&b, GUARD_EMPTY, &r));
    CU_ASSERT(pidfd_is_reaped(b.pidfd));
    bench_close(&b);
}

static void test_a_failed_exec_is_no_exit_status(void)
{
    struct bench b;
    struct guard_report r = {0};
    struct diag why = {0};

    bench_open(&b);
    CU_ASSERT_EQUAL(bench_start(&b, "/nowhere/program", NULL, NULL), 0);
    CU_ASSERT(bench_next(&b, &r, &why));
    CU_ASSERT_EQUAL(r.kind, GUARD_FAILED);
    CU_ASSERT_EQUAL(r.value, ENOENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "/nowhere/program"));
    /* It is said once: that the anchor ends then is no failure of its own. */
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_KILL_ALL, &why), 0);
    CU_ASSERT(bench_gets(&b, GUARD_EMPTY, &r));
    bench_close(&b);
}

static void test_a_guard_that_is_gone_is_said_to_be(void)
{
    struct bench b;
    struct diag diag = {0};

    bench_open(&b);
    CU_ASSERT_EQUAL(kill(b.guard.pid, SIGKILL), 0);
    CU_ASSERT(fd_await(b.guard.pidfd, "death of the guard"));
    CU_ASSERT_EQUAL(bench_script(&b, "exit"), ERR_GONE);
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_KILL_ALL, &diag), ERR_GONE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "was it killed?"));
    bench_close(&b);
}

static void test_too_many_arguments_are_refused(void)
{
    struct bench b;
    struct diag diag = {0};
    static const char *argv[GUARD_STRINGS_MAX + 2];
    const char *envp[] = {NULL};
    struct guard_request request = {.path = "/bin/true", .argv = argv, .envp = envp};

    bench_open(&b);
    for (int i = 0; i <= GUARD_STRINGS_MAX; i++)
        argv[i] = "x";
    request.fd = &b.slave;
    request.fd_count = 1;
    CU_ASSERT_EQUAL(guard_link_start(&b.guard, &request, &diag), ERR_FULL);
    static char big[GUARD_START_BYTES_MAX + 1];
    memset(big, 'x', GUARD_START_BYTES_MAX);
    argv[0] = big;
    argv[1] = NULL;
    CU_ASSERT_EQUAL(guard_link_start(&b.guard, &request, &diag), ERR_FULL);
    bench_close(&b);
}

static void test_suspend_key_stops_the_job_and_cont_resumes_it(void)
{
    struct bench b;
    struct guard_report r = {0};
    struct diag diag = {0};

    bench_open(&b);
    CU_ASSERT_EQUAL(bench_script(&b, "echo up; read line; exit 3"), 0);
    CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
    CU_ASSERT(bench_shows(&b, "up", 1));
    CU_ASSERT_EQUAL(write(b.master, "\x1a", 1), 1);
    CU_ASSERT(bench_gets(&b, GUARD_STOPPED, &r));
    CU_ASSERT_EQUAL(r.status, SIGTSTP);
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_CONT, &diag), 0);
    CU_ASSERT(bench_gets(&b, GUARD_OBEYED, &r));
    CU_ASSERT(bench_gets(&b, GUARD_CONTINUED, &r));
    CU_ASSERT_EQUAL(write(b.master, "x\r", 2), 2);
    CU_ASSERT(bench_gets(&b, GUARD_EXITED, &r));
    CU_ASSERT(WIFEXITED(r.status) && WEXITSTATUS(r.status) == 3);
    CU_ASSERT(bench_gets(&b, GUARD_EMPTY, &r));
    bench_close(&b);
}

static void test_the_job_owns_the_terminal_and_the_modes_outlive_it(void)
{
    struct bench b;
    struct guard_report r = {0};
    struct termios modes = {0};

    bench_open(&b);
    CU_ASSERT_EQUAL(bench_script(&b, "stty -echo; kill -KILL $$"), 0);
    CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
    CU_ASSERT(bench_gets(&b, GUARD_EXITED, &r));
    CU_ASSERT(WIFSIGNALED(r.status) && WTERMSIG(r.status) == SIGKILL);
    CU_ASSERT(bench_gets(&b, GUARD_EMPTY, &r));
    /* The anchor still leads the session: the kernel has not reset anything. */
    CU_ASSERT_EQUAL(tcgetattr(b.master, &modes), 0);
    CU_ASSERT((modes.c_lflag & ECHO) == 0);
    bench_close(&b);
}

static void test_orphans_are_adopted_and_reaped(void)
{
    struct bench b;
    struct guard_report r = {0};
    struct diag name = {0};

    bench_open(&b);
    /* The subshell between the two ends at once; the root waits for a line only. */
    CU_ASSERT_EQUAL(
        bench_script(&b, "(setsid sh -c 'echo orphan $$; exec sleep 1000' &); read line"), 0);
    CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
    CU_ASSERT(bench_shows(&b, "orphan ", 1) && bench_shows(&b, "\n", 1));
    pid_t orphan = bench_pid(&b, "orphan ");
    CU_ASSERT_EQUAL(write(b.master, "a\r", 2), 2);
    CU_ASSERT(bench_gets(&b, GUARD_EXITED, &r));
    CU_ASSERT_EQUAL(kill(orphan, SIGTERM), 0); /* the guard's child, not reaped yet */
    CU_ASSERT(bench_next(&b, &r, &name));
    CU_ASSERT_EQUAL(r.kind, GUARD_REAPED);
    CU_ASSERT_EQUAL(r.pid, orphan);
    CU_ASSERT(strcmp(name.text, "sleep") == 0 || strcmp(name.text, "sh") == 0);
    CU_ASSERT(WIFSIGNALED(r.status) && WTERMSIG(r.status) == SIGTERM);
    CU_ASSERT(bench_gets(&b, GUARD_EMPTY, &r));
    bench_close(&b);
}

/* A daemon in a session of its own, a process that ignores every polite signal, and one that has
 * stopped itself. */
static const char STUBBORN[] =
    "setsid sh -c 'trap \"\" TERM HUP INT; echo daemon $$; while :; do sleep 100; done' & "
    "sh -c 'trap \"\" TERM HUP INT QUIT; echo deaf $$; while :; do sleep 100; done' & "
    "sh -c 'echo still $$; kill -STOP $$; sleep 100' & "
    "wait";

static void stubborn_start(struct bench *b, int pidfd[3])
{
    struct guard_report r = {0};

    CU_ASSERT_EQUAL(bench_script(b, STUBBORN), 0);
    CU_ASSERT(bench_gets(b, GUARD_STARTED, &r));
    CU_ASSERT(bench_shows(b, "daemon ", 1) && bench_shows(b, "deaf ", 1));
    CU_ASSERT(bench_shows(b, "still ", 1) && bench_shows(b, "\n", 3));
    pidfd[0] = pidfd_of(bench_pid(b, "daemon "));
    pidfd[1] = pidfd_of(bench_pid(b, "deaf "));
    pidfd[2] = pidfd_of(bench_pid(b, "still "));
    CU_ASSERT(pidfd[0] >= 0 && pidfd[1] >= 0 && pidfd[2] >= 0);
}

static void test_nothing_survives_the_harness(void)
{
    struct bench b;
    int pidfd[3] = {-1, -1, -1};

    bench_open(&b);
    stubborn_start(&b, pidfd);
    guard_link_hang_up(&b.guard);
    CU_ASSERT(fd_await(b.guard.pidfd, "end of the guard"));
    CU_ASSERT(pidfd_is_reaped(b.pidfd));
    for (int i = 0; i < 3; i++) {
        CU_ASSERT(pidfd_is_reaped(pidfd[i]));
        (void)close(pidfd[i]);
    }
    bench_close(&b);
}

static void test_kill_all_ends_in_empty(void)
{
    struct bench b;
    struct guard_report r = {0};
    struct diag diag = {0};
    int pidfd[3] = {-1, -1, -1};
    bool exited = false;
    unsigned left = 0; /* of the three, and their parent: named before the first is killed */

    bench_open(&b);
    stubborn_start(&b, pidfd);
    pid_t daemon = bench_pid(&b, "daemon ");
    pid_t deaf = bench_pid(&b, "deaf ");
    pid_t still = bench_pid(&b, "still ");
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_KILL_ALL, &diag), 0);
    while (bench_next(&b, &r, &diag) && r.kind != GUARD_EMPTY) {
        if (r.kind == GUARD_LEFT && !exited)
            left += r.pid == daemon || r.pid == deaf || r.pid == still;
        exited = exited || (r.kind == GUARD_EXITED && WTERMSIG(r.status) == SIGKILL);
    }
    CU_ASSERT_EQUAL(r.kind, GUARD_EMPTY);
    CU_ASSERT(exited);
    CU_ASSERT_EQUAL(left, 3);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT(pidfd_is_reaped(pidfd[i]));
        (void)close(pidfd[i]);
    }
    bench_close(&b);
}

/* Every process forks its successor and a sleeper and ends, 400 times if nobody stops it. */
static void test_a_chain_that_forks_for_ever_is_stopped(void)
{
    struct bench b;
    struct guard_report r = {0};
    struct diag diag = {0};

    bench_open(&b);
    CU_ASSERT_EQUAL(
        bench_script(
            &b,
            "f() { [ $1 -gt 0 ] || exit; echo alive; (f $(($1 - 1)) &) ; (sleep 100 &) ; exit; }; f 400"),
        0);
    CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
    CU_ASSERT(bench_shows(&b, "alive", 5));
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_KILL_ALL, &diag), 0);
    while (bench_next(&b, &r, &diag) && r.kind != GUARD_EMPTY) {
    }
    CU_ASSERT_EQUAL(r.kind, GUARD_EMPTY);
    bench_close(&b);
}

/* Who waits for the death of another, which has the lower number, does not live to see it: nobody
 * acts any more when the first is killed. */
static void nobody_sees_another_die(void)
{
    struct bench b;
    struct guard_report r = {0};
    struct diag diag = {0};

    bench_open(&b);
    CU_ASSERT_EQUAL(
        bench_script(&b, "sleep 1000 | (exec 3<&0; i=0; while [ $i -lt 150 ]; do i=$((i + 1)); "
                         "(echo up; read line <&3; echo seen) & done; wait)"),
        0);
    CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
    CU_ASSERT(bench_shows(&b, "up", 150));
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_KILL_ALL, &diag), 0);
    while (bench_next(&b, &r, &diag) && r.kind != GUARD_EMPTY) {
    }
    CU_ASSERT_EQUAL(r.kind, GUARD_EMPTY);
    CU_ASSERT_FALSE(bench_has(&b, "seen"));
    bench_close(&b);
}

static void test_nobody_sees_another_die(void)
{
    for (int i = 0; i < 4; i++)
        nobody_sees_another_die();
}

/* A hang-up right after the request must not leave the program that was just about to start. */
static void test_a_start_in_flight_is_killed_too(void)
{
    for (int i = 0; i < 20; i++) {
        struct bench b;
        char byte;

        bench_open(&b);
        CU_ASSERT_EQUAL(bench_script(&b, "while :; do sleep 100; done"), 0);
        guard_link_close(&b.guard);
        (void)close(b.slave);
        b.slave = open("/dev/null", O_RDWR | O_CLOEXEC);
        /* The end of file says that nobody has the terminal any more. */
        CU_ASSERT(fd_await(b.master, "end of the terminal"));
        CU_ASSERT_EQUAL(read(b.master, &byte, 1), -1);
        bench_close(&b);
    }
}

/* ---- What the program finds ---- */

static struct guard_request request_of(const struct bench *b, const char **argv)
{
    static const char *envp[] = {"PATH=/usr/bin:/bin", NULL};
    static const struct guard_move move[] = {
        {0, 0},
        {0, 1},
        {0, 2}
    };

    return (struct guard_request){.path = argv[0],
                                  .argv = argv,
                                  .envp = envp,
                                  .fd = &b->slave,
                                  .fd_count = 1,
                                  .move = move,
                                  .move_count = 3};
}

/* Runs the program to its end. */
static void bench_run(struct bench *b, const struct guard_request *request)
{
    struct guard_report r = {0};
    struct diag diag = {0};

    CU_ASSERT_EQUAL(guard_link_start(&b->guard, request, &diag), 0);
    CU_ASSERT(bench_gets(b, GUARD_STARTED, &r));
    CU_ASSERT(bench_gets(b, GUARD_EXITED, &r));
    CU_ASSERT(bench_gets(b, GUARD_EMPTY, &r));
}

static void test_signals_are_blocked_where_that_is_wanted(void)
{
    static const char *argv[] = {"/bin/grep", "Sig", "/proc/self/status", NULL};

    for (int blocked = 0; blocked < 2; blocked++) {
        struct bench b;
        bench_open(&b);
        struct guard_request request = request_of(&b, argv);
        request.blocked = blocked;
        bench_run(&b, &request);
        /* All that can be: not SIGKILL and SIGSTOP. */
        CU_ASSERT_EQUAL(bench_has(&b, "SigBlk:\t0000000000000000"), !blocked);
        CU_ASSERT_EQUAL(bench_has(&b, "SigBlk:\tfffffff"), blocked);
        CU_ASSERT(bench_has(&b, "SigIgn:\t0000000000000000")); /* as with an exec of one's own */
        bench_close(&b);
    }
}

static void test_the_folder_is_the_one_that_is_wanted(void)
{
    static const char *argv[] = {"/bin/sh", "-c", "echo in $(pwd -P).", NULL};
    char here[4096];

    CHECK(getcwd(here, sizeof(here)) != NULL);
    for (int other = 0; other < 2; other++) {
        struct bench b;
        bench_open(&b);
        struct guard_request request = request_of(&b, argv);
        request.cwd = other ? "/" : NULL;
        bench_run(&b, &request);
        CU_ASSERT_EQUAL(bench_has(&b, "in /."), other);
        bench_close(&b);
    }
}

/* Only what was passed, under its number: and the terminal is the controlling one. */
static void test_nothing_but_what_was_passed_is_open(void)
{
    static const char *argv[] = {"/bin/sh", "-c",
                                 "cd /proc/$$/fd; echo open *; : </dev/tty && echo ctty", NULL};
    static const struct guard_move move[] = {
        {0, 0},
        {0, 1},
        {0, 2},
        {1, 9}
    };
    struct bench b;

    bench_open(&b);
    const int fd[] = {b.slave, b.null};
    struct guard_request request = request_of(&b, argv);
    request.fd = fd;
    request.fd_count = 2;
    request.move = move;
    request.move_count = 4;
    bench_run(&b, &request);
    CU_ASSERT_TRUE(bench_has(&b, "open 0 1 2 3 9\r\n")); /* 3 is that folder */
    CU_ASSERT_TRUE(bench_has(&b, "ctty"));
    bench_close(&b);
}

static void test_what_is_no_terminal_cannot_be_one(void)
{
    static const char *argv[] = {"/bin/sh", "-c", "exit", NULL};
    struct guard_report r = {0};
    struct diag diag = {0};
    struct bench b;

    bench_open(&b);
    struct guard_request request = request_of(&b, argv);
    request.fd = &b.null;
    CU_ASSERT_EQUAL(guard_link_start(&b.guard, &request, &diag), 0);
    CU_ASSERT(bench_next(&b, &r, &diag));
    CU_ASSERT_EQUAL(r.kind, GUARD_FAILED);
    CU_ASSERT_EQUAL(r.value, ENOTTY);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "cannot lead a session on the terminal"));
    bench_close(&b);
}

/* ---- The job and its terminal ---- */

static void test_a_hang_up_is_told_to_the_job_though_it_is_stopped(void)
{
    for (int stopped = 0; stopped < 2; stopped++) {
        struct bench b;
        struct guard_report r = {0};
        struct diag diag = {0};
        bench_open(&b);
        CU_ASSERT_EQUAL(bench_script(&b, "echo up; read line; exit 3"), 0);
        CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
        CU_ASSERT(bench_shows(&b, "up", 1));
        if (stopped) {
            CU_ASSERT_EQUAL(kill(b.pid, SIGSTOP), 0);
            CU_ASSERT(bench_gets(&b, GUARD_STOPPED, &r));
            CU_ASSERT_EQUAL(r.pid, b.pid);
            CU_ASSERT_EQUAL(r.status, SIGSTOP);
        }
        CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_HUP, &diag), 0);
        bool obeyed = false;
        while (bench_next(&b, &r, &diag) && r.kind != GUARD_EXITED)
            obeyed = obeyed || r.kind == GUARD_OBEYED;
        CU_ASSERT(WIFSIGNALED(r.status) && WTERMSIG(r.status) == SIGHUP);
        /* What comes when there is no job any more is done, too. */
        CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_HUP, &diag), 0);
        while (!obeyed || r.kind != GUARD_OBEYED) {
            if (!bench_next(&b, &r, &diag))
                break;
            obeyed = obeyed || r.kind == GUARD_OBEYED;
        }
        CU_ASSERT_TRUE(obeyed);
        bench_close(&b);
    }
}

/* The job has given the terminal to a group of its own, and has not taken it back. */
static void test_a_terminal_that_was_not_given_back_is_told(void)
{
    struct bench b;
    struct guard_report r = {0};
    struct diag diag = {0};

    bench_open(&b);
    CU_ASSERT_EQUAL(bench_script(&b, "set -m; sh -c 'echo up; sleep 1000; :'"), 0);
    CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
    CU_ASSERT(bench_shows(&b, "up", 1)); /* by a child that has taken the terminal before */
    pid_t group = tcgetpgrp(b.master);
    CU_ASSERT_FATAL(group > 0 && group != b.pid);
    CU_ASSERT_EQUAL(kill(b.pid, SIGKILL), 0);
    CU_ASSERT(bench_gets(&b, GUARD_EXITED, &r));
    CU_ASSERT_EQUAL(r.value, group);
    /* The session's leader has it now. */
    group = tcgetpgrp(b.master);
    CU_ASSERT(group > 0 && group == tcgetsid(b.master));
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_KILL_ALL, &diag), 0);
    while (bench_next(&b, &r, &diag) && r.kind != GUARD_EMPTY) {
    }
    CU_ASSERT_EQUAL(r.kind, GUARD_EMPTY);
    bench_close(&b);
}

/* That nothing is left is said once, and said again to who asks for it. */
static void test_emptiness_is_said_once_and_to_who_asks(void)
{
    struct bench b;
    struct guard_report r = {0};
    struct diag diag = {0};

    bench_open(&b);
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_CONT, &diag), 0); /* to nobody */
    CU_ASSERT_EQUAL(bench_script(&b, "exit 0"), 0);
    CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
    CU_ASSERT(bench_gets(&b, GUARD_EXITED, &r));
    CU_ASSERT(bench_gets(&b, GUARD_EMPTY, &r));
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_CONT, &diag), 0);
    CU_ASSERT(bench_gets(&b, GUARD_OBEYED, &r)); /* and nothing before */
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_KILL_ALL, &diag), 0);
    CU_ASSERT(bench_gets(&b, GUARD_EMPTY, &r));
    bench_close(&b);
}

/* How many of its descriptors are for processes. */
static unsigned pidfds_of(pid_t pid)
{
    unsigned count = 0;

    for (int fd = 0; fd < 64; fd++) {
        char path[64];
        char name[64] = "";
        (void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
        (void)readlink(path, name, sizeof(name) - 1);
        count += strstr(name, "pidfd") != NULL;
    }
    return count;
}

/* What was passed is the program's alone: whoever waits for its end waits for the program, and with
 * the program the terminal is given up. */
static void test_neither_guard_nor_anchor_keeps_what_was_passed(void)
{
    static const char *argv[] = {"/bin/sh", "-c", "echo up; read line", NULL};
    struct guard_report r = {0};
    struct procfs_stat stat;
    struct diag diag = {0};
    struct bench b;
    int pair[2];
    char byte;

    bench_open(&b);
    CHECK(pipe(pair) == 0);
    const int fd[] = {b.slave, pair[1]}; /* which the program does not get */
    struct guard_request request = request_of(&b, argv);
    request.fd = fd;
    request.fd_count = 2;
    CU_ASSERT_EQUAL(guard_link_start(&b.guard, &request, &diag), 0);
    CHECK(close(pair[1]) == 0);
    CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
    CU_ASSERT(bench_shows(&b, "up", 1));
    /* An order that the anchor has obeyed comes behind all of a start. */
    pid_t job = r.pid;
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_CONT, &diag), 0);
    CU_ASSERT(bench_gets(&b, GUARD_OBEYED, &r));
    CU_ASSERT(procfs_stat(job, &stat) && pidfds_of(stat.parent) == 0);
    CU_ASSERT_NOT_EQUAL(pidfds_of(getpid()), 0);
    CU_ASSERT(fd_await(pair[0], "end of the pipe"));
    CU_ASSERT_EQUAL(read(pair[0], &byte, 1), 0);
    CHECK(close(pair[0]) == 0);
    CU_ASSERT_EQUAL(write(b.master, "x\r", 2), 2);
    CU_ASSERT(bench_gets(&b, GUARD_EXITED, &r));
    CHECK(close(b.slave) == 0);
    b.slave = dup(b.null);
    while (fd_await(b.master, "end of the terminal") && read(b.master, &byte, 1) == 1) {
    }
    CU_ASSERT_EQUAL(errno, EIO);
    bench_close(&b);
}

/* With the subject its job is over, although somebody of the group lives on. */
static void test_an_order_to_a_job_that_is_over_reaches_nobody(void)
{
    struct guard_report r = {0};
    struct diag diag = {0};
    struct bench b;

    bench_open(&b);
    CU_ASSERT_EQUAL(bench_script(&b, "(trap 'echo hup' HUP; trap 'echo usr' USR1; sh -c 'echo pid "
                                     "$PPID.'; while :; do sleep 1000 & wait; done) & "
                                     "read line"),
                    0);
    CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
    CU_ASSERT(bench_shows(&b, "pid ", 1) && bench_shows(&b, ".", 1));
    CU_ASSERT_EQUAL(write(b.master, "x\r", 2), 2);
    CU_ASSERT(bench_gets(&b, GUARD_EXITED, &r));
    CU_ASSERT_EQUAL(guard_link_order(&b.guard, GUARD_HUP, &diag), 0);
    CU_ASSERT(bench_gets(&b, GUARD_OBEYED, &r));
    CU_ASSERT_EQUAL(kill(bench_pid(&b, "pid "), SIGUSR1), 0);
    CU_ASSERT(bench_shows(&b, "usr", 1));
    CU_ASSERT_FALSE(bench_has(&b, "hup"));
    bench_close(&b);
}

/* The anchor reaches the job's group when the guard is gone, by SIGKILL: nobody else can. */
static void test_a_job_does_not_outlive_its_guard(void)
{
    struct bench b;
    struct guard_report r = {0};
    struct procfs_stat stat;

    bench_open(&b);
    CU_ASSERT_EQUAL(bench_script(&b, "echo up; read line"), 0);
    CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
    CU_ASSERT(bench_shows(&b, "up", 1));
    CHECK(procfs_stat(r.pid, &stat));
    int anchor = pidfd_of(stat.parent);
    CHECK(anchor >= 0);
    CU_ASSERT_EQUAL(kill(b.guard.pid, SIGKILL), 0);
    CU_ASSERT(fd_await(b.pidfd, "death of the job"));
    CU_ASSERT(fd_await(anchor, "end of the anchor"));
    CHECK(close(anchor) == 0);
    bench_close(&b);
}

/* A second order to start, and one that is none, are of another build. */
static void test_a_start_that_cannot_be_is_of_another_build(void)
{
    static const char *argv[] = {"/bin/sh", "-c", "read line", NULL};
    const struct guard_start cut = {.kind = GUARD_START};
    struct guard_report r = {0};
    struct diag diag = {0};

    for (int second = 0; second < 2; second++) {
        struct bench b;
        bench_open(&b);
        struct guard_request request = request_of(&b, argv);
        if (second) {
            CU_ASSERT_EQUAL(guard_link_start(&b.guard, &request, &diag), 0);
            CU_ASSERT(bench_gets(&b, GUARD_STARTED, &r));
            CU_ASSERT_EQUAL(guard_link_start(&b.guard, &request, &diag), 0);
        } else {
            CU_ASSERT(send(b.guard.fd, &cut, sizeof(cut), 0) > 0);
        }
        CU_ASSERT(bench_next(&b, &r, &diag));
        CU_ASSERT_EQUAL(r.kind, GUARD_FAILED);
        CU_ASSERT_EQUAL(r.value, 0);
        CU_ASSERT_STRING_EQUAL(diag.text,
                               "the guard is of another build: install all programs together");
        bench_close(&b);
    }
}

static void test_a_missing_guard_is_explained(void)
{
    struct guard_link g = GUARD_LINK_NONE;
    struct diag diag = {0};

    CU_ASSERT_EQUAL(guard_link_open(&g, "/nowhere", NULL, &diag), ERR_NOTFOUND);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "install it again"));
}

int main(void)
{
    CU_pSuite s = suite_open("guard", NULL, NULL);
    CU_add_test(s, "exit status and emptiness are told", test_exit_status_and_emptiness_are_told);
    CU_add_test(s, "a failed exec is no exit status", test_a_failed_exec_is_no_exit_status);
    CU_add_test(s, "a guard that is gone", test_a_guard_that_is_gone_is_said_to_be);
    CU_add_test(s, "too many arguments are refused", test_too_many_arguments_are_refused);
    CU_add_test(s, "suspend stops the job", test_suspend_key_stops_the_job_and_cont_resumes_it);
    CU_add_test(s, "modes outlive the job",
                test_the_job_owns_the_terminal_and_the_modes_outlive_it);
    CU_add_test(s, "orphans are adopted and reaped", test_orphans_are_adopted_and_reaped);
    CU_add_test(s, "nothing survives the harness", test_nothing_survives_the_harness);
    CU_add_test(s, "kill all ends in empty", test_kill_all_ends_in_empty);
    CU_add_test(s, "a forking chain is stopped", test_a_chain_that_forks_for_ever_is_stopped);
    CU_add_test(s, "nobody sees another die", test_nobody_sees_another_die);
    CU_add_test(s, "a start in flight is killed too", test_a_start_in_flight_is_killed_too);
    CU_add_test(s, "signals are blocked", test_signals_are_blocked_where_that_is_wanted);
    CU_add_test(s, "folder", test_the_folder_is_the_one_that_is_wanted);
    CU_add_test(s, "nothing else is open", test_nothing_but_what_was_passed_is_open);
    CU_add_test(s, "no terminal", test_what_is_no_terminal_cannot_be_one);
    CU_add_test(s, "hang-up", test_a_hang_up_is_told_to_the_job_though_it_is_stopped);
    CU_add_test(s, "not given back", test_a_terminal_that_was_not_given_back_is_told);
    CU_add_test(s, "said once", test_emptiness_is_said_once_and_to_who_asks);
    CU_add_test(s, "nothing is kept", test_neither_guard_nor_anchor_keeps_what_was_passed);
    CU_add_test(s, "a job that is over", test_an_order_to_a_job_that_is_over_reaches_nobody);
    CU_add_test(s, "a job without a guard", test_a_job_does_not_outlive_its_guard);
    CU_add_test(s, "another build", test_a_start_that_cannot_be_is_of_another_build);
    CU_add_test(s, "a missing guard is explained", test_a_missing_guard_is_explained);
    return suite_close();
}
