/* clock.c: real time. */
#include "harness/cli/clock.h"

#include <time.h>

int64_t clock_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void clock_utc(char *out, size_t size)
{
    time_t now = time(NULL);
    struct tm tm;

    out[0] = 0;
    if (gmtime_r(&now, &tm) != NULL && strftime(out, size, "%Y-%m-%dT%H:%M:%S", &tm) == 0)
        out[0] = 0;
}
