/* pty_test.c [CHILDREN]: no byte is lost, and what can be asked of a terminal is true.
 *
 * The subjects are this very program, started by posix_spawn with a role as its first argument;
 * CHILDREN (default 8) is the number of subjects of each size in the test of the tail. */
#include "expect/echo.h"
#include "expect/pty.h"
#include "runtime/base/check.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned long children = 8;
static const int64_t deadline_ns = INT64_C(10) * 1000 * 1000 * 1000;

/* One terminal, its subject, and what it has shown. */
struct rig {
    struct loop *loop;
    struct pty *pty;
    struct loop_watch exit; /* pidfd */
    struct loop_timer deadline;
    pid_t pid;
    bool dead;
    bool late;
    int status;
    struct buf shown;
    struct diag diag;
};

static void rig_data(void *user, const void *data, size_t size)
{
    struct rig *r = user;

    buf_add(&r->shown, data, size);
}

static void rig_exit(struct loop_watch *w, int ready)
{
    struct rig *r = w->user;

    (void)ready;
    loop_watch_stop(w);
    CHECK(waitpid(r->pid, &r->status, 0) == r->pid);
    r->dead = true;
}

static void rig_late(struct loop_timer *t)
{
    struct rig *r = t->user;

    r->late = true;
}

static void rig_open(struct rig *r, int *slave)
{
    struct pty_hooks hooks = {.on_data = rig_data, .user = r};
    int master = -1;

    *r = (struct rig){0};
    CHECK(loop_new(&r->loop, &r->diag) == 0);
    CHECK(pty_open(24, 80, &master, slave, &r->diag) == 0);
    CHECK(pty_attach(r->loop, master, *slave, &hooks, &r->pty, &r->diag) == 0);
    r->deadline = (struct loop_timer){.on_time = rig_late, .user = r};
    CHECK(loop_timer_start(r->loop, &r->deadline, loop_now_ns() + deadline_ns, &r->diag) == 0);
}

/* Starts this program as `role` with one more argument on the slave. */
static void rig_spawn(struct rig *r, int slave, const char *role, const char *arg)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char path[] = "/proc/self/exe";
    char *argv[] = {path, strdup(role), strdup(arg), NULL};
    char *env[] = {NULL};

    CHECK(posix_spawn_file_actions_init(&actions) == 0);
    CHECK(posix_spawnattr_init(&attributes) == 0);
    for (int fd = 0; fd <= 2; fd++)
        CHECK(posix_spawn_file_actions_adddup2(&actions, slave, fd) == 0);
    CHECK(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID) == 0);
    CHECK(posix_spawn(&r->pid, path, &actions, &attributes, argv, env) == 0);
    CHECK(posix_spawn_file_actions_destroy(&actions) == 0);
    CHECK(posix_spawnattr_destroy(&attributes) == 0);
    free(argv[1]);
    free(argv[2]);
    int pidfd = pidfd_of(r->pid);
    CHECK(pidfd >= 0);
    r->exit = (struct loop_watch){.fd = pidfd, .on_ready = rig_exit, .user = r};
    CHECK(loop_watch_start(r->loop, &r->exit, LOOP_READABLE, &r->diag) == 0);
}

/* Serves the loop until the text was shown (NULL: until the subject is dead). */
static bool rig_wait(struct rig *r, const char *text)
{
    while (!r->late && (text == NULL ? !r->dead : strstr(buf_text(&r->shown), text) == NULL))
        (void)loop_run_once(r->loop);
    if (r->late)
        printf("\nlate: waiting for %s after '%s'\n", text == NULL ? "the exit" : text,
               buf_text(&r->shown));
    return !r->late;
}

static void rig_close(struct rig *r)
{
    pty_close(r->pty);
    if (r->exit.on_ready != NULL) {
        if (!r->dead) {
            loop_watch_stop(&r->exit);
            (void)kill(r->pid, SIGKILL);
            CHECK(waitpid(r->pid, &r->status, 0) == r->pid);
        }
        CHECK(close(r->exit.fd) == 0);
    }
    loop_timer_stop(&r->deadline);
    loop_free(r->loop);
    buf_release(&r->shown);
}

