/* signals_test.c: every signal becomes an event, with its sender; a stuck loop can be escaped. */
#include "runtime/actor/core.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/signals.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STORM = 8000 };

struct fixture {
    struct loop *loop;
    struct signals signals;
    int count[NSIG];
    bool kernel;
    pid_t pid;
    int64_t at_ns;
};

static void on_signal(void *user, int number, const struct signal_came *came)
{
    struct fixture *x = user;

    x->count[number]++;
    x->kernel = came->kernel;
    x->pid = came->pid;
    x->at_ns = came->at_ns;
}

static void fixture_start(struct fixture *x)
{
    memset(x, 0, sizeof(*x));
    CHECK(loop_new(&x->loop, NULL) == 0);
    x->signals.on_signal = on_signal;
    x->signals.user = x;
    CHECK(signals_open(&x->signals, x->loop, true, NULL) == 0);
}

static void fixture_end(struct fixture *x)
{
    signals_close(&x->signals);
    loop_free(x->loop);
}

static void wait_for(struct fixture *x, int number)
{
    while (x->count[number] == 0)
        CHECK(loop_run_once(x->loop));
}

/* Forks a process that runs `body(fd)` with the fixture, says a byte on the pipe when it is ready,
 * and exits with what it returns. */
static pid_t start(int (*body)(struct fixture *x, int said), int *said)
{
    int end[2];

    CHECK(pipe(end) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        struct fixture x;
        fixture_start(&x);
        int status = body(&x, end[1]);
        fixture_end(&x);
        _exit(status);
    }
    close(end[1]);
    *said = end[0];
    return pid;
}

static void say(int fd)
{
    CHECK(write(fd, "x", 1) == 1);
}

static void hear(int fd)
{
    char byte = 0;

    CHECK(read(fd, &byte, 1) == 1);
}

static int end_of(pid_t pid)
{
    int status = 0;

    CHECK(waitpid(pid, &status, 0) == pid);
    return status;
}

static void test_signals_name_the_process_that_sent_them(void)
{
    struct fixture x;

    fixture_start(&x);
    CHECK(kill(getpid(), SIGINT) == 0);
    CU_ASSERT_EQUAL(x.count[SIGINT], 0); /* handlers only record */
    wait_for(&x, SIGINT);
    CU_ASSERT_FALSE(x.kernel);
    CU_ASSERT_EQUAL(x.pid, getpid());
    CHECK(kill(getpid(), SIGTERM) == 0 && kill(getpid(), SIGHUP) == 0);
    signals_drain(&x.signals);
    CU_ASSERT_EQUAL(x.count[SIGTERM], 1);
    CU_ASSERT_EQUAL(x.count[SIGHUP], 1);
    fixture_end(&x);
}

static int body_terminal(struct fixture *x, int said)
{
    int master = -1;
    int slave = -1;

    (void)said;
    CHECK(setsid() > 0);
    CHECK(openpty(&master, &slave, NULL, NULL, NULL) == 0);
    CHECK(ioctl(slave, TIOCSCTTY, 0) == 0);
    CHECK(write(master, "\003", 1) == 1);
    wait_for(x, SIGINT);
    return x->kernel && x->pid == 0 ? 0 : 1;
}

static void test_signals_know_a_key_of_the_terminal(void)
{
    int said = -1;
    pid_t pid = start(body_terminal, &said);

    CU_ASSERT_EQUAL(end_of(pid), 0);
    close(said);
}

static void test_signals_that_waited_since_exec_are_not_lost(void)
{
    struct fixture x;
    sigset_t all;

    (void)sigfillset(&all);
    CHECK(sigprocmask(SIG_SETMASK, &all, NULL) == 0);
    CHECK(kill(getpid(), SIGTERM) == 0);
    fixture_start(&x);
    signals_drain(&x.signals);
    CU_ASSERT_EQUAL(x.count[SIGTERM], 1);
    CHECK(sigprocmask(SIG_SETMASK, NULL, &all) == 0);
    CU_ASSERT_EQUAL(sigismember(&all, SIGTERM), 0);
    fixture_end(&x);
}

