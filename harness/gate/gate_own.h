/* gate_own.h: what gate.c collects and gate_judge.c reads. */
#ifndef HARNESS_GATE_GATE_OWN_H
#define HARNESS_GATE_GATE_OWN_H

#include "harness/gate/gate.h"
#include "runtime/base/arena.h"

#define GATE_NO_ENTRY SIZE_MAX

/* Outcomes of one place that did not pass, alike in verdict and signature. */
struct gate_class {
    struct outcome first;
    uint64_t count;
    size_t entry; /* that has its signature; GATE_NO_ENTRY */
};

struct gate_spot {
    struct gate_place place; /* first */
    size_t *entry; /* the entries about it, in the file's order; none where it must fail */
    size_t entries;
    struct gate_class *class;
    size_t classes;
    uint64_t not_run;
};

/* Of one entry, over all its places. */
struct gate_tally {
    /* Of its places, once they are sorted: the first; NULL: no outcome fell under it. */
    const struct gate_spot *spot;
    const struct gate_spot *failing;
    const struct outcome *failure; /* the first there */
    size_t spots;
    uint64_t runs; /* first attempts */
    uint64_t failed;
    uint64_t past_runs;
    uint64_t past_failed;
    uint64_t clean;
};

struct gate {
    const struct known *known; /* NULL: none */
    struct match_world world;
    struct arena arena;      /* texts of outcomes */
    bool failed;             /* no memory: nothing is right any more */
    struct gate_spot **spot; /* in the order of coming, until they are judged */
    size_t spots;
    size_t room;
    size_t *slot; /* of a table by id and engine: index of a spot + 1, 0 free; 2 * room */
    struct gate_tally *tally; /* one for each entry */
    const char *missing;
    struct gate_finding *finding;
    size_t findings;
    size_t findings_room;
    struct gate_counts counts;
};

#endif
