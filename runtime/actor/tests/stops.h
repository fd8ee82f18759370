/* stops.h: a broken CHECK as something that a test can see: it comes back here instead of ending
 * the program. */
#ifndef RUNTIME_ACTOR_TESTS_STOPS_H
#define RUNTIME_ACTOR_TESTS_STOPS_H

#include "runtime/base/check.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf stops_back;
static bool stops_wanted;

/* Instead of the one in runtime/base/check.c, which is not linked then. */
_Noreturn void check_failed(const char *file, int line, const char *fact)
{
    if (!stops_wanted) {
        (void)fprintf(stderr, "%s:%d: CHECK(%s) failed\n", file, line, fact);
        abort();
    }
    longjmp(stops_back, 1);
}

/* True when a CHECK fails in it. */
static bool stops(void (*act)(void))
{
    bool stopped = true;

    stops_wanted = true;
    /* NOLINTNEXTLINE(cert-err52-cpp): the code under test has no other way out */
    if (setjmp(stops_back) == 0) {
        act();
        stopped = false;
    }
    stops_wanted = false;
    return stopped;
}

#endif
