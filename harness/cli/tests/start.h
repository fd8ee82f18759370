/* start.h: the whole command in a process of its own, as a shell would start it. */
#ifndef HARNESS_CLI_TESTS_START_H
#define HARNESS_CLI_TESTS_START_H

#include "harness/cli/command.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns its pid; all that it prints comes out of *fd. */
static inline pid_t command_start(int argc, char **argv, int *fd)
{
    int pipes[2];

    CU_ASSERT_EQUAL_FATAL(pipe2(pipes, O_CLOEXEC), 0);
    (void)fflush(NULL);
    pid_t pid = fork();
    CU_ASSERT_FATAL(pid >= 0);
    if (pid == 0) {
        (void)dup2(pipes[1], 1);
        (void)dup2(pipes[1], 2);
        (void)close(pipes[0]);
        (void)close(pipes[1]);
        int code = command_run(argc, argv);
        (void)fflush(NULL);
        _exit(code);
    }
    (void)close(pipes[1]);
    *fd = pipes[0];
    return pid;
}

/* Stores all that it prints, as far as there is room. Returns its exit code, or -1: a signal has
 * ended it. */
static inline int command_end(pid_t pid, int fd, char *out, size_t room)
{
    size_t used = 0;
    int status = 0;

    for (;;) {
        ssize_t size = read(fd, out + used, room - 1 - used);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            break;
        used += (size_t)size;
    }
    out[used] = 0;
    (void)close(fd);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Starts a line whose words are split at blanks, as command_start(). */
static inline pid_t command_line_start(const char *line, int *fd)
{
    char copy[1024];
    char *argv[33] = {NULL};
    int argc = 0;

    (void)snprintf(copy, sizeof(copy), "%s", line);
    for (char *at = copy; *at != 0 && argc < 32;) {
        argv[argc++] = at;
        at += strcspn(at, " ");
        if (*at != 0)
            *at++ = 0;
    }
    return command_start(argc, argv, fd);
}

/* Runs such a line to its end, as command_end(). */
static inline int command_line(const char *line, char *out, size_t room)
{
    int fd = -1;
    pid_t pid = command_line_start(line, &fd);

    return command_end(pid, fd, out, room);
}

#endif
