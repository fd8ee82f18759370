/* listener_test.c: system calls of a command as points. Called with a word, this program is the
 * command. */
#include "harness/real/ready.h"
#include "harness/real/seccomp.h"
#include "harness/real/tests/call_bench.h"
#include "runtime/base/pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* ---- The command ------------------------------------------------------------------------ */

extern char **environ;

static void on_signal(int signal)
{
    (void)signal;
}

static void handler_set(int flags)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};

    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
}

static pid_t child_exiting(int status)
{
    pid_t pid = fork();

    CHECK(pid >= 0);
    if (pid == 0)
        _exit(status);
    return pid;
}

/* Looks for a program as a shell does. */
static int be_searching(void)
{
    char name[] = "true";
    char *argv[] = {name, NULL};

    (void)execve("/no/such/folder/true", argv, environ);
    (void)execve("/etc/passwd", argv, environ);
    (void)execve("/etc", argv, environ);
    (void)execve("/bin/true", argv, environ);
    return 9;
}

/* The exit status says what the second one has failed with. */
static int be_making(void)
{
    int error = 0;

    for (int i = 0; i < 3; i++) {
        CHECK(mkdir("/no/such/folder", 0700) < 0);
        error = i == 1 ? errno : error;
    }
    return error;
}

/* Waits for two children in the same place. */
static int be_waiting(void)
{
    (void)child_exiting(0);
    (void)child_exiting(0);
    for (int i = 0; i < 2; i++)
        CHECK(wait4(-1, NULL, 0, NULL) > 0);
    return 0;
}

/* One wait, that a handler interrupts: its child sends the signal when it is told to. */
static int be_interrupted(void)
{
    handler_set(SA_RESTART);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        char byte;
        _exit(read(0, &byte, 1) == 1 ? 3 : 1);
    }
    int status = 0;
    CHECK(wait4(child, &status, 0, NULL) == child);
    return WEXITSTATUS(status);
}

static int be_spawning(void)
{
    char name[] = "true";
    char *argv[] = {name, NULL};
    int status = 0;
    pid_t pid;

    CHECK(posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ) == 0);
    CHECK(waitpid(pid, &status, 0) == pid);
    return WEXITSTATUS(status);
}

static int be_listening(void)
{
    struct {
        unsigned short code;
        unsigned char jt, jf;
        unsigned k;
    } allow = {6, 0, 0, SECCOMP_RET_ALLOW};
    struct {
        unsigned short len;
        void *filter;
    } program = {1, &allow};
    long rc =
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);

    return rc < 0 ? errno : 0;
}

