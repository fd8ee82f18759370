/* expect_run.h: `scenario expect` in a process of its own, for the tests of this folder. */
#ifndef HARNESS_CLI_TESTS_EXPECT_RUN_H
#define HARNESS_CLI_TESTS_EXPECT_RUN_H

#include "harness/cli/tests/start.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 24, OUTPUT_BYTES = 64 * 1024, TEXT_BYTES = 4096 };

static char output[OUTPUT_BYTES]; /* of the last command, both streams */
static int end;                   /* its wait status */

/* Starts `scenario expect` with these words; its output comes out of *fd. */
static pid_t start(const char *const *words, int *fd)
{
    static char text[WORDS_MAX][TEXT_BYTES];
    char *argv[WORDS_MAX + 3] = {0};
    int argc = 0;

    (void)snprintf(text[argc], TEXT_BYTES, "scenario");
    argv[argc] = text[argc];
    argc++;
    (void)snprintf(text[argc], TEXT_BYTES, "expect");
    argv[argc] = text[argc];
    argc++;
    for (size_t i = 0; words[i] != NULL; i++, argc++) {
        CU_ASSERT_FATAL(argc < WORDS_MAX);
        (void)snprintf(text[argc], TEXT_BYTES, "%s", words[i]);
        argv[argc] = text[argc];
    }
    return command_start(argc, argv, fd);
}

/* Reads until the text has come, or to the end (NULL). */
static void read_until(int fd, size_t *used, const char *text)
{
    for (;;) {
        if (text != NULL && strstr(output, text) != NULL)
            return;
        ssize_t size = read(fd, output + *used, sizeof(output) - 1 - *used);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return;
        *used += (size_t)size;
        output[*used] = 0;
    }
}

static void finish(pid_t pid, int fd, size_t *used)
{
    read_until(fd, used, NULL);
    (void)close(fd);
    while (waitpid(pid, &end, 0) < 0 && errno == EINTR) {
    }
}

/* Returns the exit code, or -1 when a signal ended it. */
static int expect(const char *const *words)
{
    size_t used = 0;
    int fd = -1;

    output[0] = 0;
    pid_t pid = start(words, &fd);
    finish(pid, fd, &used);
    return WIFEXITED(end) ? WEXITSTATUS(end) : -1;
}

#define EXPECT(...) expect((const char *const[]){__VA_ARGS__, NULL})

/* The same of these steps, on a program with its words. */
static inline int expect_steps(const char *steps, const char *const *program)
{
    const char *words[WORDS_MAX + 1] = {"script.yaml", "--"};
    FILE *file = fopen("script.yaml", "we");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_TRUE(fprintf(file, "script: 1\nsteps:\n%s", steps) > 0);
    CU_ASSERT_EQUAL(fclose(file), 0);
    for (int i = 0; program[i] != NULL; i++) {
        CU_ASSERT_FATAL(i + 2 < WORDS_MAX);
        words[i + 2] = program[i];
    }
    return expect(words);
}

#define EXPECT_STEPS(steps, ...) expect_steps(steps, (const char *const[]){__VA_ARGS__, NULL})

/* Asserts what the output has, and shows the output when it has not. */
static inline void said(const char *text)
{
    if (strstr(output, text) == NULL)
        (void)printf("\nmissing: %s\nin:\n%s\n", text, output);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, text));
}

#endif
