/* spawn_test.c: a child gets exactly what its description says. The program starts itself with
 * an argument and looks from inside. */
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/spawn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char *environment[] = {NULL};
static int self_fd; /* this program */

/* ---- inside the child -------------------------------------------------------------------- */

/* Writes "FD=first letter" of every descriptor, in order: each is a memory file of one letter. */
static int inside_letters(void)
{
    char text[256];
    size_t used = 0;

    for (int fd = 0; fd < 256; fd++) {
        char letter = '?';
        if (fcntl(fd, F_GETFD) < 0 || fd == 1)
            continue;
        (void)pread(fd, &letter, 1, 0);
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%d=%c ", fd, letter);
    }
    return write(1, text, used) == (ssize_t)used ? 0 : 1;
}

static int inside_signals(void)
{
    char text[128];
    sigset_t mask;
    int death = 0;

    CHECK(sigprocmask(SIG_SETMASK, NULL, &mask) == 0);
    CHECK(prctl(PR_GET_PDEATHSIG, &death) == 0);
    int size = snprintf(text, sizeof(text), "int=%d usr1=%d dfl=%d death=%d leads=%d",
                        sigismember(&mask, SIGINT), sigismember(&mask, SIGUSR1),
                        signal(SIGHUP, SIG_DFL) == SIG_DFL && signal(SIGUSR2, SIG_DFL) == SIG_DFL,
                        death, getpgrp() == getpid());
    return write(1, text, (size_t)size) == size ? 0 : 1;
}

static int inside_cwd(void)
{
    char path[PATH_MAX];

    CHECK(getcwd(path, sizeof(path)) != NULL);
    return write(1, path, strlen(path)) > 0 ? 0 : 1;
}

/* ---- outside ----------------------------------------------------------------------------- */

static int letter_open(char letter)
{
    int fd = memfd_create("letter", 0); /* inheritable on purpose */

    CHECK(fd >= 0);
    CHECK(write(fd, &letter, 1) == 1);
    return fd;
}

/* Starts this program with `mode`, returns its exit status and what it wrote. */
static int run(struct spawn *s, const char *mode, char *out, size_t size)
{
    char name[] = "spawn_test";
    char *word = strdup(mode);
    char *argv[] = {name, word, NULL};
    struct spawn_move move[SPAWN_MOVES_MAX];
    struct spawned child;
    siginfo_t info = {0};
    int end[2];

    CHECK(pipe2(end, O_CLOEXEC) == 0);
    for (unsigned i = 0; i < s->move_count; i++)
        move[i] = s->move[i];
    move[s->move_count] = (struct spawn_move){end[1], 1};
    struct spawn copy = *s;
    copy.move = move;
    copy.move_count++;
    copy.argv = argv;
    copy.envp = environment;
    copy.exec_fd = self_fd;
    struct diag diag = {0};
    int rc = spawn_process(&copy, &child, &diag);
    if (rc < 0)
        (void)fprintf(stderr, "%s\n", diag.text);
    CHECK(rc == 0);
    close(end[1]);
    size_t used = 0;
    for (ssize_t got = 1; got > 0 && used + 1 < size; used += (size_t)got) {
        got = read(end[0], out + used, size - 1 - used);
        CHECK(got >= 0);
    }
    out[used] = 0;
    close(end[0]);
    CHECK(waitid(P_PIDFD, (id_t)child.pidfd, &info, WEXITED) == 0);
    CHECK(info.si_pid == child.pid);
    close(child.pidfd);
    free(word);
    return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
}

static void test_spawn_gives_exactly_the_mapped_descriptors(void)
{
    char out[256];
    int a = letter_open('a');
    int b = letter_open('b');
    struct spawn_move move[] = {
        {a, 3},
        {b, 7},
        {b, 0}
    };
    struct spawn s = {.move = move, .move_count = 3};

    CU_ASSERT_EQUAL(run(&s, "letters", out, sizeof(out)), 0);
    /* The sanitizers open nothing, and the program itself was closed by exec. */
    CU_ASSERT_STRING_EQUAL(out, "0=b 3=a 7=b ");
    close(a);
    close(b);
}

static void test_spawn_moves_descriptors_in_a_circle(void)
{
    char out[256];
    int fd[3];

    for (int i = 0; i < 3; i++) {
        fd[i] = letter_open((char)('a' + i));
        CHECK(fd[i] <= SPAWN_FD_MAX);
    }
    /* Each takes the place of the next, and one becomes two. */
    struct spawn_move move[] = {
        {fd[0], fd[1]},
        {fd[1], fd[2]},
        {fd[2], fd[0]},
        {fd[0], 40   }
    };
    struct spawn s = {.move = move, .move_count = 4};
    char want[64];
    (void)snprintf(want, sizeof(want), "%d=c %d=a %d=b 40=a ", fd[0], fd[1], fd[2]);

    CU_ASSERT_EQUAL(run(&s, "letters", out, sizeof(out)), 0);
    CU_ASSERT_STRING_EQUAL(out, want);
    for (int i = 0; i < 3; i++)
        close(fd[i]);
}

