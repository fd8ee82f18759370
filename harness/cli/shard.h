/* shard.h: which part of a suite one machine of several runs.
 *
 * A plan deals whole variants out: their engines and repetitions stay together, as they are
 * compared and summed up. It is a function of what is to be run, of the durations in a file and of
 * the number of shards, so that every shard makes the same one by itself. Its hash is kept with
 * what was run: `scenario merge` takes no parts of different plans for one whole. */
#ifndef HARNESS_CLI_SHARD_H
#define HARNESS_CLI_SHARD_H

#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHARDS_MAX = 4096 };

/* One of several, as --shard asks for it. Zero: all. */
struct shard {
    uint32_t index; /* from 1; 0 while the environment has not been asked */
    uint32_t count; /* 0: that is the environment's, too */
    bool outside;   /* "auto" */
};

/* Reads "2/8", "auto", or "auto/8". Returns false when it is none of them. */
bool shard_read(const char *text, struct shard *out);

/* Gives one that is "auto" its numbers: of the first scheduler whose variable is set. `get` is
 * getenv. Returns 0, or ERR_USAGE: none is, or what it says makes no sense. */
int shard_resolve(struct shard *s, char *(*get)(const char *name), struct diag *diag);

/* A variant that is to be run. */
struct shard_item {
    const char *id;   /* lent */
    unsigned engines; /* that it runs on */
    int64_t time_ns;  /* that this takes; 0: not known */
    size_t place;     /* the caller's; of equal ids the order of it counts */
    uint32_t shard;   /* out, from 1 */
};

/* Deals the items out to `shards` and sorts them; returns the hash of the plan. It begins with
 * `hash`, which stands for all else that shards must have in common.
 *
 * Without a single duration an item goes by the hash of its id: others come and go, and it stays
 * where it was. Otherwise the longest is dealt first, each to the shard that has least so far, and
 * one without a duration counts as the mean of the others. */
uint64_t shard_plan(struct shard_item *item, size_t count, uint32_t shards, uint64_t hash);

#endif
