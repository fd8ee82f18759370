/* prng.h: the only source of chance, so that a seed is a run.
 *
 * xoshiro256** (Blackman and Vigna, 2018, public domain algorithm) seeded by splitmix64. The
 * numbers that a seed gives are part of the contract: stored seeds must keep their meaning. */
#ifndef RUNTIME_BASE_PRNG_H
#define RUNTIME_BASE_PRNG_H

#include <stdbool.h>
#include <stdint.h>

struct prng {
    uint64_t s[4];
};

struct prng prng_init(uint64_t seed);

/* Seam for tests: the numbers of a seed are held against the published algorithm. */
uint64_t prng_next(struct prng *p);

/* Uniform in 0 .. bound-1; bound > 0. */
uint32_t prng_below(struct prng *p, uint32_t bound);

/* True with the chance num/den; chances are ratios of integers, never floats. */
static inline bool prng_chance(struct prng *p, uint32_t num, uint32_t den)
{
    return prng_below(p, den) < num;
}

#endif