/* Goal: a signal is as old as it is, however late the loop reads it. */
static void test_signals_are_timed_when_they_come(void)
{
    struct fixture x;

    fixture_start(&x);
    int64_t before_ns = loop_now_ns();
    CHECK(kill(getpid(), SIGUSR1) == 0);
    int64_t after_ns = loop_now_ns();
    while (loop_now_ns() == after_ns)
        continue;
    signals_drain(&x.signals);
    CU_ASSERT_TRUE(x.at_ns >= before_ns && x.at_ns <= after_ns);
    fixture_end(&x);
}

static void test_signals_of_another_kind_survive_a_full_pipe(void)
{
    struct fixture x;

    fixture_start(&x);
    for (int i = 0; i < STORM; i++)
        CHECK(kill(getpid(), SIGUSR1) == 0);
    CHECK(kill(getpid(), SIGTERM) == 0);
    signals_drain(&x.signals);
    CU_ASSERT_TRUE(x.count[SIGUSR1] > 0 && x.count[SIGUSR1] < STORM);
    CU_ASSERT_EQUAL(x.count[SIGTERM], 1);
    fixture_end(&x);
}

/* Goal: who could not be stopped goes on also when there is no room to say so. */
static void test_signals_go_on_when_the_pipe_is_full(void)
{
    struct fixture x;

    fixture_start(&x);
    for (int i = 0; i < STORM; i++)
        CHECK(kill(getpid(), SIGUSR1) == 0);
    signals_stop(&x.signals);
    signals_drain(&x.signals);
    CU_ASSERT_EQUAL(x.count[SIGCONT], 1);
    signals_drain(&x.signals);
    CU_ASSERT_EQUAL(x.count[SIGCONT], 1); /* once */
    fixture_end(&x);
}

static int body_stop(struct fixture *x, int said)
{
    /* A group of its own below a parent of the same session: not an orphaned one, whatever the
     * test itself runs under. */
    CHECK(setpgid(0, 0) == 0);
    signals_stop_waits(&x->signals, true);
    say(said);
    wait_for(x, SIGTSTP);
    signals_stop(&x->signals);
    wait_for(x, SIGCONT);
    return x->count[SIGTSTP] == 1 && x->count[SIGCONT] == 1 ? 0 : 1;
}

static void test_signals_stop_and_go_on(void)
{
    int said = -1;
    int status = 0;
    pid_t pid = start(body_stop, &said);

    hear(said);
    CHECK(kill(pid, SIGTSTP) == 0);
    CHECK(waitpid(pid, &status, WUNTRACED) == pid);
    CU_ASSERT_TRUE(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP);
    CHECK(kill(pid, SIGCONT) == 0);
    CU_ASSERT_EQUAL(end_of(pid), 0);
    close(said);
}

static int body_orphaned_group(struct fixture *x, int said)
{
    (void)said;
    CHECK(setsid() > 0); /* nobody could continue this group, so the kernel does not stop it */
    signals_stop_waits(&x->signals, true);
    CHECK(kill(getpid(), SIGTSTP) == 0);
    wait_for(x, SIGTSTP);
    signals_stop(&x->signals);
    signals_drain(&x->signals);
    return x->count[SIGCONT] == 1 ? 0 : 1;
}

/* Nobody is there to continue it: it ends only because it does not stop. */
static int body_taken_back(struct fixture *x, int said)
{
    (void)said;
    CHECK(setpgid(0, 0) == 0);
    signals_stop_waits(&x->signals, true);
    /* Before the loop has seen it. */
    CHECK(kill(getpid(), SIGTSTP) == 0 && kill(getpid(), SIGCONT) == 0);
    wait_for(x, SIGCONT);
    CHECK(x->count[SIGTSTP] == 0);
    /* Between that and the stop. */
    CHECK(kill(getpid(), SIGTSTP) == 0);
    wait_for(x, SIGTSTP);
    CHECK(kill(getpid(), SIGCONT) == 0);
    signals_stop(&x->signals);
    signals_drain(&x->signals);
    return x->count[SIGTSTP] == 1 && x->count[SIGCONT] == 2 ? 0 : 1;
}

static void test_signals_take_a_stop_back(void)
{
    int said = -1;
    int status = 0;
    pid_t pid = start(body_taken_back, &said);

    CHECK(waitpid(pid, &status, WUNTRACED) == pid);
    CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    if (WIFSTOPPED(status))
        CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, &status, 0) == pid);
    close(said);
}

/* A loop that never comes round. */
static int body_busy(struct fixture *x, int said)
{
    CHECK(setpgid(0, 0) == 0);
    signals_stop_waits(&x->signals, true);
    signals_stop_waits(&x->signals, false);
    say(said);
    for (;;)
        pause();
}

