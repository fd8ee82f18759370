/* wilson.h: what "3 of 400 failed" says of the rate at which it fails.
 *
 * A rate that is written by hand rots, and a rate that is divided out says nothing of how sure it
 * is: 1 of 20 and 50 of 1000 are the same number. The Wilson score interval holds the true rate in
 * 95 of 100 cases, and is right near 0 and 1, where the textbook's interval is not. */
#ifndef HARNESS_GATE_WILSON_H
#define HARNESS_GATE_WILSON_H

#include <stdint.h>

/* The most clean runs that are ever asked for: 1 failure in a million. */
enum { WILSON_CLEAN_MAX = 3000000 };

struct wilson {
    double rate; /* failed / of, 0 when nothing was run */
    double low;  /* the interval, within 0 and 1 */
    double high;
};

/* At 95 %. `failed` is at most `of`; of nothing the interval is all there is, 0 to 1. */
struct wilson wilson_of(uint64_t failed, uint64_t of);

/* Clean runs in a row after which one that fails at this rate would have failed with 95 % chance:
 * ln 0.05 / ln (1 - rate), rounded up; at most WILSON_CLEAN_MAX. */
uint64_t wilson_clean_runs(double rate);

#endif
