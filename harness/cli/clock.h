/* clock.h: real time for the command: how long things took, and when. */
#ifndef HARNESS_CLI_CLOCK_H
#define HARNESS_CLI_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* CLOCK_MONOTONIC. */
int64_t clock_ns(void);

/* Now in UTC, "2026-01-31T12:00:00". */
void clock_utc(char *out, size_t size);

#endif