static int be_around(void)
{
    struct io_uring_params params = {0};

    (void)syscall(SYS_io_uring_setup, 1, &params);
    (void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    return 0;
}

/* Ten calls under each of the machine's numbers. */
static int be_calling(void)
{
    for (int i = 0; i < 10; i++)
        (void)syscall(SYS_getppid);
#if defined(__x86_64__)
    for (int i = 0; i < 10; i++) {
        long nr = 64; /* getppid, of 32 bits */
        __asm__ volatile("int $0x80" : "+a"(nr) : : "memory", "r8", "r9", "r10", "r11");
    }
#endif
    return 0;
}

/* On a stack that the sanitizers do not know. */
__attribute__((no_sanitize("address"), no_sanitize("undefined"))) static int thread_of(void *user)
{
    const int *said = user;

    (void)syscall(SYS_getppid);
    (void)syscall(SYS_write, *said, "", 1);
    (void)syscall(SYS_exit, 0);
    return 0;
}

/* A thread is no process, and its calls are its process's. */
static int be_threads(void)
{
    static char stack[64 * 1024] __attribute__((aligned(16)));
    int said[2];
    char byte;

    CHECK(pipe(said) == 0);
    CHECK(clone(thread_of, stack + sizeof(stack),
                CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
                &said[1]) > 0);
    CHECK(read(said[0], &byte, 1) == 1);
    (void)child_exiting(0);
    CHECK(wait(NULL) > 0);
    return 0;
}

/* Says whether its call has failed as it must. The file is the second word. */
static int be_lasting(const char *path)
{
    if (mkdir("/no/such/folder", 0700) == 0 || errno == ENOENT)
        return 0;
    return creat(path, 0600) < 0;
}

static int be_raising(void)
{
    (void)signal(SIGTERM, SIG_IGN);
    (void)kill(getpid(), 0);
    (void)kill(getpid(), SIGTERM);
    (void)syscall(SYS_tgkill, getpid(), getpid(), SIGTERM);
    return 0;
}

static const struct {
    const char *word;
    int (*be)(void);
} roles[] = {
    {"searching",   be_searching  },
    {"making",      be_making     },
    {"waiting",     be_waiting    },
    {"interrupted", be_interrupted},
    {"spawning",    be_spawning   },
    {"listening",   be_listening  },
    {"around",      be_around     },
    {"calling",     be_calling    },
    {"threads",     be_threads    },
    {"raising",     be_raising    },
};

/* ---- The tests -------------------------------------------------------------------------- */

static int exit_of(const struct bench *b)
{
    int status = bench_status(b);

    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void test_an_execve_counts_when_its_program_can_run(void)
{
    static struct bench b;

    bench_command(&b, "searching");
    bench_call(&b, "execve", true);
    bench_start(&b);
    CU_ASSERT(bench_held(&b)); /* root@execve#1 starts argv */
    CU_ASSERT_EQUAL(bench_count(&b, "execve", ACTOR_ROOT), 1);
    bench_go(&b);
    CU_ASSERT(bench_held(&b));
    CU_ASSERT_EQUAL(bench_count(&b, "execve", ACTOR_ROOT), 2);
    bench_go(&b);
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_EQUAL(b.holds, 2);
    CU_ASSERT_EQUAL(exit_of(&b), 0);
    bench_close(&b);
}

static void test_a_call_fails_as_it_is_told_to(void)
{
    static struct bench b;
    struct action fail = {.kind = ACTION_FAIL, .who = ACTOR_ROOT, .value = ENOSPC};
    struct diag diag;

    bench_command(&b, "making");
    bench_call(&b, "mkdir", true);
    bench_start(&b);
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT(bench_held(&b));
        if (i == 1)
            CU_ASSERT_EQUAL(world_act(b.world, &fail, &diag), ACT_DONE);
        bench_go(&b);
        if (i == 1)
            CU_ASSERT_EQUAL(world_act(b.world, &fail, &diag), ERR_STATE);
    }
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_EQUAL(exit_of(&b), ENOSPC);
    fail.value = 4096;
    CU_ASSERT_EQUAL(world_act(b.world, &fail, &diag), ERR_INPUT);
    bench_close(&b);
}

static void test_each_wait_of_a_loop_counts(void)
{
    static struct bench b;

    bench_command(&b, "waiting");
    bench_call(&b, "wait4", false);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_EQUAL(exit_of(&b), 0);
    CU_ASSERT_EQUAL(bench_count(&b, "wait4", ACTOR_ROOT), 2);
    bench_close(&b);
}

/* Goal: a wait that goes on in the kernel, and that a handler interrupts, is the same wait. */
static void test_a_wait_counts_once_however_often_it_is_restarted(void)
{
    static struct bench b;
    const struct action signal = {.kind = ACTION_SIGNAL, .who = ACTOR_ROOT, .value = SIGUSR1};
    const struct action type = {.kind = ACTION_TYPE, .text = "\r", .size = 1};
    struct diag diag;

    bench_command(&b, "interrupted");
    bench_call(&b, "wait4", false);
    bench_start(&b);
    for (unsigned i = 0; i < 3; i++) {
        b.quiet = false;
        world_want(b.world, WORLD_QUIET, 0);
        CU_ASSERT(bench_until(&b, &b.quiet));
        CU_ASSERT_EQUAL(bench_count(&b, "wait4", ACTOR_ROOT), 1);
        CU_ASSERT_EQUAL(world_act(b.world, &signal, &diag), ACT_DONE);
    }
    CU_ASSERT_EQUAL(world_act(b.world, &type, &diag), 0);
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_EQUAL(exit_of(&b), 3);
    CU_ASSERT_EQUAL(bench_count(&b, "wait4", ACTOR_ROOT), 1);
    bench_close(&b);
}

/* True when the signal is pending for that process. */
static bool is_pending(const struct bench *b, int signal)
{
    const struct trace_record *spawned = bench_record(b, POINT_PROC_SPAWNED);
    struct ready_status s;

    return spawned != NULL && ready_read((pid_t)spawned->value, &s, NULL) == 0 &&
           ready_pending(&s, signal);
}

/* Goal: a signal with a handler takes a held process out of its call, which is made again and is
 * the same one; firmly held it has the signal pending until it goes on. */
static void held_is_interrupted(bool firm)
{
    static struct bench b;
    const struct action signal = {.kind = ACTION_SIGNAL, .who = ACTOR_ROOT, .value = SIGUSR1};
    struct diag diag;

    bench_command(&b, "interrupted");
    b.firm = firm;
    bench_call(&b, "wait4", true);
    bench_start(&b);
    CU_ASSERT(bench_held(&b));
    for (unsigned i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(world_act(b.world, &signal, &diag), ACT_DONE);
        b.quiet = false;
        world_want(b.world, WORLD_QUIET, 0);
        CU_ASSERT(bench_until(&b, &b.quiet));
        CU_ASSERT_EQUAL(is_pending(&b, SIGUSR1), firm);
    }
    CU_ASSERT_EQUAL(b.holds, 1);
    bench_go(&b);
    const struct action type = {.kind = ACTION_TYPE, .text = "\r", .size = 1};
    CU_ASSERT_EQUAL(world_act(b.world, &type, &diag), 0);
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_EQUAL(exit_of(&b), 3);
    CU_ASSERT_EQUAL(b.holds, 1);
    CU_ASSERT_EQUAL(bench_count(&b, "wait4", ACTOR_ROOT), 1);
    bench_close(&b);
}

static void test_a_signal_takes_a_held_process_out_of_its_call(void)
{
    held_is_interrupted(false);
}

static void test_a_firm_hold_outlasts_signals(void)
{
    if (listener_probe().firm)
        held_is_interrupted(true);
}

/* Goal: the parent of a held child of vfork waits in the kernel, and that is rest. */
static void test_a_parent_that_the_kernel_keeps_waiting_is_at_rest(void)
{
    static struct bench b;

    bench_command(&b, "spawning");
    bench_call(&b, "execve", true);
    bench_start(&b);
    CU_ASSERT(bench_held(&b));
    bench_go(&b);
    CU_ASSERT(bench_held(&b));
    CU_ASSERT_NOT_EQUAL(b.cast->count, 1);
    world_want(b.world, WORLD_QUIET, 0);
    CU_ASSERT(bench_until(&b, &b.quiet));
    bench_go(&b);
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_EQUAL(exit_of(&b), 0);
    CU_ASSERT_STRING_EQUAL(b.cast->who[1].name, "true");
    CU_ASSERT_EQUAL(bench_count(&b, "execve", 1), 1);
    bench_close(&b);
}

static void test_a_listener_of_the_command_s_own_is_refused_and_told(void)
{
    static struct bench b;

    bench_command(&b, "listening");
    bench_call(&b, "mkdir", false);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_EQUAL(exit_of(&b), EBUSY);
    CU_ASSERT_EQUAL(bench_unseen(&b, UNSEEN_LISTENER), 1);
    bench_close(&b);
}

static void test_what_calls_do_not_show_is_told_once(void)
{
    static struct bench b;

    bench_command(&b, "around");
    bench_call(&b, "mkdir", false);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_EQUAL(bench_unseen(&b, UNSEEN_RING), 1);
    CU_ASSERT_EQUAL(bench_unseen(&b, UNSEEN_TRACER), 1);
    CU_ASSERT_EQUAL(bench_unseen(&b, UNSEEN_LISTENER), 0);
    bench_close(&b);
}

static void test_a_call_is_known_under_each_number_of_the_machine(void)
{
    static struct bench b;

    bench_command(&b, "calling");
    bench_call(&b, "getppid", false);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, &b.over));
