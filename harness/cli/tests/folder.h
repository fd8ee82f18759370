/* folder.h: a new folder for the files of a suite, in which it runs. */
#ifndef HARNESS_CLI_TESTS_FOLDER_H
#define HARNESS_CLI_TESTS_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char top[64];

/* `name`: of the test. Returns what a suite's start returns: 0, or 1 when it cannot be. */
static inline int folder_enter(const char *name)
{
    (void)snprintf(top, sizeof(top), "/tmp/%s.XXXXXX", name);
    return mkdtemp(top) == NULL || chdir(top) < 0;
}

static inline int folder_leave(void)
{
    char command[128];

    (void)chdir("/");
    (void)snprintf(command, sizeof(command), "rm -rf %s", top);
    return system(command); /* NOLINT(concurrency-mt-unsafe) */
}

#endif
