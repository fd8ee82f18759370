/* program_run.h: one run of a test that starts itself as a program: what it writes, what is typed,
 * how it ends. For the tests of this folder only, each of which is one program. */
#ifndef RUNTIME_HOST_TESTS_PROGRAM_RUN_H
#define RUNTIME_HOST_TESTS_PROGRAM_RUN_H

#include "runtime/base/check.h"
#include "runtime/base/procfs.h"
#include "runtime/host/spawn.h"

#include <CUnit/Basic.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_MS = 15000, TEXT_BYTES = 2 * 1024 * 1024 };

static struct {
    struct spawned root;
    int fd; /* what it writes: a pty's master, or a pipe */
    char text[TEXT_BYTES];
    size_t size;
    size_t matched;
} run;

/* Starts the case as a session of its own, on a terminal or without one; the terminal may be
 * nobody's, and then the case finds it by its standard input. */
static void start_on(const char *name, bool terminal, bool control)
{
    char self[] = "/proc/self/exe";
    char copy[32];
    char *argv[] = {self, copy, NULL};
    int slave = -1;

    (void)snprintf(copy, sizeof(copy), "%s", name);
    memset(&run, 0, sizeof(run));
    if (terminal) {
        CHECK(openpty(&run.fd, &slave, NULL, NULL, NULL) == 0);
    } else {
        int end[2];
        CHECK(pipe2(end, O_CLOEXEC) == 0);
        run.fd = end[0];
        slave = end[1];
    }
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const struct spawn_move move[] = {
        {terminal ? slave : null, 0},
        {slave,                   1},
        {slave,                   2}
    };
    struct diag diag = {0};
    const struct spawn s = {.path = self,
                            .argv = argv,
                            .envp = environ,
                            .move = move,
                            .move_count = 3,
                            .session = true,
                            .control = control,
                            .control_fd = slave};
    int rc = spawn_process(&s, &run.root, &diag);
    if (rc < 0)
        (void)fprintf(stderr, "%s\n", diag.text);
    CHECK(rc == 0);
    close(slave);
    close(null);
}

static void start(const char *name, bool terminal)
{
    start_on(name, terminal, terminal);
}

/* Reads more; false at the end of it. */
static bool more(void)
{
    struct pollfd ready = {.fd = run.fd, .events = POLLIN};

    int count = poll(&ready, 1, WAIT_MS);
    if (count <= 0)
        (void)fprintf(stderr, "nothing came; so far:\n%s\n", run.text);
    CHECK(count > 0 && run.size + 1 < TEXT_BYTES);
    ssize_t got = read(run.fd, run.text + run.size, TEXT_BYTES - 1 - run.size);
    if (got > 0)
        run.size += (size_t)got;
    return got > 0;
}

/* Waits for the text behind the last one that was waited for. */
static void wait_text(const char *text)
{
    const char *at = NULL;

    while ((at = strstr(run.text + run.matched, text)) == NULL) {
        bool any = more();
        if (!any)
            (void)fprintf(stderr, "no \"%s\" in:\n%s\n", text, run.text);
        CHECK(any);
    }
    run.matched = (size_t)(at - run.text) + strlen(text);
}

/* Waits for the text, wherever it stands. */
static __attribute__((unused)) void wait_seen(const char *text)
{
    while (strstr(run.text, text) == NULL)
        CHECK(more());
}

static void type(const char *keys)
{
    CHECK(write(run.fd, keys, strlen(keys)) == (ssize_t)strlen(keys));
}

/* Waits for the end, and that nothing is left. Returns the exit status, negative for a signal. */
static int finish(void)
{
    pid_t left[PROCFS_CHILDREN_MAX];
    siginfo_t info = {0};

    while (more())
        continue;
    CHECK(waitid(P_PIDFD, (id_t)run.root.pidfd, &info, WEXITED) == 0);
    CU_ASSERT_EQUAL(procfs_children(getpid(), getpid(), left, PROCFS_CHILDREN_MAX), 0);
    close(run.fd);
    close(run.root.pidfd);
    return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
}

/* The whole of a run that needs nobody. */
static __attribute__((unused)) void expect_run(const char *name, int status, const char *text)
{
    start(name, false);
    CU_ASSERT_EQUAL(finish(), status);
    if (strcmp(run.text, text) != 0)
        (void)fprintf(stderr, "%s has said:\n%s", name, run.text);
    CU_ASSERT_STRING_EQUAL(run.text, text);
}

#endif
