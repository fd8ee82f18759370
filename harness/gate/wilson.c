/* wilson.c: the two formulas. */
#include "harness/gate/wilson.h"

#include "runtime/base/check.h"

#include <math.h>

/* The normal distribution has 95 % within this many standard deviations. */
static const double z = 1.959963984540054;

struct wilson wilson_of(uint64_t failed, uint64_t of)
{
    double n = (double)of;

    CHECK(failed <= of);
    if (of == 0)
        return (struct wilson){.high = 1};
    double p = (double)failed / n;
    double middle = p + z * z / (2 * n);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    double whole = 1 + z * z / n;
    struct wilson w = {.rate = p, .low = (middle - half) / whole, .high = (middle + half) / whole};
    /* Rounding must not claim less than none or more than all, nor that what happened cannot. */
    if (failed == 0 || w.low < 0)
        w.low = 0;
    if (failed == of || w.high > 1)
        w.high = 1;
    return w;
}

uint64_t wilson_clean_runs(double rate)
{
    if (rate >= 1)
        return 1;
    if (rate <= 0)
        return WILSON_CLEAN_MAX;
    double runs = ceil(log(0.05) / log1p(-rate));
    if (runs >= WILSON_CLEAN_MAX)
        return WILSON_CLEAN_MAX;
    return (uint64_t)runs;
}