#if defined(__x86_64__)
    CU_ASSERT_EQUAL(bench_count(&b, "getppid", ACTOR_ROOT), 20);
#else
    CU_ASSERT_EQUAL(bench_count(&b, "getppid", ACTOR_ROOT), 10);
#endif
    bench_close(&b);
}

static void test_a_thread_is_no_process_and_its_calls_are_its_process_s(void)
{
    static struct bench b;

    bench_command(&b, "threads");
    bench_call(&b, "clone", false);
    bench_call(&b, "getppid", true);
    bench_call(&b, "exit_group", false);
    bench_start(&b);
    CU_ASSERT(bench_held(&b));
    CU_ASSERT_EQUAL(b.held, ACTOR_ROOT);
    bench_go(&b);
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_EQUAL(bench_count(&b, "clone", ACTOR_ROOT), 1);
    CU_ASSERT_EQUAL(bench_count(&b, "exit_group", ACTOR_ROOT), 1);
    CU_ASSERT_EQUAL(bench_count(&b, "exit_group", ACTOR_NONE), 2);
    bench_close(&b);
}

static void test_a_form_is_counted_by_its_word(void)
{
    static struct bench b;

    bench_command(&b, "raising");
    bench_call(&b, "kill(SIGTERM)", false);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_EQUAL(bench_count(&b, "kill", ACTOR_ROOT), 2);
    bench_close(&b);
    bench_command(&b, "raising");
    bench_call(&b, "kill(SIGTERM)", false);
    bench_call(&b, "kill", false);
    bench_start(&b);
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_EQUAL(bench_count(&b, "kill", ACTOR_ROOT), 3);
    CU_ASSERT_EQUAL(bench_count(&b, "kill(SIGTERM)", ACTOR_ROOT), 2);
    bench_close(&b);
}