static void test_signals_stop_who_is_busy(void)
{
    int said = -1;
    int status = 0;
    pid_t pid = start(body_busy, &said);

    hear(said);
    CHECK(kill(pid, SIGTSTP) == 0);
    CHECK(waitpid(pid, &status, WUNTRACED) == pid);
    CU_ASSERT_TRUE(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP);
    CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, &status, 0) == pid);
    close(said);
}

/* The defect: the stop stands in the pipe, where no SIGCONT finds it. */
static int body_late(struct fixture *x, int said)
{
    (void)said;
    CHECK(setpgid(0, 0) == 0);
    signals_stop_late(&x->signals);
    CHECK(kill(getpid(), SIGTSTP) == 0 && kill(getpid(), SIGCONT) == 0);
    wait_for(x, SIGTSTP);
    signals_stop(&x->signals);
    return 0;
}

static void test_signals_stop_late_with_the_defect(void)
{
    int said = -1;
    int status = 0;
    pid_t pid = start(body_late, &said);

    CHECK(waitpid(pid, &status, WUNTRACED) == pid);
    CU_ASSERT_TRUE(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP);
    CHECK(kill(pid, SIGCONT) == 0);
    CU_ASSERT_EQUAL(end_of(pid), 0);
    close(said);
}

static void test_signals_go_on_where_nothing_can_be_stopped(void)
{
    int said = -1;
    pid_t pid = start(body_orphaned_group, &said);

    CU_ASSERT_EQUAL(end_of(pid), 0);
    close(said);
}

static enum escape_by escape_wanted;
static int escape_slave = -1;
static int burst_number;

static int body_stuck(struct fixture *x, int said)
{
    struct termios modes;

    (void)x;
    CHECK(tcgetattr(escape_slave, &modes) == 0);
    signals_set_modes(escape_slave, &modes);
    modes.c_lflag &= ~(tcflag_t)ICANON;
    CHECK(tcsetattr(escape_slave, TCSANOW, &modes) == 0);
    signals_set_escape(escape_wanted);
    say(said);
    for (;;)
        pause(); /* never back to the loop */
}

/* Lets time pass on the test's own loop: presses are told apart by it. */
static void pass_timer(struct loop_timer *t)
{
    (void)t;
}

static void pass(int64_t ns)
{
    struct loop *l = NULL;
    struct loop_timer t = {.on_time = pass_timer};

    CHECK(loop_new(&l, NULL) == 0);
    CHECK(loop_timer_start(l, &t, loop_now_ns() + ns, NULL) == 0);
    while (loop_run_once(l)) {
    }
    loop_free(l);
}

/* Sends the presses; returns the wait status after a last SIGKILL, which comes too late when the
 * process has died before. */
static int press(int number, int presses, enum escape_by by, int64_t gap_ns)
{
    struct termios modes;
    int master = -1;
    int said = -1;

    escape_wanted = by;
    CHECK(openpty(&master, &escape_slave, NULL, NULL, NULL) == 0);
    pid_t pid = start(body_stuck, &said);
    hear(said);
    for (int i = 0; i < presses; i++) {
        CHECK(kill(pid, number) == 0);
        pass(gap_ns);
    }
    (void)kill(pid, SIGKILL);
    int status = end_of(pid);
    CHECK(tcgetattr(escape_slave, &modes) == 0);
    CU_ASSERT_EQUAL((modes.c_lflag & ICANON) != 0, WTERMSIG(status) == number);
    close(said);
    close(master);
    close(escape_slave);
    return WTERMSIG(status);
}

static const int64_t apart_ns = CORE_MERGE_NS + 20 * MS_NS;

static void test_signals_three_unread_presses_end_a_stuck_loop(void)
{
    CU_ASSERT_EQUAL(press(SIGINT, 3, ESCAPE_ANY, apart_ns), SIGINT);
    CU_ASSERT_EQUAL(press(SIGQUIT, 3, ESCAPE_ANY, apart_ns), SIGQUIT);
    CU_ASSERT_EQUAL(press(SIGINT, 2, ESCAPE_ANY, apart_ns), SIGKILL);
    CU_ASSERT_EQUAL(press(SIGQUIT, 2, ESCAPE_ANY, apart_ns), SIGKILL);
}

