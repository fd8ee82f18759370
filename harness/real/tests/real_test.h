/* real_test.h: what the tests of this folder share. */
#ifndef HARNESS_REAL_TESTS_REAL_TEST_H
#define HARNESS_REAL_TESTS_REAL_TEST_H

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TEST_WAIT_MS = 10 * 1000 }; /* for any one event; nothing here takes a tenth of it */

/* The folder of the helper programs, found relative to this program. */
static inline const char *helper_dir(void)
{
    static char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 64);

    if (size <= 0)
        return "";
    path[size] = 0;
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return "";
    (void)snprintf(slash, 64, "/libexec/scenario");
    return path;
}

/* Waits until the descriptor is readable. False, and a line on stderr, after TEST_WAIT_MS. */
static inline bool fd_await(int fd, const char *what)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    if (poll(&ready, 1, TEST_WAIT_MS) > 0)
        return true;
    (void)fprintf(stderr, "\nno %s within %d ms\n", what, TEST_WAIT_MS);
    return false;
}

#endif
