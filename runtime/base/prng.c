/* prng.c: xoshiro256** with rejection sampling, so that no bound is favoured. */
#include "runtime/base/prng.h"

#include "runtime/base/check.h"

static uint64_t rotate_left(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

struct prng prng_init(uint64_t seed)
{
    struct prng p;

    for (int i = 0; i < 4; i++) {
        seed += 0x9e3779b97f4a7c15U;
        uint64_t z = seed;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        p.s[i] = z ^ (z >> 31);
    }
    return p;
}

uint64_t prng_next(struct prng *p)
{
    uint64_t *s = p->s;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint32_t prng_below(struct prng *p, uint32_t bound)
{
    CHECK(bound > 0);
    uint32_t reject = (uint32_t)(-bound) % bound;
    uint32_t draw;
    do
        draw = (uint32_t)(prng_next(p) >> 32);
    while (draw < reject);
    return draw % bound;
}