/* ---- the subjects ---- */

/* Byte i of a subject's output: no newlines, so that the terminal changes nothing. */
static char tail_byte(size_t i)
{
    return (char)('!' + i % 89);
}

static int role_tail(const char *arg)
{
    char data[4096];
    size_t size = strtoul(arg, NULL, 10);

    for (size_t done = 0; done < size;) {
        size_t part = size - done < sizeof(data) ? size - done : sizeof(data);
        for (size_t i = 0; i < part; i++)
            data[i] = tail_byte(done + i);
        ssize_t n = write(1, data, part);
        if (n < 0)
            return 1;
        done += (size_t)n;
    }
    return 7;
}

static void role_handler(int signal)
{
    (void)!write(1, signal == SIGINT ? "got INT\n" : "got WINCH\n", signal == SIGINT ? 8 : 10);
}

/* Has the terminal, says so, and reports its signals until the end of its input. */
static int role_session(const char *arg)
{
    struct sigaction action = {.sa_handler = role_handler, .sa_flags = SA_RESTART};
    char data[256];

    if (ioctl(0, TIOCSCTTY, 0) < 0 || sigaction(SIGINT, &action, NULL) < 0 ||
        sigaction(SIGWINCH, &action, NULL) < 0)
        return 1;
    if (strcmp(arg, "raw") == 0) {
        struct termios modes;
        if (tcgetattr(0, &modes) < 0)
            return 1;
        cfmakeraw(&modes);
        if (tcsetattr(0, TCSANOW, &modes) < 0 || fcntl(0, F_SETFL, O_RDWR | O_NONBLOCK) < 0)
            return 1;
        (void)!write(1, "ready\n", 6);
        for (;;)
            (void)pause();
    }
    (void)!write(1, "ready\n", 6);
    while (read(0, data, sizeof(data)) > 0)
        (void)!write(1, "took it\n", 8);
    return 0;
}

/* Leaves a process behind that has the terminal open until it is killed. */
static int role_leave(const char *arg)
{
    (void)arg;
    pid_t pid = fork();
    if (pid == 0) {
        (void)pause();
        return 0;
    }
    return dprintf(1, "left %ld.", (long)pid) < 0;
}

/* ---- the tests ---- */

/* One subject: returns the bytes that are missing or wrong. */
static size_t tail_lost(size_t size)
{
    char arg[32];
    struct rig r;
    int slave;
    size_t good = 0;

    (void)snprintf(arg, sizeof(arg), "%zu", size);
    rig_open(&r, &slave);
    rig_spawn(&r, slave, "tail", arg);
    CU_ASSERT(rig_wait(&r, NULL));
    CU_ASSERT_EQUAL(pty_finish(r.pty, &r.diag), PTY_ENDED);
    CU_ASSERT(WIFEXITED(r.status) && WEXITSTATUS(r.status) == 7);
    while (good < r.shown.size && good < size && r.shown.data[good] == tail_byte(good))
        good++;
    size_t lost = size - good + (r.shown.size > size ? r.shown.size - size : 0);
    rig_close(&r);
    return lost;
}

static void test_pty_loses_no_byte_of_a_subject_that_exits(void)
{
    static const size_t kibibytes[] = {1, 8, 16, 20, 64, 256};
    size_t lost = 0;

    for (unsigned long i = 0; i < children; i++) {
        for (size_t k = 0; k < sizeof(kibibytes) / sizeof(kibibytes[0]); k++)
            lost += tail_lost(kibibytes[k] * 1024);
    }
    CU_ASSERT_EQUAL(lost, 0);
}

