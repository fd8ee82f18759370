/* ask.c: one child, one pipe, one deadline. */
#include "harness/cli/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* In the child. */
static void become(const char *const *argv, int out)
{
    char *own[ASK_WORDS_MAX + 1] = {0};
    int none = open("/dev/null", O_RDWR);

    (void)setpgid(0, 0);
    if (none < 0 || dup2(none, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(out, STDERR_FILENO) < 0)
        _exit(127);
    for (size_t i = 0; i < ASK_WORDS_MAX && argv[i] != NULL; i++)
        own[i] = strdup(argv[i]);
    if (own[0] != NULL)
        (void)execvp(own[0], own);
    _exit(127);
}

/* Reads to the end. False: the deadline has passed. */
static bool answer_read(int in, int64_t limit_ms, struct buf *out)
{
    int64_t end_ms = now_ms() + limit_ms;
    char piece[512];

    for (;;) {
        struct pollfd poll_in = {.fd = in, .events = POLLIN};
        int64_t left_ms = end_ms - now_ms();
        if (left_ms <= 0)
            return false;
        if (poll(&poll_in, 1, (int)left_ms) <= 0)
            continue;
        ssize_t size = read(in, piece, sizeof(piece));
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return size == 0;
        size_t room = ASK_BYTES_MAX - (out->size < ASK_BYTES_MAX ? out->size : ASK_BYTES_MAX);
        buf_add(out, piece, (size_t)size < room ? (size_t)size : room);
    }
}

bool ask_program(const char *const *argv, int64_t limit_ms, struct buf *out)
{
    int ends[2];
    int status = -1;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    pid_t pid = fork();
    if (pid == 0)
        become(argv, ends[1]);
    (void)close(ends[1]);
    bool answered = pid > 0 && answer_read(ends[0], limit_ms, out);
    (void)close(ends[0]);
    if (pid < 0)
        return false;
    /* One that has closed its output and goes on is not waited for. */
    if (!answered)
        (void)kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return answered && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