/* Goal: who is held when the run stops goes on, and is not reported as left. */
static void test_a_stop_lets_everybody_go_on(void)
{
    static struct bench b;

    bench_command(&b, "making");
    bench_call(&b, "mkdir", true);
    bench_start(&b);
    CU_ASSERT(bench_held(&b));
    world_stop(b.world, STOP_NORMAL);
    CU_ASSERT(bench_until(&b, &b.over));
    CU_ASSERT_FALSE(b.failed);
    bench_close(&b);
}

/* In a process that is killed: holds a command, and says so. */
static _Noreturn void hold_for_ever(const char *path, int say)
{
    static struct bench b;

    bench_command(&b, "lasting");
    b.argv[2] = path;
    bench_call(&b, "mkdir", true);
    bench_start(&b);
    pid_t pid = (pid_t)(bench_held(&b) ? bench_record(&b, POINT_PROC_SPAWNED)->value : 0);
    CHECK(write(say, &pid, sizeof(pid)) == sizeof(pid));
    for (;;)
        (void)world_turn(b.world, 1000 * MS);
}

/* Goal: when the harness is killed, who is held dies of that, and does not see its call fail. */
static void test_who_is_held_dies_with_the_harness(void)
{
    char path[] = "/tmp/listener_test.XXXXXX";
    int say[2];
    pid_t held = 0;

    int file = mkstemp(path);
    CHECK(file >= 0 && close(file) == 0 && unlink(path) == 0 && pipe(say) == 0);
    (void)fflush(NULL);
    pid_t harness = fork();
    CHECK(harness >= 0);
    if (harness == 0)
        hold_for_ever(path, say[1]);
    CU_ASSERT(fd_await(say[0], "hold"));
    CHECK(read(say[0], &held, sizeof(held)) == sizeof(held));
    int pidfd = pidfd_of(held);
    CU_ASSERT(held > 0 && pidfd >= 0);
    (void)kill(harness, SIGKILL);
    CU_ASSERT(fd_await(pidfd, "death of the held one"));
    CU_ASSERT(unlink(path) < 0);
    CHECK(waitpid(harness, NULL, 0) == harness);
    (void)close(pidfd);
    (void)close(say[0]);
    (void)close(say[1]);
}

static void test_what_cannot_be_started_is_an_error(void)
{
    static const char *const calls[] = {"mkdir", "execve"};

    for (size_t i = 0; i < 2; i++) {
        static struct bench b;
        struct diag diag = {0};
        bench_command(&b, "making");
        (void)snprintf(b.path, sizeof(b.path), "/no/such/program");
        bench_call(&b, calls[i], true);
        CU_ASSERT_EQUAL(bench_try(&b, &diag), ERR_IO);
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "/no/such/program: exec: No such file"));
        bench_close(&b);
    }
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]) && argc > 1; i++) {
        if (strcmp(roles[i].word, argv[1]) == 0)
            return roles[i].be();
    }
    if (argc > 2 && strcmp(argv[1], "lasting") == 0)
        return be_lasting(argv[2]);
    CU_pSuite suite = suite_open("listener", NULL, NULL);
    if (listener_probe().can == LISTENER_NOT) {
        (void)printf("skipped: %s\n", listener_probe().why);
        return suite_close();
    }
    CU_add_test(suite, "execve", test_an_execve_counts_when_its_program_can_run);
    CU_add_test(suite, "fail", test_a_call_fails_as_it_is_told_to);
    CU_add_test(suite, "loop", test_each_wait_of_a_loop_counts);
    CU_add_test(suite, "restarted", test_a_wait_counts_once_however_often_it_is_restarted);
    CU_add_test(suite, "interrupted", test_a_signal_takes_a_held_process_out_of_its_call);
    CU_add_test(suite, "firm", test_a_firm_hold_outlasts_signals);
    CU_add_test(suite, "vfork", test_a_parent_that_the_kernel_keeps_waiting_is_at_rest);
    CU_add_test(suite, "second", test_a_listener_of_the_command_s_own_is_refused_and_told);
    CU_add_test(suite, "unseen", test_what_calls_do_not_show_is_told_once);
    CU_add_test(suite, "architectures", test_a_call_is_known_under_each_number_of_the_machine);
    CU_add_test(suite, "threads", test_a_thread_is_no_process_and_its_calls_are_its_process_s);
    CU_add_test(suite, "forms", test_a_form_is_counted_by_its_word);
    CU_add_test(suite, "stop", test_a_stop_lets_everybody_go_on);
    CU_add_test(suite, "killed", test_who_is_held_dies_with_the_harness);
    CU_add_test(suite, "missing", test_what_cannot_be_started_is_an_error);
    return suite_close();
}