/* Goal: who is at the root's prompt is safe from any number of interrupts, and still there is a
 * key that works. */
static void test_signals_that_insist_end_a_stuck_loop_that_has_the_terminal(void)
{
    CU_ASSERT_EQUAL(press(SIGQUIT, 3, ESCAPE_INSIST, apart_ns), SIGQUIT);
    CU_ASSERT_EQUAL(press(SIGTERM, 3, ESCAPE_INSIST, apart_ns), SIGTERM);
    CU_ASSERT_EQUAL(press(SIGINT, 3, ESCAPE_INSIST, apart_ns), SIGKILL);
}

static void test_signals_end_no_loop_that_is_not_to_escape(void)
{
    CU_ASSERT_EQUAL(press(SIGINT, 3, ESCAPE_NONE, apart_ns), SIGKILL);
    CU_ASSERT_EQUAL(press(SIGQUIT, 3, ESCAPE_NONE, apart_ns), SIGKILL);
}

static int body_burst(struct fixture *x, int said)
{
    (void)x;
    signals_set_escape(ESCAPE_ANY);
    say(said);
    for (int i = 0; i < 30; i++)
        CHECK(raise(burst_number) == 0);
    return 0;
}

/* Returns how the process ended. One that was kept from the processor for so long that it is no
 * burst counts for nothing: another is tried. */
static int burst(int number)
{
    int status = -1;
    int64_t began_ns = 0;

    burst_number = number;
    do {
        int said = -1;
        began_ns = loop_now_ns();
        pid_t pid = start(body_burst, &said);
        hear(said);
        status = end_of(pid);
        close(said);
    } while (loop_now_ns() - began_ns >= ESCAPE_SPAN_NS);
    return status;
}

static void test_signals_a_burst_is_one_press(void)
{
    CU_ASSERT_EQUAL(burst(SIGINT), 0);
    CU_ASSERT_EQUAL(burst(SIGQUIT), 0);
}

/* Goal: a loop that is slow, but comes round between two presses, reads them in their order; and
 * those that came while the escape was closed are one press at most. */
static void test_signals_that_were_read_or_came_to_a_held_loop_do_not_add_up(void)
{
    struct fixture x;

    fixture_start(&x);
    signals_set_escape(ESCAPE_INSIST);
    for (int i = 0; i < ESCAPE_PRESSES; i++) {
        CHECK(raise(SIGQUIT) == 0);
        signals_drain(&x.signals);
        pass(apart_ns);
    }
    signals_set_escape(ESCAPE_NONE);
    for (int i = 0; i < ESCAPE_PRESSES; i++) {
        CHECK(raise(SIGQUIT) == 0);
        pass(apart_ns);
    }
    signals_set_escape(ESCAPE_INSIST);
    CHECK(raise(SIGQUIT) == 0); /* the second */
    signals_drain(&x.signals);
    CU_ASSERT_EQUAL(x.count[SIGQUIT], 2 * ESCAPE_PRESSES + 1);
    fixture_end(&x);
}

/* Goal: whatever the own code does to a signal is found by looking, and undone. */
static void test_signals_that_were_replaced_are_put_back(void)
{
    struct fixture x;
    sigset_t blocked;
    sigset_t now;

    fixture_start(&x);
    CU_ASSERT_EQUAL(signals_assert(&x.signals), 0);
    for (int how = ACTOR_SIGNAL_DEFAULT; how <= ACTOR_SIGNAL_HANDLER; how++) {
        signals_replace(SIGINT, (enum actor_signal)how);
        CU_ASSERT_EQUAL(signals_assert(&x.signals), UINT64_C(1) << SIGINT);
        CU_ASSERT_EQUAL(signals_assert(&x.signals), 0);
        x.count[SIGINT] = 0;
        CU_ASSERT_EQUAL(raise(SIGINT), 0);
        wait_for(&x, SIGINT);
        CU_ASSERT_EQUAL(x.count[SIGINT], 1);
    }
    /* The same for what is ignored, for the reaper's signal, and for the mask. */
    signals_replace(SIGPIPE, ACTOR_SIGNAL_DEFAULT);
    signals_replace(SIGCHLD, ACTOR_SIGNAL_IGNORE);
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &blocked, NULL);
    CU_ASSERT_EQUAL(signals_assert(&x.signals), UINT64_C(1) << SIGPIPE | UINT64_C(1) << SIGCHLD);
    /* For what is left to its default; what is nobody's stays as it is. */
    signals_replace(SIGTSTP, ACTOR_SIGNAL_HANDLER);
    signals_replace(SIGALRM, ACTOR_SIGNAL_IGNORE);
    signals_replace(SIGUSR2, ACTOR_SIGNAL_IGNORE);
    CU_ASSERT_EQUAL(signals_assert(&x.signals), UINT64_C(1) << SIGTSTP | UINT64_C(1) << SIGALRM);
    CU_ASSERT_EQUAL(raise(SIGUSR2), 0);
    (void)sigprocmask(SIG_BLOCK, NULL, &now);
    CU_ASSERT_FALSE(sigismember(&now, SIGTERM));
    fixture_end(&x);
}