static void test_pty_is_as_asked_for(void)
{
    struct termios modes;
    struct termios now;
    struct winsize size;
    struct diag diag;
    int master;
    int slave;

    pty_modes_default(&modes);
    CU_ASSERT_EQUAL(pty_open(30, 100, &master, &slave, &diag), 0);
    CU_ASSERT(tcgetattr(slave, &now) == 0 && pty_modes_equal(&modes, &now));
    CU_ASSERT(ioctl(slave, TIOCGWINSZ, &size) == 0 && size.ws_row == 30 && size.ws_col == 100);
    CU_ASSERT((fcntl(master, F_GETFD) & FD_CLOEXEC) != 0);
    CU_ASSERT((fcntl(slave, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(close(master) == 0 && close(slave) == 0);
    CU_ASSERT_EQUAL(pty_open(0, 80, &master, &slave, &diag), ERR_INPUT);
    CU_ASSERT_EQUAL(pty_open(24, 70000, &master, &slave, &diag), ERR_INPUT);
}

/* Two terminals are two devices; one whose slave was let go is none any more. */
static void test_pty_knows_its_device(void)
{
    struct rig r[2];
    struct stat s[2];
    int slave[2];

    for (int i = 0; i < 2; i++) {
        rig_open(&r[i], &slave[i]);
        CHECK(fstat(slave[i], &s[i]) == 0);
    }
    CU_ASSERT_NOT_EQUAL(s[0].st_rdev, s[1].st_rdev);
    for (int i = 0; i < 2; i++)
        CU_ASSERT_EQUAL(pty_device(r[i].pty), s[i].st_rdev);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(pty_finish(r[i].pty, &r[i].diag), PTY_ENDED);
        CU_ASSERT_EQUAL(pty_device(r[i].pty), 0);
        rig_close(&r[i]);
    }
}

static void test_pty_signals_and_answers_while_a_subject_lives(void)
{
    struct rig r;
    struct termios modes;
    struct termios expected;
    int slave;

    rig_open(&r, &slave);
    CU_ASSERT_EQUAL(pty_foreground(r.pty, &r.diag), 0);
    rig_spawn(&r, slave, "session", "cooked");
    CU_ASSERT_FATAL(rig_wait(&r, "ready\r\n"));
    CU_ASSERT_EQUAL(pty_foreground(r.pty, &r.diag), r.pid);
    pty_modes_default(&expected);
    CU_ASSERT_EQUAL(pty_modes(r.pty, &modes, &r.diag), 0);
    CU_ASSERT(pty_modes_equal(&modes, &expected));
    CU_ASSERT_EQUAL(pty_signal_tiocsig(r.pty, SIGINT, &r.diag), 0);
    CU_ASSERT(rig_wait(&r, "got INT"));
    CU_ASSERT_EQUAL(pty_signal_tiocsig(r.pty, SIGTERM, &r.diag), ERR_INPUT);
    CU_ASSERT_EQUAL(pty_resize(r.pty, 10, 10, &r.diag), 0);
    CU_ASSERT(rig_wait(&r, "got WINCH"));
    CU_ASSERT_EQUAL(pty_resize(r.pty, 10, 0, &r.diag), ERR_INPUT);
    CU_ASSERT_EQUAL(pty_write(r.pty, "x\r", 2, &r.diag), 0);
    CU_ASSERT(rig_wait(&r, "took it"));
    CU_ASSERT_EQUAL(pty_input_pending(r.pty, &r.diag), 0);
    CU_ASSERT_EQUAL(pty_write(r.pty, "\x04", 1, &r.diag), 0);
    CU_ASSERT(rig_wait(&r, NULL));
    CU_ASSERT_EQUAL(pty_finish(r.pty, &r.diag), PTY_ENDED);
    CU_ASSERT_EQUAL(pty_finish(r.pty, &r.diag), PTY_ENDED);
    CU_ASSERT_EQUAL(pty_modes(r.pty, &modes, &r.diag), 0);
    CU_ASSERT_EQUAL(pty_write(r.pty, "x", 1, &r.diag), ERR_GONE);
    CU_ASSERT_EQUAL(pty_input_pending(r.pty, &r.diag), ERR_GONE);
    rig_close(&r);
}

static void test_pty_sees_what_a_subject_left_behind(void)
{
    struct rig r;
    struct termios before;
    struct termios now;
    int slave;

    rig_open(&r, &slave);
    CU_ASSERT_EQUAL(pty_modes(r.pty, &before, &r.diag), 0);
    rig_spawn(&r, slave, "session", "raw");
    CU_ASSERT_FATAL(rig_wait(&r, "ready"));
    CU_ASSERT_EQUAL(pty_modes(r.pty, &now, &r.diag), 0);
    CU_ASSERT_FALSE(pty_modes_equal(&before, &now));
    CU_ASSERT_EQUAL(before.c_iflag & ~now.c_iflag, ICRNL | IXON);
    CU_ASSERT_EQUAL(before.c_oflag & ~now.c_oflag, OPOST);
    CU_ASSERT_EQUAL(before.c_lflag & ~now.c_lflag, ISIG | ICANON | ECHO | IEXTEN);
    /* Typed and not read: raw, so every byte counts; nobody echoes. */
    CU_ASSERT_EQUAL(pty_write(r.pty, "abc", 3, &r.diag), 0);
    CU_ASSERT_EQUAL(pty_input_pending(r.pty, &r.diag), 3);
    rig_close(&r);
}

/* Whoever has inherited it shares the open file, whoever opens it anew does not. */
static void test_pty_knows_whether_reading_it_waits(void)
{
    struct rig r;
    int slave;

    rig_open(&r, &slave);
    CU_ASSERT_TRUE(pty_waits(r.pty));
    int inherited = dup(slave);
    int before = fcntl(inherited, F_GETFL);
    CHECK(inherited >= 0 && before >= 0 && fcntl(inherited, F_SETFL, before | O_NONBLOCK) == 0);
    CU_ASSERT_FALSE(pty_waits(r.pty));
    CHECK(fcntl(inherited, F_SETFL, before) == 0);
    CU_ASSERT_TRUE(pty_waits(r.pty));
    CHECK(close(inherited) == 0);
    char name[64];
    (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", slave);
    int opened = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    CHECK(opened >= 0);
    CU_ASSERT_TRUE(pty_waits(r.pty));
    CHECK(close(opened) == 0);
    (void)pty_finish(r.pty, &r.diag);
    CU_ASSERT_TRUE(pty_waits(r.pty));
    rig_close(&r);
}

/* Goal: the modes are those that the kernel gives a terminal, and each of its characters counts. */
static void test_pty_modes_are_the_kernels_own(void)
{
    struct termios ours;
    struct termios kernel;
    int pair[2];

    CHECK(openpty(&pair[0], &pair[1], NULL, NULL, NULL) == 0);
    CHECK(tcgetattr(pair[1], &kernel) == 0);
    pty_modes_default(&ours);
    CU_ASSERT_TRUE(pty_modes_equal(&ours, &kernel));
    for (size_t i = 0; i < NCCS; i++) {
        CU_ASSERT_EQUAL(ours.c_cc[i], kernel.c_cc[i]);
        struct termios other = ours;
        other.c_cc[i]++;
        CU_ASSERT_FALSE(pty_modes_equal(&ours, &other));
    }
    CHECK(close(pair[0]) == 0 && close(pair[1]) == 0);
}

static void test_pty_modes_ignore_only_what_the_kernel_sets(void)
{
    struct termios a;
    struct termios b;

    pty_modes_default(&a);
    b = a;
    b.c_lflag |= PENDIN;
    CU_ASSERT(pty_modes_equal(&a, &b));
    b.c_cc[VMIN] = 0;
    b.c_lflag |= TOSTOP;
    CU_ASSERT_FALSE(pty_modes_equal(&a, &b));
    /* Each by itself. */
    for (int i = 0; i < 8; i++) {
        b = a;
        b.c_iflag ^= i == 0 ? IXOFF : 0U;
        b.c_oflag ^= i == 1 ? ONLCR : 0U;
        b.c_cflag ^= i == 2 ? HUPCL : 0U;
        b.c_lflag ^= i == 3 ? TOSTOP : 0U;
        b.c_line = (cc_t)(b.c_line ^ (i == 4));
        b.c_ispeed ^= i == 5;
        b.c_ospeed ^= i == 6;
        b.c_cc[NCCS - 1] = (cc_t)(b.c_cc[NCCS - 1] ^ (i == 7));
        CU_ASSERT_FALSE(pty_modes_equal(&a, &b));
    }
}

/* Typing for a program that reads nothing yet; returns its end of the terminal. */
static int typing_open(struct rig *r)
{
    struct termios raw;
    int slave;

    rig_open(r, &slave);
    pty_modes_default(&raw);
    cfmakeraw(&raw);
    CHECK(tcsetattr(slave, TCSANOW, &raw) == 0);
    CHECK(fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK) == 0);
    return slave;
}

/* Goal: all that was typed arrives.
 * Method: the kernel passes it on by a worker, which has to come to a processor: that is a matter
 * of time, not of turns. */
static void typing_arrives(struct rig *r, int slave, size_t typed)
{
    static char block[PTY_QUEUE_BYTES_MAX];
    size_t read_back = 0;

    while (read_back < typed && !r->late) {
        struct pollfd taken = {.fd = slave, .events = POLLIN};
        CHECK(poll(&taken, 1, 1) >= 0);
        ssize_t n = read(slave, block, sizeof(block));
        read_back += n > 0 ? (size_t)n : 0;
        (void)loop_run_nowait(r->loop);
    }
    CU_ASSERT_EQUAL(read_back, typed);
    CU_ASSERT_EQUAL(pty_queued(r->pty), 0);
}

static void test_pty_queue_is_bounded_and_gets_written(void)
{
    static char block[PTY_QUEUE_BYTES_MAX];
    struct rig r;
    int slave = typing_open(&r);

    memset(block, 'k', sizeof(block));
    CU_ASSERT_EQUAL(pty_write(r.pty, block, sizeof(block), &r.diag), 0);
    CU_ASSERT(pty_queued(r.pty) > 0);
    CU_ASSERT_EQUAL(pty_write(r.pty, block, sizeof(block), &r.diag), ERR_FULL);
    typing_arrives(&r, slave, sizeof(block));
    rig_close(&r);
}

static void test_pty_writes_a_queue_of_one_byte_too(void)
{
    struct rig r;
    int slave = typing_open(&r);
    size_t typed = 0;

    while (pty_queued(r.pty) == 0 && typed < PTY_QUEUE_BYTES_MAX) {
        CU_ASSERT_EQUAL_FATAL(pty_write(r.pty, "k", 1, &r.diag), 0);
        typed++;
    }
    CU_ASSERT_EQUAL(pty_queued(r.pty), 1);
    typing_arrives(&r, slave, typed);
    rig_close(&r);
}

static void test_pty_finish_tells_when_another_holds_the_terminal(void)
{
    struct rig r;
    int slave;

    rig_open(&r, &slave);
    rig_spawn(&r, slave, "leave", "");
    CU_ASSERT_FATAL(rig_wait(&r, NULL));
    CU_ASSERT_EQUAL(pty_finish(r.pty, &r.diag), PTY_HELD);
    const char *left = strstr(buf_text(&r.shown), "left ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(left);
    long pid = strtol(left + 5, NULL, 10);
    CU_ASSERT_FATAL(pid > 1);
    int pidfd = pidfd_of((pid_t)pid);
    CHECK(pidfd >= 0 && kill((pid_t)pid, SIGKILL) == 0);
    /* The loop reads the hang-up; asking again is harmless. */
    while (!r.late && pty_finish(r.pty, &r.diag) == PTY_HELD)
        (void)loop_run_once(r.loop);
    CU_ASSERT_FALSE(r.late);
    CHECK(close(pidfd) == 0);
    rig_close(&r);
}

/* The prediction of echo.h against the kernel's own echo. */
static void test_the_kernel_echoes_what_echo_predicts(void)
{
    static const char *const typed[] = {"hello\r", "a\tb\n", "a\r\n\n",   "\x1b[A\x01z",
                                        "x\x04y",  "\x03",   "\xc3\xbc\r"};

    for (size_t i = 0; i < 4 * sizeof(typed) / sizeof(typed[0]); i++) {
        const char *text = typed[i / 4];
        struct rig r;
        struct termios modes;
        struct buf predicted = BUF_INIT;
        int slave;

        rig_open(&r, &slave);
        CHECK(pty_modes(r.pty, &modes, &r.diag) == 0);
        if ((i & 1) != 0)
            modes.c_lflag &= ~(tcflag_t)ECHOCTL;
        if ((i & 2) != 0)
            modes.c_lflag &= ~(tcflag_t)ICANON;
        CHECK(tcsetattr(slave, TCSANOW, &modes) == 0);
        echo_predict(&modes, text, strlen(text), &predicted);
        CU_ASSERT_EQUAL(pty_write(r.pty, text, strlen(text), &r.diag), 0);
        while (!r.late && r.shown.size < predicted.size)
            (void)loop_run_once(r.loop);
        CU_ASSERT(pty_input_pending(r.pty, &r.diag) >= 0); /* the kernel has taken it all */
        CU_ASSERT_EQUAL(pty_drain(r.pty, &r.diag), 0);
        CU_ASSERT_STRING_EQUAL(buf_text(&r.shown), buf_text(&predicted));
        buf_release(&predicted);
        rig_close(&r);
    }
}

/* The flags that the prediction asks for; by default all but IGNCR and INLCR are set. */
static const struct flag {
    tcflag_t input, output, local;
} flags[] = {
    {.input = IXON},   {.input = ICRNL},   {.input = IGNCR},  {.input = INLCR},
    {.output = OPOST}, {.output = ONLCR},  {.local = ICANON}, {.local = ISIG},
    {.local = IEXTEN}, {.local = ECHOCTL}, {.local = ECHO},   {0},
};

enum { FLAGS = sizeof(flags) / sizeof(flags[0]) };

/* What the kernel shows of this on a terminal without a program, until the last byte typed is there
 * if it `echoes`, and what there is behind that. */
static size_t kernel_echo(const int pair[2], const char *typed, size_t size, bool echoes, char *out,
                          size_t room)
{
    struct pollfd shown = {.fd = pair[0], .events = POLLIN};
    struct pollfd taken = {.fd = pair[1], .events = POLLIN};
    size_t count = 0;
    int pending;

    CHECK(write(pair[0], typed, size) == (ssize_t)size);
    /* As in pty_input_pending(). */
    CHECK(poll(&taken, 1, 0) >= 0 && ioctl(pair[1], FIONREAD, &pending) == 0);
    for (;;) {
        ssize_t got = read(pair[0], out + count, room - count);
        count += got > 0 ? (size_t)got : 0;
        bool over = !echoes || (count > 0 && out[count - 1] == typed[size - 1]);
        if (got <= 0 && (over || poll(&shown, 1, 10000) != 1))
            break;
    }
    CHECK(tcflush(pair[1], TCIOFLUSH) == 0);
    return count;
}

static bool byte_is_predicted(const int pair[2], const struct termios *modes, unsigned char byte)
{
    bool stops = (modes->c_iflag & IXON) != 0 && byte == modes->c_cc[VSTOP];
    /* Nothing is shown while output is stopped; and behind the byte comes one that is shown, which
     * no other of them is: an echo comes byte by byte, and that is its end. */
    char last = byte == 'x' ? 'z' : 'x';
    const char typed[] = {(char)byte, (char)(stops ? modes->c_cc[VSTART] : 'y'), last};
    struct buf predicted = BUF_INIT;
    char shown[64];

    echo_predict(modes, typed, sizeof(typed), &predicted);
    size_t size =
        kernel_echo(pair, typed, sizeof(typed), (modes->c_lflag & ECHO) != 0, shown, sizeof(shown));
    /* What follows an editing byte is not predicted. */
    bool cut = predicted.size == 0 || buf_text(&predicted)[predicted.size - 1] != last;
    bool same = cut ? size >= predicted.size : size == predicted.size;
    same = same && memcmp(shown, buf_text(&predicted), predicted.size) == 0;
    if (!same) {
        (void)printf("\nbyte %#x, modes %#x %#x %#x: predicted '%s', shown '%.*s'\n", byte,
                     modes->c_iflag, modes->c_oflag, modes->c_lflag, buf_text(&predicted),
                     (int)size, shown);
    }
    buf_release(&predicted);
    return same;
}

/* The same for every byte in every mode that matters, two flags at a time turned round. */
static void test_every_byte_is_echoed_as_predicted(void)
{
    struct termios plain;
    int pair[2];
    unsigned wrong = 0;

    CHECK(openpty(&pair[0], &pair[1], NULL, NULL, NULL) == 0);
    CHECK(fcntl(pair[0], F_SETFL, O_NONBLOCK) == 0);
    CHECK(tcgetattr(pair[1], &plain) == 0);
    pty_modes_default(&plain);
    for (int i = 0; i < FLAGS * FLAGS; i++) {
        const struct flag *one = &flags[i / FLAGS];
        const struct flag *two = &flags[i % FLAGS];
        struct termios modes = plain;
        modes.c_iflag ^= one->input | two->input;
        modes.c_oflag ^= one->output | two->output;
        modes.c_lflag ^= one->local | two->local;
        CHECK(one > two || tcsetattr(pair[1], TCSANOW, &modes) == 0);
        for (int byte = 0; one <= two && byte < 256; byte++)
            wrong += !byte_is_predicted(pair, &modes, (unsigned char)byte);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CHECK(close(pair[0]) == 0 && close(pair[1]) == 0);
}

static int run_tests(void)
{
    static CU_TestInfo tests[] = {
        {"no byte lost",        test_pty_loses_no_byte_of_a_subject_that_exits       },
        {"profile",             test_pty_is_as_asked_for                             },
        {"device",              test_pty_knows_its_device                            },
        {"signals and answers", test_pty_signals_and_answers_while_a_subject_lives   },
        {"leftovers",           test_pty_sees_what_a_subject_left_behind             },
        {"waits",               test_pty_knows_whether_reading_it_waits              },
        {"default modes",       test_pty_modes_are_the_kernels_own                   },
        {"modes",               test_pty_modes_ignore_only_what_the_kernel_sets      },
        {"queue limit",         test_pty_queue_is_bounded_and_gets_written           },
        {"queue of one",        test_pty_writes_a_queue_of_one_byte_too              },
        {"held by another",     test_pty_finish_tells_when_another_holds_the_terminal},
        {"echo",                test_the_kernel_echoes_what_echo_predicts            },
        {"echo of every byte",  test_every_byte_is_echoed_as_predicted               },
        CU_TEST_INFO_NULL,
    };
    return suite_run("pty", tests);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(const char *arg);
    } roles[] = {
        {"tail",    role_tail   },
        {"session", role_session},
        {"leave",   role_leave  }
    };

    for (size_t i = 0; argc == 3 && i < sizeof(roles) / sizeof(roles[0]); i++) {
        if (strcmp(argv[1], roles[i].name) == 0)
            return roles[i].run(argv[2]);
    }
    if (argc > 1)
        children = strtoul(argv[1], NULL, 10);
    return run_tests();
}
