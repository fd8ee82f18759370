/* line_run.h: the command with a line of words, for the tests of this folder. */
#ifndef HARNESS_CLI_TESTS_LINE_RUN_H
#define HARNESS_CLI_TESTS_LINE_RUN_H

#include "harness/cli/tests/start.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 32, OUTPUT_BYTES = 128 * 1024 };

static char output[OUTPUT_BYTES]; /* of the last command, both streams */

/* Words are parted by blanks; a '~' is one inside a word. */
static int run(const char *line)
{
    char copy[512];
    char *argv[WORDS_MAX + 1] = {0};
    int argc = 0;
    int fd = -1;

    (void)snprintf(copy, sizeof(copy), "%s", line);
    for (char *at = copy; *at != 0 && argc < WORDS_MAX;) {
        argv[argc++] = at;
        for (; *at != 0 && *at != ' '; at++)
            *at = (char)(*at == '~' ? ' ' : *at);
        if (*at != 0)
            *at++ = 0;
    }
    pid_t pid = command_start(argc, argv, &fd);
    return command_end(pid, fd, output, sizeof(output));
}

static void said(const char *text)
{
    if (strstr(output, text) == NULL)
        (void)printf("\nmissing: %s\nin:\n%s\n", text, output);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, text));
}

static void expect(const char *line, int code, const char *text)
{
    int got = run(line);

    if (got != code)
        (void)printf("\n%s: %d, not %d:\n%s\n", line, got, code, output);
    CU_ASSERT_EQUAL(got, code);
    said(text);
}

#endif