/* A replaced handler swallows what comes; that is what the look is for. */
/* A SIGTERM of anybody is a wish; one that finds another parent is the kernel's word. */
static int lose_the_parent(struct fixture *x, int said)
{
    (void)said;
    signals_set_parent(getppid());
    CHECK(raise(SIGTERM) == 0);
    if (alarm(0) != 0)
        return 1;
    signals_set_parent(getppid() + 1);
    CHECK(raise(SIGINT) == 0);
    if (alarm(0) != 0)
        return 2;
    CHECK(raise(SIGTERM) == 0);
    unsigned left = alarm(0);
    if (left == 0 || left > DRIVER_ORPHAN_S)
        return 3;
    signals_drain(&x->signals);
    return x->count[SIGTERM] == 2 ? 0 : 4;
}

/* The limit of who hears of its parent's death by that signal alone, as somebody else has the other
 * end of its link: it is cancelled, it is no orphan, and after a while the alarm ends it. */
static void test_signals_start_the_alarm_of_an_orphan(void)
{
    int status = -1;
    int said = -1;

    pid_t pid = start(lose_the_parent, &said);
    CHECK(waitpid(pid, &status, 0) == pid);
    CU_ASSERT_EQUAL(status, 0);
    close(said);
}

static void test_signals_to_a_replaced_handler_are_gone(void)
{
    struct fixture x;

    fixture_start(&x);
    signals_replace(SIGINT, ACTOR_SIGNAL_HANDLER);
    CU_ASSERT_EQUAL(raise(SIGINT), 0);
    CU_ASSERT_EQUAL(raise(SIGUSR1), 0);
    wait_for(&x, SIGUSR1);
    CU_ASSERT_EQUAL(x.count[SIGINT], 0);
    fixture_end(&x);
}

int main(void)
{
    (void)alarm(60);
    CU_pSuite suite = suite_open("signals", NULL, NULL);
    CU_ADD_TEST(suite, test_signals_name_the_process_that_sent_them);
    CU_ADD_TEST(suite, test_signals_know_a_key_of_the_terminal);
    CU_ADD_TEST(suite, test_signals_that_waited_since_exec_are_not_lost);
    CU_ADD_TEST(suite, test_signals_are_timed_when_they_come);
    CU_ADD_TEST(suite, test_signals_of_another_kind_survive_a_full_pipe);
    CU_ADD_TEST(suite, test_signals_go_on_when_the_pipe_is_full);
    CU_ADD_TEST(suite, test_signals_stop_and_go_on);
    CU_ADD_TEST(suite, test_signals_go_on_where_nothing_can_be_stopped);
    CU_ADD_TEST(suite, test_signals_take_a_stop_back);
    CU_ADD_TEST(suite, test_signals_stop_who_is_busy);
    CU_ADD_TEST(suite, test_signals_stop_late_with_the_defect);
    CU_ADD_TEST(suite, test_signals_three_unread_presses_end_a_stuck_loop);
    CU_ADD_TEST(suite, test_signals_that_insist_end_a_stuck_loop_that_has_the_terminal);
    CU_ADD_TEST(suite, test_signals_end_no_loop_that_is_not_to_escape);
    CU_ADD_TEST(suite, test_signals_a_burst_is_one_press);
    CU_ADD_TEST(suite, test_signals_that_were_read_or_came_to_a_held_loop_do_not_add_up);
    CU_ADD_TEST(suite, test_signals_that_were_replaced_are_put_back);
    CU_ADD_TEST(suite, test_signals_start_the_alarm_of_an_orphan);
    CU_ADD_TEST(suite, test_signals_to_a_replaced_handler_are_gone);
    return suite_close();
}