static void test_spawn_takes_the_most_descriptors(void)
{
    char out[512];
    int a = letter_open('a');
    struct spawn_move move[SPAWN_MOVES_MAX];

    for (int i = 0; i < SPAWN_MOVES_MAX - 1; i++)
        move[i] = (struct spawn_move){a, SPAWN_FD_MAX - i};
    struct spawn s = {.move = move, .move_count = SPAWN_MOVES_MAX - 1};
    CU_ASSERT_EQUAL(run(&s, "letters", out, sizeof(out)), 0);
    CU_ASSERT_STRING_EQUAL(out + strlen(out) - 5, "63=a ");
    close(a);
}

static void on_signal(int no)
{
    (void)no;
}

static void test_spawn_resets_signals_and_sets_the_mask(void)
{
    char out[256];
    sigset_t mask;
    struct spawn s = {.death_signal = SIGTERM, .group = true};

    CHECK(signal(SIGHUP, on_signal) != SIG_ERR && signal(SIGUSR2, SIG_IGN) != SIG_ERR);
    CU_ASSERT_EQUAL(run(&s, "signals", out, sizeof(out)), 0);
    CU_ASSERT_STRING_EQUAL(out, "int=0 usr1=0 dfl=1 death=15 leads=1");

    (void)sigfillset(&mask);
    s = (struct spawn){.mask = &mask};
    CU_ASSERT_EQUAL(run(&s, "signals", out, sizeof(out)), 0);
    CU_ASSERT_STRING_EQUAL(out, "int=1 usr1=1 dfl=1 death=0 leads=0");
    /* Our own mask is as before. */
    CHECK(sigprocmask(SIG_SETMASK, NULL, &mask) == 0);
    CU_ASSERT_EQUAL(sigismember(&mask, SIGINT), 0);
    (void)signal(SIGHUP, SIG_DFL);
    (void)signal(SIGUSR2, SIG_DFL);
}

static void test_spawn_changes_the_folder(void)
{
    char out[256];
    struct spawn s = {.cwd = "/proc"};

    CU_ASSERT_EQUAL(run(&s, "cwd", out, sizeof(out)), 0);
    CU_ASSERT_STRING_EQUAL(out, "/proc");
}

static void test_spawn_tells_a_failed_exec_from_status_127(void)
{
    char out[16];
    char *argv[] = {NULL, NULL};
    struct spawn s = {.path = "/nowhere/to/be/found", .argv = argv, .envp = environment};
    struct spawned child = {-7, -7};
    struct diag diag = {0};

    CU_ASSERT_EQUAL(spawn_process(&s, &child, &diag), ERR_IO);
    CU_ASSERT_EQUAL(errno, ENOENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "exec"));
    CU_ASSERT_EQUAL(child.pid, -7);
    CU_ASSERT_EQUAL(child.pidfd, -7);
    /* Nobody is left to wait for. */
    CU_ASSERT_TRUE(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);

    struct spawn good = {0};
    CU_ASSERT_EQUAL(run(&good, "127", out, sizeof(out)), 127);
}

static void test_spawn_names_the_step_that_failed(void)
{
    char *argv[] = {NULL, NULL};
    struct spawn s = {.path = "/bin/true", .argv = argv, .envp = environment, .cwd = "/nowhere"};
    struct spawned child;
    struct diag diag = {0};

    CU_ASSERT_EQUAL(spawn_process(&s, &child, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "chdir"));
    struct spawn_move move = {9999, 0};
    s = (struct spawn){.path = "/bin/true", .argv = argv, .move = &move, .move_count = 1};
    CU_ASSERT_EQUAL(spawn_process(&s, &child, &diag), ERR_IO);
    CU_ASSERT_EQUAL(errno, EBADF);
}

static int refuse(void *user)
{
    *(int *)user = 5;
    return ENOSPC;
}

static void test_spawn_hook_runs_in_the_child_on_our_memory(void)
{
    char *argv[] = {NULL, NULL};
    int seen = 0;
    struct spawn s = {.path = "/bin/true", .argv = argv, .before_exec = refuse, .user = &seen};
    struct spawned child;

    CU_ASSERT_EQUAL(spawn_process(&s, &child, NULL), ERR_IO);
    CU_ASSERT_EQUAL(errno, ENOSPC);
    CU_ASSERT_EQUAL(seen, 5);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "letters") == 0)
        return inside_letters();
    if (argc > 1 && strcmp(argv[1], "signals") == 0)
        return inside_signals();
    if (argc > 1 && strcmp(argv[1], "cwd") == 0)
        return inside_cwd();
    if (argc > 1 && strcmp(argv[1], "127") == 0)
        return 127;
    self_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
    CHECK(self_fd >= 0);
    CU_pSuite suite = suite_open("spawn", NULL, NULL);
    CU_ADD_TEST(suite, test_spawn_gives_exactly_the_mapped_descriptors);
    CU_ADD_TEST(suite, test_spawn_moves_descriptors_in_a_circle);
    CU_ADD_TEST(suite, test_spawn_takes_the_most_descriptors);
    CU_ADD_TEST(suite, test_spawn_resets_signals_and_sets_the_mask);
    CU_ADD_TEST(suite, test_spawn_changes_the_folder);
    CU_ADD_TEST(suite, test_spawn_tells_a_failed_exec_from_status_127);
    CU_ADD_TEST(suite, test_spawn_names_the_step_that_failed);
    CU_ADD_TEST(suite, test_spawn_hook_runs_in_the_child_on_our_memory);
    int rc = suite_close();
    close(self_fd);
    return rc;
}
