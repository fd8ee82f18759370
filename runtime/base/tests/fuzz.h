/* fuzz.h: what a fuzz target (X_fuzz.c beside the tests of its folder) gives to the programs made
 * of it: X_fuzz with libFuzzer, and X_fuzz_replay, which runs given inputs once and is a test of
 * every build. See ci/fuzz. */
#ifndef RUNTIME_BASE_TESTS_FUZZ_H
#define RUNTIME_BASE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The names are libFuzzer's. NOLINTBEGIN(readability-identifier-naming) */

/* Runs one input; what must hold is a CHECK. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* NOLINTEND(readability-identifier-naming) */

enum { FUZZ_SEED_BYTES_MAX = 4096 };

/* Writes the target's own i-th seed (from 0) to `out`, which has FUZZ_SEED_BYTES_MAX bytes. Returns
 * its size, or 0 behind the last. */
size_t fuzz_seed(size_t i, uint8_t *out);

/* ci/fuzz --selftest builds every target with FUZZ_PLANT: a mistake that must be found. */
#ifdef FUZZ_PLANT
#define FUZZ_MISTAKE(reached) CHECK(!(reached))
#else
#define FUZZ_MISTAKE(reached) ((void)(reached))
#endif

#endif
